"""A gateway that cannot write: for commands whose promise it is that they do not."""

from __future__ import annotations

from sesops.core.ports import Gateway
from sesops.core.values import Answer, Call

_READS = ("Get", "List", "Describe")


class WriteRefusedError(Exception):
    """A command that only reads wanted to write: an error in the program, and nothing was sent."""


class ReadOnly:
    """A `Gateway` over another: reads go through, anything else raises WriteRefusedError."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def call(self, call: Call) -> Answer:
        """Make one read."""
        if not call.operation.startswith(_READS):
            raise WriteRefusedError(f"{call.service}:{call.operation} is no read")
        return self._gateway.call(call)

    def seconds(self, calls: tuple[Call, ...]) -> float:
        """How long these take at the documented rates."""
        return self._gateway.seconds(calls)

    def counts(self) -> tuple[tuple[str, int], ...]:
        """Wire calls made so far."""
        return self._gateway.counts()
