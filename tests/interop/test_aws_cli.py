"""The AWS command line, with a botocore of its own from 2024, as somebody at a terminal types it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

Aws = Callable[..., Any]


@pytest.fixture
def aws(program, surroundings) -> Aws:
    """`aws("ses", "list-identities")`: its answer; or, where it was refused, the text on stderr."""

    def run(*arguments: str) -> Any:
        ended = subprocess.run(
            [program("awscli", "aws"), *arguments, "--output", "json"], env=surroundings, text=True,
            capture_output=True, timeout=120, check=False,
        )  # fmt: skip
        if ended.returncode:
            return ended.stderr.strip()
        return json.loads(ended.stdout) if ended.stdout.strip() else {}

    return run


def test_a_domain_from_one_generation_to_the_other(aws: Aws):
    """Verified by the first API, set up by the second, and read by the first again."""
    assert len(aws("ses", "verify-domain-identity", "--domain", "example.com")["VerificationToken"]) == 44
    assert aws("sesv2", "put-email-identity-mail-from-attributes", "--email-identity", "example.com",
               "--mail-from-domain", "bounce.example.com", "--behavior-on-mx-failure", "REJECT_MESSAGE") == {}  # fmt: skip
    read = aws("ses", "get-identity-mail-from-domain-attributes", "--identities", "example.com")
    assert read["MailFromDomainAttributes"]["example.com"] == {
        "MailFromDomain": "bounce.example.com",
        "MailFromDomainStatus": "Success",
        "BehaviorOnMXFailure": "RejectMessage",
    }
    identities = aws("sesv2", "list-email-identities")["EmailIdentities"]
    assert [one["IdentityName"] for one in identities] == ["example.com"]


def test_waiting_for_an_identity(aws: Aws):
    """The waiter polls and ends."""
    aws("ses", "verify-email-identity", "--email-address", "ops@example.net")
    assert aws("ses", "wait", "identity-exists", "--identities", "ops@example.net") == {}


def test_a_set_with_its_destination_and_topic(aws: Aws):
    """The topic is SNS's, beside SES."""
    topic = aws("sns", "create-topic", "--name", "feedback")["TopicArn"]
    assert aws("sesv2", "create-configuration-set", "--configuration-set-name", "tx") == {}
    destination = {"Enabled": True, "MatchingEventTypes": ["BOUNCE"], "SnsDestination": {"TopicArn": topic}}
    assert aws("sesv2", "create-configuration-set-event-destination", "--configuration-set-name", "tx",
               "--event-destination-name", "feedback", "--event-destination", json.dumps(destination)) == {}  # fmt: skip
    read = aws("ses", "describe-configuration-set", "--configuration-set-name", "tx",
               "--configuration-set-attribute-names", "eventDestinations")  # fmt: skip
    assert read["EventDestinations"] == [
        {"Name": "feedback", "Enabled": True, "MatchingEventTypes": ["bounce"], "SNSDestination": {"TopicARN": topic}}
    ]


def test_receiving(aws: Aws):
    """A rule set is made, filled, activated and described."""
    aws("ses", "create-receipt-rule-set", "--rule-set-name", "inbound")
    rule = {"Name": "all", "Enabled": True, "Actions": [{"StopAction": {"Scope": "RuleSet"}}]}
    assert aws("ses", "create-receipt-rule", "--rule-set-name", "inbound", "--rule", json.dumps(rule)) == {}
    assert aws("ses", "set-active-receipt-rule-set", "--rule-set-name", "inbound") == {}
    active = aws("ses", "describe-active-receipt-rule-set")
    assert [one["Name"] for one in active["Rules"]] == ["all"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("sesv2", "get-email-identity", "--email-identity", "nobody.example"), "NotFoundException"),
        (("ses", "describe-receipt-rule-set", "--rule-set-name", "none"), "RuleSetDoesNotExist"),
        (("ses", "get-send-statistics"), "InvalidAction"),
        (("sesv2", "list-recommendations"), "UnknownOperationException"),
    ],
)
def test_a_refusal_is_read_as_one(aws: Aws, words, code):
    """The client finds the code where it looks for it, for operations that are not there as well."""
    assert f"An error occurred ({code})" in aws(*words)
