"""Makes the steps of a plan: each as soon as what it needs is done, side by side, and every one ends in a value."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterable
from graphlib import TopologicalSorter

from sesops.core.address import Address
from sesops.core.events import Outcome, Report, StepEnded, StepStarted
from sesops.core.kind import Registry
from sesops.core.plan import State, Step
from sesops.core.ports import Gateway, Listener
from sesops.core.thing import Condition
from sesops.core.values import Scope
from sesops.engine.driver import Driver
from sesops.engine.interrupt import on_interrupt
from sesops.engine.perform import Ending, Recheck, perform

_STEPS = 16
"""Steps on their way at once. An interrupt waits for them, so they are no more than keep the operations busy."""
_LANE = 3
"""Steps on their way whose first call is the same operation: they would only queue for its rate."""
INTERRUPTED = "the run was interrupted before it began"

_StepId = tuple[Address, str]

_WORDS = {Outcome.FAILED: "failed", Outcome.SKIPPED: "was skipped", Outcome.WAITING: "waits"}
_HELD = "is held back"


def execute(
    steps: Iterable[Step],
    gateway: Gateway,
    registry: Registry,
    scope: Scope,
    listener: Listener,
    *,
    recheck: Recheck,
) -> Report:
    """Make what is ready or waiting; a step's conditions are asked of SES right before it.

    Adoption comes last, so that a run that is broken off has done what was asked of it. Held steps are not made and
    not reported; what needs them is skipped. Interrupt once: what is on its way ends, nothing else begins.

    Raises:
        graphlib.CycleError: steps need each other (an error in the program), found before the first write.
        KeyboardInterrupt: the second of two.

    """
    with Driver["Step | str"](gateway) as driver:
        execution = _Execution(driver, registry, scope, listener, recheck)
        with on_interrupt(execution.interrupt):
            return execution.run(tuple(steps))


class _Execution:
    """One run's state. Only the thread that called `execute` is ever in here."""

    def __init__(
        self, driver: Driver[Step | str], registry: Registry, scope: Scope, listener: Listener, recheck: Recheck
    ) -> None:
        self._driver = driver
        self._registry = registry
        self._scope = scope
        self._listener = listener
        self._recheck = recheck
        self._planned: frozenset[_StepId] = frozenset()
        self._graph: TopologicalSorter[_StepId] = TopologicalSorter()
        self._ready: defaultdict[str, deque[Step]] = defaultdict(deque)
        self._parked: defaultdict[str, list[Step]] = defaultdict(list)
        """Ready, but for a verdict that is being asked for: by its identity."""
        self._running: Counter[str] = Counter()
        self._undone: dict[_StepId, str] = {}
        """What did not end as done, with the word for how it ended."""
        self._verdicts: dict[str, tuple[bool, int]] = {}
        """Identity -> verified, and how many things had been made when that was asked."""
        self._asking: dict[str, int] = {}
        self._made: dict[Address, int] = {}
        """What was made, with its number."""
        self._ended: list[StepEnded] = []
        self._interrupted = False

    def interrupt(self) -> None:
        """Begin nothing more. Safe in a signal handler."""
        self._interrupted = True
        self._driver.poke()

    def run(self, steps: tuple[Step, ...]) -> Report:
        self._planned = frozenset(step.id for step in steps)
        phases = [[step for step in steps if (step.facet == "adopt") is last] for last in (False, True)]
        graphs = [self._sorted(phase) for phase in phases]
        for phase, graph in zip(phases, graphs, strict=True):
            self._make({step.id: step for step in phase}, graph)
        return Report(tuple(self._ended), self._interrupted)

    def _sorted(self, steps: list[Step]) -> TopologicalSorter[_StepId]:
        """A need on a step that the plan does not have is met."""
        ids = {step.id for step in steps}
        if len(ids) != len(steps):
            raise ValueError("a step stands twice in the plan")
        graph = TopologicalSorter(
            {step.id: [one for one in (*step.needs, *step.after) if one in ids] for step in steps}
        )
        graph.prepare()
        return graph

    def _make(self, steps: dict[_StepId, Step], graph: TopologicalSorter[_StepId]) -> None:
        self._graph = graph
        while graph.is_active():
            for one in graph.get_ready():
                self._ready[_lane(steps[one])].append(steps[one])
            if not self._take_up():
                self._take_result()

    def _take_up(self) -> bool:
        """Take up every step that is ready and has room; whether one has ended already, so that others may be ready."""
        ended = False
        for lane, ready in self._ready.items():
            while ready and (self._interrupted or self._has_room(lane)):
                ended = self._begin(ready.popleft()) or ended
        return ended

    def _has_room(self, lane: str) -> bool:
        return self._running.total() < _STEPS and self._running[lane] < _LANE

    def _begin(self, step: Step) -> bool:
        """Begin a step whose turn it is, or end it without; whether it has ended."""
        if step.state is State.HELD:
            self._undone[step.id] = _HELD
            self._graph.done(step.id)
            return True
        ending = self._ending_unbegun(step)
        if ending is not None:
            self._end(step, ending)
            return True
        missing = self._ask(step.conditions)
        if missing:
            self._parked[missing[0]].append(step)
            return False
        self._running[_lane(step)] += 1
        self._listener(StepStarted(step))
        self._driver.add(step, perform(step, self._recheck, self._planned))
        return False

    def _ending_unbegun(self, step: Step) -> Ending | None:
        """How a step ends that is not to begin: interrupted, its needs not done, or its conditions not met."""
        if self._interrupted:
            return Ending(Outcome.SKIPPED, INTERRUPTED)
        undone = {need: self._undone[need] for need in step.needs if need in self._undone}
        # What will not come about weighs more than what may.
        for (address, facet), word in sorted(undone.items(), key=lambda one: one[1] == _WORDS[Outcome.WAITING]):
            outcome = Outcome.WAITING if word == _WORDS[Outcome.WAITING] else Outcome.SKIPPED
            return Ending(outcome, f"needs {facet} of {address}, which {word}")
        unmet = [one for one in step.conditions if one.identity is None or self._verdict(one.identity) is False]
        if unmet:
            return Ending(Outcome.WAITING, "; ".join(_said(condition) for condition in unmet))
        return None

    def _verdict(self, identity: str) -> bool | None:
        """Whether an identity is verified as far as was asked. A no is out of date once it (or a parent) was made."""
        if identity not in self._verdicts:
            return None
        verified, made = self._verdicts[identity]
        hosts = self._registry.identity_addresses(identity)
        if verified or all(self._made.get(one, -1) < made for one in hosts):
            return verified
        return None

    def _ask(self, conditions: tuple[Condition, ...]) -> list[str]:
        """Ask for every verdict that is missing, each once at a time; the identities of those that are."""
        identities = {one.identity for one in conditions if one.identity is not None}
        missing = sorted(one for one in identities if self._verdict(one) is None)
        for identity in missing:
            if identity not in self._asking:
                self._asking[identity] = len(self._made)
                self._driver.add(identity, self._registry.verified(identity, self._scope))
        return missing

    def _take_result(self) -> None:
        """Wait for a step or a verdict (or an interrupt) and note it."""
        arrived = self._driver.wait()
        if arrived is None:
            for identity in tuple(self._parked):
                self._take_back(identity)
            return
        key, result = arrived
        if isinstance(key, Step):
            self._running[_lane(key)] -= 1
            self._end(key, result)
            return
        self._verdicts[key] = (result, self._asking.pop(key))
        self._take_back(key)

    def _take_back(self, identity: str) -> None:
        """Make ready again, in front of the others, what waited for a verdict."""
        for step in reversed(self._parked.pop(identity, [])):
            self._ready[_lane(step)].appendleft(step)

    def _end(self, step: Step, ending: Ending) -> None:
        if ending.outcome is not Outcome.DONE:
            self._undone[step.id] = _WORDS[ending.outcome]
        elif step.facet == "create":
            self._made[step.address] = len(self._made)
        ended = StepEnded(step, *ending)
        self._ended.append(ended)
        self._listener(ended)
        self._graph.done(step.id)


def _lane(step: Step) -> str:
    """The operation that a step begins with, where its calls are known beforehand."""
    return f"{step.calls[0].service}:{step.calls[0].operation}" if step.calls else step.facet


def _said(condition: Condition) -> str:
    return f"{condition.text}; {condition.hint}" if condition.hint else condition.text
