"""What the spec asks for and what is live become a plan: the same two give the same plan, whatever their order."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from sesops.core import collector, diff, fields, guard, steps
from sesops.core.address import Address
from sesops.core.diagnostic import in_order
from sesops.core.draft import Draft, drafts, removal_addresses, touched
from sesops.core.kind import Registry
from sesops.core.live import LiveState, World
from sesops.core.plan import STOPS_MAIL, Action, BySes, Change, Impact, Leave, Step, TargetPlan
from sesops.core.refs import resolve
from sesops.core.sentences import listed
from sesops.core.thing import Block, Live, Wanted
from sesops.core.values import Json, Scope


@collector.paused()
def plan(
    registry: Registry,
    scope: Scope,
    wanted: Iterable[Wanted],
    state: LiveState,
    leave: Leave,
    today: date,
    also: Iterable[Address] = (),
) -> TargetPlan:
    """Plan one target.

    Args:
        registry: the kinds.
        scope: where we are.
        wanted: what the spec asks for; references may be unresolved.
        state: what a refresh read: everything wanted, removed and released, and the identities waited for.
        leave: what the spec and the command line allow.
        today: the day (UTC) that `until` is measured against.
        also: what the spec names beside what is `wanted`, and is not looked at.

    Raises:
        LookupError: something that is wanted was not read (an error in the program).

    """
    spec = resolve(sorted(wanted, key=lambda one: one.address), registry.kinds, scope)
    world = World(scope, registry, state, spec)
    # What has ended is no leave, and nobody is to read that it was given.
    leave = replace(leave, allow=tuple(one for one in leave.allow if today <= one.until))
    found = drafts(world, leave)
    made, findings = steps.build(steps.Context(found, world, leave, today))
    changes = tuple(
        _change(world, draft, made[draft.address, draft.action])
        for draft in sorted(found, key=lambda one: (one.address, one.action.value))
    )
    unknown = sorted(found.unknown, key=lambda one: (str(one.address), one.facet or ""))
    stripped = (one.address for one in found if one.host)
    named = {*spec, *removal_addresses(leave, world), *stripped, *also}
    sizes = guard.sizes(state, registry.kinds, named, scope.stack, ownership=leave.ownership)
    stranger = guard.strangers(state, named, scope.stack, leave)
    return TargetPlan(
        scope,
        changes=changes,
        leave=leave,
        findings=in_order((*found.findings, *findings)),
        unknown=tuple(unknown),
        refusals=((stranger,) if stranger else ()) + guard.brake(changes, sizes, leave.allow_many),
        left_over=_unnamed((one for one, owner in state.owners.items() if owner == scope.stack), named, leave),
        left_over_known=state.owners_known,
        extra=_unnamed((one.address for one in state.extra), named, leave),
        compared=len(spec),
        by_ses=tuple(_by_ses(world)),
        wanted=tuple(spec.values()),
    )


def _by_ses(world: World) -> Iterator[BySes]:
    for wanted in world.spec.values():
        kind, live = world.registry.kinds[wanted.address.kind], world.state.things[wanted.address]
        if kind.by_ses is not None and isinstance(live, Live):
            for path, why in kind.by_ses(wanted, live, fields.decode(kind, live)):
                yield BySes(wanted.address, path, why, wanted.places.get(path or "", wanted.place))


def _unnamed(addresses: Iterable[Address], named: set[Address], leave: Leave) -> tuple[Address, ...]:
    """What the spec does not name and does not ignore."""
    return tuple(sorted(one for one in addresses if one not in named and not guard.ignored(leave, one)))


def _change(world: World, draft: Draft, made: tuple[Step, ...]) -> Change:
    impact, sentence = _impact(world, draft)
    referrers = world.referrers(draft.address) if impact is Impact.STOPS_MAIL else ()
    return Change(
        draft.address,
        draft.action,
        draft.fields,
        made,
        impact,
        sentence,
        _place(draft),
        account_wide=draft.kind.account_wide,
        fingerprint=_fingerprint(draft, sentence if impact is Impact.STOPS_MAIL else None, referrers),
        referrers=referrers,
        touches=tuple(one for _, one in touched(world, draft.kind, draft.wanted)),
        is_extra=draft.host is not None,
    )


def _place(draft: Draft) -> Json:
    """The line of the one field that changes, else the line of the thing."""
    places = draft.wanted.places if draft.wanted else {}
    if draft.action is Action.UPDATE and len(draft.fields) == 1:
        return places.get(draft.fields[0].path, draft.place)
    return draft.place


def _impact(world: World, draft: Draft) -> tuple[Impact, str | None]:
    """What a change means for mail, in a sentence."""
    stops = [one.stops_mail for one in draft.fields if one.stops_mail]
    if draft.action in (Action.DELETE, Action.REPLACE) and draft.kind.delete_stops:
        stops.extend(one for one in [draft.kind.delete_stops(draft.live, world)] if one)
    if stops and draft.action is Action.DELETE and (leaning := world.leaning(draft.address)):
        stops.append(f"{listed(leaning)} can be used only while {draft.address.last} is verified")
    if stops:
        return Impact.STOPS_MAIL, "; ".join(dict.fromkeys(stops))
    notices = [one.notice for one in draft.fields if one.notice] + ([draft.gap] if draft.gap else [])
    if draft.host is not None:
        notices.append(f"it is not in the spec, and {draft.host.address} is strict")
    if draft.action is Action.CREATE and draft.kind.create_notice and draft.wanted:
        notices.extend(one for one in [draft.kind.create_notice(draft.wanted, world)] if one)
    return (Impact.NOTICE, "; ".join(dict.fromkeys(notices))) if notices else (Impact.NONE, None)


def _fingerprint(draft: Draft, stops: str | None, referrers: Iterable[Address]) -> str:
    """Digests of what the judgement rested on: `delivery:3f9a… stops_mail:77b1…`. Each block to be written has its own,
    so that what is left of a change that is done in part is still held to it.
    """
    if draft.action not in (Action.UPDATE, Action.REPLACE, Action.DELETE) or draft.live is None:
        return ""
    # Of what goes, no more may have been read than that it is there: it hangs on what else is asked for.
    written = {Action.UPDATE: draft.facets(), Action.REPLACE: tuple(draft.live.blocks)}.get(draft.action, ())
    rested: dict[str, Json] = {
        name: diff.block_canonical(draft.kind, name, block)
        for name in written
        if isinstance(block := draft.live.blocks.get(name), Block)
    }
    if stops is not None:
        said = stops if draft.action is Action.DELETE else None
        rested[STOPS_MAIL] = [said, draft.live.conditions.get("verification"), [str(one) for one in referrers]]
    return " ".join(f"{name}:{_digest(rested[name])}" for name in sorted(rested))


def _digest(value: Json) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


def only(target: TargetPlan, addresses: Iterable[Address]) -> tuple[TargetPlan, tuple[Address, ...]]:
    """Narrow a plan to some addresses and what their steps need; return it and what was taken along.

    What is left over or refused stays; of what is unknown, what is of those addresses.
    """
    asked = {one.local for one in addresses}
    by_step = {step.id: change for change in target.changes for step in change.steps}
    taken = {(change.address, change.action) for change in target.changes if change.address in asked}
    queue = [change for change in target.changes if change.address in asked]
    while queue:
        change = queue.pop()
        for need in (need for step in change.steps for need in step.needs):
            other = by_step.get(need)
            if other is not None and (other.address, other.action) not in taken:
                taken.add((other.address, other.action))
                queue.append(other)
    kept = tuple(change for change in target.changes if (change.address, change.action) in taken)
    along = sorted({change.address for change in kept} - asked)
    unknown = tuple(one for one in target.unknown if one.address in asked or one.address in along)
    by_ses = tuple(one for one in target.by_ses if one.address in asked)
    own = frozenset((address, path) for address, path in target.leave.own if address in asked or address in along)
    leave = replace(target.leave, own=own)
    return replace(target, changes=kept, unknown=unknown, by_ses=by_ses, leave=leave), tuple(along)


def steps_of(target: TargetPlan) -> tuple[Step, ...]:
    """All steps of a plan, those that are held back too: what needs them must not be made."""
    return tuple(step for change in target.changes for step in change.steps)


def closure(target: TargetPlan, parents: Mapping[str, tuple[str, ...]]) -> tuple[Wanted, ...]:
    """What a saved plan has to hold so that its changes can be derived again: what changes and, where it weighed in,
    what refers to it, with all that those need.
    """
    queue = [change.address for change in target.changes] + [one.address for one in target.unknown if one.address]
    queue.extend(one for change in target.changes for one in change.referrers)
    return needed(target.wanted, queue, parents)


def needed(
    wanted: Iterable[Wanted], addresses: Iterable[Address], parents: Mapping[str, tuple[str, ...]]
) -> tuple[Wanted, ...]:
    """Some things, what they refer to and lie in, and what lies in those."""
    spec = {one.address: one for one in wanted}
    inside: defaultdict[Address, list[Address]] = defaultdict(list)
    for one in spec:
        for kind in parents.get(one.kind, ()):
            inside[Address(kind, one.name[:-1])].append(one)
    queue = list(addresses)
    taken: set[Address] = set()
    while queue:
        address = queue.pop()
        if address in taken:
            continue
        taken.add(address)
        asked = spec.get(address)
        queue.extend(referred for _, referred in (asked.refs if asked else ()))
        queue.extend(Address(kind, address.name[:-1]) for kind in parents.get(address.kind, ()))
        queue.extend(inside[address])
    return tuple(spec[one] for one in sorted(taken) if one in spec)
