"""`sesops validate`: everything that can be found offline, all at once."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sesops.cli.exit_codes import ExitCode
from sesops.cli.options import FindingsFormat, FindingsFormatOption, Var, variables

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sesops.core.kind import Registry
    from sesops.spec import Spec

Specs = Annotated[
    list[Path] | None,
    typer.Argument(metavar="SPEC", help="Root files, or folders that hold sesops.yaml; by default this folder."),
]


def command(specs: Specs = None, *, form: FindingsFormatOption = FindingsFormat.TEXT, var: Var = None) -> int:
    """Check specs offline: schema, references, SES's own rules.

    Shows every finding with its place and a hint. Of several specs, no two may set what an account has only once.
    """
    given = variables(var)

    from sesops import kinds
    from sesops.cli import forms
    from sesops.cli.shared import set_twice
    from sesops.core.diagnostic import has_errors, in_order

    registry = kinds.discover()
    loaded = _loaded(specs or [Path()], given, registry)
    found = in_order([*(finding for one in loaded for finding in one.diagnostics), *set_twice(loaded, registry.kinds)])
    forms.show_findings(found, form, tuple(one.root for one in loaded))
    return ExitCode.FAILED if has_errors(found) else ExitCode.DONE


def _loaded(paths: Iterable[Path], given: dict[str, str], registry: Registry) -> list[Spec]:
    """The specs, each once however often it is named."""
    from sesops import spec
    from sesops.cli.run import refuse_plan_file

    loaded: dict[Path, Spec] = {}
    for path in paths:
        refuse_plan_file(path)
        one = spec.load(path, registry=registry, variables=given, environ=os.environ)
        loaded.setdefault(one.root.resolve(), one)
    return list(loaded.values())
