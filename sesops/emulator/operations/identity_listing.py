"""The lists of identities, a page at a time, in an order that changes from list to list but not within one.

SES behaviour: the order of identities varies between calls, so whoever needs one has to sort.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from sesops.emulator.context import Context
from sesops.emulator.operations import verification
from sesops.emulator.operations.identity_documents import TABLE, Document
from sesops.emulator.operations.identity_names import invalid
from sesops.emulator.operations.refusals import Door
from sesops.emulator.operations.spelling import modern
from sesops.emulator.paging import page
from sesops.emulator.registry import Answer, Params, operation

MODERN_PAGE = 25
LARGEST_PAGE = 1000  # of both generations, and what v1 gives unasked


@operation("sesv2", "ListEmailIdentities")
def list_email_identities(context: Context, params: Params) -> Answer:
    """Identities that pass every given filter, with their status."""
    filters = params.get("Filter") or {}
    found = [
        {
            "IdentityType": document["type"],
            "IdentityName": name,
            "SendingEnabled": verification.may_send(status),
            "VerificationStatus": status,
        }
        for name, document in context.store.items(TABLE)
        if _passes(document, status := verification.status(context, document), filters)
    ]
    size = _size(params, "PageSize", MODERN_PAGE, Door.V2)
    return _page(context, {item["IdentityName"]: item for item in found}, params, size, "EmailIdentities", Door.V2)


@operation("ses", "ListIdentities")
def list_identities(context: Context, params: Params) -> Answer:
    """Names of identities, verified or not, of one type if asked."""
    kind = params.get("IdentityType")
    names = {
        name: name for name, document in context.store.items(TABLE) if kind is None or document["type"] == modern(kind)
    }
    return _page(context, names, params, _size(params, "MaxItems", LARGEST_PAGE, Door.V1), "Identities", Door.V1)


def _passes(document: Document, status: str, filters: Mapping[str, str]) -> bool:
    return (
        filters.get("IDENTITY_NAME_CONTAINS", "").lower() in document["name"].lower()
        and filters.get("IDENTITY_TYPE", document["type"]) == document["type"]
        and filters.get("VERIFICATION_STATUS", status) == status
    )


def _size(params: Params, member: str, unasked: int, door: Door) -> int:
    size = int(params.get(member, unasked))
    if not 1 <= size <= LARGEST_PAGE:
        raise invalid(
            door, f"Value {size} for parameter {member} is invalid. {member} must be between 1 and {LARGEST_PAGE}."
        )
    return size


def _page(context: Context, items: Mapping[str, Any], params: Params, size: int, member: str, door: Door) -> Answer:
    """One page of `items` (by name). The order hangs on a text that the first page makes up and the tokens carry on."""
    asked = params.get("NextToken") or None
    order, _, token = asked.partition(".") if asked else (str(context.now.microsecond), "", None)
    names = sorted(items, key=lambda name: hashlib.sha256(f"{order}/{name}".encode()).digest())
    refusal = invalid(door, f"Invalid NextToken <{asked}>.")
    shown, following = page(context, "identities", names, token, size, refusal)
    answer: Answer = {member: [items[name] for name in shown]}
    if following is not None:
        answer["NextToken"] = f"{order}.{following}"
    return answer
