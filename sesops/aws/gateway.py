"""The one place that calls AWS: joins pages, paces, retries, and turns every refusal into a value."""

from __future__ import annotations

import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from botocore import xform_name
from botocore.exceptions import ClientError
from botocore.model import OperationModel

from sesops.aws import errors
from sesops.aws.errors import Retry, Verdict
from sesops.aws.pacing import Pacing
from sesops.aws.session import CREDENTIAL_ERRORS, Session
from sesops.aws.unknown import UnreadableBodyError, unknown_members
from sesops.aws.vault import Vault, without
from sesops.core.events import Event, Retrying
from sesops.core.ports import Listener
from sesops.core.values import Answer, Call, Json, Refusal, Refused, Reply

PAUSES: Mapping[Retry, tuple[float, ...]] = MappingProxyType(
    {
        Retry.NO: (),
        Retry.THROTTLED: (1, 2, 4, 8, 15, 30, 30, 30),
        Retry.TRANSIENT: (0.5, 1, 2, 4, 8),
        Retry.PROPAGATION: (2, 4, 8, 15, 30, 30, 30),
    }
)
"""Seconds before each further try. A grant takes up to a minute to be seen, so two minutes are enough for it and for a
throttle that somebody else causes; a server that fails for a quarter of a minute is down."""

_LOCAL = 0.01
"""On this machine nothing has to spread, and nobody should wait for it."""
_MAX_PAGES = 10_000
"""A million addresses of the suppression list are a thousand pages."""
_UNKNOWN = "SesopsUnknownMembers"
_BREAKS = (*errors.BREAKS, UnreadableBodyError)


def _nobody(_event: Event) -> None:
    """Hears nothing."""


class AwsGateway:
    """`core.ports.Gateway` over boto3, for one account and region.

    `max_rate` caps the calls a second of each operation, `environ` has the secrets that a spec finds in the
    environment. `pauses`, `now`, `sleep` and `jitter` (0 to 1) are for tests.
    """

    def __init__(
        self,
        session: Session,
        *,
        listener: Listener = _nobody,
        max_rate: float | None = None,
        environ: Mapping[str, str] = os.environ,
        pauses: Mapping[Retry, tuple[float, ...]] = PAUSES,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] | None = None,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._session = session
        self._listener = listener
        self._pauses = pauses
        self._now = now
        self._stopped = threading.Event()
        self._sleep = sleep or self._stopped.wait
        self._jitter = jitter
        self._pacing = Pacing(max_rate=max_rate, now=now, sleep=self._sleep)
        self._lock = threading.Lock()
        self._clients: dict[tuple[str, str | None], Any] = {}
        self.vault = Vault(environ, self.call)
        self._counts: Counter[str] = Counter()
        self._first_tried: dict[str, float] = {}

    def call(self, call: Call) -> Answer:
        """Make one call, every page of it unless one is asked for. A listing that breaks off is a refusal, never a
        shorter list.
        """
        client = self._client(call.service, call.region)
        model = client.meta.service_model.operation_model(call.operation)
        token = _token_member(model)
        first = self._send(client, call, call.params)
        if isinstance(first, Refusal) or call.page or token is None or token in call.params:
            return first
        return self._join(client, call, token, first)

    def seconds(self, calls: tuple[Call, ...]) -> float:
        """How long these take at the documented rates; operations run side by side."""
        counts = Counter((call.service, call.region, _bucket(call)) for call in calls)
        return max(
            (
                self._pacing.seconds(bucket, count, local=self._session.local(self._client(service, region)))
                for (service, region, bucket), count in counts.items()
            ),
            default=0.0,
        )

    def counts(self) -> tuple[tuple[str, int], ...]:
        """Wire calls made so far, each page and each retry counted, by "service:Operation"."""
        with self._lock:
            return tuple(sorted(self._counts.items()))

    def stop(self) -> None:
        """End every wait now; calls that were not sent yet are refused. For a run that is being left."""
        self._stopped.set()

    def _client(self, service: str, region: str | None = None) -> Any:
        """The client of a service, made once: the first costs over 100 ms, and boto3 must not make two at once."""
        with self._lock:
            if (service, region) not in self._clients:
                client = self._session.client(service, region)
                client.meta.events.register("before-parse.*.*", _note_unknown)
                self._clients[service, region] = client
            return self._clients[service, region]

    def _join(self, client: Any, call: Call, token: str, first: Reply) -> Answer:
        joined = {name: value for name, value in first.value.items() if name != token}
        unknown = list(first.unknown)
        page, seen = first, set[str]()
        while following := page.value.get(token):
            if following in seen or len(seen) == _MAX_PAGES:
                text = f"page {len(seen) + 1} names a page that was read already, or there is no end of pages"
                return Refusal(Refused.FAILED, "EndlessListing", text)
            seen.add(following)
            answer = self._send(client, call, {**call.params, token: following})
            if isinstance(answer, Refusal):
                return answer
            unknown += (_shifted(path, joined) for path in answer.unknown)
            for name, value in answer.value.items():
                if isinstance(value, list):
                    joined[name] = [*joined.get(name, ()), *value]
            page = answer
        return Reply(joined, tuple(dict.fromkeys(unknown)))

    def _send(self, client: Any, call: Call, params: Mapping[str, Json]) -> Answer:
        """Make one wire call, and again as long as that may help."""
        opened = self.vault.opened(params)
        if isinstance(opened, Refusal):
            return opened
        params, secrets = opened
        name = _name(call)
        bucket = _bucket(call)
        local = self._session.local(client)
        tries: Counter[Retry] = Counter()
        granted: set[str] = set()
        while True:
            went = self._pacing.wait(bucket, local=local)
            if self._stopped.is_set():
                return Refusal(Refused.FAILED, "Interrupted", "the call was not sent, the run was interrupted")
            answer = self._once(client, call, params)
            if isinstance(answer, Reply):
                self._pacing.answered(bucket)
                self._forget(granted)
                return answer
            answer = _without_secrets(answer, secrets)
            if answer.retry is Retry.THROTTLED:
                self._pacing.refused(bucket, went)
            if answer.retry is Retry.PROPAGATION:
                granted.add(answer.refusal.message)
            pause = self._pause(answer, tries[answer.retry], _LOCAL if local else 1.0)
            if pause is None or self._stopped.is_set():
                return answer.refusal
            tries[answer.retry] += 1
            self._listener(Retrying(name, f"{answer.refusal.code}: {answer.refusal.message}", pause))
            self._sleep(pause)

    def _once(self, client: Any, call: Call, params: Mapping[str, Json]) -> Reply | Verdict:
        with self._lock:
            self._counts[_name(call)] += 1
        try:
            parsed = getattr(client, xform_name(call.operation))(**params)
        except ClientError as error:
            return errors.judge(error)
        except CREDENTIAL_ERRORS as error:
            return errors.judge_credentials(error)
        except _BREAKS as error:
            return errors.judge_break(error)
        unknown = parsed.pop(_UNKNOWN)
        parsed.pop("ResponseMetadata", None)
        return Reply(parsed, unknown)

    def _pause(self, verdict: Verdict, tried: int, scale: float) -> float | None:
        """Seconds before the next try, None where there is none. Calls that wait for the same grant wait together: each
        gets what is left of the time since the first of them was refused.
        """
        pauses = self._pauses[verdict.retry]
        if tried >= len(pauses):
            return None
        pause = pauses[tried] * scale
        if verdict.retry is Retry.PROPAGATION:
            with self._lock:
                first = self._first_tried.setdefault(verdict.refusal.message, self._now())
            return pause if self._now() + pause <= first + sum(pauses) * scale + 1.0 else None
        return pause * (0.5 + self._jitter() / 2)

    def _forget(self, messages: set[str]) -> None:
        """What waited for a grant has it: who is refused with the same words later waits for another."""
        with self._lock:
            for one in messages:
                self._first_tried.pop(one, None)


def _without_secrets(verdict: Verdict, secrets: tuple[str, ...]) -> Verdict:
    """The same error, should SES have repeated a secret that it was sent."""
    if not secrets:
        return verdict
    refusal = replace(verdict.refusal, message=without(verdict.refusal.message, secrets))
    return verdict._replace(refusal=refusal)


def _bucket(call: Call) -> str:
    """What SES counts together with a call, as `Pacing` names it."""
    return f"{_name(call)}@{call.region}" if call.region else _name(call)


def _name(call: Call) -> str:
    return f"{call.service}:{call.operation}"


def _token_member(model: OperationModel) -> str | None:
    """The member that carries the page token both ways; AWS has three spellings of two names for it."""
    taken = model.input_shape.members if model.input_shape else {}
    given = model.output_shape.members if model.output_shape else {}
    return next((name for name in given if name.lower() in ("nexttoken", "paginationtoken") and name in taken), None)


def _shifted(path: str, joined: Mapping[str, Json]) -> str:
    """The path of an unknown member on a later page: its list begins behind the items of the pages before."""
    name, _, rest = path.partition(".")
    index, dot, below = rest.partition(".")
    if not index.isdigit() or not isinstance(joined.get(name), list):
        return path
    return f"{name}.{int(index) + len(joined[name])}{dot}{below}"


def _note_unknown(
    operation_model: OperationModel,
    response_dict: Mapping[str, Any],
    customized_response_dict: dict[str, Any],
    **_: Any,
) -> None:
    """Read the raw body before botocore does, and have what it will drop come back beside what it parses."""
    if response_dict["status_code"] < HTTPStatus.MULTIPLE_CHOICES:
        customized_response_dict[_UNKNOWN] = unknown_members(response_dict["body"], operation_model)
