"""The kind `receipt_rule_set`: reading a set with its rules, and putting their order right."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kinds.receipt_support import (
    DENIED,
    MISSING,
    RULE_SET,
    SCOPE,
    UNAVAILABLE,
    build,
    checked,
    described,
    drive,
    live_active,
    live_set,
    plan,
    raw_rule,
    rule_address,
    set_address,
    steps,
    wanted_set,
    world,
    write,
)

from sesops.core.plan import Impact, State
from sesops.core.thing import Block, Unread, Wanted
from sesops.core.values import Refusal, Refused, Reply
from sesops.kinds.receipt.reader import read_rule_sets

FAILED = Refusal(Refused.FAILED, "RuleDoesNotExist", "Rule does not exist: b")
ORDER_STEP = "receipt_rule_set/inbound order"


def rules(*names):
    """Rules of the spec with nothing but what a create needs."""
    return [{"name": name, "recipients": "all"} for name in names]


def order_write(live, *wanted):
    """What the core hands to the order facet."""
    spec = wanted_set(rules(*wanted))
    return write(RULE_SET, "order", spec[0], world(spec, live_set(live)))


# Reading


def test_sets_are_described_side_by_side():
    """One call a set, all in the first round."""
    wants = {("inbound",): frozenset({"order"}), ("archive",): frozenset()}
    calls, reading = drive(read_rule_sets(wants, SCOPE), (MISSING, described(raw_rule("b"), raw_rule("a"))))
    assert calls == [[("DescribeReceiptRuleSet", {"RuleSetName": name}) for name in ("archive", "inbound")]]
    assert reading.things[set_address("archive")] is None
    assert reading.things[set_address()].blocks == {"order": Block({"RuleNames": ["b", "a"]})}


def test_all_rules_are_extra_where_the_spec_lists_rules():
    """The spec's own are sorted out by who knows them; where the spec lists none, the rules are nobody's business."""
    answer = (described(raw_rule("a")),)
    _, asked = drive(read_rule_sets({("inbound",): frozenset({"order"})}, SCOPE), answer)
    _, unasked = drive(read_rule_sets({("inbound",): frozenset()}, SCOPE), answer)
    assert [one.address for one in asked.extra] == [rule_address("a")]
    assert unasked.extra == ()


def test_a_set_without_rules_is_there():
    """SES may leave out the list of rules."""
    answer = Reply({"Metadata": {"Name": "inbound"}})
    _, reading = drive(read_rule_sets({("inbound",): frozenset({"order"})}, SCOPE), (answer,))
    assert reading.things[set_address()].blocks == {"order": Block({"RuleNames": []})}


@pytest.mark.parametrize(("refusal", "unavailable"), [(DENIED, False), (UNAVAILABLE, True)])
def test_a_set_that_cannot_be_read_is_unknown(refusal, unavailable):
    """A denied read is not an absent set; a region without receiving is told apart."""
    _, reading = drive(read_rule_sets({("inbound",): frozenset()}, SCOPE), (refusal,))
    unread = reading.things[set_address()]
    assert isinstance(unread, Unread)
    assert unread.unavailable is unavailable


# Building and making


def test_the_order_is_the_list_of_rules():
    """A set without `rules` leaves the order alone; an empty list orders nothing."""
    assert build(RULE_SET, {"rules": rules("a", "b")}) == {"order": ["a", "b"]}
    assert build(RULE_SET, {"rules": []}) == {"order": []}
    assert build(RULE_SET, {}) == {}


def test_a_set_is_made_and_deleted_by_name():
    """One call each."""
    assert checked(RULE_SET.create(set_address(), SCOPE, {})) == [("CreateReceiptRuleSet", {"RuleSetName": "inbound"})]
    assert checked(*RULE_SET.delete(set_address(), SCOPE)) == [("DeleteReceiptRuleSet", {"RuleSetName": "inbound"})]


def test_a_new_set_needs_no_order():
    """Its rules are made in order, so no call moves any."""
    made = steps(plan(wanted_set(rules("a", "b")), {}))
    assert [call for name, step in made.items() if name == ORDER_STEP for call in step.calls] == []


# The order


@pytest.mark.parametrize(
    ("live", "wanted"),
    [
        (["a", "b"], ["a", "b"]),
        (["x", "a", "y", "b", "z"], ["a", "b"]),
        (["a"], ["a", "b"]),
        (["x", "b"], ["a", "b"]),
        (["x", "y"], []),
    ],
)
def test_an_order_without_moves_is_no_change(live, wanted):
    """Foreign rules between, and new rules that are made behind their predecessors, are no difference."""
    target = plan(wanted_set(rules(*wanted)), live_set(live))
    assert ORDER_STEP not in steps(target)


def test_a_rule_that_stands_too_early_is_one_move():
    """Only the rule that moves is told and moved, behind its predecessor."""
    live = live_set(["catch-all", "drop-spam", "store"])
    spec = wanted_set([{"name": "drop-spam"}, {"name": "store"}, {"name": "catch-all"}])
    target = plan(spec, live, allow=[set_address()])
    [change] = target.changes
    assert change.sentence == "mail meets the rules of inbound in another order: move catch-all: 1st -> 3rd"
    params = {"RuleSetName": "inbound", "RuleName": "catch-all", "After": "store"}
    assert checked(*change.steps[0].calls) == [("SetReceiptRulePosition", params)]


def test_a_moved_rule_needs_leave():
    """Another order may stop mail: the change is held back until the set is named in `allow`."""
    target = plan(wanted_set([{"name": "a"}, {"name": "b"}]), live_set(["b", "a"]))
    [change] = target.changes
    assert (change.impact, change.steps[0].state) == (Impact.STOPS_MAIL, State.HELD)
    assert "receipt_rule_set/inbound" in change.steps[0].reason


def test_a_move_to_the_front_names_no_predecessor():
    """SES puts a rule that is given no predecessor in front of all."""
    calls = RULE_SET.facet("order").put(order_write(["x", "b", "c", "a"], "a", "b", "c"))
    assert checked(*calls) == [("SetReceiptRulePosition", {"RuleSetName": "inbound", "RuleName": "a"})]


def test_several_moves_are_one_reorder_with_every_rule():
    """SES takes exactly all names, foreign ones too; these keep their place among the others."""
    calls = RULE_SET.facet("order").put(order_write(["c", "x", "b", "a", "y"], "a", "b", "c"))
    params = {"RuleSetName": "inbound", "RuleNames": ["x", "a", "b", "c", "y"]}
    assert checked(*calls) == [("ReorderReceiptRuleSet", params)]


def test_the_forecast_counts_new_rules_in():
    """A rule that this run makes stands behind its predecessor when the order is put right."""
    calls = RULE_SET.facet("order").put(order_write(["c", "b", "a"], "a", "new", "b", "c"))
    params = {"RuleSetName": "inbound", "RuleNames": ["a", "new", "b", "c"]}
    assert checked(*calls) == [("ReorderReceiptRuleSet", params)]


def test_rules_kept_out_of_this_target_are_not_ordered():
    """A name in the list that is no wanted rule is skipped."""
    spec = wanted_set(rules("a", "elsewhere", "b"))
    kept = [one for one in spec if one.address != rule_address("elsewhere")]
    target = plan(kept, live_set(["b", "elsewhere", "a"]), allow=[set_address()])
    assert checked(*steps(target)[ORDER_STEP].calls)[0][1] == {"RuleSetName": "inbound", "RuleName": "b", "After": "a"}


def test_the_order_comes_after_creates_and_deletes():
    """Every create and delete of a rule in the set is needed first."""
    spec = wanted_set([{"name": "a"}, {"name": "b"}, {"name": "new", "recipients": "all"}])
    target = plan(spec, live_set(["b", "a", "old"]), remove=[rule_address("old")], allow=[set_address()])
    assert set(steps(target)[ORDER_STEP].needs) == {(rule_address("new"), "create"), (rule_address("old"), "delete")}


def test_the_order_is_read_again_before_it_is_put_right():
    """The calls rest on what is there then: a foreign rule that came, a rule whose create failed."""
    program = RULE_SET.facet("order").program(order_write(["c", "b", "a"], "a", "new", "b", "c"))
    fresh = described(*(raw_rule(name) for name in ("c", "b", "foreign", "a")))
    calls, result = drive(program, (fresh,), (Reply(),))
    params = {"RuleSetName": "inbound", "RuleNames": ["foreign", "a", "b", "c"]}
    assert calls == [[("DescribeReceiptRuleSet", {"RuleSetName": "inbound"})], [("ReorderReceiptRuleSet", params)]]
    assert result is None


def test_an_order_that_is_right_by_now_is_not_written():
    """Somebody else moved the rule meanwhile, or the first answer was lost."""
    program = RULE_SET.facet("order").program(order_write(["b", "a"], "a", "b"))
    calls, result = drive(program, (described(raw_rule("a"), raw_rule("b")),))
    assert (len(calls), result) == (1, None)


def test_a_refused_read_ends_the_moves():
    """Without the order as it is now nothing is written."""
    calls, result = drive(RULE_SET.facet("order").program(order_write(["b", "a"], "a", "b")), (DENIED,))
    assert (len(calls), result) == (1, DENIED)


def test_a_refused_move_is_the_result():
    """SES's own refusal is what the step ends with."""
    program = RULE_SET.facet("order").program(order_write(["b", "a"], "a", "b"))
    _, result = drive(program, (described(raw_rule("b"), raw_rule("a")),), (FAILED,))
    assert result is FAILED


@given(st.permutations("abcxyz"), st.permutations("abc"))
def test_after_the_moves_nothing_is_left(live, wanted):
    """The calls, made on a set as SES makes them, give an order that plans clean."""
    order = list(live)
    for call in RULE_SET.facet("order").put(order_write(live, *wanted)):
        if call.operation == "ReorderReceiptRuleSet":
            assert sorted(order) == sorted(call.params["RuleNames"])
            order = call.params["RuleNames"]
        else:
            order.remove(call.params["RuleName"])
            behind = order.index(call.params["After"]) + 1 if "After" in call.params else 0
            order.insert(behind, call.params["RuleName"])
    assert ORDER_STEP not in steps(plan(wanted_set(rules(*wanted)), live_set(order)))


# What stops mail


@pytest.mark.parametrize(
    ("names", "active", "expected"),
    [
        (["a"], None, "rule set inbound is deleted with its 1 rule"),
        (["a", "b"], "other", "rule set inbound is deleted with its 2 rules"),
        (
            [],
            "inbound",
            (
                "rule set inbound is deleted with its 0 rules; it is the active one, "
                "which SES deletes only once another set, or none, is active"
            ),
        ),
    ],
)
def test_deleting_a_set_stops_mail(names, active, expected):
    """The sentence counts the rules that go with it, and says where SES would refuse."""
    there = {**live_set(names), **live_active(active)}
    assert RULE_SET.delete_stops(there[set_address()], world((), there)) == expected


def test_a_set_that_is_gone_stops_nothing():
    """Nothing is said where nothing was read."""
    assert RULE_SET.delete_stops(None, world()) is None
    unread = Wanted(set_address(), {})
    assert "0 rules" in RULE_SET.delete_stops(live_set([])[set_address()], world([unread]))
