"""Plans in files: written by `plan --out`, read by `show` and `apply`."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from sesops.cli.exit_codes import ExitCode, Stop, UsageError

if TYPE_CHECKING:
    from sesops.core.kind import Registry
    from sesops.core.plan import Plan

_DEEPEST = 80
"""Levels of a plan: those of a value in a spec, and what lies around it."""
_HEAD = re.compile(rb'(\xef\xbb\xbf)?\s*\{\s*"format"\s*:')


def is_one(path: Path) -> bool:
    """Whether a path is a saved plan rather than a spec: a JSON document of ours says so in its first member."""
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        return _HEAD.match(stream.read(1024)) is not None


def insist_on_room(file: Path) -> None:
    """See that a plan file takes the place of none but a plan: a spec would be lost.

    Raises:
        UsageError: the file is something else.

    """
    if str(file) == "-":
        raise UsageError("--out - names no file", "`--format json` prints the same on stdout")
    try:
        is_other = file.is_file() and file.stat().st_size > 0 and not is_one(file)
    except OSError:
        # What cannot be read is told of when it cannot be written.
        return
    if is_other:
        raise UsageError(f"--out {file}: that is there, and is no plan", "name another file, or remove it first")


def save(plan: Plan, file: Path) -> None:
    """Write a plan file, whole or not at all.

    Raises:
        Stop: the file cannot be written (1).

    """
    from sesops.view import machine

    text = machine.plan(plan)
    try:
        if file.exists() and not file.is_file():
            # A pipe, or the terminal.
            file.write_text(text, encoding="utf-8")
        else:
            _replace(file.resolve(), text)
    except OSError as error:
        message = f"{file} cannot be written: {error.strerror}; the plan was not saved"
        raise Stop(ExitCode.FAILED, message, "name a file in a folder that is there") from error


def _replace(file: Path, text: str) -> None:
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        beside.write_text(text, encoding="utf-8")
        if file.exists():
            shutil.copymode(file, beside)
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)


def read(file: Path, registry: Registry) -> Plan:
    """Read a saved plan.

    Raises:
        Stop: the file cannot be read, or is no plan of this release (1).

    """
    import json

    from sesops import spec
    from sesops.core import json_text, plan_json

    hint = "make one with `sesops plan --out FILE`"
    try:
        data = json_text.loads(file.read_bytes().decode("utf-8-sig"), levels=_DEEPEST)
        spec.check_plan(data)
        return plan_json.read(data, registry.kinds)
    except OSError as error:
        raise Stop(ExitCode.FAILED, f"{file} cannot be read: {error.strerror}", hint) from error
    except UnicodeDecodeError as error:
        raise Stop(ExitCode.FAILED, f"{file} is no plan: it is not UTF-8", hint) from error
    except json.JSONDecodeError as error:
        where = f"no JSON from line {error.lineno}, column {error.colno} on" if error.doc.strip() else "it is empty"
        raise Stop(ExitCode.FAILED, f"{file} is no plan: {where}", hint) from error
    except ValueError as error:
        raise Stop(ExitCode.FAILED, f"{file} is no plan of this release: {error}", hint) from error
