"""The names of topics: in a spec, and as ARNs."""

from __future__ import annotations

from sesops.core.address import Address
from sesops.core.values import Scope
from sesops.kinds._shared import name_in_arn

NAME = "topic"


def arn(address: Address, scope: Scope) -> str:
    """`arn:aws:sns:eu-west-1:123456789012:feedback`."""
    return scope.arn("sns", address.last)


def from_arn(text: str) -> tuple[str, ...] | None:
    """The topic's name in its ARN. A subscription's ARN begins like its topic's and goes on behind a colon."""
    name = name_in_arn(text, "sns", "")
    return None if name is None or ":" in name else (name,)
