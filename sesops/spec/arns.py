"""ARNs as far as they can be judged offline: service, type of resource, partition, region and account."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sesops.core.diagnostic import Severity


@dataclass(frozen=True)
class Form:
    """What an ARN of one `x-arn` looks like. `resource` is a pattern over the part behind the account."""

    service: str
    resource: str
    words: str
    example: str
    regional: bool = True
    """Whether SES has to be in the same region."""
    has_account: bool = True


FORMS: Mapping[str, Form] = {
    "sns": Form("sns", r"[\w-]+", "an SNS topic", "sns:REGION:ACCOUNT:NAME"),
    "lambda": Form("lambda", r"function:[\w-]+(:[\w$-]+)?", "a Lambda function", "lambda:REGION:ACCOUNT:function:NAME"),
    "firehose": Form(
        "firehose", r"deliverystream/[\w.-]+", "a Firehose stream", "firehose:REGION:ACCOUNT:deliverystream/NAME"
    ),
    "kms": Form("kms", r"(key|alias)/[\w/-]+", "a KMS key", "kms:REGION:ACCOUNT:key/ID"),
    "events": Form("events", r"event-bus/[\w./-]+", "an event bus", "events:REGION:ACCOUNT:event-bus/NAME"),
    "pinpoint": Form("mobiletargeting", r"apps/\w+", "a Pinpoint project", "mobiletargeting:REGION:ACCOUNT:apps/ID"),
    "iam": Form("iam", r"role/([!-~]+/)?[\w+=,.@-]+", "an IAM role", "iam::ACCOUNT:role/NAME", regional=False),
    "s3": Form("s3", r"[\w.-]+", "an S3 bucket", "s3:::NAME", regional=False, has_account=False),
    "workmail": Form(
        "workmail", r"organization/m-\w+", "a WorkMail organization", "workmail:REGION:ACCOUNT:organization/m-ID"
    ),
    "connect": Form(
        "connect",
        r"instance/[a-f0-9]{8}(-[a-f0-9]{4}){3}-[a-f0-9]{12}",
        "a Connect instance",
        "connect:REGION:ACCOUNT:instance/ID",
    ),
    "sqs": Form("sqs", r"[\w-]+(\.fifo)?", "an SQS queue", "sqs:REGION:ACCOUNT:NAME"),
    "secretsmanager": Form(
        "secretsmanager",
        r"secret:[\w/+=.@-]+",
        "a secret",
        "secretsmanager:REGION:ACCOUNT:secret:NAME",
        regional=False,
    ),
    "ses": Form("ses", r"[\w-]+(/.+)?", "a resource of SES", "ses:REGION:ACCOUNT:TYPE/NAME"),
    "archive": Form(
        "ses",
        r"mailmanager-archive/a-[a-z0-9]{24,62}",
        "a Mail Manager archive",
        "ses:REGION:ACCOUNT:mailmanager-archive/a-ID",
    ),
}
"""By the value of `x-arn` in a schema."""


@dataclass(frozen=True)
class Fault:
    """What is wrong with an ARN."""

    code: str
    message: str
    hint: str | None = None
    severity: Severity = Severity.ERROR


@dataclass(frozen=True)
class Arn:
    """`arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`; region and account are empty where the service has none."""

    partition: str
    service: str
    region: str
    account: str
    resource: str


def parse(text: str) -> Arn | None:
    """The parts of an ARN; None where the text is none."""
    parts = text.split(":", 5)
    if len(parts) != 6 or parts[0] != "arn" or not parts[1] or not parts[2] or not parts[5]:
        return None
    return Arn(*parts[1:])


_PARTITIONS = {
    "cn": "aws-cn",
    "us-gov": "aws-us-gov",
    "us-iso": "aws-iso",
    "us-isob": "aws-iso-b",
    "us-isof": "aws-iso-f",
    "eu-isoe": "aws-iso-e",
    "eusc": "aws-eusc",
}


def partition(region: str) -> str:
    """The partition that a region lies in."""
    return next((name for begin, name in _PARTITIONS.items() if region.startswith(f"{begin}-")), "aws")


def faults(text: str, form: Form, region: str, account: str | None, *, regional: bool = True) -> Iterator[Fault]:
    """Judge an ARN that SES is given in `region`; `regional` False where SES may take it from anywhere.

    An empty `region` is one that is not known, so that nothing is compared with it.
    """
    arn = parse(text)
    shape = f"{form.words} is written as arn:aws:{form.example}"
    if arn is None:
        yield Fault("not-an-arn", f"{text!r} is no ARN", shape)
        return
    if arn.service != form.service:
        yield Fault("wrong-arn", f"{form.words} is expected here, and this ARN is of the service {arn.service}", shape)
    elif arn.service == "sns" and arn.resource.endswith(".fifo"):
        yield Fault("fifo-topic", "SES publishes to no FIFO topic", "use a standard topic")
    elif not re.fullmatch(form.resource, arn.resource):
        yield Fault("wrong-arn", f"{form.words} is expected here, and this ARN names {arn.resource!r}", shape)
    else:
        yield from _where(arn, form, region, account, regional=regional)


def _where(arn: Arn, form: Form, region: str, account: str | None, *, regional: bool) -> Iterator[Fault]:
    if region and arn.partition != partition(region):
        hint = f"it begins with arn:{partition(region)}: there"
        yield Fault("wrong-partition", f"this ARN is of the partition {arn.partition}, and {region} is not", hint)
    elif form.regional and not arn.region:
        yield Fault("wrong-arn", "this ARN names no region", f"write it as arn:aws:{form.example}")
    elif form.regional and regional and region and arn.region != region:
        hint = "name one in that region; `${region}` in the ARN follows the target"
        yield Fault("wrong-region", f"this ARN is in {arn.region}, and SES calls it from {region}", hint)
    if form.has_account and not re.fullmatch(r"\d{12}|aws", arn.account):
        yield Fault("wrong-arn", "this ARN names no account of twelve digits", f"write it as arn:aws:{form.example}")
    elif form.has_account and account and arn.account not in (account, "aws"):
        message = f"this ARN is of account {arn.account}, and the target's account is {account}"
        yield Fault("other-account", message, "that account has to grant SES the use of it", Severity.WARNING)
