"""Which operations there are: all that botocore knows, but for those named here. And the check that holds them all."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree as ET

import boto3
import pytest
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.session import get_session
from support.output_shapes import misfits

from sesops.emulator import Emulator, wire
from sesops.emulator.registry import operations
from sesops.emulator.server import Server

from .answers import refusal
from .conftest import ACCOUNT, checked

LEFT_OUT = {
    "sending statistics": {("ses", "GetSendStatistics"), ("sesv2", "BatchGetMetricData")},
    "deliverability dashboards": {
        ("sesv2", name)
        for name in (
            "CreateDeliverabilityTestReport",
            "GetBlacklistReports",
            "GetDeliverabilityDashboardOptions",
            "GetDeliverabilityTestReport",
            "GetDomainDeliverabilityCampaign",
            "GetDomainStatisticsReport",
            "ListDeliverabilityTestReports",
            "ListDomainDeliverabilityCampaigns",
            "PutDeliverabilityDashboardOption",
        )
    },
    "insights": {("sesv2", name) for name in ("GetEmailAddressInsights", "GetMessageInsights", "ListRecommendations")},
    "export jobs": {
        ("sesv2", name) for name in ("CancelExportJob", "CreateExportJob", "GetExportJob", "ListExportJobs")
    },
}
"""What is about figures of mail that nobody sends here."""


def test_every_operation_is_there_or_left_out_for_a_reason() -> None:
    """Newer clients with operations of their own fail this, and are heard of so."""
    session = get_session()
    known = {
        (service, name) for service in ("ses", "sesv2") for name in session.get_service_model(service).operation_names
    }
    left_out = set().union(*LEFT_OUT.values())
    there = {key for key in operations() if key[0] in ("ses", "sesv2")}
    assert known - there - left_out == set()
    assert there & left_out == set()


# --- operations that are not there ---


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """An emulator for all that follows: nothing is written to it."""
    emulator = Emulator()
    with emulator.serve() as server:
        yield server
    emulator.close()


@pytest.fixture(params=["in process", "over HTTP"])
def client(request: pytest.FixtureRequest, emulator: Emulator, server: Server) -> Callable[[str], Any]:
    """Clients of a service over either transport."""
    session = boto3.session.Session(aws_access_key_id=ACCOUNT, aws_secret_access_key="secret", region_name="us-east-1")
    config = Config(parameter_validation=False, retries={"total_max_attempts": 1})
    if request.param == "in process":
        emulator.attach(session)
        return lambda service: session.client(service, config=config)
    return lambda service: session.client(service, config=config, endpoint_url=server.url)


@pytest.mark.parametrize(("service", "name"), sorted(set().union(*LEFT_OUT.values())))
def test_what_is_left_out_is_answered_as_unknown(client: Callable[[str], Any], service: str, name: str) -> None:
    """In the generation's own form."""
    asked = client(service)
    shape = asked.meta.service_model.operation_model(name).input_shape
    in_path = [key for key, one in shape.members.items() if one.serialization.get("location") == "uri"] if shape else []
    with pytest.raises(ClientError) as error:
        getattr(asked, xform_name(name))(**dict.fromkeys(in_path, "a"))
    if service == "ses":
        message = f"Could not find operation {name} for version 2010-12-01"
        assert refusal(error) == ("InvalidAction", message, 400)
    else:
        assert refusal(error) == ("UnknownOperationException", f"Unknown operation: {name}", 404)


def raw(server: Server, method: str, path: str, service: str, form: bytes | None = None) -> tuple[int, str, bytes]:
    """Status, content type and body of the answer to a request that no client of today would send."""
    scope = f"Credential={ACCOUNT}/20260801/us-east-1/{service}/aws4_request"
    headers = {"Authorization": f"AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=0"}
    asked = urllib.request.Request(server.url + path, method=method, data=form, headers=headers)
    with pytest.raises(urllib.error.HTTPError) as error:
        urllib.request.urlopen(asked)
    with error.value as answer:
        return answer.code, answer.headers["Content-Type"], answer.read()


@pytest.mark.parametrize("form", [b"Action=BrewCoffee&Version=2010-12-01", b"Version=2010-12-01", b""])
def test_v1_action_that_nobody_knows(server: Server, form: bytes) -> None:
    """XML, also where no action is named."""
    status, kind, text = raw(server, "POST", "/", "ses", form)
    assert (status, kind) == (400, "text/xml")
    assert [each.text for each in ET.fromstring(text).iter() if each.tag.endswith("Code")] == ["InvalidAction"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v2/email/coffee"),
        ("PATCH", "/v2/email/identities"),
        ("GET", "/v2/email/"),
        ("DELETE", "/v2/email/identities/a/b/c"),
    ],
)
def test_v2_path_that_nobody_knows(server: Server, method: str, path: str) -> None:
    """JSON, also for a known path with a method that it does not have."""
    status, kind, text = raw(server, method, path, "ses")
    assert (status, kind) == (404, "application/json")
    assert json.loads(text)["message"] == f"Unknown operation: {method} {path}"


# --- the check of answers ---

NOW = datetime(2026, 8, 1, tzinfo=UTC)
ENDPOINT = {
    "Routes": [{"Region": "eu-west-1"}],
    "Status": "READY",
    "CreatedTimestamp": NOW,
}


@pytest.mark.parametrize(
    ("answer", "wrong"),
    [
        (ENDPOINT, []),
        ({}, []),
        ({**ENDPOINT, "Name": "a"}, [".Name: unknown"]),
        ({**ENDPOINT, "Routes": [{}]}, [".Routes[0].Region: missing"]),
        ({**ENDPOINT, "Routes": None}, [".Routes: None is no list"]),
        ({**ENDPOINT, "Routes": [None]}, [".Routes[0]: None is no structure"]),
        ({**ENDPOINT, "EndpointId": None}, [".EndpointId: None is no string"]),
        ({**ENDPOINT, "EndpointId": 7}, [".EndpointId: 7 is no string"]),
        (
            {**ENDPOINT, "Status": "Ready"},
            [".Status: 'Ready' is not one of ['CREATING', 'READY', 'FAILED', 'DELETING']"],
        ),
        (
            {**ENDPOINT, "CreatedTimestamp": NOW.isoformat()},
            [f".CreatedTimestamp: {NOW.isoformat()!r} is no timestamp"],
        ),
        (
            {**ENDPOINT, "CreatedTimestamp": NOW.replace(tzinfo=None)},
            [f".CreatedTimestamp: {NOW.replace(tzinfo=None)!r} has no time zone"],
        ),
    ],
)
def test_what_the_check_finds(answer: dict[str, Any], wrong: list[str]) -> None:
    """Members that the model lacks, missing ones, other types, no value, values out of an enumeration."""
    shape = wire.service_model("sesv2").operation_model("GetMultiRegionEndpoint").output_shape
    assert list(misfits(shape, answer)) == wrong


def test_the_check_knows_maps() -> None:
    """And that SES leaves out what the model requires, in these shapes only."""
    shape = wire.service_model("ses").operation_model("GetIdentityNotificationAttributes").output_shape
    shown = {"NotificationAttributes": {"a@example.com": {"ForwardingEnabled": 1}}}
    assert list(misfits(shape, shown)) == [".NotificationAttributes[a@example.com].ForwardingEnabled: 1 is no boolean"]
    assert list(misfits(shape, {"NotificationAttributes": None})) == [".NotificationAttributes: None is no map"]
    assert list(misfits(shape, {})) == [".NotificationAttributes: missing"]


def test_the_check_sees_every_answer(
    monkeypatch: pytest.MonkeyPatch, answer_misfits: list[str], emulator: Emulator, sesv2: Any
) -> None:
    """Whichever way it leaves, and whatever the client makes of it: here one with a member too many."""
    monkeypatch.setitem(operations(), ("sesv2", "GetTenant"), lambda _context, _params: {"Tenants": []})
    sesv2.get_tenant(TenantName="a")
    assert answer_misfits == ["GetTenant.Tenants: unknown"]
    with emulator.serve() as server:
        session = boto3.session.Session(ACCOUNT, "secret", region_name="us-east-1")
        session.client("sesv2", endpoint_url=server.url).get_tenant(TenantName="a")
    assert answer_misfits == ["GetTenant.Tenants: unknown"] * 2
    answer_misfits.clear()


def test_the_check_hands_answers_on() -> None:
    """As they are."""
    wrong: list[str] = []
    assert checked("sesv2", "GetTenant", lambda _context, _params: {"Tenant": {}}, wrong)(None, {}) == {"Tenant": {}}
    assert wrong == []
