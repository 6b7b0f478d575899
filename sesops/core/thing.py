"""The two shapes of a thing, wanted and live, and what a kind may ask about the others while it judges one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from sesops.core.address import Address
from sesops.core.diagnostic import Location
from sesops.core.values import Fields, Json, Ref, Scope


@dataclass(frozen=True)
class Block:
    """A facet of a live thing as SES gave it. `unknown` are members that the installed botocore does not know."""

    raw: Mapping[str, Json] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True)
class Unread:
    """A facet (or a thing) that we know nothing of: not asked for (`reason` None), or denied, failed, unavailable."""

    reason: str | None = None
    unavailable: bool = False
    """The operation is not offered in this region: an error at the place that asks for it."""


@dataclass(frozen=True)
class Live:
    """A thing that exists: its blocks by facet, and conditions (verification, DKIM status), shown and never compared.

    A facet missing from `blocks` was not asked for. Comparing with what was not read is an error in the program.
    """

    address: Address
    blocks: Mapping[str, Block | Unread] = field(default_factory=dict)
    conditions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Reading:
    """What a reader returns: for each wanted name the live thing, None (surely absent) or Unread (existence unknown);
    and the members of a collection that SES has and the spec does not (`extra`).
    """

    things: Mapping[Address, Live | Unread | None]
    extra: tuple[Live, ...] = ()
    outside: Mapping[str, str] = field(default_factory=dict)
    """What was asked of other places, in words and under keys of the kind's own."""


Wants = Mapping[tuple[str, ...], frozenset[str]]
"""For each wanted name the paths of the fields that are asked for; empty: whether it exists. A name without its last
part asks for all that lies in the thing of that name: the reader gives it as `extra`, and under that name None, or
`Unread` where it is not known.
"""


@dataclass(frozen=True)
class Wanted:
    """A thing as the spec asks for it. An absent field is not managed, None is "SES's default".

    `fields` is flat and plain JSON once references are resolved; before that a value, or a member of a list in it,
    may be a `Ref`. `refs` keeps which field refers to what.
    """

    address: Address
    fields: Fields = field(default_factory=dict)
    places: Mapping[str, Location] = field(default_factory=dict)
    """Where each field was written; the thing itself under the empty path."""
    refs: tuple[tuple[str, Address], ...] = ()
    previous: str | None = None
    strict: bool = False
    """The spec is all there is of it: what else SES has of it goes."""
    payload: Any = field(default=None, compare=False, repr=False)
    """What is too long or too personal for a field, such as addresses: no plan shows or holds it."""

    @property
    def place(self) -> Location | None:
        return self.places.get("")


@dataclass(frozen=True)
class Condition:
    """Something outside our hands that a step waits for. `hint` says what to do about it."""

    identity: str | None
    """The identity that has to be verified, itself or through a parent domain; None: only a later read shows it."""
    text: str
    hint: str = ""


class World(Protocol):
    """What a kind may ask about everything else that is live or wanted while it judges one of its things."""

    @property
    def scope(self) -> Scope:
        """Where we are."""

    def live(self, address: Address) -> Live | None:
        """The live thing, or None where it is absent or was not read."""

    def absent(self, address: Address) -> bool:
        """Whether it was looked up and is not there."""

    def wanted(self, address: Address) -> Wanted | None:
        """The thing as the spec asks for it, references resolved."""

    def of(self, kind: str) -> tuple[Wanted, ...]:
        """Every wanted thing of a kind."""

    def verified(self, identity: str) -> bool:
        """Whether the identity, or a parent domain of it, is verified as far as was read."""

    def outside(self, key: str) -> str | None:
        """What a reader found in another place; None where it was not asked."""

    def referrers(self, address: Address) -> tuple[Address, ...]:
        """Live things, as far as read, that refer to this one."""

    def keeping(self, address: Address) -> tuple[Address, ...]:
        """Those of them that refer to it still when all that the spec asks for is done."""

    def users(self, address: Address) -> tuple[Address, ...]:
        """Things of the spec that refer to this one."""


class Siblings(Protocol):
    """What a kind's offline check sees of the rest of the target's spec."""

    @property
    def scope_region(self) -> str:
        """The target's region."""

    @property
    def account(self) -> str | None:
        """The target's account, where the spec says it."""

    def of(self, kind: str) -> tuple[Wanted, ...]:
        """Every wanted thing of a kind, in the order of the spec."""

    def find(self, address: Address) -> Wanted | None:
        """One wanted thing."""

    def index(self, kind: str, keys: Callable[[Wanted], Iterable[str]]) -> Mapping[str, tuple[Wanted, ...]]:
        """The things of a kind by each of their keys, in the order of the spec; made once for a kind and a function."""


def is_resolved(value: Any) -> bool:
    """Whether no reference is left in a value."""
    if isinstance(value, Ref):
        return False
    if isinstance(value, Mapping):
        return all(is_resolved(one) for one in value.values())
    if isinstance(value, list | tuple):
        return all(is_resolved(one) for one in value)
    return True
