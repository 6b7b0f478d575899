"""Receipt IP filters (v1 only): of the whole region, beside the rule sets. There is no update."""

from __future__ import annotations

import ipaddress
import re

from sesops.emulator.context import Context, ServiceError
from sesops.emulator.operations.receipt import invalid, is_sound, receipt_operation
from sesops.emulator.registry import Answer, Params

TABLE = "receipt_filter"
FILTERS_PER_REGION = 100
NAME = re.compile(r"[A-Za-z0-9_-]+")


def _checked_name(name: str) -> str:
    if not NAME.fullmatch(name) or not is_sound(name):
        raise invalid(f"Not a valid filterName: {name}")
    return name


def _is_block(cidr: str) -> bool:
    """Whether `cidr` is one address or a block. SES behaviour: zones and IPv4 in IPv6's clothes are refused."""
    _, slash, length = cidr.partition("/")
    if "%" in cidr or (slash and not length.isdecimal()):
        return False
    try:
        network = ipaddress.ip_network(cidr, strict=False)
    except ValueError:
        return False
    return isinstance(network, ipaddress.IPv4Network) or network.network_address.ipv4_mapped is None


@receipt_operation("CreateReceiptFilter")
def create_receipt_filter(context: Context, params: Params) -> Answer:
    """Add a filter; one of the same name stays as it is."""
    new = params["Filter"]
    name, cidr = _checked_name(new["Name"]), new["IpFilter"]["Cidr"]
    if not _is_block(cidr):
        raise invalid(f"Invalid CIDR block: {cidr}")
    if context.store.get(TABLE, name) is not None:
        raise ServiceError("AlreadyExists", f"Filter already exists: {name}")
    if len(context.store.names(TABLE)) >= FILTERS_PER_REGION:
        raise ServiceError("LimitExceeded", "Too many filters")
    context.store.put(TABLE, name, {"Name": name, "IpFilter": dict(new["IpFilter"])})
    return {}


@receipt_operation("DeleteReceiptFilter")
def delete_receipt_filter(context: Context, params: Params) -> Answer:
    """Remove a filter; an absent one is gone already."""
    context.store.delete(TABLE, params["FilterName"])
    return {}


@receipt_operation("ListReceiptFilters")
def list_receipt_filters(context: Context, _params: Params) -> Answer:
    """All filters, unpaged."""
    return {"Filters": [document for _, document in context.store.items(TABLE)]}
