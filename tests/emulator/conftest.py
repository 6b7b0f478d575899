"""An emulator in memory, and boto3 clients that talk to it in process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.config import Config
from support.output_shapes import misfits

from sesops.emulator import Emulator, wire
from sesops.emulator.operations import sent_messages
from sesops.emulator.registry import Operation, operations

from .mail import FROM, SIMPLE, Send

ACCOUNT = "123456789012"


@pytest.fixture(autouse=True)
def answer_misfits(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Whatever a test asks: an answer that the model of its operation does not allow fails it, in the end.

    At once would not do: an answer over HTTP is made in a thread of its own, and a test may expect its call to fail.
    """
    wrong: list[str] = []

    def get(key: tuple[str, str]) -> Operation | None:
        function = operations().get(key)
        return function and checked(*key, function, wrong)

    monkeypatch.setattr("sesops.emulator.emulator.operations", lambda: SimpleNamespace(get=get))
    yield wrong
    assert wrong == []


def checked(service: str, name: str, function: Operation, wrong: list[str]) -> Operation:
    """An operation that adds to `wrong` what its answers have that the model does not allow."""

    def answer(context: Any, params: Any) -> Any:
        given = function(context, params)
        shape = wire.service_model(service).operation_model(name).output_shape
        wrong.extend(f"{name}{one}" for one in misfits(shape, given) if not is_known(name, one))
        return given

    return answer


def is_known(operation: str, misfit: str) -> bool:
    """SES behaviour: the types of a tenant's resources are those of ARNs, and not what the model says."""
    return operation == "ListTenantResources" and ".ResourceType: " in misfit


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """A fresh emulator, in memory."""
    emulator = Emulator()
    yield emulator
    emulator.close()


@pytest.fixture
def session(emulator: Emulator) -> boto3.session.Session:
    """A session whose clients all talk to the emulator."""
    session = boto3.session.Session(aws_access_key_id=ACCOUNT, aws_secret_access_key="secret", region_name="us-east-1")
    emulator.attach(session)
    return session


@pytest.fixture
def ses(session: boto3.session.Session) -> Any:
    """SES through the v1 API."""
    return _client(session, "ses")


@pytest.fixture
def sesv2(session: boto3.session.Session) -> Any:
    """SES through the v2 API."""
    return _client(session, "sesv2")


@pytest.fixture
def sns(session: boto3.session.Session) -> Any:
    """SNS, which moto plays."""
    return _client(session, "sns")


@pytest.fixture
def s3(session: boto3.session.Session) -> Any:
    """S3, which moto plays."""
    return _client(session, "s3")


def _client(session: boto3.session.Session, service: str) -> Any:
    """A client that sends what it is given: the checks are the emulator's to make. Nothing is tried twice."""
    config = Config(parameter_validation=False, retries={"total_max_attempts": 1})
    return session.client(service, config=config)


@pytest.fixture
def sender(emulator: Emulator, sesv2: Any) -> None:
    """A domain to send from, out of the sandbox."""
    emulator.settings.production_access = True
    sesv2.create_email_identity(EmailIdentity="example.com")


@pytest.fixture
def send(sesv2: Any, sender: None) -> Send:
    """Send a simple message through v2; its id."""

    def sent(*to: str, **params: Any) -> str:
        given = {"FromEmailAddress": FROM, "Content": SIMPLE, **params}
        return str(sesv2.send_email(**given, Destination={"ToAddresses": list(to)})["MessageId"])

    return sent


@pytest.fixture
def sent(emulator: Emulator) -> Callable[[], list[dict[str, Any]]]:
    """What was sent so far."""

    def read() -> list[dict[str, Any]]:
        with emulator.context(ACCOUNT, "us-east-1") as context:
            return list(sent_messages.messages(context))

    return read
