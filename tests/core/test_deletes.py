"""What a plan deletes, and what comes before: the steps that drop the last references to it."""

from __future__ import annotations

from dataclasses import replace

from core.toys import DIAL, box, lid, live, plan, state, wanted

from sesops.core import fields, planner
from sesops.core.address import Address
from sesops.core.diagnostic import Location
from sesops.core.plan import Action, Leave, Removal

DIAL_ADDRESS = Address(DIAL.name)


def removing(*texts):
    return Leave(remove=tuple(Removal(one) for one in texts))


def steps_of(target):
    return {step.id: step for step in planner.steps_of(target)}


def test_a_delete_waits_for_what_drops_the_reference():
    """Referrers are repointed, and deleted referrers go first."""
    found = state(
        live(box("a"), link={"Twin": "old"}),
        live(box("old")),
        live(box("user"), link={"Twin": "old"}),
        live(DIAL_ADDRESS, dial={"At": "old"}),
        owners={box("a"): "acme"},
    )
    target = plan([wanted(box("a"), twin=None), wanted(DIAL_ADDRESS, at=None)], found, removing("box/old", "box/user"))
    assert set(steps_of(target)[box("old"), "delete"].needs) == {
        (box("a"), "link"),
        (box("user"), "delete"),
        (DIAL_ADDRESS, "dial"),
    }


def test_a_referrer_that_goes_with_its_parent_goes_first():
    """A lid that fits the old box goes with its own box, so that box is deleted before the old one."""
    found = state(live(box("old")), live(box("user")), live(lid("user", "top"), lid={"Fits": "old"}))
    target = plan([], found, removing("box/old", "box/user", "lid/user/top"))
    assert [one.address for one in target.changes] == [box("old"), box("user")]
    assert steps_of(target)[box("old"), "delete"].needs == ((box("user"), "delete"),)


def test_nothing_refers_to_itself():
    """A thing that names its own name, or that holds what names it, is no reason to keep it."""
    found = state(live(box("old"), link={"Twin": "old"}), live(lid("old", "top"), lid={"Fits": "old"}))
    target = plan([], found, removing("box/old", "lid/old/top"))
    assert steps_of(target)[box("old"), "delete"].needs == ()


def test_children_go_with_a_deleted_parent():
    """No step of their own, because the parent's delete takes them along."""
    target = plan([], state(live(box("old")), live(lid("old", "top"))), removing("box/old", "lid/old/top"))
    assert [change.address for change in target.changes] == [box("old")]


def test_children_of_a_parent_whose_delete_is_held_back_stay():
    """Both are named; the parent is somebody else's, and so is what lies in it."""
    found = state(live(box("a")), live(lid("a", "x")), owners={box("a"): "other"})
    made = plan([], found, removing("box/a", "lid/a/x"))
    assert {str(one.address): one.held for one in made.changes} == {"box/a": True, "lid/a/x": True}


def test_who_refers_to_what_is_looked_up_once(monkeypatch):
    """However many things go: 10,000 deletes must not go through 10,000 things each."""
    decoded = []
    decode = fields.decode
    monkeypatch.setattr(fields, "decode", lambda kind, one, *facet: decoded.append(one) or decode(kind, one, *facet))
    things = [live(box(f"b{number}"), "SUCCESS", link={"Twin": "b0"}) for number in range(50)]
    target = plan([], state(*things), removing(*(str(one.address) for one in things)))
    assert [one.action for one in target.changes] == [Action.DELETE] * 50
    assert len(decoded) == 50


def test_the_closure_of_a_plan_holds_what_lies_in_what_changes():
    """Only the things of that parent, whatever else the spec has."""
    asked = [wanted(box(name), size=2) for name in "ab"] + [wanted(lid(name, "top"), tight=True) for name in "abc"]
    found = state(
        live(box("a"), dims={"Size": 2}),
        live(box("b")),
        *(live(lid(name, "top"), lid={"Tight": True}) for name in "abc"),
        owners={box("a"): "acme", box("b"): "acme"},
    )
    kept = planner.closure(plan(asked, found), {"lid": ("box",)})
    assert [one.address for one in kept] == [box("b"), lid("b", "top")]


def test_what_the_spec_refers_to_cannot_be_removed():
    """By a name that stands for somebody else's thing, or an ARN: the two lines contradict each other."""
    asked = replace(
        wanted(box("a"), 3, twin="old"), places={"": Location("spec.yaml", 3), "twin": Location("spec.yaml", 4)}
    )
    found = state(live(box("a"), link={"Twin": "old"}), live(box("old")), owners={box("a"): "acme"})
    leave = Leave(remove=(Removal("box/old", Location("spec.yaml", 9)),))
    [finding] = plan([asked], found, leave).findings
    assert (finding.code, finding.location.line, finding.related[0].line) == ("removed-and-referred", 9, 4)


def test_a_reference_by_text_orders_steps_too():
    """A new box that another one names as if it were somebody else's is made first all the same."""
    target = plan([wanted(box("a"), twin="b"), wanted(box("b"))], state(absent=[box("a"), box("b")]))
    assert steps_of(target)[box("a"), "link"].needs == ((box("a"), "create"), (box("b"), "create"))
