"""Tenants: names, listing, suppression settings, and what goes with them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sesops.emulator import Emulator
from sesops.emulator.operations import tenants

from .answers import refusal
from .conftest import ACCOUNT

BOTH = {"SuppressedReasons": ["BOUNCE", "COMPLAINT"], "SuppressionScope": "TENANT"}


@pytest.fixture
def shop(sesv2: Any) -> Any:
    """v2, with a tenant."""
    sesv2.create_tenant(TenantName="shop")
    return sesv2


def test_a_tenant_reads_back(sesv2: Any) -> None:
    """As it was answered when it was made; in the listing without tags."""
    made = sesv2.create_tenant(TenantName="shop", Tags=[{"Key": "team", "Value": "mail"}])
    assert re.fullmatch(r"tn-[0-9a-f]{30}", made["TenantId"])
    assert made["TenantArn"] == f"arn:aws:ses:us-east-1:{ACCOUNT}:tenant/shop/{made['TenantId']}"
    assert made["SendingStatus"] == "ENABLED"
    shown = sesv2.get_tenant(TenantName="shop")["Tenant"]
    assert shown["Tags"] == [{"Key": "team", "Value": "mail"}]
    assert {**made, **shown} == made
    del shown["Tags"]
    assert sesv2.list_tenants()["Tenants"] == [shown]


def test_tags_are_found_by_the_id(shop: Any) -> None:
    """Whatever the name in the ARN; those of a tenant that is gone are not, even if there is one of its name again."""
    arn = shop.get_tenant(TenantName="shop")["Tenant"]["TenantArn"]
    tags = [{"Key": "cost", "Value": "7"}]
    shop.tag_resource(ResourceArn=arn, Tags=tags)
    assert shop.list_tags_for_resource(ResourceArn=arn.replace("/shop/", "/other/"))["Tags"] == tags
    shop.delete_tenant(TenantName="shop")
    shop.create_tenant(TenantName="shop")
    with pytest.raises(ClientError) as error:
        shop.list_tags_for_resource(ResourceArn=arn)
    assert refusal(error)[0::2] == ("NotFoundException", 404)
    assert shop.get_tenant(TenantName="shop")["Tenant"]["Tags"] == []


@pytest.mark.parametrize("call", ["get_tenant", "delete_tenant", "put_tenant_suppression_attributes"])
def test_unknown_tenant(shop: Any, call: str) -> None:
    """`sho` is not `shop`."""
    with pytest.raises(ClientError) as error:
        getattr(shop, call)(TenantName="sho")
    assert refusal(error) == ("NotFoundException", "The requested tenant <sho> does not exist.", 404)


def test_blank_name(shop: Any) -> None:
    """Refused before it is looked for."""
    with pytest.raises(ClientError) as error:
        shop.get_tenant(TenantName=" ")
    assert refusal(error) == ("BadRequestException", "TenantName cannot be empty", 400)


@pytest.mark.parametrize(
    ("name", "code", "message"),
    [
        ("shop", "AlreadyExistsException", f"Tenant with name shop already exists in account {ACCOUNT}"),
        ("  ", "BadRequestException", "TenantName cannot be empty"),
        ("x" * 65, "BadRequestException", "TenantName cannot exceed 64 characters."),
        (
            "a/b",
            "BadRequestException",
            "Invalid tenant name <a/b>: only alphanumeric ASCII characters, '_', and '-' are allowed.",
        ),
    ],
)
def test_names_that_are_refused(shop: Any, name: str, code: str, message: str) -> None:
    """Taken, blank, too long, with other characters."""
    with pytest.raises(ClientError) as error:
        shop.create_tenant(TenantName=name)
    assert refusal(error) == (code, message, 400)


def test_listing_goes_by_name(sesv2: Any) -> None:
    """A page at a time; `a` comes before `a-b`."""
    for name in ("c", "a-b", "a"):
        sesv2.create_tenant(TenantName=name)
    first = sesv2.list_tenants(PageSize=2)
    assert [one["TenantName"] for one in first["Tenants"]] == ["a", "a-b"]
    last = sesv2.list_tenants(PageSize=2, NextToken=first["NextToken"])
    assert [one["TenantName"] for one in last["Tenants"]] == ["c"]
    assert "NextToken" not in last


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({"TENANT_NAME_CONTAINS": "HO"}, ["shop", "shop-2"]),
        ({"SENDING_STATUS": "DISABLED"}, ["shop-2"]),
        ({"SENDING_STATUS": "ENABLED", "TENANT_NAME_CONTAINS": "ho"}, ["shop"]),
        ({"TENANT_NAME_CONTAINS": "ENABLED"}, []),
        ({}, ["other", "shop", "shop-2"]),
    ],
)
def test_filters_of_the_listing(shop: Any, wanted: dict[str, str], names: list[str]) -> None:
    """By a text in the name and by status, both at once too."""
    shop.create_tenant(TenantName="other")
    off = shop.create_tenant(TenantName="shop-2")["TenantArn"]
    shop.update_reputation_entity_customer_managed_status(
        ReputationEntityType="RESOURCE", ReputationEntityReference=off, SendingStatus="DISABLED"
    )
    assert [one["TenantName"] for one in shop.list_tenants(Filter=wanted)["Tenants"]] == names


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"PageSize": 0}, "Value '0' at 'pageSize' failed to satisfy constraint: Member must have value greater than"),
        ({"PageSize": 101}, "Value '101' at 'pageSize' failed to satisfy constraint: Member must have value less than"),
        ({"NextToken": ""}, "Value '' at 'nextToken' failed to satisfy constraint: Member must have length greater"),
        ({"NextToken": "bm9uZQ=="}, "Invalid Next Token"),
    ],
)
@pytest.mark.parametrize("call", ["list_tenants", "list_tenant_resources"])
def test_pages_that_are_refused(shop: Any, call: str, params: dict[str, Any], message: str) -> None:
    """Sizes out of range and tokens of nothing, in the words of constraints."""
    subject = {} if call == "list_tenants" else {"TenantName": "shop"}
    with pytest.raises(ClientError) as error:
        getattr(shop, call)(**subject, **params)
    assert refusal(error)[0::2] == ("BadRequestException", 400)
    assert message in refusal(error)[1]


def test_size_is_looked_at_before_the_tenant(sesv2: Any) -> None:
    """A wrong size of nobody's listing is a wrong size."""
    with pytest.raises(ClientError) as error:
        sesv2.list_tenant_resources(TenantName="none", PageSize=0)
    assert refusal(error)[0] == "BadRequestException"


def test_suppression_settings_are_replaced_whole(sesv2: Any) -> None:
    """Given at the making, then by a Put; a Put of neither member clears them."""
    made = sesv2.create_tenant(TenantName="shop", SuppressionAttributes=BOTH)
    assert made["SuppressionAttributes"] == BOTH
    new = {"SuppressedReasons": [], "SuppressionScope": "ACCOUNT"}
    sesv2.put_tenant_suppression_attributes(TenantName="shop", **new)
    assert sesv2.get_tenant(TenantName="shop")["Tenant"]["SuppressionAttributes"] == new
    sesv2.put_tenant_suppression_attributes(TenantName="shop")
    assert "SuppressionAttributes" not in sesv2.get_tenant(TenantName="shop")["Tenant"]


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"SuppressedReasons": ["BOUNCE"]}, "SuppressedReasons cannot be specified without SuppressionScope."),
        ({"SuppressionScope": "ACCOUNT"}, "SuppressionScope cannot be specified without SuppressedReasons."),
        (
            {"SuppressedReasons": []},
            "SuppressionScope is required when SuppressedReasons are provided. Valid values are: TENANT, ACCOUNT",
        ),
        (
            {"SuppressedReasons": ["BOUNCE", "BOUNCE"], "SuppressionScope": "TENANT"},
            "Each suppressed reason can only be specified at most once",
        ),
    ],
)
def test_half_of_the_suppression_settings(sesv2: Any, told: dict[str, Any], message: str) -> None:
    """Refused in both operations, and in the Put before the tenant is looked for."""
    with pytest.raises(ClientError) as error:
        sesv2.create_tenant(TenantName="shop", SuppressionAttributes=told)
    assert refusal(error) == ("BadRequestException", message, 400)
    with pytest.raises(ClientError) as error:
        sesv2.put_tenant_suppression_attributes(TenantName="shop", **told)
    assert refusal(error) == ("BadRequestException", message, 400)


def test_suppression_list_goes_with_the_tenant(emulator: Emulator, shop: Any) -> None:
    """One of the same name begins with none; the account's list stays."""
    emulator.settings.production_access = True
    entry = {"EmailAddress": "ann@example.com", "Reason": "BOUNCE"}
    shop.put_suppressed_destination(**entry)
    shop.put_suppressed_destination(**entry, TenantName="shop")
    shop.delete_tenant(TenantName="shop")
    shop.create_tenant(TenantName="shop")
    assert shop.list_suppressed_destinations(TenantName="shop")["SuppressedDestinationSummaries"] == []
    assert len(shop.list_suppressed_destinations()["SuppressedDestinationSummaries"]) == 1


def test_what_sends_ask(emulator: Emulator, shop: Any) -> None:
    """Whether a tenant is there, whose list counts for it, and whether it may send."""
    with emulator.context(ACCOUNT, "us-east-1") as context:
        assert (tenants.exists(context, "shop"), tenants.exists(context, "sho")) == (True, False)
        assert tenants.suppressed_reasons(context, "shop") is None
        assert tenants.sending_status(context, "shop") == "ENABLED"
    shop.put_tenant_suppression_attributes(TenantName="shop", **BOTH)
    with emulator.context(ACCOUNT, "us-east-1") as context:
        assert tenants.suppressed_reasons(context, "shop") == ["BOUNCE", "COMPLAINT"]
    shop.put_tenant_suppression_attributes(TenantName="shop", **{**BOTH, "SuppressionScope": "ACCOUNT"})
    with emulator.context(ACCOUNT, "us-east-1") as context:
        assert tenants.suppressed_reasons(context, "shop") is None
