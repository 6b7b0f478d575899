"""The plans that every form of a plan is shown with: eleven of real kinds, each of what an embedded SES held, and some of
toy kinds with what is rare.

`PLANS[name]()` makes one, once in a run.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from core import toys
from support import neighbours
from support.bench import Bench

from sesops.core.plan import Plan, TargetPlan
from sesops.core.whose import Earlier, History
from sesops.engine import history, planning
from sesops.spec import TargetSpec

MAIL = """version: 1
stack: acme
region: eu-west-1

topics:
  feedback:
    subscriptions:
      - {protocol: sqs, endpoint: "arn:aws:sqs:eu-west-1:123456789012:feedback"}

domains:
  example.com:
    mail_from: {domain: bounce.example.com}
    notifications:
      bounce: {topic: feedback, include_original_headers: true}
      complaint: {topic: feedback}
    feedback_forwarding: false
    configuration_set: transactional
emails:
  ops@example.net: {configuration_set: transactional}

configuration_sets:
  transactional:
    delivery: {tls_policy: REQUIRE}
    suppressed_reasons: [BOUNCE, COMPLAINT]
    event_destinations:
      feedback: {events: [BOUNCE, COMPLAINT], sns: feedback}
      metrics:
        events: [SEND, OPEN]
        cloudwatch: [{dimension: campaign, source: MESSAGE_TAG, default: none}]

receipt:
  active_rule_set: inbound
  rule_sets:
    inbound:
      rules:
        - name: quarantine
          recipients: [spam@example.com]
          actions: [{add_header: {name: X-Seen-By, value: sesops}}, {s3: {bucket: inbound-mail, prefix: spam/}}, {stop: {}}]
        - name: desk
          recipients: [desk@example.com, example.com]
          actions: [{sns: {topic: feedback, encoding: BASE64}}]

suppressions:
  present: {entries: [gone@example.com, {address: angry@example.org, reason: COMPLAINT}]}
"""
EDITED = (
    MAIL.replace("events: [SEND, OPEN]", "events: [SEND, OPEN, CLICK]")
    .replace("    suppressed_reasons: [BOUNCE, COMPLAINT]\n", "    suppressed_reasons: [BOUNCE]\n")
    .replace("  ops@example.net: {configuration_set: transactional}", "  ops@example.net: {configuration_set: news}")
    .replace("\nreceipt:\n", "  news: {sending_enabled: true}\n\nreceipt:\n")
)
"""The spec as a pull request has it."""
MADE_ANEW = MAIL.replace("[BOUNCE, COMPLAINT], sns: feedback", "[BOUNCE, COMPLAINT], eventbridge: default")
STOPS = MAIL.replace("[desk@example.com, example.com]", "[desk@example.com]").replace(
    "    delivery: {tls_policy: REQUIRE}\n", "    delivery: {tls_policy: REQUIRE}\n    sending_enabled: false\n"
)
LEAVE = """
allow:
  - {address: receipt_rule/inbound/desk, to: stop_mail, until: 2026-12-31}
  - {address: configuration_set/transactional, to: stop_mail, until: 2026-12-31}
remove: [configuration_set/old]
"""
TARGETS = """version: 1
stack: acme
targets:
  eu: {region: eu-west-1}
  us: {region: us-east-1}
  ap: {region: ap-southeast-2}
topics: {feedback: {only: [eu, us]}}
domains: {example.com: {mail_from: {domain: "bounce-${region}.example.com"}, configuration_set: main}}
configuration_sets:
  main: {event_destinations: {feedback: {only: [eu, us], events: [BOUNCE], sns: feedback}}}
"""


def bench(**options: Any) -> Bench:
    """An account with what the spec refers to and does not make, and somebody else's things in it."""
    made = Bench(Path(), **options)
    made.emulator.settings.production_access = True
    neighbours.bucket(made, "inbound-mail")
    made.client("sqs").create_queue(QueueName="feedback")
    return made


def applied(text: str = MAIL) -> Bench:
    made = bench()
    made.apply(text)
    return made


def drift(made: Bench) -> None:
    """What somebody does in the console."""
    ses, ses1 = made.client("sesv2"), made.client("ses")
    ses.put_configuration_set_delivery_options(ConfigurationSetName="transactional", TlsPolicy="OPTIONAL")
    ses.put_email_identity_feedback_attributes(EmailIdentity="example.com", EmailForwardingEnabled=True)
    ses1.delete_receipt_rule(RuleSetName="inbound", RuleName="quarantine")


def against(made: Bench, text: str) -> TargetPlan:
    """The plan of a pull request that changes the spec from `MAIL` to a text."""
    before, now = made.target(MAIL), made.target(text)
    return history.plan_target(made.desk(), now.wanted, now.leave, History(Earlier("4f1c2d9", before.wanted)))


def emptied() -> list[TargetPlan]:
    return [applied().plan(MAIL)]


def first_apply() -> list[TargetPlan]:
    return [bench().plan(MAIL)]


def drift_only() -> list[TargetPlan]:
    made = applied()
    drift(made)
    return [against(made, MAIL)]


def this_change_only() -> list[TargetPlan]:
    return [against(applied(), EDITED)]


def both() -> list[TargetPlan]:
    """And beside the changes what is no change: something to adopt, something extra, something left over."""
    made = applied(MAIL.replace("\nreceipt:\n", "  left: {}\n\nreceipt:\n"))
    drift(made)
    ses = made.client("sesv2")
    ses.create_configuration_set(ConfigurationSetName="news", SendingOptions={"SendingEnabled": True})
    ses.create_configuration_set_event_destination(
        ConfigurationSetName="transactional",
        EventDestinationName="by-hand",
        EventDestination={
            "Enabled": True,
            "MatchingEventTypes": ["SEND"],
            "EventBridgeDestination": {"EventBusArn": "arn:aws:events:eu-west-1:123456789012:event-bus/default"},
        },
    )
    return [against(made, EDITED)]


def replacement() -> list[TargetPlan]:
    return [applied().plan(MADE_ANEW)]


def held_back() -> list[TargetPlan]:
    """For want of leave, and because it is another stack's."""
    made = applied()
    made.client("sesv2").create_configuration_set(
        ConfigurationSetName="news",
        SendingOptions={"SendingEnabled": False},
        Tags=[{"Key": "sesops:stack", "Value": "marketing"}],
    )
    return [made.plan(STOPS.replace("\nreceipt:\n", "  news: {sending_enabled: true}\n\nreceipt:\n"))]


def stops_mail() -> list[TargetPlan]:
    made = applied()
    made.client("sesv2").create_configuration_set(ConfigurationSetName="old")
    return [made.plan(STOPS + LEAVE)]


def waiting() -> list[TargetPlan]:
    made = bench(verification=timedelta(hours=2))
    tracking = "tracking: {custom_redirect_domain: click.example.com}"
    tracked = MAIL.replace("    delivery: {tls_policy", f"    {tracking}\n    delivery: {{tls_policy")
    made.make(made.plan(tracked))
    return [made.plan(tracked)]


def three_targets() -> list[TargetPlan]:
    found = []
    for name, region in (("eu", "eu-west-1"), ("us", "us-east-1"), ("ap", "ap-southeast-2")):
        made = bench(region=region)
        loaded = made.load(TARGETS)
        assert not loaded.has_errors, loaded.diagnostics
        found.append(_planned(made, loaded.target(name)))
    return found


def _planned(made: Bench, target: TargetSpec) -> TargetPlan:
    desk = made.desk()
    desk = replace(desk, scope=replace(desk.scope, target=target.name))
    return planning.plan_target(desk, target.wanted, target.leave)


def many(number: int = 2_000) -> list[TargetPlan]:
    """As many changes: what a company of domains looks like the first time."""
    things = {
        "topics": {"feedback": {}},
        "domains": {
            f"d{n:04}.example.com": {"notifications": {"bounce": {"topic": "feedback"}}, "configuration_set": "main"}
            for n in range(number - 3)
        },
        "configuration_sets": {"main": {"event_destinations": {"feedback": {"events": ["BOUNCE"], "sns": "feedback"}}}},
    }
    return [bench().plan(things)]


def refused() -> list[TargetPlan]:
    new = toys.box("new")
    return [toys.plan([toys.wanted(new)], toys.state(absent=[new], owners={toys.box("x"): "acme"}))]


def adoption_only() -> list[TargetPlan]:
    boxes = [toys.box(f"b{n}") for n in range(25)]
    return [toys.plan([toys.wanted(one) for one in boxes], toys.state(*(toys.live(one) for one in boxes)))]


def listing_denied() -> list[TargetPlan]:
    box = toys.box("a")
    return [toys.plan([toys.wanted(box)], toys.state(toys.live(box), owners_known=False))]


def _whole(make: Callable[[], list[TargetPlan]]) -> Callable[[], Plan]:
    @cache
    def made() -> Plan:
        # Specs are named as from the folder that they lie in.
        with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
            return Plan(tuple(make()), "0")

    return made


PLANS: Mapping[str, Callable[[], Plan]] = {
    name: _whole(make)
    for name, make in {
        "empty": emptied,
        "first-apply": first_apply,
        "drift-only": drift_only,
        "this-change-only": this_change_only,
        "both": both,
        "replacement": replacement,
        "held-back": held_back,
        "stops-mail": stops_mail,
        "waiting": waiting,
        "three-targets": three_targets,
        "two-thousand-changes": many,
        "everything": lambda: [toys.everything()],
        "refused": refused,
        "adoption-only": adoption_only,
        "listing-denied": listing_denied,
    }.items()
}
