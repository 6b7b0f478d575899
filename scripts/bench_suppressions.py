"""Figures of a long suppression list: as many addresses live as wanted, half of them the same. Seconds, CPU seconds and
peak memory of each `sesops` process, with the embedded SES in a process of its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SPEC = """version: 1
stack: bench
region: eu-west-1
suppressions:
  present: {files: [wanted.csv]}
"""
SIZES = (1_000, 100_000)
COMMANDS = (
    ("validate", ("validate",)),
    ("plan", ("plan",)),
    ("apply", ("apply", "--yes")),
    ("plan again", ("plan", "--detailed-exitcode")),
)


def address(number: int) -> str:
    return f"person{number}@d{number % 97}.example.com"


def serve(count: int) -> None:
    """An SES that lists addresses, until stdin ends; its URL on stdout."""
    from sesops.emulator import Emulator
    from sesops.emulator.operations import suppression

    emulator = Emulator()
    emulator.settings.production_access = True
    with emulator.context("123456789012", "eu-west-1") as context:
        for number in range(count):
            suppression.add(context, address(number), "BOUNCE")
    with emulator.serve() as server:
        print(server.url, flush=True)
        sys.stdin.read()


@contextmanager
def served(count: int) -> Iterator[str]:
    process = subprocess.Popen(
        [sys.executable, __file__, str(count)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.communicate("")


def measured(arguments: tuple[str, ...], folder: Path, url: str) -> tuple[float, float, float]:
    """Seconds, CPU seconds and peak megabytes of one command.

    Raises:
        RuntimeError: it did not end with 0.

    """
    environment = {**os.environ, "AWS_ENDPOINT_URL": url, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    began = time.monotonic()
    said = folder / "said.txt"
    with said.open("w") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "sesops", *arguments], cwd=folder, env=environment, stdout=stream, stderr=stream
        )
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"sesops {' '.join(arguments)} ended with {process.returncode}: {said.read_text()}")
    peak = used.ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)
    return time.monotonic() - began, used.ru_utime + used.ru_stime, peak


def measure(count: int) -> None:
    """Print a line of figures for each command."""
    with tempfile.TemporaryDirectory() as name, served(count) as url:
        folder = Path(name)
        (folder / "sesops.yaml").write_text(SPEC, encoding="utf-8")
        wanted = range(count // 2, count // 2 + count)
        (folder / "wanted.csv").write_text("".join(f"{address(one)}\n" for one in wanted), encoding="utf-8")
        for title, arguments in COMMANDS:
            seconds, cpu, peak = measured(arguments, folder, url)
            print(f"{count:9,} | {title:10} | {seconds:7.1f} | {cpu:7.1f} | {peak:6.0f}", flush=True)


def main(sizes: list[int]) -> None:
    """Print a table of figures."""
    print("addresses | command    | seconds | CPU s   | MB", flush=True)
    for size in sizes or SIZES:
        measure(size)


if __name__ == "__main__":
    # How `scripts/bench.py` begins the process of the embedded SES.
    serve(int(sys.argv[1]))
