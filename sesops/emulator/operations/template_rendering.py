"""Templates rendered: the part of Handlebars that SES's guide shows, and what stands near it.

`{{name}}`, dotted paths, `../`, `@index` and its kin; `{{#if}}`, `{{#unless}}`, `{{#each}}`, `{{#with}}`, sections
(`{{#name}}`, `{{^name}}`), `{{else}}` and `{{else if}}`; inline partials, comments, and `~` that cuts whitespace.

SES behaviour: nothing is escaped, also not in the HTML part. A value that the data does not have is an error, except as
the condition of a block. Each part of a template has partials of its own, and the newline behind one is not shown.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any, NamedTuple

# A comment's begin, `{{{name}}}`, or any other tag.
_TAG = re.compile(r"(?<!\{)\{\{(?:~?!--|~?\{[^{}]*\}~?\}\}|[^{}]*\}\})")
_COMMENT_END = re.compile(r"--~?\}\}")
_PARTIAL = re.compile(r"\*\s*inline\s+[\"'](?P<name>[^\"']+)[\"']")
_HELPERS = ("if", "unless", "each", "with")
_DEEPEST = 20
# SES behaviour: a send puts its link here when it knows the contact, so no data has it.
_UNSUBSCRIBE = "amazonSESUnsubscribeUrl"
_NOT_IN_HEADERS = re.compile(r"[\x00-\x1f\x7f]")
# What XML, in which v1 answers, cannot carry.
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class RenderingError(Exception):
    """A template or its data that cannot be rendered, with the code that v1 has for it."""

    def __init__(self, message: str, code: str = "InvalidTemplate") -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class _Block:
    """A `{{#kind subject}}`, closed by `{{/closing}}`; `other` is what stands behind `{{else}}`.

    One that an `{{else if}}` began is `chained`: it ends with the block that it is the other part of.
    """

    kind: str
    subject: str
    closing: str
    chained: bool = False
    parts: list[Any] = field(default_factory=list)
    other: list[Any] = field(default_factory=list)


class _Value(NamedTuple):
    path: str


class _Include(NamedTuple):
    partial: str


class _Scope(NamedTuple):
    """What names mean inside a block: a value, and in a loop its `index`, `key`, `first` and `last`."""

    value: Any
    loop: Mapping[str, Any]


def parse_data(text: str) -> Mapping[str, Any]:
    """The data of a template, a JSON object; RenderingError for anything else."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RenderingError(f"Template data is not JSON: {error}", "InvalidRenderingParameter") from error
    if not isinstance(data, dict):
        raise RenderingError("Template data is not a JSON object", "InvalidRenderingParameter")
    return data


def check_syntax(text: str) -> None:
    """RenderingError for a template part that is no template: tags or blocks that do not close, unknown helpers."""
    _Parser(text)


def render(content: Mapping[str, str], data: Mapping[str, Any]) -> dict[str, str]:
    """The parts of a template (Subject, Text, Html) with the data in them."""
    return {part: "".join(_Rendering(_Parser(text)).shown(data)) for part, text in content.items()}


def message_text(rendered: Mapping[str, str], now: datetime) -> str:
    """Rendered parts as the text of a message, as the test operations answer it."""
    message = EmailMessage()
    message["Date"] = format_datetime(now)
    parts = {part: _NOT_IN_XML.sub("", text) for part, text in rendered.items()}
    message["Subject"] = _NOT_IN_HEADERS.sub(" ", parts.get("Subject", ""))
    for part, subtype, add in (
        ("Text", "plain", message.set_content),
        ("Html", "html", message.add_alternative if "Text" in parts else message.set_content),
    ):
        if part in parts:
            add(parts[part], subtype=subtype, cte="7bit" if parts[part].isascii() else "8bit")
    return message.as_bytes().decode()


def _tags(text: str) -> Iterator[tuple[str, str | None]]:
    """Each tag, without its braces, with the text before it; at last the text behind the last tag, with None."""
    at, cut = 0, False
    while (tag := _TAG.search(text, at)) is not None:
        inner, end = tag[0][2:-2], tag.end()
        if tag[0].endswith("!--"):
            closing = _COMMENT_END.search(text, end)
            if closing is None:
                raise RenderingError("a comment is not closed")
            inner, end = text[tag.start() + 2 : closing.end() - 2], closing.end()
        before = _plain(text[at : tag.start()])
        before = before.lstrip() if cut else before
        yield before.rstrip() if inner.startswith("~") else before, inner.strip("~").strip("{}").strip()
        at, cut = end, inner.endswith("~")
    rest = _plain(text[at:])
    yield rest.lstrip() if cut else rest, None


def _plain(text: str) -> str:
    if "{{" in text:
        raise RenderingError("{{ is not closed")
    return text


class _Parser:
    """The tree of a part, `whole`, and its inline `partials`."""

    def __init__(self, text: str) -> None:
        self.whole = _Block("", "", "")
        self.partials: dict[str, _Block] = {}
        self._open = [self.whole]
        self._targets = [self.whole.parts]
        after_partial = False
        for before, tag in _tags(text):
            self._targets[-1].append(re.sub(r"\A\r?\n", "", before) if after_partial else before)
            if tag is not None:
                self._take(tag)
            after_partial = tag == "/inline"
        if len(self._open) > 1:
            raise RenderingError(f"{{{{#{self._open[-1].closing}}}}} is not closed")

    def _take(self, tag: str) -> None:
        mark = tag[:1] if tag[:1] in ("#", "/", ">", "^", "!", "&") else ""
        name = tag.removeprefix(mark).strip()
        if mark == "#":
            self._begin(name)
        elif mark == "/":
            self._end(name)
        elif mark == ">":
            self._targets[-1].append(_Include(name.strip("\"'")))
        elif mark == "^" and name:
            self._nest(_Block("unless", name, name))
        elif name == "else" or name.startswith("else ") or mark == "^":
            self._otherwise(name.removeprefix("else").strip())
        elif mark != "!":
            self._targets[-1].append(_Value(_path(name)))

    def _begin(self, name: str) -> None:
        if partial := _PARTIAL.fullmatch(name):
            block = _Block("inline", "", "inline")
            self.partials[partial["name"]] = block
            self._enter(block)
        else:
            self._nest(_helper(name) or _Block("section", _path(name), name))

    def _nest(self, block: _Block) -> None:
        self._targets[-1].append(block)
        self._enter(block)

    def _enter(self, block: _Block) -> None:
        self._open.append(block)
        self._targets.append(block.parts)

    def _otherwise(self, condition: str) -> None:
        if len(self._open) == 1:
            raise RenderingError("{{else}} outside of a block")
        self._targets[-1] = self._open[-1].other
        if condition:
            block = _helper(condition, chained=True)
            if block is None:
                raise RenderingError(f"could not find helper: '{condition}'")
            self._nest(block)

    def _end(self, name: str) -> None:
        while self._open[-1].chained:
            self._leave()
        if len(self._open) == 1 or name != self._open[-1].closing:
            raise RenderingError(f"{{{{/{name}}}}} closes nothing that is open")
        self._leave()

    def _leave(self) -> None:
        self._open.pop()
        self._targets.pop()


def _helper(name: str, *, chained: bool = False) -> _Block | None:
    """The block of `if condition` and its like; None for a name that is no helper of ours."""
    kind, _, subject = name.partition(" ")
    return _Block(kind, _path(subject.strip()), kind, chained) if kind in _HELPERS else None


def _path(name: str) -> str:
    """A name as it is looked up. SES behaviour, unsure: what would be a call of an unknown helper is no template."""
    first, *rest = name.split() or [""]
    if not first:
        raise RenderingError("an empty expression")
    if rest:
        raise RenderingError(f"could not find helper: '{first}'")
    return name


class _Rendering:
    """A parsed part with data in it."""

    def __init__(self, parsed: _Parser) -> None:
        self._parsed = parsed

    def shown(self, data: Mapping[str, Any]) -> Iterator[str]:
        """The text, in pieces."""
        return self._all(self._parsed.whole.parts, (_Scope(data, {}),), 0)

    def _all(self, parts: list[Any], scopes: tuple[_Scope, ...], depth: int) -> Iterator[str]:
        if depth > _DEEPEST:
            raise RenderingError("the template is nested too deeply")
        for part in parts:
            if isinstance(part, str):
                yield part
            elif isinstance(part, _Value):
                yield _value(part.path, scopes)
            elif isinstance(part, _Include):
                if part.partial not in self._parsed.partials:
                    raise RenderingError(f"The partial {part.partial} could not be found")
                yield from self._all(self._parsed.partials[part.partial].parts, scopes, depth + 1)
            else:
                yield from self._block(part, scopes, depth + 1)

    def _block(self, block: _Block, scopes: tuple[_Scope, ...], depth: int) -> Iterator[str]:
        value = _looked_up(block.subject, scopes)
        if block.kind == "each" or (block.kind == "section" and isinstance(value, list)):
            inner = list(_loop(value))
        elif not _holds(value) if block.kind == "unless" else _holds(value):
            # Only a block that is about one thing changes what names mean.
            inside = block.kind == "with" or (block.kind == "section" and isinstance(value, Mapping))
            inner = [_Scope(value, {}) if inside else scopes[-1]]
        else:
            inner = []
        for scope in inner:
            around = scopes if scope is scopes[-1] else (*scopes, scope)
            yield from self._all(block.parts, around, depth)
        if not inner:
            yield from self._all(block.other, scopes, depth)


def _loop(value: Any) -> Iterator[_Scope]:
    """A scope for each item of a list or object; none for anything else."""
    if isinstance(value, Mapping):
        items = list(value.items())
    else:
        items = list(enumerate(value)) if isinstance(value, list) else []
    for index, (key, item) in enumerate(items):
        yield _Scope(item, {"index": index, "key": key, "first": index == 0, "last": index == len(items) - 1})


def _holds(value: Any) -> bool:
    """Whether a condition holds: an object always does, also an empty one."""
    return bool(value) or isinstance(value, Mapping)


def _value(path: str, scopes: tuple[_Scope, ...]) -> str:
    if path == _UNSUBSCRIBE:
        return f"{{{{{path}}}}}"
    value = _looked_up(path, scopes)
    if value is None:
        message = f"Attribute '{path}' is not present in the rendering data."
        raise RenderingError(message, "MissingRenderingAttribute")
    return json.dumps(value) if isinstance(value, bool | list | dict) else str(value)


def _looked_up(path: str, scopes: tuple[_Scope, ...]) -> Any:
    """The value of a path; None where there is none.

    SES behaviour, unsure: a plain name that the innermost scope does not have is looked for in those around it.
    """
    while path.startswith("../"):
        path, scopes = path.removeprefix("../"), scopes[:-1]
    if not scopes:
        return None
    if path.startswith("@"):
        name, *rest = path.removeprefix("@").split(".")
        if name == "root":
            return _inside(scopes[0].value, rest)
        return next((scope.loop[name] for scope in reversed(scopes) if name in scope.loop), None)
    keys = re.split(r"[./]", path.removeprefix("./")) if path != "." else ["this"]
    if keys[0] == "this" or path.startswith("./"):
        return _inside(scopes[-1].value, keys[1:] if keys[0] == "this" else keys)
    for scope in reversed(scopes):
        if isinstance(scope.value, Mapping) and keys[0] in scope.value:
            return _inside(scope.value, keys)
    return None


def _inside(value: Any, keys: list[str]) -> Any:
    """What lies under keys, `0` or `[0]` in a list; None where nothing does."""
    for key in (told.removeprefix("[").removesuffix("]") for told in keys):
        if isinstance(value, Mapping):
            value = value.get(key)
        elif isinstance(value, list):
            value = next((item for number, item in enumerate(value) if str(number) == key), None)
        else:
            return None
    return value
