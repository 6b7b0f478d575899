"""Ansible's community.aws modules for SES: a play that is idempotent, as its authors saw it on SES."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import boto3


def test_a_play_changes_things_once(program, server, emulator, surroundings, tmp_path):
    """The first run makes everything, the second finds it so; what is there is what the play says."""
    runs = [_play(program, surroundings, tmp_path / f"report-{number}.json") for number in (1, 2)]
    assert [set(run["changed"].values()) for run in runs] == [{True}, {False}]
    assert runs[1]["policies"] == ["partner"]
    assert runs[1]["active"] is True
    assert runs[1]["verified"] == "Success"
    session = boto3.session.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1")
    emulator.attach(session)
    seen = session.client("ses").get_identity_notification_attributes(Identities=["example.com"])
    topic = "arn:aws:sns:us-east-1:123456789012:feedback"
    assert seen["NotificationAttributes"]["example.com"] == {
        "BounceTopic": topic,
        "ComplaintTopic": topic,
        "ForwardingEnabled": False,
        "HeadersInBounceNotificationsEnabled": True,
        "HeadersInComplaintNotificationsEnabled": False,
        "HeadersInDeliveryNotificationsEnabled": False,
    }


def _play(program, surroundings: dict[str, str], report: Path) -> dict:
    playbook = Path(__file__).with_name("playbook.yaml")
    python = program("ansible", "python")
    ended = subprocess.run(
        [program("ansible", "ansible-playbook"), "-i", "localhost,", "-e", f"report={report}",
         "-e", f"ansible_python_interpreter={python}", playbook],
        env={**surroundings, "AWS_REGION": "us-east-1"}, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, timeout=300, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stdout
    return json.loads(report.read_text())
