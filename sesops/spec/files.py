"""The files of a spec: read once, decoded strictly, remembered for the digest."""

from __future__ import annotations

import glob
import gzip
import hashlib
import json
import os
import stat
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from sesops.core import json_text
from sesops.core.diagnostic import Line, Location
from sesops.spec.compose import compose
from sesops.spec.findings import Findings, nearest
from sesops.spec.nodes import Map, Node, Place, Scalar, Seq, Source, from_json

ROOT_NAME: Final = "sesops.yaml"
LARGEST: Final = 64 << 20
"""Bytes of one file. Ten thousand domains take four million."""
LONGEST_LINE: Final = 4096
"""Bytes of a line of a list. Nothing that SES lists is as long."""
MOST_LINES: Final = 5_000_000
"""Lines of a list. A packed file of a megabyte may unpack to a billion, which would take an hour."""
_SUFFIXES = (".yaml", ".yml")


class Files:
    """Everything that was read for a spec. Names are shown as the spec was given, with what it includes joined on."""

    def __init__(self, root: Path) -> None:
        self.root = root / ROOT_NAME if _is_folder(root) else root
        self.content: dict[Path, bytes] = {}
        self._named_outright: set[Path] = set()
        self._lists: set[Path] = set()

    @property
    def paths(self) -> tuple[Path, ...]:
        return tuple(sorted(self._lists.union(self.content)))

    @property
    def digest(self) -> str:
        """The sha256 of the files that the spec is written in, each with its path from the root's folder.

        It is the same whatever variables the spec is loaded with: they show in what is wanted. So a file whose path
        has a variable in it that may be set from outside is left out.
        """
        base = self.root.parent.resolve()
        files = {
            Path(os.path.relpath(path.resolve(), base)).as_posix(): hashlib.sha256(self.content[path]).hexdigest()
            for path in self._named_outright & self.content.keys()
        }
        return hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()

    def bytes_of(self, path: Path, findings: Findings, at: Place | None) -> bytes | None:
        """A file's content, or None with a finding where it is asked for."""
        if path not in self.content:
            where = at or Place(_unread(path))
            if at is not None and _is_special(path):
                findings.error("unreadable-file", f"{path} is no ordinary file", where, "name a file beside the spec")
                return None
            try:
                with path.open("rb") as stream:
                    content = stream.read(LARGEST + 1)
            except FileNotFoundError:
                hint = _beside(path) or (
                    f"name the root file, or a folder that holds {ROOT_NAME}" if path == self.root else None
                )
                findings.error("missing-file", f"there is no file {path}", where, hint)
                return None
            except IsADirectoryError:
                findings.error("unreadable-file", f"{path} is a folder", where, "name a file in it")
                return None
            except (OSError, ValueError) as error:
                reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
                findings.error("unreadable-file", f"{path} cannot be read: {reason}", where)
                return None
            if len(content) > LARGEST:
                findings.error("too-large", f"{path} has more than {LARGEST >> 20} MiB", where, "name another file")
                return None
            self.content[path] = content
        return self.content[path]

    def source(self, path: Path, findings: Findings, at: Place | None = None, *, varies: bool = False) -> Source | None:
        """A file's text, or None with a finding. `varies`: a variable that may be set from outside names it."""
        content = self.bytes_of(path, findings, at)
        if not varies:
            self._named_outright.add(path)
        return None if content is None else _decoded(path, content, findings)

    def lines(self, pattern: str, at: Place, findings: Findings) -> Iterator[Line]:
        """The lines of every file that a pattern takes (seen from the file it is written in), by their names; a `.gz`
        is unpacked. Such a file may be long, so no more of it is kept than where it is, and it is not in the digest.
        """
        folder = at.source.path.parent
        found = _fitting(folder, pattern)
        if not found:
            message, hint = f"there is no file {folder / pattern}", "a path from here, with `*` for any name"
            findings.error("missing-file", message, at, hint)
        for path in found:
            if _is_special(path) or not path.is_file():
                findings.error("unreadable-file", f"{path} is no ordinary file", at, "name a file beside the spec")
                continue
            self._lists.add(path)
            try:
                yield from _lines(path)
            except (OSError, EOFError, zlib.error, _TooLongError) as error:
                reason = getattr(error, "strerror", None) or str(error)
                findings.error("unreadable-file", f"{path} cannot be read: {reason}", at)

    def json_node(self, path: Path, at: Place, findings: Findings, *, varies: bool) -> Node | None:
        """A JSON file as nodes that stand where the spec names the file. It is taken as it is: no variables."""
        source = self.source(path, findings, at, varies=varies)
        if source is None:
            return None
        hint = "it has to be one JSON document"
        try:
            return from_json(json_text.loads(source.text), at)
        except json.JSONDecodeError as error:
            message, where = f"{path} is no JSON: {error.msg}", Place(source, error.pos)
        except ValueError as error:
            message, where = f"{path} is no JSON that can be read: {error}", Place(source)
        findings.error("not-json", message, where, hint, related=(at,))
        return None


def _fitting(folder: Path, pattern: str) -> list[Path]:
    """The files that a pattern takes. Unlike one of `Path.glob` it may lead out of the folder, as a path may."""
    whole = Path(glob.escape(str(folder))) / pattern
    try:
        return sorted(Path(one) for one in glob.glob(str(whole), recursive=True))  # noqa: PTH207 - see above
    except ValueError:
        # No file has a NUL in its name.
        return []


class _TooLongError(Exception):
    """A list that is too long to be read."""


def _lines(path: Path) -> Iterator[Line]:
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as stream:
        number = 0
        while line := stream.readline(LONGEST_LINE + 1):
            number += 1
            if number > MOST_LINES:
                raise _TooLongError(f"it has more than {MOST_LINES:,} lines")
            place = Location(str(path), number)
            if len(line) > LONGEST_LINE:
                yield Line(place, None)
                return
            try:
                text = line.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError:
                yield Line(place, None)
            else:
                yield Line(place, text.rstrip("\r\n"))


def _is_special(path: Path) -> bool:
    """Whether a path that a spec names leads to a pipe or device, which may never end, or to what the system says of
    this process: its environment would be shown in a finding.
    """
    try:
        mode = path.stat().st_mode
        return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)) or _real(path).startswith("/proc/")
    except (OSError, ValueError):
        # Reading it says what is wrong.
        return False


def _unread(path: Path) -> Source:
    return Source(str(path), path)


def _beside(path: Path) -> str | None:
    """The name in the same folder that was most likely meant."""
    if any(mark in path.name for mark in "*?"):
        return "no patterns are read here; a folder takes all its *.yaml and *.yml"
    try:
        # Hidden files are tools' own: the emulator's state, an editor's settings.
        names = {one.stem: one.name for one in sorted(path.parent.iterdir()) if not one.name.startswith(".")}
    except OSError:
        return None
    near = nearest(path.stem, names)
    return f"did you mean {names[near]}?" if near else None


def _decoded(path: Path, content: bytes, findings: Findings) -> Source | None:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        findings.error("not-utf8", "the file is UTF-16", Place(_unread(path)), "save it as UTF-8")
        return None
    if content.startswith(b"\xef\xbb\xbf"):
        content = content[3:]
        source = Source(str(path), path, content.decode("utf-8", "replace"))
        message = "the file begins with a byte order mark, which is left out"
        findings.warning("byte-order-mark", message, Place(source), "save it as UTF-8 without one")
    try:
        return Source(str(path), path, content.decode("utf-8"))
    except UnicodeDecodeError as error:
        # Latin-1 maps every byte, so the place and the line come out as the author sees them.
        source = Source(str(path), path, content.decode("latin-1"))
        message = f"the byte 0x{content[error.start]:02X} is no UTF-8"
        findings.error("not-utf8", message, Place(source, error.start), "save the file as UTF-8")
        return None


def read_all(files: Files, findings: Findings) -> tuple[list[Map], bool]:
    """The root maps of the root file and of what it includes, in this order; and whether all of them could be read.

    Without a root file there is nothing.
    """
    root = _map(files, files.root, findings, None)
    if root is None:
        return [], False
    maps: list[Map] = [root]
    whole = True
    seen: dict[str, Place | None] = {_real(files.root): None}
    for path, at in _included(files, root, findings):
        real = _real(path)
        if real in seen:
            _included_again(path, at, seen[real], findings)
            continue
        seen[real] = at
        found = _map(files, path, findings, at)
        if found is None:
            whole = False
        else:
            maps.append(found)
    return maps, whole


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        # A name that is too long, a folder above that is not ours: reading it says what is wrong.
        return False


def _real(path: Path) -> str:
    """What two paths to one file have in common; of a path that cannot be, the path itself."""
    try:
        return os.path.realpath(path)
    except ValueError:
        return str(path)


def _map(files: Files, path: Path, findings: Findings, at: Place | None) -> Map | None:
    source = files.source(path, findings, at)
    return None if source is None else compose(source, findings)


def _included_again(path: Path, at: Place, first: Place | None, findings: Findings) -> None:
    if first is None:
        findings.error("include-cycle", f"{path} includes itself", at, "remove it")
    else:
        findings.error("include-twice", f"{path} is included twice", at, "name it once", related=(first,))


def _included(files: Files, root: Map, findings: Findings) -> Iterator[tuple[Path, Place]]:
    """Every file that `include` names, those of a folder by their names. What is wrong with its form is found later."""
    named = root.get("include")
    for one in named.items if isinstance(named, Seq) else ():
        if not isinstance(one, Scalar) or not isinstance(one.value, str) or not one.value:
            continue
        path = files.root.parent / one.value
        if _is_folder(path):
            yield from ((each, one.at) for each in _in_folder(files, path, one.at, findings))
        else:
            yield path, one.at


def _in_folder(files: Files, folder: Path, at: Place, findings: Findings) -> Iterable[Path]:
    try:
        names = sorted(one for one in folder.iterdir() if one.suffix in _SUFFIXES and one.is_file())
    except OSError as error:
        findings.error("unreadable-file", f"{folder} cannot be read: {error.strerror}", at)
        return ()
    # A folder that holds the root file means all that lies beside it.
    found = [one for one in names if _real(one) != _real(files.root)]
    if not found:
        findings.error("include-nothing", f"no *.yaml or *.yml lies in {folder}", at, "name a folder with files in it")
    return found
