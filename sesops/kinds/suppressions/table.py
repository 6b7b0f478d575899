"""A list of addresses that is not held in memory, as there may be millions: a table in a temporary file, without a name
and gone with the process, of which SQLite keeps a small part at hand.

SES's listing and a spec's files are each in an order of their own, so one of the two has to be looked up in.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from sesops.core.diagnostic import Location

_TABLE = """
PRAGMA journal_mode = OFF;
CREATE TABLE wanted (address TEXT PRIMARY KEY, reason TEXT, file TEXT, line INTEGER, since REAL) WITHOUT ROWID;
BEGIN;
"""


class Entry(NamedTuple):
    """One wanted address: why it is to be listed, and where it is written."""

    reason: str
    file: str
    line: int

    @property
    def place(self) -> Location:
        return Location(self.file, self.line)


class Listed:
    """What a list of the spec asks for, and what SES was seen to have of it.

    `before`: only what was listed before that moment differs; without it, what is not listed.
    """

    def __init__(self, before: datetime | None = None) -> None:
        import sqlite3  # few specs have such a list

        self.before = before
        # Programs of one target run in one thread, which is not always the one that has read the spec.
        self._table = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._table.executescript(_TABLE)
        weakref.finalize(self, self._table.close)

    def add(self, address: str, entry: Entry) -> Entry:
        """Take an address in; its entry, which is an earlier one where it is here already."""
        made = self._table.execute("INSERT OR IGNORE INTO wanted VALUES (?, ?, ?, ?, NULL)", (address, *entry))
        return entry if made.rowcount else self.entry(address) or entry

    def entry(self, address: str) -> Entry | None:
        """What is asked for an address, None where it is not in the list."""
        found = self._table.execute("SELECT reason, file, line FROM wanted WHERE address = ?", (address,)).fetchone()
        return None if found is None else Entry(*found)

    def __len__(self) -> int:
        (count,) = self._table.execute("SELECT count(*) FROM wanted").fetchone()
        return int(count)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Each address with its reason, sorted by address."""
        yield from self._table.execute("SELECT address, reason FROM wanted ORDER BY address")

    def forget(self) -> None:
        """Nothing is known any more of what SES has."""
        self._table.execute("UPDATE wanted SET since = NULL WHERE since IS NOT NULL")

    def see(self, listed: Iterable[tuple[str, datetime]]) -> None:
        """Addresses that SES lists, and since when; those that nobody asks for are passed over."""
        rows = ((since.timestamp(), address) for address, since in listed)
        self._table.executemany("UPDATE wanted SET since = ? WHERE address = ?", rows)

    def differing(self, most: int | None = None) -> Iterator[tuple[str, str]]:
        """What SES does not have as wanted, each address with its reason, sorted; at most so many."""
        clause, given = self._differs()
        query = f"SELECT address, reason FROM wanted WHERE {clause} ORDER BY address LIMIT ?"  # noqa: S608  (our own text)
        yield from self._table.execute(query, (*given, -1 if most is None else most))

    def difference(self) -> int:
        """How many these are."""
        clause, given = self._differs()
        query = f"SELECT count(*) FROM wanted WHERE {clause}"  # noqa: S608  (our own text)
        (count,) = self._table.execute(query, given).fetchone()
        return int(count)

    def _differs(self) -> tuple[str, tuple[float, ...]]:
        return ("since IS NULL", ()) if self.before is None else ("since < ?", (self.before.timestamp(),))
