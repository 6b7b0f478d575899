"""An emulator in memory, and boto3 clients that talk to it in process."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config

from sesops.emulator import Emulator

ACCOUNT = "123456789012"


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
