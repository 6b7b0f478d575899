"""BR-53: SES says which key length is in use and which comes next; compared with the first, a wish differs for days."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cases.scene import asks_nothing, change_of, changes, codes, ended, make_identity, mark, writes, writes_with

from sesops.core.events import Outcome

PUT = "PutEmailIdentityDkimSigningAttributes"
SHORT, LONG = "RSA_1024_BIT", "RSA_2048_BIT"


def spec(length, **more):
    return {"domains": {"example.com": {"dkim": {"origin": "AWS_SES", "signing_key_length": length}, **more}}}


@pytest.fixture
def rotating(bench):
    """A verified domain with a short key, which has been asked for a long one: SES rotates to it later."""
    client = bench.client("sesv2")
    client.create_email_identity(EmailIdentity="example.com", DkimSigningAttributes={"NextSigningKeyLength": SHORT})
    bench.emulator.settings.verification = timedelta(hours=48)
    bench.emulator.clock.advance(timedelta(hours=72))
    client.put_email_identity_dkim_signing_attributes(
        EmailIdentity="example.com",
        SigningAttributesOrigin="AWS_SES",
        SigningAttributes={"NextSigningKeyLength": LONG},
    )
    return bench


def live(bench):
    return bench.client("sesv2").get_email_identity(EmailIdentity="example.com")["DkimAttributes"]


def test_the_wish_is_compared_with_the_next_length(rotating):
    assert (live(rotating)["CurrentSigningKeyLength"], live(rotating)["NextSigningKeyLength"]) == (SHORT, LONG)
    assert asks_nothing(rotating.plan(spec(LONG)))


def test_where_next_differs_it_is_one_call(bench):
    make_identity(bench, "example.com")
    start = mark(bench)
    assert changes(bench.plan(spec(SHORT))) == [
        f"update domain/example.com dkim.signing_key_length: '{LONG}' -> '{SHORT}'"
    ]
    bench.apply(spec(SHORT))
    assert writes_with(bench, since=start) == [
        (
            PUT,
            {
                "EmailIdentity": "example.com",
                "SigningAttributesOrigin": "AWS_SES",
                "SigningAttributes": {"NextSigningKeyLength": SHORT},
            },
        )
    ]
    bench.assert_clean(spec(SHORT))


def test_a_refusal_for_the_day_says_tomorrow_and_stops_nothing_else(rotating, sesops):
    """SES takes one change in 24 hours. (The first one down to 1024 is free, so it is spent here.)"""
    rotating.apply(spec(SHORT))
    applied = sesops("apply", "--yes", spec=spec(LONG, tags={"team": "mail"}))
    assert applied.code == 1
    assert "failed domain/example.com dkim_key" in applied.err
    assert "tomorrow" in applied.err
    assert "done domain/example.com tags" in applied.err
    rotating.emulator.clock.advance(timedelta(hours=25))
    assert sesops("apply", "--yes").code == 0
    rotating.assert_clean(spec(LONG, tags={"team": "mail"}))


def test_a_length_beside_ones_own_key_is_an_error(bench):
    document = spec(LONG)
    document["domains"]["example.com"]["dkim"]["origin"] = "EXTERNAL"
    assert codes(bench.findings(document)) == ["length-of-other-key"]


def test_an_address_shows_no_difference_for_its_domains_key(rotating):
    """It has no key of its own: whatever its domain's rotation does, nothing is compared."""
    make_identity(rotating, "ops@example.com")
    assert asks_nothing(rotating.plan({"emails": {"ops@example.com": {"feedback_forwarding": True}}}))
    assert codes(rotating.findings({"emails": {"ops@example.com": {"dkim": {"signing_key_length": SHORT}}}}))


def test_the_reviewer_reads_that_new_records_are_to_be_published(bench):
    make_identity(bench, "example.com")
    assert "new DKIM records to publish" in change_of(bench.plan(spec(SHORT)), "domain/example.com").sentence


def test_a_length_that_is_in_force_is_never_sent(bench):
    """SES would refuse it: with another field that changes, only that one is written."""
    make_identity(bench, "example.com")
    start = mark(bench)
    report = bench.apply(spec(LONG, feedback_forwarding=False))
    assert writes(bench, since=start) == ["PutEmailIdentityFeedbackAttributes"]
    assert ended(report, Outcome.DONE) == ["domain/example.com adopt", "domain/example.com forwarding"]
