"""Where mail and events flow in what a plan touches: a graph of nodes in columns, before anything is drawn.

Sending goes from identities over configuration sets to event destinations, topics and subscriptions; receiving from
the active rule set over rule sets and rules to what their actions reach.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from sesops.core.address import Address
from sesops.core.plan import Action, Change, State, TargetPlan
from sesops.core.values import Fields, Json, Scope
from sesops.view.shown import common_state, marked, state_of
from sesops.view.style import STATES, named, safe

SENDING = (
    ("domain", "email"),
    ("configuration_set",),
    ("event_destination", "ip_pool"),
    ("topic", "stream", "CloudWatch", "event bus", "Pinpoint"),
    ("subscription",),
)
RECEIVING = (
    ("active_receipt_rule_set", "receipt_filter"),
    ("receipt_rule_set",),
    ("receipt_rule",),
    ("topic", "add header", "bounce", "bucket", "function", "organization", "instance", "stop"),
)
"""The kinds of node in each column."""
BUNDLE = 4
"""More nodes than this that differ by their name alone are drawn as one."""
MOST = 40
"""Nodes of a column that are drawn."""
_INNER: Mapping[str, str] = {
    "event_destination": "configuration_set",
    "subscription": "topic",
    "receipt_rule": "receipt_rule_set",
}
"""What mail or an event comes through before it reaches a thing of this kind."""

UNKNOWN = ("?", "not read", "red")
"""The mark, the word and the colour of what could not be read."""
OTHER_SET = "other-set-active"
"""The finding that says that the active set is another, and stays so."""

Reached = tuple[str, str, str]
"""Kind and name of what is reached, and what flows there."""


@dataclass(frozen=True)
class Node:
    """A thing, or the first of a `number` that differ by their name alone.

    `mark` and `word` are empty where it does not change; `order` says which rule sees mail first, and `off` that
    nothing goes through it once the plan is made.
    """

    key: str
    kind: str
    name: str
    mark: str = ""
    word: str = ""
    colour: str = ""
    number: int = 1
    order: int = 0
    off: bool = False


@dataclass(frozen=True)
class Edge:
    """What flows from one node to another; `mark` and `word` say that it is new, gone, not read, or none of it."""

    source: str
    target: str
    label: str = ""
    mark: str = ""
    word: str = ""

    @property
    def said(self) -> str:
        """The shortest that is true: of what is not made now, that it is not."""
        return f"{self.mark} {self.word.rpartition(', ')[2]}".strip()

    @property
    def stays(self) -> bool:
        """Whether the plan leaves it as it is, or nobody knows how it is."""
        return ", " in self.word or self.mark == UNKNOWN[0]


@dataclass(frozen=True)
class Flow:
    """One picture: nodes by column, edges, and how many nodes had no room."""

    title: str
    columns: tuple[tuple[Node, ...], ...]
    edges: tuple[Edge, ...]
    missing: int = 0


def flows(target: TargetPlan) -> list[Flow]:
    """The sending and the receiving that a plan touches, as far as it touches them."""
    graph = _Graph(target)
    found = (graph.flow(title, columns) for title, columns in (("Sending", SENDING), ("Receiving", RECEIVING)))
    return [one for one in found if one is not None]


def _topic(arn: Json, scope: Scope) -> tuple[str, str]:
    name = str(arn).rpartition(":")[2]
    return "topic", name if arn == scope.arn("sns", name) else str(arn)


def _identity(fields: Fields, scope: Scope) -> Iterator[Reached]:
    if name := fields.get("configuration_set"):
        yield "configuration_set", str(name), ""
    for what in ("bounce", "complaint", "delivery"):
        if arn := fields.get(f"notifications.{what}.topic"):
            yield *_topic(arn, scope), what


def _destination(fields: Fields, scope: Scope) -> Iterator[Reached]:
    if arn := fields.get("sns"):
        yield *_topic(arn, scope), ""
    for path, kind in (("firehose.stream_arn", "stream"), ("eventbridge", "event bus"), ("pinpoint", "Pinpoint")):
        if arn := fields.get(path):
            yield kind, _last(arn), ""
    if fields.get("cloudwatch"):
        yield "CloudWatch", "metrics", ""


def _rule(fields: Fields, scope: Scope) -> Iterator[Reached]:
    reached = {
        "add_header": ("add header", "name"),
        "bounce": ("bounce", "sender"),
        "connect": ("instance", "instance"),
        "lambda": ("function", "function"),
        "s3": ("bucket", "bucket"),
        "workmail": ("organization", "organization"),
    }
    for what, said in (pair for action in _some(fields.get("actions"), dict) for pair in action.items()):
        if not isinstance(said, dict):
            continue
        if what in reached:
            kind, member = reached[what]
            yield kind, _last(said.get(member, "")), ""
        if what == "stop":
            yield "stop", "rules behind it", ""
        if arn := said.get("topic"):
            yield *_topic(arn, scope), "" if what == "sns" else f"{what} notice"


_T = TypeVar("_T")


def _some(value: Json, kind: type[_T]) -> list[_T]:
    """The items of a list that are of a type: a plan file that somebody changed may hold anything."""
    return [one for one in value if isinstance(one, kind)] if isinstance(value, list) else []


def _last(arn: Json) -> str:
    """What a person calls a thing by its ARN."""
    text = str(arn)
    return text.rpartition(":")[2].rpartition("/")[2] if text.startswith("arn:") else text


_REACHES: Mapping[str, Callable[[Fields, Scope], Iterator[Reached]]] = {
    "domain": _identity,
    "email": _identity,
    "configuration_set": lambda fields, _: (
        ("ip_pool", str(name), "") for name in [fields.get("delivery.sending_pool")] if name
    ),
    "event_destination": _destination,
    "active_receipt_rule_set": lambda fields, _: (
        ("receipt_rule_set", str(name), "") for name in [fields.get("name")] if name
    ),
    "receipt_rule": _rule,
}
"""By kind, what its fields lead to."""


def _made(fields: Fields, change: Change | None) -> Fields:
    """A thing's fields as the plan leaves them: those of what is held back or waits are as they were."""
    if change is None:
        return fields
    return {**fields, **{one.path: one.before for one in change.fields if state_of(change, one) is not State.READY}}


def _inside(change: Change | None) -> tuple[str, str]:
    """What happens to the way from what a thing lies in; that of a new one is new as its node says."""
    if change is None or change.action not in (Action.CREATE, Action.DELETE):
        return "", ""
    state = common_state(change)
    if change.action is Action.CREATE:
        return ("", "") if state is State.READY else ("+", f"new{_later(state)}")
    return "-", f"gone{_later(state)}"


def _later(state: State) -> str:
    return "" if state is State.READY else f", {STATES[state][1]}"


def _leads(kind: str, fields: Fields, change: Change | None, scope: Scope) -> dict[Reached, tuple[str, str]]:
    """What a thing leads to, or did before an update, each with its mark and word: by the state of the very fields."""
    if kind not in _REACHES:
        return {}
    reaches, changed = _REACHES[kind], change.fields if change else ()
    found = dict.fromkeys(reaches(fields, scope), ("", ""))
    if change is None:
        return found
    is_new = change.action is Action.CREATE
    at = {} if is_new else {**fields, **{one.path: one.before for one in changed}}
    before = set(reaches(at, scope))
    for state in (State.READY, State.WAITING, State.HELD):
        at |= {one.path: one.after for one in changed if state_of(change, one) is state}
        after = dict.fromkeys(reaches(at, scope))
        if not is_new or state is not State.READY:
            found |= {one: ("+", f"new{_later(state)}") for one in after if one not in before}
        found |= {one: ("-", f"gone{_later(state)}") for one in sorted(before) if one not in after}
        before = set(after)
    return found


class _Graph:
    """The whole graph of what a plan holds, and which of its nodes the changes touch."""

    def __init__(self, target: TargetPlan) -> None:
        self.scope = target.scope
        self.unread = {one.address for one in target.unknown if one.address}
        self.other_set = any(one.code == OTHER_SET for one in target.findings)
        self.nodes: dict[str, Node] = {}
        self.edges: dict[tuple[str, str], Edge] = {}
        changes = {one.address: one for one in target.changes if one.action is not Action.ADOPT or one.held}
        wanted = {one.address: one.fields for one in target.wanted}
        order = {
            Address("receipt_rule", (*address.name, rule)): number
            for address, fields in wanted.items()
            if address.kind == "receipt_rule_set"
            for number, rule in enumerate(_some(fields.get("order"), str), 1)
        }
        for address in sorted({*changes, *wanted}):
            self._add(address, wanted.get(address, {}), changes.get(address), order.get(address, 0))
        self.touched = self._along([one.key for one in self.nodes.values() if one.mark])

    def _add(self, address: Address, fields: Fields, change: Change | None, order: int) -> None:
        is_unread = address in self.unread
        mark, word, colour = marked(change) if change else UNKNOWN if is_unread else ("", "", "")
        key = named(address, None)
        name = safe(address.name[-1]) if address.name else "of the account"
        made = _made(fields, change)
        off = made.get("enabled") is False or made.get("sending_enabled") is False
        self.nodes[key] = Node(key, address.kind, name, mark, word, colour, order=order, off=off)
        if inner := _INNER.get(address.kind):
            label = safe(", ".join(_some(fields.get("events"), str)))
            self._edge(f"{inner}/{safe('/'.join(address.name[:-1]))}", key, label, *_inside(change))
        if address.kind == "active_receipt_rule_set" and self.other_set and change is None:
            return
        for reached, said in _leads(address.kind, fields, change, self.scope).items():
            self._edge(key, self._reach(reached), reached[2], *(UNKNOWN[:2] if is_unread and not said[0] else said))

    def _reach(self, reached: Reached) -> str:
        kind, name, _ = reached
        key = f"{kind}/{safe(name)}"
        self.nodes.setdefault(key, Node(key, kind, safe(name)))
        return key

    def _edge(self, source: str, target: str, label: str = "", mark: str = "", word: str = "") -> None:
        self.nodes.setdefault(source, Node(source, source.partition("/")[0], source.partition("/")[2]))
        known = self.edges.get((source, target))
        if known is None:
            self.edges[source, target] = Edge(source, target, label, mark, word)
        else:
            # Several things flow here: the edge is new or gone only where all of them are.
            labels = ", ".join(filter(None, dict.fromkeys((known.label, label))))
            same = (known.mark, known.word) == (mark, word)
            self.edges[source, target] = Edge(source, target, labels, *((mark, word) if same else ("", "")))

    def _along(self, starts: list[str]) -> set[str]:
        """What flows to or from the starts."""
        ways: tuple[defaultdict[str, list[str]], defaultdict[str, list[str]]] = (defaultdict(list), defaultdict(list))
        for source, target in self.edges:
            ways[0][source].append(target)
            ways[1][target].append(source)
        found: set[str] = set()
        for way in ways:
            seen, left = set(starts), list(starts)
            while left:
                new = [one for one in way[left.pop()] if one not in seen]
                seen.update(new)
                left += new
            found |= seen
        return found

    def flow(self, title: str, kinds: tuple[tuple[str, ...], ...]) -> Flow | None:
        """The part that goes through columns of these kinds, None where the plan does not touch it."""
        column = {kind: number for number, some in enumerate(kinds) for kind in some}
        inside = {key: one for key, one in self.nodes.items() if key in self.touched and one.kind in column}
        edges = [one for one in self.edges.values() if one.source in inside and one.target in inside]
        linked = {key for one in edges for key in (one.source, one.target)}
        # A topic or a stream stands in both pictures only where something leads to it.
        last = len(kinds) - 1 if title == "Receiving" else None
        own = {key for key, one in inside.items() if key in linked or (one.mark and column[one.kind] != last)}
        if not own:
            return None
        nodes, edges = _bundled([inside[key] for key in inside if key in own], edges)
        drawn, missing = [], 0
        for number in range(len(kinds)):
            some = sorted(
                (one for one in nodes if column[one.kind] == number), key=lambda one: (one.order, not one.mark)
            )
            missing += sum(one.number for one in some[MOST:])
            drawn.append(tuple(some[:MOST]))
        there = {one.key for some in drawn for one in some}
        kept = tuple(one for one in edges if one.source in there and one.target in there)
        return Flow(title, tuple(drawn), kept, missing)


def _bundled(nodes: Iterable[Node], edges: Iterable[Edge]) -> tuple[list[Node], list[Edge]]:
    """Nodes that differ by their name alone put together, where they are many."""
    edges = list(edges)
    ties: defaultdict[str, list[tuple[str, ...]]] = defaultdict(list)
    for one in edges:
        ties[one.source].append((">", one.target, one.label, one.mark, one.word))
        ties[one.target].append(("<", one.source, one.label, one.mark, one.word))
    alike: defaultdict[tuple[object, ...], list[Node]] = defaultdict(list)
    for node in nodes:
        alike[node.kind, node.mark, node.word, node.off, tuple(sorted(ties[node.key]))].append(node)
    stands: dict[str, str] = {}
    found = []
    for some in alike.values():
        first = some[0]
        if len(some) <= BUNDLE:
            found += some
            stands |= {one.key: one.key for one in some}
        else:
            key = f"{first.key} and {len(some) - 1:,} more"
            found.append(replace(first, key=key, number=len(some)))
            stands |= {one.key: key for one in some}
    drawn = {
        (stands[one.source], stands[one.target]): replace(one, source=stands[one.source], target=stands[one.target])
        for one in edges
    }
    return found, list(drawn.values())
