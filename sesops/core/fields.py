"""Between the nested form of a spec, the flat fields of a thing, and SES's own blocks. All three ways are tables."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from sesops.core.kind import UNSET, Field, Kind
from sesops.core.thing import Block, Live
from sesops.core.values import Fields, Json


def flatten(kind: Kind, nested: Mapping[str, Json]) -> dict[str, Json]:
    """Bring a thing's nested value to flat fields, in the order of the kind's table: a plan follows it, not the spec's.

    A `null` on a group (`mail_from: null`) stands for each field below it.

    Raises:
        KeyError: a path is in no table (the schema lets something through that the kind does not know).

    """
    found = dict(_flat(kind, nested, ""))
    rank = {one.path: number for number, one in enumerate(kind.fields)}
    order = sorted(found, key=lambda path: (rank[one.path] if (one := kind.field(path)) else len(rank), path))
    return {path: found[path] for path in order}


def _flat(kind: Kind, nested: Mapping[str, Json], prefix: str) -> Iterator[tuple[str, Json]]:
    for key, value in nested.items():
        path = f"{prefix}{key}"
        if kind.field(path) is not None:
            yield path, value
        elif isinstance(value, Mapping):
            yield from _flat(kind, value, f"{path}.")
        elif value is None and (below := [one.path for one in kind.fields if one.path.startswith(f"{path}.")]):
            yield from ((one, None) for one in below if not one.endswith("*"))
        else:
            raise KeyError(f"{kind.name}: {path}")


def lookup(raw: Mapping[str, Json], member: str) -> Json:
    """The member at a dotted path, or `UNSET` where the block has none."""
    value: Any = raw
    for part in member.split("."):
        if not isinstance(value, Mapping) or part not in value:
            return UNSET
        value = value[part]
    return value


def decode(kind: Kind, live: Live, facet: str | None = None) -> dict[str, Json]:
    """All fields (or those of one facet) that were read, SES's defaults filled in; what was not read gives none."""
    found: dict[str, Json] = {}
    for one in kind.fields:
        if facet is not None and one.facet != facet:
            continue
        block = live.blocks.get(one.facet)
        if not isinstance(block, Block):
            continue
        found.update(values(one, block))
    return found


def values(one: Field, block: Block) -> dict[str, Json]:
    """What a block has of a field, by its path; of one with a star as many as there are."""
    if not one.path.endswith("*"):
        return {one.path: read_field(one, block, one.path)}
    held = block.raw if not one.member else lookup(block.raw, one.member)
    if not isinstance(held, Mapping):
        return {}
    return {one.path[:-1] + name: decode_value(one, value) for name, value in held.items()}


def read_field(one: Field, block: Block, path: str) -> Json:
    """One field's value in a block as SES gave it; SES's default where the block has no such member."""
    if one.path.endswith("*"):
        held = block.raw if not one.member else lookup(block.raw, one.member)
        name = path[len(one.path) - 1 :]
        return decode_value(one, held[name]) if isinstance(held, Mapping) and name in held else one.default
    value = lookup(block.raw, one.member)
    return one.default if value is UNSET or value is None else decode_value(one, value)


def decode_value(one: Field, value: Json) -> Json:
    return one.decode(value) if one.decode else value


def overlay(kind: Kind, facet: str, raw: Mapping[str, Json], changed: Fields) -> dict[str, Json]:
    """Lay changed fields over a block as SES gave it: what our table does not name stays as it is.

    `None` takes a member out (SES's default). Members that SES moves by itself are dropped.
    """
    volatile = kind.facet(facet).volatile
    block: dict[str, Json] = {key: copy.deepcopy(value) for key, value in raw.items() if key not in volatile}
    for path, value in changed.items():
        one = kind.field(path)
        if one is None or one.facet != facet:
            continue
        _lay(block, _member(one, path), None if value is None else (one.encode(value) if one.encode else value))
    return block


def _member(one: Field, path: str) -> list[str]:
    """Where a field stands in the block. A name behind a star is one key, dots and all."""
    if one.path.endswith("*"):
        return [*(one.member.split(".") if one.member else ()), path[len(one.path) - 1 :]]
    return one.member.split(".")


def _lay(block: dict[str, Json], member: list[str], value: Json) -> None:
    *groups, last = member
    parents = [block]
    for group in groups:
        inner = parents[-1].get(group)
        if not isinstance(inner, dict):
            if value is None:
                return
            inner = parents[-1][group] = {}
        parents.append(inner)
    if value is not None:
        parents[-1][last] = value
        return
    parents[-1].pop(last, None)
    for group, parent in zip(reversed(groups), reversed(parents[:-1]), strict=True):
        if not parent[group]:
            del parent[group]
