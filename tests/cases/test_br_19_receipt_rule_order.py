"""BR-19: rules are evaluated in order, and the order was what other tools did not have.

The case wants one SetReceiptRulePosition; right is the fewest calls: that one where one rule moves, and one
ReorderReceiptRuleSet, foreign names too, where several do. A move may stop mail, so it needs leave, given to the set.
"""

from __future__ import annotations

import pytest
from cases.scene import allow, change_of, changes, ended, make_rules, mark, rule_names, writes, writes_with

from sesops.core.events import Outcome

LEAVE = allow("receipt_rule_set/inbound")


def spec(*names):
    rules = [{"name": name, "recipients": "all"} for name in names]
    return {"receipt": {"active_rule_set": None, "rule_sets": {"inbound": {"rules": rules}}}, **LEAVE}


def there(bench, *names):
    make_rules(bench, "inbound", *({"Name": name} for name in names))
    return mark(bench)


def test_one_rule_that_moves_is_one_call(bench):
    """The plan says the move in words, and nothing else."""
    start = there(bench, "catch-all", "drop-spam", "store")
    wanted = spec("drop-spam", "store", "catch-all")
    planned = bench.plan(wanted)
    assert len(planned.changes) == 1
    change = change_of(planned, "receipt_rule_set/inbound")
    assert change.fields[0].details == (("move catch-all", "1st", "3rd"),)
    assert "move catch-all: 1st -> 3rd" in change.sentence
    bench.apply(wanted)
    assert writes_with(bench, since=start) == [
        ("SetReceiptRulePosition", {"RuleSetName": "inbound", "RuleName": "catch-all", "After": "store"})
    ]
    bench.assert_clean(wanted)


def test_several_that_move_are_one_call(bench):
    """With the foreign rules at their places, because SES wants every name."""
    start = there(bench, "d", "foreign", "c", "b", "a")
    wanted = spec("a", "b", "c", "d")
    bench.apply(wanted)
    assert writes(bench, since=start) == ["ReorderReceiptRuleSet"]
    assert [one for one in rule_names(bench) if one != "foreign"] == ["a", "b", "c", "d"]
    bench.assert_clean(wanted)


def test_new_rules_stand_where_the_list_has_them(bench):
    """Each is made behind its predecessor, the first one without: no order to put right afterwards."""
    start = there(bench)
    wanted = spec("first", "second", "third")
    bench.apply(wanted)
    made = [(name, given.get("After")) for name, given in writes_with(bench, since=start)]
    assert made == [("CreateReceiptRule", None), ("CreateReceiptRule", "first"), ("CreateReceiptRule", "second")]
    assert rule_names(bench) == ["first", "second", "third"]
    bench.assert_clean(wanted)


def test_a_new_rule_between_two_that_are_there(bench):
    start = there(bench, "first", "third")
    bench.apply(spec("first", "second", "third"))
    assert writes(bench, since=start) == ["CreateReceiptRule"]
    assert rule_names(bench) == ["first", "second", "third"]


def test_foreign_rules_keep_their_place_and_are_named(bench):
    """Between two of ours, before and behind: only ours move."""
    there(bench, "foreign-front", "b", "foreign-mid", "a", "foreign-end")
    planned = bench.plan(spec("a", "b"))
    assert [one.last for one in planned.extra] == ["foreign-end", "foreign-front", "foreign-mid"]
    bench.apply(spec("a", "b"))
    order = rule_names(bench)
    assert order.index("a") < order.index("b")
    assert [one for one in order if one.startswith("foreign")] == ["foreign-front", "foreign-mid", "foreign-end"]
    bench.assert_clean(spec("a", "b"))


def test_after_a_failure_the_order_is_read_again(bench):
    """Somebody moves a rule between the failed try and the next: the next rests on what is there then."""
    there(bench, "c", "a", "b")
    wanted = spec("a", "b", "c")
    bench.emulator.faults.fail("ses", "SetReceiptRulePosition", "InvalidParameterValue", "no")
    report = bench.make(bench.plan(wanted))
    assert ended(report, Outcome.FAILED) == ["receipt_rule_set/inbound order"]
    ses = bench.client("ses")
    ses.reorder_receipt_rule_set(RuleSetName="inbound", RuleNames=["b", "c", "a"])
    bench.apply(wanted)
    assert rule_names(bench) == ["a", "b", "c"]


def test_the_order_is_read_at_the_moment_of_the_move(bench):
    """A foreign rule that comes between plan and move is in the call, which SES would refuse without it."""
    there(bench, "d", "c", "b", "a")
    planned = bench.plan(spec("a", "b", "c", "d"))
    bench.client("ses").create_receipt_rule(RuleSetName="inbound", Rule={"Name": "foreign"})
    report = bench.make(planned)
    assert ended(report, Outcome.DONE) == ["receipt_rule_set/inbound order"]
    assert rule_names(bench) == ["foreign", "a", "b", "c", "d"]


@pytest.mark.parametrize("switched", [("a", "c", "b"), ("c", "b", "a")])
def test_an_order_that_somebody_changed_is_found(bench, switched):
    """It is compared like any other field, and not put right without leave."""
    wanted = spec("a", "b", "c")
    bench.apply(wanted)
    bench.client("ses").reorder_receipt_rule_set(RuleSetName="inbound", RuleNames=list(switched))
    assert len(changes(bench.plan(wanted))) == 1
    without = {key: value for key, value in wanted.items() if key != "allow"}
    assert change_of(bench.plan(without), "receipt_rule_set/inbound").held
