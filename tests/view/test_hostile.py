"""Hostile names and values, from a spec or from SES, reach no form of a plan or of findings unescaped."""

from __future__ import annotations

import json
import re
from itertools import pairwise

from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st
from view.hostile import TEXTS, hostile
from view.plans import PLANS
from view.readers import COMMAND, JOB, Reader, acting, foreign_markup

from sesops.core.plan import Plan
from sesops.view import github, machine, reports
from sesops.view.findings import report_lines
from sesops.view.plan_html import html
from sesops.view.plan_markdown import LIMIT, markdown
from sesops.view.plan_text import plan_lines

SHORT = st.text(min_size=1, max_size=20)
ENTITY = re.compile(r"%(?!25|0A|0D|3A|2C)")


def everywhere(check):
    """Run a check over plans that have each of the texts wherever there is text, and any other text."""

    @settings(max_examples=15, phases=(Phase.explicit, Phase.generate))
    @given(SHORT, SHORT)
    def test(text, other):
        check(hostile(text, other))

    for one, other in pairwise((*TEXTS, TEXTS[0])):
        test = example(one, other)(test)
    return test


@everywhere
def test_text(plan: Plan):
    """Every line is one that a terminal shows."""
    lines = [*plan_lines(plan), *report_lines(plan.targets[0].findings, "x")]
    assert set().union(*(acting(line.plain) for line in lines)) == set()
    assert not any(JOB.search(line.plain) for line in lines)


@everywhere
def test_json(plan: Plan):
    """ASCII, and one document."""
    for document in (
        machine.plan(plan),
        machine.findings(plan.targets[0].findings),
        reports.sarif(plan.targets[0].findings, "spec.yaml"),
        reports.gitlab(plan.targets[0].findings, "spec.yaml"),
    ):
        assert document.isascii()
        assert json.loads(document)
        assert not JOB.search(document)


@everywhere
def test_markdown(plan: Plan):
    """No link, image, mention or tag but ours, in a comment's room."""
    text = markdown(plan)
    assert len(text) <= LIMIT
    assert not JOB.search(text)
    assert foreign_markup(text) == ([], "")


OURS = [Reader(html(PLANS[name]())) for name in PLANS]
TAGS = {tag for page in OURS for tag, _ in page.tags} | {"span"}
ATTRIBUTES = {one for page in OURS for _, values in page.tags for one in values}


@everywhere
def test_html(plan: Plan):
    """Every tag is closed and ours, and so is every attribute; links stay in the page."""
    page = Reader(html(plan))
    assert {tag for tag, _ in page.tags} <= TAGS
    assert {one for _, values in page.tags for one in values} <= ATTRIBUTES
    assert all(re.fullmatch(r"#[ct]\d+", one) for one in page.values("href"))
    assert acting(page.text) == set()
    assert not JOB.search(page.text)


@everywhere
def test_github(plan: Plan):
    """Ten commands and nothing else, none with more properties than it should have; outputs of our names alone."""
    for some in (github.of_plan(plan), github.of_findings(plan.targets[0].findings)):
        lines = github.commands(some).split("\n")
        assert lines.pop() == ""
        assert 0 < len(lines) <= github.MOST
        for line in lines:
            found = COMMAND.fullmatch(line)
            assert found
            assert acting(line) == set()
            assert not JOB.search(found[3])
            assert not ENTITY.search(found[2] + found[3])
    assert set(as_read(github.outputs(plan, 3))) == set(as_read(github.outputs(PLANS["both"](), 3)))
    assert as_read(github.outputs(plan, 3))["exit-code"] == "3"
    summary = github.findings_summary(plan.targets[0].findings, plan.tool_version, github.room())
    assert foreign_markup(summary) == ([], "")


def as_read(outputs: str) -> dict[str, str]:
    """A file of outputs as GitHub's runner reads it."""
    found, lines = {}, iter(outputs.splitlines())
    for line in lines:
        name, mark, value = re.fullmatch(r"(.*?)(=|<<)(.*)", line).groups()
        assert name not in found
        if mark == "<<":
            found[name] = "\n".join(iter(lambda end=value: next(lines), value))
        else:
            found[name] = value
    return found
