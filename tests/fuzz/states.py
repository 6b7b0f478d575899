"""The embedded SES's state file, damaged: cut short, overwritten, of another schema, or with rows that nobody wrote."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fuzz import answers, bases
from fuzz.documents import changed
from fuzz.room import Room
from fuzz.texts import texts
from hypothesis import strategies as st

_COLUMNS = {
    "document": ("kind", "name", "body"),
    "value": ("key", "body"),
    "tag_change": ("arn", "at", "tags"),
    "journal": ("number", "account", "region", "service", "access_key", "method", "url", "headers", "body"),
    "setting": ("key", "body"),
}
_SETTINGS: dict[str, Any] = {
    "clock_offset_seconds": [3600.0],
    "settings": {"verification": 0.0, "dns": True, "throttle_per_second": None, "stale_reads": 1},
    "faults": [{"service": "*", "operation": "*", "error": ["A", "a", 400], "times": 1, "match": {"A": {"B": 1}}}],
    "former/123456789012/eu-west-1": [
        {"table": "identity", "name": "a", "body": {}, "at": "2026-01-01T00:00:00+00:00", "reads": 1}
    ],
}
"""Like those that may stand in it."""


@dataclass(frozen=True)
class Cell:
    """Another value in a row, by its place among the rows."""

    table: str
    row: int
    column: str
    value: Any


@dataclass(frozen=True)
class Bytes:
    """Other bytes from a place on; None: the file ends there. The place is a share of the file."""

    share: float
    content: bytes | None


Damage = Cell | Bytes | str | tuple[str, str]
"""A text is a statement, and two are a setting and its value."""
_STATEMENTS = (
    *(f"DROP TABLE {one}" for one in _COLUMNS),
    *(f"DELETE FROM {one}" for one in _COLUMNS),
    *(f"ALTER TABLE {one} RENAME COLUMN {columns[-1]} TO other" for one, columns in _COLUMNS.items()),
    *(f"PRAGMA user_version = {one}" for one in (0, 2, -1)),
    "DROP INDEX tag_change_of",
    "CREATE TABLE other (a)",
)


@cache
def _rows() -> dict[str, tuple[dict[str, Any], ...]]:
    """What stands in the state of the company's spec."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "state.db"
        path.write_bytes(answers.state())
        with closing(sqlite3.connect(path)) as connection:
            connection.row_factory = sqlite3.Row
            return {one: tuple(map(dict, connection.execute(f"SELECT * FROM {one}"))) for one in _COLUMNS}


@st.composite
def _cell(draw: st.DrawFn) -> Cell:
    table = draw(st.sampled_from([one for one, rows in _rows().items() if rows]))
    row = draw(st.integers(0, len(_rows()[table]) - 1))
    column = draw(st.sampled_from(_COLUMNS[table]))
    return Cell(table, row, column, draw(_value(_rows()[table][row][column])))


def _value(now: Any) -> st.SearchStrategy[Any]:
    other = st.sampled_from((None, 1, 0.5, b"", b"\xff", "", "{", "null", "[]", "{}", "1e999", "[" * 2_000)) | _texts
    try:
        document = json.loads(now)
    except (ValueError, TypeError):
        return other
    return changed(document).map(json.dumps) | changed(document).map(json.dumps) | other


_texts = texts.map(lambda text: text.encode("utf-8", "replace").decode())


def _setting(key: str) -> st.SearchStrategy[tuple[str, str]]:
    return st.tuples(st.just(key), (changed(_SETTINGS[key]) | _texts).map(json.dumps))


def damages() -> st.SearchStrategy[tuple[tuple[str, ...], list[Damage]]]:
    """A command, and what was done to the file before it."""
    cells = st.lists(_cell(), min_size=1, max_size=3)
    overwritten = st.builds(Bytes, st.floats(0, 1), st.none() | st.binary(min_size=1, max_size=200))
    statements = st.lists(st.sampled_from(_STATEMENTS), min_size=1, max_size=2)
    settings = st.lists(st.sampled_from(sorted(_SETTINGS)).flatmap(_setting), min_size=1, max_size=2)
    some = cells | cells | settings | st.lists(overwritten, min_size=1, max_size=3) | statements
    return st.tuples(st.sampled_from(_COMMANDS), some)


_COMMANDS = (
    ("plan", "--target", "eu"),
    ("plan",),
    ("drift", "--target", "eu"),
    ("apply", "--yes", "--target", "eu"),
    ("export", "--region", "eu-west-1"),
    ("emulator", "status"),
    ("emulator", "advance", "1h"),
    ("emulator", "verify-after", "1h"),
    ("emulator", "click", "ops@partner.example"),
    ("emulator", "suppress", "a@example.net"),
    ("emulator", "dns"),
    ("emulator", "call", "sesv2:ListEmailIdentities"),
    ("emulator", "call", "ses:CreateReceiptRuleSet", '{"RuleSetName": "a"}'),
)


def check(room: Room, drawn: tuple[tuple[str, ...], list[Damage]]) -> None:
    """The command says what is wrong, or that nothing is."""
    command, damaged = drawn
    room.empty()
    bases.put_files(room)
    room.write("sesops.yaml", answers.spec())
    room.state.write_bytes(answers.state())
    for one in damaged:
        _do(room.state, one)
    room.run(*command)


def _do(path: Path, damage: Damage) -> None:
    match damage:
        case Bytes(share, content):
            whole = path.read_bytes()
            at = int(share * len(whole))
            path.write_bytes(whole[:at] + (b"" if content is None else content + whole[at + len(content) :]))
        case Cell(table, row, column, value):
            keys = _keys(table)
            where = " AND ".join(f"{key} = ?" for key in keys)
            statement = f"UPDATE OR IGNORE {table} SET {column} = ? WHERE {where}"
            _execute(path, statement, value, *(_rows()[table][row][key] for key in keys))
        case (key, body):
            _execute(path, "REPLACE INTO setting VALUES (?, ?)", key, body)
        case str():
            _execute(path, damage)


def _keys(table: str) -> tuple[str, ...]:
    names = ("account", "region", "kind", "name") if table == "document" else ("account", "region", "key")
    return ("number",) if table in ("tag_change", "journal") else ("key",) if table == "setting" else names


def _execute(path: Path, statement: str, *values: Any) -> None:
    """As far as SQLite takes it: what was done before may be in its way."""
    with closing(sqlite3.connect(path)) as connection, suppress(sqlite3.Error), connection:
        connection.execute(statement, values)
