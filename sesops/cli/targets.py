"""The targets of a run: each read and planned for itself, side by side, on one embedded SES where that is asked for."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sesops.cli import run, unexpected
from sesops.cli.caller import Caller, opened, served
from sesops.cli.exit_codes import ORDER, ExitCode, Stop, UsageError

if TYPE_CHECKING:
    from rich.text import Text

    from sesops.cli.options import Endpoint
    from sesops.cli.run import Order
    from sesops.core.address import Address
    from sesops.core.kind import Registry
    from sesops.core.plan import TargetPlan
    from sesops.core.ports import Gateway, Listener
    from sesops.core.thing import Wanted
    from sesops.engine.planning import Desk


@dataclass(frozen=True)
class Job:
    """One target to be planned: where that is, who is to be met there, and what plans it.

    `account` is None where it may be any; `source` is what says it ("the spec"), for the sentence that it is another.
    """

    stack: str
    target: str | None
    region: str
    account: str | None
    role_arn: str | None
    source: str
    plan: Callable[[Desk], TargetPlan]


@dataclass(frozen=True)
class Planned:
    """A target's plan, and what it was made with, which makes it too; None where nothing could be asked."""

    plan: TargetPlan
    desk: Desk | None


def jobs_of(orders: Iterable[Order], *, writes: bool) -> list[Job]:
    """What each target of a spec asks for, with the role that reads, or the one that `writes`."""

    def job(order: Order) -> Job:
        target = order.target
        role = target.role_arn if writes else target.read_role_arn
        return Job(
            order.spec.stack,
            target.name,
            target.region,
            target.account,
            role,
            "the spec",
            lambda desk: _plan(order, desk),
        )

    return [job(one) for one in orders]


@contextmanager
def planned(
    jobs: Sequence[Job],
    endpoint: Endpoint,
    registry: Registry,
    through: Callable[[Gateway], Gateway] = lambda gateway: gateway,
) -> Iterator[tuple[Planned, ...]]:
    """The plans of some targets, in their order, made side by side; what they were made with lives as long as this.
    `through` is laid around what makes the calls.

    What goes wrong in one of several targets stands in its plan, so that it hides none of the others.

    Raises:
        Stop: the only target, or all of them alike, could not be planned; one plan is stale (4).
        UsageError: the options do not fit what there is.

    """
    with ExitStack() as opens:
        listeners = opens.enter_context(watching([one.target for one in jobs], verbose=endpoint.verbose))
        emulator = opens.enter_context(served(endpoint))

        def plan(job: Job) -> Planned:
            listener = listeners(job.target)
            caller = opens.enter_context(opened(endpoint, emulator, job.region, job.role_arn, listener))
            desk = _desk(job, registry, replace(caller, gateway=through(caller.gateway)), listener)
            return Planned(job.plan(desk), desk)

        if len(jobs) == 1:
            yield (plan(jobs[0]),)
        else:
            yield tuple(_settled(jobs, _side_by_side(plan, jobs)))


def _side_by_side(plan: Callable[[Job], Planned], jobs: Sequence[Job]) -> list[Planned | Stop]:
    def tried(job: Job) -> Planned | Stop:
        try:
            return plan(job)
        except Stop as stop:
            return stop
        except Exception as error:  # noqa: BLE001 - what ends one target hides none of the others
            return unexpected.stop(error)

    pool = ThreadPoolExecutor(len(jobs), thread_name_prefix="sesops-target")
    try:
        return list(pool.map(tried, jobs))
    finally:
        # Who interrupts does not wait for answers that nobody wants any more.
        pool.shutdown(wait=False, cancel_futures=True)


def _settled(jobs: Sequence[Job], results: Sequence[Planned | Stop]) -> Iterator[Planned]:
    """The plans, with one that says why in place of each that could not be made."""
    stops = [one for one in results if isinstance(one, Stop)]
    for stop in stops:
        if isinstance(stop, UsageError):
            raise stop
    if any(one.code is ExitCode.STALE for one in stops):
        raise _together(jobs, results)
    if len(stops) == len(results) and len({(one.message, one.hint, one.details) for one in stops}) == 1:
        raise stops[0]
    for job, result in zip(jobs, results, strict=True):
        yield result if isinstance(result, Planned) else Planned(_failed(job, result), None)


def _together(jobs: Sequence[Job], results: Sequence[Planned | Stop]) -> Stop:
    """Why none of several saved plans is made."""
    stops = [(job, one) for job, one in zip(jobs, results, strict=True) if isinstance(one, Stop)]
    lines = (
        f"{job.target}: {line}"
        for job, one in stops
        for line in (one.details or ((one.message,) if one.message else ()))
    )
    first = min((one for _, one in stops), key=lambda one: ORDER.index(one.code))
    return Stop(first.code, "nothing was changed: not every target's plan still holds", first.hint, details=lines)


def _failed(job: Job, stop: Stop) -> TargetPlan:
    """The plan of a target of which nothing could be asked: one that says why, and is made by nobody."""
    from sesops.core.plan import TargetPlan, Unknown
    from sesops.core.values import Scope

    scope = Scope(job.stack, job.region, job.account or "", "aws", job.target)
    if isinstance(stop, unexpected.Unexpected):
        unknown = Unknown(None, None, "sesops itself failed here")
        return TargetPlan(scope, findings=(stop.finding,), unknown=(unknown,), left_over_known=False)
    why = f"{stop.message} ({stop.hint})" if stop.hint else str(stop.message)
    if stop.code is ExitCode.HELD:
        return TargetPlan(scope, refusals=(why,))
    return TargetPlan(scope, unknown=(Unknown(None, None, why),), left_over_known=False)


def _desk(job: Job, registry: Registry, caller: Caller, listener: Listener) -> Desk:
    """What planning works with, once we are in the account that we should be in.

    Raises:
        Stop: we are in another (3).

    """
    from sesops.core.values import Scope
    from sesops.engine.planning import Desk

    if job.account is not None:
        caller.insist_on(job.account, job.source)
    scope = Scope(job.stack, job.region, caller.account, caller.partition, job.target)
    return Desk(registry, scope, caller.gateway, listener, run.today(), caller.vault)


def _plan(order: Order, desk: Desk) -> TargetPlan:
    """Read and plan one target, narrowed to `only`.

    Raises:
        UsageError: something in `only` is neither in the spec nor in the plan.

    """
    from sesops.core import planner
    from sesops.core.events import Narrowed
    from sesops.engine import history, planning

    if order.history is None:
        plan = planning.plan_target(desk, order.target.wanted, order.leave)
    else:
        plan = history.plan_target(desk, order.target.wanted, order.leave, order.history)
    plan = replace(plan, digest=order.spec.digest, role_arn=order.target.role_arn)
    if not order.only:
        return plan
    # With `--changed`, the plan has no more than the diff touches.
    _insist_on_known(order.only, plan, order.target.wanted)
    kept, along = planner.only(plan, order.only)
    if along:
        desk.listener(Narrowed(along))
    return kept


def _insist_on_known(only: Iterable[Address], plan: TargetPlan, wanted: Iterable[Wanted]) -> None:
    from difflib import get_close_matches

    from sesops.view.style import named

    things = [*(one.address for one in (*wanted, *plan.wanted)), *(one.address for one in plan.changes)]
    things += [one.address for one in plan.unknown if one.address]
    known = {named(one, plan.scope.target) for one in things}
    for text in sorted({named(one, plan.scope.target) for one in only} - known):
        near = get_close_matches(text, sorted(known), n=1)
        raise UsageError(f"--only {text}: the spec has no such thing", f"did you mean {near[0]}?" if near else None)


@contextmanager
def watching(targets: Sequence[str | None], *, verbose: bool) -> Iterator[Callable[[str | None], Listener]]:
    """What hears the events of each target: a live line for all on a terminal, gone at the end, and lines elsewhere."""
    from sesops.aws.errors import hint_for
    from sesops.engine.execute import INTERRUPTED
    from sesops.view import console
    from sesops.view.run_text import SharedLine, Watcher

    lock = threading.Lock()
    line = console.live_line()
    shared = SharedLine(line) if line else None

    def say(text: Text) -> None:
        console.err([text])

    def listener(target: str | None) -> Listener:
        part = shared.part(target or "") if shared else None
        return Watcher(
            say,
            part,
            hint_for,
            verbose=verbose,
            target=target,
            several=len(targets) > 1,
            obvious=INTERRUPTED,
            lock=lock,
        )

    try:
        yield listener
    finally:
        if line:
            line.clear()
