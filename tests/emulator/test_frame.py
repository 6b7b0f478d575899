"""The emulator as a whole: clock, settings, threads, and who is answered."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from sesops.emulator import Emulator

SET = {"ConfigurationSetName": "a"}


# --- clock and settings ---


def test_clock_is_the_wall_clock_until_it_is_moved(emulator: Emulator) -> None:
    """Advances add up, and what SES stamps shows them."""
    assert abs(emulator.clock.now() - datetime.now(UTC)) < timedelta(minutes=1)
    emulator.clock.advance(timedelta(days=2))
    emulator.clock.advance(timedelta(hours=1))
    moved = emulator.clock.now() - datetime.now(UTC)
    assert timedelta(days=2, minutes=59) < moved < timedelta(days=2, minutes=61)


def test_clock_counts_in_milliseconds(emulator: Emulator) -> None:
    """As SES does, so that a time reads back as it was written."""
    assert emulator.clock.now().microsecond % 1000 == 0


def test_clock_and_settings_are_kept_in_the_file(tmp_path: Path) -> None:
    """Another emulator on the file has them, and follows their changes."""
    one, two = Emulator(tmp_path / "state.db"), Emulator(tmp_path / "state.db")
    one.clock.advance(timedelta(days=1))
    one.settings.verification = timedelta(hours=2)
    assert two.clock.now() - datetime.now(UTC) > timedelta(hours=23)
    assert two.settings.verification == timedelta(hours=2)
    two.settings.check_neighbours = "all"
    assert (one.settings.check_neighbours, one.settings.verification) == ("all", timedelta(hours=2))
    one.close()
    two.close()


def test_settings_may_be_replaced_whole(emulator: Emulator) -> None:
    """Assigning settings is assigning each member."""
    settings = emulator.settings
    settings.tag_lag = timedelta(minutes=5)
    other = Emulator()
    other.settings = settings
    assert other.settings == emulator.settings
    other.close()


def test_settings_that_make_no_sense_are_not_kept(emulator: Emulator) -> None:
    """The refusal comes before the file is written."""
    with pytest.raises(ValueError, match="check_neighbours"):
        emulator.settings.check_neighbours = "some"
    assert emulator.settings.check_neighbours == "topics"


def test_verification_takes_as_long_as_told(emulator: Emulator, sesv2: Any) -> None:
    """At once by default; else when the clock gets there."""
    sesv2.create_email_identity(EmailIdentity="quick.example")
    assert sesv2.get_email_identity(EmailIdentity="quick.example")["VerifiedForSendingStatus"] is True
    emulator.settings.verification = timedelta(hours=2)
    sesv2.create_email_identity(EmailIdentity="slow.example")
    assert sesv2.get_email_identity(EmailIdentity="slow.example")["VerifiedForSendingStatus"] is False
    emulator.clock.advance(timedelta(hours=2))
    assert sesv2.get_email_identity(EmailIdentity="slow.example")["VerifiedForSendingStatus"] is True


def test_fresh_account(ses: Any, sesv2: Any) -> None:
    """A sandbox with a quota, sending, suppressing, without VDM block and details."""
    account = sesv2.get_account()
    assert account["ProductionAccessEnabled"] is False
    assert account["SendQuota"] == {"Max24HourSend": 200, "MaxSendRate": 1, "SentLast24Hours": 0}
    assert account["SuppressionAttributes"] == {"SuppressedReasons": ["BOUNCE", "COMPLAINT"]}
    assert not {"VdmAttributes", "Details"} & account.keys()
    assert (ses.get_send_quota()["Max24HourSend"], ses.get_account_sending_enabled()["Enabled"]) == (200, True)


# --- calls, sessions, threads ---


def test_calls_are_noted(emulator: Emulator, ses: Any, sesv2: Any, sns: Any) -> None:
    """Service, operation and params in the order they came, refused ones and neighbours' too."""
    sesv2.create_configuration_set(**SET)
    ses.list_identities(MaxItems=3)
    sns.create_topic(Name="t")
    with pytest.raises(ClientError):
        sesv2.get_configuration_set(ConfigurationSetName="ghost")
    assert emulator.calls == [
        ("sesv2", "CreateConfigurationSet", {"ConfigurationSetName": "a"}),
        ("ses", "ListIdentities", {"MaxItems": 3}),
        ("sns", "CreateTopic", {"Name": "t"}),
        ("sesv2", "GetConfigurationSet", {"ConfigurationSetName": "ghost"}),
    ]


def test_only_the_attached_session_is_answered(emulator: Emulator) -> None:
    """Another session of the process goes to the network, which the tests refuse."""
    emulator.attach(boto3.session.Session("a", "b", region_name="us-east-1"))
    other = boto3.session.Session("a", "b", region_name="us-east-1")
    client = other.client(
        "sesv2", config=Config(retries={"total_max_attempts": 1}, connect_timeout=1), endpoint_url="http://127.0.0.1:9"
    )
    with pytest.raises(Exception, match="Could not connect"):
        client.get_account()
    assert emulator.calls == []


def test_nothing_is_shared_between_accounts_and_regions(emulator: Emulator) -> None:
    """Each of the four pairs has a state of its own."""
    for account in ("111122223333", "444455556666"):
        for region in ("eu-west-1", "us-east-1"):
            session = boto3.session.Session(account, "secret", region_name=region)
            emulator.attach(session)
            client = session.client("sesv2")
            assert client.list_configuration_sets()["ConfigurationSets"] == []
            client.create_configuration_set(**SET)


def test_threads_may_call_at_once(emulator: Emulator, sesv2: Any, sns: Any) -> None:
    """Of many that create the same name one succeeds; writes to one thing do not get lost; SNS works between."""
    sesv2.create_configuration_set(**SET)
    start = threading.Barrier(8)

    def work(number: int) -> list[str]:
        start.wait()
        outcomes = []
        for each in range(5):
            try:
                sesv2.create_email_identity(EmailIdentity=f"shared{each}.example")
                outcomes.append("made")
            except ClientError as error:
                outcomes.append(error.response["Error"]["Code"])
            tags = [{"Key": f"k{number}-{each}", "Value": "v"}]
            arn = "arn:aws:ses:us-east-1:123456789012:configuration-set/a"
            sesv2.tag_resource(ResourceArn=arn, Tags=tags)
            sns.create_topic(Name=f"t{number}-{each}")
        return outcomes

    with ThreadPoolExecutor(8) as pool:
        outcomes = [outcome for each in pool.map(work, range(8)) for outcome in each]
    assert sorted(outcomes) == ["AlreadyExistsException"] * 35 + ["made"] * 5
    assert len(sesv2.get_configuration_set(**SET)["Tags"]) == 40
    assert len(sns.list_topics()["Topics"]) == 40


def test_bug_in_an_operation_is_not_dressed_up(emulator: Emulator, sesv2: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception of ours reaches the caller as it is, and its transaction is undone."""
    from sesops.emulator.registry import operations

    def broken(context: Any, _params: Any) -> dict[str, Any]:
        context.store.put("configuration_set", "a", {})
        raise ZeroDivisionError

    monkeypatch.setitem(operations(), ("sesv2", "CreateContactList"), broken)
    with pytest.raises(ZeroDivisionError):
        sesv2.create_contact_list(ContactListName="l")
    assert sesv2.list_configuration_sets()["ConfigurationSets"] == []


@pytest.mark.parametrize("door", ["ses", "sesv2"])
def test_every_operation_is_in_the_model(door: str) -> None:
    """No operation is registered under a name that no client can ask for."""
    from sesops.emulator import wire
    from sesops.emulator.registry import operations

    names = [name for service, name in operations() if service == door]
    assert names
    assert set(names) <= set(wire.service_model(door).operation_names)


def test_registering_twice_is_an_error(sesv2: Any) -> None:
    """Two functions for one operation are a mistake of ours."""
    from sesops.emulator.registry import operation, operations

    def again(_context: Any, _params: Any) -> dict[str, Any]:
        return {}

    assert ("sesv2", "GetAccount") in operations()
    with pytest.raises(ValueError, match="registered twice"):
        operation("sesv2", "GetAccount")(again)


@pytest.mark.parametrize(
    ("region", "partition"), [("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov"), ("eu-west-1", "aws")]
)
def test_arns_are_of_the_regions_partition(emulator: Emulator, region: str, partition: str) -> None:
    """In SES and in SNS alike."""
    session = boto3.session.Session("123456789012", "secret", region_name=region)
    emulator.attach(session)
    session.client("sns").create_topic(Name="t", Tags=[{"Key": "k", "Value": "v"}])
    session.client("sesv2").create_configuration_set(**SET, Tags=[{"Key": "k", "Value": "v"}])
    listed = session.client("resourcegroupstaggingapi").get_resources()["ResourceTagMappingList"]
    assert [each["ResourceARN"] for each in listed] == [
        f"arn:{partition}:ses:{region}:123456789012:configuration-set/a",
        f"arn:{partition}:sns:{region}:123456789012:t",
    ]
