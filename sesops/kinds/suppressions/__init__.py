"""Two standing wishes about the account's suppression list: what is on it (`present`), and what is not (`absent`).

API: PutSuppressedDestination, DeleteSuppressedDestination (and the reader's). SES writes the list too, all the time, so
neither wish is about the whole of it: any reason will do, and what SES lists from a given day on stays listed. In the
sandbox SES lists no address by hand, and takes those off that are listed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from sesops.core.address import Address
from sesops.core.kind import Facet, Field, Kind, Write
from sesops.core.personal import without_addresses
from sesops.core.thing import World
from sesops.core.values import Call, Json, Program, Refusal, Refused
from sesops.kinds import _sandbox
from sesops.kinds.suppressions.lists import ABSENT, FIELD, PRESENT, build, check, payload
from sesops.kinds.suppressions.reader import (
    DIFFERING,
    FACET,
    NAME,
    SAMPLED,
    everything,
    later,
    look,
    parts,
    read,
    read_against,
    sampled,
)

_AT_ONCE = 40
"""Calls that are made before a refusal is looked at."""
_MEANS = {
    PRESENT: "are not listed and are added: SES sends them no mail any more",
    ABSENT: "are taken off the list: mail to them is sent again",
}


def _call(name: str, address: str, reason: str) -> Call:
    if name == ABSENT:
        return Call("sesv2", "DeleteSuppressedDestination", {"EmailAddress": address})
    return Call("sesv2", "PutSuppressedDestination", {"EmailAddress": address, "Reason": reason})


def forecast(write: Write) -> tuple[Call, ...]:
    """The first of the calls, to be read: their addresses are masked."""
    _, sample = sampled(write.world.live(write.address))
    return tuple(_call(write.address.last, one["EmailAddress"], one["Reason"]) for one in sample)


def writes(write: Write) -> tuple[Call, ...]:
    """The call that is made for an address, however many there are."""
    return (_call(write.address.last, ".", "BOUNCE"),)


def removals(write: Write) -> int:
    """How many addresses the plan shows as taken off."""
    count, _ = sampled(write.world.live(write.address))
    return count if write.address.last == ABSENT else 0


def work_off(write: Write) -> Program:
    """Work the difference out again, for SES has written meanwhile, and write it; no more removals than were shown."""
    wanted = payload(write.world.wanted(write.address))
    if wanted is None:
        return "its addresses are not at hand"
    refused = yield from look((wanted,))
    if refused is not None:
        return _masked(refused[0])
    name = write.address.last
    differing = wanted.differing(write.limit if name == ABSENT else None)
    return (yield from _made(_call(name, address, reason) for address, reason in differing))


def _made(calls: Iterator[Call]) -> Program:
    """Make the calls side by side, up to the first refusal. SES behaviour: what is not listed cannot be taken off."""
    while batch := tuple(islice(calls, _AT_ONCE)):
        for call, answer in zip(batch, (yield batch), strict=True):
            gone = call.operation.startswith("Delete") and isinstance(answer, Refusal) and answer.why is Refused.MISSING
            if isinstance(answer, Refusal) and not gone:
                return _masked(answer)
    return None


def _masked(refusal: Refusal) -> Refusal:
    return replace(refusal, message=without_addresses(refusal.message))


def _notice(_before: Json, after: Json, world: World, address: Address) -> str | None:
    count, _ = sampled(world.live(address))
    return f"{count} of {after['count']} addresses {_MEANS[address.last]}" if count else None


def _survey(world: World, address: Address) -> tuple[tuple[str, Json, Json], ...]:
    return tuple(parts(address.last, world.live(address)))


KIND = Kind(
    name=NAME,
    paths=(f"{NAME}.={PRESENT}", f"{NAME}.={ABSENT}"),
    fields=(Field(FIELD, FACET, "Addresses", nullable=False, survey=_survey, notice=_notice),),
    facets=(
        Facet(
            FACET,
            forecast,
            needs=_sandbox.needs,
            program=work_off,
            later=writes,
            limit=removals,
            volatile=frozenset({DIFFERING, SAMPLED}),
        ),
    ),
    read=read,
    later=later,
    read_against=read_against,
    listed=everything,
    build=build,
    check=check,
)
