"""What `defaults` says of a kind is laid under each thing of it."""

from __future__ import annotations

from sesops.spec.nodes import Entry, Map


def lay_under(under: Map, over: Map) -> Map:
    """Maps are laid under each other key by key; a list or a single value of the thing wins whole, `null` too."""
    entries = dict(over.entries)
    for key, entry in under.entries.items():
        own = entries.get(key)
        if own is None:
            entries[key] = entry
        elif isinstance(own.value, Map) and isinstance(entry.value, Map):
            entries[key] = Entry(own.at, lay_under(entry.value, own.value))
    return Map(entries, over.at)
