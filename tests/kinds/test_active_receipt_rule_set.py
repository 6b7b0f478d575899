"""The kind `active_receipt_rule_set`: which rule set receives, if any."""

import pytest
from kinds.receipt_support import (
    ACTIVE,
    DENIED,
    SCOPE,
    UNAVAILABLE,
    active_address,
    build,
    checked,
    described,
    drive,
    live_active,
    live_set,
    plan,
    rule_address,
    set_address,
    steps,
    wanted_active,
    wanted_set,
    world,
    write,
)
from support.bench import Bench
from support.bench import described as changes

from sesops.core.address import parse
from sesops.core.diagnostic import Severity
from sesops.core.drift import drift
from sesops.core.plan import Impact, State
from sesops.core.thing import Block
from sesops.core.values import Reply
from sesops.kinds.receipt.reader import read_active
from sesops.view.plan_text import target_lines

STEP = "active_receipt_rule_set active"
ASKED = {(): frozenset({"name"})}


def activation(target):
    return steps(target)[STEP]


@pytest.mark.parametrize(("answer", "raw"), [(described(), {"Name": "inbound"}), (Reply(), {})])
def test_the_active_set_is_read_with_one_call(answer, raw):
    """An empty answer is no active set, not an error."""
    calls, reading = drive(read_active(ASKED, SCOPE), (answer,))
    assert calls == [[("DescribeActiveReceiptRuleSet", {})]]
    assert reading.things[active_address()].blocks == {"active": Block(raw)}


@pytest.mark.parametrize(("refusal", "unavailable"), [(DENIED, False), (UNAVAILABLE, True)])
def test_an_active_set_that_cannot_be_read_is_unknown(refusal, unavailable):
    """A denied read is not "none"; a region that does not receive is told apart."""
    _, reading = drive(read_active(ASKED, SCOPE), (refusal,))
    assert reading.things[active_address()].unavailable is unavailable


def test_there_is_one_without_a_name():
    """Its address is its kind."""
    assert parse("active_receipt_rule_set", {ACTIVE.name: ACTIVE.parts}) == active_address()


@pytest.mark.parametrize(("value", "params"), [("inbound", {"RuleSetName": "inbound"}), (None, {})])
def test_activation_is_one_call(value, params):
    """`null` sends no name at all; an empty one would be refused."""
    spec = wanted_active(value)
    assert build(ACTIVE, value) == {"name": value}
    calls = ACTIVE.facet("active").put(write(ACTIVE, "active", spec, world([spec], live_active("other"))))
    assert checked(*calls) == [("SetActiveReceiptRuleSet", params)]


@pytest.mark.parametrize("name", ["inbound", None])
def test_what_is_active_already_is_no_change(name):
    """The active set, or none where none is, plans nothing."""
    assert plan([wanted_active(name)], live_active(name)).changes == ()


def test_activation_comes_last():
    """A set made in this run is activated once all its rules are there."""
    spec = [*wanted_set([{"name": name, "recipients": "all"} for name in "ab"]), wanted_active("inbound")]
    step = activation(plan(spec, live_active(None)))
    assert {(set_address(), "create"), (rule_address("a"), "create"), (rule_address("b"), "create")} <= set(step.needs)


def test_activation_waits_for_updates_and_order():
    """A set that is there is activated once its rules are up to date and in order."""
    spec = [*wanted_set([{"name": "a", "scan_enabled": False}, {"name": "b"}]), wanted_active("inbound")]
    live = {**live_set(["b", "a"]), **live_active(None)}
    step = activation(plan(spec, live, allow=[set_address()]))
    assert set(step.needs) == {(set_address(), "order"), (rule_address("a"), "rule")}
    assert step.state is State.READY


def test_activation_of_somebody_elses_set_needs_nothing():
    """A set that the spec does not declare has no steps to wait for."""
    assert activation(plan([wanted_active("theirs")], live_active(None))).needs == ()


def test_somebody_elses_set_has_to_be_there(bench):
    """It is not made by us; where nobody can say whether it is there, the plan stands."""
    spec = {"receipt": {"active_rule_set": {"external": "theirs"}}}
    assert [(one.code, one.severity) for one in bench.plan(spec).findings] == [("no-such-rule-set", Severity.ERROR)]
    bench.emulator.faults.deny("ses", "DescribeReceiptRuleSet")
    assert bench.plan(spec).findings == ()
    bench.emulator.faults.clear()
    bench.client("ses").create_receipt_rule_set(RuleSetName="theirs")
    bench.apply(spec)
    bench.assert_clean(spec)


def test_from_none_to_a_set_stops_nothing():
    """Mail begins to be received; nothing stops."""
    [change] = plan([wanted_active("inbound")], live_active(None)).changes
    assert (change.impact, change.account_wide) == (Impact.NONE, True)


@pytest.mark.parametrize(
    ("after", "sentence"),
    [
        ("new", "new receives instead of old: mail that only the rules of old match is refused"),
        (None, "no rule set receives any more (old did): all incoming mail is refused"),
    ],
)
def test_another_set_or_none_stops_mail(after, sentence):
    """Held back until it is allowed, with a sentence that says what happens to mail."""
    [change] = plan([wanted_active(after)], live_active("old")).changes
    assert (change.impact, change.sentence, change.steps[0].state) == (Impact.STOPS_MAIL, sentence, State.HELD)
    [allowed] = plan([wanted_active(after)], live_active("old"), allow=[active_address()]).changes
    assert allowed.steps[0].state is State.READY


def test_the_old_set_is_deleted_after_the_switch():
    """SES refuses to delete the active set, so the switch comes first."""
    live = {**live_set(["a"], "old"), **live_set([], "new"), **live_active("old")}
    spec = [*wanted_set([], "new"), wanted_active("new")]
    target = plan(spec, live, remove=[set_address("old")], allow=[active_address()])
    assert (active_address(), "active") in steps(target)["receipt_rule_set/old delete"].needs


# Only where none is active

UNLESS_ACTIVE = {
    "receipt": {"active_rule_set": {"name": "inbound", "unless_active": True}, "rule_sets": {"inbound": {}}}
}


@pytest.fixture
def bench(tmp_path):
    made = Bench(tmp_path)
    yield made
    made.emulator.close()


def switched(bench, name):
    bench.client("ses").create_receipt_rule_set(RuleSetName=name)
    bench.client("ses").set_active_receipt_rule_set(RuleSetName=name)


def test_where_none_is_active_the_set_is_activated(bench):
    """And once it is there is nothing to say."""
    bench.apply(UNLESS_ACTIVE)
    assert bench.client("ses").describe_active_receipt_rule_set()["Metadata"]["Name"] == "inbound"
    assert bench.assert_clean(UNLESS_ACTIVE).findings == ()


def test_another_active_set_stays(bench):
    """No change, no drift, nothing held back; the plan says so in one line."""
    bench.apply(UNLESS_ACTIVE)
    switched(bench, "theirs")
    planned = bench.assert_clean(UNLESS_ACTIVE)
    assert (drift(planned).entries, [one.severity for one in planned.findings]) == ((), [Severity.NOTE])
    [line] = [line.plain for line in target_lines(planned) if "theirs" in line.plain]
    assert line.startswith(
        "note[other-set-active]: rule set theirs is active and stays so; inbound is for where none is"
    )
    assert line.endswith("sesops.yaml:7)")


def test_without_it_another_active_set_is_a_change(bench):
    """`unless_active: false` is as if it were not there."""
    switched(bench, "theirs")
    wish = {"name": "inbound", "unless_active": False}
    planned = bench.plan({"receipt": {**UNLESS_ACTIVE["receipt"], "active_rule_set": wish}})
    assert "update active_receipt_rule_set name: 'theirs' -> 'inbound'" in changes(planned.changes)


def test_somebody_elses_set_may_be_meant(bench):
    """As by its name alone, a reference to nothing is found and `external` is taken."""
    wish = {"active_rule_set": {"name": "inbuond", "unless_active": True}, "rule_sets": {"inbound": {}}}
    assert [one.code for one in bench.findings({"receipt": wish})] == ["unknown-reference"]
    wish = {"active_rule_set": {"name": {"external": "theirs"}, "unless_active": True}}
    assert bench.findings({"receipt": wish}) == ()
