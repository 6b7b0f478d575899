"""References by the names of a spec become what SES takes (a name or an ARN), once the account is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from sesops.core.address import Address
from sesops.core.kind import Kinds, Wanted
from sesops.core.values import Fields, Json, Ref, Scope


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


def mentions(value: Json, text: str) -> bool:
    """Whether a value is that text, or holds it somewhere."""
    if isinstance(value, Mapping):
        return any(mentions(one, text) for one in value.values())
    if isinstance(value, list | tuple):
        return any(mentions(one, text) for one in value)
    return bool(value == text)


def references(fields: Fields) -> tuple[tuple[str, Address], ...]:
    """Which field refers to what, in the order of the fields; each pair once."""
    found = ((path, Address(one.kind, (one.name,))) for path, value in fields.items() for one in _refs(value))
    return tuple(dict.fromkeys(found))


def _refs(value: Json) -> Iterator[Ref]:
    if isinstance(value, Ref):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _refs(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _refs(one)
