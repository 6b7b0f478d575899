"""Applying a saved plan: it is derived again from what is live now, and made only if it is what was shown, or less."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sesops.cli import plan_file, run
from sesops.cli.caller import opened
from sesops.cli.exit_codes import ExitCode, Stop, UsageError
from sesops.cli.make import make
from sesops.cli.options import Endpoint, SpecOptions

if TYPE_CHECKING:
    from sesops.core.kind import Registry
    from sesops.core.plan import Change, TargetPlan
    from sesops.engine.planning import Desk
    from sesops.spec import Spec

AGAIN = "plan again"
SPEC_NAME = "sesops.yaml"


def apply(file: Path, options: SpecOptions, endpoint: Endpoint, registry: Registry, *, yes: bool) -> ExitCode:
    """Make a saved plan.

    Raises:
        Stop: it is no plan (1), it is stale (4), or a safety rule refused it when it was made (3).
        UsageError: an option came with it that only a spec takes.

    """
    given = {"--only": options.only, "--target": options.targets, "--allow-many": options.allow_many}
    for option, value in {**given, "--remove": options.remove, "--var": options.variables}.items():
        if value:
            message = f"{option} is for a spec; a saved plan is made as it was shown"
            raise UsageError(message, "give it to `sesops plan --out`")
    from sesops.engine import planning

    saved = _target_of(file, registry)
    saved = _with_lists(saved, _insist_on_spec(saved, file, registry), file, registry)
    with (
        run.watching(saved.scope.target, verbose=endpoint.verbose) as listener,
        opened(endpoint, saved.scope.region, saved.role_arn, listener) as caller,
    ):
        caller.insist_on(saved.scope.account, "the plan")
        desk = planning.Desk(registry, saved.scope, caller.gateway, listener, run.today())
        with run.before_writing():
            derived = _derive(saved, desk)
        return make(derived, desk, yes=yes)


def _target_of(file: Path, registry: Registry) -> TargetPlan:
    """The one target of a plan file that may be made at all."""
    plan = plan_file.read(file, registry)
    if len(plan.targets) != 1:
        message = f"{file} holds the plans of {len(plan.targets)} targets; this release makes one a run"
        raise Stop(ExitCode.FAILED, message, "plan each target into a file of its own")
    saved = plan.targets[0]
    if not saved.complete:
        raise Stop(ExitCode.FAILED, f"{file} is incomplete: what could not be read was not planned", AGAIN)
    if saved.refusals:
        raise Stop(ExitCode.HELD, f"{file} was refused by a safety rule", AGAIN, details=saved.refusals)
    return saved


def _insist_on_spec(saved: TargetPlan, file: Path, registry: Registry) -> Spec | None:
    """Where the stack's own spec lies in the folder we are in, it has to be the one that was planned."""
    from sesops import spec

    if not Path(SPEC_NAME).exists():
        return None
    here = spec.load(Path(), registry=registry, environ=os.environ)
    # A spec that cannot be read as far as its name may well be this stack's.
    if here.stack in ("", saved.scope.stack) and here.digest != saved.digest:
        raise Stop(ExitCode.STALE, f"{here.root} is not the spec that {file} was made from", AGAIN)
    return here if here.stack == saved.scope.stack else None


def _with_lists(saved: TargetPlan, here: Spec | None, file: Path, registry: Registry) -> TargetPlan:
    """Put back what no plan file holds, such as addresses: from the spec in the folder we are in.

    Raises:
        Stop: the spec lies elsewhere, or cannot be read (1); it asks for something else by now (4).

    """
    asked = {one.address for one in saved.wanted if registry.kinds[one.address.kind].read_against}
    if not asked:
        return saved
    targets = here.targets if here and not here.has_errors else ()
    there = {one.address: one for target in targets if target.name == saved.scope.target for one in target.wanted}
    if not targets:
        message = (
            f"{file} holds no addresses: they are read from the spec, and that is not in this folder or has errors"
        )
        raise Stop(ExitCode.FAILED, message, f"run it in the folder of the stack's {SPEC_NAME}")
    for one in saved.wanted:
        if one.address in asked and (one.address not in there or there[one.address].fields != one.fields):
            message = f"{one.address} is another list than the one that {file} was made from"
            raise Stop(ExitCode.STALE, message, AGAIN)
    wanted = (replace(one, payload=there[one.address].payload) if one.address in asked else one for one in saved.wanted)
    return replace(saved, wanted=tuple(wanted))


def _derive(saved: TargetPlan, desk: Desk) -> TargetPlan:
    """What is left of a saved plan.

    Raises:
        Stop: it is stale (4), or holds values that no plan has (1).

    """
    from sesops.core import planner, stale
    from sesops.engine import planning

    try:
        fresh = planning.plan_target(desk, saved.wanted, saved.leave)
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        # Its contract leaves the form of each field to the kinds, and they take what a spec was validated to be.
        message = f"the plan file was changed: a value in it has a form that no plan has ({error})"
        raise Stop(ExitCode.FAILED, message, AGAIN) from error
    # What the plan did not show is not made. `--only` left it out, and what the shown steps need comes along.
    fresh, _ = planner.only(fresh, (change.address for change in saved.changes))
    # What rests on the whole spec, of which the file has only a part, is as it was when the plan was made. The brake
    # was judged then, and what is left of the plan can only be less.
    fresh = replace(
        fresh,
        digest=saved.digest,
        role_arn=saved.role_arn,
        refusals=(),
        left_over=saved.left_over,
        left_over_known=saved.left_over_known,
        extra=saved.extra,
        compared=saved.compared,
    )
    differences = stale.differences(saved, fresh)
    if differences:
        raise Stop(ExitCode.STALE, "nothing was changed: the plan is stale", AGAIN, details=differences)
    return _placed(stale.within(saved, fresh), saved)


def _placed(fresh: TargetPlan, saved: TargetPlan) -> TargetPlan:
    """The fresh plan with the places that the saved one has; it keeps the place of each change, not of each field."""
    places = {(change.address, change.action): change.place for change in saved.changes}

    def placed(change: Change) -> Change:
        place = places.get((change.address, change.action), change.place)
        return replace(change, place=place, steps=tuple(replace(step, place=place) for step in change.steps))

    return replace(fresh, changes=tuple(placed(one) for one in fresh.changes))
