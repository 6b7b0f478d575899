"""Who hears of a message: the event destinations of its configuration set, and the topics of its identity.

SES behaviour: an event names one message and those of its recipients that it is about.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sesops.emulator.context import Context
from sesops.emulator.operations import notifications, sent_messages
from sesops.emulator.operations.sent_messages import Document
from sesops.emulator.store import parse

_NOTIFIED = ("BOUNCE", "COMPLAINT", "DELIVERY")
# The name of an event and the member that holds its detail, by its type in v2's spelling.
_NAMES = {
    "SEND": ("Send", "send"),
    "DELIVERY": ("Delivery", "delivery"),
    "BOUNCE": ("Bounce", "bounce"),
    "COMPLAINT": ("Complaint", "complaint"),
    "RENDERING_FAILURE": ("Rendering Failure", "failure"),
}
Event = tuple[str, dict[str, Any]]
"""The type in v2's spelling, and what stands under it."""


def tell(
    context: Context, message: Document, configuration_set: Document | None, identity: Mapping[str, Any] | None
) -> None:
    """Publish the events of a message that was just taken."""
    for kind, detail in _events(context, message):
        for destination in (configuration_set or {}).get("event_destinations", []):
            if destination["Enabled"] and kind in destination["MatchingEventTypes"]:
                _deliver(context, destination, message, kind, detail)
        if identity is not None and kind in _NOTIFIED:
            _notify(context, identity, message, kind.capitalize(), detail)


def _events(context: Context, message: Document) -> Iterator[Event]:
    by_outcome: dict[str, list[str]] = {}
    for recipient, outcome in message["outcomes"].items():
        by_outcome.setdefault(outcome, []).append(recipient)
    unrendered = by_outcome.get(sent_messages.UNRENDERED)
    if unrendered:
        yield "RENDERING_FAILURE", {"errorMessage": message["error"], "templateName": message["subject"]}
        return
    yield "SEND", {}
    now = _time(message)
    for outcome in (sent_messages.DELIVERED, sent_messages.COMPLAINED):
        if outcome in by_outcome:
            yield "DELIVERY", _delivery(context, now, by_outcome[outcome])
    if sent_messages.COMPLAINED in by_outcome:
        complained = [{"emailAddress": one} for one in by_outcome[sent_messages.COMPLAINED]]
        yield "COMPLAINT", {"complainedRecipients": complained, "timestamp": now, "complaintFeedbackType": "abuse"}
    for outcome, subtype in (
        (sent_messages.BOUNCED, "General"),
        (sent_messages.SUPPRESSED, "OnAccountSuppressionList"),
        (sent_messages.SUPPRESSED_GLOBALLY, "Suppressed"),
    ):
        if outcome in by_outcome:
            yield "BOUNCE", _bounce(message, now, subtype, by_outcome[outcome])


def _delivery(context: Context, now: str, recipients: list[str]) -> dict[str, Any]:
    return {
        "timestamp": now,
        "processingTimeMillis": 1,
        "recipients": recipients,
        "smtpResponse": "250 2.6.0 Message received",
        "reportingMTA": f"a1-1.smtp-out.{context.region}.amazonses.com",
    }


def _bounce(message: Document, now: str, subtype: str, recipients: list[str]) -> dict[str, Any]:
    diagnostic = {"status": "5.1.1", "diagnosticCode": "smtp; 550 5.1.1 user unknown", "action": "failed"}
    return {
        "bounceType": "Permanent",
        "bounceSubType": subtype,
        "bouncedRecipients": [{"emailAddress": one, **diagnostic} for one in recipients],
        "timestamp": now,
        "feedbackId": f"{message['id']}-feedback",
    }


def _time(message: Document) -> str:
    return parse(message["at"]).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _mail(context: Context, message: Document, *, headers: bool) -> dict[str, Any]:
    mail: dict[str, Any] = {
        "timestamp": _time(message),
        "source": message["source"],
        "sendingAccountId": context.account,
        "messageId": message["id"],
        "destination": message["recipients"],
    }
    if headers:
        mail["headersTruncated"] = False
        mail["headers"] = [{"name": name, "value": value} for name, value in message["headers"].items()]
        mail["commonHeaders"] = {
            "from": [message["source"]],
            "to": message["recipients"],
            "messageId": message["id"],
            "subject": message["subject"],
        }
    return mail


def _event(context: Context, message: Document, kind: str, detail: dict[str, Any]) -> dict[str, Any]:
    mail = _mail(context, message, headers=True)
    mail["tags"] = {name: [value] for name, value in message["tags"].items()}
    mail["tags"] |= {"ses:configuration-set": [message.get("set", "")]}
    name, member = _NAMES[kind]
    return {"eventType": name, "mail": mail, member: detail}


def _deliver(
    context: Context, destination: Mapping[str, Any], message: Document, kind: str, detail: dict[str, Any]
) -> None:
    event = _event(context, message, kind, detail)
    text = json.dumps(event)
    if "SnsDestination" in destination:
        context.neighbours.publish(destination["SnsDestination"]["TopicArn"], text)
    elif "KinesisFirehoseDestination" in destination:
        context.neighbours.put_record(destination["KinesisFirehoseDestination"]["DeliveryStreamArn"], text)
    elif "EventBridgeDestination" in destination:
        name = f"Email {event['eventType']}"
        context.neighbours.put_event(destination["EventBridgeDestination"]["EventBusArn"], name, text)
    elif "CloudWatchDestination" in destination:
        dimensions = _dimensions(destination["CloudWatchDestination"]["DimensionConfigurations"], message)
        context.neighbours.put_metric("AWS/SES", event["eventType"], dimensions)


def _dimensions(configured: list[Mapping[str, str]], message: Document) -> dict[str, str]:
    """Dimension -> value, from a tag or a header of the message, else the default."""
    headers = {name.lower(): value for name, value in message["headers"].items()}
    tags = {**message["tags"], "ses:configuration-set": message.get("set", "")}
    return {
        one["DimensionName"]: (
            headers.get(one["DimensionName"].lower())
            if one["DimensionValueSource"] == "EMAIL_HEADER"
            else tags.get(one["DimensionName"])
        )
        or one["DefaultDimensionValue"]
        for one in configured
    }


def _notify(
    context: Context, identity: Mapping[str, Any], message: Document, notice: str, detail: dict[str, Any]
) -> None:
    topic = identity["notifications"].get(notice)
    if topic is None:
        return
    if context.neighbours.topic_refusal(topic) is not None:
        notifications.lose_topics(context, identity["name"], [notice])
        return
    headers = identity["headers"].get(notice, False)
    told = {"notificationType": notice, notice.lower(): detail, "mail": _mail(context, message, headers=headers)}
    context.neighbours.publish(topic, json.dumps(told))
