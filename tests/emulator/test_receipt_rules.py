"""Receipt rules: defaults that read back, order, and whole replacement."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from .answers import refusal

SET = {"RuleSetName": "set"}


@pytest.fixture(autouse=True)
def one_rule_set(ses: Any) -> None:
    """A rule set to put rules in."""
    ses.create_receipt_rule_set(**SET)


def create(ses: Any, name: str, **params: Any) -> None:
    ses.create_receipt_rule(**SET, Rule={"Name": name, **params.pop("rule", {})}, **params)


def names(ses: Any) -> list[str]:
    return [rule["Name"] for rule in ses.describe_receipt_rule_set(**SET)["Rules"]]


def test_rule_of_a_name_alone(ses: Any) -> None:
    """Defaults come back, an empty list of actions is there, recipients are not."""
    create(ses, "bare")
    assert ses.describe_receipt_rule(**SET, RuleName="bare")["Rule"] == {
        "Name": "bare",
        "Enabled": False,
        "TlsPolicy": "Optional",
        "Actions": [],
        "ScanEnabled": False,
    }


def test_full_rule_reads_back(ses: Any) -> None:
    """Actions in their order, recipients in SES's."""
    rule = {
        "Name": "full",
        "Enabled": True,
        "TlsPolicy": "Require",
        "Recipients": ["z@example.com", ".example.com", "a@example.com"],
        "Actions": [
            {"AddHeaderAction": {"HeaderName": "X-Seen", "HeaderValue": "yes"}},
            {"LambdaAction": {"FunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:read"}},
            {"StopAction": {"Scope": "RuleSet"}},
        ],
        "ScanEnabled": True,
    }
    ses.create_receipt_rule(**SET, Rule=rule)
    rule["Recipients"] = [".example.com", "a@example.com", "z@example.com"]
    assert ses.describe_receipt_rule(**SET, RuleName="full")["Rule"] == rule
    assert ses.describe_receipt_rule_set(**SET)["Rules"] == [rule]


def test_new_rules_come_to_the_front(ses: Any) -> None:
    """Unless they are told behind which rule to stand."""
    create(ses, "a")
    create(ses, "b")
    create(ses, "c", After="b")
    assert names(ses) == ["b", "c", "a"]


def test_update_replaces_the_whole_rule_in_its_place(ses: Any) -> None:
    """What is left out falls back to its default; the order stays."""
    for name in ("c", "b", "a"):
        create(ses, name, rule={"Enabled": True, "Recipients": ["example.com"], "ScanEnabled": True})
    ses.update_receipt_rule(**SET, Rule={"Name": "b", "ScanEnabled": True})
    assert names(ses) == ["a", "b", "c"]
    assert ses.describe_receipt_rule(**SET, RuleName="b")["Rule"] == {
        "Name": "b",
        "Enabled": False,
        "TlsPolicy": "Optional",
        "Actions": [],
        "ScanEnabled": True,
    }


@pytest.mark.parametrize(
    ("moved", "after", "order"),
    [
        ("c", None, ["c", "a", "b"]),
        ("a", "c", ["b", "c", "a"]),
        ("a", "b", ["b", "a", "c"]),
        ("c", "a", ["a", "c", "b"]),
        ("b", "b", ["a", "b", "c"]),
    ],
)
def test_moving_a_rule(ses: Any, moved: str, after: str | None, order: list[str]) -> None:
    """To the front, behind another, or nowhere."""
    for name in ("c", "b", "a"):
        create(ses, name)
    ses.set_receipt_rule_position(**SET, RuleName=moved, **({"After": after} if after else {}))
    assert names(ses) == order


@pytest.mark.parametrize(
    ("call", "params"),
    [
        ("create_receipt_rule", {"Rule": {"Name": "new"}, "After": "ghost"}),
        ("update_receipt_rule", {"Rule": {"Name": "ghost"}}),
        ("describe_receipt_rule", {"RuleName": "ghost"}),
        ("set_receipt_rule_position", {"RuleName": "ghost"}),
        ("set_receipt_rule_position", {"RuleName": "a", "After": "ghost"}),
    ],
)
def test_unknown_rule(ses: Any, call: str, params: dict[str, Any]) -> None:
    """One answer wherever a rule must be there, also as the one to stand behind."""
    create(ses, "a")
    with pytest.raises(ClientError) as error:
        getattr(ses, call)(**SET, **params)
    assert refusal(error) == ("RuleDoesNotExist", "Rule does not exist: ghost", 400)
    assert names(ses) == ["a"]


def test_delete_twice(ses: Any) -> None:
    """A rule that is gone is gone."""
    create(ses, "a")
    ses.delete_receipt_rule(**SET, RuleName="a")
    ses.delete_receipt_rule(**SET, RuleName="a")
    assert names(ses) == []


def test_name_is_taken(ses: Any) -> None:
    """A name stands once in a set."""
    create(ses, "a")
    with pytest.raises(ClientError) as error:
        create(ses, "a")
    assert refusal(error) == ("AlreadyExists", "Rule already exists: a", 400)


@pytest.mark.parametrize(
    ("name", "code", "message"),
    [
        (
            "a b",
            "ValidationError",
            (
                "1 validation error detected: Value at 'rule.name' failed to satisfy constraint: "
                "Member must satisfy regular expression pattern: ^[a-zA-Z0-9_.-]+$"
            ),
        ),
        ("-rule", "InvalidParameterValue", "Not a valid ruleName: -rule"),
    ],
)
def test_bad_names(ses: Any, name: str, code: str, message: str) -> None:
    """The first layer names the value by its path, the second by its kind."""
    with pytest.raises(ClientError) as error:
        create(ses, name)
    assert refusal(error) == (code, message, 400)


def test_tls_policy_outside_the_enumeration(ses: Any) -> None:
    """Refused before anything is looked for."""
    with pytest.raises(ClientError) as error:
        create(ses, "a", rule={"TlsPolicy": "REQUIRE"})
    assert refusal(error)[0::2] == ("ValidationError", 400)
    assert "'rule.tlsPolicy' failed to satisfy constraint" in refusal(error)[1]


def test_two_hundred_rules_a_set(ses: Any) -> None:
    """The next one is one too many."""
    for number in range(200):
        create(ses, f"rule-{number}")
    with pytest.raises(ClientError) as error:
        create(ses, "rule-200")
    assert refusal(error) == ("LimitExceeded", "Too many rules", 400)


def test_ten_actions_a_rule(ses: Any) -> None:
    """Ten pass, eleven do not, at create and at update."""
    header = {"AddHeaderAction": {"HeaderName": "X-Seen", "HeaderValue": "yes"}}
    create(ses, "a", rule={"Actions": [header] * 10})
    with pytest.raises(ClientError) as error:
        ses.update_receipt_rule(**SET, Rule={"Name": "a", "Actions": [header] * 11})
    assert refusal(error) == ("LimitExceeded", "Too many actions", 400)
    with pytest.raises(ClientError) as error:
        create(ses, "b", rule={"Actions": [header] * 11})
    assert refusal(error) == ("LimitExceeded", "Too many actions", 400)


def test_five_hundred_recipients_a_rule(ses: Any) -> None:
    """SES takes more than older text says, but not more than this."""
    recipients = [f"{number}@example.com" for number in range(501)]
    create(ses, "a", rule={"Recipients": recipients[:500]})
    with pytest.raises(ClientError) as error:
        create(ses, "b", rule={"Recipients": recipients})
    assert refusal(error)[0::2] == ("LimitExceeded", 400)
