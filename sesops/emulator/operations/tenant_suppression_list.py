"""The suppression list of a tenant goes with the tenant: one of the same name that is made later begins with none."""

from __future__ import annotations

from sesops.emulator.context import Context
from sesops.emulator.operations import suppression, tenants


def _drop_list(context: Context, tenant: str) -> None:
    asked = {"TenantName": tenant}
    while entries := suppression.list_suppressed_destinations(context, asked)["SuppressedDestinationSummaries"]:
        for entry in entries:
            suppression.drop(context, entry["EmailAddress"], tenant=tenant)


tenants.AT_END.append(_drop_list)
