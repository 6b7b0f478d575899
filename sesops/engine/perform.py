"""One step, from its first call to how it ended. A program like a reader's: its calls are made by whoever drives it."""

from __future__ import annotations

from collections.abc import Callable, Container
from typing import NamedTuple

from sesops.core.address import Address
from sesops.core.events import Outcome
from sesops.core.plan import State, Step
from sesops.core.values import Answer, Call, Program, Refusal, Refused

Recheck = Callable[[Address], tuple[Step, ...] | str]
"""Reads a thing again that turned out to exist: the steps it still needs, or a sentence why it is not ours to touch."""

_UNDOES = ("delete", "release")
"""Steps for which a thing that is gone is a thing that is done."""
_WAITED_FOR = (Refused.UNVERIFIED, Refused.SANDBOX)
"""What passes without us, so that a later run may make the step."""
GONE = "was gone already"
LOST = "was there already: the answer to its creation was lost"


class Ending(NamedTuple):
    """How a step ended, in `StepEnded`'s terms."""

    outcome: Outcome
    reason: str | None = None
    refusal: Refusal | None = None
    note: str | None = None


def perform(step: Step, recheck: Recheck, planned: Container[tuple[Address, str]]) -> Program:
    """Make a step; the program returns its `Ending`. `planned` are the steps that have a turn of their own."""
    result, call = yield from _made(step)
    if isinstance(result, Refusal) and result.why is Refused.EXISTS and step.facet in ("create", "replace"):
        return (yield from _completed(step, result, recheck, planned))
    return _ending(step, result, call)


def _completed(step: Step, refusal: Refusal, recheck: Recheck, planned: Container[tuple[Address, str]]) -> Program:
    """Take a thing that exists, though its creation was planned, to where the step would have left it.

    Most often our own first try made it and the answer was lost. What waits or is held back is the next run's.
    """
    rest = recheck(step.address)
    if isinstance(rest, str):
        return Ending(Outcome.FAILED, rest, refusal)
    for one in rest:
        if one.id not in planned and one.state is State.READY:
            ending = _ending(one, *(yield from _made(one)))
            if ending.outcome in (Outcome.FAILED, Outcome.WAITING):
                return ending
    return Ending(Outcome.DONE, note=LOST)


def _ending(step: Step, result: Refusal | str | None, call: Call | None) -> Ending:
    if result is None:
        return Ending(Outcome.DONE)
    if isinstance(result, str):
        return Ending(Outcome.SKIPPED, result)
    if result.why is Refused.MISSING and step.facet in _UNDOES:
        return Ending(Outcome.DONE, note=GONE)
    if result.why in _WAITED_FOR:
        hints = [condition.hint for condition in step.conditions if condition.hint]
        return Ending(Outcome.WAITING, "; ".join((result.message, *hints)), result)
    return Ending(Outcome.FAILED, f"{call.operation} was refused" if call else "refused", result)


def _made(step: Step) -> Program:
    """Drive the step's calls; returns what they returned, and the call that SES refused where that was the end."""
    program = step.program() if step.program else _in_order(step)
    refused: list[tuple[Answer, Call]] = []
    try:
        calls = next(program)
        while True:
            answers = yield calls
            refused += [pair for pair in zip(answers, calls, strict=True) if isinstance(pair[0], Refusal)]
            calls = program.send(answers)
    except StopIteration as end:
        return end.value, next((call for answer, call in refused if _is_same(answer, end.value)), None)


def _is_same(answer: Answer, value: object) -> bool:
    """Whether a program returned this answer, be it with words of its own."""
    if not isinstance(answer, Refusal) or not isinstance(value, Refusal):
        return False
    return answer is value or (answer.request_id is not None and answer.request_id == value.request_id)


def _in_order(step: Step) -> Program:
    """Make the calls one by one up to the first refusal. What was to be taken away may be gone already."""
    gone: Refusal | None = None
    for index, call in enumerate(step.calls):
        (answer,) = yield (call,)
        if not isinstance(answer, Refusal):
            continue
        last = index == len(step.calls) - 1
        if answer.why is not Refused.MISSING or not (step.facet in _UNDOES or (step.facet == "replace" and not last)):
            return answer
        gone = answer
    return gone if step.facet in _UNDOES else None
