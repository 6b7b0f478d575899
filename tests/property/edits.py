"""Foreign edits: one call that somebody else makes between a plan and its apply, drawn along the shape of its input."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from botocore import xform_name
from botocore.exceptions import ClientError
from hypothesis import strategies as st
from property import names
from property.live import State
from property.names import domain_of, topic_arn
from property.shapes import service, values
from property.states import destinations, policies, rules

from sesops.core.address import Address
from sesops.core.plan import Action, Change

_IDENTITY = (
    *(("sesv2", f"PutEmailIdentity{one}Attributes") for one in ("Dkim", "DkimSigning", "MailFrom", "Feedback")),
    ("sesv2", "PutEmailIdentityConfigurationSetAttributes"),
    ("ses", "SetIdentityNotificationTopic"),
    ("ses", "SetIdentityHeadersInNotificationsEnabled"),
    *(("sesv2", f"{one}EmailIdentity") for one in ("Create", "Delete")),
)
_OPERATIONS = {
    "domain": _IDENTITY,
    "email": _IDENTITY,
    "identity_policy": (
        ("ses", "PutIdentityPolicy"),
        ("ses", "DeleteIdentityPolicy"),
        ("sesv2", "UpdateEmailIdentityPolicy"),
    ),
    "configuration_set": (
        *(
            ("sesv2", f"PutConfigurationSet{one}Options")
            for one in ("Delivery", "Tracking", "Reputation", "Sending", "Suppression", "Vdm", "Archiving")
        ),
        *(("sesv2", f"{one}ConfigurationSet") for one in ("Create", "Delete")),
    ),
    "event_destination": tuple(
        ("sesv2", f"{one}ConfigurationSetEventDestination") for one in ("Create", "Update", "Update", "Delete")
    ),
    "receipt_rule_set": (
        ("ses", "CreateReceiptRuleSet"),
        ("ses", "ReorderReceiptRuleSet"),
        ("ses", "CreateReceiptRule"),
        ("ses", "DeleteReceiptRuleSet"),
    ),
    "receipt_rule": (
        *(("ses", f"{one}ReceiptRule") for one in ("Create", "Update", "Update", "Delete")),
        ("ses", "SetReceiptRulePosition"),
    ),
    "active_receipt_rule_set": (("ses", "SetActiveReceiptRuleSet"),),
    "topic": (("sns", "CreateTopic"), ("sns", "SetTopicAttributes"), ("sns", "DeleteTopic")),
}


@dataclass(frozen=True)
class Edit:
    """A call by its name in botocore."""

    service: str
    operation: str
    params: dict[str, Any]

    def make(self, lab) -> None:
        """Make it; SES may refuse it, and then nothing was edited."""
        try:
            getattr(lab.client(self.service), xform_name(self.operation))(**self.params)
        except ClientError as refusal:
            if refusal.response["ResponseMetadata"]["HTTPStatusCode"] >= 500:
                raise


@st.composite
def edits(draw, state: State, change: Change) -> Edit:
    """A write to the thing of a change, whether SES takes it or not; it is made where the plan would make it."""
    address, making = change.address, change.action is Action.CREATE
    fitting = [one for one in _OPERATIONS[address.kind] if one[1].startswith(("Create", "PutIdentityP")) is making]
    name, operation = draw(st.sampled_from(fitting or _OPERATIONS[address.kind]))
    shape = service(name).operation_model(operation).input_shape
    known = {**_texts(address, state), **_names(address)}
    named = {key: value for key, value in _names(address).items() if key in shape.members}
    # A create with half of the suppression block is SES's own failure.
    without = {*named, "Tags", "Attributes", "DataProtectionPolicy", "LastFreshStart", "SuppressionOptions"}
    params = {**draw(values(shape, known, without)), **{key: draw(value) for key, value in named.items()}}
    return Edit(name, operation, params)


def _names(address: Address) -> dict[str, st.SearchStrategy]:
    """The members that say which thing is meant, or have to be there."""
    members = {
        "identity_policy": ("EmailIdentity", "PolicyName"),
        "event_destination": ("ConfigurationSetName", "EventDestinationName"),
        "receipt_rule": ("RuleSetName", "RuleName"),
        "configuration_set": ("ConfigurationSetName",),
        "receipt_rule_set": ("RuleSetName",),
        "topic": ("Name",),
    }.get(address.kind, ("EmailIdentity",))
    found = {member: st.just(name) for member, name in zip(members, address.name, strict=False)}
    if address.kind == "topic":
        found["TopicArn"] = st.just(topic_arn(address.last))
        found["AttributeName"] = st.just("Policy")
        found["AttributeValue"] = st.sampled_from(names.TOPICS).map(names.topic_policy)
    return {**found, **({"Identity": found["EmailIdentity"]} if "EmailIdentity" in found else {})}


def _texts(address: Address, state: State) -> dict[str, st.SearchStrategy]:
    """What members mean whose shape is a text, or whose parts hang together."""
    topics = tuple(topic_arn(one) for one in state.open_topics)
    parts = address.name or ("",)
    order = [one["Name"] for one in state.rule_sets.get(parts[0], ())]
    rule = parts[1] if address.kind == "receipt_rule" else "new"
    domain = domain_of(parts[0])
    return {
        "MailFromDomain": st.sampled_from(("", f"bounce.{domain}", f"mx.{domain}")),
        "SigningAttributesOrigin": st.just("AWS_SES"),
        "SigningAttributes": st.sampled_from(({}, {"NextSigningKeyLength": "RSA_1024_BIT"})),
        "DkimSigningAttributes": st.just({}),
        "ConfigurationSetName": st.sampled_from(("", *state.sets)),
        "SnsTopic": st.sampled_from(topics),
        "Policy": policies(parts[0]),
        "SendingPoolName": st.sampled_from(("ses-shared-pool", *state.pools)),
        "CustomRedirectDomain": st.sampled_from(names.DOMAINS),
        "SuppressedReasons": st.lists(st.sampled_from(("BOUNCE", "COMPLAINT")), unique=True),
        "ArchiveArn": st.sampled_from(names.ARCHIVES),
        "EventDestination": destinations(parts[-1], topics).map(_definition),
        "Rule": rules(rule, state.verified, topics),
        "After": st.sampled_from((*order, "nothing")),
        "RuleNames": st.permutations(order),
        "RuleSetName": st.sampled_from((*state.rule_sets, "nothing")),
        "Name": st.just(parts[-1]),
    }


def _definition(destination: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in destination.items() if key != "Name"}
