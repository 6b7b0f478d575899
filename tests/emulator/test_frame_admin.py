"""The admin API: JSON in, JSON out, for whoever has the emulator only as a URL."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError

from sesops.emulator import Emulator, admin
from sesops.emulator.server import Server

from .answers import refusal


@pytest.fixture
def server(emulator: Emulator) -> Iterator[Server]:
    """The emulator over HTTP."""
    with emulator.serve() as server:
        yield server


@pytest.fixture
def remote(server: Server) -> Callable[[str], Any]:
    """Clients that have nothing but the URL."""
    session = boto3.session.Session("123456789012", "secret", region_name="eu-west-1")
    config = Config(retries={"total_max_attempts": 1})
    return lambda service: session.client(service, endpoint_url=server.url, config=config)


def ask(server: Server, method: str, what: str, document: Any = None) -> tuple[int, Any]:
    content = None if document is None else json.dumps(document).encode()
    request = urllib.request.Request(f"{server.url}/_sesops/{what}", content, method=method)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


def test_status(server: Server, remote: Any) -> None:
    """Time, settings, calls."""
    remote("sesv2").get_account()
    status, document = ask(server, "GET", "status")
    assert (status, document["calls"], document["settings"]["verification"]) == (200, 1, 0)
    assert abs(datetime.fromisoformat(document["now"]) - datetime.now(UTC)) < timedelta(minutes=1)


def test_clock_moves(server: Server, emulator: Emulator) -> None:
    """By seconds."""
    before = emulator.clock.now()
    status, document = ask(server, "POST", "clock", {"advance_seconds": 7200})
    assert status == 200
    assert datetime.fromisoformat(document["now"]) - before >= timedelta(hours=2)


def test_settings_change(server: Server, emulator: Emulator) -> None:
    """Those that are named, and no others."""
    emulator.settings.tag_lag = timedelta(minutes=1)
    document = ask(server, "POST", "settings", {"verification": 60, "throttle_per_second": 2.5})[1]
    assert (document["settings"]["verification"], document["settings"]["tag_lag"]) == (60, 60)
    assert emulator.settings.verification == timedelta(minutes=1)
    assert emulator.settings.throttle_per_second == 2.5


def test_faults_come_and_go(server: Server, remote: Any) -> None:
    """Each kind with its arguments, and all gone with one DELETE."""
    wish = {
        "deny": [{"service": "sesv2", "operation": "GetAccount"}],
        "fail": [{"service": "ses", "operation": "GetSendQuota", "code": "Busy", "message": "later", "times": None}],
        "lose_answer": [{"operation": "ListConfigurationSets", "times": 2}],
    }
    assert ask(server, "POST", "faults", wish)[0] == 200
    for call, code in ((remote("sesv2").get_account, "AccessDeniedException"), (remote("ses").get_send_quota, "Busy")):
        with pytest.raises(ClientError) as error:
            call()
        assert refusal(error)[0] == code
    with pytest.raises(ConnectionClosedError):
        remote("ses").list_configuration_sets()
    assert ask(server, "DELETE", "faults")[0] == 200
    remote("sesv2").get_account()
    remote("ses").get_send_quota()
    remote("ses").list_configuration_sets()


def test_faults_are_listed(server: Server) -> None:
    """As they stand."""
    ask(server, "POST", "faults", {"fail": [{"service": "sesv2", "operation": "Put*", "code": "X", "match": {"a": 1}}]})
    assert ask(server, "GET", "faults")[1]["faults"] == [
        {"service": "sesv2", "operation": "Put*", "error": ["X", "X, as asked for", 400], "times": 1, "match": {"a": 1}}
    ]


def test_dns_is_filled_and_shown(server: Server) -> None:
    """Several records at once; without values they are gone."""
    records = [{"name": "example.com", "type": kind, "values": [value]} for kind, value in (("TXT", "x"), ("A", "y"))]
    assert ask(server, "POST", "dns", {"records": records})[0] == 200
    assert ask(server, "GET", "dns")[1] == {"records": {"example.com": {"TXT": ["x"], "A": ["y"]}}}
    ask(server, "POST", "dns", {"records": [{**one, "values": []} for one in records]})
    assert ask(server, "GET", "dns")[1] == {"records": {}}


def test_what_no_api_does(server: Server, remote: Any) -> None:
    """Clicks, failures, leases, suppressions and access, each in a region."""
    ask(server, "POST", "settings", {"dns": True})
    sesv2 = remote("sesv2")
    for name in ("a@example.com", "example.com"):
        sesv2.create_email_identity(EmailIdentity=name)
    for what, wish in (
        ("click", {"address": "a@example.com"}),
        ("give-up", {"identity": "example.com", "of": "identity"}),
        ("lease", {"ip": "192.0.2.1"}),
        ("suppress", {"address": "b@example.com", "reason": "COMPLAINT"}),
        ("grant-production", {}),
    ):
        assert ask(server, "POST", what, {**wish, "region": "eu-west-1"})[0] == 200, what
    statuses = {
        one["IdentityName"]: one["VerificationStatus"] for one in sesv2.list_email_identities()["EmailIdentities"]
    }
    assert statuses == {"a@example.com": "SUCCESS", "example.com": "FAILED"}
    assert sesv2.get_dedicated_ips()["DedicatedIps"][0]["Ip"] == "192.0.2.1"
    assert (
        sesv2.get_suppressed_destination(EmailAddress="b@example.com")["SuppressedDestination"]["Reason"] == "COMPLAINT"
    )
    assert sesv2.get_account()["ProductionAccessEnabled"] is True


def test_calls_and_messages_are_shown(server: Server, remote: Any) -> None:
    """For whoever has to look at them from outside."""
    arn = remote("sns").create_topic(Name="t")["TopicArn"]
    remote("sns").publish(TopicArn=arn, Message="hello")
    assert ask(server, "GET", f"messages?topic={arn}")[1] == {"messages": ["hello"]}
    calls = ask(server, "GET", "calls")[1]["calls"]
    assert [call["operation"] for call in calls] == ["CreateTopic", "Publish"]
    assert calls[0] == {"service": "sns", "operation": "CreateTopic", "params": {"Name": "t"}}


@pytest.mark.parametrize(
    ("what", "document", "message"),
    [
        ("clock", {}, "clock needs 'advance_seconds'"),
        ("clock", {"advance_seconds": "long"}, "'advance_seconds' is a number, not \"long\""),
        ("clock", {"advance_seconds": True}, "'advance_seconds' is a number, not true"),
        ("clock", {"advance_seconds": 1e12}, "the clock goes from 1971 to 9000"),
        ("clock", {"advance_seconds": 1e300}, "'advance_seconds' is a number of seconds, not 1e+300"),
        ("clock", {"advance_seconds": float("nan")}, "is a number of seconds, not nan"),
        ("clock", [], "the body is no JSON object"),
        ("settings", {"verfication": 1}, "unknown setting 'verfication'"),
        ("settings", {"check_neighbours": "some"}, "check_neighbours is one of none, topics, all"),
        ("settings", {"verification": -1}, "verification is not below 0"),
        ("settings", {"stale_reads": -1}, "stale_reads is not below 0"),
        ("settings", {"read_lag": 1e300}, "setting 'read_lag' is a number of seconds"),
        ("settings", {"stale_reads": "two"}, "setting 'stale_reads' does not take 'two'"),
        ("faults", {"explode": []}, "there is no fault 'explode'; there are deny, lose_answer, fail"),
        ("faults", {"deny": {}}, "'deny' is a list of objects"),
        ("faults", {"deny": [{"service": "ses"}]}, "deny needs 'operation'"),
        ("faults", {"deny": [{"service": "ses", "operation": "GetSendQuota", "whim": 1}]}, "deny does not take 'whim'"),
        (
            "faults",
            {"deny": [{"service": "ses", "operation": "GetSendQuotas"}]},
            "ses has no operation 'GetSendQuotas'",
        ),
        ("faults", {"lose_answer": [{"operation": "*", "times": 0}]}, "a fault happens once or more, not 0 times"),
        ("faults", {"lose_answer": [{"operation": "*", "times": "2"}]}, "'times' is a number or null, not \"2\""),
        ("faults", {"deny": [{"service": "*", "operation": "*", "match": 1}]}, "'match' is an object or null, not 1"),
        ("dns", {"records": [{"name": "example.com", "type": "TXT"}]}, "records needs 'values'"),
        ("dns", {"records": [{"name": "example.com", "type": "TXT", "values": [1]}]}, "'values' is a list of strings"),
        ("dns", {"records": [{"name": "x", "type": "TXT", "values": []}]}, "'x' is no name of a host"),
        ("click", {"address": "a@example.com"}, "click needs 'region'"),
        ("click", {"address": "a@example.com", "region": "eu-west-1"}, "was sent no link"),
        ("lease", {"ip": 3, "region": "eu-west-1"}, "'ip' is a string, not 3"),
        ("grant-production", {"region": "moon"}, "'moon' is no region; one is like eu-west-1"),
    ],
)
def test_requests_that_make_no_sense(server: Server, what: str, document: Any, message: str) -> None:
    """A 400 that says why."""
    status, answer = ask(server, "POST", what, document)
    assert status == 400
    assert message in answer["message"]


def test_query_that_makes_no_sense(server: Server) -> None:
    """The same."""
    assert ask(server, "GET", "messages") == (400, {"message": "messages needs 'topic'"})
    assert ask(server, "GET", "messages?topic=t") == (400, {"message": "'t' is no ARN of a topic"})


def test_every_path_is_described() -> None:
    """In the documentation."""
    text = (Path(__file__).parents[2] / "docs" / "emulator.md").read_text(encoding="utf-8")
    described = set(re.findall(r"/_sesops/([a-z-]+)", text))
    assert described == {*admin._READS, *admin._WRITES}
    assert all(f"`{setting}`" in text for setting in ("verification", "dns", "read_lag", "stale_reads", "propagation"))


@pytest.mark.parametrize("content", [b"soon", b"", b"\xff", b"[" * 100_000])
def test_body_that_is_no_json(server: Server, content: bytes) -> None:
    """The same."""
    request = urllib.request.Request(f"{server.url}/_sesops/clock", content, method="POST")
    with pytest.raises(urllib.error.HTTPError) as error:
        urllib.request.urlopen(request)
    with error.value as answer:
        assert answer.status == 400
        assert json.loads(answer.read())["message"].startswith("the body is no JSON")


@pytest.mark.parametrize(("method", "what"), [("GET", "coffee"), ("POST", "status"), ("PUT", "faults")])
def test_what_the_admin_api_lacks(server: Server, method: str, what: str) -> None:
    """A 404 that says what was asked."""
    document = None if method == "GET" else {}
    assert ask(server, method, what, document) == (404, {"message": f"there is no {method} /_sesops/{what}"})
