"""Valid documents changed in a few places, and JSON or YAML text of what comes out."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from enum import Enum
from typing import Any

from fuzz.texts import texts, values
from hypothesis import strategies as st

Path = tuple[str | int, ...]


class Raw(str):
    """A scalar that is written as it stands, without quotes."""

    __slots__ = ()


RAW = tuple(
    map(
        Raw,
        (
            ".nan",
            ".inf",
            "1e999",
            "0x" + "f" * 400,
            "9" * 400,
            "0o7",
            "2026-12-31",
            "12:30:00",
            "yes",
            "~",
            "",
            "!!python/object/apply:os.system [x]",
            "!!binary aGk=",
            "!!float 1",
            "!!int x",
            "!!set {a, b}",
            "!x y",
            "&a b",
            "*a",
            "{<<: {a: b}}",
            "{? [a]: b}",
            "{a: 1, a: 2}",
            "[",
            "}",
            "|",
            "@a",
            "`a",
            "%a",
            "- a",
            "a: b: c",
            "---",
            "...",
        ),
    )
)
"""What only YAML has: other types, tags, anchors, and what breaks it off."""


class Edit(Enum):
    """What is done at a place."""

    PUT = "another value there"
    KEY = "under another key"
    DROP = "nothing there"
    TWICE = "once more, under another key or behind it"
    WITHIN = "inside a list or map"
    SPOIL = "a text with something put into it"
    EXCHANGE = "what stands elsewhere in the document"


def paths(value: Any, path: Path = ()) -> Iterator[Path]:
    """Every place in a document, the outer ones first."""
    found = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in found:
        yield (*path, key)
        yield from paths(one, (*path, key))


def at(document: Any, path: Path) -> Any:
    for one in path:
        document = document[one]
    return document


@st.composite
def changed(draw: st.DrawFn, document: Any, *, raw: bool = False, most: int = 3) -> Any:
    """A document with up to `most` edits, one a place; with `raw`, some that only YAML can write."""
    made = copy.deepcopy(document)
    for _ in range(draw(st.sampled_from((1, 1, most)))):
        there = list(paths(made))
        if not there:
            break
        _edit(draw, made, draw(st.sampled_from(there)), values | st.sampled_from(RAW) if raw else values)
    return made


def _edit(draw: st.DrawFn, document: Any, path: Path, put: st.SearchStrategy[Any]) -> None:
    *above, key = path
    parent = at(document, tuple(above))
    one = parent[key]
    match draw(st.sampled_from(Edit)):
        case Edit.KEY if isinstance(parent, dict):
            parent[draw(texts)] = parent.pop(key)
        case Edit.DROP:
            del parent[key]
        case Edit.TWICE if isinstance(parent, dict):
            parent[draw(texts)] = copy.deepcopy(one)
        case Edit.TWICE:
            parent.append(copy.deepcopy(one))
        case Edit.WITHIN:
            parent[key] = draw(st.sampled_from(([one], {"a": one}, [], {}, [one, one])))
        case Edit.SPOIL if isinstance(one, str):
            where = draw(st.integers(0, len(one)))
            parent[key] = one[:where] + draw(texts) + one[where:]
        case Edit.EXCHANGE:
            parent[key] = copy.deepcopy(at(document, draw(st.sampled_from(list(paths(document))))))
        case _:
            # What is drawn may be drawn again, and a later edit may be inside it.
            parent[key] = copy.deepcopy(draw(put))


_QUOTED = re.compile(r"[^ !#-\[\]-~\xa1-\u024f]")


def as_yaml(value: Any) -> str:
    """YAML of any value, in one line: whatever JSON has no escape for has one here."""
    if isinstance(value, Raw):
        return str(value)
    if isinstance(value, str):
        return f'"{_QUOTED.sub(_escaped, value)}"'
    if isinstance(value, dict):
        return "{" + ", ".join(f"{as_yaml(key)}: {as_yaml(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(as_yaml, value)) + "]"
    return json.dumps(value)


def _escaped(found: re.Match[str]) -> str:
    code = ord(found.group())
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def block(document: dict[str, Any]) -> str:
    """YAML of a document, each of its keys on a line of its own, so that a place has a line."""
    return "".join(f"{as_yaml(key)}: {as_yaml(one)}\n" for key, one in document.items())
