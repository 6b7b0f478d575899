"""Feedback of an identity: forwarding by e-mail (both generations), topics and headers (classic only)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial

from sesops.emulator.context import Context
from sesops.emulator.operations.identity_documents import TABLE, Document, known, load, save
from sesops.emulator.operations.identity_names import invalid, name_from_arn, not_verifiable
from sesops.emulator.operations.refusals import Door
from sesops.emulator.registry import Answer, Params, operation

_STANDARD_TOPIC = re.compile(r"arn:[a-z-]+:sns:(?P<region>[a-z0-9-]+):\d{12}:[A-Za-z0-9_-]+")

TYPES = ("Bounce", "Complaint", "Delivery")


@operation("sesv2", "PutEmailIdentityFeedbackAttributes")
def put_email_identity_feedback_attributes(context: Context, params: Params) -> Answer:
    """Switch forwarding. SES behaviour: left out means off; topics are not asked for, unlike in the classic call."""
    document = _existing(context, params["EmailIdentity"], Door.V2)
    document["forwarding"] = bool(params.get("EmailForwardingEnabled", False))
    save(context, document)
    return {}


@operation("ses", "SetIdentityFeedbackForwardingEnabled")
def set_identity_feedback_forwarding_enabled(context: Context, params: Params) -> Answer:
    """Switch forwarding. SES behaviour: off only where bounces and complaints go to topics."""
    name = params["Identity"]
    document = _existing(context, name, Door.V1)
    if not params["ForwardingEnabled"] and not {"Bounce", "Complaint"} <= document["notifications"].keys():
        raise invalid(
            Door.V1,
            f"Feedback forwarding of {name} can be disabled only when SNS topics are set for bounces and complaints.",
        )
    document["forwarding"] = params["ForwardingEnabled"]
    save(context, document)
    return {}


@operation("ses", "SetIdentityNotificationTopic")
def set_identity_notification_topic(context: Context, params: Params) -> Answer:
    """Set the topic of one type, or clear it when SnsTopic is left out; the header flag stays as it was."""
    document = _existing(context, name_from_arn(context, params["Identity"]), Door.V1, asked=params["Identity"])
    topic = params.get("SnsTopic")
    if topic is None:
        document["notifications"].pop(params["NotificationType"], None)
    else:
        if not _usable(context, topic):
            raise invalid(Door.V1, f"SNS topic {topic} is invalid.")
        document["notifications"][params["NotificationType"]] = topic
    save(context, document)
    return {}


@operation("ses", "SetIdentityHeadersInNotificationsEnabled")
def set_identity_headers_in_notifications_enabled(context: Context, params: Params) -> Answer:
    """Switch the original headers of one type. SES behaviour: on only where the type has a topic (as documented)."""
    name, kind = params["Identity"], params["NotificationType"]
    document = load(context, name)
    if document is None:
        raise not_verifiable(Door.V1, name, pronoun="It must")
    if params["Enabled"] and kind not in document["notifications"]:
        raise invalid(Door.V1, f"Headers of {kind} notifications of {name} can be enabled only when a topic is set.")
    document["headers"][kind] = params["Enabled"]
    save(context, document)
    return {}


@operation("ses", "GetIdentityNotificationAttributes")
def get_identity_notification_attributes(context: Context, params: Params) -> Answer:
    """Feedback settings of up to 100 identities, given by name or ARN; a topic that is not set is absent."""
    found = known(context, params, partial(name_from_arn, context))
    return {"NotificationAttributes": {given: _attributes(document) for given, document in found}}


def drop_topics(context: Context) -> None:
    """Let every identity lose the topics that SES cannot publish to."""
    for name in context.store.names(TABLE):
        lose_topics(context, name)


def lose_topics(context: Context, name: str, kinds: Sequence[str] = ("Bounce", "Complaint")) -> None:
    """Take the topics of these kinds that SES cannot publish to off an identity, and forward by e-mail.

    SES behaviour: it does so for an identity when a notice cannot be published; a delivery topic is left.
    """
    document = load(context, name)
    if document is None:
        return
    topics = {kind: topic for kind, topic in document["notifications"].items() if kind in kinds and kind != "Delivery"}
    lost = [kind for kind, topic in topics.items() if context.neighbours.topic_refusal(topic) is not None]
    if lost:
        for kind in lost:
            del document["notifications"][kind]
        document["forwarding"] = True
        save(context, document)


def _attributes(document: Document) -> Answer:
    topics = {f"{kind}Topic": arn for kind, arn in document["notifications"].items()}
    headers = {f"HeadersIn{kind}NotificationsEnabled": document["headers"].get(kind, False) for kind in TYPES}
    return {**topics, "ForwardingEnabled": document["forwarding"], **headers}


def _existing(context: Context, name: str, door: Door, asked: str | None = None) -> Document:
    document = load(context, name)
    if document is None:
        raise not_verifiable(door, asked or name)
    return document


def _usable(context: Context, topic: str) -> bool:
    """SES behaviour: a standard topic of the identity's own region that lets SES publish."""
    arn = _STANDARD_TOPIC.fullmatch(topic)
    return arn is not None and arn["region"] == context.region and context.neighbours.topic_refusal(topic) is None
