"""BR-41: a redirect domain for a set that had none went through a call that only changes one that is there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cases.scene import changes, codes, ended, make_identity, make_set, mark, the_finding, writes

from sesops.core.events import Outcome
from sesops.core.plan import State

CLICK = "click.example.com"
PUT = "PutConfigurationSetTrackingOptions"


def spec(domain=CLICK, **more):
    return {"configuration_sets": {"main": {"tracking": {"custom_redirect_domain": domain}}}, **more}


@pytest.fixture
def there(bench):
    make_identity(bench, CLICK, "links.example.com")
    make_set(bench, "main")
    return bench


def live(bench):
    return bench.client("sesv2").get_configuration_set(ConfigurationSetName="main").get("TrackingOptions", {})


def test_the_first_domain_and_another_one_go_through_the_same_call(there):
    """The value is read back each time: the second plan is empty."""
    assert changes(there.plan(spec())) == [
        f"update configuration_set/main tracking.custom_redirect_domain: None -> '{CLICK}'"
    ]
    for domain in (CLICK, "links.example.com"):
        start = mark(there)
        there.apply(spec(domain))
        assert writes(there, since=start) == [PUT]
        assert live(there)["CustomRedirectDomain"] == domain
        there.assert_clean(spec(domain))


def test_null_takes_it_away(there):
    there.apply(spec())
    there.apply(spec(None))
    assert live(there) == {}
    there.assert_clean(spec(None))


def test_a_domain_that_is_nowhere_is_an_error_of_the_plan(there, sesops):
    """Nobody would ever verify it: exit 1, nothing applied."""
    document = spec("click.example.org")
    finding = the_finding(there.plan(document).findings, "identity-nowhere")
    assert "click.example.org" in finding.message
    start = mark(there)
    assert sesops("apply", "--yes", spec=document).code == 1
    assert writes(there, since=start) == []


def test_one_that_is_declared_and_not_verified_yet_waits_and_the_rest_is_made(bench):
    bench.emulator.settings.verification = timedelta(hours=1)
    make_set(bench, "main")
    document = spec(domains={CLICK: {}})
    document["configuration_sets"]["main"]["suppressed_reasons"] = ["BOUNCE"]
    planned = bench.plan(document)
    [waiting] = [step for change in planned.changes for step in change.steps if step.state is State.WAITING]
    assert waiting.facet == "tracking"
    assert "verified" in waiting.reason
    assert codes(planned.findings) == []
    report = bench.make(planned)
    assert ended(report, Outcome.WAITING) == ["configuration_set/main tracking"]
    assert "configuration_set/main suppression" in ended(report, Outcome.DONE)
    assert PUT not in writes(bench)
    bench.emulator.clock.advance(timedelta(hours=1))
    bench.apply(document)
    bench.assert_clean(document)


def test_a_parent_that_is_verified_is_enough(bench):
    """SES takes a subdomain of a verified domain."""
    make_identity(bench, "example.com")
    make_set(bench, "main")
    bench.apply(spec())
    bench.assert_clean(spec())
