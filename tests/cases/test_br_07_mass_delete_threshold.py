"""BR-07: a bad merge loses fifteen of forty domains. Nobody may find out by losing them on SES.

The case wants exit 1 and a limit for updates too; right is exit 3 (a safety rule refuses), and updates that stop no
mail have no limit.
"""

from __future__ import annotations

import pytest
from cases.scene import changes, make_identity, writes
from support.bench import as_json

from sesops.core.plan import State

NAMES = [f"d{number:02}.example.com" for number in range(1, 41)]
KEPT, LOST = NAMES[:25], NAMES[25:]
REMOVAL = {"domains": {name: {} for name in KEPT}, "remove": [f"domain/{name}" for name in LOST]}


@pytest.fixture
def forty(bench):
    """Forty verified domains of this stack."""
    make_identity(bench, *NAMES, stack="acme")
    return bench


def live_names(bench):
    return {
        one["IdentityName"] for one in bench.client("sesv2").list_email_identities(PageSize=1000)["EmailIdentities"]
    }


def test_what_is_lost_from_the_spec_is_not_deleted(forty):
    """Absence deletes nothing: the fifteen are listed as left over."""
    planned = forty.plan({"domains": {name: {} for name in KEPT}})
    assert changes(planned) == []
    assert [one.last for one in planned.left_over] == LOST
    assert planned.complete


def test_the_brake_says_the_count_the_limit_and_the_way_past_it(forty, sesops):
    """Exit 3 before the first write, with the numbers as they are."""
    applied = sesops("apply", "--yes", spec=REMOVAL)
    assert applied.code == 3
    assert "15 of 40 things of kind domain" in applied.out
    assert "30%" in applied.out
    assert "--allow-many domain=15" in applied.out
    assert writes(forty, since=len(NAMES)) == []
    assert live_names(forty) == set(NAMES)


@pytest.mark.parametrize("given", ["domain=14", "domain=16", "email=15"])
def test_any_other_number_or_kind_does_not_lift_it(forty, sesops, given):
    """The way past is for exactly this change; it is no switch that can stay in a pipeline for good."""
    planned = sesops("plan", "--allow-many", given, spec=REMOVAL)
    assert planned.code == 3
    assert "refused" in planned.out


def test_there_is_no_blanket_force(sesops):
    """An unknown flag is a bad command line."""
    assert sesops("apply", "--force", spec={}).code == 64
    assert sesops("apply", "--allow-many", "domain=all", spec={}).code == 64


def test_the_number_shown_lifts_it_for_this_run(forty, sesops):
    """And the plan keeps what it was given."""
    applied = sesops("apply", "--yes", "--allow-many", "domain=15", spec=REMOVAL)
    assert applied.code == 0
    assert live_names(forty) == set(KEPT)
    shown = sesops("plan", "--format", "json", "--allow-many", "domain=15")
    assert '"allow_many":{"domain":15}' in shown.out.replace(" ", "").replace("\n", "")


def test_a_verified_identity_needs_its_exact_address_even_one(forty):
    """A glob deletes no verified identity, whatever the brake would say."""
    planned = forty.plan({"domains": {name: {} for name in NAMES[:39]}, "remove": ["domain/d4?.example.com"]})
    [change] = planned.changes
    assert str(change.address) == "domain/d40.example.com"
    assert [step.state for step in change.steps] == [State.HELD]
    assert "exact address" in change.steps[0].reason


def test_a_small_collection_has_no_brake(bench):
    """Three of nine is a change like any other: only what stops mail needs to be named."""
    names = NAMES[:9]
    make_identity(bench, *names, stack="acme")
    spec = {"domains": {name: {} for name in names[3:]}, "remove": [f"domain/{name}" for name in names[:3]]}
    assert bench.plan(spec).refusals == ()
    bench.apply(spec)
    assert live_names(bench) == set(names[3:])


def test_updates_that_stop_no_mail_have_no_limit(forty):
    """A tag on all forty is one plan without a refusal."""
    planned = forty.plan({"domains": {name: {"tags": {"team": "mail"}} for name in NAMES}})
    assert len(changes(planned)) == 40
    assert planned.refusals == ()
    assert as_json(planned)["summary"]["update"] == 40


def test_updates_that_stop_mail_have_the_same_brake(forty):
    """Signing switched off on every domain, with leave for each, is still refused as a whole."""
    spec = {
        "domains": {name: {"dkim": {"signing_enabled": False}} for name in NAMES},
        "allow": [{"address": f"domain/{name}", "to": "stop_mail", "until": "2999-12-31"} for name in NAMES],
    }
    [refusal] = forty.plan(spec).refusals
    assert "40 of 40 things of kind domain" in refusal
    assert "--allow-many domain=40" in refusal
