"""What every test has: golden files, a network of loopback only, and hypothesis without deadlines."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from support.sandbox import read_models_once, stay_on_loopback

# Machines are shared and noisy: speed is a benchmark's business, never a test's.
# What a runner in the background ignores, its children ignore too; the tests send it to themselves and what they start.
for number, as_ever in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, as_ever)

settings.register_profile("sesops", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("sesops")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="Write golden files instead of comparing with them.")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """Compare a text with a golden file, or write the file under `--update-golden`."""

    def compare(path: Path, text: str) -> None:
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert path.read_text(encoding="utf-8") == text

    return compare


@pytest.fixture(autouse=True, scope="session")
def _models_read_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        read_models_once(patch)
        yield


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    stay_on_loopback(monkeypatch)
