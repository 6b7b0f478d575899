"""Subscriptions as SNS has them, around moto's, which are all confirmed at once and take any endpoint.

A webhook and a mailbox confirm what they are subscribed to. Nobody is behind them here, so they do it when the setting
`confirmation` says, or by ConfirmSubscription, whose token is the id at the end of the subscription's ARN.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sesops.emulator.context import Context
from sesops.emulator.exchange import HttpAnswer, ServiceError

_TABLE = "sns_subscription"
_AWAITED = frozenset({"http", "https", "email", "email-json"})
_RAW = frozenset({"http", "https", "sqs", "firehose"})
_PENDING, _ANSWER = b"PendingConfirmation", b"pending confirmation"
_ENDPOINTS = {"http": r"http://.+", "https": r"https://.+", "email": r"[^@]+@[^@]+", "email-json": r"[^@]+@[^@]+"}
_BY_ARN = {"GetSubscriptionAttributes", "SetSubscriptionAttributes", "Unsubscribe"}


def check(context: Context, operation: str, params: Mapping[str, Any]) -> None:
    """Refuse what SNS refuses and moto takes. ServiceError says what."""
    if operation == "Subscribe":
        _check_subscribe(params)
    elif operation == "ConfirmSubscription":
        _named(context, params)
    elif operation in _BY_ARN:
        arn = str(params.get("SubscriptionArn"))
        elements = len(arn.split(":"))
        if elements < 6:
            raise _invalid(f"SubscriptionArn Reason: An ARN must have at least 6 elements, not {elements}")
        if operation == "Unsubscribe" and _is_pending(context, arn):
            raise _invalid("SubscriptionArn Reason: Cannot unsubscribe a subscription that is pending confirmation")
        if operation == "SetSubscriptionAttributes" and arn in (known := context.neighbours.subscriptions()):
            _check_attribute(known[arn][1], str(params.get("AttributeName")), params.get("AttributeValue"))


def follow(
    context: Context,
    operation: str,
    params: Mapping[str, Any],
    before: Mapping[str, tuple[str, str, str]],
    answer: HttpAnswer,
) -> HttpAnswer:
    """Note what a request that moto took means for confirmations, and bring its answer to SNS's form.

    `before` are the subscriptions before it, as `Neighbours.subscriptions` gives them.
    """
    if answer.status >= 400:
        return answer
    body = answer.body
    if operation == "Subscribe":
        body = _subscribed(context, params, before, body)
    elif operation == "ConfirmSubscription":
        arn = _named(context, params)
        context.store.delete(_TABLE, arn)
        body = re.sub(rb"(<SubscriptionArn>)[^<]*", rb"\g<1>" + arn.encode(), body)
    elif operation == "GetSubscriptionAttributes" and _is_pending(context, str(params["SubscriptionArn"])):
        body = re.sub(rb"(<key>PendingConfirmation</key><value>)[^<]*", rb"\g<1>true", body)
    elif operation == "GetTopicAttributes":
        body = _counted(context, str(params["TopicArn"]), body)
    elif operation.startswith("ListSubscriptions"):
        for arn in _pending(context):
            body = body.replace(arn.encode(), _PENDING)
    elif operation in {"Unsubscribe", "DeleteTopic"}:
        there = context.neighbours.subscriptions()
        for arn in [arn for arn in context.store.names(_TABLE) if arn not in there]:
            context.store.delete(_TABLE, arn)
    return HttpAnswer(answer.status, body, _with_length(answer.headers, body))


def concerns(service: str, operation: str) -> bool:
    """Whether a request is about subscriptions."""
    return service == "sns" and ("ubscri" in operation or operation in {"DeleteTopic", "GetTopicAttributes"})


def _check_subscribe(params: Mapping[str, Any]) -> None:
    protocol, endpoint = str(params.get("Protocol")), str(params.get("Endpoint"))
    attributes = params.get("Attributes") or {}
    if protocol in _ENDPOINTS and not re.fullmatch(_ENDPOINTS[protocol], endpoint):
        raise _invalid("Endpoint must match the specified protocol" if protocol.startswith("http") else "Email address")
    if protocol == "firehose" and not attributes.get("SubscriptionRoleArn"):
        raise _invalid("Attributes Reason: SubscriptionRoleArn is required for protocol [firehose]")
    for name, value in attributes.items():
        _check_attribute(protocol, name, value)


def _check_attribute(protocol: str, name: str, value: Any) -> None:
    if name == "RawMessageDelivery" and str(value).lower() == "true" and protocol not in _RAW:
        raise _invalid(f"Attributes Reason: Delivery protocol [{protocol}] does not support raw message delivery.")
    if name == "RedrivePolicy" and value == "":
        raise _invalid("RedrivePolicy: failed to parse JSON.")


def _subscribed(
    context: Context, params: Mapping[str, Any], before: Mapping[str, tuple[str, str, str]], body: bytes
) -> bytes:
    """A new subscription of a webhook or a mailbox waits; SNS tells its ARN only who asks for it."""
    what = str(params["TopicArn"]), str(params["Protocol"]), str(params["Endpoint"])
    arn = next(arn for arn, one in context.neighbours.subscriptions().items() if one == what)
    is_new = arn not in before
    if is_new and what[1] in _AWAITED:
        context.store.put(_TABLE, arn, {"since": context.now.isoformat()})
    if str(params.get("ReturnSubscriptionArn")).lower() == "true":
        return body
    waits = _is_pending(context, arn) or (is_new and what[1] in _AWAITED)
    return body.replace(arn.encode(), _ANSWER) if waits else body


def _counted(context: Context, topic: str, body: bytes) -> bytes:
    there = {arn for arn, one in context.neighbours.subscriptions().items() if one[0] == topic}
    pending = len(there.intersection(_pending(context)))
    for key, number in ((b"SubscriptionsPending", pending), (b"SubscriptionsConfirmed", len(there) - pending)):
        body = re.sub(rb"(<key>" + key + rb"</key><value>)\d*", rb"\g<1>" + str(number).encode(), body)
    return body


def _pending(context: Context) -> list[str]:
    return [arn for arn in context.store.names(_TABLE) if _is_pending(context, arn)]


def _is_pending(context: Context, arn: str) -> bool:
    held = context.store.get(_TABLE, arn)
    return held is not None and datetime.fromisoformat(held["since"]) + context.settings.confirmation > context.now


def _named(context: Context, params: Mapping[str, Any]) -> str:
    """The subscription that a token confirms."""
    arn = f"{params.get('TopicArn')}:{params.get('Token')}"
    if arn not in context.neighbours.subscriptions():
        raise _invalid("Token")
    return arn


def _invalid(what: str) -> ServiceError:
    return ServiceError("InvalidParameter", f"Invalid parameter: {what}")


def _with_length(headers: Mapping[str, str], body: bytes) -> dict[str, str]:
    return {name: str(len(body)) if name.lower() == "content-length" else value for name, value in headers.items()}
