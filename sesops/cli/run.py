"""From options to a plan: load the spec, choose the target, read and plan. What `plan` and `apply` share."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sesops import __version__
from sesops.cli import plan_file
from sesops.cli.exit_codes import ExitCode, Stop, UsageError, worst
from sesops.cli.options import PlanFormat, SpecOptions

if TYPE_CHECKING:
    from rich.text import Text

    from sesops.cli.caller import Caller
    from sesops.core.address import Address
    from sesops.core.diagnostic import Diagnostic
    from sesops.core.kind import Registry
    from sesops.core.plan import Leave, Plan, TargetPlan
    from sesops.core.ports import Listener
    from sesops.engine.planning import Desk
    from sesops.spec import Spec, TargetSpec


@dataclass(frozen=True)
class Order:
    """What one run is to do: a target of a spec, narrowed to `only` (everything where it is empty)."""

    spec: Spec
    target: TargetSpec
    leave: Leave
    only: tuple[Address, ...] = ()


@contextmanager
def watching(target: str | None, *, verbose: bool) -> Iterator[Listener]:
    """What hears the events of a run: a live line on a terminal, gone again at the end, and lines elsewhere."""
    from sesops.aws.errors import hint_for
    from sesops.engine.execute import INTERRUPTED
    from sesops.view import console
    from sesops.view.run_text import Watcher

    progress = console.live_line()

    def say(line: Text) -> None:
        console.err([line])

    try:
        yield Watcher(say, progress, hint_for, verbose=verbose, target=target, obvious=INTERRUPTED)
    finally:
        if progress:
            progress.clear()


@contextmanager
def before_writing() -> Iterator[None]:
    """What goes before the first write of an `apply`: who breaks off here hears that nothing was changed.

    Raises:
        Stop: it was broken off (130).

    """
    try:
        yield
    except KeyboardInterrupt as error:
        raise Stop(ExitCode.INTERRUPTED, "interrupted: nothing was changed") from error


def order(options: SpecOptions, registry: Registry) -> Order:
    """Load a spec, say what is wrong with it, and settle what is asked of it; nothing is called for that.

    Raises:
        Stop: the spec has errors, or is none (1).
        UsageError: the options name what it does not have.

    """
    spec = load(options.spec, options.variables, registry)
    target = choose(spec, options.targets)
    only = addresses_of(options.only, spec, target, registry)
    leave = leave_of(options, spec, target, registry)
    return Order(spec, target, leave, only)


def load(path: Path, variables: dict[str, str], registry: Registry) -> Spec:
    """Load a spec; findings go to stderr.

    Raises:
        Stop: it has errors, or is a saved plan (1).

    """
    from sesops import spec

    refuse_plan_file(path)
    loaded = spec.load(path, registry=registry, variables=variables, environ=os.environ)
    _say_findings(loaded.diagnostics)
    if loaded.has_errors:
        raise Stop(ExitCode.FAILED)
    return loaded


def refuse_plan_file(path: Path) -> None:
    """See that what is taken for a spec is no saved plan.

    Raises:
        Stop: it is one (1).

    """
    if plan_file.is_one(path):
        hint = f"`sesops show {path}` shows it, `sesops apply {path}` makes it"
        raise Stop(ExitCode.FAILED, f"{path} is a saved plan, no spec", hint)


def _say_findings(findings: Iterable[Diagnostic]) -> None:
    from sesops.core.diagnostic import in_order
    from sesops.view import console
    from sesops.view.findings import finding_lines

    console.err(line for one in in_order(findings) for line in finding_lines(one))


def choose(spec: Spec, names: tuple[str, ...]) -> TargetSpec:
    """The one target of this run.

    Raises:
        UsageError: the spec has several and none is named, a name is none of them, or several are named.

    """
    known = [one.name for one in spec.targets if one.name]
    for name in names:
        if name not in known:
            there = f"there is {', '.join(known)}" if known else "it has one region and no targets: leave it out"
            raise UsageError(f"--target {name!r} is no target of this spec", there)
    if len(set(names)) > 1:
        raise UsageError("a run is of one target", "give --target once")
    if names:
        return spec.target(names[0])
    if len(spec.targets) > 1:
        raise UsageError("the spec has several targets", f"choose one: --target {' or --target '.join(known)}")
    return spec.targets[0]


def addresses_of(texts: Iterable[str], spec: Spec, target: TargetSpec, registry: Registry) -> tuple[Address, ...]:
    """Parse addresses of the command line.

    Raises:
        UsageError: one is no address, or of another target, or lacks the target where there are several.

    """
    from sesops.spec import parse_address

    found = []
    for text in texts:
        try:
            address = parse_address(text, registry)
        except ValueError as error:
            kinds = ", ".join(sorted(registry.kinds))
            raise UsageError(str(error), f"as in domain/example.com; the kinds are {kinds}") from error
        if address.target is None and len(spec.targets) > 1:
            choices = " or ".join(f"{one.name}:{text}" for one in spec.targets)
            raise UsageError(f"{text!r} does not say in which target", f"write {choices}")
        if address.target not in (None, target.name):
            here = f"this run is of target {target.name}" if target.name else "the spec has no targets: leave it out"
            raise UsageError(f"{text!r} names another target", here)
        found.append(address.local)
    return tuple(found)


def leave_of(options: SpecOptions, spec: Spec, target: TargetSpec, registry: Registry) -> Leave:
    """The leave of the spec and of the command line together.

    Raises:
        UsageError: `--allow-many` names no kind, or `--remove` something that the spec names.

    """
    from sesops.core import guard
    from sesops.core.plan import Removal

    unknown = sorted(set(options.allow_many) - set(registry.kinds))
    if unknown:
        raise UsageError(f"--allow-many names no kind that there is: {', '.join(unknown)}", "copy it from the refusal")
    removed = addresses_of(options.remove, spec, target, registry)
    for one in sorted({wanted.address for wanted in target.wanted}.intersection(removed)):
        raise UsageError(f"--remove {one}: the spec names it", "take it out of the spec first")
    for one in removed:
        if guard.ignored(target.leave, one):
            raise UsageError(f"--remove {one}: the spec ignores it", "take it out of `ignore` first")
    removals = (*target.leave.remove, *(Removal(str(one)) for one in removed))
    return replace(target.leave, allow_many=options.allow_many, remove=removals)


def desk(order: Order, registry: Registry, caller: Caller, listener: Listener) -> Desk:
    """What planning works with, once we are in the account that the spec says.

    Raises:
        Stop: we are in another (3).

    """
    from sesops.core.values import Scope
    from sesops.engine.planning import Desk

    target = order.target
    if target.account is not None:
        caller.insist_on(target.account, "the spec")
    scope = Scope(order.spec.stack, target.region, caller.account, caller.partition, target.name)
    return Desk(registry, scope, caller.gateway, listener, today())


def today() -> date:
    """The day, UTC, that `until` is measured against."""
    return datetime.now(UTC).date()


def plan_target(order: Order, desk: Desk) -> TargetPlan:
    """Read and plan one target, narrowed to `only`.

    Raises:
        UsageError: something in `only` is neither in the spec nor in the plan.

    """
    from sesops.engine import planning

    planned = planning.plan_target(desk, order.target.wanted, order.leave)
    planned = replace(planned, digest=order.spec.digest, role_arn=order.target.role_arn)
    if not order.only:
        return planned
    _insist_on_known(order.only, planned)
    return _narrowed(planned, order.only)


def _insist_on_known(only: Iterable[Address], planned: TargetPlan) -> None:
    from difflib import get_close_matches

    from sesops.view.style import named

    things = [*(one.address for one in planned.wanted), *(one.address for one in planned.changes)]
    known = {named(one, planned.scope.target) for one in things}
    for text in sorted({named(one, planned.scope.target) for one in only} - known):
        near = get_close_matches(text, sorted(known), n=1)
        raise UsageError(f"--only {text}: the spec has no such thing", f"did you mean {near[0]}?" if near else None)


def _narrowed(planned: TargetPlan, only: Iterable[Address]) -> TargetPlan:
    """Narrow a plan to some addresses, and say what was taken along."""
    from rich.text import Text

    from sesops.core import planner
    from sesops.view import console
    from sesops.view.style import named

    kept, along = planner.only(planned, only)
    if along:
        names = ", ".join(named(one, planned.scope.target) for one in along)
        console.err([Text(f"taken along, because it is needed: {names}")])
    return kept


def whole(target: TargetPlan, registry: Registry) -> Plan:
    """A target's plan as a plan of this release. Of what was wanted it keeps what its changes can be derived from."""
    from sesops.core import planner
    from sesops.core.plan import Plan

    parents = {name: kind.parents for name, kind in registry.kinds.items()}
    needed = {one.address for one in planner.closure(target, parents)}
    # An identity that a step waits for has to be live or wanted, whatever else the plan has of it.
    for step in planner.steps_of(target):
        for identity in (one.identity for one in step.conditions if one.identity is not None):
            needed.update(registry.identity_addresses(identity))
    kept = tuple(one for one in target.wanted if one.address in needed)
    return Plan((replace(target, wanted=kept),), __version__)


def show(plan: Plan, form: PlanFormat) -> None:
    """Print a plan."""
    from sesops.view import console, machine, plan_markdown
    from sesops.view.plan_text import plan_lines

    if form is PlanFormat.JSON:
        console.write(machine.plan(plan))
    elif form is PlanFormat.MARKDOWN:
        console.write(plan_markdown.markdown(plan))
    else:
        console.out(plan_lines(plan))


def code_of(targets: Iterable[TargetPlan], *, detailed: bool) -> ExitCode:
    """The exit code of a plan that was made."""
    rules: tuple[tuple[ExitCode, Callable[[TargetPlan], bool]], ...] = (
        (ExitCode.FAILED, lambda one: not one.complete),
        (ExitCode.HELD, lambda one: bool(one.refusals) or any(change.held for change in one.changes)),
        (ExitCode.CHANGES, lambda one: detailed and bool(one.pending)),
    )
    planned = tuple(targets)
    return worst(code for code, holds in rules if any(holds(one) for one in planned))
