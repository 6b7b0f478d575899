"""Whose a change is: what this change of the spec asks for, and what was pending before it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from sesops.core import strict
from sesops.core.address import Address
from sesops.core.plan import Action, Change, FieldChange, Impact, Leave, TargetPlan, Whose
from sesops.core.thing import Wanted


@dataclass(frozen=True)
class Earlier:
    """What the spec asked for in a target at a revision, as which stack; nothing where it had no such target in that
    place.
    """

    revision: str
    wanted: tuple[Wanted, ...] = ()
    leave: Leave = field(default_factory=Leave)
    stack: str | None = None


@dataclass(frozen=True)
class History:
    """What a plan is labelled by: the spec before this change, and, where that is known, the one applied last.

    `changed`: no more is read and planned than what the change touches, and what that needs.
    """

    base: Earlier
    applied: Earlier | None = None
    changed: bool = False

    @property
    def specs(self) -> tuple[Earlier, ...]:
        return (self.base, *((self.applied,) if self.applied else ()))


def asked(now: Iterable[Wanted], before: Iterable[Wanted]) -> frozenset[tuple[Address, str]]:
    """The fields that a change of the spec asks for: new, or with another value than before. What `strict` implies
    stands in no line of it.
    """
    then = {one.address: one.fields for one in before}
    return frozenset(
        (one.address, path)
        for one in now
        for path, value in one.fields.items()
        if not strict.is_implied(one, path)
        and (one.address not in then or path not in then[one.address] or then[one.address][path] != value)
    )


def touched(now: Iterable[Wanted], before: Iterable[Wanted]) -> frozenset[Address]:
    """The things that a change of the spec asks something else of, new ones included."""
    then = {one.address: (one.fields, one.previous, one.strict) for one in before}
    return frozenset(one.address for one in now if then.get(one.address) != (one.fields, one.previous, one.strict))


def labelled(planned: TargetPlan, base: TargetPlan, applied: TargetPlan | None, revision: str) -> TargetPlan:
    """A plan with whose each change is. `base`, of that revision, and `applied` are the plans of those specs against
    the same SES.
    """
    before, then = _pending(base), _pending(applied) if applied else None
    changes = tuple(_labelled(one, before, then) for one in planned.changes)
    own = frozenset(
        (change.address, one.path)
        for change in changes
        if change.impact is Impact.STOPS_MAIL and change.action in (Action.CREATE, Action.UPDATE, Action.REPLACE)
        for one in change.fields
        if one.stops_mail or change.action is Action.REPLACE
    )
    # Of its own diff, a plan keeps what gave it leave: no more is needed to derive it again.
    leave = replace(planned.leave, own=planned.leave.own & own)
    return replace(planned, changes=changes, leave=leave, base=revision)


_Fields = Mapping[str, object]


def _pending(plan: TargetPlan) -> dict[tuple[Address, Action], _Fields]:
    return {(one.address, one.action): {each.path: each.after for each in one.fields} for one in plan.changes}


def _labelled(
    change: Change,
    before: Mapping[tuple[Address, Action], _Fields],
    applied: Mapping[tuple[Address, Action], _Fields] | None,
) -> Change:
    def is_pending(one: FieldChange, plan: Mapping[tuple[Address, Action], _Fields]) -> bool | None:
        """Whether a plan has this too; None: it asks for something else."""
        fields: dict[str, object] = {}
        for action in (Action.CREATE, Action.UPDATE, Action.REPLACE):
            fields.update(plan.get((change.address, action), {}))
        if one.path not in fields:
            return False
        return True if fields[one.path] == one.after else None

    def of_field(one: FieldChange) -> Whose:
        pending = is_pending(one, before)
        if pending is None:
            return Whose.BOTH
        if not pending:
            return Whose.THIS
        return _since(applied is not None, by_hand=applied is not None and is_pending(one, applied) is True)

    fields = tuple(replace(one, whose=of_field(one)) for one in change.fields)
    key = change.address, change.action
    if fields:
        whose = _of_all({one.whose for one in fields if not one.ours} or {one.whose for one in fields})
    elif key in before:
        whose = _since(applied is not None, by_hand=applied is not None and key in applied)
    else:
        whose = Whose.THIS
    return replace(change, fields=fields, whose=whose)


def _of_all(found: set[Whose | None]) -> Whose | None:
    """The label of a thing by those of its fields."""
    if len(found) == 1:
        return next(iter(found))
    return Whose.BOTH if found & {Whose.THIS, Whose.BOTH} else Whose.BEFORE


def _since(is_known: bool, *, by_hand: bool) -> Whose:
    if not is_known:
        return Whose.BEFORE
    return Whose.BY_HAND if by_hand else Whose.MERGED
