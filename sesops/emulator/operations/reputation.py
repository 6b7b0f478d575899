"""Reputation entities (v2 only): the tenants, each by its ARN.

SES behaviour, unsure: SES's own judgement is always ENABLED and LOW here, for nobody complains to an emulator.
"""

from __future__ import annotations

from sesops.emulator.context import Context, ServiceError
from sesops.emulator.operations import reputation_status, tenants
from sesops.emulator.paging import answer_page
from sesops.emulator.registry import Answer, Params, operation
from sesops.emulator.store import parse, stamp

PAGE = 100


def _known(context: Context) -> list[str]:
    return [context.arn(f"tenant/{key}") for key in context.store.names(tenants.TABLE)]


def _checked(context: Context, params: Params) -> str:
    arn: str = params["ReputationEntityReference"]
    if arn not in _known(context):
        raise ServiceError("NotFoundException", f"Reputation entity {arn} does not exist.", 404)
    return arn


def _shown(context: Context, arn: str) -> Answer:
    told = reputation_status.find(context, arn)
    entity: Answer = {
        "ReputationEntityReference": arn,
        "ReputationEntityType": "RESOURCE",
        "AwsSesManagedStatus": {"Status": "ENABLED"},
        "CustomerManagedStatus": {"Status": told.get("status", "ENABLED")},
        "SendingStatusAggregate": reputation_status.aggregate(context, arn),
        "ReputationImpact": "LOW",
    }
    if "status" in told:
        entity["CustomerManagedStatus"]["LastUpdatedTimestamp"] = parse(told["at"])
    if "policy" in told:
        entity["ReputationManagementPolicy"] = told["policy"]
    return entity


@operation("sesv2", "GetReputationEntity")
def get_reputation_entity(context: Context, params: Params) -> Answer:
    """One entity."""
    return {"ReputationEntity": _shown(context, _checked(context, params))}


@operation("sesv2", "ListReputationEntities")
def list_reputation_entities(context: Context, params: Params) -> Answer:
    """The entities that all filters let through."""
    members = {
        "ENTITY_TYPE": "ReputationEntityType",
        "REPUTATION_IMPACT": "ReputationImpact",
        "STATUS": "SendingStatusAggregate",
    }
    wanted = params.get("Filter", {})
    shown = [_shown(context, arn) for arn in _known(context)]
    passing = [
        one
        for one in shown
        if all(one[members[key]] == value for key, value in wanted.items() if key in members)
        and wanted.get("ENTITY_REFERENCE_PREFIX", "") in one["ReputationEntityReference"]
    ]
    return answer_page(context, "reputation entities", passing, params, "ReputationEntities", PAGE, PAGE)


@operation("sesv2", "UpdateReputationEntityCustomerManagedStatus")
def update_reputation_entity_customer_managed_status(context: Context, params: Params) -> Answer:
    """Switch a tenant's sending."""
    arn = _checked(context, params)
    reputation_status.change(context, arn, status=params["SendingStatus"], at=stamp(context.now))
    return {}


@operation("sesv2", "UpdateReputationEntityPolicy")
def update_reputation_entity_policy(context: Context, params: Params) -> Answer:
    """Choose which findings stop a tenant."""
    reputation_status.change(context, _checked(context, params), policy=params["ReputationEntityPolicy"])
    return {}
