"""`sesops apply`: show the plan, ask, make it. Of a spec, or of a saved plan that still holds."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sesops.cli.options import (
    AllowMany,
    EmulatorFile,
    EmulatorFlag,
    Endpoint,
    MaxRate,
    Only,
    Profile,
    SpecOptions,
    Target,
    UsageError,
    Var,
    Verbose,
    counts,
    pairs,
)

if TYPE_CHECKING:
    from sesops.cli.exit_codes import ExitCode
    from sesops.core.kind import Registry
    from sesops.core.plan import TargetPlan
    from sesops.core.ports import Listener
    from sesops.engine.planning import Desk

What = Annotated[
    Path, typer.Argument(metavar="[SPEC | PLANFILE]", help="A spec (by default the folder we are in), or a saved plan.")
]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
Remove = Annotated[
    list[str] | None,
    typer.Option("--remove", metavar="ADDRESS", help="Delete this too, this once; only at a terminal."),
]


def command(
    what: What = Path(),
    *,
    yes: Yes = False,
    only: Only = None,
    target: Target = None,
    allow_many: AllowMany = None,
    remove: Remove = None,
    var: Var = None,
    emulator: EmulatorFlag = False,
    emulator_file: EmulatorFile = None,
    profile: Profile = None,
    max_rate: MaxRate = None,
    verbose: Verbose = False,
) -> int:
    """Show the plan, ask, and make it; or make a saved plan, if it still holds."""
    from sesops import kinds
    from sesops.cli import run, saved

    if remove and not sys.stdin.isatty():
        raise UsageError("--remove is for a person at a terminal; in a pipeline write it under `remove` in the spec")
    options = SpecOptions(
        what, pairs(var, "--var"), tuple(target or ()), tuple(only or ()), counts(allow_many), tuple(remove or ())
    )
    endpoint = Endpoint(emulator, emulator_file, profile, max_rate)
    registry = kinds.discover()
    listener = run.watcher(verbose=verbose)
    with run.reporting():
        if run.is_plan_file(what):
            return saved.apply(what, options, endpoint, registry, listener, yes=yes)
        return _apply_spec(options, endpoint, registry, listener, yes=yes)


def _apply_spec(
    options: SpecOptions, endpoint: Endpoint, registry: Registry, listener: Listener, *, yes: bool
) -> ExitCode:
    from sesops.cli import run

    loaded = run.load(options, registry)
    chosen = run.choose(loaded, options.targets)
    with run.opened(endpoint, chosen.region, chosen.role_arn, listener) as gateway:
        desk = run.desk(registry, chosen, loaded.stack, gateway, listener)
        planned = run.plan_target(run.Prepared(loaded, chosen, desk), options)
        return make(planned, desk, yes=yes)


def make(target: TargetPlan, desk: Desk, *, yes: bool) -> ExitCode:
    """Show a plan, ask, make it and report; refuse it whole where a rule says so."""
    from rich.text import Text

    from sesops.cli import run
    from sesops.cli.exit_codes import ExitCode
    from sesops.core import planner
    from sesops.core.plan import State
    from sesops.view import console
    from sesops.view.plan_text import target_lines

    console.out(target_lines(target))
    judged = run.code_of_plan(run.whole([target]), detailed=False)
    if not target.complete:
        console.err([Text("nothing was changed: the plan is incomplete")])
        return ExitCode.FAILED
    if target.refusals:
        console.err([Text("nothing was changed: a safety rule refuses this plan")])
        return ExitCode.HELD
    if all(step.state is State.HELD for step in planner.steps_of(target)):
        return judged
    if not yes:
        confirm(target)
    return worst_of(run_steps(target, desk), judged)


def confirm(target: TargetPlan) -> None:
    """Ask a person.

    Raises:
        Stop: there is nobody to ask (3), or the answer is no (1).

    """
    from sesops.cli.exit_codes import ExitCode
    from sesops.cli.run import Stop

    if not sys.stdin.isatty():
        raise Stop(ExitCode.HELD, "there is no terminal to ask at", "give --yes, or apply a saved plan with --yes")
    if not typer.confirm(f"Make these changes in {target.scope.region}, account {target.scope.account}?", err=True):
        raise Stop(ExitCode.FAILED, "nothing was changed")


def run_steps(target: TargetPlan, desk: Desk) -> ExitCode:
    """Make the steps of a plan and report."""
    from rich.text import Text

    from sesops.cli.exit_codes import ExitCode
    from sesops.core import planner
    from sesops.core.events import Outcome
    from sesops.engine import planning
    from sesops.engine.execute import execute
    from sesops.view import console
    from sesops.view.run_text import report_line

    report = execute(
        planner.steps_of(target),
        desk.gateway,
        desk.registry,
        desk.scope,
        desk.listener,
        recheck=lambda address: planning.steps_left(desk, target, address),
    )
    console.out([Text(report_line(report), style="bold")])
    if report.interrupted:
        return ExitCode.INTERRUPTED
    return ExitCode.FAILED if report.count(Outcome.FAILED) or report.count(Outcome.SKIPPED) else ExitCode.DONE


def worst_of(*codes: ExitCode) -> ExitCode:
    from sesops.cli.exit_codes import worst

    return worst(codes)
