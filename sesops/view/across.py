"""The cells of the table of what differs between the targets of a plan, for every form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rich.text import Text

from sesops.core.across import Across, Row, across
from sesops.core.plan import Change, FieldChange, Plan, State
from sesops.view.shown import common_state
from sesops.view.style import ACTIONS, STATES, safe, short, value

SHOWN = 50
"""Rows that are shown; of more, there is a count."""


@dataclass(frozen=True)
class Table:
    """The heads of its columns, its lines, and a sentence about what has none."""

    heads: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]
    rest: str


def table(plan: Plan) -> Table | None:
    """What differs between the targets that could be planned; None where nothing does."""
    asked = tuple(one for one in plan.targets if one.compared or one.changes)
    found = across(Plan(asked))
    if not found.rows:
        return None
    heads = (safe(one.scope.target or one.scope.region) for one in asked)
    lines = ((short(safe(str(row.address))), *cells(row)) for row in found.rows[:SHOWN])
    return Table(("", *heads), tuple(lines), summary(found, whole=asked == plan.targets))


def cells(row: Row) -> list[str]:
    """What happens to a thing, a cell a target."""
    return [_cell(one, row) for one in row.changes]


def _cell(change: Change | None, row: Row) -> str:
    if change is None:
        return "nothing"
    symbol, word, _ = ACTIONS[change.action]
    state = common_state(change)
    if state is not State.READY:
        symbol, word = STATES[state][0], f"{word}, {STATES[state][1]}"
    fields = [_field(one, row) for one in change.fields if one.path in row.differing]
    more = f" ({', '.join(fields)})" if fields else ""
    return short(f"{symbol} {word}{more}")


def _field(one: FieldChange, row: Row) -> str:
    if one.sensitive or one.known_after_apply:
        return safe(one.path)
    others = (each for change in row.changes if change for each in change.fields if each.path == one.path)
    before = f"{value(one.before)} -> " if all(each.after == one.after for each in others) else ""
    return f"{safe(one.path)} {before}{value(one.after)}"


def summary(found: Across, *, whole: bool) -> str:
    """How many more rows there are, and how many things need none; `whole` where each target could be read."""
    more = f"{len(found.rows) - SHOWN} more differ; " if len(found.rows) > SHOWN else ""
    alike = f"{found.alike} change{'' if found.alike == 1 else 's'} alike"
    return f"{more}{alike} in all {'targets' if whole else 'of them'}"


def across_lines(plan: Plan) -> Iterator[Text]:
    """The table as text."""
    shown = table(plan)
    if shown is None:
        return
    widths = [max(map(len, column)) for column in zip(shown.heads, *shown.lines, strict=True)]
    yield Text()
    yield Text("What differs between the targets", style="bold")
    for line in (shown.heads, *shown.lines):
        joined = "  ".join(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True)).rstrip()
        yield Text(f"  {joined}")
    yield Text(f"  {shown.rest}")
