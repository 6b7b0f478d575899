"""`sesops apply`: show the plan, ask, make it. Of a spec, or of a saved plan that still holds."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sesops.cli import plan_file
from sesops.cli.exit_codes import ExitCode, Stop, UsageError
from sesops.cli.locking import Lock
from sesops.cli.options import (
    AllowMany,
    Base,
    EmulatorFile,
    EmulatorFlag,
    Endpoint,
    MaxRate,
    Only,
    Profile,
    SpecOptions,
    Target,
    Var,
    Verbose,
    counts,
    variables,
)

if TYPE_CHECKING:
    from sesops.core.kind import Registry

What = Annotated[
    Path, typer.Argument(metavar="SPEC|PLANFILE", help="A spec (by default the folder we are in), or a saved plan.")
]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
Remove = Annotated[
    list[str] | None,
    typer.Option("--remove", metavar="ADDRESS", help="Delete this too, this once; only at a terminal."),
]
AskedBy = Annotated[
    Path | None,
    typer.Option(
        "--spec",
        metavar="SPEC",
        help="With PLANFILE: make only what this spec asks for and gives leave for, whoever made the file.",
    ),
]


def command(
    what: What = Path(),
    *,
    yes: Yes = False,
    asked_by: AskedBy = None,
    only: Only = None,
    target: Target = None,
    base: Base = None,
    allow_many: AllowMany = None,
    remove: Remove = None,
    lock: Lock = None,
    var: Var = None,
    emulator: EmulatorFlag = False,
    emulator_file: EmulatorFile = None,
    profile: Profile = None,
    max_rate: MaxRate = None,
    verbose: Verbose = False,
) -> int:
    """Show the plan, ask, and make it. A saved plan is made only if it still holds.

    Where its file comes from elsewhere, as in a pipeline, give --spec (and the --base and --var that it was made with):
    then it can do no more than that spec.
    """
    if remove and not sys.stdin.isatty():
        raise UsageError("--remove is for a person at a terminal", "in a pipeline write it under `remove` in the spec")
    options = SpecOptions(
        what, variables(var), tuple(target or ()), tuple(only or ()), counts(allow_many), tuple(remove or ()), base=base
    )
    endpoint = Endpoint(emulator, emulator_file, profile, max_rate, verbose)

    from sesops import kinds
    from sesops.cli import saved

    registry = kinds.discover()
    if what.suffix == ".json" and not what.exists():
        raise Stop(ExitCode.FAILED, f"{what} is not there", "`sesops plan --out FILE` saves a plan")
    if plan_file.is_one(what):
        return saved.apply(what, options, endpoint, registry, asked_by=asked_by, lock=lock, yes=yes)
    if asked_by is not None:
        raise UsageError(f"--spec goes with a saved plan, and {what} is none", "leave it out")
    return _apply_spec(options, endpoint, registry, lock=lock, yes=yes)


def _apply_spec(
    options: SpecOptions, endpoint: Endpoint, registry: Registry, *, lock: str | None, yes: bool
) -> ExitCode:
    from sesops.cli import locking, run, targets
    from sesops.cli.make import make

    with ExitStack() as opens:
        with run.before_writing():
            jobs = targets.jobs_of(run.orders(options, registry), writes=True)
            opens.enter_context(locking.held(lock, endpoint, jobs))
            found = opens.enter_context(targets.planned(jobs, endpoint, registry))
        return make(found, yes=yes)
