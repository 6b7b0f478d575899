"""BR-44: what SES sets by itself depends on how a thing was made. Tools that fill defaults in show changes nobody made.

The case says that a rule starts disabled, as SES has it; right is: enabled and scanned by us, on its creation alone and
shown as ours. It says too that a strict mode only informs; right is that `strict` plans.
"""

from __future__ import annotations

import pytest
from cases.scene import asks_nothing, changes, live_rules, make_set


@pytest.fixture
def both(bench):
    bench.client("ses").create_configuration_set(ConfigurationSet={"Name": "made-by-v1"})
    make_set(bench, "made-by-v2")
    return bench


def spec(**fields):
    return {"configuration_sets": {"made-by-v1": fields, "made-by-v2": fields}}


def test_what_is_not_declared_has_no_default(both):
    """One has its metrics on and one off, and neither is a difference."""
    metrics = [
        both.client("sesv2").get_configuration_set(ConfigurationSetName=name)["ReputationOptions"]
        for name in ("made-by-v1", "made-by-v2")
    ]
    assert [one["ReputationMetricsEnabled"] for one in metrics] == [False, True]
    assert asks_nothing(both.plan(spec()))


def test_declared_it_is_one_change_on_the_one_that_differs(both):
    document = spec(reputation_metrics_enabled=True)
    assert changes(both.plan(document)) == [
        "update configuration_set/made-by-v1 reputation_metrics_enabled: False -> True"
    ]
    both.apply(document)
    both.assert_clean(document)


def test_the_plan_shows_what_a_new_rule_will_be(bench, sesops):
    """Our default and not SES's, so that a new rule does something; marked as ours."""
    rules = [{"name": "store", "recipients": "all"}]
    document = {"receipt": {"active_rule_set": None, "rule_sets": {"inbound": {"rules": rules}}}}
    lines = sesops("plan", spec=document).out.splitlines()
    for field in ("enabled", "scan_enabled"):
        [line] = [one for one in lines if one.split()[:1] == [field]]
        assert line.split(maxsplit=1)[1] == "true  (default of sesops)"
    bench.apply(document)
    [rule] = live_rules(bench)
    assert (rule["Enabled"], rule["ScanEnabled"]) == (True, True)


def test_switched_off_later_by_somebody_it_is_no_difference(bench):
    """The default was for its creation: now absent is absent."""
    rules = [{"name": "store", "recipients": "all"}]
    document = {"receipt": {"active_rule_set": None, "rule_sets": {"inbound": {"rules": rules}}}}
    bench.apply(document)
    bench.client("ses").update_receipt_rule(RuleSetName="inbound", Rule={"Name": "store"})
    assert live_rules(bench)[0]["Enabled"] is False
    assert asks_nothing(bench.plan(document))


def test_strict_has_no_default_for_what_ses_has_none_for(both):
    """The two sets stay as they are, one on and one off; what does have a default goes back to it."""
    assert asks_nothing(both.plan(spec(strict=True)))
    both.client("sesv2").put_configuration_set_delivery_options(ConfigurationSetName="made-by-v1", TlsPolicy="REQUIRE")
    assert asks_nothing(both.plan(spec()))
    assert changes(both.plan(spec(strict=True))) == [
        "update configuration_set/made-by-v1 delivery.tls_policy: 'REQUIRE' -> None"
    ]
    both.apply(spec(strict=True))
    both.assert_clean(spec(strict=True))


def test_strict_does_not_undo_what_a_new_rule_was_given(bench):
    """Enabled and scanned is our default at its creation, and SES's is neither."""
    rules = [{"name": "store", "recipients": "all", "strict": True}]
    document = {"receipt": {"active_rule_set": None, "rule_sets": {"inbound": {"rules": rules, "strict": True}}}}
    bench.apply(document)
    bench.assert_clean(document)
    [rule] = live_rules(bench)
    assert (rule["Enabled"], rule["ScanEnabled"]) == (True, True)
