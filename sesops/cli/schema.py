"""`sesops schema`: the JSON Schema of a spec, for editors."""

from __future__ import annotations


def command() -> None:
    """Print the JSON Schema (draft-07) of a spec, for editors.

    In VS Code: a first line `# yaml-language-server: $schema=PATH` with the path of what this prints.
    """
    from sesops import kinds, spec
    from sesops.view import console, machine

    console.write(machine.dumps(spec.schema_for_editors(kinds.discover())))
