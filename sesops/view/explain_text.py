"""What a kind or a field means, as text."""

from __future__ import annotations

import json
import shutil
import textwrap
from collections.abc import Iterable, Iterator

from rich.text import Text

from sesops.core.language import Part
from sesops.core.values import Json

_WIDTH = 100
_NARROWEST = 40


def kinds(found: Iterable[tuple[str, str]]) -> Iterator[Text]:
    """All kinds, each with its place in a spec."""
    listed = list(found)
    width = max(len(name) for name, _ in listed)
    for name, path in listed:
        yield Text(f"{name:<{width}}  {path}")


def part(explained: Part, example: str | None) -> Iterator[Text]:
    """A kind or a field: what it means, what it costs, what stands below it, and an example (YAML)."""
    yield Text.assemble((explained.name, "bold"), f"  in a spec: {explained.path}")
    yield from _said(explained, "  ")
    if explained.parts:
        yield Text()
    for one in explained.parts:
        yield from _listed(one, "  ")
    if example:
        yield Text()
        yield Text("For example:")
        yield from (Text(f"  {line}") for line in example.splitlines())


def _listed(one: Part, indent: str) -> Iterator[Text]:
    key = one.name.rpartition(".")[2]
    first, *rest = _wrapped(f"{key}: {one.form}{' (required)' if one.required else ''}", indent, f"{indent}    ")
    first.stylize("bold", len(indent), len(indent) + len(key))
    yield from (first, *rest)
    yield from _said(one, f"{indent}    ", form=False)
    for below in one.parts:
        yield from _listed(below, f"{indent}  ")


def _said(one: Part, indent: str, *, form: bool = True) -> Iterator[Text]:
    if form and one.form != "keys":
        yield from _wrapped(f"May be: {one.form}", indent)
    yield from _wrapped(one.description, indent)
    default = None if one.default is None else _shown(one.default)
    if default is not None and default == one.null:
        yield from _wrapped(f"SES's default, and what null means: {default}", indent)
    elif default is not None:
        yield from _wrapped(f"SES's default: {default}", indent)
    if one.created_as is not None:
        yield from _wrapped(f"When sesops makes the thing and nothing is said: {_shown(one.created_as)}", indent)
    if one.null and one.null != default:
        yield from _wrapped(f"null: {one.null}", indent)
    if one.no_null:
        yield from _wrapped(f"null is an error: {one.no_null}", indent)
    if one.stops_mail:
        yield from _wrapped("A change may stop mail; then it is held back until `allow` names the thing.", indent)


def _wrapped(text: str, indent: str, further: str | None = None) -> Iterator[Text]:
    """Lines as wide as the terminal is, up to a width that reads well; `further` stands before all but the first."""
    width = max(_NARROWEST, min(_WIDTH, shutil.get_terminal_size((_WIDTH, 0)).columns))
    below = indent if further is None else further
    lines = textwrap.wrap(text, width, initial_indent=indent, subsequent_indent=below, break_on_hyphens=False)
    yield from map(Text, lines)


def _shown(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value)
