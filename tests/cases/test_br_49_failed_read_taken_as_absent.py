"""BR-49: some reads failed under load, and the plan rested on what was left."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from cases.scene import asks_nothing, changes, make_identity, make_rules, make_set, mark, writes

from sesops.emulator.exchange import HttpAnswer

SPEC = {
    "domains": {"a.example.com": {}, "b.example.com": {"configuration_set": "main"}},
    "configuration_sets": {"main": {}},
}


@pytest.fixture
def there(bench):
    make_set(bench, "main")
    make_identity(bench, "a.example.com", "b.example.com", stack="acme")
    bench.client("sesv2").put_email_identity_configuration_set_attributes(
        EmailIdentity="b.example.com", ConfigurationSetName="main"
    )
    return bench


def break_b(bench):
    bench.emulator.faults.fail(
        "sesv2",
        "GetEmailIdentity",
        "ServiceUnavailable",
        "busy",
        503,
        times=99,
        match={"EmailIdentity": "b.example.com"},
    )


def test_a_read_that_fails_makes_the_thing_unknown(there):
    """Neither a create nor an update: it is named with the reason, and the rest is planned as ever."""
    break_b(there)
    planned = there.plan(SPEC)
    assert not planned.complete
    [unknown] = planned.unknown
    assert (str(unknown.address), unknown.facet) == ("domain/b.example.com", "configuration_set")
    assert "ServiceUnavailable" in unknown.reason
    assert changes(planned) == []


def test_the_plan_is_shown_as_incomplete_and_ends_with_1(there, sesops):
    break_b(there)
    planned = sesops("plan", "--detailed-exitcode", spec={**SPEC, "configuration_sets": {"main": {}, "new": {}}})
    assert planned.code == 1
    assert "Plan (incomplete)" in planned.out
    assert "unknown domain/b.example.com" in planned.out
    assert "create configuration_set/new" in planned.out


def test_neither_the_spec_nor_the_saved_plan_is_applied(there, sesops):
    """Before the first write."""
    break_b(there)
    start = mark(there)
    assert sesops("plan", "--out", "saved.json", spec={**SPEC, "configuration_sets": {"main": {}, "new": {}}}).code == 1
    assert sesops("apply", "--yes").code == 1
    assert sesops("apply", "--yes", "saved.json").code == 1
    assert writes(there, since=start) == []


def test_only_a_clear_not_found_means_absent(there):
    """A set that is named by nobody's listing and answers 404 is made."""
    planned = there.plan({"configuration_sets": {"main": {}, "new": {"sending_enabled": True}}})
    assert [str(one.address) for one in planned.pending] == ["configuration_set/new"]


def test_a_body_that_cannot_be_parsed_is_a_failure_too(there, monkeypatch):
    """A proxy's page with status 200 is no answer."""
    handle = there.emulator.handle

    def garbles(request):
        answer = handle(request)
        is_read = request.method == "GET" and "configuration-sets" in request.path
        return HttpAnswer(HTTPStatus.OK, b"<html>please log in</html>", {}) if is_read else answer

    monkeypatch.setattr(there.emulator, "handle", garbles)
    planned = there.plan({"configuration_sets": {"main": {"sending_enabled": True}}})
    assert [str(one.address) for one in planned.unknown] == ["configuration_set/main"]
    assert changes(planned) == []


def test_an_empty_list_is_an_answer(bench):
    """A rule set without rules is there, and so is a set without destinations: what is missing is made inside it."""
    make_rules(bench, "inbound")
    make_set(bench, "main")
    bus = {"events": ["SEND"], "eventbridge": "default"}
    document = {
        "configuration_sets": {"main": {"event_destinations": {"bus": bus}}},
        "receipt": {
            "active_rule_set": None,
            "rule_sets": {"inbound": {"rules": [{"name": "store", "recipients": "all"}]}},
        },
    }
    start = mark(bench)
    bench.apply(document)
    assert sorted(writes(bench, since=start)) == ["CreateConfigurationSetEventDestination", "CreateReceiptRule"]


def test_a_missing_parent_is_no_empty_list(bench):
    """It is made first."""
    rules = {"inbound": {"rules": [{"name": "store", "recipients": "all"}]}}
    bench.apply({"receipt": {"active_rule_set": None, "rule_sets": rules}})
    assert writes(bench) == ["CreateReceiptRuleSet", "CreateReceiptRule"]
    assert asks_nothing(bench.plan({"receipt": {"active_rule_set": None, "rule_sets": rules}}))
