"""`sesops show`: a saved plan, in any form."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sesops.cli.exit_codes import ExitCode
from sesops.cli.options import PlanFormat, PlanFormatOption


def command(
    file: Annotated[Path, typer.Argument(metavar="PLANFILE", help="A plan saved with `sesops plan --out`.")],
    *,
    form: PlanFormatOption = PlanFormat.TEXT,
) -> int:
    """Show a saved plan."""
    from sesops import kinds
    from sesops.cli import forms, plan_file, run

    plan = plan_file.read(file, kinds.discover())
    forms.show(plan, form, run.code_of(plan.targets, detailed=False))
    return ExitCode.DONE
