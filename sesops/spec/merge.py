"""The files of a spec become one tree: maps are merged key by key, so that each file may have `domains:`."""

from __future__ import annotations

from collections.abc import Iterable

from sesops.spec.findings import SHARED_KEYS, Findings
from sesops.spec.layout import Spot
from sesops.spec.nodes import EMPTY, Entry, Map, Scalar, Seq, is_nothing

ROOT_ONLY = ("version", "stack", "targets", "include")


def merge(maps: Iterable[Map], root: Spot, findings: Findings) -> Map:
    """Merge the files' roots, the root file's first. A named thing, a list or a single value belongs to one file."""
    first, *others = (_things_filled(one, root) for one in maps)
    for one in (first, *others):
        _report_empty(one, root, findings)
    merged = first
    for one in others:
        for key in ROOT_ONLY:
            if key in one.entries:
                message = f"`{key}` stands in the root file alone"
                root_file = first.at.source.name
                hint = f"remove it: {root_file} has it" if key in first.entries else f"move it to {root_file}"
                findings.error("root-only-key", message, one.entries[key].at, hint)
        merged = _merged(merged, one.without(*ROOT_ONLY), root, findings)
    return merged


def _merged(one: Map, other: Map, spot: Spot | None, findings: Findings) -> Map:
    entries = dict(one.entries)
    for key, entry in other.entries.items():
        below = _below(spot, key)
        held = entries.get(key)
        if held is None or is_nothing(held.value):
            entries[key] = entry
        elif isinstance(held.value, Map) and isinstance(entry.value, Map) and not (below and below.kind):
            entries[key] = Entry(held.at, _merged(held.value, entry.value, below, findings))
        elif not is_nothing(entry.value):
            message = f"`{key}` stands in two files"
            is_one_form = type(held.value) is type(entry.value)
            hint = "write it in one file" if is_one_form else SHARED_KEYS.get(key, "write it in one file")
            findings.error("duplicate-key", message, entry.at, hint, related=(held.at,))
    return Map(entries, one.at)


def _below(spot: Spot | None, key: str) -> Spot | None:
    return (spot.keys.get(key) or spot.star) if spot else None


def _things_filled(node: Map, spot: Spot) -> Map:
    """A name with nothing after it is a thing with nothing said about it: `{}`."""
    filled: dict[str, Entry] = {}
    star = spot.star
    here = spot.keys.items() if star is None else [(key, spot.keys.get(key, star)) for key in node.entries]
    for key, below in here:
        if key not in node.entries:
            continue
        at, value = node.entries[key]
        if isinstance(value, Map):
            value = _things_filled(value, below)
        elif isinstance(value, Seq) and below.items is not None:
            items = below.items
            value = Seq([_things_filled(one, items) if isinstance(one, Map) else one for one in value.items], value.at)
        elif isinstance(value, Scalar) and value.value is EMPTY and below is star and below.kind is not None:
            value = Map({}, value.at)
        if value is not node.entries[key].value:
            filled[key] = Entry(at, value)
    return Map({**node.entries, **filled}, node.at) if filled else node


def _report_empty(node: Map | Seq, spot: Spot | None, findings: Findings, *, is_value: bool = False) -> None:
    """A key with nothing after it says neither "leave it" nor "set it back": one of them has to be written.

    `is_value`: it lies in a list that is a value as a whole, where nothing can be set back.
    """
    if isinstance(node, Seq):
        is_value = is_value or spot is None or spot.items is None
        for one in node.items:
            if not isinstance(one, Scalar):
                _report_empty(one, spot and spot.items, findings, is_value=is_value)
            elif one.value is EMPTY:
                findings.error("empty-value", "an entry of this list holds nothing", one.at, "remove the `-`")
        return
    for key, (at, one) in node.entries.items():
        if not isinstance(one, Scalar):
            _report_empty(one, _below(spot, key), findings, is_value=is_value)
        elif one.value is EMPTY:
            below = _below(spot, key)
            hint = "write a value, as `{}` for a map" if is_value else "write `null` to set it back"
            if below is not None and below.kind is None:
                hint = "write `[]`" if below.items else "write `{}`"
            findings.error("empty-value", f"nothing stands after `{key}`", at, f"{hint}, or remove the key")
