"""Accounts that no spec has seen: exported as a spec that has nothing to change, and is the same when exported again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.bench import ACCOUNT, REGION, Bench, described
from support.export import exported

from sesops.core.plan import Action

ARN = f"arn:aws:{{}}:{REGION}:{ACCOUNT}:{{}}"


@pytest.fixture
def bench(tmp_path):
    made = Bench(tmp_path)
    yield made
    made.emulator.close()


def policy(resource: str, action: str = "ses:SendEmail", **statement) -> str:
    allowed = {"Effect": "Allow", "Principal": {"AWS": "210987654321"}, "Action": action, "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [{**allowed, **statement}]})


def make_by_hand(bench: Bench) -> None:
    """Years of consoles and scripts: both API generations, words that YAML takes for something else, loose ends."""
    make_topics(bench)
    make_sets(bench)
    make_identities(bench)
    make_receipt(bench)
    bench.emulator.suppress("Gone@example.org", REGION, reason="COMPLAINT")
    bench.emulator.suppress("odd,one@example.org", REGION, reason="BOUNCE")


def make_topics(bench: Bench) -> None:
    sns = bench.client("sns")
    lets = {"Principal": {"Service": "ses.amazonaws.com"}}
    for name in ("bounces", "events", "elsewhere"):
        arn = sns.create_topic(Name=name)["TopicArn"]
        given = policy(arn, "sns:Publish", **lets)
        sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=given)
    sns.set_topic_attributes(
        TopicArn=ARN.format("sns", "bounces"), AttributeName="DisplayName", AttributeValue="yes ${name} $${x}"
    )
    sns.subscribe(TopicArn=ARN.format("sns", "bounces"), Protocol="sms", Endpoint="+12065550100")
    sns.subscribe(TopicArn=ARN.format("sns", "bounces"), Protocol="email", Endpoint="ops@example.org")
    sns.tag_resource(ResourceArn=ARN.format("sns", "events"), Tags=[{"Key": "sesops:stack", "Value": "other"}])


def make_sets(bench: Bench) -> None:
    ses, sesv2 = bench.client("ses"), bench.client("sesv2")
    ses.create_configuration_set(ConfigurationSet={"Name": "classic"})
    ses.create_configuration_set_event_destination(
        ConfigurationSetName="classic",
        EventDestination={
            "Name": "old",
            "Enabled": False,
            "MatchingEventTypes": ["bounce", "renderingFailure"],
            "SNSDestination": {"TopicARN": ARN.format("sns", "events")},
        },
    )
    sesv2.create_dedicated_ip_pool(PoolName="0x1", ScalingMode="MANAGED", Tags=[{"Key": "no", "Value": "0o17"}])
    sesv2.create_configuration_set(
        ConfigurationSetName="true",
        DeliveryOptions={"SendingPoolName": "0x1", "TlsPolicy": "REQUIRE"},
        SuppressionOptions={"SuppressedReasons": []},
        Tags=[{"Key": "on", "Value": "1e3"}],
    )
    sesv2.create_configuration_set(ConfigurationSetName="theirs", Tags=[{"Key": "sesops:stack", "Value": "other"}])


def make_identities(bench: Bench) -> None:
    ses, sesv2 = bench.client("ses"), bench.client("sesv2")
    ses.verify_domain_identity(Domain="old.example")
    ses.set_identity_notification_topic(
        Identity="old.example", NotificationType="Bounce", SnsTopic=ARN.format("sns", "bounces")
    )
    sesv2.create_email_identity(EmailIdentity="example.com", ConfigurationSetName="true")
    sesv2.put_email_identity_configuration_set_attributes(EmailIdentity="old.example", ConfigurationSetName="theirs")
    sesv2.put_email_identity_mail_from_attributes(
        EmailIdentity="example.com", MailFromDomain="bounce.example.com", BehaviorOnMxFailure="REJECT_MESSAGE"
    )
    for name in ("partner", "Partner"):
        given = policy(ARN.format("ses", "identity/example.com"))
        sesv2.create_email_identity_policy(EmailIdentity="example.com", PolicyName=name, Policy=given)
    sesv2.create_email_identity(
        EmailIdentity="own-key.example",
        DkimSigningAttributes={"DomainSigningSelector": "s1", "DomainSigningPrivateKey": "YWJj"},
    )
    sesv2.create_email_identity(EmailIdentity="Ops+a@example.net")


def make_receipt(bench: Bench) -> None:
    ses = bench.client("ses")
    for name in ("inbound", "spare"):
        ses.create_receipt_rule_set(RuleSetName=name)
    for name, enabled in (("z-first", False), ("a-second", True)):
        actions = [
            {"AddHeaderAction": {"HeaderName": "X-Odd", "HeaderValue": "\u202etxt.${region} # no: comment"}},
            {"SNSAction": {"TopicArn": ARN.format("sns", "bounces")}},
        ]
        rule = {"Name": name, "Enabled": enabled, "Actions": actions}
        ses.create_receipt_rule(
            RuleSetName="inbound", Rule=rule, **({"After": "z-first"} if name == "a-second" else {})
        )
    ses.set_active_receipt_rule_set(RuleSetName="inbound")
    ses.create_receipt_filter(Filter={"Name": "lab", "IpFilter": {"Policy": "Block", "Cidr": "10.10.10.0/24"}})


def assert_clean_but_for_tags(bench: Bench, text: str, stack: str = "acme") -> None:
    plan = bench.plan(text, stack=stack)
    assert (plan.complete, plan.refusals) == (True, ())
    assert {one.action for one in plan.changes} <= {Action.ADOPT}, described(plan.changes)


def test_an_account_made_by_hand(bench, golden):
    """The whole file, as somebody reads it; clean, adopted, and the same again."""
    make_by_hand(bench)
    export = exported(bench)
    golden(GOLDEN / "by-hand.yaml", export.text)
    assert export.gaps == ()
    assert_clean_but_for_tags(bench, export.text)
    bench.apply(export.text)
    bench.assert_clean(export.text)
    assert exported(bench).text == export.text


GOLDEN = Path(__file__).parents[1] / "golden" / "export"
