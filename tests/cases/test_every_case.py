"""Every bug report is a test here, or in the table of what it waits for. Where the reports are not at hand: skipped."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
import yaml

HERE = Path(__file__).parent
REPORTS = HERE.parents[2] / "shared" / "cases" / "bug-reports.yaml"
"""They lie beside the repository, where somebody put them there."""

LATER = {
    "BR-17-dns-name-doubled": "DNS output and its check",
    "BR-23-dkim-cname-suffix-hardcoded": "DNS output",
}
"""Cases of which nothing falls into this release, with what they wait for."""

REST = {
    "BR-25-replica-dkim-across-regions": "DNS output",
    "BR-64-long-dkim-txt": "DNS output and its check",
    "BR-32-sandbox-account": "the request for production access, and status",
    "BR-01-receipt-target-permission-race": "grants read live, and the statement to paste in the plan",
    "BR-05-verification-wait-blocks-apply": "DNS records to publish, their status, and a wait that is asked for",
    "BR-53-dkim-next-key-length": "status",
    "BR-58-destroy-deletes-adopted-identity": "who leans on an identity beside the spec: the graph",
}
"""Cases that are tested here as far as this release goes, with what the rest of them waits for."""


def file_of(case: str) -> Path:
    return HERE / f"test_{case.lower().replace('-', '_')}.py"


def named_in(file: Path) -> list[str]:
    """The names of the tests of a file; none where there is no such file."""
    if not file.exists():
        return []
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return [one.name for one in tree.body if isinstance(one, ast.FunctionDef) and one.name.startswith("test_")]


def test_every_report_is_tested_or_waits_for_something():
    """A report that is added is missed here until somebody has looked at it."""
    if not REPORTS.exists():
        pytest.skip("the bug reports are not part of the repository, and do not lie beside it")
    cases = [one["id"] for one in yaml.safe_load(REPORTS.read_text(encoding="utf-8"))]
    assert len(cases) > 40
    assert [case for case in cases if not named_in(file_of(case)) and case not in LATER] == []
    assert {*LATER, *REST} <= set(cases)
    assert {one.name for one in HERE.glob("test_br_*.py")} <= {file_of(case).name for case in cases}


def test_nothing_that_waits_is_tested_already():
    """What a release brings leaves the first table; what is tested in part is in the second."""
    assert [case for case in LATER if named_in(file_of(case))] == []
    assert [case for case in REST if not named_in(file_of(case))] == []
