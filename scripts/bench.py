"""Figures of a large spec: CPU seconds, calls and peak memory, each size in a process of its own.

The spec names domains with a MAIL FROM, notifications, a default configuration set and tags. "First" is a plan on an
empty account, "same" one on an account that is as the spec says.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import bench_suppressions

HEAD = """version: 1
stack: bench
region: eu-west-1
topics: {feedback: {}}
configuration_sets: {main: {delivery: {tls_policy: REQUIRE}}}
domains:
"""
DOMAIN = """  d{number}.example.com:
    mail_from: {{domain: bounce.d{number}.example.com, behavior_on_mx_failure: USE_DEFAULT_VALUE}}
    notifications: {{bounce: {{topic: feedback}}, complaint: {{topic: feedback}}}}
    feedback_forwarding: false
    configuration_set: main
    tags: {{team: mail, number: "{number}"}}
"""
ACCOUNT = "123456789012"
SIZES = (1_000, 10_000)


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """CPU seconds of this process, and the result."""
    began = time.process_time()
    result = work()
    return time.process_time() - began, result


def megabytes() -> float:
    """The largest that this process has been."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024 if sys.platform != "darwin" else peak / 1024**2


def measure(count: int) -> None:
    """Print one line of figures."""
    from sesops import kinds, spec
    from sesops.aws.gateway import AwsGateway
    from sesops.aws.session import open_session
    from sesops.core import planner
    from sesops.core.plan import Leave
    from sesops.core.values import Scope
    from sesops.emulator import Emulator
    from sesops.engine.execute import execute
    from sesops.engine.refresh import refresh, wants

    registry = kinds.discover()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sesops.yaml"
        path.write_text(HEAD + "".join(DOMAIN.format(number=number) for number in range(count)), encoding="utf-8")
        validate, loaded = timed(lambda: spec.load(path, registry=registry))
    assert not loaded.diagnostics, loaded.diagnostics[0]
    memory_of_validate = megabytes()
    asked = loaded.targets[0].wanted
    scope = Scope("bench", "eu-west-1", ACCOUNT)
    gateway = AwsGateway(open_session(region=scope.region, emulator=Emulator()))
    needed = wants(registry, asked, ())

    def read() -> Any:
        return refresh(registry, scope, gateway, needed, lambda _: None, wanted=asked)

    def plan(state: Any) -> Any:
        return planner.plan(registry, scope, asked, state, Leave(), date(2026, 3, 1))

    empty = read()
    first, planned = timed(lambda: plan(empty))
    assert len(planned.pending) == count + 2, len(planned.pending)
    execute(planner.steps_of(planned), gateway, registry, scope, lambda _: None, recheck=lambda one: f"{one} exists")
    before = sum(dict(gateway.counts()).values())
    reading, full = timed(read)
    calls = sum(dict(gateway.counts()).values()) - before
    same, planned = timed(lambda: plan(full))
    assert planned.changes == (), planned.changes[0]
    print(
        f"{count:7,} | {validate:8.2f} | {memory_of_validate:9.0f} | {first:10.2f} | {same:9.2f} | {calls:6} |"
        f" {reading:9.2f} | {megabytes():6.0f}",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, help="how many domains, or addresses")
    parser.add_argument("--suppressions", action="store_true", help="measure lists of addresses instead of domains")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one is not None:
        measure(given.one)
        return
    if given.suppressions:
        bench_suppressions.main(given.sizes)
        return
    print("domains | validate | validate, | plan first | plan same | calls  | read, with the | whole,", flush=True)
    print("        | CPU s    | MB        | CPU s      | CPU s     |        | emulator CPU s | MB", flush=True)
    for size in given.sizes or SIZES:
        subprocess.run([sys.executable, __file__, "--one", str(size)], check=True)


if __name__ == "__main__":
    main()
