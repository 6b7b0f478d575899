"""From options to a plan: load the spec, choose the target, open the endpoint, read and plan."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sesops import __version__
from sesops.cli.exit_codes import ExitCode
from sesops.cli.options import Endpoint, SpecOptions, UsageError

if TYPE_CHECKING:
    from sesops.core.address import Address
    from sesops.core.diagnostic import Diagnostic
    from sesops.core.kind import Registry
    from sesops.core.plan import Leave, Plan, TargetPlan
    from sesops.core.ports import Gateway, Listener
    from sesops.emulator import Emulator
    from sesops.engine.planning import Desk
    from sesops.spec import Spec, TargetSpec


class Stop(Exception):  # noqa: N818  (no error: a run that ends early)
    """The run ends here with this code; what there is to say has been said, or is `message`."""

    def __init__(self, code: ExitCode, message: str | None = None, hint: str | None = None) -> None:
        super().__init__(message or "")
        self.code = code
        self.message = message
        self.hint = hint


@contextmanager
def reporting() -> Iterator[None]:
    """Turn a `Stop` into its message on stderr and its exit code."""
    import typer

    try:
        yield
    except Stop as stop:
        if stop.message:
            from rich.text import Text

            from sesops.view import console
            from sesops.view.style import safe

            lines = [Text(f"sesops: {safe(stop.message)}")]
            console.err(lines + ([Text(f"  hint: {safe(stop.hint)}", style="cyan")] if stop.hint else []))
        raise typer.Exit(stop.code) from None


def load(options: SpecOptions, registry: Registry) -> Spec:
    """Load a spec and say what is wrong with it.

    Raises:
        Stop: it has errors (1).

    """
    from sesops import spec
    from sesops.core.diagnostic import has_errors

    loaded = spec.load(options.spec, registry=registry, variables=options.variables, environ=os.environ)
    say_findings(loaded.diagnostics)
    if has_errors(loaded.diagnostics):
        raise Stop(ExitCode.FAILED)
    return loaded


def say_findings(findings: Iterable[Diagnostic]) -> None:
    """Show findings on stderr."""
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
            raise UsageError(f"--target {name!r} is no target of this spec; there are: {', '.join(known) or 'none'}")
    if len(set(names)) > 1:
        raise UsageError("one target a run: give --target once")
    if names:
        return next(one for one in spec.targets if one.name == names[0])
    if len(spec.targets) > 1:
        raise UsageError(f"the spec has several targets: choose one with --target ({', '.join(known)})")
    return spec.targets[0]


@contextmanager
def opened(endpoint: Endpoint, region: str, role_arn: str | None, listener: Listener) -> Iterator[Gateway]:
    """A gateway to the region, as the role; the embedded SES is closed again.

    Raises:
        Stop: there are no credentials, or the embedded SES is not installed.

    """
    from sesops.aws.gateway import AwsGateway
    from sesops.aws.session import SessionError, open_session

    state_file = endpoint.state_file
    emulator = open_emulator(state_file) if state_file else None
    try:
        session = open_session(
            profile=endpoint.profile, region=region, role_arn=None if emulator else role_arn, emulator=emulator
        )
        gateway = AwsGateway(session, listener=listener, max_rate=endpoint.max_rate)
        try:
            yield gateway
        finally:
            # After an interrupt nothing may sleep on between two tries.
            gateway.stop()
    except SessionError as error:
        raise Stop(ExitCode.FAILED, str(error), error.hint) from error
    finally:
        if emulator is not None:
            emulator.close()


def open_emulator(state_file: Path) -> Emulator:
    try:
        from sesops.emulator import Emulator
    except ImportError as error:
        raise Stop(
            ExitCode.FAILED, f"the embedded SES is not installed ({error.name})", "pip install 'sesops[emulator]'"
        ) from error
    state_file.parent.mkdir(parents=True, exist_ok=True)
    return Emulator(state_file)


@dataclass(frozen=True)
class Prepared:
    """A target's spec with the desk to plan it at."""

    spec: Spec
    target: TargetSpec
    desk: Desk


def watcher(*, verbose: bool) -> Listener:
    """What hears events: a live line on a terminal, lines elsewhere."""
    from sesops.aws.errors import hint_for
    from sesops.view import console
    from sesops.view.run_text import Watcher

    return Watcher(lambda line: console.err([line]), console.live_line(), hint_for, verbose=verbose)


def desk(registry: Registry, target: TargetSpec, stack: str, gateway: Gateway, listener: Listener) -> Desk:
    """Ask who we are, compare with the account that the spec says, and lay out what planning needs.

    Raises:
        Stop: we are in another account (3), or may not even ask (1).

    """
    from sesops.aws.session import identity
    from sesops.core.values import Refusal, Scope
    from sesops.engine.planning import Desk

    who = identity(gateway)
    if isinstance(who, Refusal):
        raise Stop(ExitCode.FAILED, f"SES cannot be asked who we are: {who.code}: {who.message}")
    account, partition = who
    if target.account is not None and target.account != account:
        raise Stop(
            ExitCode.HELD,
            f"the spec is for account {target.account}, and these credentials are of account {account}",
            "choose other credentials (--profile, AWS_PROFILE)",
        )
    scope = Scope(stack, target.region, account, partition, target.name)
    return Desk(registry, scope, gateway, listener, today())


def today() -> date:
    """The day, UTC, that `until` is measured against."""
    return datetime.now(UTC).date()


def leave_of(target: TargetSpec, options: SpecOptions) -> Leave:
    """The leave of the spec and of the command line together."""
    from sesops.core.plan import Removal

    removals = (*target.leave.remove, *(Removal(one) for one in options.remove))
    return replace(target.leave, allow_many=options.allow_many, remove=removals)


def plan_target(prepared: Prepared, options: SpecOptions) -> TargetPlan:
    """Read and plan one target, narrowed to `--only`."""
    from sesops.engine import planning

    registry = prepared.desk.registry
    only = addresses_of(options.only, prepared)
    addresses_of(options.remove, prepared)
    unknown_kinds = sorted(set(options.allow_many) - set(registry.kinds))
    if unknown_kinds:
        raise UsageError(f"--allow-many names no kind that there is: {', '.join(unknown_kinds)}")
    target = planning.plan_target(prepared.desk, prepared.target.wanted, leave_of(prepared.target, options))
    target = replace(target, digest=prepared.spec.digest, role_arn=prepared.target.role_arn)
    return narrowed(target, only) if only else target


def addresses_of(texts: tuple[str, ...], prepared: Prepared) -> list[Address]:
    """Parse addresses of the command line.

    Raises:
        UsageError: one is no address, or of another target, or lacks the target where there are several.

    """
    from sesops.core.address import AddressError, parse
    from sesops.core.kind import name_parts

    found = []
    for text in texts:
        try:
            address = parse(text, name_parts(prepared.desk.registry.kinds))
        except AddressError as error:
            raise UsageError(str(error)) from error
        if address.target is None and len(prepared.spec.targets) > 1:
            choices = ", ".join(f"{one.name}:{text}" for one in prepared.spec.targets)
            raise UsageError(f"{text!r} does not say in which target; one of: {choices}")
        if address.target not in (None, prepared.target.name):
            raise UsageError(f"{text!r} is not in the target of this run ({prepared.target.name})")
        found.append(address.local)
    return found


def narrowed(target: TargetPlan, only: list[Address]) -> TargetPlan:
    """Narrow a plan to some addresses, and say what was taken along."""
    from rich.text import Text

    from sesops.core import planner
    from sesops.view import console
    from sesops.view.style import safe

    kept, along = planner.only(target, only)
    if along:
        console.err([Text(f"taken along, because it is needed: {safe(', '.join(str(one) for one in along))}")])
    return kept


def whole(targets: Iterable[TargetPlan]) -> Plan:
    """Target plans as one plan of this release."""
    from sesops.core.plan import Plan

    return Plan(tuple(targets), __version__)


def code_of_plan(plan: Plan, *, detailed: bool) -> ExitCode:
    """The exit code of a plan that was made or shown."""
    from sesops.cli.exit_codes import worst

    rules: tuple[tuple[ExitCode, Callable[[TargetPlan], bool]], ...] = (
        (ExitCode.FAILED, lambda one: not one.complete),
        (ExitCode.HELD, lambda one: bool(one.refusals) or any(change.held for change in one.changes)),
        (ExitCode.CHANGES, lambda one: detailed and bool(one.pending)),
    )
    return worst(code for code, holds in rules if any(holds(one) for one in plan.targets))


def save(plan: Plan, file: Path, registry: Registry) -> None:
    """Write a plan file: what it touches is kept with what it was asked to be, so that it can be derived again.

    Raises:
        Stop: the file cannot be written (1).

    """
    from sesops.core import planner
    from sesops.view import machine

    parents = {name: kind.parents for name, kind in registry.kinds.items()}
    kept = [replace(one, wanted=planner.closure(one, parents)) for one in plan.targets]
    try:
        file.write_text(machine.plan(whole(kept)), encoding="utf-8")
    except OSError as error:
        raise Stop(ExitCode.FAILED, f"{file} cannot be written: {error.strerror}") from error


def is_plan_file(path: Path) -> bool:
    """Whether a path is a saved plan rather than a spec: a JSON document of ours says so in its first member."""
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        return stream.read(64).replace(b" ", b"").replace(b"\n", b"").startswith(b'{"format":')


def read_plan(file: Path, registry: Registry) -> Plan:
    """Read a saved plan.

    Raises:
        Stop: the file cannot be read, or is no plan of this release (1).

    """
    import json

    from sesops import spec
    from sesops.core import plan_json

    try:
        data = json.loads(file.read_bytes())
        spec.check_plan(data)
        return plan_json.read(data, registry.kinds)
    except OSError as error:
        raise Stop(ExitCode.FAILED, f"{file} cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise Stop(
            ExitCode.FAILED, f"{file} is no plan of this release: {error}", "make one with `sesops plan --out`"
        ) from error
