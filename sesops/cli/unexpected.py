"""What nobody foresaw: what a run says of an exception that is none of its own, and how it is to be reported."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from sesops.cli.exit_codes import ExitCode, Stop

if TYPE_CHECKING:
    from sesops.core.diagnostic import Diagnostic

DEBUG = "SESOPS_DEBUG"
"""The variable that asks for tracebacks."""
_HINT = f"report it with the command line and the traceback that {DEBUG}=1 shows"
_LONGEST = 300
_PACKAGE = Path(__file__).parents[1]


class Unexpected(Stop):
    """A run, or one target of it, ends with an error in the program (1)."""

    def __init__(self, finding: Diagnostic) -> None:
        super().__init__(ExitCode.FAILED, finding.message, finding.hint)
        self.finding = finding


def stop(error: Exception) -> Stop:
    """How a run ends over an exception. The traceback is shown here, where it is asked for."""
    if isinstance(error, OSError):
        # What the machine refuses (a disk that is full, a folder that is gone) is no error in the program.
        where = f"{error.filename}: " if error.filename else ""
        return Stop(ExitCode.FAILED, f"{where}{error.strerror or error}")
    if os.environ.get(DEBUG):
        _show(error)
    return Unexpected(_finding(error))


def say(stop: Stop) -> None:
    """Say on stderr why a run ends."""
    from sesops.view import console
    from sesops.view.findings import finding_lines
    from sesops.view.run_text import stop_lines

    if isinstance(stop, Unexpected):
        console.err(finding_lines(stop.finding))
    else:
        console.err(stop_lines(str(stop.message), stop.details, stop.hint))


def _finding(error: Exception) -> Diagnostic:
    from sesops.core.diagnostic import Diagnostic
    from sesops.spec.findings import quotable

    what = quotable(f"{type(error).__name__}: {error}"[:_LONGEST])
    return Diagnostic("internal-error", f"an error in sesops itself: {what}{_where(error)}", None, _HINT)


def _where(error: Exception) -> str:
    """The last line of ours that was on the way."""
    import traceback

    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        path = Path(frame.filename)
        if path.is_relative_to(_PACKAGE):
            return f" (at {path.relative_to(_PACKAGE.parent).as_posix()}:{frame.lineno})"
    return ""


def _show(error: Exception) -> None:
    import traceback

    from rich.text import Text

    from sesops.view import console
    from sesops.view.style import safe

    lines = "".join(traceback.format_exception(error)).splitlines()
    console.err(Text(safe(line), style="dim") for line in lines)
