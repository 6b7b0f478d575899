"""`sesops emulator`: what it says and serves, how it ends, its switches, and its commands."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager

import boto3
import pytest
from botocore.exceptions import ClientError
from cli.conftest import QUICKSTART

from sesops.cli.options import DEFAULT_STATE

FAULT = '[{"service": "*", "operation": "*", "error": ["A"], "times": 1}]'
"""As none is kept: an error has a message and a status."""


@contextmanager
def serving(folder, *arguments):
    """A `sesops emulator` of its own, and its URL once it says that it listens."""
    command = [sys.executable, "-m", "sesops", "emulator", "--port", "0", *arguments]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "SESOPS_"))}
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            line = process.stdout.readline()
            assert line.startswith("SES at "), process.stderr.read()
            yield process, line
        finally:
            process.kill()


def client(line, service="sesv2"):
    """A client with what the line says to export, and nothing else."""
    exported = dict(word.split("=", 1) for word in line.split("export ")[1].split())
    return boto3.session.Session(region_name="eu-west-1").client(
        service,
        endpoint_url=exported["AWS_ENDPOINT_URL"],
        aws_access_key_id=exported["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=exported["AWS_SECRET_ACCESS_KEY"],
    )


# --- serving ---


def test_the_name_of_the_state_file_is_shown_not_obeyed(clean):
    """A control sequence in it does not reach the terminal."""
    with serving(clean, "--emulator-file", "a\x1b[31mb.db") as (process, _):
        process.send_signal(signal.SIGINT)
        err = process.communicate(timeout=60)[1]
    assert err == "the state is in a\\x1b[31mb.db; Ctrl-C ends it\nstopped\n"


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_serves_and_stops(clean, end):
    """One line says where and what to export; Ctrl-C, or what ends a service, ends it with 0 and no traceback."""
    with serving(clean) as (process, line):
        url = line.split()[2].removesuffix(":")
        assert line == (
            f"SES at {url}: export AWS_ENDPOINT_URL={url} AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test\n"
        )
        client(line).create_configuration_set(ConfigurationSetName="a")
        process.send_signal(end)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (0, "")
    assert err == f"the state is in {DEFAULT_STATE}; Ctrl-C ends it\nstopped\n"
    with serving(clean) as (_, line):
        assert client(line).list_configuration_sets()["ConfigurationSets"] == ["a"]


def test_two_on_one_file(clean):
    """They take turns: what one writes the other reads, and neither writes over the other's."""
    with serving(clean) as (_, one), serving(clean) as (_, two):
        for number, line in enumerate((one, two, one)):
            client(line).create_configuration_set(ConfigurationSetName=f"s{number}")
            client(line, "sns").create_topic(Name=f"t{number}")
        for line in (one, two):
            assert client(line).list_configuration_sets()["ConfigurationSets"] == ["s0", "s1", "s2"]
            assert len(client(line, "sns").list_topics()["Topics"]) == 3


def test_state_in_memory(clean):
    """No file is made."""
    with serving(clean, "--in-memory") as (process, line):
        client(line).create_configuration_set(ConfigurationSetName="a")
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=60)[1] == "the state is in memory; Ctrl-C ends it\nstopped\n"
    assert list(clean.iterdir()) == []


def test_port_that_is_taken(clean, shell):
    """1, and how to get another."""
    with serving(clean) as (_, line):
        port = line.split()[2].removesuffix(":").rpartition(":")[2]
        ended = shell.run("emulator", "--port", port)
    assert ended.code == 1
    assert f"port {port} cannot be had" in ended.err


def test_switches_of_a_server(clean):
    """They hold from the first request on."""
    with serving(clean, "--verification", "dns", "--deny", "sesv2:GetAccount", "--throttle", "0.001") as (_, line):
        sesv2 = client(line)
        sesv2.create_email_identity(EmailIdentity="example.com")
        assert sesv2.get_email_identity(EmailIdentity="example.com")["VerificationStatus"] == "PENDING"
        with pytest.raises(ClientError, match="AccessDeniedException"):
            sesv2.get_account()
        with pytest.raises(ClientError, match="TooManyRequestsException"):
            sesv2.get_email_identity(EmailIdentity="example.com")


def test_commands_reach_a_server(clean, shell):
    """Both work on the state file."""
    with serving(clean, "--emulator-file", "emulator.db") as (_, line):
        assert shell.run("emulator", "--fail", "sesv2:GetAccount=BadRequestException", "status").code == 0
        with pytest.raises(ClientError, match="as asked for"):
            client(line).get_account()
        client(line).get_account()


# --- switches ---


def status(shell, *switches):
    """`sesops emulator SWITCHES status`, parsed."""
    ended = shell.run("emulator", *switches, "status")
    assert (ended.code, ended.err) == (0, "")
    return json.loads(ended.out)


def test_status_of_a_fresh_state(shell):
    """All is off."""
    shown = status(shell)
    assert shown["faults"] == []
    off = {"verification": 0, "dns": False, "read_lag": 0, "stale_reads": 0, "propagation": 0, "drop_topics": False}
    off |= {"throttle_per_second": None, "production_access": False}
    assert {name: shown["settings"][name] for name in off} == off


@pytest.mark.parametrize(
    ("switches", "settings"),
    [
        (["--verification", "2h"], {"verification": 7200, "dns": False}),
        (["--verification", "dns"], {"verification": 0, "dns": True}),
        (["--throttle", "1"], {"throttle_per_second": 1}),
        (["--read-lag", "5s", "--propagation", "1m"], {"read_lag": 5, "propagation": 60}),
        (["--stale-reads", "3"], {"stale_reads": 3}),
        (["--drop-topics", "--production"], {"drop_topics": True, "production_access": True}),
        (["--set", "tag_lag=60", "--set", 'check_neighbours="all"'], {"tag_lag": 60, "check_neighbours": "all"}),
    ],
)
def test_switch(shell, switches, settings):
    """It is kept in the state."""
    status(shell, *switches)
    assert status(shell)["settings"].items() >= settings.items()


def test_switches_back(shell):
    """To what is there out of the box."""
    fresh = status(shell)["settings"]
    on = ["--throttle", "1", "--read-lag", "5s", "--stale-reads", "3", "--propagation", "1m", "--drop-topics"]
    assert status(shell, "--verification", "dns", "--production", *on)["settings"] != fresh
    off = ["--throttle", "0", "--read-lag", "0s", "--stale-reads", "0", "--propagation", "0s", "--keep-topics"]
    assert status(shell, "--verification", "at-once", "--sandbox", *off)["settings"] == fresh


def test_faults(shell):
    """Each kind, as often as told; a second command line adds to the first, or begins anew."""
    denied = {"service": "ses", "operation": "Set*", "times": None}
    lost = {"service": "sesv2", "operation": "CreateEmailIdentity", "error": None, "times": 2}
    failed = {"error": ["InternalFailure", "InternalFailure, as asked for", 500], "times": None}
    status(shell, "--deny", "ses:Set*")
    faults = status(shell, "--lose", "sesv2:CreateEmailIdentity,2", "--fail", "*:List*=InternalFailure,always")[
        "faults"
    ]
    assert [fault.items() >= want.items() for fault, want in zip(faults, (denied, lost, failed), strict=True)] == [
        True
    ] * 3
    assert [fault["service"] for fault in status(shell, "--no-faults", "--deny", "sns:*")["faults"]] == ["sns"]


def test_faults_hold_for_the_embedded_ses(shell):
    """`sesops plan` on the same state meets them."""
    shell.write("version: 1\nstack: s\nregion: eu-west-1\nconfiguration_sets: {main: {}}\n")
    status(shell, "--deny", "sesv2:Get*")
    ended = shell.run("plan")
    assert ended.code == 1
    assert "GetConfigurationSet" in ended.out + ended.err


@pytest.mark.parametrize(
    ("switches", "message"),
    [
        (["--verification", "soon"], "--verification is at-once, dns or a duration, not 'soon'"),
        (["--read-lag", "5"], "'5' is no duration"),
        (["--throttle", "-1"], "--throttle"),
        (["--set", "tag_lag"], "--set 'tag_lag' is not of the form NAME=JSON"),
        (["--set", "tag_lags=1"], "unknown setting 'tag_lags'"),
        (["--deny", "GetAccount"], "--deny 'GetAccount' is not of the form SERVICE:OPERATION"),
        (["--deny", "sesv2:GetAccount,2"], "is not of the form SERVICE:OPERATION"),
        (["--deny", "sesv2:GetAcount"], "sesv2 has no operation 'GetAcount'"),
        (["--lose", "sesv2:GetAccount,0"], "is not of the form SERVICE:OPERATION[,N]"),
        (["--fail", "sesv2:GetAccount"], "is not of the form SERVICE:OPERATION=CODE[,N]"),
        (["--in-memory"], "a command needs a state file"),
    ],
)
def test_switch_that_makes_no_sense(shell, switches, message):
    """64, and a sentence."""
    ended = shell.run("emulator", *switches, "status")
    assert (ended.code, ended.out) == (64, "")
    assert message in ended.err.replace("\n", " ")


# --- commands ---


def said(shell, *arguments):
    """What a command says that does what it is told."""
    ended = shell.run("emulator", *arguments)
    assert (ended.code, ended.err) == (0, "")
    return ended.out


def test_dns(shell):
    """Filled, shown, and emptied."""
    assert (
        said(shell, "dns", "Mail.example.com", "mx", "10 mx.example.net.") == "mail.example.com MX 10 mx.example.net\n"
    )
    said(shell, "dns", "example.com", "TXT", "v=spf1 -all", "x")
    assert said(shell, "dns") == (
        "example.com TXT v=spf1 -all\nexample.com TXT x\nmail.example.com MX 10 mx.example.net\n"
    )
    assert said(shell, "dns", "example.com", "TXT") == ""
    assert said(shell, "dns") == "mail.example.com MX 10 mx.example.net\n"


def test_click(shell):
    """An address is verified."""
    status(shell, "--verification", "dns")
    shell.call("sesv2.create_email_identity", EmailIdentity="a@example.com")
    assert said(shell, "click", "a@example.com") == "a@example.com is verified in eu-west-1\n"
    assert shell.call("sesv2.get_email_identity", EmailIdentity="a@example.com")["VerificationStatus"] == "SUCCESS"


def test_give_up(shell):
    """A search has failed."""
    shell.call("sesv2.create_email_identity", EmailIdentity="example.com")
    assert said(shell, "give-up", "example.com", "--of", "dkim") == (
        "the search for dkim of example.com has failed in eu-west-1\n"
    )
    shown = shell.call("sesv2.get_email_identity", EmailIdentity="example.com")
    assert shown["DkimAttributes"]["Status"] == "FAILED"


def test_lease(shell):
    """An address is the account's."""
    assert said(shell, "lease", "192.0.2.1") == "192.0.2.1 is leased in eu-west-1\n"
    assert (
        shell.call("sesv2.get_dedicated_ip", Ip="192.0.2.1")["DedicatedIp"]["PoolName"] == "ses-default-dedicated-pool"
    )


def test_suppress(shell):
    """An address is listed."""
    assert (
        said(shell, "suppress", "a@example.com", "--reason", "COMPLAINT")
        == "a@example.com is suppressed in eu-west-1\n"
    )
    shown = shell.call("sesv2.get_suppressed_destination", EmailAddress="a@example.com")["SuppressedDestination"]
    assert shown["Reason"] == "COMPLAINT"


def test_grant_production(shell):
    """In one region."""
    assert (
        said(shell, "grant-production", "--region", "eu-west-1") == "the account is out of the sandbox in eu-west-1\n"
    )
    assert shell.call("sesv2.get_account")["ProductionAccessEnabled"] is True


def test_verify_after(shell):
    """A duration takes the place of DNS."""
    status(shell, "--verification", "dns")
    assert said(shell, "verify-after", "2h") == "identities are verified 2h after they are made\n"
    assert status(shell)["settings"].items() >= {"verification": 7200, "dns": False}.items()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["dns", "example.com"], "the type of the records is missing"),
        (["dns", "example.com", "SPF", "x"], "'SPF' is no type of DNS records"),
        (["click", "a@example.com"], "was sent no link"),
        (["give-up", "example.com"], "'example.com' is no identity in eu-west-1"),
        (["suppress", "nobody"], "'nobody' is no e-mail address"),
        (["lease", "192.0.2.1", "--region", "nowhere"], "'nowhere' is no region"),
        (["advance", "999999d"], None),
        (["advance", "2h", "3h"], "unexpected extra argument"),
    ],
)
def test_command_that_makes_no_sense(shell, arguments, message):
    """64, and a sentence; the state is as it was."""
    ended = shell.run("emulator", *arguments)
    if message is not None:
        assert ended.code == 64
        assert message in ended.err.replace("\n", " ")
    assert shell.run("emulator", "status").code == 0


def test_clock_off_the_calendar(shell):
    """Moves may add up; the one that leaves the calendar is refused."""
    codes = [shell.run("emulator", "advance", "999999d").code for _ in range(4)]
    assert codes == [0, 0, 64, 64]
    assert shell.run("emulator", "status").code == 0


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE document SET body = '{'", "'{' stands where JSON should"),
        ("UPDATE document SET body = '[]'", "damaged"),
        ("UPDATE document SET body = '{}'", "KeyError"),
        ("REPLACE INTO setting VALUES ('settings', '{\"verification\": \"soon\"}')", "settings"),
        (f"REPLACE INTO setting VALUES ('faults', '{FAULT}')", "a fault answers with"),
        ("REPLACE INTO setting VALUES ('clock_offset_seconds', '1e300')", "clock"),
        ("UPDATE journal SET headers = '[]'", "damaged"),
        ("UPDATE journal SET url = 1", "of its journal cannot be made again"),
        ("DROP TABLE document", "no such table"),
        ("PRAGMA user_version = 0", "a database of something else"),
    ],
)
def test_a_damaged_state_is_named(applied, statement, words):
    """By every command that works on it, with the way out; 1."""
    shell = applied(QUICKSTART)
    with closing(sqlite3.connect(shell.folder / "emulator.db")) as connection, connection:
        connection.execute(statement)
    ended = shell.run("plan")
    assert ended.code == 1
    assert "emulator.db" in ended.err
    assert words in ended.err
    assert "name another with --emulator-file, or remove it to begin anew" in ended.err
