"""Tenants (v2 only). A document is {id, created, suppression?, tags}, kept under NAME/ID as the ARN has it.

`suppression` is {SuppressedReasons, SuppressionScope}, both or none.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any

from sesops.emulator.context import Context, ServiceError
from sesops.emulator.operations import reputation_status, tenant_associations
from sesops.emulator.operations.constrained_paging import checked_size, sized_page
from sesops.emulator.operations.tags import checked_tags, shown_tags, taggable
from sesops.emulator.registry import Answer, Params, operation
from sesops.emulator.store import parse, stamp

TABLE = "tenant"
PAGE = 100
AT_END: list[Callable[[Context, str], None]] = [tenant_associations.drop_all]
"""What is done with the name of a tenant that is about to go, for all that goes with it."""

_NAME = re.compile(r"[A-Za-z0-9_-]+")
_LONGEST_NAME = 64

Document = dict[str, Any]


def _key_of(context: Context, told: str) -> str:
    """SES behaviour: the ARN of a tenant is resolved by its id."""
    number = told.rpartition("/")[2]
    return next((key for key in context.store.names(TABLE) if key.rpartition("/")[2] == number), told)


taggable("tenant", "Tenant", _key_of)


# --- for others ---


def exists(context: Context, name: str) -> bool:
    """Whether there is a tenant of that name."""
    return _find(context, name) is not None


def load(context: Context, name: str) -> Document:
    """The tenant of that name with its `name`, or the refusal of one that is not there."""
    if not name.strip():
        raise ServiceError("BadRequestException", "TenantName cannot be empty")
    document = _find(context, name)
    if document is None:
        raise ServiceError("NotFoundException", f"The requested tenant <{name}> does not exist.", 404)
    return document


def arn(context: Context, document: Document) -> str:
    """The ARN of a tenant as `load` gives it."""
    return context.arn(f"tenant/{document['name']}/{document['id']}")


def suppressed_reasons(context: Context, name: str) -> list[str] | None:
    """The reasons for which addresses on the tenant's own list get no mail; None: the account's list is the one.

    NotFoundException: there is no such tenant.
    """
    suppression = load(context, name).get("suppression", {})
    return list(suppression["SuppressedReasons"]) if suppression.get("SuppressionScope") == "TENANT" else None


def sending_status(context: Context, name: str) -> str:
    """ENABLED, REINSTATED or DISABLED. NotFoundException: there is no such tenant."""
    return reputation_status.aggregate(context, arn(context, load(context, name)))


def _find(context: Context, name: str) -> Document | None:
    for key, document in context.store.after(TABLE, f"{name}/", 1):
        if key.startswith(f"{name}/"):
            return {**document, "name": name}
    return None


def _save(context: Context, document: Document) -> None:
    kept = {key: value for key, value in document.items() if key != "name"}
    context.store.put(TABLE, f"{document['name']}/{document['id']}", kept)


# --- operations ---


def _shown(context: Context, document: Document) -> Answer:
    return {
        "TenantName": document["name"],
        "TenantId": document["id"],
        "TenantArn": arn(context, document),
        "CreatedTimestamp": parse(document["created"]),
        "SendingStatus": reputation_status.aggregate(context, arn(context, document)),
    }


def _whole(context: Context, document: Document) -> Answer:
    suppression = {"SuppressionAttributes": document["suppression"]} if "suppression" in document else {}
    return {**_shown(context, document), "Tags": shown_tags(document), **suppression}


def _check_name(name: str) -> None:
    if not name.strip():
        raise ServiceError("BadRequestException", "TenantName cannot be empty")
    if len(name) > _LONGEST_NAME:
        raise ServiceError("BadRequestException", f"TenantName cannot exceed {_LONGEST_NAME} characters.")
    if not _NAME.fullmatch(name):
        only = "only alphanumeric ASCII characters, '_', and '-' are allowed."
        raise ServiceError("BadRequestException", f"Invalid tenant name <{name}>: {only}")


def _checked_suppression(told: Params) -> dict[str, Any]:
    """`suppression` as a document has it, from a request's members. SES behaviour: reasons and scope, or neither."""
    reasons, scope = told.get("SuppressedReasons"), told.get("SuppressionScope")
    if reasons and scope is None:
        raise ServiceError("BadRequestException", "SuppressedReasons cannot be specified without SuppressionScope.")
    if reasons is None and scope is not None:
        raise ServiceError("BadRequestException", "SuppressionScope cannot be specified without SuppressedReasons.")
    if reasons is None:
        return {}
    if scope is None:
        text = "SuppressionScope is required when SuppressedReasons are provided. Valid values are: TENANT, ACCOUNT"
        raise ServiceError("BadRequestException", text)
    if len(set(reasons)) < len(reasons):
        raise ServiceError("BadRequestException", "Each suppressed reason can only be specified at most once")
    return {"suppression": {"SuppressedReasons": reasons, "SuppressionScope": scope}}


@operation("sesv2", "CreateTenant")
def create_tenant(context: Context, params: Params) -> Answer:
    """Make a tenant, which may send at once."""
    name = params["TenantName"]
    _check_name(name)
    tags = checked_tags(params.get("Tags", []))
    suppression = _checked_suppression(params.get("SuppressionAttributes", {}))
    if exists(context, name):
        message = f"Tenant with name {name} already exists in account {context.account}"
        raise ServiceError("AlreadyExistsException", message)
    made: Document = {"name": name, "id": f"tn-{uuid.uuid4().hex[:30]}", "created": stamp(context.now), "tags": tags}
    _save(context, {**made, **suppression})
    return _whole(context, {**made, **suppression})


@operation("sesv2", "GetTenant")
def get_tenant(context: Context, params: Params) -> Answer:
    """One tenant."""
    return {"Tenant": _whole(context, load(context, params["TenantName"]))}


@operation("sesv2", "ListTenants")
def list_tenants(context: Context, params: Params) -> Answer:
    """The tenants by name; newer clients can ask for those with a text in their names, or of one status.

    SES behaviour, unsure: the text is looked for whatever its case, as in the names of identities.
    """
    size = checked_size(params, PAGE, PAGE)
    wanted = params.get("Filter", {})
    text, status = wanted.get("TENANT_NAME_CONTAINS", ""), wanted.get("SENDING_STATUS")
    tenants = [{**one, "name": key.rpartition("/")[0]} for key, one in context.store.items(TABLE)]
    # NAME/ID sorts `a-b` before `a`.
    shown = [_shown(context, one) for one in sorted(tenants, key=lambda one: str(one["name"]))]
    passing = [
        one
        for one in shown
        if text.lower() in one["TenantName"].lower() and one["SendingStatus"] == (status or one["SendingStatus"])
    ]
    return sized_page(context, "tenants", passing, params, "Tenants", size)


@operation("sesv2", "DeleteTenant")
def delete_tenant(context: Context, params: Params) -> Answer:
    """Remove a tenant with its associations and its suppression list; the resources stay."""
    document = load(context, params["TenantName"])
    for end in AT_END:
        end(context, document["name"])
    reputation_status.drop(context, arn(context, document))
    context.store.delete(TABLE, f"{document['name']}/{document['id']}")
    return {}


@operation("sesv2", "PutTenantSuppressionAttributes")
def put_tenant_suppression_attributes(context: Context, params: Params) -> Answer:
    """Replace the tenant's suppression settings; neither member: there are none any more."""
    suppression = _checked_suppression(params)
    document = load(context, params["TenantName"])
    document.pop("suppression", None)
    _save(context, {**document, **suppression})
    return {}
