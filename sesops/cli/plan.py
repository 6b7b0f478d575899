"""`sesops plan`: what would be changed. It never writes to SES."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sesops.cli.locking import LOCK
from sesops.cli.options import (
    AllowMany,
    Applied,
    Base,
    Changed,
    EmulatorFile,
    EmulatorFlag,
    Endpoint,
    MaxRate,
    Only,
    PlanFormat,
    PlanFormatOption,
    Profile,
    SpecArgument,
    SpecOptions,
    Target,
    Var,
    Verbose,
    counts,
    variables,
)

Out = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Save the plan, for `sesops apply FILE`.")]
UnderLock = Annotated[
    str | None,
    typer.Option("--lock", metavar=LOCK, help="Refuse while a run holds this lock; a plan takes none."),
]
Detailed = Annotated[bool, typer.Option("--detailed-exitcode", help="End with 2 where changes are pending.")]


def command(
    spec: SpecArgument = Path(),
    *,
    out: Out = None,
    form: PlanFormatOption = PlanFormat.TEXT,
    detailed: Detailed = False,
    only: Only = None,
    target: Target = None,
    base: Base = None,
    applied: Applied = None,
    changed: Changed = False,
    allow_many: AllowMany = None,
    lock: UnderLock = None,
    var: Var = None,
    emulator: EmulatorFlag = False,
    emulator_file: EmulatorFile = None,
    profile: Profile = None,
    max_rate: MaxRate = None,
    verbose: Verbose = False,
) -> int:
    """Show what would be changed so that SES is as the spec says. Never writes to SES."""
    options = SpecOptions(
        spec,
        variables(var),
        tuple(target or ()),
        tuple(only or ()),
        counts(allow_many),
        base=base,
        applied=applied,
        changed=changed,
    )
    endpoint = Endpoint(emulator, emulator_file, profile, max_rate, verbose)

    from sesops import kinds
    from sesops.cli import forms, locking, plan_file, run, targets

    if out is not None:
        plan_file.insist_on_room(out)
    registry = kinds.discover()
    orders = run.orders(options, registry)
    jobs = targets.jobs_of(orders, writes=False)
    locking.insist_on_free(lock, endpoint, jobs)
    with targets.planned(jobs, endpoint, registry) as found:
        plan = run.whole((one.plan for one in found), registry)
    code = run.code_of(plan.targets, detailed=detailed)
    try:
        if out is not None:
            plan_file.save(plan, out)
    finally:
        # A plan that took minutes is worth seeing even where it cannot be saved.
        forms.show(plan, form, code)
    return code
