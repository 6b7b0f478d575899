"""How a run ends: the one table of exit codes, and the two exceptions that end one early."""

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
"""Of several that apply, the first of these."""


def worst(codes: Iterable[ExitCode]) -> ExitCode:
    """The code that a run ends with when several apply."""
    found = set(codes)
    return next((one for one in ORDER if one in found), ExitCode.DONE)


class Stop(Exception):  # noqa: N818  (no error: a run that ends early)
    """The run ends here with this code. Without a message, what there is to say has been said.

    `hint` says the next step, without a full stop; `details` are lines between the two.
    """

    def __init__(
        self, code: ExitCode, message: str | None = None, hint: str | None = None, *, details: Iterable[str] = ()
    ) -> None:
        super().__init__(message or "")
        self.code = code
        self.message = message
        self.hint = hint
        self.details = tuple(details)


class UsageError(Stop):
    """A bad command line: the run ends with 64."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(ExitCode.USAGE, message, hint)
