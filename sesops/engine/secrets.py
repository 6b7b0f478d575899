"""Secrets in what is wanted (things may be known by one), and in what is about to be done: a look before writing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from sesops.core.address import Address
from sesops.core.kind import Kinds, NamedBy
from sesops.core.plan import State, Step, Unknown
from sesops.core.ports import Vault
from sesops.core.thing import Wanted
from sesops.core.values import Fields, Refusal, Refused, Secret, secrets_in


def named(
    wanted: Iterable[Wanted], kinds: Kinds, vault: Vault, taken: Iterable[Address] = ()
) -> tuple[tuple[Wanted, ...], tuple[Unknown, ...]]:
    """What is wanted, with the names of things that are known by a secret made from what it holds.

    Where one cannot be opened, or makes a name that is in `taken` or wanted already, the thing is unknown instead.
    """
    found: dict[Address, Wanted] = {}
    sealed: list[tuple[Wanted, NamedBy]] = []
    for one in wanted:
        by = kinds[one.address.kind].named_by
        if by is not None and any(True for _ in names([one], kinds)):
            sealed.append((one, by))
        else:
            found[one.address] = one
    unknown: list[Unknown] = []
    others = set(taken)
    for one, by in sealed:
        name = _name(one.fields, by, vault)
        if isinstance(name, Refusal):
            unknown.append(Unknown(one.address, None, f"it is known by a secret. {name.message}"))
            continue
        address = one.address._replace(name=(*one.address.name[:-1], name))
        if address in found or address in others:
            where = "stands in the spec already" if address in found else "stands under `remove` or `release`"
            reason = f"it is known by a secret, which turns out to be that of {address}; that {where}"
            unknown.append(Unknown(one.address, None, reason))
        else:
            found[address] = replace(one, address=address)
    return tuple(found.values()), tuple(unknown)


def names(wanted: Iterable[Wanted], kinds: Kinds) -> Iterator[Secret]:
    """The secrets that things are known by."""
    for one in wanted:
        by = kinds[one.address.kind].named_by
        yield from secrets_in([one.fields.get(key) for key in by.keys] if by else ())


def _name(fields: Fields, by: NamedBy, vault: Vault) -> str | Refusal:
    parts: dict[str, str] = {}
    for key in by.keys:
        text = vault.open(fields[key]) if isinstance(fields[key], Secret) else fields[key]
        if isinstance(text, Refusal):
            return text
        parts[key] = text
    fault = by.fault(parts)
    return by.name(parts) if fault is None else Refusal(Refused.FAILED, "", f"It is not what is asked for: {fault}")


def sealed(steps: Iterable[Step], vault: Vault) -> tuple[tuple[Step, Refusal], ...]:
    """Before anything is written: the steps that may be made and need a secret that cannot be opened, and why not."""
    needed: dict[Secret, list[Step]] = {}
    for step in steps:
        for secret in secrets_in([call.params for call in step.calls]) if step.state is not State.HELD else ():
            needed.setdefault(secret, []).append(step)
    found = []
    for secret, needing in needed.items():
        text = vault.open(secret)
        found += [(step, text) for step in needing if isinstance(text, Refusal)]
    return tuple(found)
