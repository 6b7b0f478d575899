"""BR-11: topics, header flags and forwarding are three different calls, and feedback must never go nowhere between."""

from __future__ import annotations

import pytest
from cases.scene import asks_nothing, changes, ended, make_identity, make_topic, mark, topic_arn, writes_with

from sesops.core.events import Outcome

SECTIONS = {"domains": "example.com", "emails": "ops@example.com"}
BOUNCES, COMPLAINTS = topic_arn("bounces"), topic_arn("complaints")
TOPIC, HEADERS, FORWARDING = (
    "SetIdentityNotificationTopic",
    "SetIdentityHeadersInNotificationsEnabled",
    "PutEmailIdentityFeedbackAttributes",
)


@pytest.fixture(params=SECTIONS)
def section(request):
    """Domains and addresses alike."""
    return request.param


@pytest.fixture
def there(bench, section):
    """The identity as SES makes it, and two topics."""
    make_topic(bench, "bounces", "complaints")
    make_identity(bench, SECTIONS[section])
    return bench


def spec(section, **fields):
    return {section: {SECTIONS[section]: fields}}


def both_topics(section):
    return spec(
        section,
        feedback_forwarding=False,
        notifications={
            "bounce": {"topic": BOUNCES, "include_original_headers": True},
            "complaint": {"topic": COMPLAINTS, "include_original_headers": False},
        },
    )


def live(bench, section):
    name = SECTIONS[section]
    return bench.client("ses").get_identity_notification_attributes(Identities=[name])["NotificationAttributes"][name]


def assert_in_order(made):
    """Both topics, the header flag after its own topic, forwarding off after all of them, and nothing else."""
    short = [(name, given.get("NotificationType")) for name, given in made]
    assert sorted(short[:-1]) == [(HEADERS, "Bounce"), (TOPIC, "Bounce"), (TOPIC, "Complaint")]
    assert short.index((TOPIC, "Bounce")) < short.index((HEADERS, "Bounce"))
    assert short[-1] == (FORWARDING, None)


def test_topics_first_then_headers_then_forwarding_off(there, section):
    """Then the second plan is empty. A flag that is off already is not sent."""
    start = mark(there)
    there.apply(both_topics(section))
    assert_in_order(writes_with(there, since=start))
    assert live(there, section)["ForwardingEnabled"] is False
    assert live(there, section)["HeadersInBounceNotificationsEnabled"] is True
    there.assert_clean(both_topics(section))


def test_a_new_identity_goes_the_same_way(bench, section):
    make_topic(bench, "bounces", "complaints")
    start = mark(bench)
    bench.apply(both_topics(section))
    create, *rest = writes_with(bench, since=start)
    assert create[0] == "CreateEmailIdentity"
    assert_in_order(rest)
    bench.assert_clean(both_topics(section))


def test_a_topic_that_fails_leaves_forwarding_on(there, section):
    """One of the two is enough."""
    there.emulator.faults.fail(
        "ses", TOPIC, "InvalidParameterValue", "no", times=None, match={"NotificationType": "Complaint"}
    )
    report = there.make(there.plan(both_topics(section)))
    kind = section.removesuffix("s")
    assert ended(report, Outcome.SKIPPED) == [f"{kind}/{SECTIONS[section]} forwarding"]
    assert live(there, section)["ForwardingEnabled"] is True


def test_the_way_back_switches_forwarding_on_before_the_topics_go(there, section):
    there.apply(both_topics(section))
    start = mark(there)
    back = spec(section, feedback_forwarding=True, notifications={"bounce": None, "complaint": None})
    there.apply(back)
    made = [(name, given.get("NotificationType")) for name, given in writes_with(there, since=start)]
    assert sorted(made, key=str) == sorted(
        [(FORWARDING, None), (HEADERS, "Bounce"), (TOPIC, "Bounce"), (TOPIC, "Complaint")], key=str
    )
    assert made.index((FORWARDING, None)) < min(made.index((TOPIC, "Bounce")), made.index((TOPIC, "Complaint")))
    assert made.index((HEADERS, "Bounce")) < made.index((TOPIC, "Bounce"))
    there.assert_clean(back)
    assert "BounceTopic" not in live(there, section)


def test_where_forwarding_cannot_come_on_the_topics_stay(there, section):
    """Again no moment in which feedback goes nowhere."""
    there.apply(both_topics(section))
    there.emulator.faults.fail("sesv2", FORWARDING, "BadRequestException", "no", times=None)
    back = spec(section, feedback_forwarding=True, notifications={"bounce": None, "complaint": None})
    there.make(there.plan(back))
    assert live(there, section)["BounceTopic"] == BOUNCES
    assert live(there, section)["ComplaintTopic"] == COMPLAINTS


def test_a_header_flag_is_cleared_before_its_topic(there, section):
    """A flag without a topic is a state that SES does not know: where it cannot be cleared, the topic stays."""
    there.apply(both_topics(section))
    there.emulator.faults.fail("ses", HEADERS, "InvalidParameterValue", "no", times=None)
    back = spec(section, feedback_forwarding=True, notifications={"bounce": None, "complaint": None})
    there.make(there.plan(back))
    assert live(there, section)["BounceTopic"] == BOUNCES
    assert "ComplaintTopic" not in live(there, section)


def test_a_type_that_is_not_mentioned_is_not_managed(there, section):
    """Somebody's delivery topic is neither shown nor written."""
    there.client("ses").set_identity_notification_topic(
        Identity=SECTIONS[section], NotificationType="Delivery", SnsTopic=BOUNCES
    )
    start = mark(there)
    there.apply(both_topics(section))
    named = {given.get("NotificationType") for _, given in writes_with(there, since=start)}
    assert named == {"Bounce", "Complaint", None}
    assert live(there, section)["DeliveryTopic"] == BOUNCES


def test_a_switch_alone_touches_nothing_else(there, section):
    """Forwarding off where the topics are somebody else's work."""
    for kind, topic in (("Bounce", BOUNCES), ("Complaint", COMPLAINTS)):
        there.client("ses").set_identity_notification_topic(
            Identity=SECTIONS[section], NotificationType=kind, SnsTopic=topic
        )
    assert changes(there.plan(spec(section, feedback_forwarding=False))) == [
        f"update {section.removesuffix('s')}/{SECTIONS[section]} feedback_forwarding: True -> False"
    ]
    assert asks_nothing(there.plan(spec(section)))
