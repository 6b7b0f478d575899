"""BR-62: a function or topic of another region. SES calls it invalid, and users looked at permissions for days."""

from __future__ import annotations

import pytest
from cases.scene import codes, the_finding
from support.bench import ACCOUNT

from sesops.core.diagnostic import Severity

HERE, THERE, OTHER = "eu-west-1", "us-west-1", "210987654321"


def topic(region=HERE, account=ACCOUNT, name="bounces", partition="aws"):
    return f"arn:{partition}:sns:{region}:{account}:{name}"


def function(region=HERE, account=ACCOUNT):
    return f"arn:aws:lambda:{region}:{account}:function:parse"


def with_action(action):
    rules = [{"name": "parse", "recipients": "all", "actions": [action]}]
    return {"receipt": {"active_rule_set": None, "rule_sets": {"inbound": {"rules": rules}}}}


def with_topic(arn):
    return {"configuration_sets": {"main": {"event_destinations": {"feedback": {"events": ["BOUNCE"], "sns": arn}}}}}


def as_text(document):
    return document | {"account": ACCOUNT}


def test_both_are_found_offline_with_their_places(bench):
    """Function and topic, each at its own line, with both regions in the sentence."""
    document = {**with_action({"lambda": {"function": function(THERE)}}), **with_topic(topic(THERE))}
    findings = bench.findings(document)
    assert codes(findings) == ["wrong-region", "wrong-region"]
    assert {one.location.text.split(":")[0].strip() for one in findings} == {"function", "sns"}
    assert all(THERE in one.message and HERE in one.message for one in findings)
    assert bench.emulator.calls == []


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (with_topic(f"arn:aws:sqs:{HERE}:{ACCOUNT}:bounces"), "wrong-arn"),
        (with_action({"lambda": {"function": f"arn:aws:lambda:{HERE}:{ACCOUNT}:layer:parse"}}), "wrong-arn"),
        (with_action({"lambda": {"function": "parse"}}), "not-an-arn"),
        (with_topic(topic(partition="aws-cn")), "wrong-partition"),
        (with_topic(topic(name="bounces.fifo")), "fifo-topic"),
    ],
)
def test_service_type_partition_and_kind_of_topic_are_checked(bench, document, code):
    assert codes(bench.findings(document)) == [code]


@pytest.mark.parametrize(
    "document",
    [with_topic(topic(account=OTHER)), with_action({"lambda": {"function": function(account=OTHER)}})],
)
def test_another_account_is_a_warning_with_the_grant_that_is_needed(bench, document):
    """SES may use it, if that account lets it."""
    findings = bench.findings(as_text(document))
    assert codes(findings) == []
    warning = the_finding(findings, "other-account")
    assert warning.severity is Severity.WARNING
    assert OTHER in warning.message
    assert "grant" in warning.hint


def test_a_bucket_may_be_anywhere(bench):
    """Its name has no region; whether SES may write to it shows when the rule is written."""
    assert codes(bench.findings(with_action({"s3": {"bucket": "inbound-mail-example"}})), None) == []


def test_what_is_right_has_no_finding(bench):
    document = {**with_action({"lambda": {"function": function()}}), **with_topic(topic())}
    assert codes(bench.findings(as_text(document)), None) == []
