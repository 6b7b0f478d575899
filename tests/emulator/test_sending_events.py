"""Who hears of a message: destinations of sets, topics of identities."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sesops.emulator import Emulator

from .mail import Send, heard, listen

pytestmark = pytest.mark.usefixtures("sender")


def test_destinations_that_are_off_hear_nothing(sesv2: Any, sns: Any, emulator: Emulator, send: Send) -> None:
    """Nor those of other types."""
    topic = listen(sesv2, sns, "BOUNCE")
    send("ann@example.org", ConfigurationSetName="tx")
    sesv2.update_configuration_set_event_destination(
        ConfigurationSetName="tx",
        EventDestinationName="events",
        EventDestination={"MatchingEventTypes": ["SEND"], "SnsDestination": {"TopicArn": topic}},
    )
    send("ann@example.org", ConfigurationSetName="tx")
    assert heard(emulator, topic) == []


def test_topics_of_an_identity(ses: Any, sns: Any, emulator: Emulator, send: Send) -> None:
    """With headers only where they are asked for; a more specific identity has its own settings."""
    topic = sns.create_topic(Name="feedback")["TopicArn"]
    for kind in ("Bounce", "Delivery"):
        ses.set_identity_notification_topic(Identity="example.com", NotificationType=kind, SnsTopic=topic)
    ses.set_identity_headers_in_notifications_enabled(Identity="example.com", NotificationType="Bounce", Enabled=True)
    send("bounce@simulator.amazonses.com", "ann@example.org")
    by_type = {one["notificationType"]: one for one in heard(emulator, topic)}
    assert "headers" in by_type["Bounce"]["mail"]
    assert "headers" not in by_type["Delivery"]["mail"]
    ses.verify_email_identity(EmailAddress="shop@example.com")
    send("ann@example.org")
    assert len(heard(emulator, topic)) == 2


def test_a_topic_that_is_gone_is_taken_out_of_the_identity(ses: Any, sns: Any, send: Send) -> None:
    """And forwarding is back on; a delivery topic stays."""
    topic = sns.create_topic(Name="feedback")["TopicArn"]
    for kind in ("Bounce", "Complaint", "Delivery"):
        ses.set_identity_notification_topic(Identity="example.com", NotificationType=kind, SnsTopic=topic)
    ses.set_identity_feedback_forwarding_enabled(Identity="example.com", ForwardingEnabled=False)
    sns.delete_topic(TopicArn=topic)
    send("bounce@simulator.amazonses.com", "success@simulator.amazonses.com")
    shown = ses.get_identity_notification_attributes(Identities=["example.com"])["NotificationAttributes"][
        "example.com"
    ]
    assert "BounceTopic" not in shown
    assert shown["ForwardingEnabled"] is True
    assert (shown["ComplaintTopic"], shown["DeliveryTopic"]) == (topic, topic)


def test_metrics_of_a_set(session: Any, sesv2: Any, send: Send) -> None:
    """A dimension has the value of a tag, else its default."""
    sesv2.create_configuration_set(ConfigurationSetName="tx")
    dimension = {"DimensionName": "campaign", "DimensionValueSource": "MESSAGE_TAG", "DefaultDimensionValue": "none"}
    sesv2.create_configuration_set_event_destination(
        ConfigurationSetName="tx",
        EventDestinationName="metrics",
        EventDestination={
            "Enabled": True,
            "MatchingEventTypes": ["SEND"],
            "CloudWatchDestination": {"DimensionConfigurations": [dimension]},
        },
    )
    send("ann@example.org", ConfigurationSetName="tx", EmailTags=[{"Name": "campaign", "Value": "spring"}])
    send("ann@example.org", ConfigurationSetName="tx")
    metrics = session.client("cloudwatch").list_metrics(Namespace="AWS/SES")["Metrics"]
    assert sorted(one["Dimensions"][0]["Value"] for one in metrics) == ["none", "spring"]


def test_records_of_a_stream_and_events_of_a_bus(session: Any, sesv2: Any, s3: Any, send: Send) -> None:
    """The stream writes what it gets into its bucket."""
    s3.create_bucket(Bucket="lake")
    role = "arn:aws:iam::123456789012:role/firehose"
    stream = session.client("firehose").create_delivery_stream(
        DeliveryStreamName="events",
        ExtendedS3DestinationConfiguration={"RoleARN": role, "BucketARN": "arn:aws:s3:::lake"},
    )["DeliveryStreamARN"]
    sesv2.create_configuration_set(ConfigurationSetName="tx")
    bus = "arn:aws:events:us-east-1:123456789012:event-bus/default"
    for name, target in (
        ("lake", {"KinesisFirehoseDestination": {"DeliveryStreamArn": stream, "IamRoleArn": role}}),
        ("bus", {"EventBridgeDestination": {"EventBusArn": bus}}),
    ):
        sesv2.create_configuration_set_event_destination(
            ConfigurationSetName="tx",
            EventDestinationName=name,
            EventDestination={"Enabled": True, "MatchingEventTypes": ["SEND"], **target},
        )
    message_id = send("ann@example.org", ConfigurationSetName="tx")
    (written,) = s3.list_objects_v2(Bucket="lake")["Contents"]
    event = json.loads(s3.get_object(Bucket="lake", Key=written["Key"])["Body"].read())
    assert (event["eventType"], event["mail"]["messageId"]) == ("Send", message_id)
