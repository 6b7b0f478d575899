"""BR-10: every type of event destination, and one that this release has never heard of."""

from __future__ import annotations

import json

import pytest
from cases.scene import allow, change_of, changes, codes, make_set, make_topic, mark, topic_arn, writes, writes_with
from support.bench import ACCOUNT

from sesops.core.plan import Impact

PINPOINT = f"arn:aws:mobiletargeting:eu-west-1:{ACCOUNT}:apps/abc"
STREAM = {
    "stream_arn": f"arn:aws:firehose:eu-west-1:{ACCOUNT}:deliverystream/ses",
    "role_arn": f"arn:aws:iam::{ACCOUNT}:role/ses-firehose",
}
DESTINATIONS = {
    "feedback": {"events": ["BOUNCE", "COMPLAINT"], "sns": topic_arn("ses-events")},
    "bus": {"events": ["DELIVERY"], "eventbridge": f"arn:aws:events:eu-west-1:{ACCOUNT}:event-bus/default"},
    "lake": {"events": ["SEND"], "firehose": STREAM},
}
EVERY_TARGET = {
    **{name: {key: value for key, value in one.items() if key != "events"} for name, one in DESTINATIONS.items()},
    "metrics": {"cloudwatch": [{"dimension": "campaign", "source": "MESSAGE_TAG", "default": "none"}]},
    "legacy": {"pinpoint": PINPOINT},
}


def spec(destinations):
    return {"configuration_sets": {"main": {"event_destinations": destinations}}}


@pytest.fixture
def with_legacy(bench):
    make_topic(bench, "ses-events")
    make_set(bench, "main")
    bench.client("sesv2").create_configuration_set_event_destination(
        ConfigurationSetName="main",
        EventDestinationName="legacy",
        EventDestination={
            "Enabled": True,
            "MatchingEventTypes": ["SEND"],
            "PinpointDestination": {"ApplicationArn": PINPOINT},
        },
    )
    return bench


def live(bench):
    answer = bench.client("sesv2").get_configuration_set_event_destinations(ConfigurationSetName="main")
    return {one["Name"]: one for one in answer["EventDestinations"]}


def test_three_are_made_and_the_one_that_is_there_is_named_and_left(with_legacy):
    """The plan: three creations, the legacy one extra. The run leaves it as it was."""
    before = live(with_legacy)["legacy"]
    planned = with_legacy.plan(spec(DESTINATIONS))
    assert {str(one.address) for one in planned.pending} == {
        f"event_destination/main/{name}" for name in ("bus", "feedback", "lake")
    }
    assert [str(one) for one in planned.extra] == ["event_destination/main/legacy"]
    with_legacy.apply(spec(DESTINATIONS))
    assert live(with_legacy)["legacy"] == before
    with_legacy.assert_clean(spec(DESTINATIONS))


@pytest.mark.parametrize("name", EVERY_TARGET)
def test_every_type_is_made_and_found_clean(bench, name):
    make_topic(bench, "ses-events")
    wanted = spec({name: {"events": "all", **EVERY_TARGET[name]}})
    bench.apply(wanted)
    assert live(bench)[name]["Enabled"]
    bench.assert_clean(wanted)


@pytest.mark.parametrize("targets", [[], ["feedback", "lake"], list(EVERY_TARGET)])
def test_exactly_one_target_is_required(bench, targets):
    """None, or more than one, is a finding of `validate`."""
    merged = {key: value for name in targets for key, value in EVERY_TARGET[name].items()}
    assert codes(bench.findings(spec({"feedback": {"events": ["SEND"], **merged}}))) == ["one-target"]


@pytest.mark.parametrize(
    ("bus", "code"),
    [
        (f"arn:aws:events:eu-west-1:{ACCOUNT}:event-bus/own", "not-default-bus"),
        (f"arn:aws:events:eu-west-2:{ACCOUNT}:event-bus/default", "wrong-region"),
    ],
)
def test_only_the_default_bus_of_the_region_is_taken(bench, bus, code):
    """SES publishes to no other; that is known before any call."""
    assert codes(bench.findings(spec({"bus": {"events": ["SEND"], "eventbridge": bus}}))) == [code]


@pytest.fixture
def with_something_new(with_legacy):
    """An SES whose answer has a target that nobody here knows."""

    def adds(_service, operation, answer):
        if operation == "GetConfigurationSetEventDestinations":
            for one in answer["EventDestinations"]:
                if one["Name"] == "legacy":
                    one.pop("PinpointDestination")
                    one["TelepathyDestination"] = {"Medium": "example"}

    with_legacy.emulator.decorate = adds
    return with_legacy


def test_a_target_of_a_type_that_is_not_known_is_shown_and_left_alone(with_something_new):
    """Not in the spec, it is extra like any other; what is made beside it does not touch it."""
    start = mark(with_something_new)
    planned = with_something_new.plan(spec(DESTINATIONS))
    assert [str(one) for one in planned.extra] == ["event_destination/main/legacy"]
    with_something_new.apply(spec(DESTINATIONS))
    touched = json.dumps([given for _, given in writes_with(with_something_new, since=start)])
    assert "legacy" not in touched


def test_a_destination_with_such_a_target_is_not_rewritten(with_something_new):
    """In the spec, a change of its events would drop the target: it is held back, with the member that is in the way."""
    start = mark(with_something_new)
    wanted = {**spec({"legacy": {"events": ["SEND", "BOUNCE"], "pinpoint": PINPOINT}})}
    wanted |= allow("event_destination/main/legacy", "replace")
    planned = with_something_new.plan(wanted)
    change = change_of(planned, "event_destination/main/legacy")
    assert change.held, changes(planned)
    assert "TelepathyDestination" in change.steps[0].reason
    with_something_new.make(planned)
    assert writes(with_something_new, since=start) == []


def test_the_message_that_ses_publishes_to_a_topic_is_said(bench):
    """A reviewer learns that subscribers will hear from SES."""
    planned = bench.plan(spec({"feedback": DESTINATIONS["feedback"]}))
    change = change_of(planned, "event_destination/main/feedback")
    assert change.impact is Impact.NOTICE
    assert "publishes a message" in change.sentence
