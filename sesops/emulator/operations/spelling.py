"""The two spellings of one enumeration: `RejectMessage` in v1, `REJECT_MESSAGE` in v2 and in the store."""

from __future__ import annotations

import re

_WORD_START = re.compile(r"(?<!^)(?=[A-Z])")


def classic(value: str) -> str:
    """The v1 spelling of a v2 value."""
    return "".join(word.capitalize() for word in value.split("_"))


def modern(value: str) -> str:
    """The v2 spelling of a v1 value."""
    return _WORD_START.sub("_", value).upper()
