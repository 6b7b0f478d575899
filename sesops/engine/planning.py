"""Read what is live, then plan: the one way in which `plan`, `apply` and the derivation of a saved plan do it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from sesops.core import address as addresses
from sesops.core import guard, planner
from sesops.core.address import Address
from sesops.core.kind import Kind, Registry, name_parts
from sesops.core.live import LiveState
from sesops.core.plan import STACK_TAG, Leave, State, Step, TargetPlan, Unknown
from sesops.core.ports import Gateway, Listener, Vault
from sesops.core.thing import Live, Wanted
from sesops.core.values import Program, Refusal, Refused, Reply, Scope
from sesops.engine import secrets
from sesops.engine.refresh import beyond, read_owners, refresh, run_program, wants

_GHOSTS = 10
"""Tags read at once, to see whether things that a listing shows are there."""


@dataclass(frozen=True)
class Desk:
    """What planning works with: the kinds, the place, who makes calls, who hears of it, the day, who opens secrets."""

    registry: Registry
    scope: Scope
    gateway: Gateway
    listener: Listener
    today: date
    vault: Vault

    @cached_property
    def tagged(self) -> LiveState:
        """Whose things are, as their tags are listed, and nothing else: read once, by the first who asks."""
        return read_owners(self.registry, self.scope, self.gateway)


def plan_target(desk: Desk, wanted: Iterable[Wanted], leave: Leave) -> TargetPlan:
    """Refresh everything that the spec names, removes, releases or waits for, and plan.

    Raises:
        AddressError: an address in `leave` is none.

    """
    asked, nameless = named(desk, wanted, leave)
    return planned(desk, asked, leave, nameless)[0]


def named(desk: Desk, wanted: Iterable[Wanted], leave: Leave) -> tuple[tuple[Wanted, ...], tuple[Unknown, ...]]:
    """What is wanted under the names that it has, also where a secret is the name; and what nobody can tell it of."""
    given = tuple(wanted)
    return secrets.named(given, desk.registry.kinds, desk.vault, removals(desk, leave, given))


def planned(
    desk: Desk,
    asked: tuple[Wanted, ...],
    leave: Leave,
    nameless: tuple[Unknown, ...] = (),
    before: tuple[Wanted, ...] = (),
    also: frozenset[Address] = frozenset(),
) -> tuple[TargetPlan, LiveState]:
    """As `plan_target`, with what was read. What was asked for `before` is read too, and nothing is planned by it: the
    fields of a thing that is still asked for, and whether another is there. `also` is named by the spec, and not looked
    at. What is `nameless` is unknown.
    """
    removed = removals(desk, leave, asked)
    now = {one.address for one in asked}
    own = wants(desk.registry, asked, removed)
    gone = [one.address for one in before if one.address not in now | also]
    earlier = wants(desk.registry, (one for one in before if one.address in now), gone)
    state = refresh(
        desk.registry, desk.scope, desk.gateway, own, desk.listener, wanted=asked, before=beyond(earlier, own)
    )
    state = _without_doubles(state, nameless)
    named = {*now, *removed, *also}
    state = _with_owners(desk, state, _doubtful(desk, state, named, removed))
    state = _without_ghosts(desk, state, named)
    plan = planner.plan(desk.registry, desk.scope, asked, state, leave, desk.today, also)
    if not state.owners_known:
        # Nobody has said whose things are, so those that would be changed are asked one by one.
        changed = (address for one in plan.changes for address in (one.address, *one.touches))
        state = _with_owners(desk, state, _hosts(desk, changed) - state.owners.keys())
        plan = planner.plan(desk.registry, desk.scope, asked, state, leave, desk.today, also)
    return replace(plan, unknown=(*plan.unknown, *nameless)), state.whole


def _without_doubles(state: LiveState, nameless: tuple[Unknown, ...]) -> LiveState:
    """The state without the extra members of a collection that has one nobody can tell the name of: each may be it."""
    around = {(one.address.kind, one.address.name[:-1]) for one in nameless if one.address}
    extra = tuple(one for one in state.extra if (one.address.kind, one.address.name[:-1]) not in around)
    return replace(state, extra=extra)


def removals(desk: Desk, leave: Leave, asked: Iterable[Wanted]) -> tuple[Address, ...]:
    """The addresses that `remove` and `release` name; globs are looked up in the listing of tags, read first."""
    parts = name_parts(desk.registry.kinds)
    patterns = [addresses.split_target(one.pattern)[1] for one in (*leave.remove, *leave.release)]
    exact = [addresses.parse(one, parts) for one in patterns if not guard.is_glob(one)]
    globs = [one for one in patterns if guard.is_glob(one)]
    if globs:
        owners = desk.tagged.owners
        named = {one.address for one in asked}
        ours = [one for one, owner in owners.items() if owner == desk.scope.stack and one not in named]
        taken = (one for pattern in globs for one in guard.matching(pattern, ours))
        exact.extend(one for one in taken if not guard.ignored(leave, one))
    return tuple(exact)


def _hosts(desk: Desk, addresses: Iterable[Address]) -> set[Address]:
    """Things, and what they lie in."""
    return {host for one in addresses for host in (one, *desk.registry.kinds[one.kind].above(one))}


def _doubtful(desk: Desk, state: LiveState, named: Iterable[Address], removed: Iterable[Address]) -> set[Address]:
    """Whose tag has to be read from SES, because the listing lags: where it shows another stack's, which would be the
    reason to hold a change back, and where it shows none on what is to be deleted or released.
    """
    others = {one for one in _hosts(desk, named) if state.owners.get(one, desk.scope.stack) != desk.scope.stack}
    return others | (_hosts(desk, removed) - state.owners.keys())


def _without_ghosts(desk: Desk, state: LiveState, named: set[Address]) -> LiveState:
    """Before our tag on nothing but strange things refuses the run: the listing shows for a while what is gone. One
    thing that has the tag is enough.
    """
    ours = sorted(one for one, owner in state.owners.items() if owner == desk.scope.stack)
    if not named.isdisjoint(ours):
        return state
    for start in range(0, len(ours), _GHOSTS):
        some = ours[start : start + _GHOSTS]
        state = _with_owners(desk, state, some)
        if any(state.owners.get(one) == desk.scope.stack for one in some):
            break
    return state


def _with_owners(desk: Desk, state: LiveState, addresses: Iterable[Address]) -> LiveState:
    """The state with the owners of some things as SES has them now; where it does not say, the listing is believed."""
    there = [one for one in addresses if one not in state.things or isinstance(state.things[one], Live)]
    owners, unread = dict(state.owners), dict(state.owners_unread)
    for address, owner in run_program(desk.gateway, _owners_now(desk, there)).items():
        if isinstance(owner, Refusal):
            if not state.owners_known:
                unread[address] = f"whose it is could not be read: {owner.code}: {owner.message}"
        elif owner is None:
            owners.pop(address, None)
        else:
            owners[address] = owner
    return replace(state, owners=owners, owners_unread=unread)


def _owners_now(desk: Desk, addresses: Iterable[Address]) -> Program:
    """Read the tags of things. Returns {address: stack, None without our tag (or the thing), or the refusal}; what
    carries no tags is left out.
    """
    calls, read = [], {}
    for address in sorted(addresses):
        kind = desk.registry.kinds[address.kind]
        if kind.read_tags is not None and kind.tags_in is not None and _is_its_own(kind, address, desk.scope):
            calls.append(kind.read_tags(address, desk.scope))
            read[address] = kind.tags_in
    answers = yield tuple(calls)
    return {
        address: tags_in(answer.value).get(STACK_TAG)
        if isinstance(answer, Reply)
        else (None if answer.why is Refused.MISSING else answer)
        for (address, tags_in), answer in zip(read.items(), answers, strict=True)
    }


def _is_its_own(kind: Kind, address: Address, scope: Scope) -> bool:
    """Whether a thing of this kind can have the name: what may lie in things of two kinds lies in one of them."""
    return kind.arn is None or kind.from_arn is None or kind.from_arn(kind.arn(address, scope)) == address.name


def steps_left(desk: Desk, target: TargetPlan, address: Address) -> tuple[Step, ...] | str:
    """After a create was refused because the name is taken: what the thing still lacks, or why it is not ours.

    Our own first answer may have been lost, so the thing is read and compared. What stops mail is not done here: a
    create never does, so the plan has said nothing of it.
    """
    wanted = tuple(one for one in target.wanted if one.address == address)
    needed = wants(desk.registry, wanted, ())
    state = refresh(desk.registry, desk.scope, desk.gateway, needed, desk.listener, wanted=wanted)
    owner = run_program(desk.gateway, _owners_now(desk, [address])).get(address)
    if isinstance(owner, Refusal):
        return f"it exists, and whose it is could not be read: {owner.code}: {owner.message}"
    if owner not in (None, desk.scope.stack):
        return f"it exists and carries the tag of stack {owner!r}"
    # Of what is to go nothing was read here.
    leave = replace(target.leave, remove=(), release=())
    fresh = planner.plan(desk.registry, desk.scope, wanted, state, leave, desk.today)
    if fresh.unknown:
        return f"it exists, and could not be compared: {fresh.unknown[0].reason}"
    steps = tuple(step for change in fresh.changes if change.address == address for step in change.steps)
    held = next((one for one in steps if one.state is State.HELD), None)
    if held is not None and owner != desk.scope.stack:
        return f"somebody else made it meanwhile, and {held.facet} is held back: {held.reason}"
    return steps
