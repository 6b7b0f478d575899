"""A lock as an S3 object. S3 itself sees to it that there is one: it is made only where there is none (If-None-Match),
and deleted only as it was seen (If-Match on its ETag).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from sesops.aws import errors
from sesops.aws.checked import connect
from sesops.aws.errors import Retry, Verdict
from sesops.aws.session import CREDENTIAL_ERRORS, Session, SessionError
from sesops.core import lock
from sesops.core.lock import Holder, Place
from sesops.core.values import Refusal

_PAUSES = (0.2, 0.5, 1.0, 2.0)
_TRIES = 5
_CONFLICT = "ConditionalRequestConflict"
"""Somebody else writes the object at this moment; S3 wants it asked again."""
_NOT_SO = ("PreconditionFailed", "NoSuchKey")


class LockError(Exception):
    """S3 does not let us see to the lock."""

    def __init__(self, message: str, hint: str | None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class Seen(NamedTuple):
    """What lies at the place of a lock: who holds it (None: it is no lock), and the ETag by which it is deleted."""

    holder: Holder | None
    etag: str


class Store:
    """The lock at one place."""

    def __init__(self, session: Session, at: Place, *, sleep: Callable[[float], object] = time.sleep) -> None:
        try:
            self._client = connect(session, "s3")
        except SessionError as error:
            raise LockError(error.message, error.hint) from error
        self._at = {"Bucket": at.bucket, "Key": at.key}
        self._place = at
        self._sleep = sleep

    def take(self, holder: Holder) -> Seen | None:
        """Take the lock. Returns None where it is ours now, else what is there.

        An answer that was lost is no trouble: what is there then has our token.

        Raises:
            LockError: S3 refuses.

        """
        body = holder.written().encode()
        for _ in range(_TRIES):
            answer = self._call("put_object", Body=body, ContentType="application/json", IfNoneMatch="*")
            if not _is_not_so(answer):
                return None
            # Nothing is there where it was given back between the two.
            if (seen := self.look()) is not None:
                return None if _is_of(seen, holder) else seen
        raise LockError(f"{self._place}: others take it and give it back all the time", "run it again")

    def look(self) -> Seen | None:
        """What lies there; None: nothing.

        Raises:
            LockError: S3 refuses.

        """
        answer = self._call("get_object")
        return None if _is_not_so(answer) else Seen(lock.read(answer["Body"]), answer["ETag"])

    def give_back(self, holder: Holder) -> bool:
        """Delete the lock if it is still ours; whether it was.

        Raises:
            LockError: S3 refuses.

        """
        seen = self.look()
        return seen is not None and _is_of(seen, holder) and self.delete(seen)

    def delete(self, seen: Seen) -> bool:
        """Delete exactly what was seen; False where something else is there by now.

        Where nothing is, it was this that deleted it, and the answer was lost.

        Raises:
            LockError: S3 refuses.

        """
        return not _is_not_so(self._call("delete_object", IfMatch=seen.etag)) or self.look() is None

    def _call(self, operation: str, **params: Any) -> Any:
        """One call, made again where that may help: its answer, or S3's word that the condition does not hold."""
        for pause in (*_PAUSES, None):
            try:
                answer = getattr(self._client, operation)(**self._at, **params)
                # A connection may break in the middle of a body too.
                return {**answer, "Body": answer["Body"].read()} if "Body" in answer else answer
            except ClientError as error:
                verdict = errors.judge(error)
            except CREDENTIAL_ERRORS as error:
                verdict = errors.judge_credentials(error)
            except errors.BREAKS as error:
                verdict = errors.judge_break(error)
            if verdict.refusal.code in _NOT_SO:
                return verdict.refusal
            if pause is None or not _may_pass(verdict):
                break
            self._sleep(pause)
        code, message = verdict.refusal.code, verdict.refusal.message
        raise LockError(f"{self._place}: {code}: {message}", errors.hint_for(code, message))


def _may_pass(verdict: Verdict) -> bool:
    return verdict.retry in (Retry.THROTTLED, Retry.TRANSIENT) or verdict.refusal.code == _CONFLICT


def _is_of(seen: Seen, holder: Holder) -> bool:
    return seen.holder is not None and seen.holder.token == holder.token


def _is_not_so(answer: Any) -> bool:
    return isinstance(answer, Refusal)
