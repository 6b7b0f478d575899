"""Applying a saved plan: it is derived again from what is live now, and made only if it is what was shown, or less."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sesops.cli import run
from sesops.cli.exit_codes import ExitCode
from sesops.cli.options import Endpoint, SpecOptions, UsageError

if TYPE_CHECKING:
    from sesops.core.kind import Registry
    from sesops.core.plan import TargetPlan
    from sesops.core.ports import Gateway, Listener


def apply(
    file: Path, options: SpecOptions, endpoint: Endpoint, registry: Registry, listener: Listener, *, yes: bool
) -> ExitCode:
    """Make a saved plan.

    Raises:
        Stop: it is no plan (1), it is stale (4), or a safety rule refused it when it was made (3).
        UsageError: an option came with it that only a spec takes.

    """
    given = {"--only": options.only, "--target": options.targets, "--allow-many": options.allow_many}
    for option, value in {**given, "--remove": options.remove, "--var": options.variables}.items():
        if value:
            raise UsageError(f"{option} is for a spec; a saved plan is made as it was shown")
    plan = run.read_plan(file, registry)
    if len(plan.targets) != 1:
        raise run.Stop(ExitCode.FAILED, f"{file} holds {len(plan.targets)} targets; this release makes one a run")
    saved = plan.targets[0]
    if not saved.complete:
        raise run.Stop(ExitCode.FAILED, f"{file} is incomplete: what could not be read was not planned", "plan again")
    if saved.refusals:
        raise run.Stop(ExitCode.HELD, f"{file} was refused by a safety rule: {'; '.join(saved.refusals)}")
    _same_spec(saved, file, registry)
    with run.opened(endpoint, saved.scope.region, saved.role_arn, listener) as gateway:
        return _derive_and_make(saved, registry, gateway, listener, yes=yes)


def _same_spec(saved: TargetPlan, file: Path, registry: Registry) -> None:
    """Where the stack's own spec lies in the folder we are in, it has to be the one that was planned."""
    import os

    from sesops import spec

    if not Path("sesops.yaml").exists():
        return
    here = spec.load(Path(), registry=registry, variables={}, environ=os.environ)
    if here.stack == saved.scope.stack and here.digest != saved.digest:
        raise run.Stop(ExitCode.STALE, f"the spec here is not the one that {file} was made from", "plan again")


def _derive_and_make(
    saved: TargetPlan, registry: Registry, gateway: Gateway, listener: Listener, *, yes: bool
) -> ExitCode:
    from sesops.aws.session import identity
    from sesops.cli.apply import make
    from sesops.core import stale
    from sesops.core.values import Refusal
    from sesops.engine import planning

    who = identity(gateway)
    if isinstance(who, Refusal):
        raise run.Stop(ExitCode.FAILED, f"SES cannot be asked who we are: {who.code}: {who.message}")
    if who[0] != saved.scope.account:
        raise run.Stop(
            ExitCode.HELD,
            f"the plan is for account {saved.scope.account}, and these credentials are of account {who[0]}",
        )
    desk = planning.Desk(registry, saved.scope, gateway, listener, run.today())
    fresh = planning.plan_target(desk, saved.wanted, saved.leave)
    # The brake was judged when the plan was made, over the whole spec; what is left of it can only be less.
    fresh = replace(fresh, digest=saved.digest, role_arn=saved.role_arn, refusals=())
    differences = stale.differences(saved, fresh)
    if differences:
        raise run.Stop(
            ExitCode.STALE, "the plan is stale, nothing was changed:\n  " + "\n  ".join(differences), "plan again"
        )
    return make(stale.within(saved, fresh), desk, yes=yes)
