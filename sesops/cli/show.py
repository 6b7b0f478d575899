"""`sesops show`: a saved plan, in any form."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sesops.cli.options import Format, FormatOption


def command(
    file: Annotated[Path, typer.Argument(metavar="PLANFILE", help="A plan saved with `sesops plan --out`.")],
    *,
    form: FormatOption = Format.TEXT,
) -> int:
    """Show a saved plan."""
    from sesops import kinds
    from sesops.cli import run
    from sesops.cli.exit_codes import ExitCode
    from sesops.view import console, machine
    from sesops.view.plan_text import plan_lines

    with run.reporting():
        plan = run.read_plan(file, kinds.discover())
        if form is Format.JSON:
            console.write(machine.plan(plan))
        else:
            console.out(plan_lines(plan))
        return ExitCode.DONE
