"""What lies beside SES and belongs to others: buckets, functions, roles, streams, keys, rule sets, with the policies that
let SES in.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping

from support.bench import ACCOUNT, Bench

SES = {"Service": "ses.amazonaws.com"}
FUNCTION_ROLE = f"arn:aws:iam::{ACCOUNT}:role/functions"


def _allowing(principal: Mapping[str, str], action: str | list[str], resource: str | None = None) -> str:
    statement = {"Effect": "Allow", "Principal": principal, "Action": action}
    return json.dumps(
        {"Version": "2012-10-17", "Statement": [statement | ({"Resource": resource} if resource else {})]}
    )


def bucket(bench: Bench, name: str) -> None:
    s3 = bench.client("s3")
    elsewhere = {"CreateBucketConfiguration": {"LocationConstraint": bench.region}}
    s3.create_bucket(Bucket=name, **({} if bench.region == "us-east-1" else elsewhere))
    s3.put_bucket_policy(Bucket=name, Policy=_allowing(SES, "s3:PutObject", f"arn:aws:s3:::{name}/*"))


def role(bench: Bench, arn: str, principal: Mapping[str, str]) -> None:
    trust = _allowing(principal, "sts:AssumeRole")
    bench.client("iam").create_role(RoleName=arn.rpartition("/")[2], AssumeRolePolicyDocument=trust)


def stream(bench: Bench, arn: str) -> None:
    bench.client("firehose").create_delivery_stream(
        DeliveryStreamName=arn.rpartition("/")[2],
        ExtendedS3DestinationConfiguration={
            "RoleARN": f"arn:aws:iam::{ACCOUNT}:role/lake",
            "BucketARN": "arn:aws:s3:::lake",
        },
    )


def function(bench: Bench, arn: str) -> None:
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("main.py", "def handle(event, context): ...\n")
    client, name = bench.client("lambda"), arn.rpartition(":")[2]
    client.create_function(
        FunctionName=name,
        Runtime="python3.12",
        Role=FUNCTION_ROLE,
        Handler="main.handle",
        Code={"ZipFile": code.getvalue()},
    )
    client.add_permission(
        FunctionName=name, StatementId="ses", Action="lambda:InvokeFunction", Principal="ses.amazonaws.com"
    )


def rule_set(bench: Bench, name: str) -> None:
    """With a rule of its owner's."""
    ses = bench.client("ses")
    ses.create_receipt_rule_set(RuleSetName=name)
    ses.create_receipt_rule(RuleSetName=name, Rule={"Name": "owners", "Recipients": ["owner.example"]})


def key(bench: Bench) -> str:
    created = bench.client("kms").create_key(Policy=_allowing(SES, ["kms:GenerateDataKey*", "kms:Decrypt"], "*"))
    arn: str = created["KeyMetadata"]["Arn"]
    return arn
