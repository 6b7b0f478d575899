"""Subscriptions that are known by a secret: a webhook's URL with a token, which a spec only says where to find."""

from __future__ import annotations

import pytest
from support.bench import ACCOUNT, REGION, Bench, as_json, described, steps

from sesops.core import stale
from sesops.core.plan import Plan
from sesops.core.plan_json import read, write
from sesops.engine import planning

TOKEN = "t0ken-4f7a9c"
URL = f"https://hooks.example.com/{TOKEN}"
ADDRESS = "subscription/feedback/https:hooks.example.com:153a52"
PROVISIONAL = "subscription/feedback/https:env-HOOK:5000a2"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:feedback"


@pytest.fixture
def bench(tmp_path):
    made = Bench(tmp_path)
    made.environ["HOOK"] = URL
    yield made
    made.emulator.close()


def topic(*endpoints, **more):
    subscriptions = [{"protocol": "https", "endpoint": one, **more} for one in endpoints]
    return {"topics": {"feedback": {"subscriptions": subscriptions}}}


HOOK = {"env": "HOOK"}


def live(bench):
    return bench.client("sns").list_subscriptions_by_topic(TopicArn=TOPIC)["Subscriptions"]


def test_it_is_made_found_clean_and_named_by_protocol_host_and_digest(bench):
    plan = bench.plan(topic(HOOK))
    assert str(plan.changes[0].address) == ADDRESS
    bench.apply(topic(HOOK, raw_message_delivery=True))
    assert [one["Endpoint"] for one in live(bench)] == [URL]
    bench.assert_clean(topic(HOOK, raw_message_delivery=True))
    assert described(bench.plan(topic(HOOK, raw_message_delivery=False)).changes) == [
        f"update {ADDRESS} raw_message_delivery: True -> False"
    ]


def test_the_same_endpoint_written_in_full_is_the_same_subscription(bench):
    """What the spec has in full is shown in full, for it is no secret any more."""
    bench.apply(topic(HOOK))
    bench.assert_clean(topic(URL))


def test_where_it_cannot_be_opened_it_is_unknown_and_nothing_beside_it_is_called_extra(bench):
    bench.apply(topic(HOOK, "https://other.example.com/x"))
    bench.environ.clear()
    plan = bench.plan(topic(HOOK))
    [unknown] = plan.unknown
    assert str(unknown.address) == PROVISIONAL
    assert "env HOOK: the environment has no such variable" in unknown.reason
    assert (plan.complete, plan.changes, plan.extra) == (False, (), ())


def test_in_a_strict_topic_nothing_goes_that_may_be_the_one(bench):
    """It may be any of those that SES has and the spec seems not to."""
    bench.apply(topic(HOOK, "https://other.example.com/x"))
    document = topic(HOOK)
    document["topics"]["feedback"]["strict"] = True
    assert [one for one in described(bench.plan(document).changes) if "subscription/" in one] == [
        one for one in described(bench.plan(document).changes) if "https:other.example.com" in one
    ]
    bench.environ.clear()
    assert not [one for one in described(bench.plan(document).changes) if "subscription/" in one]


@pytest.mark.parametrize("value", ["", "hooks.example.com", f"https://hooks.example.com/{TOKEN}\nx", "ops@example.com"])
def test_what_is_no_endpoint_of_the_protocol_is_unknown_without_a_word_of_it(bench, value):
    bench.environ["HOOK"] = value
    plan = bench.plan(topic(HOOK))
    [unknown] = plan.unknown
    assert str(unknown.address) == PROVISIONAL
    assert not value or value not in unknown.reason
    assert TOKEN not in str(as_json(plan))


def test_two_places_that_hold_one_endpoint_are_one_subscription_too_many(bench):
    bench.environ["OTHER"] = URL
    plan = bench.plan(topic(HOOK, {"env": "OTHER"}))
    [unknown] = plan.unknown
    assert f"turns out to be that of {ADDRESS}; that stands in the spec already" in unknown.reason


def test_what_is_to_be_removed_cannot_be_named_by_a_secret(bench):
    bench.apply(topic(HOOK))
    [unknown] = bench.plan({**topic(HOOK), "remove": [ADDRESS]}).unknown
    assert "stands under `remove` or `release`" in unknown.reason


def test_another_secret_is_another_subscription_and_the_old_one_stays(bench):
    """As another endpoint is that stands in the spec."""
    bench.apply(topic(HOOK))
    bench.environ["HOOK"] = "https://hooks.example.com/another"
    plan = bench.plan(topic(HOOK))
    assert [str(one) for one in plan.extra] == [ADDRESS]
    assert len(steps(plan)) == 1


def test_a_saved_plan_holds_the_reference_and_is_made_from_it(bench):
    document = topic(HOOK)
    plan = bench.plan(document)
    data = write(Plan((plan,), "0"))
    assert TOKEN not in str(data)
    [saved] = read(data, bench.desk().registry.kinds).targets
    fresh = planning.plan_target(bench.desk(), saved.wanted, saved.leave)
    assert stale.differences(saved, fresh) == ()
    bench.make(fresh)
    assert [one["Endpoint"] for one in live(bench)] == [URL]
    bench.assert_clean(document)
