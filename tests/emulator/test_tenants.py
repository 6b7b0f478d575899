"""Tenants, what they have, and their reputation."""

from __future__ import annotations

import re
from typing import Any

import pytest
from botocore.exceptions import ClientError

from .answers import refusal

SETS = "arn:aws:ses:us-east-1:123456789012:configuration-set/"


@pytest.fixture
def shop(sesv2: Any) -> Any:
    """v2, with a tenant, an identity and a set."""
    sesv2.create_tenant(TenantName="shop")
    sesv2.create_email_identity(EmailIdentity="example.com")
    sesv2.create_configuration_set(ConfigurationSetName="tx")
    return sesv2


def test_a_tenant_reads_back(sesv2: Any) -> None:
    """Its id is in its ARN, by which its tags are found."""
    made = sesv2.create_tenant(TenantName="shop", Tags=[{"Key": "team", "Value": "mail"}])
    assert re.fullmatch(r"tn-[0-9a-f]{30}", made["TenantId"])
    assert made["TenantArn"].endswith(f":tenant/shop/{made['TenantId']}")
    assert made["SendingStatus"] == "ENABLED"
    shown = sesv2.get_tenant(TenantName="shop")["Tenant"]
    assert shown["Tags"] == [{"Key": "team", "Value": "mail"}]
    assert [one["TenantName"] for one in sesv2.list_tenants()["Tenants"]] == ["shop"]
    sesv2.tag_resource(ResourceArn=made["TenantArn"], Tags=[{"Key": "cost", "Value": "7"}])
    assert len(sesv2.list_tags_for_resource(ResourceArn=made["TenantArn"])["Tags"]) == 2


def test_names_that_begin_alike(shop: Any) -> None:
    """`sho` is not `shop`."""
    for call in ("get_tenant", "delete_tenant"):
        with pytest.raises(ClientError) as error:
            getattr(shop, call)(TenantName="sho")
        assert refusal(error)[0::2] == ("NotFoundException", 404)
    shop.create_tenant(TenantName="sho")
    assert [one["TenantName"] for one in shop.list_tenants(PageSize=1)["Tenants"]] == ["sho"]
    with pytest.raises(ClientError) as error:
        shop.create_tenant(TenantName="shop")
    assert refusal(error)[0::2] == ("AlreadyExistsException", 400)


def test_resources_of_a_tenant(shop: Any) -> None:
    """Their types are those of ARNs, whatever the model says; a filter takes the model's."""
    arns = ["arn:aws:ses:us-east-1:123456789012:identity/example.com", f"{SETS}tx"]
    for arn in arns:
        shop.create_tenant_resource_association(TenantName="shop", ResourceArn=arn)
    listed = shop.list_tenant_resources(TenantName="shop")["TenantResources"]
    assert sorted((one["ResourceType"], one["ResourceArn"]) for one in listed) == [
        ("configuration-set", arns[1]),
        ("identity", arns[0]),
    ]
    only = shop.list_tenant_resources(TenantName="shop", Filter={"RESOURCE_TYPE": "EMAIL_IDENTITY"})
    assert [one["ResourceArn"] for one in only["TenantResources"]] == [arns[0]]
    tenants = shop.list_resource_tenants(ResourceArn=arns[1])["ResourceTenants"]
    assert [one["TenantName"] for one in tenants] == ["shop"]
    with pytest.raises(ClientError) as error:
        shop.create_tenant_resource_association(TenantName="shop", ResourceArn=arns[1])
    message = f"Resources {arns[1]} has already been associated with tenant shop"
    assert refusal(error) == ("AlreadyExistsException", message, 400)


@pytest.mark.parametrize(
    ("generation", "call", "params"),
    [
        ("sesv2", "delete_email_identity", {"EmailIdentity": "example.com"}),
        ("ses", "delete_identity", {"Identity": "example.com"}),
        ("sesv2", "delete_configuration_set", {"ConfigurationSetName": "tx"}),
    ],
)
def test_what_a_tenant_has_cannot_be_deleted(
    ses: Any, shop: Any, generation: str, call: str, params: dict[str, str]
) -> None:
    """Until it is parted, or the tenant itself is gone; parting what is not associated is no error."""
    name = next(iter(params.values()))
    arn = f"{SETS}{name}" if name == "tx" else f"arn:aws:ses:us-east-1:123456789012:identity/{name}"
    shop.create_tenant_resource_association(TenantName="shop", ResourceArn=arn)
    client = {"ses": ses, "sesv2": shop}[generation]
    with pytest.raises(ClientError) as error:
        getattr(client, call)(**params)
    rest = "because it has tenant associations. Remove all tenant associations and try again."
    assert refusal(error)[1] == f"Cannot delete {arn} {rest}"
    shop.delete_tenant(TenantName="shop")
    getattr(client, call)(**params)


def test_associations_need_both_ends(shop: Any) -> None:
    """A tenant and a resource that are there, and an ARN of something that can be had."""
    for tenant, arn, code in (
        ("none", f"{SETS}tx", "NotFoundException"),
        ("shop", f"{SETS}none", "NotFoundException"),
        ("shop", "arn:aws:ses:us-east-1:123456789012:dedicated-ip-pool/a", "BadRequestException"),
        ("shop", "arn:aws:ses:eu-west-1:123456789012:configuration-set/tx", "BadRequestException"),
    ):
        with pytest.raises(ClientError) as error:
            shop.create_tenant_resource_association(TenantName=tenant, ResourceArn=arn)
        assert refusal(error)[0] == code
    shop.delete_tenant_resource_association(TenantName="shop", ResourceArn=f"{SETS}tx")


def test_a_tenant_is_switched_off_through_its_reputation(shop: Any) -> None:
    """The status shows in the tenant and in the entity."""
    arn = shop.get_tenant(TenantName="shop")["Tenant"]["TenantArn"]
    entity = {"ReputationEntityType": "RESOURCE", "ReputationEntityReference": arn}
    shop.update_reputation_entity_customer_managed_status(**entity, SendingStatus="DISABLED")
    shop.update_reputation_entity_policy(
        **entity, ReputationEntityPolicy="arn:aws:ses:us-east-1:aws:reputation-policy/strict"
    )
    shown = shop.get_reputation_entity(**entity)["ReputationEntity"]
    assert shown["CustomerManagedStatus"]["Status"] == shown["SendingStatusAggregate"] == "DISABLED"
    assert shop.get_tenant(TenantName="shop")["Tenant"]["SendingStatus"] == "DISABLED"
    listed = shop.list_reputation_entities(Filter={"SENDING_STATUS": "DISABLED"})["ReputationEntities"]
    assert [one["ReputationEntityReference"] for one in listed] == [arn]
    with pytest.raises(ClientError) as error:
        shop.get_reputation_entity(**{**entity, "ReputationEntityReference": f"{arn}x"})
    assert refusal(error)[0::2] == ("NotFoundException", 404)


def test_suppression_settings_of_a_tenant(sesv2: Any) -> None:
    """Replaced whole."""
    sesv2.create_tenant(TenantName="shop", SuppressionAttributes={"SuppressedReasons": ["BOUNCE"]})
    sesv2.put_tenant_suppression_attributes(TenantName="shop", SuppressionScope="TENANT")
    assert sesv2.get_tenant(TenantName="shop")["Tenant"]["SuppressionAttributes"] == {"SuppressionScope": "TENANT"}
