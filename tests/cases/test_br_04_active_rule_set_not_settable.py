"""BR-04: a rule set receives nothing until it is made the active one, which other tools could not do."""

from __future__ import annotations

from cases.scene import active_set, change_of, changes, codes, make_rules, mark, the_finding, writes

from sesops.core.diagnostic import Severity

STORE = {"Name": "store", "Recipients": ["example.com"], "Actions": [{"StopAction": {"Scope": "RuleSet"}}]}


def spec(*names, **receipt):
    rules = [{"name": name, "recipients": ["example.com"], "actions": [{"stop": {}}]} for name in names]
    return {"receipt": {**receipt, "rule_sets": {"inbound": {"rules": rules}}}}


ACTIVE = spec("store", active_rule_set="inbound")


def test_the_active_set_is_a_setting_of_its_own_in_the_plan(bench, sesops):
    """None to inbound is one change of its own, said to be account-wide."""
    make_rules(bench, "inbound", STORE)
    planned = bench.plan(ACTIVE)
    assert changes(planned) == ["update active_receipt_rule_set name: None -> 'inbound'"]
    assert change_of(planned, "active_receipt_rule_set").account_wide
    shown = sesops("plan", spec=ACTIVE)
    assert "active_receipt_rule_set" in shown.out
    assert "account-wide" in shown.out


def test_activation_comes_last(bench):
    """Mail meets the set once its rules are there and in order, updated ones too."""
    rule = {**STORE, "Recipients": ["other.example"]}
    make_rules(bench, "inbound", {**rule, "Name": "last"}, {**STORE, "Name": "first"})
    before = mark(bench)
    order = {"allow": [{"address": a, "to": "stop_mail", "until": "2999-12-31"} for a in _moved_and_narrowed()]}
    bench.apply({**spec("first", "new", "last", active_rule_set="inbound"), **order})
    made = writes(bench, since=before)
    assert sorted(made[:-1]) == ["CreateReceiptRule", "SetReceiptRulePosition", "UpdateReceiptRule"]
    assert made[-1] == "SetActiveReceiptRuleSet"
    assert active_set(bench) == "inbound"
    bench.assert_clean({**spec("first", "new", "last", active_rule_set="inbound"), **order})


def _moved_and_narrowed():
    return ["receipt_rule_set/inbound", "receipt_rule/inbound/last"]


def test_a_rule_that_fails_keeps_the_set_from_becoming_active(bench):
    """A half-made set never receives."""
    bench.emulator.faults.fail("ses", "CreateReceiptRule", "LimitExceeded", "Too many rules", times=None)
    bench.make(bench.plan(ACTIVE))
    assert active_set(bench) is None


def test_rule_sets_without_an_active_one_are_a_warning(bench):
    """Not silence: nobody may have meant that, and `validate` says which line is missing."""
    findings = bench.findings(spec("store"))
    warning = the_finding(findings, "no-active-rule-set")
    assert warning.severity is Severity.WARNING
    assert "active_rule_set: inbound" in warning.hint
    assert codes(bench.findings(ACTIVE), None) == []


def test_a_set_that_somebody_deactivated_is_found(bench, sesops):
    """The next plan differs, and says so with its exit code."""
    bench.apply(ACTIVE)
    assert sesops("plan", "--detailed-exitcode", spec=ACTIVE).code == 0
    bench.client("ses").set_active_receipt_rule_set()
    assert sesops("plan", "--detailed-exitcode").code == 2


def test_another_active_set_is_found_and_is_not_switched_unasked(bench, sesops):
    """Switching would stop what the other set receives: it is shown and held back."""
    bench.apply(ACTIVE)
    make_rules(bench, "other", active=True)
    planned = sesops("plan", "--detailed-exitcode", spec=ACTIVE)
    assert planned.code == 3
    assert "other -> inbound" in planned.out
    assert sesops("apply", "--yes").code == 3
    assert active_set(bench) == "other"
