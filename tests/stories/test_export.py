"""Accounts that no spec has seen: exported as a spec that has nothing to change, and is the same when exported again."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from support.bench import ACCOUNT, REGION, Bench, described
from support.export import exported

from sesops.core.plan import Action
from sesops.kinds.topic_subscription.fields import holds_token

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


DENIED = [
    ("sesv2", "ListEmailIdentities"),
    ("sesv2", "GetEmailIdentity"),
    ("ses", "GetIdentityNotificationAttributes"),
    ("sesv2", "ListConfigurationSets"),
    ("sesv2", "GetConfigurationSet"),
    ("sesv2", "GetConfigurationSetEventDestinations"),
    ("sesv2", "ListDedicatedIpPools"),
    ("sesv2", "GetDedicatedIpPool"),
    ("sesv2", "GetDedicatedIps"),
    ("sesv2", "ListTagsForResource"),
    ("sesv2", "GetAccount"),
    ("ses", "ListReceiptRuleSets"),
    ("ses", "DescribeReceiptRuleSet"),
    ("ses", "DescribeActiveReceiptRuleSet"),
    ("ses", "ListReceiptFilters"),
    ("sns", "GetTopicAttributes"),
    ("sns", "ListTagsForResource"),
    ("sns", "ListSubscriptionsByTopic"),
    ("sns", "GetSubscriptionAttributes"),
]


@pytest.mark.parametrize(("service", "operation"), DENIED)
def test_a_read_that_is_denied_is_said_and_the_rest_is_exported(bench, service, operation):
    """In a comment and among the gaps, with the action; what is in the spec plans clean, also without that right."""
    make_by_hand(bench)
    bench.emulator.faults.deny(service, operation)
    export = exported(bench)
    assert export.gaps
    assert all(f"{operation} denied: " in one for one in export.gaps)
    comments = " ".join(line.lstrip("# ") for line in export.text.splitlines() if line.lstrip().startswith("#"))
    assert all(gap in comments for gap in export.gaps)
    assert len(export.counts) > 5
    assert_clean_but_for_tags(bench, export.text)


def test_what_could_not_be_read_is_said_once_for_all_that_it_is_of(bench):
    """In the spec's own words, with what it is of; of many the first."""
    for number in range(7):
        bench.client("sesv2").create_email_identity(EmailIdentity=f"d{number}.example.com")
    bench.client("sesv2").create_configuration_set(ConfigurationSetName="tx")
    for operation in ("GetEmailIdentity", "GetConfigurationSetEventDestinations"):
        bench.emulator.faults.deny("sesv2", operation)
    sets, domains = sorted(exported(bench).gaps, key=len)
    assert sets.startswith("could not be read: event_destinations of configuration_set/tx: GetConfigurationSet")
    assert domains.startswith("could not be read: dkim.signing_enabled, dkim.origin, ")
    assert ", policies of domain/d0.example.com, " in domains
    assert "domain/d4.example.com and 2 more: GetEmailIdentity denied: AccessDeniedException: " in domains


def test_whose_things_are_may_stay_unknown(bench):
    """Each thing's own tags say it too: only topics that nothing refers to are not found, and that is said."""
    make_by_hand(bench)
    whole = exported(bench)
    bench.emulator.faults.deny("resourcegroupstaggingapi", "GetResources")
    export = exported(bench)
    head, _, rest = export.text.partition("version: 1")
    assert "Which stack has which things could not be listed: GetResources denied" in " ".join(head.split("\n# "))
    assert rest == whole.text.partition("version: 1")[2]
    assert export.gaps == ()


def test_a_region_that_does_not_receive(bench):
    """It is no gap: there is nothing to read."""
    bench.client("sesv2").create_email_identity(EmailIdentity="example.com")
    bench.emulator.settings.receiving = False
    export = exported(bench)
    assert export.gaps == ()
    assert "\nreceipt:" not in export.text
    assert_clean_but_for_tags(bench, export.text)


def test_what_a_spec_cannot_say_is_left_out_with_the_reason(bench):
    """A subscription that nobody has confirmed; but not a pool whose name SES, as it shows, did take."""
    sesv2, sns = bench.client("sesv2"), bench.client("sns")
    bench.emulator.lease("203.0.113.10", REGION)
    sesv2.create_dedicated_ip_pool(PoolName="Managed", ScalingMode="STANDARD")
    sesv2.put_dedicated_ip_in_pool(Ip="203.0.113.10", DestinationPoolName="Managed")
    bench.emulator.settings.confirmation = timedelta(days=1)
    arn = sns.create_topic(Name="feedback", Tags=[{"Key": "sesops:stack", "Value": "acme"}])["TopicArn"]
    sns.subscribe(TopicArn=arn, Protocol="https", Endpoint="https://hooks.example.com/ses")
    export = exported(bench)
    assert "ip_pools:\n  Managed:\n    dedicated_ips: [203.0.113.10]\n" in export.text
    assert "left out: subscription/feedback/https:hooks.example.com:" in export.text
    assert "it waits for its confirmation" in export.text
    assert_clean_but_for_tags(bench, export.text)


def test_secrets_are_in_the_environment_and_not_in_the_spec(bench):
    """A key that SES never shows, and a webhook whose URL holds a token: two variables, each said in a comment."""
    key = {"DomainSigningSelector": "s1", "DomainSigningPrivateKey": "YWJj"}
    bench.client("sesv2").create_email_identity(EmailIdentity="own-key.example", DkimSigningAttributes=key)
    sns = bench.client("sns")
    arn = sns.create_topic(Name="feedback", Tags=[{"Key": "sesops:stack", "Value": "acme"}])["TopicArn"]
    url = "https://hooks.example.com/in/x7Gh2kQpA9"
    for endpoint in (url, "https://hooks.example.com/ses"):
        sns.subscribe(TopicArn=arn, Protocol="https", Endpoint=endpoint)
    export = exported(bench)
    assert "x7Gh2kQpA9" not in export.text
    document = yaml.safe_load(export.text)
    signing = {"origin": "EXTERNAL", "selector": "s1", "private_key": {"env": "DKIM_KEY_OWN__KEY_EXAMPLE"}}
    assert document["domains"]["own-key.example"] == {"dkim": signing}
    endpoints = [one["endpoint"] for one in document["topics"]["feedback"]["subscriptions"]]
    assert "https://hooks.example.com/ses" in endpoints
    [secret] = [one["env"] for one in endpoints if isinstance(one, dict)]
    for variable in ("DKIM_KEY_OWN__KEY_EXAMPLE", secret):
        assert f"environment variable {variable} " in " ".join(export.text.replace("#", "").split())
    assert bench.environ == {secret: url}
    assert_clean_but_for_tags(bench, export.text)
    bench.environ.clear()
    assert [secret in one.reason for one in bench.plan(export.text).unknown] == [True]


@pytest.mark.parametrize(
    ("endpoint", "is_secret"),
    [
        ("https://hooks.example.com/ses", False),
        ("https://hooks.example.com/v1/notifications-from-production", False),
        ("https://sns-to-slack.example.com/v2/incoming", False),
        ("https://hooks.example.com/ses?key=1", True),
        ("https://ops:word@hooks.example.com/ses", True),
        ("https://hooks.example.com/services/T024BE7LH/B024BE7LH", False),
        ("https://hooks.example.com/services/x7Gh2kQpA9", True),
        ("https://hooks.example.com/3f9a1c5e-0f0f-4f0f-8f0f-0f0f0f0f0f0f", True),
        ("https://hooks.example.com/abcdefghijklmnopqrstuvwxyz", True),
    ],
)
def test_which_webhooks_hold_a_token(endpoint, is_secret):
    """Whoever knows such a URL may use it."""
    assert holds_token(endpoint) is is_secret


def test_an_export_makes_the_same_elsewhere(bench, tmp_path):
    """In an account where there is nothing, what the spec says and what it leaves out come to the same."""
    make_topics(bench)
    make_sets(bench)
    make_receipt(bench)
    bench.client("sesv2").delete_configuration_set(ConfigurationSetName="theirs")
    bench.client("sns").untag_resource(ResourceArn=ARN.format("sns", "events"), TagKeys=["sesops:stack"])
    bench.client("sesv2").create_email_identity(EmailIdentity="Ops+a@example.net")
    export = exported(bench)
    other = Bench(tmp_path)
    other.apply(export.text)
    assert exported(other).text == export.text
    other.emulator.close()
