"""`jq --raw-output PROGRAM` for tests: no machine needs to have it."""

from __future__ import annotations

import json
import sys

from common import filtered

if __name__ == "__main__":
    flag, program = sys.argv[1:]
    assert flag == "--raw-output"
    text = sys.stdin.read()
    # Where there is no input, jq prints nothing.
    sys.stdout.write(filtered(program, json.loads(text)) if text else "")
