"""What is said of things, put back where it stands in a spec: along the kinds' paths, references by name."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sesops.core.address import Address
from sesops.core.kind import UNSET, Kind, Registry
from sesops.core.refs import ref_value
from sesops.core.values import Json, Scope
from sesops.spec.export.said import Document, Said, nested
from sesops.spec.layout import Spot
from sesops.spec.nodes import Place, Source, from_json
from sesops.spec.shapes import Shape

_NOWHERE = Place(Source("", Path()))


class Tree:
    """The sections of a spec over some things, given in the order in which lists have them. `values` are those of
    things that have no fields. Secrets are `opened` only where nobody sees it.
    """

    def __init__(
        self,
        registry: Registry,
        scope: Scope,
        shapes: Mapping[str, Shape],
        said: Mapping[Address, Said],
        values: Mapping[Address, Json],
        *,
        opened: bool,
    ) -> None:
        self._kinds = registry.kinds
        self._shapes = shapes
        self._names = _Names(registry, scope, said)
        self._said = said
        self._values = values
        self._opened = opened
        self._inside: dict[tuple[str, tuple[str, ...]], list[Address]] = {}
        for one in said:
            self._inside.setdefault((one.kind, one.name[:-1]), []).append(one)

    def at(self, spot: Spot, name: tuple[str, ...] = ()) -> Json:
        """What stands at a spot below the thing of that name; `UNSET` where there is nothing."""
        if spot.kind is not None:
            return self._setting(Address(spot.kind, (*name, spot.name) if spot.name else name), spot)
        if spot.items is not None:
            return [self._item(one, spot.items) for one in self._children(spot.items, name)] or UNSET
        if spot.star is not None:
            return {one.last: self._thing(one, spot.star) for one in self._children(spot.star, name)} or UNSET
        below = {key: value for key, one in spot.keys.items() if (value := self.at(one, name)) is not UNSET}
        # That a choice has not been made is worth saying only where there is something to choose.
        return below if any(value is not None for value in below.values()) else UNSET

    def _children(self, spot: Spot, name: tuple[str, ...]) -> Iterator[Address]:
        found = self._inside.get((str(spot.kind), name), [])
        kind = self._kinds[str(spot.kind)]
        is_ordered = kind.paths[0].endswith("[name]") and kind.named_by is None
        return iter(found if is_ordered else sorted(found))

    def _setting(self, address: Address, spot: Spot) -> Json:
        """A thing that has a place of its own; nothing has to be said of it."""
        if address in self._values:
            return self._values[address]
        value = self._thing(address, spot) if address in self._said else UNSET
        return UNSET if value == {} else value

    def _item(self, address: Address, spot: Spot) -> Json:
        named = {} if self._kinds[address.kind].named_by else {"name": address.last}
        return {**named, **self._thing(address, spot)}

    def _thing(self, address: Address, spot: Spot) -> Json:
        kind = self._kinds[address.kind]
        said = self._said[address]
        value = nested(kind, {**said.fields, **said.sealed} if self._opened else said.fields)
        own = self._refer(kind.written(value) if kind.written else value, self._shapes[kind.name])
        below = {key: inner for key, one in spot.keys.items() if (inner := self.at(one, address.name)) is not UNSET}
        return {**own, **below} if below else own

    def _refer(self, value: Json, shape: Shape | None) -> Json:
        """The value with the names by which the spec refers to things."""
        if shape is None or isinstance(value, Document):
            return value
        chosen = shape.of(from_json(value, _NOWHERE)) if shape.branches else shape
        if isinstance(value, Mapping):
            return {key: self._refer(one, chosen.key(key) or shape.key(key)) for key, one in value.items()}
        if isinstance(value, list):
            return [self._refer(one, chosen.items) for one in value]
        marks = {**shape.marks, **chosen.marks}
        return self._names.of(value, marks) if isinstance(value, str) and "x-ref" in marks else value


@dataclass(frozen=True)
class _Names:
    """What the spec calls things by: those in it by their name, all others as somebody else's."""

    registry: Registry
    scope: Scope
    here: Container[Address]

    def of(self, value: str, marks: Mapping[str, Json]) -> Json:
        if value in marks.get("x-builtin", ()):
            return value
        name = str(marks["x-ref"])
        kind = self.registry.kinds.get(name)
        if value.startswith("arn:"):
            return self._named(kind, value) or value
        return value if Address(name, (value,)) in self.here else {"external": value}

    def _named(self, kind: Kind | None, arn: str) -> str | None:
        """The name of the thing of this place that an ARN is of, if it is in the spec."""
        found = kind.from_arn(arn) if kind and kind.from_arn else None
        if kind is None or found is None:
            return None
        address = Address(kind.name, found)
        is_here = address in self.here and ref_value(address, self.registry.kinds, self.scope) == arn
        return address.last if is_here else None


def references(shape: Shape) -> frozenset[str]:
    """The kinds that a thing of this shape may refer to."""
    inner = (*shape.properties.values(), *(one for one in (shape.rest, shape.items) if one), *shape.branches)
    own = {str(shape.marks["x-ref"])} if "x-ref" in shape.marks else set()
    return frozenset(own.union(*(references(one) for one in inner)))
