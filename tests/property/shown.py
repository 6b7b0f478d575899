"""What a plan says that it changes, as leaves of a picture: everything else has to stay as it was.

The table says by hand where the two APIs show a field, so it is a second opinion on the kinds' own tables. `_ALONG`
is what SES itself moves with a field, whoever writes it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from property.names import domain_of
from property.reads import Leaf, Picture, differences

from sesops.core.plan import Action, Change, FieldChange, State, TargetPlan

_V2_DKIM = "GetEmailIdentity.DkimAttributes"
_KEY = (
    *(f"{_V2_DKIM}.{one}" for one in ("Status", "Tokens", "SigningHostedZone", "SigningAttributesOrigin")),
    *(f"{_V2_DKIM}.{one}" for one in ("NextSigningKeyLength", "CurrentSigningKeyLength", "LastKeyGenerationTimestamp")),
    "DkimAttributes.DkimTokens",
    "DkimAttributes.DkimVerificationStatus",
)
_MAIL_FROM_STATUS = (
    "GetEmailIdentity.MailFromAttributes.MailFromDomainStatus",
    "MailFromDomainAttributes.MailFromDomainStatus",
)
_BEHAVIOR = (
    "GetEmailIdentity.MailFromAttributes.BehaviorOnMxFailure",
    "MailFromDomainAttributes.BehaviorOnMXFailure",
)
_LOGGED = (
    ("http", "HTTP"),
    ("sqs", "SQS"),
    ("lambda", "Lambda"),
    ("firehose", "Firehose"),
    ("application", "Application"),
)
_SET, _V1_SET = "GetConfigurationSet", "DescribeConfigurationSet"
_DESTINATION, _V1_DESTINATION = "GetConfigurationSetEventDestinations", "DescribeConfigurationSet"


def _notifications() -> Iterator[tuple[str, tuple[str, ...]]]:
    for kind in ("bounce", "complaint", "delivery"):
        name = kind.capitalize()
        yield f"notifications.{kind}.topic", (f"NotificationAttributes.{name}Topic",)
        headers = f"NotificationAttributes.HeadersIn{name}NotificationsEnabled"
        yield f"notifications.{kind}.include_original_headers", (headers,)


_IDENTITY = {
    "dkim.signing_enabled": (f"{_V2_DKIM}.SigningEnabled", "DkimAttributes.DkimEnabled"),
    "dkim.origin": (*_KEY, f"{_V2_DKIM}.DomainSigningAttributesOrigin"),
    # No read has these two: so they are called where they are written.
    "dkim.selector": (*_KEY, f"{_V2_DKIM}.DomainSigningSelector"),
    "dkim.private_key": (f"{_V2_DKIM}.DomainSigningPrivateKey",),
    "dkim.signing_key_length": _KEY,
    "mail_from.domain": (
        "GetEmailIdentity.MailFromAttributes.MailFromDomain",
        "MailFromDomainAttributes.MailFromDomain",
        *_MAIL_FROM_STATUS,
    ),
    # Each Put has SES look for the MX record anew.
    "mail_from.behavior_on_mx_failure": (*_BEHAVIOR, *_MAIL_FROM_STATUS),
    **dict(_notifications()),
    "feedback_forwarding": ("GetEmailIdentity.FeedbackForwardingStatus", "NotificationAttributes.ForwardingEnabled"),
    "configuration_set": ("GetEmailIdentity.ConfigurationSetName",),
}


def _both(member: str, v1: str = "") -> tuple[str, ...]:
    """A member of an event destination, in the two spellings."""
    return f"{_DESTINATION}.{member}", f"{_V1_DESTINATION}.{v1 or member}"


def _rule(member: str) -> tuple[str, ...]:
    return f"DescribeReceiptRuleSet.{member}", f"DescribeReceiptRule.{member}"


WHERE: dict[str, dict[str, tuple[str, ...]]] = {
    "domain": _IDENTITY,
    "email": _IDENTITY,
    "identity_policy": {"document": ("GetEmailIdentity", "GetEmailIdentityPolicies", "GetIdentityPolicies")},
    "configuration_set": {
        "sending_enabled": (
            f"{_SET}.SendingOptions.SendingEnabled",
            f"{_V1_SET}.ReputationOptions.SendingEnabled",
            *(f"{one}.ReputationOptions.LastFreshStart" for one in (_SET, _V1_SET)),
        ),
        "reputation_metrics_enabled": tuple(
            f"{one}.ReputationOptions.ReputationMetricsEnabled" for one in (_SET, _V1_SET)
        ),
        "delivery.tls_policy": tuple(f"{one}.DeliveryOptions.TlsPolicy" for one in (_SET, _V1_SET)),
        # v1 shows the TLS policy once there is a block.
        "delivery.sending_pool": (f"{_SET}.DeliveryOptions.SendingPoolName", f"{_V1_SET}.DeliveryOptions"),
        "delivery.max_delivery_seconds": (f"{_SET}.DeliveryOptions.MaxDeliverySeconds", f"{_V1_SET}.DeliveryOptions"),
        "tracking.custom_redirect_domain": tuple(
            f"{one}.TrackingOptions.CustomRedirectDomain" for one in (_SET, _V1_SET)
        ),
        "tracking.https_policy": (f"{_SET}.TrackingOptions.HttpsPolicy",),
        "suppressed_reasons": (f"{_SET}.SuppressionOptions.SuppressedReasons",),
        "validation_threshold": (f"{_SET}.SuppressionOptions.ValidationOptions",),
        "vdm.engagement_metrics": (f"{_SET}.VdmOptions.DashboardOptions.EngagementMetrics",),
        "vdm.optimized_shared_delivery": (f"{_SET}.VdmOptions.GuardianOptions.OptimizedSharedDelivery",),
        "archive_arn": (f"{_SET}.ArchivingOptions.ArchiveArn",),
    },
    "event_destination": {
        "enabled": _both("Enabled"),
        "events": _both("MatchingEventTypes"),
        "sns": _both("SnsDestination.TopicArn", "SNSDestination.TopicARN"),
        "cloudwatch": _both("CloudWatchDestination.DimensionConfigurations"),
        "firehose.stream_arn": _both(
            "KinesisFirehoseDestination.DeliveryStreamArn", "KinesisFirehoseDestination.DeliveryStreamARN"
        ),
        "firehose.role_arn": _both("KinesisFirehoseDestination.IamRoleArn", "KinesisFirehoseDestination.IAMRoleARN"),
        "eventbridge": _both("EventBridgeDestination.EventBusArn"),
        "pinpoint": _both("PinpointDestination.ApplicationArn"),
    },
    "receipt_rule_set": {"order": ("order",)},
    "receipt_rule": {
        "recipients": _rule("Recipients"),
        "enabled": _rule("Enabled"),
        "scan_enabled": _rule("ScanEnabled"),
        "tls_policy": _rule("TlsPolicy"),
        "actions": _rule("Actions"),
    },
    "active_receipt_rule_set": {"name": ("DescribeActiveReceiptRuleSet",)},
    "topic": {
        "policy": ("GetTopicAttributes.Policy",),
        "display_name": ("GetTopicAttributes.DisplayName",),
        "kms_key": ("GetTopicAttributes.KmsMasterKeyId",),
        "delivery_policy": ("GetTopicAttributes.DeliveryPolicy",),
        "signature_version": ("GetTopicAttributes.SignatureVersion",),
        "tracing": ("GetTopicAttributes.TracingConfig",),
        **{
            f"delivery_logging.{ours}.{path}": (f"GetTopicAttributes.{theirs}{member}",)
            for ours, theirs in _LOGGED
            for path, member in (
                ("success_role", "SuccessFeedbackRoleArn"),
                ("success_sample_rate", "SuccessFeedbackSampleRate"),
                ("failure_role", "FailureFeedbackRoleArn"),
            )
        },
    },
}
_TAGS = ("GetEmailIdentity", "GetConfigurationSet", "ListTagsForResource")
# Without a domain SES takes neither.
_ALONG = {"mail_from.domain": _BEHAVIOR, "tracking.custom_redirect_domain": (f"{_SET}.TrackingOptions.HttpsPolicy",)}


def where(kind: str, path: str) -> Iterator[Leaf]:
    """The places in a picture where a field is shown (each stands for all that lies below it)."""
    if path.startswith("tags."):
        yield from ((view, "Tags", path.removeprefix("tags.")) for view in _TAGS)
    else:
        yield from (tuple(one.split(".")) for one in WHERE[kind][path])


def _moves(kind: str, change: FieldChange) -> Iterator[Leaf]:
    yield from where(kind, change.path)
    if change.after is None:
        yield from (tuple(one.split(".")) for one in _ALONG.get(change.path, ()))


def not_shown(plan: TargetPlan, before: Picture, after: Picture) -> list[tuple[str, Leaf, Any, Any]]:
    """The differences that the plan did not show as a change that it would make."""
    made = [change for change in plan.changes if any(step.state is not State.HELD for step in change.steps)]
    found = [one for one in differences(before, after) if not any(_covers(change, *one) for change in made)]
    return [one for one in found if not (_is_first_key(before, after, *one[:2]) or _is_filled_in(*one[1:]))]


def _covers(change: Change, address: str, leaf: Leaf, old: Any, new: Any) -> bool:
    own = str(change.address)
    if change.action in (Action.CREATE, Action.REPLACE) and own == address:
        return True
    if change.action is Action.DELETE and (own == address or _lies_in(address, change)):
        return True
    if leaf == ("order",) and change.address.name[:1] == tuple(address.split("/")[1:]):
        return _same_but_for(change, old, new)
    if own == address:
        return any(_is_at(leaf, one, empty={} in (old, new)) for one in _leaves(change))
    return _is_mirror(change, address, leaf)


def _is_first_key(before: Picture, after: Picture, address: str, leaf: Leaf) -> bool:
    """SES signs from a domain's first key on, whoever asks for that key."""
    signing = [tuple(one.split(".")) for one in _IDENTITY["dkim.signing_enabled"]]
    status = ("GetEmailIdentity", "DkimAttributes", "Status")
    started = [one.get(address, {}).get(status, "NOT_STARTED") != "NOT_STARTED" for one in (before, after)]
    return leaf in signing and started == [False, True]


def _is_filled_in(leaf: Leaf, old: Any, new: Any) -> bool:
    """SES shows the TLS policy that it takes by itself once a set has any option of delivery."""
    return leaf[1:] == ("DeliveryOptions", "TlsPolicy") and (old, new) == (None, "OPTIONAL")


def _is_at(leaf: Leaf, shown: Leaf, *, empty: bool) -> bool:
    """Whether a leaf is the place shown, or below it, or an empty group that this fills or leaves."""
    return leaf[: len(shown)] == shown or (empty and shown[: len(leaf)] == leaf)


def _lies_in(address: str, change: Change) -> bool:
    """Whether a thing goes with the one that is deleted."""
    kinds = {"domain": "identity_policy", "email": "identity_policy", "configuration_set": "event_destination"}
    below = {**kinds, "receipt_rule_set": "receipt_rule"}.get(change.address.kind)
    return address.startswith(f"{below}/{change.address.last}/")


def _leaves(change: Change) -> Iterator[Leaf]:
    """Where the fields lie whose steps are made."""
    made = {step.facet for step in change.steps if step.state is not State.HELD}
    if made & {"adopt", "release"}:
        yield from where(change.address.kind, "tags.sesops:stack")
    for one in change.fields:
        if one.facet in made:
            yield from _moves(change.address.kind, one)


def _same_but_for(change: Change, old: list[str], new: list[str]) -> bool:
    """Rules that come and go do not move the others."""
    if change.address.kind == "receipt_rule_set":
        return any(leaf == ("order",) for leaf in _leaves(change))
    return [one for one in old or () if one in (new or ())] == [one for one in new or () if one in (old or ())]


def _is_mirror(change: Change, address: str, leaf: Leaf) -> bool:
    """SES shows an address with the DKIM of the domain in it."""
    of_domain = address.startswith("email/") and change.address.kind == "domain"
    return of_domain and domain_of(address) == change.address.last and "DkimAttributes" in leaf


def kept_statements(before: Picture, after: Picture) -> bool:
    """Whether topics' policies hold every statement of others that they held."""
    leaf = ("GetTopicAttributes", "Policy")
    for address in before.keys() & after.keys():
        if leaf in before[address]:
            old, new = (json.loads(one[address][leaf])["Statement"] for one in (before, after))
            if not all(one in new for one in old if one.get("Sid") != "SesopsLetsSesPublish"):
                return False
    return True
