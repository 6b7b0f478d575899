"""The reference of the spec's language as Markdown, from the schema: what `sesops explain` says, of everything."""

from __future__ import annotations

import json
from collections.abc import Iterator

from sesops.core.kind import Registry
from sesops.core.language import Part
from sesops.spec import explain, yaml_text
from sesops.spec.schema import ENVELOPE, EVERYWHERE, read_fragments

HEAD = """# Reference: what a spec can hold

Written by `scripts/generate.py` from the schema; `sesops explain KIND` says the same in a terminal.

An absent key is not managed: what exists stays. `null` is SES's default where a line says what it does, and an error
elsewhere. **!** marks what may stop mail when it changes: such a change is held back until `allow` names the thing.
`${name}` puts a variable in; `keep` as a value takes a default away; `only: [TARGET]` may stand at any thing, and
`strict: true` at any thing with a name: the spec is all there is of it, so that absent keys are SES's default where
they may be `null`, and what else SES has in it is removed (what stops mail only once `remove` or `allow` names it).
"""
COLUMNS = "| key | may be | what it means | null |\n| --- | --- | --- | --- |"


def markdown(registry: Registry) -> str:
    """The whole page, kinds in the order of their names."""
    lines = [HEAD, "## The top level", "", COLUMNS]
    for key, one in read_fragments(registry)[ENVELOPE]["properties"].items():
        lines.append(_row([key], explain.form(one), one.get("description", ""), ""))
    for name, _ in explain.kinds(registry):
        lines.extend(["", *_kind(explain.explained(registry, name))])
    return "\n".join(lines) + "\n"


def _kind(part: Part) -> Iterator[str]:
    yield f"## {part.name}"
    yield ""
    yield f"In a spec: `{part.path}`. {part.description}"
    own = [one for one in part.parts if one.name.removeprefix(f"{part.name}.") not in EVERYWHERE]
    if own:
        yield ""
        yield COLUMNS
        for one in own:
            yield from _rows(one, [])
    else:
        yield ""
        yield f"May be: {_escaped(part.form)}."
    if part.example is not None:
        yield ""
        yield f"```yaml\n{yaml_text.dumped(part.example).rstrip()}\n```"


def _rows(part: Part, above: list[str]) -> Iterator[str]:
    path = [*above, part.name.rpartition(".")[2]]
    said = [part.description]
    if part.required:
        said.append("Required.")
    if part.default is not None and str(part.default) not in part.description:
        said.append(f"SES's default: {_shown(part.default)}.")
    if part.created_as is not None:
        said.append(f"A new thing has {_shown(part.created_as)} unless the spec says otherwise.")
    null = part.null or (f"an error: {part.no_null}" if part.no_null else "")
    yield _row(path, part.form, " ".join(said), null, stops=part.stops_mail)
    for one in part.parts:
        yield from _rows(one, path)


def _row(path: list[str], form: str, said: str, null: str, *, stops: bool = False) -> str:
    cells = (f"`{'.'.join(path)}`{' **!**' if stops else ''}", "" if form == "keys" else form, said, null)
    return f"| {' | '.join(map(_escaped, cells))} |"


def _escaped(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _shown(value: object) -> str:
    return f"`{value if isinstance(value, str) else json.dumps(value)}`"
