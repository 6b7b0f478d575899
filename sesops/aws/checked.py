"""Whether a call can be made at all, before it is: what is wrong with it is a typed error, not botocore's."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from botocore.exceptions import BotoCoreError, UnknownServiceError
from botocore.validate import ParamValidator

from sesops.aws.session import Session, SessionError
from sesops.core.values import Call


class CallError(Exception):
    """A call that AWS's own model does not know. `hint` says what to do; `details` are lines, one a wrong parameter."""

    def __init__(self, message: str, hint: str | None = None, details: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.details = details


def connect(session: Session, service: str) -> Any:
    """Make a client.

    Raises:
        SessionError: the settings (`AWS_*`, the shared files, the region) make no sense to botocore.

    """
    try:
        return session.client(service)
    except (BotoCoreError, ValueError) as error:
        raise SessionError(str(error), "check the AWS_* variables and ~/.aws/config") from error


def check(session: Session, call: Call) -> None:
    """Check a call against the service's model.

    Raises:
        CallError: there is no such service or operation, or the parameters are not the operation's.
        SessionError: no client can be made in this region.

    """
    try:
        model = connect(session, call.service).meta.service_model
    except SessionError as error:
        if isinstance(error.__cause__, UnknownServiceError):
            raise CallError(f"{call.service!r} is no service that botocore knows") from error
        raise
    names = model.operation_names
    if call.operation not in names:
        near = get_close_matches(call.operation, names, n=1)
        hint = (
            f"did you mean {call.service}:{near[0]}?" if near else f"{call.service} has {', '.join(names[:3])} and more"
        )
        raise CallError(f"{call.service!r} has no operation {call.operation!r}", hint)
    shape = model.operation_model(call.operation).input_shape
    report = ParamValidator().validate(dict(call.params), shape) if shape else None
    if report is not None and report.has_errors():
        raise CallError("Parameter validation failed", details=tuple(report.generate_report().splitlines()))
