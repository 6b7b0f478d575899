"""What docs/rules.md says about each code of a finding, for reports that carry it along."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

_PACKAGE = Path(__file__).resolve().parents[1]
PLACES = (_PACKAGE / "docs" / "rules.md", _PACKAGE.parent / "docs" / "rules.md")
"""Inside an installed package, and in a checkout."""
_ROW = re.compile(r"^\| `([a-z0-9-]+)` \| [EWN, ]+ \| (.*?) \|(?: (.*?) ?)?\|$", re.MULTILINE)


class Rule(NamedTuple):
    """What a code finds, and why with the way out, in Markdown; `why` may be empty."""

    finds: str
    why: str


@cache
def rules() -> dict[str, Rule]:
    """Every rule by its code."""
    page = next(one for one in PLACES if one.is_file()).read_text(encoding="utf-8")
    return {code: Rule(finds.strip(), (why or "").strip()) for code, finds, why in _ROW.findall(page)}
