"""Reads everything that a target's spec asks about, in as few calls as its readers need, all of them side by side."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from sesops.core import fields, strict
from sesops.core.address import Address
from sesops.core.events import CallDone, Refreshed, Refreshing
from sesops.core.kind import Kind, Registry
from sesops.core.live import LiveState
from sesops.core.plan import STACK_TAG
from sesops.core.ports import Gateway, Listener
from sesops.core.thing import Block, Live, Reading, Unread, Wanted, Wants
from sesops.core.values import Call, Program, Scope
from sesops.engine.driver import Driver

_OWNERS = ""
"""The key of the tag listing among the readers, which go by the name of their kind."""


class ReaderError(RuntimeError):
    """A reader broke its contract: it left out a thing that it was asked for, which must never read as absent."""


def wants(registry: Registry, wanted: Iterable[Wanted], extra: Iterable[Address] = ()) -> dict[str, Wants]:
    """What has to be read for these things: by kind and name, the fields that are asked for.

    `extra` are addresses that are only asked whether they exist (`remove`, `release`), and so are the identities whose
    verification something waits for, or decides what the end of an extra thing means for mail.
    """
    found: dict[str, dict[tuple[str, ...], frozenset[str]]] = {}

    def ask(address: Address, fields: frozenset[str] = frozenset()) -> None:
        names = found.setdefault(address.kind, {})
        names[address.name] = names.get(address.name, frozenset()) | fields

    def watch(one: Wanted) -> None:
        watches = registry.kinds[one.address.kind].watches
        for identity in watches(one) if watches else ():
            for address in registry.identity_addresses(identity):
                ask(address)

    for one in wanted:
        kind = registry.kinds[one.address.kind]
        ask(one.address, strict.asked(kind, one))
        for inner in strict.rules_over(registry.kinds, one):
            ask(Address(inner, one.address.name))
        for other, path in kind.asks(one) if kind.asks else ():
            ask(other, frozenset({path}))
        watch(one)
    for address in extra:
        ask(address)
        for host in (address, *registry.kinds[address.kind].above(address)):
            watch(Wanted(host))
    return dict(found)


def beyond(asked: Mapping[str, Wants], own: Mapping[str, Wants]) -> dict[str, Wants]:
    """What is asked for and not in `own`: other things, and other fields of the same ones."""
    found: dict[str, Wants] = {}
    for kind, names in asked.items():
        others = own.get(kind, {})
        more = {name: paths - others.get(name, frozenset()) for name, paths in names.items()}
        found[kind] = {name: paths for name, paths in more.items() if paths or name not in others}
    return found


def refresh(
    registry: Registry,
    scope: Scope,
    gateway: Gateway,
    wants_by_kind: Mapping[str, Wants],
    listener: Listener,
    *,
    wanted: Iterable[Wanted] = (),
    before: Mapping[str, Wants] = MappingProxyType({}),
    clock: Callable[[], float] = time.monotonic,
) -> LiveState:
    """Read what is asked for, and whose it is. No call is made twice, and none for a kind that nothing is asked of.
    `wanted` is for readers that compare on the way; `before` is what an earlier spec asks for beyond this one, read by
    itself: how a thing is read hangs on what else is.

    Raises:
        ReaderError: a reader left out what it was asked for.
        KeyboardInterrupt: as it came; calls in flight end in their threads, no other is begun.

    """
    results: dict[str, Any] = {}
    earlier: dict[str, Any] = {}
    things = tuple(wanted)

    def begin(ask: Callable[[tuple[dict[str, Any], str], Program], None]) -> None:
        ask((results, _OWNERS), owned(registry, scope))
        for asked, into in ((wants_by_kind, results), (before, earlier)):
            for kind in sorted(asked):
                if asked[kind]:
                    ask((into, kind), reading(registry.kinds[kind], asked[kind], scope, things))

    def take(key: tuple[dict[str, Any], str], result: Any) -> None:
        into, kind = key
        into[kind] = result

    run_readers(gateway, listener, begin, take, clock)
    state = _state(registry, wants_by_kind, results.pop(_OWNERS), results)
    return replace(state, before=_state(registry, before, {}, earlier)) if earlier else state


def run_readers(
    gateway: Gateway,
    listener: Listener,
    begin: Callable[[Callable[[Any, Program], None]], None],
    take: Callable[[Any, Any], None],
    clock: Callable[[], float],
) -> None:
    """Run programs side by side, each distinct call made once, and let the listener hear of it.

    `begin` is given what asks a program under a key; `take` gets each key with its result, and may ask more.

    Raises:
        KeyboardInterrupt: as it came; calls in flight end in their threads, no other is begun.

    """
    began, before = clock(), Counter(dict(gateway.counts()))
    done = 0

    def answered() -> None:
        nonlocal done
        done += 1
        listener(CallDone(done, driver.calls))

    with Driver[Any](gateway, share=True, answered=answered) as driver:
        begin(driver.add)
        first = driver.queued
        listener(Refreshing(len(first), gateway.seconds(first), _by_operation(first)))
        while driver.running:
            if (ended := driver.wait()) is not None:
                take(*ended)
    made = Counter(dict(gateway.counts())) - before
    listener(Refreshed(made.total(), clock() - began, tuple(sorted(made.items()))))


_ODD = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError)
"""What a reader raises over an answer that lacks what SES always says, or has it in a form that nothing has."""


def reading(kind: Kind, wants: Wants, scope: Scope, wanted: Iterable[Wanted] = ()) -> Program:
    """A kind's `Reading`. Where its reader can make nothing of SES's answers, nothing is known of what it was asked."""
    try:
        return (yield from reader(kind, wants, scope, wanted))
    except _ODD as error:
        return Reading(dict.fromkeys((Address(kind.name, name) for name in wants), _odd(error)))


def owned(registry: Registry, scope: Scope) -> Program:
    """What carries a stack's tag, by its ARN; or `Unread`."""
    return known(registry.owners(scope))


def known(program: Program) -> Program:
    """What a program returns; `Unread` where it can make nothing of SES's answers."""
    try:
        return (yield from program)
    except _ODD as error:
        return _odd(error)


def readable(kind: Kind, live: Live) -> Live:
    """A thing of which nothing is known where its kind's table can make nothing of what SES says."""
    odd: dict[str, Unread] = {}
    for one in kind.fields:
        block = live.blocks.get(one.facet)
        if one.decode is not None and isinstance(block, Block):
            try:
                fields.values(one, block)
            except _ODD as error:
                odd[one.facet] = _odd(error)
    return replace(live, blocks={**live.blocks, **odd}) if odd else live


def _odd(error: Exception) -> Unread:
    return Unread(f"SES's answer is not what it always is ({type(error).__name__}: {error})")


def reader(kind: Kind, wants: Wants, scope: Scope, wanted: Iterable[Wanted]) -> Program:
    """A kind's reader, given what is wanted where it compares on the way."""
    if kind.read_against is None:
        return kind.read(wants, scope)
    return kind.read_against(wants, scope, {one.address: one for one in wanted if one.address.kind == kind.name})


def run_program(gateway: Gateway, program: Program) -> Any:
    """Run one program by itself and return its result; its calls are made afresh."""
    with Driver[None](gateway) as driver:
        driver.add(None, program)
        while True:
            if (ended := driver.wait()) is not None:
                return ended[1]


def read_owners(registry: Registry, scope: Scope, gateway: Gateway) -> LiveState:
    """Read whose things are and nothing else."""
    return _state(registry, {}, run_program(gateway, owned(registry, scope)), {})


def _by_operation(calls: Iterable[Call]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(Counter(f"{call.service}:{call.operation}" for call in calls).items()))


def _state(
    registry: Registry,
    asked: Mapping[str, Wants],
    owned: Mapping[str, Mapping[str, str]] | Unread,
    readings: Mapping[str, Reading],
) -> LiveState:
    things: dict[Address, Live | Unread | None] = {}
    extra: dict[Address, Live] = {}
    for kind, reading in readings.items():
        left_out = [str(Address(kind, name)) for name in asked[kind] if Address(kind, name) not in reading.things]
        if left_out:
            raise ReaderError(f"the reader of {kind} says nothing of {', '.join(sorted(left_out))}")
        things.update(reading.things)
        # Rules come with their set, and by themselves.
        extra.update((one.address, one) for one in reading.extra)
    outside = {key: word for reading in readings.values() for key, word in reading.outside.items()}
    things = {
        address: readable(registry.kinds[address.kind], one) if isinstance(one, Live) else one
        for address, one in things.items()
    }
    extra = {address: readable(registry.kinds[address.kind], one) for address, one in extra.items()}
    if isinstance(owned, Unread):
        reason = owned.reason
        return LiveState(things, tuple(extra.values()), owners_known=False, owners_reason=reason, outside=outside)
    return LiveState(things, tuple(extra.values()), owners_of(registry, owned), outside=outside)


def owners_of(registry: Registry, owned: Mapping[str, Mapping[str, str]]) -> dict[Address, str]:
    """Whose each tagged thing is; ARNs of kinds that we do not have are somebody else's business."""
    found: dict[Address, str] = {}
    for arn, tags in owned.items():
        if STACK_TAG not in tags:
            continue
        for kind in registry.kinds.values():
            if kind.from_arn and (name := kind.from_arn(arn)) is not None:
                found[Address(kind.name, name)] = tags[STACK_TAG]
    return found
