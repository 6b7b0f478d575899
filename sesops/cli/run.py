"""From options to orders: load the spec, choose the targets, settle what is asked of each. What all runs share."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sesops import __version__
from sesops.cli import plan_file, revisions
from sesops.cli.exit_codes import ExitCode, Stop, UsageError, worst
from sesops.cli.options import SpecOptions

if TYPE_CHECKING:
    from sesops.core.address import Address
    from sesops.core.diagnostic import Diagnostic
    from sesops.core.kind import Registry
    from sesops.core.plan import Change, Leave, Plan, TargetPlan
    from sesops.core.whose import History
    from sesops.spec import Spec, TargetSpec


@dataclass(frozen=True)
class Order:
    """What a run is to do in one target of a spec, narrowed to `only` (everything where it is empty)."""

    spec: Spec
    target: TargetSpec
    leave: Leave
    only: tuple[Address, ...] = ()
    history: History | None = None


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


def orders(options: SpecOptions, registry: Registry) -> tuple[Order, ...]:
    """Load a spec, say what is wrong with it, and settle what is asked of each target; nothing is called for that.

    Where `--only` names things, the targets that it names nothing of are left out.

    Raises:
        Stop: the spec has errors, or is none (1).
        UsageError: the options name what it does not have.

    """
    spec = _loaded(options, registry)
    targets = choose(spec, options.targets)
    only = addresses_of(options.only, spec, targets, registry)
    removed = addresses_of(options.remove, spec, targets, registry)
    histories = revisions.histories(spec, options, registry)
    return tuple(
        Order(spec, one, leave_of(options, one, removed[one.name], registry), only[one.name], histories.get(one.name))
        for one in targets
        if only[one.name] or not options.only
    )


def _loaded(options: SpecOptions, registry: Registry) -> Spec:
    """The spec as it lies here, or as it was at `--rev`."""
    if options.rev is None:
        return load(options.spec, options.variables, registry)
    with revisions.spec_at(options.spec, options.rev) as path:
        loaded = load(path, options.variables, registry)
    home = options.spec if options.spec.is_dir() else options.spec.parent
    return replace(loaded, targets=tuple(revisions.at_home(one, loaded.root.parent, home) for one in loaded.targets))


def load(path: Path, variables: dict[str, str], registry: Registry) -> Spec:
    """Load a spec; findings go to stderr.

    Raises:
        Stop: it has errors, or is a saved plan (1).

    """
    from sesops import spec

    refuse_plan_file(path)
    loaded = spec.load(path, registry=registry, variables=variables, environ=os.environ)
    say_findings(loaded.diagnostics)
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


def say_findings(findings: Iterable[Diagnostic]) -> None:
    """Findings as text on stderr."""
    from sesops.core.diagnostic import in_order
    from sesops.view import console
    from sesops.view.findings import finding_lines

    console.err(line for one in in_order(findings) for line in finding_lines(one))


def choose(spec: Spec, names: tuple[str, ...]) -> tuple[TargetSpec, ...]:
    """The targets of this run: all, or those that are named, in the order of the spec.

    Raises:
        UsageError: a name is none of them.

    """
    known = [one.name for one in spec.targets if one.name]
    for name in names:
        if name not in known:
            there = f"there is {', '.join(known)}" if known else "it has one region and no targets: leave it out"
            raise UsageError(f"--target {name!r} is no target of this spec", there)
    return tuple(one for one in spec.targets if not names or one.name in names)


def addresses_of(
    texts: Iterable[str], spec: Spec, targets: Sequence[TargetSpec], registry: Registry
) -> dict[str | None, tuple[Address, ...]]:
    """Parse addresses of the command line. Returns those of each target, by its name.

    Raises:
        UsageError: one is no address, or of another target, or lacks the target where the run has several.

    """
    found: dict[str | None, tuple[Address, ...]] = {one.name: () for one in targets}
    for text in texts:
        address = _address(text, registry)
        if address.target is None and len(targets) > 1:
            choices = " or ".join(f"{one.name}:{text}" for one in targets)
            raise UsageError(f"{text!r} does not say in which target", f"write {choices}")
        name = targets[0].name if address.target is None else address.target
        if name not in found:
            names = " and ".join(one for one in found if one)
            here = f"this run is of target {names}" if names else "the spec has no targets: leave it out"
            raise UsageError(f"{text!r} names another target", here)
        found[name] += (address.local,)
    return found


def _address(text: str, registry: Registry) -> Address:
    from sesops.spec import parse_address

    try:
        return parse_address(text, registry)
    except ValueError as error:
        kinds = ", ".join(sorted(registry.kinds))
        raise UsageError(str(error), f"as in domain/example.com; the kinds are {kinds}") from error


def leave_of(options: SpecOptions, target: TargetSpec, removed: Iterable[Address], registry: Registry) -> Leave:
    """The leave of the spec and of the command line together, for one target.

    Raises:
        UsageError: `--allow-many` names no kind, or `--remove` something that the spec names.

    """
    from sesops.core import guard
    from sesops.core.plan import Removal

    unknown = sorted(set(options.allow_many) - set(registry.kinds))
    if unknown:
        raise UsageError(f"--allow-many names no kind that there is: {', '.join(unknown)}", "copy it from the refusal")
    for one in sorted({wanted.address for wanted in target.wanted}.intersection(removed)):
        raise UsageError(f"--remove {one}: the spec names it", "take it out of the spec first")
    for one in removed:
        if guard.ignored(target.leave, one):
            raise UsageError(f"--remove {one}: the spec ignores it", "take it out of `ignore` first")
    removals = (*target.leave.remove, *(Removal(str(one)) for one in removed))
    return replace(target.leave, allow_many=options.allow_many, remove=removals)


def today() -> date:
    """The day, UTC, that `until` is measured against."""
    return datetime.now(UTC).date()


def whole(targets: Iterable[TargetPlan], registry: Registry) -> Plan:
    """The targets' plans as a plan of this release."""
    from sesops.core.plan import Plan

    return Plan(tuple(_kept(one, registry) for one in targets), __version__)


def _kept(target: TargetPlan, registry: Registry) -> TargetPlan:
    """A target's plan with what its changes can be derived from, of all that was wanted."""
    from sesops.core import planner

    parents = {name: kind.parents for name, kind in registry.kinds.items()}
    needed = {one.address for one in planner.closure(target, parents)}
    # An identity that a step waits for has to be live or wanted, whatever else the plan has of it.
    for step in planner.steps_of(target):
        for identity in (one.identity for one in step.conditions if one.identity is not None):
            needed.update(registry.identity_addresses(identity))
    return replace(target, wanted=tuple(one for one in target.wanted if one.address in needed))


def _counts(change: Change) -> bool:
    """Whether a change is held back, and not since before the change of the spec that is looked at."""
    return change.held and not change.held_before


def code_of(targets: Iterable[TargetPlan], *, detailed: bool) -> ExitCode:
    """The exit code of a plan that was made."""
    rules: tuple[tuple[ExitCode, Callable[[TargetPlan], bool]], ...] = (
        (ExitCode.FAILED, lambda one: not one.complete),
        (ExitCode.HELD, lambda one: bool(one.refusals) or any(map(_counts, one.changes))),
        (ExitCode.CHANGES, lambda one: detailed and bool(one.pending)),
    )
    planned = tuple(targets)
    return worst(code for code, holds in rules if any(holds(one) for one in planned))
