"""`apply --lock` and `unlock`: two pipelines that apply at once."""

from __future__ import annotations

import json
import signal
import sys
from datetime import UTC, datetime, timedelta

import pytest
from cli.conftest import GOLDEN, SMALL

from sesops.core.lock import Holder, read

LOCK = "s3://acme-ci/mail.lock"


@pytest.fixture
def locks(shell):
    """A shell with a bucket for locks."""
    shell.write(SMALL)
    shell.call("s3.create_bucket", Bucket="acme-ci", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    return shell


def take(shell, *, token="theirs", age=timedelta(minutes=5), body=None):
    """Somebody else takes the lock."""
    holder = Holder("ci@runner", "https://ci.example/7", "small", datetime.now(UTC) - age, token)
    shell.call("s3.put_object", Bucket="acme-ci", Key="mail.lock", Body=body or holder.written().encode())


def held(shell):
    """Who holds the lock."""
    listed = shell.call("s3.list_objects_v2", Bucket="acme-ci").get("Contents", [])
    assert [one["Key"] for one in listed] in ([], ["mail.lock"])
    return [read(shell.call("s3.get_object", Bucket="acme-ci", Key="mail.lock")["Body"].read()) for _ in listed]


@pytest.fixture
def seen(locks, monkeypatch):
    """Who holds the lock at the moment when steps are made."""
    from sesops.engine import execute

    found, make = [], execute.execute

    def watched(*given, **named):
        found.extend(held(locks))
        return make(*given, **named)

    monkeypatch.setattr("sesops.engine.execute.execute", watched)
    return found


def test_a_run_holds_the_lock_and_gives_it_back(locks, seen, monkeypatch):
    """It says who runs it, and where its pipeline is to be seen."""
    monkeypatch.setenv("CI_JOB_URL", "https://gitlab.example/-/jobs/1")
    assert locks.run("apply", "--yes", "--lock", LOCK).code == 0
    [holder] = seen
    assert (holder.stack, holder.run) == ("small", "https://gitlab.example/-/jobs/1")
    assert "@" in holder.owner
    assert held(locks) == []


def test_a_saved_plan_is_made_under_the_lock_too(locks, seen):
    assert locks.run("plan", "--out", "plan.json").code == 0
    assert locks.run("apply", "plan.json", "--yes", "--lock", LOCK).code == 0
    assert len(seen) == 1
    assert held(locks) == []


@pytest.mark.parametrize("command", [("apply", "--yes"), ("plan",)])
def test_a_lock_that_is_held_ends_the_run(locks, golden, command):
    """Before anything is read; who, since when, and what to do. A plan looks, and takes none."""
    take(locks)
    ended = locks.run(*command, "--lock", LOCK)
    assert (ended.code, ended.out) == (3, "")
    text = locks.snapshot()
    since = (datetime.now(UTC) - timedelta(minutes=5)).strftime("%Y-%m-%d")
    assert since in text
    golden(GOLDEN / f"lock-held-{command[0]}.txt", "\n".join(masked(line) for line in text.split("\n")))
    assert [one.token for one in held(locks)] == ["theirs"]
    assert locks.call("sesv2.list_configuration_sets")["ConfigurationSets"] == []


def masked(line):
    head, since, rest = line.partition(" since ")
    return f"{head} since YYYY-MM-DD HH:MM UTC{rest.partition(' UTC')[2]}" if since else line


def test_a_plan_under_a_free_lock_takes_none(locks):
    assert locks.run("plan", "--lock", LOCK).code == 0
    assert held(locks) == []


def test_a_run_that_fails_gives_the_lock_back(locks):
    """Here the answer is no."""
    locks.typing("n\n")
    assert locks.run("apply", "--lock", LOCK).code == 1
    assert held(locks) == []


def test_ctrl_c_gives_the_lock_back(locks, monkeypatch):
    """While SES is read, and a second one while the lock is given back does no harm."""
    from sesops.aws.lock import Store

    def interrupted(*_, **__):
        raise KeyboardInterrupt

    give_back = Store.give_back

    def impatient(self, holder):
        signal.raise_signal(signal.SIGINT)
        return give_back(self, holder)

    monkeypatch.setattr("sesops.engine.planning.plan_target", interrupted)
    monkeypatch.setattr(Store, "give_back", impatient)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        ended = locks.run("apply", "--yes", "--lock", LOCK)
    finally:
        signal.signal(signal.SIGINT, before)
    assert (ended.code, ended.err) == (130, "sesops: interrupted: nothing was changed\n")
    assert held(locks) == []


@pytest.fixture
def cut_off(locks, monkeypatch):
    """Applies under the lock, and is sent a signal as steps are about to be made, Ctrl-C being heard or not."""
    from sesops.engine import execute

    make = execute.execute

    def apply(number, on_interrupt=signal.default_int_handler, lock=("--lock", LOCK)):
        def cut(*given, **named):
            signal.raise_signal(number)
            return make(*given, **named)

        monkeypatch.setattr("sesops.engine.execute.execute", cut)
        before = signal.signal(signal.SIGINT, on_interrupt)
        try:
            return locks.run("apply", "--yes", *lock)
        finally:
            signal.signal(signal.SIGINT, before)

    return apply


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_pipeline_that_is_cancelled_gives_the_lock_back(locks, cut_off, number):
    """It hears SIGTERM, and where a terminal was closed SIGHUP: what is in flight ends, and it says it was interrupted."""
    before = signal.getsignal(number)
    assert cut_off(number).code == 130
    assert held(locks) == []
    assert signal.getsignal(number) is before


def test_without_a_lock_it_ends_in_order_too(cut_off):
    """What is in flight ends, and what is left is said."""
    assert cut_off(signal.SIGTERM, lock=()).code == 130


def test_what_runs_in_the_background_hears_that_it_is_ended(locks, cut_off):
    """A shell starts it with Ctrl-C ignored."""
    assert cut_off(signal.SIGTERM, signal.SIG_IGN).code == 130
    assert held(locks) == []


def test_what_is_to_outlive_its_terminal_does(locks, cut_off):
    """As nohup has it."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        assert cut_off(signal.SIGHUP).code == 0
    finally:
        signal.signal(signal.SIGHUP, before)
    assert held(locks) == []


def test_a_lock_that_was_taken_away_meanwhile_is_said(locks, monkeypatch):
    """Another run may have begun: it keeps its lock, and this run does not end as if nothing had been."""
    from sesops.engine import execute

    make = execute.execute

    def robbed(*given, **named):
        take(locks)
        return make(*given, **named)

    monkeypatch.setattr("sesops.engine.execute.execute", robbed)
    ended = locks.run("apply", "--yes", "--lock", LOCK)
    assert ended.code == 1
    assert "Apply: 2 done." in ended.out
    assert "was not ours any more" in ended.err
    assert [one.token for one in held(locks)] == ["theirs"]


def test_a_lock_that_cannot_be_given_back_is_said(locks):
    """With the way to take it away."""
    from sesops.emulator import Emulator

    emulator = Emulator(locks.folder / "emulator.db")
    emulator.faults.deny("s3", "DeleteObject")
    emulator.close()
    ended = locks.run("apply", "--yes", "--lock", LOCK)
    assert ended.code == 1
    assert "the lock was not given back" in ended.err
    assert f"hint: sesops unlock {LOCK}" in ended.err


def test_something_else_under_the_key_stays(locks):
    take(locks, body=b"a report")
    ended = locks.run("apply", "--yes", "--lock", LOCK)
    assert (ended.code, "holds something that is no lock" in ended.err) == (3, True)
    ended = locks.run("unlock", LOCK, "--yes")
    assert (ended.code, "no lock, and stays" in ended.err) == (3, True)
    assert locks.call("s3.get_object", Bucket="acme-ci", Key="mail.lock")["Body"].read() == b"a report"


@pytest.mark.parametrize("arguments", [("apply", "--yes", "--lock", "mail.lock"), ("unlock", "s3://acme-ci")])
def test_a_place_that_is_none(locks, arguments):
    ended = locks.run(*arguments)
    assert ended.code == 64
    assert "is not of the form s3://BUCKET/KEY" in ended.err


def test_unlock_shows_and_asks(locks):
    take(locks)
    locks.typing("n\n")
    ended = locks.run("unlock", LOCK)
    assert ended.code == 1
    assert f"{LOCK} is held by ci@runner (https://ci.example/7) since" in ended.out
    assert "5 minutes, for stack small" in ended.out
    assert "Take it away? [y/N]" in ended.err
    assert len(held(locks)) == 1
    locks.typing("y\n")
    assert locks.run("unlock", LOCK).code == 0
    assert held(locks) == []


def test_unlock_without_a_terminal_wants_a_yes(locks):
    take(locks)
    ended = locks.run("unlock", LOCK)
    assert (ended.code, "hint: give --yes" in ended.err) == (3, True)
    assert locks.run("unlock", LOCK, "--yes").out.endswith(f"{LOCK} is free\n")
    assert locks.run("unlock", LOCK, "--yes").out == f"{LOCK} is not held\n"


def test_unlock_takes_away_no_other_lock_than_it_showed(locks, monkeypatch):
    """While somebody thinks about the question, another run takes the lock."""
    take(locks)
    locks.typing("y\n")
    answer = sys.stdin.readline

    def slow():
        shell_input = answer()
        take(locks, token="a-third")
        return shell_input

    monkeypatch.setattr(sys.stdin, "readline", slow)
    ended = locks.run("unlock", LOCK)
    assert ended.code == 3
    assert "is not the lock any more that was shown" in ended.err
    assert [one.token for one in held(locks)] == ["a-third"]


def test_the_rights_for_a_lock_are_printed(locks):
    """To look at it for a plan, to take and give it back for an apply."""

    def rights(*arguments):
        statements = json.loads(locks.run("iam-policy", *arguments, "--lock", LOCK).out)["Statement"]
        return {one: each["Resource"] for each in statements for one in each["Action"] if one.startswith("s3:")}

    lock, bucket = ["arn:aws:s3:::acme-ci/mail.lock"], ["arn:aws:s3:::acme-ci"]
    looking = {"s3:GetObject": lock, "s3:ListBucket": bucket}
    assert rights("--for", "plan", "--narrow") == looking
    assert rights("--for", "apply") == {**looking, "s3:PutObject": lock, "s3:DeleteObject": lock}
    assert locks.run("iam-policy", "--for", "plan", "--lock", LOCK).code == 64


def test_the_rights_for_a_lock_are_for_no_other_object(locks):
    """What is a pattern or a variable to IAM is a sign of the key."""
    policy = json.loads(locks.run("iam-policy", "--for", "apply", "--lock", "s3://acme-ci/a*b?${c}").out)
    (resources,) = (one["Resource"] for one in policy["Statement"] if "s3:PutObject" in one["Action"])
    assert resources == ["arn:aws:s3:::acme-ci/a${*}b${?}${$}{c}"]
