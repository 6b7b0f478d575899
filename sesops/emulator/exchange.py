"""What is passed in and out of the emulator: parameters, answers, refusals, and an answer over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Params = Mapping[str, Any]
"""A request in botocore's form: checked against the model, timestamps as aware datetimes."""
Answer = dict[str, Any]
"""An answer in botocore's form; an absent optional member is absent, never None."""


class ServiceError(Exception):
    """A refusal, with the code and HTTP status of the API generation that was asked.

    `ServiceError("NotFoundException", "...", 404)` through v2, `ServiceError("RuleSetDoesNotExist", "...")` through v1.
    """

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(code, message, status)
        self.code = code
        self.message = message
        self.status = status


@dataclass(frozen=True)
class HttpAnswer:
    """What goes back over HTTP."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
