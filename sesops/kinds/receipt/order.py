"""The order of the rules of a set, as arithmetic over names.

A set may hold rules that the spec does not name. They keep their place among the others: only named rules move, and
as few of them as possible, each to directly behind the rule that the spec has before it.

In somebody else's set (`partial`) a rule has its own place, whatever stands between: behind the rule that `after`
names, or, without it, wherever it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple, TypeAlias

Names = Sequence[str]
Place: TypeAlias = tuple[str, str | None]
"""A rule in somebody else's set, and the rule that it comes behind."""


def with_created(current: Names, wanted: Names) -> tuple[str, ...]:
    """The order after the creates: each rule that is missing stands directly behind its predecessor in the spec."""
    order = list(current)
    for before, name in zip((None, *wanted), wanted, strict=False):
        if name not in order:
            order.insert(_behind(order, before), name)
    return tuple(order)


def moved(current: Names, wanted: Names) -> tuple[str, ...]:
    """The fewest rules that have to move so that the wanted ones (as far as they are there) stand in the wanted order.

    The longest run of rules that are in order already stays; of several equally long ones the one with the earlier
    rules of the wanted order, so that the others move behind something and not in front of everything.
    """
    there = [name for name in wanted if name in current]
    place = [current.index(name) for name in there]
    longest = [1] * len(there)
    for start in reversed(range(len(there))):
        later = (longest[next_] for next_ in range(start + 1, len(there)) if place[next_] > place[start])
        longest[start] += max(later, default=0)
    kept: list[int] = []
    left = max(longest, default=0)
    for index, length in enumerate(longest):
        if length == left and (not kept or place[index] > place[kept[-1]]):
            kept.append(index)
            left -= 1
    return tuple(name for index, name in enumerate(there) if index not in kept)


def arranged(current: Names, wanted: Names) -> tuple[str, ...]:
    """The order after the moves."""
    moving = moved(current, wanted)
    order = [name for name in current if name not in moving]
    there = [name for name in wanted if name in current]
    for before, name in zip((None, *there), there, strict=False):
        if name in moving:
            order.insert(_behind(order, before), name)
    return tuple(order)


class Settled(NamedTuple):
    """Somebody else's set once our rules have their places in it: the order, which rule each new one is made behind
    (None: in front of all others), and which of ours have moved.
    """

    order: tuple[str, ...]
    ahead: Mapping[str, str | None]
    moved: tuple[str, ...]


def settled(current: Names, rules: Sequence[Place]) -> Settled:
    """Give our rules their places in somebody else's set, what comes behind another after that.

    A missing one goes directly behind the rule that it comes behind, or to the end; several with one place keep the
    order of the spec. One that stands in front of its own moves directly behind it. A place that is not there takes
    none.
    """
    order, moved, last = list(current), list[str](), dict[str, str]()
    ahead: dict[str, str | None] = {}
    for name, after in _anchors_first(rules):
        if name not in order and (after is None or after in order):
            ahead[name] = order[-1] if after is None and order else last.get(after or "", after)
            order.insert(_behind(order, ahead[name]), name)
            last[after or ""] = name
        elif name in order and after in order and order.index(name) < order.index(after):
            order.remove(name)
            order.insert(_behind(order, after), name)
            moved.append(name)
    return Settled(tuple(order), ahead, tuple(moved))


def ring(rules: Iterable[Place]) -> tuple[str, ...]:
    """Rules that each come behind another of them, which no order has; none where there is an order."""
    try:
        TopologicalSorter({name: (after,) for name, after in rules if after is not None}).prepare()
    except CycleError as error:
        return tuple(dict.fromkeys(error.args[1]))
    return ()


def _anchors_first(rules: Sequence[Place]) -> list[Place]:
    """The same rules, each behind those of ours that it comes behind; else in the order of the spec."""
    afters = dict(rules)
    done: dict[str, None] = {}
    for rule in rules:
        chain: list[str] = []
        name: str | None = rule[0]
        while name is not None and name in afters and name not in done and name not in chain:
            chain.append(name)
            name = afters[name]
        done.update(dict.fromkeys(reversed(chain)))
    return [(one, afters[one]) for one in done]


def places_changed(before: Names, after: Names) -> tuple[tuple[str, str, str], ...]:
    """The moves between two orders of a set: ("move catch-all", "1st", "3rd"). What only one side has is none."""
    return tuple(
        (f"move {name}", _ordinal(before.index(name)), _ordinal(after.index(name))) for name in moved(before, after)
    )


def describe_moves(before: Names, after: Names) -> tuple[str, ...]:
    """The same in words: "move catch-all: 1st -> 3rd"."""
    return tuple(f"{what}: {old} -> {new}" for what, old, new in places_changed(before, after))


def _behind(order: Names, name: str | None) -> int:
    """The index directly behind a rule; without one, the front (where SES puts a rule that is given no predecessor)."""
    return 0 if name is None else order.index(name) + 1


def _ordinal(index: int) -> str:
    number = index + 1
    teen = number % 100 in (11, 12, 13)
    return f"{number}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"
