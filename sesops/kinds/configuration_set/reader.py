"""Reading configuration sets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sesops.core.address import Address
from sesops.core.thing import Block, Live, Reading, Unread, Wants
from sesops.core.values import Answer, Call, Json, Program, Refusal, Refused, Scope
from sesops.kinds._shared import names_in, tags_in, unread, within
from sesops.kinds.configuration_set.fields import NAME, OPTIONS

LIST = Call("sesv2", "ListConfigurationSets", {"PageSize": 1000})
"""The names of all sets of the region."""


def get(name: str) -> Call:
    """The read that gives all of one set but its event destinations."""
    return Call("sesv2", "GetConfigurationSet", {"ConfigurationSetName": name})


def inventory(_scope: Scope) -> Program:
    """The names of all sets."""
    return names_in(LIST, lambda value: value.get("ConfigurationSets") or ())


def read(wants: Wants, _scope: Scope) -> Program:
    """Read each set of which something is asked; sets that only have to exist are looked up in one listing."""
    asked = [name for name in sorted(wants) if wants[name]]
    named = [name for name in sorted(wants) if not wants[name]]
    if len(named) == 1:
        asked, named = asked + named, []
    calls = tuple(get(name) for (name,) in asked)
    listing = (LIST,) if named else ()
    answers = yield (*calls, *listing)
    things: dict[Address, Live | Unread | None] = {}
    for name, call, answer in zip(asked, calls, answers, strict=False):
        things[Address(NAME, name)] = _thing(Address(NAME, name), call, answer)
    if named:
        things.update(_existing(named, answers[-1]))
    return Reading(things)


def later(wants: Wants, _scope: Scope) -> Iterator[Call]:
    """Of sets that only have to exist: the listing, and each by itself, as it is read again after a lost answer."""
    named = [name for (name,), asked in wants.items() if not asked]
    if named:
        yield LIST
    yield from map(get, named)


def _existing(named: list[tuple[str, ...]], answer: Answer) -> Iterator[tuple[Address, Live | Unread | None]]:
    found = () if isinstance(answer, Refusal) else frozenset(answer.value.get("ConfigurationSets") or ())
    for name in named:
        address = Address(NAME, name)
        if isinstance(answer, Refusal):
            yield address, unread(answer, LIST)
        else:
            yield address, Live(address) if address.last in found else None


def _thing(address: Address, call: Call, answer: Answer) -> Live | Unread | None:
    if isinstance(answer, Refusal):
        return None if answer.why is Refused.MISSING else unread(answer, call)
    blocks = {
        facet: Block(_raw(facet, answer.value.get(options.member)), within(answer.unknown, options.member))
        for facet, options in OPTIONS.items()
    }
    return Live(address, {**blocks, "tags": Block(tags_in(answer.value))})


def _raw(facet: str, block: Mapping[str, Json] | None) -> Mapping[str, Json]:
    """The block as SES gave it. An override without a list suppresses nothing, and is not the same as no override."""
    if facet == "suppression" and block is not None:
        return {"SuppressedReasons": [], **block}
    return block or {}
