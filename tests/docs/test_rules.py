"""docs/rules.md has a line for every code, and for nothing else."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROWS = re.findall(
    r"^\| `([a-z0-9-]+)` \| ([EWN, ]+) \|", (ROOT / "docs" / "rules.md").read_text(encoding="utf-8"), re.M
)
ROOMS = ("core", "spec", "kinds", "cli")
"""Where findings are made."""
MAKERS = {
    "Diagnostic": 0,
    "Fault": 0,
    "error": 0,
    "warning": 0,
    "finding": 2,
    "report": 1,
    "report_at": 1,
    "_report": 1,
}
"""What makes findings, and which of its arguments is the code."""
KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+|cycle")


def texts(room: str) -> Iterator[tuple[str, bool]]:
    """Every text of a room that could be a code, and whether it is certainly one."""
    for path in (ROOT / "sesops" / room).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                at = MAKERS.get(name)
                code = node.args[at] if at is not None and len(node.args) > at else None
                if isinstance(code, ast.Constant) and KEBAB.fullmatch(str(code.value)):
                    yield str(code.value), True
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and KEBAB.fullmatch(node.value):
                yield node.value, False


FOUND = [one for room in ROOMS for one in texts(room)]
GOLDEN = {
    code
    for path in (ROOT / "tests" / "golden").rglob("*.txt")
    for code in re.findall(r"^(?:error|warning|note)\[([a-z0-9-]+)\]", path.read_text(encoding="utf-8"), re.MULTILINE)
}


def test_every_code_has_a_line():
    """Those that the code gives a maker of findings, and those that the accepted findings have."""
    codes = {code for code, is_sure in FOUND if is_sure} | GOLDEN
    assert len(codes) > 100
    assert sorted(codes - {code for code, _ in ROWS}) == []


def test_every_line_is_of_a_code():
    """That stands in the sources; and none stands there twice."""
    documented = [code for code, _ in ROWS]
    assert sorted(set(documented) - {code for code, _ in FOUND}) == []
    assert len(documented) == len(set(documented))


def test_the_severity_is_the_one_that_was_accepted():
    """As far as accepted findings show it."""
    letters = dict(ROWS)
    seen = {
        (code, severity[0].upper())
        for path in (ROOT / "tests" / "golden").rglob("*.txt")
        for severity, code in re.findall(
            r"^(error|warning|note)\[([a-z0-9-]+)\]", path.read_text(encoding="utf-8"), re.MULTILINE
        )
    }
    assert len(seen) > 50
    assert sorted((code, letter) for code, letter in seen if letter not in letters[code]) == []
