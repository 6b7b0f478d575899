"""`sesops unlock`: take away the lock of a run that is gone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from sesops.cli.exit_codes import ExitCode, Stop
from sesops.cli.locking import LOCK, asked, place, store
from sesops.cli.make import confirm
from sesops.cli.options import EmulatorFile, EmulatorFlag, Endpoint, Profile

At = Annotated[str, typer.Argument(metavar=LOCK, help="The lock, as --lock has it.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
Region = Annotated[
    str | None, typer.Option("--region", metavar="NAME", help="The bucket's region, where nothing else says one.")
]


def command(
    at: At,
    *,
    yes: Yes = False,
    region: Region = None,
    emulator: EmulatorFlag = False,
    emulator_file: EmulatorFile = None,
    profile: Profile = None,
) -> int:
    """Show who holds a lock, ask, and take it away. Only the one that was shown: where another run has it by then, it
    stays.
    """
    lock = place(at)
    with store(lock, Endpoint(emulator, emulator_file, profile), region) as there:
        from rich.text import Text

        from sesops.view import console
        from sesops.view.style import safe

        seen = asked(there.look)
        if seen is None:
            console.out([Text(safe(f"{lock} is not held"))])
            return ExitCode.DONE
        if seen.holder is None:
            message = f"{lock} holds something that is no lock, and stays"
            raise Stop(ExitCode.HELD, message, "correct the key")
        console.out([Text(safe(f"{lock} is {seen.holder.sentence(datetime.now(UTC))}"))])
        if not yes:
            confirm("Take it away?")
        if not asked(lambda: there.delete(seen)):
            raise Stop(
                ExitCode.HELD, f"nothing was changed: {lock} is not the lock any more that was shown", "look again"
            )
        console.out([Text(safe(f"{lock} is free"))])
    return ExitCode.DONE
