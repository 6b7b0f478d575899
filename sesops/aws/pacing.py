"""How fast each operation may be called: a bucket for each, because SES counts each for itself.

SES allows one control call a second and says nothing of bursts, though a few calls at once pass; there is no
Retry-After. So a bucket starts with a small burst at the documented rate, gives the burst up and halves its rate when
SES refuses, and comes back slowly. Where SES is a program on this machine there is no limit until it refuses.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

_SLOWEST = 8
"""A bucket keeps at least this part of its documented rate; a service that refuses even that is down."""
_RECOVERY = 1.1
"""The rate grows by this factor with each answer: from half to full in eight calls."""


@dataclass(frozen=True)
class Rate:
    """Calls a second, and how many may come at once after a pause."""

    per_second: float
    burst: int


_SES = Rate(1.0, 3)
_SNS_TAGS = Rate(10.0, 5)

RATES: Mapping[str, Rate] = {
    "ses": _SES,
    "sesv2": _SES,
    "sesv2:BatchGetMetricData": Rate(16.0, 8),
    "sns": Rate(30.0, 10),
    "sns:ListTagsForResource": _SNS_TAGS,
    "sns:TagResource": _SNS_TAGS,
    "sns:UntagResource": _SNS_TAGS,
    "resourcegroupstaggingapi": Rate(5.0, 5),
    "sts": Rate(50.0, 10),
}
"""By service, or by "service:Operation" where one differs."""

OTHERS = Rate(10.0, 5)
"""Any other service: slow enough for all that a run asks of it."""


def documented(operation: str) -> Rate:
    """The rate of a "service:Operation"."""
    return RATES.get(operation) or RATES.get(operation.partition(":")[0], OTHERS)


class Bucket:
    """One operation's pace. Not safe for threads by itself; `Pacing` holds the lock.

    `_due` is when the next call would go if there were no burst: the whole state of a token bucket in one number.
    """

    def __init__(self, rate: Rate, *, paced: bool) -> None:
        self._full = rate
        self._per_second = rate.per_second
        self._burst = rate.burst
        self._paced = paced
        self._due = float("-inf")
        self._slowed = float("-inf")

    def reserve(self, now: float) -> float:
        """Take the next free place and return the seconds until it."""
        if not self._paced:
            return 0.0
        interval = 1.0 / self._per_second
        wait = max(0.0, self._due - now - (self._burst - 1) * interval)
        self._due = max(self._due, now) + interval
        return wait

    def refused(self, went: float, now: float) -> None:
        """Slow down. Calls that went before the last slowing say nothing about the new rate."""
        if went <= self._slowed:
            return
        self._slowed = now
        if self._paced:
            self._per_second = max(self._full.per_second / _SLOWEST, self._per_second / 2)
        self._paced = True
        self._burst = 1
        self._due = max(self._due, now + 1.0 / self._per_second)

    def answered(self) -> None:
        """Come back towards the documented rate; the burst was a guess that SES has answered, and stays given up."""
        self._per_second = min(self._full.per_second, self._per_second * _RECOVERY)

    def seconds(self, calls: int) -> float:
        """How long so many calls take from a rested start."""
        return max(0.0, (calls - self._burst) / self._per_second) if self._paced else 0.0


class Pacing:
    """The buckets of one account and region. `max_rate` caps every operation, on this machine too."""

    def __init__(
        self,
        *,
        max_rate: float | None = None,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._max_rate = max_rate
        self._now = now
        self._sleep = sleep
        self._lock = threading.Lock()
        self._buckets: dict[str, Bucket] = {}

    def wait(self, operation: str, *, local: bool) -> float:
        """Wait for the operation's turn and return the time at which it came. An operation in another region than the
        run's says which behind an `@`: SES counts there for itself.
        """
        with self._lock:
            seconds = self._bucket(operation, local=local).reserve(self._now())
        if seconds:
            self._sleep(seconds)
        return self._now()

    def refused(self, operation: str, went: float) -> None:
        """A call that went at `went` was refused for its rate."""
        with self._lock:
            self._buckets[operation].refused(went, self._now())

    def answered(self, operation: str) -> None:
        """A call was answered."""
        with self._lock:
            self._buckets[operation].answered()

    def seconds(self, operation: str, calls: int, *, local: bool) -> float:
        """How long so many calls of one operation take."""
        with self._lock:
            return self._bucket(operation, local=local).seconds(calls)

    def _bucket(self, operation: str, *, local: bool) -> Bucket:
        if operation not in self._buckets:
            rate = documented(operation.partition("@")[0])
            if self._max_rate is not None:
                own = float("inf") if local else rate.per_second
                # A burst is on top of the rate: what is asked for is the most that there is in any second.
                rate = Rate(min(self._max_rate, own), rate.burst if own + rate.burst <= self._max_rate else 1)
            paced = not local or self._max_rate is not None
            self._buckets[operation] = Bucket(rate, paced=paced)
        return self._buckets[operation]
