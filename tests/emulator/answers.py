"""What the emulator's tests look at: refusals, and the bodies of answers."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError


def refusal(error: pytest.ExceptionInfo[ClientError]) -> tuple[str, str, int]:
    """Code, text and HTTP status of a refused call."""
    response = error.value.response
    return response["Error"]["Code"], response["Error"]["Message"], response["ResponseMetadata"]["HTTPStatusCode"]


def body(answer: Any) -> dict[str, Any]:
    """An answer without what belongs to the transport."""
    return {key: value for key, value in answer.items() if key != "ResponseMetadata"}
