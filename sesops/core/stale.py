"""Whether a saved plan still holds: its changes, derived again from what is live now, have to be the ones it shows, or
fewer because some are done.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from sesops.core.address import Address
from sesops.core.plan import STOPS_MAIL, Action, Change, FieldChange, Impact, State, Step, TargetPlan

_WORST = list(Impact)
"""Impacts, the worst last."""


def differences(saved: TargetPlan, fresh: TargetPlan) -> tuple[str, ...]:
    """What a run of `fresh` would do that `saved` did not show, in sentences; none: the plan holds.

    An adoption more is no difference: it is left out by `within`. A change that is gone was done by somebody.
    """
    shown = {(change.address, change.action): change for change in saved.changes}
    found: list[str] = []
    for change in fresh.changes:
        if change.action is Action.ADOPT:
            continue
        before = shown.get((change.address, change.action))
        if before is not None:
            found.extend(_changed(before, change))
        elif not _rest_of_create(shown.get((change.address, Action.CREATE)), change):
            found.append(f"{change.address}: {change.action.value} was not in the plan")
    return tuple(found)


def within(saved: TargetPlan, fresh: TargetPlan) -> TargetPlan:
    """The fresh plan without adoptions that the saved one did not show, and with no more removals than it showed."""
    shown: set[tuple[Address, Action]] = {(change.address, change.action) for change in saved.changes}
    limits = {step.id: step.limit for change in saved.changes for step in change.steps}
    kept = tuple(
        replace(one, steps=tuple(_capped(step, limits.get(step.id)) for step in one.steps))
        for one in fresh.changes
        if one.action is not Action.ADOPT or (one.address, one.action) in shown
    )
    return replace(fresh, changes=kept)


def _capped(step: Step, limit: int | None) -> Step:
    """What is removed meanwhile by others, or listed on top, is in neither plan: the number that was shown counts."""
    if step.capped is None or step.limit is None:
        return step
    least = min(step.limit, limit or 0)
    return replace(step, limit=least, program=partial(step.capped, least))


def _changed(saved: Change, fresh: Change) -> list[str]:
    old, new = _fields(saved), _fields(fresh)
    found = [f"{fresh.address}: {path} was not in the plan" for path in sorted(new.keys() - old.keys())]
    found.extend(
        f"{fresh.address}: {path} is {new[path].before!r} -> {new[path].after!r} now, the plan has "
        f"{old[path].before!r} -> {old[path].after!r}"
        for path in sorted(new.keys() & old.keys())
        if (new[path].before, new[path].after) != (old[path].before, old[path].after)
    )
    # What is made has to be what is seen, and a file can be made to show a field otherwise than it is.
    found.extend(
        f"{fresh.address}: {path} is not as the plan shows it"
        for path in sorted(new.keys() & old.keys())
        if not found and _is_seen_otherwise(old[path], new[path])
    )
    # A milder one is that of fewer fields, or of a world that has moved on to where mail is in less danger.
    if not found and _WORST.index(fresh.impact) > _WORST.index(saved.impact):
        found.append(
            f"{fresh.address}: its impact on mail is {fresh.impact.value} now, the plan has {saved.impact.value}"
        )
    if fresh.action is Action.CREATE:
        if not found and _is_made_otherwise(saved, fresh):
            found.append(f"{fresh.address}: the call that makes it is another than the plan has")
    else:
        # Which blocks ride on a create is another question, answered anew by each plan.
        steps = _facets(fresh, State.READY) - {step.facet for step in saved.steps}
        found.extend(f"{fresh.address}: the step {facet} was not in the plan" for facet in sorted(steps))
    if not found and _has_moved(saved, fresh):
        found.append(f"{fresh.address}: something that the plan rested on has changed on SES")
    return found or [
        f"{fresh.address}: {facet} was held back when the plan was made, and would be made now"
        for facet in sorted(_facets(saved, State.HELD) - _facets(fresh, State.HELD))
        if facet in {step.facet for step in fresh.steps}
    ]


def _is_seen_otherwise(old: FieldChange, new: FieldChange) -> bool:
    """Whether its values are shown in another way: not at all, as other places that differ, as made by another step."""
    return _seen(old) != _seen(new) or (old.details != new.details and not new.surveyed)


def _seen(change: FieldChange) -> tuple[object, ...]:
    return change.facet, change.ours, change.sensitive, change.known_after_apply


def _is_made_otherwise(saved: Change, fresh: Change) -> bool:
    """Whether a create says something beside its fields, such as the rule that it comes after, that was not shown."""
    fields = {one.after for one in fresh.fields if isinstance(one.after, str)}
    old, new = _texts_of_create(saved), _texts_of_create(fresh)
    # Of a call more in the file nothing is made.
    made = {operation for operation, _ in new}
    differing = (key for key in old.keys() | new.keys() if key[0] in made and old.get(key) != new.get(key))
    return any(one not in fields for key in differing for one in (old.get(key), new.get(key)) if one is not None)


def _texts_of_create(change: Change) -> dict[tuple[str, str], str]:
    """What its call says in plain texts, by operation and parameter; blocks are judged by their fields."""
    calls = (call for step in change.steps if step.facet == Action.CREATE.value for call in step.calls)
    return {(call.operation, key): said for call in calls for key, said in call.params.items() if isinstance(said, str)}


def _has_moved(saved: Change, fresh: Change) -> bool:
    """Whether something that is still to be done as it was shown rests on something else now.

    A block with fewer fields to be changed than were shown was written by somebody: it cannot be what it was.
    """
    then, now = _rested(saved), _rested(fresh)
    return any(then.get(name) != now[name] for name in now if _asked(saved, name) == _asked(fresh, name))


def _rested(change: Change) -> dict[str, str]:
    parts = (one.partition(":") for one in change.fingerprint.split())
    return {name: digest for name, _, digest in parts}


def _asked(change: Change, name: str) -> set[str]:
    """The fields that a part of the fingerprint stands for."""
    return {one.path for one in change.fields if (one.stops_mail if name == STOPS_MAIL else one.facet == name)}


def _facets(change: Change, state: State) -> set[str]:
    return {step.facet for step in change.steps if step.state is state}


def _rest_of_create(created: Change | None, fresh: Change) -> bool:
    """Whether an update is what is left of a create that was made in part: what did not ride on the create call.

    Such a field still has SES's default. One that has another value was written by somebody else.
    """
    if created is None or fresh.action is not Action.UPDATE:
        return False
    behind = {step.facet for step in created.steps}
    asked = {one.path: one.after for one in created.fields if one.facet in behind}
    return all(one.path in asked and one.after == asked[one.path] and one.was_default for one in fresh.fields)


def _fields(change: Change) -> dict[str, FieldChange]:
    return {one.path: one for one in change.fields}
