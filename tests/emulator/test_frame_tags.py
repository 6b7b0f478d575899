"""Tags of SES resources, and the listing of all that is tagged."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from sesops.emulator import Emulator

from .answers import refusal

SET = {"ConfigurationSetName": "a"}


def _custom_verification_template(sesv2: Any) -> None:
    sesv2.create_email_identity(EmailIdentity="example.com")
    sesv2.create_custom_verification_email_template(
        TemplateName="v",
        FromEmailAddress="ops@example.com",
        TemplateSubject="s",
        TemplateContent="c",
        SuccessRedirectionURL="https://example.com/yes",
        FailureRedirectionURL="https://example.com/no",
    )


ARNS: dict[str, Callable[[Any], Any]] = {
    "identity/example.com": lambda sesv2: sesv2.create_email_identity(EmailIdentity="example.com"),
    "configuration-set/a": lambda sesv2: sesv2.create_configuration_set(**SET),
    "dedicated-ip-pool/p": lambda sesv2: sesv2.create_dedicated_ip_pool(PoolName="p"),
    "template/t": lambda sesv2: sesv2.create_email_template(TemplateName="t", TemplateContent={"Subject": "s"}),
    "custom-verification-email-template/v": _custom_verification_template,
    "contact-list/c": lambda sesv2: sesv2.create_contact_list(ContactListName="c"),
    "multi-region-endpoint/e": lambda sesv2: sesv2.create_multi_region_endpoint(
        EndpointName="e", Details={"RoutesDetails": [{"Region": "eu-west-1"}]}
    ),
}
PREFIX = "arn:aws:ses:us-east-1:123456789012:"


def tags(**pairs: str) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in pairs.items()]


@pytest.mark.parametrize("resource", ARNS)
def test_tag_untag_list(sesv2: Any, resource: str) -> None:
    """Tags merge and overwrite; missing keys may be taken away; an empty value is a value."""
    ARNS[resource](sesv2)
    arn = PREFIX + resource
    sesv2.tag_resource(ResourceArn=arn, Tags=tags(a="1", b=""))
    sesv2.tag_resource(ResourceArn=arn, Tags=tags(a="2", c="3"))
    sesv2.untag_resource(ResourceArn=arn, TagKeys=["c", "never"])
    assert sesv2.list_tags_for_resource(ResourceArn=arn)["Tags"] == tags(a="2", b="")


@pytest.mark.parametrize(
    ("resource", "text"),
    [
        ("identity/example.com", "No EmailIdentity present with name: example.com"),
        ("configuration-set/a", "No ConfigurationSet present with name: a"),
        ("dedicated-ip-pool/p", "No DedicatedIpPool present with name: p"),
        ("template/t", "No Template present with name: t"),
        (
            "custom-verification-email-template/v",
            "No CustomVerificationEmailTemplate present with name: v",
        ),
        ("contact-list/c", "No ContactList present with name: c"),
        ("multi-region-endpoint/e", "No MultiRegionEndpoint present with name: e"),
    ],
)
def test_tags_of_what_is_not_there(sesv2: Any, resource: str, text: str) -> None:
    """A 404 for each of the three."""
    calls: list[Callable[[], Any]] = [
        lambda: sesv2.list_tags_for_resource(ResourceArn=PREFIX + resource),
        lambda: sesv2.tag_resource(ResourceArn=PREFIX + resource, Tags=tags(a="1")),
        lambda: sesv2.untag_resource(ResourceArn=PREFIX + resource, TagKeys=["a"]),
    ]
    for call in calls:
        with pytest.raises(ClientError) as error:
            call()
        assert refusal(error) == ("NotFoundException", text, 404)


def test_untagging_of_no_keys(sesv2: Any) -> None:
    """A query that names none is a list that is too short."""
    sesv2.create_configuration_set(ConfigurationSetName="a")
    with pytest.raises(ClientError, match=r"Value at 'tagKeys' .* length greater than or equal to 1"):
        sesv2.untag_resource(ResourceArn=f"{PREFIX}configuration-set/a", TagKeys=[])


@pytest.mark.parametrize(
    "arn", ["nonsense", f"{PREFIX.replace('us-east-1', 'eu-west-1')}identity/a", f"{PREFIX}receipt-rule-set/a"]
)
def test_arns_that_cannot_be_tagged(sesv2: Any, arn: str) -> None:
    """Another region's, another kind's, or none."""
    with pytest.raises(ClientError) as error:
        sesv2.tag_resource(ResourceArn=arn, Tags=tags(a="1"))
    assert refusal(error) == ("BadRequestException", "Failed to tag resource", 400)


def test_a_thing_under_the_arn_of_another_region(sesv2: Any) -> None:
    """It is found, but as one without tags, and cannot be tagged or untagged so."""
    sesv2.create_configuration_set(**SET, Tags=tags(a="1"))
    arn = f"{PREFIX.replace('us-east-1', 'eu-west-1')}configuration-set/a"
    assert sesv2.list_tags_for_resource(ResourceArn=arn)["Tags"] == []
    with pytest.raises(ClientError) as error:
        sesv2.untag_resource(ResourceArn=arn, TagKeys=["a"])
    assert refusal(error) == ("BadRequestException", "Failed to untag resource", 400)


def test_tags_are_listed_by_key(sesv2: Any) -> None:
    """Whatever their order was."""
    sesv2.create_configuration_set(**SET, Tags=tags(b="1", a="2"))
    assert sesv2.list_tags_for_resource(ResourceArn=f"{PREFIX}configuration-set/a")["Tags"] == tags(a="2", b="1")


VALUE = "Value at 'tags.2.member.value'"
LONGER = "failed to satisfy constraint: Member must have length less than or equal to"
MANY = "Maximum of 50 user tags are allowed per resource, consider reducing the number of tags in the request"


@pytest.mark.parametrize(
    ("wish", "text"),
    [
        (tags(**{"aws:x": "1"}), "Caller is an end user and not allowed to mutate system tags"),
        (tags(**{"AWS:x": "1"}), "Caller is an end user and not allowed to mutate system tags"),
        (tags(**{"k" * 129: "1"}), f"1 validation error detected: Value at 'tags.1.member.key' {LONGER} 128"),
        (
            tags(a="1", **{"k" * 129: "v" * 257}),
            f"2 validation errors detected: {VALUE} {LONGER} 256; Value at 'tags.2.member.key' {LONGER} 128",
        ),
        (tags(a="1") + tags(a="2"), "Cannot provide multiple tags with the same key"),
        (tags(**{f"k{number}": "v" for number in range(51)}), MANY),
        (tags(**{"": "1"}), "A tag key must not be empty."),
        (
            tags(a="one!"),
            "Tags can only contain letters, numbers, spaces, and the following special characters: _ . : / = + - @",
        ),
        (
            [],
            f"1 validation error detected: Value at 'tags' {LONGER.replace('less', 'greater')} 1",
        ),
    ],
)
def test_tags_that_are_refused(sesv2: Any, wish: list[dict[str, str]], text: str) -> None:
    """Reserved, too long, twice, too many, none, of what tags cannot have; and nothing is changed."""
    sesv2.create_configuration_set(**SET)
    with pytest.raises(ClientError) as error:
        sesv2.tag_resource(ResourceArn=f"{PREFIX}configuration-set/a", Tags=wish)
    assert refusal(error) == ("BadRequestException", text, 400)
    assert sesv2.list_tags_for_resource(ResourceArn=f"{PREFIX}configuration-set/a")["Tags"] == []


def test_tags_of_any_script(sesv2: Any) -> None:
    """Letters, numbers and spaces, and the signs that tags may have."""
    wish = tags(**{"Stra\u00dfe \u6771\u4eac_.:/=+-@9": "\u00a0aws:x"})
    sesv2.create_configuration_set(**SET, Tags=wish)
    assert sesv2.get_configuration_set(**SET)["Tags"] == wish


def test_fifty_tags_in_all(sesv2: Any) -> None:
    """The limit counts what is there already."""
    arn = f"{PREFIX}configuration-set/a"
    sesv2.create_configuration_set(**SET, Tags=tags(**{f"k{number}": "v" for number in range(50)}))
    sesv2.tag_resource(ResourceArn=arn, Tags=tags(k0="w"))
    with pytest.raises(ClientError) as error:
        sesv2.tag_resource(ResourceArn=arn, Tags=tags(new="v"))
    assert refusal(error)[:2] == ("BadRequestException", f"{MANY} or delete existing tags and retry")


@pytest.fixture
def listing(emulator: Emulator, session: boto3.session.Session) -> Callable[..., list[str]]:
    """The ARNs that tag:GetResources lists, without what is the same in all."""
    client = session.client("resourcegroupstaggingapi")

    def listed(**filters: Any) -> list[str]:
        pages = client.get_paginator("get_resources").paginate(**filters)
        arns = [each["ResourceARN"] for page in pages for each in page["ResourceTagMappingList"]]
        return [":".join([arn.split(":")[2], arn.split(":", 5)[5]]) for arn in arns]

    return listed


@pytest.fixture
def tagged(sesv2: Any, sns: Any) -> None:
    """One of each kind, tagged, and one of each kind that is not."""
    sesv2.create_configuration_set(**SET, Tags=tags(stack="x", team="mail"))
    sesv2.create_email_identity(EmailIdentity="example.com", Tags=tags(stack="x"))
    sesv2.create_dedicated_ip_pool(PoolName="p", Tags=tags(stack="y"))
    sns.create_topic(Name="t", Tags=tags(stack="x"))
    sesv2.create_configuration_set(ConfigurationSetName="untagged")
    sns.create_topic(Name="untagged")


@pytest.mark.usefixtures("tagged")
@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, ["ses:configuration-set/a", "ses:dedicated-ip-pool/p", "ses:identity/example.com", "sns:t"]),
        ({"ResourceTypeFilters": ["ses"]}, ["ses:configuration-set/a", "ses:dedicated-ip-pool/p", "ses:identity/example.com"]),
        ({"ResourceTypeFilters": ["ses:identity", "sns:topic"]}, ["ses:identity/example.com", "sns:t"]),
        ({"ResourceTypeFilters": ["sns"]}, ["sns:t"]),
        ({"ResourceTypeFilters": ["s3"]}, []),
        ({"TagFilters": [{"Key": "stack", "Values": ["x"]}]}, ["ses:configuration-set/a", "ses:identity/example.com", "sns:t"]),
        ({"TagFilters": [{"Key": "stack", "Values": ["x", "y"]}, {"Key": "team"}]}, ["ses:configuration-set/a"]),
        ({"TagFilters": [{"Key": "stack", "Values": ["z"]}]}, []),
        ({"ResourceARNList": [f"{PREFIX}configuration-set/a"]}, ["ses:configuration-set/a"]),
    ],
)  # fmt: skip
def test_listing_of_tagged_resources(listing: Any, filters: dict[str, Any], found: list[str]) -> None:
    """Only what is tagged, only what passes every filter."""
    assert listing(**filters) == found


def test_listing_shows_tags(session: boto3.session.Session, sesv2: Any) -> None:
    """As key and value."""
    sesv2.create_configuration_set(**SET, Tags=tags(stack="x", team=""))
    answer = session.client("resourcegroupstaggingapi").get_resources()
    assert answer["PaginationToken"] == ""
    assert answer["ResourceTagMappingList"] == [
        {"ResourceARN": f"{PREFIX}configuration-set/a", "Tags": tags(stack="x", team="")}
    ]


def test_listing_follows_changes(listing: Any, sesv2: Any, sns: Any) -> None:
    """Untagged and deleted things leave it, in SES and in SNS."""
    for name in ("a", "b"):
        sesv2.create_configuration_set(ConfigurationSetName=name, Tags=tags(stack="x"))
    arns = [sns.create_topic(Name=name, Tags=tags(stack="x"))["TopicArn"] for name in ("t", "u")]
    sesv2.delete_configuration_set(**SET)
    sesv2.untag_resource(ResourceArn=f"{PREFIX}configuration-set/b", TagKeys=["stack"])
    sns.delete_topic(TopicArn=arns[0])
    sns.untag_resource(ResourceArn=arns[1], TagKeys=["stack"])
    assert listing() == []


@pytest.mark.parametrize("resource", ARNS)
def test_everything_that_can_be_tagged_is_listed(listing: Any, sesv2: Any, resource: str) -> None:
    """As it is tagged, and by the type that its ARN names."""
    ARNS[resource](sesv2)
    assert listing() == []
    sesv2.tag_resource(ResourceArn=PREFIX + resource, Tags=tags(stack="x"))
    kind = resource.partition("/")[0]
    assert listing(ResourceTypeFilters=[f"ses:{kind}"]) == [f"ses:{resource}"]


def test_tenants_are_listed_with_their_ids(listing: Any, sesv2: Any) -> None:
    """Their ARNs have both."""
    arn = sesv2.create_tenant(TenantName="shop", Tags=tags(stack="x"))["TenantArn"]
    assert listing(ResourceTypeFilters=["ses:tenant"]) == [f"ses:{arn.removeprefix(PREFIX)}"]
    sesv2.delete_tenant(TenantName="shop")
    assert listing() == []


def test_listing_lags_when_asked_to(emulator: Emulator, listing: Any, sesv2: Any, sns: Any) -> None:
    """It shows what was: new tags late, and deleted things a while longer."""
    emulator.settings.tag_lag = timedelta(minutes=5)
    sesv2.create_configuration_set(**SET, Tags=tags(stack="x"))
    sns.create_topic(Name="t", Tags=tags(stack="x"))
    assert listing() == []
    emulator.clock.advance(timedelta(minutes=5))
    sesv2.delete_configuration_set(**SET)
    assert listing() == ["ses:configuration-set/a", "sns:t"]
    emulator.clock.advance(timedelta(minutes=5))
    assert listing() == ["sns:t"]


def test_listing_in_pages_of_a_hundred(emulator: Emulator, session: boto3.session.Session) -> None:
    """Every page but the last has a token, and a token of somewhere else is refused."""
    with emulator.context("123456789012", "us-east-1") as context:
        for number in range(250):
            context.store.put("configuration_set", f"s{number}", {"tags": {"stack": "x"}})
    client = session.client("resourcegroupstaggingapi")
    pages = list(client.get_paginator("get_resources").paginate())
    assert [len(page["ResourceTagMappingList"]) for page in pages] == [100, 100, 50]
    elsewhere = session.client("resourcegroupstaggingapi", region_name="eu-west-1")
    with pytest.raises(ClientError) as error:
        elsewhere.get_resources(PaginationToken=pages[0]["PaginationToken"])
    assert refusal(error)[0] == "PaginationTokenExpiredException"


def test_arn_without_an_account_is_of_ours(sesv2: Any) -> None:
    """Terraform leaves the account out when it is told not to ask for it."""
    sesv2.create_configuration_set(**SET, Tags=tags(stack="x"))
    arn = "arn:aws:ses:us-east-1::configuration-set/a"
    assert sesv2.list_tags_for_resource(ResourceArn=arn)["Tags"] == tags(stack="x")
