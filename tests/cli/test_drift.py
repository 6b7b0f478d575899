"""Drift: what is not as the spec says, seen and never put right."""

from __future__ import annotations

import json

import pytest
from cli.conftest import GOLDEN, QUICKSTART, Shell

from sesops.aws.read_only import ReadOnly, WriteRefusedError
from sesops.core.values import Call, Reply


@pytest.fixture
def drifted(applied) -> Shell:
    """The quickstart, with a field moved and a destination gone behind its back."""
    shell = applied(QUICKSTART)
    for operation, params in (
        ("PutConfigurationSetDeliveryOptions", {"ConfigurationSetName": "transactional", "TlsPolicy": "REQUIRE"}),
        (
            "DeleteConfigurationSetEventDestination",
            {"ConfigurationSetName": "transactional", "EventDestinationName": "metrics"},
        ),
    ):
        assert shell.run("emulator", "call", f"sesv2:{operation}", json.dumps(params)).code == 0
    return shell


def test_no_drift(applied, golden):
    """One line, and 0."""
    shell = applied(QUICKSTART)
    assert shell.run("drift").code == 0
    golden(GOLDEN / "drift-none.txt", shell.snapshot())


def test_changed_and_gone(drifted, golden):
    """The first line is for an alert; each difference has its place in the spec. Looked at twice it is the same."""
    assert drifted.run("drift").code == 2
    golden(GOLDEN / "drift.txt", drifted.snapshot())
    assert drifted.run("drift").out == drifted.ended[-2][1].out


def test_as_json(drifted):
    """One entry a field."""
    ended = drifted.run("drift", "--format", "json")
    (target,) = json.loads(ended.out)["targets"]
    assert [
        (one["what"], one["address"], one.get("path"), one.get("live"), one.get("wanted")) for one in target["drift"]
    ] == [
        ("changed", "configuration_set/transactional", "delivery.max_delivery_seconds", None, 3600),
        ("gone", "event_destination/transactional/metrics", None, None, None),
    ]
    assert ended.code == 2


def test_what_waits_or_was_never_ours_is_no_drift(shell):
    """Nothing was applied: all is gone but what could not be made yet anyway; what is in no spec is not looked at."""
    assert shell.run("emulator", "verify-after", "2h").code == 0
    shell.write(
        """version: 1
stack: small
region: eu-west-1
domains: {example.com: {}}
configuration_sets: {main: {tracking: {custom_redirect_domain: click.example.com}}}
"""
    )
    assert shell.run("apply", "--yes").code == 0
    assert shell.run("plan").out.count("waiting") > 0
    ended = shell.run("drift")
    assert (ended.code, "no drift" in ended.out) == (0, True)


def test_left_over_and_extra_are_listed_and_do_not_count(applied):
    """A thing of ours that the spec no longer names."""
    shell = applied(QUICKSTART)
    shell.write(QUICKSTART.replace("configuration_set: transactional", "").split("configuration_sets:")[0])
    ended = shell.run("drift")
    assert ended.code == 0
    assert "left over: configuration_set/transactional" in ended.out


def test_a_gateway_that_only_reads_refuses_everything_else():
    """Before anything is sent."""

    class Gateway:
        def call(self, call):
            return Reply({"called": call.operation})

    reader = ReadOnly(Gateway())
    assert reader.call(Call("sesv2", "GetAccount")) == Reply({"called": "GetAccount"})
    for operation in ("PutAccountSendingAttributes", "CreateTopic", "SetActiveReceiptRuleSet", "TagResource"):
        with pytest.raises(WriteRefusedError):
            reader.call(Call("sesv2", operation))
