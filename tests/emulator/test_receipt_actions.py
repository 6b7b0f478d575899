"""Actions of receipt rules: what is refused in what words, and the traces that a good one leaves."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sesops.emulator import Emulator

from .answers import refusal

HEADER = {"AddHeaderAction": {"HeaderName": "X-Seen", "HeaderValue": "yes"}}
STOP = {"StopAction": {"Scope": "RuleSet"}}
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:read"
ROLE = "arn:aws:iam::123456789012:role/ghost"


@pytest.fixture(autouse=True)
def one_rule_set(ses: Any) -> None:
    """A rule set to put rules in."""
    ses.create_receipt_rule_set(RuleSetName="set")


@pytest.fixture
def strict(emulator: Emulator) -> None:
    """Neighbours are checked as SES checks them."""
    emulator.settings.check_neighbours = "all"


def create(ses: Any, *actions: dict[str, Any]) -> None:
    ses.create_receipt_rule(RuleSetName="set", Rule={"Name": "rule", "Actions": list(actions)})


def stored(ses: Any) -> list[dict[str, Any]]:
    actions: list[dict[str, Any]] = ses.describe_receipt_rule(RuleSetName="set", RuleName="rule")["Rule"]["Actions"]
    return actions


INVALID: dict[str, tuple[list[dict[str, Any]], str]] = {
    "two types in one": ([{**HEADER, **STOP}], "Exactly one action type must be specified for each ReceiptAction"),
    "stop before another": (
        [STOP, HEADER],
        "Stop action, if any, must be placed at the end of the actions list",
    ),
    "bucket": ([{"S3Action": {"BucketName": ""}}], "Bucket name must not be empty"),
    "function": ([{"LambdaAction": {"FunctionArn": ""}}], "Lambda function ARN must not be empty"),
    "header name": (
        [{"AddHeaderAction": {"HeaderName": "X Bad", "HeaderValue": "yes"}}],
        "Invalid header name: X Bad",
    ),
    "header value": (
        [{"AddHeaderAction": {"HeaderName": "X-Bad", "HeaderValue": "a\nb"}}],
        "Invalid header value: a\nb",
    ),
    "organization": (
        [{"WorkmailAction": {"OrganizationArn": "m-1"}}],
        "Invalid WorkMail organization: m-1",
    ),
    "sender": (
        [{"BounceAction": {"SmtpReplyCode": "550", "Message": "No", "Sender": "stranger@example.net"}}],
        "Identity is not verified: stranger@example.net",
    ),
}


@pytest.mark.parametrize("case", INVALID)
def test_invalid_actions(ses: Any, case: str) -> None:
    """Each in its own words, and no rule is made."""
    actions, message = INVALID[case]
    with pytest.raises(ClientError) as error:
        create(ses, *actions)
    assert refusal(error) == ("InvalidParameterValue", message, 400)
    assert ses.describe_receipt_rule_set(RuleSetName="set")["Rules"] == []


def test_missing_member_of_an_action(ses: Any) -> None:
    """The path counts from one and holds the wire's level of members."""
    with pytest.raises(ClientError) as error:
        create(ses, {"LambdaAction": {"InvocationType": "Event"}})
    message = (
        "1 validation error detected: Value at 'rule.actions.1.member.lambdaAction.functionArn' failed to satisfy "
        "constraint: Member must not be null"
    )
    assert refusal(error) == ("ValidationError", message, 400)


def test_sns_action_reads_back_its_encoding(ses: Any, sns: Any) -> None:
    """The default that was not sent."""
    topic = sns.create_topic(Name="inbound")["TopicArn"]
    create(ses, {"SNSAction": {"TopicArn": topic}})
    assert stored(ses) == [{"SNSAction": {"TopicArn": topic, "Encoding": "UTF-8"}}]


@pytest.mark.parametrize(
    ("topic", "words"),
    [
        ("not-an-arn", "Invalid SNS topic"),
        ("arn:aws:sns:eu-west-1:123456789012:inbound", "Invalid SNS topic"),
        ("arn:aws:sns:us-east-1:123456789012:ghost", "Could not publish to SNS topic"),
    ],
)
@pytest.mark.parametrize("kind", ["SNSAction", "StopAction"])
def test_topics_that_are_refused(ses: Any, kind: str, topic: str, words: str) -> None:
    """As the action itself and as what an action notifies."""
    members = {"TopicArn": topic, **({"Scope": "RuleSet"} if kind == "StopAction" else {})}
    with pytest.raises(ClientError) as error:
        create(ses, {kind: members})
    assert refusal(error) == ("InvalidSnsTopic", f"{words}: {topic}", 400)


def test_topics_get_a_setup_notification(emulator: Emulator, ses: Any, sns: Any) -> None:
    """Known by its message id, at create and at update."""
    topic = sns.create_topic(Name="inbound")["TopicArn"]
    create(ses, {"StopAction": {"Scope": "RuleSet", "TopicArn": topic}})
    ses.update_receipt_rule(RuleSetName="set", Rule={"Name": "rule", "Actions": [{"SNSAction": {"TopicArn": topic}}]})
    notices = [json.loads(text) for text in emulator.messages(topic)]
    assert [notice["mail"]["messageId"] for notice in notices] == ["AMAZON_SES_SETUP_NOTIFICATION"] * 2


def test_verified_sender_may_bounce(ses: Any, sesv2: Any) -> None:
    """An address below a verified domain will do."""
    sesv2.create_email_identity(EmailIdentity="example.com")
    bounce = {"SmtpReplyCode": "550", "StatusCode": "5.1.1", "Message": "No", "Sender": "mailer@example.com"}
    create(ses, {"BounceAction": bounce})
    assert stored(ses) == [{"BounceAction": bounce}]


def test_bucket_gets_a_setup_object(strict: None, ses: Any, s3: Any) -> None:
    """Below the prefix, once the bucket's policy lets SES write."""
    s3.create_bucket(Bucket="inbound")
    allow(s3, "inbound")
    create(ses, {"S3Action": {"BucketName": "inbound", "ObjectKeyPrefix": "mail/"}})
    keys = [each["Key"] for each in s3.list_objects_v2(Bucket="inbound")["Contents"]]
    assert keys == ["mail/AMAZON_SES_SETUP_NOTIFICATION"]
    assert stored(ses) == [{"S3Action": {"BucketName": "inbound", "ObjectKeyPrefix": "mail/"}}]


def allow(s3: Any, bucket: str) -> None:
    """Let SES write to the bucket."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "ses.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{bucket}/*",
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))


def test_missing_bucket(strict: None, ses: Any) -> None:
    """Told apart from one that SES may not write to."""
    with pytest.raises(ClientError) as error:
        create(ses, {"S3Action": {"BucketName": "ghost"}})
    assert refusal(error) == ("InvalidS3Configuration", "No such bucket: ghost", 400)


def test_bucket_without_a_policy(strict: None, ses: Any, s3: Any) -> None:
    """What a first rule in Git most often meets."""
    s3.create_bucket(Bucket="inbound")
    with pytest.raises(ClientError) as error:
        create(ses, {"S3Action": {"BucketName": "inbound"}})
    assert refusal(error) == ("InvalidS3Configuration", "Could not write to bucket: inbound", 400)


def test_bucket_written_with_a_role_that_is_not_there(strict: None, ses: Any, s3: Any) -> None:
    """With a role, the role is what counts."""
    s3.create_bucket(Bucket="inbound")
    with pytest.raises(ClientError) as error:
        create(ses, {"S3Action": {"BucketName": "inbound", "IamRoleArn": ROLE}})
    assert refusal(error) == ("InvalidParameterValue", "Could not assume the provided IAM Role", 400)


def test_bucket_with_an_unknown_key(strict: None, ses: Any, s3: Any) -> None:
    """A key that SES cannot use reads like a bucket it cannot write to."""
    s3.create_bucket(Bucket="inbound")
    allow(s3, "inbound")
    key = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000"
    with pytest.raises(ClientError) as error:
        create(ses, {"S3Action": {"BucketName": "inbound", "KmsKeyArn": key}})
    assert refusal(error) == ("InvalidS3Configuration", "Could not write to bucket: inbound", 400)


@pytest.mark.parametrize(
    ("function", "words"),
    [("not-an-arn", "Invalid Lambda function"), (FUNCTION, "Could not invoke Lambda function")],
)
def test_functions_that_are_refused(strict: None, ses: Any, function: str, words: str) -> None:
    """Malformed, and well-formed but not there."""
    with pytest.raises(ClientError) as error:
        create(ses, {"LambdaAction": {"FunctionArn": function}})
    assert refusal(error) == ("InvalidLambdaFunction", f"{words}: {function}", 400)


def test_unknown_bucket_and_function_pass_on_a_first_try(ses: Any) -> None:
    """By default only topics are checked, for nobody has buckets and functions in the emulator."""
    actions = [{"S3Action": {"BucketName": "ghost"}}, {"LambdaAction": {"FunctionArn": FUNCTION}}]
    create(ses, *actions)
    assert stored(ses) == actions
