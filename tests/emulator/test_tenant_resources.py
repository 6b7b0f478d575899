"""What tenants have: associations with identities, configuration sets and templates."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sesops.emulator import Emulator

from .answers import refusal

ARN = "arn:aws:ses:us-east-1:123456789012:"
IDENTITY, SET, TEMPLATE = f"{ARN}identity/example.com", f"{ARN}configuration-set/tx", f"{ARN}template/hello"


@pytest.fixture
def shop(sesv2: Any) -> Any:
    """v2, with a tenant, an identity, a set and a template."""
    sesv2.create_tenant(TenantName="shop")
    sesv2.create_email_identity(EmailIdentity="example.com")
    sesv2.create_configuration_set(ConfigurationSetName="tx")
    sesv2.create_email_template(TemplateName="hello", TemplateContent={"Subject": "Hello", "Text": "Hi"})
    return sesv2


def associate(client: Any, *arns: str, tenant: str = "shop") -> None:
    for arn in arns:
        client.create_tenant_resource_association(TenantName=tenant, ResourceArn=arn)


def test_types_are_those_of_arns(shop: Any) -> None:
    """Whatever the model says; the resources go by ARN."""
    associate(shop, TEMPLATE, IDENTITY, SET)
    assert [
        (one["ResourceType"], one["ResourceArn"])
        for one in shop.list_tenant_resources(TenantName="shop")["TenantResources"]
    ] == [("configuration-set", SET), ("identity", IDENTITY), ("template", TEMPLATE)]


def test_filter_by_type(shop: Any) -> None:
    """It takes the types of ARNs as well, and no others."""
    associate(shop, IDENTITY, SET)
    only = shop.list_tenant_resources(TenantName="shop", Filter={"RESOURCE_TYPE": "identity"})
    assert [one["ResourceArn"] for one in only["TenantResources"]] == [IDENTITY]
    with pytest.raises(ClientError) as error:
        shop.list_tenant_resources(TenantName="shop", Filter={"RESOURCE_TYPE": "EMAIL_IDENTITY"})
    assert refusal(error) == ("BadRequestException", "Invalid resource type EMAIL_IDENTITY specified.", 400)


def test_tenants_of_a_resource(emulator: Emulator, shop: Any) -> None:
    """There may be several: in the order in which they got it, a page at a time."""
    shop.create_tenant(TenantName="bar")
    associate(shop, SET)
    emulator.clock.advance(timedelta(seconds=1))
    associate(shop, SET, tenant="bar")
    first = shop.list_resource_tenants(ResourceArn=SET, PageSize=1)
    (owner,) = first["ResourceTenants"]
    assert (owner["TenantName"], owner["ResourceArn"]) == ("shop", SET)
    assert owner["TenantId"] == shop.get_tenant(TenantName="shop")["Tenant"]["TenantId"]
    last = shop.list_resource_tenants(ResourceArn=SET, NextToken=first["NextToken"])
    assert [one["TenantName"] for one in last["ResourceTenants"]] == ["bar"]


def test_token_of_another_listing(shop: Any) -> None:
    """Refused, also where both list the same associations."""
    associate(shop, IDENTITY, SET)
    token = shop.list_tenant_resources(TenantName="shop", PageSize=1)["NextToken"]
    with pytest.raises(ClientError) as error:
        shop.list_resource_tenants(ResourceArn=SET, NextToken=token)
    assert refusal(error) == ("BadRequestException", "Invalid Next Token", 400)


def test_associated_twice(shop: Any) -> None:
    """With the grammar of SES."""
    associate(shop, SET)
    with pytest.raises(ClientError) as error:
        associate(shop, SET)
    message = f"Resources {SET} has already been associated with tenant shop"
    assert refusal(error) == ("AlreadyExistsException", message, 400)


def test_arns_without_account_and_in_capitals(shop: Any) -> None:
    """Name the same identity, to part it as well."""
    associate(shop, "arn:aws:ses:us-east-1::identity/Example.com")
    assert shop.list_tenant_resources(TenantName="shop")["TenantResources"][0]["ResourceArn"] == IDENTITY
    shop.delete_tenant_resource_association(
        TenantName="shop", ResourceArn="arn:aws:ses:us-east-1::identity/EXAMPLE.com"
    )
    assert shop.list_tenant_resources(TenantName="shop")["TenantResources"] == []


@pytest.mark.parametrize(
    "call", ["create_tenant_resource_association", "delete_tenant_resource_association", "list_resource_tenants"]
)
@pytest.mark.parametrize(
    ("arn", "message"),
    [
        (f"{ARN}identity/none.example.com", "Identity <none.example.com> does not exist"),
        (f"{ARN}configuration-set/none", "Configuration set <none> does not exist:"),
        (f"{ARN}template/none", "Email template <none> does not exist"),
        ("none", "Provided resource identifier is not an SES resource"),
        (f"{ARN}identity/", "Provided resource identifier is not an SES resource"),
        ("arn:aws:sqs:us-east-1:123456789012:a", "Provided ARN is not in SES resource ARN format"),
        (f"{ARN}contact-list/a", "Unsupported resource type: contact-list"),
        (SET.replace("us-east-1", "eu-west-1"), "Resource <{arn}> must be in the same region"),
        (SET.replace("123456789012", "111111111111"), "Resource <{arn}> must be in the same account"),
    ],
)
def test_resources_that_cannot_be_had(shop: Any, call: str, arn: str, message: str) -> None:
    """Not there, or not of SES, of a type, a region or an account that will not do."""
    tenant = {} if call == "list_resource_tenants" else {"TenantName": "shop"}
    with pytest.raises(ClientError) as error:
        getattr(shop, call)(**tenant, ResourceArn=arn)
    code, status = ("NotFoundException", 404) if "does not exist" in message else ("BadRequestException", 400)
    assert refusal(error) == (code, message.format(arn=arn), status)


@pytest.mark.parametrize("call", ["create_tenant_resource_association", "delete_tenant_resource_association"])
def test_associations_of_nobody(shop: Any, call: str) -> None:
    """The tenant is looked for first."""
    with pytest.raises(ClientError) as error:
        getattr(shop, call)(TenantName="none", ResourceArn="none")
    assert refusal(error) == ("NotFoundException", "The requested tenant <none> does not exist.", 404)


def test_parting_what_is_not_associated(shop: Any) -> None:
    """No error."""
    shop.delete_tenant_resource_association(TenantName="shop", ResourceArn=SET)
    assert shop.list_tenant_resources(TenantName="shop")["TenantResources"] == []


@pytest.mark.parametrize(
    ("generation", "call", "params", "arn"),
    [
        ("sesv2", "delete_email_identity", {"EmailIdentity": "example.com"}, IDENTITY),
        ("ses", "delete_identity", {"Identity": "example.com"}, IDENTITY),
        ("sesv2", "delete_configuration_set", {"ConfigurationSetName": "tx"}, SET),
        ("ses", "delete_configuration_set", {"ConfigurationSetName": "tx"}, SET),
        ("sesv2", "delete_email_template", {"TemplateName": "hello"}, TEMPLATE),
        ("ses", "delete_template", {"TemplateName": "hello"}, TEMPLATE),
    ],
)
def test_what_a_tenant_has_cannot_be_deleted(
    ses: Any, shop: Any, generation: str, call: str, params: dict[str, str], arn: str
) -> None:
    """Until it is parted from it, or the tenant itself is gone."""
    associate(shop, arn)
    client = {"ses": ses, "sesv2": shop}[generation]
    with pytest.raises(ClientError) as error:
        getattr(client, call)(**params)
    rest = "because it has tenant associations. Remove all tenant associations and try again."
    assert refusal(error)[1:] == (f"Cannot delete <{arn}> {rest}", 400)
    shop.delete_tenant(TenantName="shop")
    getattr(client, call)(**params)


def test_a_tenant_of_the_same_name_has_nothing(shop: Any) -> None:
    """Associations go with the tenant; the resources stay."""
    associate(shop, SET)
    shop.delete_tenant(TenantName="shop")
    assert shop.list_resource_tenants(ResourceArn=SET)["ResourceTenants"] == []
    shop.create_tenant(TenantName="shop")
    assert shop.list_tenant_resources(TenantName="shop")["TenantResources"] == []
