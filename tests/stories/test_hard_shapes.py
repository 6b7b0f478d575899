"""The hard shapes, whole: each is a spec planned and made on the embedded SES."""

from __future__ import annotations

from datetime import timedelta

import pytest
from support.bench import Bench, described, steps

from sesops.core.events import Outcome
from sesops.core.plan import State

TOPIC = "arn:aws:sns:eu-west-1:123456789012:feedback"


@pytest.fixture
def bench(tmp_path):
    return Bench(tmp_path)


def ended(report, outcome=Outcome.DONE):
    return [f"{one.step.address} {one.step.facet}" for one in report.ended if one.outcome is outcome]


TRACKS_ITSELF = {
    "domains": {"example.com": {"configuration_set": "tx"}},
    "configuration_sets": {"tx": {"tracking": {"custom_redirect_domain": "click.example.com"}}},
}


def test_a_domain_whose_default_set_tracks_links_under_that_same_domain(tmp_path):
    """No cycle: both are made, the default set is set, and the set's tracking waits for the domain's verification."""
    bench = Bench(tmp_path, verification=timedelta(hours=2))
    planned = bench.plan(TRACKS_ITSELF)
    assert steps(planned, State.WAITING) == ["configuration_set/tx tracking"]
    report = bench.make(planned)
    assert ended(report, Outcome.WAITING) == ["configuration_set/tx tracking"]
    assert ended(report).index("configuration_set/tx create") < ended(report).index(
        "domain/example.com configuration_set"
    )
    again = bench.plan(TRACKS_ITSELF)
    assert steps(again) == ["configuration_set/tx tracking"]
    assert again.pending == ()
    bench.emulator.clock.advance(timedelta(hours=2))
    assert ended(bench.apply(TRACKS_ITSELF)) == ["configuration_set/tx tracking"]
    bench.assert_clean(TRACKS_ITSELF)


def test_where_verification_is_at_once_one_run_makes_it_all(bench):
    """The condition is asked again right before the step, so a first try flows."""
    assert "configuration_set/tx tracking" in ended(bench.apply(TRACKS_ITSELF))
    bench.assert_clean(TRACKS_ITSELF)


def identity(bench):
    """What SES has of example.com: its MAIL FROM, its notifications."""
    ses = bench.client("ses")
    mail_from = ses.get_identity_mail_from_domain_attributes(Identities=["example.com"])
    notifications = ses.get_identity_notification_attributes(Identities=["example.com"])
    return {
        **mail_from["MailFromDomainAttributes"]["example.com"],
        **notifications["NotificationAttributes"]["example.com"],
    }


WITH_TOPICS = {
    "topics": {"feedback": {}},
    "domains": {
        "example.com": {
            "mail_from": {"domain": "bounce.example.com"},
            "notifications": {
                "bounce": {"topic": "feedback", "include_original_headers": True},
                "complaint": {"topic": "feedback"},
            },
            "feedback_forwarding": False,
        }
    },
}
WITHOUT_TOPICS = {
    "topics": {"feedback": {}},
    "domains": {
        "example.com": {
            "mail_from": None,
            "notifications": {
                "bounce": {"topic": None, "include_original_headers": None},
                "complaint": {"topic": None},
            },
            "feedback_forwarding": True,
        }
    },
}


def test_forwarding_goes_off_after_the_topics_and_on_before_they_go(bench):
    """At no moment does feedback go nowhere: topics, headers, forwarding off; forwarding on and headers off before topics go."""
    order = ended(bench.apply(WITH_TOPICS))
    place = {name.split()[1]: number for number, name in enumerate(order) if name.startswith("domain/")}
    assert place["bounce_topic"] < place["bounce_headers"] < place["forwarding"]
    assert place["complaint_topic"] < place["forwarding"]
    assert "mail_from" in place
    assert identity(bench)["ForwardingEnabled"] is False
    bench.assert_clean(WITH_TOPICS)

    order = ended(bench.apply(WITHOUT_TOPICS))
    place = {name.split()[1]: number for number, name in enumerate(order)}
    assert place["forwarding"] < min(place["bounce_topic"], place["complaint_topic"])
    assert place["bounce_headers"] < place["bounce_topic"]
    now = identity(bench)
    assert now["ForwardingEnabled"] is True
    assert "BounceTopic" not in now
    assert "MailFromDomain" not in now or not now["MailFromDomain"]
    bench.assert_clean(WITHOUT_TOPICS)


def test_where_a_topic_cannot_be_set_forwarding_stays_on(bench):
    """The step that needs it is skipped; everything else is made."""
    bench.emulator.faults.fail("ses", "SetIdentityNotificationTopic", "InvalidParameterValue", "no", 400, times=99)
    report = bench.make(bench.plan(WITH_TOPICS))
    assert ended(report, Outcome.SKIPPED) == ["domain/example.com bounce_headers", "domain/example.com forwarding"]
    assert "domain/example.com mail_from" in ended(report)
    assert identity(bench)["ForwardingEnabled"] is True
    bench.emulator.faults.clear()
    bench.apply(WITH_TOPICS)
    bench.assert_clean(WITH_TOPICS)


@pytest.mark.parametrize(
    ("operation", "document"),
    [
        ("CreateConfigurationSet", {"configuration_sets": {"tx": {"delivery": {"tls_policy": "REQUIRE"}}}}),
        ("CreateEmailIdentity", {"domains": {"example.com": {"mail_from": {"domain": "bounce.example.com"}}}}),
        (
            "CreateConfigurationSetEventDestination",
            {
                "configuration_sets": {
                    "tx": {"event_destinations": {"bus": {"events": ["SEND"], "eventbridge": "default"}}}
                }
            },
        ),
        ("CreateReceiptRuleSet", {"receipt": {"rule_sets": {"in": {"rules": []}}}}),
        (
            "CreateReceiptRule",
            {
                "receipt": {
                    "rule_sets": {"in": {"rules": [{"name": "a", "recipients": "all", "actions": [{"stop": {}}]}]}}
                }
            },
        ),
        ("CreateTopic", {"topics": {"feedback": {}}}),
    ],
)
def test_a_create_whose_answer_was_lost_is_recognised(bench, operation, document):
    """It was made, the connection broke, the second try hears "already exists": the thing is read and reported as made."""
    bench.emulator.faults.lose_answer(operation)
    report = bench.apply(document)
    assert sum(call[1] == operation for call in bench.emulator.calls) == 2
    assert ended(report, Outcome.FAILED) == []
    bench.assert_clean(document)


def test_a_name_that_somebody_else_took_meanwhile_is_not_ours(bench):
    """Between plan and apply another stack made it: nothing of it is changed."""
    document = {"configuration_sets": {"tx": {"sending_enabled": True, "delivery": {"tls_policy": "REQUIRE"}}}}
    planned = bench.plan(document)
    bench.client("sesv2").create_configuration_set(
        ConfigurationSetName="tx", Tags=[{"Key": "sesops:stack", "Value": "other"}]
    )
    (end,) = bench.make(planned).ended
    assert end.outcome is not Outcome.DONE
    assert "stack 'other'" in (end.reason or "")
    assert (
        bench.client("sesv2")
        .get_configuration_set(ConfigurationSetName="tx")
        .get("DeliveryOptions", {})
        .get("TlsPolicy")
        != "REQUIRE"
    )


def test_a_denied_read_makes_its_facet_unknown_and_nothing_is_planned_for_it(bench):
    """Denied is never taken as absent; the rest of the plan is there, and it is incomplete."""
    document = {
        "domains": {"example.com": {"mail_from": {"domain": "bounce.example.com"}}},
        "configuration_sets": {"tx": {"sending_enabled": True}},
    }
    bench.apply(document)
    changed = {**document, "configuration_sets": {"tx": {"delivery": {"max_delivery_seconds": 600}}}}
    for operation in ("GetEmailIdentity", "GetIdentityMailFromDomainAttributes"):
        bench.emulator.faults.deny("sesv2" if operation == "GetEmailIdentity" else "ses", operation)
    planned = bench.plan(changed)
    assert not planned.complete
    assert [(str(one.address), one.facet) for one in planned.unknown] == [("domain/example.com", "mail_from")]
    assert "AccessDenied" in planned.unknown[0].reason
    assert described(planned.changes) == ["update configuration_set/tx delivery.max_delivery_seconds: None -> 600"]


def test_a_denied_listing_creates_nothing(bench):
    """What may be there is not made a second time."""
    bench.emulator.faults.deny("sesv2", "ListEmailIdentities")
    planned = bench.plan({"domains": {"example.com": {"feedback_forwarding": True}}})
    assert planned.changes == ()
    assert [str(one.address) for one in planned.unknown] == ["domain/example.com"]


def rules(*names):
    return {"receipt": {"rule_sets": {"in": {"rules": [{"name": one, "recipients": "all"} for one in names]}}}}


def on_ses(bench):
    return [one["Name"] for one in bench.client("ses").describe_receipt_rule_set(RuleSetName="in")["Rules"]]


LEAVE = {"allow": [{"address": "receipt_rule_set/in", "to": "stop_mail", "until": "9999-12-31"}]}


def test_a_rule_order_with_foreign_rules_between(bench):
    """Foreign rules keep their place among the others, are named, and are in the one Reorder that more moves need."""
    bench.apply(rules("a", "b", "c", "d"))
    ses = bench.client("ses")
    for name, after in (("x", "a"), ("y", "c")):
        ses.create_receipt_rule(RuleSetName="in", After=after, Rule={"Name": name})
    assert on_ses(bench) == ["a", "x", "b", "c", "y", "d"]
    planned = bench.assert_clean(rules("a", "b", "c", "d"))
    assert [str(one) for one in planned.extra] == ["receipt_rule/in/x", "receipt_rule/in/y"]

    held = bench.plan(rules("d", "c", "b", "a"))
    assert steps(held, State.HELD) == ["receipt_rule_set/in order"]
    bench.emulator.calls.clear()
    bench.apply({**rules("d", "c", "b", "a"), **LEAVE})
    assert [one[1] for one in bench.calls(writes_only=True)] == ["ReorderReceiptRuleSet"]
    now = on_ses(bench)
    assert [one for one in now if one in "abcd"] == ["d", "c", "b", "a"]
    assert [one for one in now if one in "xy"] == ["x", "y"]
    bench.assert_clean(rules("d", "c", "b", "a"))


def test_one_move_is_one_call_and_a_new_rule_comes_behind_its_predecessor(bench):
    """The fewest calls; a create alone moves nothing."""
    bench.apply(rules("a", "b", "c"))
    bench.client("ses").create_receipt_rule(RuleSetName="in", After="b", Rule={"Name": "x"})
    bench.emulator.calls.clear()
    bench.apply(rules("a", "b", "new", "c"))
    assert [one[1] for one in bench.calls(writes_only=True)] == ["CreateReceiptRule"]
    assert on_ses(bench) == ["a", "b", "new", "x", "c"]
    bench.emulator.calls.clear()
    bench.apply({**rules("b", "new", "c", "a"), **LEAVE})
    assert [one[1] for one in bench.calls(writes_only=True)] == ["SetReceiptRulePosition"]
    assert on_ses(bench) == ["b", "new", "x", "c", "a"]
