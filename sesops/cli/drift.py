"""`sesops drift`: where live SES is not what the spec says. It cannot write."""

from __future__ import annotations

from pathlib import Path

from sesops.cli.exit_codes import ExitCode, worst
from sesops.cli.options import (
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
    variables,
)


def command(
    spec: SpecArgument = Path(),
    *,
    form: FormatOption = Format.TEXT,
    only: Only = None,
    target: Target = None,
    var: Var = None,
    emulator: EmulatorFlag = False,
    emulator_file: EmulatorFile = None,
    profile: Profile = None,
    max_rate: MaxRate = None,
    verbose: Verbose = False,
) -> int:
    """Show where live SES is not what the spec says; for a cron job. Ends with 2 where it is not. Only reads."""
    options = SpecOptions(spec, variables(var), tuple(target or ()), tuple(only or ()))
    endpoint = Endpoint(emulator, emulator_file, profile, max_rate, verbose)

    from dataclasses import replace

    from sesops import kinds
    from sesops.aws.read_only import ReadOnly
    from sesops.cli import run
    from sesops.cli.caller import opened
    from sesops.core.drift import drift
    from sesops.view import console, drift_text, machine

    registry = kinds.discover()
    order = run.order(options, registry)
    with (
        run.watching(order.target.name, verbose=verbose) as listener,
        opened(endpoint, order.target.region, order.target.read_role_arn, listener) as caller,
    ):
        reader = replace(caller, gateway=ReadOnly(caller.gateway))
        planned = run.plan_target(order, run.desk(order, registry, reader, listener))
    plan = run.whole(planned, registry)
    if form is Format.JSON:
        console.write(machine.drift(plan))
    else:
        console.out(drift_text.drift_lines(plan))
    drifted = [ExitCode.CHANGES] if drift(planned) else []
    return worst([*drifted, *([] if planned.complete else [ExitCode.FAILED])])
