"""What the tests of sends share: a message, and who hears of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from sesops.emulator import Emulator

FROM = "Shop <shop@example.com>"
SIMPLE = {"Simple": {"Subject": {"Data": "Hello"}, "Body": {"Text": {"Data": "Hi"}, "Html": {"Data": "<p>Hi</p>"}}}}
Send = Callable[..., str]


def outcomes(message: dict[str, Any]) -> list[str]:
    """What became of a message, recipient by recipient."""
    return list(message["outcomes"].values())


def listen(sesv2: Any, sns: Any, *types: str, set_name: str = "tx") -> str:
    """A topic that hears of events of a set; its ARN."""
    topic = str(sns.create_topic(Name="events")["TopicArn"])
    sesv2.create_configuration_set(ConfigurationSetName=set_name)
    sesv2.create_configuration_set_event_destination(
        ConfigurationSetName=set_name,
        EventDestinationName="events",
        EventDestination={"Enabled": True, "MatchingEventTypes": list(types), "SnsDestination": {"TopicArn": topic}},
    )
    return topic


def heard(emulator: Emulator, topic: str) -> list[dict[str, Any]]:
    """The events that a topic got, without SES's own validation message."""
    return [json.loads(text) for text in emulator.messages(topic) if text.startswith("{")]
