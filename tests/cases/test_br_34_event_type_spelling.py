"""BR-34: the same word is spelled in one way by SES's v1 API and in another by v2. Both are read, v2's is written."""

from __future__ import annotations

import pytest
from cases.scene import asks_nothing, codes, make_set, make_topic, mark, the_finding, topic_arn, writes_with

from sesops.core.diagnostic import Severity

EVENTS = ["SEND", "RENDERING_FAILURE", "DELIVERY_DELAY"]


def spec(events, **target):
    target = target or {"sns": topic_arn("ses-events")}
    return {"configuration_sets": {"main": {"event_destinations": {"feedback": {"events": events, **target}}}}}


@pytest.fixture
def there(bench):
    make_topic(bench, "ses-events")
    make_set(bench, "main")
    bench.client("sesv2").create_configuration_set_event_destination(
        ConfigurationSetName="main",
        EventDestinationName="feedback",
        EventDestination={
            "Enabled": True,
            "MatchingEventTypes": EVENTS,
            "SnsDestination": {"TopicArn": topic_arn("ses-events")},
        },
    )
    return bench


@pytest.mark.parametrize(
    "events",
    [
        EVENTS,
        ["send", "renderingFailure", "deliveryDelay"],
        ["Send", "Rendering_Failure", "delivery_delay"],
    ],
)
def test_every_spelling_is_no_change(there, events):
    assert asks_nothing(there.plan(spec(events)))


def test_what_is_written_is_v2s_spelling(there):
    start = mark(there)
    there.apply(spec(["send", "renderingFailure"]))
    [(_, given)] = writes_with(there, since=start)
    assert sorted(given["EventDestination"]["MatchingEventTypes"]) == ["RENDERING_FAILURE", "SEND"]


def test_an_event_that_stands_twice_is_dropped_with_a_warning(there):
    """Only after both are in one spelling does it show."""
    document = spec(["send", *EVENTS])
    warning = the_finding(there.findings(document), "duplicate-item")
    assert warning.severity is Severity.WARNING
    assert asks_nothing(there.plan(document))


def test_an_unknown_event_is_an_error_with_the_nearest(bench):
    finding = the_finding(bench.findings(spec(["renderingFailur"])), "unknown-value")
    assert finding.severity is Severity.ERROR
    assert "`RENDERING_FAILURE`" in finding.hint


@pytest.mark.parametrize(
    ("document", "written"),
    [
        ({"configuration_sets": {"main": {"delivery": {"tls_policy": "Require"}}}}, "REQUIRE"),
        (
            {
                "domains": {
                    "example.com": {"mail_from": {"domain": "b.example.com", "behavior_on_mx_failure": "RejectMessage"}}
                }
            },
            "REJECT_MESSAGE",
        ),
        (
            spec(["SEND"], cloudwatch=[{"dimension": "campaign", "source": "messageTag", "default": "none"}]),
            "MESSAGE_TAG",
        ),
        (
            {
                "receipt": {
                    "active_rule_set": None,
                    "rule_sets": {"in": {"rules": [{"name": "a", "recipients": "all", "tls_policy": "require"}]}},
                }
            },
            # Receipt rules exist in v1 alone, whose word goes out.
            "Require",
        ),
        ({"ip_pools": {"tx": {"scaling_mode": "Managed"}}}, "MANAGED"),
    ],
)
def test_the_same_holds_for_every_other_enumeration(bench, document, written):
    """TLS policy, behaviour without an MX record, dimension source, scaling mode."""
    assert codes(bench.findings(document)) == []
    bench.apply(document)
    assert f"'{written}'" in str(writes_with(bench))
    bench.assert_clean(document)
