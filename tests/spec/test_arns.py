"""ARNs are judged offline: service, resource, partition, region, account."""

from __future__ import annotations

import pytest
from botocore.session import Session

from sesops.spec import arns

GOOD = {
    "sns": "arn:aws:sns:eu-west-1:123456789012:feedback",
    "lambda": "arn:aws:lambda:eu-west-1:123456789012:function:parse:live",
    "firehose": "arn:aws:firehose:eu-west-1:123456789012:deliverystream/ses-events",
    "kms": "arn:aws:kms:eu-west-1:123456789012:alias/mail",
    "events": "arn:aws:events:eu-west-1:123456789012:event-bus/default",
    "pinpoint": "arn:aws:mobiletargeting:eu-west-1:123456789012:apps/0123",
    "iam": "arn:aws:iam::123456789012:role/path/to/ses",
    "s3": "arn:aws:s3:::inbound-mail",
    "workmail": "arn:aws:workmail:eu-west-1:123456789012:organization/m-0123",
    "connect": "arn:aws:connect:eu-west-1:123456789012:instance/0f2b1c9e-4a51-4b6e-9c0d-1a2b3c4d5e6f",
    "sqs": "arn:aws:sqs:eu-west-1:123456789012:dead.fifo",
    "secretsmanager": "arn:aws:secretsmanager:us-east-1:123456789012:secret:dkim/example-AbCdEf",
    "ses": "arn:aws:ses:eu-west-1:123456789012:configuration-set/tx",
    "archive": "arn:aws:ses:eu-west-1:123456789012:mailmanager-archive/a-abcdefghijklmnopqrstuvwx",
}


def codes(text, what, region="eu-west-1", account="123456789012", *, regional=True):
    return [one.code for one in arns.faults(text, arns.FORMS[what], region, account, regional=regional)]


def test_every_form_has_an_example_here():
    """A form that nothing is held to would be none."""
    assert set(GOOD) == set(arns.FORMS)


@pytest.mark.parametrize("what", sorted(GOOD))
def test_the_right_arn_is_right(what):
    """Where the service has regions, of the target's own."""
    assert codes(GOOD[what], what) == []


@pytest.mark.parametrize(
    ("text", "what", "code"),
    [
        ("feedback", "sns", "not-an-arn"),
        ("arn:aws:sns", "sns", "not-an-arn"),
        ("arn:aws:sns:eu-west-1:123456789012:", "sns", "not-an-arn"),
        (GOOD["sqs"], "sns", "wrong-arn"),
        ("arn:aws:sns:eu-west-1:123456789012:feedback.fifo", "sns", "fifo-topic"),
        ("arn:aws:sns:eu-west-1:123456789012:feedback:0123", "sns", "wrong-arn"),
        ("arn:aws:sns::123456789012:feedback", "sns", "wrong-arn"),
        ("arn:aws:sns:eu-west-1:1234:feedback", "sns", "wrong-arn"),
        ("arn:aws:iam::123456789012:user/me", "iam", "wrong-arn"),
        ("arn:aws:connect:eu-west-1:123456789012:instance/desk", "connect", "wrong-arn"),
        (GOOD["ses"], "archive", "wrong-arn"),
        ("arn:aws:ses:eu-west-1:123456789012:mailmanager-archive/a-short", "archive", "wrong-arn"),
        ("arn:aws:sns:us-east-1:123456789012:feedback", "sns", "wrong-region"),
        ("arn:aws-cn:sns:cn-north-1:123456789012:feedback", "sns", "wrong-partition"),
        ("arn:aws:sns:eu-west-1:999999999999:feedback", "sns", "other-account"),
    ],
)
def test_a_wrong_arn_has_one_fault(text, what, code):
    """Its name, its service, its type, its place."""
    assert codes(text, what) == [code]


def test_another_region_is_fine_where_ses_does_not_call_from_its_own():
    """Buckets, roles and secrets, and what a schema exempts."""
    text = "arn:aws:kms:us-east-1:123456789012:key/0123"
    assert codes(text, "kms") == ["wrong-region"]
    assert codes(text, "kms", regional=False) == []


def test_what_is_not_known_is_not_compared():
    """No region where the spec has none yet, no account where the target says none."""
    assert codes("arn:aws-cn:sns:cn-north-1:999999999999:feedback", "sns", region="", account=None) == []


def test_policies_of_aws_itself_are_of_no_other_account():
    """`arn:aws:iam::aws:role/…` is everybody's."""
    assert codes("arn:aws:iam::aws:role/service", "iam") == []


@pytest.mark.parametrize(
    ("region", "partition"),
    [
        ("eu-west-1", "aws"),
        ("us-gov-west-1", "aws-us-gov"),
        ("cn-north-1", "aws-cn"),
        ("us-isob-east-1", "aws-iso-b"),
        ("us-iso-east-1", "aws-iso"),
    ],
)
def test_a_region_lies_in_one_partition(region, partition):
    """The longest prefix decides."""
    assert arns.partition(region) == partition


def test_every_partition_of_botocore_is_known():
    """By its regions."""
    aws = Session()
    partitions = aws.get_available_partitions()
    regions = [one for name in partitions for one in aws.get_available_regions("ec2", partition_name=name)]
    assert {one: arns.partition(one) for one in regions} == {one: aws.get_partition_for_region(one) for one in regions}
