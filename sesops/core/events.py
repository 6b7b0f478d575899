"""What happens while a run reads and writes, as values; the view turns them into progress and reports."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from sesops.core.address import Address
from sesops.core.plan import Step
from sesops.core.values import Refusal


class Outcome(Enum):
    """How a step ended."""

    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"
    WAITING = "waiting"


@dataclass(frozen=True)
class Refreshing:
    """Before the first read: how many calls the first round has and how long it takes at SES's rates.

    `operations` are "service:Operation" to count.
    """

    calls: int
    seconds: float
    operations: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class CallDone:
    """One call was answered; `total` are known so far."""

    done: int
    total: int


@dataclass(frozen=True)
class Refreshed:
    """After the last read: wire calls made, by operation, and seconds taken."""

    calls: int
    seconds: float
    operations: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class StepStarted:
    """A step's calls are about to be made."""

    step: Step


@dataclass(frozen=True)
class StepEnded:
    """A step ended. `reason` says why it did not end as done; `refusal` is SES's own answer where there was one."""

    step: Step
    outcome: Outcome
    reason: str | None = None
    refusal: Refusal | None = None
    note: str | None = None
    """Something worth saying about a step that is done ("was gone already", "its first answer was lost")."""


@dataclass(frozen=True)
class Narrowed:
    """A plan was narrowed; `along` is taken with it because it is needed."""

    along: tuple[Address, ...]


@dataclass(frozen=True)
class Retrying:
    """A call is tried again; `why` is SES's code or a sentence, `seconds` the pause before."""

    operation: str
    why: str
    seconds: float


Event = Refreshing | CallDone | Refreshed | Narrowed | StepStarted | StepEnded | Retrying


@dataclass(frozen=True)
class Report:
    """How a run of steps ended, in the order they ended."""

    ended: tuple[StepEnded, ...] = ()
    interrupted: bool = False

    def count(self, outcome: Outcome) -> int:
        return sum(one.outcome is outcome for one in self.ended)
