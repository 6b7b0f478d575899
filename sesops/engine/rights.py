"""The calls that a spec may lead to, before any is made: what `iam-policy` is made of.

Nothing here names an operation. Readers are begun, for their first calls, and say what they may ask for later; writers
are asked what they would do if nothing of the spec were there, and if all of it were and differed in every field.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase

from sesops.core import address as addresses
from sesops.core import diff, guard, steps, strict
from sesops.core.address import Address
from sesops.core.draft import Draft
from sesops.core.kind import Kind, Registry, Write, name_parts
from sesops.core.live import LiveState, World
from sesops.core.plan import STACK_TAG, Action, FieldChange, Leave, Removal
from sesops.core.refs import resolve
from sesops.core.thing import Block, Live, Wanted, Wants
from sesops.core.values import Call, Program, Scope
from sesops.engine import secrets
from sesops.engine.refresh import reader, wants


def reading_everything(registry: Registry, scope: Scope) -> Iterator[Call]:
    """Every kind and every field of it, and what there is of it: for an export too."""
    asked = {
        name: {("*",) * kind.parts: frozenset(one.path for one in kind.fields)} for name, kind in registry.kinds.items()
    }
    yield from _reading(registry, scope, asked)
    yield from _verified(registry, scope, {"*"})
    for kind in registry.kinds.values():
        for listing in (kind.inventory, kind.listed):
            yield from _first(listing(scope)) if listing else ()


def reading(registry: Registry, scope: Scope, wanted: Iterable[Wanted], leave: Leave) -> Iterator[Call]:
    """What a plan of the spec may read. Whose a thing is may be asked of any that carries our tag: it need not be in
    the spec any more.
    """
    asked = tuple(wanted)
    removed = _named(registry, (*leave.remove, *leave.release))
    yield from _reading(registry, scope, wants(registry, asked, removed), asked)
    for secret in secrets.names(asked, registry.kinds):
        yield from (secret.call,) if secret.call else ()


def _reading(
    registry: Registry, scope: Scope, asked: Mapping[str, Wants], wanted: tuple[Wanted, ...] = ()
) -> Iterator[Call]:
    yield from _first(registry.owners(scope))
    for name, names in asked.items():
        kind = registry.kinds[name]
        yield from _first(reader(kind, names, scope, wanted))
        yield from kind.later(names, scope) if kind.later else ()
    for name, kind in registry.kinds.items():
        if kind.read_tags is not None:
            yield kind.read_tags(Address(name, ("*",) * kind.parts), scope)


def _first(program: Program) -> tuple[Call, ...]:
    """The calls that a program begins with."""
    return next(program, ())


def _verified(registry: Registry, scope: Scope, identities: Iterable[str]) -> Iterator[Call]:
    for one in identities:
        yield from _first(registry.verified(one, scope))


def _named(registry: Registry, lines: Iterable[Removal]) -> Iterator[Address]:
    """What `remove` or `release` name. A glob takes only what carries a tag, and stays a pattern: IAM has them too."""
    parts = name_parts(registry.kinds)
    for line in lines:
        _, pattern = addresses.split_target(line.pattern)
        if not guard.is_glob(pattern):
            yield addresses.parse(pattern, parts)
            continue
        head, slash, rest = pattern.partition("/")
        # IAM knows no `[…]`, and a glob without a slash may take any kind.
        name = rest if slash and "[" not in rest else "*"
        tagged = (one for one, kind in registry.kinds.items() if kind.arn is not None)
        yield from (Address(one, (name,)) for one in tagged if not slash or fnmatchcase(one, head))


def writing(registry: Registry, scope: Scope, wanted: Iterable[Wanted], leave: Leave) -> Iterator[Call]:
    """What creating, updating, adopting and releasing may call, beyond what a plan reads."""
    spec = resolve(wanted, registry.kinds, scope)
    absent = World(scope, registry, LiveState(), spec)
    there = World(scope, registry, LiveState({one: _bare(registry.kinds[one.kind], one, scope) for one in spec}), spec)
    for one in spec.values():
        kind = registry.kinds[one.address.kind]
        if _may_be_made(kind, one):
            yield from _drafted(absent, _creation(kind, one, absent, leave))
        yield from _drafted(there, _update(kind, one, scope))
        if kind.tag_calls is not None and leave.ownership:
            yield from kind.tag_calls(one.address, scope, {STACK_TAG: scope.stack}, ())
    for address in _named(registry, leave.release):
        tag_calls = registry.kinds[address.kind].tag_calls
        yield from tag_calls(address, scope, {}, (STACK_TAG,)) if tag_calls else ()


def deleting(registry: Registry, scope: Scope, wanted: Iterable[Wanted], leave: Leave) -> Iterator[Call]:
    """What deleting (and replacing) may call: of what `remove` names, of what the spec holds and may name there, and of
    what a strict thing may turn out to hold.
    """
    spec = resolve(wanted, registry.kinds, scope)
    ours = [one for one in spec.values() if registry.kinds[one.address.kind].is_ours(one)]
    extra = (
        Address(inner, (*one.address.name, "*")) for one in ours for inner in strict.rules_over(registry.kinds, one)
    )
    for address in (*(one.address for one in ours), *extra, *_named(registry, leave.remove)):
        kind = registry.kinds[address.kind]
        if kind.delete is not None:
            yield from kind.delete(address, scope)
        elif kind.delete_live is not None:
            yield from kind.delete_live(Live(address), scope)


def _bare(kind: Kind, address: Address, scope: Scope) -> Live:
    """A thing that has nothing set but what a write sends back and needs a right for."""
    return Live(address, {one.name: Block(one.carried(scope) if one.carried else {}) for one in kind.facets})


def _may_be_made(kind: Kind, wanted: Wanted) -> bool:
    said = all(path in wanted.fields for path in kind.required_on_create)
    return kind.create is not None and said and kind.is_ours(wanted)


def _creation(kind: Kind, wanted: Wanted, absent: World, leave: Leave) -> Draft:
    given = diff.of_create(kind, wanted, absent)
    if kind.arn is not None and leave.ownership:
        given += (FieldChange(f"tags.{STACK_TAG}", None, absent.scope.stack, "tags", ours=True),)
    return Draft(kind, wanted.address, Action.CREATE, wanted, None, given)


def _update(kind: Kind, wanted: Wanted, scope: Scope) -> Draft:
    live = _bare(kind, wanted.address, scope)
    given = tuple(
        FieldChange(path, None, after, one.facet)
        for path, after in strict.given(kind, wanted, live).items()
        if (one := kind.field(path)) is not None
    )
    return Draft(kind, wanted.address, Action.UPDATE, wanted, live, given)


def _drafted(world: World, draft: Draft) -> Iterator[Call]:
    """What the steps of a draft may call, and what they ask of the identities that they wait for."""
    kind, address = draft.kind, draft.address
    writes = {name: steps.write_of(world, draft, name) for name in draft.facets()}
    if draft.action is Action.CREATE and kind.create is not None:
        riding = {name: one for name, one in writes.items() if kind.facet(name).in_create}
        yield kind.create(address, world.scope, riding)
    for name, write in writes.items():
        facet = kind.facet(name)
        yield from facet.put(write)
        yield from facet.later(write) if facet.later else ()
    yield from _verified(world.registry, world.scope, _awaited(world, draft, writes))


def _awaited(world: World, draft: Draft, writes: Mapping[str, Write]) -> set[str]:
    """The identities whose verification is asked for before a step."""
    needs = [need for name, one in writes.items() if (ask := draft.kind.facet(name).needs) for need in ask(one)]
    if draft.kind.create_needs is not None and draft.wanted is not None:
        needs.extend(draft.kind.create_needs(draft.wanted, world))
    return {one.condition.identity for one in needs if one.condition and one.condition.identity}
