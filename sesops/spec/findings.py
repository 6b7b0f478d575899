"""Findings are collected, never raised: a stage reports and goes on with what it has."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import Final

from sesops.core.diagnostic import Diagnostic, Severity, in_order
from sesops.core.personal import without_addresses
from sesops.spec.nodes import MASK, Place, without_key_material

_LONGEST_COMPARED: Final = 200
"""Letters of a name that others are compared with: comparing takes the square of it."""
_LONG_WORD: Final = re.compile(r"(\S{100})\S{60,}")
_MOST_COMPARED: Final = 100_000
"""Comparisons that hints may cost, all in all: about a second."""
SHARED_KEYS: Final = {
    "account": "the account's id and its settings share this key: where both are needed, the id belongs under `targets`"
}
"""What may be behind a key of the top level that stands twice."""
MOST_CHOICES: Final = 20
"""Names that a hint lists where none is near."""


class Findings:
    """What was found so far. `errors` counts those that end the run."""

    def __init__(self) -> None:
        self.all: list[Diagnostic] = []
        self.errors = 0

    def add(self, one: Diagnostic) -> None:
        """Take a finding in. What its text quotes of a spec is made fit to be shown."""
        self.all.append(replace(one, message=quotable(one.message), hint=one.hint and quotable(one.hint)))
        self.errors += one.severity is Severity.ERROR

    def known(self) -> None:
        """Count an error that is reported already."""
        self.errors += 1

    def take(self, others: Findings) -> None:
        """Add all of other findings."""
        self.all.extend(others.all)
        self.errors += others.errors

    def error(
        self,
        code: str,
        message: str,
        at: Place | None = None,
        hint: str | None = None,
        *,
        related: Iterable[Place] = (),
        secret: bool = False,
        severity: Severity = Severity.ERROR,
    ) -> None:
        """Report an error. `secret`: the value that stands there is not shown. Nor is the address of a person."""
        where = None if at is None else (at.secret_location if secret else at.location)
        if at is not None and at.is_personal:
            message, hint = without_addresses(message), hint and without_addresses(hint)
        self.add(Diagnostic(code, message, where, hint, severity, tuple(one.location for one in related)))

    def warning(
        self,
        code: str,
        message: str,
        at: Place | None = None,
        hint: str | None = None,
        *,
        related: Iterable[Place] = (),
    ) -> None:
        self.error(code, message, at, hint, related=related, severity=Severity.WARNING)


def one_a_place(findings: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """In order, and what was found twice once: a default is looked at for every thing that it lies under."""
    return in_order(dict.fromkeys(findings))


def across_targets(by_target: Mapping[str | None, Iterable[Diagnostic]]) -> tuple[Diagnostic, ...]:
    """The findings of several targets: the same one is shown once, with its targets where it is not found in all."""
    where: dict[Diagnostic, list[str | None]] = {}
    for target, findings in by_target.items():
        for one in dict.fromkeys(findings):
            where.setdefault(one, []).append(target)
    return in_order(
        one if len(targets) == len(by_target) else replace(one, message=f"{one.message} (in target {_listed(targets)})")
        for one, targets in where.items()
    )


def _listed(names: Iterable[str | None]) -> str:
    return " and ".join(str(one) for one in names)


def quotable(text: str) -> str:
    """A sentence that quotes what somebody wrote: without keys and passwords, each word short enough to read."""
    return _LONG_WORD.sub(rf"\1{MASK}", without_key_material(text))


def squashed(text: str) -> str:
    """A name without case and separators: what `RENDERING_FAILURE` and `renderingFailure` share."""
    return "".join(letter for letter in text if letter.isalnum()).casefold()


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that somebody who wrote `name` most likely meant."""
    if len(name) > _LONGEST_COMPARED:
        return None
    by_form = {squashed(one): one for one in sorted(known, reverse=True) if len(one) <= _LONGEST_COMPARED}
    close = get_close_matches(squashed(name), by_form, n=1, cutoff=0.6)
    return by_form[close[0]] if close else None


class Nearest:
    """`nearest` among many names, as long as it costs little: ten thousand things may each refer to one of ten thousand
    names that are not there, and a hint is not worth minutes.
    """

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], str | None] = {}
        self._left = _MOST_COMPARED

    def __call__(self, name: str, known: Collection[str], what: str = "") -> str | None:
        """The known name, of those that `what` stands for, that is most likely meant."""
        if (what, name) not in self._found:
            self._left -= len(known)
            self._found[what, name] = nearest(name, known) if self._left >= 0 else None
        return self._found[what, name]


def did_you_mean(name: str, known: Iterable[str]) -> str | None:
    """A hint with the nearest name, or with all of them where they are few."""
    known = sorted(set(known))
    near = nearest(name, known)
    if near is not None:
        return f"did you mean `{near}`?"
    return f"possible here: {', '.join(f'`{one}`' for one in known)}" if 0 < len(known) <= MOST_CHOICES else None


def listed(names: Iterable[str], last: str = "and") -> str:
    """`a`, `b` and `c`."""
    *first, final = [f"`{one}`" for one in names] or ["nothing"]
    return f"{', '.join(first)} {last} {final}" if first else final
