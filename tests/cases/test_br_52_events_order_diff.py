"""BR-52: what SES gives back in another order was a change in every plan."""

from __future__ import annotations

from itertools import permutations

import pytest
from cases.scene import asks_nothing, change_of, make_set, make_topic, topic_arn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.bench import REGISTRY, Bench

from sesops.core.kind import Compare

EVENTS = ["SEND", "BOUNCE", "DELIVERY"]
DIMENSIONS = [
    {"dimension": name, "source": "MESSAGE_TAG", "default": "none"} for name in ("campaign", "customer", "template")
]
RECIPIENTS = ["a@example.com", "example.org", ".example.net"]


def spec(events):
    destination = {"events": list(events), "sns": topic_arn("ses-events")}
    return {"configuration_sets": {"main": {"event_destinations": {"feedback": destination}}}}


@pytest.fixture
def there(bench):
    make_topic(bench, "ses-events")
    make_set(bench, "main")
    bench.client("sesv2").create_configuration_set_event_destination(
        ConfigurationSetName="main",
        EventDestinationName="feedback",
        EventDestination={
            "Enabled": True,
            "MatchingEventTypes": ["DELIVERY", "BOUNCE", "SEND"],
            "SnsDestination": {"TopicArn": topic_arn("ses-events")},
        },
    )
    return bench


def test_events_in_any_order_are_no_change(there):
    assert all(asks_nothing(there.plan(spec(order))) for order in permutations(EVENTS))


def test_a_real_change_shows_what_was_added_and_removed_only(there):
    change = change_of(there.plan(spec(["SEND", "OPEN", "DELIVERY"])), "event_destination/main/feedback")
    [field] = change.fields
    assert field.details == (("", "BOUNCE", None), ("", None, "OPEN"))


def test_every_list_is_marked_as_set_or_has_an_order():
    """A new list is a decision: those with an order are the rules, and what is done with a message."""
    kinds = REGISTRY.kinds.values()
    sets = {f"{kind.name}.{one.path}" for kind in kinds for one in kind.fields if one.compare is Compare.SET}
    assert sets == {
        "event_destination.events",
        "event_destination.cloudwatch",
        "account.suppressed_reasons",
        "configuration_set.suppressed_reasons",
        "receipt_rule.recipients",
        "ip_pool.dedicated_ips",
    }
    ordered = {f"{kind.name}.{one.path}" for kind in kinds for one in kind.fields if isinstance(one.default, list)}
    assert ordered - sets == {"receipt_rule_set.order", "receipt_rule.actions"}


@pytest.fixture(scope="module")
def everything(tmp_path_factory):
    """A live state with every list that is a set."""
    bench = Bench(tmp_path_factory.mktemp("sets"))
    bench.apply(document(EVENTS, DIMENSIONS, ["BOUNCE", "COMPLAINT"], RECIPIENTS, ["team", "stage", "cost"]))
    yield bench
    bench.emulator.close()


def document(events, dimensions, reasons, recipients, tags):
    return {
        "domains": {"example.com": {"tags": dict.fromkeys(tags, "x")}},
        "configuration_sets": {
            "main": {
                "suppressed_reasons": list(reasons),
                "event_destinations": {"metrics": {"events": list(events), "cloudwatch": list(dimensions)}},
            }
        },
        "receipt": {
            "active_rule_set": None,
            "rule_sets": {"inbound": {"rules": [{"name": "store", "recipients": list(recipients)}]}},
        },
    }


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    events=st.permutations(EVENTS),
    dimensions=st.permutations(DIMENSIONS),
    reasons=st.permutations(["BOUNCE", "COMPLAINT"]),
    recipients=st.permutations(RECIPIENTS),
    tags=st.permutations(["team", "stage", "cost"]),
    flipped=st.booleans(),
)
def test_no_order_of_any_of_them_is_a_change(everything, events, dimensions, reasons, recipients, tags, flipped):
    """Neither as the spec writes it, nor as SES gives it back."""

    def flips(_service, operation, answer):
        for one in answer.get("EventDestinations", ()) if operation.startswith("GetConfigurationSetEvent") else ():
            one["MatchingEventTypes"].reverse()
            one["CloudWatchDestination"]["DimensionConfigurations"].reverse()

    everything.emulator.decorate = flips if flipped else None
    assert asks_nothing(everything.plan(document(events, dimensions, reasons, recipients, tags)))


def test_rules_and_actions_have_an_order(everything):
    """Turned round, they are a change."""
    everything.emulator.decorate = None
    actions = [{"add_header": {"name": "X-One", "value": "1"}}, {"add_header": {"name": "X-Two", "value": "2"}}]

    def ordered(rules):
        return {"receipt": {"active_rule_set": None, "rule_sets": {"ordered": {"rules": rules}}}}

    first = {"name": "first", "recipients": "all", "actions": actions}
    second = {"name": "second", "recipients": "all", "actions": []}
    tagged = {"domains": {"example.com": {}}}
    everything.apply({**ordered([first, second]), **tagged})
    assert change_of(everything.plan({**ordered([second, first]), **tagged}), "receipt_rule_set/ordered")
    turned = {**first, "actions": actions[::-1]}
    assert change_of(everything.plan({**ordered([turned, second]), **tagged}), "receipt_rule/ordered/first")
