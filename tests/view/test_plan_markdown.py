"""A plan as Markdown: cut to what a comment holds, and nothing foreign that Markdown reads."""

from __future__ import annotations

import re
from dataclasses import replace

from core.toys import box, live, plan, state, wanted
from hypothesis import given
from hypothesis import strategies as st
from view.plans import PLANS
from view.readers import tokens

from sesops.core.diagnostic import Diagnostic, Location
from sesops.core.plan import Leave, Plan, Removal
from sesops.view.plan_markdown import LIMIT, OPEN, code, fenced, markdown, marker


def many(number, name="b{}"):
    boxes = [box(name.format(n)) for n in range(number)]
    return plan([wanted(one, size=2, on=False) for one in boxes], state(*(live(one, "SUCCESS") for one in boxes)))


def test_a_large_plan_fits_a_comment_and_says_what_is_missing():
    """Everything that is left out is counted, and no change is cut in its middle."""
    target = many(2_000)
    text = markdown(Plan((target,), "0"))
    assert len(text) <= LIMIT
    shown = text.count("<details")
    assert shown == text.count("</details>")
    assert f"{2_000 - shown:,} changes" in text
    assert re.search(r"0 to create, 2000 to update|2000 held back", text)


def test_what_stops_mail_comes_before_the_changes():
    """In a plan of three targets, that of each."""
    targets = [replace(many(2), scope=replace(many(0).scope, target=name)) for name in ("eu", "us", "ap")]
    text = markdown(Plan(tuple(targets), "0"))
    places = [text.index(f"{part} in `{name}`") for part in ("Stops mail", "Changes") for name in ("eu", "us", "ap")]
    assert places == sorted(places)


def test_long_lists_leave_room_for_the_rest():
    """What stops mail, is held back or was found takes its part and no more, and a long line is cut, not left out."""
    target = many(2_000)
    long = tuple(replace(one, sentence=f"{one.address} {'x' * 5_000}") for one in target.changes)
    findings = tuple(Diagnostic("wrong-value", "y" * 70_000) for _ in range(300))
    text = markdown(Plan((replace(target, changes=long, findings=findings),), "0"))
    assert len(text) <= LIMIT
    for part in (
        "#### Stops mail",
        "#### Findings",
        "#### Held back",
        "#### Changes",
        "lines of findings",
        "changes that",
    ):
        assert part in text
    assert text.count("<details") > 5
    assert "… (50" in text


def test_a_change_that_has_no_room_for_all_of_it_shows_what_it_can():
    """The next one is shown too."""
    target = many(2)
    other, last = (one for one in target.changes if one.fields)
    field = other.fields[0]
    first = replace(other, fields=tuple(replace(field, path=f"tags.t{n}") for n in range(9_000)))
    text = markdown(Plan((replace(target, changes=(first, last)),), "0"))
    assert re.search(r"… and 8,\d\d\d more lines", text)
    assert text.count("<details") == 2


def test_what_is_held_back_or_waits_is_in_sight_of_a_folded_plan():
    """And of the changes the weightiest stand first."""
    target = PLANS["everything"]().targets[0]
    more = plan([wanted(box(f"new{n}")) for n in range(OPEN)], state(absent=[box(f"new{n}") for n in range(OPEN)]))
    text = markdown(Plan((replace(target, changes=(*more.changes, *target.changes)),), "0"))
    held, waits, changes = (text.index(f"#### {part}") for part in ("Held back", "Waiting, and what to do", "Changes"))
    assert held < text.index("! box/theirs: ") < waits < text.index("    for box/waits") < changes
    order = [text.index(f"<code>box/{name}</code>") for name in ("theirs", "a", "old", "waits", "new0")]
    assert order == sorted(order)
    assert "Held back" not in markdown(Plan((target,), "0"))


def test_a_file_is_named_where_nobody_is_mentioned():
    """Also in the raw HTML of a summary GitHub links names and numbers, but not in code."""
    target = many(1)
    change = next(one for one in target.changes if one.fields)
    place = Location("ses/@team/#1.yaml", 3)
    text = markdown(Plan((replace(target, changes=(replace(change, place=place),)),), "0"))
    assert "(<code>ses/@team/#1.yaml:3</code>)" in text


def test_leave_stands_on_top():
    """What is removed and released, before what it does."""
    target = plan(
        [wanted(box("a"))],
        state(live(box("a")), live(box("old")), owners={box("a"): "acme"}),
        Leave(remove=(Removal("box/old"),)),
    )
    text = markdown(Plan((target,), "0"))
    assert text.index("remove: box/old") < text.index("#### Changes")


def test_the_marker_is_one_comment_whatever_the_stack_is_called():
    """A name cannot end it, and no two stacks share one."""
    assert marker("acme-mail") == "<!-- sesops-plan acme-mail -->"
    assert marker("a--><script>").startswith("<!-- sesops-plan a_-__script_-")
    alike = ("a-b", "a_b", "a:b", "a/b", "a--b", "a" * 65, "a" * 66)
    assert len({marker(one) for one in alike}) == len(alike)


@given(st.text())
def test_a_code_span_holds_any_text(text):
    """It is read as one, and as nothing else."""
    kinds = [one.type for one in tokens(f"a {code(text)} b") if one.type != "inline"]
    assert kinds.count("code_inline") == 1
    assert set(kinds) <= {"paragraph_open", "paragraph_close", "text", "code_inline"}


@given(st.lists(st.text(alphabet="`~ab\n#", max_size=12)))
def test_a_fenced_block_holds_any_lines(lines):
    """It ends where it is meant to end."""
    kinds = [one.type for one in tokens(fenced(lines))]
    assert kinds == ["fence"]
