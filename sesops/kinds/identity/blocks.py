"""Answers of SES about identities -> blocks, one form from both APIs: members and enumerations in v2's spelling.

A facet's block is the same whichever call gave it, or a saved plan would look stale when another call is cheaper.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sesops.core.thing import Block
from sesops.core.values import Json, Reply
from sesops.kinds._shared import tags_in, within
from sesops.kinds.identity import fields
from sesops.kinds.identity.dkim import EXTERNAL, primary_region
from sesops.kinds.identity.fields import NOTIFICATIONS, headers_facet, topic_facet


@dataclass(frozen=True)
class Batch:
    """A v1 read of up to 100 identities, with the facets it gives. `member` is the map in its answer."""

    operation: str
    member: str
    facets: frozenset[str]


DKIM = Batch("GetIdentityDkimAttributes", "DkimAttributes", frozenset({fields.DKIM_SIGNING}))
MAIL_FROM = Batch("GetIdentityMailFromDomainAttributes", "MailFromDomainAttributes", frozenset({fields.MAIL_FROM}))
NOTIFICATION = Batch(
    "GetIdentityNotificationAttributes",
    "NotificationAttributes",
    frozenset({fields.FORWARDING, *map(topic_facet, NOTIFICATIONS), *map(headers_facet, NOTIFICATIONS)}),
)
BATCHES = (DKIM, MAIL_FROM, NOTIFICATION)

V2_FACETS = frozenset(
    {fields.DKIM_SIGNING, fields.DKIM_KEY, fields.MAIL_FROM, fields.FORWARDING, fields.CONFIGURATION_SET, fields.TAGS}
)
"""What GetEmailIdentity gives."""
V2_ONLY = frozenset({fields.DKIM_KEY, fields.CONFIGURATION_SET, fields.TAGS})
"""What nothing else gives."""

_CONDITION = {
    fields.DKIM_SIGNING: ("dkim", "Status"),
    fields.DKIM_KEY: ("dkim", "Status"),
    fields.MAIL_FROM: ("mail_from", "MailFromDomainStatus"),
}


def of_identity(facet: str, reply: Reply) -> Block:
    """A facet's block in the answer of GetEmailIdentity."""
    value = reply.value
    dkim = value.get("DkimAttributes") or {}
    if facet == fields.DKIM_SIGNING:
        return Block(_set({key: dkim.get(key) for key in ("SigningEnabled", "Status", "Tokens")}))
    if facet == fields.DKIM_KEY:
        # The length of a key that another region has is no wish of this one.
        other = {"NextSigningKeyLength"} if primary_region(dkim.get("SigningAttributesOrigin")) else set()
        kept = {key: one for key, one in dkim.items() if key not in {"SigningEnabled", *other}} | _selector(dkim)
        return Block(_set(kept), within(reply.unknown, "DkimAttributes"))
    if facet == fields.MAIL_FROM:
        return Block(_set(value.get("MailFromAttributes") or {}), within(reply.unknown, "MailFromAttributes"))
    if facet == fields.TAGS:
        return Block(tags_in(value))
    member = "FeedbackForwardingStatus" if facet == fields.FORWARDING else "ConfigurationSetName"
    return Block(_set({member: value.get(member)}))


def _selector(dkim: Mapping[str, Json]) -> dict[str, Json]:
    """The selector under the name it is given by: SES shows it as the one token of an owner's key, or not at all."""
    tokens = dkim.get("Tokens") or ()
    return {"DomainSigningSelector": tokens[0]} if dkim.get("SigningAttributesOrigin") == EXTERNAL and tokens else {}


def of_batch(batch: Batch, facet: str, name: str, reply: Reply) -> Block | None:
    """A facet's block in the answer of a v1 read; None where the answer has no entry of that name."""
    entry = (reply.value.get(batch.member) or {}).get(name)
    if entry is None:
        return None
    if facet == fields.DKIM_SIGNING:
        status = _v2_enum(entry.get("DkimVerificationStatus"))
        return Block(
            _set({"SigningEnabled": entry.get("DkimEnabled"), "Status": status, "Tokens": entry.get("DkimTokens")})
        )
    if facet == fields.MAIL_FROM:
        raw = {
            "MailFromDomain": entry.get("MailFromDomain"),
            "MailFromDomainStatus": _v2_enum(entry.get("MailFromDomainStatus")),
            "BehaviorOnMxFailure": _v2_enum(entry.get("BehaviorOnMXFailure")),
        }
        return Block(_set(raw), within(reply.unknown, f"{batch.member}.{name}"))
    if facet == fields.FORWARDING:
        return Block(_set({"FeedbackForwardingStatus": entry.get("ForwardingEnabled")}))
    kind, _, half = facet.partition("_")
    member = f"{kind.capitalize()}Topic" if half == "topic" else f"HeadersIn{kind.capitalize()}NotificationsEnabled"
    return Block(_set({member: entry.get(member)}))


def condition(facet: str, block: Block) -> dict[str, str]:
    """What a block says about DKIM or MAIL FROM being found in DNS."""
    name, member = _CONDITION.get(facet, ("", ""))
    status = block.raw.get(member)
    return {name: status} if status else {}


def _set(members: Mapping[str, Json]) -> dict[str, Json]:
    """The members that are set: v1 gives an unset one as an empty text, and so may v2 (SES behaviour: default set)."""
    return {key: value for key, value in members.items() if value not in (None, "")}


def _v2_enum(value: str | None) -> str | None:
    """`TemporaryFailure` -> `TEMPORARY_FAILURE`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", value).upper() if value else None
