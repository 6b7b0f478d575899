"""Policy documents as the kinds look into them: their statements, IAM's lists, and what may be a principal."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from sesops.core.values import Json

_AWS_PRINCIPAL = re.compile(r"\*|\d{12}|arn:[^:]+:(iam|sts)::\d{12}:.+")
_PRINCIPALS = frozenset({"AWS", "Service", "Federated", "CanonicalUser"})
_ELEMENTS = ("Sid", "Effect", "Principal", "Action", "Resource", "Condition")
ELEMENTS = f"{', '.join(_ELEMENTS[:-1])} or {_ELEMENTS[-1]}"


def is_principal(value: Json) -> bool:
    """Whether a statement's Principal can be one."""
    if not isinstance(value, Mapping):
        return bool(value == "*")
    return (
        bool(value)
        and value.keys() <= _PRINCIPALS
        and all(listed(names) for names in value.values())
        and all(isinstance(one, str) and _AWS_PRINCIPAL.fullmatch(one) for one in listed(value.get("AWS")))
    )


def statements(value: Json) -> list[Mapping[str, Json]]:
    """The statements of a document, one without a list included."""
    found = listed(value.get("Statement")) if isinstance(value, Mapping) else []
    return [one for one in found if isinstance(one, Mapping)]


def unknown_elements(statement: Mapping[str, Json]) -> list[str]:
    """The elements of a statement that IAM does not know, and refuses."""
    known = {*_ELEMENTS, "NotPrincipal", "NotAction", "NotResource"}
    return sorted(element for element in statement if element not in known)


def listed(value: Json) -> list[Json]:
    """IAM's lists, where one value stands for a list of one."""
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def as_sent(value: Json) -> str:
    """A document without white space, as its size is counted."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
