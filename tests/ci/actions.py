"""A runner of GitHub workflows, as far as ours need one: expressions, conditions, outputs, and the actions that they use."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from ci.conftest import Place

WORKFLOWS = Path(__file__).parents[2] / "examples/ci/github/.github/workflows"
REPOSITORY = "example-org/ses"
_STATUS = re.compile(r"\b(success|failure|cancelled|always)\(\)")


@dataclass
class Ran:
    """How a job ended."""

    skipped: bool = False
    failed: bool = False
    outputs: dict[str, str] = field(default_factory=dict)
    role: str | None = None
    steps: list[str] = field(default_factory=list)
    """Names of the steps that ran."""


@dataclass
class Actions:
    """Runs jobs for one event: `github` is its context, `number` the run's."""

    place: Place
    github: dict[str, Any]
    number: int = 1
    needs: dict[str, Ran] = field(default_factory=dict)

    @property
    def temporary(self) -> Path:
        """Where a job keeps what is not of the repository."""
        return self.place.forge / "temporary"

    def job(self, workflow: str, name: str) -> Ran:
        """Run a job in a clean folder."""
        document = load(workflow)
        job = document["jobs"][name]
        ran = Ran()
        self.needs[name] = ran
        outputs: dict[str, dict[str, str]] = {}
        if not self._value(job.get("if", "${{ true }}"), outputs, ran):
            ran.skipped = True
            return ran
        self.place.clean()
        shutil.rmtree(self.temporary, ignore_errors=True)
        environment = {**document.get("env", {}), **job.get("env", {})}
        for step in job["steps"]:
            if self._is_due(step, outputs, ran):
                ran.steps.append(step.get("name", step.get("uses", "").partition("@")[0]))
                self._step(step, environment, outputs, ran)
        ran.outputs = {key: str(self._value(text, outputs, ran)) for key, text in job.get("outputs", {}).items()}
        return ran

    def _is_due(self, step: dict[str, Any], outputs: dict[str, dict[str, str]], ran: Ran) -> bool:
        condition = step.get("if", "${{ true }}")
        if not _STATUS.search(condition) and ran.failed:
            return False
        return bool(self._value(condition, outputs, ran))

    def _step(self, step: dict[str, Any], environment: dict[str, str], outputs: dict, ran: Ran) -> None:
        if "uses" in step:
            self._use(step["uses"].partition("@")[0], self._filled(step.get("with", {}), outputs, ran), ran)
            return
        said = self.place.forge / "output"
        said.write_text("", encoding="utf-8")
        given = {
            "GITHUB_OUTPUT": str(said),
            "GITHUB_STEP_SUMMARY": str(self.place.forge / "summary.md"),
            "GITHUB_WORKSPACE": str(self.place.folder),
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_SHA": self.github["sha"],
            "GITHUB_RUN_ID": str(self.number),
            "GITHUB_REF_NAME": "main",
            "RUNNER_TEMP": str(self.temporary),
            **self._filled({**environment, **step.get("env", {})}, outputs, ran),
        }
        ran.failed |= self.place.bash(step["run"], "-e", **given) != 0
        lines = [line.partition("=") for line in said.read_text(encoding="utf-8").splitlines()]
        outputs[step.get("id", "")] = {name: value for name, _, value in lines}

    def _use(self, action: str, given: dict[str, str], ran: Ran) -> None:
        if action == "aws-actions/configure-aws-credentials":
            ran.role = given["role-to-assume"]
        elif action == "actions/upload-artifact":
            run = {"id": self.number, "head_sha": self.github["head"], "repository_id": 1, "head_repository_id": 1}
            self.place.keep(given["path"].split(), name=given["name"], expired=False, workflow_run=run)
        else:
            assert action in ("actions/checkout", "actions/setup-python")

    def _filled(self, texts: dict[str, Any], outputs: dict, ran: Ran) -> dict[str, str]:
        def fill(text: str) -> str:
            return re.sub(r"\$\{\{.*?\}\}", lambda found: str(self._value(found[0], outputs, ran)), text)

        return {name: fill(str(text)) for name, text in texts.items()}

    def _value(self, text: str, outputs: dict[str, dict[str, str]], ran: Ran) -> Any:
        """The value of one expression, which is Python's but for its signs and the dots in its names."""
        inner = re.fullmatch(r"\$\{\{(.*)\}\}", text.strip())
        assert inner, f"no expression: {text}"
        steps = {f"steps.{step}.outputs.{key}": one for step, said in outputs.items() for key, one in said.items()}
        needs = {
            f"needs.{job}.outputs.{key}": one for job, ended in self.needs.items() for key, one in ended.outputs.items()
        }
        known = {**dict(_flat(self.github, "github")), **steps, **needs, "github.token": "token", "true": True}
        known |= {f"vars.{name}": name for name in ("SES_READ_ROLE", "SES_WRITE_ROLE", "SES_REGION")}

        def look(name: str) -> Any:
            # An output that was not set is empty; of what an event has nothing is guessed.
            return known.get(name, "") if name.startswith(("steps.", "needs.")) else known[name]

        def hashed(pattern: str) -> str:
            return "hash" if any(self.place.folder.glob(pattern)) else ""

        code = re.sub(
            r"'[^']*'|[a-zA-Z][\w.-]*(?!\w*\()", lambda at: at[0] if at[0][0] == "'" else f"look('{at[0]}')", inner[1]
        )
        code = re.sub(r"!(?!=)", " not ", code.replace("&&", " and ").replace("||", " or "))
        functions = {"look": look, "hashFiles": hashed, "cancelled": lambda: False, "always": lambda: True}
        return eval(code.strip(), {"__builtins__": {}}, functions)


def load(workflow: str) -> dict[str, Any]:
    return yaml.safe_load((WORKFLOWS / f"{workflow}.yml").read_text(encoding="utf-8"))


def _flat(data: dict[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    for name, value in data.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}.{name}")
        else:
            yield f"{prefix}.{name}", value
