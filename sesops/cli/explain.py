"""`sesops explain`: what the fields of a kind mean."""

from __future__ import annotations

from typing import Annotated

import typer

from sesops.cli.exit_codes import ExitCode, UsageError


def command(
    asked: Annotated[
        str | None,
        typer.Argument(metavar="[KIND[.FIELD]]", help="As in domain, domains.mail_from; without it, all kinds."),
    ] = None,
) -> int:
    """Say what a kind or a field means: its default on SES, what it costs to change, an example."""
    from sesops import kinds
    from sesops.spec import explain, yaml_text
    from sesops.view import console, explain_text

    registry = kinds.discover()
    if asked is None:
        console.out(explain_text.kinds(explain.kinds(registry)))
        return ExitCode.DONE
    try:
        part = explain.explained(registry, asked)
    except LookupError as error:
        raise UsageError(
            str(error.args[0]),
            "sesops explain lists all kinds; docs/reference.md has the keys that any thing may have (`only`, `strict`)",
        ) from error
    console.out(explain_text.part(part, None if part.example is None else yaml_text.dumped(part.example)))
    return ExitCode.DONE
