"""Scalars as the core schema of YAML 1.2 reads them, which is what editors do.

So `yes`, `0777`, `12:30` and `2026-12-31` are no boolean, octal, sexagesimal or date, as they are in YAML 1.1.
"""

from __future__ import annotations

import math
import re

from sesops.spec.nodes import EMPTY, Nothing

Value = str | bool | int | float | None | Nothing

_NULL = frozenset({"null", "Null", "NULL", "~"})
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_JSON = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_FIRST = frozenset("+-.0123456789")
_TAG = "tag:yaml.org,2002:"
_LONGEST_NUMBER = 300


class ScalarError(ValueError):
    """A text that its tag does not fit, or a number that JSON does not have."""


def resolve(text: str, tag: str | None = None, *, is_plain: bool = True) -> Value:
    """The value of a scalar, given its explicit tag, if any.

    Raises:
        ScalarError: the tag is none of the core schema's, the text does not fit it, or no JSON number holds the value.

    """
    if tag is None:
        return _plain(text) if is_plain else text
    if tag in ("!", f"{_TAG}str"):
        return text
    value = _plain(text)
    wanted = {f"{_TAG}{name}": kind for name, kind in _TAGGED.items()}.get(tag)
    if wanted is None:
        raise ScalarError(f"the tag {tag.replace(_TAG, '!!')} means nothing in a spec")
    if value is EMPTY:
        value = None
    if isinstance(value, int) and not isinstance(value, bool) and wanted is float:
        return _as_float(text, value)
    if type(value) is not wanted:
        raise ScalarError(f"{text!r} is no {tag.removeprefix(_TAG)}")
    return value


def _as_float(text: str, value: str | int) -> float:
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if math.isinf(number):
        raise ScalarError(f"{text} is too large a number")
    return number


_TAGGED: dict[str, type] = {"bool": bool, "int": int, "float": float, "null": type(None)}


def _plain(text: str) -> Value:
    if not text:
        return EMPTY
    if text in _NULL:
        return None
    if text in _BOOL:
        return _BOOL[text]
    return _number(text) if text[0] in _FIRST else text


def _number(text: str) -> Value:
    if _INT.fullmatch(text):
        if len(text) > _LONGEST_NUMBER:
            raise ScalarError("a number of that many digits is held by nothing")
        base = {"0o": 8, "0x": 16}.get(text[:2], 10)
        return int(text[2:] if base != 10 else text, base)
    if _FLOAT.fullmatch(text):
        return _as_float(text, text)
    if _NOT_JSON.fullmatch(text):
        raise ScalarError(f"{text} is no number that JSON has")
    return text
