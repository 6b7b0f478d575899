"""Whose things are, where the listing of tags lags, is refused, or shows what is gone."""

from __future__ import annotations

import json

import pytest
from support.bench import ACCOUNT, Bench, as_json, steps

from sesops.core.events import Outcome
from sesops.core.plan import State
from sesops.core.values import Reply

ARN = f"arn:aws:ses:eu-west-1:{ACCOUNT}"
BUS = f"arn:aws:events:eu-west-1:{ACCOUNT}:event-bus/default"


@pytest.fixture
def bench(tmp_path):
    return Bench(tmp_path)


def make_sets(bench, *names, stack=None):
    tags = [{"Key": "sesops:stack", "Value": stack}] if stack else []
    for name in names:
        bench.client("sesv2").create_configuration_set(ConfigurationSetName=name, Tags=tags)


def listing_shows(bench, monkeypatch, **stacks):
    """The listing of tags shows these sets, whatever is there."""
    found = [
        {"ResourceARN": f"{ARN}:configuration-set/{name}", "Tags": [{"Key": "sesops:stack", "Value": stack}]}
        for name, stack in stacks.items()
    ]
    call = bench.gateway.call
    monkeypatch.setattr(
        bench.gateway,
        "call",
        lambda one: Reply({"ResourceTagMappingList": found}) if one.operation == "GetResources" else call(one),
    )


def reasons(planned):
    return {f"{one.address} {step.facet}": step.reason for one in planned.changes for step in one.steps}


SHORT = {"delivery": {"max_delivery_seconds": 600}}
OTHERS = "it carries the tag of stack 'other'"


def test_without_the_listing_each_thing_that_would_change_is_asked(bench):
    """A refused listing must not be what lets one stack change or delete another's things."""
    make_sets(bench, "theirs", "doomed", stack="other")
    make_sets(bench, "mine", "freed", stack="acme")
    bench.emulator.faults.deny("resourcegroupstaggingapi", "GetResources")
    document = {
        "configuration_sets": {"theirs": SHORT, "mine": SHORT},
        "remove": ["configuration_set/doomed"],
        "release": ["configuration_set/freed"],
    }
    planned = bench.plan(document)
    assert reasons(planned) == {
        "configuration_set/theirs delivery": OTHERS,
        "configuration_set/doomed delete": OTHERS,
        "configuration_set/mine delivery": None,
        "configuration_set/freed release": None,
    }
    assert planned.complete
    assert not planned.left_over_known


def test_where_the_tags_cannot_be_read_either_nothing_is_planned(bench):
    """What it carries nobody can say; a thing that would not change is nobody's concern."""
    make_sets(bench, "a", "b", "c")
    for service, operation in (("resourcegroupstaggingapi", "GetResources"), ("sesv2", "ListTagsForResource")):
        bench.emulator.faults.deny(service, operation)
    planned = bench.plan({"configuration_sets": {"a": SHORT, "b": {}}, "remove": ["configuration_set/c"]})
    assert planned.changes == ()
    assert [f"{one.address} {one.facet}" for one in planned.unknown] == [
        "configuration_set/a tags",
        "configuration_set/c tags",
    ]
    assert "AccessDenied" in planned.unknown[0].reason


def test_a_tag_that_the_listing_does_not_show_yet_protects_from_deletion(bench, monkeypatch):
    """Deletes are few: what the listing shows as nobody's is asked for its tags."""
    make_sets(bench, "doomed", stack="other")
    listing_shows(bench, monkeypatch)
    assert reasons(bench.plan({"remove": ["configuration_set/doomed"]})) == {"configuration_set/doomed delete": OTHERS}


def test_what_is_tagged_but_not_listed_yet_can_be_released(bench, monkeypatch):
    """It is ours; "drop the line" would leave the tag on it."""
    make_sets(bench, "freed", stack="acme")
    listing_shows(bench, monkeypatch)
    planned = bench.plan({"release": ["configuration_set/freed"]})
    assert steps(planned) == ["configuration_set/freed release"]
    assert planned.findings == ()


def test_what_is_gone_and_still_listed_refuses_no_run(bench, monkeypatch):
    """The last thing of the old spec was just deleted; the listing shows it for a while."""
    listing_shows(bench, monkeypatch, old="acme")
    planned = bench.plan({"configuration_sets": {"new": {}}})
    assert planned.refusals == ()


def test_what_is_there_and_strange_refuses_the_run(bench):
    """Another spec uses this name."""
    make_sets(bench, "old", stack="acme")
    assert "another spec uses the stack name" in bench.plan({"configuration_sets": {"new": {}}}).refusals[0]


def test_nothing_is_made_in_another_stacks_things(bench):
    """A destination and a policy carry no tag of their own: what they lie in says whose they are."""
    make_sets(bench, "theirs", stack="other")
    bench.client("sesv2").create_email_identity(
        EmailIdentity="example.com", Tags=[{"Key": "sesops:stack", "Value": "other"}]
    )
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": "*",
                "Action": "ses:SendEmail",
                "Resource": f"{ARN}:identity/example.com",
            }
        ],
    }
    bus = {"bus": {"events": ["SEND"], "eventbridge": "default"}}
    planned = bench.plan(
        {
            "configuration_sets": {"theirs": {"event_destinations": bus}},
            "domains": {"example.com": {"policies": {"partner": policy}}},
        }
    )
    assert steps(planned, State.READY) == []
    assert len(steps(planned, State.HELD)) == 4
    bench.make(planned)
    assert bench.calls(writes_only=True)[2:] == []


def test_deleting_a_policy_of_a_verified_identity_stops_mail(bench):
    """Also where the identity is not in the spec: whether it is verified is read with the policy."""
    bench.client("sesv2").create_email_identity(EmailIdentity="example.com")
    allow = {"Effect": "Allow", "Principal": "*", "Action": "ses:SendEmail", "Resource": f"{ARN}:identity/example.com"}
    bench.client("sesv2").create_email_identity_policy(
        EmailIdentity="example.com", PolicyName="p", Policy=json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    )
    (change,) = as_json(bench.plan({"remove": ["identity_policy/example.com/p"]}))["changes"]
    assert (change["impact"], change["sentence"]) == (
        "stops_mail",
        "what policy p lets others send as example.com is refused",
    )


def test_deleting_an_identity_says_what_leans_on_it(tmp_path):
    """A sender of its domain and a set that tracks under it; what is verified itself does not lean on it."""
    bench = Bench(tmp_path)
    document = {
        "emails": {"own@example.com": {}},
        "configuration_sets": {"tx": {"tracking": {"custom_redirect_domain": "click.example.com"}}},
    }
    bench.apply({**document, "domains": {"example.com": {}}})
    (change,) = as_json(bench.plan({**document, "remove": ["domain/example.com"]}))["changes"]
    assert "; configuration_set/tx can be used only while example.com is verified" in change["sentence"]


def test_a_name_taken_meanwhile_whose_change_would_stop_mail_is_a_failure(bench):
    """A create stops no mail, so nobody was asked: what somebody else made is left, and that is not called done."""
    document = {"configuration_sets": {"tx": {"delivery": {"tls_policy": "REQUIRE"}}}}
    planned = bench.plan(document)
    make_sets(bench, "tx")
    (end,) = bench.make(planned).ended
    assert end.outcome is Outcome.FAILED
    assert "somebody else made it meanwhile, and delivery is held back" in (end.reason or "")


@pytest.mark.parametrize(
    ("operation", "said"),
    [("GetConfigurationSet", "could not be compared"), ("ListTagsForResource", "whose it is could not be read")],
)
def test_a_name_taken_meanwhile_that_cannot_be_read_is_a_failure(bench, operation, said):
    """It exists, and nothing else is known of it: that is not what was to be made."""
    planned = bench.plan({"configuration_sets": {"tx": SHORT}})
    make_sets(bench, "tx")
    bench.emulator.faults.deny("sesv2", operation)
    (end,) = bench.make(planned).ended
    assert end.outcome is Outcome.FAILED
    assert said in (end.reason or "")


def test_without_ownership_nothing_is_tagged(bench):
    """Neither what is made nor what is there already, and the plan is clean all the same."""
    make_sets(bench, "there")
    document = {"configuration_sets": {"there": SHORT, "new": {}}, "ownership": False}
    bench.apply(document)
    bench.assert_clean(document)
    for name in ("there", "new"):
        assert bench.client("sesv2").get_configuration_set(ConfigurationSetName=name)["Tags"] == []


def test_what_is_ignored_is_left_alone_and_unreported(bench):
    """Neither left over nor extra, nor taken by a glob; what it takes no part in is as before."""
    destination = {"MatchingEventTypes": ["SEND"], "Enabled": True, "EventBridgeDestination": {"EventBusArn": BUS}}
    document = {
        "configuration_sets": {"tx": {"event_destinations": {"mine": {"events": ["SEND"], "eventbridge": BUS}}}}
    }
    bench.apply(document)
    make_sets(bench, "aws-one", "old-one", stack="acme")
    for name in ("aws-hers", "his"):
        bench.client("sesv2").create_configuration_set_event_destination(
            ConfigurationSetName="tx", EventDestinationName=name, EventDestination=destination
        )
    seen = bench.plan(document)
    assert [str(one) for one in (*seen.left_over, *seen.extra)] == [
        "configuration_set/aws-one",
        "configuration_set/old-one",
        "event_destination/tx/aws-hers",
        "event_destination/tx/his",
    ]
    document |= {"ignore": ["configuration_set/aws-*", "event_destination/*/aws-*"], "remove": ["*/*-one"]}
    planned = bench.plan(document)
    assert ([str(one) for one in planned.left_over], [str(one) for one in planned.extra]) == (
        [],
        ["event_destination/tx/his"],
    )
    assert [str(one.address) for one in planned.changes] == ["configuration_set/old-one"]


def test_what_is_ignored_does_not_make_the_stack_anothers(bench):
    """Where nothing but ignored things carries the tag, no other spec has the name."""
    make_sets(bench, "aws-one", stack="acme")
    document = {"configuration_sets": {"tx": {}}}
    assert bench.plan(document).refusals
    assert not bench.plan({**document, "ignore": ["configuration_set/aws-*"]}).refusals


def test_without_ownership_the_brake_goes_by_what_the_spec_names(bench):
    """There is no tag to count by."""
    names = [f"set-{number}" for number in range(10)]
    make_sets(bench, *names)
    off = {"configuration_sets": {one: {"sending_enabled": False} for one in names}, "ownership": False}
    off["allow"] = [{"address": f"configuration_set/{one}", "to": "stop_mail", "until": "2999-01-01"} for one in names]
    assert ["10 of 10 things" in one for one in bench.plan(off).refusals] == [True]


@pytest.mark.parametrize("is_denied", [False, True])
def test_a_name_that_two_kinds_may_have_is_one_things(bench, is_denied):
    """What lies in a domain lies in no e-mail address of that name, and none is left over."""
    statement = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "ses:SendEmail", "Resource": "*"}
    policy = {"Version": "2012-10-17", "Statement": [{**statement, "Resource": f"{ARN}:identity/example.com"}]}
    bench.apply({"domains": {"example.com": {"policies": {"partner": policy}}}})
    if is_denied:
        bench.emulator.faults.deny("resourcegroupstaggingapi", "GetResources")
    planned = bench.plan({"domains": {"example.com": {}}, "remove": ["identity_policy/example.com/partner"]})
    assert [str(one.address) for one in planned.changes] == ["identity_policy/example.com/partner"]
    assert (planned.left_over, planned.unknown) == ((), ())
