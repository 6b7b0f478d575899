"""Which lines of a spec may hold addresses of people: those of its suppression lists. Found in the text and not in what
it means, so that they are known also where the text cannot be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_SECTION = re.compile(r"""suppressions["']?[ \t]*:""")
_OPENS, _CLOSES = re.compile(r"[\[{]"), re.compile(r"[\]}]")


def ranges(lines: Sequence[str]) -> Iterator[range]:
    """The numbers (from 1) of such lines, in order.

    A section ends with its indentation. One that stands in braces, or opens some, ends with the file or with them.
    """
    end = 0
    for index, line in enumerate(lines):
        found = _SECTION.search(line) if index >= end else None
        if found is None:
            continue
        before = line[: found.start()].strip(" \t\"'")
        if not before:
            end = _end(lines, index)
        elif before.endswith(("{", ",")) and not before.startswith("#"):
            end = len(lines)
        else:
            continue
        yield range(index + 1, end + 1)


def _end(lines: Sequence[str], start: int) -> int:
    """The index of the line behind a section that begins a line."""
    indent, depth = _indent(lines[start]), _depth(lines[start])
    for index in range(start + 1, len(lines)):
        text = lines[index].strip()
        is_outer = text and not text.startswith("#") and _indent(lines[index]) <= indent
        if depth <= 0 and is_outer and not text.startswith("- "):
            return index
        depth += _depth(text)
    return len(lines)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _depth(line: str) -> int:
    return len(_OPENS.findall(line)) - len(_CLOSES.findall(line))
