"""A lock's place, who holds it, and the run of a pipeline."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sesops.core import lock
from sesops.core.lock import Holder, Place

SINCE = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
HOLDER = Holder("ci@runner", "https://ci.example/7", "acme", SINCE, "f00d")


def test_a_place_is_a_bucket_and_a_key():
    assert lock.place("s3://acme-ci/sesops/mail.lock") == Place("acme-ci", "sesops/mail.lock")
    assert str(lock.place("s3://acme-ci/sesops/mail.lock")) == "s3://acme-ci/sesops/mail.lock"


@pytest.mark.parametrize(
    "text", ["", "acme-ci/lock", "s3://acme-ci", "s3://acme-ci/", "s3://Acme/lock", "s3:///lock", "s3://a/b"]
)
def test_what_is_no_place(text):
    with pytest.raises(ValueError, match="is not of the form s3://BUCKET/KEY"):
        lock.place(text)


def test_what_is_written_is_read():
    assert lock.read(HOLDER.written().encode()) == HOLDER


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[]",
        b"null",
        b"\xff",
        b'{"owner": "x"}',
        b'{"owner": "x", "run": null, "stack": "s", "since": "soon", "token": "t"}',
        b'{"owner": "x", "run": null, "stack": "s", "since": "0001-01-01T00:00:00+14:00", "token": "t"}',
        b"[" * 100_000,
    ],
)
def test_a_text_of_something_else_is_no_lock(text):
    assert lock.read(text) is None


def test_a_time_without_a_zone_is_utc():
    text = HOLDER.written().replace("+00:00", "")
    assert lock.read(text.encode()) == HOLDER


def test_the_sentence_says_who_since_when_and_for_what():
    said = HOLDER.sentence(SINCE + timedelta(minutes=3))
    assert said == "held by ci@runner (https://ci.example/7) since 2026-03-01 12:00 UTC, 3 minutes, for stack acme"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-5, "0 seconds"),
        (1, "1 second"),
        (59, "59 seconds"),
        (60, "1 minute"),
        (7200, "2 hours"),
        (86400 * 3, "3 days"),
    ],
)
def test_an_age_has_one_unit(seconds, said):
    assert lock.age(timedelta(seconds=seconds)) == said


@pytest.mark.parametrize(
    ("environ", "run"),
    [
        ({}, None),
        ({"CI_JOB_URL": "https://gitlab.example/-/jobs/1"}, "https://gitlab.example/-/jobs/1"),
        ({"BUILD_URL": ""}, None),
        (
            {"GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "acme/mail", "GITHUB_RUN_ID": "7"},
            "https://github.com/acme/mail/actions/runs/7",
        ),
        ({"GITHUB_SERVER_URL": "https://github.com", "GITHUB_RUN_ID": "7"}, None),
        (
            {"SYSTEM_COLLECTIONURI": "https://azure.example/acme/", "SYSTEM_TEAMPROJECT": "mail", "BUILD_BUILDID": "7"},
            "https://azure.example/acme/mail/_build/results?buildId=7",
        ),
    ],
)
def test_the_run_of_a_pipeline(environ, run):
    assert lock.run_of(environ) == run
