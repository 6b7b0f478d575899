"""Every form of a plan, compared with golden files from the same plans; and nothing in one form that another keeps back."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
from view.plans import PLANS

from sesops.cli.run import code_of
from sesops.core.plan import Plan
from sesops.view import github, machine
from sesops.view.plan_html import html
from sesops.view.plan_markdown import markdown
from sesops.view.plan_text import plan_lines

GOLDEN = Path(__file__).parents[1] / "golden" / "plans"
HEAD, TAIL = 150, 60
"""Lines of a long plan that its golden file has; the rest is a digest."""


def text(plan: Plan) -> str:
    return "".join(f"{line.plain.rstrip()}\n" for line in plan_lines(plan))


def page(plan: Plan) -> str:
    """The page without its style sheet."""
    styled = re.sub("sha256-[A-Za-z0-9+/=]+", "sha256-DIGEST", html(plan))
    return re.sub("<style>.*?</style>", "<style></style>", styled, flags=re.DOTALL)


def job(plan: Plan) -> str:
    """What a job's log and its outputs get."""
    code = code_of(plan.targets, detailed=True)
    return f"{github.commands(github.of_plan(plan))}--- GITHUB_OUTPUT\n{github.outputs(plan, code)}"


FORMS = {"txt": text, "json": machine.plan, "md": markdown, "html": page, "github": job}


def shortened(long: str) -> str:
    lines = long.splitlines(keepends=True)
    if len(lines) <= 2_000:
        return long
    middle = "".join(lines[HEAD:-TAIL])
    note = f"[{len(lines) - HEAD - TAIL} lines, {hashlib.sha256(middle.encode()).hexdigest()}]\n"
    return "".join((*lines[:HEAD], note, *lines[-TAIL:]))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", PLANS)
def test_a_plan_in_a_form(name, form, golden):
    """It reads as it was reviewed, byte for byte."""
    golden(GOLDEN / f"{name}.{form}", shortened(FORMS[form](PLANS[name]())))


@pytest.mark.parametrize("form", FORMS)
def test_no_suppressed_address_is_shown(form):
    """Addresses are masked and counted."""
    shown = FORMS[form](PLANS["first-apply"]())
    assert "gone@example.com" not in shown
    assert "angry@example.org" not in shown
    # What is annotated is the worst ten, and adding to a list is none of them.
    assert form == "github" or ("g***@example.com" in shown and "count" in shown)


@pytest.mark.parametrize("form", ["txt", "md", "html"])
def test_held_back_in_part_is_not_with_leave(form):
    """Of a change of which a part is made, what stops mail is said to be held back where it is."""
    shown = FORMS[form](PLANS["both"]())
    assert "with leave" not in shown
    assert "held back" in shown
