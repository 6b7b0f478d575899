"""What people get wrong, and exactly what they read about it: one folder a case under `golden/findings`.

`case.json`, where there is one, says how the spec is loaded: `spec` (its path; by default the folder), `variables`
(`--var`) and `environ`.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from spec.support import load

from sesops.view.findings import finding_lines

FOLDER = Path(__file__).parents[1] / "golden" / "findings"
CASES = sorted(one.name for one in FOLDER.iterdir())


@pytest.mark.parametrize("case", CASES)
def test_findings_are_as_they_were_accepted(case, golden, monkeypatch):
    """Every finding in its order, as `sesops validate` shows it."""
    given = FOLDER / case / "case.json"
    options = json.loads(given.read_text(encoding="utf-8")) if given.is_file() else {}
    # Places are shown as the spec was given, so it is given from inside its folder, as a user does.
    monkeypatch.chdir(FOLDER / case)
    found = load(Path(options.pop("spec", ".")), **options).diagnostics
    lines = [line.plain for one in found for line in finding_lines(one)]
    golden(FOLDER / case / "expected.txt", "".join(f"{line}\n" for line in lines))


def test_every_case_finds_something():
    """A case without a finding would show nothing."""
    assert len(CASES) >= 45
    assert all((FOLDER / case / "expected.txt").read_text(encoding="utf-8") for case in CASES)
