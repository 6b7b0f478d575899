"""Receipt rule sets: create, clone, read, activate, reorder and delete (v1 only)."""

from __future__ import annotations

from typing import Any

from sesops.emulator.context import Context, ServiceError
from sesops.emulator.operations.receipt import (
    ACTIVE,
    TABLE,
    Document,
    checked_name,
    invalid,
    load,
    receipt_operation,
)
from sesops.emulator.paging import page
from sesops.emulator.registry import Answer, Params
from sesops.emulator.store import parse, stamp

RULE_SETS_PER_REGION = 40
PAGE = 100


def _check_new(context: Context, name: str) -> None:
    if context.store.get(TABLE, name) is not None:
        raise ServiceError("AlreadyExists", f"Rule set already exists: {name}")
    if len(context.store.names(TABLE)) >= RULE_SETS_PER_REGION:
        raise ServiceError("LimitExceeded", "Too many rule sets")


def _metadata(name: str, document: Document) -> Answer:
    return {"Name": name, "CreatedTimestamp": parse(document["created"])}


def _described(name: str, document: Document) -> Answer:
    return {"Metadata": _metadata(name, document), "Rules": document["rules"]}


@receipt_operation("CreateReceiptRuleSet")
def create_receipt_rule_set(context: Context, params: Params) -> Answer:
    """Make an empty rule set that is not active."""
    name = checked_name(params["RuleSetName"], "ruleSetName")
    _check_new(context, name)
    context.store.put(TABLE, name, {"created": stamp(context.now), "rules": []})
    return {}


@receipt_operation("CloneReceiptRuleSet")
def clone_receipt_rule_set(context: Context, params: Params) -> Answer:
    """Copy all rules in their order, but not the being active. The new name is looked for before the old one."""
    name = checked_name(params["RuleSetName"], "ruleSetName")
    original = checked_name(params["OriginalRuleSetName"], "originalRuleSetName")
    _check_new(context, name)
    rules = load(context, original)["rules"]
    context.store.put(TABLE, name, {"created": stamp(context.now), "rules": rules})
    return {}


@receipt_operation("DeleteReceiptRuleSet")
def delete_receipt_rule_set(context: Context, params: Params) -> Answer:
    """Remove a rule set with its rules, unless it is the active one; an absent one is gone already."""
    name = checked_name(params["RuleSetName"], "ruleSetName")
    if context.store.get_value(ACTIVE) == name:
        raise ServiceError("CannotDelete", f"Cannot delete active rule set: {name}")
    context.store.delete(TABLE, name)
    return {}


@receipt_operation("DescribeReceiptRuleSet")
def describe_receipt_rule_set(context: Context, params: Params) -> Answer:
    """A rule set with all its rules, unpaged."""
    name = checked_name(params["RuleSetName"], "ruleSetName")
    return _described(name, load(context, name))


@receipt_operation("DescribeActiveReceiptRuleSet")
def describe_active_receipt_rule_set(context: Context, _params: Params) -> Answer:
    """The active rule set; where none is, the answer is empty and no error."""
    name: str | None = context.store.get_value(ACTIVE)
    return _described(name, load(context, name)) if name else {}


@receipt_operation("SetActiveReceiptRuleSet")
def set_active_receipt_rule_set(context: Context, params: Params) -> Answer:
    """Switch to a rule set, or to none when no name is sent; an empty name is refused."""
    name: str | None = None
    if "RuleSetName" in params:
        name = checked_name(params["RuleSetName"], "ruleSetName")
        load(context, name)
    context.store.set_value(ACTIVE, name)
    return {}


@receipt_operation("ListReceiptRuleSets")
def list_receipt_rule_sets(context: Context, params: Params) -> Answer:
    """Names and ages, a hundred a page, the oldest first."""
    items = sorted(context.store.items(TABLE), key=lambda item: (item[1]["created"], item[0]))
    metadata = [_metadata(name, document) for name, document in items]
    refusal = invalid(f"Invalid NextToken {params.get('NextToken')}")
    shown, following = page(context, "rule sets", metadata, params.get("NextToken") or None, PAGE, refusal)
    return {"RuleSets": shown, **({"NextToken": following} if following else {})}


@receipt_operation("ReorderReceiptRuleSet")
def reorder_receipt_rule_set(context: Context, params: Params) -> Answer:
    """Put the rules in the order sent, which must name each of them exactly once."""
    set_name = checked_name(params["RuleSetName"], "ruleSetName")
    order: list[str] = params["RuleNames"]
    document = load(context, set_name)
    rules: dict[str, Any] = {rule["Name"]: rule for rule in document["rules"]}
    for index, name in enumerate(order):
        if name in order[:index]:
            raise invalid(f"Multiple positions found for rule: {name}")
    missing = [name for name in rules if name not in order]
    if missing:
        raise invalid(f"Positions for rules not found: {', '.join(missing)}")
    for name in order:
        if name not in rules:
            raise ServiceError("RuleDoesNotExist", f"Rule does not exist: {name}")
    document["rules"] = [rules[name] for name in order]
    context.store.put(TABLE, set_name, document)
    return {}
