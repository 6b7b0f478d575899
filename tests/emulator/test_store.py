"""The state file: documents, transactions, several processes, and what a crash leaves."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sesops.emulator.context import Context, ServiceError
from sesops.emulator.neighbours import Neighbours
from sesops.emulator.paging import page
from sesops.emulator.services import Services
from sesops.emulator.settings import Settings
from sesops.emulator.store import Database, StateError, Store, parse, stamp

NOW = datetime(2026, 8, 1, 12, 0, 0, 123000, tzinfo=UTC)


@contextmanager
def opened(database: Database, region: str = "eu-west-1", at: datetime = NOW, account: str = "1") -> Iterator[Store]:
    with database.transaction() as connection:
        yield Store(connection, account, region, "aws", at)


@pytest.fixture(params=["memory", "file"])
def database(request: Any, tmp_path: Path) -> Iterator[Database]:
    database = Database(None if request.param == "memory" else tmp_path / "made" / "state.db")
    yield database
    database.close()


def test_document_is_a_copy(database: Database) -> None:
    """What was given out and then changed has changed nothing."""
    with opened(database) as store:
        store.put("identity", "a", {"tags": {}, "list": [1]})
        given = store.get("identity", "a")
        assert given is not None
        given["list"].append(2)
        assert store.get("identity", "a") == {"tags": {}, "list": [1]}


def test_documents_are_sorted_and_of_one_account_and_region(database: Database) -> None:
    """Nothing crosses regions or accounts but a look into another region that is asked for."""
    with opened(database) as store:
        for name in ("b", "a"):
            store.put("identity", name, {"name": name})
        assert list(store.items("identity")) == [("a", {"name": "a"}), ("b", {"name": "b"})]
        assert store.names("identity") == ["a", "b"]
        assert store.names("configuration_set") == []
    with opened(database, region="us-east-1") as elsewhere:
        assert elsewhere.names("identity") == []
        assert elsewhere.in_region("eu-west-1").names("identity") == ["a", "b"]
    with opened(database, account="2") as others:
        assert others.get("identity", "a") is None


def test_delete_says_whether_there_was_one(database: Database) -> None:
    """The v2 API tells the difference, v1 does not."""
    with opened(database) as store:
        store.put("identity", "a", {})
        assert [store.delete("identity", "a"), store.delete("identity", "a")] == [True, False]


def test_values(database: Database) -> None:
    """Scalars of a region: unset is None, and so is one set to None."""
    with opened(database) as store:
        assert store.get_value("active") is None
        store.set_value("active", "a")
        assert store.get_value("active") == "a"
    with opened(database, region="us-east-1") as elsewhere:
        assert elsewhere.get_value("active") is None


def test_stamps_sort_as_times_do() -> None:
    """And they come back as the moments they were."""
    moments = [NOW, NOW.replace(microsecond=0), NOW + timedelta(days=1)]
    assert sorted(moments) == [parse(text) for text in sorted(map(stamp, moments))]


def test_failed_transaction_leaves_nothing(database: Database) -> None:
    """A refusal halfway undoes the writes before it."""

    def refused() -> None:
        with opened(database) as store:
            store.put("identity", "a", {})
            raise ServiceError("BadRequestException", "no")

    with pytest.raises(ServiceError):
        refused()
    with opened(database) as store:
        assert store.names("identity") == []


def test_tags_as_they_were(database: Database) -> None:
    """Each change of a resource's tags is found again at its time; a deleted resource has none."""
    hours = [NOW + timedelta(hours=hour) for hour in range(4)]
    for at, tags in zip(hours, [{"a": "1"}, {"a": "2"}, {}], strict=False):
        with opened(database, at=at) as store:
            store.put("configuration_set", "x", {"tags": tags})
    with opened(database, at=hours[3]) as store:
        store.put("configuration_set", "x", {"tags": {"a": "3"}})
        store.delete("configuration_set", "x")
        arn = "arn:aws:ses:eu-west-1:1:configuration-set/x"
        assert [store.tagged(at) for at in hours] == [{arn: {"a": "1"}}, {arn: {"a": "2"}}, {}, {}]
        assert store.tagged() == {}


def test_threads_take_turns(database: Database) -> None:
    """Read and write in one transaction: no count is lost among threads."""

    def count() -> None:
        for _ in range(20):
            with opened(database) as store:
                store.set_value("count", (store.get_value("count") or 0) + 1)

    threads = [threading.Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with opened(database) as store:
        assert store.get_value("count") == 160


IN_A_PROCESS = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from sesops.emulator.store import Database, Store
database = Database(Path(sys.argv[1]))
def opened(connection):
    return Store(connection, "1", "eu-west-1", "aws", datetime.now(UTC))
"""


def process(path: Path, script: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", IN_A_PROCESS + script, str(path)], text=True, stdout=subprocess.PIPE)


def test_processes_take_turns(tmp_path: Path) -> None:
    """The same among processes, which open (and make) the file at the same time."""
    script = """
for _ in range(30):
    with database.transaction() as connection:
        store = opened(connection)
        store.set_value("count", (store.get_value("count") or 0) + 1)
"""
    with ExitStack() as running:
        processes = [running.enter_context(process(tmp_path / "state.db", script)) for _ in range(3)]
        assert [each.wait() for each in processes] == [0, 0, 0]
    database = Database(tmp_path / "state.db")
    with opened(database) as store:
        assert store.get_value("count") == 90
    database.close()


def test_other_processes_writes_are_seen(tmp_path: Path) -> None:
    """At once, with the file open here all the while."""
    database = Database(tmp_path / "state.db")
    script = "\nwith database.transaction() as connection:\n    opened(connection).put('identity', 'theirs', {})\n"
    with process(tmp_path / "state.db", script) as other:
        assert other.wait() == 0
    with opened(database) as store:
        assert store.names("identity") == ["theirs"]
    database.close()


def test_crash_keeps_what_was_committed_and_nothing_else(tmp_path: Path) -> None:
    """A process killed in the middle of its second transaction: the first is there, and the file is free."""
    script = """
with database.transaction() as connection:
    opened(connection).put("identity", "answered", {})
with database.transaction() as connection:
    opened(connection).put("identity", "unanswered", {})
    os.kill(os.getpid(), signal.SIGKILL)
"""
    with process(tmp_path / "state.db", script) as crashed:
        assert crashed.wait() == -9
    database = Database(tmp_path / "state.db")
    with opened(database) as store:
        store.put("identity", "later", {})
        assert store.names("identity") == ["answered", "later"]
    database.close()


def test_file_that_is_no_state(tmp_path: Path) -> None:
    """Named, and left as it is."""
    path = tmp_path / "notes.txt"
    path.write_text("remember the milk " * 100)
    with pytest.raises(StateError, match=r"notes\.txt cannot be used as the emulator's state"):
        Database(path)
    assert path.read_text().startswith("remember")


def test_file_of_another_format(tmp_path: Path) -> None:
    """State of a later release is not guessed at."""
    connection = sqlite3.connect(tmp_path / "state.db")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(StateError, match="format 99"):
        Database(tmp_path / "state.db")


def test_database_of_something_else(tmp_path: Path) -> None:
    """Nothing is written into it."""
    path = tmp_path / "photos.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE photo (name TEXT)")
    with pytest.raises(StateError, match="a database of something else"):
        Database(path)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("photo",)]


def contexts(database: Database, region: str = "eu-west-1") -> Context:
    with database.transaction() as connection:
        store = Store(connection, "1", region, "aws", NOW)
        neighbours = Neighbours(Services(), connection, "1", region, "aws", Settings())
        return Context("1", region, "aws", NOW, store, neighbours, Settings())


def test_pages(database: Database) -> None:
    """Whole pages, a token on all but the last, also where the last is full."""
    context, refusal = contexts(database), ServiceError("BadRequestException", "token")
    pages: list[list[int]] = []
    token: str | None = None
    while token is not None or not pages:
        shown, token = page(context, "things", range(6), token, 2, refusal)
        pages.append(shown)
    assert pages == [[0, 1], [2, 3], [4, 5]]
    assert page(context, "things", [], None, 2, refusal) == ([], None)


@pytest.mark.parametrize("token", ["bogus", "", "W10=", "bnVsbA=="])
def test_token_that_is_none(database: Database, token: str) -> None:
    """Refused as the caller wants it refused."""
    with pytest.raises(ServiceError, match="token"):
        page(contexts(database), "things", range(6), token, 2, ServiceError("BadRequestException", "token"))


def test_token_is_bound_to_listing_and_region(database: Database) -> None:
    """Another listing's token, or another region's, is refused."""
    refusal = ServiceError("BadRequestException", "token")
    _, token = page(contexts(database), "things", range(6), None, 2, refusal)
    for context, listing in ((contexts(database), "others"), (contexts(database, "us-east-1"), "things")):
        with pytest.raises(ServiceError, match="token"):
            page(context, listing, range(6), token, 2, refusal)


def test_settings_as_json_and_back() -> None:
    """Times are seconds."""
    settings = Settings(verification=timedelta(hours=2), throttle_per_second=1, check_neighbours="all")
    assert settings.to_json()["verification"] == 7200
    assert Settings.from_json(settings.to_json()) == settings
    assert Settings.from_json({}) == Settings()


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"verfication": 1}, "unknown setting 'verfication'"),
        ({"verification": "soon"}, "setting 'verification' does not take 'soon'"),
        ({"receiving": 1}, "setting 'receiving' does not take 1"),
        ({"check_neighbours": "some"}, "check_neighbours is one of none, topics, all"),
        ({"throttle_per_second": 0}, "throttle_per_second is above 0"),
    ],
)
def test_settings_that_make_no_sense(document: dict[str, Any], message: str) -> None:
    """Refused with what would."""
    with pytest.raises(ValueError, match=message):
        Settings.from_json(document)
