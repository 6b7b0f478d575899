"""The lock in S3: there is one, and it is deleted only as it was seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from botocore.exceptions import ResponseStreamingError
from botocore.response import StreamingBody

from sesops.aws.lock import LockError, Store
from sesops.aws.session import Session, open_session
from sesops.core.lock import Holder, place
from sesops.emulator import Emulator

AT = place("s3://acme-ci/mail.lock")
OURS = Holder("ci@one", None, "acme", datetime(2026, 3, 1, tzinfo=UTC), "one")
THEIRS = replace(OURS, owner="ci@two", token="two")


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    made = Emulator()
    yield made
    made.close()


@pytest.fixture
def session(emulator: Emulator) -> Session:
    return open_session(region="us-east-1", emulator=emulator)


@pytest.fixture
def store(session: Session) -> Store:
    session.client("s3").create_bucket(Bucket=AT.bucket)
    return Store(session, AT, sleep=lambda _: None)


def test_the_first_has_it_and_the_second_hears_who(store):
    assert store.take(OURS) is None
    assert store.take(THEIRS).holder == OURS
    assert store.look().holder == OURS


def test_what_is_given_back_can_be_taken(store):
    assert store.take(OURS) is None
    assert store.give_back(OURS)
    assert store.look() is None
    assert store.take(THEIRS) is None


def test_nobody_gives_back_what_is_anothers(store):
    store.take(THEIRS)
    assert not store.give_back(OURS)
    assert store.look().holder == THEIRS


def test_what_nobody_holds_cannot_be_given_back(store):
    assert not store.give_back(OURS)


def test_only_the_lock_that_was_seen_is_deleted(store):
    """Another one came in its place between the look and the delete."""
    store.take(OURS)
    seen = store.look()
    store.give_back(OURS)
    store.take(THEIRS)
    assert not store.delete(seen)
    assert store.look().holder == THEIRS


def test_something_else_is_seen_as_no_lock(store, session):
    session.client("s3").put_object(Bucket=AT.bucket, Key=AT.key, Body=b"a report")
    assert store.take(OURS).holder is None


@pytest.mark.parametrize("operation", ["PutObject", "DeleteObject"])
def test_an_answer_that_was_lost_is_no_trouble(store, emulator, operation):
    """Asked again, S3 shows our own token, or nothing."""
    emulator.faults.lose_answer(operation)
    assert store.take(OURS) is None
    assert store.give_back(OURS)
    assert store.look() is None


@pytest.mark.parametrize("times", [1, 99])
def test_a_body_that_breaks_off_is_asked_for_again(store, monkeypatch, times):
    """And where it always does, that is S3's trouble and no error in the program."""
    store.take(THEIRS)
    breaks, read = iter(range(times)), StreamingBody.read

    def broken(self, amt=None):
        if next(breaks, None) is not None:
            raise ResponseStreamingError(error="Connection reset by peer")
        return read(self, amt)

    monkeypatch.setattr(StreamingBody, "read", broken)
    if times == 1:
        assert store.look().holder == THEIRS
    else:
        with pytest.raises(LockError, match="Connection reset by peer"):
            store.look()


def test_an_s3_without_conditions_is_said(store, emulator):
    emulator.faults.fail("s3", "PutObject", "NotImplemented", status=501, times=None)
    with pytest.raises(LockError, match="NotImplemented") as caught:
        store.take(OURS)
    assert "conditional writes" in str(caught.value.hint)


def test_a_conflict_passes(store, emulator):
    """Two that write at once: S3 wants to be asked again."""
    emulator.faults.fail("s3", "PutObject", "ConditionalRequestConflict", status=409)
    assert store.take(OURS) is None


def test_a_conflict_that_does_not_pass_is_an_error(store, emulator):
    emulator.faults.fail("s3", "PutObject", "ConditionalRequestConflict", status=409, times=None)
    with pytest.raises(LockError, match="ConditionalRequestConflict"):
        store.take(OURS)


def test_a_denial_is_an_error_with_a_hint(store, emulator):
    emulator.faults.deny("s3", "PutObject")
    with pytest.raises(LockError, match=r"s3://acme-ci/mail\.lock: AccessDenied") as caught:
        store.take(OURS)
    assert "sesops iam-policy" in str(caught.value.hint)


def test_a_bucket_that_is_not_there(session):
    with pytest.raises(LockError, match="NoSuchBucket") as caught:
        Store(session, AT).take(OURS)
    assert caught.value.hint == "the bucket has to be there; sesops makes none"


def test_a_lock_that_comes_and_goes_all_the_time_is_given_up(store, monkeypatch):
    store.take(THEIRS)
    monkeypatch.setattr(store, "look", lambda: None)
    with pytest.raises(LockError, match="all the time"):
        store.take(OURS)
