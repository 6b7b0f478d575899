"""A repository with a spec, the embedded SES, and a forge that a pipeline's shell meets through stubs on PATH."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import pytest

from sesops.emulator import Emulator

FORGE = Path(__file__).parent / "forge"
STUBS = {"gh": "gh.py", "curl": "curl.py", "jq": "filter.py"}
MAIN = """version: 1
stack: acme-mail
region: eu-west-1
configuration_sets:
  main: {sending_enabled: true, reputation_metrics_enabled: true}
  other: {}
"""
BRANCH = MAIN.replace("metrics_enabled: true", "metrics_enabled: false")
"""What a pull request asks for."""
EVIL = BRANCH + "  evil: {}\n"
"""What nobody has reviewed."""


@dataclass
class Place:
    """A clone that a runner works in, what its shell has in the environment, and the forge beside it."""

    folder: Path
    forge: Path
    environment: dict[str, str]
    said: list[str] = field(default_factory=list)

    def bash(self, script: str, *flags: str, **environment: str) -> int:
        """Run a script as a runner does; what it says is kept."""
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", *flags, "-c", script],
            cwd=self.folder,
            env={**self.environment, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            check=False,
        )
        self.said.append(done.stdout)
        assert "Traceback" not in done.stdout, done.stdout
        assert "the forge knows nothing of" not in done.stdout, done.stdout
        return done.returncode

    def git(self, *arguments: str) -> str:
        done = subprocess.run(
            ["git", *arguments], cwd=self.folder, env=self.environment, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def commit(self, text: str) -> str:
        (self.folder / "sesops.yaml").write_text(text, encoding="utf-8")
        self.git("commit", "--all", "--allow-empty", "--message", "spec")
        return self.git("rev-parse", "HEAD")

    def merge(self) -> str:
        """Branch `change` merged into main; what a forge also checks out for a pull request. Returns the merge."""
        self.git("checkout", "--quiet", "--detach", "main")
        self.git("merge", "--quiet", "--no-ff", "--message", "merge", "change")
        return self.git("rev-parse", "HEAD")

    def call(self, operation: str, **params: Any) -> dict[str, Any]:
        """One call of somebody else to SES, by boto3's name of the operation."""
        emulator = Emulator(Path(self.environment["SESOPS_EMULATOR"]))
        try:
            session = boto3.session.Session("other", "other", region_name="eu-west-1")
            emulator.attach(session)
            return getattr(session.client("sesv2"), operation)(**params)
        finally:
            emulator.close()

    def is_applied(self) -> bool:
        """Whether SES has what the branch asks for."""
        answer = self.call("get_configuration_set", ConfigurationSetName="main")
        return answer["ReputationOptions"]["ReputationMetricsEnabled"] is False

    def by_hand(self, *, metrics: bool) -> None:
        self.call(
            "put_configuration_set_reputation_options", ConfigurationSetName="main", ReputationMetricsEnabled=metrics
        )

    @property
    def state(self) -> dict[str, Any]:
        return json.loads((self.forge / "state.json").read_text(encoding="utf-8"))

    def tell(self, **changes: Any) -> None:
        """What the forge holds from now on."""
        (self.forge / "state.json").write_text(json.dumps({**self.state, **changes}), encoding="utf-8")

    def keep(self, paths: list[str], **artefact: Any) -> int:
        """Keep files of the folder as an artefact. Returns its number."""
        held = self.state
        number = held["last"] + 1
        into = self.forge / "artefacts" / str(number)
        into.mkdir(parents=True)
        for path in paths:
            (into / path).write_bytes((self.folder / path).read_bytes())
        self.tell(last=number, artefacts=[*held["artefacts"], {"id": number, **artefact}])
        return number

    def forged(self, spec: str) -> None:
        """Change the plan that is kept last: another spec's, which says that it is of the one that was reviewed."""
        path = self.forge / "artefacts" / str(self.state["artefacts"][-1]["id"]) / "plan.json"
        digest = json.loads(path.read_text(encoding="utf-8"))["targets"][0]["digest"]
        folder = self.forge / "evil"
        folder.mkdir()
        (folder / "sesops.yaml").write_text(spec, encoding="utf-8")
        assert self.bash(f"sesops plan '{folder}' --out '{path}'") == 0
        document = json.loads(path.read_text(encoding="utf-8"))
        document["targets"][0]["digest"] = digest
        text = json.dumps(document)
        path.write_text(text, encoding="utf-8")
        sum_of = hashlib.sha256(text.encode()).hexdigest()
        (path.parent / "plan.json.sha256").write_text(f"{sum_of}  plan.json\n", encoding="utf-8")

    def names(self) -> list[str]:
        """The configuration sets of SES."""
        return sorted(self.call("list_configuration_sets")["ConfigurationSets"])

    def clean(self) -> None:
        """A runner begins with nothing but what it checks out."""
        self.git("clean", "--quiet", "--force", "-d")


def _stub(path: Path, command: str) -> None:
    path.write_text(f'#!/bin/sh\nexec {command} "$@"\n', encoding="utf-8")
    path.chmod(0o755)


@pytest.fixture(scope="session")
def applied_to(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The embedded SES as main's spec has it."""
    folder = tmp_path_factory.mktemp("applied")
    (folder / "sesops.yaml").write_text(MAIN, encoding="utf-8")
    command = [sys.executable, "-m", "sesops", "apply", str(folder), "--yes", "--emulator-file", str(folder / "ses.db")]
    subprocess.run(command, check=True, capture_output=True, stdin=subprocess.DEVNULL)
    return folder / "ses.db"


@pytest.fixture
def place(tmp_path: Path, applied_to: Path) -> Place:
    """Main has its spec, and SES is as that says; branch `change` asks for something else, and is checked out."""
    stubs = tmp_path / "bin"
    stubs.mkdir()
    for name, script in STUBS.items():
        _stub(stubs / name, f"'{sys.executable}' '{FORGE / script}'")
    _stub(stubs / "sesops", f"'{sys.executable}' -m sesops")
    # What installs sesops on a runner.
    _stub(stubs / "python", "echo python")
    (tmp_path / "ses.db").write_bytes(applied_to.read_bytes())
    forge = tmp_path / "forge"
    forge.mkdir()
    empty = {"last": 100, "comments": [], "artefacts": [], "pulls": {}, "issues": [], "labels": []}
    empty |= {"pipelines": [], "newest": None}
    (forge / "state.json").write_text(json.dumps(empty), encoding="utf-8")
    folder = tmp_path / "ses"
    folder.mkdir()
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "SESOPS_", "GIT_"))
    }
    environment |= {
        "PATH": f"{stubs}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "FORGE": str(forge),
        "SESOPS_EMULATOR": str(tmp_path / "ses.db"),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "A",
        "GIT_AUTHOR_EMAIL": "a@example.com",
        "GIT_COMMITTER_NAME": "A",
        "GIT_COMMITTER_EMAIL": "a@example.com",
    }
    made = Place(folder, forge, environment)
    made.git("init", "--quiet", "--initial-branch", "main")
    (folder / "sesops.yaml").write_text(MAIN, encoding="utf-8")
    made.git("add", "sesops.yaml")
    made.commit(MAIN)
    made.git("checkout", "--quiet", "-b", "change")
    made.commit(BRANCH)
    return made
