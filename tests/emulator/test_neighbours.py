"""What SES finds outside SES: targets that are there or not, that let it in or not, and what it leaves in them."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from sesops.emulator import Emulator
from sesops.emulator.context import Context
from sesops.emulator.iam_policy import lets_ses

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


# --- attributes of topics ---


def test_a_topic_shows_all_attributes_that_it_was_given(client: Any) -> None:
    """Also those of the create, and no more of one that was taken back; without a delivery policy none is shown."""
    sns, role = client("sns"), f"arn:aws:iam::{ACCOUNT}:role/logs"
    arn = sns.create_topic(Name="t", Attributes={"SignatureVersion": "2", "DisplayName": "T & t"})["TopicArn"]
    for name, text in (("TracingConfig", "Active"), ("SQSFailureFeedbackRoleArn", role)):
        sns.set_topic_attributes(TopicArn=arn, AttributeName=name, AttributeValue=text)
    shown = sns.get_topic_attributes(TopicArn=arn)["Attributes"]
    assert "DeliveryPolicy" not in shown
    names = ("SignatureVersion", "DisplayName", "TracingConfig", "SQSFailureFeedbackRoleArn")
    assert [shown[name] for name in names] == ["2", "T & t", "Active", role]
    sns.set_topic_attributes(TopicArn=arn, AttributeName="SQSFailureFeedbackRoleArn", AttributeValue="")
    assert "SQSFailureFeedbackRoleArn" not in sns.get_topic_attributes(TopicArn=arn)["Attributes"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Arn", "x"),
        ("DisplayName", "x" * 101),
        ("SignatureVersion", "3"),
        ("TracingConfig", "ACTIVE"),
        ("HTTPSuccessFeedbackSampleRate", "101"),
        ("HTTPSuccessFeedbackRoleArn", "logs"),
        ("DeliveryPolicy", "{"),
        ("Policy", ""),
        ("Policy", "[]"),
    ],
)
def test_sns_refuses_what_cannot_be_an_attribute(client: Any, name: str, text: str) -> None:
    """And the topic stays as it was, whether it is to be made with it or changed."""
    sns = client("sns")
    arn = sns.create_topic(Name="t")["TopicArn"]
    before = sns.get_topic_attributes(TopicArn=arn)["Attributes"]
    with pytest.raises(ClientError) as refused:
        sns.set_topic_attributes(TopicArn=arn, AttributeName=name, AttributeValue=text)
    assert refused.value.response["Error"]["Code"] == "InvalidParameter"
    assert sns.get_topic_attributes(TopicArn=arn)["Attributes"] == before
    with pytest.raises(ClientError):
        sns.create_topic(Name="other", Attributes={name: text})
    assert [one["TopicArn"] for one in sns.list_topics()["Topics"]] == [arn]


def test_s3_heeds_the_conditions_of_a_write(client: Any) -> None:
    """Made only where there is none, deleted only as it was seen; and a range of it is read."""
    s3 = client("s3")
    s3.create_bucket(Bucket="locks", CreateBucketConfiguration={"LocationConstraint": REGION})
    etag = s3.put_object(Bucket="locks", Key="a", Body=b"first", IfNoneMatch="*")["ETag"]
    for refused in (
        lambda: s3.put_object(Bucket="locks", Key="a", Body=b"second", IfNoneMatch="*"),
        lambda: s3.delete_object(Bucket="locks", Key="a", IfMatch='"another"'),
    ):
        with pytest.raises(ClientError) as caught:
            refused()
        assert caught.value.response["Error"]["Code"] == "PreconditionFailed"
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 412
    assert s3.get_object(Bucket="locks", Key="a", Range="bytes=0-1")["Body"].read() == b"fi"
    s3.delete_object(Bucket="locks", Key="a", IfMatch=etag)
    assert "Contents" not in s3.list_objects_v2(Bucket="locks")
