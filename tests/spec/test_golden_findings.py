"""What people get wrong, and exactly what they read about it: one folder a case under `golden/findings`."""

from __future__ import annotations

from pathlib import Path

import pytest
from spec.support import load

from sesops.core.diagnostic import Diagnostic

FOLDER = Path(__file__).parents[1] / "golden" / "findings"
CASES = sorted(one.name for one in FOLDER.iterdir())


def rendered(one: Diagnostic) -> str:
    text = [f"{one.severity.value}[{one.code}] {one.location}: {one.message}"]
    if one.location and one.location.text:
        text.append(f"  | {one.location.text}")
    if one.hint:
        text.append(f"  hint: {one.hint}")
    text.extend(f"  also: {other}" for other in one.related)
    return "\n".join(text) + "\n"


@pytest.mark.parametrize("case", CASES)
def test_findings_are_as_they_were_accepted(case, golden, monkeypatch):
    """Code, place, line, message, hint and related places of every finding, in order."""
    monkeypatch.chdir(FOLDER / case)
    found = load(Path()).diagnostics
    golden(FOLDER / case / "expected.txt", "".join(rendered(one) for one in found))


def test_every_case_finds_something():
    """A case without a finding would show nothing."""
    assert len(CASES) >= 30
    assert all((FOLDER / case / "expected.txt").read_text() for case in CASES)
