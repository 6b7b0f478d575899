"""What every form of a plan shows: marks, words and values as texts that are safe anywhere, in the order they are read.

A form (text, Markdown, HTML, GitHub) lays them out and escapes them for where they stand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sesops.core.address import Address
from sesops.core.plan import Action, Change, FieldChange, Impact, State, Step, TargetPlan
from sesops.core.plan_json import summary
from sesops.core.sentences import MANY, listed
from sesops.core.values import Json, Secret
from sesops.view.style import ACTIONS, STATES, WHOSE, named, safe, short, value, word

BY_US = "(default of sesops)"


@dataclass(frozen=True)
class ShownField:
    """One field: `before` is empty where nothing is compared, `after` where `inside` says it all."""

    state: State
    path: str
    before: str = ""
    after: str = ""
    by_us: bool = False
    whose: str = ""
    """Whose it is, where not all fields of the thing are of the same."""
    inside: tuple[str, ...] = ()
    """The items of a new list, or the places in a nested value that differ."""

    @property
    def mark(self) -> str:
        return STATES[self.state][0].strip()

    @property
    def values(self) -> str:
        return f"{self.before} -> {self.after}" if self.before else self.after


@dataclass(frozen=True)
class ShownStep:
    """A step that is not made now: which, why, and what would let it through."""

    state: State
    facet: str
    reason: str
    is_way_out: bool = False
    """The reason says the way out alone, for why stands in the sentence of the change."""
    hints: tuple[str, ...] = ()

    @property
    def mark(self) -> str:
        return STATES[self.state][0]

    @property
    def said(self) -> str:
        return f"{self.facet} {STATES[self.state][1]}{'. ' if self.is_way_out else ': '}{self.reason}"


@dataclass(frozen=True)
class ShownChange:
    """One thing: what happens to it, its fields, what they mean for mail, and the steps that are not made now."""

    mark: str
    action: str
    said: str
    """The action, and that it is not made where it is not."""
    colour: str
    address: str
    place: str
    fields: tuple[ShownField, ...]
    stops: str
    notes: tuple[str, ...]
    steps: tuple[ShownStep, ...]
    whose: str = ""
    """Whose it is, where the plan was made against an earlier revision."""


def shown(change: Change, target: TargetPlan) -> ShownChange:
    """A change in words."""
    mark, said, colour = marked(change)
    stops = change.impact is Impact.STOPS_MAIL
    sentence = safe(change.sentence or "")
    notes = [sentence] if sentence and not stops else []
    if change.account_wide and change.action is not Action.ADOPT:
        notes.append("account-wide, another stack may set it too")
    return ShownChange(
        mark,
        ACTIONS[change.action][1],
        said,
        colour,
        named(change.address, target.scope.target),
        place_of(change),
        tuple(_field(change, one) for one in change.fields),
        sentence if stops else "",
        tuple(notes),
        tuple(_step(change, one) for one in change.steps if one.state is not State.READY),
        WHOSE[change.whose] if change.whose else "",
    )


def marked(change: Change) -> tuple[str, str, str]:
    """The mark, the word and the colour of a change: of why it is not made, where it is not."""
    mark, said, colour = ACTIONS[change.action]
    state = common_state(change)
    if state is State.READY:
        return mark, said, colour
    return STATES[state][0], f"{said}, {STATES[state][1]}", STATES[state][2]


def shown_changes(target: TargetPlan) -> list[Change]:
    """The changes that are shown one by one: adoption is a count, unless it is held back."""
    return [one for one in target.changes if one.action is not Action.ADOPT or one.held]


def common_state(change: Change) -> State:
    """The state of the whole change: ready as soon as one step of it would be made."""
    states = {step.state for step in change.steps}
    return next((one for one in (State.READY, State.HELD, State.WAITING) if one in states), State.READY)


def weight(change: Change) -> tuple[bool, ...]:
    """What a reviewer looks at first: less is more."""
    return (
        not change.held,
        change.impact is not Impact.STOPS_MAIL,
        change.action not in (Action.DELETE, Action.REPLACE, Action.RELEASE),
        not change.has(State.WAITING),
    )


def waiting(changes: Iterable[ShownChange]) -> dict[tuple[str, tuple[str, ...]], list[ShownChange]]:
    """What waits, by why and by what to do."""
    found: dict[tuple[str, tuple[str, ...]], list[ShownChange]] = {}
    for one in changes:
        for step in one.steps:
            if step.state is State.WAITING:
                some = found.setdefault((step.reason, step.hints), [])
                some += [one] if one not in some[-1:] else []
    return found


def state_of(change: Change, field: FieldChange) -> State:
    """The state of the step that a field is written with."""
    steps = change.steps
    step = next((one for one in steps if one.facet == field.facet), steps[0] if steps else None)
    return step.state if step else State.READY


def place_of(change: Change) -> str:
    return safe(f"{change.place.file}:{change.place.line}") if change.place else ""


def stopping(target: TargetPlan) -> Iterator[tuple[ShownChange, str]]:
    """What stops mail, and whether it is made (with leave) or not."""
    for one in target.changes:
        if one.impact is Impact.STOPS_MAIL:
            facets = {field.facet for field in one.fields if field.stops_mail}
            states = {step.state for step in one.steps if step.facet in facets} or {common_state(one)}
            state = next((state for state in (State.HELD, State.READY) if state in states), State.WAITING)
            yield shown(one, target), "with leave" if state is State.READY else STATES[state][1]


def _field(change: Change, field: FieldChange) -> ShownField:
    before, after = _values(change, field)
    return ShownField(
        state_of(change, field),
        safe(field.path),
        before,
        after,
        field.ours,
        WHOSE[field.whose] if field.whose and field.whose is not change.whose else "",
        () if field.sensitive or field.known_after_apply else tuple(_inside(change, field)),
    )


def _values(change: Change, field: FieldChange) -> tuple[str, str]:
    if field.sensitive:
        return "", f"(from {safe(str(field.after))})" if isinstance(field.after, Secret) else "(sensitive)"
    if field.known_after_apply:
        return "", "(known after apply)"
    if change.action is Action.CREATE:
        return "", "" if _is_listed(field.after) else value(field.after)
    if field.details and not isinstance(field.before, str | None):
        return "", f"{len(field.details)} difference{'s' if len(field.details) > 1 else ''}"
    return value(field.before), "SES's default" if field.after is None else value(field.after)


def _inside(change: Change, field: FieldChange) -> Iterator[str]:
    if change.action is Action.CREATE:
        yield from (f"- {value(item)}" for item in field.after) if _is_listed(field.after) else ()
        return
    for path, before, after in field.details:
        yield f"{safe(path)}: {_detail(before, after)}" if path else _detail(before, after)


def _is_listed(after: object) -> bool:
    """Whether a new value is a list of maps, which reads better with a line an item."""
    return isinstance(after, list) and bool(after) and isinstance(after[0], dict)


def _detail(before: Json, after: Json) -> str:
    if before is None:
        return f"+ {value(after)}"
    if after is None:
        return f"- {value(before)}"
    return f"{value(before)} -> {value(after)}"


def _step(change: Change, step: Step) -> ShownStep:
    reason = step.reason or ""
    # What stops mail has its sentence already: here only the way out.
    rest = reason.removeprefix(f"{change.sentence}. ") if change.impact is Impact.STOPS_MAIL else reason
    hints = tuple(safe(one.hint) for one in step.conditions if one.hint) if step.state is State.WAITING else ()
    return ShownStep(step.state, safe(step.facet), safe(rest), rest != reason, hints)


def adopted(target: TargetPlan) -> list[Address]:
    """What gets a tag and nothing else."""
    return [one.address for one in target.adoptions if not one.held]


def left_over(target: TargetPlan) -> str:
    """Why a thing counts as left over."""
    if target.base is None:
        return "with this stack's tag, not in the spec"
    return "with this stack's tag, or in the spec before, and not in it now"


def to_paste(target: TargetPlan) -> str:
    """The line of a spec that deletes what is left over."""
    return ", ".join(word(named(one, target.scope.target)) for one in target.left_over[:MANY])


def names(addresses: Iterable[Address], target: TargetPlan) -> str:
    """Addresses in one line, cut with a count."""
    return listed((named(one, target.scope.target) for one in addresses), MANY)


def counted(number: int, what: str = "thing") -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def troubles(target: TargetPlan) -> Iterator[tuple[str, str]]:
    """What could not be read, and refusals, each with its mark."""
    for one in target.unknown:
        where = (
            f"{named(one.address, target.scope.target)} {safe(one.facet or '')}".rstrip()
            if one.address
            else "everything"
        )
        yield "?", f"unknown {where}: {safe(one.reason)}"
    for refusal in target.refusals:
        yield "!", f"refused: {safe(refusal)}"


def own_lines(target: TargetPlan) -> list[str]:
    """The leave that lies in the change of the spec itself."""
    name = target.scope.target
    return [
        f"asked for by this change itself: {safe(path)} of {named(address, name)}"
        for address, path in sorted(target.leave.own)
    ]


def leave_lines(target: TargetPlan) -> list[str]:
    """The leave that the plan was given, a line each, as a spec or the command line says it."""
    leave, name = target.leave, target.scope.target
    return [
        *(f"remove: {safe(one.pattern)}" for one in leave.remove),
        *(f"release: {safe(one.pattern)}" for one in leave.release),
        *(f"allow: {short(named(one.address, name))} to {safe(one.to)}, until {one.until}" for one in leave.allow),
        *own_lines(target),
        *(f"--allow-many {safe(kind)}={number}" for kind, number in sorted(leave.allow_many.items())),
    ]


_MORE = (
    ("replace", "to replace"),
    ("release", "to release"),
    ("adopt", "to adopt"),
    ("held_back", "held back"),
    ("held_back_before", "of them since before"),
    ("waiting", "waiting"),
    ("unknown", "unknown"),
)
"""What is counted where there is any."""


def by_whose(target: TargetPlan) -> str:
    """How many changes are whose; empty where the plan was not made against an earlier revision."""
    counts = summary(target)
    words = [f"{counts[one.value]} {text.partition(':')[0]}" for one, text in WHOSE.items() if counts.get(one.value)]
    return f"Since {safe(target.base)[:12]}: {', '.join(words) or 'nothing'}" if target.base else ""


def totals(target: TargetPlan) -> str:
    """One line: counts, and what kind of quiet it is where there is nothing to do."""
    counts = summary(target)
    words = [
        f"{counts[action.value]} to {ACTIONS[action][1]}" for action in (Action.CREATE, Action.UPDATE, Action.DELETE)
    ]
    words += [f"{counts[key]} {text}" for key, text in _MORE if counts.get(key)]
    quiet = not any((target.pending, counts["held_back"], counts["unknown"], target.refusals))
    if quiet and target.complete:
        rest = f"; {', '.join(words[3:])}" if words[3:] else ""
        return f"No changes: {target.compared} thing{'' if target.compared == 1 else 's'} compared{rest}"
    incomplete = "" if target.complete else " (incomplete)"
    return f"Plan{incomplete}: {', '.join(words)}"
