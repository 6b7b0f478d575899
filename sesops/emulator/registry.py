"""The operations: whatever the modules of the folder operations/ register."""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Callable, Mapping

from sesops.emulator.context import Context
from sesops.emulator.exchange import Answer, Params

__all__ = ["Answer", "Operation", "Params", "operation", "operations"]

Operation = Callable[[Context, Params], Answer]

_operations: dict[tuple[str, str], Operation] = {}


def operation(service: str, name: str) -> Callable[[Operation], Operation]:
    """Register a function as the operation `name` of `service` ("ses" or "sesv2")."""

    def register(function: Operation) -> Operation:
        if (service, name) in _operations:
            raise ValueError(f"{service} {name} is registered twice")
        _operations[service, name] = function
        return function

    return register


@functools.cache
def operations() -> Mapping[tuple[str, str], Operation]:
    """All operations by (service, name); the folder is scanned at the first call."""
    from sesops.emulator import operations as folder

    for module in pkgutil.iter_modules(folder.__path__):
        importlib.import_module(f"{folder.__name__}.{module.name}")
    return _operations
