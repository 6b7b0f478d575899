"""The guide, as somebody follows it: its command lines run in the order in which they stand."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import boto3
import pytest

from sesops.cli import app
from sesops.emulator import Emulator

GUIDE = (Path(__file__).parents[2] / "docs" / "guide.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^\$ (?:AWS_PROFILE=\S+ )?sesops (.*?)(?: +#.*)?$", GUIDE, re.MULTILINE)
QUIET = ["iam-policy", "export", "plan", "iam-policy", "apply"]


@pytest.fixture
def by_hand(tmp_path, monkeypatch):
    """An account with a set and a domain, made by somebody with boto3."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SESOPS_EMULATOR", "emulator.db")
    emulator = Emulator(tmp_path / "emulator.db")
    session = boto3.session.Session("some", "body", region_name="eu-west-1")
    emulator.attach(session)
    client = session.client("sesv2")
    client.create_configuration_set(ConfigurationSetName="main")
    client.create_email_identity(EmailIdentity="example.com", ConfigurationSetName="main")
    emulator.close()


@pytest.mark.usefixtures("by_hand")
def test_the_steps_in_their_order(capsys, monkeypatch):
    """Export, an empty plan, adoption, and an empty plan again."""
    assert [one.split()[0] for one in COMMANDS] == QUIET
    for line in COMMANDS:
        words = shlex.split(line.partition(">")[0])
        assert app.run([*words, *(["--yes"] if words[0] == "apply" else [])]) == 0, line
    capsys.readouterr()
    assert app.run(["plan", "mail", "--detailed-exitcode"]) == 0
    assert "adopt" not in capsys.readouterr().out


def test_every_page_it_names_is_there():
    docs = Path(__file__).parents[2] / "docs"
    assert [one for one in re.findall(r"`docs/(\w+\.md)`", GUIDE) if not (docs / one).exists()] == []
