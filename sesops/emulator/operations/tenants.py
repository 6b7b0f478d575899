"""Tenants (v2 only). A document is {id, created, suppression?, tags}, kept under NAME/ID as the ARN has it."""

from __future__ import annotations

import uuid
from typing import Any

from sesops.emulator.context import Context, ServiceError
from sesops.emulator.operations import reputation_status, tenant_associations
from sesops.emulator.operations.tags import checked_tags, shown_tags, taggable
from sesops.emulator.paging import answer_page
from sesops.emulator.registry import Answer, Params, operation
from sesops.emulator.store import parse, stamp

TABLE = "tenant"
PAGE = 100

Document = dict[str, Any]


def _key_of(context: Context, told: str) -> str:
    """SES behaviour: the ARN of a tenant is resolved by its id."""
    number = told.rpartition("/")[2]
    return next((key for key in context.store.names(TABLE) if key.rpartition("/")[2] == number), told)


taggable("tenant", "Tenant", _key_of)


def load(context: Context, name: str) -> Document:
    """The tenant of that name with its `name`, or the refusal of one that is not there."""
    for key, document in context.store.after(TABLE, f"{name}/", 1):
        if key.startswith(f"{name}/"):
            return {**document, "name": name}
    raise ServiceError("NotFoundException", f"Tenant {name} does not exist.", 404)


def arn(context: Context, document: Document) -> str:
    """The ARN of a tenant as `load` gives it."""
    return context.arn(f"tenant/{document['name']}/{document['id']}")


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


@operation("sesv2", "CreateTenant")
def create_tenant(context: Context, params: Params) -> Answer:
    """Make a tenant, which may send at once."""
    name = params["TenantName"]
    tags = checked_tags(params.get("Tags", []))
    if any(key.startswith(f"{name}/") for key in context.store.names(TABLE)):
        raise ServiceError("AlreadyExistsException", f"Tenant {name} already exists.")
    document: Document = {"id": f"tn-{uuid.uuid4().hex[:30]}", "created": stamp(context.now), "tags": tags}
    if "SuppressionAttributes" in params:
        document["suppression"] = params["SuppressionAttributes"]
    context.store.put(TABLE, f"{name}/{document['id']}", document)
    return _whole(context, {**document, "name": name})


@operation("sesv2", "GetTenant")
def get_tenant(context: Context, params: Params) -> Answer:
    """One tenant."""
    return {"Tenant": _whole(context, load(context, params["TenantName"]))}


@operation("sesv2", "ListTenants")
def list_tenants(context: Context, params: Params) -> Answer:
    """The tenants by name; newer clients can ask for those with a text in it."""
    text = next(iter(params.get("Filter", {}).values()), "")
    tenants = [{**one, "name": key.rpartition("/")[0]} for key, one in context.store.items(TABLE)]
    shown = [_shown(context, one) for one in tenants if text in one["name"]]
    return answer_page(context, "tenants", shown, params, "Tenants", PAGE, PAGE)


@operation("sesv2", "DeleteTenant")
def delete_tenant(context: Context, params: Params) -> Answer:
    """Remove a tenant and its associations; the resources stay."""
    document = load(context, params["TenantName"])
    tenant_associations.drop_all(context, document["name"])
    context.store.delete(TABLE, f"{document['name']}/{document['id']}")
    return {}


@operation("sesv2", "PutTenantSuppressionAttributes")
def put_tenant_suppression_attributes(context: Context, params: Params) -> Answer:
    """Replace the tenant's suppression settings."""
    document = load(context, params["TenantName"])
    name = document.pop("name")
    document["suppression"] = {key: value for key, value in params.items() if key != "TenantName"}
    context.store.put(TABLE, f"{name}/{document['id']}", document)
    return {}
