"""Dedicated IP pools (v2 only). A document is {created, ScalingMode, tags}."""

from __future__ import annotations

from typing import Any

from sesops.emulator.context import Context, ServiceError
from sesops.emulator.operations.tags import checked_tags, taggable
from sesops.emulator.paging import LARGEST_PAGE, answer_page
from sesops.emulator.registry import Answer, Params, operation
from sesops.emulator.store import stamp

TABLE = "dedicated_ip_pool"
ADDRESSES = "dedicated_ip"
POOLS_PER_REGION = 50
DEFAULT_PAGE = 50
DEFAULT_POOL = "ses-default-dedicated-pool"
SCALING_MODES = ("STANDARD", "MANAGED")
SPECIAL_POOLS = (DEFAULT_POOL, "ses-shared-pool")

taggable("dedicated-ip-pool", "DedicatedIpPool")


def exists(context: Context, name: str) -> bool:
    """Whether a configuration set may name this pool: the two that SES keeps itself always count."""
    return name in SPECIAL_POOLS or context.store.get(TABLE, name) is not None


def is_managed(context: Context, name: str) -> bool:
    """Whether SES manages the addresses of this pool."""
    document = context.store.get(TABLE, name)
    return document is not None and document["ScalingMode"] == "MANAGED"


def load(context: Context, name: str) -> dict[str, Any]:
    """The pool of that name, or the refusal of one that SES keeps itself or that is not there."""
    if name in SPECIAL_POOLS:
        message = "Pool name describes either a shared or default dedicated ip pool"
        raise ServiceError("BadRequestException", message)
    document = context.store.get(TABLE, name)
    if document is None:
        raise ServiceError("NotFoundException", f"The requested pool <{name}> does not exist.", 404)
    return document


@operation("sesv2", "CreateDedicatedIpPool")
def create_dedicated_ip_pool(context: Context, params: Params) -> Answer:
    """Make a pool, STANDARD when no mode is said."""
    name = params["PoolName"]
    if params.get("ScalingMode", "STANDARD") not in SCALING_MODES:
        raise ServiceError("BadRequestException", "The ScalingMode parameter is invalid.")
    tags = checked_tags(params.get("Tags", []))
    if exists(context, name):
        raise ServiceError("AlreadyExistsException", f"The pool <{name}> already exists.")
    if len(context.store.names(TABLE)) >= POOLS_PER_REGION:
        raise ServiceError("LimitExceededException", "Too many dedicated IP pools")
    mode = params.get("ScalingMode", "STANDARD")
    context.store.put(TABLE, name, {"created": stamp(context.now), "ScalingMode": mode, "tags": tags})
    return {}


@operation("sesv2", "GetDedicatedIpPool")
def get_dedicated_ip_pool(context: Context, params: Params) -> Answer:
    """Name and mode; the tags are read by ListTagsForResource."""
    name = params["PoolName"]
    return {"DedicatedIpPool": {"PoolName": name, "ScalingMode": load(context, name)["ScalingMode"]}}


@operation("sesv2", "ListDedicatedIpPools")
def list_dedicated_ip_pools(context: Context, params: Params) -> Answer:
    """The pools by age.

    SES behaviour: unsorted, and with the default pool among them, which GetDedicatedIpPool then refuses.
    """
    pools = sorted(context.store.items(TABLE), key=lambda item: item[1]["created"])
    names = [name for name, _ in pools]
    if pools or context.store.names(ADDRESSES):
        names.insert(0, DEFAULT_POOL)
    return answer_page(context, "dedicated IP pools", names, params, "DedicatedIpPools", DEFAULT_PAGE, LARGEST_PAGE)


@operation("sesv2", "DeleteDedicatedIpPool")
def delete_dedicated_ip_pool(context: Context, params: Params) -> Answer:
    """Remove a pool; configuration sets that send through it keep its name.

    SES behaviour: the addresses of a managed pool are given back. Those of a standard one, unsure, go to the default.
    """
    pool = params["PoolName"]
    managed = load(context, pool)["ScalingMode"] == "MANAGED"
    for ip, document in list(context.store.items(ADDRESSES)):
        if document["pool"] == pool and managed:
            context.store.delete(ADDRESSES, ip)
        elif document["pool"] == pool:
            context.store.put(ADDRESSES, ip, {**document, "pool": DEFAULT_POOL})
    context.store.delete(TABLE, pool)
    return {}


@operation("sesv2", "PutDedicatedIpPoolScalingAttributes")
def put_dedicated_ip_pool_scaling_attributes(context: Context, params: Params) -> Answer:
    """Turn a STANDARD pool into a MANAGED one; there is no way back."""
    document = load(context, params["PoolName"])
    if document["ScalingMode"] == "MANAGED" and params["ScalingMode"] == "STANDARD":
        raise ServiceError("BadRequestException", "The ScalingMode parameter is invalid.")
    document["ScalingMode"] = params["ScalingMode"]
    context.store.put(TABLE, params["PoolName"], document)
    return {}
