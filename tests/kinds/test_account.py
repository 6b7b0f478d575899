"""Account settings: changed, never made or deleted; each block written whole."""

from __future__ import annotations

import pytest
from support.bench import Bench, described

from sesops.core.address import Address
from sesops.core.plan import Action
from sesops.core.thing import Wanted
from sesops.kinds.account import KIND
from sesops.spec.lint import Siblings

ACCOUNT = Address("account")


@pytest.fixture
def bench(tmp_path):
    made = Bench(tmp_path)
    yield made
    made.emulator.close()


def spec(**settings):
    """The bench's head says no account id, so the key is free for settings."""
    return {"account": settings}


def test_settings_are_changed_and_found_clean(bench):
    """Whatever the order of reasons; only updates are ever planned."""
    wish = spec(
        suppressed_reasons=["COMPLAINT"],
        vdm={"enabled": True, "engagement_metrics": True},
        dedicated_ip_auto_warmup=False,
        validation_threshold="HIGH",
    )
    planned = bench.plan(wish)
    assert {one.action for one in planned.changes} == {Action.UPDATE}
    bench.apply(wish)
    bench.assert_clean(wish)
    shown = bench.client("sesv2").get_account()
    assert shown["SuppressionAttributes"]["SuppressedReasons"] == ["COMPLAINT"]
    assert shown["VdmAttributes"]["VdmEnabled"] == "ENABLED"
    both = {**wish["account"], "suppressed_reasons": ["COMPLAINT", "BOUNCE"]}
    bench.apply(spec(**both))
    bench.assert_clean(spec(**{**both, "suppressed_reasons": ["BOUNCE", "COMPLAINT"]}))


def test_what_is_not_said_stays(bench):
    """Of a block that is written whole too."""
    bench.apply(spec(suppressed_reasons=["BOUNCE"], validation_threshold="MEDIUM"))
    bench.apply(spec(suppressed_reasons=["COMPLAINT"]))
    suppression = bench.client("sesv2").get_account()["SuppressionAttributes"]
    assert suppression["ValidationAttributes"]["ConditionThreshold"]["ConditionThresholdEnabled"] == "ENABLED"
    assert bench.plan({"configuration_sets": {}}).changes == ()


def test_switching_sending_off_needs_leave(bench):
    """It stops all mail; null is SES's default, which is on."""
    planned = bench.plan(spec(sending_enabled=False))
    assert [one.held for one in planned.changes] == [True], described(planned.changes)
    leave = {"allow": [{"address": "account", "to": "stop_mail", "until": "2026-12-31"}]}
    bench.apply({**spec(sending_enabled=False), **leave})
    assert bench.client("sesv2").get_account()["SendingEnabled"] is False
    bench.apply(spec(sending_enabled=None))
    assert bench.client("sesv2").get_account()["SendingEnabled"] is True


def test_parts_of_vdm_mean_nothing_while_it_is_off(bench):
    """Found offline where the spec says so, else at the plan."""
    wanted = Wanted(ACCOUNT, {"vdm.enabled": False, "vdm.engagement_metrics": True})
    assert [one.code for one in KIND.check(wanted, Siblings("eu-west-1", None, [wanted]))] == ["vdm-off"]
    planned = bench.plan(spec(vdm={"engagement_metrics": True}))
    assert [one.code for one in planned.findings] == ["vdm-off"]
    bench.apply(spec(vdm={"enabled": True}))
    bench.apply(spec(vdm={"engagement_metrics": True}))
    bench.assert_clean(spec(vdm={"enabled": True, "engagement_metrics": True, "optimized_shared_delivery": False}))


def test_a_denied_read_is_unknown(bench):
    """Nothing is planned from it."""
    bench.emulator.faults.deny("sesv2", "GetAccount")
    planned = bench.plan(spec(suppressed_reasons=[]))
    assert (planned.changes, planned.complete) == ((), False)
