"""The emulator's time: the wall clock, moved by an offset that the state file keeps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from sqlite3 import Connection

from sesops.emulator.store import DamagedError, Database, get_setting, set_setting

_KEY = "clock_offset_seconds"
# Beyond, the sums of times and durations that operations make would leave the calendar.
_YEARS = range(1971, 9000)


def now(connection: Connection) -> datetime:
    """The time for a request in this transaction, UTC, in whole milliseconds as SES shows it."""
    offset = get_setting(connection, _KEY) or 0
    if not _is_on_the_calendar(offset):
        raise DamagedError(f"its clock stands {offset!r} seconds away from ours")
    return _at(offset)


def _at(offset: float) -> datetime:
    moment = datetime.now(UTC) + timedelta(seconds=offset)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


class Clock:
    """Reads and moves the time of one emulator."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def now(self) -> datetime:
        with self._database.transaction() as connection:
            return now(connection)

    def advance(self, by: timedelta) -> None:
        """Move on; also back, if `by` is negative. OverflowError: no calendar goes there, and nothing has moved."""
        with self._database.transaction() as connection:
            offset = (get_setting(connection, _KEY) or 0) + by.total_seconds()
            if not _is_on_the_calendar(offset):
                raise OverflowError(f"the clock goes from {_YEARS.start} to {_YEARS.stop}")
            set_setting(connection, _KEY, offset)


def _is_on_the_calendar(offset: float) -> bool:
    try:
        return _at(offset).year in _YEARS
    except (OverflowError, ValueError):
        return False
