"""Values as YAML that people read."""

from __future__ import annotations

import yaml

from sesops.core.values import Json


def dumped(value: Json) -> str:
    """A value as YAML, keys in their order, small maps and lists of scalars in one line."""
    return yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)


class _Dumper(yaml.SafeDumper):
    """The indentation and the flow style that people use."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        return super().increase_indent(flow, False)
