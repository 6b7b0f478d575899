"""Whatever sequence of valid calls: both generations see the same, lists page to the same set, deletes leave nothing."""

from __future__ import annotations

from typing import Any

import boto3
from botocore.config import Config
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule

from sesops.emulator import Emulator

from .conftest import ACCOUNT

DOMAINS = ("a.example", "mail.a.example")
ADDRESSES = ("x@a.example",)
SETS = ("one", "two")
TEMPLATES = ("t-one", "t-two")
RULE_SETS = ("inbound", "spare")
POLICY = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"ses:SendEmail"}]}'
booleans = st.booleans()


class Store(RuleBasedStateMachine):
    """A model in a few dictionaries beside the emulator; every call is one that SES takes."""

    def __init__(self) -> None:
        super().__init__()
        self.emulator = Emulator()
        session = boto3.session.Session(ACCOUNT, "secret", region_name="us-east-1")
        self.emulator.attach(session)
        config = Config(parameter_validation=False, retries={"total_max_attempts": 1})
        self.v1, self.v2 = session.client("ses", config=config), session.client("sesv2", config=config)
        self.topic = session.client("sns").create_topic(Name="feedback")["TopicArn"]
        self.model: dict[str, dict[str, Any]] = {"identity": {}, "set": {}, "template": {}, "rule_set": {}}
        self.active: str | None = None

    def teardown(self) -> None:
        for identity in list(self.model["identity"]):
            self.v2.delete_email_identity(EmailIdentity=identity)
        for name in list(self.model["set"]):
            self.v1.delete_configuration_set(ConfigurationSetName=name)
        for name in list(self.model["template"]):
            self.v1.delete_template(TemplateName=name)
        self.v1.set_active_receipt_rule_set()
        for name in list(self.model["rule_set"]):
            self.v1.delete_receipt_rule_set(RuleSetName=name)
        left = (
            self.v2.list_email_identities()["EmailIdentities"],
            self.v2.list_configuration_sets()["ConfigurationSets"],
            self.v2.list_email_templates()["TemplatesMetadata"],
            self.v1.list_receipt_rule_sets()["RuleSets"],
        )
        with self.emulator.context(ACCOUNT, "us-east-1") as context:
            tagged = [arn for arn in context.store.tagged() if ":ses:" in arn]
            policies = list(context.store.items("identity_policy"))
        self.emulator.close()
        assert (left, tagged, policies) == (([], [], [], []), [], [])

    @staticmethod
    def pages(call: Any, member: str, name: str | None = None) -> list[str]:
        """Everything that a listing gives, one a page."""
        found: list[str] = []
        token: dict[str, str] = {}
        for _ in range(20):
            page = call(PageSize=1, **token)
            found += [one[name] if name else one for one in page[member]]
            if "NextToken" not in page:
                return found
            token = {"NextToken": page["NextToken"]}
        raise AssertionError("the listing does not end")


class Identities(Store):
    """Identities with all that hangs on them, and the sets they may name."""

    identities = Bundle("identities")

    @rule(target=identities, name=st.sampled_from(DOMAINS + ADDRESSES), by_v2=booleans, tagged=booleans)
    def make_identity(self, name: str, by_v2: bool, tagged: bool) -> Any:
        if name in self.model["identity"]:
            return multiple()
        tags = [{"Key": "team", "Value": "mail"}] if tagged and by_v2 else []
        if by_v2:
            self.v2.create_email_identity(EmailIdentity=name, Tags=tags)
        elif "@" in name:
            self.v1.verify_email_identity(EmailAddress=name)
        else:
            self.v1.verify_domain_identity(Domain=name)
        self.model["identity"][name] = {
            "forwarding": True,
            "topics": {},
            "mail_from": None,
            "policies": set(),
            "tags": bool(tags),
            "set": None,
        }
        return name

    @rule(name=consumes(identities), by_v2=booleans)
    def drop_identity(self, name: str, by_v2: bool) -> None:
        if by_v2:
            self.v2.delete_email_identity(EmailIdentity=name)
        else:
            self.v1.delete_identity(Identity=name)
            self.v1.delete_identity(Identity=name)
        del self.model["identity"][name]

    @rule(name=identities, kind=st.sampled_from(("Bounce", "Complaint", "Delivery")), on=booleans)
    def set_topic(self, name: str, kind: str, on: bool) -> None:
        topics = self.model["identity"][name]["topics"]
        self.v1.set_identity_notification_topic(
            Identity=name, NotificationType=kind, **({"SnsTopic": self.topic} if on else {})
        )
        topics.pop(kind, None)
        if on:
            topics[kind] = self.topic

    @rule(name=identities, on=booleans, by_v2=booleans)
    def set_forwarding(self, name: str, on: bool, by_v2: bool) -> None:
        known = self.model["identity"][name]
        if by_v2:
            self.v2.put_email_identity_feedback_attributes(EmailIdentity=name, EmailForwardingEnabled=on)
        elif on or {"Bounce", "Complaint"} <= known["topics"].keys():
            self.v1.set_identity_feedback_forwarding_enabled(Identity=name, ForwardingEnabled=on)
        else:
            return
        known["forwarding"] = on

    @rule(name=identities, label=st.sampled_from((None, "bounce", "mx")), by_v2=booleans, reject=booleans)
    def set_mail_from(self, name: str, label: str | None, by_v2: bool, reject: bool) -> None:
        domain = f"{label}.{name.rpartition('@')[2]}" if label else ""
        if by_v2:
            behavior = "REJECT_MESSAGE" if reject else "USE_DEFAULT_VALUE"
            self.v2.put_email_identity_mail_from_attributes(
                EmailIdentity=name, MailFromDomain=domain, BehaviorOnMxFailure=behavior
            )
        else:
            behavior = "RejectMessage" if reject else "UseDefaultValue"
            self.v1.set_identity_mail_from_domain(Identity=name, MailFromDomain=domain, BehaviorOnMXFailure=behavior)
        self.model["identity"][name]["mail_from"] = (domain, reject) if label else None

    @rule(name=identities, policy=st.sampled_from(("p", "q")), by_v2=booleans, on=booleans)
    def set_policy(self, name: str, policy: str, by_v2: bool, on: bool) -> None:
        policies, there = self.model["identity"][name]["policies"], policy in self.model["identity"][name]["policies"]
        text = POLICY.replace('"ses:SendEmail"', f'"ses:SendEmail","Resource":"{self.arn(name)}"')
        if on:
            if not by_v2:
                self.v1.put_identity_policy(Identity=name, PolicyName=policy, Policy=text)
            elif there:
                self.v2.update_email_identity_policy(EmailIdentity=name, PolicyName=policy, Policy=text)
            else:
                self.v2.create_email_identity_policy(EmailIdentity=name, PolicyName=policy, Policy=text)
            policies.add(policy)
        elif there and by_v2:
            self.v2.delete_email_identity_policy(EmailIdentity=name, PolicyName=policy)
            policies.discard(policy)
        elif not by_v2:
            self.v1.delete_identity_policy(Identity=name, PolicyName=policy)
            policies.discard(policy)

    @rule(name=identities, configuration_set=st.none() | st.sampled_from(SETS))
    def set_default_set(self, name: str, configuration_set: str | None) -> None:
        if configuration_set is not None and configuration_set not in self.model["set"]:
            self.v1.create_configuration_set(ConfigurationSet={"Name": configuration_set})
            self.model["set"][configuration_set] = {}
        named = {"ConfigurationSetName": configuration_set} if configuration_set else {}
        self.v2.put_email_identity_configuration_set_attributes(EmailIdentity=name, **named)
        self.model["identity"][name]["set"] = configuration_set

    @staticmethod
    def arn(name: str) -> str:
        return f"arn:aws:ses:us-east-1:{ACCOUNT}:identity/{name}"

    @invariant()
    def identities_agree(self) -> None:
        listed = sorted(self.pages(self.v2.list_email_identities, "EmailIdentities", "IdentityName"))
        assert listed == sorted(self.v1.list_identities()["Identities"]) == sorted(self.model["identity"])
        names = sorted(self.model["identity"])
        notices = self.v1.get_identity_notification_attributes(Identities=names)["NotificationAttributes"]
        mail_from = self.v1.get_identity_mail_from_domain_attributes(Identities=names)["MailFromDomainAttributes"]
        for name, known in self.model["identity"].items():
            shown = self.v2.get_email_identity(EmailIdentity=name)
            assert shown["FeedbackForwardingStatus"] == notices[name]["ForwardingEnabled"] == known["forwarding"]
            topics = {kind: notices[name][f"{kind}Topic"] for kind in known["topics"]}
            assert topics == known["topics"]
            domain, reject = known["mail_from"] or (None, False)
            assert shown["MailFromAttributes"].get("MailFromDomain") == mail_from[name].get("MailFromDomain") == domain
            assert (shown["MailFromAttributes"]["BehaviorOnMxFailure"] == "REJECT_MESSAGE") is reject
            assert shown["Policies"].keys() == known["policies"]
            assert set(self.v1.list_identity_policies(Identity=name)["PolicyNames"]) == known["policies"]
            assert bool(shown["Tags"]) is known["tags"]
            assert shown.get("ConfigurationSetName") == known["set"]


class Sets(Store):
    """Configuration sets and their destinations."""

    sets = Bundle("sets")

    @rule(target=sets, name=st.sampled_from(SETS), by_v2=booleans)
    def make_set(self, name: str, by_v2: bool) -> Any:
        if name in self.model["set"]:
            return multiple()
        if by_v2:
            self.v2.create_configuration_set(ConfigurationSetName=name)
        else:
            self.v1.create_configuration_set(ConfigurationSet={"Name": name})
        self.model["set"][name] = {"sending": True, "reputation": by_v2, "tls": None, "destinations": {}, "wait": None}
        return name

    @rule(name=consumes(sets), by_v2=booleans)
    def drop_set(self, name: str, by_v2: bool) -> None:
        (self.v2 if by_v2 else self.v1).delete_configuration_set(ConfigurationSetName=name)
        del self.model["set"][name]

    @rule(name=sets, on=booleans, by_v2=booleans)
    def set_sending(self, name: str, on: bool, by_v2: bool) -> None:
        if by_v2:
            self.v2.put_configuration_set_sending_options(ConfigurationSetName=name, SendingEnabled=on)
        else:
            self.v1.update_configuration_set_sending_enabled(ConfigurationSetName=name, Enabled=on)
        self.model["set"][name]["sending"] = on

    @rule(name=sets, on=booleans, by_v2=booleans)
    def set_reputation(self, name: str, on: bool, by_v2: bool) -> None:
        if by_v2:
            self.v2.put_configuration_set_reputation_options(ConfigurationSetName=name, ReputationMetricsEnabled=on)
        else:
            self.v1.update_configuration_set_reputation_metrics_enabled(ConfigurationSetName=name, Enabled=on)
        self.model["set"][name]["reputation"] = on

    @rule(name=sets, policy=st.sampled_from(("Require", "Optional")), by_v2=booleans, seconds=st.none() | st.just(600))
    def set_delivery(self, name: str, policy: str, by_v2: bool, seconds: int | None) -> None:
        known = self.model["set"][name]
        if by_v2:
            more = {"MaxDeliverySeconds": seconds} if seconds else {}
            self.v2.put_configuration_set_delivery_options(ConfigurationSetName=name, TlsPolicy=policy.upper(), **more)
            known["wait"] = seconds
        else:  # which leaves alone what it cannot see
            self.v1.put_configuration_set_delivery_options(
                ConfigurationSetName=name, DeliveryOptions={"TlsPolicy": policy}
            )
        known["tls"] = policy

    @rule(
        name=sets,
        destination=st.sampled_from(("d", "e")),
        types=st.lists(st.sampled_from(("BOUNCE", "CLICK", "SEND")), min_size=1, unique=True),
        on=booleans,
        by_v2=booleans,
        away=booleans,
    )
    def set_destination(self, name: str, destination: str, types: list[str], on: bool, by_v2: bool, away: bool) -> None:
        destinations = self.model["set"][name]["destinations"]
        where = {"ConfigurationSetName": name, "EventDestinationName": destination}
        if away:
            if destination in destinations:
                (self.v2 if by_v2 else self.v1).delete_configuration_set_event_destination(**where)
                del destinations[destination]
            return
        verb = "update" if destination in destinations else "create"
        if by_v2:
            definition = {"Enabled": on, "MatchingEventTypes": types, "SnsDestination": {"TopicArn": self.topic}}
            getattr(self.v2, f"{verb}_configuration_set_event_destination")(**where, EventDestination=definition)
        else:
            definition = {
                "Name": destination,
                "Enabled": on,
                "MatchingEventTypes": [one.lower() for one in types],
                "SNSDestination": {"TopicARN": self.topic},
            }
            getattr(self.v1, f"{verb}_configuration_set_event_destination")(
                ConfigurationSetName=name, EventDestination=definition
            )
        destinations[destination] = (on, frozenset(types))

    @invariant()
    def sets_agree(self) -> None:
        listed = self.pages(self.v2.list_configuration_sets, "ConfigurationSets")
        assert listed == [one["Name"] for one in self.v1.list_configuration_sets()["ConfigurationSets"]]
        assert listed == sorted(self.model["set"])
        groups = ["eventDestinations", "deliveryOptions", "reputationOptions"]
        for name, known in self.model["set"].items():
            new = self.v2.get_configuration_set(ConfigurationSetName=name)
            old = self.v1.describe_configuration_set(ConfigurationSetName=name, ConfigurationSetAttributeNames=groups)
            reputation = old["ReputationOptions"]
            assert new["SendingOptions"]["SendingEnabled"] == reputation["SendingEnabled"] == known["sending"]
            assert new["ReputationOptions"]["ReputationMetricsEnabled"] == known["reputation"]
            assert reputation["ReputationMetricsEnabled"] == known["reputation"]
            assert old.get("DeliveryOptions", {}).get("TlsPolicy") == known["tls"]
            assert new.get("DeliveryOptions", {}).get("TlsPolicy", "").capitalize() == (known["tls"] or "")
            assert new.get("DeliveryOptions", {}).get("MaxDeliverySeconds") == known["wait"]
            modern = self.v2.get_configuration_set_event_destinations(ConfigurationSetName=name)["EventDestinations"]
            classic = old.get("EventDestinations", [])
            assert {one["Name"]: (one["Enabled"], frozenset(one["MatchingEventTypes"])) for one in modern} == known[
                "destinations"
            ]
            assert {
                one["Name"]: (one["Enabled"], frozenset(kind.upper() for kind in one["MatchingEventTypes"]))
                for one in classic
            } == known["destinations"]


class Rest(Store):
    """Templates, and receiving."""

    templates = Bundle("templates")
    rule_sets = Bundle("rule_sets")

    @rule(target=templates, name=st.sampled_from(TEMPLATES), by_v2=booleans, subject=st.sampled_from(("a", "b")))
    def write_template(self, name: str, by_v2: bool, subject: str) -> Any:
        new = name not in self.model["template"]
        if by_v2:
            call = self.v2.create_email_template if new else self.v2.update_email_template
            call(TemplateName=name, TemplateContent={"Subject": subject})
        else:
            call = self.v1.create_template if new else self.v1.update_template
            call(Template={"TemplateName": name, "SubjectPart": subject})
        self.model["template"][name] = subject
        return name if new else multiple()

    @rule(name=consumes(templates), by_v2=booleans)
    def drop_template(self, name: str, by_v2: bool) -> None:
        (self.v2.delete_email_template if by_v2 else self.v1.delete_template)(TemplateName=name)
        del self.model["template"][name]

    @rule(target=rule_sets, name=st.sampled_from(RULE_SETS))
    def make_rule_set(self, name: str) -> Any:
        if name in self.model["rule_set"]:
            return multiple()
        self.v1.create_receipt_rule_set(RuleSetName=name)
        self.model["rule_set"][name] = []
        return name

    @rule(name=rule_sets, new=st.sampled_from(("r", "s", "u")), data=st.data())
    def write_rule(self, name: str, new: str, data: st.DataObject) -> None:
        rules = self.model["rule_set"][name]
        document = {"Name": new, "Enabled": data.draw(booleans), "Actions": [{"StopAction": {"Scope": "RuleSet"}}]}
        if new in rules:
            self.v1.update_receipt_rule(RuleSetName=name, Rule=document)
            return
        after = data.draw(st.sampled_from((None, *rules)))
        behind = {"After": after} if after else {}
        self.v1.create_receipt_rule(RuleSetName=name, Rule=document, **behind)
        rules.insert(rules.index(after) + 1 if after else 0, new)

    @rule(name=rule_sets, old=st.sampled_from(("r", "s", "u")))
    def drop_rule(self, name: str, old: str) -> None:
        self.v1.delete_receipt_rule(RuleSetName=name, RuleName=old)
        if old in self.model["rule_set"][name]:
            self.model["rule_set"][name].remove(old)

    @rule(name=rule_sets, data=st.data())
    def reorder(self, name: str, data: st.DataObject) -> None:
        order = data.draw(st.permutations(self.model["rule_set"][name]))
        self.v1.reorder_receipt_rule_set(RuleSetName=name, RuleNames=order)
        self.model["rule_set"][name] = list(order)

    @rule(name=st.none() | rule_sets)
    def activate(self, name: str | None) -> None:
        self.v1.set_active_receipt_rule_set(**({"RuleSetName": name} if name else {}))
        self.active = name

    @invariant()
    def templates_agree(self) -> None:
        listed = self.pages(self.v2.list_email_templates, "TemplatesMetadata", "TemplateName")
        assert sorted(listed) == sorted(self.model["template"])
        for name, subject in self.model["template"].items():
            assert self.v1.get_template(TemplateName=name)["Template"]["SubjectPart"] == subject
            assert self.v2.get_email_template(TemplateName=name)["TemplateContent"] == {"Subject": subject}

    @invariant()
    def rules_agree(self) -> None:
        listed = [one["Name"] for one in self.v1.list_receipt_rule_sets()["RuleSets"]]
        assert sorted(listed) == sorted(self.model["rule_set"])
        for name, rules in self.model["rule_set"].items():
            shown = self.v1.describe_receipt_rule_set(RuleSetName=name)["Rules"]
            assert [one["Name"] for one in shown] == rules
        active = self.v1.describe_active_receipt_rule_set()
        assert active.get("Metadata", {}).get("Name") == self.active


_SETTINGS = settings(
    max_examples=12,
    stateful_step_count=50,
    deadline=None,
    derandomize=True,
    phases=(Phase.generate,),  # to shrink what is found takes minutes
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
TestIdentities = Identities.TestCase
TestSets = Sets.TestCase
TestRest = Rest.TestCase
TestIdentities.settings = TestSets.settings = TestRest.settings = _SETTINGS
