"""BR-16: nearly every control operation of SES takes one call a second.

The case wants one limiter for account and region; right is one for each operation, because SES counts each for itself.
Time is a fake clock: nobody waits here.
"""

from __future__ import annotations

import threading
from collections import Counter
from types import SimpleNamespace

import pytest
from cases.scene import changes, make_identity, make_rules, make_set, mark, writes
from support.bench import Bench

from sesops.aws.gateway import AwsGateway
from sesops.aws.session import Session
from sesops.emulator import faults

DOMAINS = [f"d{number:03}.example.com" for number in range(300)]
RULES = [f"rule-{number:02}" for number in range(40)]
DIFFERENT = {"rule-03", "rule-17", "rule-39"}


class FakeClock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._now = 1000.0

    def now(self) -> float:
        with self._lock:
            return self._now

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self._now += seconds


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def bench(tmp_path, clock, monkeypatch):
    """An emulator whose throttle and a gateway whose pace go by the fake clock; the pace is that for AWS."""
    monkeypatch.setattr(faults, "time", SimpleNamespace(monotonic=clock.now))
    made = Bench(tmp_path)
    made.gateway = AwsGateway(
        Session(made.session, made.region), listener=made.events.append, now=clock.now, sleep=clock.sleep
    )
    yield made
    made.emulator.close()


def rule(name, *, more=False):
    return {"name": name, "recipients": [f"{name}@example.com", *([f"more-{name}@example.com"] if more else [])]}


SPEC = {
    "domains": {name: {"feedback_forwarding": True} for name in DOMAINS},
    "receipt": {
        "active_rule_set": "inbound",
        "rule_sets": {"inbound": {"rules": [rule(name, more=name in DIFFERENT) for name in RULES]}},
    },
}


@pytest.fixture
def large(bench):
    """The live side, and from then on one call a second an operation."""
    make_identity(bench, *DOMAINS, stack="acme")
    live = [{"Name": name, "Recipients": rule(name)["recipients"]} for name in RULES]
    make_rules(bench, "inbound", *live, active=True)
    bench.emulator.settings.throttle_per_second = 1.0
    return bench


def test_the_plan_completes_with_few_reads_and_exactly_the_changes(large):
    """300 domains by hundreds, one describe for 40 rules, nothing that the spec does not use."""
    start = mark(large)
    planned = large.plan(SPEC)
    assert planned.complete
    assert [one.split(" ")[1] for one in changes(planned)] == [
        f"receipt_rule/inbound/{one}" for one in sorted(DIFFERENT)
    ]
    asked = Counter(name for _, name, _ in large.emulator.calls[start:])
    assert asked["DescribeReceiptRuleSet"] == 1
    assert set(asked) == {
        "DescribeReceiptRuleSet",
        "DescribeActiveReceiptRuleSet",
        "ListEmailIdentities",
        "GetIdentityNotificationAttributes",
        "GetResources",
    }
    # Three batches; a few calls more where the first ones came too close together.
    assert 3 <= asked["GetIdentityNotificationAttributes"] <= 6


def test_the_changes_are_made_at_that_rate(large):
    """And the next plan is clean."""
    start = mark(large)
    large.apply(SPEC)
    assert writes(large, since=start).count("UpdateReceiptRule") >= len(DIFFERENT)
    large.assert_clean(SPEC)


def test_all_workers_share_the_pace_of_an_operation(bench, clock):
    """Forty reads of one operation take their forty seconds, however many are on their way; a few may come at once."""
    names = [f"set-{number:02}" for number in range(40)]
    for name in names:
        make_set(bench, name)
    start, began = mark(bench), clock.now()
    assert bench.plan({"configuration_sets": {name: {"sending_enabled": True} for name in names}}).complete
    asked = [name for _, name, _ in bench.emulator.calls[start:] if name == "GetConfigurationSet"]
    assert len(asked) == len(names)
    assert clock.now() - began >= len(names) - 3


def test_when_patience_is_used_up_the_plan_is_incomplete(large, clock):
    """Throttled for minutes, a read is given up: what it would have said is unknown, and no plan is made of the rest."""
    large.emulator.faults.fail("ses", "DescribeReceiptRuleSet", "Throttling", "Rate exceeded", times=None)
    began = clock.now()
    planned = large.plan(SPEC)
    assert clock.now() - began < 600
    assert not planned.complete
    assert {str(one.address) for one in planned.unknown} >= {"receipt_rule_set/inbound", "receipt_rule/inbound/rule-03"}
    assert all("Throttling" in one.reason for one in planned.unknown)
    assert changes(planned) == []
