"""Where live SES is not what the spec says: a plan looked at from the other side.

*Changed* is a field that the spec gives, *gone* a thing that it names, *by SES* what SES moved by itself, *extra* a
member that a strict thing has and the spec does not. Not drift: adoption, what waits for something outside our hands,
what the spec takes away or lets go and what it says nothing of.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from sesops.core.address import Address
from sesops.core.diagnostic import Location
from sesops.core.plan import Action, Change, State, TargetPlan
from sesops.core.values import Json

if TYPE_CHECKING:
    from sesops.core.waivers import Waiver


class What(Enum):
    """How a thing differs."""

    CHANGED = "changed"
    GONE = "gone"
    BY_SES = "by SES"
    EXTRA = "extra"


@dataclass(frozen=True)
class Entry:
    """One field that is not as the spec says (`path`, `live`, `wanted`), or a thing that is gone, or extra, or that SES
    did something to (none of them).
    """

    what: What
    address: Address
    path: str | None = None
    live: Json = None
    wanted: Json = None
    details: tuple[tuple[str, Json, Json], ...] = ()
    """Where the two differ, for a value that has parts: (path inside it, live, wanted)."""
    place: Location | None = None
    why: str | None = None
    """Why SES did it."""
    waiver: Waiver | None = None
    """Who answers for it; where it counts all the same, until a day that is past."""


@dataclass(frozen=True)
class Report:
    """The drift of a target: what counts, and what is waived."""

    target: TargetPlan
    entries: tuple[Entry, ...]
    waived: tuple[Entry, ...] = ()


def drift(target: TargetPlan, only: Collection[Address] = ()) -> Report:
    """The drift of a target, in the order of its plan, which may be narrowed to some things. Secrets are left out."""
    if only:
        wanted = tuple(one for one in target.wanted if one.address in only)
        target = replace(target, wanted=wanted, compared=min(target.compared, len(wanted)))
    why = {(one.address, one.path): one for one in target.by_ses}
    entries = []
    for entry in (entry for change in target.changes for entry in _entries(change, why.keys())):
        reason = why.get((entry.address, entry.path)) if entry.what is What.CHANGED else None
        entries.append(replace(entry, what=What.BY_SES, why=reason.why) if reason else entry)
    entries.extend(
        Entry(What.BY_SES, one.address, place=one.place, why=one.why) for one in target.by_ses if one.path is None
    )
    order = list(What)
    return Report(target, tuple(sorted(entries, key=lambda one: (one.address, order.index(one.what)))))


def _entries(change: Change, by_ses: Container[tuple[Address, str | None]]) -> Iterator[Entry]:
    if change.action is Action.CREATE:
        if any(step.state is not State.WAITING for step in change.steps if step.facet == "create"):
            yield Entry(What.GONE, change.address, place=change.place)
    elif change.is_extra:
        if not change.waiting:
            yield Entry(What.EXTRA, change.address, place=change.place)
    elif change.action in (Action.UPDATE, Action.REPLACE):
        waiting = {step.facet for step in change.steps if step.state is State.WAITING}
        for one in change.fields:
            # SES shows no secret, so that it differs is nothing that was seen.
            known = one.facet not in waiting or (change.address, one.path) in by_ses
            if known and not one.sensitive:
                yield Entry(What.CHANGED, change.address, one.path, one.before, one.after, one.details, change.place)
