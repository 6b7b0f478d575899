"""Arguments and options that several commands share, and how their texts become values."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from sesops.cli.exit_codes import UsageError


class DriftFormat(StrEnum):
    """How drift is printed."""

    TEXT = "text"
    JSON = "json"
    JUNIT = "junit"
    PROMETHEUS = "prometheus"


class PlanFormat(StrEnum):
    """How a plan is printed."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    HTML = "html"
    GITHUB = "github"


class FindingsFormat(StrEnum):
    """How findings are printed."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"
    SARIF = "sarif"
    GITLAB = "gitlab"


DEFAULT_STATE = Path(".sesops/emulator.db")
"""Where the embedded SES keeps its state unless told otherwise."""

SpecArgument = Annotated[
    Path, typer.Argument(metavar="SPEC", help="The stack's root file, or a folder that holds sesops.yaml.")
]
Var = Annotated[list[str] | None, typer.Option("--var", metavar="NAME=VALUE", help="A variable for ${NAME}.")]
Target = Annotated[
    list[str] | None,
    typer.Option("--target", metavar="NAME", help="Only this target, where the spec has several; may be given again."),
]
Only = Annotated[
    list[str] | None,
    typer.Option("--only", metavar="ADDRESS", help="Only this thing and what its steps need; may be given again."),
]
AllowMany = Annotated[
    list[str] | None,
    typer.Option("--allow-many", metavar="KIND=N", help="Lift the brake for a kind, with exactly the number shown."),
]
Base = Annotated[
    str | None,
    typer.Option(
        "--base",
        metavar="REV",
        help="Say which changes come from the spec's own change since this git revision; those are leave, too.",
    ),
]
Applied = Annotated[
    str | None,
    typer.Option("--applied", metavar="REV", help="With --base: the revision that was applied last."),
]
Changed = Annotated[
    bool, typer.Option("--changed", help="With --base: read and plan only what the spec's own change touches.")
]
FindingsFormatOption = Annotated[
    FindingsFormat, typer.Option("--format", help="How to print it: github, sarif and gitlab are for those hosts.")
]
PlanFormatOption = Annotated[
    PlanFormat,
    typer.Option("--format", help="How to print it: markdown is for a comment, html a page, github for a job there."),
]
EmulatorFlag = Annotated[
    bool, typer.Option("--emulator", help=f"Work on the embedded SES (state in {DEFAULT_STATE}), not on AWS.")
]
EmulatorFile = Annotated[
    Path | None,
    typer.Option(
        "--emulator-file",
        metavar="FILE",
        envvar="SESOPS_EMULATOR",
        help="Work on the embedded SES with this state file.",
    ),
]
Profile = Annotated[str | None, typer.Option("--profile", metavar="NAME", help="A profile of the AWS configuration.")]
MaxRate = Annotated[
    float | None, typer.Option("--max-rate", metavar="N", min=0.01, help="At most N calls of one operation a second.")
]
Verbose = Annotated[bool, typer.Option("--verbose", help="Say which calls are made and how long they take.")]


@dataclass(frozen=True)
class Endpoint:
    """Where calls go (the embedded SES with its state file, or AWS by its conventions), how fast, and who hears it."""

    emulator: bool = False
    emulator_file: Path | None = None
    profile: str | None = None
    max_rate: float | None = None
    verbose: bool = False

    @property
    def state_file(self) -> Path | None:
        """The embedded SES's state file, None where calls go to AWS."""
        if self.emulator_file is not None:
            return self.emulator_file
        return DEFAULT_STATE if self.emulator else None


@dataclass(frozen=True)
class SpecOptions:
    """Which spec, which target of it, and what narrows or allows what is done."""

    spec: Path = field(default=Path())
    variables: dict[str, str] = field(default_factory=dict)
    targets: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    allow_many: dict[str, int] = field(default_factory=dict)
    remove: tuple[str, ...] = ()
    rev: str | None = None
    """The revision that the spec itself is read at."""
    base: str | None = None
    applied: str | None = None
    changed: bool = False


def variables(texts: list[str] | None) -> dict[str, str]:
    """`--var NAME=VALUE` as a map.

    Raises:
        UsageError: one has no equals sign or no name.

    """
    found: dict[str, str] = {}
    for text in texts or ():
        name, equals, given = text.partition("=")
        if not equals or not name:
            raise UsageError(f"--var {text!r} is not of the form NAME=VALUE")
        found[name] = given
    return found


def counts(texts: list[str] | None) -> dict[str, int]:
    """`--allow-many KIND=N` as a map.

    Raises:
        UsageError: one is not of that form.

    """
    found: dict[str, int] = {}
    for text in texts or ():
        parts = re.fullmatch(r"(\w+)=(\d{1,9})", text, re.ASCII)
        if parts is None:
            raise UsageError(f"--allow-many {text!r} is not of the form KIND=N, as in domain=12")
        found[parts[1]] = int(parts[2])
    return found
