"""A runner of GitLab jobs, as far as ours need one: what a job extends, variables, scripts, artefacts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from ci.conftest import Place

FILE = Path(__file__).parents[2] / "examples/ci/gitlab/.gitlab-ci.yml"


class _Loader(yaml.SafeLoader):
    """YAML with GitLab's `!reference [JOB, KEY]`."""


@dataclass(frozen=True)
class _Reference:
    job: str
    key: str


_Loader.add_constructor("!reference", lambda loader, node: _Reference(*loader.construct_sequence(node)))


def load() -> dict[str, Any]:
    return yaml.load(FILE.read_text(encoding="utf-8"), _Loader)


def job(name: str) -> dict[str, Any]:
    """A job with what it extends and refers to."""
    document = load()
    own = document[name]
    base = document[own["extends"]] if "extends" in own else {}
    whole = {**base, **own, "variables": {**base.get("variables", {}), **own.get("variables", {})}}
    for part in ("before_script", "script", "after_script"):
        whole[part] = [line for one in whole.get(part, []) for line in _lines(one, document)]
    return whole


def _lines(one: Any, document: dict[str, Any]) -> list[str]:
    return document[one.job][one.key] if isinstance(one, _Reference) else [one]


@dataclass
class Pipeline:
    """Runs jobs with the variables that GitLab predefines for what started the pipeline."""

    place: Place
    predefined: dict[str, str]
    number: int = 1

    def run(self, name: str, *, fetched: tuple[str, ...] = ()) -> int:
        """Run a job in a clean folder that has the artefacts `fetched`. Returns its exit code."""
        here = job(name)
        kept = {path: (self.place.folder / path).read_bytes() for path in fetched}
        self.place.clean()
        for path, data in kept.items():
            (self.place.folder / path).write_bytes(data)
        given = {
            "CI_PROJECT_ID": "1",
            "CI_PROJECT_DIR": str(self.place.folder),
            "CI_API_V4_URL": "https://gitlab.example.com/api/v4",
            "CI_JOB_ID": str(self.number),
            "CI_COMMIT_BRANCH": "main",
            "SES_READ_ROLE": "read",
            "SES_WRITE_ROLE": "write",
            "SES_ID_TOKEN": "id-token",
            "SES_GITLAB_TOKEN": "project-token",
            **self.predefined,
        }
        for variable, text in {**load()["variables"], **here["variables"]}.items():
            given[variable] = re.sub(r"\$(\w+)", lambda found: given.get(found[1], ""), text)
        given["AWS_WEB_IDENTITY_TOKEN_FILE"] = str(self.place.forge / "token")
        self.roles = given.get("AWS_ROLE_ARN")
        code = self._bash([*here["before_script"], *here["script"]], given)
        self._bash(here["after_script"], given)
        paths = [one for one in here.get("artifacts", {}).get("paths", ()) if (self.place.folder / one).exists()]
        if paths:
            self.place.keep(paths, name=name, pipeline=self.number)
        return code

    def _bash(self, lines: list[str], given: dict[str, str]) -> int:
        return self.place.bash("\n".join(lines), "-e", "-o", "pipefail", **given) if lines else 0
