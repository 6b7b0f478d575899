"""What `defaults` says of a kind is laid under each thing of it."""

from __future__ import annotations

from typing import Final

from sesops.spec.nodes import Entry, Map, Node, Scalar

KEEP: Final = "keep"
"""As a value in a thing, it takes a default away: the field is not managed, as if there were none."""


def lay_under(under: Map, over: Map) -> Map:
    """Maps are laid under each other key by key; a list or a single value of the thing wins whole, `null` too."""
    entries = dict(over.entries)
    for key, entry in under.entries.items():
        own = entries.get(key)
        if own is None:
            entries[key] = entry
        elif is_keep(own.value):
            del entries[key]
        elif isinstance(own.value, Map) and isinstance(entry.value, Map):
            entries[key] = Entry(own.at, lay_under(entry.value, own.value))
    return Map(entries, over.at)


def is_keep(node: Node) -> bool:
    return isinstance(node, Scalar) and node.value == KEEP
