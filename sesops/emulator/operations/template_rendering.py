"""Templates rendered: the part of Handlebars that SES knows.

`{{name}}` (HTML-escaped in the HTML part), `{{{name}}}`, dotted paths, `{{#if}}`, `{{#unless}}`, `{{#each}}` with
`{{else}}` and `{{this}}`, inline partials, comments. SES behaviour: a value that the data does not have is an error,
except as the condition of a block.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any, NamedTuple

_TAG = re.compile(r"\{\{\{\s*(?P<raw>[^{}]+?)\s*\}\}\}|\{\{(?P<tag>[#/>!^]?)\s*(?P<name>[^{}]*?)\s*\}\}", re.DOTALL)
_PARTIAL = re.compile(r"\*inline\s+[\"'](?P<name>[\w-]+)[\"']")
_BLOCKS = ("if", "unless", "each")
_DEEPEST = 20


class RenderingError(Exception):
    """A template or its data that cannot be rendered, with the code that v1 has for it."""

    def __init__(self, message: str, code: str = "InvalidTemplate") -> None:
        super().__init__(message)
        self.code = code


class _Block(NamedTuple):
    """A `{{#kind subject}}`, or (kind "") the whole; `other` is what stands behind `{{else}}`."""

    kind: str
    subject: str
    parts: list[Any]
    other: list[Any]


class _Value(NamedTuple):
    path: str
    escaped: bool


class _Partial(NamedTuple):
    name: str


def parse_data(text: str) -> Mapping[str, Any]:
    """The data of a template, a JSON object; RenderingError for anything else."""
    try:
        data = json.loads(text)
    except ValueError as error:
        raise RenderingError(f"Template data is not JSON: {error}", "InvalidRenderingParameter") from error
    if not isinstance(data, dict):
        raise RenderingError("Template data is not a JSON object", "InvalidRenderingParameter")
    return data


def check_syntax(text: str) -> None:
    """RenderingError for a template part whose blocks do not close."""
    _parse(text)


def render(content: Mapping[str, str], data: Mapping[str, Any]) -> dict[str, str]:
    """The parts of a template (Subject, Text, Html) with the data in them."""
    return {part: _render(text, data, escaping=part == "Html") for part, text in content.items()}


def message_text(rendered: Mapping[str, str], now: datetime) -> str:
    """Rendered parts as the text of a message, as the test operations answer it."""
    message = EmailMessage()
    message["Date"] = format_datetime(now)
    message["Subject"] = " ".join(rendered.get("Subject", "").split("\n"))
    if "Text" in rendered:
        message.set_content(rendered["Text"])
    if "Html" in rendered:
        if "Text" in rendered:
            message.add_alternative(rendered["Html"], subtype="html")
        else:
            message.set_content(rendered["Html"], subtype="html")
    return message.as_string()


def _parse(text: str) -> tuple[_Block, dict[str, _Block]]:
    """The tree of a part, and its inline partials."""
    whole = _Block("", "", [], [])
    open_blocks, partials, at = [whole], {}, 0
    targets = [whole.parts]
    for tag in _TAG.finditer(text):
        targets[-1].append(text[at : tag.start()])
        at = tag.end()
        name, mark = tag["raw"] or tag["name"], tag["tag"] or ""
        if tag["raw"]:
            targets[-1].append(_Value(name, escaped=False))
        elif mark == "#":
            kind, _, subject = name.partition(" ")
            partial = _PARTIAL.fullmatch(name)
            if kind not in _BLOCKS and not partial:
                raise RenderingError(f"unknown block helper {kind!r}")
            block = _Block("partial" if partial else kind, partial["name"] if partial else subject.strip(), [], [])
            if partial:
                partials[block.subject] = block
            else:
                targets[-1].append(block)
            open_blocks.append(block)
            targets.append(block.parts)
        elif mark == "/":
            if len(open_blocks) == 1 or name not in (open_blocks[-1].kind, "inline"):
                raise RenderingError(f"{{{{/{name}}}}} closes nothing that is open")
            open_blocks.pop()
            targets.pop()
        elif name == "else" and len(open_blocks) > 1:
            targets[-1] = open_blocks[-1].other
        elif mark == ">":
            targets[-1].append(_Partial(name))
        elif mark != "!":
            if not name:
                raise RenderingError("an empty expression")
            targets[-1].append(_Value(name, escaped=True))
    if len(open_blocks) > 1:
        raise RenderingError(f"{{{{#{open_blocks[-1].kind}}}}} is not closed")
    targets[-1].append(text[at:])
    return whole, partials


def _render(text: str, data: Mapping[str, Any], *, escaping: bool) -> str:
    whole, partials = _parse(text)
    escape: Callable[[str], str] = html.escape if escaping else str
    return "".join(_shown(whole.parts, [data], partials, escape, 0))


def _shown(
    parts: list[Any], scopes: list[Any], partials: Mapping[str, _Block], escape: Callable[[str], str], depth: int
) -> Iterator[str]:
    if depth > _DEEPEST:
        raise RenderingError("the template is nested too deeply")
    for part in parts:
        if isinstance(part, str):
            yield part
        elif isinstance(part, _Value):
            value = _looked_up(part.path, scopes)
            if value is None:
                message = f"Attribute '{part.path}' is not present in the rendering data."
                raise RenderingError(message, "MissingRenderingAttribute")
            text = json.dumps(value) if isinstance(value, bool | list | dict) else str(value)
            yield escape(text) if part.escaped else text
        elif isinstance(part, _Partial):
            if part.name not in partials:
                raise RenderingError(f"there is no partial {part.name!r}")
            yield from _shown(partials[part.name].parts, scopes, partials, escape, depth + 1)
        else:
            yield from _block(part, scopes, partials, escape, depth + 1)


def _block(
    block: _Block, scopes: list[Any], partials: Mapping[str, _Block], escape: Callable[[str], str], depth: int
) -> Iterator[str]:
    value = _looked_up(block.subject, scopes)
    if block.kind == "each":
        items = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
        for item in items:
            yield from _shown(block.parts, [*scopes, item], partials, escape, depth)
        if not items:
            yield from _shown(block.other, scopes, partials, escape, depth)
    else:
        holds = bool(value) is (block.kind == "if")
        yield from _shown(block.parts if holds else block.other, scopes, partials, escape, depth)


def _looked_up(path: str, scopes: list[Any]) -> Any:
    """The value of a dotted path in the innermost scope that has its first part; None where none has."""
    if path in {"this", "."}:
        return scopes[-1]
    first, *rest = path.removeprefix("this.").replace("/", ".").split(".")
    for scope in reversed(scopes):
        if isinstance(scope, Mapping) and first in scope:
            value = scope[first]
            for key in rest:
                value = value.get(key) if isinstance(value, Mapping) else None
            return value
    return None
