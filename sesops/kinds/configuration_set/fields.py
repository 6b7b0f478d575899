"""What a spec may write about a configuration set, where SES keeps it, and what a change means for mail."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from sesops.core.address import Address
from sesops.core.kind import Compare, Field, always_said
from sesops.core.sentences import MANY, listed
from sesops.core.thing import Live, World
from sesops.core.values import Json
from sesops.kinds._shared import tag_field
from sesops.kinds._spelling import decode_threshold, encode_threshold, is_on, switch

NAME = "configuration_set"
DOMAIN = "tracking.custom_redirect_domain"
HTTPS_POLICY = "tracking.https_policy"
REASONS = "suppressed_reasons"
THRESHOLD = "validation_threshold"


class Options(NamedTuple):
    """Where SES keeps a facet: the member of the Get and the Create, and the call that replaces it."""

    member: str
    put: str


OPTIONS: Mapping[str, Options] = MappingProxyType(
    {
        "sending": Options("SendingOptions", "PutConfigurationSetSendingOptions"),
        "reputation": Options("ReputationOptions", "PutConfigurationSetReputationOptions"),
        "delivery": Options("DeliveryOptions", "PutConfigurationSetDeliveryOptions"),
        "tracking": Options("TrackingOptions", "PutConfigurationSetTrackingOptions"),
        "suppression": Options("SuppressionOptions", "PutConfigurationSetSuppressionOptions"),
        "vdm": Options("VdmOptions", "PutConfigurationSetVdmOptions"),
        "archiving": Options("ArchivingOptions", "PutConfigurationSetArchivingOptions"),
    }
)


def _defaulting(world: World, address: Address) -> str:
    """The identities that use the set by default, for a sentence: ", and all mail from a.example.com, ..."."""
    names = [one.last for one in world.keeping(address) if one.kind in ("domain", "email")]
    return f", and all mail from {listed(names, MANY)}" if names else ""


def sending_stops(before: Json, after: Json, world: World, address: Address) -> str | None:
    """Sending is switched off."""
    if after is not False or before is False:
        return None
    return f"mail that uses configuration set {address.last} is refused{_defaulting(world, address)}"


def sending_notice(before: Json, after: Json, _world: World, _address: Address) -> str | None:
    """SES counts bounces and complaints of a set from the day its sending was last switched on."""
    return "the set's reputation metrics start afresh" if before is False and after is True else None


def tls_stops(before: Json, after: Json, _world: World, address: Address) -> str | None:
    """TLS is made a must."""
    if after != "REQUIRE" or before == "REQUIRE":
        return None
    return f"mail that uses configuration set {address.last} no longer reaches servers without TLS"


def delete_stops(live: Live | None, world: World) -> str | None:
    """A set goes. SES lets it, and refuses the mail that uses it afterwards; identities keep the dangling name."""
    if live is None:
        return None
    # Of the identities, those that the spec gives no set were not read.
    by = "by name or by default"
    gone = live.address
    return f"mail that uses configuration set {gone.last}, {by}, is refused once it is gone{_defaulting(world, gone)}"


FIELDS = (
    Field("sending_enabled", "sending", "SendingEnabled", default=True, stops=sending_stops, notice=sending_notice),
    # Sets made through v1 start with false, through v2 with true: there is no one default to go back to.
    Field(
        "reputation_metrics_enabled",
        "reputation",
        "ReputationMetricsEnabled",
        default=False,
        nullable=False,
        exported=always_said,
    ),
    Field("delivery.tls_policy", "delivery", "TlsPolicy", default="OPTIONAL", stops=tls_stops),
    Field("delivery.sending_pool", "delivery", "SendingPoolName", ref="ip_pool"),
    Field("delivery.max_delivery_seconds", "delivery", "MaxDeliverySeconds"),
    Field(DOMAIN, "tracking", "CustomRedirectDomain"),
    Field(HTTPS_POLICY, "tracking", "HttpsPolicy", default="OPTIONAL"),
    # None: as the account says, which `[]` is not.
    Field(REASONS, "suppression", "SuppressedReasons", nullable=False, compare=Compare.SET),
    Field(
        THRESHOLD,
        "suppression",
        "ValidationOptions.ConditionThreshold",
        nullable=False,
        decode=decode_threshold,
        encode=encode_threshold,
    ),
    Field(
        "vdm.engagement_metrics",
        "vdm",
        "DashboardOptions.EngagementMetrics",
        nullable=False,
        decode=is_on,
        encode=switch,
    ),
    Field(
        "vdm.optimized_shared_delivery",
        "vdm",
        "GuardianOptions.OptimizedSharedDelivery",
        nullable=False,
        decode=is_on,
        encode=switch,
    ),
    Field("archive_arn", "archiving", "ArchiveArn"),
    tag_field(),
)
