"""JSON that others wrote, read so that every stage can take it: what Python alone would accept is no JSON here."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from typing import Final, NoReturn

from sesops.core.values import Json

DEEPEST: Final = 64
"""Levels that maps and lists may lie in each other, so that every stage may recurse."""

_HALF = re.compile(r"\\u[dD][89a-fA-F]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def loads(text: str | bytes, *, levels: int = DEEPEST) -> Json:
    """Read a JSON document; bytes have to be UTF-8.

    Raises:
        json.JSONDecodeError: it is none; the place is in the error.
        ValueError: a key stands twice in one object, a number is too large or none (NaN), a text holds half of a
            character, or it is nested more than `levels` deep.

    """
    shown = text.decode("utf-8") if isinstance(text, bytes) else text
    try:
        value = json.loads(shown, object_pairs_hook=_no_key_twice, parse_constant=_no_constant, parse_float=_finite)
    except RecursionError:
        raise _too_deep(levels) from None
    _check(value, levels, may_have_halves=_HALF.search(shown) is not None)
    return value


def _check(value: Json, levels: int, *, may_have_halves: bool) -> None:
    """Look at a document level by level."""
    rest = [value]
    for left in range(levels, -1, -1):
        if may_have_halves and any(_is_half(one) for one in rest):
            raise ValueError("a text in it holds half of a character (\\uD800 to \\uDFFF without the other half)")
        below = [one for one in rest if isinstance(one, dict | list)]
        if below and not left:
            raise _too_deep(levels)
        rest = [inner for one in below for inner in _inner(one)]


def _inner(value: dict[str, Json] | list[Json]) -> list[Json]:
    return [*value, *value.values()] if isinstance(value, dict) else value


def _is_half(value: Json) -> bool:
    return isinstance(value, str) and _SURROGATE.search(value) is not None


def _too_deep(levels: int) -> ValueError:
    return ValueError(f"it is nested more than {levels} levels deep")


def _no_key_twice(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(key for key, times in Counter(key for key, _ in pairs).items() if times > 1)
        raise ValueError(f"the key {twice!r} stands in one object twice")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number that JSON has")


def _finite(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise ValueError(f"{text} is too large a number")
    return value
