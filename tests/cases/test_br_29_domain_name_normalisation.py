"""BR-29: trailing dots and capitals made other tools delete and create the same domain.

The case lower-cases the domain part of an address too. Right is never: SES compares addresses letter by letter, so
`Sales@EXAMPLE.com` and `Sales@example.com` are two identities; two that differ by case alone are a warning.
"""

from __future__ import annotations

import pytest
from cases.scene import asks_nothing, change_of, changes, codes, make_identity, make_rules, the_finding

from sesops.core.diagnostic import Severity


def test_a_domain_is_the_same_with_capitals_and_a_dot(bench):
    make_identity(bench, "example.com")
    assert asks_nothing(bench.plan({"domains": {"Example.COM.": {}}}))


def test_a_domain_that_ses_gives_in_capitals_is_the_same(bench):
    """Names that are read go through the same comparison."""
    make_identity(bench, "example.com")

    def shouts(_service, operation, answer):
        if operation == "ListEmailIdentities":
            for one in answer["EmailIdentities"]:
                one["IdentityName"] = one["IdentityName"].upper()

    bench.emulator.decorate = shouts
    assert asks_nothing(bench.plan({"domains": {"example.com": {}}}))


def test_other_letters_become_a_labels(bench):
    make_identity(bench, "xn--bcher-kva.example")
    assert asks_nothing(bench.plan({"domains": {"Bücher.example": {}}}))


def test_the_case_of_an_address_is_never_touched(bench):
    """Neither side of the `@`."""
    make_identity(bench, "Sales@example.com", "Sales@EXAMPLE.com")
    assert asks_nothing(bench.plan({"emails": {"Sales@example.com": {}}}))
    assert asks_nothing(bench.plan({"emails": {"Sales@EXAMPLE.com": {}}}))
    assert change_of(bench.plan({"emails": {"sales@example.com": {}}}), "email/sales@example.com")


def test_two_addresses_that_differ_in_the_case_of_their_domain_are_a_warning(bench):
    """SES takes both; hardly anybody means both."""
    findings = bench.findings({"emails": {"Sales@example.com": {}, "Sales@EXAMPLE.com": {}}})
    assert codes(findings) == []
    [warning] = [one for one in findings if one.severity is Severity.WARNING]
    assert "case" in warning.message
    assert {warning.location.line, *(one.line for one in warning.related)} == {5, 6}


def test_two_domains_that_become_equal_are_an_error_with_both_places(bench):
    findings = bench.findings({"domains": {"example.com": {}, "Example.com.": {}}})
    [error] = [one for one in findings if one.severity is Severity.ERROR]
    assert {error.location.line, *(one.line for one in error.related)} == {5, 6}


@pytest.mark.parametrize("written", ["Bounce.Example.COM", "bounce.example.com."])
def test_a_mail_from_domain_is_brought_to_the_same_form(bench, written):
    make_identity(bench, "example.com")
    bench.client("sesv2").put_email_identity_mail_from_attributes(
        EmailIdentity="example.com", MailFromDomain="bounce.example.com"
    )
    assert asks_nothing(bench.plan({"domains": {"example.com": {"mail_from": {"domain": written}}}}))


@pytest.mark.parametrize("written", ["Click.Example.COM", "click.example.com."])
def test_a_redirect_domain_too(bench, written):
    make_identity(bench, "click.example.com")
    bench.client("sesv2").create_configuration_set(
        ConfigurationSetName="main", TrackingOptions={"CustomRedirectDomain": "click.example.com"}
    )
    document = {"configuration_sets": {"main": {"tracking": {"custom_redirect_domain": written}}}}
    assert asks_nothing(bench.plan(document))


def test_recipients_too_but_for_the_local_part(bench):
    """SES may have stored what somebody typed: compared, it is the same."""
    make_rules(bench, "inbound", {"Name": "store", "Recipients": ["Ops@EXAMPLE.com", "Example.org"]})
    rule = {"name": "store", "recipients": ["example.org.", "Ops@Example.com"]}
    document = {"receipt": {"active_rule_set": None, "rule_sets": {"inbound": {"rules": [rule]}}}}
    assert asks_nothing(bench.plan(document))
    other = {**rule, "recipients": ["example.org", "ops@example.com"]}
    document["receipt"]["rule_sets"]["inbound"]["rules"] = [other]
    assert len(changes(bench.plan(document))) == 1


def test_a_wildcard_is_no_domain(bench):
    """With what to write instead."""
    finding = the_finding(bench.findings({"domains": {"*.example.com": {}}}), "not-a-domain")
    assert "name the domain itself" in finding.hint
