"""The emulator: a state file, a clock, faults, and one function from a request to its answer."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection
from typing import TYPE_CHECKING, Any

from moto.core.request import Request

from sesops.emulator import clock, wire
from sesops.emulator.checks import check
from sesops.emulator.clock import Clock
from sesops.emulator.context import Context, ServiceError
from sesops.emulator.exchange import HttpAnswer
from sesops.emulator.faults import Faults
from sesops.emulator.neighbours import Neighbours
from sesops.emulator.registry import operations
from sesops.emulator.scope import DEFAULT_ACCOUNT, Scope, read_scope
from sesops.emulator.services import Services, entry_of
from sesops.emulator.settings import Settings, StoredSettings
from sesops.emulator.store import Database, Store, get_setting, set_setting
from sesops.emulator.wire import TAGGING, V1, V2

if TYPE_CHECKING:
    import boto3

    from sesops.emulator.server import Server

_OURS = {V1, V2, TAGGING}
_SETTINGS = "settings"


class Emulator:
    """The SES control plane, in both API generations on one store, and moto's services beside it.

    `path` is the state file, made when it is not there; without one the state lives in memory. Several emulators, of
    one process or of several, may work on one file at once. Threads may share an emulator. StateError: the file cannot
    be used.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._database = Database(path)
        self._services = Services()
        self.clock = Clock(self._database)
        self.faults = Faults()
        self.calls: list[tuple[str, str, dict[str, Any]]] = []
        """Service, operation and params of every request seen, the refused ones too."""
        self.decorate: wire.Decorator | None = None
        """Called with service, operation and the answer of each successful SES call, to edit it before it is sent.

        It is the JSON document (v2) or the XML tree (v1). For members that the installed botocore does not know.
        """
        self._calls_lock = threading.Lock()

    # --- doors ---

    def attach(self, session: boto3.session.Session) -> None:
        """Have every client that `session` makes from now on talk to this emulator, in process, for all services."""
        from sesops.emulator import inprocess

        inprocess.attach(self, session)

    def wsgi(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """The emulator as a WSGI application; with its admin API under /_sesops/."""
        from sesops.emulator import server

        return server.application(self, environ, start_response)

    def serve(self, port: int = 0, host: str = "127.0.0.1") -> Server:
        """Serve over HTTP, in threads, until `stop()` of what is returned. OSError: the port cannot be had."""
        from sesops.emulator import server

        return server.Server(self, host, port)

    def close(self) -> None:
        """Let go of the state file, and of what moto holds open."""
        self._services.close()
        self._database.close()

    # --- state ---

    @property
    def settings(self) -> Settings:
        """The settings as they are now; assigning to one of their members keeps it in the state file."""
        with self._database.transaction() as connection:
            return StoredSettings.of(_settings(connection), self._store_settings)

    @settings.setter
    def settings(self, settings: Settings) -> None:
        self._store_settings(settings)

    def messages(self, topic_arn: str) -> list[str]:
        """What was published to an SNS topic, by SES or by others, the oldest first."""
        _, _, _, region, account, _ = topic_arn.split(":", 5)
        with self.context(account, region) as context:
            return context.neighbours.messages(topic_arn)

    @contextmanager
    def context(self, account: str, region: str) -> Iterator[Context]:
        """State and neighbours as an SES operation in this account and region has them, in a transaction."""
        with self._transaction() as connection:
            yield self._context(connection, account, region)

    def _store_settings(self, settings: Settings) -> None:
        with self._database.transaction() as connection:
            set_setting(connection, _SETTINGS, settings.to_json())

    # --- requests ---

    def handle(self, request: Request) -> HttpAnswer:
        """The answer to a client's HTTP request. AnswerLostError: it was carried out, and a fault ate the answer."""
        request.get_data()  # kept by the request, so that reading the form does not use it up
        scope = read_scope(request)
        try:
            return self._ours(request, scope) if scope.service in _OURS else self._theirs(request, scope)
        except ServiceError as error:
            return wire.write_error(scope.service, error)

    def _ours(self, request: Request, scope: Scope) -> HttpAnswer:
        try:
            call = wire.read_call(scope.service, request)
        except ServiceError:
            self._note(scope.service, wire.named_operation(scope.service, request), {})
            raise
        params = dict(call.params)
        self._note(call.service, call.operation, params)
        self.faults.check(call.service, call.operation, params)
        with self._transaction() as connection:
            context = self._context(connection, self._account(connection, scope), scope.region)
            self._throttle(context, call)
            function = operations().get((call.service, call.operation))
            if function is None:
                raise wire.unknown_operation(call.service, call.operation)
            check(call.model, params)
            answer = wire.write_answer(call, function(context, params), self.decorate)
        self.faults.check_lost(call.service, call.operation, params)
        return answer

    def _theirs(self, request: Request, scope: Scope) -> HttpAnswer:
        service, operation = scope.service, wire.named_operation(scope.service, request)
        params = wire.loose_params(service, operation, request)
        self._note(service, operation, params)
        self.faults.check(service, operation, params)
        with self._transaction() as connection:
            account = self._account(connection, scope)
            entry = entry_of(
                request, account=account, region=scope.region, service=service, access_key=scope.access_key
            )
            answer = self._services.answer(connection, entry, operation)
            if self._services.changes_topic_tags(service, operation):
                context = self._context(connection, account, scope.region)
                self._services.note_topic_tags(connection, context.store, account, scope.region)
        self.faults.check_lost(service, operation, params)
        return answer

    def _note(self, service: str, operation: str, params: dict[str, Any]) -> None:
        with self._calls_lock:
            self.calls.append((service, operation, params))

    def _throttle(self, context: Context, call: wire.Call) -> None:
        rate = context.settings.throttle_per_second
        if rate is not None and call.service != TAGGING:
            self.faults.throttle(rate, call.service, call.operation, context.account, context.region)

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        committed = False
        with self._database.lock:
            try:
                with self._database.transaction() as connection:
                    yield connection
                committed = True
            finally:
                self._services.settle(committed=committed)

    def _account(self, connection: Connection, scope: Scope) -> str:
        """Twelve digits for an access key are an account; other keys may have been made by IAM or STS here."""
        key = scope.access_key
        if len(key) == len(DEFAULT_ACCOUNT) and key.isdecimal():
            return key
        return self._services.account_of(connection, key) or DEFAULT_ACCOUNT

    def _context(self, connection: Connection, account: str, region: str) -> Context:
        now, partition = clock.now(connection), _partition(region)
        settings = _settings(connection)
        store = Store(connection, account, region, partition, now)
        neighbours = Neighbours(self._services, connection, account, region, partition, settings)
        return Context(account, region, partition, now, store, neighbours, settings)


def _settings(connection: Connection) -> Settings:
    document: Mapping[str, Any] = get_setting(connection, _SETTINGS) or {}
    return Settings.from_json(document)


def _partition(region: str) -> str:
    if region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"
