"""The resources of tenants (v2 only): identities, configuration sets and templates."""

from __future__ import annotations

from sesops.emulator.context import Context, ServiceError
from sesops.emulator.operations import tenant_associations, tenants
from sesops.emulator.operations.constrained_paging import checked_size, sized_page
from sesops.emulator.operations.identity_names import canonical
from sesops.emulator.registry import Answer, Params, operation
from sesops.emulator.store import parse

PAGE = 100
# SES behaviour: on the wire the types are those of ARNs, in answers and in filters, and not what the model says.
_TABLES = {"identity": "identity", "configuration-set": "configuration_set", "template": "template"}
# What SES says of one that is not there, with these very ends.
_MISSING = {
    "identity": "Identity <{}> does not exist",
    "configuration-set": "Configuration set <{}> does not exist:",
    "template": "Email template <{}> does not exist",
}
_PARTS_OF_AN_ARN = 6


def _checked(context: Context, told: str) -> str:
    """The ARN of a resource that is there, as SES itself would write it, or the refusal."""
    kind, name = _parsed(context, told)
    name = canonical(name) if kind == "identity" else name
    if context.store.get(_TABLES[kind], name) is None:
        raise ServiceError("NotFoundException", _MISSING[kind].format(name), 404)
    return context.arn(f"{kind}/{name}")


def _parsed(context: Context, told: str) -> tuple[str, str]:
    """Type and name in an ARN of this account and region; an account that is left out is this one."""
    parts = told.split(":", _PARTS_OF_AN_ARN - 1)
    if len(parts) < _PARTS_OF_AN_ARN or parts[0] != "arn":
        raise ServiceError("BadRequestException", "Provided resource identifier is not an SES resource")
    _, _, service, region, account, resource = parts
    kind, _, name = resource.partition("/")
    if service != "ses":
        raise ServiceError("BadRequestException", "Provided ARN is not in SES resource ARN format")
    if not name:
        raise ServiceError("BadRequestException", "Provided resource identifier is not an SES resource")
    if kind not in _TABLES:
        raise ServiceError("BadRequestException", f"Unsupported resource type: {kind}")
    if region != context.region:
        raise ServiceError("BadRequestException", f"Resource <{told}> must be in the same region")
    if account not in (context.account, ""):
        raise ServiceError("BadRequestException", f"Resource <{told}> must be in the same account")
    return kind, name


@operation("sesv2", "CreateTenantResourceAssociation")
def create_tenant_resource_association(context: Context, params: Params) -> Answer:
    """Give a tenant a resource."""
    tenant = tenants.load(context, params["TenantName"])["name"]
    if not tenant_associations.add(context, tenant, _checked(context, params["ResourceArn"])):
        message = f"Resources {params['ResourceArn']} has already been associated with tenant {tenant}"
        raise ServiceError("AlreadyExistsException", message)
    return {}


@operation("sesv2", "DeleteTenantResourceAssociation")
def delete_tenant_resource_association(context: Context, params: Params) -> Answer:
    """Take a resource from a tenant. SES behaviour: both must be there, but one need not have the other."""
    tenant = tenants.load(context, params["TenantName"])["name"]
    tenant_associations.drop(context, tenant, _checked(context, params["ResourceArn"]))
    return {}


@operation("sesv2", "ListTenantResources")
def list_tenant_resources(context: Context, params: Params) -> Answer:
    """What a tenant has by ARN, all of it or what is of one type."""
    size = checked_size(params, PAGE, PAGE)
    wanted = params.get("Filter", {}).get("RESOURCE_TYPE")
    if wanted is not None and wanted not in _TABLES:
        raise ServiceError("BadRequestException", f"Invalid resource type {wanted} specified.")
    tenant = tenants.load(context, params["TenantName"])["name"]
    owned = [arn for one, arn, _ in tenant_associations.associations(context) if one == tenant]
    shown = [
        {"ResourceType": kind, "ResourceArn": arn}
        for arn in owned
        if (kind := arn.split(":", _PARTS_OF_AN_ARN - 1)[-1].partition("/")[0]) == (wanted or kind)
    ]
    return sized_page(context, f"resources of {tenant}", shown, params, "TenantResources", size)


@operation("sesv2", "ListResourceTenants")
def list_resource_tenants(context: Context, params: Params) -> Answer:
    """The tenants that have a resource, the oldest association first."""
    size = checked_size(params, PAGE, PAGE)
    arn = _checked(context, params["ResourceArn"])
    owners = [(at, tenant) for tenant, one, at in tenant_associations.associations(context) if one == arn]
    shown = [
        {
            "TenantName": tenant,
            "TenantId": tenants.load(context, tenant)["id"],
            "ResourceArn": arn,
            "AssociatedTimestamp": parse(at),
        }
        for at, tenant in sorted(owners)
    ]
    return sized_page(context, f"tenants of {arn}", shown, params, "ResourceTenants", size)
