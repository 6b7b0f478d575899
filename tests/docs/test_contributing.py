"""The worked example of CONTRIBUTING.md is taken out of the page and run: a kind costs three files."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SPEC = """\
version: 1
stack: acme
region: eu-west-1
templates:
  receipt: {subject: Your receipt, text: null}
"""


def test_a_new_kind_is_one_module_one_schema_file_and_one_test(tmp_path):
    """Copied into a tree where nothing else is changed: its test, the contract of all kinds, and a spec that uses it."""
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    files = dict(re.findall(r"^```\w+ (\S+)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL))
    assert len(files) == 3
    for folder in ("sesops", "schemas", "tests/kinds", "tests/core", "tests/support"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("pyproject.toml", "tests/conftest.py"):
        shutil.copy(ROOT / file, tmp_path / file)
    for name, text in files.items():
        assert not (tmp_path / name).exists(), name
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "sesops.yaml").write_text(SPEC, encoding="utf-8")
    tests = ["tests/kinds/test_email_template.py", "tests/kinds/test_contract.py"]
    run(tmp_path, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "email_template", *tests)
    assert run(tmp_path, "-m", "sesops", "validate").stdout == "sesops.yaml: valid\n"


def run(folder, *arguments):
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done
