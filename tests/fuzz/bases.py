"""What inputs are made from: our own examples, each as one document, and what a plan of the first reads and looks like."""

from __future__ import annotations

import json
import shutil
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from fuzz.room import Room

EXAMPLES = Path(__file__).parents[2] / "examples"
ROOTS = tuple(sorted(EXAMPLES.glob("**/sesops.yaml")))
COMPANY = EXAMPLES / "full" / "company"
"""The example that has files beside its spec."""
KEY = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555"


@cache
def documents() -> tuple[dict[str, Any], ...]:
    """The examples, what they include put into them."""
    return tuple(_whole(root) for root in ROOTS)


def _whole(root: Path) -> dict[str, Any]:
    document = yaml.safe_load(root.read_text(encoding="utf-8"))
    for named in document.pop("include", ()):
        path = root.parent / named
        for one in sorted(path.glob("*.yaml")) if path.is_dir() else (path,):
            _lay(yaml.safe_load(one.read_text(encoding="utf-8")), document)
    document["vars"] = {**document.get("vars", {}), "kms_key": KEY}
    # What YAML 1.1 takes for a day is text to us.
    text = json.dumps(document, default=str)
    return json.loads(text.replace("../policies", "policies"))


def _lay(more: dict[str, Any], document: dict[str, Any]) -> None:
    for key, one in more.items():
        if isinstance(one, dict) and isinstance(document.get(key), dict):
            _lay(one, document[key])
        else:
            document[key] = one


def texts() -> tuple[bytes, ...]:
    """Every YAML file of the examples."""
    return tuple(one.read_bytes() for one in sorted(EXAMPLES.glob("**/*.yaml")))


def put_files(room: Room) -> None:
    """The files that the company's spec names."""
    for folder in ("policies", "suppressed"):
        shutil.copytree(COMPANY / folder, room.folder / folder)
