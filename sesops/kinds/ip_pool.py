"""Dedicated IP pools: which addresses mail leaves from.

API: CreateDedicatedIpPool, PutDedicatedIpPoolScalingAttributes (STANDARD to MANAGED alone), DeleteDedicatedIpPool,
GetDedicatedIpPool (without tags). SES behaviour: the listing has pools of SES's own, which no other call knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from sesops.core.address import Address
from sesops.core.diagnostic import Diagnostic
from sesops.core.fields import decode
from sesops.core.kind import Block, Facet, Field, Kind, Live, Reading, Siblings, Unread, Wanted, Wants, World, Write
from sesops.core.values import Answer, Call, Fields, Program, Refusal, Refused, Scope
from sesops.kinds._shared import (
    name_in_arn,
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
STANDARD, MANAGED = "STANDARD", "MANAGED"
OWN_NAMES = ("ses-shared-pool", "ses-default-dedicated-pool")
"""Pools of SES's own: always there, and nobody's to manage."""
_SAFE_NAME = re.compile(r"[a-z0-9_-]{1,64}")


def arn(address: Address, scope: Scope) -> str:
    return scope.arn("ses", f"dedicated-ip-pool/{address.last}")


def from_arn(text: str) -> tuple[str, ...] | None:
    name = name_in_arn(text, "ses", "dedicated-ip-pool/")
    return None if name is None else (name,)


read_tags = sesv2_read_tags(arn)


def get(address: Address) -> Call:
    return Call("sesv2", "GetDedicatedIpPool", {"PoolName": address.last})


def read(wants: Wants, scope: Scope) -> Program:
    """Read each pool, and the tags of those of which anything is asked: one that is made again keeps them."""
    addresses = [Address(NAME, name) for name in sorted(wants)]
    tagged = [one for one in addresses if wants[one.name]]
    answers = yield (*map(get, addresses), *(read_tags(one, scope) for one in tagged))
    tags = dict(zip(tagged, answers[len(addresses) :], strict=True))
    return Reading(
        {
            address: _thing(address, scope, answer, tags.get(address))
            for address, answer in zip(addresses, answers, strict=False)
        }
    )


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
    params = {"PoolName": write.address.last, **write.block}
    return (Call("sesv2", "PutDedicatedIpPoolScalingAttributes", params),)


def replaced(before: Fields, after: Fields) -> str | None:
    """SES has no call that makes a managed pool a standard one."""
    if before.get(MODE) == MANAGED and after.get(MODE) != MANAGED:
        return "the pool is deleted and made again: its addresses and their reputation do not come back"
    return None


def judge(wanted: Wanted, live: Live | None, world: World) -> Iterator[Diagnostic]:
    """A pool that is used is not made again under whoever uses it."""
    if live is None or MODE not in wanted.fields:
        return
    before = decode_mode(live)
    users = world.referrers(wanted.address)
    if replaced({MODE: before}, {MODE: wanted.fields[MODE]}) and users:
        message = (
            f"{wanted.address} is MANAGED, and SES makes no managed pool a standard one; "
            f"{', '.join(map(str, users))} send{'s' if len(users) == 1 else ''} through it"
        )
        hint = "make a pool of another name, let them send through that one, and name this one in `remove`"
        yield Diagnostic("pool-in-use", message, wanted.places.get(MODE, wanted.place), hint)


def decode_mode(live: Live) -> object:
    """The scaling mode of a live pool."""
    return decode(KIND, live, "scaling").get(MODE)


def delete_stops(live: Live | None, world: World) -> str | None:
    if live is None:
        return None
    users = ", ".join(str(one) for one in world.referrers(live.address))
    used = f"; {users} send{'' if ',' in users else 's'} through it" if users else ""
    return f"mail that is to leave from pool {live.address.last} is refused once it is gone{used}"


def check(wanted: Wanted, _siblings: Siblings) -> Iterator[Diagnostic]:
    """SES's own pools cannot be managed; which names SES takes is not documented, so others are only warned of."""
    name = wanted.address.last
    if name in OWN_NAMES:
        message = f"{name} is a pool of SES's own"
        hint = f"take it out of `ip_pools`; `sending_pool: {name}` works without"
        yield Diagnostic("pool-of-ses", message, wanted.place, hint)
    elif not _SAFE_NAME.fullmatch(name):
        message = f"{wanted.address}: a pool's name has 1 to 64 lower-case letters, digits, `_` and `-`"
        yield Diagnostic("invalid-name", message, wanted.place, "choose another name")


KIND = Kind(
    name=NAME,
    paths=("ip_pools.*",),
    fields=(Field(MODE, "scaling", "ScalingMode", default=STANDARD), tag_field()),
    facets=(Facet("scaling", _put, in_create=True), tags_facet(sesv2_tag_calls(arn))),
    read=read,
    create=create,
    delete=delete,
    check=check,
    judge=judge,
    arn=arn,
    from_arn=from_arn,
    tag_calls=sesv2_tag_calls(arn),
    read_tags=read_tags,
    tags_in=tags_in,
    replace_when=replaced,
    delete_stops=delete_stops,
)
