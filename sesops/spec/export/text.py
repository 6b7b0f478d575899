"""The sections of an export as a file: YAML with comments, and policies in files beside it.

The emitter is PyYAML's, which is here for reading anyway: comments stand on lines of their own between the pieces that
it writes, so a library that keeps comments inside of values would bring nothing.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count

from sesops.core.address import Address
from sesops.core.values import Json, Secret
from sesops.spec.export.comments import Spot
from sesops.spec.export.said import Document
from sesops.spec.interpolate import MARK
from sesops.spec.nodes import masked
from sesops.spec.yaml_text import dumped

POLICIES = "policies"
_WRAP = textwrap.TextWrapper(110, break_long_words=False, break_on_hyphens=False)
_LONGEST = 100
"""Characters of a folder's or file's name, without its ending."""
_SAFE = re.compile(r"[^A-Za-z0-9._@+-]")


@dataclass
class Files:
    """Policies that are written to files of their own, by their path."""

    texts: dict[str, str] = field(default_factory=dict)
    _taken: set[str] = field(default_factory=set)

    def document(self, path: tuple[str, ...], value: Document) -> str:
        """Keep a document, under a name made of where it stands."""
        text = json.dumps(value, indent=2) + "\n"
        # The section, and keys that are the same for all, say nothing.
        named = [one for one in path[1:] if one != POLICIES]
        base = "/".join([POLICIES, *(_SAFE.sub("_", one).strip(".")[:_LONGEST] or "_" for one in named)])
        names = (f"{base}{f'-{number}' if number > 1 else ''}.json" for number in count(1))
        # On some machines two names are one where they differ in case alone.
        name = next(one for one in names if one.casefold() not in self._taken)
        self._taken.add(name.casefold())
        self.texts[name] = text
        return name

    def lines(self, address: Address, lines: Iterable[str]) -> Json:
        """Keep a long list; what a spec says of it."""
        name = f"{'/'.join((address.kind, *address.name))}.csv"
        self.texts[name] = "".join(f"{one}\n" for one in lines)
        return {"files": [name]}


def escaped(text: str) -> str:
    """A text that stays as it is where variables are put in: `${name}` becomes `$${name}`."""
    return MARK.sub(lambda found: f"${found[0]}", text) if "${" in text else text


def plain(value: Json, files: Files | None = None, path: tuple[str, ...] = ()) -> Json:
    """A value as it is written: escaped, its documents in files, or in place where there are none."""
    if isinstance(value, str):
        return escaped(value)
    if isinstance(value, Secret):
        return value.reference
    if isinstance(value, Document) and files is not None:
        return {"file": files.document(path, value)}
    if isinstance(value, Mapping):
        return {escaped(key): plain(one, files, (*path, key)) for key, one in value.items()}
    return [plain(one, files, path) for one in value] if isinstance(value, list) else value


def rendered(head: Mapping[str, Json], sections: Mapping[str, Json], comments: Mapping[Spot, list[str]]) -> str:
    """The file: the top level's own keys, then the sections, each below its comments; some have nothing else."""
    own = "".join((*_comment(comments.get((), [])), dumped(head)))
    return "\n".join((own, *(text for name, held in sections.items() if (text := _section(name, held, comments)))))


def _section(name: str, held: Mapping[str, Json], comments: Mapping[Spot, list[str]]) -> str:
    """A section. What is said of something that is not in it stands above all of it."""
    spots = [spot for spot in sorted(comments) if spot[:1] == (name,) and (len(spot) == 1 or spot[1] not in held)]
    above = _comment([text for spot in spots for text in comments[spot]])
    if not held:
        return "".join(above)
    keys = ("".join((*_comment(comments.get((name, key), [])), dumped({key: value}))) for key, value in held.items())
    return "".join((*above, f"{name}:\n", *(textwrap.indent(one, "  ") for one in keys)))


def _comment(texts: list[str]) -> Iterator[str]:
    for text in texts:
        # What SES answered may hold anything.
        shown = " ".join(masked(text).split())
        for number, line in enumerate(_WRAP.wrap(_visible(shown))):
            yield f"#{'   ' if number else ' '}{line}\n"


def _visible(text: str) -> str:
    return "".join(one if one.isprintable() else "\ufffd" for one in text)
