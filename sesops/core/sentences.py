"""Words that sentences share."""

from __future__ import annotations

from collections.abc import Iterable

FEW, MANY = 5, 20
"""How many are named where they are examples, and where each of them matters."""


def listed(some: Iterable[object], most: int = FEW) -> str:
    """Things in one line: the first few of them, and how many more."""
    names = [str(one) for one in some]
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
