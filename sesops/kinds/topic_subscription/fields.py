"""What a spec may write about a subscription, how it is named, and where SNS keeps it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from sesops.core import policy
from sesops.core.address import Address
from sesops.core.kind import Build, Field, unsaid
from sesops.core.thing import Block, Live, World
from sesops.core.values import Json, Scope, Secret

NAME = "subscription"
KEY, ATTRIBUTES, CONFIRMATION = "key", "attributes", "confirmation"

WEBHOOKS = frozenset({"http", "https"})
MAILBOXES = frozenset({"email", "email-json"})
CONFIRMED_BY_HAND = WEBHOOKS | MAILBOXES
"""Protocols whose subscriber always has to say yes first; so has the owner of a queue in another account."""

_DIGITS = 6
"""Of the digest in an address: enough to tell a topic's subscriptions apart."""
_RUN = re.compile(r"[A-Za-z0-9]{24}")
_HOST = re.compile(r"https?://(?:[^/?#@]*@)?(?P<host>[^/?#@:]+)", re.IGNORECASE)


def last(parts: Mapping[str, str | Secret]) -> str:
    """A subscription's name within its topic: `https:hooks.example.com:3f9a1c`.

    A path may hold a token and a mailbox may be a person's, so an address has no more of them than host and digest. It
    is the same wherever the endpoint was seen: in a spec or live. Where it is a secret that is not open, the name is
    made of where that is found.
    """
    protocol, endpoint = str(parts["protocol"]).lower().replace("_", "-"), parts["endpoint"]
    shown = re.sub(r"[^\w.]+", "-", str(endpoint)) if isinstance(endpoint, Secret) else _shown(protocol, endpoint)
    digest = hashlib.sha256(str(endpoint).encode()).hexdigest()[:_DIGITS]
    return f"{protocol}:{shown}:{digest}"


def _shown(protocol: str, endpoint: str) -> str:
    """What may be read of an endpoint by everybody: its host, the name in its ARN, the end of a number."""
    found = ""
    if protocol in WEBHOOKS:
        url = _HOST.match(endpoint)
        found = url["host"].lower() if url else ""
    elif protocol in MAILBOXES:
        found = endpoint.rpartition("@")[2] if "@" in endpoint else ""
    elif protocol == "sms":
        found = endpoint[-2:]
    elif endpoint.startswith("arn:"):
        found = re.split(r"[:/]", endpoint)[-1]
    return re.sub(r"[^\w.-]", "", found) or "unknown"


def holds_token(endpoint: str) -> bool:
    """Whether a webhook's URL looks as if whoever knows it may use it: by what stands in front of its host, in its
    query, or in its path. Rather one too many: what is taken for a token is only written elsewhere.
    """
    url = urlsplit(endpoint)
    return bool(url.username or url.query or url.fragment) or any(map(_is_token, url.path.split("/")))


def _is_token(segment: str) -> bool:
    """Whether a part of a path is no word: long and with digits, or with letters of both cases and digits."""
    has_digit = any(one.isdigit() for one in segment)
    is_mixed = has_digit and segment.lower() != segment != segment.upper()
    return (is_mixed and len(segment) >= 8) or (has_digit and len(segment) >= 16) or bool(_RUN.search(segment))


def _exported(_path: str, endpoint: Json, live: Live, _scope: Scope) -> Json:
    """The endpoint, or where a spec finds one that holds a token."""
    if not endpoint.lower().startswith("http") or not holds_token(endpoint):
        return endpoint
    topic, name = live.address.name
    return Secret("env", re.sub(r"\W", "_", f"ENDPOINT_{topic}_{name.rpartition(':')[2]}").upper())


def is_pending(live: Live | None) -> bool:
    """Whether a subscription waits for its confirmation."""
    block = live.blocks.get(CONFIRMATION) if live else None
    return isinstance(block, Block) and block.raw.get("Confirmed") is False


def build(value: Json, _build: Build) -> Mapping[str, Json]:
    """The subscription, its delivery policy without what SNS fills in; that it is confirmed is wanted of each."""
    policy = {"delivery_policy": meaning(value["delivery_policy"])} if value.get("delivery_policy") else {}
    return {**value, **policy, "confirmed": True}


def meaning(policy: Json) -> Json:
    """A delivery policy without blanks: SNS gives back what was left out as null, and `guaranteed: false`."""
    if not isinstance(policy, Mapping):
        return policy
    inner = {key: meaning(one) for key, one in policy.items()}
    return {key: one for key, one in inner.items() if one not in (None, {}) and (key, one) != ("guaranteed", False)}


def _document(text: Json) -> Json:
    """A JSON document that SNS keeps as text; an empty one is none."""
    return policy.document(text) or None


def _unless_pending(before: Json, after: Json, world: World, address: Address) -> Json:
    """What nobody can read or set before the confirmation is left for the run after it."""
    return before if is_pending(world.live(address)) else after


def _as_it_is(before: Json, after: Json, _world: World, _address: Address) -> Json:
    """What has the address has the endpoint. A secret one is only in clear as the call is made."""
    return before if isinstance(after, Secret) and before is not None else after


def _later(before: Json, after: Json, _world: World, _address: Address) -> Json:
    """A new subscription is confirmed when it is, and not made so."""
    return None if before is None else after


FIELDS = (
    Field("protocol", KEY, "Protocol", nullable=False),
    Field("endpoint", KEY, "Endpoint", nullable=False, sealed_as="text", merge=_as_it_is, exported=_exported),
    # No word of the spec: what waits to be confirmed is not yet what was asked for.
    Field("confirmed", CONFIRMATION, "Confirmed", default=True, nullable=False, merge=_later, exported=unsaid),
    Field(
        "raw_message_delivery",
        ATTRIBUTES,
        "RawMessageDelivery",
        default=False,
        decode=lambda text: str(text).lower() == "true",
        encode=lambda value: str(value).lower(),
        merge=_unless_pending,
    ),
    Field("filter_policy", ATTRIBUTES, "FilterPolicy", decode=_document, encode=json.dumps, merge=_unless_pending),
    Field(
        "filter_policy_scope",
        ATTRIBUTES,
        "FilterPolicyScope",
        default="MessageAttributes",
        merge=_unless_pending,
    ),
    Field("redrive_policy", ATTRIBUTES, "RedrivePolicy", decode=_document, encode=json.dumps, merge=_unless_pending),
    Field(
        "delivery_policy",
        ATTRIBUTES,
        "DeliveryPolicy",
        decode=lambda text: meaning(_document(text)),
        encode=json.dumps,
        merge=_unless_pending,
    ),
    Field("subscription_role_arn", ATTRIBUTES, "SubscriptionRoleArn", nullable=False, merge=_unless_pending),
)
MEMBERS: Mapping[str, str] = {one.path: one.member for one in FIELDS if one.facet == ATTRIBUTES}
"""The attributes, by our key."""
