"""The second half of planning: drafts become steps, in an order, with what they wait for and what holds them back.

Order, skipping and waiting are over steps (one facet of one thing), not over things: a domain whose default
configuration set tracks links under that same domain is no cycle, because the set's tracking is a step of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, partial
from graphlib import CycleError, TopologicalSorter
from importlib.metadata import version

from sesops.core import fields, guard
from sesops.core.address import Address
from sesops.core.diagnostic import Diagnostic, Location
from sesops.core.draft import Draft, Drafts, touched
from sesops.core.kind import Facet, Need, Write
from sesops.core.live import World
from sesops.core.plan import STACK_TAG, Action, Leave, State, Step
from sesops.core.refs import Name, names_in, names_of
from sesops.core.thing import Block
from sesops.core.values import Call, Program, Refusal

StepId = tuple[Address, str]
Parts = tuple[Step, tuple[Need, ...]]


@dataclass(frozen=True)
class Context:
    """What the making of steps looks at."""

    drafts: Drafts
    world: World
    leave: Leave
    today: date

    @cached_property
    def named(self) -> Mapping[Name, list[Address]]:
        """What is made or changed, by the names under which others may refer to it."""
        found: defaultdict[Name, list[Address]] = defaultdict(list)
        for draft in self.drafts:
            if draft.action in (Action.CREATE, Action.UPDATE):
                for name in names_of(draft.address, self.world.registry.kinds, self.world.scope):
                    found[name].append(draft.address)
        return found

    @cached_property
    def droppers(self) -> Mapping[Name, list[StepId]]:
        """The steps that take each name out of a field."""
        found: defaultdict[Name, list[StepId]] = defaultdict(list)
        for draft in self.drafts:
            for change in draft.fields:
                one = draft.kind.field(change.path)
                if one is None:
                    continue
                step = draft.address, "replace" if draft.action is Action.REPLACE else one.facet
                for name in names_in(one, change.before) - names_in(one, change.after):
                    found[name].append(step)
        return found


def build(context: Context) -> tuple[dict[tuple[Address, Action], tuple[Step, ...]], tuple[Diagnostic, ...]]:
    """Make the steps of all drafts, in an order in which they can run, each with its state.

    Returns the steps by draft, and findings: a cycle, or an identity that nobody will ever verify.
    """
    flat = [(draft, *part) for draft in context.drafts for part in _steps(context, draft)]
    # From here on by number: the hashes of ids are what all this would mostly cost.
    flat.sort(key=lambda one: (one[1].address, one[1].facet))
    known = {step.id: at for at, (_, step, _) in enumerate(flat)}
    steps = [step for _, step, _ in flat]
    linked = [
        _linked(context.world, step, needs, known, steps, partial(_place, draft, step.facet))
        for draft, step, needs in flat
    ]
    before = [[known[one] for one in (*step.needs, *step.after)] for step in linked]
    findings = list(_lost_conditions(context.world, linked))
    order, cycle = _ordered(linked, before)
    findings.extend(cycle)
    settled: dict[int, Step] = {}
    grouped: dict[tuple[Address, Action], list[Step]] = {(one.address, one.action): [] for one in context.drafts}
    for at in order:
        step, draft = linked[at], flat[at][0]
        needed = [settled[one] for one in before[at][: len(step.needs)] if one in settled]
        settled[at] = _state(step, needed, context.world)
        grouped[draft.address, draft.action].append(settled[at])
    return {key: tuple(found) for key, found in grouped.items()}, tuple(findings)


def _place(draft: Draft, facet: str) -> Location | None:
    """Where the spec asks for a step: the first field that it writes, else the thing."""
    places = draft.wanted.places if draft.wanted else {}
    written = (places.get(one.path) for one in draft.fields if one.facet == facet)
    return next((one for one in written if one), draft.place)


def _steps(context: Context, draft: Draft) -> Iterator[Parts]:
    if draft.action is Action.CREATE:
        yield from _create(context, draft)
    elif draft.action is Action.UPDATE:
        yield from (_update(context, draft, name) for name in draft.facets())
    elif draft.action is Action.REPLACE:
        yield _replace(context, draft)
    elif draft.action is Action.DELETE:
        yield _delete(context, draft)
    else:
        yield _tag(context, draft)


def _create(context: Context, draft: Draft) -> Iterator[Parts]:
    """The create call, carrying every block whose needs are met already; each other block is a step behind it."""
    kind, world = draft.kind, context.world
    if kind.create is None:
        raise TypeError(f"{kind.name} always exists: its reader has to give a live thing")
    writes = {name: write_of(context.world, draft, name) for name in draft.facets()}
    needs = {name: _needs(context, draft, kind.facet(name), write) for name, write in writes.items()}
    riding = {
        name: write
        for name, write in writes.items()
        if (facet := kind.facet(name)).required or (facet.in_create and all(_met(context, one) for one in needs[name]))
    }
    own = [Need(step=(parent, "create")) for parent in kind.above(draft.address)]
    if kind.create_needs is not None and draft.wanted is not None:
        own.extend(kind.create_needs(draft.wanted, world))
    own.extend(need for name in riding for need in needs[name])
    call = kind.create(draft.address, world.scope, riding)
    run = kind.create_program(draft.address, world.scope, riding) if kind.create_program else None
    yield Step(draft.address, "create", (call,), reason=draft.held, program=run), tuple(own)
    for name, write in writes.items():
        step = _facet_step(draft, kind.facet(name), write)
        # No calls: a new thing has that value already.
        if name not in riding and step.calls:
            step = replace(step, reason=_kept_from(context, draft, name))
            yield step, (Need(step=(draft.address, "create")), *needs[name])


def _update(context: Context, draft: Draft, name: str) -> Parts:
    facet = draft.kind.facet(name)
    write = write_of(context.world, draft, name)
    held = draft.held or _kept_from(context, draft, name) or _unknown_members(draft, name)
    return replace(_facet_step(draft, facet, write), reason=held), _needs(context, draft, facet, write)


def _facet_step(draft: Draft, facet: Facet, write: Write) -> Step:
    program, calls = facet.program, facet.put(write)
    if program is None:
        return Step(draft.address, facet.name, calls)
    if facet.limit is None:
        return Step(draft.address, facet.name, calls, program=lambda: program(write))

    def capped(limit: int) -> Program:
        return program(replace(write, limit=limit))

    limit = facet.limit(write)
    return Step(draft.address, facet.name, calls, program=lambda: capped(limit), limit=limit, capped=capped)


def _kept_from(context: Context, draft: Draft, facet: str) -> str | None:
    """Why a facet must not be written: it would change what another stack has, or stop mail without leave."""
    world = context.world
    for name, address in touched(world, draft.kind, draft.wanted):
        other = guard.foreign(world.state, world.registry.kinds, address, world.scope.stack) if name == facet else None
        if other:
            return f"{address} changes with it, and {other}"
    return _no_leave(context, draft, facet)


def _no_leave(context: Context, draft: Draft, facet: str) -> str | None:
    stops = {one.path: one.stops_mail for one in draft.fields if one.stops_mail and one.facet == facet}
    if not stops or guard.may(context.leave, draft.address, "stop_mail", context.today, stops):
        return None
    return f"{'; '.join(stops.values())}. If that is meant: {guard.how_to_allow(draft.address, 'stop_mail')}"


def _unknown_members(draft: Draft, facet: str) -> str | None:
    block = draft.live.blocks.get(facet) if draft.live else None
    if not isinstance(block, Block) or not block.unknown:
        return None
    names = ", ".join(sorted(block.unknown))
    return (
        f"the installed botocore {version('botocore')} does not know members that SES has here ({names}); "
        "a write would drop them; a newer one may know them"
    )


def write_of(world: World, draft: Draft, facet: str, *, whole: bool = False) -> Write:
    """What a facet's writer is given; `whole` also at an update, for the create call of a replacement."""
    kind = draft.kind
    changed = {one.path: one.after for one in draft.fields if one.facet == facet}
    held = draft.live.blocks.get(facet) if draft.live else None
    raw = held.raw if isinstance(held, Block) else {}
    before = fields.decode(kind, draft.live, facet) if draft.live else {}
    return Write(
        draft.address,
        world.scope,
        fields.overlay(kind, facet, raw, changed),
        before,
        {**before, **changed},
        frozenset(changed),
        draft.live is None or whole,
        world,
        draft.wanted.previous if draft.wanted else None,
    )


def _needs(context: Context, draft: Draft, facet: Facet, write: Write) -> tuple[Need, ...]:
    """What a facet's write needs: what its changed fields refer to (by a name or an ARN), and what the kind says."""
    found: list[Need] = []
    for path in sorted(write.changed):
        field = draft.kind.field(path)
        names = names_in(field, write.after.get(path)) if field else ()
        if not names:
            continue
        referred = sorted({one for name in names for one in context.named.get(name, ()) if one != draft.address})
        ready = ((one, step) for one in referred for step in context.world.registry.kinds[one.kind].ready)
        found.extend(Need(step=one) for one in ready)
    if facet.needs is not None:
        found.extend(facet.needs(write))
    return tuple(found)


def _met(context: Context, need: Need) -> bool:
    """Whether a need holds before this run: no step of the plan makes it, and its condition is true."""
    if need.condition is not None and not context.world.meets(need.condition):
        return False
    if need.step is None:
        return True
    draft = context.drafts.of(need.step[0])
    if draft is None:
        return True
    return draft.action is not Action.CREATE and need.step[1] not in draft.facets()


def _replace(context: Context, draft: Draft) -> Parts:
    kind, scope = draft.kind, context.world.scope
    if kind.create is None or kind.delete is None:
        raise TypeError(f"{kind.name} cannot be replaced")
    names = [one.name for one in kind.facets if draft.live and isinstance(draft.live.blocks.get(one.name), Block)]
    writes = {name: write_of(context.world, draft, name, whole=True) for name in names}
    needs = tuple(need for name, write in writes.items() for need in _needs(context, draft, kind.facet(name), write))
    calls = (*kind.delete(draft.address, scope), kind.create(draft.address, scope, writes))
    stops = kind.delete_stops(draft.live, context.world) if kind.delete_stops else None
    held = draft.held or next((reason for name in names if (reason := _unknown_members(draft, name))), None)
    paths = (one.path for one in draft.fields)
    if stops and not held and not guard.may(context.leave, draft.address, "replace", context.today, paths):
        held = f"{stops}. If that is meant: {guard.how_to_allow(draft.address, 'replace')}"
    own = next((_facet_step(draft, one, writes[one.name]) for one in kind.facets if one.remakes), None)
    made = own or Step(draft.address, "replace", calls)
    return replace(made, facet="replace", reason=held), needs


def _delete(context: Context, draft: Draft) -> Parts:
    """A delete comes after every step that drops a reference to the thing, and after deletes of what refers to it."""
    kind, scope = draft.kind, context.world.scope
    needs = [Need(step=one) for one in _droppers(context, draft.address)]
    if kind.delete_needs is not None and draft.live is not None:
        needs.extend(kind.delete_needs(draft.live))
    if kind.delete_live is not None and draft.live is not None:
        calls = kind.delete_live(draft.live, scope)
    elif kind.delete is not None:
        calls = kind.delete(draft.address, scope)
    else:
        raise TypeError(f"{kind.name} cannot be deleted")
    return Step(draft.address, "delete", calls, reason=draft.held), tuple(needs)


def _droppers(context: Context, address: Address) -> Iterator[StepId]:
    kinds, deleted = context.world.registry.kinds, context.drafts.by_address
    for referrer in context.world.referrers(address):
        # What lies in a deleted thing goes with it.
        gone = (one for one in (referrer, *kinds[referrer.kind].above(referrer)) if (one, Action.DELETE) in deleted)
        yield from ((one, "delete") for one in gone if one != address)
    for name in names_of(address, kinds, context.world.scope):
        yield from context.droppers.get(name, ())


def _tag(context: Context, draft: Draft) -> Parts:
    """Adoption sets our tag, release takes it away; nothing else of the thing changes."""
    kind, scope = draft.kind, context.world.scope
    if kind.tag_calls is None:
        raise TypeError(f"{kind.name} carries no tags")
    adopt = draft.action is Action.ADOPT
    calls = kind.tag_calls(
        draft.address, scope, {STACK_TAG: scope.stack} if adopt else {}, () if adopt else (STACK_TAG,)
    )
    step = Step(
        draft.address, draft.action.value, calls, reason=draft.held, program=lambda: _tagging(context, draft, calls)
    )
    return step, ()


def _tagging(context: Context, draft: Draft, calls: tuple[Call, ...]) -> Program:
    """Read the tags first, because the listing lags: another stack's tag is never written over, and ours not twice."""
    kind, scope = draft.kind, context.world.scope
    if kind.read_tags is None or kind.tags_in is None:
        raise TypeError(f"{kind.name} carries no tags")
    (answer,) = yield (kind.read_tags(draft.address, scope),)
    if isinstance(answer, Refusal):
        return answer
    owner = kind.tags_in(answer.value).get(STACK_TAG)
    if owner not in (None, scope.stack):
        return f"it carries the tag of stack {owner!r}"
    if (owner == scope.stack) is (draft.action is Action.ADOPT):
        return None
    answers = yield calls
    return next((one for one in answers if isinstance(one, Refusal)), None)


def _linked(
    world: World,
    step: Step,
    needs: tuple[Need, ...],
    known: Mapping[StepId, int],
    steps: Sequence[Step],
    asked: Callable[[], Location | None],
) -> Step:
    """Keep the place, the conditions, and the needs that the plan has a step for. A delete that is held back holds up
    nothing but other deletes.

    What waits for an identity comes after the step that makes it: asked before, the answer would be no for sure.
    """
    if not needs:
        return replace(step, asked=asked)
    own = step.id
    conditions = tuple(dict.fromkeys(one.condition for one in needs if one.condition))
    identities = [one.identity for one in conditions if one.identity is not None]
    hosts = [(host, "create") for one in identities for host in world.registry.identity_addresses(one)]
    named = (known.get(one.step) for one in needs if one.step and one.step != own)
    found = (steps[at] for at in named if at is not None)
    there = (one.id for one in found if not (one.facet == "delete" != step.facet and one.reason is not None))
    needed = tuple(dict.fromkeys(there))
    after = tuple(dict.fromkeys(one for one in hosts if one in known and one not in needed and one != own))
    return replace(step, needs=needed, after=after, conditions=conditions, asked=asked)


def _ordered(linked: Sequence[Step], before: Sequence[Sequence[int]]) -> tuple[list[int], list[Diagnostic]]:
    """Steps by number in an order in which they can run, given the numbers that come before each."""
    try:
        return list(TopologicalSorter(dict(enumerate(before))).static_order()), []
    except CycleError as error:
        ring = [linked[at] for at in error.args[1]]
        # The first of the ring stands at its end again.
        first, *others = dict.fromkeys(one.place for one in ring)
        related = tuple(one for one in others if one)
        message = f"these steps need each other: {' -> '.join(f'{one.address} {one.facet}' for one in ring)}"
        hint = "take one reference out"
        return list(range(len(linked))), [Diagnostic("cycle", message, first, hint, related=related)]


def _state(step: Step, before: Sequence[Step], world: World) -> Step:
    """Whether a step would be made: its own reason first, then what it needs, then its conditions."""
    if step.reason is not None:
        return replace(step, state=State.HELD)
    held = next((one for one in before if one.state is State.HELD), None)
    if held is not None:
        return replace(step, state=State.HELD, reason=f"it needs {held.address} {held.facet}, which is held back")
    waits = next((one for one in step.conditions if not world.meets(one)), None)
    if waits is not None:
        return replace(step, state=State.WAITING, reason=waits.text)
    waiting = next((one for one in before if one.state is State.WAITING), None)
    if waiting is not None:
        return replace(step, state=State.WAITING, reason=f"it needs {waiting.address} {waiting.facet}, which waits")
    return step


def _lost_conditions(world: World, steps: Iterable[Step]) -> Iterator[Diagnostic]:
    """A wait that can never end: the identity (or a parent of it) is neither live nor in the spec.

    What could not be read may be there.
    """
    for step in steps:
        for identity in (one.identity for one in step.conditions if one.identity is not None):
            hosts = world.registry.identity_addresses(identity)
            if not any(world.state.things.get(one) or world.wanted(one) for one in hosts):
                yield _lost(step, identity)


def _lost(step: Step, identity: str) -> Diagnostic:
    return Diagnostic(
        "identity-nowhere",
        f"{step.address} {step.facet} needs {identity} to be verified, and neither it nor a parent domain "
        "is live or in the spec",
        step.place,
        f"add {identity} under `domains` or `emails`",
    )
