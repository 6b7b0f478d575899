"""Findings as text: what, where, the line shown, and a hint."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.text import Text

from sesops.core.diagnostic import Diagnostic, Location, Severity
from sesops.view.style import safe

COLOURS = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}
SHOWN = 68
"""Characters of a source line that are shown, those around the place: with the number before it fits a terminal."""


def finding_lines(finding: Diagnostic, *, snippet: bool = True) -> Iterator[Text]:
    """One finding: `error[code]: message`, the place, the line with a mark under it (the `snippet`), the hint.

    A note is one line: there is nothing to be looked up.
    """
    head = Text(f"{finding.severity.value}[{finding.code}]", style=COLOURS[finding.severity])
    head.append(f": {safe(finding.message)}", style="bold")
    if finding.severity is Severity.NOTE:
        head.append(f" ({safe(f'{at.file}:{at.line}')})" if (at := finding.location) else "", style="dim")
        yield head
        return
    yield head
    if finding.location is not None:
        yield Text(f"  --> {safe(str(finding.location))}")
        yield from _snippet(finding.location) if snippet else ()
    for other in finding.related:
        yield Text(f"  see {safe(str(other))}")
        yield from _snippet(other) if snippet else ()
    if finding.hint:
        yield Text(f"  hint: {safe(finding.hint)}", style="cyan")


def _snippet(location: Location) -> Iterator[Text]:
    if not location.text.strip():
        return
    # A long line is cut around the place; tabs would move the mark away from it.
    start = max(0, location.column - 1 - SHOWN // 2) if len(location.text) > SHOWN else 0
    text = location.text.replace("\t", " ")
    before, rest = text[start : location.column - 1], text[location.column - 1 : start + SHOWN]
    number = str(location.line)
    yield Text(f"  {number} | {safe(before + rest)}")
    yield Text(f"  {' ' * len(number)} | {' ' * len(safe(before))}^", style="cyan")


def report_lines(found: Iterable[Diagnostic], names: str) -> Iterator[Text]:
    """Every finding, and a count behind the names of the specs."""
    every = tuple(found)
    for one in every:
        yield from finding_lines(one)
    yield Text(f"{safe(names)}: {count_line(every)}" if every else f"{safe(names)}: valid")


def count_line(findings: Iterable[Diagnostic]) -> str:
    """The last line of `validate`: how many errors and warnings."""
    found = list(findings)
    errors = sum(one.severity is Severity.ERROR for one in found)
    warnings = sum(one.severity is Severity.WARNING for one in found)
    return f"{errors} error{'' if errors == 1 else 's'}, {warnings} warning{'' if warnings == 1 else 's'}"
