"""A plan as text: what a person reads, and no foreign text that acts on a terminal."""

from __future__ import annotations

from dataclasses import replace

import pytest
from core.toys import box, everything, live, plan, state, wanted
from hypothesis import given
from hypothesis import strategies as st
from view.hostile import CONTROL
from view.plans import PLANS
from view.readers import acting

from sesops.core.address import Address
from sesops.core.diagnostic import Diagnostic, Location, Severity
from sesops.core.plan import FieldChange, Plan, TargetPlan, Unknown
from sesops.core.values import Scope
from sesops.view import machine
from sesops.view.findings import count_line, finding_lines
from sesops.view.plan_text import beside_lines, plan_lines, target_lines
from sesops.view.shown import totals
from sesops.view.style import safe, value


def text(lines):
    return "".join(f"{line.plain.rstrip()}\n" for line in lines)


def test_hostile_names_and_values_are_shown_not_obeyed():
    """Control characters, reading-direction marks and lone surrogates, from the spec or from SES."""
    shown = safe(CONTROL)
    assert shown.isprintable()
    assert "\\x1b[2J" in shown
    target = plan(
        [wanted(box(CONTROL), size=CONTROL, tags__a=CONTROL)], state(live(box(CONTROL), dims={"Size": CONTROL}))
    )
    everything_shown = text(target_lines(target)).replace("\n", "")
    assert everything_shown.isprintable()
    assert machine.plan(Plan((target,), "0")).isascii()


@given(st.text())
def test_nothing_in_safe_text_acts_on_a_terminal(anything):
    """Property: no control character, format mark or line separator is left of any text."""
    assert acting(safe(anything)) == set()


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (None, "none"),
        (True, "true"),
        ("", '""'),
        (["a", "b"], "a, b"),
        ([], "[]"),
        ({"b": 1, "a": [2, None]}, "{a: [2, null], b: 1}"),
        (
            {"a b": "x: y", "c": "true story", "d": "arn:aws:sns:x", "e": "1", "f": True},
            '{"a b": "x: y", c: "true story", d: arn:aws:sns:x, e: "1", f: true}',
        ),
        ("x" * 500, "x" * 160 + "… (500 characters)"),
    ],
)
def test_values_as_a_person_reads_them(one, expected):
    """Lists with commas, nothing as none, long ones cut with a count."""
    assert value(one) == expected


def test_sensitive_and_unknown_values_are_named_not_shown():
    """A secret's values appear nowhere."""
    target = everything()
    fields = (
        FieldChange("key", "s3cret", "s3cret2", sensitive=True),
        FieldChange("token", None, None, known_after_apply=True),
    )
    shown = text(target_lines(replace(target, changes=(replace(target.changes[0], fields=fields),))))
    assert "s3cret" not in shown
    assert "(sensitive)" in shown
    assert "(known after apply)" in shown


def test_the_totals_say_when_a_plan_is_incomplete():
    """A plan with something unknown never reads as no changes."""
    assert totals(everything()).startswith("Plan (incomplete): ")


def test_a_finding_shows_its_line_and_a_mark_under_the_place():
    """Code, message, place, line, mark, the other place, hint."""
    finding = Diagnostic(
        "duplicate-key",
        "the key `a` stands twice",
        Location("s.yaml", 12, 3, "  a: 1"),
        "keep one",
        related=(Location("s.yaml", 2, 3, "  a: 0"),),
    )
    assert text(finding_lines(finding)) == (
        "error[duplicate-key]: the key `a` stands twice\n"
        "  --> s.yaml:12:3\n"
        "  12 |   a: 1\n"
        "     |   ^\n"
        "  see s.yaml:2:3\n"
        "  2 |   a: 0\n"
        "    |   ^\n"
        "  hint: keep one\n"
    )


def test_a_long_line_is_cut_around_the_place():
    """The mark stays under the place."""
    lines = text(
        finding_lines(Diagnostic("x", "m", Location("s.yaml", 1, 301, "a" * 300 + "B" + "c" * 300)))
    ).splitlines()
    assert lines[2].index("B") == lines[3].index("^")
    assert len(lines[2]) < 140


def test_findings_are_counted():
    """Singular and plural."""
    error, warning = Diagnostic("a", "b"), Diagnostic("a", "b", severity=Severity.WARNING)
    assert count_line([error, warning, warning]) == "1 error, 2 warnings"
    assert count_line([error, error, warning]) == "2 errors, 1 warning"


def test_a_target_that_could_not_be_read_is_not_said_to_be_alike():
    """The table has no column for it."""
    eu, us, ap = PLANS["three-targets"]().targets
    assert "2 changes alike in all targets" in text(plan_lines(Plan((eu, us, ap), "0")))
    failed = TargetPlan(us.scope, unknown=(Unknown(None, None, "denied"),))
    assert "2 changes alike in all of them" in text(plan_lines(Plan((eu, failed, ap), "0")))


@pytest.mark.parametrize(("number", "said"), [(20, "to delete: remove: [domain/d00"), (21, "to delete the first 20: ")])
def test_the_line_to_paste_says_when_it_is_not_all(number, said):
    left = tuple(Address("domain", (f"d{one:02}.example",)) for one in range(number))
    shown = text(beside_lines(TargetPlan(Scope("acme", "eu-west-1", "123456789012"), left_over=left)))
    assert said in shown
    assert shown.count(".example") == 2 * min(number, 20)
