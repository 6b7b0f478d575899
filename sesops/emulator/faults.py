"""What goes wrong when asked to: refusals, answers that are lost, and too many requests.

Faults are of the process, not of the state file. They reach every service, ours and the neighbours.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from sesops.emulator.exchange import ServiceError
from sesops.emulator.wire import TAGGING, V1, V2

_QUERY_DENIALS = {"sns": "AuthorizationError"}


class AnswerLostError(Exception):
    """The request was carried out, and its answer is never to arrive."""


@dataclass
class _Fault:
    service: str
    operation: str
    error: ServiceError | None
    """None: the answer is lost."""
    times: int | None
    """How often yet; None: always."""
    match: Mapping[str, Any]

    def hits(self, service: str, operation: str, params: Mapping[str, Any]) -> bool:
        return (
            self.times != 0
            and fnmatchcase(service, self.service)
            and fnmatchcase(operation, self.operation)
            and _covers(params, self.match)
        )


class Faults:
    """The faults of one emulator. Operations may be patterns: `Put*`, `*`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[_Fault] = []
        self._last: dict[tuple[str, ...], float] = {}

    def deny(self, service: str, operation: str, match: Mapping[str, Any] | None = None) -> None:
        """Answer as IAM does to a principal without the right, until `clear`."""
        action = f"{'ses' if service == V2 else 'tag' if service == TAGGING else service}:{operation}"
        message = f"User: arn:aws:iam::123456789012:user/emulator is not authorized to perform: {action}"
        if service not in {V1, "sns", "sts", "iam", "s3"}:
            message += f" on resource: * because no identity-based policy allows the {action} action"
        self._add(_Fault(service, operation, _denial(service, message), None, match or {}))

    def lose_answer(self, operation: str, times: int = 1, service: str = "*") -> None:
        """Carry the operation out and answer nothing: to the client the connection broke."""
        self._add(_Fault(service, operation, None, times, {}))

    def fail(
        self,
        service: str,
        operation: str,
        code: str,
        message: str,
        status: int = 400,
        times: int | None = 1,
        match: Mapping[str, Any] | None = None,
    ) -> None:
        """Answer with this error in place of doing it; `times` None: until `clear`.

        `match`: members that the params must have, maps being compared the same way.
        """
        self._add(_Fault(service, operation, ServiceError(code, message, status), times, match or {}))

    def clear(self) -> None:
        """Forget all faults."""
        with self._lock:
            self._faults.clear()

    def check(self, service: str, operation: str, params: Mapping[str, Any]) -> None:
        """Raise what a fault has in store for this call."""
        fault = self._take(service, operation, params, lost=False)
        if fault is not None and fault.error is not None:
            raise fault.error

    def check_lost(self, service: str, operation: str, params: Mapping[str, Any]) -> None:
        """Raise AnswerLostError if the answer of this call, which was carried out, is to be lost."""
        if self._take(service, operation, params, lost=True):
            raise AnswerLostError(f"the answer to {service} {operation} was lost, as asked for")

    def throttle(self, rate: float, service: str, operation: str, account: str, region: str) -> None:
        """Refuse the second of two calls within 1/`rate` seconds of the wall clock."""
        now = time.monotonic()
        scope = (service, operation, account, region)
        with self._lock:
            if now - self._last.get(scope, float("-inf")) < 1 / rate:
                if service == V1:
                    raise ServiceError("Throttling", "Rate exceeded")
                raise ServiceError("TooManyRequestsException", "Rate exceeded", 429)
            self._last[scope] = now

    def _add(self, fault: _Fault) -> None:
        with self._lock:
            self._faults.append(fault)

    def _take(self, service: str, operation: str, params: Mapping[str, Any], *, lost: bool) -> _Fault | None:
        with self._lock:
            for fault in self._faults:
                if (fault.error is None) == lost and fault.hits(service, operation, params):
                    fault.times = None if fault.times is None else fault.times - 1
                    return fault
        return None


def _denial(service: str, message: str) -> ServiceError:
    if service in {V1, "sts", "iam", "s3", "sns"}:
        return ServiceError(_QUERY_DENIALS.get(service, "AccessDenied"), message, 403)
    return ServiceError("AccessDeniedException", message, 400 if service == TAGGING else 403)


def _covers(whole: Any, part: Any) -> bool:
    """Whether `whole` has every member of `part`, at any depth."""
    if isinstance(part, Mapping):
        return isinstance(whole, Mapping) and all(key in whole and _covers(whole[key], part[key]) for key in part)
    return bool(whole == part)
