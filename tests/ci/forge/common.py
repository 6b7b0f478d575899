"""A forge in a file: what the stubs of `gh` and `curl` are asked is kept there, and answered from there."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jq

FOLDER = Path(os.environ["FORGE"])
State = dict[str, Any]


@contextmanager
def state() -> Iterator[State]:
    """What the forge holds; changes are kept."""
    file = FOLDER / "state.json"
    data = json.loads(file.read_text(encoding="utf-8"))
    yield data
    file.write_text(json.dumps(data, indent=1), encoding="utf-8")


def filtered(program: str, data: Any) -> str:
    """What jq prints of it, strings without quotes."""
    lines = jq.compile(program).input_value(data).all()
    return "".join(f"{one if isinstance(one, str) else json.dumps(one)}\n" for one in lines)


def next_id(data: State) -> int:
    data["last"] += 1
    return int(data["last"])


def fetch(artefact: State, into: Path) -> None:
    shutil.copytree(FOLDER / "artefacts" / str(artefact["id"]), into, dirs_exist_ok=True)


def refuse(arguments: list[str]) -> None:
    """What a pipeline asks and no test expects is a failure of the test."""
    sys.exit(f"the forge knows nothing of {arguments}")
