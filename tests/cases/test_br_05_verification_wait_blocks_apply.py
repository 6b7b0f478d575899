"""BR-05: verification depends on DNS that others run. A run neither waits for it nor fails over it.

The records to publish (`dns show`), the status of each, and a wait that is asked for (`--wait`, which ends with 5, not
with a code of the case's own) come later.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from cases.scene import asks_nothing, writes

SPEC = {"domains": {"example.com": {"dkim": {"origin": "AWS_SES"}}}}
TRACKED = {
    **SPEC,
    "configuration_sets": {"main": {"tracking": {"custom_redirect_domain": "click.example.com"}}},
}


@pytest.fixture
def slow(bench):
    bench.emulator.settings.verification = timedelta(hours=72)
    return bench


def test_apply_succeeds_at_once_and_says_that_verification_is_pending(slow, sesops):
    """Exit 0, and the words that tell a person what is left to do."""
    applied = sesops("apply", "--yes", spec=SPEC)
    assert applied.code == 0
    assert "example.com is pending verification until its DKIM records are found in DNS" in applied.out
    assert "Apply: 1 done." in applied.out


def test_pending_is_no_difference(slow, sesops):
    """The plan after it is empty, and so is the one after verification."""
    slow.apply(SPEC)
    assert sesops("plan", "--detailed-exitcode", spec=SPEC).code == 0
    slow.emulator.clock.advance(timedelta(hours=72))
    assert sesops("plan", "--detailed-exitcode").code == 0


@pytest.mark.parametrize("status", ["PENDING", "TEMPORARY_FAILURE", "FAILED", "NOT_STARTED", "SUCCESS"])
def test_whatever_the_status_it_is_no_difference(bench, status):
    """From failed back to success, or the other way: the wish is the same, so nothing is to be done."""
    bench.apply(SPEC)

    def reports(_service, operation, answer):
        if operation == "ListEmailIdentities":
            for one in answer["EmailIdentities"]:
                one.update(VerificationStatus=status, SendingEnabled=status == "SUCCESS")
        if operation == "GetEmailIdentity":
            answer.update(VerificationStatus=status)
            answer["DkimAttributes"]["Status"] = status

    bench.emulator.decorate = reports
    assert asks_nothing(bench.plan(SPEC))


def test_what_needs_the_verification_waits_with_a_word_about_what_to_do(slow, sesops):
    """A waiting step is no failure and no pending change; the rest of its thing is made."""
    applied = sesops("apply", "--yes", spec=TRACKED)
    assert applied.code == 0
    assert "waiting configuration_set/main tracking" in applied.err
    assert "publish the DKIM records" in applied.err
    assert "1 waiting" in applied.out
    again = sesops("plan", "--detailed-exitcode")
    assert again.code == 0
    assert "waiting" in again.out


def test_the_run_after_verification_makes_what_waited(slow):
    """Nobody has to remember it."""
    slow.apply(TRACKED)
    assert "PutConfigurationSetTrackingOptions" not in writes(slow)
    slow.emulator.clock.advance(timedelta(hours=72))
    slow.apply(TRACKED)
    assert writes(slow)[-1] == "PutConfigurationSetTrackingOptions"
    slow.assert_clean(TRACKED)
