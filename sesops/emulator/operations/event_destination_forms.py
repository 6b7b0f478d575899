"""How v1 spells an event destination that is stored as v2 spells it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Destination = dict[str, Any]

# In the order in which SES answers them, whatever order they were sent in.
EVENT_TYPES = (
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
DESTINATION_TYPES = (
    "KinesisFirehoseDestination",
    "CloudWatchDestination",
    "SnsDestination",
    "EventBridgeDestination",
    "PinpointDestination",
)

_EVENT_TYPES_V1 = {
    "SEND": "send",
    "REJECT": "reject",
    "BOUNCE": "bounce",
    "COMPLAINT": "complaint",
    "DELIVERY": "delivery",
    "OPEN": "open",
    "CLICK": "click",
    "RENDERING_FAILURE": "renderingFailure",
}
_WORDS_V1 = {
    "SnsDestination": "SNSDestination",
    "TopicArn": "TopicARN",
    "IamRoleArn": "IAMRoleARN",
    "DeliveryStreamArn": "DeliveryStreamARN",
    "MESSAGE_TAG": "messageTag",
    "EMAIL_HEADER": "emailHeader",
    "LINK_TAG": "linkTag",
}
_WORDS_V2 = {v1: v2 for v2, v1 in _WORDS_V1.items()}
_ONLY_V2 = ("EventBridgeDestination", "PinpointDestination")


def to_v1(destination: Mapping[str, Any]) -> Destination:
    """The stored destination as v1 shows it: event types and targets that v1 has no word for are left out."""
    types = [_EVENT_TYPES_V1[each] for each in destination["MatchingEventTypes"] if each in _EVENT_TYPES_V1]
    shown = {member: value for member, value in destination.items() if member not in _ONLY_V2}
    return {**_respelt(shown, _WORDS_V1), "MatchingEventTypes": types}


def from_v1(destination: Mapping[str, Any]) -> Destination:
    """A v1 destination as it is stored."""
    types = [v2 for v2, v1 in _EVENT_TYPES_V1.items() if v1 in destination["MatchingEventTypes"]]
    return {**_respelt(destination, _WORDS_V2), "MatchingEventTypes": types}


def are_types_of_v1(types: Iterable[str]) -> bool:
    """Whether all of these are event types that v1 has a word for."""
    return set(types) <= set(_EVENT_TYPES_V1.values())


def unseen_by_v1(destination: Mapping[str, Any]) -> list[str]:
    """The event types of a stored destination that v1 can neither show nor change."""
    return [each for each in destination["MatchingEventTypes"] if each not in _EVENT_TYPES_V1]


def _respelt(value: Any, words: Mapping[str, str]) -> Any:
    """`value` with its member names and dimension sources in the other generation's words, all else untouched."""
    if isinstance(value, Mapping):
        return {
            words.get(member, member): words[inner] if member == "DimensionValueSource" else _respelt(inner, words)
            for member, inner in value.items()
        }
    return [_respelt(each, words) for each in value] if isinstance(value, list) else value
