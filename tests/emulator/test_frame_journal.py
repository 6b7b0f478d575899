"""moto beside SES: one world an emulator, kept by a journal; accounts, and what is not offered."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import moto
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from sesops.emulator import Emulator
from sesops.emulator.context import Context
from sesops.emulator.faults import AnswerLostError
from sesops.emulator.registry import operations
from sesops.emulator.store import Database

ACCOUNT = "123456789012"
REGION = "eu-west-1"


def clients(emulator: Emulator, account: str = ACCOUNT, region: str = REGION) -> Callable[[str], Any]:
    session = boto3.session.Session(account, "secret", region_name=region)
    emulator.attach(session)
    return lambda service: session.client(service, config=Config(retries={"total_max_attempts": 1}))


@pytest.fixture
def client(emulator: Emulator) -> Callable[[str], Any]:
    return clients(emulator)


SES = "ses.amazonaws.com"
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": SES}, "Action": "sts:AssumeRole"}],
    }
)


def make_bucket(client: Any) -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket="inbound", CreateBucketConfiguration={"LocationConstraint": REGION})


def test_emulators_do_not_see_each_other(client: Any) -> None:
    """Each has moto to itself, S3's global names included."""
    other = Emulator()
    for session in (client, clients(other)):
        session("sns").create_topic(Name="t")
        make_bucket(session)
        assert len(session("sns").list_topics()["Topics"]) == 1
    other.close()


def test_mocks_of_others_are_left_alone(client: Any) -> None:
    """Somebody's own use of moto in this process neither sees our topics nor loses its own."""
    with moto.mock_aws():
        theirs = boto3.client("sns", "eu-west-1", aws_access_key_id="a", aws_secret_access_key="b")
        theirs.create_topic(Name="theirs")
        ours = client("sns").create_topic(Name="ours")["TopicArn"]
        assert [each["TopicArn"] for each in client("sns").list_topics()["Topics"]] == [ours]
        assert [each["TopicArn"] for each in theirs.list_topics()["Topics"]] == [ours.replace("ours", "theirs")]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state.db"


def snapshot(client: Callable[[str], Any]) -> dict[str, Any]:
    """Ids and contents that moto made up or was given."""
    subscriptions = client("sns").list_subscriptions()["Subscriptions"]
    return {
        "subscriptions": [each["SubscriptionArn"] for each in subscriptions],
        "roles": [role["RoleId"] for role in client("iam").list_roles()["Roles"]],
        "keys": [key["KeyId"] for key in client("kms").list_keys()["Keys"]],
        "object": client("s3").get_object(Bucket="inbound", Key="a/b c")["Body"].read(),
    }


def populate(client: Callable[[str], Any]) -> None:
    arn = client("sns").create_topic(Name="t")["TopicArn"]
    client("sns").subscribe(TopicArn=arn, Protocol="email", Endpoint="a@example.com")
    client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=TRUST)
    client("kms").create_key()
    make_bucket(client)
    client("s3").put_object(Bucket="inbound", Key="a/b c", Body=b"\x00\xff")


def test_replay_makes_the_same_things(path: Path) -> None:
    """Ids that moto draws at random are the same wherever the file is opened."""
    first = Emulator(path)
    populate(clients(first))
    seen = snapshot(clients(first))
    first.close()
    second = Emulator(path)
    assert snapshot(clients(second)) == seen
    assert seen["object"] == b"\x00\xff"
    assert all(seen.values())
    second.close()


def test_two_open_emulators_follow_each_other(path: Path) -> None:
    """What one writes the other reads, both ways, with both open."""
    one, two = Emulator(path), Emulator(path)
    populate(clients(one))
    assert snapshot(clients(two)) == snapshot(clients(one))
    clients(two)("sns").create_topic(Name="second")
    clients(one)("sns").create_topic(Name="third")
    for emulator in (one, two):
        names = sorted(each["TopicArn"].split(":")[-1] for each in clients(emulator)("sns").list_topics()["Topics"])
        assert names == ["second", "t", "third"]
        emulator.close()


OTHER_PROCESS = """
import sys, boto3
from pathlib import Path
from sesops.emulator import Emulator
emulator = Emulator(Path(sys.argv[1]))
session = boto3.session.Session("123456789012", "secret", region_name="eu-west-1")
emulator.attach(session)
sns = session.client("sns")
arn = sns.create_topic(Name="theirs")["TopicArn"]
print(sns.subscribe(TopicArn=arn, Protocol="email", Endpoint="a@example.com", ReturnSubscriptionArn=True)["SubscriptionArn"])
"""


def test_another_process_makes_a_topic(path: Path) -> None:
    """Its subscription has here the id that it has there."""
    emulator = Emulator(path)
    clients(emulator)("sns").create_topic(Name="ours")
    environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
    ran = subprocess.run(
        [sys.executable, "-c", OTHER_PROCESS, str(path)], capture_output=True, text=True, env=environment, check=True
    )
    topic = f"arn:aws:sns:{REGION}:{ACCOUNT}:theirs"
    [subscription] = clients(emulator)("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    attributes = clients(emulator)("sns").get_subscription_attributes(SubscriptionArn=ran.stdout.strip())["Attributes"]
    assert (subscription["Endpoint"], attributes["TopicArn"]) == ("a@example.com", topic)
    emulator.close()


def rows(path: Path) -> list[tuple[Any, ...]]:
    database = Database(path)
    with database.transaction() as connection:
        found: list[tuple[Any, ...]] = connection.execute("SELECT * FROM journal").fetchall()
    database.close()
    return found


def test_journal_holds_accepted_writes_only(path: Path) -> None:
    """No reads, no refusals."""
    emulator = Emulator(path)
    sns = clients(emulator)("sns")
    arn = sns.create_topic(Name="t")["TopicArn"]
    sns.list_topics()
    sns.get_topic_attributes(TopicArn=arn)
    with pytest.raises(ClientError):
        sns.set_topic_attributes(TopicArn=f"{arn}-gone", AttributeName="DisplayName", AttributeValue="x")
    emulator.close()
    assert len(rows(path)) == 1


def test_journal_holds_no_secrets_of_the_caller(path: Path) -> None:
    """Neither signature nor session token."""
    emulator = Emulator(path)
    session = boto3.session.Session(ACCOUNT, "secret", "the-session-token", region_name=REGION)
    emulator.attach(session)
    session.client("sns").create_topic(Name="t")
    emulator.close()
    text = str(rows(path))
    assert "CreateTopic" in text
    assert not any(secret in text for secret in ("the-session-token", "Signature", "secret"))


def test_traces_of_a_failed_operation_are_undone(
    emulator: Emulator, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What an operation did outside SES goes with it when it fails."""

    def publish_and_fail(context: Context, _params: Any) -> dict[str, Any]:
        context.neighbours.publish(arn, "undone")
        raise ZeroDivisionError

    monkeypatch.setitem(operations(), ("sesv2", "CreateContact"), publish_and_fail)
    arn = client("sns").create_topic(Name="t")["TopicArn"]
    with pytest.raises(ZeroDivisionError):
        client("sesv2").create_contact(ContactListName="l", EmailAddress="a@example.com")
    assert emulator.messages(arn) == []
    client("sns").publish(TopicArn=arn, Message="kept")
    assert emulator.messages(arn) == ["kept"]


# --- accounts ---


def test_access_key_of_twelve_digits_is_an_account(emulator: Emulator) -> None:
    """SES, SNS and STS agree about it."""
    session = clients(emulator, "111122223333")
    assert session("sts").get_caller_identity()["Account"] == "111122223333"
    assert session("sns").create_topic(Name="t")["TopicArn"].split(":")[4] == "111122223333"
    session("sesv2").create_configuration_set(ConfigurationSetName="theirs")
    assert clients(emulator)("sesv2").list_configuration_sets()["ConfigurationSets"] == []


def test_any_other_access_key_is_the_default_account(emulator: Emulator) -> None:
    """As documented for people who just type something."""
    assert clients(emulator, "emulator")("sts").get_caller_identity()["Account"] == ACCOUNT


def test_assumed_role_is_in_the_roles_account(emulator: Emulator, client: Any) -> None:
    """Its credentials lead to that account, in SES too."""
    role = "arn:aws:iam::999988887777:role/mail-apply"
    made = client("sts").assume_role(RoleArn=role, RoleSessionName="run")["Credentials"]
    session = boto3.session.Session(
        made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"], region_name=REGION
    )
    emulator.attach(session)
    identity = session.client("sts").get_caller_identity()
    assert (identity["Account"], identity["Arn"]) == (
        "999988887777",
        "arn:aws:sts::999988887777:assumed-role/mail-apply/run",
    )
    session.client("sesv2").create_configuration_set(ConfigurationSetName="theirs")
    assert clients(emulator, "999988887777")("sesv2").list_configuration_sets()["ConfigurationSets"] == ["theirs"]


# --- what is not offered ---


def test_service_that_nobody_plays(client: Any) -> None:
    """A clear answer, and no network."""
    with pytest.raises(ClientError, match="The emulator has no service at braket"):
        client("braket").search_devices(filters=[])


def test_operation_that_moto_lacks(client: Any) -> None:
    """The same for one operation of a service."""
    with pytest.raises(ClientError, match="The emulator does not offer this"):
        client("sns").list_origination_numbers()


def test_answer_of_a_neighbour_lost(emulator: Emulator, client: Any) -> None:
    """Faults reach moto's services: the topic is made, the answer is not heard."""
    emulator.faults.lose_answer("CreateTopic")
    with pytest.raises(Exception, match="Connection was closed") as error:
        client("sns").create_topic(Name="t")
    assert isinstance(error.value.__cause__, AnswerLostError)
    assert len(client("sns").list_topics()["Topics"]) == 1


@pytest.mark.parametrize(
    ("service", "call", "params", "code"),
    [
        ("sns", "create_topic", {"Name": "t"}, "AuthorizationError"),
        ("sts", "get_caller_identity", {}, "AccessDenied"),
        ("s3", "get_bucket_policy", {"Bucket": "b"}, "AccessDenied"),
        ("lambda", "get_policy", {"FunctionName": "f"}, "AccessDeniedException"),
        ("kms", "list_keys", {}, "AccessDeniedException"),
        ("resourcegroupstaggingapi", "get_resources", {}, "AccessDeniedException"),
    ],
)
def test_denial_at_a_neighbour(
    emulator: Emulator, client: Any, service: str, call: str, params: dict[str, Any], code: str
) -> None:
    """In each service's own form."""
    name = client(service).meta.method_to_api_mapping[call]
    emulator.faults.deny(service, name)
    with pytest.raises(ClientError) as error:
        getattr(client(service), call)(**params)
    assert error.value.response["Error"]["Code"] == code
    assert f":{name}" in error.value.response["Error"]["Message"]
