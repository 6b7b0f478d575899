"""Which resources tenants have: {at} under TENANT RESOURCE-ARN. SES behaviour: a resource may have several tenants."""

from __future__ import annotations

from collections.abc import Iterator

from sesops.emulator.context import Context, ServiceError
from sesops.emulator.operations.refusals import Door
from sesops.emulator.store import stamp

_TABLE = "tenant_association"


def add(context: Context, tenant: str, arn: str) -> bool:
    """Associate a resource; False where it is associated already."""
    if context.store.get(_TABLE, f"{tenant} {arn}") is not None:
        return False
    context.store.put(_TABLE, f"{tenant} {arn}", {"at": stamp(context.now)})
    return True


def drop(context: Context, tenant: str, arn: str) -> None:
    """Part a resource from a tenant that may have it."""
    context.store.delete(_TABLE, f"{tenant} {arn}")


def drop_all(context: Context, tenant: str) -> None:
    """Part a tenant from all it has."""
    for one, arn, _ in list(associations(context)):
        if one == tenant:
            drop(context, tenant, arn)


def associations(context: Context) -> Iterator[tuple[str, str, str]]:
    """Tenant, ARN and time (ISO 8601) of each association, by tenant and ARN."""
    for key, document in context.store.items(_TABLE):
        tenant, _, arn = key.partition(" ")
        yield tenant, arn, document["at"]


def refuse_while_associated(context: Context, door: Door, resource: str) -> None:
    """Refuse to delete a resource (`identity/example.com`) that a tenant has. SES behaviour, unsure: the code of v1."""
    arn = context.arn(resource)
    if any(one == arn for _, one, _ in associations(context)):
        code = "InvalidParameterValue" if door is Door.V1 else "BadRequestException"
        rest = "because it has tenant associations. Remove all tenant associations and try again."
        raise ServiceError(code, f"Cannot delete <{arn}> {rest}")
