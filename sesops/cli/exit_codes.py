"""The one table of exit codes. Of several that apply, the first in `ORDER` wins."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum


class ExitCode(IntEnum):
    """What a run ends with."""

    DONE = 0
    """Done, or nothing to do."""
    FAILED = 1
    """Failed: findings, a failed or denied read, a step that failed."""
    CHANGES = 2
    """Changes pending, with `--detailed-exitcode`."""
    HELD = 3
    """A safety rule holds something back or refuses."""
    STALE = 4
    """The saved plan does not hold any more."""
    WAITING = 5
    """Something still waits, where a command was asked to wait for it."""
    USAGE = 64
    """Bad command line."""
    INTERRUPTED = 130
    """Interrupted."""


ORDER = (ExitCode.INTERRUPTED, ExitCode.FAILED, ExitCode.STALE, ExitCode.HELD, ExitCode.CHANGES, ExitCode.WAITING)


def worst(codes: Iterable[ExitCode]) -> ExitCode:
    """The code that a run ends with when several apply."""
    found = set(codes)
    return next((one for one in ORDER if one in found), ExitCode.DONE)
