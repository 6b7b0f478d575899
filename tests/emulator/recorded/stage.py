"""An emulator as a recorded answer found SES, and the arrangements that bring it there.

An arrangement belongs to a record's file, to an operation's error code, or to an operation; the first of these that
there is counts. It makes what the answer presupposes, and returns the request where the record has none.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import boto3
from botocore.config import Config
from moto.core.request import Request

from sesops.emulator import Emulator
from sesops.emulator.scope import DEFAULT_ACCOUNT

from .records import Record

Params = Mapping[str, Any]
Arrangement = Callable[["Stage", Record], "Params | Raw | None"]
_ARRANGEMENTS: dict[str, Arrangement] = {}


@dataclass(frozen=True)
class Raw:
    """A request that boto3 would not send: a form to v1, or a JSON document to a path of v2."""

    content: Mapping[str, Any]
    path: str = ""


def given(*keys: str) -> Callable[[Arrangement], Arrangement]:
    """Have an arrangement stand for these: `service.Operation.source-1`, `service.Operation/Code`, `service.Operation`."""

    def register(arrangement: Arrangement) -> Arrangement:
        for key in keys:
            assert key not in _ARRANGEMENTS, key
            _ARRANGEMENTS[key] = arrangement
        return arrangement

    return register


def arrangement_keys() -> Iterable[str]:
    return _ARRANGEMENTS.keys()


def keys_of(record: Record) -> list[str]:
    """What a record's arrangement may stand under, the closest first."""
    operation = f"{record.service}.{record.operation}"
    return [record.name, *([f"{operation}/{record.code}"] if record.is_refusal else [operation])]


class Stage:
    """One emulator with clients for one region. Verification takes an hour, unless a name is asked for verified."""

    def __init__(self, emulator: Emulator, region: str) -> None:
        self.emulator = emulator
        self.region = region
        self.session = boto3.session.Session(DEFAULT_ACCOUNT, "secret", region_name=region)
        emulator.attach(self.session)
        emulator.settings.verification = timedelta(hours=1)

    @functools.cached_property
    def ses(self) -> Any:
        return self.client("ses")

    @functools.cached_property
    def sesv2(self) -> Any:
        return self.client("sesv2")

    @functools.cached_property
    def sns(self) -> Any:
        return self.client("sns")

    @functools.cached_property
    def s3(self) -> Any:
        return self.client("s3")

    def client(self, service: str) -> Any:
        return self.session.client(
            service, config=Config(parameter_validation=False, retries={"total_max_attempts": 1})
        )

    def prepare(self, record: Record) -> Params | Raw:
        """Bring the emulator to what the record presupposes; the request to ask."""
        arrangement = next((_ARRANGEMENTS[key] for key in keys_of(record) if key in _ARRANGEMENTS), None)
        request = arrangement(self, record) if arrangement else None
        return request if request is not None else record.request or {}

    # --- what arrangements make ---

    def identities(self, *names: str, verified: bool = False) -> None:
        for name in names:
            self.sesv2.create_email_identity(EmailIdentity=name)
        if verified:
            self.emulator.clock.advance(timedelta(hours=2))

    def topics(self, *arns: str) -> None:
        """Topics of our account, by their ARNs."""
        for arn in arns:
            self.sns.create_topic(Name=arn.rpartition(":")[2])

    def denied_topic(self, arn: str) -> None:
        """A topic that lets nobody in."""
        self.topics(arn)
        policy = json.dumps({"Version": "2012-10-17", "Statement": []})
        self.sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=policy)

    def rule_set(self, name: str, *rules: Params, active: bool = False) -> None:
        """A receipt rule set, its rules in this order."""
        self.ses.create_receipt_rule_set(RuleSetName=name)
        for rule in reversed(rules):
            self.ses.create_receipt_rule(RuleSetName=name, Rule=rule)
        if active:
            self.ses.set_active_receipt_rule_set(RuleSetName=name)

    # --- asking ---

    def post(self, service: str, operation: str, raw: Raw) -> Any:
        """The answer over HTTP to a request made by hand."""
        scope = f"{DEFAULT_ACCOUNT}/20260801/{self.region}/ses/aws4_request"
        headers = {"Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"}
        url = f"https://email.{self.region}.amazonaws.com{raw.path or '/'}"
        if service == "ses":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode({"Action": operation, "Version": "2010-12-01", **raw.content})
        else:
            headers["Content-Type"] = "application/json"
            body = json.dumps(raw.content)
        return self.emulator.handle(Request.from_primitives("POST", url, headers, body.encode()))
