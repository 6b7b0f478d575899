"""Reputation entities (v2 only): the tenants, each by its ARN.

SES behaviour, unsure: SES's own judgement is always ENABLED and LOW here, for nobody complains to an emulator; an
entity has no policy until one is chosen; and all the texts of the refusals.
"""

from __future__ import annotations

from sesops.emulator.context import Context, ServiceError
from sesops.emulator.operations import reputation_status, tenants
from sesops.emulator.operations.constrained_paging import checked_size, sized_page
from sesops.emulator.paging import LARGEST_PAGE
from sesops.emulator.registry import Answer, Params, operation
from sesops.emulator.store import parse, stamp

PAGE = 100
_POLICIES = ("none", "standard", "strict")
# Keys of a filter, and the members whose value each asks for.
_FILTERS = {
    "ENTITY_TYPE": "ReputationEntityType",
    "REPUTATION_IMPACT": "ReputationImpact",
    "SENDING_STATUS": "SendingStatusAggregate",
}


def _known(context: Context) -> list[str]:
    return [context.arn(f"tenant/{key}") for key in context.store.names(tenants.TABLE)]


def _refuse_unknown(context: Context, arn: str, code: str, status: int) -> None:
    if arn not in _known(context):
        raise ServiceError(code, f"Reputation entity {arn} does not exist.", status)


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
    arn = params["ReputationEntityReference"]
    _refuse_unknown(context, arn, "NotFoundException", 404)
    return {"ReputationEntity": _shown(context, arn)}


@operation("sesv2", "ListReputationEntities")
def list_reputation_entities(context: Context, params: Params) -> Answer:
    """The entities that all filters let through."""
    size = checked_size(params, PAGE, LARGEST_PAGE)
    wanted = params.get("Filter", {})
    passing = [
        one
        for one in (_shown(context, arn) for arn in _known(context))
        if all(wanted.get(key, one[member]) == one[member] for key, member in _FILTERS.items())
        and one["ReputationEntityReference"].startswith(wanted.get("ENTITY_REFERENCE_PREFIX", ""))
    ]
    return sized_page(context, "reputation entities", passing, params, "ReputationEntities", size)


def _refuse_change(context: Context, arn: str) -> None:
    """Updates know no NotFoundException: the model of both names BadRequestException only."""
    _refuse_unknown(context, arn, "BadRequestException", 400)


@operation("sesv2", "UpdateReputationEntityCustomerManagedStatus")
def update_reputation_entity_customer_managed_status(context: Context, params: Params) -> Answer:
    """Switch a tenant's sending."""
    arn = params["ReputationEntityReference"]
    _refuse_change(context, arn)
    reputation_status.change(context, arn, status=params["SendingStatus"], at=stamp(context.now))
    return {}


@operation("sesv2", "UpdateReputationEntityPolicy")
def update_reputation_entity_policy(context: Context, params: Params) -> Answer:
    """Choose which findings stop a tenant: one of SES's own policies, whose ARNs have `aws` for an account."""
    arn, policy = params["ReputationEntityReference"], params["ReputationEntityPolicy"]
    _refuse_change(context, arn)
    prefix = f"arn:{context.partition}:ses:{context.region}:aws:reputation-policy/"
    if policy not in [prefix + name for name in _POLICIES]:
        raise ServiceError("BadRequestException", f"Reputation policy {policy} does not exist.")
    reputation_status.change(context, arn, policy=policy)
    return {}
