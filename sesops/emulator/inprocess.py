"""The emulator inside a boto3 session: botocore asks before it sends, and is answered. No socket is opened."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ConnectionClosedError
from moto.core.models import botocore_stubber
from moto.core.request import Request

from sesops.emulator.exchange import HttpAnswer
from sesops.emulator.faults import AnswerLostError

if TYPE_CHECKING:
    import boto3


class _Body(io.BytesIO):
    """An answer's body, as botocore reads it."""

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self.read()


def attach(handle: Callable[[Request], HttpAnswer], session: boto3.session.Session) -> None:
    """Answer every client made from `session` after this with `handle`, and nobody else."""

    def answer(request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        try:
            answered = handle(Request.from_primitives(request.method, request.url, request.headers, request.body))
        except AnswerLostError as error:
            raise ConnectionClosedError(endpoint_url=request.url) from error
        return as_response(request.url, answered)

    # Once loaded, moto puts a handler of its own into every session: while somebody mocks, it would answer first.
    # botocore's stubs know of no handler that returns something, though that is what this event is for.
    session.events.unregister("before-send", botocore_stubber)  # type: ignore[arg-type]
    session.events.register("before-send", answer)  # type: ignore[arg-type]


def as_response(url: str, answer: HttpAnswer) -> AWSResponse:
    """`answer` as botocore's HTTP client would have returned it."""
    headers = HTTPHeaders()
    for name, value in answer.headers.items():
        headers[name] = value
    return AWSResponse(url, answer.status, headers, _Body(answer.body))
