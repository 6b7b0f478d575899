"""What goes wrong when asked to: refusals, answers that are lost, and too many requests.

Faults stand in the state file, so every process on it has them. They reach every service, ours and the neighbours.
"""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from sqlite3 import Connection
from typing import Any

from botocore.model import NoShapeFoundError

from sesops.emulator.exchange import ServiceError
from sesops.emulator.store import DamagedError, Database, get_setting, set_setting
from sesops.emulator.wire import TAGGING, V1, V2, service_model

_KEY = "faults"
_QUERY_DENIALS = {"sns": "AuthorizationError"}
# Codes that no model has an HTTP status for, and the one that v1 has it for.
_STATUSES = {
    "InternalFailure": 500,
    "InternalServiceErrorException": 500,
    "ServiceUnavailable": 503,
    "AccessDenied": 403,
    "AccessDeniedException": 403,
}
# SES behaviour: all control operations are limited alike, sends have a rate of their own.
_NOT_THROTTLED = {"SendEmail", "SendRawEmail", "SendTemplatedEmail"}


class AnswerLostError(Exception):
    """The request was carried out, and its answer is never to arrive."""


@dataclass(frozen=True)
class Fault:
    """One fault, as the state file has it."""

    service: str
    operation: str
    error: tuple[str, str, int] | None
    """Code, message and HTTP status; None: the answer is lost."""
    times: int | None
    """How often yet; None: always."""
    match: Mapping[str, Any] = field(default_factory=dict)

    def hits(self, service: str, operation: str, params: Mapping[str, Any]) -> bool:
        return (
            fnmatchcase(service, self.service)
            and fnmatchcase(operation, self.operation)
            and _covers(params, self.match)
        )

    def strike(self) -> None:
        """Raise the error, if it is one."""
        if self.error is not None:
            raise ServiceError(*self.error)


class Faults:
    """The faults of one emulator. Services and operations may be patterns: `ses*`, `Put*`, `*`.

    `match` names members that the params must have, maps being compared the same way. ValueError: SES has no such
    operation, or `times` is below 1.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._last: dict[tuple[str, ...], float] = {}

    def deny(self, service: str, operation: str, match: Mapping[str, Any] | None = None) -> None:
        """Answer as IAM does to a principal without the right, until `clear`."""
        action = f"{'ses' if service == V2 else 'tag' if service == TAGGING else service}:{operation}"
        message = f"User: arn:aws:iam::123456789012:user/emulator is not authorized to perform: {action}"
        if service not in {V1, "sns", "sts", "iam", "s3"}:
            message += f" on resource: * because no identity-based policy allows the {action} action"
        self._add(Fault(service, operation, _denial(service, message), None, match or {}))

    def lose_answer(
        self, operation: str, times: int | None = 1, service: str = "*", match: Mapping[str, Any] | None = None
    ) -> None:
        """Carry the operation out and answer nothing: to the client the connection broke."""
        self._add(Fault(service, operation, None, times, match or {}))

    def fail(
        self,
        service: str,
        operation: str,
        code: str,
        message: str = "",
        status: int | None = None,
        times: int | None = 1,
        match: Mapping[str, Any] | None = None,
    ) -> None:
        """Answer with this error in place of doing it; `times` None: until `clear`.

        Without `status` it is what SES answers a code with: ConcurrentModificationException 500, in v1 nearly all 400.
        """
        error = (code, message or f"{code}, as asked for", status or _status(service, code))
        self._add(Fault(service, operation, error, times, match or {}))

    def all(self) -> list[Fault]:
        """The faults that have not run out, the oldest first."""
        with self._database.transaction() as connection:
            return _stored(connection)

    def clear(self) -> None:
        """Forget all faults."""
        with self._database.transaction() as connection:
            set_setting(connection, _KEY, [])

    def take(
        self, connection: Connection, service: str, operation: str, params: Mapping[str, Any], *, lost: bool = False
    ) -> Fault | None:
        """The first fault that this call meets, counted; with `lost` only what loses answers, else only the others."""
        faults = _stored(connection)
        for place, fault in enumerate(faults):
            if (fault.error is None) == lost and fault.hits(service, operation, params):
                if fault.times is not None:
                    left = [dataclasses.replace(fault, times=fault.times - 1)] if fault.times > 1 else []
                    _keep(connection, [*faults[:place], *left, *faults[place + 1 :]])
                return fault
        return None

    def check_lost(self, service: str, operation: str, params: Mapping[str, Any]) -> None:
        """Raise AnswerLostError if the answer of this call, which was carried out, is to be lost."""
        with self._database.transaction() as connection:
            fault = self.take(connection, service, operation, params, lost=True)
        if fault is not None:
            raise AnswerLostError(f"the answer to {service} {operation} was lost, as asked for")

    def throttle(self, rate: float, service: str, operation: str, account: str, region: str) -> None:
        """Refuse the second of two calls within 1/`rate` seconds of the wall clock."""
        if operation in _NOT_THROTTLED:
            return
        now = time.monotonic()
        scope = (service, operation, account, region)
        with self._lock:
            if now - self._last.get(scope, float("-inf")) < 1 / rate:
                if service == V1:
                    raise ServiceError("Throttling", "Rate exceeded")
                raise ServiceError("TooManyRequestsException", "Rate exceeded", 429)
            self._last[scope] = now

    def _add(self, fault: Fault) -> None:
        if fault.times is not None and fault.times < 1:
            raise ValueError(f"a fault happens once or more, not {fault.times} times")
        if not _is_there(fault):
            raise ValueError(f"{fault.service} has no operation {fault.operation!r}")
        with self._database.transaction() as connection:
            faults = _stored(connection)
            # Said twice, "always" means no more than said once.
            if fault.times is not None or fault not in faults:
                _keep(connection, [*faults, fault])


def _is_there(fault: Fault) -> bool:
    """Whether there is such an operation, as far as that is known."""
    known = fault.service in {V1, V2} and not set(fault.operation) & set("*?[")
    return not known or fault.operation in service_model(fault.service).operation_names


def _stored(connection: Connection) -> list[Fault]:
    stored: list[dict[str, Any]] = get_setting(connection, _KEY) or []
    return [Fault(**{**one, "error": _error(one["error"])}) for one in stored]


def _error(stored: list[Any] | None) -> tuple[str, str, int] | None:
    if not stored:
        return None
    if [type(one) for one in stored] != [str, str, int]:
        raise DamagedError(f"a fault answers with {stored!r}")
    code, message, status = stored
    return code, message, status


def _keep(connection: Connection, faults: list[Fault]) -> None:
    set_setting(connection, _KEY, [vars(fault) for fault in faults])


def _status(service: str, code: str) -> int:
    if code in _STATUSES:
        return _STATUSES[code]
    if service == V2:
        try:
            modelled: int = service_model(V2).shape_for(code).metadata.get("error", {}).get("httpStatusCode", 400)
        except NoShapeFoundError:
            return 400
        return modelled
    return 400


def _denial(service: str, message: str) -> tuple[str, str, int]:
    if service in {V1, "sts", "iam", "s3", "sns"}:
        return _QUERY_DENIALS.get(service, "AccessDenied"), message, 403
    return "AccessDeniedException", message, 400 if service == TAGGING else 403


def _covers(whole: Any, part: Any) -> bool:
    """Whether `whole` has every member of `part`, at any depth."""
    if isinstance(part, Mapping):
        return isinstance(whole, Mapping) and all(key in whole and _covers(whole[key], part[key]) for key in part)
    return bool(whole == part)
