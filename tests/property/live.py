"""A live state as SES's answers describe it, and how it comes to be: put into the emulator through its two APIs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from property import names
from property.names import ses_arn

DAY = timedelta(days=1)
STACK_TAG = "sesops:stack"


@dataclass(frozen=True)
class Topic:
    """`closed`: its policy is the one that SNS gives a new topic, which lets SES do nothing."""

    closed: bool
    tags: list[dict[str, str]]


@dataclass(frozen=True)
class Identity:
    """As `GetEmailIdentity` and `GetIdentityNotificationAttributes` say. `pending`: SES has not verified it yet;
    `classic`: made through v1, a domain without DKIM.
    """

    answer: dict[str, Any]
    notifications: dict[str, Any]
    pending: bool
    classic: bool


@dataclass(frozen=True)
class ConfigurationSet:
    """As `GetConfigurationSet` and `GetConfigurationSetEventDestinations` say. `classic`: made through v1."""

    answer: dict[str, Any]
    destinations: list[dict[str, Any]]
    classic: bool


@dataclass(frozen=True)
class State:
    """Everything that is live. `slow`: what is new is verified only after a day. `lost`: sets whose name dangles."""

    slow: bool = False
    topics: dict[str, Topic] = field(default_factory=dict)
    pools: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    identities: dict[str, Identity] = field(default_factory=dict)
    sets: dict[str, ConfigurationSet] = field(default_factory=dict)
    lost: tuple[str, ...] = ()
    rule_sets: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    active: str | None = None

    @property
    def open_topics(self) -> tuple[str, ...]:
        return tuple(name for name, one in self.topics.items() if not one.closed)

    def owned_by(self, stack: str) -> list[str]:
        """Addresses of what carries the tag of a stack."""
        tag = {"Key": STACK_TAG, "Value": stack}
        return [
            *(f"topic/{name}" for name, one in self.topics.items() if tag in one.tags),
            *(f"configuration_set/{name}" for name, one in self.sets.items() if tag in one.answer.get("Tags", ())),
            *(
                f"{'email' if '@' in name else 'domain'}/{name}"
                for name, one in self.identities.items()
                if tag in one.answer.get("Tags", ())
            ),
        ]

    @property
    def verified(self) -> tuple[str, ...]:
        return tuple(name for name, one in self.identities.items() if not one.pending)


def put(state: State, bench) -> None:
    """Make a state live, as other people's tools and the console would have: each call through plain boto3."""
    ses, sesv2, sns = (bench.client(one) for one in ("ses", "sesv2", "sns"))
    for name, topic in state.topics.items():
        attributes = {} if topic.closed else {"Policy": names.topic_policy(name)}
        sns.create_topic(Name=name, Attributes=attributes, Tags=topic.tags)
    for name, some in state.pools.items():
        sesv2.create_dedicated_ip_pool(PoolName=name, Tags=some)
    elsewhere = bench.session.client("sesv2", region_name=names.ELSEWHERE)
    for name in names.DOMAINS:
        elsewhere.create_email_identity(EmailIdentity=name)
    for name in state.verified:
        _create_identity(ses, sesv2, name, state.identities[name])
    if state.slow:
        bench.emulator.clock.advance(2 * DAY)
        bench.emulator.settings.verification = DAY
    for name, one in state.identities.items():
        if one.pending:
            _create_identity(ses, sesv2, name, one)
    for name, one in state.sets.items():
        _put_set(ses, sesv2, name, one)
    for name in state.lost:
        sesv2.create_configuration_set(ConfigurationSetName=name)
    for name, one in state.identities.items():
        _set_identity(ses, sesv2, name, one)
    for name in state.lost:
        sesv2.delete_configuration_set(ConfigurationSetName=name)
    for name, rules in state.rule_sets.items():
        ses.create_receipt_rule_set(RuleSetName=name)
        for rule in reversed(rules):
            ses.create_receipt_rule(RuleSetName=name, Rule=rule)
    if state.active:
        ses.set_active_receipt_rule_set(RuleSetName=state.active)


def _create_identity(ses, sesv2, name: str, one: Identity) -> None:
    if one.classic:
        if "@" in name:
            ses.verify_email_identity(EmailAddress=name)
        else:
            ses.verify_domain_identity(Domain=name)
        if some := one.answer.get("Tags"):
            sesv2.tag_resource(ResourceArn=ses_arn(f"identity/{name}"), Tags=some)
        return
    dkim = one.answer.get("DkimAttributes", {})
    attributes = {key: value for key, value in dkim.items() if key == "NextSigningKeyLength"}
    if dkim.get("SigningAttributesOrigin") == "EXTERNAL":
        attributes = {"DomainSigningSelector": "selector", "DomainSigningPrivateKey": "YWJj"}
    given = {"DkimSigningAttributes": attributes} if attributes else {}
    sesv2.create_email_identity(EmailIdentity=name, Tags=one.answer.get("Tags", []), **given)


def _set_identity(ses, sesv2, name: str, one: Identity) -> None:
    answer = one.answer
    if "SigningEnabled" in answer.get("DkimAttributes", {}):
        enabled = answer["DkimAttributes"]["SigningEnabled"]
        sesv2.put_email_identity_dkim_attributes(EmailIdentity=name, SigningEnabled=enabled)
    if "MailFromAttributes" in answer:
        sesv2.put_email_identity_mail_from_attributes(EmailIdentity=name, **answer["MailFromAttributes"])
    if answer.get("ConfigurationSetName"):
        sesv2.put_email_identity_configuration_set_attributes(
            EmailIdentity=name, ConfigurationSetName=answer["ConfigurationSetName"]
        )
    for policy, text in answer.get("Policies", {}).items():
        sesv2.create_email_identity_policy(EmailIdentity=name, PolicyName=policy, Policy=text)
    for kind in ("Bounce", "Complaint", "Delivery"):
        topic = one.notifications.get(f"{kind}Topic")
        if topic is None:
            continue
        ses.set_identity_notification_topic(Identity=name, NotificationType=kind, SnsTopic=topic)
        if one.notifications.get(f"HeadersIn{kind}NotificationsEnabled"):
            ses.set_identity_headers_in_notifications_enabled(Identity=name, NotificationType=kind, Enabled=True)
    sesv2.put_email_identity_feedback_attributes(
        EmailIdentity=name, EmailForwardingEnabled=answer.get("FeedbackForwardingStatus", True)
    )


_PUTS = {
    "TrackingOptions": "put_configuration_set_tracking_options",
    "DeliveryOptions": "put_configuration_set_delivery_options",
    "ReputationOptions": "put_configuration_set_reputation_options",
    "SendingOptions": "put_configuration_set_sending_options",
    "SuppressionOptions": "put_configuration_set_suppression_options",
    "VdmOptions": "put_configuration_set_vdm_options",
    "ArchivingOptions": "put_configuration_set_archiving_options",
}


def _put_set(ses, sesv2, name: str, one: ConfigurationSet) -> None:
    answer = dict(one.answer)
    # v1 has no word for message security.
    classic = one.classic and "MessageSecurityOptions" not in answer
    later = dict(answer) if classic else {}
    # A create is refused where the block has no list: only the Put makes such an override.
    if "SuppressedReasons" not in answer.get("SuppressionOptions", {"SuppressedReasons": []}):
        later["SuppressionOptions"] = answer.pop("SuppressionOptions")
    if classic:
        ses.create_configuration_set(ConfigurationSet={"Name": name})
        if some := later.pop("Tags", None):
            sesv2.tag_resource(ResourceArn=ses_arn(f"configuration-set/{name}"), Tags=some)
    else:
        sesv2.create_configuration_set(ConfigurationSetName=name, **answer)
    for member, block in later.items():
        body = {"VdmOptions": block} if member == "VdmOptions" else block
        getattr(sesv2, _PUTS[member])(ConfigurationSetName=name, **body)
    for destination in one.destinations:
        definition = {key: value for key, value in destination.items() if key != "Name"}
        sesv2.create_configuration_set_event_destination(
            ConfigurationSetName=name, EventDestinationName=destination["Name"], EventDestination=definition
        )
