"""The resources of tenants (v2 only): identities, configuration sets and templates."""

from __future__ import annotations

from sesops.emulator.context import Context, ServiceError
from sesops.emulator.operations import tenant_associations, tenants
from sesops.emulator.operations.identity_names import canonical, own_resource
from sesops.emulator.paging import answer_page
from sesops.emulator.registry import Answer, Params, operation
from sesops.emulator.store import parse

PAGE = 100
_TABLES = {"identity": "identity", "configuration-set": "configuration_set", "template": "template"}
# SES behaviour: on the wire the types are those of ARNs, and not what the model says; a filter takes the model's.
_MODEL_TYPES = {"EMAIL_IDENTITY": "identity", "CONFIGURATION_SET": "configuration-set", "EMAIL_TEMPLATE": "template"}


def _checked(context: Context, told: str) -> str:
    """The ARN of a resource that is there, its account filled in, or the refusal."""
    resource = own_resource(context, told)
    kind, _, name = (resource or "").partition("/")
    if resource is None or kind not in _TABLES:
        raise ServiceError("BadRequestException", f"Invalid resource ARN {told}.")
    if context.store.get(_TABLES[kind], canonical(name) if kind == "identity" else name) is None:
        raise ServiceError("NotFoundException", f"Resource {told} does not exist.", 404)
    return context.arn(resource)


@operation("sesv2", "CreateTenantResourceAssociation")
def create_tenant_resource_association(context: Context, params: Params) -> Answer:
    """Give a tenant a resource."""
    tenant, arn = params["TenantName"], params["ResourceArn"]
    tenants.load(context, tenant)
    if not tenant_associations.add(context, tenant, _checked(context, arn)):
        message = f"Resources {arn} has already been associated with tenant {tenant}"
        raise ServiceError("AlreadyExistsException", message)
    return {}


@operation("sesv2", "DeleteTenantResourceAssociation")
def delete_tenant_resource_association(context: Context, params: Params) -> Answer:
    """Take a resource from a tenant. SES behaviour: one that it does not have is no error."""
    tenants.load(context, params["TenantName"])
    tenant_associations.drop(context, params["TenantName"], params["ResourceArn"])
    return {}


@operation("sesv2", "ListTenantResources")
def list_tenant_resources(context: Context, params: Params) -> Answer:
    """What a tenant has, or of that one type."""
    tenant = params["TenantName"]
    tenants.load(context, tenant)
    told = params.get("Filter", {}).get("RESOURCE_TYPE")
    wanted = _MODEL_TYPES.get(told, told) if told else None
    owned = [arn for one, arn, _ in tenant_associations.associations(context) if one == tenant]
    shown = [
        {"ResourceType": kind, "ResourceArn": arn}
        for arn in owned
        if (kind := arn.split(":", 5)[5].partition("/")[0]) == (wanted or kind)
    ]
    return answer_page(context, f"resources of {tenant}", shown, params, "TenantResources", PAGE, PAGE)


@operation("sesv2", "ListResourceTenants")
def list_resource_tenants(context: Context, params: Params) -> Answer:
    """The tenants that have a resource."""
    arn = _checked(context, params["ResourceArn"])
    shown = [
        {
            "TenantName": tenant,
            "TenantId": tenants.load(context, tenant)["id"],
            "ResourceArn": arn,
            "AssociatedTimestamp": parse(at),
        }
        for tenant, one, at in tenant_associations.associations(context)
        if one == arn
    ]
    return answer_page(context, f"tenants of {arn}", shown, params, "ResourceTenants", PAGE, PAGE)
