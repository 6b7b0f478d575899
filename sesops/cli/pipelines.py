"""The pipelines that `init` writes: the files of `examples/ci`, as they are there."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path


class Ci(StrEnum):
    """Where a pipeline runs."""

    GITHUB = "github"
    GITLAB = "gitlab"
    NONE = "none"


_PACKAGE = Path(__file__).resolve().parents[1]
_FOLDERS = (_PACKAGE / "pipelines", _PACKAGE.parent / "examples" / "ci")
"""Inside an installed package; in a checkout."""
_WORKFLOWS = ".github/workflows"
FILES: dict[Ci, dict[str, str]] = {
    Ci.GITHUB: {
        f"{_WORKFLOWS}/sesops-{name}.yml": f"github/{_WORKFLOWS}/sesops-{name}.yml"
        for name in ("plan", "apply", "drift")
    },
    Ci.GITLAB: {".gitlab-ci.yml": "gitlab/.gitlab-ci.yml", "Dockerfile": "Dockerfile"},
    Ci.NONE: {},
}
"""From a path in the user's repository to one in `examples/ci`."""
NEXT = {
    Ci.GITHUB: "set the repository's variables SES_REGION, SES_READ_ROLE and SES_WRITE_ROLE, make its environments ses "
    "and ses-approval, and protect main: docs/pipeline.md",
    Ci.GITLAB: "build the image from Dockerfile and name it in .gitlab-ci.yml, set the variables SES_READ_ROLE, "
    "SES_WRITE_ROLE and SES_GITLAB_TOKEN, and protect main: docs/pipeline.md",
}
"""What is left to do for it."""


def texts(ci: Ci) -> dict[str, str]:
    """The files of a pipeline by their path in the user's repository."""
    folder = next(one for one in _FOLDERS if one.is_dir())
    return {path: (folder / name).read_text(encoding="utf-8") for path, name in FILES[ci].items()}
