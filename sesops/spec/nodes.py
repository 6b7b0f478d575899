"""The tree that a spec is until it becomes values: every key and value with the place where it was written.

Nodes are never changed once they are made; a stage that changes something makes a new node with the old place.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from enum import Enum
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias

from sesops.core.diagnostic import Location
from sesops.core.personal import without_addresses
from sesops.core.values import Json, Ref, Secret
from sesops.spec import personal

_LINE_END = re.compile(r"\r\n|\n|\r")
# No pattern begins with a repetition: on a long line that would take the square of its length.
_SECRET_KEY = re.compile(r"(?i)((?:private_?key|secret|passw|token|credential)[\w-]{0,40}[\"']?\s*:\s*)\S.*")
_KEY_MATERIAL = re.compile(r"[A-Za-z0-9+/]{64,}={0,2}|-----BEGIN.*|(?<=://)[^/\s@]+(?=@)")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
MASK: Final = "…"


def masked(text: str) -> str:
    """A text fit to be shown: without what looks like a key, a password or a token, or would move a cursor."""
    return _CONTROL.sub("\ufffd", without_key_material(_SECRET_KEY.sub(rf"\1{MASK}", text)))


def without_key_material(text: str) -> str:
    """A text without what looks like a key by itself, or is a password in a URL."""
    return _KEY_MATERIAL.sub(MASK, text)


class Source:
    """A file that was read: `name` as it is shown, `text` decoded. Lines end as editors end them."""

    __slots__ = ("_masked", "_personal", "_starts", "name", "path", "text")

    def __init__(self, name: str, path: Path, text: str = "") -> None:
        self.name = name
        self.path = path
        self.text = text
        self._starts = [0, *(found.end() for found in _LINE_END.finditer(text))]
        self._masked: dict[int, str] = {}
        self._personal: tuple[range, ...] | None = None

    def location(self, offset: int) -> Location:
        """The place of a character, with its line, secrets masked."""
        line = bisect_right(self._starts, offset)
        start = self._starts[line - 1]
        # Once a line: a whole spec may stand in one.
        if line not in self._masked:
            text = masked(self.line(line))
            self._masked[line] = without_addresses(text) if self.is_personal(line) else text
        return Location(self.name, line, offset - start + 1, self._masked[line])

    def is_personal(self, line: int) -> bool:
        """Whether a line may hold addresses of people, which are not to be shown."""
        if self._personal is None:
            self._personal = tuple(personal.ranges([self.line(number) for number in range(1, len(self._starts) + 1)]))
        return any(line in one for one in self._personal)

    def line(self, number: int) -> str:
        """A line by its number from 1, without its end."""
        end = self._starts[number] if number < len(self._starts) else len(self.text)
        return self.text[self._starts[number - 1] : end].rstrip("\r\n")


class Place(NamedTuple):
    """A character of a file."""

    source: Source
    offset: int = 0

    @property
    def location(self) -> Location:
        return self.source.location(self.offset)

    @property
    def is_personal(self) -> bool:
        """Whether what stands here may be the address of a person."""
        return self.source.is_personal(self.location.line)

    @property
    def secret_location(self) -> Location:
        """The location of a value that must not be shown: its line ends before it."""
        found = self.location
        return Location(found.file, found.line, found.column, found.text[: found.column - 1].removesuffix(MASK) + MASK)


class Places(Mapping[str, Location]):
    """Places by path. A location is made when it is asked for: of ten thousand things few are ever pointed at."""

    __slots__ = ("_places",)

    def __init__(self, places: Mapping[str, Place]) -> None:
        self._places = places

    def __getitem__(self, path: str) -> Location:
        return self._places[path].location

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


class Nothing(Enum):
    """No value at all: a key with nothing after it, which is not the same as a written `null`; or a value that cannot
    be read, which is a finding already.
    """

    EMPTY = "empty"
    BROKEN = "broken"


class Default(Enum):
    """A `null` where it means SES's default. Elsewhere a `null` is a value like any other, and mostly a wrong one."""

    DEFAULT = "default"


EMPTY: Final = Nothing.EMPTY
BROKEN: Final = Nothing.BROKEN
DEFAULT: Final = Default.DEFAULT


class Scalar:
    """A single value. `text` is what was written. `weak`: it comes from outside the spec, where nothing has a type, so
    it is text wherever text is asked for. `varies`: a variable is in it that may be set from outside. `ref`: what it
    turned out to refer to.
    """

    __slots__ = ("at", "ref", "text", "value", "varies", "weak")

    def __init__(
        self, value: Any, text: str, at: Place, *, weak: bool = False, varies: bool = False, ref: Ref | None = None
    ) -> None:
        self.value = value
        self.text = text
        self.at = at
        self.weak = weak
        self.varies = varies
        self.ref = ref


class Entry(NamedTuple):
    """What stands under a key, and where the key stands."""

    at: Place
    value: Node


class Map:
    """Keys, as they are written, with their entries. `secret`: what it turned out to refer to."""

    __slots__ = ("at", "entries", "secret")

    def __init__(self, entries: dict[str, Entry], at: Place, secret: Secret | None = None) -> None:
        self.entries = entries
        self.at = at
        self.secret = secret

    def get(self, key: str) -> Node | None:
        entry = self.entries.get(key)
        return entry.value if entry else None

    def without(self, *keys: str) -> Map:
        """The same map without some keys."""
        if not any(key in self.entries for key in keys):
            return self
        return Map({key: one for key, one in self.entries.items() if key not in keys}, self.at)


class Seq:
    """A list."""

    __slots__ = ("at", "items")

    def __init__(self, items: list[Node], at: Place) -> None:
        self.items = items
        self.at = at


Node: TypeAlias = Scalar | Map | Seq


def is_nothing(node: Node) -> bool:
    """Whether a node has no value, which is a finding already."""
    return isinstance(node, Scalar) and isinstance(node.value, Nothing)


def is_default(node: Node) -> bool:
    """Whether a node is a `null` that means SES's default."""
    return isinstance(node, Scalar) and node.value is DEFAULT


def plain(node: Node, *, refs: bool = False, defaults: bool = True) -> Json:
    """The node as JSON. With `refs`, what refers to a thing of the spec is a `Ref`, and what refers to a secret is a
    `Secret`; without `defaults`, keys that are set back to SES's default are left out. Keys with nothing after them
    always are.
    """
    if isinstance(node, Scalar):
        if refs and node.ref is not None:
            return node.ref
        return None if isinstance(node.value, Nothing | Default) else node.value
    if isinstance(node, Seq):
        return [plain(one, refs=refs, defaults=defaults) for one in node.items]
    if refs and node.secret is not None:
        return node.secret
    return {
        key: plain(one.value, refs=refs, defaults=defaults)
        for key, one in node.entries.items()
        if not is_nothing(one.value) and (defaults or not is_default(one.value))
    }


def from_json(value: Json, at: Place) -> Node:
    """JSON as nodes that all stand at one place: what a file held is reported where the spec names the file."""
    if isinstance(value, dict):
        return Map({key: Entry(at, from_json(one, at)) for key, one in value.items()}, at)
    if isinstance(value, list):
        return Seq([from_json(one, at) for one in value], at)
    return Scalar(value, value if isinstance(value, str) else str(value), at)


def children(node: Node) -> Iterator[tuple[str, Place, Node]]:
    """What lies in a node: key (or `[index]`), the place of the key (or item), and the node."""
    if isinstance(node, Map):
        for key, entry in node.entries.items():
            yield key, entry.at, entry.value
    elif isinstance(node, Seq):
        for index, one in enumerate(node.items):
            yield f"[{index}]", one.at, one


def places(node: Node, prefix: str = "") -> Iterator[tuple[str, Place]]:
    """Every path in a node (`actions[0].s3.bucket`) with the place of its key or item."""
    for key, at, one in children(node):
        path = (
            key if not prefix else f"{prefix}{key}" if key[:1] == "[" and isinstance(node, Seq) else f"{prefix}.{key}"
        )
        yield path, at
        if not isinstance(one, Scalar):
            yield from places(one, path)


def step(node: Node | None, part: str | int) -> tuple[Place, Node] | None:
    """Go one key or index down; None where there is no such."""
    if isinstance(node, Map) and part in node.entries:
        return node.entries[str(part)]
    if isinstance(node, Seq) and isinstance(part, int) and part < len(node.items):
        return node.items[part].at, node.items[part]
    return None
