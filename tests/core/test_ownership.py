"""Whose a thing is, and what that forbids; what is removed and released; the brake."""

from __future__ import annotations

from datetime import date

import pytest
from core.toys import box, lid, live, plan, state, wanted

from sesops.core.address import Address
from sesops.core.plan import Action, Allow, Impact, Leave, Removal, State
from sesops.core.thing import Unread
from sesops.core.values import Refusal, Refused, Reply


def removing(*texts, release=()):
    return Leave(remove=tuple(map(Removal, texts)), release=tuple(map(Removal, release)))


def only_change(target):
    assert len(target.changes) == 1, target.changes
    return target.changes[0]


def held(target):
    return {str(one.address): one.steps[0].reason for one in target.changes if one.held}


def test_another_stacks_thing_is_held_back_and_named():
    """Its tag is the reason; also where nothing of it would change."""
    found = state(
        live(box("a")),
        live(box("b")),
        owners={box("a"): "other", box("b"): "other", box("c"): "acme"},
        absent=[box("c")],
    )
    target = plan([wanted(box("a"), size=2), wanted(box("b")), wanted(box("c"))], found)
    held = {change.address: change for change in target.changes if change.held}
    assert set(held) == {box("a"), box("b")}
    assert "stack 'other'" in held[box("a")].steps[0].reason
    assert held[box("b")].action is Action.ADOPT


def test_adoption_is_a_tag_and_nothing_pending():
    """What the listing does not show as ours is to be adopted; that alone is no change."""
    change = only_change(plan([wanted(box("a"))], state(live(box("a")))))
    assert change.action is Action.ADOPT
    assert not change.pending
    assert change.steps[0].calls[0].params == {"Name": "a", "Set": {"sesops:stack": "acme"}, "Drop": []}


def test_without_the_listing_nothing_is_adopted_and_left_over_is_unknown():
    """A denied listing changes no exit code by itself."""
    target = plan([wanted(box("a"))], state(live(box("a")), owners_known=False, owners_reason="denied"))
    assert (target.changes, target.left_over_known, target.complete) == ((), False, True)


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({}, "writes"),
        ({"sesops:stack": "acme"}, None),
        ({"sesops:stack": "other"}, "it carries the tag of stack 'other'"),
    ],
)
def test_adoption_reads_the_tags_before_it_writes(tags, expected):
    """The listing lags: a tag of another stack is not written over, and ours is not written twice."""
    program = only_change(plan([wanted(box("a"))], state(live(box("a"))))).steps[0].program()
    assert next(program)[0].operation == "ReadTags"
    if expected == "writes":
        assert program.send((Reply({"Tags": tags}),))[0].operation == "Tag"
        answer, expected = Reply(), None
    else:
        answer = Reply({"Tags": tags})
    with pytest.raises(StopIteration) as end:
        program.send((answer,))
    assert end.value.value == expected


def test_a_refused_read_of_tags_fails_the_adoption():
    """No write rests on tags that could not be read."""
    program = only_change(plan([wanted(box("a"))], state(live(box("a"))))).steps[0].program()
    next(program)
    refusal = Refusal(Refused.DENIED, "AccessDenied", "no")
    with pytest.raises(StopIteration) as end:
        program.send((refusal,))
    assert end.value.value is refusal


def test_absence_deletes_nothing_and_is_left_over():
    """What carries our tag and is not in the spec is listed, never touched."""
    found = state(live(box("a")), owners={box("a"): "acme", box("old"): "acme", box("theirs"): "other"})
    target = plan([wanted(box("a"))], found)
    assert (target.changes, target.left_over) == ((), (box("old"),))


def test_remove_deletes_exactly_what_it_names():
    """Tagged or not; a thing that is gone is a hint to drop the line."""
    leave = Leave(remove=(Removal("box/old"), Removal("box/gone")))
    found = state(live(box("a")), live(box("old")), absent=[box("gone")], owners={box("a"): "acme"})
    target = plan([wanted(box("a"))], found, leave)
    assert (only_change(target).address, only_change(target).action) == (box("old"), Action.DELETE)
    assert [one.code for one in target.findings] == ["already-gone"]
    assert target.complete


def test_a_glob_takes_only_what_is_ours_and_stops_no_mail():
    """An exact address is needed for what stops mail."""
    things = [live(box("a")), live(box("old-1")), live(box("old-2"), "SUCCESS"), live(box("old-3"))]
    owners = {box(name): "acme" for name in ("a", "old-1", "old-2")} | {box("old-3"): "other"}
    target = plan([wanted(box("a"))], state(*things, owners=owners), Leave(remove=(Removal("box/old-*"),)))
    assert {change.address: change.held for change in target.changes} == {box("old-1"): False, box("old-2"): True}
    exact = plan([wanted(box("a"))], state(*things, owners=owners), Leave(remove=(Removal("box/old-2"),)))
    assert not only_change(exact).held
    assert only_change(exact).impact is Impact.STOPS_MAIL


def test_what_carries_another_stacks_tag_is_not_deleted():
    """`remove` is no leave for somebody else's thing."""
    found = state(live(box("a")), live(box("old")), owners={box("a"): "acme", box("old"): "other"})
    assert only_change(plan([wanted(box("a"))], found, Leave(remove=(Removal("box/old"),)))).held


def test_a_setting_cannot_be_removed():
    """A kind without a delete is a finding at its line."""
    dial = Address("dial")
    target = plan([], state(live(dial)), Leave(remove=(Removal("dial"),)))
    assert [one.code for one in target.findings] == ["not-deletable"]


def test_release_takes_the_tag_away_and_leaves_the_thing():
    """Ours no longer; what is not ours is a hint."""
    leave = Leave(release=(Removal("box/a"), Removal("box/b")))
    target = plan([], state(live(box("a")), live(box("b")), owners={box("a"): "acme"}), leave)
    change = only_change(target)
    assert (change.action, change.steps[0].calls[0].params["Drop"]) == (Action.RELEASE, ["sesops:stack"])
    assert [one.code for one in target.findings] == ["already-gone"]
    program = change.steps[0].program()
    next(program)
    assert program.send((Reply({"Tags": {"sesops:stack": "acme"}}),))[0].operation == "Tag"


def test_a_spec_that_names_nothing_of_its_stack_is_refused():
    """Another spec uses the name: nothing is planned on top of it."""
    target = plan([wanted(box("new"))], state(absent=[box("new")], owners={box("x"): "acme"}))
    assert "another spec uses the stack name 'acme'" in target.refusals[0]


@pytest.mark.parametrize(("total", "gone", "refused"), [(9, 9, False), (10, 3, False), (10, 4, True)])
def test_the_brake(total, gone, refused):
    """More than 30 % of a kind of ten or more; exactly the number shown lifts it."""
    things = [live(box(f"b{n}")) for n in range(total)]
    owners = {one.address: "acme" for one in things}
    removals = tuple(Removal(f"box/b{n}") for n in range(gone))
    kept = [wanted(one.address) for one in things[gone:]]
    assert bool(plan(kept, state(*things, owners=owners), Leave(remove=removals)).refusals) is refused
    assert plan(kept, state(*things, owners=owners), Leave(remove=removals, allow_many={"box": gone})).refusals == ()


def test_a_kind_without_tags_is_counted_by_the_spec():
    """The brake of such a kind goes by what the spec names or removes."""
    things = [live(lid("a", f"l{n}")) for n in range(10)]
    leave = Leave(remove=tuple(Removal(f"lid/a/l{n}") for n in range(4)))
    kept = [wanted(one.address) for one in things[4:]]
    target = plan([wanted(box("a")), *kept], state(live(box("a")), *things, owners={box("a"): "acme"}), leave)
    assert "--allow-many lid=4" in target.refusals[0]


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
