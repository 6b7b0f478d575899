"""What the source of a configuration would have done: the same things made with plain boto3 calls; and a look at them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from support.bench import ACCOUNT, Bench

from sesops.core.policy import canonical

Shape = Mapping[str, Any]

_OPTIONS = ("SendingOptions", "ReputationOptions", "TrackingOptions", "SuppressionOptions", "VdmOptions", "Tags")
_MOVING = {"VerificationInfo", "ResponseMetadata"}
"""Members that differ from one making to the next."""


def make(bench: Bench, config: Shape) -> None:
    """Make what is of this release, as the configuration has it: nothing that it does not say is sent."""
    desired = config["desired"]
    for topic in desired["sns_topics"]:
        arn = bench.client("sns").create_topic(Name=topic["name"], Tags=topic.get("tags", []))["TopicArn"]
        for name, value in (topic.get("attributes") or {}).items():
            text = value if isinstance(value, str) else json.dumps(value)
            bench.client("sns").set_topic_attributes(TopicArn=arn, AttributeName=name, AttributeValue=text)
        for one in topic.get("subscriptions") or ():
            given = (one.get("attributes") or {}).items()
            attributes = {key: value if isinstance(value, str) else json.dumps(value) for key, value in given}
            bench.client("sns").subscribe(
                TopicArn=arn, Protocol=one["protocol"], Endpoint=one["endpoint"], Attributes=attributes
            )
    _account(bench, desired["account"] or {})
    for one in desired["suppressions"]:
        bench.client("sesv2").put_suppressed_destination(**one)
    for one in desired["ip_pools"]:
        members = {member: one[member] for member in ("PoolName", "ScalingMode") if member in one}
        bench.client("sesv2").create_dedicated_ip_pool(**members)
        for each in one.get("dedicated_ips") or ():
            bench.client("sesv2").put_dedicated_ip_in_pool(Ip=each["Ip"], DestinationPoolName=one["PoolName"])
    for one in desired["receipt"]["filters"]:
        bench.client("ses").create_receipt_filter(Filter=one)
    for one in desired["configuration_sets"]:
        _set(bench, one)
    for one in desired["identities"]:
        _identity(bench, one)
    receipt = desired["receipt"]
    for one in receipt["rule_sets"]:
        _rule_set(bench, one)
    if receipt["active"]:
        bench.client("ses").set_active_receipt_rule_set(RuleSetName=receipt["active"])


def _account(bench: Bench, settings: Shape) -> None:
    sesv2 = bench.client("sesv2")
    if "SendingEnabled" in settings:
        sesv2.put_account_sending_attributes(SendingEnabled=settings["SendingEnabled"])
    if "SuppressionAttributes" in settings:
        sesv2.put_account_suppression_attributes(**settings["SuppressionAttributes"])
    if "VdmAttributes" in settings:
        sesv2.put_account_vdm_attributes(VdmAttributes=settings["VdmAttributes"])
    if "DedicatedIpAutoWarmupEnabled" in settings:
        enabled = settings["DedicatedIpAutoWarmupEnabled"]
        sesv2.put_account_dedicated_ip_warmup_attributes(AutoWarmupEnabled=enabled)


def _set(bench: Bench, one: Shape) -> None:
    sesv2, name = bench.client("sesv2"), {"ConfigurationSetName": one["name"]}
    options = {member: one[member] for member in (*_OPTIONS, "DeliveryOptions") if member in one}
    # The domain of its links has to be verified first, and identities are made after sets.
    tracking = options.pop("TrackingOptions", None)
    sesv2.create_configuration_set(**name, **options)
    if tracking:
        parent = tracking["CustomRedirectDomain"].partition(".")[2]
        if not _exists(bench, parent):
            sesv2.create_email_identity(EmailIdentity=parent)
        sesv2.put_configuration_set_tracking_options(**name, **tracking)
    for destination in one.get("event_destinations") or ():
        sesv2.create_configuration_set_event_destination(**name, **destination)


def _exists(bench: Bench, identity: str) -> bool:
    listed = bench.client("sesv2").list_email_identities()["EmailIdentities"]
    return identity in {one["IdentityName"] for one in listed}


def _identity(bench: Bench, one: Shape) -> None:
    ses, sesv2, name = bench.client("ses"), bench.client("sesv2"), one["name"]
    which = {"EmailIdentity": name}
    dkim = one.get("dkim") or {}
    attributes = dkim.get("DkimSigningAttributes") or {}
    if not _exists(bench, name):
        sesv2.create_email_identity(
            **which,
            Tags=one.get("tags") or [],
            **({"DkimSigningAttributes": attributes} if attributes else {}),
        )
    if "configuration_set" in one:
        sesv2.put_email_identity_configuration_set_attributes(**which, ConfigurationSetName=one["configuration_set"])
    # For an address SES has no setting of its own: it follows its domain, whatever is asked.
    if "SigningEnabled" in dkim and one["type"] == "DOMAIN":
        sesv2.put_email_identity_dkim_attributes(**which, SigningEnabled=dkim["SigningEnabled"])
    if one.get("mail_from"):
        sesv2.put_email_identity_mail_from_attributes(**which, **one["mail_from"])
    for kind, held in (one.get("notifications") or {}).items():
        topic = {"Identity": name, "NotificationType": kind.capitalize()}
        ses.set_identity_notification_topic(**topic, SnsTopic=held["topic"])
        if "headers" in held:
            ses.set_identity_headers_in_notifications_enabled(**topic, Enabled=held["headers"])
    if "feedback_forwarding" in one:
        sesv2.put_email_identity_feedback_attributes(**which, EmailForwardingEnabled=one["feedback_forwarding"])
    for policy in one.get("policies") or ():
        sesv2.create_email_identity_policy(
            **which, PolicyName=policy["PolicyName"], Policy=json.dumps(policy["Policy"])
        )


def _rule_set(bench: Bench, one: Shape) -> None:
    ses, name = bench.client("ses"), {"RuleSetName": one["name"]}
    after: dict[str, str] = {}
    if one.get("shared"):
        after = {"After": ses.describe_receipt_rule_set(**name)["Rules"][-1]["Name"]}
    else:
        ses.create_receipt_rule_set(**name)
    for rule in one["rules"]:
        ses.create_receipt_rule(**name, Rule=rule, **after)
        after = {"After": rule["Name"]}


def look(bench: Bench, config: Shape) -> dict[str, Any]:
    """Everything that SES shows of a configuration's things, whoever made them; sesops's own tag apart."""
    ses, sesv2 = bench.client("ses"), bench.client("sesv2")
    desired = config["desired"]
    seen: dict[str, Any] = {"active": ses.describe_active_receipt_rule_set().get("Metadata", {}).get("Name")}
    listed = sesv2.list_suppressed_destinations()["SuppressedDestinationSummaries"]
    seen["suppressed"] = {one["EmailAddress"]: one["Reason"] for one in listed}
    for one in desired["identities"]:
        name = one["name"]
        seen[f"identity {name}"] = sesv2.get_email_identity(EmailIdentity=name)
        listed = ses.get_identity_notification_attributes(Identities=[name])
        seen[f"notifications {name}"] = listed["NotificationAttributes"][name]
    for one in desired["sns_topics"]:
        arn = f"arn:{bench.partition}:sns:{bench.region}:{ACCOUNT}:{one['name']}"
        seen[f"topic {one['name']}"] = bench.client("sns").get_topic_attributes(TopicArn=arn)["Attributes"]
        if "Policy" not in (one.get("attributes") or {}):
            # Of a new topic it is ours.
            del seen[f"topic {one['name']}"]["Policy"]
    for one in desired["configuration_sets"]:
        name = {"ConfigurationSetName": one["name"]}
        seen[f"set {one['name']}"] = sesv2.get_configuration_set(**name)
        seen[f"destinations {one['name']}"] = sesv2.get_configuration_set_event_destinations(**name)
    for one in desired["receipt"]["rule_sets"]:
        seen[f"rules {one['name']}"] = ses.describe_receipt_rule_set(RuleSetName=one["name"])["Rules"]
    for topic in desired["sns_topics"]:
        arn = f"arn:{bench.partition}:sns:{bench.region}:{ACCOUNT}:{topic['name']}"
        for one in bench.client("sns").list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]:
            held = bench.client("sns").get_subscription_attributes(SubscriptionArn=one["SubscriptionArn"])
            said = {key: value for key, value in held["Attributes"].items() if key != "SubscriptionArn"}
            seen[f"subscription {topic['name']} {one['Protocol']} {one['Endpoint']}"] = said
    return {what: _plain(value) for what, value in seen.items()}


def _plain(value: Any) -> Any:
    """Without what moves; what is a set in one order, and what means the same in one form."""
    if isinstance(value, Mapping):
        plain = {key: _plain(one) for key, one in value.items() if key not in _MOVING and not key.endswith("Timestamp")}
        for name in ("MatchingEventTypes", "Recipients", "SuppressedReasons"):
            if name in plain:
                plain[name] = sorted(plain[name])
        if "EventDestinations" in plain:
            plain["EventDestinations"] = sorted(plain["EventDestinations"], key=lambda one: one["Name"])
        if "FunctionArn" in plain:
            # Without it a function is invoked as Event.
            plain.setdefault("InvocationType", "Event")
        if "Tags" in plain:
            plain["Tags"] = {one["Key"]: one["Value"] for one in plain["Tags"] if one["Key"] != "sesops:stack"}
        if "Policy" in plain and "TopicArn" in plain:
            plain["Policy"] = canonical(plain["Policy"])
        if "Policies" in plain:
            plain["Policies"] = {name: json.loads(text) for name, text in plain["Policies"].items()}
        return plain
    return [_plain(one) for one in value] if isinstance(value, list) else value
