"""The folder that a new spec is written to."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from sesops.cli.exit_codes import ExitCode, Stop

if TYPE_CHECKING:
    from sesops.core.kind import Registry

ROOT = "sesops.yaml"
SCHEMA = "sesops.schema.json"
_WRITABLE = "name a folder that you may write to"


class Folder:
    """A folder for files that are not there yet, unless they are to be written over."""

    def __init__(
        self, path: Path, *, force: bool, has_spec: bool = False, otherwise: str = "name another folder"
    ) -> None:
        """See that there is room, before anything else is done.

        Raises:
            Stop: it is no folder, or not ours to write to, or holds a spec (1).

        """
        self._path = path
        self._force = force
        self._otherwise = otherwise
        there = next(one for one in (path, *path.absolute().parents) if one.exists())
        if not there.is_dir():
            raise Stop(ExitCode.FAILED, f"{there} is no folder", "name a folder with --out; it is made if need be")
        if not os.access(there, os.W_OK | os.X_OK):
            raise Stop(ExitCode.FAILED, f"{path} cannot be written: nobody lets you write to {there}", _WRITABLE)
        if not has_spec:
            self.insist_on_new([ROOT])

    def write(self, beside: Mapping[str, str], root: str | None = None) -> None:
        """Write the root file, if there is one to be written, and before it the files beside it.

        Raises:
            Stop: one is there, or cannot be written (1).

        """
        files = {**beside, **({} if root is None else {ROOT: root})}
        self.insist_on_new(files)
        for name, text in files.items():
            self._write(name, text)

    def add_schema(self, registry: Registry) -> None:
        """What an editor checks the spec with; one that is there is somebody's choice."""
        from sesops import spec
        from sesops.view import machine

        if not os.path.lexists(self._path / SCHEMA):
            self._write(SCHEMA, machine.dumps(spec.schema_for_editors(registry)))

    def insist_on_new(self, names: Iterable[str]) -> None:
        """See that none of these files is there, unless they are to be written over.

        Raises:
            Stop: one is (1).

        """
        # A link that leads nowhere is there too: what is written through it lies elsewhere.
        paths = (self._path / name for name in names)
        there = [str(path) for path in paths if not self._force and os.path.lexists(path)]
        if there:
            more = f" and {len(there) - 1} more of its files are there" if len(there) > 1 else " is there"
            raise Stop(ExitCode.FAILED, f"{there[0]}{more}", f"{self._otherwise}, or write over it with --force")

    def _write(self, name: str, text: str) -> None:
        path = self._path / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise Stop(ExitCode.FAILED, f"{path} cannot be written: {error.strerror}", _WRITABLE) from error
