"""Receipt rules: create, read, update, move and delete (v1 only)."""

from __future__ import annotations

from typing import Any

from sesops.emulator.context import Context, ServiceError
from sesops.emulator.operations.receipt import TABLE, checked_name, load, position, receipt_operation
from sesops.emulator.operations.receipt_actions import check_actions, check_targets, set_up, stored_action
from sesops.emulator.registry import Answer, Params

RULES_PER_SET = 200
RECIPIENTS_PER_RULE = 500
ACTIONS_PER_RULE = 10

Rule = dict[str, Any]


def _checked_rule(rule: Params) -> Rule:
    """The rule as it is kept, after the checks that need nothing but the rule.

    SES behaviour: it is filled in with its defaults, recipients are sorted and left out when there are none, actions
    keep their order and are there even when there are none.
    """
    name = checked_name(rule["Name"], "ruleName", "rule.name")
    actions = [stored_action(action) for action in rule.get("Actions", [])]
    check_actions(actions)
    recipients = sorted(rule.get("Recipients", []))
    return {
        "Name": name,
        "Enabled": rule.get("Enabled", False),
        "TlsPolicy": rule.get("TlsPolicy", "Optional"),
        **({"Recipients": recipients} if recipients else {}),
        "Actions": actions,
        "ScanEnabled": rule.get("ScanEnabled", False),
    }


def _check_limits(rule: Rule) -> None:
    if len(rule["Actions"]) > ACTIONS_PER_RULE:
        raise ServiceError("LimitExceeded", "Too many actions")
    if len(rule.get("Recipients", [])) > RECIPIENTS_PER_RULE:
        raise ServiceError("LimitExceeded", "Too many recipients")


@receipt_operation("CreateReceiptRule")
def create_receipt_rule(context: Context, params: Params) -> Answer:
    """Insert a rule behind another, or at the front of its set when none is named."""
    set_name = checked_name(params["RuleSetName"], "ruleSetName")
    rule = _checked_rule(params["Rule"])
    document = load(context, set_name)
    after = params.get("After")
    index = position(document, after) + 1 if after else 0
    if any(each["Name"] == rule["Name"] for each in document["rules"]):
        raise ServiceError("AlreadyExists", f"Rule already exists: {rule['Name']}")
    if len(document["rules"]) >= RULES_PER_SET:
        raise ServiceError("LimitExceeded", "Too many rules")
    _check_limits(rule)
    check_targets(context, rule["Actions"])
    document["rules"].insert(index, rule)
    context.store.put(TABLE, set_name, document)
    set_up(context, rule["Actions"])
    return {}


@receipt_operation("UpdateReceiptRule")
def update_receipt_rule(context: Context, params: Params) -> Answer:
    """Replace the whole rule in its place: what is left out falls back to its default."""
    set_name = checked_name(params["RuleSetName"], "ruleSetName")
    rule = _checked_rule(params["Rule"])
    document = load(context, set_name)
    index = position(document, rule["Name"])
    _check_limits(rule)
    check_targets(context, rule["Actions"])
    document["rules"][index] = rule
    context.store.put(TABLE, set_name, document)
    set_up(context, rule["Actions"])
    return {}


@receipt_operation("DescribeReceiptRule")
def describe_receipt_rule(context: Context, params: Params) -> Answer:
    """One rule, without its place in the set."""
    document = load(context, checked_name(params["RuleSetName"], "ruleSetName"))
    return {"Rule": document["rules"][position(document, checked_name(params["RuleName"], "ruleName"))]}


@receipt_operation("DeleteReceiptRule")
def delete_receipt_rule(context: Context, params: Params) -> Answer:
    """Remove a rule; an absent one is gone already, but its set must be there."""
    set_name = checked_name(params["RuleSetName"], "ruleSetName")
    name = checked_name(params["RuleName"], "ruleName")
    document = load(context, set_name)
    document["rules"] = [rule for rule in document["rules"] if rule["Name"] != name]
    context.store.put(TABLE, set_name, document)
    return {}


@receipt_operation("SetReceiptRulePosition")
def set_receipt_rule_position(context: Context, params: Params) -> Answer:
    """Move a rule behind another, or to the front when none is named; behind itself it stays where it is."""
    set_name = checked_name(params["RuleSetName"], "ruleSetName")
    name = checked_name(params["RuleName"], "ruleName")
    document = load(context, set_name)
    index = position(document, name)
    after = params.get("After")
    if after:
        position(document, after)
    if after != name:
        rule = document["rules"].pop(index)
        document["rules"].insert(position(document, after) + 1 if after else 0, rule)
        context.store.put(TABLE, set_name, document)
    return {}
