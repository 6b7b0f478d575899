"""The DNS that SES looks into: records put there by hand, and those of Route 53's public zones.

What a name had is kept with the time of each change, for a search is judged by what was there when. In the state file a
name is the setting `dns/NAME`: a list of {at, source, type, values}, each replacing what its source said about the type
before. A source is "hand" or a zone of Route 53; what several say adds up. Neither wildcards nor CNAMEs are followed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from sqlite3 import Connection
from typing import Any

from sesops.emulator import clock
from sesops.emulator.store import Database, get_setting, parse, read_json, set_setting, stamp

Records = dict[str, list[str]]
"""What a name has: values by type, as `normal` spells them."""
Look = tuple[datetime, str | None]
"""From this moment on, why SES does not find what it looks for (an ErrorType); None: it finds it."""

TYPES = ("A", "AAAA", "CAA", "CNAME", "MX", "NS", "PTR", "SOA", "SRV", "TXT")
EVER = datetime.min.replace(tzinfo=UTC)

_HAND = "hand"
_NAME, _ZONE = "dns/", "dns_zone/"
_HOST_NAME = re.compile(r"[a-z0-9_*-]{1,63}(\.[a-z0-9_-]{1,63})+")
_MX = re.compile(r"(\d{1,5})\s+(\S+)")


def canonical(name: str) -> str:
    """A name as DNS compares it: no case, no dot at the end."""
    return name.strip().lower().removesuffix(".")


def normal(kind: str, value: str) -> str:
    """A value as records are compared: hosts like names, the strings of a TXT joined.

    ValueError: it is none of that type.
    """
    value = value.strip()
    if kind == "MX":
        found = _MX.fullmatch(value)
        if found is None:
            raise ValueError(f"{value!r} is no MX value; one is like '10 feedback-smtp.eu-west-1.amazonses.com'")
        return f"{int(found[1])} {canonical(found[2])}"
    if kind == "TXT":
        strings = re.findall(r'"((?:[^"\\]|\\.)*)"', value)
        return re.sub(r"\\(.)", r"\1", "".join(strings)) if value.startswith('"') else value
    return canonical(value) if kind in {"CNAME", "NS", "PTR"} else value


@dataclass(frozen=True)
class Wanted:
    """A record set that SES looks for."""

    name: str
    type: str
    accepts: Callable[[Sequence[str]], bool]


class View:
    """The DNS of one request; without a state file, one without records."""

    def __init__(self, connection: Connection | None = None, lag: timedelta = timedelta(0)) -> None:
        self._connection = connection
        self._lag = lag

    def looks(self, wanted: Sequence[Wanted]) -> list[Look]:
        """How searches for all of `wanted` go, from the beginning of time; the first that fails gives the reason."""
        histories = [(one, self._history(one.name)) for one in wanted]
        moments = sorted({moment for _, history in histories for moment, _ in history} | {EVER})
        return [(moment, _first_reason(histories, moment)) for moment in moments]

    def _history(self, name: str) -> list[tuple[datetime, Records]]:
        """What the name had from when on, in the order of time."""
        if self._connection is None:
            return []
        said: dict[tuple[str, str], list[str]] = {}
        history: list[tuple[datetime, Records]] = []
        for change in get_setting(self._connection, _NAME + canonical(name)) or ():
            said[change["source"], change["type"]] = change["values"]
            history.append((parse(change["at"]) + self._lag, _together(said)))
        return history


def _first_reason(histories: list[tuple[Wanted, list[tuple[datetime, Records]]]], moment: datetime) -> str | None:
    for wanted, history in histories:
        there = next((records for begins, records in reversed(history) if begins <= moment), {})
        if not there:
            return "HOST_NOT_FOUND"
        if wanted.type not in there:
            return "TYPE_NOT_FOUND"
        if not wanted.accepts(there[wanted.type]):
            return "INVALID_VALUE"
    return None


def _together(said: Mapping[tuple[str, str], list[str]]) -> Records:
    records: Records = {}
    for (_, kind), values in said.items():
        if values:
            records.setdefault(kind, []).extend(values)
    return records


class Dns:
    """Fills and reads the DNS of one emulator."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def set(self, name: str, kind: str, *values: str) -> None:
        """From now on the name has these values of a type; without values it has none.

        ValueError: no such type, no name of a host, or no value of that type.
        """
        kind = kind.upper()
        if kind not in TYPES:
            raise ValueError(f"{kind!r} is no type of DNS records; there are {', '.join(TYPES)}")
        if not _HOST_NAME.fullmatch(canonical(name)):
            raise ValueError(f"{name!r} is no name of a host")
        spelled = [normal(kind, value) for value in values]
        with self._database.transaction() as connection:
            _append(connection, clock.now(connection), _HAND, canonical(name), kind, spelled)

    def records(self) -> dict[str, Records]:
        """What there is now, by name; names without records are left out."""
        with self._database.transaction() as connection:
            rows = connection.execute(
                "SELECT key, body FROM setting WHERE key > ? AND key < ? ORDER BY key", (_NAME, _NAME + "\x7f")
            ).fetchall()
        names = {key.removeprefix(_NAME): read_json(body) for key, body in rows}
        now = {
            name: _together({(change["source"], change["type"]): change["values"] for change in changes})
            for name, changes in names.items()
        }
        return {name: records for name, records in now.items() if records}


def note_zone(connection: Connection, zone: str, sets: Iterable[tuple[str, str, list[str]]]) -> None:
    """From now on a public zone of Route 53 has these record sets (name, type, values), and no others."""
    now = clock.now(connection)
    before: Mapping[str, Records] = get_setting(connection, _ZONE + zone) or {}
    after: dict[str, Records] = {}
    for name, kind, values in sets:
        spelled = after.setdefault(canonical(name), {}).setdefault(kind, [])
        spelled.extend(_as_found(kind, value) for value in values)
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name, {}), after.get(name, {})
        for kind in sorted(old.keys() | new.keys()):
            if old.get(kind) != new.get(kind):
                _append(connection, now, zone, name, kind, new.get(kind, []))
    set_setting(connection, _ZONE + zone, after)


def _as_found(kind: str, value: str) -> str:
    """A value that somebody else has checked, or not."""
    try:
        return normal(kind, value)
    except ValueError:
        return value


def _append(connection: Connection, at: datetime, source: str, name: str, kind: str, values: list[str]) -> None:
    # Where the clock was moved back, what came later has not happened yet, and never will.
    changes: list[dict[str, Any]] = [
        change for change in get_setting(connection, _NAME + name) or () if parse(change["at"]) <= at
    ]
    changes.append({"at": stamp(at), "source": source, "type": kind, "values": values})
    set_setting(connection, _NAME + name, changes)
