"""Sending-authorization policies in both API generations."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from .answers import body, refusal

ARN = "arn:aws:ses:us-east-1:123456789012:identity/example.com"
STATEMENT = {
    "Sid": "partner",
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::210987654321:root"},
    "Action": ["ses:SendEmail"],
    "Resource": ARN,
}


def text(*statements: dict[str, Any], **members: Any) -> str:
    """A policy as people write it, with white space."""
    return json.dumps({"Version": "2012-10-17", **members, "Statement": list(statements or [STATEMENT])}, indent=2)


def compact(policy: str) -> str:
    """The same policy without white space."""
    return json.dumps(json.loads(policy), separators=(",", ":"))


@pytest.fixture
def domain(sesv2: Any) -> str:
    """An identity to give policies to."""
    sesv2.create_email_identity(EmailIdentity="example.com")
    return "example.com"


def create(sesv2: Any, name: str = "partner", policy: str | None = None) -> None:
    """Add a policy to example.com."""
    sesv2.create_email_identity_policy(EmailIdentity="example.com", PolicyName=name, Policy=policy or text())


def test_text_comes_back_compact(ses: Any, sesv2: Any, domain: str) -> None:
    """White space goes, all else stays: the order of keys, escapes, what strings hold, in every read."""
    policy = text({**STATEMENT, "Condition": {}}, Id='ü "as  sent"')
    create(sesv2, policy=policy)
    expected = {"partner": compact(policy)}
    assert sesv2.get_email_identity_policies(EmailIdentity=domain)["Policies"] == expected
    assert sesv2.get_email_identity(EmailIdentity=domain)["Policies"] == expected
    assert ses.get_identity_policies(Identity=domain, PolicyNames=["partner"])["Policies"] == expected


def test_update_replaces_the_text(sesv2: Any, domain: str) -> None:
    """One text goes, another comes."""
    create(sesv2)
    policy = text({**STATEMENT, "Action": "ses:*"})
    sesv2.update_email_identity_policy(EmailIdentity=domain, PolicyName="partner", Policy=policy)
    assert sesv2.get_email_identity_policies(EmailIdentity=domain)["Policies"] == {"partner": compact(policy)}


def test_delete_leaves_the_others(sesv2: Any, domain: str) -> None:
    """Only the policy named goes."""
    create(sesv2, "one")
    create(sesv2, "two")
    sesv2.delete_email_identity_policy(EmailIdentity=domain, PolicyName="one")
    assert list(sesv2.get_email_identity_policies(EmailIdentity=domain)["Policies"]) == ["two"]


def test_existing_name_is_refused_by_v2_and_overwritten_by_v1(ses: Any, sesv2: Any, domain: str) -> None:
    """v2 creates, v1 puts."""
    create(sesv2)
    with pytest.raises(ClientError) as error:
        create(sesv2)
    assert refusal(error) == ("AlreadyExistsException", "Policy <partner> already exists", 400)
    policy = text({**STATEMENT, "Effect": "Deny"})
    ses.put_identity_policy(Identity=domain, PolicyName="partner", Policy=policy)
    assert sesv2.get_email_identity_policies(EmailIdentity=domain)["Policies"] == {"partner": compact(policy)}


def test_missing_name_is_a_404_of_v2_only(ses: Any, sesv2: Any, domain: str) -> None:
    """Update and delete of v2 want the policy to be there; the classic delete does not mind."""
    expected = ("NotFoundException", "Policy <partner> does not exist", 404)
    with pytest.raises(ClientError) as error:
        sesv2.update_email_identity_policy(EmailIdentity=domain, PolicyName="partner", Policy=text())
    assert refusal(error) == expected
    with pytest.raises(ClientError) as error:
        sesv2.delete_email_identity_policy(EmailIdentity=domain, PolicyName="partner")
    assert refusal(error) == expected
    assert body(ses.delete_identity_policy(Identity=domain, PolicyName="partner")) == {}


def test_unknown_identity_is_a_404_of_v2_only(ses: Any, sesv2: Any) -> None:
    """v2 wants the identity; the classic Put does not ask, and its policy is there to be read."""
    expected = ("NotFoundException", "Email identity <example.com> does not exist.", 404)
    with pytest.raises(ClientError) as error:
        create(sesv2)
    assert refusal(error) == expected
    with pytest.raises(ClientError) as error:
        sesv2.get_email_identity_policies(EmailIdentity="example.com")
    assert refusal(error) == expected
    assert ses.list_identity_policies(Identity="example.com")["PolicyNames"] == []
    ses.put_identity_policy(Identity="example.com", PolicyName="partner", Policy=text())
    assert ses.list_identity_policies(Identity="example.com")["PolicyNames"] == ["partner"]


def test_classic_reads(ses: Any, sesv2: Any, domain: str) -> None:
    """Names of all, texts of those asked for; unknown names are left out; an ARN does as well as a name."""
    create(sesv2, "one")
    create(sesv2, "two")
    assert sorted(ses.list_identity_policies(Identity=ARN)["PolicyNames"]) == ["one", "two"]
    found = ses.get_identity_policies(Identity=domain, PolicyNames=["two", "three"])["Policies"]
    assert found == {"two": compact(text())}


def test_classic_read_takes_20_names(ses: Any, domain: str) -> None:
    """One name more is refused."""
    asked = [f"p{number}" for number in range(21)]
    assert ses.get_identity_policies(Identity=domain, PolicyNames=asked[:20])["Policies"] == {}
    with pytest.raises(ClientError) as error:
        ses.get_identity_policies(Identity=domain, PolicyNames=asked)
    assert refusal(error)[::2] == ("InvalidParameterValue", 400)


def test_twenty_policies_an_identity(ses: Any, sesv2: Any, domain: str) -> None:
    """The 21st is refused, by a code of its own in v2; one that is there can still be replaced."""
    for number in range(20):
        create(sesv2, f"p{number}")
    message = "Number of policies for <example.com> exceeds max allowed number of policies per resource"
    with pytest.raises(ClientError) as error:
        create(sesv2)
    assert refusal(error) == ("LimitExceededException", message, 400)
    with pytest.raises(ClientError) as error:
        ses.put_identity_policy(Identity=domain, PolicyName="partner", Policy=text())
    assert refusal(error) == ("InvalidParameterValue", message, 400)
    ses.put_identity_policy(Identity=domain, PolicyName="p0", Policy=text())


def test_policy_names(ses: Any, sesv2: Any, domain: str) -> None:
    """Letters, digits, dashes and underscores, 64 at most."""
    message = "PolicyName is invalid. Policy names must only include alpha-numeric characters, dashes, and underscores."
    with pytest.raises(ClientError) as error:
        create(sesv2, "bad name")
    assert refusal(error) == ("BadRequestException", message, 400)
    with pytest.raises(ClientError) as error:
        ses.put_identity_policy(Identity=domain, PolicyName="bad.name", Policy=text())
    assert refusal(error) == ("InvalidParameterValue", message, 400)
    with pytest.raises(ClientError) as error:
        create(sesv2, "a" * 65)
    assert refusal(error) == (
        "BadRequestException",
        "1 validation error detected: Value at 'policyName' failed to satisfy constraint: Member must have length less than or equal to 64",
        400,
    )


@pytest.mark.parametrize(
    "policy",
    [
        "{",
        "[]",
        json.dumps({"Version": "2012-10-17", "Statement": []}),
        text({**STATEMENT, "Effect": "allow"}),
        text({key: value for key, value in STATEMENT.items() if key != "Principal"}),
        text({key: value for key, value in STATEMENT.items() if key != "Action"}),
        text({**STATEMENT, "Resource": "*"}),
        text({**STATEMENT, "Resource": ARN.replace("us-east-1", "eu-west-1")}),
        text({**STATEMENT, "Resource": ARN.replace("123456789012", "210987654321")}),
        text(STATEMENT, {**STATEMENT, "Resource": ARN.replace("example.com", "example.org")}),
        text({**STATEMENT, "Sid": "s" * 4096}),
    ],
)
def test_policies_that_are_refused(ses: Any, sesv2: Any, domain: str, policy: str) -> None:
    """Not JSON, no statement, or one without effect, principal, action or this very identity; more than 4 KB."""
    with pytest.raises(ClientError) as error:
        create(sesv2, policy=policy)
    assert refusal(error)[::2] == ("BadRequestException", 400)
    with pytest.raises(ClientError) as error:
        ses.put_identity_policy(Identity=domain, PolicyName="partner", Policy=policy)
    assert refusal(error)[::2] == ("InvalidPolicy", 400)


def test_single_statement_and_list_of_one_resource(sesv2: Any, domain: str) -> None:
    """A statement need not stand in a list, a resource may."""
    policy = json.dumps({"Version": "2012-10-17", "Statement": {**STATEMENT, "Resource": [ARN]}})
    create(sesv2, policy=policy)
    assert sesv2.get_email_identity_policies(EmailIdentity=domain)["Policies"] == {"partner": compact(policy)}


def test_arn_without_an_account(ses: Any, sesv2: Any, domain: str) -> None:
    """Clients that do not ask for their account leave it out of the ARNs that they make."""
    arn = ARN.replace("123456789012", "")
    create(sesv2, policy=text({**STATEMENT, "Resource": arn}))
    assert ses.list_identity_policies(Identity=arn)["PolicyNames"] == ["partner"]


def test_policies_go_with_their_identity(ses: Any, sesv2: Any, domain: str) -> None:
    """A domain made again has none."""
    create(sesv2)
    ses.delete_identity(Identity=domain)
    sesv2.create_email_identity(EmailIdentity=domain)
    assert sesv2.get_email_identity_policies(EmailIdentity=domain)["Policies"] == {}


def test_a_policy_may_be_called_anything(sesv2: Any, domain: str) -> None:
    """Names that mean something inside the emulator are names like any other."""
    create(sesv2, "tags")
    assert list(sesv2.get_email_identity_policies(EmailIdentity=domain)["Policies"]) == ["tags"]
