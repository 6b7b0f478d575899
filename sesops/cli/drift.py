"""`sesops drift`: where live SES is not what the spec says. It cannot write."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sesops.cli.exit_codes import ExitCode, Stop, worst
from sesops.cli.options import (
    DriftFormat,
    EmulatorFile,
    EmulatorFlag,
    Endpoint,
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

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sesops.core.drift import Report
    from sesops.core.kind import Registry
    from sesops.core.waivers import Waiver

Form = Annotated[DriftFormat, typer.Option("--format", help="How to print it.")]
Rev = Annotated[str | None, typer.Option("--rev", metavar="REV", help="Measure against the spec at this git revision.")]
Waivers = Annotated[
    Path | None, typer.Option("--waivers", metavar="FILE", help="Differences that somebody answers for, until a day.")
]

Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print no text where there is no drift.")]


def command(
    spec: SpecArgument = Path(),
    *,
    form: Form = DriftFormat.TEXT,
    rev: Rev = None,
    waivers: Waivers = None,
    quiet: Quiet = False,
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
    options = SpecOptions(spec, variables(var), tuple(target or ()), tuple(only or ()), rev=rev)
    endpoint = Endpoint(emulator, emulator_file, profile, max_rate, verbose)

    from sesops import kinds
    from sesops.aws.read_only import ReadOnly
    from sesops.cli import run, targets
    from sesops.core.drift import drift
    from sesops.core.waivers import waive
    from sesops.view import console, drift_text

    registry = kinds.discover()
    orders = run.orders(options, registry)
    given = _waivers(waivers, registry, tuple(one.name for one in orders[0].spec.targets if one.name))
    with targets.planned(targets.jobs_of(orders, writes=False), endpoint, registry, ReadOnly) as found:
        # Where we were kept out of a target, nothing is known of it.
        kept_out = [ExitCode.HELD for one in found if one.desk is None and one.plan.refusals]
        drifts = [drift(one.plan, order.only) for one, order in zip(found, orders, strict=True)]
        reports, unused = waive(drifts, given, run.today())
    # Of what was left out, nothing can be said.
    if not only and not target:
        console.err(drift_text.unused_lines(unused))
    if (
        not quiet
        or form is not DriftFormat.TEXT
        or kept_out
        or any(one.entries or not one.target.complete for one in reports)
    ):
        _show(reports, form)
    failed = [ExitCode.FAILED for one in reports if not one.target.complete]
    return worst([*(ExitCode.CHANGES for one in reports if one.entries), *kept_out, *failed])


def _waivers(path: Path | None, registry: Registry, names: tuple[str, ...]) -> tuple[Waiver, ...]:
    """The waivers of a file; findings go to stderr.

    Raises:
        Stop: it has errors (1).

    """
    if path is None:
        return ()
    from sesops.cli import run
    from sesops.core.diagnostic import has_errors
    from sesops.spec.waivers import load_waivers

    found, findings = load_waivers(path, registry, names)
    run.say_findings(findings)
    if has_errors(findings):
        raise Stop(ExitCode.FAILED)
    return found


def _show(reports: Sequence[Report], form: DriftFormat) -> None:
    import time

    from sesops import __version__
    from sesops.view import console, drift_text

    if form is DriftFormat.JSON:
        from sesops.view import machine

        console.write(machine.drift(reports, __version__))
    elif form is DriftFormat.JUNIT:
        from sesops.view.drift_junit import junit

        console.write(junit(reports))
    elif form is DriftFormat.PROMETHEUS:
        from sesops.view.drift_prometheus import prometheus

        console.write(prometheus(reports, time.time()))
    else:
        console.out(drift_text.drift_lines(reports))
