"""What somebody does in the console behind a spec's back: a round of additions, one of changes, two of deletions.

Each method makes its changes with plain boto3 calls and notes what a plan has to find: the fields of what changed, the
things that are gone, and what stops mail when it is put right.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from support.bench import ACCOUNT, Bench

Shape = Mapping[str, Any]

_TOPIC_CHANGES = {
    "display_name": ("DisplayName", "by hand"),
    "kms_key": ("KmsMasterKeyId", ""),
    "signature_version": ("SignatureVersion", "1"),
}
"""Attributes of a topic, and what somebody sets them to."""
_BY_HAND = {"protocol": "sms", "endpoint": "+12065550100"}
ORDER, ACTIVE = "order", "active_receipt_rule_set"


class ByHand:
    """One round. `expected`: action and address -> the fields that the plan changes (none for what it creates).

    `extra` are members that the plan shows and leaves: those of collections that the spec has for a thing. `deleted` are
    those that go with what they lie in.
    """

    def __init__(self, bench: Bench, config: Shape, document: Shape) -> None:
        self._bench = bench
        self._desired: Shape = config["desired"]
        self._document = document
        self._clients = {name: bench.client(name) for name in ("ses", "sesv2", "sns")}
        self.expected: dict[str, set[str]] = {}
        self.stops: set[str] = set()
        self.extra: set[str] = set()
        self.deleted: set[str] = set()

    def add(self) -> None:
        """Add what the spec does not name: a destination to each set, a rule in front of each rule set, policies, tags."""
        ses, sesv2 = self._clients["ses"], self._clients["sesv2"]
        for one in self._desired["configuration_sets"]:
            bus = f"arn:{self._bench.partition}:events:{self._bench.region}:{ACCOUNT}:event-bus/default"
            sesv2.create_configuration_set_event_destination(
                ConfigurationSetName=one["name"],
                EventDestinationName="by-hand",
                EventDestination={"MatchingEventTypes": ["SEND"], "EventBridgeDestination": {"EventBusArn": bus}},
            )
            if one.get("event_destinations"):
                self.extra.add(f"event_destination/{one['name']}/by-hand")
            self._tag(f"configuration-set/{one['name']}", {"by-hand": "yes"})
        for one in self._desired["receipt"]["rule_sets"]:
            ses.create_receipt_rule(
                RuleSetName=one["name"], Rule={"Name": "by-hand", "Recipients": ["by@hand.example"]}
            )
            if not one.get("shared"):
                self.extra.add(f"receipt_rule/{one['name']}/by-hand")
        for one in self._desired["identities"]:
            policy = self._policy(one["name"])
            sesv2.create_email_identity_policy(EmailIdentity=one["name"], PolicyName="by-hand", Policy=policy)
            if one.get("policies"):
                self.extra.add(f"identity_policy/{one['name']}/by-hand")
            self._tag(f"identity/{one['name']}", {"by-hand": "yes"})
        for name, topic in self._document.get("topics", {}).items():
            added = {"TopicArn": self._topic_arn(name), "Protocol": "sms", "Endpoint": _BY_HAND["endpoint"]}
            self._clients["sns"].subscribe(**added)
            if topic.get("subscriptions"):
                self.extra.add(_subscription(name, _BY_HAND))

    def change(self) -> None:
        """Change what the configuration says, in every thing that says something."""
        for identity in self._desired["identities"]:
            self._change_identity(identity)
        for one in self._desired["configuration_sets"]:
            self._change_set(one)
            for destination in one.get("event_destinations") or ():
                self._change_destination(one["name"], destination)
        for one in self._desired["receipt"]["rule_sets"]:
            self._change_rules(one)
        if self._desired["receipt"]["active"]:
            self._clients["ses"].create_receipt_rule_set(RuleSetName="by-hand")
            self._clients["ses"].set_active_receipt_rule_set(RuleSetName="by-hand")
            self._note(ACTIVE, "name", stops=True)
        for name, topic in self._document.get("topics", {}).items():
            self._change_topic(name, topic)
        if self._desired["suppressions"]:
            self._change_suppressions()
        if isinstance(self._document.get("account"), Mapping):
            self._change_account(self._document["account"])

    def delete_members(self) -> None:
        """Delete the last event destination of each set, rule of each rule set, policy of each identity, subscription of each
        topic.
        """
        ses, sesv2 = self._clients["ses"], self._clients["sesv2"]
        for one in self._desired["configuration_sets"]:
            for destination in (one.get("event_destinations") or ())[-1:]:
                name = destination["EventDestinationName"]
                sesv2.delete_configuration_set_event_destination(
                    ConfigurationSetName=one["name"], EventDestinationName=name
                )
                self._gone(f"event_destination/{one['name']}/{name}")
        for one in self._desired["receipt"]["rule_sets"]:
            for rule in one["rules"][-1:]:
                ses.delete_receipt_rule(RuleSetName=one["name"], RuleName=rule["Name"])
                self._gone(f"receipt_rule/{one['name']}/{rule['Name']}")
        for one in self._desired["identities"]:
            for policy in (one.get("policies") or ())[-1:]:
                sesv2.delete_email_identity_policy(EmailIdentity=one["name"], PolicyName=policy["PolicyName"])
                self._gone(f"identity_policy/{one['name']}/{policy['PolicyName']}")
        for name, topic in self._document.get("topics", {}).items():
            for one in topic.get("subscriptions", ())[-1:]:
                self._clients["sns"].unsubscribe(SubscriptionArn=self._subscribed(name, one)["SubscriptionArn"])
                self._gone(_subscription(name, one))

    def delete(self) -> None:
        """Delete the first of each kind, and with it what lies in it."""
        ses, sesv2 = self._clients["ses"], self._clients["sesv2"]
        for kind in ("DOMAIN", "EMAIL_ADDRESS"):
            for one in [one for one in self._desired["identities"] if one["type"] == kind][:1]:
                sesv2.delete_email_identity(EmailIdentity=one["name"])
                policies = (policy["PolicyName"] for policy in one.get("policies") or ())
                self.deleted.add(f"identity_policy/{one['name']}/by-hand")
                self._gone(_identity(one), *(f"identity_policy/{one['name']}/{policy}" for policy in policies))
        for one in self._desired["configuration_sets"][:1]:
            sesv2.delete_configuration_set(ConfigurationSetName=one["name"])
            self.deleted.add(f"event_destination/{one['name']}/by-hand")
            inside = (each["EventDestinationName"] for each in one.get("event_destinations") or ())
            self._gone(
                f"configuration_set/{one['name']}", *(f"event_destination/{one['name']}/{each}" for each in inside)
            )
        for one in self._own_rule_sets()[:1]:
            if self._desired["receipt"]["active"] == one["name"]:
                ses.set_active_receipt_rule_set()
                self._note(ACTIVE, "name")
            ses.delete_receipt_rule_set(RuleSetName=one["name"])
            self.deleted.add(f"receipt_rule/{one['name']}/by-hand")
            rules = (f"receipt_rule/{one['name']}/{rule['Name']}" for rule in one["rules"])
            self._gone(f"receipt_rule_set/{one['name']}", *rules)
        for one in self._desired["ip_pools"][:1]:
            sesv2.delete_dedicated_ip_pool(PoolName=one["PoolName"])
            self._gone(f"ip_pool/{one['PoolName']}")
        for one in self._desired["receipt"]["filters"][:1]:
            ses.delete_receipt_filter(FilterName=one["Name"])
            self._gone(f"receipt_filter/{one['Name']}")
        for name in list(self._document.get("topics", {}))[:1]:
            self._clients["sns"].delete_topic(TopicArn=self._topic_arn(name))
            below = [_subscription(name, one) for one in self._document["topics"][name].get("subscriptions", ())]
            self.deleted.update(_subscription(name, one) for one in [_BY_HAND] if below)
            self._gone(f"topic/{name}", *below)

    def _note(self, address: str, *paths: str, stops: bool = False) -> None:
        self.expected.setdefault(f"update {address}", set()).update(paths)
        if stops:
            self.stops.add(address)

    def _gone(self, *addresses: str) -> None:
        for address in addresses:
            self.expected[f"create {address}"] = set()

    def _own_rule_sets(self) -> list[Shape]:
        return [one for one in self._desired["receipt"]["rule_sets"] if not one.get("shared")]

    # Identities

    def _change_identity(self, identity: Shape) -> None:
        name, address, sesv2 = identity["name"], _identity(identity), self._clients["sesv2"]
        if identity["type"] == "DOMAIN":
            self._change_dkim(identity)
        self._change_mail_from(identity)
        self._change_notifications(identity)
        if "feedback_forwarding" in identity:
            turned = not identity["feedback_forwarding"]
            sesv2.put_email_identity_feedback_attributes(EmailIdentity=name, EmailForwardingEnabled=turned)
            self._note(address, "feedback_forwarding")
        if "configuration_set" in identity:
            sesv2.put_email_identity_configuration_set_attributes(EmailIdentity=name)
            self._note(address, "configuration_set")
        for policy in identity.get("policies") or ():
            text = self._policy(name)
            sesv2.update_email_identity_policy(EmailIdentity=name, PolicyName=policy["PolicyName"], Policy=text)
            self._note(f"identity_policy/{name}/{policy['PolicyName']}", "document")
        self._change_tags(address, f"identity/{name}", identity.get("tags"))

    def _change_dkim(self, identity: Shape) -> None:
        name, address, sesv2 = identity["name"], _identity(identity), self._clients["sesv2"]
        dkim = identity.get("dkim") or {}
        if "SigningEnabled" in dkim:
            turned = not dkim["SigningEnabled"]
            sesv2.put_email_identity_dkim_attributes(EmailIdentity=name, SigningEnabled=turned)
            self._note(address, "dkim.signing_enabled")
        attributes = dkim.get("DkimSigningAttributes") or {}
        if "DomainSigningSelector" in attributes:
            other = {**attributes, "DomainSigningSelector": "by-hand"}
            sesv2.put_email_identity_dkim_signing_attributes(
                EmailIdentity=name, SigningAttributesOrigin="EXTERNAL", SigningAttributes=other
            )
            self._note(address, "dkim.selector", "dkim.private_key", stops=True)
        if "DomainSigningAttributesOrigin" in attributes:
            sesv2.put_email_identity_dkim_signing_attributes(EmailIdentity=name, SigningAttributesOrigin="AWS_SES")
            self._note(address, "dkim.origin", stops=True)
        if attributes.get("NextSigningKeyLength") == "RSA_2048_BIT":
            sesv2.put_email_identity_dkim_signing_attributes(
                EmailIdentity=name,
                SigningAttributesOrigin="AWS_SES",
                SigningAttributes={"NextSigningKeyLength": "RSA_1024_BIT"},
            )
            self._note(address, "dkim.signing_key_length")
            # SES takes one change of the length a day.
            self._bench.emulator.clock.advance(timedelta(hours=25))

    def _change_mail_from(self, identity: Shape) -> None:
        held = identity.get("mail_from")
        if not held:
            return
        behavior = held.get("BehaviorOnMxFailure")
        others = {"REJECT_MESSAGE": "USE_DEFAULT_VALUE", "USE_DEFAULT_VALUE": "REJECT_MESSAGE"}
        self._clients["sesv2"].put_email_identity_mail_from_attributes(
            EmailIdentity=identity["name"],
            MailFromDomain=f"elsewhere.{identity['name']}",
            BehaviorOnMxFailure=others[behavior] if behavior else "USE_DEFAULT_VALUE",
        )
        paths = ["mail_from.domain", *(["mail_from.behavior_on_mx_failure"] if behavior else [])]
        self._note(_identity(identity), *paths, stops=behavior == "REJECT_MESSAGE")

    def _change_notifications(self, identity: Shape) -> None:
        ses = self._clients["ses"]
        for kind, held in (identity.get("notifications") or {}).items():
            which = {"Identity": identity["name"], "NotificationType": kind.capitalize()}
            if "headers" in held:
                ses.set_identity_headers_in_notifications_enabled(**which, Enabled=not held["headers"])
                self._note(_identity(identity), f"notifications.{kind}.include_original_headers")
            ses.set_identity_notification_topic(**which)
            self._note(_identity(identity), f"notifications.{kind}.topic")

    def _change_tags(self, address: str, resource: str, tags: Iterable[Shape] | None) -> None:
        """One tag goes, and another one gets another value."""
        keys = [one["Key"] for one in tags or ()]
        for key in keys[:1]:
            self._clients["sesv2"].untag_resource(ResourceArn=self._arn(resource), TagKeys=[key])
            self._note(address, f"tags.{key}")
        for key in keys[1:2]:
            self._tag(resource, {key: "by hand"})
            self._note(address, f"tags.{key}")

    def _tag(self, resource: str, tags: Mapping[str, str]) -> None:
        listed = [{"Key": key, "Value": value} for key, value in tags.items()]
        self._clients["sesv2"].tag_resource(ResourceArn=self._arn(resource), Tags=listed)

    def _policy(self, identity: str) -> str:
        statement = {
            "Effect": "Allow",
            "Principal": {"AWS": "210987654321"},
            "Action": "ses:SendEmail",
            "Resource": self._arn(f"identity/{identity}"),
        }
        return json.dumps({"Version": "2012-10-17", "Statement": [statement]})

    def _arn(self, resource: str) -> str:
        return f"arn:{self._bench.partition}:ses:{self._bench.region}:{ACCOUNT}:{resource}"

    # The account

    def _change_account(self, settings: Shape) -> None:
        sesv2 = self._clients["sesv2"]
        if "sending_enabled" in settings:
            turned = not settings["sending_enabled"]
            sesv2.put_account_sending_attributes(SendingEnabled=turned)
            self._note("account", "sending_enabled", stops=turned)
        if "suppressed_reasons" in settings:
            sesv2.put_account_suppression_attributes(SuppressedReasons=[])
            self._note("account", "suppressed_reasons")
        if "dedicated_ip_auto_warmup" in settings:
            turned = not settings["dedicated_ip_auto_warmup"]
            sesv2.put_account_dedicated_ip_warmup_attributes(AutoWarmupEnabled=turned)
            self._note("account", "dedicated_ip_auto_warmup")
        if settings.get("vdm"):
            sesv2.put_account_vdm_attributes(VdmAttributes={"VdmEnabled": "DISABLED"})
            self._note("account", *(f"vdm.{key}" for key, on in settings["vdm"].items() if on))

    # Configuration sets

    def _change_set(self, one: Shape) -> None:
        sesv2, address = self._clients["sesv2"], f"configuration_set/{one['name']}"
        name = {"ConfigurationSetName": one["name"]}
        if "SendingOptions" in one:
            turned = not one["SendingOptions"]["SendingEnabled"]
            sesv2.put_configuration_set_sending_options(**name, SendingEnabled=turned)
            self._note(address, "sending_enabled")
        if "ReputationOptions" in one:
            turned = not one["ReputationOptions"]["ReputationMetricsEnabled"]
            sesv2.put_configuration_set_reputation_options(**name, ReputationMetricsEnabled=turned)
            self._note(address, "reputation_metrics_enabled")
        if "DeliveryOptions" in one:
            # The block is written whole: without the pool, it is gone.
            tls = one["DeliveryOptions"].get("TlsPolicy")
            sesv2.put_configuration_set_delivery_options(**name, **({"TlsPolicy": "OPTIONAL"} if tls else {}))
            members = {"TlsPolicy": "delivery.tls_policy", "SendingPoolName": "delivery.sending_pool"}
            paths = [path for member, path in members.items() if member in one["DeliveryOptions"]]
            self._note(address, *paths, stops=tls == "REQUIRE")
        if "TrackingOptions" in one:
            sesv2.put_configuration_set_tracking_options(**name)
            self._note(address, "tracking.custom_redirect_domain", "tracking.https_policy")
        if "SuppressionOptions" in one:
            sesv2.put_configuration_set_suppression_options(**name, SuppressedReasons=[])
            self._note(address, "suppressed_reasons")
        if "VdmOptions" in one:
            off = {"GuardianOptions": {"OptimizedSharedDelivery": "DISABLED"}}
            sesv2.put_configuration_set_vdm_options(**name, VdmOptions=off)
            self._note(address, "vdm.optimized_shared_delivery")
        self._change_tags(address, f"configuration-set/{one['name']}", one.get("Tags"))

    def _change_destination(self, set_name: str, one: Shape) -> None:
        held, name = one["EventDestination"], one["EventDestinationName"]
        events = [*held["MatchingEventTypes"][1:], "SUBSCRIPTION"]
        changed = {**held, "Enabled": not held["Enabled"], "MatchingEventTypes": events}
        self._clients["sesv2"].update_configuration_set_event_destination(
            ConfigurationSetName=set_name, EventDestinationName=name, EventDestination=changed
        )
        self._note(f"event_destination/{set_name}/{name}", "enabled", "events")

    def _change_suppressions(self) -> None:
        """Take one address off; give the others the other reason, which is no difference."""
        sesv2 = self._clients["sesv2"]
        first, *others = self._desired["suppressions"]
        sesv2.delete_suppressed_destination(EmailAddress=first["EmailAddress"])
        for one in others:
            reason = {"BOUNCE": "COMPLAINT", "COMPLAINT": "BOUNCE"}[one["Reason"]]
            sesv2.put_suppressed_destination(EmailAddress=one["EmailAddress"], Reason=reason)
        self._note("suppressions/present", "addresses")

    # Receipt

    def _change_rules(self, rule_set: Shape) -> None:
        ses, set_name = self._clients["ses"], rule_set["name"]
        for rule in rule_set["rules"]:
            address = f"receipt_rule/{set_name}/{rule['Name']}"
            changed = {**rule, "Enabled": not rule["Enabled"]}
            self._note(address, "enabled", stops=not rule["Enabled"])
            if "ScanEnabled" in rule:
                changed["ScanEnabled"] = not rule["ScanEnabled"]
                self._note(address, "scan_enabled")
            if "TlsPolicy" in rule:
                changed["TlsPolicy"] = {"Require": "Optional", "Optional": "Require"}[rule["TlsPolicy"]]
                self._note(address, "tls_policy", stops=rule["TlsPolicy"] == "Require")
            ses.update_receipt_rule(RuleSetName=set_name, Rule=changed)
        # In somebody else's set a rule without `after` stands anywhere.
        if len(rule_set["rules"]) > 1 and not rule_set.get("shared"):
            there = ses.describe_receipt_rule_set(RuleSetName=set_name)["Rules"]
            ses.reorder_receipt_rule_set(RuleSetName=set_name, RuleNames=[one["Name"] for one in there][::-1])
            self._note(f"receipt_rule_set/{set_name}", ORDER, stops=True)

    # Topics

    def _change_topic(self, name: str, topic: Shape) -> None:
        sns, arn, address = self._clients["sns"], self._topic_arn(name), f"topic/{name}"
        if "policy" in topic:
            owner = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sns:Publish", "Resource": arn}
            text = json.dumps({"Version": "2012-10-17", "Statement": [owner]})
            sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=text)
            self._note(address, "policy")
        for path, (attribute, text) in _TOPIC_CHANGES.items():
            if path in topic:
                sns.set_topic_attributes(TopicArn=arn, AttributeName=attribute, AttributeValue=text)
                self._note(address, path)
        for key in list(topic.get("tags", ()))[:1]:
            sns.untag_resource(ResourceArn=arn, TagKeys=[key])
            self._note(address, f"tags.{key}")

        for one in topic.get("subscriptions", ()):
            self._change_subscription(name, one)

    def _change_subscription(self, topic: str, subscription: Shape) -> None:
        sns, held = self._clients["sns"], self._subscribed(topic, subscription)
        arn, address = held["SubscriptionArn"], _subscription(topic, subscription)
        if "raw_message_delivery" in subscription:
            turned = str(not subscription["raw_message_delivery"]).lower()
            name = {"AttributeName": "RawMessageDelivery", "AttributeValue": turned}
            sns.set_subscription_attributes(SubscriptionArn=arn, **name)
            self._note(address, "raw_message_delivery")
        if "redrive_policy" in subscription:
            sns.set_subscription_attributes(SubscriptionArn=arn, AttributeName="RedrivePolicy")
            self._note(address, "redrive_policy")

    def _subscribed(self, topic: str, subscription: Shape) -> Shape:
        """A subscription as the listing has it."""
        listed = self._clients["sns"].list_subscriptions_by_topic(TopicArn=self._topic_arn(topic))["Subscriptions"]
        [found] = [one for one in listed if one["Endpoint"] == subscription["endpoint"]]
        held: Shape = found
        return held

    def _topic_arn(self, name: str) -> str:
        return f"arn:{self._bench.partition}:sns:{self._bench.region}:{ACCOUNT}:{name}"


def _subscription(topic: str, subscription: Shape) -> str:
    """Its address: protocol, what may be seen of the endpoint, and the beginning of the endpoint's SHA-256."""
    protocol, endpoint = subscription["protocol"], subscription["endpoint"]
    shown = {
        "https": lambda: endpoint.split("/")[2],
        "email": lambda: endpoint.partition("@")[2],
        "sms": lambda: endpoint[-2:],
    }.get(protocol, lambda: endpoint.rpartition(":")[2])()
    return f"subscription/{topic}/{protocol}:{shown}:{hashlib.sha256(endpoint.encode()).hexdigest()[:6]}"


def _identity(identity: Shape) -> str:
    kind = {"DOMAIN": "domain", "EMAIL_ADDRESS": "email"}[identity["type"]]
    return f"{kind}/{identity['name']}"
