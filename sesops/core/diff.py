"""The only place that decides whether two values differ."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sesops.core import policy, strict
from sesops.core.fields import read_field
from sesops.core.kind import UNSET, Compare, Field, Kind
from sesops.core.plan import FieldChange
from sesops.core.thing import Block, Live, Unread, Wanted, World
from sesops.core.values import Json, Secret


@dataclass(frozen=True)
class Difference:
    """What differs between a wanted and a live thing, and which facets could not be compared."""

    fields: tuple[FieldChange, ...] = ()
    unread: tuple[tuple[str, Unread], ...] = ()


def canonical(value: Json, compare: Compare) -> str:
    """A text that two values share exactly when they are the same in the sense of `compare`."""
    value = _numbers(value)
    if compare is Compare.POLICY and value is not None:
        value = policy.canonical(value)
    elif compare is Compare.SET and isinstance(value, list | tuple):
        value = sorted({json.dumps(one, sort_keys=True) for one in value})
    return json.dumps(value, sort_keys=True, default=str)


def _numbers(value: Json) -> Json:
    """A value with each of its numbers in one form: 1.0 is 1 (and, other than Python has it, `true` is not)."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {key: _numbers(one) for key, one in value.items()}
    return [_numbers(one) for one in value] if isinstance(value, list | tuple) else value


def same(one: Json, other: Json, compare: Compare) -> bool:
    """Whether two values mean the same."""
    if one is other or (isinstance(one, str) and one == other):
        return True
    return canonical(one, compare) == canonical(other, compare)


def of_update(kind: Kind, wanted: Wanted, live: Live, world: World) -> Difference:
    """Compare a thing of the spec with the live one. Only fields that the spec gives are looked at; of a strict thing
    all that there are.

    Raises:
        LookupError: a field was never asked for (an error in the program, not a difference).

    """
    changes: list[FieldChange] = []
    unread: dict[str, Unread] = {}
    for path, value in kind.in_order(strict.given(kind, wanted, live)):
        one = kind.field(path)
        block = live.blocks.get(one.facet) if one else None
        if one is None or block is None:
            raise LookupError(f"{wanted.address} {path} was not read")
        if isinstance(block, Unread):
            unread[one.facet] = block
            continue
        before = read_field(one, block, path)
        after = one.merge(before, value, world, wanted.address) if one.merge else value
        if not same(before, one.default if after is None else after, one.compare):
            changes.append(change(one, path, before, after, world, wanted))
    return Difference(tuple(changes), tuple(unread.items()))


def of_create(kind: Kind, wanted: Wanted, world: World) -> tuple[FieldChange, ...]:
    """What a new thing gets: the spec's fields, then our defaults for what it does not say."""
    said = [(one, path, value) for path, value in kind.in_order(wanted.fields) if (one := kind.field(path)) is not None]
    silent = [
        (one, one.path, one.created_as)
        for one in kind.fields
        if one.created_as is not UNSET and one.path not in wanted.fields
    ]
    found = []
    for one, path, value in said + silent:
        after = one.merge(None, value, world, wanted.address) if one.merge else value
        if after is not None:
            notice = one.notice(None, after, world, wanted.address) if one.notice else None
            ours = path not in wanted.fields
            secret = isinstance(after, Secret)
            stops = one.stops(None, after, world, wanted.address) if one.stops and one.is_taken else None
            found.append(
                FieldChange(path, None, after, one.facet, ours=ours, sensitive=secret, stops_mail=stops, notice=notice)
            )
    return tuple(found)


def change(one: Field, path: str, before: Json, after: Json, world: World, wanted: Wanted) -> FieldChange:
    """Describe one changed field, with what it means for mail."""
    shown = one.default if after is None else after
    secret = isinstance(after, Secret)
    return FieldChange(
        path,
        before,
        after,
        one.facet,
        sensitive=secret,
        stops_mail=one.stops(before, shown, world, wanted.address) if one.stops else None,
        notice=one.notice(before, shown, world, wanted.address) if one.notice else None,
        details=() if secret else _parts(one, before, shown, world, wanted),
        surveyed=one.survey is not None,
        was_default=same(before, one.default, one.compare),
    )


def _parts(one: Field, before: Json, after: Json, world: World, wanted: Wanted) -> tuple[tuple[str, Json, Json], ...]:
    if one.survey is not None:
        return one.survey(world, wanted.address)
    return (one.describe or details)(before, after, one.compare)


def details(before: Json, after: Json, compare: Compare) -> tuple[tuple[str, Json, Json], ...]:
    """The places in two unequal nested values that differ, as (path, before, after); None stands for nothing there."""
    if compare is Compare.SET and isinstance(before, list | None) and isinstance(after, list | None):
        old, new = before or [], after or []
        gone = tuple(("", one, None) for one in old if one not in new)
        return gone + tuple(("", None, one) for one in new if one not in old)
    if compare is Compare.POLICY:
        before, after = policy.document(before), policy.document(after)
    if not (isinstance(before, Mapping | list) and isinstance(after, Mapping | list)):
        return ()
    if canonical(before, compare) == canonical(after, compare):
        return ()
    # What the comparison by parts sees no difference in (false and 0, deep in a list) differs as a whole.
    return _nested(before, after) or (("", before, after),)


def _nested(before: Json, after: Json) -> tuple[tuple[str, Json, Json], ...]:
    from deepdiff import DeepDiff  # heavy: imported only when two nested values are unequal
    from deepdiff.helper import notpresent

    tree = DeepDiff(before, after, view="tree")
    found = [(_path(item.path(output_format="list")), item.t1, item.t2) for items in tree.values() for item in items]
    blank = [(path, None if old is notpresent else old, None if new is notpresent else new) for path, old, new in found]
    return tuple(sorted(blank, key=lambda one: one[0]))


def _path(parts: list[str | int]) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)
    return text.removeprefix(".")


def block_canonical(kind: Kind, facet: str, block: Block) -> dict[str, Json]:
    """A facet's block for a fingerprint: fields as `same` sees them, and every other member but the volatile ones."""
    own = [one for one in kind.fields if one.facet == facet]
    volatile = kind.facet(facet).volatile
    named = {one.member.split(".")[0] for one in own if one.member and not one.path.endswith("*")}
    form: dict[str, Json] = {
        one.path: canonical(read_field(one, block, one.path), one.compare) for one in own if not one.path.endswith("*")
    }
    # A map of names (tags) is not written whole: what else stands in it is nobody's concern.
    if not any(one.path.endswith("*") and not one.member for one in own):
        form["*"] = {key: value for key, value in block.raw.items() if key not in volatile and key not in named}
    form["unknown"] = list(block.unknown)
    return form
