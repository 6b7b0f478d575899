"""What every test runs in: a network of loopback only, and models of AWS's services that are read once."""

from __future__ import annotations

import functools
import socket
from typing import Any

import pytest
from botocore.loaders import JSONFileLoader


def read_models_once(patch: pytest.MonkeyPatch) -> None:
    """Every bench and every command makes clients of its own; botocore parses its models for each, which is the most
    of what a short test costs. (Not that of S3, which botocore changes once it has it.)
    """
    read = JSONFileLoader().load_file
    once = functools.cache(read)
    patch.setattr(JSONFileLoader, "load_file", lambda _self, path: (read if "/s3/" in path else once)(path))


def stay_on_loopback(patch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that would leave this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else address
        if self.family in (socket.AF_INET, socket.AF_INET6) and str(host) not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test wanted to reach {host}")
        connect(self, address)

    patch.setattr(socket.socket, "connect", guarded)
