"""Whose a thing is, and what that forbids; what is removed and released; the brake."""

from __future__ import annotations

from datetime import date

import pytest
from core.toys import box, lid, live, plan, state, wanted

from sesops.core.kind import Unread
from sesops.core.plan import Action, Allow, Leave, Removal, State


def removing(*texts, release=()):
    return Leave(remove=tuple(map(Removal, texts)), release=tuple(map(Removal, release)))


def held(target):
    return {str(one.address): one.steps[0].reason for one in target.changes if one.held}


LIES_IN = "it lies in box/a, which carries the tag of stack 'other'"


def test_what_lies_in_another_stacks_thing_is_another_stacks():
    """A lid has no tag of its own: it is neither made, nor changed, nor deleted in somebody else's box."""
    found = state(
        live(box("a")),
        live(lid("a", "old")),
        live(lid("a", "mine"), lid={"Type": "flat", "Tight": True}),
        absent=[lid("a", "new")],
        owners={box("a"): "other"},
    )
    asked = [wanted(box("a")), wanted(lid("a", "new"), tight=True), wanted(lid("a", "mine"), tight=False)]
    assert held(plan(asked, found, removing("lid/a/old"))) == {
        "box/a": "it carries the tag of stack 'other'",
        "lid/a/new": LIES_IN,
        "lid/a/mine": LIES_IN,
        "lid/a/old": LIES_IN,
    }


def test_a_thing_in_another_stacks_thing_that_is_as_wanted_is_no_change():
    """Only the box is said to be somebody else's."""
    found = state(live(box("a")), live(lid("a", "top"), lid={"Tight": True}), owners={box("a"): "other"})
    target = plan([wanted(box("a")), wanted(lid("a", "top"), tight=True)], found)
    assert [str(one.address) for one in target.changes] == ["box/a"]


@pytest.mark.parametrize("lines", [("box/old", "box/o*"), ("box/o*", "box/old")])
def test_an_exact_address_says_more_than_a_glob(lines):
    """Whatever their order: the exact address gives the leave that a glob does not."""
    found = state(live(box("old"), "SUCCESS"), owners={box("old"): "acme"})
    (change,) = plan([], found, removing(*lines)).changes
    assert (change.action, change.held) == (Action.DELETE, False)


def test_what_is_removed_and_released_at_once_is_an_error():
    """A glob hides the contradiction from whoever reads the two lines alone."""
    found = state(live(box("old")), owners={box("old"): "acme"})
    target = plan([], found, removing("box/old", release=["box/o*"]))
    assert [one.code for one in target.findings] == ["conflicting-leave"]
    assert not target.complete


def test_a_glob_takes_nothing_that_was_not_read():
    """The listing is read once for the globs and again with the rest; what was tagged in between is the next run's."""
    found = state(live(box("a")), owners={box("a"): "acme", box("old-late"): "acme"})
    assert plan([wanted(box("a"))], found, removing("box/old-*")).changes == ()


@pytest.mark.parametrize("leave", [removing("box/o*"), removing(release=["box/o*"])])
def test_a_glob_without_the_listing_is_unknown(leave):
    """What it takes nobody can say: that is not the same as nothing."""
    target = plan([wanted(box("a"))], state(live(box("a")), owners_known=False, owners_reason="denied"), leave)
    assert [(one.address, one.reason) for one in target.unknown] == [(None, "what box/o* takes: denied")]


def test_a_release_of_what_was_not_read_is_unknown():
    """It may well be there, and ours: no hint to drop the line."""
    target = plan([], state(live(box("b")), owners={}), Leave())
    assert target.complete
    found = state(absent=[])
    found.things[box("a")] = Unread("denied")
    target = plan([], found, removing(release=["box/a"]))
    assert [(one.address, one.reason) for one in target.unknown] == [(box("a"), "denied")]
    assert target.findings == ()


def test_nothing_is_planned_for_what_nobody_can_say_the_owner_of():
    """The listing was refused and so was its own read: it may be another stack's, and so may what lies in it."""
    found = state(
        live(box("a")),
        live(box("gone")),
        live(box("freed")),
        live(box("same")),
        absent=[lid("a", "new")],
        owners_known=False,
        owners_unread=dict.fromkeys([box("a"), box("gone"), box("freed"), box("same")], "denied too"),
    )
    asked = [wanted(box("a"), size=2), wanted(lid("a", "new"), tight=True), wanted(box("same"))]
    target = plan(asked, found, removing("box/gone", release=["box/freed"]))
    assert target.changes == ()
    assert {(str(one.address), one.facet, one.reason) for one in target.unknown} == {
        (one, "tags", "denied too") for one in ("box/a", "lid/a/new", "box/gone", "box/freed")
    }
    assert target.findings == ()


LEAVE_FOR_ALL = tuple(Allow(box(f"b{number}"), "stop_mail", date(2026, 3, 1)) for number in range(10))


@pytest.mark.parametrize(("allow", "refused"), [((), False), (LEAVE_FOR_ALL, True)])
def test_the_brake_counts_what_stops_mail_only_where_it_would_be_made(allow, refused):
    """Held back, it is not made; that another block of the same thing is written does not count."""
    things = [live(box(f"b{number}"), power={"On": True}) for number in range(10)]
    asked = [wanted(one.address, on=False, size=2) for one in things]
    target = plan(asked, state(*things, owners={one.address: "acme" for one in things}), Leave(allow=allow))
    assert all(step.state is State.READY for one in target.changes for step in one.steps if step.facet == "dims")
    assert bool(target.refusals) is refused


def test_what_is_still_to_be_made_does_not_loosen_the_brake():
    """The size of a kind is what is live: thirty new lids beside ten that go are no thirty to go by."""
    things = [live(lid("a", f"l{number}")) for number in range(10)]
    new = [lid("a", f"n{number}") for number in range(30)]
    target = plan(
        [wanted(box("a")), *(wanted(one, tight=True) for one in new)],
        state(live(box("a")), *things, absent=new, owners={box("a"): "acme"}),
        removing(*(str(one.address) for one in things)),
    )
    assert target.refusals[0].startswith("10 of 10 things of kind lid")
