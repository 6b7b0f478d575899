"""Policy documents in a normal form: two documents with the same form grant the same.

SES gives policies back as text without white space, and IAM reads one value as a list of one, lists as sets, and
service prefixes, condition operators and condition keys in any case. An account may stand as its id or as its root's
ARN (IAM User Guide: AWS account principals).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from sesops.core import json_text
from sesops.core.values import Json


def document(value: Json) -> Json:
    """The document as data, also where it came as text. Text that is no JSON stays text (equal only to itself)."""
    if not isinstance(value, str):
        return value
    try:
        return json_text.loads(value)
    except ValueError:
        return value


_ROOT = re.compile(r"arn:[^:]+:iam::([0-9]{12}):root")
_ORDER = (
    ("Version", "Id", "Statement"),
    ("Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"),
)
"""The keys of a document and of a statement, in the order in which people write them."""


def in_order(value: Json) -> Json:
    """The same document with its keys in one order, so that its text does not hang on who wrote it; lists stay."""
    return _in_order(value, _ORDER)


def _in_order(value: Json, orders: tuple[tuple[str, ...], ...]) -> Json:
    if isinstance(value, Mapping):
        first = orders[0] if orders else ()
        keys = sorted(value, key=lambda key: (first.index(key) if key in first else len(first), str(key)))
        return {key: _in_order(value[key], orders[1:]) for key in keys}
    if isinstance(value, list | tuple):
        return [_in_order(one, orders) for one in value]
    return value


def canonical(value: Json) -> Json:
    """Bring a policy to its normal form."""
    data = document(value)
    if not isinstance(data, Mapping):
        return data
    form = {key: one for key, one in data.items() if key != "Statement"}
    form["Statement"] = _sorted(_statement(one) for one in _listed(data.get("Statement", [])))
    return form


def _statement(value: Json) -> Json:
    if not isinstance(value, Mapping):
        return value
    form: dict[str, Any] = {}
    for key, one in value.items():
        if key in ("Action", "NotAction"):
            form[key] = _sorted(str(action).lower() for action in _listed(one))
        elif key in ("Resource", "NotResource"):
            form[key] = _sorted(_listed(one))
        elif key in ("Principal", "NotPrincipal"):
            form[key] = (
                {who: _sorted(map(_principal, _listed(names))) for who, names in one.items()}
                if isinstance(one, Mapping)
                else one
            )
        elif key == "Condition":
            if one:
                form[key] = _condition(one)
        else:
            form[key] = one
    return form


def _principal(value: Json) -> Json:
    """An account is its id or the ARN of its root; AWS gives the ARN back for the id."""
    root = _ROOT.fullmatch(value) if isinstance(value, str) else None
    return root[1] if root else value


def _condition(value: Json) -> Json:
    if not isinstance(value, Mapping):
        return value
    form = {
        str(operator).lower(): _without_case(
            {key: _sorted(_scalar(item) for item in _listed(values)) for key, values in keys.items()}
        )
        if isinstance(keys, Mapping)
        else keys
        for operator, keys in value.items()
    }
    return form if len(form) == len(value) else value


def _without_case(keys: Mapping[str, Json]) -> Mapping[str, Json]:
    """Keys in small letters, unless two of them differ in nothing else: what IAM makes of these is not known."""
    form = {str(key).lower(): one for key, one in keys.items()}
    return form if len(form) == len(keys) else keys


def _scalar(value: Json) -> Json:
    """IAM reads `true` and "true" alike."""
    return json.dumps(value) if isinstance(value, bool | int | float) else value


def _listed(value: Json) -> list[Json]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _sorted(values: Any) -> list[Json]:
    by_text = {json.dumps(one, sort_keys=True): one for one in values}
    return [by_text[text] for text in sorted(by_text)]
