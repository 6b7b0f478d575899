"""Does an export plan clean? It is read as a spec is, and planned against what was read: no call is made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

from sesops.core import planner
from sesops.core.address import Address
from sesops.core.diagnostic import Diagnostic, Severity
from sesops.core.kind import Registry
from sesops.core.live import LiveState
from sesops.core.plan import Action, Change, Leave
from sesops.core.values import Json, Scope
from sesops.spec.files import Files
from sesops.spec.header import Header, Target
from sesops.spec.layout import layout
from sesops.spec.nodes import Entry, Map, Node, Place, Scalar, Seq, Source, places
from sesops.spec.schema import Fragments
from sesops.spec.target import Stage, read_target
from sesops.spec.things import Thing


class Fault(NamedTuple):
    """A thing (or, with a path, what is said there of it) that would not be clean, and why; None: of none in it."""

    address: Address | None
    path: str
    reason: str


class Check:
    """What stays the same from one check to the next."""

    def __init__(self, registry: Registry, fragments: Fragments, scope: Scope, state: LiveState, today: date) -> None:
        self._registry = registry
        self._scope = scope
        self._state = state
        self._today = today
        files = Files(Path())
        self._stage = Stage(registry, fragments, layout(registry.kinds), files, today, whole=True)
        self.shapes = self._stage.shapes
        self.name_rules = self._stage.name_rules
        self.spot = self._stage.spot

    def faults(self, sections: Json) -> list[Fault]:
        """What is wrong with an export as it is written; of what is wrong in itself no plan is made."""
        source = Source("", Path())
        numbered = _Numbered(source)
        root = numbered.node(sections)
        target = Target(self._scope.target, self._scope.region, Place(source), self._scope.account)
        header = Header(self._scope.stack, (target,), {}, {})
        if not isinstance(root, Map):
            raise TypeError("an export is a map of sections")
        read = read_target(self._stage, header, target, root, {})
        where = _Where(read.things)
        if wrong := [where.fault(one) for one in _errors(read.findings.all)]:
            return wrong
        plan = planner.plan(self._registry, self._scope, read.spec.wanted, self._state, Leave(), self._today)
        found = [where.fault(one) for one in _errors(plan.findings)]
        found += (one for change in plan.changes for one in _changed(change))
        found += (Fault(one.address, "", one.reason) for one in plan.unknown if one.address)
        return found


def _errors(findings: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    return (one for one in findings if one.severity is Severity.ERROR)


def _changed(change: Change) -> Iterator[Fault]:
    if change.action is Action.ADOPT:
        return
    waiting = next((one.text for step in change.steps for one in step.conditions), None)
    for one in change.fields if change.action is Action.UPDATE else ():
        yield Fault(change.address, one.path, waiting or "a plan would change it")
    if change.action is not Action.UPDATE or not change.fields:
        yield Fault(change.address, "", f"a plan would {change.action.value} it")


class _Numbered:
    """Makes nodes of JSON, each at a place of its own, as if it were a character further: a value where its key is."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._count = 0

    def _next(self) -> Place:
        self._count += 1
        return Place(self._source, self._count)

    def node(self, value: Json, at: Place | None = None) -> Node:
        at = at or self._next()
        if isinstance(value, Mapping):
            keys = {key: self._next() for key in value}
            return Map({key: Entry(keys[key], self.node(one, keys[key])) for key, one in value.items()}, at)
        if isinstance(value, list):
            return Seq([self.node(one) for one in value], at)
        return Scalar(value, value if isinstance(value, str) else str(value), at)


class _Where:
    """Of which thing, and of what in it, a finding speaks."""

    def __init__(self, things: Iterable[Thing]) -> None:
        self._at: dict[int, tuple[Address, str]] = {}
        for one in things:
            self._at[one.at.offset] = (one.address, "")
            for path, at in places(one.node):
                self._at.setdefault(at.offset, (one.address, path))

    def fault(self, found: Diagnostic) -> Fault:
        # A column counts from 1.
        address, path = self._at.get(found.location.column - 1, (None, "")) if found.location else (None, "")
        return Fault(address, path, found.message)
