"""What the tests of the command line share: a folder, a clean environment, and `sesops ARGUMENTS` in this process."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from sesops.aws import gateway
from sesops.cli import app
from sesops.emulator import Emulator

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden" / "cli"
QUICKSTART = (ROOT / "examples" / "quickstart" / "sesops.yaml").read_text(encoding="utf-8")
SMALL = """version: 1
stack: small
region: eu-west-1
configuration_sets:
  main: {sending_enabled: true}
  other: {}
"""
"""Two things, so that a run is quick."""


@dataclass(frozen=True)
class Ended:
    """How a command ended: its exit code, what it said on stdout (the result) and on stderr (the rest)."""

    code: int
    out: str
    err: str


class Typed(io.StringIO):
    """What a person types at a terminal."""

    def isatty(self) -> bool:
        return True


@dataclass
class Shell:
    """A folder with a clean environment, the embedded SES in `emulator.db`, and the command line."""

    folder: Path
    capsys: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch
    ended: list[tuple[tuple[str, ...], Ended]] = field(default_factory=list)

    def write(self, text: str, name: str = "sesops.yaml") -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def run(self, *arguments: str) -> Ended:
        self.capsys.readouterr()
        code = app.run(list(arguments))
        said = self.capsys.readouterr()
        assert "Traceback" not in said.err
        self.ended.append((arguments, Ended(code, said.out, said.err)))
        return self.ended[-1][1]

    def typing(self, text: str) -> None:
        """What is read from the terminal from now on."""
        self.monkeypatch.setattr(sys, "stdin", Typed(text))

    def call(self, operation: str, **params: Any) -> Any:
        """One call of somebody else in the account, as service and operation in boto3's names ("sesv2.get_account")."""
        import boto3

        service, name = operation.split(".")
        emulator = Emulator(self.folder / "emulator.db")
        try:
            session = boto3.session.Session("other", "other", region_name="eu-west-1")
            emulator.attach(session)
            return getattr(session.client(service), name)(**params)
        finally:
            emulator.close()

    def snapshot(self) -> str:
        """What was run last, with all that hangs on the machine masked and what ends in any order sorted."""
        arguments, ended = self.ended[-1]
        shown = " ".join(f"'{one}'" if " " in one or "{" in one else one for one in arguments)
        text = f"$ sesops {shown}\nexit code {ended.code}\n"
        text += f"--- stdout\n{ended.out}" if ended.out else "--- stdout: nothing\n"
        text += f"--- stderr\n{in_order(ended.err)}" if ended.err else "--- stderr: nothing\n"
        text = text.replace(str(self.folder), "FOLDER")
        text = re.sub(r"in \d+\.\d s$", "in 0.0 s", text, flags=re.MULTILINE)
        return re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:PORT", text)


class Repository(Shell):
    """A shell in a git repository, where the spec lies in a folder of its own."""

    def git(self, *arguments: str) -> str:
        command = [
            "git",
            "-c",
            "user.name=A",
            "-c",
            "user.email=a@example.com",
            "-c",
            "init.defaultBranch=main",
            *arguments,
        ]
        return subprocess.run(command, cwd=self.folder, check=True, capture_output=True, text=True).stdout.strip()

    def commit(self, text: str) -> str:
        self.write(text, "mail/sesops.yaml")
        self.git("add", "mail")
        self.git("commit", "--allow-empty", "--message", "spec")
        return self.git("rev-parse", "HEAD")

    def by_hand(self, operation: str, **params: object) -> None:
        assert self.run("emulator", "call", f"sesv2:{operation}", json.dumps(params)).code == 0

    def sending(self, name: str, *, enabled: bool) -> None:
        self.by_hand("PutConfigurationSetSendingOptions", ConfigurationSetName=name, SendingEnabled=enabled)

    def plan(self, *arguments: str) -> dict:
        (target,) = json.loads(self.run("plan", "mail", "--format", "json", *arguments).out)["targets"]
        return target

    def shown(self) -> str:
        return re.sub(r"Since [0-9a-f]{12}", "Since COMMIT", self.snapshot())


def in_order(text: str) -> str:
    """Steps run side by side and end in any order: what is said of each, in the order of their names."""
    told: list[list[str]] = []
    for line in text.splitlines(keepends=True):
        if line.startswith("      ") and told:
            told[-1].append(line)
        else:
            told.append([line])
    steps = iter(sorted(one for one in told if _ends_a_step(one[0])))
    return "".join("".join(next(steps) if _ends_a_step(one[0]) else one) for one in told)


def _ends_a_step(line: str) -> bool:
    return line.startswith(("  done ", "  failed ", "  skipped ", "  … waiting "))


@pytest.fixture(autouse=True)
def _quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses between tries are shorter on this machine; here they take next to nothing."""
    monkeypatch.setattr(gateway, "_LOCAL", 0.0005)


@pytest.fixture
def clean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to be in, and nothing in the environment that says who or where we are."""
    for name in [one for one in os.environ if one.startswith(("AWS_", "SESOPS_"))]:
        monkeypatch.delenv(name)
    for name, value in {"HOME": str(tmp_path / "home"), "COLUMNS": "80", "AWS_EC2_METADATA_DISABLED": "true"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def shell(clean: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A shell whose runs are on the embedded SES in `emulator.db`."""
    monkeypatch.setenv("SESOPS_EMULATOR", str(clean / "emulator.db"))
    return Shell(clean, capsys, monkeypatch)


@pytest.fixture
def on_aws(shell: Shell) -> Shell:
    """A shell whose runs are on AWS, as whoever the environment says."""
    shell.monkeypatch.delenv("SESOPS_EMULATOR")
    return shell


@pytest.fixture
def emulator(on_aws: Shell) -> Iterator[Emulator]:
    """An emulator that the shell's runs meet over HTTP, so that its faults and settings hold for them."""
    served = Emulator()
    with served.serve() as server:
        on_aws.monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        on_aws.monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
        on_aws.monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        yield served
    served.close()


@pytest.fixture(scope="session")
def applied_states(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The state file after a spec was applied; each spec is applied once."""
    made: dict[str, Path] = {}

    def state(text: str) -> Path:
        if text not in made:
            folder = tmp_path_factory.mktemp("applied")
            (folder / "sesops.yaml").write_text(text, encoding="utf-8")
            assert app.run(["apply", str(folder), "--yes", "--emulator-file", str(folder / "emulator.db")]) == 0
            made[text] = folder / "emulator.db"
        return made[text]

    return state


@pytest.fixture
def applied(shell: Shell, applied_states: Callable[[str], Path]) -> Callable[[str], Shell]:
    """A shell where a spec is written and was applied."""

    def prepare(text: str) -> Shell:
        shutil.copy(applied_states(text), shell.folder / "emulator.db")
        shell.write(text)
        return shell

    return prepare


@pytest.fixture
def empty_repository(shell: Shell) -> Repository:
    """A git repository without a commit, untouched by how git is set up on this machine."""
    shell.monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    shell.monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    made = Repository(shell.folder, shell.capsys, shell.monkeypatch)
    made.git("init", "--quiet")
    return made
