"""A plan as text for people: what would be done, what is held back, what waits, and a count at the end.

Builds `rich` texts and prints nothing, so that a golden test compares `.plain`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.text import Text

from sesops.core.address import Address
from sesops.core.plan import Action, Change, FieldChange, Impact, Plan, State, Step, TargetPlan
from sesops.core.plan_json import summary
from sesops.view.findings import finding_lines
from sesops.view.style import ACTIONS, STATES, named, safe, value

NAMES = 32
"""Columns in which names of fields stand; a longer one sticks out, so that values stay on the screen."""
SHOWN_NAMES = 20
"""Names in one line of left over, extra or adopted things."""


def plan_lines(plan: Plan) -> Iterator[Text]:
    """The whole plan, a text a line."""
    for number, target in enumerate(plan.targets):
        if number:
            yield Text()
        yield from target_lines(target)


def target_lines(target: TargetPlan) -> Iterator[Text]:
    yield Text(_headline(target), style="bold")
    yield Text()
    for finding in target.findings:
        # Without the line of the spec: a plan that was saved does not have it.
        yield from finding_lines(finding, snippet=False)
        yield Text()
    shown = [change for change in target.changes if change.action is not Action.ADOPT or change.held]
    for change in shown:
        yield from change_lines(change, target)
        yield Text()
    yield from side_lines(target)
    yield Text(totals(target), style="bold")


def _headline(target: TargetPlan) -> str:
    scope = target.scope
    name = f"{scope.target}: " if scope.target else ""
    return safe(f"{name}{scope.stack} in {scope.region}, account {scope.account}")


def change_lines(change: Change, target: TargetPlan) -> Iterator[Text]:
    """One thing: its action, its fields, what they mean for mail, and the steps that are not made now."""
    symbol, word, colour = ACTIONS[change.action]
    state = common_state(change)
    if state is not State.READY:
        symbol, word, colour = STATES[state][0], f"{word}, {STATES[state][1]}", STATES[state][2]
    line = Text(f"  {symbol} {word} ", style=colour)
    line.append(named(change.address, target.scope.target), style="bold")
    if change.place:
        line.append(safe(f"  ({change.place.file}:{change.place.line})"), style="dim")
    yield line
    width = min(max((len(safe(one.path)) for one in change.fields), default=0), NAMES)
    for one in change.fields:
        yield from _field_lines(change, one, width)
    yield from _impact_lines(change)
    yield from _state_lines(change)


def common_state(change: Change) -> State:
    """The state of the whole change: ready as soon as one step of it would be made."""
    states = {step.state for step in change.steps}
    return next((one for one in (State.READY, State.HELD, State.WAITING) if one in states), State.READY)


def _step_of(change: Change, field: FieldChange) -> Step | None:
    return next((one for one in change.steps if one.facet == field.facet), change.steps[0] if change.steps else None)


def _field_lines(change: Change, field: FieldChange, width: int) -> Iterator[Text]:
    step = _step_of(change, field)
    mark, _, colour = STATES[step.state if step else State.READY]
    values = _values(change, field)
    name = f"{safe(field.path):<{width}}  " if values else safe(field.path)
    line = Text(f"      {mark} {name}", style=colour)
    line.append(values)
    if field.ours:
        line.append("  (default of sesops)", style="dim")
    yield line
    if change.action is Action.CREATE and _is_listed(field.after):
        yield from (Text(f"          - {value(item)}") for item in field.after)
    if change.action is not Action.CREATE:
        for path, before, after in field.details:
            where = f"{safe(path)}: " if path else ""
            yield Text(f"          {where}{_detail(before, after)}")


def _is_listed(after: object) -> bool:
    """Whether a new value is a list of maps, which reads better with a line an item."""
    return isinstance(after, list) and bool(after) and isinstance(after[0], dict)


def _values(change: Change, field: FieldChange) -> str:
    if field.sensitive:
        return "(sensitive)"
    if field.known_after_apply:
        return "(known after apply)"
    if change.action is Action.CREATE:
        return "" if _is_listed(field.after) else value(field.after)
    if field.details and not isinstance(field.before, str | None):
        return f"{len(field.details)} difference{'s' if len(field.details) > 1 else ''}"
    after = "SES's default" if field.after is None else value(field.after)
    return f"{value(field.before)} -> {after}"


def _detail(before: object, after: object) -> str:
    if before is None:
        return f"+ {value(after)}"
    if after is None:
        return f"- {value(before)}"
    return f"{value(before)} -> {value(after)}"


def _impact_lines(change: Change) -> Iterator[Text]:
    if change.sentence and change.impact is Impact.STOPS_MAIL:
        yield Text(f"      stops mail: {safe(change.sentence)}", style="bold red")
    elif change.sentence:
        yield Text(f"      note: {safe(change.sentence)}")
    if change.account_wide and change.action is not Action.ADOPT:
        yield Text("      note: account-wide, another stack may set it too")


def _state_lines(change: Change) -> Iterator[Text]:
    for step in change.steps:
        if step.state is State.READY:
            continue
        mark, word, colour = STATES[step.state]
        reason = step.reason or ""
        # What stops mail has its line above: here only the way out.
        rest = reason.removeprefix(f"{change.sentence}. ") if change.impact is Impact.STOPS_MAIL else reason
        yield Text(f"      {mark} {step.facet} {word}{': ' if rest == reason else '. '}{safe(rest)}", style=colour)
        if step.state is State.WAITING:
            yield from (Text(f"          {safe(one.hint)}") for one in step.conditions if one.hint)


def side_lines(target: TargetPlan) -> Iterator[Text]:
    """What is not a change: adoption, extra and left over things, what could not be read, and refusals."""
    found = [*beside_lines(target), *trouble_lines(target)]
    yield from found
    if found:
        yield Text()


def beside_lines(target: TargetPlan) -> Iterator[Text]:
    """Adoption, extra and left over things."""
    adopted = [one.address for one in target.adoptions if not one.held]
    if adopted:
        symbol, word, colour = ACTIONS[Action.ADOPT]
        yield Text(f"  {symbol} {word} {_count(adopted)}: {_list(adopted, target)} (a tag, nothing else)", style=colour)
    if target.extra:
        yield Text(f"    extra: {_list(target.extra, target)} (on SES, not in the spec; left alone)")
    if target.left_over:
        yield Text(f"    left over: {_list(target.left_over, target)} (with this stack's tag, not in the spec)")
        paste = ", ".join(named(one, target.scope.target) for one in target.left_over[:SHOWN_NAMES])
        yield Text(f"        to delete: remove: [{paste}]; to keep them apart from this stack: release: [...]")
    if not target.left_over_known:
        yield Text("    left over: unknown, the listing of tags was refused")


def trouble_lines(target: TargetPlan) -> Iterator[Text]:
    """What could not be read, and refusals."""
    for one in target.unknown:
        where = f"{named(one.address, target.scope.target)} {one.facet or ''}".rstrip() if one.address else "everything"
        yield Text(f"  ? unknown {where}: {safe(one.reason)}", style="bold red")
    for refusal in target.refusals:
        yield Text(f"  ! refused: {safe(refusal)}", style="bold red")


def _count(things: Iterable[object]) -> str:
    number = len(list(things))
    return f"{number} thing{'' if number == 1 else 's'}"


def _list(addresses: Iterable[Address], target: TargetPlan) -> str:
    names = [named(one, target.scope.target) for one in addresses]
    more = f" and {len(names) - SHOWN_NAMES} more" if len(names) > SHOWN_NAMES else ""
    return ", ".join(names[:SHOWN_NAMES]) + more


def totals(target: TargetPlan) -> str:
    """The last line: counts, and what kind of quiet it is where there is nothing to do."""
    counts = summary(target)
    words = [
        f"{counts[action.value]} to {ACTIONS[action][1]}" for action in (Action.CREATE, Action.UPDATE, Action.DELETE)
    ]
    words += [
        f"{counts[key]} {text}"
        for key, text in (
            ("replace", "to replace"),
            ("release", "to release"),
            ("adopt", "to adopt"),
            ("held_back", "held back"),
            ("waiting", "waiting"),
            ("unknown", "unknown"),
        )
        if counts[key]
    ]
    quiet = not any((target.pending, counts["held_back"], counts["unknown"], target.refusals))
    if quiet and target.complete:
        rest = f"; {', '.join(words[3:])}" if words[3:] else ""
        return f"No changes: {target.compared} thing{'' if target.compared == 1 else 's'} compared{rest}"
    incomplete = "" if target.complete else " (incomplete)"
    return f"Plan{incomplete}: {', '.join(words)}"
