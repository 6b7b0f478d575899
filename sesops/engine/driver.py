"""Runs programs side by side. They run here, in the caller's thread; only their calls go to threads.

So a program needs no locks, and a caller sees results one by one. A paced call sleeps in its thread: an operation
therefore has only a few calls in flight, or one slow operation would take every thread and starve the others.
"""

from __future__ import annotations

import functools
from collections import Counter, defaultdict, deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from queue import SimpleQueue
from types import TracebackType
from typing import Any, Generic, TypeVar

from sesops.core.ports import Gateway
from sesops.core.values import Answer, Call, Program

LANE = 4
"""Calls of one operation in flight: at SES's one a second, more would only wait in a thread."""
WORKERS = 32

K = TypeVar("K")


@dataclass(eq=False)
class _Ticket:
    """One call, and the runs that wait for its answer (a run stands twice where it asked twice)."""

    call: Call
    answer: Answer | None = None
    waiting: list[_Run] = field(default_factory=list)


@dataclass(eq=False)
class _Run:
    """A program on its way, and the calls it last asked for."""

    key: Any
    program: Program
    tickets: tuple[_Ticket, ...] = ()
    open: int = 0

    @property
    def answers(self) -> tuple[Answer, ...]:
        return tuple(ticket.answer for ticket in self.tickets if ticket.answer is not None)


class Driver(Generic[K]):
    """Programs in, results out. With `share`, each distinct call is made once and its answer given to all who ask.

    What a program or the gateway raises comes out of `wait`: an error in the program is nobody's result.
    """

    def __init__(self, gateway: Gateway, *, share: bool = False, answered: Callable[[], None] = lambda: None) -> None:
        self._gateway = gateway
        self._share = share
        self._answered = answered
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="sesops-call")
        self._inbox: SimpleQueue[tuple[_Ticket, Future[Answer]] | None] = SimpleQueue()
        self._shared: dict[str, _Ticket] = {}
        self._lanes: defaultdict[str, deque[_Ticket]] = defaultdict(deque)
        self._flying: Counter[str] = Counter()
        self._ended: deque[tuple[K, Any]] = deque()
        self.running = 0
        """Programs whose result was not taken yet."""
        self.calls = 0
        """Calls known so far; with `share`, distinct ones."""

    def __enter__(self) -> Driver[K]:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    @property
    def queued(self) -> tuple[Call, ...]:
        """The calls that were asked for and not begun."""
        return tuple(ticket.call for lane in self._lanes.values() for ticket in lane)

    def add(self, key: K, program: Program) -> None:
        """Take a program up, as far as its first calls; they are made once somebody waits."""
        self.running += 1
        self._advance(_Run(key, program), None)

    def poke(self) -> None:
        """Make the running (or the next) `wait` return None. Safe in a signal handler and in any thread."""
        self._inbox.put(None)

    def wait(self) -> tuple[K, Any] | None:
        """Wait for the next program to end; its key and what it returned, or None after a `poke`."""
        while not self._ended:
            self._dispatch()
            arrived = self._inbox.get()
            if arrived is None:
                return None
            self._receive(*arrived)
        self.running -= 1
        return self._ended.popleft()

    def _advance(self, run: _Run, answers: tuple[Answer, ...] | None) -> None:
        """Send a program its answers (None: begin) until it asks for something that has none yet."""
        while True:
            try:
                calls = next(run.program) if answers is None else run.program.send(answers)
            except StopIteration as end:
                self._ended.append((run.key, end.value))
                return
            run.tickets = tuple(self._ticket(call) for call in calls)
            unanswered = [ticket for ticket in run.tickets if ticket.answer is None]
            for ticket in unanswered:
                ticket.waiting.append(run)
            run.open = len(unanswered)
            if unanswered:
                return
            answers = run.answers

    def _ticket(self, call: Call) -> _Ticket:
        share = self._share and not call.page
        key = call.key if share else ""
        if key in self._shared:
            return self._shared[key]
        ticket = _Ticket(call)
        if share:
            self._shared[key] = ticket
        self._lanes[_lane(call)].append(ticket)
        self.calls += 1
        return ticket

    def _dispatch(self) -> None:
        """Hand on what there is room for."""
        for name, lane in self._lanes.items():
            while lane and self._flying[name] < LANE:
                ticket = lane.popleft()
                self._flying[name] += 1
                future = self._pool.submit(self._gateway.call, ticket.call)
                future.add_done_callback(functools.partial(self._arrived, ticket))

    def _arrived(self, ticket: _Ticket, future: Future[Answer]) -> None:
        """Note an answer; this is the one method that runs in a thread of the pool."""
        self._inbox.put((ticket, future))

    def _receive(self, ticket: _Ticket, future: Future[Answer]) -> None:
        self._flying[_lane(ticket.call)] -= 1
        ticket.answer = future.result()
        self._answered()
        waiting, ticket.waiting = ticket.waiting, []
        for run in waiting:
            run.open -= 1
            if not run.open:
                self._advance(run, run.answers)


def _lane(call: Call) -> str:
    return f"{call.service}:{call.operation}"
