"""What a spec may write about a topic, and which attribute of SNS it is."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sesops.core import policy
from sesops.core.address import Address
from sesops.core.kind import UNSET, Build, Compare, Field
from sesops.core.thing import Live, World
from sesops.core.values import Json, Scope
from sesops.kinds._shared import tag_field
from sesops.kinds.topic.names import arn
from sesops.kinds.topic.policies import ADD, is_as_made, is_document, lets_publish, with_ses

POLICY, ENCRYPTION, SETTINGS, LOGGING = "policy", "encryption", "settings", "delivery_logging"
KEY, DELIVERY = "kms_key", "delivery_policy"

LOGGED = {"http": "HTTP", "sqs": "SQS", "lambda": "Lambda", "firehose": "Firehose", "application": "Application"}
"""Protocols whose deliveries SNS can log, as the spec and as SNS's attributes have them."""
_TRACING = {"PASS_THROUGH": "PassThrough", "ACTIVE": "Active"}
_RETRIES = {
    "minDelayTarget": 20,
    "maxDelayTarget": 20,
    "numRetries": 3,
    "numMaxDelayRetries": 0,
    "numNoDelayRetries": 0,
    "numMinDelayRetries": 0,
    "backoffFunction": "linear",
}
"""How SNS tries again where a delivery policy does not say it."""


def build(value: Json, build: Build) -> Mapping[str, Json]:
    """The thing as it stands in the spec, its documents in one order."""
    built = dict(value or {})
    held = built.get(POLICY)
    if isinstance(held, Mapping) and "ses" not in held:
        built[POLICY] = policy.in_order(held)
    elif isinstance(held, Mapping) and len(held) > 1:
        message = "`ses` stands beside a document of one's own"
        build.report(POLICY, "conflicting-keys", message, "remove `ses`, and let the document let SES publish")
        built[POLICY] = ADD
    return built


# Values that differ in their text and mean the same


def _merge_policy(before: Json, after: Json, world: World, address: Address) -> Json:
    if is_document(after):
        return after
    return with_ses(before, arn(address, world.scope), world.scope.account)


def _merge_key(before: Json, after: Json, world: World, _address: Address) -> Json:
    """SNS keeps a key as it was given: by its id, its alias or the ARN of either."""
    if not before or not after:
        return after
    named = [one if one.startswith("arn:") else _key_arn(one, world) for one in (before, after)]
    return before if named[0] == named[1] else after


def _key_arn(key: str, world: World) -> str:
    return world.scope.arn("kms", key if key.startswith("alias/") else f"key/{key}")


def _merge_delivery(before: Json, after: Json, _world: World, _address: Address) -> Json:
    """SNS fills a delivery policy up, so what is filled up alike is the same."""
    same = before and after and _filled(before) == _filled(after)
    return before if same else after


def _filled(value: Json) -> Json:
    """A delivery policy without what is as SNS has it by itself."""
    http = value.get("http") if isinstance(value, Mapping) else None
    if not isinstance(http, Mapping):
        return value
    retries = http.get("defaultHealthyRetryPolicy") or {}
    rest = {key: one for key, one in http.items() if one not in (None, False) and key != "defaultHealthyRetryPolicy"}
    return {**value, "http": {**rest, "defaultHealthyRetryPolicy": {**_RETRIES, **retries}}}


# What a change means


def _stops(before: Json, after: Json, world: World, address: Address) -> str | None:
    """SES could publish, and cannot any more."""
    topic, account = arn(address, world.scope), world.scope.account
    if not lets_publish(before, topic, account) or lets_publish(after, topic, account):
        return None
    return f"SES may not publish to topic {address.last} any more: its notifications and events are lost"


def _exported(_path: str, held: Json, live: Live, scope: Scope) -> Json:
    """The document, unless sesops would make it so by itself."""
    return UNSET if is_as_made(held, arn(live.address, scope), scope.account) else policy.in_order(held)


# The table


def _tracing(held: Json) -> Json:
    return next((ours for ours, theirs in _TRACING.items() if theirs == held), held)


def _logging() -> tuple[Field, ...]:
    found: list[Field] = []
    for ours, theirs in LOGGED.items():
        path, member = f"{LOGGING}.{ours}", f"{theirs}{{}}"
        found += [
            Field(f"{path}.success_role", LOGGING, member.format("SuccessFeedbackRoleArn")),
            Field(
                f"{path}.success_sample_rate",
                LOGGING,
                member.format("SuccessFeedbackSampleRate"),
                default=0,
                decode=int,
                encode=str,
            ),
            Field(f"{path}.failure_role", LOGGING, member.format("FailureFeedbackRoleArn")),
        ]
    return tuple(found)


FIELDS = (
    Field("display_name", SETTINGS, "DisplayName"),
    Field(KEY, ENCRYPTION, "KmsMasterKeyId", merge=_merge_key),
    Field("signature_version", SETTINGS, "SignatureVersion", default=1, decode=int, encode=str),
    Field(
        "tracing",
        SETTINGS,
        "TracingConfig",
        default="PASS_THROUGH",
        decode=_tracing,
        encode=lambda value: _TRACING[value],
    ),
    Field(
        DELIVERY,
        SETTINGS,
        "DeliveryPolicy",
        decode=policy.document,
        encode=json.dumps,
        merge=_merge_delivery,
    ),
    *_logging(),
    Field(
        POLICY,
        POLICY,
        "Policy",
        nullable=False,
        compare=Compare.POLICY,
        created_as=ADD,
        decode=policy.document,
        encode=json.dumps,
        merge=_merge_policy,
        exported=_exported,
        stops=_stops,
    ),
    tag_field(),
)

MEMBERS = {
    facet: tuple(one.member for one in FIELDS if one.facet == facet)
    for facet in (POLICY, ENCRYPTION, SETTINGS, LOGGING)
}
"""The attributes of each facet. Every other one is not ours, so that nobody's change of it is one of ours."""
