"""Subscriptions: what SNS shows of those that nobody has confirmed yet, and what it refuses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from sesops.emulator import Emulator

ACCOUNT, REGION = "123456789012", "eu-west-1"
HOOK = {"Protocol": "https", "Endpoint": "https://hooks.example.com/ses"}
QUEUE = {"Protocol": "sqs", "Endpoint": f"arn:aws:sqs:{REGION}:{ACCOUNT}:q"}


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    made = Emulator()
    made.settings.confirmation = timedelta(hours=1)
    yield made
    made.close()


@pytest.fixture
def sns(emulator: Emulator) -> Any:
    session = boto3.session.Session(ACCOUNT, "secret", region_name=REGION)
    emulator.attach(session)
    return session.client("sns", config=Config(retries={"total_max_attempts": 1}))


@pytest.fixture
def topic(sns: Any) -> str:
    arn: str = sns.create_topic(Name="t")["TopicArn"]
    return arn


def listed(sns: Any, topic: str) -> list[str]:
    return [one["SubscriptionArn"] for one in sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]]


@pytest.mark.parametrize(
    ("protocol", "endpoint"),
    [
        ("https", HOOK["Endpoint"]),
        ("http", "http://a.example"),
        ("email", "a@b.example"),
        ("email-json", "a@b.example"),
    ],
)
def test_webhooks_and_mailboxes_confirm_first(
    emulator: Emulator, sns: Any, topic: str, protocol: str, endpoint: str
) -> None:
    """Until then there is a literal in place of the ARN; once time has passed there is the ARN."""
    made = sns.subscribe(TopicArn=topic, Protocol=protocol, Endpoint=endpoint)
    assert made["SubscriptionArn"] == "pending confirmation"
    assert listed(sns, topic) == ["PendingConfirmation"]
    assert [one["SubscriptionArn"] for one in sns.list_subscriptions()["Subscriptions"]] == ["PendingConfirmation"]
    emulator.clock.advance(timedelta(hours=2))
    assert [one.startswith(f"{topic}:") for one in listed(sns, topic)] == [True]


def test_others_are_confirmed_at_once(sns: Any, topic: str) -> None:
    """A queue's owner is the caller."""
    made = sns.subscribe(TopicArn=topic, **QUEUE)["SubscriptionArn"]
    assert listed(sns, topic) == [made]


def test_the_arn_of_one_that_waits_is_told_who_asks_for_it(sns: Any, topic: str) -> None:
    """Its attributes can be read by it, it cannot be ended, and a token confirms it."""
    arn = sns.subscribe(TopicArn=topic, ReturnSubscriptionArn=True, **HOOK)["SubscriptionArn"]
    assert sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]["PendingConfirmation"] == "true"
    with pytest.raises(ClientError, match="pending confirmation"):
        sns.unsubscribe(SubscriptionArn=arn)
    with pytest.raises(ClientError, match="Invalid parameter: Token"):
        sns.confirm_subscription(TopicArn=topic, Token="guessed")
    confirmed = sns.confirm_subscription(TopicArn=topic, Token=arn.rpartition(":")[2])
    assert confirmed["SubscriptionArn"] == arn
    assert listed(sns, topic) == [arn]
    assert sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]["PendingConfirmation"] == "false"
    sns.unsubscribe(SubscriptionArn=arn)
    assert listed(sns, topic) == []


def test_a_topic_counts_them(sns: Any, topic: str) -> None:
    """Those that wait and the others, each for itself."""
    sns.subscribe(TopicArn=topic, **HOOK)
    sns.subscribe(TopicArn=topic, **QUEUE)
    held = sns.get_topic_attributes(TopicArn=topic)["Attributes"]
    assert (held["SubscriptionsPending"], held["SubscriptionsConfirmed"]) == ("1", "1")


def test_subscribing_again_changes_nothing(emulator: Emulator, sns: Any, topic: str) -> None:
    """One that is confirmed stays so."""
    sns.subscribe(TopicArn=topic, **HOOK)
    emulator.clock.advance(timedelta(hours=2))
    [arn] = listed(sns, topic)
    assert sns.subscribe(TopicArn=topic, **HOOK)["SubscriptionArn"] == arn
    assert listed(sns, topic) == [arn]


def test_a_topic_takes_them_along(sns: Any, topic: str) -> None:
    """A new topic of the name has none."""
    sns.subscribe(TopicArn=topic, **HOOK)
    sns.delete_topic(TopicArn=topic)
    sns.create_topic(Name="t")
    assert listed(sns, topic) == []


def test_by_default_a_subscriber_confirms_at_once(sns: Any, topic: str, emulator: Emulator) -> None:
    """The answer to Subscribe comes before that all the same."""
    emulator.settings.confirmation = timedelta(0)
    assert sns.subscribe(TopicArn=topic, **HOOK)["SubscriptionArn"] == "pending confirmation"
    assert [one.startswith(topic) for one in listed(sns, topic)] == [True]


@pytest.mark.parametrize(
    ("protocol", "endpoint", "attributes", "message"),
    [
        ("https", "http://hooks.example.com", {}, "must match the specified protocol"),
        ("email", "nobody", {}, "Email address"),
        ("email", "a@b.example", {"RawMessageDelivery": "true"}, "does not support raw message delivery"),
        ("firehose", "arn:aws:firehose:eu-west-1:123456789012:deliverystream/s", {}, "SubscriptionRoleArn"),
    ],
)
def test_what_no_subscription_can_be(
    sns: Any, topic: str, protocol: str, endpoint: str, attributes: dict[str, str], message: str
) -> None:
    """Refused, and none is made."""
    with pytest.raises(ClientError, match=message):
        sns.subscribe(TopicArn=topic, Protocol=protocol, Endpoint=endpoint, Attributes=attributes)
    assert listed(sns, topic) == []


def test_attributes_are_refused_later_too(sns: Any, topic: str) -> None:
    """Raw delivery by its protocol, a redrive policy without content, and a name that is no ARN."""
    function = {"Protocol": "lambda", "Endpoint": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:f"}
    arn = sns.subscribe(TopicArn=topic, **function)["SubscriptionArn"]
    for name, value in (("RawMessageDelivery", "true"), ("RedrivePolicy", "")):
        with pytest.raises(ClientError, match="InvalidParameter"):
            sns.set_subscription_attributes(SubscriptionArn=arn, AttributeName=name, AttributeValue=value)
    with pytest.raises(ClientError, match="at least 6 elements, not 1"):
        sns.get_subscription_attributes(SubscriptionArn="PendingConfirmation")


def test_functions_are_not_run(emulator: Emulator, sns: Any, topic: str) -> None:
    """One that is subscribed hears nothing, whether it is there or not; a message to it is no error."""
    function = {"Protocol": "lambda", "Endpoint": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:f"}
    sns.subscribe(TopicArn=topic, **function)
    sns.publish(TopicArn=topic, Message=json.dumps({"hello": 1}))
    assert emulator.messages(topic) == ['{"hello": 1}']
