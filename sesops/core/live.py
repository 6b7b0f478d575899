"""What a refresh found, and the view of it that a kind's judgement may ask."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from sesops.core import fields as field_table
from sesops.core.address import Address
from sesops.core.kind import Registry
from sesops.core.refs import Name, names_in, names_of
from sesops.core.thing import Condition, Live, Unread, Wanted
from sesops.core.values import Scope


@dataclass(frozen=True)
class LiveState:
    """Everything that was read of one target.

    `things` holds what was asked for: live, None (surely absent) or `Unread` (existence unknown). `extra` are members
    of collections that nobody asked for. `owners` maps what carries a `sesops:stack` tag to the stack, as the tag
    listing shows it (it lags); where the listing was refused, `owners_known` is False and `owners_reason` says why.
    """

    things: Mapping[Address, Live | Unread | None] = field(default_factory=dict)
    extra: tuple[Live, ...] = ()
    owners: Mapping[Address, str] = field(default_factory=dict)
    owners_known: bool = True
    owners_reason: str | None = None
    owners_unread: Mapping[Address, str] = field(default_factory=dict)
    """What nobody can say the owner of, with the reason: the listing was refused, and so was its own read."""
    outside: Mapping[str, str] = field(default_factory=dict)
    """What readers were told of other places."""
    before: LiveState | None = None
    """What an earlier spec asks for beyond this one. No plan of this spec rests on it: it can be made again without."""

    @property
    def whole(self) -> LiveState:
        """With what was read for the earlier spec, for whoever asks what that one would do."""
        if self.before is None:
            return self
        things = dict(self.before.things)
        for address, one in self.things.items():
            more = things.get(address)
            if isinstance(one, Live) and isinstance(more, Live):
                things[address] = replace(one, blocks={**more.blocks, **one.blocks})
            elif not (isinstance(one, Live) and isinstance(more, Unread)):
                things[address] = one
        extra = {one.address: one for one in (*self.before.extra, *self.extra) if one.address not in things}
        outside = {**self.before.outside, **self.outside}
        return replace(self, things=things, extra=tuple(extra.values()), outside=outside, before=None)


@dataclass(frozen=True)
class World:
    """`thing.World` over what was read and what the spec asks for, references resolved."""

    scope: Scope
    registry: Registry
    state: LiveState
    spec: Mapping[Address, Wanted]

    def live(self, address: Address) -> Live | None:
        found = self.state.things.get(address)
        if isinstance(found, Live):
            return found
        return self._extra.get(address)

    def absent(self, address: Address) -> bool:
        return address in self.state.things and self.state.things[address] is None

    def wanted(self, address: Address) -> Wanted | None:
        return self.spec.get(address)

    def of(self, kind: str) -> tuple[Wanted, ...]:
        return tuple(one for one in self.spec.values() if one.address.kind == kind)

    def outside(self, key: str) -> str | None:
        return self.state.outside.get(key)

    def verified(self, identity: str) -> bool:
        for address in self.registry.identity_addresses(identity):
            live = self.live(address)
            if live is not None and live.conditions.get("verification") == "SUCCESS":
                return True
        return False

    def meets(self, condition: Condition) -> bool:
        """Whether a condition is true as far as was read; one that only a later read shows is not yet."""
        return condition.identity is not None and self.verified(condition.identity)

    def referrers(self, address: Address) -> tuple[Address, ...]:
        names = names_of(address, self.registry.kinds, self.scope)
        return tuple(sorted({one for name in names for one in self._naming.get(name, ())} - {address}))

    def keeping(self, address: Address) -> tuple[Address, ...]:
        names = frozenset(names_of(address, self.registry.kinds, self.scope))
        return tuple(one for one in self.referrers(address) if self._keeps(one, names))

    def _keeps(self, referrer: Address, names: frozenset[Name]) -> bool:
        """Whether a field of a live thing still has one of these names once it is as the spec asks."""
        live, wanted = self.live(referrer), self.wanted(referrer)
        if live is None or wanted is None:
            return True
        kind = self.registry.kinds[referrer.kind]
        for path, before in field_table.decode(kind, live).items():
            one = kind.field(path)
            if one is None or names_in(one, before).isdisjoint(names):
                continue
            after = wanted.fields.get(path, before)
            if one.merge and path in wanted.fields:
                after = one.merge(before, after, self, referrer)
            if not names_in(one, after).isdisjoint(names):
                return True
        return False

    def users(self, address: Address) -> tuple[Address, ...]:
        names = names_of(address, self.registry.kinds, self.scope)
        return tuple(sorted({one for name in names for one in self._asking.get(name, ())} - {address}))

    def leaning(self, identity: Address) -> tuple[Address, ...]:
        """Wanted things that wait for a verification which no other identity than this one gives."""
        found = (
            leaning
            for watched, leaning in self._watching.get(identity, ())
            if leaning != identity and not self._is_verified_without(identity, watched)
        )
        return tuple(sorted(set(found)))

    def _is_verified_without(self, other: Address, identity: str) -> bool:
        hosts = (self.live(one) for one in self.registry.identity_addresses(identity) if one != other)
        return any(one is not None and one.conditions.get("verification") == "SUCCESS" for one in hosts)

    @cached_property
    def _watching(self) -> Mapping[Address, list[tuple[str, Address]]]:
        """By identity, what it (or a domain below it) is watched for, and by which wanted thing."""
        found: defaultdict[Address, list[tuple[str, Address]]] = defaultdict(list)
        for wanted in self.spec.values():
            watches = self.registry.kinds[wanted.address.kind].watches
            for watched in watches(wanted) if watches else ():
                for host in self.registry.identity_addresses(watched):
                    found[host].append((watched, wanted.address))
        return found

    @cached_property
    def _extra(self) -> Mapping[Address, Live]:
        return {one.address: one for one in self.state.extra}

    @cached_property
    def _naming(self) -> Mapping[Name, set[Address]]:
        """Which live things hold each name. Made once: a plan may ask for the referrers of 10,000 things."""
        found: defaultdict[Name, set[Address]] = defaultdict(set)
        for live in (*self.state.things.values(), *self.state.extra):
            if not isinstance(live, Live):
                continue
            kind = self.registry.kinds[live.address.kind]
            for path, current in field_table.decode(kind, live).items():
                one = kind.field(path)
                for name in names_in(one, current) if one else ():
                    found[name].add(live.address)
        return found

    @cached_property
    def _asking(self) -> Mapping[Name, set[Address]]:
        """Which wanted things name each name."""
        found: defaultdict[Name, set[Address]] = defaultdict(set)
        for wanted in self.spec.values():
            kind = self.registry.kinds[wanted.address.kind]
            for path, value in wanted.fields.items():
                one = kind.field(path)
                for name in names_in(one, value) if one else ():
                    found[name].add(wanted.address)
        return found
