"""Receipt rule sets: life, order of rules, and the one that is active."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sesops.emulator import Emulator

from .answers import body, refusal


def rule_names(ses: Any, rule_set: str = "set") -> list[str]:
    """The rules of a set in their order."""
    return [rule["Name"] for rule in ses.describe_receipt_rule_set(RuleSetName=rule_set)["Rules"]]


def fill(ses: Any, *rules: str, rule_set: str = "set") -> None:
    """Make a rule set that holds `rules` in this order."""
    ses.create_receipt_rule_set(RuleSetName=rule_set)
    for name in reversed(rules):
        ses.create_receipt_rule(RuleSetName=rule_set, Rule={"Name": name})


def test_new_rule_set(emulator: Emulator, ses: Any) -> None:
    """Empty lists are there, the time of creation too, and it is not active."""
    ses.create_receipt_rule_set(RuleSetName="set.1")
    answer = body(ses.describe_receipt_rule_set(RuleSetName="set.1"))
    created = answer["Metadata"].pop("CreatedTimestamp")
    assert answer == {"Metadata": {"Name": "set.1"}, "Rules": []}
    assert abs(created - emulator.clock.now()) < timedelta(minutes=1)
    assert body(ses.describe_active_receipt_rule_set()) == {}


@pytest.mark.parametrize(
    ("name", "code", "message"),
    [
        (
            "bad!name",
            "ValidationError",
            (
                "1 validation error detected: Value at 'ruleSetName' failed to satisfy constraint: "
                "Member must satisfy regular expression pattern: ^[a-zA-Z0-9_.-]+$"
            ),
        ),
        ("-set", "InvalidParameterValue", "Not a valid ruleSetName: -set"),
        ("set.", "InvalidParameterValue", "Not a valid ruleSetName: set."),
        ("s" * 65, "InvalidParameterValue", f"Not a valid ruleSetName: {'s' * 65}"),
    ],
)
def test_bad_names(ses: Any, name: str, code: str, message: str) -> None:
    """Two layers of checks, which answer differently."""
    with pytest.raises(ClientError) as error:
        ses.create_receipt_rule_set(RuleSetName=name)
    assert refusal(error) == (code, message, 400)


def test_name_is_taken(ses: Any) -> None:
    """By creation and by cloning, which looks for the new name before the original."""
    ses.create_receipt_rule_set(RuleSetName="set")
    with pytest.raises(ClientError) as error:
        ses.create_receipt_rule_set(RuleSetName="set")
    assert refusal(error) == ("AlreadyExists", "Rule set already exists: set", 400)
    with pytest.raises(ClientError) as error:
        ses.clone_receipt_rule_set(RuleSetName="set", OriginalRuleSetName="ghost")
    assert refusal(error) == ("AlreadyExists", "Rule set already exists: set", 400)


@pytest.mark.parametrize(
    ("call", "params"),
    [
        ("describe_receipt_rule_set", {"RuleSetName": "ghost"}),
        ("set_active_receipt_rule_set", {"RuleSetName": "ghost"}),
        ("clone_receipt_rule_set", {"RuleSetName": "new", "OriginalRuleSetName": "ghost"}),
        ("reorder_receipt_rule_set", {"RuleSetName": "ghost", "RuleNames": ["a"]}),
        ("create_receipt_rule", {"RuleSetName": "ghost", "Rule": {"Name": "a"}}),
        ("update_receipt_rule", {"RuleSetName": "ghost", "Rule": {"Name": "a"}}),
        ("describe_receipt_rule", {"RuleSetName": "ghost", "RuleName": "a"}),
        ("delete_receipt_rule", {"RuleSetName": "ghost", "RuleName": "a"}),
        ("set_receipt_rule_position", {"RuleSetName": "ghost", "RuleName": "a"}),
    ],
)
def test_unknown_rule_set(ses: Any, call: str, params: dict[str, Any]) -> None:
    """One answer wherever a set must be there."""
    with pytest.raises(ClientError) as error:
        getattr(ses, call)(**params)
    assert refusal(error) == ("RuleSetDoesNotExist", "Rule set does not exist: ghost", 400)


def test_switching_the_active_set(ses: Any) -> None:
    """One at a time; no name at all switches receiving off; an empty name is refused."""
    fill(ses, "a")
    ses.create_receipt_rule_set(RuleSetName="other")
    for name in ("other", "set"):
        ses.set_active_receipt_rule_set(RuleSetName=name)
    active = ses.describe_active_receipt_rule_set()
    assert active["Metadata"]["Name"] == "set"
    assert [rule["Name"] for rule in active["Rules"]] == ["a"]
    with pytest.raises(ClientError) as error:
        ses.set_active_receipt_rule_set(RuleSetName="")
    assert refusal(error) == ("InvalidParameterValue", "ruleSetName must not be empty", 400)
    ses.set_active_receipt_rule_set()
    assert body(ses.describe_active_receipt_rule_set()) == {}


def test_delete(ses: Any) -> None:
    """The active set cannot go; another can, twice."""
    fill(ses, "a")
    ses.set_active_receipt_rule_set(RuleSetName="set")
    with pytest.raises(ClientError) as error:
        ses.delete_receipt_rule_set(RuleSetName="set")
    assert refusal(error) == ("CannotDelete", "Cannot delete active rule set: set", 400)
    ses.set_active_receipt_rule_set()
    ses.delete_receipt_rule_set(RuleSetName="set")
    ses.delete_receipt_rule_set(RuleSetName="set")
    assert ses.list_receipt_rule_sets()["RuleSets"] == []


def test_clone(ses: Any) -> None:
    """All rules in their order, but not the being active; the two are apart from then on."""
    fill(ses, "a", "b")
    ses.set_active_receipt_rule_set(RuleSetName="set")
    ses.clone_receipt_rule_set(RuleSetName="copy", OriginalRuleSetName="set")
    ses.delete_receipt_rule(RuleSetName="set", RuleName="a")
    assert rule_names(ses, "copy") == ["a", "b"]
    assert ses.describe_active_receipt_rule_set()["Metadata"]["Name"] == "set"


def test_listing_by_age(emulator: Emulator, ses: Any) -> None:
    """Name and age of each set, the oldest first."""
    for name in ("z", "a"):
        ses.create_receipt_rule_set(RuleSetName=name)
        emulator.clock.advance(timedelta(minutes=1))
    shown = ses.list_receipt_rule_sets()["RuleSets"]
    assert [each["Name"] for each in shown] == ["z", "a"]
    assert shown[0]["CreatedTimestamp"] < shown[1]["CreatedTimestamp"]


def test_quota(ses: Any) -> None:
    """Forty rule sets in a region."""
    for number in range(40):
        ses.create_receipt_rule_set(RuleSetName=f"set-{number}")
    with pytest.raises(ClientError) as error:
        ses.create_receipt_rule_set(RuleSetName="set-40")
    assert refusal(error)[0::2] == ("LimitExceeded", 400)


def test_reorder(ses: Any) -> None:
    """The rules stand as they were named."""
    fill(ses, "a", "b", "c")
    ses.reorder_receipt_rule_set(RuleSetName="set", RuleNames=["c", "a", "b"])
    assert rule_names(ses) == ["c", "a", "b"]


@pytest.mark.parametrize(
    ("order", "code", "message"),
    [
        (["x", "a", "a"], "InvalidParameterValue", "Multiple positions found for rule: a"),
        (["x", "b"], "InvalidParameterValue", "Positions for rules not found: a, c"),
        (["a", "x", "b", "c"], "RuleDoesNotExist", "Rule does not exist: x"),
    ],
)
def test_reorder_takes_an_exact_permutation(ses: Any, order: list[str], code: str, message: str) -> None:
    """Doubles are found first, then what is missing, then what is unknown; nothing moves."""
    fill(ses, "a", "b", "c")
    with pytest.raises(ClientError) as error:
        ses.reorder_receipt_rule_set(RuleSetName="set", RuleNames=order)
    assert refusal(error) == (code, message, 400)
    assert rule_names(ses) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("call", "params"),
    [
        ("list_receipt_rule_sets", {}),
        ("describe_active_receipt_rule_set", {}),
        ("create_receipt_rule_set", {"RuleSetName": "set"}),
        ("create_receipt_rule", {"RuleSetName": "set", "Rule": {"Name": "a"}}),
        ("list_receipt_filters", {}),
    ],
)
def test_region_without_receiving(emulator: Emulator, ses: Any, call: str, params: dict[str, Any]) -> None:
    """All that has to do with receiving is refused in the same words."""
    emulator.settings.receiving = False
    with pytest.raises(ClientError) as error:
        getattr(ses, call)(**params)
    assert refusal(error) == ("InvalidAction", "Unavailable Operation", 400)
