"""What of the two lists SES does not have as wanted. The live list may have millions of entries: it passes by a page at
a time, and only what is wanted of it is kept.

API: ListSuppressedDestinations, GetSuppressedDestination, GetAccount. SES behaviour: the listing is in no order; an
address that is not listed is a 404.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterator, Mapping
from datetime import datetime
from typing import TypeAlias

from sesops.core.address import Address
from sesops.core.personal import masked
from sesops.core.thing import Block, Live, Reading, Unread, Wanted, Wants
from sesops.core.values import Answer, Call, Json, Program, Refusal, Refused, Reply, Scope
from sesops.kinds import _sandbox
from sesops.kinds._shared import unread
from sesops.kinds.account import GET
from sesops.kinds.suppressions.addresses import normal
from sesops.kinds.suppressions.lists import ABSENT, FIELD, PRESENT, line, payload
from sesops.kinds.suppressions.table import Listed

NAME = "suppressions"
FACET = "list"
FEW = 20
"""Addresses that are asked for one by one; the listing has a thousand a page and may be long."""
SAMPLE = 5
"""Addresses that a plan shows, masked."""
DIFFERING, SAMPLED = "Differing", "Sample"
"""Members of a block that SES moves by itself: no part of what a plan rests on."""
_PAGE = 1000
_AWAY = "the addresses are in the spec, which is not at hand"

Page: TypeAlias = Collection[Mapping[str, Json]]
"""Entries of the listing."""
Look: TypeAlias = Generator[tuple[Call, ...], tuple[Answer, ...], tuple[Refusal, Call] | None]
"""Returns a refusal with its call; without one the lists know what SES has of them."""


def look(lists: Collection[Listed]) -> Look:
    """Look for the addresses of some lists, in one pass."""
    for one in lists:
        one.forget()
    return _one_by_one(lists) if 0 < sum(map(len, lists)) <= FEW else _streamed(lists)


def later(wants: Wants, _scope: Scope) -> Iterator[Call]:
    """Both ways: a list that has few addresses today may have many tomorrow. And what is asked where some are added."""
    if any(wants.values()):
        yield _get(".")
        yield _page({})
    if wants.get((PRESENT,)):
        yield GET


def _get(address: str) -> Call:
    return Call("sesv2", "GetSuppressedDestination", {"EmailAddress": address})


def _page(token: Mapping[str, Json]) -> Call:
    return Call("sesv2", "ListSuppressedDestinations", {"PageSize": _PAGE, **token}, page=True)


def _one_by_one(lists: Collection[Listed]) -> Look:
    calls = {address: _get(address) for address in sorted({address for one in lists for address, _ in one})}
    answers: tuple[Answer, ...] = yield tuple(calls.values())
    found: list[tuple[str, datetime]] = []
    for (address, call), answer in zip(calls.items(), answers, strict=True):
        if isinstance(answer, Reply):
            found.append((address, answer.value["SuppressedDestination"]["LastUpdateTime"]))
        elif answer.why is not Refused.MISSING:
            return answer, call
    for one in lists:
        one.see(found)
    return None


def _streamed(lists: Collection[Listed]) -> Look:
    def take(page: Page) -> None:
        seen = [(address, one["LastUpdateTime"]) for one in page if (address := normal(one["EmailAddress"]))]
        for each in lists:
            each.see(seen)

    return (yield from _paged(take))


def everything(_scope: Scope) -> Program:
    """All that is listed, as the lines of a file for the list of what is to be."""
    found: set[str] = set()
    refused = yield from _paged(lambda page: found.update(line(one["EmailAddress"], one["Reason"]) for one in page))
    return unread(*refused) if refused else (PRESENT, tuple(sorted(found)))


def _paged(take: Callable[[Page], None]) -> Look:
    """Read the listing page by page, each given to `take`."""
    token: dict[str, Json] = {}
    seen: set[str] = set()
    while True:
        call = _page(token)
        (answer,) = yield (call,)
        if isinstance(answer, Refusal):
            return answer, call
        take(answer.value.get("SuppressedDestinationSummaries", ()))
        following = answer.value.get("NextToken")
        if not following:
            return None
        if following in seen:
            return Refusal(Refused.FAILED, "EndlessListing", "a page names a page that was read already"), call
        seen.add(following)
        token = {"NextToken": following}


def read_against(wants: Wants, _scope: Scope, wanted: Mapping[Address, Wanted]) -> Program:
    """Both lists in one pass."""
    addresses = [Address(NAME, name) for name in sorted(wants)]
    lists = {one: held for one in addresses if (held := payload(wanted.get(one))) is not None}
    if not any(wants[one.name] for one in addresses):
        return Reading({one: Live(one) for one in addresses})
    refused = yield from look(lists.values())
    if refused is not None:
        return Reading(dict.fromkeys(addresses, unread(*refused)))
    things: dict[Address, Live | Unread | None] = {}
    for one in addresses:
        if one in lists:
            block = _block(wanted[one], lists[one])
            adds = one.last == PRESENT and DIFFERING in block.raw
            things[one] = Live(one, {FACET: block}, (yield from _sandbox_of(adds)))
        else:
            things[one] = Unread(_AWAY) if wants[one.name] else Live(one)
    return Reading(things)


def _sandbox_of(asked: bool) -> Generator[tuple[Call, ...], tuple[Answer, ...], dict[str, str]]:
    """Whether SES would list an address, as conditions; asked where there is one to be listed."""
    if not asked:
        return {}
    (answer,) = yield (GET,)
    return _sandbox.conditions(answer)


def read(wants: Wants, scope: Scope) -> Program:
    """Without what is wanted nothing can be said of it; whether SES answers at all is asked."""
    return read_against(wants, scope, {})


def _block(wanted: Wanted, held: Listed) -> Block:
    """The wanted value where SES has it all, else none: how much differs is no part of what a plan rests on."""
    differing = held.difference()
    if not differing:
        return Block({"Addresses": wanted.fields[FIELD]})
    sample = [{"EmailAddress": masked(one), "Reason": reason} for one, reason in held.differing(SAMPLE)]
    return Block({DIFFERING: differing, SAMPLED: sample})


def sampled(live: Live | None) -> tuple[int, list[Mapping[str, str]]]:
    """How many addresses differ, and some of them, masked."""
    block = live.blocks.get(FACET) if live is not None else None
    raw = block.raw if isinstance(block, Block) else {}
    return raw.get(DIFFERING, 0), raw.get(SAMPLED, [])


def parts(name: str, live: Live | None) -> Iterator[tuple[str, Json, Json]]:
    """The difference as a plan shows it: (masked address, as it is, as it is to be)."""
    count, sample = sampled(live)
    for one in sample:
        off, on = "not listed", f"listed as {one['Reason']}"
        yield (one["EmailAddress"], "listed", off) if name == ABSENT else (one["EmailAddress"], off, on)
    if count > len(sample):
        words = ("listed", "not listed") if name == ABSENT else ("not listed", "listed")
        yield (f"{count - len(sample)} more", *words)
