"""Dedicated IP pools: which addresses mail leaves from.

API: CreateDedicatedIpPool, PutDedicatedIpPoolScalingAttributes (STANDARD to MANAGED alone), DeleteDedicatedIpPool,
GetDedicatedIpPool (without tags), GetDedicatedIps, PutDedicatedIpInPool, PutDedicatedIpWarmupAttributes. SES behaviour:
the listing has pools of SES's own, which no other call knows. An address is leased through AWS Support and is in one
pool; its warm-up moves by itself, so where it starts is said once, as it comes in.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from sesops.core.address import Address
from sesops.core.diagnostic import Diagnostic, Severity
from sesops.core.fields import decode
from sesops.core.kind import Build, Compare, Facet, Field, Kind, Write
from sesops.core.sentences import MANY, listed
from sesops.core.thing import Block, Live, Reading, Siblings, Unread, Wanted, Wants, World
from sesops.core.values import Answer, Call, Fields, Json, Program, Refusal, Refused, Scope
from sesops.kinds._shared import (
    check_count,
    check_tags,
    finding,
    name_in_arn,
    names_in,
    sesv2_read_tags,
    sesv2_tag_calls,
    tag_field,
    tag_list,
    tags_facet,
    tags_in,
    unread,
)

NAME = "ip_pool"
MODE = "scaling_mode"
MOST = 50
STANDARD, MANAGED = "STANDARD", "MANAGED"
IPS, START = "dedicated_ips", "warmup_start"
DEFAULT = Address(NAME, ("ses-default-dedicated-pool",))
"""Where an address is that no other pool has."""
OWN_NAMES = ("ses-shared-pool", DEFAULT.last)
"""Pools of SES's own: always there, and nobody's to manage."""
LISTING = Call("sesv2", "GetDedicatedIps")
_SAFE_NAME = re.compile(r"[a-z0-9_-]{1,64}")


def arn(address: Address, scope: Scope) -> str:
    return scope.arn("ses", f"dedicated-ip-pool/{address.last}")


def from_arn(text: str) -> tuple[str, ...] | None:
    name = name_in_arn(text, "ses", "dedicated-ip-pool/")
    return None if name is None else (name,)


read_tags = sesv2_read_tags(arn)


def get(address: Address) -> Call:
    return Call("sesv2", "GetDedicatedIpPool", {"PoolName": address.last})


def inventory(_scope: Scope) -> Program:
    """The names of all pools but SES's own."""
    pools = Call("sesv2", "ListDedicatedIpPools")
    return names_in(pools, lambda value: (one for one in value.get("DedicatedIpPools") or () if one not in OWN_NAMES))


def read(wants: Wants, scope: Scope) -> Program:
    """Read each pool, and the tags of those of which anything is asked: one that is made again keeps them.

    SES has one listing of all addresses with their pools: it is read where a pool is asked for its own. SES's default
    pool, which no other call knows, stands for the listing itself.
    """
    addresses = [Address(NAME, name) for name in sorted(wants) if name[-1] not in OWN_NAMES]
    tagged = [one for one in addresses if wants[one.name]]
    leases = (LISTING,) if any(IPS in asked for asked in wants.values()) else ()
    answers = yield (*leases, *map(get, addresses), *(read_tags(one, scope) for one in tagged))
    leased, answers = (answers[0], answers[1:]) if leases else (None, answers)
    tags = dict(zip(tagged, answers[len(addresses) :], strict=True))
    things: dict[Address, Live | Unread | None] = {
        one: _thing(one, scope, answer, tags.get(one)) for one, answer in zip(addresses, answers, strict=False)
    }
    for name in wants:
        one = Address(NAME, name)
        found = things.get(one, Live(one))
        if leased is not None and IPS in wants[name] and isinstance(found, Live):
            things[one] = replace(found, blocks={**found.blocks, "addresses": _addresses(one, leased)})
        elif one not in things:
            things[one] = Live(one)
    return Reading(things)


def _addresses(pool: Address, leased: Answer) -> Block | Unread:
    """Which addresses a pool has; beside them, for SES's default pool, where each of the account's is."""
    if isinstance(leased, Refusal):
        return unread(leased, LISTING)
    pools = {one["Ip"]: one["PoolName"] for one in leased.value.get("DedicatedIps") or ()}
    own = sorted(ip for ip, name in pools.items() if name == pool.last)
    return Block({"Ips": own, **({"Pools": pools} if pool == DEFAULT else {})})


def _thing(address: Address, scope: Scope, answer: Answer, tags: Answer | None) -> Live | Unread | None:
    if isinstance(answer, Refusal):
        return None if answer.why is Refused.MISSING else unread(answer, get(address))
    pool = answer.value["DedicatedIpPool"]
    blocks: dict[str, Block | Unread] = {"scaling": Block({"ScalingMode": pool["ScalingMode"]})}
    if isinstance(tags, Refusal):
        blocks["tags"] = unread(tags, read_tags(address, scope))
    elif tags is not None:
        blocks["tags"] = Block(tags_in(tags.value))
    return Live(address, blocks)


def create(address: Address, _scope: Scope, writes: Mapping[str, Write]) -> Call:
    tags = {"Tags": tag_list(writes["tags"].block)} if "tags" in writes else {}
    scaling = dict(writes["scaling"].block) if "scaling" in writes else {}
    return Call("sesv2", "CreateDedicatedIpPool", {"PoolName": address.last, **scaling, **tags})


def delete(address: Address, _scope: Scope) -> tuple[Call, ...]:
    return (Call("sesv2", "DeleteDedicatedIpPool", {"PoolName": address.last}),)


def _put(write: Write) -> tuple[Call, ...]:
    params = {"PoolName": write.address.last, "ScalingMode": STANDARD, **write.block}
    return (Call("sesv2", "PutDedicatedIpPoolScalingAttributes", params),)


def build(value: Json, build: Build) -> Mapping[str, Json]:
    """A pool of the spec -> its fields; an address with nothing more to say is its text alone."""
    fields: Mapping[str, Json] = value
    if IPS not in fields:
        return fields
    listed = [one if isinstance(one, Mapping) else {"ip": one} for one in fields[IPS]]
    first = dict[str, int]()
    for index, one in enumerate(listed):
        ip, at = one["ip"], f"{IPS}[{index}]"
        if first.setdefault(ip, index) != index:
            build.report(at, "duplicate-address", f"{ip} stands here twice", "remove one of the two")
        elif not _is_address(ip):
            build.report(at, "invalid-address", f"{ip} is no IPv4 address", "correct it")
    return {**fields, IPS: [one if START in one else one["ip"] for one in listed]}


def _is_address(text: str) -> bool:
    try:
        ipaddress.IPv4Address(text)
    except ValueError:
        return False
    return True


def asks(wanted: Wanted) -> Iterator[tuple[Address, str]]:
    """Where the addresses are now."""
    if IPS in wanted.fields:
        yield DEFAULT, IPS


def _ip(one: Json) -> str:
    """An address of the spec, with a warm-up or without."""
    ip: str = one["ip"] if isinstance(one, Mapping) else one
    return ip


def _pools(world: World) -> Mapping[str, str] | None:
    """By address the pool that it is in, for all that the account has; None where that was not read."""
    live = world.live(DEFAULT)
    block = live.blocks.get("addresses") if live else None
    return block.raw["Pools"] if isinstance(block, Block) else None


def joined(live: Json, wanted: Json, world: World, address: Address) -> Json:
    """(the addresses of a pool, those of the spec) -> what it has then: others stay, one that is there is as it is."""
    going = _going(live, wanted, world, address)
    there = [one for one in live or () if one not in going]
    return [*there, *(one for one in wanted if _ip(one) not in there)]


def _going(live: Json, wanted: Json, world: World, address: Address) -> set[str]:
    """The addresses that a strict pool has and the spec does not give it. Where another pool is to have one it is that
    one's to take; those of a managed pool are SES's choice.
    """
    pool, there = world.wanted(address), world.live(address)
    if pool is None or not pool.strict or there is None or MANAGED in (pool.fields.get(MODE), decode_mode(there)):
        return set()
    taken = {ip for one in world.of(NAME) for ip in _named_addresses(one)}
    return set(live or ()) - set(map(_ip, wanted)) - taken


def move(write: Write) -> tuple[Call, ...]:
    """The calls that bring in each address that the pool does not have, its warm-up set before: a run that ends between
    the two is taken up by the next. What is to be in no pool goes to SES's own.
    """
    there, stay = write.before.get(IPS) or (), set(map(_ip, write.after[IPS] or ()))
    calls = [_into(DEFAULT, ip) for ip in there if ip not in stay]
    for one in write.after[IPS] or ():
        ip = {"Ip": _ip(one)}
        if ip["Ip"] in there:
            continue
        if isinstance(one, Mapping):
            calls.append(Call("sesv2", "PutDedicatedIpWarmupAttributes", {**ip, "WarmupPercentage": one[START]}))
        calls.append(_into(write.address, ip["Ip"]))
    return tuple(calls)


def _into(pool: Address, ip: str) -> Call:
    return Call("sesv2", "PutDedicatedIpInPool", {"Ip": ip, "DestinationPoolName": pool.last})


def leaving(write: Write) -> tuple[Call, ...]:
    """What takes an address out of a strict pool."""
    wanted = write.world.wanted(write.address)
    return (_into(DEFAULT, "*"),) if wanted is not None and wanted.strict else ()


def _emptied(before: Json, after: Json, world: World, address: Address) -> str | None:
    """Pools whose last address goes: a strict one, or another that loses it to this one."""
    pools, now = _pools(world) or {}, set(before or ())
    named = {ip: one.address.last for one in world.of(NAME) for ip in _named_addresses(one)}
    staying = {pool for ip, pool in pools.items() if named.get(ip, pool) == pool}
    losing = {pools[ip] for ip in map(_ip, after or ()) if ip not in now and ip in pools} - {DEFAULT.last, address.last}
    empty = [*sorted(losing - staying), *([address.last] if before and not after else [])]
    if not empty:
        return None
    which = f"pool{'' if len(empty) == 1 else 's'} {listed(empty, MANY)}"
    return f"mail that is to leave from {which} has no address to leave from"


def touches(wanted: Wanted, world: World) -> Iterator[tuple[str, Address]]:
    """The pools that an address comes from."""
    pools = _pools(world) or {}
    found = {pools[ip] for ip in _named_addresses(wanted) if ip in pools} - {DEFAULT.last, wanted.address.last}
    yield from (("addresses", Address(NAME, (pool,))) for pool in sorted(found))


def _taken(before: Json, after: Json, world: World, address: Address) -> str | None:
    """Which pools lose an address."""
    pools = _pools(world) or {}
    moved = [(ip, pools[ip]) for ip in map(_ip, after) if ip not in (before or ()) and ip in pools]
    left = [
        f"{ip} leaves pool {pool}, which keeps {sum(one == pool for one in pools.values()) - len(_from(pool, moved))}"
        for ip, pool in moved
        if pool not in (DEFAULT.last, address.last)
    ]
    return "; ".join(left) or None


def _from(pool: str, moved: list[tuple[str, str]]) -> list[str]:
    return [ip for ip, other in moved if other == pool]


def replaced(before: Fields, after: Fields) -> str | None:
    """SES has no call that makes a managed pool a standard one."""
    if before.get(MODE) == MANAGED and after.get(MODE) != MANAGED:
        return "the pool is deleted and made again: its addresses and their reputation do not come back"
    return None


def judge(wanted: Wanted, live: Live | None, world: World) -> Iterator[Diagnostic]:
    """What only SES knows: who sends through the pool, and which addresses there are."""
    if live is not None:
        yield from _in_use(wanted, live, world)
        yield from _others(wanted, live)
    yield from _not_leased(wanted, world)


def _in_use(wanted: Wanted, live: Live, world: World) -> Iterator[Diagnostic]:
    """A pool that is used is not made again under whoever uses it; a managed one takes no address."""
    before = decode_mode(live)
    if MODE not in wanted.fields:
        if before == MANAGED and wanted.fields.get(IPS):
            yield _managed(wanted)
        return
    users = world.referrers(wanted.address)
    if replaced({MODE: before}, {MODE: wanted.fields[MODE]}) and users:
        message = (
            f"{wanted.address} is MANAGED, and SES makes no managed pool a standard one; "
            f"{listed(users, MANY)} send{'s' if len(users) == 1 else ''} through it"
        )
        hint = "make a pool of another name, let them send through that one, and name this one in `remove`"
        yield Diagnostic("pool-in-use", message, wanted.places.get(MODE, wanted.place), hint)


def _managed(wanted: Wanted) -> Diagnostic:
    message = "SES gives a MANAGED pool its addresses, and takes none for it"
    hint = f"take `{IPS}` out, or make a pool of another name that is STANDARD"
    return finding(wanted, IPS, "managed-pool-with-addresses", message, hint)


def _others(wanted: Wanted, live: Live) -> Iterator[Diagnostic]:
    """Addresses that the pool has and the spec does not name: shown, and kept."""
    block = live.blocks.get("addresses")
    if IPS not in wanted.fields or wanted.strict or not isinstance(block, Block) or decode_mode(live) == MANAGED:
        return
    if others := sorted(set(block.raw["Ips"]) - set(map(_ip, wanted.fields[IPS]))):
        text = f"{wanted.address} has {', '.join(others)} too, which the spec does not name here: kept, unless another "
        text += "pool takes it"
        yield Diagnostic("extra-addresses", text, wanted.places.get(IPS, wanted.place), severity=Severity.NOTE)


def _not_leased(wanted: Wanted, world: World) -> Iterator[Diagnostic]:
    pools = _pools(world)
    for index, one in enumerate(wanted.fields.get(IPS) or ()):
        if pools is not None and _ip(one) not in pools:
            message = f"{_ip(one)} is not leased to this account in {world.scope.region}"
            hint = "addresses are leased through AWS Support; correct it, or take it out until it is there"
            at = f"{IPS}[{index}]"
            path = next((one for one in (at, f"{at}.ip") if one in wanted.places), IPS)
            yield finding(wanted, path, "address-not-leased", message, hint)


def decode_mode(live: Live) -> object:
    """The scaling mode of a live pool."""
    return decode(KIND, live, "scaling").get(MODE)


def delete_stops(live: Live | None, world: World) -> str | None:
    if live is None:
        return None
    users = listed(world.keeping(live.address), MANY)
    used = f"; {users} send{'' if ',' in users else 's'} through it" if users else ""
    return f"mail that is to leave from pool {live.address.last} is refused once it is gone{used}"


def check(wanted: Wanted, siblings: Siblings) -> Iterator[Diagnostic]:
    """SES's own pools cannot be managed; which names SES takes is not documented, so others are only warned of. An
    address is in one pool, and in no managed one.
    """
    if wanted.fields.get(MODE) == MANAGED and wanted.fields.get(IPS):
        yield _managed(wanted)
    holders = siblings.index(NAME, _named_addresses)
    for ip in _named_addresses(wanted):
        if (first := holders[ip][0]) != wanted:
            related = tuple(one for one in [first.places.get(IPS, first.place)] if one)
            message = f"{wanted.address}: {ip} is to be in {first.address} too, and an address is in one pool"
            place = wanted.places.get(IPS, wanted.place)
            yield Diagnostic("address-in-two-pools", message, place, "take it out of one of the two", related=related)
    yield from check_tags(wanted)
    yield from check_count(wanted, siblings, MOST, "too-many-pools", "let configuration sets share a pool")
    name = wanted.address.last
    if name in OWN_NAMES:
        message = f"{name} is a pool of SES's own"
        hint = f"take it out of `ip_pools`; `sending_pool: {name}` works without"
        yield Diagnostic("pool-of-ses", message, wanted.place, hint)
    elif not _SAFE_NAME.fullmatch(name):
        message = "SES may refuse this name; it is sure to take 1 to 64 lower-case letters, digits, `_` and `-`"
        yield finding(wanted, "", "invalid-name", message, "a new pool is better named so", Severity.WARNING)


def _named_addresses(wanted: Wanted) -> tuple[str, ...]:
    return tuple(map(_ip, wanted.fields.get(IPS) or ()))


KIND = Kind(
    name=NAME,
    paths=("ip_pools.*",),
    fields=(
        Field(MODE, "scaling", "ScalingMode", default=STANDARD),
        Field(
            IPS,
            "addresses",
            "Ips",
            default=[],
            nullable=False,
            compare=Compare.SET,
            encode=lambda listed: [_ip(one) for one in listed],
            collection=True,
            merge=joined,
            stops=_emptied,
            is_taken=True,
            notice=_taken,
        ),
        tag_field(),
    ),
    facets=(
        Facet("scaling", _put, in_create=True),
        Facet("addresses", move, later=leaving, volatile=frozenset({"Pools"})),
        tags_facet(sesv2_tag_calls(arn)),
    ),
    read=read,
    inventory=inventory,
    create=create,
    delete=delete,
    build=build,
    check=check,
    judge=judge,
    arn=arn,
    from_arn=from_arn,
    tag_calls=sesv2_tag_calls(arn),
    read_tags=read_tags,
    tags_in=tags_in,
    replace_when=replaced,
    delete_stops=delete_stops,
    asks=asks,
    touches=touches,
)
