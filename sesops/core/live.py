"""What a refresh found, and the view of it that a kind's judgement may ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sesops.core import fields as field_table
from sesops.core.address import Address
from sesops.core.kind import Live, Registry, Unread, Wanted
from sesops.core.refs import mentions, ref_value
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


@dataclass(frozen=True)
class World:
    """`kind.World` over what was read and what the spec asks for, references resolved."""

    scope: Scope
    registry: Registry
    state: LiveState
    spec: Mapping[Address, Wanted]

    def live(self, address: Address) -> Live | None:
        found = self.state.things.get(address)
        if isinstance(found, Live):
            return found
        return next((one for one in self.state.extra if one.address == address), None)

    def wanted(self, address: Address) -> Wanted | None:
        return self.spec.get(address)

    def verified(self, identity: str) -> bool:
        for address in self.registry.identity_addresses(identity):
            live = self.live(address)
            if live is not None and live.conditions.get("verification") == "SUCCESS":
                return True
        return False

    def referrers(self, address: Address) -> tuple[Address, ...]:
        value = ref_value(address, self.registry.kinds, self.scope)
        found = (*(one for one in self.state.things.values() if isinstance(one, Live)), *self.state.extra)
        return tuple(sorted({one.address for one in found if self._names(one, address.kind, value)} - {address}))

    def _names(self, live: Live, referred: str, value: str) -> bool:
        """Whether `live` names the thing: in a field that refers to such things, or by its ARN anywhere."""
        kind = self.registry.kinds[live.address.kind]
        return any(
            mentions(current, value)
            for path, current in field_table.decode(kind, live).items()
            if (one := kind.field(path)) is not None and (one.ref == referred or value.startswith("arn:"))
        )
