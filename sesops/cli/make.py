"""Making a plan: it is shown, refused whole where a rule says so, asked about, made, and reported."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from sesops.cli import run, unexpected
from sesops.cli.exit_codes import ExitCode, Stop, worst

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sesops.cli.targets import Planned
    from sesops.core.plan import TargetPlan
    from sesops.engine.planning import Desk


def make(found: Sequence[Planned], *, yes: bool) -> ExitCode:
    """Show the plans of a run, ask once, make one after the other and report. All are made, or none is begun.

    Raises:
        Stop: one is incomplete, the answer is no (1), a safety rule refuses one, there is nobody to ask (3), or it was
            broken off (130).

    """
    from rich.text import Text

    from sesops.core import planner
    from sesops.core.plan import Plan, State
    from sesops.view import console
    from sesops.view.plan_text import plan_lines

    plans = tuple(one.plan for one in found)
    judged = run.code_of(plans, detailed=False)
    with run.before_writing():
        console.out(plan_lines(Plan(plans)))
        _insist_on_whole(plans)
        ready = [
            (one.plan, one.desk)
            for one in found
            if one.desk and any(step.state is State.READY for step in planner.steps_of(one.plan))
        ]
        if not ready:
            if judged is ExitCode.HELD:
                console.err([Text("nothing was changed: all that there is to do is held back")])
            return judged
        for plan, desk in ready:
            _insist_on_secrets(plan, desk)
        if not yes:
            _confirm([plan for plan, _ in ready])
    codes = [judged]
    for number, (plan, desk) in enumerate(ready, 1):
        codes.append(_tried(plan, desk))
        if codes[-1] is ExitCode.INTERRUPTED:
            _say_not_begun([one for one, _ in ready[number:]])
            break
    return worst(codes)


def _say_not_begun(plans: Sequence[TargetPlan]) -> None:
    """What an interrupt kept from being made at all."""
    from rich.text import Text

    from sesops.view import console
    from sesops.view.style import safe

    console.out(Text(f"Apply {safe(one.scope.target or '')}: not begun.", style="bold") for one in plans)


def _insist_on_whole(plans: Sequence[TargetPlan]) -> None:
    if not all(one.complete for one in plans):
        message = "nothing was changed: the plan is incomplete"
        raise Stop(ExitCode.FAILED, message, "mend what is unknown or wrong above, and run it again")
    if any(one.refusals for one in plans):
        raise Stop(ExitCode.HELD, "nothing was changed: a safety rule refuses this plan")


def _insist_on_secrets(target: TargetPlan, desk: Desk) -> None:
    """See that every secret which may be needed can be had; each is opened again as it is sent."""
    from sesops.core import planner
    from sesops.engine import secrets
    from sesops.view.style import named

    sealed = secrets.sealed(planner.steps_of(target), desk.vault)
    if sealed:
        details = [f"{named(step.address, target.scope.target)} {step.facet}: {why.message}" for step, why in sealed]
        hint = "set it where this runs, or correct where the spec looks for it"
        raise Stop(ExitCode.FAILED, "nothing was changed: a secret cannot be opened", hint, details=details)


def _confirm(plans: Sequence[TargetPlan]) -> None:
    confirm(
        f"Make these changes in {' and '.join(f'{one.scope.region}, account {one.scope.account}' for one in plans)}?"
    )


def confirm(question: str) -> None:
    """Ask whoever is at the terminal.

    Raises:
        Stop: the answer is no (1), or nobody is there (3).

    """
    from sesops.view.style import safe

    if not sys.stdin.isatty():
        raise Stop(ExitCode.HELD, "nothing was changed: there is no terminal to ask at", "give --yes")
    sys.stderr.write(f"{safe(question)} [y/N] ")
    sys.stderr.flush()
    answer = sys.stdin.readline()
    if not answer.endswith("\n"):
        sys.stderr.write("\n")
    if answer.strip().lower() not in ("y", "yes"):
        raise Stop(ExitCode.FAILED, "nothing was changed")


def _tried(target: TargetPlan, desk: Desk) -> ExitCode:
    """Make a plan; what nobody foresaw ends this target, and no other."""
    try:
        return _made(target, desk)
    except Stop:
        raise
    except Exception as error:  # noqa: BLE001 - the other targets are made all the same
        unexpected.say(unexpected.stop(error))
        return ExitCode.FAILED


def _made(target: TargetPlan, desk: Desk) -> ExitCode:
    """Make the steps of a plan and report."""
    from rich.text import Text

    from sesops.core import planner
    from sesops.core.events import Outcome
    from sesops.engine import planning
    from sesops.engine.execute import execute
    from sesops.view import console
    from sesops.view.run_text import report_line

    try:
        report = execute(
            planner.steps_of(target),
            desk.gateway,
            desk.registry,
            desk.scope,
            desk.listener,
            recheck=lambda address: planning.steps_left(desk, target, address),
        )
    except KeyboardInterrupt as error:
        message = "broken off: what was in flight may have been made or not"
        raise Stop(ExitCode.INTERRUPTED, message, "run it again: it picks up what is left") from error
    console.out([Text(report_line(report, target.scope.target), style="bold")])
    if report.interrupted:
        return ExitCode.INTERRUPTED
    return ExitCode.FAILED if report.count(Outcome.FAILED) or report.count(Outcome.SKIPPED) else ExitCode.DONE
