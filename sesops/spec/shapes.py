"""A schema fragment as the stages before validation need it: what may stand where, and our annotations.

JSON Schema says whether a value is right; a shape says what a value *is* (an enumeration, a reference, a domain name,
an ARN, a file), so that it can be brought to its one form first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sesops.core.values import Json
from sesops.spec.findings import squashed
from sesops.spec.nodes import Map, Node, Scalar

MARKS = frozenset({
    "x-ref", "x-builtin", "x-arn", "x-regional", "x-domain", "x-email", "x-null", "x-no-null", "x-secret", "x-file",
    "x-hidden", "x-one-region", "x-form", "x-name", "x-external", "x-recipient", "x-hints",
})  # fmt: skip
"""The annotations that this package reads."""


@dataclass(frozen=True)
class Shape:
    """What a schema says of one value. `choices` has the spelling of each enumerated text by its squashed form."""

    types: frozenset[str] = frozenset()
    choices: Mapping[str, str] = field(default_factory=dict)
    properties: Mapping[str, Shape] = field(default_factory=dict)
    rest: Shape | None = None
    """Of keys that are not among the properties, where a schema gives one for them."""
    items: Shape | None = None
    branches: tuple[Shape, ...] = ()
    """The alternatives of `oneOf` and `anyOf` that say what the value is."""
    marks: Mapping[str, Json] = field(default_factory=dict)

    @property
    def says_something(self) -> bool:
        return bool(self.types or self.choices or self.properties or self.items or self.branches or self.marks)

    @property
    def nullable(self) -> bool:
        return "x-null" in self.marks or "null" in self.types or any(one.nullable for one in self.branches)

    def key(self, name: str) -> Shape | None:
        return self.properties.get(name, self.rest)

    def of(self, node: Node) -> Shape:
        """The alternative that a value was most likely meant as; the shape itself where it has none."""
        fitting = [one for one in self.branches if one.fits(node)]
        return max(fitting, key=lambda one: one.likeness(node)).of(node) if fitting else self

    def fits(self, node: Node) -> bool:
        """Whether a value may be meant as this: by its type, or as a reference to what is external."""
        if self.branches and not self.types:
            return any(one.fits(node) for one in self.branches)
        if "x-ref" in self.marks and isinstance(node, Map):
            return set(node.entries) == {"external"}
        if not self.types:
            return not self.choices or isinstance(node, Scalar)
        return bool(types_of(node) & self.types)

    def likeness(self, node: Node) -> int:
        """How well a value that fits looks like this: an enumerated text first, then the map with the same keys."""
        if isinstance(node, Map):
            return sum(key in self.properties for key in node.entries) + 100 * ("x-ref" in self.marks)
        is_choice = isinstance(node, Scalar) and isinstance(node.value, str) and squashed(node.value) in self.choices
        return 2 if is_choice else int(not self.choices)


def types_of(node: Node) -> frozenset[str]:
    """The JSON types that a value has."""
    if not isinstance(node, Scalar):
        return frozenset({"object" if isinstance(node, Map) else "array"})
    value = node.value
    if isinstance(value, bool):
        return frozenset({"boolean"})
    if isinstance(value, int):
        return frozenset({"integer", "number"})
    if isinstance(value, float):
        return frozenset({"number", "integer"} if value.is_integer() else {"number"})
    return frozenset({"string"} if isinstance(value, str) else {"null"})


def shape(schema: Json) -> Shape:
    """Read a schema whose local references have been put in place."""
    if not isinstance(schema, Mapping):
        return Shape()
    found = _own(schema)
    for part in schema.get("allOf", ()):
        other = shape(part)
        found["properties"] = {**other.properties, **found["properties"]}
        found["marks"] = {**other.marks, **found["marks"]}
        found["choices"] = found["choices"] or other.choices
        found["types"] = found["types"] or other.types
        found["branches"] += other.branches
    return Shape(**found)


def _own(schema: Mapping[str, Json]) -> dict[str, Any]:
    types = schema.get("type", ())
    enumerated = [*schema.get("enum", ()), *([schema["const"]] if "const" in schema else ())]
    branches = (shape(one) for word in ("oneOf", "anyOf") for one in schema.get(word, ()))
    return {
        "types": frozenset([types] if isinstance(types, str) else types),
        "choices": {squashed(one): one for one in enumerated if isinstance(one, str)},
        "properties": {key: shape(one) for key, one in schema.get("properties", {}).items()},
        "rest": shape(rest) if isinstance(rest := schema.get("additionalProperties"), Mapping) else None,
        "items": shape(items) if isinstance(items := schema.get("items"), Mapping) else None,
        "branches": tuple(one for one in branches if one.says_something),
        "marks": {key: one for key, one in schema.items() if key in MARKS},
    }
