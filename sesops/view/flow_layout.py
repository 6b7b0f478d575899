"""Where the nodes and edges of a flow stand in a drawing: columns from left to right, few crossings, numbers only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from sesops.view.flow import Edge, Flow, Node

WIDTH, HEIGHT, MARKED = 168, 44, 62
"""Of a node, and its height with a line that says what changes."""
GAP, SPACE = 76, 14
"""Between columns, and between what stands below each other."""
PASSING = 10
"""Height that an edge takes in a column that it passes through."""
LETTERS = 21
"""Letters that a node's width holds."""


@dataclass(frozen=True)
class PlacedNode:
    """A node with its upper left corner."""

    node: Node
    x: int
    y: int
    height: int


@dataclass(frozen=True)
class PlacedEdge:
    """An edge as a path of SVG, and its label with the place where it stands."""

    edge: Edge
    path: str
    label: str
    x: int
    y: int


@dataclass(frozen=True)
class Drawing:
    """A flow with all that is needed to draw it."""

    flow: Flow
    width: int
    height: int
    nodes: tuple[PlacedNode, ...]
    edges: tuple[PlacedEdge, ...]


Slot = tuple[int, str]
"""A node, or an edge on its way to that node, in a column; edges to one node share a way."""


def layout(flow: Flow) -> Drawing:
    """Place a flow, columns without a node left out."""
    columns = [list(some) for some in flow.columns if some]
    at = {node.key: number for number, some in enumerate(columns) for node in some}
    ways = {edge: _way(edge, at) for edge in flow.edges if at[edge.source] < at[edge.target]}
    slots = _ordered(columns, ways.values())
    nodes = {(number, one.key): one for number, some in enumerate(columns) for one in some}
    heights = [sum(_height(one, nodes) for one in some) + SPACE * (len(some) - 1) for some in slots]
    height = max(heights)
    middle: dict[Slot, int] = {}
    for some, own in zip(slots, heights, strict=True):
        y = (height - own) // 2
        for one in some:
            middle[one] = y + _height(one, nodes) // 2
            y += _height(one, nodes) + SPACE
    return Drawing(
        flow,
        len(columns) * (WIDTH + GAP) - GAP,
        height,
        tuple(
            PlacedNode(node, _x(slot), middle[slot] - _height(slot, nodes) // 2, _height(slot, nodes))
            for slot, node in nodes.items()
        ),
        tuple(_placed(edge, way, middle) for edge, way in ways.items()),
    )


def _x(slot: Slot) -> int:
    return slot[0] * (WIDTH + GAP)


def _height(slot: Slot, nodes: Mapping[Slot, Node]) -> int:
    if slot not in nodes:
        return PASSING
    return MARKED if nodes[slot].mark else HEIGHT


def _way(edge: Edge, at: Mapping[str, int]) -> tuple[Slot, ...]:
    start = at[edge.source]
    return (start, edge.source), *((number, edge.target) for number in range(start + 1, at[edge.target] + 1))


def _ordered(columns: list[list[Node]], ways: Iterable[tuple[Slot, ...]]) -> list[list[Slot]]:
    """Each column's slots in an order in which few edges cross: by the mean of what lies before them."""
    slots: list[dict[Slot, None]] = [
        dict.fromkeys((number, one.key) for one in some) for number, some in enumerate(columns)
    ]
    before: defaultdict[Slot, set[Slot]] = defaultdict(set)
    for way in ways:
        for one, following in pairwise(way):
            slots[following[0]].setdefault(following)
            before[following].add(one)
    ordered = [list(slots[0])]
    for some in slots[1:]:
        rank = {slot: number for number, slot in enumerate(ordered[-1])}
        # What nothing leads to stands last; otherwise as it came.
        place = {
            one: (not before[one], sum(rank[other] for other in before[one]) / max(len(before[one]), 1)) for one in some
        }
        ordered.append(sorted(some, key=place.__getitem__))
    return ordered


def _placed(edge: Edge, way: tuple[Slot, ...], middle: Mapping[Slot, int]) -> PlacedEdge:
    x, y = _x(way[0]) + WIDTH, middle[way[0]]
    label = x + GAP // 2, (y + middle[way[1]]) // 2 - 5
    path = [f"M{x} {y}"]
    for one in way[1:]:
        right, end, half = _x(one), middle[one], GAP // 2
        path.append(f"C{x + half} {y} {right - half} {end} {right} {end}")
        x, y = right + WIDTH, end
        if one is not way[-1]:
            path.append(f"H{x}")
    return PlacedEdge(edge, "".join(path), _label(edge), *label)


def _label(edge: Edge) -> str:
    """What there is room for: that it is new or gone, or the first of what flows, and of how many."""
    if edge.word:
        return edge.said
    first, *rest = edge.label.split(", ")
    return f"{first} +{len(rest)}" if rest else first
