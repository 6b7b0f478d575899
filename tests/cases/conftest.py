"""What the cases share: a bench, and the command line on the bench's emulator."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from support.bench import Bench

from sesops.aws import gateway

CommandLine = Callable[..., "Ended"]


@dataclass(frozen=True)
class Ended:
    """How a command ended: its exit code, what it said on stdout (the result) and on stderr (the rest)."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        return self.out + self.err


@pytest.fixture(autouse=True)
def _quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses between tries, a hundredth of the real ones on this machine, take next to nothing."""
    monkeypatch.setattr(gateway, "_LOCAL", 0.0005)


@pytest.fixture
def bench(tmp_path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.emulator.close()


@pytest.fixture
def sesops(bench: Bench, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[CommandLine]:
    """Run `sesops ARGUMENTS` in the bench's folder, with `spec` as its sesops.yaml, on the bench's emulator over HTTP.

    So faults, settings and the clock of `bench.emulator` hold for the command too.
    """
    from sesops.cli import app

    monkeypatch.chdir(bench.folder)
    monkeypatch.setenv("HOME", str(bench.folder / "home"))
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "SESOPS_EMULATOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with bench.emulator.serve() as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)

        def run(*arguments: str, spec: dict[str, Any] | str | None = None) -> Ended:
            if spec is not None:
                bench.load(spec)
            capsys.readouterr()
            code = app.run(list(arguments))
            said = capsys.readouterr()
            return Ended(code, said.out, said.err)

        yield run
