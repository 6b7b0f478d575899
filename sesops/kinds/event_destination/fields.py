"""What a spec may write about an event destination, and where SES keeps it. One block: SES writes it whole."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sesops.core.address import Address
from sesops.core.kind import Compare, Field
from sesops.core.thing import World
from sesops.core.values import Fields, Json, Scope

NAME = "event_destination"
FACET = "destination"

EVENTS = (
    "SEND",
    "REJECT",
    "BOUNCE",
    "COMPLAINT",
    "DELIVERY",
    "OPEN",
    "CLICK",
    "RENDERING_FAILURE",
    "DELIVERY_DELAY",
    "SUBSCRIPTION",
)
NOT_FOR_PINPOINT = frozenset({"DELIVERY_DELAY", "SUBSCRIPTION"})

TARGETS: Mapping[str, str] = MappingProxyType(
    {
        "sns": "SnsDestination",
        "cloudwatch": "CloudWatchDestination",
        "firehose": "KinesisFirehoseDestination",
        "eventbridge": "EventBridgeDestination",
        "pinpoint": "PinpointDestination",
    }
)
"""The types of target: our key, and SES's member."""

DEFAULT_BUS = "default"
BUS_RESOURCE = "event-bus/default"
DIMENSION = (
    ("dimension", "DimensionName"),
    ("source", "DimensionValueSource"),
    ("default", "DefaultDimensionValue"),
)


def default_bus(scope: Scope) -> str:
    """The ARN of the one bus that SES publishes to."""
    return scope.arn("events", BUS_RESOURCE)


def targets(fields: Fields) -> frozenset[str]:
    """The types of target that some fields speak of."""
    given = (path.partition(".")[0] for path, value in fields.items() if value is not None)
    return frozenset(one for one in given if one in TARGETS)


def replace_when(before: Fields, after: Fields) -> str | None:
    """The target becomes one of another type."""
    if not targets(before) or targets(after) == targets(before):
        return None
    return "SES cannot change a destination's type: it is deleted and made again, and events in between are lost"


def _decode_dimensions(held: Json) -> list[dict[str, Json]]:
    return [{ours: one.get(member) for ours, member in DIMENSION} for one in held]


def _encode_dimensions(value: Json) -> list[dict[str, Json]]:
    return [{member: one[ours] for ours, member in DIMENSION} for one in value]


def _decode_bus(arn: str) -> str:
    return DEFAULT_BUS if arn.endswith(f":{BUS_RESOURCE}") else arn


def _merge_bus(_before: Json, after: Json, world: World, _address: Address) -> Json:
    """The default bus may be named by its ARN too."""
    return DEFAULT_BUS if after == default_bus(world.scope) else after


def _sns_notice(_before: Json, _after: Json, _world: World, _address: Address) -> str:
    return "SES publishes a message to the topic to see whether it may; the subscribers get it"


FIELDS = (
    # SES's default is off, which nobody means who writes a destination down.
    Field("enabled", FACET, "Enabled", default=False, nullable=False, created_as=True),
    Field("events", FACET, "MatchingEventTypes", nullable=False, compare=Compare.SET),
    Field("sns", FACET, "SnsDestination.TopicArn", nullable=False, ref="topic", notice=_sns_notice),
    Field(
        "cloudwatch",
        FACET,
        "CloudWatchDestination.DimensionConfigurations",
        nullable=False,
        compare=Compare.SET,
        decode=_decode_dimensions,
        encode=_encode_dimensions,
    ),
    Field("firehose.stream_arn", FACET, "KinesisFirehoseDestination.DeliveryStreamArn", nullable=False),
    Field("firehose.role_arn", FACET, "KinesisFirehoseDestination.IamRoleArn", nullable=False),
    Field(
        "eventbridge",
        FACET,
        "EventBridgeDestination.EventBusArn",
        nullable=False,
        decode=_decode_bus,
        merge=_merge_bus,
    ),
    # The ARN is optional: a target without one is a target all the same, and to change its type is to replace it.
    Field(
        "pinpoint",
        FACET,
        "PinpointDestination",
        nullable=False,
        decode=lambda held: held.get("ApplicationArn", ""),
        encode=lambda arn: {"ApplicationArn": arn},
    ),
)
