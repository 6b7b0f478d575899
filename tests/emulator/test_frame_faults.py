"""What goes wrong when asked to: denials, lost answers, scripted failures, throttling."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError

from sesops.emulator import Emulator

from .answers import refusal

SET = {"ConfigurationSetName": "a"}


@pytest.mark.parametrize(
    ("service", "code", "message"),
    [
        ("ses", "AccessDenied", "is not authorized to perform: ses:CreateConfigurationSet"),
        (
            "sesv2",
            "AccessDeniedException",
            "because no identity-based policy allows the ses:CreateConfigurationSet action",
        ),
    ],
)
def test_denied(emulator: Emulator, request: Any, service: str, code: str, message: str) -> None:
    """A 403 in the form of its API generation, nothing done, the other generation untouched."""
    emulator.faults.deny(service, "CreateConfigurationSet")
    params = SET if service == "sesv2" else {"ConfigurationSet": {"Name": "a"}}
    with pytest.raises(ClientError) as error:
        request.getfixturevalue(service).create_configuration_set(**params)
    assert refusal(error)[::2] == (code, 403)
    assert refusal(error)[1].endswith(message)
    sesv2 = request.getfixturevalue("sesv2")
    assert sesv2.list_configuration_sets()["ConfigurationSets"] == []
    emulator.faults.clear()
    sesv2.create_configuration_set(**SET)


def test_denied_by_pattern(emulator: Emulator, ses: Any, sesv2: Any) -> None:
    """All writes of one kind, and those of the named generation only."""
    emulator.faults.deny("sesv2", "Put*")
    sesv2.create_configuration_set(**SET)
    with pytest.raises(ClientError):
        sesv2.put_configuration_set_sending_options(**SET, SendingEnabled=False)
    ses.update_configuration_set_sending_enabled(**SET, Enabled=False)


def test_lost_answer(emulator: Emulator, sesv2: Any) -> None:
    """The set is made, the client hears nothing, and the next create finds it there."""
    emulator.faults.lose_answer("CreateConfigurationSet")
    with pytest.raises(ConnectionClosedError):
        sesv2.create_configuration_set(**SET)
    assert sesv2.list_configuration_sets()["ConfigurationSets"] == ["a"]
    with pytest.raises(ClientError) as error:
        sesv2.create_configuration_set(**SET)
    assert refusal(error)[0] == "AlreadyExistsException"


def test_lost_answer_is_retried_by_the_sdk(emulator: Emulator) -> None:
    """What a client with retries sees of it: its own create stands in its way."""
    session = boto3.session.Session("123456789012", "secret", region_name="us-east-1")
    emulator.attach(session)
    retrying = session.client("sesv2", config=Config(retries={"total_max_attempts": 2, "mode": "standard"}))
    emulator.faults.lose_answer("CreateConfigurationSet")
    with pytest.raises(ClientError) as error:
        retrying.create_configuration_set(**SET)
    assert refusal(error)[0] == "AlreadyExistsException"
    assert [operation for _, operation, _ in emulator.calls] == ["CreateConfigurationSet"] * 2


def test_scripted_failure(emulator: Emulator, sesv2: Any) -> None:
    """Code, text and status as told, as often as told, and nothing is done."""
    emulator.faults.fail("sesv2", "CreateConfigurationSet", "ConcurrentModificationException", "busy", 500, times=2)
    for _ in range(2):
        with pytest.raises(ClientError) as error:
            sesv2.create_configuration_set(**SET)
        assert refusal(error) == ("ConcurrentModificationException", "busy", 500)
    sesv2.create_configuration_set(**SET)


def test_failure_of_matching_params_only(emulator: Emulator, sesv2: Any) -> None:
    """A part of the params, at any depth."""
    match = {"DeliveryOptions": {"TlsPolicy": "REQUIRE"}}
    emulator.faults.fail("sesv2", "CreateConfigurationSet", "BadRequestException", "no", match=match)
    sesv2.create_configuration_set(ConfigurationSetName="b")
    sesv2.create_configuration_set(ConfigurationSetName="c", DeliveryOptions={"TlsPolicy": "OPTIONAL"})
    with pytest.raises(ClientError):
        sesv2.create_configuration_set(**SET, DeliveryOptions={"TlsPolicy": "REQUIRE", "MaxDeliverySeconds": 300})


def test_throttle_of_v2(emulator: Emulator, sesv2: Any) -> None:
    """The second call of the same operation within the interval is a 429."""
    emulator.settings.throttle_per_second = 0.001
    sesv2.get_account()
    with pytest.raises(ClientError) as error:
        sesv2.get_account()
    assert refusal(error) == ("TooManyRequestsException", "Rate exceeded", 429)


def test_throttle_of_v1(emulator: Emulator, ses: Any) -> None:
    """A 400 with a code of its own."""
    emulator.settings.throttle_per_second = 0.001
    ses.get_send_quota()
    with pytest.raises(ClientError) as error:
        ses.get_send_quota()
    assert refusal(error) == ("Throttling", "Rate exceeded", 400)


def test_throttle_is_by_operation_and_does_not_heed_the_moved_clock(emulator: Emulator, ses: Any, sesv2: Any) -> None:
    """Other operations pass, the other generation's of the same name too; days by the emulator's clock are no wait."""
    emulator.settings.throttle_per_second = 0.001
    sesv2.list_configuration_sets()
    ses.list_configuration_sets()
    sesv2.get_account()
    emulator.clock.advance(timedelta(days=2))
    with pytest.raises(ClientError):
        sesv2.list_configuration_sets()


def test_throttle_lets_calls_pass_at_their_pace(
    emulator: Emulator, sesv2: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A call is measured from the last one that passed, not from the last one tried."""
    times = iter([0.0, 0.5, 1.0])
    monkeypatch.setattr("sesops.emulator.faults.time.monotonic", lambda: next(times))
    emulator.settings.throttle_per_second = 1
    sesv2.get_account()
    with pytest.raises(ClientError):
        sesv2.get_account()
    sesv2.get_account()


def test_neighbours_are_not_throttled(emulator: Emulator, sns: Any) -> None:
    """The limit is SES's."""
    emulator.settings.throttle_per_second = 0.001
    assert [len(sns.list_topics()["Topics"]) for _ in range(3)] == [0, 0, 0]
