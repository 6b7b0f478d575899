"""Imports go one way, and `sesops --help` loads nothing heavy: the architecture that cannot go stale."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "sesops"
INSIDE = {
    "core": {"core"},
    "kinds": {"core", "kinds"},
    "spec": {"core", "spec"},
    "engine": {"core", "engine"},
    "aws": {"core", "aws"},
    "view": {"core", "view"},
    "emulator": {"emulator"},
    "cli": {"core", "kinds", "spec", "engine", "aws", "view", "cli", "emulator"},
}
"""Which rooms a room may import from. `sesops` itself (the version) is open to all."""
OUTSIDE = {
    "core": {"deepdiff"},
    "kinds": set(),
    "spec": {"yaml", "jsonschema"},
    "engine": set(),
    "aws": {"boto3", "botocore", "cryptography"},
    "view": {"rich", "jinja2", "markupsafe"},
    "emulator": {"moto", "botocore", "boto3", "werkzeug"},
    "cli": {"typer", "rich"},
}
"""Which third parties a room may import."""


def imports(path):
    """The modules that a file imports, with whether the import is inside a function."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    top = set(ast.walk(tree)) - {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
    }
    typing = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        names = (
            [one.name for one in node.names]
            if isinstance(node, ast.Import)
            else [f"{node.module}.{one.name}" for one in node.names]
            if isinstance(node, ast.ImportFrom)
            else []
        )
        for name in names:
            yield name, node in top and node not in typing


FILES = sorted(PACKAGE.glob("*/**/*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_room_imports_only_what_it_may(path):
    """Own rooms, named third parties, the standard library."""
    room = path.relative_to(PACKAGE).parts[0]
    for name, at_top in imports(path):
        package, _, rest = name.partition(".")
        if package == "sesops":
            inner = rest.split(".")[0]
            assert inner in INSIDE[room] or inner in ("__version__", "schemas", ""), f"{path} imports {name}"
        elif package not in sys.stdlib_module_names and package != "__future__":
            assert package in OUTSIDE[room], f"{path} imports {name}"
            assert not (room == "cli" and package != "typer" and at_top), f"{path} imports {name} at its top"
            assert not (room == "core" and at_top), f"{path} imports {name} at its top"


def test_every_room_is_walled():
    """A new folder has to be written into the tables above."""
    assert {path.relative_to(PACKAGE).parts[0] for path in FILES} == set(INSIDE)


@pytest.mark.parametrize("arguments", [["--help"], ["plan", "--help"], ["emulator", "--help"]])
def test_help_imports_nothing_heavy(arguments):
    """What a command runs it imports inside."""
    heavy = ["boto3", "botocore", "jsonschema", "deepdiff", "moto", "rich", "jinja2", "yaml", "hypothesis"]
    script = (
        "import sys\nfrom sesops.cli import app\n"
        f"app.run({arguments!r})\n"
        f"print(sorted(set({heavy!r}) & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stderr.strip().splitlines()[-1] == "[]"
    assert "Usage: sesops" in done.stdout
