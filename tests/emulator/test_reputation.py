"""Reputation entities: whether tenants may send, and which findings stop them."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from .answers import refusal

POLICY = "arn:aws:ses:us-east-1:aws:reputation-policy/strict"


@pytest.fixture
def shop(sesv2: Any) -> dict[str, str]:
    """How the entity of a tenant is named."""
    return _entity(sesv2.create_tenant(TenantName="shop")["TenantArn"])


def _entity(arn: str) -> dict[str, str]:
    return {"ReputationEntityType": "RESOURCE", "ReputationEntityReference": arn}


def test_an_entity_that_nobody_touched(sesv2: Any, shop: dict[str, str]) -> None:
    """Sends, and has no policy and no time of a change."""
    assert sesv2.get_reputation_entity(**shop)["ReputationEntity"] == {
        **shop,
        "AwsSesManagedStatus": {"Status": "ENABLED"},
        "CustomerManagedStatus": {"Status": "ENABLED"},
        "SendingStatusAggregate": "ENABLED",
        "ReputationImpact": "LOW",
    }


@pytest.mark.parametrize("status", ["DISABLED", "REINSTATED"])
def test_customer_managed_status(sesv2: Any, shop: dict[str, str], status: str) -> None:
    """Shows in the entity and in the tenant; SES's own stays."""
    sesv2.update_reputation_entity_customer_managed_status(**shop, SendingStatus=status)
    shown = sesv2.get_reputation_entity(**shop)["ReputationEntity"]
    assert shown["CustomerManagedStatus"]["Status"] == shown["SendingStatusAggregate"] == status
    assert "LastUpdatedTimestamp" in shown["CustomerManagedStatus"]
    assert shown["AwsSesManagedStatus"]["Status"] == "ENABLED"
    assert sesv2.get_tenant(TenantName="shop")["Tenant"]["SendingStatus"] == status


def test_policy(sesv2: Any, shop: dict[str, str]) -> None:
    """One of SES's own; it leaves the status alone."""
    sesv2.update_reputation_entity_customer_managed_status(**shop, SendingStatus="DISABLED")
    sesv2.update_reputation_entity_policy(**shop, ReputationEntityPolicy=POLICY)
    shown = sesv2.get_reputation_entity(**shop)["ReputationEntity"]
    assert (shown["ReputationManagementPolicy"], shown["SendingStatusAggregate"]) == (POLICY, "DISABLED")


@pytest.mark.parametrize("policy", [f"{POLICY}er", POLICY.replace(":aws:rep", ":123456789012:rep"), "strict"])
def test_policies_that_there_are_not(sesv2: Any, shop: dict[str, str], policy: str) -> None:
    """Another name, somebody's own, no ARN."""
    with pytest.raises(ClientError) as error:
        sesv2.update_reputation_entity_policy(**shop, ReputationEntityPolicy=policy)
    assert refusal(error)[0::2] == ("BadRequestException", 400)
    assert "ReputationManagementPolicy" not in sesv2.get_reputation_entity(**shop)["ReputationEntity"]


@pytest.mark.parametrize(
    ("call", "params", "code", "status"),
    [
        ("get_reputation_entity", {}, "NotFoundException", 404),
        (
            "update_reputation_entity_customer_managed_status",
            {"SendingStatus": "DISABLED"},
            "BadRequestException",
            400,
        ),
        ("update_reputation_entity_policy", {"ReputationEntityPolicy": POLICY}, "BadRequestException", 400),
    ],
)
def test_unknown_entity(
    sesv2: Any, shop: dict[str, str], call: str, params: dict[str, str], code: str, status: int
) -> None:
    """Only reading knows NotFoundException."""
    with pytest.raises(ClientError) as error:
        getattr(sesv2, call)(**{**shop, "ReputationEntityReference": "none"}, **params)
    assert refusal(error)[0::2] == (code, status)


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({"SENDING_STATUS": "DISABLED"}, ["shop"]),
        ({"SENDING_STATUS": "ENABLED"}, ["other"]),
        ({"REPUTATION_IMPACT": "HIGH"}, []),
        ({"ENTITY_TYPE": "RESOURCE"}, ["other", "shop"]),
        ({"ENTITY_REFERENCE_PREFIX": "arn:aws:ses:us-east-1:123456789012:tenant/sh"}, ["shop"]),
        ({"ENTITY_REFERENCE_PREFIX": "tenant/sh"}, []),
    ],
)
def test_filters_of_the_listing(sesv2: Any, shop: dict[str, str], wanted: dict[str, str], names: list[str]) -> None:
    """Each asks for the value of one member, the last for how the ARN begins."""
    sesv2.create_tenant(TenantName="other")
    sesv2.update_reputation_entity_customer_managed_status(**shop, SendingStatus="DISABLED")
    listed = sesv2.list_reputation_entities(Filter=wanted)["ReputationEntities"]
    assert [one["ReputationEntityReference"].split("/")[1] for one in listed] == names


def test_listing_pages(sesv2: Any, shop: dict[str, str]) -> None:
    """One at a time."""
    sesv2.create_tenant(TenantName="other")
    first = sesv2.list_reputation_entities(PageSize=1)
    last = sesv2.list_reputation_entities(PageSize=1, NextToken=first["NextToken"])
    assert [one["ReputationEntityReference"] for one in last["ReputationEntities"]] == [
        shop["ReputationEntityReference"]
    ]


def test_an_entity_goes_with_its_tenant(sesv2: Any, shop: dict[str, str]) -> None:
    """And one of the same name may send."""
    sesv2.update_reputation_entity_customer_managed_status(**shop, SendingStatus="DISABLED")
    sesv2.delete_tenant(TenantName="shop")
    assert sesv2.list_reputation_entities()["ReputationEntities"] == []
    assert sesv2.create_tenant(TenantName="shop")["SendingStatus"] == "ENABLED"
