"""The kind `receipt_filter`: an IP address or block whose mail is refused or let in, in the whole region.

API: CreateReceiptFilter, DeleteReceiptFilter, ListReceiptFilters (all at once).

SES behaviour: there is no update. So a changed filter is made again, and a second one (`NAME-sesops-swap`) with the new
words stands in while the first is away; a run that died in between leaves it behind, and the next one takes it away.
A filter that allows beats one that blocks.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from ipaddress import ip_network

from sesops.core.address import Address
from sesops.core.diagnostic import Diagnostic
from sesops.core.fields import lookup
from sesops.core.kind import Build, Facet, Field, Kind, Write, unsaid
from sesops.core.thing import Block, Live, Reading, Siblings, Wanted, Wants, World
from sesops.core.values import Call, Fields, Json, Program, Refusal, Scope
from sesops.kinds._shared import check_count, names_in, unread

NAME = "receipt_filter"
LISTING = Call("ses", "ListReceiptFilters")
SWAP = "-sesops-swap"
BESIDE, ALONE = "beside the filter", "alone"
"""Where a stand-in was left."""
LONGEST = 64
MOST = 100
FULL = "LimitExceeded"
"""SES's word where there is no room for another filter."""
_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?")


def canonical(cidr: Json) -> Json:
    """One spelling for a block: whether SES gives back what it was given is not known."""
    try:
        return str(ip_network(str(cidr), strict=False))
    except ValueError:
        return cidr


def read(wants: Wants, _scope: Scope) -> Program:
    """Read filters out of the one listing; a stand-in that was left behind is part of what it stood in for."""
    (answer,) = yield (LISTING,)
    addresses = [Address(NAME, name) for name in sorted(wants)]
    if isinstance(answer, Refusal):
        return Reading(dict.fromkeys(addresses, unread(answer, LISTING)))
    found = {one["Name"]: one["IpFilter"] for one in answer.value.get("Filters") or ()}
    return Reading({address: _thing(address, found) for address in addresses})


def inventory(_scope: Scope) -> Program:
    """The names of all filters; a stand-in that was left behind is none."""

    def names(value: Mapping[str, Json]) -> Iterator[str]:
        return (one["Name"] for one in value.get("Filters") or () if not one["Name"].endswith(SWAP))

    return names_in(LISTING, names)


def _thing(address: Address, found: Mapping[str, Json]) -> Live | None:
    held, swap = found.get(address.last), found.get(_swap(address.last))
    if held is None and swap is None:
        return None
    left = {"Swap": BESIDE if held else ALONE} if swap else {}
    return Live(address, {"filter": Block({"IpFilter": held or swap, **left})})


def _swap(name: str) -> str:
    if len(name) + len(SWAP) <= LONGEST:
        return f"{name}{SWAP}"
    # Names that differ behind the cut have stand-ins that differ too.
    mark = f"-{hashlib.sha256(name.encode()).hexdigest()[:8]}{SWAP}"
    return f"{name[: LONGEST - len(mark)]}{mark}"


def _create(name: str, block: Mapping[str, Json]) -> Call:
    return Call("ses", "CreateReceiptFilter", {"Filter": {"Name": name, "IpFilter": dict(block["IpFilter"])}})


def _delete(name: str) -> Call:
    return Call("ses", "DeleteReceiptFilter", {"FilterName": name})


def create(address: Address, _scope: Scope, writes: Mapping[str, Write]) -> Call:
    return _create(address.last, writes["filter"].block)


def delete(address: Address, _scope: Scope) -> tuple[Call, ...]:
    return (_delete(address.last),)


def put(write: Write) -> tuple[Call, ...]:
    """Made again behind its stand-in; where only a stand-in was left behind, that goes."""
    name, swap = write.address.last, _swap(write.address.last)
    if write.changed == {"swap"}:
        again = (_create(name, write.block),) if write.before["swap"] == ALONE else ()
        return (*again, _delete(swap))
    # SES behaviour: to delete what is not there is no error, so one that was left behind is no trouble.
    return (_delete(swap), _create(swap, write.block), _delete(name), _create(name, write.block), _delete(swap))


def write(write: Write) -> Program:
    """The same call by call: where SES has no room for a stand-in the filter is away for a moment, and what was there
    is put back if the new one is refused.
    """
    name, swap = write.address.last, _swap(write.address.last)
    if write.changed == {"swap"}:
        for call in put(write):
            (answer,) = yield (call,)
            if isinstance(answer, Refusal):
                return answer
        return None
    yield (_delete(swap),)
    (stand_in,) = yield (_create(swap, write.block),)
    if isinstance(stand_in, Refusal) and stand_in.code != FULL:
        return stand_in
    (deleted,) = yield (_delete(name),)
    if isinstance(deleted, Refusal):
        return deleted
    (made,) = yield (_create(name, write.block),)
    if isinstance(made, Refusal):
        yield (_create(name, _before(write)),)
        return made
    (gone,) = yield (_delete(swap),)
    return gone if isinstance(gone, Refusal) else None


def _before(write: Write) -> Mapping[str, Json]:
    """The filter as it was, for SES."""
    return {"IpFilter": {"Policy": str(write.before["policy"]).capitalize(), "Cidr": write.before["cidr"]}}


def replace_when(before: Fields, after: Fields) -> str | None:
    """It has another block or policy, and not only a stand-in to lose."""
    if all(before.get(path) == after.get(path) for path in ("cidr", "policy")):
        return None
    return "SES has no call that changes a filter: it is made again, and a second one stands in meanwhile"


def delete_stops(live: Live | None, _world: World) -> str | None:
    """A filter that allows beats those that block."""
    block = live.blocks.get("filter") if live else None
    if live is None or not isinstance(block, Block) or lookup(block.raw, "IpFilter.Policy") != "Allow":
        return None
    return f"mail from {lookup(block.raw, 'IpFilter.Cidr')} may be refused once filter {live.address.last} is gone"


def _blocks(before: Json, after: Json, world: World, address: Address) -> str | None:
    """What a filter let in may be refused: one that allows becomes one that blocks, or allows other addresses."""
    return None if before == after else delete_stops(world.live(address), world)


def check(wanted: Wanted, siblings: Siblings) -> Iterator[Diagnostic]:
    """SES's rules about a filter's name and block."""
    name, cidr = wanted.address.last, wanted.fields.get("cidr")
    if len(name) > LONGEST or not _NAME.fullmatch(name):
        message = (
            f"{wanted.address}: a name has 1 to {LONGEST} letters, digits, `_` and `-`, a letter or digit at its ends"
        )
        yield Diagnostic("invalid-name", message, wanted.place, "choose another name")
    if isinstance(cidr, str) and not _is_block(cidr):
        message = f"{wanted.address}: {cidr} is no IP address or block that SES takes"
        hint = "write it as 192.0.2.0/24, 192.0.2.7 or 2001:db8::/32"
        yield Diagnostic("not-a-block", message, wanted.places.get("cidr", wanted.place), hint)
    yield from check_count(wanted, siblings, MOST, "too-many-filters", "join blocks that lie side by side")


def _is_block(cidr: str) -> bool:
    if "%" in cidr:
        return False
    try:
        network = ip_network(cidr, strict=False)
    except ValueError:
        return False
    return getattr(network.network_address, "ipv4_mapped", None) is None


def build(value: Json, _build: Build) -> Mapping[str, Json]:
    """The filter with its block in one spelling, and without a stand-in that was left behind."""
    cidr = {"cidr": canonical(value["cidr"])} if "cidr" in value else {}
    return {**value, **cidr, "swap": None}


KIND = Kind(
    name=NAME,
    paths=("receipt.filters.*",),
    fields=(
        Field("cidr", "filter", "IpFilter.Cidr", nullable=False, decode=canonical, stops=_blocks),
        Field(
            "policy",
            "filter",
            "IpFilter.Policy",
            nullable=False,
            decode=lambda policy: str(policy).upper(),
            encode=lambda policy: str(policy).capitalize(),
            stops=_blocks,
        ),
        # No word of the spec: what a run that died may have left behind is not wanted.
        Field("swap", "filter", "Swap", exported=unsaid),
    ),
    facets=(Facet("filter", put, in_create=True, required=True, program=write, remakes=True),),
    read=read,
    inventory=inventory,
    create=create,
    delete=delete,
    build=build,
    check=check,
    replace_when=replace_when,
    delete_stops=delete_stops,
    required_on_create=("cidr", "policy"),
    account_wide=True,
)
