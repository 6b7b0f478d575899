"""The services beside SES: moto's, one world an emulator, kept by a journal, and what SES finds there."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
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
from sesops.emulator.iam_policy import lets_ses
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


@pytest.fixture
def look(emulator: Emulator) -> Callable[[str, Callable[[Context], Any]], Any]:
    """What an operation of SES finds, with `check_neighbours` as given."""

    def looked(checks: str, question: Callable[[Context], Any]) -> Any:
        emulator.settings.check_neighbours = checks
        with emulator.context(ACCOUNT, REGION) as context:
            return question(context)

    return looked


def document(service: str, action: str, **condition: Any) -> str:
    """A policy with one statement that lets SES do `action` on everything."""
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": action, "Resource": "*"}
    return json.dumps(
        {"Version": "2012-10-17", "Statement": [statement | ({"Condition": condition} if condition else {})]}
    )


SES = "ses.amazonaws.com"
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": SES}, "Action": "sts:AssumeRole"}],
    }
)


# --- topics ---


@pytest.mark.parametrize(("checks", "refusal"), [("none", None), ("topics", "missing"), ("all", "missing")])
def test_topic_that_is_not_there(look: Any, checks: str, refusal: str | None) -> None:
    """A topic of our own account is always looked for, unless nothing is."""
    assert (
        look(checks, lambda context: context.neighbours.topic_refusal(f"arn:aws:sns:{REGION}:{ACCOUNT}:t")) == refusal
    )


@pytest.mark.parametrize(("checks", "refusal"), [("topics", None), ("all", "missing")])
def test_topic_of_another_account(look: Any, checks: str, refusal: str | None) -> None:
    """One that cannot be seen from here is taken on trust by default."""
    assert (
        look(checks, lambda context: context.neighbours.topic_refusal(f"arn:aws:sns:{REGION}:111122223333:t"))
        == refusal
    )


@pytest.mark.parametrize(
    "arn", ["", "topic", f"arn:aws:sns:us-east-1:{ACCOUNT}:t", f"arn:aws:sqs:{REGION}:{ACCOUNT}:t"]
)
def test_arn_that_is_no_topic_of_this_region(look: Any, arn: str) -> None:
    """Missing, whatever it is."""
    assert look("topics", lambda context: context.neighbours.topic_refusal(arn)) == "missing"


def test_topic_in_a_region_that_nobody_knows(emulator: Emulator) -> None:
    """No crash on a region of somebody's imagination."""
    with emulator.context(ACCOUNT, "mars-north-1") as context:
        assert context.neighbours.topic_refusal(f"arn:aws:sns:mars-north-1:{ACCOUNT}:t") == "missing"


def test_new_topic_lets_ses_publish(client: Any, look: Any) -> None:
    """The policy that a topic is born with suffices in its own account."""
    arn = client("sns").create_topic(Name="t")["TopicArn"]
    assert look("all", lambda context: context.neighbours.topic_refusal(arn)) is None


@pytest.mark.parametrize(
    ("policy", "refusal"),
    [
        (document(SES, "sns:Publish", StringEquals={"AWS:SourceAccount": ACCOUNT}), None),
        (document(SES, "SNS:*"), None),
        (document(SES, "sns:Publish", StringEquals={"aws:SourceAccount": "111122223333"}), "denied"),
        (document(SES, "sns:Subscribe"), "denied"),
        (document("s3.amazonaws.com", "sns:Publish"), "denied"),
    ],
)
def test_topic_with_a_policy(client: Any, look: Any, policy: str, refusal: str | None) -> None:
    """The policy decides."""
    sns = client("sns")
    arn = sns.create_topic(Name="t")["TopicArn"]
    sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=policy)
    assert look("topics", lambda context: context.neighbours.topic_refusal(arn)) == refusal


def test_topic_under_a_key(client: Any, look: Any) -> None:
    """AWS's own key of SNS lets nobody else in; a key of ours does if its policy says so."""
    sns, kms = client("sns"), client("kms")
    arn = sns.create_topic(Name="t", Attributes={"KmsMasterKeyId": "alias/aws/sns"})["TopicArn"]
    assert look("topics", lambda context: context.neighbours.topic_refusal(arn)) == "denied"
    for policy, refusal in ((document(SES, "kms:*"), None), (document(SES, "kms:Decrypt"), "denied")):
        key = kms.create_key(Policy=policy)["KeyMetadata"]["KeyId"]
        sns.set_topic_attributes(TopicArn=arn, AttributeName="KmsMasterKeyId", AttributeValue=key)
        assert look("topics", lambda context: context.neighbours.topic_refusal(arn)) == refusal


def test_publish_and_read_what_was_published(emulator: Emulator, client: Any, look: Any) -> None:
    """Messages arrive in order, and at subscribed queues too; a topic that is gone is no error."""
    arn = client("sns").create_topic(Name="t")["TopicArn"]
    queue = client("sqs").create_queue(QueueName="q")["QueueUrl"]
    client("sns").subscribe(TopicArn=arn, Protocol="sqs", Endpoint=f"arn:aws:sqs:{REGION}:{ACCOUNT}:q")
    for message in ("one", "two & 2"):
        look("topics", lambda context, message=message: context.neighbours.publish(arn, message))
    look("topics", lambda context: context.neighbours.publish(f"{arn}-gone", "three"))
    assert emulator.messages(arn) == ["one", "two & 2"]
    received = client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    assert [json.loads(each["Body"])["Message"] for each in received] == ["one", "two & 2"]


def test_webhooks_are_not_called(emulator: Emulator, client: Any, look: Any) -> None:
    """A subscriber outside hears nothing: no socket is opened (the tests' guard would refuse it)."""
    arn = client("sns").create_topic(Name="t")["TopicArn"]
    client("sns").subscribe(TopicArn=arn, Protocol="https", Endpoint="https://hooks.example.com/ses")
    look("topics", lambda context: context.neighbours.publish(arn, "hello"))
    assert emulator.messages(arn) == ["hello"]


# --- buckets, roles, functions, streams, keys ---


@pytest.mark.parametrize(("checks", "refusal"), [("none", None), ("topics", None), ("all", "missing")])
def test_what_nobody_made(look: Any, checks: str, refusal: str | None) -> None:
    """Fine for a first try, missing as SES sees it."""
    questions: list[Callable[[Context], Any]] = [
        lambda context: context.neighbours.bucket_refusal("b", "p/"),
        lambda context: context.neighbours.role_refusal(f"arn:aws:iam::{ACCOUNT}:role/r"),
        lambda context: context.neighbours.function_refusal(f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:f"),
        lambda context: context.neighbours.key_refusal(f"arn:aws:kms:{REGION}:{ACCOUNT}:key/k"),
        lambda context: context.neighbours.firehose_refusal(
            f"arn:aws:firehose:{REGION}:{ACCOUNT}:deliverystream/s", f"arn:aws:iam::{ACCOUNT}:role/r"
        ),
    ]
    assert [look(checks, question) for question in questions] == [refusal] * 5


def make_bucket(client: Any, policy: str | None = None) -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket="inbound", CreateBucketConfiguration={"LocationConstraint": REGION})
    if policy:
        s3.put_bucket_policy(Bucket="inbound", Policy=policy)


def test_bucket_without_a_policy(client: Any, look: Any) -> None:
    """One that exists and says nothing refuses."""
    make_bucket(client)
    assert look("topics", lambda context: context.neighbours.bucket_refusal("inbound")) == "denied"


@pytest.mark.parametrize(
    ("resource", "refusal"),
    [
        ("arn:aws:s3:::inbound/*", None),
        ("arn:aws:s3:::inbound/mail/*", None),
        ("arn:aws:s3:::inbound/other/*", "denied"),
    ],
)
def test_bucket_policy_covers_the_prefix(client: Any, look: Any, resource: str, refusal: str | None) -> None:
    """The objects that SES would write are what counts."""
    make_bucket(client, document(SES, "s3:PutObject").replace('"*"', json.dumps(resource)))
    assert look("topics", lambda context: context.neighbours.bucket_refusal("inbound", "mail/")) == refusal


def test_bucket_with_a_role(client: Any, look: Any) -> None:
    """Then the role is asked and the bucket's policy is not."""
    make_bucket(client)
    arn = client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    assert look("all", lambda context: context.neighbours.bucket_refusal("inbound", "", arn)) is None
    foreign = TRUST.replace(SES, "ec2.amazonaws.com")
    client("iam").update_assume_role_policy(RoleName="r", PolicyDocument=foreign)
    assert look("all", lambda context: context.neighbours.bucket_refusal("inbound", "", arn)) == "denied"


def test_put_object(client: Any, look: Any) -> None:
    """The object is there, under a key of any characters; a bucket that is not there is no error."""
    make_bucket(client)
    look("topics", lambda context: context.neighbours.put_object("inbound", "a b/ü+%41", b"\x00text"))
    look("topics", lambda context: context.neighbours.put_object("nowhere", "a", b""))
    assert client("s3").get_object(Bucket="inbound", Key="a b/ü+%41")["Body"].read() == b"\x00text"


def test_function(client: Any, look: Any) -> None:
    """Its resource policy has to let SES invoke it."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("f.py", "def f(*_): pass")
    role = client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    arn = client("lambda").create_function(
        FunctionName="f", Runtime="python3.12", Role=role, Handler="f.f", Code={"ZipFile": archive.getvalue()}
    )["FunctionArn"]
    assert look("topics", lambda context: context.neighbours.function_refusal(arn)) == "denied"
    client("lambda").add_permission(
        FunctionName="f", StatementId="ses", Action="lambda:InvokeFunction", Principal=SES, SourceAccount=ACCOUNT
    )
    assert look("topics", lambda context: context.neighbours.function_refusal(arn)) is None


def test_stream(client: Any, look: Any) -> None:
    """The stream has to be there and the role to trust SES."""
    role = client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    destination = {"RoleARN": role, "BucketARN": "arn:aws:s3:::lake"}
    stream = client("firehose").create_delivery_stream(
        DeliveryStreamName="s", ExtendedS3DestinationConfiguration=destination
    )["DeliveryStreamARN"]
    assert look("all", lambda context: context.neighbours.firehose_refusal(stream, role)) is None
    assert look("all", lambda context: context.neighbours.firehose_refusal(stream, f"{role}-x")) == "missing"
    assert look("all", lambda context: context.neighbours.firehose_refusal(f"{stream}-x", role)) == "missing"


def test_key(client: Any, look: Any) -> None:
    """By ARN and by alias; AWS's own key of SES needs nothing."""
    kms = client("kms")
    arn = kms.create_key(Policy=document(SES, "kms:GenerateDataKey*"))["KeyMetadata"]["Arn"]
    kms.create_alias(AliasName="alias/mail", TargetKeyId=arn)
    alias = f"arn:aws:kms:{REGION}:{ACCOUNT}:alias/mail"
    for each in (arn, alias, f"arn:aws:kms:{REGION}:{ACCOUNT}:alias/aws/ses"):
        assert look("all", lambda context, each=each: context.neighbours.key_refusal(each)) is None
    kms.put_key_policy(KeyId=arn, PolicyName="default", Policy=document("s3.amazonaws.com", "kms:*"))
    assert look("all", lambda context: context.neighbours.key_refusal(alias)) == "denied"


# --- policies ---


@pytest.mark.parametrize(
    ("condition", "allowed"),
    [
        ({"StringEquals": {"AWS:SourceAccount": [ACCOUNT, "111122223333"]}}, True),
        ({"StringEquals": {"aws:Referer": ACCOUNT}}, True),
        ({"StringLike": {"AWS:SourceAccount": "12345*"}}, True),
        ({"StringNotEquals": {"AWS:SourceAccount": ACCOUNT}}, False),
        ({"ArnLike": {"AWS:SourceArn": f"arn:aws:ses:{REGION}:{ACCOUNT}:identity/*"}}, True),
        ({"ArnLike": {"AWS:SourceArn": f"arn:aws:ses:{REGION}:111122223333:identity/*"}}, False),
        ({"ArnLike": {"AWS:SourceArn": f"arn:aws:s3:{REGION}:{ACCOUNT}:x"}}, False),
        ({"StringEquals": {"AWS:SourceAccount": ACCOUNT, "aws:PrincipalOrgID": "o-1"}}, False),
        ({"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-1"}}, True),
    ],
)
def test_conditions(condition: dict[str, Any], allowed: bool) -> None:
    """What SES names is compared; a key that SES does not name is not met."""
    policy = document(SES, "sns:Publish", **condition)
    assert lets_ses(policy, "sns:Publish", "arn:x", ACCOUNT) is allowed


def test_denial_wins() -> None:
    """Also over an allowance to everybody."""
    statement = {"Principal": "*", "Action": ["sns:Publish"], "Resource": ["*"]}
    policy = {"Statement": [{"Effect": "Allow", **statement}, {"Effect": "Deny", **statement}]}
    assert lets_ses({"Statement": policy["Statement"][:1]}, "sns:Publish", "arn:x", ACCOUNT)
    assert not lets_ses(policy, "sns:Publish", "arn:x", ACCOUNT)


@pytest.mark.parametrize(
    "policy", [None, "{}", {"Statement": {"Effect": "Allow", "Principal": {"AWS": "111122223333"}}}]
)
def test_policies_that_say_nothing_of_ses(policy: Any) -> None:
    """Nothing said is nothing allowed."""
    assert not lets_ses(policy, "sns:Publish", "arn:x", ACCOUNT)


# --- one world an emulator, kept by a journal ---


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
