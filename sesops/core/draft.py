"""The first half of planning: what would happen to each thing, before order, waiting and leave are looked at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from sesops.core import address as addresses
from sesops.core import diff, fields, guard, strict
from sesops.core.address import Address
from sesops.core.diagnostic import Diagnostic, Location, Severity, has_errors
from sesops.core.kind import Kind, name_parts
from sesops.core.live import World
from sesops.core.plan import STACK_TAG, Action, FieldChange, Leave, Removal, Unknown
from sesops.core.refs import names_in, names_of
from sesops.core.thing import Live, Unread, Wanted


@dataclass(frozen=True)
class Draft:
    """What would happen to one thing. `held` is the safety rule that says no to all of it."""

    kind: Kind
    address: Address
    action: Action
    wanted: Wanted | None = None
    live: Live | None = None
    fields: tuple[FieldChange, ...] = ()
    place: Location | None = None
    held: str | None = None
    gap: str | None = None
    """What a replacement leaves open while it happens."""
    host: Wanted | None = None
    """The strict thing that an extra one lies in, which therefore goes."""

    def facets(self) -> tuple[str, ...]:
        """The facets that have something to write, in the order of the kind's table."""
        touched = {one.facet for one in self.fields}
        return tuple(one.name for one in self.kind.facets if one.name in touched)


@dataclass
class Drafts:
    """All drafts of a target, with what could not be judged and what was found on the way."""

    leave: Leave
    by_address: dict[tuple[Address, Action], Draft] = field(default_factory=dict)
    unknown: list[Unknown] = field(default_factory=list)
    findings: list[Diagnostic] = field(default_factory=list)
    unavailable: list[tuple[Wanted, str]] = field(default_factory=list)
    """What SES does not offer in the region, each with its answer."""

    def add(self, draft: Draft) -> None:
        self.by_address[draft.address, draft.action] = draft

    def __iter__(self) -> Iterator[Draft]:
        return iter(self.by_address.values())

    def of(self, address: Address) -> Draft | None:
        """The draft that changes a thing (adoption apart)."""
        found = (self.by_address.get((address, action)) for action in Action if action is not Action.ADOPT)
        return next((one for one in found if one), None)


def drafts(world: World, leave: Leave) -> Drafts:
    """Compare everything the spec names, removes or releases with what is live."""
    found = Drafts(leave)
    for wanted in world.spec.values():
        _named(found, world, wanted)
    for removal, address in _lines(found, world, leave.remove):
        _removed(found, world, removal, address)
    for removal, address in _lines(found, world, leave.release):
        _released(found, world, removal, address)
    _extra(found, world)
    found.findings.extend(_both(found))
    found.findings.extend(_still_wanted(found, world))
    _drop_children_of_deleted(found)
    _drop_children_of_missing(found, world)
    found.findings.extend(_not_available(found, world))
    return found


def _lines(found: Drafts, world: World, removals: tuple[Removal, ...]) -> Iterator[tuple[Removal, Address]]:
    """Each line of `remove` or `release` with each address it takes.

    Globs first: an exact address says more than a glob that takes it too, and replaces what that gave.
    """
    for removal in sorted(removals, key=lambda one: not guard.is_glob(one.pattern)):
        if guard.is_glob(removal.pattern) and not world.state.owners_known:
            reason = world.state.owners_reason or "the listing of tags was refused"
            found.unknown.append(Unknown(None, None, f"what {removal.pattern} takes: {reason}"))
        yield from ((removal, one) for one in _addresses(removal, world, found.leave))


def removal_addresses(leave: Leave, world: World) -> tuple[Address, ...]:
    """The addresses that `remove` and `release` name; those of globs only as far as they carry our tag."""
    return tuple(one for removal in (*leave.remove, *leave.release) for one in _addresses(removal, world, leave))


def _addresses(removal: Removal, world: World, leave: Leave) -> tuple[Address, ...]:
    _, pattern = addresses.split_target(removal.pattern)
    if guard.is_glob(pattern):
        # What is tagged since the globs were looked up was not read.
        here = (one for one in world.state.things if one not in world.spec)
        ours = (one for one in here if world.state.owners.get(one) == world.scope.stack)
        return tuple(one for one in guard.matching(pattern, ours) if not guard.ignored(leave, one))
    return (addresses.parse(pattern, name_parts(world.registry.kinds)),)


def _named(found: Drafts, world: World, wanted: Wanted) -> None:
    kind = world.registry.kinds[wanted.address.kind]
    thing = world.state.things[wanted.address]
    if isinstance(thing, Unread):
        _unread(found, wanted, None, thing)
        return
    judged = tuple(kind.judge(wanted, thing, world)) if kind.judge is not None else ()
    found.findings.extend(judged)
    if thing is None:
        if not has_errors(judged):
            _created(found, world, kind, wanted)
    else:
        _compared(found, world, kind, wanted, thing)


def _unread(found: Drafts, wanted: Wanted, facet: str | None, unread: Unread) -> None:
    if unread.unavailable:
        found.unavailable.append((wanted, unread.reason or "not offered"))
    else:
        found.unknown.append(Unknown(wanted.address, facet, unread.reason or "not read"))


def _not_available(found: Drafts, world: World) -> Iterator[Diagnostic]:
    """One finding a section of the spec, at the first thing of it: what a region lacks, it lacks for all of them."""
    sections: dict[str, list[tuple[Wanted, str]]] = {}
    for wanted, reason in found.unavailable:
        path = world.registry.kinds[wanted.address.kind].paths[0]
        sections.setdefault(path.partition(".")[0], []).append((wanted, reason))
    for section, things in sections.items():
        first, reason = min(things, key=lambda one: (one[0].place or Location("\uffff"), one[0].address))
        more = f" ({len(things)} things)" if len(things) > 1 else ""
        yield Diagnostic(
            "not-available-here",
            f"`{section}`{more} cannot be in {world.scope.region}: SES does not offer it there ({reason})",
            first.place,
            "take it out of this target with `only`, or choose a region that has it",
        )


def _created(found: Drafts, world: World, kind: Kind, wanted: Wanted) -> None:
    missing = [path for path in kind.required_on_create if path not in wanted.fields]
    found.findings.extend(
        Diagnostic(
            "required-on-create",
            f"{wanted.address} does not exist yet, and {path} has to be said to make it",
            wanted.place,
            f"add `{path}`",
        )
        for path in missing
    )
    if missing:
        return
    given = diff.of_create(kind, wanted, world)
    if kind.arn is not None and found.leave.ownership:
        given += (FieldChange(f"tags.{STACK_TAG}", None, world.scope.stack, "tags", ours=True),)
    if _ownerless(found, world, wanted.address, wanted):
        return
    held = _foreign(world, wanted.address)
    found.add(Draft(kind, wanted.address, Action.CREATE, wanted, None, given, wanted.place, held))


def _compared(found: Drafts, world: World, kind: Kind, wanted: Wanted, live: Live) -> None:
    difference = diff.of_update(kind, wanted, live, world)
    for facet, unread in difference.unread:
        _unread(found, wanted, facet, unread)
    held = _foreign(world, wanted.address)
    draft = Draft(kind, wanted.address, Action.UPDATE, wanted, live, difference.fields, wanted.place, held)
    if difference.fields and _ownerless(found, world, wanted.address, wanted):
        return
    if difference.fields:
        found.add(_replaced(draft) or draft)
    elif held and kind.arn is not None:
        found.add(replace(draft, action=Action.ADOPT))
    untagged = world.state.owners_known and wanted.address not in world.state.owners
    if kind.arn is not None and untagged and found.leave.ownership:
        found.add(Draft(kind, wanted.address, Action.ADOPT, wanted, live, place=wanted.place))


def _foreign(world: World, address: Address) -> str | None:
    return guard.foreign(world.state, world.registry.kinds, address, world.scope.stack)


def touched(world: World, kind: Kind, wanted: Wanted | None) -> tuple[tuple[str, Address], ...]:
    """What else changes as a thing becomes as the spec has it, each with the facet whose write does it."""
    return tuple(kind.touches(wanted, world)) if kind.touches is not None and wanted is not None else ()


def _ownerless(found: Drafts, world: World, address: Address, wanted: Wanted | None = None) -> bool:
    """Whether nobody can say whose a thing is, or what it lies in or changes: then nothing is planned for it."""
    kind = world.registry.kinds[address.kind]
    hosts = (address, *kind.above(address), *(one for _, one in touched(world, kind, wanted)))
    reasons = [world.state.owners_unread[one] for one in hosts if one in world.state.owners_unread]
    found.unknown.extend(Unknown(address, "tags", one) for one in reasons)
    return bool(reasons)


def _replaced(draft: Draft) -> Draft | None:
    if draft.kind.replace_when is None or draft.live is None:
        return None
    before = fields.decode(draft.kind, draft.live)
    gap = draft.kind.replace_when(before, {**before, **{one.path: one.after for one in draft.fields}})
    return replace(draft, action=Action.REPLACE, gap=gap) if gap else None


def _removed(found: Drafts, world: World, removal: Removal, address: Address) -> None:
    thing = world.state.things[address]
    kind = world.registry.kinds[address.kind]
    if isinstance(thing, Unread):
        found.unknown.append(Unknown(address, None, thing.reason or "not read"))
    elif thing is None:
        found.findings.append(_gone(address, removal, "is not there any more"))
    elif not kind.deletable:
        message = f"{address} is a setting and cannot be deleted"
        found.findings.append(Diagnostic("not-deletable", message, removal.place, "drop the line"))
    elif not _ownerless(found, world, address):
        held = _foreign(world, address)
        if guard.is_glob(removal.pattern) and not held and kind.delete_stops and kind.delete_stops(thing, world):
            held = "a glob deletes nothing that stops mail; name its exact address in `remove`"
        found.add(Draft(kind, address, Action.DELETE, None, thing, place=removal.place, held=held))


def _extra(found: Drafts, world: World) -> None:
    """What lies in a strict thing and is not in the spec goes; what stops mail with it has to be named in `remove`."""
    hosts = {
        Address(inner, one.address.name): one
        for one in world.spec.values()
        for inner in strict.rules_over(world.registry.kinds, one)
    }
    for members, host in hosts.items():
        unread = world.state.things[members]
        if isinstance(unread, Unread) and not unread.unavailable:
            _unread(found, host, members.kind, unread)
    if not hosts:
        return
    named = {*world.spec, *removal_addresses(found.leave, world)}
    # What an earlier revision of the spec has is asked for by its name.
    there = {one.address: one for one in (*world.state.extra, *world.state.things.values()) if isinstance(one, Live)}
    for address, live in there.items():
        inside = hosts.get(Address(address.kind, address.name[:-1]))
        if inside is None or address in named or guard.ignored(found.leave, address):
            continue
        if not _ownerless(found, world, address):
            found.add(_going(world, live, inside))


def _going(world: World, live: Live, host: Wanted) -> Draft:
    kind, address = world.registry.kinds[live.address.kind], live.address
    stops = kind.delete_stops(live, world) if kind.delete_stops else None
    held = f"{stops}. If that is meant: remove: [{address}]" if stops else None
    place = host.places.get(strict.PLACE, host.place)
    held = _foreign(world, address) or held
    return Draft(kind, address, Action.DELETE, None, live, place=place, held=held, host=host)


def _released(found: Drafts, world: World, removal: Removal, address: Address) -> None:
    thing = world.state.things[address]
    if isinstance(thing, Unread):
        found.unknown.append(Unknown(address, None, thing.reason or "not read"))
    elif thing is None or world.state.owners.get(address) != world.scope.stack:
        if not _ownerless(found, world, address):
            found.findings.append(_gone(address, removal, "is not there any more, or not ours"))
    else:
        kind = world.registry.kinds[address.kind]
        found.add(Draft(kind, address, Action.RELEASE, None, thing, place=removal.place))


def _both(found: Drafts) -> Iterator[Diagnostic]:
    """What one line deletes and another releases: two globs, or a glob and an address."""
    for draft in found:
        deleted = found.by_address.get((draft.address, Action.DELETE))
        if draft.action is Action.RELEASE and deleted is not None:
            message = f"{draft.address} stands under `remove` and under `release`"
            related = (deleted.place,) if deleted.place else ()
            yield Diagnostic(
                "conflicting-leave", message, draft.place, "take it out of one of the two", related=related
            )


def _still_wanted(found: Drafts, world: World) -> Iterator[Diagnostic]:
    """What a line deletes though the spec refers to it, by its ARN or as somebody else's thing."""
    deleted = {
        name: draft
        for draft in found
        if draft.action is Action.DELETE
        for name in names_of(draft.address, world.registry.kinds, world.scope)
    }
    for wanted in world.spec.values() if deleted else ():
        kind = world.registry.kinds[wanted.address.kind]
        for path, value in wanted.fields.items():
            one = kind.field(path)
            for name in sorted(names_in(one, value) & deleted.keys(), key=str) if one else ():
                address, place = deleted[name].address, deleted[name].place
                message = f"{address} stands under `remove`, and {wanted.address} refers to it"
                asking = wanted.places.get(path, wanted.place)
                related = (asking,) if asking else ()
                hint = "take the reference out of the spec first"
                yield Diagnostic("removed-and-referred", message, place, hint, related=related)


def _gone(address: Address, removal: Removal, how: str) -> Diagnostic:
    return Diagnostic(
        "already-gone",
        f"{address} {how}",
        removal.place,
        "drop the line",
        Severity.WARNING,
    )


def _drop_children_of_deleted(found: Drafts) -> None:
    """What lies in a deleted thing goes with it: no step of its own."""
    deleted = {draft.address for draft in found if draft.action is Action.DELETE and draft.held is None}
    for draft in list(found):
        if draft.action is Action.DELETE and deleted.intersection(draft.kind.above(draft.address)):
            del found.by_address[draft.address, Action.DELETE]


def _drop_children_of_missing(found: Drafts, world: World) -> None:
    """What lies in a thing that is not there, and that this plan does not make, cannot be made either."""
    made = {draft.address for draft in found if draft.action is Action.CREATE}
    for draft in list(found):
        hosts = [one for one in draft.kind.above(draft.address) if one in world.spec]
        missing = all(world.state.things[one] is None and one not in made for one in hosts)
        if draft.action is Action.CREATE and hosts and missing:
            del found.by_address[draft.address, Action.CREATE]
