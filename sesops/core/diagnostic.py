"""Problems are values: a severity, a stable code, a sentence, a place and a hint. They are collected, then shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum


class Severity(Enum):
    """How bad a finding is: an error ends the run with 1, a warning is only shown, a note asks for nothing."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, order=True)
class Location:
    """A place in a file; line and column count from 1. `text` is the line itself, shown under the finding."""

    file: str
    line: int = 1
    column: int = 1
    text: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True)
class Line:
    """A line of a file that a spec names: its text, and its place without it. None: it is no UTF-8, or longer than any
    line of a list (nothing is read behind that).
    """

    place: Location
    text: str | None


@dataclass(frozen=True)
class Diagnostic:
    """One finding. `code` is kebab-case and stable; `hint` says the next action, without a full stop."""

    code: str
    message: str
    location: Location | None = None
    hint: str | None = None
    severity: Severity = Severity.ERROR
    related: tuple[Location, ...] = ()
    """Other places that belong to it, such as the first of two equal keys."""


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Say whether one of these ends the run."""
    return any(one.severity is Severity.ERROR for one in diagnostics)


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Sort by place, so that the same input gives the same output; findings without a place come last."""
    last = Location("\uffff")
    return tuple(sorted(diagnostics, key=lambda one: (one.location or last, one.code, one.message)))
