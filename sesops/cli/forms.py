"""Plans and findings in the form that was asked for; for GitHub also in the files that a job names."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from sesops.cli.options import FindingsFormat, PlanFormat

if TYPE_CHECKING:
    from collections.abc import Callable

    from sesops.core.diagnostic import Diagnostic
    from sesops.core.plan import Plan

SUMMARY, OUTPUT = "GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT"
ROOTS = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR")
"""Where the repository lies, as GitHub and GitLab say it."""


def show(plan: Plan, form: PlanFormat, code: int) -> None:
    """Print a plan; `code` is what `plan` ends with."""
    from sesops.view import console

    if form is PlanFormat.TEXT:
        from sesops.view.plan_text import plan_lines

        console.out(plan_lines(plan))
    elif form is PlanFormat.GITHUB:
        from sesops.view import github
        from sesops.view.plan_markdown import markdown

        console.commands(github.commands(github.of_plan(plan), within))
        _summarise(lambda room: markdown(plan, limit=room))
        _append(OUTPUT, f"\n{github.outputs(plan, code)}")
    else:
        console.write(_document(plan, form))


def _document(plan: Plan, form: PlanFormat) -> str:
    if form is PlanFormat.JSON:
        from sesops.view import machine

        return machine.plan(plan)
    if form is PlanFormat.MARKDOWN:
        from sesops.view.plan_markdown import markdown

        return markdown(plan)
    from sesops.view.plan_html import html

    return html(plan)


def show_findings(found: tuple[Diagnostic, ...], form: FindingsFormat, roots: tuple[Path, ...]) -> None:
    """Print what was found in the specs with these root files."""
    from sesops.view import console, findings, github, machine, reports

    names = ", ".join(map(str, roots))
    if form is FindingsFormat.TEXT:
        console.out(findings.report_lines(found, names))
    elif form is FindingsFormat.JSON:
        console.write(machine.findings(found))
    elif form is FindingsFormat.SARIF:
        console.write(reports.sarif(found, str(roots[0]), within))
    elif form is FindingsFormat.GITLAB:
        console.write(reports.gitlab(found, str(roots[0]), within))
    else:
        console.commands(github.commands(github.of_findings(found), within))
        _summarise(lambda room: github.findings_summary(found, names, room))


def _summarise(make: Callable[[int], str]) -> None:
    """Add to the job's summary, behind a blank line: what stands there is Markdown too, and may have no end of line."""
    from sesops.view import github

    blank = "\n\n"
    path = Path(os.environ.get(SUMMARY, ""))
    taken = path.stat().st_size if path.is_file() else 0
    _append(SUMMARY, f"{blank}{make(github.room(taken + len(blank)))}")


def _append(variable: str, text: str) -> None:
    """Add to the file that a variable names, where it names one."""
    from sesops.view import console

    if path := os.environ.get(variable):
        console.append(path, text)


def within(file: str) -> str:
    """A file's path in the repository, as far as it lies in it."""
    root = next((os.environ[one] for one in ROOTS if os.environ.get(one)), ".")
    path = Path(os.path.normpath(Path.cwd() / file))
    top = Path(os.path.normpath(Path.cwd() / root))
    return path.relative_to(top).as_posix() if path.is_relative_to(top) else file
