"""BR-01: SES tries a receipt action's target when the rule is written, and refuses the rule where a grant is missing.

Of the prerequisites that the case wants in the plan, this release has what SES does to test a target, and the grant in
words with the refusal. Grants read live (present, missing, unknown) and the statement to paste come later. The case
says that sesops does not own topics: here it may, when the spec declares them.
"""

from __future__ import annotations

import json

import pytest
from cases.scene import ended, ending, make_rules, mark, rule_names, writes
from support.bench import ACCOUNT

from sesops.core.events import Outcome, Retrying
from sesops.core.plan import Impact

BUCKET = "inbound-mail-example"
FUNCTION = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:parse"


def spec(*actions, **more):
    rule = {"name": "store", "recipients": ["example.com"], "actions": list(actions)}
    return {"receipt": {"active_rule_set": None, "rule_sets": {"inbound": {"rules": [rule]}}}, **more}


STORE = {"s3": {"bucket": BUCKET, "prefix": "in/"}}


@pytest.fixture
def strict_ses(bench):
    """An SES that tries every target, an empty rule set, and a bucket whose policy does not let SES in."""
    bench.emulator.settings.check_neighbours = "all"
    s3 = bench.client("s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    make_rules(bench, "inbound")
    return bench


def grant(bench):
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "ses.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{BUCKET}/in/*",
        "Condition": {"StringEquals": {"AWS:SourceAccount": ACCOUNT}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    bench.client("s3").put_bucket_policy(Bucket=BUCKET, Policy=policy)


def test_the_plan_says_what_ses_will_do_to_each_target(bench):
    """A reviewer learns before the run which bucket and topic SES will write to."""
    planned = bench.plan(spec(STORE, {"sns": {"topic": "heard"}}, topics={"heard": {}}))
    [rule] = [one for one in planned.changes if one.address.kind == "receipt_rule"]
    assert rule.impact is Impact.NOTICE
    assert BUCKET in rule.sentence
    assert "heard" in rule.sentence


def test_the_refusal_names_rule_and_target_and_the_grant_and_the_rest_is_made(strict_ses, sesops):
    """A rule that SES refuses is one failed step: its own words, what to grant, exit 1; what is independent is made."""
    applied = sesops("apply", "--yes", spec=spec(STORE, configuration_sets={"main": {}}))
    assert applied.code == 1
    assert "failed receipt_rule/inbound/store create" in applied.err
    assert f"InvalidS3Configuration: Could not write to bucket: {BUCKET}" in applied.err
    for part in ("ses.amazonaws.com", "s3:PutObject", "prefix", "AWS:SourceAccount"):
        assert part in applied.err
    assert "done configuration_set/main create" in applied.err
    assert rule_names(strict_ses) == []


@pytest.mark.parametrize(
    ("code", "message", "granted"),
    [
        ("InvalidLambdaFunction", f"Could not invoke Lambda function: {FUNCTION}", "lambda:InvokeFunction"),
        ("InvalidSnsTopic", "Could not publish to SNS topic: heard", "sns:Publish"),
    ],
)
def test_functions_and_topics_are_told_apart_in_the_same_way(bench, sesops, code, message, granted):
    """Each kind of target has the action that its policy has to allow."""
    bench.emulator.faults.fail("ses", "CreateReceiptRule", code, message, times=None)
    applied = sesops("apply", "--yes", spec=spec({"lambda": {"function": FUNCTION}}))
    assert applied.code == 1
    assert f"{code}: {message}" in applied.err
    assert granted in applied.err


def test_a_grant_that_is_seen_late_is_waited_for(bench):
    """A policy written seconds ago is not seen at once: the same write is tried again, and that is said."""
    refusal = ("InvalidS3Configuration", f"Could not write to bucket: {BUCKET}")
    bench.emulator.faults.fail("ses", "CreateReceiptRule", *refusal, times=2)
    report = bench.apply(spec(STORE))
    assert "receipt_rule/inbound/store create" in ended(report, Outcome.DONE)
    assert writes(bench).count("CreateReceiptRule") == 3


def test_the_retries_have_an_end(strict_ses):
    """A grant that never comes ends the step, and the pauses grow."""
    heard = []
    strict_ses.gateway._listener = heard.append
    report = strict_ses.make(strict_ses.plan(spec(STORE)))
    assert ended(report, Outcome.FAILED) == ["receipt_rule/inbound/store create"]
    pauses = [one.seconds for one in heard if isinstance(one, Retrying)]
    assert writes(strict_ses).count("CreateReceiptRule") == len(pauses) + 1
    assert len(pauses) < 10
    assert pauses == sorted(pauses)
    assert all("Could not write to bucket" in one.why for one in heard if isinstance(one, Retrying))


def test_a_rule_comes_after_the_topic_that_it_names_and_the_topics_policy(bench):
    """Receipt writes come after everything that they refer to."""
    bench.emulator.settings.check_neighbours = "all"
    bench.apply(spec({"sns": {"topic": "heard"}}, topics={"heard": {}}))
    made = writes(bench)
    assert made.index("CreateTopic") < made.index("SetTopicAttributes") < made.index("CreateReceiptRule")


def test_after_the_grant_only_the_missing_rule_is_made(strict_ses):
    """A second run has nothing left to do but the rule."""
    wanted = spec(STORE, configuration_sets={"main": {}})
    report = strict_ses.make(strict_ses.plan(wanted))
    assert "Could not write" in ending(report, "receipt_rule/inbound/store create").refusal.message
    grant(strict_ses)
    before = mark(strict_ses)
    strict_ses.apply(wanted)
    assert writes(strict_ses, since=before) == ["CreateReceiptRule"]
    strict_ses.assert_clean(wanted)
