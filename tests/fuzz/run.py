"""`python -m fuzz.run HARNESS SECONDS`: try inputs until the time is over, and tell each fault once, with its shortest input.

Where atheris is installed, the lines of sesops that an input reaches decide what is tried next. Else hypothesis draws.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import pkgutil
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings

SETTINGS = settings(
    max_examples=100,
    database=None,
    deadline=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)


class Session:
    """One harness for some seconds."""

    def __init__(self, name: str, harness: Any, room: Any, seconds: float) -> None:
        self.name, self.harness, self.room = name, harness, room
        self.end = time.monotonic() + seconds
        self.tried = 0
        self.faults: dict[str, tuple[str, str]] = {}
        """By where it happened: what happened, and the input."""

    @property
    def is_over(self) -> bool:
        return time.monotonic() > self.end

    def take(self, one: Any) -> None:
        """Try an input; a fault is noted, and the session goes on."""
        if self.is_over:
            return
        self.tried += 1
        try:
            self.harness.check(self.room, one)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - whatever ends an input is what is looked for
            where, shown = _where(error), repr(one)
            if where not in self.faults or len(shown) < len(self.faults[where][1]):
                self.faults[where] = "".join(traceback.format_exception_only(error))[:2_000], shown

    def told(self) -> str:
        """What came of it."""
        codes = ", ".join(f"{code.name} {number}" for code, number in sorted(self.room.ended.items()))
        lines = [f"{self.name}: {self.tried} inputs, {len(self.faults)} faults; commands ended: {codes}"]
        lines += [f"--- {where}\n{what}{shown}" for where, (what, shown) in self.faults.items()]
        return "\n".join(lines)


def _where(error: BaseException) -> str:
    frames = [one for one in traceback.extract_tb(error.__traceback__) if "/site-packages/" not in one.filename]
    return " < ".join(f"{Path(one.filename).name}:{one.lineno}" for one in reversed(frames[-4:]))


def drawn(session: Session) -> None:
    """Inputs as hypothesis draws them."""
    while not session.is_over:
        seed(time.time_ns())(SETTINGS(given(session.harness.drawn)(session.take)))()


def guided(session: Session) -> None:
    """Inputs as atheris makes them: bytes, or the choices that hypothesis draws by. It ends the process."""
    import atheris

    harness = session.harness
    choose = SETTINGS(given(harness.drawn)(session.take)).hypothesis.fuzz_one_input
    taken: Callable[[bytes], object] = session.take if harness.seeds else choose

    def one(content: bytes) -> None:
        if session.is_over:
            sys.stdout.write(f"{session.told()}\n")
            sys.stdout.flush()
            os._exit(bool(session.faults))
        taken(content)

    with TemporaryDirectory() as folder:
        for number, content in enumerate(harness.seeds() if harness.seeds else ()):
            (Path(folder) / str(number)).write_bytes(content)
        atheris.Setup(["fuzz", "-timeout=120", "-rss_limit_mb=2048", "-max_len=20000", "-verbosity=0", folder], one)
        atheris.Fuzz()


def _load() -> Any:
    """The harnesses, and all of sesops; instrumented where atheris is installed."""
    if importlib.util.find_spec("atheris") is None:
        return importlib.import_module("fuzz.harnesses")
    import atheris

    with atheris.instrument_imports(include=["sesops"]):
        import sesops

        for one in pkgutil.walk_packages(sesops.__path__, "sesops."):
            if not one.name.endswith("__main__"):
                importlib.import_module(one.name)
        return importlib.import_module("fuzz.harnesses")


def main() -> int:
    """Run one harness; 1 where something does not hold."""
    name, seconds = sys.argv[1:]
    harnesses = _load()
    from fuzz.room import opened

    with opened() as room:
        session = Session(name, harnesses.HARNESSES[name], room, float(seconds))
        (guided if "atheris" in sys.modules else drawn)(session)
        sys.stdout.write(f"{session.told()}\n")
    return bool(session.faults)


if __name__ == "__main__":
    sys.exit(main())
