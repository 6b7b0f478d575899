"""What an emulator is made of, and all that happens to it but requests: time, faults, DNS, and SES's own doing."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from sqlite3 import Connection
from typing import Any

from sesops.emulator import clock, lag
from sesops.emulator.clock import Clock
from sesops.emulator.context import Context
from sesops.emulator.dns import Dns, View
from sesops.emulator.exchange import ServiceError
from sesops.emulator.faults import Faults
from sesops.emulator.neighbours import Neighbours
from sesops.emulator.scope import DEFAULT_ACCOUNT
from sesops.emulator.services import Services
from sesops.emulator.settings import Settings, StoredSettings
from sesops.emulator.store import DamagedError, Database, Store, get_setting, set_setting

_SETTINGS = "settings"
_REGION = re.compile(r"[a-z]{2,}(-[a-z]+)+-\d")


class Controls:
    """The state of an emulator, and what can be done to it from outside the APIs. `path`: as for `Emulator`.

    The methods that name a region do what SES, its people or its recipients do there. ValueError: that cannot be.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._database = Database(path)
        self._services = Services()
        self.clock = Clock(self._database)
        self.faults = Faults(self._database)
        self.dns = Dns(self._database)
        self.calls: list[tuple[str, str, dict[str, Any]]] = []
        """Service, operation and params of every request seen, the refused ones too."""
        self.keeps_calls = True
        """Whether they are kept: not where nobody looks, for as long as an emulator may be served."""
        self.seen = 0
        """How many requests there were."""
        self._calls_lock = threading.Lock()

    def close(self) -> None:
        """Let go of the state file, and of what moto holds open."""
        self._services.close()
        self._database.close()

    @property
    def settings(self) -> Settings:
        """The settings as they are now; assigning to one of their members keeps it in the state file."""
        with self._database.transaction() as connection:
            return StoredSettings.of(self._settings(connection), self._store_settings)

    @settings.setter
    def settings(self, settings: Settings) -> None:
        self._store_settings(settings)

    def messages(self, topic: str) -> list[str]:
        """What was published to an SNS topic (its ARN), by SES or by others, the oldest first. ValueError: no ARN."""
        fields = topic.split(":")
        if len(fields) != 6:
            raise ValueError(f"{topic!r} is no ARN of a topic")
        with self._transaction() as connection:
            neighbours = self._neighbours(connection, fields[4], fields[3], self._settings(connection), self._services)
            return neighbours.messages(topic)

    @contextmanager
    def context(self, account: str, region: str) -> Iterator[Context]:
        """State and neighbours as an SES operation in this account and region has them, in a transaction."""
        with self._transaction() as connection:
            yield self._context(connection, account, region)

    # --- what no API does ---

    def click(self, address: str, region: str, account: str = DEFAULT_ACCOUNT) -> None:
        """Click on the link that SES sent to an address identity; it lives for 24 hours."""
        from sesops.emulator.operations import verification

        with self._place(account, region) as context:
            verification.click(context, address)

    def give_up(self, identity: str, region: str, account: str = DEFAULT_ACCOUNT, *, of: str = "identity") -> None:
        """Let SES give a search up as after 72 hours: it is FAILED. `of` is identity, dkim or mail_from."""
        from sesops.emulator.operations import verification

        with self._place(account, region) as context:
            verification.give_up(context, identity, of)

    def lease(self, ip: str, region: str, account: str = DEFAULT_ACCOUNT) -> None:
        """Lease a dedicated address to the account, as Support does."""
        from sesops.emulator.operations import dedicated_ips

        with self._place(account, region) as context:
            try:
                dedicated_ips.lease(context, ip)
            except ServiceError as error:
                raise ValueError(error.message) from error

    def suppress(self, address: str, region: str, account: str = DEFAULT_ACCOUNT, *, reason: str = "BOUNCE") -> None:
        """Put an address onto the account's suppression list, as SES does after a bounce or complaint."""
        from sesops.emulator.operations import suppression
        from sesops.emulator.operations.identity_names import is_email_address

        if reason not in suppression.REASONS:
            raise ValueError(f"{reason!r} is no reason; there are {', '.join(suppression.REASONS)}")
        if not is_email_address(suppression.normal(address)):
            raise ValueError(f"{address!r} is no e-mail address")
        with self._place(account, region) as context:
            suppression.add(context, address, reason, message=f"{int(context.now.timestamp() * 1000):x}-emulator")

    def grant_production(self, region: str, account: str = DEFAULT_ACCOUNT) -> None:
        """Let the account out of the sandbox, as Support does."""
        from sesops.emulator.operations import account as accounts

        with self._place(account, region) as context:
            accounts.grant_production(context)

    # --- inside ---

    def _place(self, account: str, region: str) -> AbstractContextManager[Context]:
        if not _REGION.fullmatch(region):
            raise ValueError(f"{region!r} is no region; one is like eu-west-1")
        if not re.fullmatch(r"\d{12}", account, re.ASCII):
            raise ValueError(f"{account!r} is no account; one has 12 digits")
        return self.context(account, region)

    def _store_settings(self, settings: Settings) -> None:
        with self._database.transaction() as connection:
            set_setting(connection, _SETTINGS, settings.to_json())

    @staticmethod
    def _settings(connection: Connection) -> Settings:
        document: Mapping[str, Any] = get_setting(connection, _SETTINGS) or {}
        try:
            return Settings.from_json(document)
        except ValueError as error:
            raise DamagedError(f"its settings: {error}") from error

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

    def _context(self, connection: Connection, account: str, region: str, seen: lag.Seen | None = None) -> Context:
        """What a write is given; with `seen`, what a read is given that sees this differently."""
        now, partition, settings = clock.now(connection), _partition(region), self._settings(connection)
        store: Store = (
            lag.LateStore(connection, account, region, partition, now, seen)
            if seen
            else lag.WritingStore(connection, account, region, partition, now, settings)
        )
        services = self._services.as_of(now - settings.propagation) if settings.propagation else self._services
        neighbours = self._neighbours(connection, account, region, settings, services)
        view = View(connection, settings.dns_lag)
        return Context(account, region, partition, now, store, neighbours, settings, view)

    def _neighbours(
        self, connection: Connection, account: str, region: str, settings: Settings, services: Services
    ) -> Neighbours:
        return Neighbours(services, connection, account, region, _partition(region), settings)


def _partition(region: str) -> str:
    if region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"
