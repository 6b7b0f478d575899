"""boto3 of 2022: five operations of SES have another path there."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path


def test_the_older_paths_are_served_too(program, server, emulator, surroundings):
    """Listings page by page, and a DKIM write under the first version's prefix."""
    emulator.settings.production_access = True  # the sandbox has no import jobs
    script = Path(__file__).with_name("older_boto3.py")
    ended = subprocess.run(
        [program("boto3", "python"), script, server.url], env=surroundings, text=True, capture_output=True,
        timeout=120, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout) == {
        "sets": [["set-0", "set-1", "set-2"], 2],
        "identities": [["classic.example.com", "d0.example.com", "d1.example.com", "d2.example.com"], 2],
        "contacts": [["a@example.net", "b@example.net", "c@example.net"], 2],
        "imports": [[], 1],
        "tokens": 3,
        "length": "RSA_1024_BIT",
    }
