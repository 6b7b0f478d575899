"""The safety rules: who may change what, what needs leave, and the brake. They only ever say no."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from fnmatch import fnmatchcase

from sesops.core.address import Address
from sesops.core.kind import Kinds
from sesops.core.live import LiveState
from sesops.core.plan import Action, Change, Leave, State
from sesops.core.thing import Live

BRAKE_SHARE = 0.30
BRAKE_FLOOR = 10
"""A kind of fewer things than this has no brake."""


def may(leave: Leave, address: Address, to: str, today: date, fields: Iterable[str] = ()) -> bool:
    """Whether the leave covers stopping mail (`stop_mail`) or replacing (`replace`) for a thing, on that day: a line of
    `allow`, or that the change of the spec itself asks for each of the fields.
    """
    paths = tuple(fields)
    if paths and all((address, one) in leave.own for one in paths):
        return True
    return any(one.address.local == address and one.to == to and today <= one.until for one in leave.allow)


def how_to_allow(address: Address, to: str) -> str:
    """The line a person pastes to give leave."""
    return f"allow: [{{address: {address}, to: {to}, until: YYYY-MM-DD}}]"


def is_glob(pattern: str) -> bool:
    return any(mark in pattern for mark in "*?[")


def matching(pattern: str, addresses: Iterable[Address]) -> tuple[Address, ...]:
    """The addresses a glob takes, sorted."""
    return tuple(sorted(one for one in addresses if fnmatchcase(str(one), pattern)))


def ignored(leave: Leave, address: Address) -> bool:
    """Whether the spec says to leave a thing alone and unreported."""
    return any(fnmatchcase(str(address.local), one.pattern) for one in leave.ignore)


def foreign(state: LiveState, kinds: Kinds, address: Address, stack: str) -> str | None:
    """Why a thing is another stack's business: the tag it carries, or the tag of what it lies in."""
    for one in (address, *kinds[address.kind].above(address)):
        owner = state.owners.get(one)
        if owner not in (None, stack):
            inside = "" if one == address else f"lies in {one}, which "
            return f"it {inside}carries the tag of stack {owner!r}"
    return None


def strangers(state: LiveState, named: Iterable[Address], stack: str, leave: Leave) -> str | None:
    """The refusal where live things carry our tag and not one of them is named: it is another spec of that name."""
    ours = {one for one, owner in state.owners.items() if owner == stack and not ignored(leave, one)}
    if state.owners_known and ours and ours.isdisjoint(named):
        examples = ", ".join(str(one) for one in sorted(ours)[:3])
        return (
            f"another spec uses the stack name {stack!r}: {len(ours)} live things carry its tag ({examples}) "
            "and this spec names none of them"
        )
    return None


def brake(changes: Iterable[Change], sizes: Mapping[str, int], allow_many: Mapping[str, int]) -> tuple[str, ...]:
    """The refusals of a plan that deletes, replaces or stops too large a share of a kind.

    `sizes` are how many things of a kind there are to go by; `allow_many` lifts a kind with exactly the number shown.
    """
    counts: Counter[str] = Counter(change.address.kind for change in changes if _counts(change))
    return tuple(
        f"{number} of {sizes[kind]} things of kind {kind} would be deleted, replaced or stop mail; the limit is "
        f"{BRAKE_SHARE:.0%} of a kind. If that is meant: --allow-many {kind}={number}"
        for kind, number in sorted(counts.items())
        if sizes.get(kind, 0) >= BRAKE_FLOOR and number > BRAKE_SHARE * sizes[kind] and allow_many.get(kind) != number
    )


def _counts(change: Change) -> bool:
    """Whether a change would be made, and the part of it that counts with it: the rest of an update may be harmless."""
    if change.action in (Action.DELETE, Action.REPLACE):
        return change.has(State.READY)
    stopping = {one.facet for one in change.fields if one.stops_mail}
    return any(step.state is State.READY and step.facet in stopping for step in change.steps)


def sizes(state: LiveState, kinds: Kinds, named: Iterable[Address], stack: str, *, ownership: bool) -> dict[str, int]:
    """How many things each kind has to go by: what is live and carries our tag, or, where the kind has no tags (or we
    write none, or their listing was refused), what is live (or was not looked at) and the spec names or takes away.
    """
    by_tag = state.owners_known and ownership
    untagged = (one for one in named if kinds[one.kind].arn is None or not by_tag)
    there = (one for one in untagged if one not in state.things or isinstance(state.things[one], Live))
    counted: Counter[str] = Counter(one.kind for one in there)
    counted.update(one.kind for one, owner in state.owners.items() if owner == stack and by_tag)
    return dict(counted)
