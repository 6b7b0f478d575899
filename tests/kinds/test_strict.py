"""`strict: true`: the spec is all there is of a thing, and nothing stops mail by that alone."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from cases.scene import allow, change_of, changes, codes, make_identity, make_rules, make_set, make_topic, rule_names
from support.bench import ACCOUNT, REGION, Bench, steps
from support.keys import private_key

from sesops.core.drift import What, drift
from sesops.core.plan import Impact, State
from sesops.core.values import Refusal, Refused
from sesops.engine import planning

STRICT = {"strict": True}
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": ACCOUNT},
            "Action": "ses:SendEmail",
            "Resource": f"arn:aws:ses:{REGION}:{ACCOUNT}:identity/example.com",
        }
    ],
}
BUS = {
    "MatchingEventTypes": ["SEND"],
    "EventBridgeDestination": {"EventBusArn": f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/default"},
}


@pytest.fixture
def bench(tmp_path):
    made = Bench(tmp_path)
    yield made
    made.emulator.close()


def add_destination(bench, name, configuration_set="tx"):
    bench.client("sesv2").create_configuration_set_event_destination(
        ConfigurationSetName=configuration_set, EventDestinationName=name, EventDestination=BUS
    )


# Fields


def test_absent_fields_go_back_to_ses_s_defaults(bench):
    """Those that a spec may set to `null`; the others are left, for there is nothing that they could go back to."""
    make_set(
        bench,
        "tx",
        DeliveryOptions={"TlsPolicy": "REQUIRE", "MaxDeliverySeconds": 600},
        ReputationOptions={"ReputationMetricsEnabled": False},
        SuppressionOptions={"SuppressedReasons": ["BOUNCE"]},
    )
    spec = {"configuration_sets": {"tx": {**STRICT, "delivery": {"max_delivery_seconds": 600}}}}
    assert changes(bench.plan(spec)) == ["update configuration_set/tx delivery.tls_policy: 'REQUIRE' -> None"]
    bench.apply(spec)
    bench.assert_clean(spec)
    answer = bench.client("sesv2").get_configuration_set(ConfigurationSetName="tx")
    assert answer["DeliveryOptions"].get("TlsPolicy", "OPTIONAL") == "OPTIONAL"
    assert answer["SuppressionOptions"]["SuppressedReasons"] == ["BOUNCE"]


def test_a_default_that_stops_mail_is_held_back(bench):
    """Leave is asked for, as for any change."""
    client = bench.client("sesv2")
    key = {"DomainSigningSelector": "s1", "DomainSigningPrivateKey": "YWJj"}
    client.create_email_identity(EmailIdentity="example.com", DkimSigningAttributes=key)
    spec = {"domains": {"example.com": STRICT}}
    change = change_of(bench.plan(spec), "domain/example.com")
    assert (change.impact, change.has(State.HELD)) == (Impact.STOPS_MAIL, True)
    assert "dkim.origin" in [one.path for one in change.fields]
    bench.apply({**spec, **allow("domain/example.com")})
    bench.assert_clean(spec)


def test_a_key_of_one_s_own_has_no_length_to_go_back_to(bench):
    """The absent length is that of Easy DKIM's key, which goes."""
    bench.environ["DKIM_KEY"] = private_key()
    client = bench.client("sesv2")
    short = {"NextSigningKeyLength": "RSA_1024_BIT"}
    client.create_email_identity(EmailIdentity="example.com", DkimSigningAttributes=short)
    dkim = {"origin": "EXTERNAL", "selector": "s1", "private_key": {"env": "DKIM_KEY"}}
    spec = {"domains": {"example.com": {**STRICT, "dkim": dkim}}}
    bench.apply({**spec, **allow("domain/example.com")})
    bench.assert_clean(spec)
    assert client.get_email_identity(EmailIdentity="example.com")["DkimAttributes"]["SigningAttributesOrigin"] == (
        "EXTERNAL"
    )


def test_a_new_strict_thing_is_made_as_any_other_and_clean(bench):
    make_topic(bench, "hears")
    spec = {
        "domains": {"example.com": {**STRICT, "policies": {"partner": {**STRICT, **POLICY}}}},
        "emails": {"ops@example.net": STRICT},
        "configuration_sets": {
            "tx": {**STRICT, "event_destinations": {"bus": {**STRICT, "events": ["SEND"], "eventbridge": "default"}}}
        },
        "topics": {
            "feedback": {
                **STRICT,
                "subscriptions": [{**STRICT, "protocol": "sqs", "endpoint": f"arn:aws:sqs:{REGION}:{ACCOUNT}:q"}],
            }
        },
        "ip_pools": {"pool": STRICT},
        "receipt": {
            "active_rule_set": "inbound",
            "rule_sets": {"inbound": {**STRICT, "rules": [{**STRICT, "name": "all", "recipients": "all"}]}},
            "filters": {"lab": {**STRICT, "cidr": "10.0.0.0/8", "policy": "BLOCK"}},
        },
    }
    bench.client("sqs").create_queue(QueueName="q")
    bench.apply(spec)
    bench.assert_clean(spec)


# Tags


@pytest.mark.parametrize(
    ("section", "name"),
    [("configuration_sets", "tx"), ("domains", "example.com"), ("ip_pools", "pool"), ("topics", "feedback")],
)
def test_extra_tags_go_but_not_those_of_aws_and_ours(bench, section, name):
    bench.apply({section: {name: {"tags": {"team": "post", "cost": "7"}}}})
    arn = {
        "configuration_sets": f"arn:aws:ses:{REGION}:{ACCOUNT}:configuration-set/tx",
        "domains": f"arn:aws:ses:{REGION}:{ACCOUNT}:identity/example.com",
        "ip_pools": f"arn:aws:ses:{REGION}:{ACCOUNT}:dedicated-ip-pool/pool",
        "topics": f"arn:aws:sns:{REGION}:{ACCOUNT}:feedback",
    }[section]
    client = bench.client("sns" if section == "topics" else "sesv2")
    client.tag_resource(ResourceArn=arn, Tags=[{"Key": "sesops:note", "Value": "x"}])
    bench.assert_clean({section: {name: {"tags": {"team": "post"}}}})
    spec = {section: {name: {**STRICT, "tags": {"team": "post"}}}}
    [change] = bench.plan(spec).changes
    assert [(one.path, one.before, one.after) for one in change.fields] == [("tags.cost", "7", None)]
    bench.apply(spec)
    bench.assert_clean(spec)
    left = {one["Key"] for one in client.list_tags_for_resource(ResourceArn=arn)["Tags"]}
    assert left == {"team", "sesops:note", "sesops:stack"}


# Members


def test_extra_members_go_with_the_line_that_says_so(bench):
    """Whether the spec has some of the kind, or none."""
    make_set(bench, "tx")
    add_destination(bench, "old")
    for own in ({}, {"event_destinations": {"bus": {"events": ["REJECT"], "eventbridge": "default"}}}):
        planned = bench.plan({"configuration_sets": {"tx": {**own, **STRICT}}})
        change = change_of(planned, "event_destination/tx/old")
        assert (change.action.value, change.sentence) == (
            "delete",
            "it is not in the spec, and configuration_set/tx is strict",
        )
        assert (bench.folder / "sesops.yaml").read_text().splitlines()[change.place.line - 1].strip() == "strict: true"
        assert planned.extra == ()
    bench.apply({"configuration_sets": {"tx": STRICT}})
    bench.assert_clean({"configuration_sets": {"tx": STRICT}})


def test_without_it_they_stay(bench):
    make_set(bench, "tx")
    add_destination(bench, "old")
    spec = {
        "configuration_sets": {
            "tx": {"event_destinations": {"old": {"events": ["SEND"], "eventbridge": "default", **STRICT}}}
        }
    }
    add_destination(bench, "older")
    planned = bench.plan(spec)
    assert changes(planned) == []
    assert [str(one) for one in planned.extra] == ["event_destination/tx/older"]


def test_what_stops_mail_has_to_be_named(bench):
    """Held back until `remove` has it. What else is done in the set goes on meanwhile, in its order."""
    make_rules(bench, "inbound", {"Name": "old"}, {"Name": "kept"}, active=True)
    rules = [{"name": "kept"}, {"name": "new", "recipients": "all"}]
    spec = {"receipt": {"active_rule_set": "inbound", "rule_sets": {"inbound": {**STRICT, "rules": rules}}}}
    planned = bench.plan(spec)
    change = change_of(planned, "receipt_rule/inbound/old")
    assert (change.impact, change.held) == (Impact.STOPS_MAIL, True)
    assert change.steps[0].reason.endswith("If that is meant: remove: [receipt_rule/inbound/old]")
    assert steps(planned, State.READY) == ["receipt_rule/inbound/new create"]
    bench.make(planned)
    assert rule_names(bench) == ["old", "kept", "new"]
    bench.apply({**spec, "remove": ["receipt_rule/inbound/old"]})
    assert rule_names(bench) == ["kept", "new"]
    bench.assert_clean(spec)


def test_a_set_without_rules_in_the_spec(bench):
    make_rules(bench, "inbound", {"Name": "old"}, active=True)
    spec = {"receipt": {"active_rule_set": "inbound", "rule_sets": {"inbound": STRICT}}}
    assert [str(one.address) for one in bench.plan(spec).changes] == ["receipt_rule/inbound/old"]
    bench.assert_clean({"receipt": {"active_rule_set": "inbound", "rule_sets": {"inbound": {}}}})


def test_nothing_is_extra_in_somebody_else_s_set(bench):
    """Neither a rule, nor the order."""
    make_rules(bench, "shared", {"Name": "a"}, {"Name": "b"}, active=True)
    rules = [{"name": "ours", "recipients": "all", **STRICT}]
    spec = {"receipt": {"rule_sets": {"shared": {**STRICT, "partial": True, "rules": rules}}}}
    assert steps(bench.plan(spec)) == ["receipt_rule/shared/ours create"]
    bench.apply(spec)
    assert bench.assert_clean(spec).extra == ()
    assert rule_names(bench, "shared") == ["a", "b", "ours"]


def test_a_policy_of_a_verified_identity_is_held(bench):
    make_identity(bench, "example.com")
    bench.client("sesv2").create_email_identity_policy(
        EmailIdentity="example.com", PolicyName="old", Policy=json.dumps(POLICY)
    )
    spec = {"domains": {"example.com": STRICT}}
    assert change_of(bench.plan(spec), "identity_policy/example.com/old").held
    bench.apply({**spec, "remove": ["identity_policy/example.com/old"]})
    bench.assert_clean(spec)


def test_subscriptions_of_a_topic(bench):
    topic = make_topic(bench, "feedback")
    bench.client("sqs").create_queue(QueueName="q")
    endpoint = f"arn:aws:sqs:{REGION}:{ACCOUNT}:q"
    bench.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=endpoint)
    spec = {"topics": {"feedback": STRICT}}
    assert [one.action.value for one in bench.plan(spec).changes if one.address.kind == "subscription"] == ["delete"]
    bench.apply(spec)
    bench.assert_clean(spec)


def test_a_subscription_that_nothing_can_end_yet_is_waited_for(bench):
    """It goes by itself, or can be deleted once it is confirmed: neither drift nor a change pending."""
    bench.emulator.settings.confirmation = timedelta(days=1)
    topic = make_topic(bench, "feedback")
    bench.client("sns").subscribe(TopicArn=topic, Protocol="https", Endpoint="https://hooks.example.com/ses")
    planned = bench.plan({"topics": {"feedback": STRICT}})
    [change] = [one for one in planned.changes if one.address.kind == "subscription"]
    assert (change.action.value, change.waiting, change.pending) == ("delete", True, False)
    assert drift(planned).entries == ()


def test_what_is_ignored_stays(bench):
    make_set(bench, "tx")
    add_destination(bench, "aws-own")
    spec = {"configuration_sets": {"tx": STRICT}, "ignore": ["event_destination/*/aws-*"]}
    assert changes(bench.plan(spec)) == []


def test_of_another_stack_s_thing_nothing_goes(bench):
    make_set(bench, "tx", Tags=[{"Key": "sesops:stack", "Value": "other"}])
    add_destination(bench, "old")
    change = change_of(bench.plan({"configuration_sets": {"tx": STRICT}}), "event_destination/tx/old")
    assert change.held
    assert "carries the tag of stack 'other'" in change.steps[0].reason


def test_many_extra_members_are_braked(bench):
    """What goes by `strict` counts among what the plan reaches, as what `remove` names does."""
    for name in ("tx", "bulk"):
        make_set(bench, name)
        for number in range(6):
            add_destination(bench, f"old{number}", name)
    refusals = bench.plan({"configuration_sets": {"tx": STRICT, "bulk": STRICT}}).refusals
    assert [one.partition(" would")[0] for one in refusals] == ["12 of 12 things of kind event_destination"]


def test_members_that_cannot_be_read_make_the_plan_incomplete(bench):
    make_set(bench, "tx")
    answer = bench.gateway.call
    denied = Refusal(Refused.DENIED, "AccessDeniedException", "no")
    listing = "GetConfigurationSetEventDestinations"
    bench.gateway.call = lambda call: denied if call.operation == listing else answer(call)
    planned = bench.plan({"configuration_sets": {"tx": STRICT}})
    assert not planned.complete
    assert [(str(one.address), one.facet) for one in planned.unknown] == [("configuration_set/tx", "event_destination")]


def test_it_is_drift(bench):
    """The spec says that there is nothing else."""
    spec = {"configuration_sets": {"tx": STRICT}}
    bench.apply(spec)
    assert drift(bench.plan(spec)).entries == ()
    add_destination(bench, "old")
    bench.client("sesv2").put_configuration_set_delivery_options(ConfigurationSetName="tx", TlsPolicy="REQUIRE")
    found = [(one.what, str(one.address), one.path) for one in drift(bench.plan(spec)).entries]
    assert found == [
        (What.CHANGED, "configuration_set/tx", "delivery.tls_policy"),
        (What.EXTRA, "event_destination/tx/old", None),
    ]


# Addresses of a pool


def pools(bench):
    return {one["Ip"]: one["PoolName"] for one in bench.client("sesv2").get_dedicated_ips()["DedicatedIps"]}


@pytest.fixture
def leased(bench):
    for ip in ("203.0.113.10", "203.0.113.11"):
        bench.emulator.lease(ip, bench.region)
    bench.apply({"ip_pools": {"tx": {"dedicated_ips": ["203.0.113.10", "203.0.113.11"]}}})
    return bench


def test_extra_addresses_leave_the_pool(leased):
    spec = {"ip_pools": {"tx": {**STRICT, "dedicated_ips": ["203.0.113.10"]}}}
    leased.apply(spec)
    assert leased.assert_clean(spec).findings == ()
    assert pools(leased) == {"203.0.113.10": "tx", "203.0.113.11": "ses-default-dedicated-pool"}


def test_an_address_that_another_pool_takes_is_moved_once(leased):
    spec = {
        "ip_pools": {"tx": {**STRICT, "dedicated_ips": ["203.0.113.10"]}, "bulk": {"dedicated_ips": ["203.0.113.11"]}}
    }
    assert steps(leased.plan(spec)) == ["ip_pool/bulk create", "ip_pool/bulk addresses"]
    leased.apply(spec)
    leased.assert_clean(spec)
    assert pools(leased) == {"203.0.113.10": "tx", "203.0.113.11": "bulk"}


def test_the_last_address_needs_leave(leased):
    spec = {"ip_pools": {"tx": STRICT}}
    assert change_of(leased.plan(spec), "ip_pool/tx").held
    leased.apply({**spec, **allow("ip_pool/tx")})
    leased.assert_clean(spec)


def test_a_managed_pool_s_addresses_are_ses_s(leased):
    leased.apply({"ip_pools": {"tx": {"scaling_mode": "MANAGED"}}})
    leased.assert_clean({"ip_pools": {"tx": {**STRICT, "scaling_mode": "MANAGED"}}})


# In the spec


def test_it_may_be_a_default_and_taken_away_again(bench):
    make_set(bench, "tx", DeliveryOptions={"TlsPolicy": "REQUIRE"})
    make_set(bench, "bulk", DeliveryOptions={"TlsPolicy": "REQUIRE"})
    make_set(bench, "news", DeliveryOptions={"TlsPolicy": "REQUIRE"})
    spec = {
        "defaults": {"configuration_set": STRICT},
        "configuration_sets": {"tx": {}, "bulk": {"strict": "keep"}, "news": {"strict": False}},
    }
    assert changes(bench.plan(spec)) == ["update configuration_set/tx delivery.tls_policy: 'REQUIRE' -> None"]


def test_a_variable_may_stand_for_it(bench):
    make_set(bench, "tx", DeliveryOptions={"TlsPolicy": "REQUIRE"})
    for said, number in ((True, 1), (False, 0)):
        spec = {"vars": {"all": said}, "configuration_sets": {"tx": {"strict": "${all}"}}}
        assert len(changes(bench.plan(spec))) == number


@pytest.mark.parametrize(
    ("document", "code", "hint"),
    [
        ({"configuration_sets": {"tx": {"strict": "yes"}}}, "wrong-type", "write `true`: `yes` is text"),
        ({"configuration_sets": {"tx": {"strict": None}}}, "wrong-type", None),
        ({"defaults": {"topic": {"strict": 1}}}, "wrong-type", "write `true`"),
        ({"account": {"sending_enabled": True, **STRICT}}, "unknown-key", None),
        ({"defaults": {"account": STRICT}}, "unknown-key", None),
        ({"receipt": {"active_rule_set": None, **STRICT}}, "unknown-key", None),
        ({"topics": {"audit": {"arn": f"arn:aws:sns:{REGION}:{ACCOUNT}:audit", **STRICT}}}, "conflicting-keys", None),
    ],
)
def test_where_and_how_it_may_not_stand(bench, document, code, hint):
    """It reaches no section and no account-wide setting, and nothing that is somebody else's."""
    found = bench.findings(document)
    assert codes(found) == [code]
    assert hint is None or found[0].hint == hint


def test_a_saved_plan_keeps_it(bench):
    """Read again from what the file has, the same is extra, and what came since makes the plan stale."""
    from support.bench import REGISTRY

    from sesops.core import plan_json, stale
    from sesops.core.plan import Plan

    make_set(bench, "tx", DeliveryOptions={"TlsPolicy": "REQUIRE"}, Tags=[{"Key": "team", "Value": "mail"}])
    add_destination(bench, "old")
    document = plan_json.write(Plan((bench.plan({"configuration_sets": {"tx": STRICT}}),), "0"))
    [saved] = plan_json.read(document, REGISTRY.kinds).targets

    def again():
        return planning.plan_target(bench.desk(), saved.wanted, saved.leave)

    assert stale.differences(saved, again()) == ()
    add_destination(bench, "new")
    assert stale.differences(saved, again()) == ("event_destination/tx/new: delete was not in the plan",)
