"""Values as YAML that people read, and that every reader of YAML takes for the same."""

from __future__ import annotations

import io

import yaml

from sesops.core.values import Json
from sesops.spec.scalars import ScalarError, resolve


def dumped(value: Json) -> str:
    """A value as YAML, keys in their order, small maps and lists of scalars in one line."""
    stream = io.StringIO()
    dumper = _Dumper(stream, sort_keys=False, default_flow_style=None, allow_unicode=True, width=100)
    dumper.open()
    dumper.represent(value)
    dumper.close()
    return stream.getvalue()


class _Dumper(yaml.SafeDumper):
    """The indentation, the flow style and the quotes that people use. No aliases."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        return super().increase_indent(flow, False)

    def serialize(self, node: yaml.Node) -> None:
        """The whole is in no braces, unless it is empty."""
        if isinstance(node, yaml.CollectionNode) and node.value:
            node.flow_style = False
        super().serialize(node)

    def ignore_aliases(self, data: object) -> bool:
        return True

    def choose_scalar_style(self) -> str:
        """Double quotes or none. The emitter sees to YAML 1.1, and to what would end a plain text."""
        style: str = super().choose_scalar_style()
        event = self.event
        # What is no text has no quotes to choose from.
        if not isinstance(event, yaml.ScalarEvent) or not event.implicit[1]:
            return style
        return '"' if style or not _reads_as_text(event.value) else ""

    def write_double_quoted(self, text: str, split: bool = True) -> None:
        """What cannot be seen, or turns what is seen around, is written as what it is."""
        self.allow_unicode = text.isprintable()
        super().write_double_quoted(text, split)
        self.allow_unicode = True


def _reads_as_text(plain: str) -> bool:
    """Whether a text can stand without quotes: YAML 1.2 takes it for one, all that is in it can be seen, and nothing of
    it is a command to a job's log, which gets an escape.
    """
    try:
        return plain.isprintable() and "##" not in plain and not plain.startswith("::") and resolve(plain) == plain
    except ScalarError:
        return False
