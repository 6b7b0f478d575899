"""Rules of ours in somebody else's rule set (`partial`): made at their place, kept behind what they come behind."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from support.bench import Bench, described, steps

from sesops.core.plan import Impact, State
from sesops.kinds.receipt.order import ring, settled

FOREVER = "9999-12-31"


@pytest.fixture
def bench(tmp_path):
    """An SES with somebody else's rule set of three rules, which is active."""
    made = Bench(tmp_path)
    ses = made.client("ses")
    ses.create_receipt_rule_set(RuleSetName="shared")
    for name in ("last", "middle", "first"):
        ses.create_receipt_rule(RuleSetName="shared", Rule=raw(name))
    ses.set_active_receipt_rule_set(RuleSetName="shared")
    made.emulator.calls.clear()
    yield made
    made.emulator.close()


def raw(name):
    return {"Name": name, "Recipients": [f"{name}.example"]}


def spec(*rules, name="shared", **more):
    """A partial set with these rules: names, or pairs of a name and what it comes behind."""
    pairs = [(one, None) if isinstance(one, str) else one for one in rules]
    listed = [
        {"name": own, "recipients": ["ours.example"], **({"after": after} if after else {})} for own, after in pairs
    ]
    return {"receipt": {"rule_sets": {name: {"partial": True, "rules": listed}}}, **more}


def order(bench):
    return [one["Name"] for one in bench.client("ses").describe_receipt_rule_set(RuleSetName="shared")["Rules"]]


def written(bench):
    return [operation for _, operation, _ in bench.calls(writes_only=True)]


def codes(findings):
    return [one.code for one in findings]


# Made where they belong


@pytest.mark.parametrize(
    ("rules", "after"),
    [
        (["a"], ["first", "middle", "last", "a"]),
        (["a", "b"], ["first", "middle", "last", "a", "b"]),
        ([("a", "first")], ["first", "a", "middle", "last"]),
        ([("a", "first"), ("b", "first")], ["first", "a", "b", "middle", "last"]),
        ([("a", "b"), ("b", "middle")], ["first", "middle", "b", "a", "last"]),
        (["b", ("a", "b")], ["first", "middle", "last", "b", "a"]),
    ],
)
def test_new_rules_go_behind_theirs_or_to_the_end(bench, rules, after):
    """Nothing else of the set is written, its other rules are not extra, and the next plan is quiet."""
    bench.apply(spec(*rules))
    assert order(bench) == after
    assert set(written(bench)) == {"CreateReceiptRule"}
    assert bench.assert_clean(spec(*rules)).extra == ()


def test_the_end_is_where_it_is_when_the_rule_is_made(bench):
    """Its owner deletes the last rule and adds another between plan and apply."""
    planned, ses = bench.plan(spec("a")), bench.client("ses")
    ses.delete_receipt_rule(RuleSetName="shared", RuleName="last")
    ses.create_receipt_rule(RuleSetName="shared", Rule=raw("new"), After="middle")
    bench.make(planned)
    assert order(bench) == ["first", "middle", "new", "a"]


def test_a_rule_goes_to_the_end_once(bench):
    """What its owner puts behind it later is his business."""
    bench.apply(spec("a"))
    bench.client("ses").create_receipt_rule(RuleSetName="shared", Rule=raw("new"), After="a")
    bench.client("ses").set_receipt_rule_position(RuleSetName="shared", RuleName="a")
    assert bench.assert_clean(spec("a")).extra == ()


def test_what_is_removed_goes_first(bench):
    """The last rule of the set may be the one that goes."""
    document = spec("b", remove=["receipt_rule/shared/last"])
    bench.apply(document)
    assert order(bench) == ["first", "middle", "b"]


# Moved


def test_somewhere_behind_is_behind(bench):
    """Others may stand between."""
    bench.apply(spec("a"))
    bench.assert_clean(spec(("a", "first")))


def test_a_rule_that_stands_before_its_own_is_moved_with_leave(bench):
    """Only ours moves, directly behind; the order of the others stays."""
    bench.apply(spec("a"))
    bench.client("ses").set_receipt_rule_position(RuleSetName="shared", RuleName="a")
    bench.emulator.calls.clear()
    held = bench.plan(spec(("a", "middle")))
    [change] = held.changes
    assert (change.impact, steps(held, State.HELD)) == (Impact.STOPS_MAIL, ["receipt_rule/shared/a place"])
    assert change.sentence == (
        "mail meets rule a of shared later: it stands in front of all others, and moves behind middle"
    )
    allowed = spec(("a", "middle"), allow=[{"address": "receipt_rule/shared/a", "to": "stop_mail", "until": FOREVER}])
    bench.apply(allowed)
    assert order(bench) == ["first", "middle", "a", "last"]
    assert written(bench) == ["SetReceiptRulePosition"]
    bench.assert_clean(allowed)


def test_a_rule_follows_one_of_ours_that_moves(bench):
    """One run is enough: what comes behind a rule that moves, moves after it."""
    bench.apply(spec(("a", "first"), ("b", "a")))
    leave = [{"address": f"receipt_rule/shared/{one}", "to": "stop_mail", "until": FOREVER} for one in "ab"]
    document = spec(("a", "last"), ("b", "a"), allow=leave)
    bench.apply(document)
    assert order(bench) == ["first", "middle", "last", "a", "b"]
    bench.assert_clean(document)


def test_a_new_rule_follows_one_of_ours_that_moves(bench):
    """It is made once that has its place."""
    bench.apply(spec(("a", "first")))
    leave = [{"address": "receipt_rule/shared/a", "to": "stop_mail", "until": FOREVER}]
    document = spec(("b", "a"), ("a", "last"), allow=leave)
    bench.apply(document)
    assert order(bench) == ["first", "middle", "last", "a", "b"]
    bench.assert_clean(document)


# Found


def test_a_set_that_is_not_there_is_a_finding(bench):
    """It is never made, nor is a rule in it."""
    planned = bench.plan(spec("a", name="shraed"))
    assert (codes(planned.findings), described(planned.changes)) == (["no-such-rule-set"], [])


def test_what_a_rule_comes_behind_has_to_be_there(bench):
    """With the rules that there are."""
    planned = bench.plan(spec(("a", "frist")))
    [finding] = planned.findings
    assert (finding.code, finding.hint) == ("no-such-rule", "it has first, middle, last")
    assert finding.location.line == 12
    assert described(planned.changes) == []


def test_it_is_not_activated_by_us(bench):
    """Nor does anybody ask who activates it."""
    document = spec("a")
    assert bench.findings(document) == ()
    document["receipt"]["active_rule_set"] = "shared"
    assert codes(bench.findings(document)) == ["partial-set-activated"]


def test_after_is_for_sets_of_others(bench):
    """In a set of ours the list is the order."""
    document = spec("b", ("a", "b"))
    document["receipt"]["active_rule_set"] = "shared"
    document["receipt"]["rule_sets"]["shared"]["partial"] = False
    assert codes(bench.findings(document)) == ["order-is-the-list"]


def test_a_ring_is_found_offline(bench):
    """Once, at one of its rules."""
    [finding] = bench.findings(spec(("a", "b"), ("b", "c"), ("c", "a"), ("d", "a")))
    assert finding.code == "rules-in-a-ring"
    assert codes(bench.findings(spec(("a", "a")))) == ["rules-in-a-ring"]


# The arithmetic


@st.composite
def places(draw):
    """An order, and rules some of which are in it, some behind another of them or behind a foreign one."""
    ours = draw(st.lists(st.sampled_from("abcd"), unique=True))
    current = draw(st.permutations([*"XYZ", *draw(st.sets(st.sampled_from(ours)) if ours else st.just(()))]))
    rules = [(one, draw(st.sampled_from([None, *"XYZ", *ours]))) for one in ours]
    return list(current), rules


@given(places())
def test_every_rule_ends_behind_its_own(case):
    """Foreign rules keep their order, a rule without a place never moves, and nothing is left to do."""
    current, rules = case
    assume(not ring(rules))
    made, afters = settled(current, rules), dict(rules)
    assert all(made.order.index(after) < made.order.index(name) for name, after in rules if after)
    assert sorted(made.order) == sorted({*current, *afters})
    assert made.ahead.keys() == afters.keys() - set(current)
    assert [one for one in made.order if one in "XYZ"] == [one for one in current if one in "XYZ"]
    assert not [name for name in made.moved if afters[name] is None or name not in current]
    assert settled(made.order, rules) == (made.order, {}, ())
