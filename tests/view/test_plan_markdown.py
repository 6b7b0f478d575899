"""A plan as Markdown: cut to what a comment holds, and nothing foreign that Markdown reads."""

from __future__ import annotations

import re
from dataclasses import replace

from core.toys import box, live, plan, state, wanted
from hypothesis import given
from hypothesis import strategies as st
from view.readers import tokens

from sesops.core.plan import Leave, Plan, Removal
from sesops.view.plan_markdown import LIMIT, code, fenced, markdown, marker


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
    assert f"{2_000 - shown} changes" in text
    assert re.search(r"0 to create, 2000 to update|2000 held back", text)


def test_what_stops_mail_comes_before_the_changes():
    """In a plan of three targets, that of each."""
    targets = [replace(many(2), scope=replace(many(0).scope, target=name)) for name in ("eu", "us", "ap")]
    text = markdown(Plan(tuple(targets), "0"))
    places = [text.index(f"{part} in `{name}`") for part in ("Stops mail", "Changes") for name in ("eu", "us", "ap")]
    assert places == sorted(places)


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
    """A name cannot end it."""
    assert marker("a--><script>") == "<!-- sesops-plan a____script_ -->"


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
