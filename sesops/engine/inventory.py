"""Reads all that is live in one place, as far as our kinds go, in as few calls as their readers need.

One thing leads to the next: a listing to the things in it, a thing to what lies in it and to what it refers to by ARN.
All of it runs side by side, and no call is made twice.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sesops.core import fields
from sesops.core.address import Address
from sesops.core.inventory import Inventory, owner
from sesops.core.kind import Compare, Kind, Registry
from sesops.core.live import LiveState
from sesops.core.ports import Gateway, Listener
from sesops.core.refs import names_in
from sesops.core.thing import Live, Reading, Unread
from sesops.core.values import Program, Scope
from sesops.engine.refresh import known, owned, owners_of, readable, reading, run_readers

_OWNERS, _NAMES, _THINGS, _LINES = "owners", "names", "things", "lines"


@dataclass(frozen=True)
class _Asked:
    """What a program was asked: `what` of a kind, in a thing."""

    what: str
    kind: str = ""
    host: Address | None = None


def take_inventory(
    registry: Registry,
    scope: Scope,
    gateway: Gateway,
    listener: Listener,
    *,
    skip: Callable[[Address], bool] = lambda _address: False,
    lists: Iterable[str] = (),
    clock: Callable[[], float] = time.monotonic,
) -> Inventory:
    """Read everything but what is to be skipped, with all fields. `lists` are the kinds whose long lists are wanted.

    What another stack's tag is on is read, and nothing that lies in it.
    """
    survey = _Survey(registry, scope, skip)
    run_readers(gateway, listener, lambda ask: survey.begin(ask, lists), survey.take, clock)
    return survey.found()


@dataclass
class _Survey:
    """What was found so far; each result that comes in may lead to further questions."""

    registry: Registry
    scope: Scope
    skip: Callable[[Address], bool]
    ask: Callable[[_Asked, Program], None] = lambda _asked, _program: None
    things: dict[Address, Live | Unread | None] = field(default_factory=dict)
    unlisted: dict[tuple[str, Address | None], Unread] = field(default_factory=dict)
    lists: dict[Address, tuple[str, ...]] = field(default_factory=dict)
    owned: Mapping[str, Mapping[str, str]] | Unread = field(default_factory=dict)
    outside: dict[str, str] = field(default_factory=dict)

    def begin(self, ask: Callable[[_Asked, Program], None], lists: Iterable[str]) -> None:
        """Ask for what lies in nothing else."""
        self.ask = ask
        self.ask(_Asked(_OWNERS), owned(self.registry, self.scope))
        for kind in self.registry.kinds.values():
            if kind.inventory is not None:
                self.ask(_Asked(_NAMES, kind.name), known(kind.inventory(self.scope)))
            elif not kind.parts:
                self._read(kind, [Address(kind.name)])
            elif kind.listed is not None and kind.name in lists:
                self.ask(_Asked(_LINES, kind.name), known(kind.listed(self.scope)))

    def take(self, asked: _Asked, result: Any) -> None:
        """Take one result in."""
        if asked.what == _OWNERS:
            self.owned = result
        elif isinstance(result, Unread):
            self.unlisted[asked.kind, asked.host] = result
        elif asked.what == _LINES:
            name, lines = result
            self.lists[Address(asked.kind, (name,))] = lines
        elif asked.what == _NAMES:
            self._read(self.registry.kinds[asked.kind], [Address(asked.kind, (name,)) for name in result])
        elif asked.host is not None:
            self._inside(asked.kind, asked.host, result)
        else:
            self._things(result)

    def _read(self, kind: Kind, addresses: Iterable[Address]) -> None:
        """Read things with all their fields, each once."""
        new = [one for one in addresses if one not in self.things and not self.skip(one)]
        # Noted now, so that nothing is asked twice, and in the order of the listing.
        self.things.update(dict.fromkeys(new))
        if new:
            every = frozenset(one.path for one in kind.fields)
            self.ask(_Asked(_THINGS, kind.name), reading(kind, {one.name: every for one in new}, self.scope))

    def _things(self, read: Reading) -> None:
        self.things.update(read.things)
        self.outside.update(read.outside)
        referred = defaultdict[str, dict[Address, None]](dict)
        for address, found in read.things.items():
            if not isinstance(found, Live):
                continue
            live = self.things[address] = readable(self.registry.kinds[address.kind], found)
            if owner(live) not in (None, self.scope.stack):
                continue
            for child in self.registry.kinds.values():
                if live.address.kind in child.parents:
                    # By the name of the host a reader gives all that lies in it.
                    within = reading(child, {live.address.name: frozenset()}, self.scope)
                    self.ask(_Asked(_THINGS, child.name, live.address), within)
            for one in self._referred(live):
                referred[one.kind][one] = None
        for name, addresses in referred.items():
            self._read(self.registry.kinds[name], addresses)

    def _inside(self, kind: str, host: Address, read: Reading) -> None:
        unknown = read.things.get(Address(kind, host.name))
        if isinstance(unknown, Unread):
            self.unlisted[kind, host] = unknown
        self._read(self.registry.kinds[kind], [one.address for one in read.extra])

    def _referred(self, live: Live) -> Iterator[Address]:
        """What a thing refers to by an ARN of this place: whatever has a name there is listed anyway. What stands in
        policies is said of somebody, and refers to nothing.
        """
        kind = self.registry.kinds[live.address.kind]
        for path, value in fields.decode(kind, live).items():
            one = kind.field(path)
            if one is None or one.compare is Compare.POLICY:
                continue
            for arn in sorted(text for of, text in names_in(one, value) if of is None):
                yield from self._here(arn)

    def _here(self, arn: str) -> Iterator[Address]:
        for kind in self.registry.kinds.values():
            name = kind.from_arn(arn) if kind.from_arn and kind.ref_value else None
            if name is not None and kind.ref_value and kind.ref_value(Address(kind.name, name), self.scope) == arn:
                yield Address(kind.name, name)

    def found(self) -> Inventory:
        unknown = self.owned.reason if isinstance(self.owned, Unread) else None
        state = LiveState(
            self.things,
            owners={} if isinstance(self.owned, Unread) else owners_of(self.registry, self.owned),
            owners_known=not isinstance(self.owned, Unread),
            owners_reason=unknown,
            outside=self.outside,
        )
        return Inventory(state, self.unlisted, self.lists)
