"""What a configuration refers to and does not declare: buckets, functions, roles, streams, keys, pools, senders.

They are made as their owners would have made them, with the policies that let SES in, and the emulator is told to check
all of it at write time, as SES does.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

from support.bench import ACCOUNT, Bench

Config = dict[str, Any]

SES = {"Service": "ses.amazonaws.com"}
FUNCTION_ROLE = f"arn:aws:iam::{ACCOUNT}:role/functions"


def make(bench: Bench, config: Config) -> Config:
    """Make it all, and return the configuration with the ids that only AWS can choose (those of keys) put in."""
    bench.emulator.settings.check_neighbours = "all"
    # In a sandbox SES lists no address by hand.
    bench.emulator.settings.production_access = bool(config["desired"]["suppressions"])
    external: Mapping[str, list[str]] = config["external"]
    for name in external.get("s3_buckets", ()):
        _bucket(bench, name)
    for arn in external.get("iam_roles", ()):
        _role(bench, arn, SES)
    for arn in external.get("firehose_streams", ()):
        _stream(bench, arn)
    if functions := external.get("lambda_functions"):
        _role(bench, FUNCTION_ROLE, {"Service": "lambda.amazonaws.com"})
        for arn in functions:
            _function(bench, arn)
    for pool in config["desired"]["ip_pools"]:
        for one in pool.get("dedicated_ips") or ():
            bench.emulator.lease(one["Ip"], bench.region)
    for name in external.get("receipt_rule_sets", ()):
        _rule_set(bench, name)
    for sender in _foreign_senders(config["desired"]):
        bench.client("sesv2").create_email_identity(EmailIdentity=sender)
    for alias in _aliases(config["desired"]):
        bench.client("kms").create_alias(AliasName=alias, TargetKeyId=_key(bench))
    text = json.dumps(config)
    for arn in external.get("kms_keys", ()):
        text = text.replace(arn, _key(bench))
    made: Config = json.loads(text)
    return made


def _allowing(principal: Mapping[str, str], action: str | list[str], resource: str | None = None) -> str:
    statement = {"Effect": "Allow", "Principal": principal, "Action": action}
    return json.dumps(
        {"Version": "2012-10-17", "Statement": [statement | ({"Resource": resource} if resource else {})]}
    )


def _bucket(bench: Bench, name: str) -> None:
    s3 = bench.client("s3")
    elsewhere = {"CreateBucketConfiguration": {"LocationConstraint": bench.region}}
    s3.create_bucket(Bucket=name, **({} if bench.region == "us-east-1" else elsewhere))
    s3.put_bucket_policy(Bucket=name, Policy=_allowing(SES, "s3:PutObject", f"arn:aws:s3:::{name}/*"))


def _role(bench: Bench, arn: str, principal: Mapping[str, str]) -> None:
    trust = _allowing(principal, "sts:AssumeRole")
    bench.client("iam").create_role(RoleName=arn.rpartition("/")[2], AssumeRolePolicyDocument=trust)


def _stream(bench: Bench, arn: str) -> None:
    bench.client("firehose").create_delivery_stream(
        DeliveryStreamName=arn.rpartition("/")[2],
        ExtendedS3DestinationConfiguration={
            "RoleARN": f"arn:aws:iam::{ACCOUNT}:role/lake",
            "BucketARN": "arn:aws:s3:::lake",
        },
    )


def _function(bench: Bench, arn: str) -> None:
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


def _rule_set(bench: Bench, name: str) -> None:
    """With a rule of its owner's."""
    ses = bench.client("ses")
    ses.create_receipt_rule_set(RuleSetName=name)
    ses.create_receipt_rule(RuleSetName=name, Rule={"Name": "owners", "Recipients": ["owner.example"]})


def _key(bench: Bench) -> str:
    created = bench.client("kms").create_key(Policy=_allowing(SES, ["kms:GenerateDataKey*", "kms:Decrypt"], "*"))
    arn: str = created["KeyMetadata"]["Arn"]
    return arn


def _aliases(desired: Mapping[str, Any]) -> list[str]:
    """Keys that topics are encrypted with, by the aliases that their owner gave them."""
    keys = {(one.get("attributes") or {}).get("KmsMasterKeyId", "") for one in desired["sns_topics"]}
    return sorted(key for key in keys if key.startswith("alias/") and key != "alias/aws/sns")


def _foreign_senders(desired: Mapping[str, Any]) -> Iterator[str]:
    """Senders of bounces that no identity of the configuration covers: somebody verified them."""
    names = {one["name"] for one in desired["identities"]}
    rules = [rule for one in desired["receipt"]["rule_sets"] for rule in one["rules"]]
    actions = [action for rule in rules for action in rule.get("Actions") or ()]
    senders = {one["BounceAction"]["Sender"] for one in actions if "BounceAction" in one}
    for sender in sorted(senders):
        domain = sender.rpartition("@")[2]
        if sender not in names and not any(domain == name or domain.endswith(f".{name}") for name in names):
            yield sender
