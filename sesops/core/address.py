"""Addresses: how a thing is named in the plan, on the command line and in `remove`, `release`, `allow`.

`configuration_set/tx`, `event_destination/tx/feedback`, `active_receipt_rule_set`; with several targets
`eu:domain/example.com`.
"""

from __future__ import annotations

from typing import NamedTuple


class Address(NamedTuple):
    """The name of one thing: its kind, the parts of its name (outermost first), and the target it lies in.

    A tuple, because a large plan looks each of them up a hundred times.
    """

    kind: str
    name: tuple[str, ...] = ()
    target: str | None = None

    def __str__(self) -> str:
        body = "/".join((self.kind, *self.name))
        return f"{self.target}:{body}" if self.target else body

    @property
    def local(self) -> Address:
        """The same thing without its target: what one target's plan knows it by."""
        return self._replace(target=None)

    @property
    def last(self) -> str:
        """The thing's own name (the last part), or the kind where there is only one of it."""
        return self.name[-1] if self.name else self.kind


class AddressError(ValueError):
    """A text that is no address; the message says what one looks like."""


def split_target(text: str) -> tuple[str | None, str]:
    """Split `eu:domain/example.com` into target and rest. A colon behind the first slash belongs to a name."""
    head, _, _ = text.partition("/")
    if ":" not in head:
        return None, text
    target, _, rest = text.partition(":")
    return target, rest


def parse(text: str, parts: dict[str, int]) -> Address:
    """Parse an address, `parts` being how many parts the name of each kind has.

    An e-mail address may hold slashes, so what stands before the last parts is one part; no other name has any.

    Raises:
        AddressError: the kind is unknown, or parts are missing.

    """
    target, rest = split_target(text)
    kind, _, name = rest.partition("/")
    if kind not in parts:
        raise AddressError(f"{text!r} names no kind that there is")
    count = parts[kind]
    pieces = tuple(name.rsplit("/", count - 1)) if name else ()
    if len(pieces) != count or not all(pieces) or any("/" in one and "@" not in one for one in pieces):
        shape = "/".join([kind] + ["NAME"] * count)
        raise AddressError(f"{text!r} is not of the form {shape}")
    return Address(kind, pieces, target or None)
