"""What a configuration refers to and does not declare: buckets, functions, roles, streams, keys, pools, senders.

They are made as their owners would have made them, with the policies that let SES in, and the emulator is told to check
all of it at write time, as SES does.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from corpus.converter import KEY_VARIABLE
from support import neighbours
from support.bench import Bench
from support.keys import private_key

Config = dict[str, Any]


def make(bench: Bench, config: Config) -> Config:
    """Make it all, and return the configuration with the ids that only AWS can choose (those of keys) put in."""
    bench.emulator.settings.check_neighbours = "all"
    # In a sandbox SES lists no address by hand.
    bench.emulator.settings.production_access = bool(config["desired"]["suppressions"])
    external: Mapping[str, list[str]] = config["external"]
    for name in external.get("s3_buckets", ()):
        neighbours.bucket(bench, name)
    for arn in external.get("iam_roles", ()):
        neighbours.role(bench, arn, neighbours.SES)
    for arn in external.get("firehose_streams", ()):
        neighbours.stream(bench, arn)
    if functions := external.get("lambda_functions"):
        neighbours.role(bench, neighbours.FUNCTION_ROLE, {"Service": "lambda.amazonaws.com"})
        for arn in functions:
            neighbours.function(bench, arn)
    for pool in config["desired"]["ip_pools"]:
        for one in pool.get("dedicated_ips") or ():
            bench.emulator.lease(one["Ip"], bench.region)
    for name in external.get("receipt_rule_sets", ()):
        neighbours.rule_set(bench, name)
    bench.environ[KEY_VARIABLE] = private_key()
    for name, region in _primaries(config["desired"]):
        # The domain whose key is taken over, where its owner has it verified.
        bench.session.client("sesv2", region_name=region).create_email_identity(EmailIdentity=name)
    for sender in _foreign_senders(config["desired"]):
        bench.client("sesv2").create_email_identity(EmailIdentity=sender)
    for alias in _aliases(config["desired"]):
        bench.client("kms").create_alias(AliasName=alias, TargetKeyId=neighbours.key(bench))
    text = json.dumps(config)
    for arn in external.get("kms_keys", ()):
        text = text.replace(arn, neighbours.key(bench))
    made: Config = json.loads(text)
    return made


def _primaries(desired: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Domains that sign with the key that they have in another region, with that region."""
    for one in desired["identities"]:
        attributes = (one.get("dkim") or {}).get("DkimSigningAttributes") or {}
        if origin := attributes.get("DomainSigningAttributesOrigin"):
            yield one["name"], origin.removeprefix("AWS_SES_").replace("_", "-").lower()


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
