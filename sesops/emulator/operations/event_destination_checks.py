"""What SES checks of an event destination when it is written, whatever generation it came through."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sesops.emulator.context import Context
from sesops.emulator.operations.event_destination_forms import DESTINATION_TYPES, Destination
from sesops.emulator.operations.refusals import Door, Refusal

DIMENSIONS_PER_DESTINATION = 10
# The automatic tags, such as ses:configuration-set, are used as dimension names: hence the colon.
DIMENSION_NAME = re.compile(r"[A-Za-z0-9_:-]{1,256}")
DIMENSION_DEFAULT = re.compile(r"[A-Za-z0-9_.@-]{1,256}")
FORBIDDEN_HEADERS = {"received", "to", "from", "dkim-signature", "cc", "message-id", "return-path"}
NOT_FOR_PINPOINT = {"DELIVERY_DELAY", "SUBSCRIPTION"}


def check_shape(door: Door, destination: Destination) -> None:
    """What can be told from the definition alone: event types, exactly one target, and the target's own members."""
    if not destination["MatchingEventTypes"]:
        raise Refusal.INVALID_DESTINATION.error(door, "At least one event type must be specified.")
    targets = [member for member in DESTINATION_TYPES if member in destination]
    if not targets:
        raise Refusal.INVALID_DESTINATION.error(door, "Event destination is not provided.")
    if len(targets) > 1:
        message = (
            "Please provide only one destination with each request. Either a Firehose Destination or a "
            "Cloudwatch Destination or an SNS Destination or an EventBridge Destination."
        )
        raise Refusal.INVALID_DESTINATION.error(door, message)
    if "CloudWatchDestination" in destination:
        _check_dimensions(door, destination["CloudWatchDestination"]["DimensionConfigurations"])
    unfit = NOT_FOR_PINPOINT.intersection(destination["MatchingEventTypes"])
    if "PinpointDestination" in destination and unfit:
        message = f"Pinpoint destinations do not take the event types {sorted(unfit)}."
        raise Refusal.INVALID_DESTINATION.error(door, message)


def _check_dimensions(door: Door, dimensions: list[Mapping[str, str]]) -> None:
    if not dimensions:
        message = "CloudWatch metrics dimension configuration list cannot be empty."
        raise Refusal.INVALID_CLOUDWATCH.error(door, message)
    if len(dimensions) > DIMENSIONS_PER_DESTINATION:
        message = f"A CloudWatch destination takes at most {DIMENSIONS_PER_DESTINATION} dimensions."
        raise Refusal.INVALID_CLOUDWATCH.error(door, message)
    for dimension in dimensions:
        name, default = dimension["DimensionName"], dimension["DefaultDimensionValue"]
        header = dimension["DimensionValueSource"] == "EMAIL_HEADER"
        if not DIMENSION_NAME.fullmatch(name) or (header and name.lower() in FORBIDDEN_HEADERS):
            raise Refusal.INVALID_CLOUDWATCH.error(door, f"Invalid dimension name <{name}>.")
        if not DIMENSION_DEFAULT.fullmatch(default):
            raise Refusal.INVALID_CLOUDWATCH.error(door, f"Invalid default dimension value <{default}>.")


def check_targets(context: Context, door: Door, destination: Destination) -> None:
    """What takes a look at the neighbours: that SES can reach the target."""
    if "SnsDestination" in destination:
        _check_topic(context, door, destination["SnsDestination"]["TopicArn"])
    if "KinesisFirehoseDestination" in destination:
        _check_stream(context, door, destination["KinesisFirehoseDestination"])
    if "EventBridgeDestination" in destination:
        bus = destination["EventBridgeDestination"]["EventBusArn"]
        default = f"arn:{context.partition}:events:{context.region}:{context.account}:event-bus/default"
        if bus != default:
            message = f"Invalid event bus <{bus}>: only the default event bus <{default}> is supported."
            raise Refusal.INVALID_DESTINATION.error(door, message)


def _check_topic(context: Context, door: Door, topic: str) -> None:
    refusal = context.neighbours.topic_refusal(topic)
    if refusal == "missing":
        raise Refusal.INVALID_SNS.error(door, f"SNS topic <{topic}> not found.")
    if refusal == "denied":
        raise Refusal.INVALID_SNS.error(door, f"Could not publish message to SNS topic <{topic}>.")


def _check_stream(context: Context, door: Door, target: Mapping[str, Any]) -> None:
    stream, role = target["DeliveryStreamArn"], target["IamRoleArn"]
    if context.neighbours.firehose_refusal(stream, role):
        message = f"Could not deliver to Firehose stream <{stream}> with IAM role <{role}>."
        raise Refusal.INVALID_FIREHOSE.error(door, message)
