"""The order of rules, as arithmetic over names."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from sesops.kinds.receipt.order import arranged, describe_moves, moved, with_created

NAMES = st.lists(st.sampled_from("abcdefgh"), unique=True, max_size=7)
FOREIGN = st.lists(st.sampled_from("VWXYZ"), unique=True, max_size=4)


@st.composite
def live_and_wanted(draw):
    """A live order with foreign rules between, and a wanted order that may have rules that are not there yet."""
    wanted = draw(NAMES)
    there = draw(st.sets(st.sampled_from(wanted))) if wanted else set()
    live = draw(st.permutations([*there, *draw(FOREIGN)]))
    return tuple(live), tuple(wanted)


@given(live_and_wanted())
def test_moves_keep_every_rule(case):
    """The order after the moves is a permutation of the one before."""
    live, wanted = case
    assert sorted(live) == sorted(arranged(live, wanted))


@given(live_and_wanted())
def test_named_rules_come_into_the_wanted_order(case):
    """Named rules stand in the wanted order, as far as they are there."""
    live, wanted = case
    assert [name for name in wanted if name in live] == [name for name in arranged(live, wanted) if name in wanted]


@given(live_and_wanted())
def test_foreign_rules_keep_their_order(case):
    """Rules that the spec does not name stand among each other as before."""
    live, wanted = case
    assert [name for name in live if name not in wanted] == [n for n in arranged(live, wanted) if n not in wanted]


@given(live_and_wanted())
def test_rules_that_do_not_move_keep_their_place(case):
    """Whatever is not moved, named or foreign, keeps its place among the rest that is not."""
    live, wanted = case
    moving = moved(live, wanted)
    assert [name for name in live if name not in moving] == [n for n in arranged(live, wanted) if n not in moving]


@given(live_and_wanted())
def test_moves_are_as_few_as_possible(case):
    """No smaller set of moves would do: every larger run of rules that could stay is out of order."""
    live, wanted = case
    there = [name for name in wanted if name in live]
    stays = len(there) - len(moved(live, wanted))
    places = [live.index(name) for name in there]
    assert not any(list(run) == sorted(run) for run in combinations(places, stays + 1))


@given(live_and_wanted())
def test_no_move_is_left_after_the_moves(case):
    """Put right once, an order stays right."""
    live, wanted = case
    assert moved(arranged(live, wanted), wanted) == ()


@given(live_and_wanted())
def test_a_moved_rule_stands_directly_behind_its_predecessor(case):
    """A moved rule stands directly behind the rule that the wanted order has before it, the first in front of all."""
    live, wanted = case
    order = arranged(live, wanted)
    there = [name for name in wanted if name in live]
    for before, name in zip((None, *there), there, strict=False):
        if name in moved(live, wanted):
            assert order.index(name) == (order.index(before) + 1 if before else 0)


@given(live_and_wanted())
def test_creates_behind_predecessors_leave_live_rules_in_place(case):
    """With the new rules in, every wanted rule is there and what was live stands as before."""
    live, wanted = case
    order = with_created(live, wanted)
    assert sorted({*live, *wanted}) == sorted(order)
    assert list(live) == [name for name in order if name in live]


@given(NAMES, FOREIGN)
def test_a_chain_of_creates_needs_no_move(wanted, foreign):
    """Rules made each behind its predecessor are in order from the start, whatever else is in the set."""
    assert moved(with_created(foreign, wanted), wanted) == ()


@given(live_and_wanted())
def test_described_moves_are_the_moves(case):
    """As many moves are told as are made, and none where the order is right."""
    live, wanted = case
    assert len(moved(live, wanted)) == len(describe_moves(live, arranged(live, wanted)))


def test_one_move_is_told_with_both_places():
    """A rule that goes to the end is one move, not three."""
    before, after = ("catch-all", "drop-spam", "store"), ("drop-spam", "store", "catch-all")
    assert describe_moves(before, after) == ("move catch-all: 1st -> 3rd",)


def test_a_new_and_a_gone_rule_are_no_moves():
    """Rules of one side only are creates and deletes, and are told as such."""
    assert describe_moves(("old", "a", "b"), ("a", "new", "b")) == ()


def test_of_two_that_swap_the_later_one_moves():
    """The wanted order's first rule stays, so that nothing jumps in front of a foreign rule needlessly."""
    assert arranged(("foreign", "b", "a"), ("a", "b")) == ("foreign", "a", "b")


def test_places_are_told_as_ordinals():
    """1st, 2nd, 3rd, 4th, 11th, 21st."""
    before = tuple(f"rule-{number}" for number in range(1, 24))
    told = [describe_moves((*before[:at], "x", *before[at:]), (*before, "x"))[0] for at in (0, 1, 2, 3, 10, 11, 12, 20)]
    places = [text.split()[2] for text in told]
    assert places == ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st"]
    assert told[0].endswith("-> 24th")
