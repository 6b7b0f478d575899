"""Whether a resource's policy lets SES do something: as much of IAM as such policies use."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

SES = "ses.amazonaws.com"


def lets_ses(policy: str | Mapping[str, Any] | None, action: str, resource: str, account: str) -> bool:
    """Whether `policy` allows SES, acting for `account`, the `action` on the ARN `resource`.

    SES names the account (SourceAccount, also the older SourceOwner and Referer) and an ARN of its own as the source;
    which one is not known here, so a condition on it is held against its account only.
    """
    document = json.loads(policy) if isinstance(policy, str) else policy or {}
    hits = [each for each in _list(document.get("Statement")) if _applies(each, action, resource, account)]
    return any(each["Effect"] == "Allow" for each in hits) and all(each["Effect"] == "Allow" for each in hits)


def _applies(statement: Mapping[str, Any], action: str, resource: str, account: str) -> bool:
    actions = [pattern.lower() for pattern in _list(statement.get("Action"))]
    # A role's trust policy names no resource.
    resources = _list(statement.get("Resource", "*"))
    return (
        _names_ses(statement.get("Principal"))
        and any(fnmatchcase(action.lower(), pattern) for pattern in actions)
        and any(fnmatchcase(resource, pattern) for pattern in resources)
        and _holds(statement.get("Condition", {}), account)
    )


def _names_ses(principal: Any) -> bool:
    if not isinstance(principal, Mapping):
        return bool(principal == "*")
    return SES in _list(principal.get("Service")) or "*" in _list(principal.get("AWS"))


def _holds(condition: Mapping[str, Mapping[str, Any]], account: str) -> bool:
    return all(
        any(_meets(operator, key.lower(), str(value), account) for value in _list(values))
        for operator, keys in condition.items()
        for key, values in keys.items()
    )


def _meets(operator: str, key: str, value: str, account: str) -> bool:
    negated = "Not" in operator
    if key in {"aws:sourceaccount", "aws:sourceowner", "aws:referer"}:
        return fnmatchcase(account, value) != negated
    if key == "aws:sourcearn":
        fields = value.split(":")
        ours = len(fields) > 5 and fields[2] in {"ses", "*"} and fnmatchcase(account, fields[4])
        return (ours or value == "*") != negated
    return negated or "IfExists" in operator


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
