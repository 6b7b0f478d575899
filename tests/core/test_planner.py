"""The planner over toy kinds: what is planned, in which steps, and what holds it back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from core.toys import BOX, DIAL, HOST, REGISTRY, SCOPE, TODAY, box, lid, live, plan, state, wanted

from sesops.core import planner
from sesops.core.address import Address
from sesops.core.diagnostic import Diagnostic, Location
from sesops.core.kind import Facet, Field, Need, Registry
from sesops.core.plan import Action, Allow, Impact, Leave, Removal, State
from sesops.core.thing import Block, Unread
from sesops.core.values import Ref

STOP = {"to": "stop_mail", "until": date(2026, 3, 1)}


def only_change(target):
    assert len(target.changes) == 1, target.changes
    return target.changes[0]


def facets(change):
    return {step.facet: step for step in change.steps}


def test_a_thing_that_is_as_wanted_plans_nothing():
    """Defaults filled on the live side make an explicit default equal to an absent member."""
    target = plan([wanted(box("a"), size=1, colours=[], on=True)], state(live(box("a")), owners={box("a"): "acme"}))
    assert target.changes == ()
    assert target.complete
    assert target.compared == 1


def test_absent_is_not_managed_and_null_is_the_default():
    """A null takes the member out of the block and leaves the rest of it, also what no table names."""
    found = state(live(box("a"), dims={"Size": 7, "New": {"x": 1}, "Stamp": 9}), owners={box("a"): "acme"})
    change = only_change(plan([wanted(box("a"), size=None)], found))
    assert [(one.path, one.before, one.after) for one in change.fields] == [("size", 7, None)]
    assert change.steps[0].calls[0].params == {"Name": "a", "New": {"x": 1}}


def test_a_create_carries_what_is_met_our_defaults_and_our_tag():
    """One call makes the thing; the policy-like facet that never rides is a step behind it."""
    change = only_change(plan([wanted(box("a"), size=3, rule={"Statement": []})], state(absent=[box("a")])))
    assert change.action is Action.CREATE
    create = facets(change)["create"].calls[0].params
    assert create == {"Name": "a", "dims": {"Size": 3}, "mode": {"Mode": "NEW"}, "tags": {"sesops:stack": "acme"}}
    assert facets(change)["rule"].needs == ((box("a"), "create"),)
    assert [one.path for one in change.fields if one.ours] == ["mode", "tags.sesops:stack"]


def test_a_nested_member_is_laid_into_its_group():
    """`Paint.Colours` keeps what else `Paint` has; taken out, an empty group goes with it."""
    found = state(live(box("a"), dims={"Paint": {"Colours": ["red"], "Gloss": 1}}), owners={box("a"): "acme"})
    change = only_change(plan([wanted(box("a"), colours=["blue"])], found))
    assert change.steps[0].calls[0].params["Paint"] == {"Colours": ["blue"], "Gloss": 1}
    assert change.fields[0].details == (("", "red", None), ("", None, "blue"))
    gone = only_change(
        plan(
            [wanted(box("a"), colours=None)],
            state(live(box("a"), dims={"Paint": {"Colours": ["red"]}}), owners={box("a"): "acme"}),
        )
    )
    assert gone.steps[0].calls[0].params == {"Name": "a"}


def test_a_reference_orders_steps_but_a_mutual_one_is_no_cycle():
    """Two new things that name each other: both are made first, then linked."""
    a = wanted(box("a"), twin=Ref("box", "b"), refs=[("twin", box("b"))])
    b = wanted(box("b"), twin=Ref("box", "a"), refs=[("twin", box("a"))])
    target = plan([a, b], state(absent=[box("a"), box("b")]))
    steps = {step.id: step for change in target.changes for step in change.steps}
    assert steps[box("a"), "link"].needs == ((box("a"), "create"), (box("b"), "create"))
    assert steps[box("b"), "create"].needs == ()
    assert target.findings == ()


def test_a_met_reference_rides_on_the_create():
    """Where the referred thing is live and untouched, the create call carries the reference."""
    a = wanted(box("a"), twin=Ref("box", "b"), refs=[("twin", box("b"))])
    target = plan([a, wanted(box("b"))], state(live(box("b")), absent=[box("a")], owners={box("b"): "acme"}))
    assert facets(only_change(target))["create"].calls[0].params["link"] == {"Twin": "b"}


def test_a_condition_waits_and_is_no_pending_change():
    """The step waits with its text; a plan that only waits has nothing pending."""
    host = wanted(box(HOST))
    found = state(live(box("a")), live(box(HOST), "PENDING"), owners={box("a"): "acme", box(HOST): "acme"})
    change = only_change(plan([wanted(box("a"), host="h"), host], found))
    assert (change.steps[0].state, change.steps[0].reason) == (State.WAITING, f"waits for {HOST}")
    assert not change.pending
    assert change.waiting


def test_a_condition_that_holds_is_made():
    """Once the identity is verified the same step is ready, and a create carries it."""
    found = state(live(box(HOST), "SUCCESS"), absent=[box("a")], owners={box(HOST): "acme"})
    target = plan([wanted(box("a"), host="h"), wanted(box(HOST))], found)
    assert facets(target.changes[0])["create"].calls[0].params["site"] == {"Host": "h"}


def test_an_identity_that_nobody_will_verify_is_a_finding():
    """Neither live nor in the spec: the wait could never end."""
    target = plan([wanted(box("a"), 7, host="h")], state(live(box("a")), absent=[box(HOST)], owners={box("a"): "acme"}))
    assert [(one.code, one.location.line) for one in target.findings] == [("identity-nowhere", 7)]
    assert not target.complete


def test_leave_that_has_ended_is_not_said_to_be_given():
    """On its last day it is."""
    box_a, leave = box("a"), Leave(allow=(Allow(box("a"), **STOP),))
    for day, given in ((date(2026, 3, 1), leave.allow), (date(2026, 3, 2), ())):
        assert plan([wanted(box_a)], state(live(box_a)), leave, day).leave.allow == given


def test_what_stops_mail_is_held_back_until_allowed():
    """The reason says which line gives leave; with leave, up to its last day, it is made."""
    found = state(live(box("a"), power={"On": True}), owners={box("a"): "acme"})
    change = only_change(plan([wanted(box("a"), on=False, size=2)], found))
    assert change.impact is Impact.STOPS_MAIL
    assert facets(change)["power"].state is State.HELD
    assert "allow: [{address: box/a, to: stop_mail" in facets(change)["power"].reason
    assert facets(change)["dims"].state is State.READY
    leave = Leave(allow=(Allow(box("a"), **STOP),))
    assert not only_change(plan([wanted(box("a"), on=False)], found, leave)).held
    assert only_change(plan([wanted(box("a"), on=False)], found, leave, date(2026, 3, 2))).held


def test_what_needs_a_held_step_is_held_with_it():
    """Held back means: with what depends on it."""
    needing = replace(
        BOX,
        facets=tuple(
            Facet("dims", one.put, needs=lambda w: [Need(step=(w.address, "power"))]) if one.name == "dims" else one
            for one in BOX.facets
        ),
    )
    registry = Registry({"box": needing}, REGISTRY.owners, REGISTRY.verified, REGISTRY.identity_addresses)
    found = state(live(box("a"), power={"On": True}), owners={box("a"): "acme"})
    change = only_change(plan([wanted(box("a"), on=False, size=2)], found, registry=registry))
    assert facets(change)["dims"].reason == "it needs box/a power, which is held back"


def test_waiting_spreads_to_what_needs_it():
    """What needs a waiting step waits with it, and is not tried."""
    needing = replace(
        BOX,
        facets=tuple(
            Facet("dims", one.put, needs=lambda w: [Need(step=(w.address, "site"))]) if one.name == "dims" else one
            for one in BOX.facets
        ),
    )
    registry = Registry({"box": needing}, REGISTRY.owners, REGISTRY.verified, REGISTRY.identity_addresses)
    found = state(live(box("a")), live(box(HOST), "PENDING"), owners={box("a"): "acme", box(HOST): "acme"})
    change = next(
        c for c in plan([wanted(box("a"), host="h", size=2), wanted(box(HOST))], found, registry=registry).changes
    )
    assert facets(change)["dims"].reason == "it needs box/a site, which waits"


def test_steps_that_need_each_other_are_a_finding():
    """A cycle that is left is found before anything is tried."""
    tangled = replace(
        BOX,
        facets=(
            Facet("dims", BOX.facet("dims").put, needs=lambda w: [Need(step=(w.address, "power"))]),
            Facet("power", BOX.facet("power").put, needs=lambda w: [Need(step=(w.address, "dims"))]),
            *BOX.facets[2:],
        ),
    )
    registry = Registry({"box": tangled}, REGISTRY.owners, REGISTRY.verified, REGISTRY.identity_addresses)
    target = plan(
        [wanted(box("a"), on=True, size=2)],
        state(live(box("a"), power={"On": False}), owners={box("a"): "acme"}),
        registry=registry,
    )
    [finding] = target.findings
    assert finding.code == "cycle"
    assert (finding.location, finding.related) == (Location("spec.yaml", 1), ())


def test_a_cycle_names_both_places():
    """Each thing that is in it, so that one of the references can be taken out."""
    other = {box("a"): box("b"), box("b"): box("a")}
    tangled = replace(
        BOX, facets=(Facet("dims", BOX.facet("dims").put, needs=lambda w: [Need(step=(other[w.address], "dims"))]),)
    )
    registry = Registry({"box": tangled}, REGISTRY.owners, REGISTRY.verified, REGISTRY.identity_addresses)
    found = state(live(box("a")), live(box("b")), owners={box("a"): "acme", box("b"): "acme"})
    [finding] = plan([wanted(box("a"), 3, size=2), wanted(box("b"), 5, size=2)], found, registry=registry).findings
    assert {finding.location.line, *(one.line for one in finding.related)} == {3, 5}


def test_a_step_says_where_the_spec_asks_for_it():
    """The field that it writes, else the thing."""
    asked = wanted(box("a"), 7, size=2, on=True)
    asked = replace(asked, places={**asked.places, "size": Location("spec.yaml", 8)})
    found = state(live(box("a"), power={"On": False}), owners={box("a"): "acme"})
    steps = facets(only_change(plan([asked], found)))
    assert (steps["dims"].place.line, steps["power"].place.line) == (8, 7)


def test_an_identity_that_was_not_read_may_be_there():
    """A denied read is one fault, and no wait that never ends."""
    found = state(live(box("a")), owners={box("a"): "acme"})
    found.things[box(HOST)] = Unread("denied")
    assert plan([wanted(box("a"), host="h")], found).findings == ()


def test_a_child_needs_its_parent_and_what_is_required_on_create():
    """A new lid waits for its new box; without its required field it is a finding at its place."""
    target = plan([wanted(box("a")), wanted(lid("a", "top"), 9, tight=True)], state(absent=[box("a"), lid("a", "top")]))
    assert facets(target.changes[1])["create"].needs == ((box("a"), "create"),)
    bare = plan(
        [wanted(box("a")), wanted(lid("a", "top"), 9)],
        state(live(box("a")), absent=[lid("a", "top")], owners={box("a"): "acme"}),
    )
    assert [(one.code, one.location.line) for one in bare.findings] == [("required-on-create", 9)]


def test_a_replacement_is_one_step_with_its_gap_named():
    """Delete and create in one step, with all that was live and was not changed."""
    found = state(
        live(box("a")),
        live(lid("a", "top"), lid={"Type": "flat", "Tight": True, "Extra": 1}),
        owners={box("a"): "acme"},
    )
    change = only_change(plan([wanted(box("a")), wanted(lid("a", "top"), type="round")], found))
    assert (change.action, change.impact, change.sentence) == (Action.REPLACE, Impact.NOTICE, "no lid for a moment")
    assert [one.operation for one in change.steps[0].calls] == ["DeleteLid", "CreateLid"]
    assert change.steps[0].calls[1].params["lid"] == {"Type": "round", "Tight": True, "Extra": 1}


def test_members_that_botocore_does_not_know_hold_the_block_back():
    """A write of the whole block would drop them."""
    found = live(box("a"), dims={"Size": 1})
    blocks = {**found.blocks, "dims": Block({"Size": 1}, ("DimOptions.Shiny",))}
    change = only_change(
        plan([wanted(box("a"), size=2)], state(replace(found, blocks=blocks), owners={box("a"): "acme"}))
    )
    assert change.held
    assert "DimOptions.Shiny" in change.steps[0].reason


def test_an_unread_facet_is_unknown_and_the_rest_is_planned():
    """Nothing is planned for it, and the plan is incomplete."""
    found = state(live(box("a"), dims=Unread("denied")), owners={box("a"): "acme"})
    target = plan([wanted(box("a"), size=2, mode="OLD")], found)
    assert [(one.address, one.facet, one.reason) for one in target.unknown] == [(box("a"), "dims", "denied")]
    assert [one.path for one in only_change(target).fields] == ["mode"]
    assert not target.complete


def test_a_thing_whose_existence_is_unknown_is_not_created():
    """Unknown is never absent; what a region does not offer is an error at its place."""
    target = plan(
        [wanted(box("a")), wanted(box("b"), 4)],
        state_with(box("a"), Unread("503"), box("b"), Unread("InvalidAction", unavailable=True)),
    )
    assert [one.reason for one in target.unknown] == ["503"]
    assert [(one.code, one.location.line) for one in target.findings] == [("not-available-here", 4)]
    removed = plan([], state_with(box("a"), Unread("503")), Leave(remove=(Removal("box/a"),)))
    assert [one.reason for one in removed.unknown] == ["503"]


def test_what_a_region_does_not_offer_is_one_finding_a_section():
    """A hundred rules in a region without receiving are one mistake, said at the first of them."""
    nowhere = Unread("InvalidAction", unavailable=True)
    target = plan([wanted(box("b"), 7), wanted(box("a"), 9)], state_with(box("a"), nowhere, box("b"), nowhere))
    [finding] = target.findings
    assert (finding.code, finding.location.line) == ("not-available-here", 7)
    assert "(2 things)" in finding.message
    assert "InvalidAction" in finding.message


def state_with(*pairs):
    from sesops.core.live import LiveState

    return LiveState(dict(zip(pairs[::2], pairs[1::2], strict=True)))


def test_comparing_with_what_was_not_read_is_an_error_in_the_program():
    """Never a difference."""
    found = live(box("a"))
    with pytest.raises(LookupError):
        plan([wanted(box("a"), size=2)], state(replace(found, blocks={})))


def test_the_order_of_the_spec_does_not_change_the_plan():
    """The same things give the same plan."""
    asked = [wanted(box("a"), size=2), wanted(box("b"), on=False), wanted(lid("a", "x"), tight=True)]
    found = state(live(box("a")), live(box("b")), absent=[lid("a", "x")])
    one, other = plan(asked, found), plan(asked[::-1], found)
    assert [(c.address, c.action, c.fields, [s.id for s in c.steps]) for c in one.changes] == [
        (c.address, c.action, c.fields, [s.id for s in c.steps]) for c in other.changes
    ]


def test_only_takes_along_what_the_steps_need():
    """`--only` narrows what is done and says what came along."""
    a = wanted(box("a"), twin=Ref("box", "b"), refs=[("twin", box("b"))])
    target = plan([a, wanted(box("b")), wanted(box("c"))], state(absent=[box("a"), box("b"), box("c")]))
    kept, along = planner.only(target, [box("a")])
    assert [change.address for change in kept.changes] == [box("a"), box("b")]
    assert along == (box("b"),)


def test_the_closure_holds_what_a_saved_plan_needs():
    """What changes, what it refers to, what it lies in, and what lies in those."""
    a = wanted(box("a"), twin=Ref("box", "b"), refs=[("twin", box("b"))])
    asked = [a, wanted(box("b")), wanted(box("c")), wanted(lid("b", "top"), tight=True)]
    found = state(
        live(box("b")),
        live(box("c")),
        live(lid("b", "top"), lid={"Tight": True}),
        absent=[box("a")],
        owners={box("b"): "acme", box("c"): "acme"},
    )
    kept = planner.closure(plan(asked, found), {name: kind.parents for name, kind in REGISTRY.kinds.items()})
    assert [one.address for one in kept] == [box("a"), box("b"), lid("b", "top")]


def test_the_closure_holds_who_refers_to_what_stops_mail():
    """They were part of the judgement, so they are read again, though nothing of them changes."""
    asked = [wanted(box("a"), on=False), wanted(box("b"), twin="a"), wanted(box("c"), size=2)]
    found = state(
        live(box("a"), power={"On": True}),
        live(box("b"), link={"Twin": "a"}),
        live(box("c"), dims={"Size": 2}),
        owners={box(name): "acme" for name in "abc"},
    )
    target = plan(asked, found)
    (change,) = target.changes
    assert change.referrers == (box("b"),)
    kept = planner.closure(target, {name: kind.parents for name, kind in REGISTRY.kinds.items()})
    assert [one.address for one in kept] == [box("a"), box("b")]
    assert plan(kept, found).changes[0].fingerprint == change.fingerprint


def test_a_kind_that_always_exists_cannot_be_made():
    """A reader that says a setting is absent is an error in the program."""
    with pytest.raises(TypeError):
        plan([wanted(Address("dial"), at=None)], state(absent=[Address("dial")]))


def test_extra_members_are_listed():
    """Members of a collection that SES has and nobody asked for."""
    target = plan(
        [wanted(box("a"))], state(live(box("a")), extra=[live(lid("a", "hand-made"))], owners={box("a"): "acme"})
    )
    assert target.extra == (lid("a", "hand-made"),)


def test_an_account_wide_change_says_so():
    """It has no owner."""
    change = only_change(plan([wanted(Address("dial"), at="x")], state(live(Address("dial")))))
    assert change.account_wide
    assert change.place.line == 1
    assert DIAL.parts == 0
    assert SCOPE.arn("toy", "x") == "arn:aws:toy:eu-west-1:123456789012:x"
    assert TODAY.year == 2026
    assert Field("tags.*", "tags").matches("tags.a.b")


def test_what_only_the_live_thing_shows_to_be_impossible_is_a_finding():
    """A kind may judge a wanted thing beside the live one; apply refuses such a plan."""
    judged = replace(
        BOX, judge=lambda w, thing, world: [Diagnostic("too-full", f"{w.address} is {'there' if thing else 'new'}")]
    )
    registry = Registry({"box": judged}, REGISTRY.owners, REGISTRY.verified, REGISTRY.identity_addresses)
    target = plan([wanted(box("a"))], state(live(box("a")), owners={box("a"): "acme"}), registry=registry)
    assert [one.message for one in target.findings] == ["box/a is there"]
    assert [one.message for one in plan([wanted(box("a"))], state(absent=[box("a")]), registry=registry).findings] == [
        "box/a is new"
    ]


def test_what_waits_for_an_identity_comes_after_the_step_that_makes_it():
    """Asked before, the answer would be no for sure: a run where it is verified at once would not be done in one go."""
    target = plan([wanted(box("a"), host="h"), wanted(box(HOST))], state(absent=[box("a"), box(HOST)]))
    site = facets(target.changes[0])["site"]
    assert site.after == ((box(HOST), "create"),)
    _, along = planner.only(target, [box("a")])
    assert along == ()
    assert site.state is State.WAITING
