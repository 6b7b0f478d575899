"""`sesops plan`: what would be changed. It never writes to SES."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sesops.cli.options import (
    AllowMany,
    EmulatorFile,
    EmulatorFlag,
    Endpoint,
    Format,
    FormatOption,
    MaxRate,
    Only,
    Profile,
    SpecArgument,
    SpecOptions,
    Target,
    Var,
    Verbose,
    counts,
    pairs,
)

Out = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Save the plan, for `sesops apply FILE`.")]
Detailed = Annotated[bool, typer.Option("--detailed-exitcode", help="End with 2 where changes are pending.")]


def command(
    spec: SpecArgument = Path(),
    *,
    out: Out = None,
    form: FormatOption = Format.TEXT,
    detailed: Detailed = False,
    only: Only = None,
    target: Target = None,
    allow_many: AllowMany = None,
    var: Var = None,
    emulator: EmulatorFlag = False,
    emulator_file: EmulatorFile = None,
    profile: Profile = None,
    max_rate: MaxRate = None,
    verbose: Verbose = False,
) -> int:
    """Show what would be changed so that SES is as the spec says. Never writes to SES."""
    from sesops import kinds
    from sesops.cli import run
    from sesops.view import console, machine
    from sesops.view.plan_text import plan_lines

    options = SpecOptions(spec, pairs(var, "--var"), tuple(target or ()), tuple(only or ()), counts(allow_many))
    endpoint = Endpoint(emulator, emulator_file, profile, max_rate)
    registry = kinds.discover()
    with run.reporting():
        loaded = run.load(options, registry)
        chosen = run.choose(loaded, options.targets)
        listener = run.watcher(verbose=verbose)
        with run.opened(endpoint, chosen.region, chosen.read_role_arn, listener) as gateway:
            desk = run.desk(registry, chosen, loaded.stack, gateway, listener)
            planned = run.whole([run.plan_target(run.Prepared(loaded, chosen, desk), options)])
        if out is not None:
            run.save(planned, out, registry)
        if form is Format.JSON:
            console.write(machine.plan(planned))
        else:
            console.out(plan_lines(planned))
        return run.code_of_plan(planned, detailed=detailed)
