"""A topic's policy: the statement that SES needs, and whether a policy lets SES publish."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from sesops.core import policy
from sesops.core.values import Json
from sesops.kinds._policies import listed, statements

SID = "SesopsLetsSesPublish"
"""The id of our statement. SNS takes each id once a policy, so one that stands there is replaced."""
ADD = {"ses": "add"}
"""In a spec: SES's statement is laid into the policy that is there."""
SES = "ses.amazonaws.com"
_ACCOUNT_KEYS = frozenset({"aws:sourceaccount", "aws:sourceowner", "aws:referer"})


def is_document(value: Json) -> bool:
    """Whether a spec has the whole policy."""
    return isinstance(value, Mapping) and "ses" not in value


def statement(topic_arn: str, account: str) -> dict[str, Any]:
    """What SES needs to publish on behalf of this account, and of no other (SES behaviour: topic policies)."""
    return {
        "Sid": SID,
        "Effect": "Allow",
        "Principal": {"Service": SES},
        "Action": "sns:Publish",
        "Resource": topic_arn,
        "Condition": {"StringEquals": {"AWS:SourceAccount": account}},
    }


def with_ses(held: Json, topic_arn: str, account: str) -> Json:
    """A topic's policy with SES's statement; the policy itself where a statement of that meaning stands in it."""
    document = policy.document(held)
    base = document if isinstance(document, Mapping) else {"Version": "2012-10-17"}
    there = base.get("Statement", [])
    there = there if isinstance(there, list) else [there]
    needed = statement(topic_arn, account)
    if any(_meaning(one) == _meaning(needed) for one in there):
        return document
    others = [one for one in there if one.get("Sid") != SID]
    return {**base, "Statement": [*others, needed]}


def is_as_made(held: Json, topic_arn: str, account: str) -> bool:
    """Whether a policy is the one that SNS gives a new topic, with SES's statement or without."""
    needed = _meaning(statement(topic_arn, account))
    others = [one for one in statements(policy.document(held)) if _meaning(one) != needed]
    return len(others) == 1 and _is_default(others[0], topic_arn, account)


def _is_default(one: Mapping[str, Json], topic_arn: str, account: str) -> bool:
    """SNS behaviour: the statement has an id of its own, and lets whoever is of the account use the topic."""
    return (
        (one.get("Sid"), one.get("Effect"), one.get("Resource")) == ("__default_statement_ID", "Allow", topic_arn)
        and one.get("Principal") in ("*", {"AWS": "*"})
        and one.get("Condition")
        in [{"StringEquals": {key: account}} for key in ("AWS:SourceOwner", "AWS:SourceAccount")]
    )


def _meaning(one: Mapping[str, Json]) -> Json:
    """A statement without its id, in the form that two statements share when they grant the same."""
    return policy.canonical({"Statement": {key: value for key, value in one.items() if key != "Sid"}})


def lets_publish(held: Json, topic_arn: str, account: str | None, source: str | None = None) -> bool:
    """Whether a policy lets SES publish for `account`, as far as can be seen.

    `source` is the ARN that SES publishes for (a configuration set, an identity, a rule). A condition that cannot be
    judged (also where account or source is not known) counts as met where it allows, and as not met where it denies.
    """
    found = statements(policy.document(held))

    def hit(effect: str, *, unknown: bool) -> bool:
        return any(
            one.get("Effect") == effect
            and _names_ses(one)
            and _covers(one, "Action", "sns:Publish")
            and _covers(one, "Resource", topic_arn)
            and _holds(one.get("Condition"), account, source, unknown=unknown)
            for one in found
        )

    return hit("Allow", unknown=True) and not hit("Deny", unknown=False)


def _names_ses(one: Mapping[str, Json]) -> bool:
    if "NotPrincipal" in one:
        # Whom it leaves out is not weighed: it never denies, and may allow.
        return one.get("Effect") == "Allow"
    principal = one.get("Principal")
    if not isinstance(principal, Mapping):
        return bool(principal == "*")
    return SES in listed(principal.get("Service")) or "*" in listed(principal.get("AWS"))


def _covers(one: Mapping[str, Json], key: str, what: str) -> bool:
    """Whether Action (Resource) or its opposite takes `what` in."""
    no_case = key == "Action"

    def matches(patterns: Json) -> bool:
        texts = (str(each) for each in listed(patterns))
        return any(fnmatchcase(what.lower(), each.lower()) if no_case else fnmatchcase(what, each) for each in texts)

    if f"Not{key}" in one:
        return not matches(one[f"Not{key}"])
    return matches(one.get(key))


def _holds(condition: Json, account: str | None, source: str | None, *, unknown: bool) -> bool:
    if not isinstance(condition, Mapping):
        return not condition
    return all(
        unknown if (met := _met(operator, str(key).lower(), values, account, source)) is None else met
        for operator, keys in condition.items()
        for key, values in (keys.items() if isinstance(keys, Mapping) else ())
    )


def _met(operator: str, key: str, values: Json, account: str | None, source: str | None) -> bool | None:
    """Whether one condition is met; None where that is not known here."""
    name = operator.lower().removeprefix("foranyvalue:").removesuffix("ifexists")
    value = account if key in _ACCOUNT_KEYS else source if key == "aws:sourcearn" else None
    if value is None or not name.startswith(("string", "arn")):
        return None
    exact = name in ("stringequals", "stringnotequals")
    texts = [str(one) for one in listed(values)]
    found = value in texts if exact else any(fnmatchcase(value, one) for one in texts)
    return found != ("not" in name)
