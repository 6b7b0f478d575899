"""The picture of the mail flow: what leads to what, what is new or gone, and nothing that runs into something else."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from view.hostile import KINDS
from view.plans import PLANS, bench

from sesops.core.address import Address
from sesops.core.plan import Action, Change, FieldChange, State, Step, TargetPlan, Unknown
from sesops.core.thing import Wanted
from sesops.core.values import Scope
from sesops.view.flow import MOST, Edge, flows
from sesops.view.flow_layout import WIDTH, layout

SCOPE = Scope("acme", "eu-west-1", "123456789012")


def made(kind, *name, **fields):
    """A thing that is created, as change and as wanted."""
    flat = {key.replace("__", "."): value for key, value in fields.items()}
    address = Address(kind, name)
    changed = tuple(FieldChange(path, None, value) for path, value in flat.items())
    return Change(address, Action.CREATE, changed), Wanted(address, flat)


def drawn(*things):
    changes, wanted = zip(*things, strict=True)
    return flows(TargetPlan(SCOPE, changes=changes, wanted=wanted))


def names(flow):
    return [[f"{one.mark}{one.name}" for one in some] for some in flow.columns]


def test_sending_goes_from_identities_to_subscriptions():
    """And receiving from the active set to what its rules' actions reach."""
    sending, receiving = flows(PLANS["first-apply"]().targets[0])
    assert names(sending) == [
        ["+example.com", "+ops@example.net"],
        ["+transactional"],
        ["+feedback", "+metrics"],
        ["+feedback", "metrics"],
        ["+sqs:feedback:510bb1"],
    ]
    assert names(receiving) == [
        ["~of the account"],
        ["+inbound"],
        # As mail meets them.
        ["+quarantine", "+desk"],
        ["+feedback", "X-Seen-By", "inbound-mail", "rules behind it"],
    ]


def test_what_leads_elsewhere_is_new_and_gone():
    """A mailbox that moves to another set: both ways are drawn."""
    (sending,) = flows(PLANS["this-change-only"]().targets[0])
    email = [one for one in sending.edges if one.source == "email/ops@example.net"]
    assert email == [
        Edge("email/ops@example.net", "configuration_set/news", "", "+", "new"),
        Edge("email/ops@example.net", "configuration_set/transactional", "", "-", "gone"),
    ]


def moved(*states, action=Action.UPDATE):
    """A domain whose set and whose topic for bounces change, each by a step of a state."""
    address, paths = Address("domain", ("d",)), ("configuration_set", "notifications.bounce.topic")
    fields = tuple(FieldChange(path, "old", "new", path) for path in paths)
    steps = tuple(Step(address, path, (), state=state) for path, state in zip(paths, states, strict=True))
    return Change(address, action, fields, steps), Wanted(address, dict.fromkeys(paths, "new"))


def test_a_way_is_new_or_gone_where_its_own_field_is_written():
    """One held back stays as it is, though the rest of the thing is changed."""
    (flow,) = drawn(moved(State.READY, State.HELD))
    assert {one.target: (one.said, one.stays) for one in flow.edges} == {
        "configuration_set/new": ("+ new", False),
        "configuration_set/old": ("- gone", False),
        "topic/new": ("+ held back", True),
        "topic/old": ("- held back", True),
    }
    (flow,) = drawn(moved(State.WAITING, State.READY))
    assert {one.said for one in flow.edges if one.target.startswith("conf")} == {"+ waiting", "- waiting"}


def test_what_a_new_thing_leads_to_is_marked_where_it_does_not_yet():
    (flow,) = drawn(moved(State.READY, State.WAITING, action=Action.CREATE))
    assert {one.target: one.said for one in flow.edges} == {"configuration_set/new": "", "topic/new": "+ waiting"}


def test_the_way_into_a_deleted_thing_is_gone():
    address = Address("event_destination", ("main", "old"))
    (flow,) = flows(TargetPlan(SCOPE, changes=(Change(address, Action.DELETE),)))
    assert [(one.source, one.said) for one in flow.edges] == [("configuration_set/main", "- gone")]
    held = Change(address, Action.DELETE, (), (Step(address, "delete", (), state=State.HELD),))
    (flow,) = flows(TargetPlan(SCOPE, changes=(held,)))
    assert [one.said for one in flow.edges] == ["- held back"]


def test_what_was_not_read_is_no_fact():
    """Neither the thing nor the ways that nothing is known of."""
    address = Address("domain", ("d",))
    wanted = (Wanted(address, {"configuration_set": "main"}),)
    (flow,) = flows(TargetPlan(SCOPE, unknown=(Unknown(address, "vdm", "denied"),), wanted=wanted))
    assert names(flow)[:2] == [["?d"], ["main"]]
    assert [one.said for one in flow.edges] == ["? not read"]


def test_a_set_that_does_not_become_active_is_not_led_to(tmp_path, monkeypatch):
    """`unless_active`, where another is."""
    monkeypatch.chdir(tmp_path)
    made = bench()
    ses = made.client("ses")
    ses.create_receipt_rule_set(RuleSetName="other")
    ses.set_active_receipt_rule_set(RuleSetName="other")
    rules = {"inbound": {"rules": [{"name": "a", "recipients": "all", "actions": [{"stop": {}}]}]}}
    target = made.plan({"receipt": {"active_rule_set": {"name": "inbound", "unless_active": True}, "rule_sets": rules}})
    (flow,) = flows(target)
    assert [one.source for one in flow.edges] == ["receipt_rule_set/inbound", "receipt_rule/inbound/a"]


def test_what_is_switched_off_says_so():
    """As the plan leaves it: held back, it stays on."""
    address = Address("configuration_set", ("main",))
    field = FieldChange("sending_enabled", True, False, "sending")
    for state in (State.READY, State.HELD):
        change = Change(address, Action.UPDATE, (field,), (Step(address, "sending", (), state=state),))
        (flow,) = drawn((change, Wanted(address, {"sending_enabled": False})))
        assert [one.off for one in flow.columns[1]] == [state is State.READY]


def test_only_what_the_plan_touches_is_drawn():
    """What neither leads to a change nor is led to by one is not."""
    (sending,) = flows(PLANS["replacement"]().targets[0])
    assert names(sending)[2:] == [["-/+feedback"], ["default"], []]
    assert flows(PLANS["empty"]().targets[0]) == []
    assert flows(PLANS["everything"]().targets[0]) == []


def test_many_that_differ_by_name_alone_are_one():
    """With their number; what is tied otherwise stays by itself."""
    alike = [made("domain", f"d{n}.example.com", configuration_set="main") for n in range(9)]
    (flow,) = drawn(made("configuration_set", "main"), *alike, made("domain", "other.example.com"))
    assert [(one.name, one.number) for one in flow.columns[0]] == [("d0.example.com", 9), ("other.example.com", 1)]
    assert [one.source for one in flow.edges] == ["domain/d0.example.com and 8 more"]


def test_what_has_no_room_is_counted():
    """Pairs that cannot be put together: as many as a column holds are drawn, those that change first."""
    pairs = [
        one
        for n in range(MOST + 10)
        for one in (made("configuration_set", f"s{n:02}"), made("domain", f"d{n:02}", configuration_set=f"s{n:02}"))
    ]
    (flow,) = drawn(*pairs)
    assert [len(some) for some in flow.columns[:2]] == [MOST, MOST]
    assert flow.missing == 20
    assert len(flow.edges) == MOST


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["s3", "sns", "x"]), inner, max_size=2),
    max_leaves=5,
)


@given(JUNK, JUNK)
def test_values_of_any_form_are_drawn(before, after):
    """As a plan file that somebody changed may have them."""
    things = []
    for kind, parts in KINDS.items():
        paths = ("configuration_set", "notifications.bounce.topic", "delivery.sending_pool", "events", "sns", "name")
        paths = (*paths, "cloudwatch", "eventbridge", "order", "actions")
        changed = tuple(FieldChange(path, before, after) for path in paths)
        address = Address(kind, ("a",) * parts)
        things.append((Change(address, Action.UPDATE, changed), Wanted(address, dict.fromkeys(paths, after))))
    for flow in drawn(*things):
        assert layout(flow).nodes


@pytest.mark.parametrize("name", ["first-apply", "both", "two-thousand-changes", "stops-mail"])
def test_nothing_is_drawn_over_something_else(name):
    """Nodes stand apart and inside; an edge begins and ends at its nodes' sides."""
    for flow in flows(PLANS[name]().targets[0]):
        drawing = layout(flow)
        boxes = {one.node.key: one for one in drawing.nodes}
        for one in drawing.nodes:
            assert 0 <= one.x <= drawing.width - WIDTH
            assert 0 <= one.y <= drawing.height - one.height
            below = [other for other in drawing.nodes if other.x == one.x and other.y > one.y]
            assert all(other.y >= one.y + one.height for other in below)
        assert len(drawing.edges) == len(flow.edges)
        for placed in drawing.edges:
            numbers = [int(one) for one in re.findall(r"-?\d+", placed.path)]
            start, end = boxes[placed.edge.source], boxes[placed.edge.target]
            assert numbers[:2] == [start.x + WIDTH, start.y + start.height // 2]
            assert numbers[-2:] == [end.x, end.y + end.height // 2]
