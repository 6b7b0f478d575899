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

    from sesops import kinds
    from sesops.aws.read_only import ReadOnly
    from sesops.cli import run, targets
    from sesops.core.drift import drift
    from sesops.view import console, drift_text, machine

    registry = kinds.discover()
    jobs = targets.jobs_of(run.orders(options, registry), writes=False)
    with targets.planned(jobs, endpoint, registry, ReadOnly) as found:
        plan = run.whole((one.plan for one in found), registry)
        # Where we were kept out of a target, nothing is known of it.
        kept_out = [ExitCode.HELD for one in found if one.desk is None and one.plan.refusals]
    if form is Format.JSON:
        console.write(machine.drift(plan))
    else:
        console.out(drift_text.drift_lines(plan))
    drifted = [ExitCode.CHANGES for one in plan.targets if drift(one)]
    return worst([*drifted, *kept_out, *(ExitCode.FAILED for one in plan.targets if not one.complete)])
