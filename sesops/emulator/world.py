"""moto, kept to ourselves: the services beside SES, each emulator with a set of its own.

moto's state hangs on module-level dictionaries, one per service, which the whole process shares. A world puts its own
contents into them for the length of one turn and gives back what it found. So two emulators, and a test that uses moto
by itself, do not see each other. Turns exclude each other in the process.
"""

from __future__ import annotations

import functools
import re
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from moto import backend_index, backends
from moto.core import config
from moto.core.base_backend import BackendDict
from moto.core.request import Request
from moto.moto_api._internal import mock_random
from werkzeug.exceptions import HTTPException

from sesops.emulator.exchange import HttpAnswer, ServiceError

Contents = Mapping[Any, list[dict[str, Any]]]
Handler = Callable[[Request, str, Any], tuple[int, Mapping[str, Any], str | bytes]]

_TURN = threading.RLock()
_OURS = {"ses", "sesv2", "resourcegroupstaggingapi", "moto_api", "instance_metadata"}
# Modules of moto that reach out to the world: subscribers of topics, HTTP targets of streams.
_SENDERS = ("moto.sns.models", "moto.firehose.models")
_ANY_ACCOUNT = "123456789012"


class _Nowhere:
    """Stands in for `requests` in moto's modules: what the emulator sends goes nowhere."""

    def post(self, *_: Any, **__: Any) -> None:
        return None


class World:
    """The state of moto's services for one emulator."""

    def __init__(self) -> None:
        self._contents: Contents = {}

    def forget(self) -> None:
        """Back to nothing. What moto's objects hold open (S3's are temporary files) is closed."""
        with self.turn():
            for backend in _in_use():
                for _, _, region in backend.iter_backends():
                    region.reset()
                for part in _parts(backend):
                    part.clear()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """While this lasts, moto's modules hold the state of this world, and nothing leaves the machine."""
        with _TURN:
            found = _exchange(self._contents)
            senders = {module: vars(module)["requests"] for name in _SENDERS if (module := sys.modules.get(name))}
            docker = config.default_user_config["lambda"]
            config.default_user_config["lambda"] = {"use_docker": False}
            for module in senders:
                vars(module)["requests"] = _Nowhere()
            try:
                with _functions_hear_nothing():
                    yield
            finally:
                for module, requests in senders.items():
                    vars(module)["requests"] = requests
                config.default_user_config["lambda"] = docker
                self._contents = _exchange(found)

    def answer(self, request: Request, seed: int) -> HttpAnswer:
        """What moto answers. `seed` decides the ids that it makes: the same requests and seeds, the same ids."""
        with self.turn():
            # A turn of its own: this may load a module, and the next turn is to find it.
            handler = _handler(request)
        with self.turn():
            mock_random.seed(seed)
            try:
                status, headers, body = handler(request, request.raw_url, request.headers)
            except HTTPException as error:
                status, headers, body = error.code or 500, dict(error.get_headers()), error.get_body()
            except NotImplementedError as error:
                raise ServiceError("NotImplemented", f"The emulator does not offer this: {error}", 501) from error
        content = body.encode() if isinstance(body, str) else body
        return HttpAnswer(int(status), content, {name: str(value) for name, value in headers.items()})


@contextmanager
def _functions_hear_nothing() -> Iterator[None]:
    """Keep moto from running the code of a function that is subscribed to a topic: a webhook hears nothing either."""
    if (module := sys.modules.get("moto.sns.models")) is None:
        yield
        return
    subscription = vars(module)["Subscription"]
    publish = subscription.publish
    subscription.publish = lambda self, *args, **named: (
        None if self.protocol == "lambda" else publish(self, *args, **named)
    )
    try:
        yield
    finally:
        subscription.publish = publish


def _exchange(contents: Contents) -> Contents:
    """Put `contents` into moto's dictionaries, and return what was in them."""
    found = {backend: [dict(part.items()) for part in _parts(backend)] for backend in _in_use()}
    for backend in found:
        for part in _parts(backend):
            part.clear()
    _in_use()[:] = contents
    for backend, parts in contents.items():
        for part, content in zip(_parts(backend), parts, strict=True):
            part.update(content)
    return found


def _in_use() -> list[Any]:
    """The dictionaries with something in them: moto's own list of what to reset."""
    listed: list[Any] = BackendDict._instances  # type: ignore[misc]  # noqa: SLF001
    return listed


def _parts(backend: Any) -> list[dict[str, Any]]:
    """The dictionaries of one service: itself, by account, and what some keep beside (S3: whose a bucket is)."""
    return [backend, *(value for _, value in sorted(vars(backend).items()) if isinstance(value, dict))]


def _handler(request: Request) -> Handler:
    """The function of moto for the URL of `request`, or a ServiceError: a service that nobody here plays."""
    url = f"{request.scheme}://{request.host}{request.raw_path}"
    for service, pattern in backend_index.backend_url_patterns:
        if service not in _OURS and pattern.match(url):
            for path, handler in _paths(service):
                if path.match(url):
                    return handler
    raise ServiceError("NotImplemented", f"The emulator has no service at {request.host}", 501)


@functools.cache
def _paths(service: Any) -> list[tuple[re.Pattern[str], Handler]]:
    try:
        regions = backends.get_backend(service)[_ANY_ACCOUNT]
    except ImportError as error:
        message = f"The emulator needs more of moto for {service}: pip install 'moto[{service}]' ({error})"
        raise ServiceError("NotImplemented", message, 501) from error
    backend = regions["us-east-1" if "us-east-1" in regions else "aws"]
    return [(re.compile(url), handler) for url, handler in backend.urls.items()]
