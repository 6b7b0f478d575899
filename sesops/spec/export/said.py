"""A live thing as a spec says it: its fields, without those that it would have anyway."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sesops.core import fields as field_table
from sesops.core.address import Address
from sesops.core.diff import same
from sesops.core.kind import UNSET, Compare, Field, Kind
from sesops.core.thing import Live, Unread
from sesops.core.values import Fields, Json, Scope, Secret


class Document(dict[str, Json]):
    """A policy, which may stand in a file of its own."""


@dataclass
class Said:
    """One thing of the export. `sealed` are the values of fields that only refer to a secret; `unread` the paths of
    which nothing is known, with the reason; `strange` is what SES has of it and the installed botocore does not know.
    """

    address: Address
    fields: dict[str, Json] = field(default_factory=dict)
    sealed: dict[str, Json] = field(default_factory=dict)
    unread: Mapping[str, Unread] = field(default_factory=dict)
    strange: tuple[str, ...] = ()


def say(kind: Kind, live: Live, scope: Scope) -> Said:
    """Everything that was read of a thing."""
    found, sealed = dict[str, Json](), dict[str, Json]()
    for path, held in field_table.decode(kind, live).items():
        one = kind.field(path)
        if one is None:
            raise LookupError(f"{kind.name}: {path}")
        value = _written(one, path, held, live, scope)
        if value is not None and value is not UNSET:
            found[path] = _as_document(one, value)
        if isinstance(value, Secret) and held is not None:
            sealed[path] = held
    unread = {
        one.path: block
        for one in kind.fields
        if isinstance(block := live.blocks.get(one.facet), Unread) and not block.unavailable
    }
    strange = tuple(
        f"{facet}.{member}"
        for facet, block in live.blocks.items()
        if not isinstance(block, Unread)
        for member in block.unknown
    )
    return Said(live.address, found, sealed, unread, strange)


def _written(one: Field, path: str, held: Json, live: Live, scope: Scope) -> Json:
    """What is written for a value; nothing where a thing that sesops makes has it so, by SES's default or by ours."""
    if one.reserved and path[len(one.path) - 1 :].startswith(one.reserved):
        return UNSET
    if one.exported is not None:
        return one.exported(path, held, live, scope)
    made = one.default if one.created_as is UNSET else one.created_as
    return UNSET if same(held, made, one.compare) else held


def _as_document(one: Field, value: Json) -> Json:
    return Document(value) if one.compare is Compare.POLICY and isinstance(value, Mapping) else value


def nested(kind: Kind, flat: Fields) -> dict[str, Json]:
    """Flat fields as a spec nests them; the inverse of `fields.flatten`. What stands behind a star is one key."""
    whole: dict[str, Json] = {}
    for path, value in flat.items():
        one = kind.field(path)
        is_starred = one is not None and one.path.endswith(".*")
        cut = len(one.path) - 2 if one is not None and is_starred else path.rfind(".")
        groups, last = path[: max(cut, 0)], path[cut + 1 :]
        inner = whole
        for group in groups.split(".") if groups else ():
            inner = inner.setdefault(group, {})
        inner[last] = value
    return whole
