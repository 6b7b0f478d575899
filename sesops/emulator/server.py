"""The emulator over HTTP: a WSGI application, and a server of threads for it."""

from __future__ import annotations

import functools
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, Self

from moto.core.request import Request
from werkzeug.serving import WSGIRequestHandler, make_server

from sesops.emulator.exchange import HttpAnswer
from sesops.emulator.faults import AnswerLostError

Handle = Callable[[Request], HttpAnswer]
"""What answers a request. AnswerLostError: nothing is to be answered."""


def application(handle: Handle, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer one WSGI request. A lost answer closes the connection if the server lends its socket, else it is a 502."""
    request = Request(environ)
    try:
        answer = handle(request)
    except AnswerLostError:
        if "werkzeug.socket" in environ:
            environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        answer = HttpAnswer(HTTPStatus.BAD_GATEWAY)
    headers = {name.lower(): value for name, value in answer.headers.items()}
    if request.method != "HEAD":  # which, at S3, tells the length of what a GET would give
        headers["content-length"] = str(len(answer.body))
    start_response(f"{answer.status} {_phrase(answer.status)}", list(headers.items()))
    return [b"" if request.method == "HEAD" else answer.body]


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


# Seconds between two looks whether to stop, and for how long stopping waits for requests that are being answered.
_POLL = 0.05
_PATIENCE = 10.0


class _Busy:
    """How many requests are being answered."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._count = 0

    @contextmanager
    def one_more(self) -> Iterator[None]:
        with self._changed:
            self._count += 1
        try:
            yield
        finally:
            with self._changed:
                self._count -= 1
                self._changed.notify_all()

    def wait_for_none(self, seconds: float) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._count == 0, seconds)


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"
    busy: _Busy

    def run_wsgi(self) -> None:
        with self.busy.one_more():
            super().run_wsgi()

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing: whoever started the server speaks for it."""


class Server:
    """An emulator being served, by threads of this process."""

    def __init__(self, handle: Handle, host: str, port: int) -> None:
        self._busy = _Busy()
        handler = type("_Handler", (_Quiet,), {"busy": self._busy})
        # Bound here, because werkzeug would print and exit when the port is taken.
        listening = socket.create_server((host, port), backlog=128)
        with listening:
            self._server = make_server(
                host,
                port,
                functools.partial(application, handle),
                threaded=True,
                request_handler=handler,
                fd=listening.fileno(),
            )
        bound = self._server.server_address
        self.url = f"http://{host}:{bound[1]}"
        """Where it answers, for AWS_ENDPOINT_URL."""
        self._thread = threading.Thread(target=self._server.serve_forever, args=(_POLL,), daemon=True)
        self._thread.start()

    def wait(self) -> None:
        """Until somebody stops it."""
        self._thread.join()

    def stop(self) -> None:
        """Stop, once the requests being answered are answered."""
        self._server.shutdown()
        self._busy.wait_for_none(_PATIENCE)
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
