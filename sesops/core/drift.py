"""Where live SES is not what the spec says: a plan looked at from the other side.

*Changed* is a field that the spec gives, *gone* a thing that it names, *extra* a member that a strict thing has and the
spec does not. Not drift: adoption, what waits for something outside our hands, what the spec takes away or lets go and
what it says nothing of.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from sesops.core.address import Address
from sesops.core.diagnostic import Location
from sesops.core.plan import Action, Change, State, TargetPlan
from sesops.core.values import Json


class What(Enum):
    """How a thing differs."""

    CHANGED = "changed"
    GONE = "gone"
    EXTRA = "extra"


@dataclass(frozen=True)
class Entry:
    """One field that is not as the spec says (`path`, `live`, `wanted`), or a thing that is gone, or extra (none of
    them).
    """

    what: What
    address: Address
    path: str | None = None
    live: Json = None
    wanted: Json = None
    details: tuple[tuple[str, Json, Json], ...] = ()
    """Where the two differ, for a value that has parts: (path inside it, live, wanted)."""
    place: Location | None = None


def drift(target: TargetPlan) -> tuple[Entry, ...]:
    """The drift of a target, in the order of its plan. Sensitive values are left out."""
    return tuple(entry for change in target.changes for entry in _entries(change))


def _entries(change: Change) -> Iterator[Entry]:
    if change.action is Action.CREATE:
        if any(step.state is not State.WAITING for step in change.steps if step.facet == "create"):
            yield Entry(What.GONE, change.address, place=change.place)
    elif change.is_extra:
        yield Entry(What.EXTRA, change.address, place=change.place)
    elif change.action in (Action.UPDATE, Action.REPLACE):
        waiting = {step.facet for step in change.steps if step.state is State.WAITING}
        for one in change.fields:
            if one.facet not in waiting:
                live, wanted = (None, None) if one.sensitive else (one.before, one.after)
                details = () if one.sensitive else one.details
                yield Entry(What.CHANGED, change.address, one.path, live, wanted, details, change.place)
