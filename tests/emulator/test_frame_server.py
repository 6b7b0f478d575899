"""The emulator over HTTP: routing, threads, path-style S3, lost answers, the admin API."""

from __future__ import annotations

import http.client
import io
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ConnectionClosedError
from botocore.parsers import ResponseParserError

from sesops.emulator import Emulator
from sesops.emulator.server import Server

from .answers import body, refusal


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


def test_one_url_for_every_service(remote: Any) -> None:
    """Told apart by what a request was signed for, and both generations of SES by the path."""
    remote("sesv2").create_configuration_set(ConfigurationSetName="a")
    assert remote("ses").list_configuration_sets()["ConfigurationSets"] == [{"Name": "a"}]
    arn = remote("sns").create_topic(Name="t", Tags=[{"Key": "k", "Value": "v"}])["TopicArn"]
    assert arn == "arn:aws:sns:eu-west-1:123456789012:t"
    listed = remote("resourcegroupstaggingapi").get_resources()["ResourceTagMappingList"]
    assert [each["ResourceARN"] for each in listed] == [arn]
    assert remote("sts").get_caller_identity()["Account"] == "123456789012"
    assert remote("iam").list_roles()["Roles"] == []
    assert remote("lambda").list_functions()["Functions"] == []
    assert remote("firehose").list_delivery_streams()["DeliveryStreamNames"] == []
    assert remote("kms").list_keys()["Keys"] == []


def test_identity_with_characters_of_a_path(remote: Any) -> None:
    """An address in the path arrives as it was sent."""
    remote("sesv2").create_email_identity(EmailIdentity="a+b%2F@example.com")
    listed = remote("sesv2").list_email_identities()["EmailIdentities"]
    assert [each["IdentityName"] for each in listed] == ["a+b%2F@example.com"]
    assert remote("sesv2").get_email_identity(EmailIdentity="a+b%2F@example.com")["IdentityType"] == "EMAIL_ADDRESS"


def test_buckets_in_the_path_and_in_the_host(server: Server, remote: Any) -> None:
    """Path style at an address, the bucket before `localhost` else; keys of any characters; HEAD tells the length."""
    s3 = remote("s3")
    s3.create_bucket(Bucket="inbound", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_object(Bucket="inbound", Key="a b/c+ü", Body=b"hello")
    assert s3.get_object(Bucket="inbound", Key="a b/c+ü")["Body"].read() == b"hello"
    assert s3.head_object(Bucket="inbound", Key="a b/c+ü")["ContentLength"] == 5
    port = server.url.rpartition(":")[2]
    connection = http.client.HTTPConnection("127.0.0.1", int(port))
    connection.request("GET", "/?list-type=2", headers={"Host": f"inbound.localhost:{port}"})
    assert b"<Key>a b/c+" in connection.getresponse().read()
    connection.close()


def test_many_clients_at_once(remote: Any) -> None:
    """Threads answer side by side."""
    sesv2 = remote("sesv2")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: sesv2.create_configuration_set(ConfigurationSetName=f"s{n}"), range(24)))
    assert len(sesv2.list_configuration_sets()["ConfigurationSets"]) == 24


def test_lost_answer_breaks_the_connection(emulator: Emulator, remote: Any) -> None:
    """The client sees a connection closed without an answer; the set is there."""
    emulator.faults.lose_answer("CreateConfigurationSet")
    with pytest.raises(ConnectionClosedError):
        remote("sesv2").create_configuration_set(ConfigurationSetName="a")
    assert remote("sesv2").list_configuration_sets()["ConfigurationSets"] == ["a"]


def test_lost_answer_under_another_server(emulator: Emulator) -> None:
    """A WSGI server that lends no socket answers as a proxy would: 502."""
    emulator.faults.lose_answer("ListEmailIdentities")
    statuses = []
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/v2/email/identities", "SERVER_NAME": "x", "SERVER_PORT": "80"}
    environ |= {"wsgi.url_scheme": "http", "HTTP_HOST": "x", "wsgi.input": io.BytesIO()}
    body = emulator.wsgi(environ, lambda status, _: statuses.append(status))
    assert (statuses, list(body)) == (["502 Bad Gateway"], [b""])


def test_a_damaged_state_is_a_failure_of_the_server(emulator: Emulator, remote: Any) -> None:
    """In the form of either generation, with what is wrong."""
    remote("sesv2").create_configuration_set(ConfigurationSetName="main")
    remote("ses").create_receipt_rule_set(RuleSetName="main")
    with emulator._database.transaction() as connection:
        connection.execute("UPDATE document SET body = '{'")
    for ask in (
        lambda: remote("sesv2").get_configuration_set(ConfigurationSetName="main"),
        lambda: remote("ses").describe_receipt_rule_set(RuleSetName="main"),
    ):
        with pytest.raises(ClientError, match="damaged") as caught:
            ask()
        assert caught.value.response["Error"]["Code"] == "InternalFailure"
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500


def test_unknown_operation_is_json(remote: Any) -> None:
    """Never a page of HTML."""
    with pytest.raises(ClientError) as error:
        remote("sesv2").list_export_jobs()
    assert refusal(error) == ("UnknownOperationException", "Unknown operation: ListExportJobs", 404)


def test_port_that_is_taken(server: Server, emulator: Emulator) -> None:
    """An OSError to the caller, nothing printed."""
    with pytest.raises(OSError, match="in use"):
        emulator.serve(int(server.url.rpartition(":")[2]))


def test_nothing_is_printed(server: Server, remote: Any, capfd: pytest.CaptureFixture[str]) -> None:
    """Whoever started the server speaks for it."""
    remote("sesv2").get_account()
    assert capfd.readouterr() == ("", "")
    assert server.url.startswith("http://127.0.0.1:")


def test_stopped_server_is_gone(emulator: Emulator) -> None:
    """The port is free again, and waiting ends."""
    server = emulator.serve()
    server.stop()
    server.wait()
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"{server.url}/_sesops/status")
    emulator.serve(int(server.url.rpartition(":")[2])).stop()


SERVED = """
import sys
from pathlib import Path
from sesops.emulator import Emulator
server = Emulator(Path(sys.argv[1])).serve()
print(server.url, flush=True)
server.wait()
"""


@contextmanager
def served(path: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server process on a state file, and its URL. It is killed in the end."""
    command = [sys.executable, "-W", "ignore", "-c", SERVED, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as serving:
        assert serving.stdout is not None
        try:
            yield serving, serving.stdout.readline().strip()
        finally:
            serving.kill()


def test_server_process_and_in_process_work_on_one_file(tmp_path: Path) -> None:
    """A plan in process sees what was changed over HTTP, and the other way round."""
    emulator = Emulator(tmp_path / "state.db")
    session = boto3.session.Session("123456789012", "secret", region_name="eu-west-1")
    with served(tmp_path / "state.db") as (_, url):
        far = {service: session.client(service, endpoint_url=url) for service in ("sesv2", "sns")}
        emulator.attach(session)
        near = {service: session.client(service) for service in ("sesv2", "sns")}
        for here, there in ((far, near), (near, far)):
            name = f"s{len(there['sns'].list_topics()['Topics'])}"
            here["sesv2"].create_configuration_set(ConfigurationSetName=name)
            here["sns"].create_topic(Name=name)
            assert name in there["sesv2"].list_configuration_sets()["ConfigurationSets"]
            assert body(there["sns"].list_topics()) == body(here["sns"].list_topics())
    emulator.close()


def test_server_killed_while_many_write(tmp_path: Path) -> None:
    """What was answered is there, whatever was under way; topics too."""
    session = boto3.session.Session("123456789012", "secret", region_name="eu-west-1")
    config = Config(retries={"total_max_attempts": 1})
    answered: list[str] = []
    with served(tmp_path / "state.db") as (serving, url), ThreadPoolExecutor(4) as pool:
        sesv2 = session.client("sesv2", endpoint_url=url, config=config)
        sns = session.client("sns", endpoint_url=url, config=config)

        def write(writer: int) -> None:
            number = 0
            # What was cut off in the middle is no answer.
            with suppress(BotoCoreError, ResponseParserError):
                while True:
                    number += 1
                    sesv2.create_configuration_set(ConfigurationSetName=f"s{writer}-{number}")
                    answered.append(f"s{writer}-{number}")
                    sns.create_topic(Name=f"t{writer}-{number}")
                    answered.append(f"t{writer}-{number}")

        writing = [pool.submit(write, writer) for writer in range(4)]
        while len(answered) < 24 and not any(one.done() for one in writing):
            time.sleep(0.01)
        serving.kill()
        for one in writing:
            one.result()
    emulator = Emulator(tmp_path / "state.db")
    emulator.attach(session)
    sets = session.client("sesv2").list_configuration_sets(PageSize=1000)["ConfigurationSets"]
    pages = session.client("sns").get_paginator("list_topics").paginate()
    topics = [each["TopicArn"].rpartition(":")[2] for page in pages for each in page["Topics"]]
    assert len(answered) >= 24
    assert set(answered) <= {*sets, *topics}
    emulator.close()


def test_stopping_waits_for_what_is_being_answered(
    emulator: Emulator, remote: Any, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The request that came before gets its answer."""
    entered, go_on = threading.Event(), threading.Event()

    def slow(_context: Any, _params: Any) -> dict[str, Any]:
        entered.set()
        assert go_on.wait(60)
        return {}

    functions = SimpleNamespace(get=lambda _key: slow)
    monkeypatch.setattr("sesops.emulator.emulator.operations", lambda: functions)
    with ThreadPoolExecutor(2) as pool:
        asked = pool.submit(remote("sesv2").create_configuration_set, ConfigurationSetName="a")
        assert entered.wait(60)
        stopping = pool.submit(server.stop)
        # A stop that does not wait takes a twentieth of a second.
        assert not wait([stopping], timeout=0.5).done
        go_on.set()
        stopping.result()
        assert asked.result()["ResponseMetadata"]["HTTPStatusCode"] == 200
