"""The lock of an `apply`: taken before anything is read, given back whatever comes of it."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from sesops.cli.caller import served
from sesops.cli.exit_codes import ExitCode, Stop, UsageError
from sesops.cli.options import Endpoint

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from sesops.aws.lock import Seen, Store
    from sesops.cli.targets import Job
    from sesops.core.lock import Holder, Place

    Opening = Callable[[], AbstractContextManager[Store]]

T = TypeVar("T")
LOCK = "s3://BUCKET/KEY"
"""The form of a lock's place."""
_ANYWHERE = "us-east-1"

Lock = Annotated[
    str | None,
    typer.Option("--lock", metavar=LOCK, help="Hold this lock, so that no two runs apply at once."),
]


@contextmanager
def held(lock: str | None, endpoint: Endpoint, jobs: Sequence[Job]) -> Iterator[None]:
    """Inside, nobody else has the lock. None: there is none to be had.

    Raises:
        Stop: somebody has it (3), or S3 does not let us (1).
        UsageError: it is no place in S3.

    """
    from sesops.engine.interrupt import terminable

    if lock is None:
        with terminable():
            yield
        return
    at, holder = place(lock), _ourselves(jobs[0].stack)
    # Opened again at the end: a run may take longer than its credentials hold.
    there = partial(store, at, endpoint, jobs[0].region)
    with terminable():
        yield from _while_held(there, at, holder, _unlocked(at, endpoint, jobs[0].region))


def _while_held(there: Opening, at: Place, holder: Holder, again: str) -> Iterator[None]:
    taken = False
    try:
        with there() as first:
            seen = asked(lambda: first.take(holder))
        if seen is not None:
            raise _refusal(at, seen, again)
        taken = True
        yield
    except BaseException:
        failure = _given_back(there, at, holder, again)
        # What went wrong first is what the run ends with.
        if taken and failure is not None:
            _say(failure)
        raise
    failure = _given_back(there, at, holder, again)
    if failure is not None:
        raise failure


def insist_on_free(lock: str | None, endpoint: Endpoint, jobs: Sequence[Job]) -> None:
    """See that nobody applies, so that what a plan reads is not half made. It only looks.

    Raises:
        Stop: somebody has the lock (3), or S3 does not let us look (1).
        UsageError: it is no place in S3.

    """
    if lock is None:
        return
    at = place(lock)
    with store(at, endpoint, jobs[0].region) as there:
        seen = asked(there.look)
    if seen is not None:
        raise _refusal(at, seen, _unlocked(at, endpoint, jobs[0].region))


def place(text: str) -> Place:
    """The place that an option names.

    Raises:
        UsageError: it is none.

    """
    from sesops.core import lock

    try:
        return lock.place(text)
    except ValueError as error:
        raise UsageError(f"the lock {error}", "as in s3://acme-ci/sesops/mail.lock") from error


@contextmanager
def store(at: Place, endpoint: Endpoint, region: str | None) -> Iterator[Store]:
    """A lock's place, as whoever runs sesops: no role of a target is assumed, for it is of no target.

    Raises:
        Stop: nobody knows us there (1).
        UsageError: a profile is named for the embedded SES.

    """
    from sesops.aws.lock import Store
    from sesops.aws.session import SessionError, open_session

    with served(endpoint) as emulator:
        try:
            # The embedded SES is in every region at once.
            where = region or (_ANYWHERE if emulator is not None else None)
            session = open_session(profile=endpoint.profile, region=where, emulator=emulator)
        except SessionError as error:
            raise Stop(ExitCode.FAILED, error.message, error.hint) from error
        yield asked(lambda: Store(session, at))


def asked(call: Callable[[], T]) -> T:
    """What S3 says.

    Raises:
        Stop: it refuses (1).

    """
    from sesops.aws.lock import LockError

    try:
        return call()
    except LockError as error:
        raise Stop(ExitCode.FAILED, error.message, error.hint) from error


def _ourselves(stack: str) -> Holder:
    import getpass
    import socket
    import uuid
    from datetime import UTC, datetime

    from sesops.core import lock

    try:
        user = getpass.getuser()
    except (KeyError, OSError, ImportError):
        # A container may run as a number that has no name.
        user = str(os.getuid()) if hasattr(os, "getuid") else "unknown"
    owner = f"{user}@{socket.gethostname()}"
    return lock.Holder(owner, lock.run_of(os.environ), stack, datetime.now(UTC), uuid.uuid4().hex)


def _unlocked(at: Place, endpoint: Endpoint, region: str) -> str:
    """The command that takes the lock away, for whoever stands where we do."""
    options = [*(["--emulator"] if endpoint.emulator else ["--region", region])]
    if endpoint.emulator_file is not None:
        options += ["--emulator-file", str(endpoint.emulator_file)]
    if endpoint.profile is not None:
        options += ["--profile", endpoint.profile]
    return shlex.join(["sesops", "unlock", str(at), *options])


def _refusal(at: Place, seen: Seen, again: str) -> Stop:
    from datetime import UTC, datetime

    if seen.holder is None:
        return Stop(ExitCode.HELD, f"{at} holds something that is no lock", "choose another key for --lock")
    hint = f"wait until it is given back; if nobody will: {again}"
    return Stop(ExitCode.HELD, f"nothing was done: {at} is {seen.holder.sentence(datetime.now(UTC))}", hint)


def _given_back(there: Opening, at: Place, holder: Holder, again: str) -> Stop | None:
    """Give the lock back, if it is still ours. Returns why not; one Ctrl-C does not keep us from it."""
    from sesops.engine.interrupt import on_interrupt

    try:
        with on_interrupt(lambda: None), there() as last:
            if asked(lambda: last.give_back(holder)):
                return None
    except Stop as stop:
        return Stop(ExitCode.FAILED, f"the lock was not given back: {stop.message}", again)
    message = f"{at} was not ours any more: somebody unlocked it during this run"
    return Stop(ExitCode.FAILED, message, "look whether another run applied meanwhile: sesops plan")


def _say(stop: Stop) -> None:
    from sesops.view import console
    from sesops.view.run_text import stop_lines

    console.err(stop_lines(str(stop.message), stop.details, stop.hint))
