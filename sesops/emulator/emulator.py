"""The emulator: a state file, its controls, and one function from a request to its answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from sqlite3 import Connection
from typing import TYPE_CHECKING, Any

from moto.core.request import Request

from sesops.emulator import clock, lag, subscriptions, wire
from sesops.emulator.checks import check
from sesops.emulator.context import Context, ServiceError
from sesops.emulator.controls import Controls
from sesops.emulator.exchange import HttpAnswer
from sesops.emulator.journal import Entry
from sesops.emulator.registry import operations
from sesops.emulator.scope import DEFAULT_ACCOUNT, Scope, read_scope
from sesops.emulator.services import entry_of
from sesops.emulator.store import StateError
from sesops.emulator.wire import TAGGING, V1, V2

if TYPE_CHECKING:
    import boto3

    from sesops.emulator.server import Server

_OURS = {V1, V2, TAGGING}


class Emulator(Controls):
    """The SES control plane, in both API generations on one store, and moto's services beside it.

    `path` is the state file, made when it is not there; without one the state lives in memory. Several emulators, of
    one process or of several, may work on one file at once. Threads may share an emulator. StateError: the file cannot
    be used.
    """

    def __init__(self, path: Path | None = None) -> None:
        super().__init__(path)
        self.decorate: wire.Decorator | None = None
        """Called with service, operation and the answer of each successful SES call, to edit it before it is sent.

        It is the JSON document (v2) or the XML tree (v1). For members that the installed botocore does not know.
        """

    # --- doors ---

    def attach(self, session: boto3.session.Session) -> None:
        """Have every client that `session` makes from now on talk to this emulator, in process, for all services."""
        from sesops.emulator import inprocess

        # Looked up at each request, so that whoever wraps `handle` sees the clients made before, too.
        inprocess.attach(lambda request: self.handle(request), session)  # noqa: PLW0108

    def wsgi(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """The emulator as a WSGI application; with its admin API under /_sesops/."""
        from sesops.emulator import server

        return server.application(self._answer, environ, start_response)

    def serve(self, port: int = 0, host: str = "127.0.0.1") -> Server:
        """Serve over HTTP, in threads, until `stop()` of what is returned. OSError: the port cannot be had."""
        from sesops.emulator import server

        return server.Server(self._answer, host, port)

    # --- requests ---

    def handle(self, request: Request) -> HttpAnswer:
        """The answer to a client's HTTP request.

        AnswerLostError: it was carried out, and a fault ate the answer. StateError: the file cannot be used any more.
        """
        request.get_data()  # kept by the request, so that reading the form does not use it up
        scope = read_scope(request)
        try:
            return self._ours(request, scope) if scope.service in _OURS else self._theirs(request, scope)
        except ServiceError as error:
            return wire.write_error(scope.service, error)
        except ValueError as error:
            # What a client says wrong is a ServiceError.
            raise self._database.damaged(error) from error

    def _answer(self, request: Request) -> HttpAnswer:
        from sesops.emulator import admin

        try:
            return admin.answer(self, request) if request.path.startswith(admin.PREFIX) else self.handle(request)
        except StateError as error:
            failure = ServiceError("InternalFailure", str(error), HTTPStatus.INTERNAL_SERVER_ERROR)
            return wire.write_error(read_scope(request).service, failure)

    def _ours(self, request: Request, scope: Scope) -> HttpAnswer:
        try:
            call = wire.read_call(scope.service, request)
        except ServiceError:
            self._note(scope.service, wire.named_operation(scope.service, request), {})
            raise
        params = dict(call.params)
        self._note(call.service, call.operation, params)
        seen = self._begin(scope, call.service, call.operation, params)
        with self._transaction() as connection:
            context = self._context(connection, self._account(connection, scope), scope.region, seen)
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
        self._begin(scope, service, operation, params)
        with self._transaction() as connection:
            account = self._account(connection, scope)
            entry = entry_of(
                request, account=account, region=scope.region, service=service, access_key=scope.access_key
            )
            answer = self._answered(connection, entry, operation, params)
            self._follow(connection, account, scope, operation)
        self.faults.check_lost(service, operation, params)
        return answer

    def _answered(self, connection: Connection, entry: Entry, operation: str, params: dict[str, Any]) -> HttpAnswer:
        """What a service beside SES answers: moto, and around it what it leaves out of SNS's subscriptions."""
        if not subscriptions.concerns(entry.service, operation):
            return self._services.answer(connection, entry, operation)
        # SNS knows of its own changes at once, however late SES sees them.
        settings = self._settings(connection)
        now = self._neighbours(connection, entry.account, entry.region, settings, self._services)
        context = replace(self._context(connection, entry.account, entry.region), neighbours=now)
        before = context.neighbours.subscriptions()
        subscriptions.check(context, operation, params)
        answer = self._services.answer(connection, entry, operation)
        return subscriptions.follow(context, operation, params, before, answer)

    def _begin(self, scope: Scope, service: str, operation: str, params: dict[str, Any]) -> lag.Seen | None:
        """Count the call with the faults and the reads that lag, whether it is refused or not.

        ServiceError: a fault is in its way. Else what it sees differently.
        """
        seen: lag.Seen | None = None
        with self._transaction() as connection:
            fault = self.faults.take(connection, service, operation, params)
            if fault is None and service in {V1, V2} and lag.is_read(operation):
                account, settings = self._account(connection, scope), self._settings(connection)
                seen = lag.seen_by_next_read(connection, account, scope.region, clock.now(connection), settings)
        if fault is not None:
            fault.strike()
        return seen

    def _follow(self, connection: Connection, account: str, scope: Scope, operation: str) -> None:
        """What a write beside SES has for consequences in it."""
        if self._services.changes_topic_tags(scope.service, operation):
            context = self._context(connection, account, scope.region)
            self._services.note_topic_tags(connection, context.store, account, scope.region)
        if self._services.may_shut_out(scope.service, operation) and self._settings(connection).drop_topics:
            from sesops.emulator.operations import notifications

            notifications.drop_topics(self._context(connection, account, scope.region))

    def _note(self, service: str, operation: str, params: dict[str, Any]) -> None:
        with self._calls_lock:
            self.seen += 1
            if self.keeps_calls:
                self.calls.append((service, operation, params))

    def _throttle(self, context: Context, call: wire.Call) -> None:
        rate = context.settings.throttle_per_second
        # What sends is held to the rate of sending, where it is taken (operations/sending.py).
        if rate is not None and call.service != TAGGING and not call.operation.startswith("Send"):
            self.faults.throttle(rate, call.service, call.operation, context.account, context.region)

    def _account(self, connection: Connection, scope: Scope) -> str:
        """Twelve digits for an access key are an account; other keys may have been made by IAM or STS here."""
        key = scope.access_key
        if len(key) == len(DEFAULT_ACCOUNT) and key.isdecimal():
            return key
        return self._services.account_of(connection, key) or DEFAULT_ACCOUNT
