"""What clients that nobody here wrote need: the emulator over HTTP, and the clients, each installed beside us.

`scripts/test-interop` installs them into .clients/; where one is missing its tests are skipped and say so.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sesops.emulator import Emulator
from sesops.emulator.server import Server

ROOT = Path(__file__).parents[2]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.interop)


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """A fresh emulator, in memory."""
    made = Emulator()
    yield made
    made.close()


@pytest.fixture
def server(emulator: Emulator) -> Iterator[Server]:
    """The emulator over HTTP."""
    with emulator.serve() as serving:
        yield serving


@pytest.fixture
def program() -> Callable[[str, str], Path]:
    """The path of a program of one of the clients: `program("ansible", "ansible-playbook")`."""

    def find(client: str, name: str) -> Path:
        path = ROOT / ".clients" / client / "bin" / name
        if not path.exists():
            pytest.skip(f"{client} is not installed here: scripts/test-interop does it")
        return path

    return find


@pytest.fixture
def surroundings(server: Server, tmp_path: Path) -> dict[str, str]:
    """Environment variables for a client: its endpoint, somebody's credentials, and an empty home."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "LC_ALL": "C.UTF-8",
        "AWS_ENDPOINT_URL": server.url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
