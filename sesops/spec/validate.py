"""A thing against its schema. Every finding gets the place of the key or value it speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sesops.spec.findings import Findings
from sesops.spec.nodes import Map, Node, Place, Seq, step
from sesops.spec.wording import Fault

_VARIABLE_ALONE = re.compile(r"""(?P<quote>["']?)(?P<name>\$\{\w+\})(?P=quote)\s*([,}\]#\n\r]|\Z)""")


def report(found: Iterable[Fault], written: Node, node: Node, at: Place, findings: Findings) -> None:
    """Report what is wrong with a value.

    `node` is the value that was validated, `written` the same before what has a finding was taken out of it, and
    `at` where it is named. A place that has a finding already gets no second one.
    """
    seen = {one.location for one in findings.all}
    for fault in found:
        if _was_taken_out(fault, _at(written, fault.path)):
            continue
        place = _place(node, fault, at)
        if place.location not in seen:
            findings.error(fault.code, fault.message, place, _hint(fault, place), secret=fault.is_secret)


def _at(node: Node, path: tuple[str | int, ...]) -> Node | None:
    current: Node | None = node
    for part in path:
        below = step(current, part)
        current = below[1] if below else None
    return current


def _was_taken_out(fault: Fault, written: Node | None) -> bool:
    """Whether what is missing is written there, and has a finding of its own."""
    held = written.entries if isinstance(written, Map) else written.items if isinstance(written, Seq) else ()
    return any(key in held for key in fault.missing) or (fault.is_empty and bool(held))


def _hint(fault: Fault, place: Place) -> str | None:
    """The hint; where a variable stands alone its type is that of its value, whatever is done to the quotes here."""
    variable = _VARIABLE_ALONE.match(place.source.text, place.offset) if fault.code == "wrong-type" else None
    if variable is None:
        return fault.hint
    return f"`{variable['name']}` keeps its type where it stands alone: give it a fitting value where it is set"


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
