"""A wire that answers in place of AWS, and a clock that moves only when somebody sleeps."""

import io
import json
from collections import deque

import boto3
import pytest
from botocore.awsrequest import AWSResponse

from sesops.aws.gateway import AwsGateway
from sesops.aws.session import Session


class Wire:
    """Scripted answers for boto3 clients; keeps the requests. The last answer is given again and again."""

    def __init__(self):
        self.requests = []
        self.answers = deque()

    def attach(self, session):
        session.events.register("before-send.*.*", self._send)

    def json(self, value, status=200, **headers):
        return self.raw(json.dumps(value), status, **headers)

    def error(self, code, message="", status=400):
        """An error as SES v2 sends it."""
        return self.json({"message": message}, status, **{"x-amzn-errortype": code, "x-amzn-requestid": "request-1"})

    def xml(self, operation, result, status=200):
        """A result as SES v1 sends it."""
        return self.raw(
            f'<{operation}Response xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><{operation}Result>{result}'
            f"</{operation}Result><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></{operation}Response>",
            status,
        )

    def xml_error(self, code, message="", status=400):
        """An error as SES v1 sends it."""
        return self.raw(
            f'<ErrorResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><Error><Type>Sender</Type><Code>{code}</Code>'
            f"<Message>{message}</Message></Error><RequestId>request-1</RequestId></ErrorResponse>",
            status,
        )

    def raw(self, body, status=200, **headers):
        self.answers.append((status, headers, body.encode()))
        return self

    def breaks(self, error):
        """The connection fails."""
        self.answers.append(error)
        return self

    def _send(self, request, **_):
        self.requests.append(request)
        answer = self.answers.popleft() if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        status, headers, body = answer
        raw = io.BytesIO(body)
        raw.stream = lambda **_: iter([body])
        return AWSResponse(request.url, status, headers, raw)


class Clock:
    def __init__(self):
        self.time = 0.0
        self.slept = []

    def now(self):
        return self.time

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.time += seconds


@pytest.fixture
def wire():
    return Wire()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def boto(wire):
    session = boto3.session.Session("key", "secret", region_name="eu-west-1")
    wire.attach(session)
    return session


@pytest.fixture
def events():
    return []


@pytest.fixture
def gateway(boto, clock, events):
    """A gateway as to AWS itself: paced, and patient."""
    session = Session(boto, "eu-west-1")
    return AwsGateway(session, listener=events.append, now=clock.now, sleep=clock.sleep, jitter=lambda: 1.0)


@pytest.fixture
def local_gateway(boto, clock, events):
    """A gateway to an SES in this process."""
    session = Session(boto, "eu-west-1", in_process=True)
    return AwsGateway(session, listener=events.append, now=clock.now, sleep=clock.sleep, jitter=lambda: 1.0)
