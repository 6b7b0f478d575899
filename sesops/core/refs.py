"""References by the names of a spec become what SES takes (a name or an ARN), once the account is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from sesops.core.address import Address
from sesops.core.kind import Field, Kinds
from sesops.core.thing import Wanted
from sesops.core.values import Fields, Json, Ref, Scope, leaves

Name: TypeAlias = tuple[str | None, str]
"""What a value says of another thing: a kind and what SES takes for a thing of it, or no kind and an ARN."""


def resolve(wanted: Iterable[Wanted], kinds: Kinds, scope: Scope) -> dict[Address, Wanted]:
    """Return the wanted things by address, every `Ref` in their fields replaced by its value in this scope."""
    return {
        one.address: replace(one, fields={path: resolved(value, kinds, scope) for path, value in one.fields.items()})
        for one in wanted
    }


def resolved(value: Json, kinds: Kinds, scope: Scope) -> Any:
    """Replace every `Ref` in a value, however deep."""
    if isinstance(value, Ref):
        return ref_value(Address(value.kind, (value.name,)), kinds, scope)
    if isinstance(value, Mapping):
        return {key: resolved(one, kinds, scope) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [resolved(one, kinds, scope) for one in value]
    return value


def ref_value(address: Address, kinds: Kinds, scope: Scope) -> str:
    """What SES takes for a reference to a thing: an ARN where its kind says so, else its name."""
    kind = kinds[address.kind]
    return kind.ref_value(address, scope) if kind.ref_value else address.last


def names_of(address: Address, kinds: Kinds, scope: Scope) -> tuple[Name, ...]:
    """Under which names others may refer to a thing: by a field that is for things of its kind; by its ARN anywhere."""
    value = ref_value(address, kinds, scope)
    return ((address.kind, value), (None, value)) if value.startswith("arn:") else ((address.kind, value),)


_NONE: frozenset[Name] = frozenset()


def names_in(field: Field, value: Json) -> frozenset[Name]:
    """Every name of another thing in a field's value, however deep."""
    if value is None or isinstance(value, bool | int):
        return _NONE
    texts = (value,) if isinstance(value, str) else tuple(one for one in leaves(value) if isinstance(one, str))
    found: list[Name] = [(None, one) for one in texts if one.startswith("arn:")]
    if field.ref is not None:
        found.extend((field.ref, one) for one in texts)
    return frozenset(found) if found else _NONE


def references(fields: Fields) -> tuple[tuple[str, Address], ...]:
    """Which field refers to what, in the order of the fields; each pair once."""
    refs = ((path, one) for path, value in fields.items() for one in leaves(value) if isinstance(one, Ref))
    found = ((path, Address(one.kind, (one.name,))) for path, one in refs)
    return tuple(dict.fromkeys(found))
