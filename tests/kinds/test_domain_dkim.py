"""Whose key signs a domain's mail: Easy DKIM's, one's own, or that of another region; from each to each of the others."""

from __future__ import annotations

import json
from pathlib import Path

import botocore.session
import pytest
from support.bench import Bench, described
from support.keys import private_key

from sesops.core.diagnostic import Severity
from sesops.core.plan import Impact
from sesops.core.thing import Live
from sesops.core.values import Reply
from sesops.kinds.identity import dkim, fields
from sesops.kinds.identity.blocks import of_identity

ELSEWHERE = "us-east-1"
REPLICA = "AWS_SES_US_EAST_1"
OWN = {"origin": "EXTERNAL", "selector": "s2026", "private_key": {"env": "KEY"}}
ORIGINS = {"easy": {"origin": "AWS_SES"}, "own": OWN, "replica": {"origin": REPLICA}}
PUT = "PutEmailIdentityDkimSigningAttributes"


@pytest.fixture
def bench(tmp_path):
    made = Bench(tmp_path)
    made.environ["KEY"] = private_key()
    elsewhere = made.session.client("sesv2", region_name=ELSEWHERE)
    elsewhere.create_email_identity(EmailIdentity="example.com")
    yield made
    made.emulator.close()


def spec(dkim_keys, **more):
    leave = [{"address": "domain/example.com", "to": "stop_mail", "until": "2999-12-31"}]
    return {"domains": {"example.com": {"dkim": dkim_keys, **more}}, "allow": leave}


def live(bench):
    return bench.client("sesv2").get_email_identity(EmailIdentity="example.com")["DkimAttributes"]


@pytest.mark.parametrize("to", ORIGINS)
@pytest.mark.parametrize("begin", [*ORIGINS, "unset"])
def test_from_each_origin_to_each_other(bench, begin, to):
    """One call, and clean behind it; on a verified domain it stops mail, so it is held back without leave."""
    first = ORIGINS.get(begin)
    bench.apply(spec(first) if first else {"domains": {"example.com": {}}})
    bench.apply({"domains": {"example.com": {}}})
    document = spec(ORIGINS[to])
    plan = bench.plan(document)
    if to == begin or (to == "easy" and begin == "unset"):
        assert plan.changes == ()
        return
    [change] = plan.changes
    assert change.impact is Impact.STOPS_MAIL
    assert change.fields[0].path == "dkim.origin"
    assert bench.plan({**document, "allow": []}).changes[0].held
    start = len(bench.calls(writes_only=True))
    bench.apply(document)
    assert [name for _, name, _ in bench.calls(writes_only=True)[start:]] == [PUT]
    assert live(bench)["SigningAttributesOrigin"] == ORIGINS[to]["origin"]
    bench.assert_clean(document)


@pytest.mark.parametrize("origin", ORIGINS)
def test_a_new_domain_signs_so_from_the_start(bench, origin):
    """It rides on the create, and nothing of it stops mail."""
    document = {"domains": {"example.com": {"dkim": ORIGINS[origin]}}}
    bench.apply(document)
    assert [name for _, name, _ in bench.calls(writes_only=True)][1:] == ["CreateEmailIdentity"]
    assert live(bench)["SigningAttributesOrigin"] == ORIGINS[origin]["origin"]
    bench.assert_clean(document)


def test_null_goes_back_to_easy_dkim(bench):
    bench.apply(spec(OWN))
    bench.apply(spec({"origin": None}))
    assert live(bench)["SigningAttributesOrigin"] == "AWS_SES"


def test_a_new_key_waits_for_nothing_and_its_state_is_no_difference(bench):
    """Its record is looked for by SES; until it is found, a plan is clean all the same."""
    bench.apply(spec(OWN))
    bench.emulator.settings.dns = True
    document = spec({**OWN, "selector": "s2027"})
    bench.apply(document)
    assert live(bench)["Status"] == "PENDING"
    bench.assert_clean(document)


def test_a_length_that_another_region_has_is_none_of_ours(bench):
    """SES shows it with the key that is taken over."""
    bench.apply(spec({"origin": REPLICA}))
    assert "NextSigningKeyLength" in live(bench)
    block = of_identity(fields.DKIM_KEY, Reply({"DkimAttributes": live(bench)}))
    assert "NextSigningKeyLength" not in block.raw


@pytest.mark.parametrize("tokens", [{}, {"Tokens": []}])
def test_where_ses_hides_the_selector_nothing_is_changed_and_a_warning_says_so(bench, monkeypatch, tokens):
    """An answer without the selector has been published; to write the key again and again would stop mail each time."""
    bench.apply(spec(OWN))
    shown = {key: one for key, one in live(bench).items() if key != "Tokens"} | tokens
    block = of_identity(fields.DKIM_KEY, Reply({"DkimAttributes": shown}))
    assert dkim.hides_selector(Live(bench.target(spec(OWN)).wanted[0].address, {dkim.FACET: block}))
    monkeypatch.setattr("sesops.kinds.identity.blocks._selector", lambda _dkim: {})
    plan = bench.plan(spec({**OWN, "selector": "s2027"}))
    assert described(plan.changes) == []
    [finding] = plan.findings
    assert (finding.code, finding.severity) == ("selector-not-shown", Severity.WARNING)
    assert plan.complete


@pytest.mark.parametrize("missing", [["private_key"], ["selector", "private_key"]])
def test_what_would_be_written_needs_all_of_it(bench, missing):
    """Whether something is to be written only the live domain shows."""
    keys = {key: one for key, one in OWN.items() if key not in missing}
    plan = bench.plan(spec(keys))
    assert [one.code for one in plan.findings] == ["private-key-missing"]
    assert not plan.complete
    bench.apply(spec(OWN))
    bench.assert_clean(spec(keys))


def test_the_schema_has_every_origin_that_ses_has():
    """A newer botocore may know more."""
    schema = json.loads((Path(__file__).parents[2] / "schemas/kinds/domain.schema.json").read_text(encoding="utf-8"))
    ours = schema["properties"]["dkim"]["properties"]["origin"]["enum"]
    model = botocore.session.get_session().get_service_model("sesv2")
    theirs = model.shape_for("DkimSigningAttributesOrigin").enum
    assert set(ours) >= {one for one in theirs if "_GOV_" not in one}
    assert set(ours) - set(theirs) <= {"AWS_SES_US_GOV_EAST_1", "AWS_SES_US_GOV_WEST_1"}


def test_a_region_and_its_origin_say_the_same():
    for region in ("eu-west-1", "ap-southeast-3", "us-gov-west-1"):
        assert dkim.primary_region(dkim.origin_of(region)) == region
    assert [dkim.primary_region(one) for one in ("AWS_SES", "EXTERNAL", None)] == [None] * 3


def test_signing_that_is_off_stays_off_behind_the_first_key(tmp_path):
    """A domain that was verified by the old TXT record has no key, and SES's first one comes with signing on."""
    bench = Bench(tmp_path)
    bench.client("ses").verify_domain_identity(Domain="example.com")
    wish = {"domains": {"example.com": {"dkim": {"signing_enabled": False, "signing_key_length": "RSA_2048_BIT"}}}}
    bench.make(bench.plan(wish))
    assert [one for one in bench.plan(wish).changes if one.pending] == []
