"""Applying a saved plan: it is derived again from what is live now, and made only if it is what was shown, or less."""

from __future__ import annotations

import os
import shlex
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sesops.cli import locking, plan_file, revisions, run, targets
from sesops.cli.exit_codes import ExitCode, Stop, UsageError
from sesops.cli.make import make
from sesops.cli.options import Endpoint, SpecOptions
from sesops.cli.targets import Job

if TYPE_CHECKING:
    from sesops.core.kind import Registry
    from sesops.core.plan import Change, TargetPlan
    from sesops.core.whose import History
    from sesops.engine.planning import Desk
    from sesops.spec import Spec, TargetSpec

AGAIN = "plan again"
SPEC_NAME = "sesops.yaml"


def apply(
    file: Path,
    options: SpecOptions,
    endpoint: Endpoint,
    registry: Registry,
    *,
    asked_by: Path | None,
    lock: str | None,
    yes: bool,
) -> ExitCode:
    """Make a saved plan; with `asked_by`, only what that spec asks for, whatever the file says that it wants.

    Raises:
        Stop: it is no plan (1), it is stale (4), or a safety rule refused it when it was made (3).
        UsageError: an option came with it that only a spec takes.

    """
    _insist_on_options(options, asked_by)
    saved = _targets_of(file, registry)
    if asked_by is None:
        jobs = _by_itself(saved, file, registry)
    else:
        jobs = _by_spec(saved, file, replace(options, spec=asked_by), registry)
    with ExitStack() as opens:
        with run.before_writing():
            opens.enter_context(locking.held(lock, endpoint, jobs))
            found = opens.enter_context(targets.planned(jobs, endpoint, registry))
        return make(found, yes=yes)


def _insist_on_options(options: SpecOptions, asked_by: Path | None) -> None:
    given = {"--only": options.only, "--target": options.targets, "--allow-many": options.allow_many}
    more = {"--var": options.variables, "--base": options.base} if asked_by is None else {}
    for option, value in {**given, "--remove": options.remove, **more}.items():
        if value:
            message = f"{option} is for a spec; a saved plan is made as it was shown"
            raise UsageError(message, "give it to `sesops plan --out`")


def _by_itself(saved: tuple[TargetPlan, ...], file: Path, registry: Registry) -> list[Job]:
    """What is to be planned again, from what the file says that it wants."""
    from sesops import spec

    # Where the stack's own spec lies in the folder we are in.
    here = spec.load(Path(), registry=registry, environ=os.environ) if Path(SPEC_NAME).exists() else None
    return [_job(one, _with_lists(one, _insist_on_spec(one, here, file), file, registry)) for one in saved]


def _by_spec(saved: tuple[TargetPlan, ...], file: Path, options: SpecOptions, registry: Registry) -> list[Job]:
    """What is to be planned again, from what a spec says: whoever made the file is not asked.

    Raises:
        Stop: the file is no plan of that spec (4), or the spec has errors (1).

    """
    loaded = run.load(options.spec, options.variables, registry)
    histories = revisions.histories(loaded, options, registry)
    lent = next((one for one in saved if one.base and one.leave.own), None)
    if lent is not None and options.base is None:
        message = f"what {file} does by leave of its own diff needs that diff: it was planned with --base"
        raise UsageError(message, f"give --base {shlex.quote(lent.base or '')} again")
    sections = {one.name: one for one in loaded.targets}

    def asked(one: TargetPlan) -> TargetPlan:
        section = sections.get(one.scope.target)
        if section is None or not _is_of(one, loaded, section):
            raise Stop(ExitCode.STALE, f"{file} is no plan of {loaded.root} as it is now", AGAIN)
        return _with_spec(one, section, histories.get(section.name))

    return [_job(one, asked(one)) for one in saved]


def _is_of(saved: TargetPlan, spec: Spec, section: TargetSpec) -> bool:
    """Whether a plan says that it is of this section of the spec: of all of it, there, and by that role."""
    scope = saved.scope
    said = (scope.stack, saved.digest, scope.region, saved.role_arn)
    return said == (spec.stack, spec.digest, section.region, section.role_arn) and (
        section.account in (None, scope.account)
    )


def _with_spec(saved: TargetPlan, section: TargetSpec, history: History | None) -> TargetPlan:
    """A plan with what the spec wants and gives leave for; the brake's number is the plan's."""
    from sesops.core import whose

    own = whose.asked(section.wanted, history.base.wanted) if history else frozenset()
    leave = replace(section.leave, allow_many=saved.leave.allow_many, own=saved.leave.own & own)
    return replace(saved, wanted=section.wanted, leave=leave)


def _job(saved: TargetPlan, asked: TargetPlan) -> Job:
    scope = saved.scope
    return Job(
        scope.stack,
        scope.target,
        scope.region,
        scope.account,
        saved.role_arn,
        "the plan",
        lambda desk: _derive(saved, asked, desk),
    )


def _targets_of(file: Path, registry: Registry) -> tuple[TargetPlan, ...]:
    """The targets of a plan file that may be made at all."""
    plan = plan_file.read(file, registry)
    if not all(one.complete for one in plan.targets):
        raise Stop(ExitCode.FAILED, f"{file} is incomplete: what could not be read was not planned", AGAIN)
    refusals = [refusal for one in plan.targets for refusal in one.refusals]
    if refusals:
        raise Stop(ExitCode.HELD, f"{file} was refused by a safety rule", AGAIN, details=refusals)
    names = [one.scope.target for one in plan.targets]
    if not names or len(set(names)) < len(names):
        raise Stop(ExitCode.FAILED, f"the plan file was changed: {file} has a target twice, or none", AGAIN)
    return plan.targets


def _insist_on_spec(saved: TargetPlan, here: Spec | None, file: Path) -> Spec | None:
    """Where the stack's own spec lies in the folder we are in, it has to be the one that was planned."""
    if here is None:
        return None
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
    sections = here.targets if here and not here.has_errors else ()
    there = {one.address: one for target in sections if target.name == saved.scope.target for one in target.wanted}
    if not sections:
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


def _derive(saved: TargetPlan, asked: TargetPlan, desk: Desk) -> TargetPlan:
    """What is left of a saved plan, by what is `asked`: wanted, and given leave for.

    Raises:
        Stop: it is stale (4), or holds values that no plan has (1).

    """
    from sesops.core import planner, stale
    from sesops.engine import planning

    try:
        fresh = planning.plan_target(desk, asked.wanted, asked.leave)
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        # Its contract leaves the form of each field to the kinds, and they take what a spec was validated to be.
        message = f"the plan file was changed: a value in it has a form that no plan has ({error})"
        raise Stop(ExitCode.FAILED, message, AGAIN) from error
    _insist_on_names(saved, fresh)
    # What the plan did not show is not made. `--only` left it out, and what the shown steps need comes along.
    fresh, _ = planner.only(fresh, (change.address for change in saved.changes))
    # What rests on the whole spec, of which the file has only a part, is as it was when the plan was made. The brake
    # was judged then, and what is left of the plan can only be less.
    fresh = replace(
        fresh,
        digest=saved.digest,
        role_arn=saved.role_arn,
        base=saved.base,
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


def _insist_on_names(saved: TargetPlan, fresh: TargetPlan) -> None:
    """See that what is known by a secret is what it was.

    Raises:
        Stop: another secret is there by now (4).

    """
    there = {*(one.address for one in fresh.wanted), *(one.address for one in fresh.unknown)}
    for one in saved.wanted:
        if one.address not in there:
            raise Stop(ExitCode.STALE, f"{one.address} is known by a secret, and that is another by now", AGAIN)


def _placed(fresh: TargetPlan, saved: TargetPlan) -> TargetPlan:
    """The fresh plan with the places that the saved one has, and whose each change and field is; it keeps the place of
    each change, not of each field.
    """
    shown = {(change.address, change.action): change for change in saved.changes}

    def placed(change: Change) -> Change:
        before = shown.get((change.address, change.action), change)
        steps = tuple(replace(step, asked=lambda: before.place) for step in change.steps)
        whose = {one.path: one.whose for one in before.fields}
        fields = tuple(replace(one, whose=whose.get(one.path)) for one in change.fields)
        return replace(change, place=before.place, whose=before.whose, fields=fields, steps=steps)

    return replace(fresh, changes=tuple(placed(one) for one in fresh.changes))
