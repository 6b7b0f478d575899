"""BR-37: the create worked and its answer was lost. The second try hears "already exists", and was a dead end."""

from __future__ import annotations

import pytest
from cases.scene import asks_nothing, ended, ending, make_topic, mark, topic_arn, writes

from sesops.core.events import Outcome

SPEC = {
    "configuration_sets": {
        "main": {
            "delivery": {"tls_policy": "REQUIRE"},
            "event_destinations": {"feedback": {"events": ["BOUNCE"], "sns": topic_arn("ses-events")}},
        }
    }
}


def test_it_is_read_and_the_run_goes_on(bench):
    """The set is reported as made, with a note, and its event destination is made in the same run."""
    make_topic(bench, "ses-events")
    bench.emulator.faults.lose_answer("CreateConfigurationSet")
    report = bench.apply(SPEC)
    step = ending(report, "configuration_set/main create")
    assert step.outcome is Outcome.DONE
    assert "the answer to its creation was lost" in step.note
    assert "event_destination/main/feedback create" in ended(report, Outcome.DONE)
    bench.assert_clean(SPEC)


def test_what_is_missing_of_it_is_applied(bench):
    """Somebody else made the name meanwhile, otherwise: it is brought to where the spec has it."""
    planned = bench.plan({"configuration_sets": {"main": {"suppressed_reasons": ["BOUNCE"]}}})
    bench.client("sesv2").create_configuration_set(ConfigurationSetName="main")
    start = mark(bench)
    assert ended(bench.make(planned), Outcome.DONE) == ["configuration_set/main create"]
    assert writes(bench, since=start) == ["CreateConfigurationSet", "PutConfigurationSetSuppressionOptions"]
    assert asks_nothing(bench.plan({"configuration_sets": {"main": {"suppressed_reasons": ["BOUNCE"]}}}))


def test_what_stops_mail_is_not_done_to_one_that_somebody_else_made(bench):
    """Nobody reviewed that change: it is left to the next plan."""
    planned = bench.plan({"configuration_sets": {"main": {"delivery": {"tls_policy": "REQUIRE"}}}})
    bench.client("sesv2").create_configuration_set(ConfigurationSetName="main")
    start = mark(bench)
    bench.make(planned)
    assert writes(bench, since=start) == ["CreateConfigurationSet"]


def test_another_stacks_set_of_that_name_is_not_touched(bench):
    planned = bench.plan({"configuration_sets": {"main": {"suppressed_reasons": ["BOUNCE"]}}})
    bench.client("sesv2").create_configuration_set(
        ConfigurationSetName="main", Tags=[{"Key": "sesops:stack", "Value": "other"}]
    )
    start = mark(bench)
    step = ending(bench.make(planned), "configuration_set/main create")
    assert step.outcome is Outcome.FAILED
    assert "stack 'other'" in step.reason
    assert writes(bench, since=start) == ["CreateConfigurationSet"]


@pytest.mark.parametrize(
    "operation",
    [
        "CreateTopic",
        "CreateEmailIdentity",
        "CreateEmailIdentityPolicy",
        "CreateConfigurationSet",
        "CreateConfigurationSetEventDestination",
        "CreateReceiptRuleSet",
        "CreateReceiptRule",
    ],
)
def test_every_create_survives_it(bench, operation):
    """And the run after it has nothing left to do."""
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": "210987654321"},
                "Action": "ses:SendEmail",
                "Resource": "arn:aws:ses:eu-west-1:123456789012:identity/example.com",
            }
        ],
    }
    document = {
        "topics": {"feedback": {}},
        "domains": {"example.com": {"policies": {"partner": policy}, "feedback_forwarding": True}},
        "configuration_sets": {"main": {"event_destinations": {"all": {"events": "all", "sns": "feedback"}}}},
        "receipt": {
            "active_rule_set": "inbound",
            "rule_sets": {
                "inbound": {"rules": [{"name": "a", "recipients": "all"}, {"name": "b", "recipients": "all"}]}
            },
        },
    }
    bench.emulator.faults.lose_answer(operation)
    bench.apply(document)
    bench.assert_clean(document)


def test_after_an_interruption_only_the_rest_is_done(bench):
    """From what is live, without a state to repair: the set is there, so the next run makes the destination alone."""
    make_topic(bench, "ses-events")
    bench.emulator.faults.fail("sesv2", "CreateConfigurationSetEventDestination", "LimitExceededException", "no")
    report = bench.make(bench.plan(SPEC))
    assert ended(report, Outcome.FAILED) == ["event_destination/main/feedback create"]
    start = mark(bench)
    bench.apply(SPEC)
    assert writes(bench, since=start) == ["CreateConfigurationSetEventDestination"]
    bench.assert_clean(SPEC)
