"""The state: one SQLite file (or memory), read and written in whole transactions.

Every request runs in a transaction of its own that takes the write lock at its start. So a check and the write that
rests on it cannot be parted by another thread or process, what is read is what others have last written, and an answer
is given only for what is on disk.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Document = dict[str, Any]

_VERSION = 1
_SCHEMA = """
CREATE TABLE document (account TEXT, region TEXT, kind TEXT, name TEXT, body TEXT NOT NULL,
    PRIMARY KEY (account, region, kind, name)) WITHOUT ROWID;
CREATE TABLE value (account TEXT, region TEXT, key TEXT, body TEXT NOT NULL,
    PRIMARY KEY (account, region, key)) WITHOUT ROWID;
CREATE TABLE tag_change (number INTEGER PRIMARY KEY, account TEXT NOT NULL, region TEXT NOT NULL, arn TEXT NOT NULL,
    at TEXT NOT NULL, tags TEXT NOT NULL);
CREATE INDEX tag_change_of ON tag_change (account, region, arn, number);
CREATE TABLE journal (number INTEGER PRIMARY KEY, account TEXT NOT NULL, region TEXT NOT NULL, service TEXT NOT NULL,
    access_key TEXT NOT NULL, method TEXT NOT NULL, url TEXT NOT NULL, headers TEXT NOT NULL, body BLOB NOT NULL);
CREATE TABLE setting (key TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
"""
# Another process may hold the lock while it replays its journal: long beside any single request.
_LOCK_SECONDS = 60.0


class StateError(OSError):
    """The state file cannot be used; the message says which and why."""


class DamagedError(Exception):
    """What stands in the state is not what is written there; the message says what it is."""


_DAMAGE = (DamagedError, LookupError, TypeError, AttributeError)
"""What is raised over a document that lacks what we always write, or has it in a form in which we never do."""


def read_json(text: Any) -> Any:
    """A value as it was written. DamagedError: nobody wrote it so."""
    try:
        return json.loads(text)
    except (ValueError, TypeError, RecursionError) as error:
        raise DamagedError(f"{str(text)[:40]!r} stands where JSON should") from error


def stamp(moment: datetime) -> str:
    """`moment` as the ISO 8601 text of documents: UTC with microseconds, so that texts sort as times do."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def parse(text: str) -> datetime:
    """The moment, UTC aware, that `stamp` wrote. DamagedError: it wrote no such thing."""
    try:
        moment = datetime.fromisoformat(text)
    except (ValueError, TypeError) as error:
        raise DamagedError(f"{str(text)[:40]!r} stands where a time should") from error
    if moment.tzinfo is None:
        raise DamagedError(f"{text!r} is a time of no zone")
    return moment


class Database:
    """The state file, shared by threads and processes. Without a path it lives in memory and dies with the object.

    StateError, from every method: the file cannot be used, or not any more.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._name = ":memory:" if path is None else str(path)
        self.lock = threading.RLock()
        """Held by the thread whose transaction is running."""
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._connection = sqlite3.connect(
                self._name, timeout=_LOCK_SECONDS, isolation_level=None, check_same_thread=False
            )
            self._connection.execute("PRAGMA journal_mode = WAL")
            # A commit is on the disk before its answer leaves.
            self._connection.execute("PRAGMA synchronous = FULL")
            with self.transaction() as connection:
                _prepare(connection, self._name)
        except sqlite3.Error as error:
            raise StateError(f"{self._name} cannot be used as the emulator's state: {error}") from error

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """A transaction that alone may write: committed at the end, undone when an exception passes."""
        try:
            with self.lock:
                self._connection.execute("BEGIN IMMEDIATE")
                try:
                    yield self._connection
                except BaseException:
                    # SQLite itself ends one in which the file turns out to be broken.
                    if self._connection.in_transaction:
                        self._connection.execute("ROLLBACK")
                    raise
                self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise StateError(f"{self._name} cannot be used as the emulator's state: {error}") from error
        except _DAMAGE as error:
            raise self.damaged(error) from error

    def damaged(self, error: Exception) -> StateError:
        """That what stands in the file made this error."""
        what = str(error) if isinstance(error, DamagedError) else f"{type(error).__name__}: {error}"
        return StateError(f"{self._name} is damaged, or the emulator has a fault: {what}")

    def close(self) -> None:
        with self.lock:
            self._connection.close()


def _prepare(connection: sqlite3.Connection, name: str) -> None:
    found = "SELECT user_version, (SELECT count(*) FROM sqlite_master) FROM pragma_user_version"
    version, things = connection.execute(found).fetchone()
    if version == 0 and things:
        raise StateError(f"{name} is a database of something else")
    if version == 0:
        for statement in _SCHEMA.split(";"):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {_VERSION}")
    elif version != _VERSION:
        raise StateError(f"{name} is state of another sesops release (format {version}); this one writes {_VERSION}")


def get_setting(connection: sqlite3.Connection, key: str) -> Any:
    """A value of the whole emulator, None when it was never set."""
    row = connection.execute("SELECT body FROM setting WHERE key = ?", (key,)).fetchone()
    return None if row is None else read_json(row[0])


def set_setting(connection: sqlite3.Connection, key: str, value: Any) -> None:
    connection.execute("REPLACE INTO setting VALUES (?, ?)", (key, json.dumps(value)))


class Store:
    """Documents of one account and region, inside a running transaction.

    A document is any JSON object; what is given out is a fresh copy. One with a member `tags` is a tagged resource:
    each change of its tags is noted, for the listing of tagged resources shows them late.
    """

    def __init__(
        self, connection: sqlite3.Connection, account: str, region: str, partition: str, now: datetime
    ) -> None:
        self._connection = connection
        self._scope = (account, region)
        self._partition = partition
        self._now = now

    def in_region(self, region: str) -> Store:
        """The same account's documents in another region."""
        return Store(self._connection, self._scope[0], region, self._partition, self._now)

    def get(self, table: str, name: str) -> Document | None:
        row = self._connection.execute(
            "SELECT body FROM document WHERE account = ? AND region = ? AND kind = ? AND name = ?",
            (*self._scope, table, name),
        ).fetchone()
        return None if row is None else read_json(row[0])

    def put(self, table: str, name: str, document: Document) -> None:
        self._connection.execute(
            "REPLACE INTO document VALUES (?, ?, ?, ?, ?)", (*self._scope, table, name, json.dumps(document))
        )
        if "tags" in document:
            self.note_tags(self._arn(table, name), document["tags"])

    def delete(self, table: str, name: str) -> bool:
        """Whether there was such a document."""
        deleted = self._connection.execute(
            "DELETE FROM document WHERE account = ? AND region = ? AND kind = ? AND name = ?",
            (*self._scope, table, name),
        ).rowcount
        self.note_tags(self._arn(table, name), {})
        return deleted > 0

    def names(self, table: str) -> list[str]:
        """The names in `table`, sorted."""
        return [name for name, _ in self._rows(table)]

    def items(self, table: str) -> Iterator[tuple[str, Document]]:
        """Names and documents of `table`, sorted by name, as they are at the call."""
        return ((name, read_json(body)) for name, body in self._rows(table))

    def after(self, table: str, name: str, limit: int) -> list[tuple[str, Document]]:
        """At most `limit` names and documents that sort behind `name`: for tables too large to read whole."""
        rows = self._connection.execute(
            "SELECT name, body FROM document WHERE account = ? AND region = ? AND kind = ? AND name > ?"
            " ORDER BY name LIMIT ?",
            (*self._scope, table, name, limit),
        )
        return [(name, read_json(body)) for name, body in rows]

    def get_value(self, key: str) -> Any:
        """A value of the whole account and region, None when it was never set."""
        row = self._connection.execute(
            "SELECT body FROM value WHERE account = ? AND region = ? AND key = ?", (*self._scope, key)
        ).fetchone()
        return None if row is None else read_json(row[0])

    def set_value(self, key: str, value: Any) -> None:
        self._connection.execute("REPLACE INTO value VALUES (?, ?, ?, ?)", (*self._scope, key, json.dumps(value)))

    def note_tags(self, arn: str, tags: dict[str, str]) -> None:
        """Note the tags that a resource has from now on, if they differ from what was noted last."""
        row = self._connection.execute(
            "SELECT tags FROM tag_change WHERE account = ? AND region = ? AND arn = ? ORDER BY number DESC LIMIT 1",
            (*self._scope, arn),
        ).fetchone()
        if (read_json(row[0]) if row else {}) != tags:
            self._connection.execute(
                "INSERT INTO tag_change (account, region, arn, at, tags) VALUES (?, ?, ?, ?, ?)",
                (*self._scope, arn, stamp(self._now), json.dumps(tags)),
            )

    def tagged(self, until: datetime | None = None) -> dict[str, dict[str, str]]:
        """ARN to tags of what is tagged, sorted by ARN; with `until`, as it was then."""
        rows = self._connection.execute(
            "SELECT arn, tags, max(number) FROM tag_change WHERE account = ? AND region = ? AND at <= ?"
            " GROUP BY arn ORDER BY arn",
            (*self._scope, "9999" if until is None else stamp(until)),
        )
        return {arn: tags for arn, text, _ in rows if (tags := read_json(text))}

    def _rows(self, table: str) -> list[tuple[str, str]]:
        return self._connection.execute(
            "SELECT name, body FROM document WHERE account = ? AND region = ? AND kind = ? ORDER BY name",
            (*self._scope, table),
        ).fetchall()

    def _arn(self, table: str, name: str) -> str:
        """SES names the types in its ARNs as we name tables, but with hyphens."""
        account, region = self._scope
        return f"arn:{self._partition}:ses:{region}:{account}:{table.replace('_', '-')}/{name}"
