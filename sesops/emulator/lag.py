"""Reads that lag behind writes: for a while readers see what was there before.

While one of the settings `read_lag` and `stale_reads` is on, each write to SES keeps what it replaces, as the setting
`former/ACCOUNT/REGION` of the state file: a list of {table, name, body, at, reads}, `table` None for a value and `body`
None for what was not there. Writes themselves see what is there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from sqlite3 import Connection
from typing import Any

from sesops.emulator.settings import Settings
from sesops.emulator.store import Document, Store, get_setting, parse, read_json, set_setting, stamp

Seen = Mapping[tuple[str | None, str], Any]
"""What readers see in place of what is there, by table and name."""

_READS = ("Get", "List", "Describe", "BatchGet")


def is_read(operation: str) -> bool:
    """Whether an operation of SES reads only."""
    return operation.startswith(_READS)


def seen_by_next_read(connection: Connection, account: str, region: str, now: datetime, settings: Settings) -> Seen:
    """What the next read sees differently. It counts as having been made."""
    if not _is_on(settings):
        return {}
    key = _key(account, region)
    entries: list[dict[str, Any]] = get_setting(connection, key) or []
    late = _late(entries, now, settings)
    if entries:
        set_setting(connection, key, [{**one, "reads": max(0, one["reads"] - 1)} for one in late])
    return {(one["table"], one["name"]): one["body"] for one in reversed(late)}


def _late(entries: list[dict[str, Any]], now: datetime, settings: Settings) -> list[dict[str, Any]]:
    """Those that some read has still to show."""
    return [one for one in entries if one["reads"] > 0 or parse(one["at"]) + settings.read_lag > now]


def _is_on(settings: Settings) -> bool:
    return bool(settings.read_lag) or settings.stale_reads > 0


def _key(account: str, region: str) -> str:
    return f"former/{account}/{region}"


class WritingStore(Store):
    """A store that keeps what is replaced in it, while reads lag."""

    def __init__(
        self, connection: Connection, account: str, region: str, partition: str, now: datetime, settings: Settings
    ) -> None:
        super().__init__(connection, account, region, partition, now)
        self._settings = settings

    def in_region(self, region: str) -> Store:
        return WritingStore(self._connection, self._scope[0], region, self._partition, self._now, self._settings)

    def put(self, table: str, name: str, document: Document) -> None:
        self._keep(table, name, document)
        super().put(table, name, document)

    def delete(self, table: str, name: str) -> bool:
        self._keep(table, name, None)
        return super().delete(table, name)

    def set_value(self, key: str, value: Any) -> None:
        self._keep(None, key, value)
        super().set_value(key, value)

    def _keep(self, table: str | None, name: str, after: Any) -> None:
        if not _is_on(self._settings):
            return
        before = self.get_value(name) if table is None else self.get(table, name)
        if before != after:
            key = _key(*self._scope)
            entry = {"table": table, "name": name, "body": before, "at": stamp(self._now)}
            entries = _late(get_setting(self._connection, key) or [], self._now, self._settings)
            set_setting(self._connection, key, [*entries, {**entry, "reads": self._settings.stale_reads}])


class LateStore(Store):
    """A store as a reader sees it whom the last writes have not reached."""

    def __init__(
        self, connection: Connection, account: str, region: str, partition: str, now: datetime, seen: Seen
    ) -> None:
        super().__init__(connection, account, region, partition, now)
        self._seen = seen

    def get(self, table: str, name: str) -> Document | None:
        if (table, name) in self._seen:
            former: Document | None = self._seen[table, name]
            return former
        return super().get(table, name)

    def get_value(self, key: str) -> Any:
        return self._seen[None, key] if (None, key) in self._seen else super().get_value(key)

    def after(self, table: str, name: str, limit: int) -> list[tuple[str, Document]]:
        return [(one, document) for one, document in self._late(table) if one > name][:limit]

    def _rows(self, table: str) -> list[tuple[str, str]]:
        return [(name, json.dumps(document)) for name, document in self._late(table)]

    def _late(self, table: str) -> Iterator[tuple[str, Document]]:
        former = {name: body for (where, name), body in self._seen.items() if where == table}
        there = {name: read_json(body) for name, body in super()._rows(table)}
        for name, document in sorted({**there, **former}.items()):
            if document is not None:
                yield name, document
