"""A plan in the form that was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesops.cli.options import PlanFormat

if TYPE_CHECKING:
    from sesops.core.plan import Plan


def show(plan: Plan, form: PlanFormat) -> None:
    """Print a plan."""
    from sesops.view import console

    if form is PlanFormat.TEXT:
        from sesops.view.plan_text import plan_lines

        console.out(plan_lines(plan))
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
