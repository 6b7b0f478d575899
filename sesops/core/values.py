"""The small values that everything passes around: JSON, calls and their answers, references, secrets."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, TypeAlias

# A recursive alias would force a cast on every access of a botocore answer; the schema checks what enters.
Json: TypeAlias = Any
Fields: TypeAlias = Mapping[str, Json]
"""Flat fields of a thing: dotted path (`delivery.tls_policy`) to value; `None` is "SES's default"."""


@dataclass(frozen=True)
class Ref:
    """A reference by the name in the spec to a thing that the spec declares; resolved once the account is known."""

    kind: str
    name: str

    @property
    def path(self) -> str:
        return f"{self.kind}/{self.name}"


SECRET_SOURCES = ("env", "file", "secretsmanager")
"""Where a secret may be found."""


@dataclass(frozen=True)
class Secret:
    """A reference to what is never written down: `source` is env, file or secretsmanager, `name` what it has there.

    It stands wherever the secret itself would, in fields and in calls; whoever makes the call puts the secret in.
    `form` is what the secret has to be: `text` or `private_key`.

    Raises:
        ValueError: there is no such source.

    """

    source: str
    name: str
    form: str = "text"

    def __post_init__(self) -> None:
        if self.source not in SECRET_SOURCES:
            raise ValueError(f"a secret is found in none of {', '.join(SECRET_SOURCES)}")

    def __str__(self) -> str:
        return f"{self.source} {self.name}"

    @property
    def call(self) -> Call | None:
        """The call that reads it; None where it is no call's answer."""
        if self.source != "secretsmanager":
            return None
        return Call("secretsmanager", "GetSecretValue", {"SecretId": self.name}, region=self.name.split(":")[3])

    @property
    def reference(self) -> dict[str, str]:
        """The reference as a spec has it: `{"env": "NAME"}`."""
        return {self.source: self.name}


def plain(value: Json) -> Json:
    """A value as JSON: every secret in it, however deep, as the spec refers to it."""
    if isinstance(value, Secret):
        return value.reference
    if isinstance(value, Mapping):
        return {key: plain(one) for key, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, list | tuple) else value


def leaves(value: Json) -> Iterator[Json]:
    """What a value holds, however deep, that holds nothing itself."""
    if isinstance(value, Mapping):
        for one in value.values():
            yield from leaves(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from leaves(one)
    else:
        yield value


def secrets_in(value: Json) -> Iterator[Secret]:
    """Every secret in a value."""
    return (one for one in leaves(value) if isinstance(one, Secret))


@dataclass(frozen=True)
class Call:
    """One AWS call in botocore's terms: service and operation as in its models, parameters as boto3 takes."""

    service: str
    operation: str
    params: Mapping[str, Json] = field(default_factory=dict)
    page: bool = False
    """Of a listing one page, with the token of the next: for what is too long to hold. It is asked for each time."""
    region: str | None = None
    """Where it is made, if not in the region that everything else is about."""

    @property
    def key(self) -> str:
        """What makes two calls the same call."""
        where = f"@{self.region}" if self.region else ""
        return f"{self.service}:{self.operation}{where}:{json.dumps(self.params, sort_keys=True, default=str)}"


@dataclass(frozen=True)
class Reply:
    """An answer: the parsed body, all pages of it joined.

    `unknown` are dotted paths of members that the wire had and botocore does not know.
    """

    value: Mapping[str, Json] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()


class Refused(Enum):
    """Why a call has no reply, as far as a reconciler has to tell apart."""

    MISSING = "missing"
    """The named thing, or something it refers to, does not exist."""
    EXISTS = "exists"
    """A create of a name that is taken."""
    DENIED = "denied"
    """The caller's rights do not allow it."""
    UNAVAILABLE = "unavailable"
    """The operation is not offered in this region."""
    UNVERIFIED = "unverified"
    """An identity has to be verified first."""
    SANDBOX = "sandbox"
    """The account has to leave SES's sandbox first."""
    FAILED = "failed"
    """Anything else; retries, where they can help, have been made."""


@dataclass(frozen=True)
class Refusal:
    """A call that was refused: SES's own code and text, and what it means to us."""

    why: Refused
    code: str
    message: str
    request_id: str | None = None


Answer: TypeAlias = Reply | Refusal

Program: TypeAlias = Generator[tuple[Call, ...], tuple[Answer, ...], Any]
"""I/O as a value: yields calls that may run side by side, is sent their answers in the same order, returns a result."""


@dataclass(frozen=True)
class Scope:
    """Where a plan applies: the stack, the target's name (None where there is one), and the place in AWS."""

    stack: str
    region: str
    account: str
    partition: str = "aws"
    target: str | None = None

    def arn(self, service: str, resource: str) -> str:
        """An ARN in this account and region, such as `arn:aws:ses:eu-west-1:123456789012:identity/example.com`."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"
