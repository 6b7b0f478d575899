"""Making a plan: it is shown, refused whole where a rule says so, asked about, made, and reported."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from sesops.cli import run
from sesops.cli.exit_codes import ExitCode, Stop, worst

if TYPE_CHECKING:
    from sesops.core.plan import TargetPlan
    from sesops.engine.planning import Desk


def make(target: TargetPlan, desk: Desk, *, yes: bool) -> ExitCode:
    """Show a plan, ask, make it and report.

    Raises:
        Stop: it is incomplete, the answer is no (1), a safety rule refuses it, there is nobody to ask (3), or it was
            broken off (130).

    """
    from sesops.core import planner
    from sesops.core.plan import State
    from sesops.view import console
    from sesops.view.plan_text import target_lines

    judged = run.code_of([target], detailed=False)
    with run.before_writing():
        console.out(target_lines(target))
        if not target.complete:
            message = "nothing was changed: the plan is incomplete"
            raise Stop(ExitCode.FAILED, message, "mend what is unknown or wrong above, and run it again")
        if target.refusals:
            raise Stop(ExitCode.HELD, "nothing was changed: a safety rule refuses this plan")
        if not any(step.state is State.READY for step in planner.steps_of(target)):
            return judged
        if not yes:
            _confirm(target)
    return worst((_made(target, desk), judged))


def _confirm(target: TargetPlan) -> None:
    if not sys.stdin.isatty():
        raise Stop(ExitCode.HELD, "nothing was changed: there is no terminal to ask at", "give --yes")
    sys.stderr.write(f"Make these changes in {target.scope.region}, account {target.scope.account}? [y/N] ")
    sys.stderr.flush()
    answer = sys.stdin.readline()
    if not answer.endswith("\n"):
        sys.stderr.write("\n")
    if answer.strip().lower() not in ("y", "yes"):
        raise Stop(ExitCode.FAILED, "nothing was changed")


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
    console.out([Text(report_line(report), style="bold")])
    if report.interrupted:
        return ExitCode.INTERRUPTED
    return ExitCode.FAILED if report.count(Outcome.FAILED) or report.count(Outcome.SKIPPED) else ExitCode.DONE
