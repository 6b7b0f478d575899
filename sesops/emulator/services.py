"""The services beside SES, as the state file has them: moto's world, brought up to date from the journal."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from http import HTTPStatus
from sqlite3 import Connection
from urllib.parse import parse_qsl

from moto.core.request import Request

from sesops.emulator import clock, dns, journal, topics
from sesops.emulator.exchange import HttpAnswer
from sesops.emulator.journal import Entry
from sesops.emulator.store import DamagedError, Store
from sesops.emulator.world import World

_READS = ("Get", "List", "Describe", "Head")
_TAG_WRITES = {"CreateTopic", "DeleteTopic", "TagResource", "UntagResource"}


# What SES looks for, and what makes a name one that is there.
_ZONE_TYPES = {"A", "AAAA", "CNAME", "MX", "TXT"}
_POLICY_WRITES = {"DeleteTopic", "SetTopicAttributes", "AddPermission", "RemovePermission"}
_ZONE_WRITE = re.compile(r".*/hostedzone/([^/]+)/rrset/?")


class _Replay:
    """A world, and how far the journal was played to it."""

    def __init__(self) -> None:
        self.world = World()
        self.number = 0
        self.at = datetime.min.replace(tzinfo=UTC)

    def play(self, connection: Connection, until: datetime | None = None) -> World:
        """The world as the journal leaves it, other processes' entries included: all of it, or up to a moment."""
        if until is not None and until < self.at:
            self.forget()
        for number, at, entry in journal.entries_after(connection, self.number):
            if until is not None and at > until:
                break
            try:
                self.world.answer(entry.request(), seed=number)
            except Exception as error:
                what = f"{type(error).__name__}: {error}"
                raise DamagedError(f"entry {number} of its journal cannot be made again ({what})") from error
            self.number, self.at = number, at
        return self.world

    def forget(self) -> None:
        """Begin anew."""
        self.world.forget()
        self.number, self.at = 0, datetime.min.replace(tzinfo=UTC)


class Services:
    """moto's services for one emulator. All methods are called inside a transaction of its state."""

    def __init__(self) -> None:
        self._now = _Replay()
        self._then = _Replay()
        self._unsettled = False
        self._uncertain = False

    def world(self, connection: Connection) -> World:
        """The world as the journal leaves it now."""
        if self._uncertain:
            self._now.forget()
            self._uncertain = False
        return self._now.play(connection)

    def as_of(self, until: datetime) -> Services:
        """The same services with the world as it was, for whom changes reach late; what is written is written now."""
        return _Former(self, self._then, until)

    def answer(self, connection: Connection, entry: Entry, operation: str) -> HttpAnswer:
        """What moto answers; a write that it accepts goes into the journal."""
        world = self.world(connection)
        number = self._now.number + 1
        if entry.service == "sns":
            topics.check(operation, entry.body)
        answer = world.answer(entry.request(), seed=number)
        if operation == "GetTopicAttributes" and answer.status < HTTPStatus.BAD_REQUEST:
            answer = _all_attributes(world, entry, answer)
        if not _is_read(entry.method, operation) and answer.status < 400:
            journal.append(connection, number, clock.now(connection), entry)
            self._now.number, self._unsettled = number, True
            self._note_zone(connection, entry)
        return answer

    def close(self) -> None:
        """Let go of what moto holds open."""
        self._now.forget()
        self._then.forget()

    def settle(self, *, committed: bool) -> None:
        """Hear how the transaction ended. If journal entries were undone with it, the world begins anew at next use."""
        self._uncertain = self._uncertain or (self._unsettled and not committed)
        self._unsettled = False

    def is_empty(self, connection: Connection) -> bool:
        """Whether nobody has ever written anything here."""
        return journal.last_number(connection) == 0

    def account_of(self, connection: Connection, access_key: str) -> str | None:
        """The account that an access key made here (of a user, or of an assumed role) belongs to."""
        if self.is_empty(connection):
            return None
        with self.world(connection).turn():
            from moto.iam.models import iam_backends

            for account, partitions in iam_backends.items():
                if any(access_key in backend.access_keys for backend in partitions.values()):
                    return str(account)
        return None

    def note_topic_tags(self, connection: Connection, store: Store, account: str, region: str) -> None:
        """Let the listing of tagged resources know which tags the topics of `account` and `region` have now."""
        with self.world(connection).turn():
            from moto.sns.models import sns_backends

            topics = sns_backends[account][region].topics
            tags: dict[str, dict[str, str]] = {arn: dict(topic._tags) for arn, topic in topics.items()}  # noqa: SLF001
        gone = [arn for arn in store.tagged() if arn.split(":")[2] == "sns" and arn not in tags]
        for arn, topic_tags in {**tags, **{arn: {} for arn in gone}}.items():
            store.note_tags(arn, topic_tags)

    @staticmethod
    def changes_topic_tags(service: str, operation: str) -> bool:
        return service == "sns" and operation in _TAG_WRITES

    @staticmethod
    def may_shut_out(service: str, operation: str) -> bool:
        """Whether a write may take a topic away, or SES's right to publish to it."""
        return service == "sns" and operation in _POLICY_WRITES

    def _note_zone(self, connection: Connection, entry: Entry) -> None:
        """Let the DNS know what a zone of Route 53 says now, if this wrote to one that everybody sees."""
        path = entry.url.partition("?")[0]
        if entry.service != "route53" or not (found := _ZONE_WRITE.fullmatch(path)):
            return
        with self._now.world.turn():
            from moto.route53.models import route53_backends

            zones = [
                backend.zones[found[1]]
                for partitions in route53_backends.values()
                for backend in partitions.values()
                if found[1] in backend.zones
            ]
            sets = [each for zone in zones if not zone.private_zone for each in zone.rrsets]
            said = [(each.name, each.type, list(each.records)) for each in sets if each.type in _ZONE_TYPES]
        dns.note_zone(connection, found[1], said)


class _Former(Services):
    """Services whose world is one of the past."""

    def __init__(self, services: Services, replay: _Replay, until: datetime) -> None:
        super().__init__()
        self._services = services
        self._then = replay
        self._until = until

    def world(self, connection: Connection) -> World:
        return self._then.play(connection, self._until)

    def answer(self, connection: Connection, entry: Entry, operation: str) -> HttpAnswer:
        return self._services.answer(connection, entry, operation)


def _all_attributes(world: World, entry: Entry, answer: HttpAnswer) -> HttpAnswer:
    arn = dict(parse_qsl(entry.body.decode()))["TopicArn"]
    with world.turn():
        from moto.sns.models import sns_backends

        held = sns_backends[arn.split(":")[4]][arn.split(":")[3]].topics.get(arn)
        more = topics.unseen(held) if held else {}
    return topics.completed(answer, more)


def _is_read(method: str, operation: str) -> bool:
    return method in {"GET", "HEAD"} or operation.startswith(_READS)


def entry_of(request: Request, *, account: str, region: str, service: str, access_key: str) -> Entry:
    """The journal's form of a request to `service` (by its name in boto3), wherever it was sent to."""
    return Entry(
        account, region, service, access_key, request.method, _url(request, service, region),
        journal.kept_headers(request), request.get_data(),
    )  # fmt: skip


def _url(request: Request, service: str, region: str) -> str:
    """The address at AWS of what `request` asks for, for moto tells services and regions apart by it."""
    host = request.host.partition(":")[0]
    if service == "s3" and not host.endswith((".amazonaws.com", ".amazonaws.com.cn")):
        # http://BUCKET.localhost:PORT/KEY or http://127.0.0.1:PORT/BUCKET/KEY
        bucket = host.removesuffix("localhost")
        host = f"{bucket if host != bucket else ''}s3.{region}.amazonaws.com"
    elif service != "s3":
        host = f"{service}.{region}.amazonaws.com"
    query = f"?{request.query_string.decode()}" if request.query_string else ""
    return f"https://{host}{request.raw_path}{query}"
