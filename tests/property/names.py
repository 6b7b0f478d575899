"""The few names that everything drawn here is made of, so that a spec and what is live meet often.

Of no kind are there ten things, from which on a plan that changes many of them would be refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from support.bench import ACCOUNT

REGION = "eu-west-1"
STACK = "acme"

ELSEWHERE = "us-east-1"
"""Where the same domains have Easy DKIM keys, which others may take over."""
KEY_VARIABLE = "DKIM_KEY"

TOPICS = ("events", "feedback", "audit")
POOLS = ("pool-a", "pool-b")
DOMAINS = ("example.com", "mail.example.com")
EMAILS = ("ops@example.com", "Ops@Example.net")
IDENTITIES = DOMAINS + EMAILS
POLICIES = ("partner", "team")
SETS = ("tx", "bulk", "News_1")
DESTINATIONS = ("feedback", "metrics", "lake")
RULE_SETS = ("inbound", "spare")
RULES = ("a", "b", "x", "y")

RECIPIENTS = ("example.com", ".example.com", "ops@example.com", "Box@mail.example.com")
ACTIONS = ("ses:SendEmail", "ses:SendRawEmail")
PRINCIPALS = ("111122223333", "444455556666")
NOT_FOR_PINPOINT = ("DELIVERY_DELAY", "SUBSCRIPTION")


def _two(begin: str) -> tuple[str, str]:
    return f"{begin}0", f"{begin}1"


BUCKETS = _two("mail-")
FUNCTIONS = _two(f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:f")
KEYS = _two(f"arn:aws:kms:{REGION}:{ACCOUNT}:key/")
ROLES = _two(f"arn:aws:iam::{ACCOUNT}:role/mail")
STREAMS = _two(f"arn:aws:firehose:{REGION}:{ACCOUNT}:deliverystream/")
BUS = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/default"
APPLICATIONS = _two(f"arn:aws:mobiletargeting:{REGION}:{ACCOUNT}:apps/")
ORGANIZATIONS = _two(f"arn:aws:workmail:{REGION}:{ACCOUNT}:organization/m-")
INSTANCES = _two(f"arn:aws:connect:{REGION}:{ACCOUNT}:instance/0f0f0f0f-0f0f-0f0f-0f0f-0f0f0f0f0f0")
ARCHIVES = _two(f"arn:aws:ses:{REGION}:{ACCOUNT}:mailmanager-archive/a-{'x' * 23}")


def topic_arn(name: str) -> str:
    return f"arn:aws:sns:{REGION}:{ACCOUNT}:{name}"


def ses_arn(resource: str) -> str:
    return f"arn:aws:ses:{REGION}:{ACCOUNT}:{resource}"


def domain_of(identity: str) -> str:
    return identity.rpartition("@")[2].lower()


def senders(identities: Iterable[str]) -> list[str]:
    """Addresses that a bounce may come from once these identities are verified."""
    return [one if "@" in one else f"noreply@{one}" for one in identities]


def policy(identity: str, action: str, principal: str, sid: str | None = None) -> dict:
    """A sending policy that SES takes for this identity."""
    named = {} if sid is None else {"Sid": sid}
    statement = {
        **named,
        "Effect": "Allow",
        "Principal": {"AWS": principal},
        "Action": [action],
        "Resource": ses_arn(f"identity/{identity}"),
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def topic_policy(name: str) -> str:
    """A topic's policy that lets SES publish, in somebody else's words."""
    statement = {
        "Sid": "theirs",
        "Effect": "Allow",
        "Principal": {"Service": "ses.amazonaws.com"},
        "Action": "SNS:Publish",
        "Resource": topic_arn(name),
        "Condition": {"StringEquals": {"AWS:SourceAccount": ACCOUNT}},
    }
    return json.dumps({"Version": "2008-10-17", "Statement": [statement]}, indent=1)
