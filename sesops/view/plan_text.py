"""A plan as text for people: what would be done, what is held back, what waits, and a count at the end.

Builds `rich` texts and prints nothing, so that a golden test compares `.plain`.
"""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from sesops.core.plan import Action, Change, Plan, TargetPlan
from sesops.core.sentences import MANY
from sesops.view.across import across_lines
from sesops.view.findings import finding_lines
from sesops.view.shown import (
    BY_US,
    ShownField,
    adopted,
    by_whose,
    counted,
    left_over,
    names,
    own_lines,
    shown,
    shown_changes,
    to_paste,
    totals,
    troubles,
)
from sesops.view.style import ACTIONS, STATES, safe

NAMES = 32
"""Columns in which names of fields stand; a longer one sticks out, so that values stay on the screen."""


def plan_lines(plan: Plan) -> Iterator[Text]:
    """The whole plan, a text a line."""
    for number, target in enumerate(plan.targets):
        if number:
            yield Text()
        yield from target_lines(target)
    yield from across_lines(plan)


def target_lines(target: TargetPlan) -> Iterator[Text]:
    yield Text(_headline(target), style="bold")
    yield Text()
    for finding in target.findings:
        # Without the line of the spec: a plan that was saved does not have it.
        yield from finding_lines(finding, snippet=False)
        yield Text()
    own = own_lines(target)
    yield from (Text(f"  {line}") for line in own)
    if own:
        yield Text()
    for change in shown_changes(target):
        yield from change_lines(change, target)
        yield Text()
    yield from side_lines(target)
    if target.base:
        yield Text(by_whose(target))
    yield Text(totals(target), style="bold")


def _headline(target: TargetPlan) -> str:
    scope = target.scope
    name = f"{scope.target}: " if scope.target else ""
    return safe(f"{name}{scope.stack} in {scope.region}, account {scope.account}")


def change_lines(change: Change, target: TargetPlan) -> Iterator[Text]:
    """One thing: its action, its fields, what they mean for mail, and the steps that are not made now."""
    one = shown(change, target)
    line = Text(f"  {one.mark} {one.said} ", style=one.colour)
    line.append(one.address, style="bold")
    if one.place:
        line.append(f"  ({one.place})", style="dim")
    if one.whose:
        line.append(f"  [{one.whose}]", style="magenta")
    yield line
    width = min(max((len(field.path) for field in one.fields), default=0), NAMES)
    for field in one.fields:
        yield from _field_lines(field, width)
    if one.stops:
        yield Text(f"      stops mail: {one.stops}", style="bold red")
    yield from (Text(f"      note: {note}") for note in one.notes)
    for step in one.steps:
        yield Text(f"      {step.mark} {step.said}", style=STATES[step.state][2])
        yield from (Text(f"          {hint}") for hint in step.hints)


def _field_lines(field: ShownField, width: int) -> Iterator[Text]:
    mark, _, colour = STATES[field.state]
    name = f"{field.path:<{width}}  " if field.values else field.path
    line = Text(f"      {mark} {name}", style=colour)
    line.append(field.values)
    if field.by_us:
        line.append(f"  {BY_US}", style="dim")
    if field.whose:
        line.append(f"  [{field.whose}]", style="magenta")
    yield line
    yield from (Text(f"          {inside}") for inside in field.inside)


def side_lines(target: TargetPlan) -> Iterator[Text]:
    """What is not a change: adoption, extra and left over things, what could not be read, and refusals."""
    found = [*beside_lines(target), *trouble_lines(target)]
    yield from found
    if found:
        yield Text()


def beside_lines(target: TargetPlan) -> Iterator[Text]:
    """Adoption, extra and left over things."""
    ours = adopted(target)
    if ours:
        mark, word, colour = ACTIONS[Action.ADOPT]
        yield Text(f"  {mark} {word} {counted(len(ours))}: {names(ours, target)} (a tag, nothing else)", style=colour)
    if target.extra:
        yield Text(f"    extra: {names(target.extra, target)} (on SES, not in the spec; left alone)")
    if target.left_over:
        yield Text(f"    left over: {names(target.left_over, target)} ({left_over(target)})")
        which = "to delete" if len(target.left_over) <= MANY else f"to delete the first {MANY}"
        yield Text(f"        {which}: remove: [{to_paste(target)}]; to keep them apart from this stack: release: [...]")
    if not target.left_over_known:
        yield Text("    left over: unknown, the tags could not be listed")


def trouble_lines(target: TargetPlan) -> Iterator[Text]:
    """What could not be read, and refusals."""
    yield from (Text(f"  {mark} {said}", style="bold red") for mark, said in troubles(target))
