"""A thing against its schema. Every finding gets the place of the key or value it speaks of."""

from __future__ import annotations

from collections.abc import Iterable

from sesops.spec.findings import Findings
from sesops.spec.nodes import Map, Node, Place, step
from sesops.spec.wording import Fault


def report(found: Iterable[Fault], written: Node, node: Node, at: Place, findings: Findings) -> None:
    """Report what is wrong with a value.

    `node` is the value that was validated, `written` the same before what has a finding was taken out of it, and
    `at` where it is named. A place that has a finding already gets no second one.
    """
    seen = {one.location for one in findings.all}
    for fault in found:
        if any(_has(written, fault.path, key) for key in fault.missing):
            continue
        place = _place(node, fault, at)
        if place.location not in seen:
            findings.error(fault.code, fault.message, place, fault.hint, secret=fault.is_secret)


def _has(node: Node, path: tuple[str | int, ...], key: str) -> bool:
    current: Node | None = node
    for part in path:
        below = step(current, part)
        current = below[1] if below else None
    return isinstance(current, Map) and key in current.entries


def _place(node: Node, fault: Fault, at: Place) -> Place:
    """The key that a fault names; the value where one is wrong; the key of the map where something in it is missing."""
    key_at, current = at, node
    for part in fault.path:
        below = step(current, part)
        if below is None:
            return key_at
        key_at, current = below
    inner = step(current, fault.key) if fault.key is not None else None
    if inner is not None:
        return inner[0]
    return key_at if isinstance(current, Map) or current is node else current.at
