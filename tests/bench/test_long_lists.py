"""A list of addresses ten times as long takes ten times the calls, and no more memory: neither side of it is held."""

from __future__ import annotations

import threading
import tracemalloc
from collections import Counter
from datetime import UTC, datetime
from math import ceil

from support.bench import REGISTRY, Bench

from sesops import spec
from sesops.core import planner
from sesops.core.values import Call, Reply
from sesops.engine import planning
from sesops.engine.execute import execute

SMALL, LARGE = 2_000, 20_000
PAGE = 1_000
SINCE = datetime(2026, 1, 1, tzinfo=UTC)
SLACK = 1_000_000
"""Bytes that the larger may take beyond the smaller. Held in memory its addresses are six times that."""


def address(number: int) -> str:
    return f"person{number}@d{number % 97}.example.com"


class Listing:
    """`core.ports.Gateway` of an SES that lists so many addresses, made as they are asked for."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.calls: Counter[str] = Counter()
        self._lock = threading.Lock()

    def call(self, call: Call) -> Reply:
        with self._lock:
            self.calls[call.operation] += 1
        if call.operation == "ListSuppressedDestinations":
            start = int(call.params.get("NextToken", 0))
            end = min(start + PAGE, self.count)
            page = [{"EmailAddress": address(one), "LastUpdateTime": SINCE} for one in range(start, end)]
            more = {"NextToken": str(end)} if end < self.count else {}
            return Reply({"SuppressedDestinationSummaries": page, **more})
        return Reply({"ProductionAccessEnabled": True})

    def seconds(self, _calls: tuple[Call, ...]) -> float:
        return 0.0

    def counts(self) -> tuple[tuple[str, int], ...]:
        return tuple(self.calls.items())


def run(bench: Bench, count: int) -> tuple[int, Counter[str]]:
    """Read, plan and make a list that overlaps with SES's by half: the most bytes at once, and the calls."""
    wanted = range(count // 2, count // 2 + count)
    (bench.folder / "wanted.csv").write_text("".join(f"{address(one)}\n" for one in wanted), encoding="utf-8")
    root = bench.load({"suppressions": {"present": {"files": ["wanted.csv"]}}}).root
    bench.gateway = Listing(count)
    tracemalloc.start()
    try:
        [target] = spec.load(root, registry=REGISTRY).targets
        # What reading a file took for a moment is gone; what is kept of it counts.
        tracemalloc.reset_peak()
        plan = planning.plan_target(bench.desk(), target.wanted, target.leave)
        steps = planner.steps_of(plan)
        report = execute(steps, bench.gateway, REGISTRY, plan.scope, lambda _: None, recheck=lambda one: f"{one}")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert [one.outcome.value for one in report.ended] == ["done"]
    return peak, bench.gateway.calls


def test_memory_does_not_grow_with_the_list(tmp_path):
    """And the calls are the pages of the listing, at plan and again at apply, and one for each address to be listed."""
    bench = Bench(tmp_path)
    run(bench, SMALL)  # what is made once, in whatever run is the first
    peaks = {}
    for count in (SMALL, LARGE):
        peaks[count], calls = run(bench, count)
        assert calls["ListSuppressedDestinations"] == 2 * ceil(count / PAGE)
        assert calls["PutSuppressedDestination"] == count // 2
        assert set(calls) - {"ListSuppressedDestinations", "PutSuppressedDestination"} == {"GetAccount", "GetResources"}
    assert peaks[LARGE] - peaks[SMALL] < SLACK, peaks
