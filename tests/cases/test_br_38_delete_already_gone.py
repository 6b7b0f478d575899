"""BR-38: somebody was quicker in the console. Gone is the goal.

The case says `ensure: absent`; right is `remove:`.
"""

from __future__ import annotations

import json

import pytest
from cases.scene import changes, codes, ended, ending, make_identity, mark, the_finding, writes

from sesops.core.diagnostic import Severity
from sesops.core.events import Outcome

REMOVE = {"remove": ["domain/old.example.com"]}
WITH_POLICY = {"remove": ["domain/old.example.com", "identity_policy/old.example.com/partner"]}


@pytest.fixture
def there(bench):
    """The domain, with a topic's worth of settings and a policy."""
    make_identity(bench, "old.example.com")
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": "210987654321"},
        "Action": "ses:SendEmail",
        "Resource": "arn:aws:ses:eu-west-1:123456789012:identity/old.example.com",
    }
    bench.client("sesv2").create_email_identity_policy(
        EmailIdentity="old.example.com",
        PolicyName="partner",
        Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )
    return bench


def test_what_is_gone_is_no_change_and_a_hint_to_drop_the_line(bench, sesops):
    planned = bench.plan(REMOVE)
    assert changes(planned) == []
    finding = the_finding(planned.findings, "already-gone")
    assert finding.severity is Severity.WARNING
    assert finding.hint == "drop the line"
    assert finding.location.line == 5
    assert sesops("plan", "--detailed-exitcode", spec=REMOVE).code == 0
    assert sesops("apply", "--yes").code == 0


def test_what_lies_in_it_is_gone_too(bench):
    """A parent that is not there has no children to look for."""
    planned = bench.plan(WITH_POLICY)
    assert changes(planned) == []
    assert codes(planned.findings, Severity.WARNING) == ["already-gone", "already-gone"]
    assert planned.complete


def test_what_goes_with_its_parent_has_no_step_of_its_own(there):
    start = mark(there)
    there.apply(WITH_POLICY)
    assert writes(there, since=start) == ["DeleteEmailIdentity"]


def test_what_vanishes_between_plan_and_apply_is_done_with_a_note(there):
    planned = there.plan(REMOVE)
    there.client("sesv2").delete_email_identity(EmailIdentity="old.example.com")
    step = ending(there.make(planned), "domain/old.example.com delete")
    assert step.outcome is Outcome.DONE
    assert step.note == "was gone already"


def test_the_answer_that_the_identity_is_invalid_means_the_same(there):
    """SES says so for what is not there any more."""
    text = "Identity old.example.com is invalid. Must be a verified email address or domain."
    there.emulator.faults.fail("sesv2", "DeleteEmailIdentity", "BadRequestException", text)
    step = ending(there.make(there.plan(REMOVE)), "domain/old.example.com delete")
    assert (step.outcome, step.note) == (Outcome.DONE, "was gone already")


def test_any_other_failure_of_a_delete_is_reported(there, sesops):
    """The mirror image: a clean-up whose failure was swallowed."""
    text = (
        "Cannot delete arn:aws:ses:eu-west-1:123456789012:identity/old.example.com because it has tenant associations."
    )
    there.emulator.faults.fail("sesv2", "DeleteEmailIdentity", "BadRequestException", text, times=None)
    applied = sesops("apply", "--yes", spec=REMOVE)
    assert applied.code == 1
    assert "failed domain/old.example.com delete" in applied.err
    assert "tenant associations" in applied.err
    report = there.make(there.plan(REMOVE))
    assert ended(report, Outcome.FAILED) == ["domain/old.example.com delete"]
