"""`sesops validate`: everything that can be found offline, all at once."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from sesops.cli.options import Format, FormatOption, Var, pairs


def command(
    specs: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[SPEC]...", help="Root files, or folders that hold sesops.yaml; by default this folder."
        ),
    ] = None,
    *,
    form: FormatOption = Format.TEXT,
    var: Var = None,
) -> int:
    """Check specs offline: schema, references, SES's own rules. Shows every finding with its place and a hint."""
    from rich.text import Text

    from sesops import kinds, spec
    from sesops.cli.exit_codes import ExitCode
    from sesops.core.diagnostic import has_errors, in_order
    from sesops.view import console, machine
    from sesops.view.findings import count_line, finding_lines

    registry = kinds.discover()
    variables = pairs(var, "--var")
    loaded = [spec.load(one, registry=registry, variables=variables, environ=os.environ) for one in specs or [Path()]]
    found = in_order(finding for one in loaded for finding in one.diagnostics)
    if form is Format.JSON:
        console.write(machine.findings(found))
    else:
        console.out(line for one in found for line in finding_lines(one))
        names = ", ".join(str(one.root) for one in loaded)
        console.out([Text(f"{names}: {count_line(found)}" if found else f"{names}: valid")])
    return ExitCode.FAILED if has_errors(found) else ExitCode.DONE
