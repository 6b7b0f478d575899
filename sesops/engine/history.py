"""Planning against an earlier revision of the spec: whose each change is, what this change gives leave for, what it
took out, and, where asked, no more than what it touches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from sesops.core import guard, planner, whose
from sesops.core.address import Address
from sesops.core.live import LiveState
from sesops.core.plan import Action, Leave, TargetPlan
from sesops.core.thing import Live, Wanted
from sesops.core.whose import Earlier, History
from sesops.engine import planning
from sesops.engine.planning import Desk


def plan_target(desk: Desk, wanted: Iterable[Wanted], leave: Leave, history: History) -> TargetPlan:
    """Read and plan as `planning.plan_target`, with whose each change is. What the change of the spec itself asks for
    is leave for an update or a replacement that stops mail.

    Raises:
        AddressError: an address in `leave` is none.

    """
    given = tuple(wanted)
    whole, nameless = planning.named(desk, given, leave)
    # What is known by a secret that cannot be opened has one name for now, in both specs the same.
    touched = whose.touched(given, history.base.wanted) & {one.address for one in nameless if one.address}
    history = _named(desk, history)
    base = history.base
    touched |= whose.touched(whole, base.wanted) | _emptied(desk, whole, base) | _allowed(leave, base.leave)
    if (base.stack, base.leave.ownership) != (desk.scope.stack, leave.ownership):
        touched |= {one.address for one in whole}
    leave = replace(leave, own=whose.asked(whole, base.wanted))
    asked, also = whole, frozenset[Address]()
    if history.changed:
        lines = _Lines(desk, whole, base)
        also = frozenset((*(one.address for one in whole), *lines.named_before(leave)))
        asked, leave = _needed(desk, whole, touched), lines.own(leave)
    before = tuple(one for spec in history.specs for one in spec.wanted)
    planned, state = planning.planned(desk, asked, leave, nameless, before, also)
    if history.changed:
        members = (one.address for one in planned.changes if one.is_extra)
        going = {one for one in members if touched.intersection(_above(desk, one))}
        narrowed, _ = planner.only(planned, touched | going | lines.taken(leave))
        planned = replace(narrowed, compared=len(touched))
    was, *applied = (_as_it_was(desk, one, asked, state, leave) for one in history.specs)
    labelled = whose.labelled(planned, was, applied[0] if applied else None, base.revision)
    gone = _taken_out(desk, base, whole, leave, state) - {one.address for one in labelled.changes}
    extra = tuple(one for one in labelled.extra if one not in gone)
    return replace(labelled, left_over=tuple(sorted({*labelled.left_over, *gone})), extra=extra)


def _named(desk: Desk, history: History) -> History:
    """The earlier specs with the names of what is known by a secret, as far as it can be opened."""

    def named(spec: Earlier) -> Earlier:
        return replace(spec, wanted=planning.named(desk, spec.wanted, Leave())[0])

    return replace(history, base=named(history.base), applied=named(history.applied) if history.applied else None)


def _above(desk: Desk, address: Address) -> tuple[Address, ...]:
    return desk.registry.kinds[address.kind].above(address)


def _emptied(desk: Desk, whole: Iterable[Wanted], base: Earlier) -> frozenset[Address]:
    """The strict things that a change of the spec takes something out of, which goes with it."""
    now = {one.address: one for one in whole}
    gone = (one.address for one in base.wanted if one.address not in now)
    above = (host for one in gone for host in _above(desk, one))
    return frozenset(host for host in above if host in now and now[host].strict)


def _needed(desk: Desk, whole: tuple[Wanted, ...], touched: frozenset[Address]) -> tuple[Wanted, ...]:
    """What is touched, what that needs, and what refers to it, which decides what a change means for mail."""
    referring = {one.address for one in whole if any(other in touched for _, other in one.refs)}
    parents = {name: kind.parents for name, kind in desk.registry.kinds.items()}
    return planner.needed(whole, touched | referring, parents)


def _allowed(leave: Leave, before: Leave) -> frozenset[Address]:
    """What a change of the spec allows that was not allowed before: it may be what has waited for that."""
    old = {(one.address.local, one.to, one.until) for one in before.allow}
    return frozenset(one.address.local for one in leave.allow if (one.address.local, one.to, one.until) not in old)


@dataclass(frozen=True)
class _Lines:
    """The lines that delete or release, by what of them is this change's: those that are new, and, of a glob that stood
    there before, what the spec named or ignored until now.
    """

    desk: Desk
    whole: tuple[Wanted, ...]
    base: Earlier

    @cached_property
    def _old(self) -> frozenset[str]:
        return frozenset(one.pattern for one in (*self.base.leave.remove, *self.base.leave.release))

    @cached_property
    def _gone(self) -> frozenset[Address]:
        return frozenset(one.address for one in self.base.wanted) - {one.address for one in self.whole}

    def own(self, leave: Leave) -> Leave:
        """The leave without the lines that stood there before and take nothing new."""
        before, now = ({one.pattern for one in given.ignore} for given in (self.base.leave, leave))
        may_take_more = bool(self._gone) or not before <= now
        return _some(leave, lambda one: one not in self._old or (guard.is_glob(one) and may_take_more))

    def named_before(self, leave: Leave) -> tuple[Address, ...]:
        """What the lines name, globs apart, that stood there before."""
        old = _some(leave, lambda one: one in self._old and not guard.is_glob(one))
        return planning.removals(self.desk, old, self.whole)

    def taken(self, leave: Leave) -> set[Address]:
        """What is deleted or released by this change."""
        new = planning.removals(self.desk, _some(leave, lambda one: one not in self._old), self.whole)
        old = planning.removals(self.desk, _some(leave, lambda one: one in self._old), self.whole)
        return {*new, *(one for one in old if one in self._gone or guard.ignored(self.base.leave, one))}


def _some(leave: Leave, holds: Callable[[str], bool]) -> Leave:
    """The leave with some of the lines that delete or release."""
    remove, release = (tuple(one for one in lines if holds(one.pattern)) for lines in (leave.remove, leave.release))
    return replace(leave, remove=remove, release=release)


def _as_it_was(desk: Desk, then: Earlier, asked: Iterable[Wanted], state: LiveState, leave: Leave) -> TargetPlan:
    """The plan of an earlier spec for the same things, against what was read now."""
    now = {one.address: one for one in asked}

    def wanted() -> Iterable[Wanted]:
        for one in then.wanted:
            if one.address not in now:
                continue
            if desk.registry.kinds[one.address.kind].read_against is None:
                yield one
            elif now[one.address].fields == one.fields:
                # What is read against the wanted was read against that of today.
                yield now[one.address]

    lines = {one.pattern for one in (*then.leave.remove, *then.leave.release)}
    both = _some(leave, lambda one: one in lines)
    given = replace(then.leave, remove=both.remove, release=both.release)
    plan = planner.plan(desk.registry, desk.scope, wanted(), state, given, desk.today)
    # What it named was neither extra nor taken by a glob, though it is asked for no more.
    had, goes = {one.address for one in then.wanted}, (Action.DELETE, Action.RELEASE)
    return replace(plan, changes=tuple(one for one in plan.changes if one.action not in goes or one.address not in had))


def _taken_out(
    desk: Desk, base: Earlier, whole: Iterable[Wanted], leave: Leave, state: LiveState
) -> frozenset[Address]:
    """What stood in the spec before and does not now, is live, and is not another stack's. What lies in such a thing
    goes with it.
    """
    kinds, stack = desk.registry.kinds, desk.scope.stack
    named = {*(one.address for one in whole), *planning.removals(desk, leave, whole)}
    gone = {
        one.address
        for one in base.wanted
        if one.address not in named
        and isinstance(state.things.get(one.address), Live)
        and kinds[one.address.kind].deletable
        and guard.foreign(state, kinds, one.address, stack) is None
        and not guard.ignored(leave, one.address)
    }
    return frozenset(one for one in gone if gone.isdisjoint(kinds[one.kind].above(one)))
