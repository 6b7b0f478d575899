"""Event destinations in both API generations."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from sesops.emulator import Emulator

from .answers import refusal

SET = {"ConfigurationSetName": "one"}
BUS = "arn:aws:events:us-east-1:123456789012:event-bus/default"
TO_BUS = {"MatchingEventTypes": ["SEND"], "EventBridgeDestination": {"EventBusArn": BUS}}
VALIDATED = "Successfully validated SNS topic for Amazon SES event publishing."


@pytest.fixture(autouse=True)
def one_set(sesv2: Any) -> None:
    """A set to hang destinations on."""
    sesv2.create_configuration_set(**SET)


def dimension(**members: str) -> dict[str, str]:
    """A dimension that SES takes, but for `members`."""
    sound = {"DimensionName": "campaign", "DimensionValueSource": "MESSAGE_TAG", "DefaultDimensionValue": "none"}
    return {**sound, **members}


def to_cloudwatch(*dimensions: dict[str, str]) -> dict[str, Any]:
    """A definition that sends to CloudWatch."""
    return {
        "MatchingEventTypes": ["SEND"],
        "CloudWatchDestination": {"DimensionConfigurations": list(dimensions)},
    }


def create(sesv2: Any, name: str, definition: dict[str, Any]) -> None:
    sesv2.create_configuration_set_event_destination(**SET, EventDestinationName=name, EventDestination=definition)


def shown(sesv2: Any) -> list[dict[str, Any]]:
    destinations: list[dict[str, Any]] = sesv2.get_configuration_set_event_destinations(**SET)["EventDestinations"]
    return destinations


def test_destination_reads_back_with_its_defaults(sesv2: Any) -> None:
    """Enabled is false when it was not said; only the target given is there."""
    create(sesv2, "bus", TO_BUS)
    assert shown(sesv2) == [{"Name": "bus", "Enabled": False, **TO_BUS}]


def test_event_types_come_in_an_order_of_their_own(sesv2: Any) -> None:
    """Who compares them as a list sees a difference that is none."""
    create(sesv2, "bus", {**TO_BUS, "MatchingEventTypes": ["SUBSCRIPTION", "BOUNCE", "SEND"]})
    assert shown(sesv2)[0]["MatchingEventTypes"] == ["SEND", "BOUNCE", "SUBSCRIPTION"]


def test_sns_destination_publishes_a_validation_message(emulator: Emulator, sesv2: Any, sns: Any) -> None:
    """Creation tells the topic's subscribers; an update tells them only of another topic."""
    topic = sns.create_topic(Name="events")["TopicArn"]
    definition = {"MatchingEventTypes": ["BOUNCE"], "SnsDestination": {"TopicArn": topic}}
    create(sesv2, "sns", definition)
    sesv2.update_configuration_set_event_destination(
        **SET, EventDestinationName="sns", EventDestination={**definition, "Enabled": True}
    )
    assert emulator.messages(topic) == [VALIDATED]


def test_update_to_another_topic_validates_that_one(emulator: Emulator, sesv2: Any, sns: Any) -> None:
    """The new topic is told, the old one nothing more."""
    old, new = (sns.create_topic(Name=name)["TopicArn"] for name in ("old", "new"))
    create(sesv2, "sns", {"MatchingEventTypes": ["BOUNCE"], "SnsDestination": {"TopicArn": old}})
    sesv2.update_configuration_set_event_destination(
        **SET,
        EventDestinationName="sns",
        EventDestination={"MatchingEventTypes": ["BOUNCE"], "SnsDestination": {"TopicArn": new}},
    )
    assert [emulator.messages(topic) for topic in (old, new)] == [[VALIDATED], [VALIDATED]]


def test_missing_topic(ses: Any, sesv2: Any) -> None:
    """v1 has a code for it, v2 the general one."""
    topic = "arn:aws:sns:us-east-1:123456789012:ghost"
    message = f"SNS topic <{topic}> not found."
    with pytest.raises(ClientError) as error:
        create(sesv2, "sns", {"MatchingEventTypes": ["BOUNCE"], "SnsDestination": {"TopicArn": topic}})
    assert refusal(error) == ("BadRequestException", message, 400)
    with pytest.raises(ClientError) as error:
        ses.create_configuration_set_event_destination(
            **SET,
            EventDestination={
                "Name": "sns",
                "MatchingEventTypes": ["bounce"],
                "SNSDestination": {"TopicARN": topic},
            },
        )
    assert refusal(error) == ("InvalidSNSDestination", message, 400)


def test_topic_that_does_not_let_ses_publish(sesv2: Any, sns: Any) -> None:
    """A policy that allows someone else only."""
    topic = sns.create_topic(Name="events")["TopicArn"]
    policy = (
        '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sns:Publish", "Resource": "*",'
        ' "Principal": {"Service": "s3.amazonaws.com"}}]}'
    )
    sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)
    with pytest.raises(ClientError) as error:
        create(sesv2, "sns", {"MatchingEventTypes": ["BOUNCE"], "SnsDestination": {"TopicArn": topic}})
    assert refusal(error) == ("BadRequestException", f"Could not publish message to SNS topic <{topic}>.", 400)


def test_firehose_destination_passes_on_a_first_try(sesv2: Any) -> None:
    """By default only topics are checked, for nobody has streams and roles in the emulator."""
    target = {
        "IamRoleArn": "arn:aws:iam::123456789012:role/ghost",
        "DeliveryStreamArn": "arn:aws:firehose:us-east-1:123456789012:deliverystream/ghost",
    }
    create(sesv2, "stream", {"MatchingEventTypes": ["SEND"], "KinesisFirehoseDestination": target})
    assert shown(sesv2)[0]["KinesisFirehoseDestination"] == target


def test_firehose_destination_that_ses_cannot_use(emulator: Emulator, ses: Any, sesv2: Any) -> None:
    """Stream and role are checked when neighbours are."""
    emulator.settings.check_neighbours = "all"
    role = "arn:aws:iam::123456789012:role/ghost"
    stream = "arn:aws:firehose:us-east-1:123456789012:deliverystream/ghost"
    target = {"IamRoleArn": role, "DeliveryStreamArn": stream}
    with pytest.raises(ClientError) as error:
        create(sesv2, "stream", {"MatchingEventTypes": ["SEND"], "KinesisFirehoseDestination": target})
    assert refusal(error)[0::2] == ("BadRequestException", 400)
    with pytest.raises(ClientError) as error:
        ses.create_configuration_set_event_destination(
            **SET,
            EventDestination={
                "Name": "stream",
                "MatchingEventTypes": ["send"],
                "KinesisFirehoseDestination": {"IAMRoleARN": role, "DeliveryStreamARN": stream},
            },
        )
    assert refusal(error)[0::2] == ("InvalidFirehoseDestination", 400)


SHAPES: dict[str, tuple[str, dict[str, Any], str]] = {
    "no event type": ("x", {**TO_BUS, "MatchingEventTypes": []}, "At least one event type must be specified."),
    "no target": ("x", {"MatchingEventTypes": ["SEND"]}, "Event destination is not provided."),
    "two targets": (
        "x",
        {**TO_BUS, **to_cloudwatch(dimension())},
        (
            "Please provide only one destination with each request. Either a Firehose Destination or a Cloudwatch "
            "Destination or an SNS Destination or an EventBridge Destination."
        ),
    ),
    "name": (
        "bad name",
        TO_BUS,
        "Invalid event destination name <bad name>: only alphanumeric ASCII characters, '_', and '-' are allowed.",
    ),
    "long name": ("x" * 65, TO_BUS, "Event destination name cannot exceed 64 characters."),
    "no dimension": (
        "x",
        to_cloudwatch(),
        "CloudWatch metrics dimension configuration list cannot be empty.",
    ),
    "dimension name": ("x", to_cloudwatch(dimension(DimensionName="a b")), "Invalid dimension name <a b>."),
    "dimension default": (
        "x",
        to_cloudwatch(dimension(DefaultDimensionValue="a b")),
        "Invalid default dimension value <a b>.",
    ),
    "dimension of a header that SES keeps for itself": (
        "x",
        to_cloudwatch(dimension(DimensionName="From", DimensionValueSource="EMAIL_HEADER")),
        "Invalid dimension name <From>.",
    ),
    "eleven dimensions": (
        "x",
        to_cloudwatch(*(dimension(DimensionName=f"d{n}") for n in range(11))),
        "A CloudWatch destination takes at most 10 dimensions.",
    ),
    "pinpoint": (
        "x",
        {
            "MatchingEventTypes": ["SEND", "SUBSCRIPTION"],
            "PinpointDestination": {"ApplicationArn": "arn:aws:mobiletargeting:us-east-1:123456789012:apps/a"},
        },
        "Pinpoint destinations do not take the event types ['SUBSCRIPTION'].",
    ),
    "another bus": (
        "x",
        {**TO_BUS, "EventBridgeDestination": {"EventBusArn": BUS.replace("default", "mine")}},
        f"Invalid event bus <{BUS.replace('default', 'mine')}>: only the default event bus <{BUS}> is supported.",
    ),
}


@pytest.mark.parametrize("case", SHAPES)
def test_definitions_that_are_refused(sesv2: Any, case: str) -> None:
    """One reason each, and nothing is stored."""
    name, definition, message = SHAPES[case]
    with pytest.raises(ClientError) as error:
        create(sesv2, name, definition)
    assert refusal(error) == ("BadRequestException", message, 400)
    assert shown(sesv2) == []


def test_automatic_tags_are_dimension_names(sesv2: Any) -> None:
    """The names of SES's own message tags hold a colon."""
    definition = to_cloudwatch(dimension(DimensionName="ses:configuration-set"))
    create(sesv2, "metrics", definition)
    assert shown(sesv2) == [{"Name": "metrics", "Enabled": False, **definition}]


def test_name_is_taken(ses: Any, sesv2: Any) -> None:
    """In one set a name stands once, through either generation."""
    create(sesv2, "bus", TO_BUS)
    message = "An event destination with name <bus> already exists for configuration set <one>."
    with pytest.raises(ClientError) as error:
        create(sesv2, "bus", TO_BUS)
    assert refusal(error) == ("AlreadyExistsException", message, 400)
    definition = {
        "Name": "bus",
        "MatchingEventTypes": ["send"],
        "CloudWatchDestination": {
            "DimensionConfigurations": [dimension(DimensionValueSource="messageTag")],
        },
    }
    with pytest.raises(ClientError) as error:
        ses.create_configuration_set_event_destination(**SET, EventDestination=definition)
    assert refusal(error)[0::2] == ("EventDestinationAlreadyExists", 400)


def test_ten_destinations_a_set(sesv2: Any) -> None:
    """The eleventh is over the quota."""
    for number in range(10):
        create(sesv2, f"bus-{number}", TO_BUS)
    with pytest.raises(ClientError) as error:
        create(sesv2, "bus-10", TO_BUS)
    assert refusal(error)[0::2] == ("LimitExceededException", 400)


def test_update_replaces_in_place(sesv2: Any) -> None:
    """The whole definition is new, its target included, and the order of the list is not."""
    create(sesv2, "first", {**TO_BUS, "Enabled": True})
    create(sesv2, "second", TO_BUS)
    definition = {**to_cloudwatch(dimension()), "MatchingEventTypes": ["CLICK"]}
    sesv2.update_configuration_set_event_destination(**SET, EventDestinationName="first", EventDestination=definition)
    assert shown(sesv2) == [
        {"Name": "first", "Enabled": False, **definition},
        {"Name": "second", "Enabled": False, **TO_BUS},
    ]


def test_unknown_destination_in_v2(sesv2: Any) -> None:
    """Update and delete answer 404 with a sentence of their own."""
    message = "An event destination with name <ghost> does not exist for configuration set <one>."
    with pytest.raises(ClientError) as error:
        sesv2.update_configuration_set_event_destination(**SET, EventDestinationName="ghost", EventDestination=TO_BUS)
    assert refusal(error) == ("NotFoundException", message, 404)
    with pytest.raises(ClientError) as error:
        sesv2.delete_configuration_set_event_destination(**SET, EventDestinationName="ghost")
    assert refusal(error) == ("NotFoundException", message, 404)


def test_unknown_destination_in_v1(ses: Any) -> None:
    """v1 names the set, not the destination."""
    with pytest.raises(ClientError) as error:
        ses.delete_configuration_set_event_destination(**SET, EventDestinationName="ghost")
    assert refusal(error) == ("EventDestinationDoesNotExist", "No EventDestination found for one", 400)


@pytest.mark.parametrize("generation", ["ses", "sesv2"])
def test_delete(generation: str, request: pytest.FixtureRequest, sesv2: Any) -> None:
    """Either generation removes one destination and leaves the others."""
    create(sesv2, "first", TO_BUS)
    create(sesv2, "second", TO_BUS)
    client = request.getfixturevalue(generation)
    client.delete_configuration_set_event_destination(**SET, EventDestinationName="first")
    assert [each["Name"] for each in shown(sesv2)] == ["second"]


def test_v1_destination_is_seen_by_v2(ses: Any, sesv2: Any) -> None:
    """Each generation in its own words; a dimension named as a word of the wire keeps its name."""
    v1 = {
        "Name": "metrics",
        "Enabled": True,
        "MatchingEventTypes": ["send", "renderingFailure"],
        "CloudWatchDestination": {
            "DimensionConfigurations": [dimension(DimensionName="TopicArn", DimensionValueSource="linkTag")]
        },
    }
    ses.create_configuration_set_event_destination(**SET, EventDestination=v1)
    v2 = to_cloudwatch(dimension(DimensionName="TopicArn", DimensionValueSource="LINK_TAG"))
    assert shown(sesv2) == [
        {"Name": "metrics", "Enabled": True, **v2, "MatchingEventTypes": ["SEND", "RENDERING_FAILURE"]}
    ]
    answer = ses.describe_configuration_set(**SET, ConfigurationSetAttributeNames=["eventDestinations"])
    assert answer["EventDestinations"] == [v1]


def test_v1_update_keeps_event_types_it_has_no_word_for(ses: Any, sesv2: Any) -> None:
    """DELIVERY_DELAY is hidden from v1 and outlives its update."""
    create(sesv2, "metrics", {**to_cloudwatch(dimension()), "MatchingEventTypes": ["SEND", "DELIVERY_DELAY"]})
    asked = {**SET, "ConfigurationSetAttributeNames": ["eventDestinations"]}
    [seen] = ses.describe_configuration_set(**asked)["EventDestinations"]
    assert seen["MatchingEventTypes"] == ["send"]
    ses.update_configuration_set_event_destination(**SET, EventDestination={**seen, "MatchingEventTypes": ["click"]})
    assert shown(sesv2)[0]["MatchingEventTypes"] == ["CLICK", "DELIVERY_DELAY"]


@pytest.mark.parametrize("call", ["create", "update"])
def test_event_types_that_v1_has_no_word_for_are_refused(ses: Any, call: str) -> None:
    """Those of v2 too, which come in capitals."""
    definition = {"Name": "metrics", "MatchingEventTypes": ["SEND"]}
    with pytest.raises(ClientError) as error:
        getattr(ses, f"{call}_configuration_set_event_destination")(**SET, EventDestination=definition)
    message = "The event destination contains an invalid event type"
    assert refusal(error) == ("InvalidParameterValue", message, 400)


def test_v1_update_of_an_unknown_destination(ses: Any) -> None:
    """Update does not create."""
    definition = {
        "Name": "ghost",
        "MatchingEventTypes": ["send"],
        "CloudWatchDestination": {
            "DimensionConfigurations": [dimension(DimensionValueSource="messageTag")],
        },
    }
    with pytest.raises(ClientError) as error:
        ses.update_configuration_set_event_destination(**SET, EventDestination=definition)
    assert refusal(error)[0::2] == ("EventDestinationDoesNotExist", 400)
