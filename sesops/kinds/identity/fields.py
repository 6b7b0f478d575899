"""The fields that a spec may write about an identity, and the names of the facets they lie in.

SES has one call for most of them, so most facets hold one field. Members are in the spelling of `GetEmailIdentity`;
the notification topics and header flags, which v2 does not have, are in that of `GetIdentityNotificationAttributes`.
"""

from __future__ import annotations

from sesops.core.kind import Field
from sesops.kinds._shared import tag_field
from sesops.kinds.identity import dkim, judgement

DKIM_SIGNING = "dkim_signing"
DKIM_KEY = "dkim_key"
MAIL_FROM = "mail_from"
FORWARDING = "forwarding"
CONFIGURATION_SET = "configuration_set"
TAGS = "tags"

NOTIFICATIONS = ("bounce", "complaint", "delivery")
"""The types of notification; SES spells them with a capital."""


def topic_facet(kind: str) -> str:
    """The facet with the topic of one type of notification."""
    return f"{kind}_topic"


def headers_facet(kind: str) -> str:
    """The facet that says whether notifications of one type include the message's headers."""
    return f"{kind}_headers"


_DKIM_FIELDS = (
    Field(
        "dkim.signing_enabled",
        DKIM_SIGNING,
        "SigningEnabled",
        default=True,
        stops=judgement.signing_stops,
    ),
    Field(
        "dkim.origin",
        DKIM_KEY,
        "SigningAttributesOrigin",
        default=dkim.EASY,
        stops=judgement.origin_stops,
    ),
    Field(
        "dkim.selector",
        DKIM_KEY,
        "DomainSigningSelector",
        nullable=False,
        merge=dkim.selector_after,
        stops=judgement.selector_stops,
    ),
    # SES never shows the key: it goes along where another selector or origin is written (SES behaviour: DKIM).
    Field(
        "dkim.private_key",
        DKIM_KEY,
        "DomainSigningPrivateKey",
        nullable=False,
        sealed_as="private_key",
        merge=dkim.key_after,
        exported=dkim.exported_key,
    ),
    # The *next* length: SES rotates to it later, and asking twice for one length is refused (SES behaviour: DKIM).
    Field(
        "dkim.signing_key_length",
        DKIM_KEY,
        "NextSigningKeyLength",
        default="RSA_2048_BIT",
        merge=dkim.length_after,
        stops=judgement.key_length_stops,
        notice=judgement.key_length_notice,
    ),
)

_MAIL_FROM = (
    Field(
        "mail_from.domain",
        MAIL_FROM,
        "MailFromDomain",
        stops=judgement.mail_from_domain_stops,
    ),
    Field(
        "mail_from.behavior_on_mx_failure",
        MAIL_FROM,
        "BehaviorOnMxFailure",
        default="USE_DEFAULT_VALUE",
        stops=judgement.mail_from_behavior_stops,
    ),
)

_TOPICS = tuple(
    Field(f"notifications.{kind}.topic", topic_facet(kind), f"{kind.capitalize()}Topic", ref="topic")
    for kind in NOTIFICATIONS
)
_HEADERS = tuple(
    Field(
        f"notifications.{kind}.include_original_headers",
        headers_facet(kind),
        f"HeadersIn{kind.capitalize()}NotificationsEnabled",
        default=False,
    )
    for kind in NOTIFICATIONS
)

EMAIL_FIELDS = (
    *_MAIL_FROM,
    *_TOPICS,
    *_HEADERS,
    Field("feedback_forwarding", FORWARDING, "FeedbackForwardingStatus", default=True),
    Field(
        "configuration_set",
        CONFIGURATION_SET,
        "ConfigurationSetName",
        ref="configuration_set",
        stops=judgement.configuration_set_stops,
    ),
    tag_field(),
)
"""What addresses and domains have in common. An address shows its domain's DKIM and has none of its own."""

DOMAIN_FIELDS = (*_DKIM_FIELDS, *EMAIL_FIELDS)
