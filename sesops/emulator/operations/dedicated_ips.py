"""Dedicated addresses (v2 only). A document is {pool, warming_since?}: without the time it is warm.

SES behaviour: addresses are leased through Support, never through the API; each is in exactly one pool, at first in
the default one, and its warm-up takes 45 days. A percentage that is set by hand resumes the warm-up from there.
"""

from __future__ import annotations

import ipaddress
from datetime import timedelta
from typing import Any

from sesops.emulator.context import Context, ServiceError
from sesops.emulator.operations import account, ip_pools
from sesops.emulator.paging import LARGEST_PAGE, answer_page
from sesops.emulator.registry import Answer, Params, operation
from sesops.emulator.store import parse, stamp

TABLE = ip_pools.ADDRESSES
DEFAULT_PAGE = 100
WARMUP = timedelta(days=45)


def lease(context: Context, ip: str) -> None:
    """Give the account an address, in the default pool; ServiceError when it has it already, or it is no IPv4 one."""
    try:
        ipaddress.IPv4Address(ip)
    except ValueError as error:
        raise ServiceError("BadRequestException", f"{ip} is no IPv4 address.") from error
    if context.store.get(TABLE, ip) is not None:
        raise ServiceError("AlreadyExistsException", f"The address {ip} is leased already.")
    _keep(context, ip, ip_pools.DEFAULT_POOL, 0 if account.auto_warmup(context) else 100)


def _keep(context: Context, ip: str, pool: str, percentage: int) -> None:
    """Keep an address as warmed up so far now."""
    warming = {"warming_since": stamp(context.now - percentage * WARMUP / 100)} if percentage < 100 else {}
    context.store.put(TABLE, ip, {"pool": pool, **warming})


def _load(context: Context, ip: str) -> dict[str, Any]:
    document = context.store.get(TABLE, ip)
    if document is None:
        raise ServiceError("NotFoundException", f"Could not find dedicated IP <{ip}> under this account.", 404)
    return document


def _shown(context: Context, ip: str, document: dict[str, Any]) -> Answer:
    pool, percentage = document["pool"], 100
    if "warming_since" in document:
        percentage = min(100, 100 * (context.now - parse(document["warming_since"])) // WARMUP)
    status = "DONE" if percentage == 100 else "IN_PROGRESS"
    if ip_pools.is_managed(context, pool):
        status, percentage = "NOT_APPLICABLE", -1
    return {"Ip": ip, "WarmupStatus": status, "WarmupPercentage": percentage, "PoolName": pool}


@operation("sesv2", "GetDedicatedIp")
def get_dedicated_ip(context: Context, params: Params) -> Answer:
    """One address."""
    return {"DedicatedIp": _shown(context, params["Ip"], _load(context, params["Ip"]))}


@operation("sesv2", "GetDedicatedIps")
def get_dedicated_ips(context: Context, params: Params) -> Answer:
    """All addresses, or those of a pool, which has to be there."""
    pool = params.get("PoolName")
    if pool is not None and not ip_pools.exists(context, pool):
        raise ServiceError("NotFoundException", f"The requested pool <{pool}> does not exist.", 404)
    shown = [
        _shown(context, ip, document)
        for ip, document in context.store.items(TABLE)
        if pool is None or document["pool"] == pool
    ]
    listing = f"dedicated IPs of {pool}" if pool else "dedicated IPs"
    return answer_page(context, listing, shown, params, "DedicatedIps", DEFAULT_PAGE, LARGEST_PAGE)


@operation("sesv2", "PutDedicatedIpInPool")
def put_dedicated_ip_in_pool(context: Context, params: Params) -> Answer:
    """Move an address; the pool of SES's own shared addresses takes none.

    SES behaviour: the name is looked at before the address, the pool itself after it.
    """
    pool = params["DestinationPoolName"]
    if not pool.strip():
        raise ServiceError("BadRequestException", "Pool name can't be blank.")
    document = _load(context, params["Ip"])
    if pool != ip_pools.DEFAULT_POOL and ip_pools.load(context, pool)["ScalingMode"] == "MANAGED":
        # Unsure: a managed pool gets its addresses by itself.
        raise ServiceError("BadRequestException", f"The pool <{pool}> is managed and takes no address by hand.")
    context.store.put(TABLE, params["Ip"], {**document, "pool": pool})
    return {}


@operation("sesv2", "PutDedicatedIpWarmupAttributes")
def put_dedicated_ip_warmup_attributes(context: Context, params: Params) -> Answer:
    """Set how far an address is warmed up: 0 begins anew, 100 ends it. The number is looked at before the address."""
    percentage = params["WarmupPercentage"]
    if not 0 <= percentage <= 100:
        raise ServiceError("BadRequestException", "Warmup Percentage must be between 0 and 100.")
    pool = _load(context, params["Ip"])["pool"]
    if ip_pools.is_managed(context, pool):
        # Unsure: SES warms such addresses up by itself.
        raise ServiceError("BadRequestException", f"The pool <{pool}> is managed and warms its addresses up by itself.")
    _keep(context, params["Ip"], pool, percentage)
    return {}
