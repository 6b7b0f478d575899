"""A folder with an embedded SES, where commands run in this process and each is held to what holds for all input.

No exception, an exit code of the table, in bounded time; and nothing that a terminal, a JSON reader or a Markdown page
would act on comes out, whatever went in.
"""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import signal
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from markdown_it import MarkdownIt
from moto.core.request import Request
from prometheus_client.parser import text_string_to_metric_families
from support.sandbox import read_models_once, stay_on_loopback
from view.readers import COMMAND, Reader

from sesops.aws import gateway
from sesops.cli import app
from sesops.cli.exit_codes import ExitCode
from sesops.emulator import Emulator, inprocess, wire
from sesops.emulator.exchange import HttpAnswer
from sesops.emulator.scope import read_scope

SECONDS = 20
"""What one command may take, of CPU. They take a tenth of a second; only what never ends takes so long."""
CANARY = "@@INJECTED"
"""Stands behind every line break that goes in: no line that comes out begins with it."""
_ACTED_ON = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
_READS = ("Get", "List", "Describe")
_PAGE = MarkdownIt("gfm-like", {"html": True})


class Hang(BaseException):
    """A command took longer than `SECONDS`. No `Exception`, so that no command takes it for an error of its own."""


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: ExitCode
    out: str
    err: str


@dataclass
class Room:
    """The folder we are in. `answer` may change what SES answers: operation and answer to another answer."""

    folder: Path
    answer: Callable[[str, HttpAnswer], HttpAnswer] | None = None
    writes: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    """What SES was asked to write, in botocore's terms."""
    emptied: int = 0
    """How many inputs there were."""
    ended: Counter[ExitCode] = field(default_factory=Counter)
    """How often commands ended with each code: a harness whose inputs all end the same way looks at little."""

    @property
    def state(self) -> Path:
        return self.folder / "emulator.db"

    def empty(self) -> None:
        """Begin anew."""
        self.answer = None
        self.emptied += 1
        self.writes.clear()
        for one in self.folder.iterdir():
            shutil.rmtree(one) if one.is_dir() and not one.is_symlink() else one.unlink()

    def write(self, name: str, content: bytes | str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def run(self, *arguments: str, environ: Mapping[str, str] | None = None) -> Ended:
        """Run a command and hold it to what holds for all."""
        out, err = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as patch, _bounded():
            for name, value in (environ or {}).items():
                patch.setitem(os.environ, name, value)
            patch.setattr(sys, "stdin", io.StringIO())
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            code = app.run(list(arguments))
        ended = Ended(ExitCode(code), out.getvalue(), err.getvalue())
        self.ended[ended.code] += 1
        assert "Traceback" not in ended.err
        assert "internal-error" not in ended.out + ended.err, ended
        assert_tame(ended.out)
        assert_tame(ended.err)
        if "--format" in arguments and ended.out:
            _READERS.get(arguments[arguments.index("--format") + 1], str)(ended.out)
        for name, read in _FILES.items():
            path = self.folder.parent / name
            if path.exists():
                text = path.read_text(encoding="utf-8")
                path.unlink()
                read(text)
        return ended


def assert_tame(text: str) -> None:
    """Nothing that a terminal acts on, and no line that somebody else begins."""
    strange = {one for one in set(text) - {"\n"} if unicodedata.category(one) in _ACTED_ON}
    assert not strange, (sorted(strange), text)
    assert not any(line.startswith(CANARY) for line in text.split("\n")), text


def assert_inert(text: str) -> None:
    """As a page it has no link, picture or foreign tag, and calls nobody: what is foreign stands in code."""
    page = _PAGE.render(text)
    for sign in ("<a ", "<img", "<script", "<h1", "<blockquote", "<hr"):
        assert sign not in page, (sign, text)
    assert page.count("<table") <= text.count("#### What differs between the targets"), text


def _no_constant(name: str) -> Any:
    raise AssertionError(f"{name} is no JSON")


def _json(text: str) -> None:
    json.loads(text, parse_constant=_no_constant)


def _html(text: str) -> None:
    """Every tag of it is closed, none runs or fetches anything, and no link leaves it."""
    page = Reader(text)
    assert not {tag for tag, _ in page.tags} & {"script", "img", "iframe", "object", "link", "form", "base"}, text
    assert not [one for _, values in page.tags for one in values if one.startswith("on")], text
    assert all(one.startswith("#") for one in page.values("href")), text


def _commands(text: str) -> None:
    assert all(COMMAND.fullmatch(line) for line in text.splitlines()), text


def _outputs(text: str) -> None:
    """Every line is an output, or stands in one of several lines; none is of somebody else's name."""
    lines = iter(text.removeprefix("\n").removesuffix("\n").split("\n"))
    for line in lines:
        found = _OUTPUT.fullmatch(line)
        assert found, text
        if found["end"]:
            assert found["end"] in lines, text


def _page(text: str) -> None:
    assert_tame(text)
    assert_inert(text)


def _metrics(text: str) -> None:
    found = list(text_string_to_metric_families(text))
    assert {one.name.split("_")[0] for one in found} == {"sesops"}, text


_OUTPUT = re.compile(r"(exit-code|complete|[a-z-]+)=(\d+|true|false)|totals(=[^\n]*|<<(?P<end>end-[0-9a-f]{64}))")
_FILES: dict[str, Callable[[str], object]] = {"GITHUB_STEP_SUMMARY": _page, "GITHUB_OUTPUT": _outputs}
"""By variable, who reads the file that it names."""
_READERS: dict[str, Callable[[str], object]] = {
    "json": _json,
    "sarif": _json,
    "gitlab": _json,
    "github": _commands,
    "junit": ET.fromstring,
    "markdown": assert_inert,
    "html": _html,
    "prometheus": _metrics,
}
"""By format, what takes only what is whole."""


@contextmanager
def _bounded() -> Iterator[None]:
    def hang(*_: object) -> None:
        raise Hang

    before = signal.signal(signal.SIGPROF, hang)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@contextmanager
def opened() -> Iterator[Room]:
    """A room of its own, and nothing in the environment that says who or where we are. Calls go one after the other."""
    with TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        for one in [one for one in os.environ if one.startswith(("AWS_", "SESOPS_"))]:
            patch.delenv(one)
        room = Room(Path(name).resolve() / "room")
        room.folder.mkdir()
        for key, value in {"HOME": name, "COLUMNS": "80", "AWS_EC2_METADATA_DISABLED": "true"}.items():
            patch.setenv(key, value)
        patch.setenv("SESOPS_EMULATOR", str(room.state))
        for one in _FILES:
            patch.setenv(one, str(room.folder.parent / one))
        patch.chdir(room.folder)
        patch.setattr(gateway, "_LOCAL", 0.0)
        read_models_once(patch)
        stay_on_loopback(patch)
        patch.setattr("sesops.engine.driver.WORKERS", 1)
        _answer_through(room, patch)
        yield room


def _answer_through(room: Room, patch: pytest.MonkeyPatch) -> None:
    """Let the room change what the embedded SES answers, and note what it was asked to write."""
    attach, note = inprocess.attach, Emulator._note

    def attached(handle: Callable[[Request], HttpAnswer], session: Any) -> None:
        def answered(request: Request) -> HttpAnswer:
            answer = handle(request)
            if room.answer is None:
                return answer
            return room.answer(wire.named_operation(read_scope(request).service, request), answer)

        attach(answered, session)

    def noted(emulator: Emulator, service: str, operation: str, params: dict[str, Any]) -> None:
        note(emulator, service, operation, params)
        if not operation.startswith(_READS):
            room.writes.append((service, operation, params))

    patch.setattr(inprocess, "attach", attached)
    patch.setattr(Emulator, "_note", noted)
