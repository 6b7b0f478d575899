"""Gateways on which a run is cut at some write: SES stops answering, an answer is lost, or the process dies."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from enum import Enum

from hypothesis import strategies as st

from sesops.core.plan import TargetPlan
from sesops.core.ports import Gateway
from sesops.core.values import Answer, Call, Refusal, Refused

READS = ("Get", "List", "Describe")
FAILURE = Refusal(Refused.FAILED, "ServiceUnavailable", "the connection broke")


class Cut(Enum):
    """What happens at the write."""

    REFUSED = "it and every write after it fails, and none of them is made"
    UNHEARD = "it is made, and reported as failed; the others go on"
    TWICE = "it is made, its answer is lost, and it is tried again, as the gateway does with what may help"
    KILLED = "it is made, and the process dies"


class KilledError(BaseException):
    """The process died."""


@dataclass
class CutGateway:
    """`core.ports.Gateway`: another one, cut at the write of that number (from 0)."""

    inner: Gateway
    cut: Cut
    at: int
    writes: int = 0

    def __post_init__(self) -> None:
        self._lock = threading.Lock()

    def call(self, call: Call) -> Answer:
        if call.operation.startswith(READS):
            return self.inner.call(call)
        with self._lock:
            number, self.writes = self.writes, self.writes + 1
        if self.cut is Cut.REFUSED and number >= self.at:
            return FAILURE
        answer = self.inner.call(call)
        if number != self.at or self.cut is Cut.REFUSED:
            return answer
        if self.cut is Cut.KILLED:
            raise KilledError
        return self.inner.call(call) if self.cut is Cut.TWICE else FAILURE

    def seconds(self, calls: tuple[Call, ...]) -> float:
        return self.inner.seconds(calls)

    def counts(self) -> tuple[tuple[str, int], ...]:
        return self.inner.counts()


def cuts(plan: TargetPlan) -> st.SearchStrategy[tuple[Cut, int]]:
    """A way to cut the run of a plan, and at which of its writes."""
    writes = sum(len(step.calls) for change in plan.changes for step in change.steps)
    return st.tuples(st.sampled_from(Cut), st.integers(0, max(writes - 1, 0)))


def make_cut(lab, plan: TargetPlan, cut: Cut, at: int) -> None:
    """Make a plan, as far as the cut lets it."""
    whole, lab.gateway = lab.gateway, CutGateway(lab.gateway, cut, at)
    try:
        lab.make(plan)
    except KilledError:
        pass
    finally:
        lab.gateway = whole
