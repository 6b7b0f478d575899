"""BR-20: actions had numbers, counted from 0 by one half of a tool and from 1 by the other."""

from __future__ import annotations

import pytest
from cases.scene import asks_nothing, change_of, codes, live_rules, make_rules, mark, the_finding, writes
from support.bench import ACCOUNT

FUNCTION = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:parse"
STORE = {"s3": {"bucket": "inbound-mail-example"}}
PARSE = {"lambda": {"function": FUNCTION, "invocation": "EVENT"}}


def spec(*actions):
    rules = [{"name": "store", "recipients": "all", "actions": list(actions)}]
    return {"receipt": {"active_rule_set": None, "rule_sets": {"inbound": {"rules": rules}}}}


@pytest.fixture
def there(bench):
    actions = [
        {"S3Action": {"BucketName": "inbound-mail-example"}},
        {"LambdaAction": {"FunctionArn": FUNCTION, "InvocationType": "Event"}},
    ]
    make_rules(bench, "inbound", {"Name": "store", "Actions": actions})
    return bench


def test_the_same_actions_in_the_same_order_are_no_change(there):
    assert asks_nothing(there.plan(spec(STORE, PARSE)))


def test_actions_that_changed_places_are_one_update_which_shows_them(there):
    """By index and type, so that a reviewer sees which two."""
    start = mark(there)
    change = change_of(there.plan(spec(PARSE, STORE)), "receipt_rule/inbound/store")
    assert [one.path for one in change.fields] == ["actions"]
    shown = " ".join(path for path, _, _ in change.fields[0].details)
    assert "[0]" in shown
    assert "[1]" in shown
    there.apply(spec(PARSE, STORE))
    assert writes(there, since=start) == ["UpdateReceiptRule"]
    assert [next(iter(one)) for one in live_rules(there)[0]["Actions"]] == ["LambdaAction", "S3Action"]
    there.assert_clean(spec(PARSE, STORE))


def test_a_position_is_refused_with_a_hint(bench):
    """The order of the list is the order on SES; a number beside it could only contradict it."""
    findings = bench.findings(spec({"s3": {"bucket": "inbound-mail-example", "position": 1}}))
    assert codes(findings) == ["unknown-key"]
    finding = the_finding(findings, "unknown-key")
    assert "`position`" in finding.message
    assert finding.hint == "the order of the list is the order; remove it"
