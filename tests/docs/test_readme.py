"""README.md: what it shows is so."""

from __future__ import annotations

import io
import re
import shlex
from pathlib import Path

import pytest

from sesops.cli import app
from sesops.cli.exit_codes import ORDER, ExitCode
from sesops.core.plan import Action, State
from sesops.view.style import ACTIONS, STATES

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
COMMANDS = [line[2:].partition("#")[0].strip() for line in README.splitlines() if line.startswith("$ sesops")]
SERVE = "sesops emulator"
"""It serves until it is interrupted."""


@pytest.fixture
def spec(tmp_path, monkeypatch):
    """The spec of the page, in a folder that we are in."""
    block = re.search(r"```yaml\n(.*?)```", README, re.DOTALL)
    (tmp_path / "sesops.yaml").write_text(block[1], encoding="utf-8")
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("spec")
def test_the_spec_is_made_and_found_clean(capsys):
    """As the page has it: validate, plan, apply, plan."""
    assert app.run(["validate"]) == 0
    assert app.run(["plan", "--emulator", "--detailed-exitcode"]) == 2
    assert app.run(["apply", "--emulator", "--yes"]) == 0
    assert app.run(["plan", "--emulator", "--detailed-exitcode"]) == 0
    assert "warning" not in capsys.readouterr().err


@pytest.mark.usefixtures("spec")
@pytest.mark.parametrize("line", [one for one in COMMANDS if one != SERVE])
def test_each_command_line_runs(line, monkeypatch, tmp_path):
    """On the embedded SES: done, or changes are pending, or there is nobody to ask."""
    monkeypatch.setenv("SESOPS_EMULATOR", str(tmp_path / "emulator.db"))
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert app.run(shlex.split(line)[1:]) in (ExitCode.DONE, ExitCode.CHANGES, ExitCode.HELD)


def test_the_exit_codes_are_those_of_the_code():
    """Each that a command ends with has a row, and the order of several is the one in force."""
    rows = {int(code) for code in re.findall(r"^\| (\d+) \|", README, re.MULTILINE)}
    # No command waits yet, so none ends with 5.
    assert rows == {int(code) for code in ExitCode} - {ExitCode.WAITING}
    order = re.search(r"the first of ([\d, ]+)\.", README)[1]
    assert [int(one) for one in order.split(",")] == [
        *(code for code in ORDER if code is not ExitCode.WAITING),
        ExitCode.DONE,
    ]


def test_every_word_of_a_plan_is_explained():
    """With its symbol: actions, and why a change is not made now."""
    shown = [f"`{ACTIONS[one][0]} {ACTIONS[one][1]}`" for one in Action if one is not Action.RELEASE]
    shown += [f"`{STATES[one][0]} {STATES[one][1]}`" for one in (State.HELD, State.WAITING)]
    assert [one for one in shown if one not in README] == []
