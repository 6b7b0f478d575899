"""JSON of others: what Python alone would accept is refused, in a sentence."""

from __future__ import annotations

import pytest

from sesops.core.json_text import DEEPEST, loads


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": [1, 0.5, null, true, "\\ud83d\\ude00"]}', {"a": [1, 0.5, None, True, "\U0001f600"]}),
        (b'"\xc3\xa9"', "\xe9"),
        ("[" * DEEPEST + "]" * DEEPEST, None),
    ],
)
def test_json_is_read(text, expected):
    """Both halves of a character are one."""
    found = loads(text)
    assert expected is None or found == expected


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "Expecting value"),
        ("NaN", "NaN is no number that JSON has"),
        ("[-Infinity]", "-Infinity is no number that JSON has"),
        ("1e999", "1e999 is too large a number"),
        ("9" * 5_000, "integer string conversion"),
        ('{"a": 1, "a": 2}', "the key 'a' stands in one object twice"),
        ('["\\ud800"]', "half of a character"),
        ('{"\\uDC80": 1}', "half of a character"),
        ("[" * (DEEPEST + 1) + "]" * (DEEPEST + 1), "nested more than 64 levels deep"),
        ("[" * 100_000, "nested more than 64 levels deep"),
        ('{"a":' * 100_000, "nested more than 64 levels deep"),
        (b"\xff", "utf-8"),
    ],
)
def test_what_only_python_takes_for_json_is_refused(text, why):
    """So that what was read can be compared, shown, and written as JSON again."""
    with pytest.raises(ValueError, match=why):
        loads(text)
