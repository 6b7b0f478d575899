"""The resource kinds, found by a scan of this folder: one module (or folder) a kind, or a few that share a reader."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from types import MappingProxyType

from sesops.core.kind import Kind, Kinds, Registry


def discover() -> Registry:
    """Return the registry of every kind in this folder, by name.

    A module exports `KINDS` (a tuple) or `KIND`; modules whose name begins with `_` are shared code.

    Raises:
        ValueError: two kinds have one name.
        AttributeError: a module exports neither.

    """
    # Imported here, so that a kind's module may import this package without a cycle.
    from sesops.kinds import _ownership
    from sesops.kinds.identity.names import identity_addresses
    from sesops.kinds.identity.verification import verified

    return Registry(
        kinds=by_name(_exported()),
        owners=_ownership.stack_tags,
        verified=verified,
        identity_addresses=identity_addresses,
    )


def by_name(kinds: Iterable[Kind]) -> Kinds:
    """Return the kinds by name, in the order of their names.

    Raises:
        ValueError: two kinds have one name.

    """
    found: dict[str, Kind] = {}
    for kind in sorted(kinds, key=lambda one: one.name):
        if kind.name in found:
            raise ValueError(f"two kinds are named {kind.name}")
        found[kind.name] = kind
    return MappingProxyType(found)


def _exported() -> Iterator[Kind]:
    for found in pkgutil.iter_modules(__path__):
        if found.name.startswith("_"):
            continue
        module = importlib.import_module(f"{__name__}.{found.name}")
        kinds: tuple[Kind, ...] = getattr(module, "KINDS", ()) or (module.KIND,)
        yield from kinds
