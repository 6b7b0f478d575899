"""The suppression list of the account in a region, and those of its tenants (v2 only).

A document is {reason, at, attributes?}, in the table "suppression" (or "suppression/TENANT") under its address.
SES behaviour: blanks around an address and the case of its domain do not count, the case of its local part does.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sesops.emulator.context import Context, ServiceError
from sesops.emulator.operations import account, tenants
from sesops.emulator.operations.identity_names import is_email_address
from sesops.emulator.paging import LARGEST_PAGE, page_size, read_token, write_token
from sesops.emulator.registry import Answer, Params, operation
from sesops.emulator.store import parse, stamp

TABLE = "suppression"
REASONS = ("BOUNCE", "COMPLAINT")


def normal(address: str) -> str:
    """The spelling under which an address is listed."""
    local, at, domain = address.strip().rpartition("@")
    return f"{local}{at}{domain.lower()}"


def add(context: Context, address: str, reason: str, *, tenant: str = "", message: str = "") -> None:
    """List an address, or give the one that is listed another reason. With `message`: SES does, for that message."""
    attributes = {"attributes": {"MessageId": message, "FeedbackId": f"{message}-feedback"}} if message else {}
    document = {"reason": reason, "at": stamp(context.now), **attributes}
    context.store.put(_table(tenant), normal(address), document)


def drop(context: Context, address: str, *, tenant: str = "") -> bool:
    """Take an address off the list; whether it was on it."""
    return context.store.delete(_table(tenant), normal(address))


def reason_of(context: Context, address: str, *, tenant: str = "") -> str | None:
    """Why an address is listed; None where it is not."""
    document = context.store.get(_table(tenant), normal(address))
    return document["reason"] if document else None


def _table(tenant: str) -> str:
    return f"{TABLE}/{tenant}" if tenant else TABLE


def _tenant(context: Context, params: Params) -> str:
    name: str = params.get("TenantName", "")
    if name:
        tenants.load(context, name)
    return name


def _checked(params: Params) -> str:
    address: str = params["EmailAddress"]
    if not is_email_address(normal(address)):
        raise ServiceError("BadRequestException", f"Invalid email address <{address}>.")
    return address


def _missing(address: str, tenant: str) -> ServiceError:
    whose = "your tenant" if tenant else "your"
    message = f"Email address {normal(address)} does not exist on {whose} suppression list."
    return ServiceError("NotFoundException", message, 404)


@operation("sesv2", "PutSuppressedDestination")
def put_suppressed_destination(context: Context, params: Params) -> Answer:
    """List an address, or give it another reason and time."""
    account.refuse_in_sandbox(context)
    add(context, _checked(params), params["Reason"], tenant=_tenant(context, params))
    return {}


@operation("sesv2", "GetSuppressedDestination")
def get_suppressed_destination(context: Context, params: Params) -> Answer:
    """One entry, with SES's own ids where SES made it."""
    tenant, address = _tenant(context, params), normal(params["EmailAddress"])
    document = context.store.get(_table(tenant), address)
    if document is None:
        raise _missing(address, tenant)
    shown = _summary(address, document)
    if "attributes" in document:
        shown["Attributes"] = document["attributes"]
    return {"SuppressedDestination": {**shown, **({"TenantName": tenant} if tenant else {})}}


@operation("sesv2", "DeleteSuppressedDestination")
def delete_suppressed_destination(context: Context, params: Params) -> Answer:
    """Take an address off the list. SES behaviour: one that is not on it is a 404."""
    tenant = _tenant(context, params)
    if not drop(context, params["EmailAddress"], tenant=tenant):
        raise _missing(params["EmailAddress"], tenant)
    return {}


@operation("sesv2", "ListSuppressedDestinations")
def list_suppressed_destinations(context: Context, params: Params) -> Answer:
    """The entries with one of the reasons and of the time asked for. The list may be long: only the page is read.

    SES behaviour: a token is good for the list and the reasons that it was given for.
    """
    size = page_size(params, LARGEST_PAGE, LARGEST_PAGE)
    tenant, token = _tenant(context, params), params.get("NextToken")
    listing = f"suppressed destinations {tenant} {sorted(set(params.get('Reasons', [])))}"
    start = read_token(context, listing, token) if token else ""
    if not isinstance(start, str):
        raise ServiceError("InvalidNextTokenException", f"Invalid NextToken {token}.")
    shown: list[dict[str, Any]] = []
    for name, document in _behind(context, _table(tenant), start):
        if len(shown) == size:
            return {
                "SuppressedDestinationSummaries": shown,
                "NextToken": write_token(context, listing, shown[-1]["EmailAddress"]),
            }
        if _is_asked_for(document, params):
            shown.append(_summary(name, document))
    return {"SuppressedDestinationSummaries": shown}


def _behind(context: Context, table: str, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    while entries := context.store.after(table, name, LARGEST_PAGE):
        yield from entries
        name = entries[-1][0]


def _is_asked_for(document: dict[str, Any], params: Params) -> bool:
    at = parse(document["at"])
    return document["reason"] in (params.get("Reasons") or (document["reason"],)) and params.get(
        "StartDate", at
    ) <= at <= params.get("EndDate", at)


def _summary(address: str, document: dict[str, Any]) -> dict[str, Any]:
    return {"EmailAddress": address, "Reason": document["reason"], "LastUpdateTime": parse(document["at"])}
