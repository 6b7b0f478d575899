"""Answers that botocore stumbles over: one error for all of them."""

from __future__ import annotations

import botocore.session
import pytest
from botocore.parsers import ResponseParserError

from sesops.aws.gateway import AwsGateway
from sesops.aws.session import open_session
from sesops.core.values import Call, Refused
from sesops.emulator import Emulator
from sesops.emulator.exchange import HttpAnswer

MODEL = botocore.session.Session().get_service_model("sesv2")


def parsed(body, status=200, operation="GetSuppressedDestination"):
    parser = open_session(region="eu-west-1", emulator=Emulator()).boto._session.get_component(
        "response_parser_factory"
    )
    response = {"status_code": status, "headers": {}, "body": body}
    return parser.create_parser("rest-json").parse(response, MODEL.operation_model(operation).output_shape)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'"a"', 404),
        (b"[]", 400),
        (b"7", 500),
        (b'{"SuppressedDestination": {"LastUpdateTime": "no day"}}', 200),
        (b'{"SuppressedDestination": {"LastUpdateTime": {}}}', 200),
    ],
)
def test_whatever_it_is_is_one_error(body, status):
    """With the body's beginning."""
    with pytest.raises(ResponseParserError, match="cannot be read"):
        parsed(body, status)


def test_what_can_be_read_is_read():
    """An error that is an object."""
    assert parsed(b'{"message": "no"}', 404)["Error"]["Message"] == "no"


def test_the_gateway_refuses_in_a_sentence(monkeypatch):
    """An error that is no object: the call failed, after the tries that may help."""
    emulator = Emulator()
    monkeypatch.setattr(emulator, "handle", lambda _: HttpAnswer(404, b'"a"', {}))
    gateway = AwsGateway(open_session(region="eu-west-1", emulator=emulator), sleep=lambda _: None)
    answer = gateway.call(Call("sesv2", "GetConfigurationSet", {"ConfigurationSetName": "tx"}))
    assert (answer.why, answer.code) == (Refused.FAILED, "ResponseParser")
