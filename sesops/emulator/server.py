"""The emulator over HTTP: a WSGI application, and a server of threads for it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Self

from moto.core.request import Request
from werkzeug.serving import WSGIRequestHandler, make_server

from sesops.emulator import admin
from sesops.emulator.exchange import HttpAnswer
from sesops.emulator.faults import AnswerLostError

if TYPE_CHECKING:
    from sesops.emulator.emulator import Emulator


def application(emulator: Emulator, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer one WSGI request. A lost answer closes the connection if the server lends its socket, else it is a 502."""
    request = Request(environ)
    try:
        ours = request.path.startswith(admin.PREFIX)
        answer = admin.answer(emulator, request) if ours else emulator.handle(request)
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


# Seconds between two looks whether to stop.
_POLL = 0.05


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing: whoever started the server speaks for it."""


class Server:
    """An emulator being served, by threads of this process."""

    def __init__(self, emulator: Emulator, host: str, port: int) -> None:
        # Bound here, because werkzeug would print and exit when the port is taken.
        listening = socket.create_server((host, port), backlog=128)
        with listening:
            self._server = make_server(
                host, port, emulator.wsgi, threaded=True, request_handler=_Quiet, fd=listening.fileno()
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
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
