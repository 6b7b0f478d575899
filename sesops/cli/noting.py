"""What SES answers and the installed botocore does not know, noted while a run makes its calls."""

from __future__ import annotations

import re
import threading

from sesops.core.ports import Gateway
from sesops.core.values import Answer, Call, Reply

_INDEX = re.compile(r"\.\d+(?=\.|$)")


class Noting:
    """A `Gateway` over another: calls go through, and what their answers had beyond botocore's model is kept."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._lock = threading.Lock()
        self._noted: set[tuple[str, str]] = set()

    def call(self, call: Call) -> Answer:
        """Make one call."""
        answer = self._gateway.call(call)
        if isinstance(answer, Reply) and answer.unknown:
            with self._lock:
                # Of a list every item has the member, or may have it: it is said once.
                self._noted |= {(f"{call.service}:{call.operation}", _INDEX.sub("[]", one)) for one in answer.unknown}
        return answer

    def seconds(self, calls: tuple[Call, ...]) -> float:
        """How long these take at the documented rates."""
        return self._gateway.seconds(calls)

    def counts(self) -> tuple[tuple[str, int], ...]:
        """Wire calls made so far."""
        return self._gateway.counts()

    def noted(self) -> tuple[tuple[str, str], ...]:
        """Operation and member so far, sorted: ("sesv2:GetConfigurationSet", "DeliveryOptions.Priority")."""
        with self._lock:
            return tuple(sorted(self._noted))
