"""Rule sets, rules and activation together: planned, made as SES makes it, and planned again."""

from graphlib import TopologicalSorter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kinds.receipt_support import (
    ACTIVE,
    RULE,
    RULE_SET,
    active_address,
    checked,
    plan,
    raw_rule,
    rule_address,
    set_address,
    wanted_active,
    wanted_set,
)

from sesops.core.plan import State
from sesops.core.thing import Live
from sesops.core.values import Refusal, Refused, Reply
from sesops.kinds.receipt.reader import read_active, read_rule_sets, read_rules


class Ses:
    """Rule sets as SES keeps them: whole rules, inserted in front or behind another, moved, reordered, one set active."""

    def __init__(self, rules=None):
        self.sets = {} if rules is None else {"inbound": [raw_rule(name, Later={"kept": name}) for name in rules]}
        self.active = None
        self.operations = []

    def answer(self, call):
        checked(call)
        self.operations.append(call.operation)
        return getattr(self, call.operation)(**call.params) or Reply()

    @property
    def order(self):
        return [rule["Name"] for rule in self.sets["inbound"]]

    def DescribeReceiptRuleSet(self, **params):
        name = params["RuleSetName"]
        if name not in self.sets:
            return Refusal(Refused.MISSING, "RuleSetDoesNotExist", name)
        return Reply({"Metadata": {"Name": name}, "Rules": [dict(rule) for rule in self.sets[name]]})

    def DescribeActiveReceiptRuleSet(self):
        return Reply({"Metadata": {"Name": self.active}} if self.active else {})

    def CreateReceiptRuleSet(self, **params):
        assert params["RuleSetName"] not in self.sets
        self.sets[params["RuleSetName"]] = []

    def CreateReceiptRule(self, **params):
        assert params["Rule"]["Name"] not in self.order
        self._insert(params, params["Rule"])

    def UpdateReceiptRule(self, **params):
        self.sets[params["RuleSetName"]][self.order.index(params["Rule"]["Name"])] = params["Rule"]

    def DeleteReceiptRule(self, **params):
        self._take(params)

    def SetReceiptRulePosition(self, **params):
        self._insert(params, self._take(params))

    def ReorderReceiptRuleSet(self, **params):
        names = params["RuleNames"]
        assert sorted(names) == sorted(self.order)
        self.sets[params["RuleSetName"]].sort(key=lambda rule: names.index(rule["Name"]))

    def SetActiveReceiptRuleSet(self, **params):
        assert params.get("RuleSetName") in (None, *self.sets)
        self.active = params.get("RuleSetName")

    def _insert(self, params, rule):
        at = self.order.index(params["After"]) + 1 if "After" in params else 0
        self.sets[params["RuleSetName"]].insert(at, rule)

    def _take(self, params):
        return self.sets[params["RuleSetName"]].pop(self.order.index(params["RuleName"]))


def run(program, ses):
    """Drive a program to its end."""
    answers = None
    try:
        while True:
            answers = tuple(ses.answer(call) for call in program.send(answers))
    except StopIteration as end:
        return end.value


def planned(ses, wanted, remove=()):
    """Read what is named, with what lies around it, and plan; whatever stops mail is allowed."""
    live = {}
    names = [one.address for one in wanted] + list(remove)
    for kind, read in ((RULE_SET, read_rule_sets), (RULE, read_rules), (ACTIVE, read_active)):
        asked = {one.name: frozenset({"order"}) for one in names if one.kind == kind.name}
        reading = run(read(asked, None), ses)
        live |= {one.address: one for one in reading.extra}
        live |= {address: thing for address, thing in reading.things.items() if isinstance(thing, Live)}
    return plan(wanted, live, remove=remove, allow=names)


def made(ses, target):
    """Make every step, each behind what it needs."""
    steps = {step.id: step for change in target.changes for step in change.steps}
    for one in TopologicalSorter({key: step.needs for key, step in steps.items()}).static_order():
        assert steps[one].state is State.READY
        if steps[one].program:
            assert run(steps[one].program(), ses) is None
        else:
            for call in steps[one].calls:
                ses.answer(call)


@st.composite
def cases(draw):
    """Rules that are live, wanted, foreign and to be removed, in any mixture."""
    wanted = draw(st.lists(st.sampled_from("abcde"), unique=True, max_size=5))
    there = draw(st.sets(st.sampled_from(wanted))) if wanted else set()
    foreign = draw(st.lists(st.sampled_from("XYZ"), unique=True))
    live = draw(st.one_of(st.none(), st.permutations([*there, *foreign])))
    removed = draw(st.sets(st.sampled_from(foreign))) if foreign and live is not None else set()
    return live, wanted, sorted(removed)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(cases())
def test_what_is_planned_and_made_plans_clean(case):
    """In one run the set is there, its named rules in order, foreign ones in theirs, what is removed gone; then silence."""
    live, wanted, removed = case
    ses = Ses(live)
    spec = [*wanted_set([{"name": name, "recipients": "all"} for name in wanted]), wanted_active("inbound")]
    made(ses, planned(ses, spec, [rule_address(name) for name in removed]))
    foreign = [name for name in live or () if name not in wanted and name not in removed]
    assert [name for name in ses.order if name in wanted] == wanted
    assert [name for name in ses.order if name not in wanted] == foreign
    assert ses.active == "inbound"
    assert planned(ses, spec).changes == ()


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(cases())
def test_no_rule_is_rewritten_for_the_order(case):
    """Rules that are there stay as SES gave them; the order costs one call at most, activation comes last."""
    live, wanted, removed = case
    ses = Ses(live)
    spec = [*wanted_set([{"name": name, "recipients": "all"} for name in wanted]), wanted_active("inbound")]
    target = planned(ses, spec, [rule_address(name) for name in removed])
    ses.operations.clear()
    made(ses, target)
    moves = [one for one in ses.operations if one in ("SetReceiptRulePosition", "ReorderReceiptRuleSet")]
    assert len(moves) <= 1
    assert ses.operations[-1] == "SetActiveReceiptRuleSet"
    assert "UpdateReceiptRule" not in ses.operations
    kept = [rule for rule in ses.sets["inbound"] if rule["Name"] in (live or ())]
    assert all(rule == raw_rule(rule["Name"], Later={"kept": rule["Name"]}) for rule in kept)


def test_a_broken_off_chain_is_taken_up():
    """A run that ended after the first rule leaves one that the next goes on from, in order."""
    ses = Ses(["a", "foreign"])
    spec = wanted_set([{"name": name, "recipients": "all"} for name in ("new", "a", "b", "c")])
    target = planned(ses, spec)
    created = {step.address.last: step for change in target.changes for step in change.steps if step.facet == "create"}
    for name in ("new", "b"):
        ses.answer(created[name].calls[0])
    made(ses, planned(ses, spec))
    assert ses.order == ["new", "a", "b", "c", "foreign"]
    assert planned(ses, spec).changes == ()


def test_the_addresses_of_the_section():
    """What the plan calls them."""
    names = [str(one) for one in (set_address(), rule_address("quarantine"), active_address())]
    assert names == ["receipt_rule_set/inbound", "receipt_rule/inbound/quarantine", "active_receipt_rule_set"]
