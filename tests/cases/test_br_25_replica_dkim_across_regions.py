"""BR-25: teams that send from several regions want one set of DKIM records, or keys of their own for thousands of domains.

The keys are made in one region and taken over in the others. A target that is planned while they are not there yet waits,
and the next run makes it: so the domain whose keys are taken over comes first. That the DNS output lists them once comes
with that output.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
import yaml
from cases.scene import allow, asks_nothing, change_of, changes, codes, mark, writes_with
from support.bench import ACCOUNT, steps
from support.keys import private_key

from sesops.core.diagnostic import Severity
from sesops.core.plan import Action, Impact, State

ELSEWHERE, ORIGIN = "us-east-1", "AWS_SES_US_EAST_1"


def spec(origin=ORIGIN, **more):
    return {"domains": {"example.com": {"dkim": {"origin": origin}, **more}}}


@pytest.fixture
def elsewhere(bench):
    """SES in the region where the keys are."""
    return bench.session.client("sesv2", region_name=ELSEWHERE)


def live(bench):
    return bench.client("sesv2").get_email_identity(EmailIdentity="example.com")["DkimAttributes"]


def test_the_second_region_signs_with_the_keys_of_the_first(bench, elsewhere):
    elsewhere.create_email_identity(EmailIdentity="example.com")
    start = mark(bench)
    bench.apply(spec())
    [(operation, given)] = writes_with(bench, since=start)
    assert operation == "CreateEmailIdentity"
    assert given["DkimSigningAttributes"] == {"DomainSigningAttributesOrigin": ORIGIN}
    there = elsewhere.get_email_identity(EmailIdentity="example.com")["DkimAttributes"]
    assert live(bench)["Tokens"] == there["Tokens"]
    bench.assert_clean(spec())


def test_until_the_keys_are_there_it_waits_and_then_the_next_run_makes_it(bench, elsewhere):
    """Not there, then not verified: SES would take the create, and search in vain without a word."""
    bench.emulator.settings.verification = timedelta(hours=2)
    document = spec(configuration_set={"external": "tx"})
    bench.client("sesv2").create_configuration_set(ConfigurationSetName="tx")
    for words in ("is not there in us-east-1", "is not verified in us-east-1"):
        plan = bench.plan(document)
        assert steps(plan) == steps(plan, State.WAITING) == ["domain/example.com create"]
        assert words in plan.changes[0].steps[0].reason
        assert plan.complete
        start = mark(bench)
        bench.apply(document)
        assert writes_with(bench, since=start) == []
        if "not there" in words:
            elsewhere.create_email_identity(EmailIdentity="example.com")
    bench.emulator.clock.advance(timedelta(hours=3))
    bench.apply(document)
    bench.emulator.clock.advance(timedelta(hours=3))
    bench.assert_clean(document)


def test_both_targets_in_one_run_the_first_time_and_done_the_second(sesops, bench):
    """The target that makes the keys is made, the other waits for them."""
    targets = {"eu": {"region": "eu-west-1"}, "us": {"region": ELSEWHERE}}
    document = {"version": 1, "stack": "acme", "targets": targets, "vars": {"origin": "AWS_SES"}}
    targets["eu"]["vars"] = {"origin": ORIGIN}
    document["domains"] = {"example.com": {"dkim": {"origin": "${origin}"}}}
    first = sesops("apply", "--yes", spec=yaml.safe_dump(document))
    assert first.code == 0
    assert "create, waiting eu:domain/example.com" in first.out
    assert "+ create us:domain/example.com" in first.out
    assert sesops("apply", "--yes").code == 0
    assert live(bench)["SigningAttributesOrigin"] == ORIGIN
    assert "No changes" in sesops("plan", "--detailed-exitcode").out


def test_the_own_region_is_an_error(bench):
    assert codes(bench.findings(spec("AWS_SES_EU_WEST_1"))) == ["origin-own-region"]


@pytest.mark.parametrize("kept", ["own", "replica"])
def test_keys_that_cannot_be_taken_over_are_an_error_of_the_plan(bench, elsewhere, kept):
    """SES takes over those that it makes there, and neither another's nor an owner's."""
    given = {
        "own": {"DomainSigningSelector": "s2026", "DomainSigningPrivateKey": "YWJj"},
        "replica": {"DomainSigningAttributesOrigin": "AWS_SES_EU_CENTRAL_1"},
    }
    elsewhere.create_email_identity(EmailIdentity="example.com", DkimSigningAttributes=given[kept])
    plan = bench.plan(spec())
    assert codes(plan.findings) == ["no-keys-to-take-over"]
    assert changes(plan) == []


def test_where_the_other_region_cannot_be_asked_the_plan_says_so_and_goes_on(bench, elsewhere):
    """What SES does then it shows in the status of the domain."""
    elsewhere.create_email_identity(EmailIdentity="example.com")
    bench.emulator.faults.deny("sesv2", "GetEmailIdentity", {"EmailIdentity": "example.com"})
    plan = bench.plan(spec())
    assert codes(plan.findings, Severity.WARNING) == ["keys-elsewhere-not-read"]
    assert change_of(plan, "domain/example.com").action is Action.CREATE


def test_another_origin_of_a_live_domain_stops_mail_and_is_no_replacement(bench, elsewhere):
    elsewhere.create_email_identity(EmailIdentity="example.com")
    bench.apply(spec("AWS_SES"))
    change = change_of(bench.plan(spec()), "domain/example.com")
    assert (change.action, change.impact, change.held) == (Action.UPDATE, Impact.STOPS_MAIL, True)
    assert "goes out unsigned until SES has taken over the DKIM keys of us-east-1" in change.sentence
    document = {**spec(), **allow("domain/example.com")}
    start = mark(bench)
    bench.apply(document)
    assert [operation for operation, _ in writes_with(bench, since=start)] == ["PutEmailIdentityDkimSigningAttributes"]
    bench.assert_clean(document)


def test_a_live_domain_waits_too_before_it_takes_keys_over(bench):
    bench.apply(spec("AWS_SES"))
    plan = bench.plan({**spec(), **allow("domain/example.com")})
    assert steps(plan, State.WAITING) == ["domain/example.com dkim_key"]


def test_keys_of_ones_own_for_many_domains_are_one_line_of_defaults(bench):
    """Each with a secret of its own, by its name."""
    names = [f"customer{number}.example" for number in range(30)]
    key = f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:dkim/${{name}}"
    dkim = {"origin": "EXTERNAL", "selector": "s2026", "private_key": {"secretsmanager": key}}
    for name in names:
        bench.client("secretsmanager").create_secret(Name=f"dkim/{name}", SecretString=private_key())
    document = {"defaults": {"domain": {"dkim": dkim}}, "domains": {name: {} for name in names}}
    bench.apply(document)
    assert asks_nothing(bench.plan(document))
