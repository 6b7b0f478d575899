"""What an export says beside its values: what is not in it, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sesops.core.address import Address
from sesops.core.kind import Kinds
from sesops.core.sentences import listed
from sesops.core.thing import Unread

Spot = tuple[str, ...]
"""Where a comment stands: above a section, or above a key in one; `()` is the head of the file."""


@dataclass
class Comments:
    """Comments by their spot, each once. `gaps` are those about what could not be read."""

    kinds: Kinds
    head: list[str] = field(default_factory=list)
    _gaps: dict[str, None] = field(default_factory=dict)
    _of_things: defaultdict[Spot, dict[str, None]] = field(default_factory=lambda: defaultdict(dict))
    _left_out: defaultdict[tuple[Spot, str], list[Address]] = field(default_factory=lambda: defaultdict(list))
    _unread: defaultdict[tuple[Spot, str], dict[str, list[Address]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )

    def add(self, address: Address, text: str) -> None:
        """Say something of a thing, above it."""
        self._of_things[self.spot(address)][f"{address}: {without(address, text)}"] = None

    def left_out(self, address: Address, reason: str) -> None:
        """Say why a thing is not in it, together with those that have the same reason."""
        self._left_out[self.spot(address)[:1], without(address, reason)].append(address)

    def unread(self, address: Address, what: str, unread: Unread) -> None:
        """Note that something of a thing (everything, if `what` is empty) could not be read."""
        if unread.unavailable:
            self.left_out(address, unread.reason or "it is not offered here")
        else:
            self._unread[self.spot(address)[:1], unread.reason or "not read"][what].append(address)

    def unlisted(self, kind: str, unread: Unread) -> None:
        """Note that nobody knows what there is of a kind."""
        key = self.kinds[kind].paths[0].partition(".*")[0]
        text = f"{key}: none is in here: {unread.reason}"
        self._of_things[self.spot(Address(kind))[:1]][text] = None
        if not unread.unavailable:
            self._gaps[text] = None

    @property
    def gaps(self) -> tuple[str, ...]:
        unread = (text for (_, reason), paths in self._unread.items() for text in _unread_of(reason, paths))
        return tuple(sorted((*self._gaps, *unread)))

    def by_spot(self) -> dict[Spot, list[str]]:
        """All of them."""
        found = defaultdict[Spot, list[str]](list, {(): self.head})
        for (spot, reason), paths in self._unread.items():
            found[spot].extend(_unread_of(reason, paths))
        for (spot, reason), addresses in self._left_out.items():
            found[spot].append(f"left out: {listed(sorted(addresses))}: {reason}")
        for spot, texts in self._of_things.items():
            found[spot].extend(texts)
        # In what order things were read is chance.
        return {spot: texts if not spot else sorted(texts) for spot, texts in found.items()}

    def spot(self, address: Address) -> Spot:
        """Where a thing stands in the file: its section, and the key in it."""
        kind = self.kinds[address.kind]
        section, _, rest = kind.paths[0].partition(".")
        key = rest.partition(".")[0]
        if not key:
            return (section,)
        return (section, address.name[0] if key == "*" and address.name else key.removeprefix("="))


def without(address: Address, text: str) -> str:
    """A sentence without the thing that it begins with."""
    return text.removeprefix(f"{address}: ")


def _unread_of(reason: str, paths: Mapping[str, list[Address]]) -> Iterator[str]:
    """What could not be read for one reason; of the same things in one sentence."""
    together = defaultdict[tuple[Address, ...], list[str]](list)
    for path, addresses in paths.items():
        together[tuple(sorted(addresses))].append(path)
    for things, some in together.items():
        what = ", ".join(path for path in some if path)
        yield f"could not be read: {f'{what} of ' if what else ''}{listed(sorted(things))}: {reason}"
