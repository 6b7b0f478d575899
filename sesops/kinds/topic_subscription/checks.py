"""SNS's rules about subscriptions that can be found in the spec alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from sesops.core.address import Address
from sesops.core.diagnostic import Diagnostic, Severity
from sesops.core.thing import Siblings, Wanted
from sesops.core.values import Json, Secret
from sesops.kinds._delivery import check_delivery
from sesops.kinds._policies import listed
from sesops.kinds._shared import finding
from sesops.kinds.topic_subscription.fields import WEBHOOKS

_ARN = r"arn:[\w-]+:{service}:[a-z0-9-]+:\d{{12}}:{resource}"
_ENDPOINTS: Mapping[str, tuple[str, str]] = {
    "http": (r"http://[^\s/?#]+\S*", "a URL that begins with http://"),
    "https": (r"https://[^\s/?#]+\S*", "a URL that begins with https://"),
    "email": (r"[^@\s]+@[^@\s]+\.[^@\s]+", "an e-mail address"),
    "email-json": (r"[^@\s]+@[^@\s]+\.[^@\s]+", "an e-mail address"),
    "sms": (r"\+?[1-9]\d{1,14}", "a phone number such as +12065550100"),
    "sqs": (_ARN.format(service="sqs", resource=r"[\w-]+(\.fifo)?"), "the ARN of a queue"),
    "lambda": (
        _ARN.format(service="lambda", resource=r"function:[\w-]+(:[\w$-]+)?"),
        "the ARN of a function",
    ),
    "firehose": (_ARN.format(service="firehose", resource=r"deliverystream/[\w.-]+"), "the ARN of a Firehose stream"),
    "application": (_ARN.format(service="sns", resource=r"endpoint/\S+"), "the ARN of a mobile app's endpoint"),
}
"""By protocol: the pattern of its endpoints, and what that is in words."""
FILTER_KEYS = 5
FILTER_COMBINATIONS = 150
RAW = WEBHOOKS | {"sqs", "firehose"}
"""Protocols for which SNS leaves its envelope away."""


def check(wanted: Wanted, siblings: Siblings) -> Iterator[Diagnostic]:
    """SNS's rules about one subscription."""
    if siblings.find(Address("topic", wanted.address.name[:1])) is None:
        message = "`subscriptions` stands beside `arn`"
        yield finding(wanted, "", "conflicting-keys", message, "what has an ARN is not managed: remove one of the two")
    yield from _endpoint(wanted)
    yield from _raw(wanted)
    yield from _role(wanted)
    yield from _policies(wanted, siblings)
    yield from _filter(wanted)


def endpoint_fault(parts: Mapping[str, str]) -> str | None:
    """What is wrong with an endpoint; it is not repeated in what is said of it, for it may hold a token."""
    pattern, words = _ENDPOINTS[parts["protocol"]]
    return None if re.fullmatch(pattern, parts["endpoint"]) else f"an endpoint for {parts['protocol']} is {words}"


def _endpoint(wanted: Wanted) -> Iterator[Diagnostic]:
    protocol, endpoint = str(wanted.fields["protocol"]), wanted.fields["endpoint"]
    if isinstance(endpoint, Secret):
        return
    message = endpoint_fault({"protocol": protocol, "endpoint": endpoint})
    if message is not None:
        yield finding(wanted, "endpoint", "endpoint-not-for-protocol", message, "correct it, or choose its protocol")
    elif protocol == "sqs" and endpoint.endswith(".fifo"):
        message = "a topic that SES publishes to takes no FIFO queue"
        yield finding(wanted, "endpoint", "fifo-queue", message, "subscribe a standard queue")


def _raw(wanted: Wanted) -> Iterator[Diagnostic]:
    protocol = wanted.fields["protocol"]
    if wanted.fields.get("raw_message_delivery") and protocol not in RAW:
        message = f"SNS delivers no raw messages to {protocol}, only to {', '.join(sorted(RAW))}"
        yield finding(wanted, "raw_message_delivery", "no-raw-delivery", message, "remove the key")


def _role(wanted: Wanted) -> Iterator[Diagnostic]:
    is_stream, role = wanted.fields["protocol"] == "firehose", "subscription_role_arn"
    if is_stream and role not in wanted.fields:
        message = "SNS writes to a stream with a role, and none is given"
        yield finding(wanted, "", "role-missing", message, f"add `{role}`, a role that sns.amazonaws.com may assume")
    elif not is_stream and role in wanted.fields:
        message = f"SNS takes a role for firehose alone, and this is {wanted.fields['protocol']}"
        yield finding(wanted, role, "role-not-taken", message, "remove the key")


def _policies(wanted: Wanted, siblings: Siblings) -> Iterator[Diagnostic]:
    protocol = wanted.fields["protocol"]
    if wanted.fields.get("delivery_policy") and protocol not in WEBHOOKS:
        message = f"SNS has a delivery policy for http and https alone, and this is {protocol}"
        yield finding(wanted, "delivery_policy", "no-delivery-policy", message, "remove the key")
    elif policy := wanted.fields.get("delivery_policy"):
        yield from check_delivery(wanted, policy.get("healthyRetryPolicy"), policy.get("throttlePolicy"))
    if wanted.fields.get("filter_policy_scope") and not wanted.fields.get("filter_policy"):
        message = "SNS keeps the scope of a filter only with the filter"
        yield finding(wanted, "filter_policy_scope", "scope-without-filter", message, "add `filter_policy`")
    queue = (wanted.fields.get("redrive_policy") or {}).get("deadLetterTargetArn")
    where = re.fullmatch(r"arn:[\w-]+:sqs:(?P<region>[a-z0-9-]+):\d{12}:[\w-]+", queue) if queue else None
    if queue and (where is None or (siblings.scope_region and where["region"] != siblings.scope_region)):
        message = "deadLetterTargetArn is not the ARN of a standard queue in the topic's region"
        hint = f"name a queue in {siblings.scope_region or 'that region'}"
        yield finding(wanted, "redrive_policy", "bad-redrive-policy", message, hint)


def _filter(wanted: Wanted) -> Iterator[Diagnostic]:
    """What SNS refuses of a filter policy (SNS developer guide: filter policy constraints)."""
    path, policy = "filter_policy", wanted.fields.get("filter_policy")
    if not isinstance(policy, Mapping):
        return
    if len(policy) > FILTER_KEYS:
        message = f"its filter has {len(policy)} keys; SNS takes {FILTER_KEYS}"
        yield finding(wanted, path, "bad-filter-policy", message, "filter by fewer, or in the subscriber")
    nested = next((key for key, value in policy.items() if isinstance(value, Mapping)), None)
    scope = wanted.fields.get("filter_policy_scope")
    if nested is not None and scope != "MessageBody":
        message = f"{nested} of its filter looks into a map, which an attribute has not"
        hint = "add `filter_policy_scope: MessageBody`, or give a list of values"
        # A subscription that is there may have a scope that the spec leaves alone.
        severity = Severity.ERROR if scope else Severity.WARNING
        yield finding(wanted, path, "bad-filter-policy", message, hint, severity)
    if (count := _combinations(policy, 1)) > FILTER_COMBINATIONS:
        message = f"its filter has {count} combinations of values; SNS takes {FILTER_COMBINATIONS}"
        yield finding(wanted, path, "bad-filter-policy", message, "filter by fewer values")
    elif not count:
        hint = "give each key a value, or take it out"
        yield finding(wanted, path, "bad-filter-policy", "its filter has a key without a value", hint)


def _combinations(policy: Mapping[str, Json], depth: int) -> int:
    """Values of one key times those of the next, each as often as its key lies deep."""
    product = 1
    for value in policy.values():
        product *= _combinations(value, depth + 1) if isinstance(value, Mapping) else len(listed(value)) * depth
    return product
