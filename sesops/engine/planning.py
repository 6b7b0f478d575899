"""Read what is live, then plan: the one way in which `plan`, `apply` and the derivation of a saved plan do it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from sesops.core import address as addresses
from sesops.core import guard, planner
from sesops.core.address import Address
from sesops.core.kind import Registry, Wanted, name_parts
from sesops.core.live import LiveState
from sesops.core.plan import STACK_TAG, Leave, Step, TargetPlan
from sesops.core.ports import Gateway, Listener
from sesops.core.values import Program, Refusal, Scope
from sesops.engine.refresh import read_owners, refresh, run_program, wants


@dataclass(frozen=True)
class Desk:
    """What planning works with: the kinds, the place, who makes calls, who hears of it, and the day."""

    registry: Registry
    scope: Scope
    gateway: Gateway
    listener: Listener
    today: date


def plan_target(desk: Desk, wanted: Iterable[Wanted], leave: Leave) -> TargetPlan:
    """Refresh everything that the spec names, removes, releases or waits for, and plan.

    Raises:
        AddressError: an address in `leave` is none.

    """
    asked = tuple(wanted)
    state = refresh(
        desk.registry,
        desk.scope,
        desk.gateway,
        wants(desk.registry, asked, _removals(desk, leave, asked)),
        desk.listener,
    )
    state = _confirmed(desk, state, {one.address for one in asked} | set(state.things))
    return planner.plan(desk.registry, desk.scope, asked, state, leave, desk.today)


def _removals(desk: Desk, leave: Leave, asked: Iterable[Wanted]) -> tuple[Address, ...]:
    """The addresses that `remove` and `release` name; globs are looked up in the listing of tags, read first."""
    parts = name_parts(desk.registry.kinds)
    patterns = [addresses.split_target(one.pattern)[1] for one in (*leave.remove, *leave.release)]
    exact = [addresses.parse(one, parts) for one in patterns if not guard.is_glob(one)]
    globs = [one for one in patterns if guard.is_glob(one)]
    if globs:
        owners = read_owners(desk.registry, desk.scope, desk.gateway).owners
        named = {one.address for one in asked}
        ours = [one for one, owner in owners.items() if owner == desk.scope.stack and one not in named]
        exact.extend(one for pattern in globs for one in guard.matching(pattern, ours))
    return tuple(exact)


def _confirmed(desk: Desk, state: LiveState, named: set[Address]) -> LiveState:
    """The listing of tags lags: before another stack's tag is the reason to refuse, it is read from SES itself."""
    owners = dict(state.owners)
    for address in sorted(named):
        if guard.foreign(state, address, desk.scope.stack) is None or state.things.get(address) is None:
            continue
        owner = run_program(desk.gateway, _owner(desk, address))
        if isinstance(owner, Refusal):
            continue
        if owner is None:
            del owners[address]
        else:
            owners[address] = owner
    return replace(state, owners=owners)


def _owner(desk: Desk, address: Address) -> Program:
    kind = desk.registry.kinds[address.kind]
    if kind.read_tags is None or kind.tags_in is None:
        return None
    (answer,) = yield (kind.read_tags(address, desk.scope),)
    return answer if isinstance(answer, Refusal) else kind.tags_in(answer.value).get(STACK_TAG)


def steps_left(desk: Desk, target: TargetPlan, address: Address) -> tuple[Step, ...] | str:
    """After a create was refused because the name is taken: what the thing still lacks, or why it is not ours.

    Our own first answer may have been lost, so the thing is read and compared; what stops mail is not done here.
    """
    wanted = tuple(one for one in target.wanted if one.address == address)
    state = refresh(desk.registry, desk.scope, desk.gateway, wants(desk.registry, wanted, ()), desk.listener)
    owner = run_program(desk.gateway, _owner(desk, address))
    if isinstance(owner, str) and owner != desk.scope.stack:
        return f"it exists and carries the tag of stack {owner!r}"
    # Of what is to go nothing was read here.
    leave = replace(target.leave, remove=(), release=())
    fresh = planner.plan(desk.registry, desk.scope, wanted, state, leave, desk.today)
    return tuple(step for change in fresh.changes if change.address == address for step in change.steps)
