"""Subscriptions in a whole run: made, waiting, confirmed, changed and taken away."""

from __future__ import annotations

from datetime import timedelta

import pytest
from support.bench import Bench, steps

from sesops.core.drift import drift
from sesops.core.plan import State

HOOK = {"protocol": "https", "endpoint": "https://hooks.example.com/ses"}
OPS = {"protocol": "email", "endpoint": "ops@example.net"}
QUEUE = {"protocol": "sqs", "endpoint": "arn:aws:sqs:eu-west-1:123456789012:feedback"}
HOOK_ADDRESS = "subscription/feedback/https:hooks.example.com:544931"


@pytest.fixture
def bench(tmp_path):
    made = Bench(tmp_path)
    made.emulator.settings.confirmation = timedelta(hours=1)
    yield made
    made.emulator.close()


def topic(*subscriptions):
    return {"topics": {"feedback": {"subscriptions": list(subscriptions)}}}


def test_a_subscription_waits_until_it_is_confirmed(bench):
    """No change and no drift, again and again; after the confirmation there is nothing at all."""
    document = topic(HOOK, OPS, QUEUE)
    bench.apply(document)
    for _ in range(2):
        plan = bench.plan(document)
        assert len(steps(plan)) == 2
        assert steps(plan) == steps(plan, State.WAITING)
        assert (drift(plan).entries, plan.pending) == ((), ())
        bench.apply(document)
    bench.emulator.clock.advance(timedelta(hours=2))
    bench.assert_clean(document)


def test_what_changed_while_it_waited_is_made_after_the_confirmation(bench):
    """Until then there is no ARN to set it by."""
    bench.apply(topic(HOOK))
    raw = topic({**HOOK, "raw_message_delivery": True})
    bench.apply(raw)
    bench.emulator.clock.advance(timedelta(hours=2))
    [change] = bench.plan(raw).changes
    assert [one.path for one in change.fields] == ["raw_message_delivery"]
    bench.apply(raw)
    bench.assert_clean(raw)


def test_what_is_no_longer_named_stays_until_remove_names_it(bench):
    """It is shown with the address that `remove` takes."""
    bench.emulator.settings.confirmation = timedelta(0)
    bench.apply(topic(HOOK, QUEUE))
    plan = bench.assert_clean(topic(QUEUE))
    assert [str(one) for one in plan.extra] == [HOOK_ADDRESS]
    bench.apply({**topic(QUEUE), "remove": [HOOK_ADDRESS]})
    assert bench.assert_clean(topic(QUEUE)).extra == ()


@pytest.mark.parametrize(
    ("items", "code", "words"),
    [
        ([HOOK, {**HOOK, "protocol": "HTTPS"}], "duplicate-name", "stands here twice"),
        ([{"endpoint": "https://a.example"}], "missing-key", "has no `protocol`"),
        ([{"protocol": "https"}], "missing-key", "has no `endpoint`"),
        ([{**HOOK, "protocol": "carrier-pigeon"}], "unknown-value", "carrier-pigeon"),
        ([{**HOOK, "name": "hook"}], "unknown-key", "name"),
    ],
)
def test_what_validate_says_of_a_list(bench, items, code, words):
    """At the entry, with its own words."""
    found = bench.findings(topic(*items))
    assert [(one.code, words in one.message) for one in found] == [(code, True)]


def test_an_endpoint_takes_variables(bench):
    """The address goes by what is put in."""
    document = {**topic({**HOOK, "endpoint": "https://${host}/ses"}), "vars": {"host": "hooks.example.com"}}
    assert [str(one.address) for one in bench.target(document).wanted] == ["topic/feedback", HOOK_ADDRESS]


def test_a_topic_of_somebody_else_takes_no_subscriptions(bench):
    """It is not managed."""
    arn = "arn:aws:sns:eu-west-1:123456789012:audit"
    found = bench.findings({"topics": {"audit": {"arn": arn, "subscriptions": [HOOK]}}})
    assert [one.code for one in found] == ["conflicting-keys"]
