"""BR-50: a MAIL FROM domain that SES cannot take rolled a whole stack back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cases.scene import codes, ended, ending, make_identity, the_finding, writes

from sesops.core.diagnostic import Severity
from sesops.core.events import Outcome

SPEC = {"domains": {"example.com": {"mail_from": {"domain": "bounce.example.com"}, "tags": {"team": "mail"}}}}
REFUSAL = ("BadRequestException", "Identity example.com is not verified.")


def refuse(bench, times=None):
    bench.emulator.faults.fail("sesv2", "PutEmailIdentityMailFromAttributes", *REFUSAL, times=times)


@pytest.mark.parametrize(
    ("identity", "mail_from"),
    [
        ("shop.example.com", "bounce.example.org"),
        ("shop.example.com", "bounce.example.com"),
        ("example.com", "example.com"),
        ("example.com", "bounceexample.com"),
    ],
)
def test_a_domain_that_is_not_below_the_identity_is_found_offline(bench, identity, mail_from):
    """Another domain, the parent's, the identity itself, and one that only ends alike."""
    finding = the_finding(
        bench.findings({"domains": {identity: {"mail_from": {"domain": mail_from}}}}), "mail-from-not-below"
    )
    assert finding.severity is Severity.ERROR
    assert f"bounce.{identity}" in finding.hint


def test_an_address_is_measured_by_its_domain(bench):
    ok = {"emails": {"ops@example.com": {"mail_from": {"domain": "bounce.example.com"}}}}
    assert codes(bench.findings(ok)) == []
    wrong = {"emails": {"ops@example.com": {"mail_from": {"domain": "bounce.example.org"}}}}
    assert codes(bench.findings(wrong)) == ["mail-from-not-below"]


@pytest.mark.parametrize("recipient", ["bounce.example.com", "x@bounce.example.com", ".example.com"])
def test_one_that_also_receives_is_a_warning(bench, recipient):
    """It has one MX record, which cannot serve both."""
    rules = {"inbound": {"rules": [{"name": "store", "recipients": [recipient]}]}}
    findings = bench.findings({**SPEC, "receipt": {"active_rule_set": "inbound", "rule_sets": rules}})
    assert the_finding(findings, "mail-from-receives").severity is Severity.WARNING
    assert codes(findings) == []


def test_for_a_pending_domain_the_plan_is_valid(bench):
    """It would work later, so it is no error now."""
    bench.emulator.settings.verification = timedelta(hours=1)
    make_identity(bench, "example.com")
    planned = bench.plan(SPEC)
    assert planned.complete
    assert codes(planned.findings) == []


def test_not_verified_is_a_change_that_waits_and_the_rest_goes_on(bench, sesops):
    """Exit 0, SES's own words; everything else of the domain is written."""
    bench.emulator.settings.verification = timedelta(hours=1)
    make_identity(bench, "example.com")
    refuse(bench)
    applied = sesops("apply", "--yes", spec=SPEC)
    assert applied.code == 0
    assert "waiting domain/example.com mail_from" in applied.err
    assert "Identity example.com is not verified." in applied.err
    assert "done domain/example.com tags" in applied.err


def test_the_run_after_verification_completes_it(bench):
    make_identity(bench, "example.com")
    refuse(bench, times=1)
    report = bench.make(bench.plan(SPEC))
    assert ending(report, "domain/example.com mail_from").outcome is Outcome.WAITING
    report = bench.apply(SPEC)
    assert "domain/example.com mail_from" in ended(report, Outcome.DONE)
    bench.assert_clean(SPEC)


def test_a_new_domain_has_it_in_the_same_run(bench):
    """Where SES takes it at once, nothing waits."""
    bench.apply(SPEC)
    assert writes(bench) == ["CreateEmailIdentity", "PutEmailIdentityMailFromAttributes"]
    bench.assert_clean(SPEC)
