"""The two streams: stdout for the result, stderr for everything else. Colour only where a person looks."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, TextIO

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from sesops.view.style import safe

HANG = 4
"""Columns by which what does not fit into a line is set in on the next."""
NARROWEST = 40
"""On anything narrower lines are left to the terminal."""


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Go on without a reader (a pager, `head`): what the run does and ends with does not hang on who looks."""
        mute(self.file)


def mute(stream: IO[str]) -> None:
    """Let what is written to a broken pipe, and what Python writes out at its end, go nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def console(stream: TextIO) -> Console:
    """A console that neither wraps nor interprets what it is given; without colour under NO_COLOR or off a terminal."""
    plain = bool(os.environ.get("NO_COLOR")) or not stream.isatty()
    return _Console(
        file=stream,
        color_system=None if plain else "auto",
        no_color=plain,
        highlight=False,
        markup=False,
        emoji=False,
        soft_wrap=True,
    )


def out(lines: Iterable[Text]) -> None:
    """Print the result."""
    _print(sys.stdout, lines)


def err(lines: Iterable[Text]) -> None:
    """Print what is not the result: findings, progress, logs."""
    _print(sys.stderr, lines)


def write(text: str) -> None:
    """Write a document to stdout. Its line breaks are its own; all else that a terminal acts on becomes an escape."""
    _write("\n".join(map(safe, text.split("\n"))))


def commands(text: str) -> None:
    """Write what a job is to read as commands; in all else they become escapes."""
    _write(text)


def _write(text: str) -> None:
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        mute(sys.stdout)


def append(path: str, text: str) -> None:
    """Add a document to a file that a pipeline reads.

    Raises:
        OSError: it cannot be written.

    """
    with Path(path).open("a", encoding="utf-8", errors="backslashreplace", newline="") as file:
        file.write(text)


def _print(stream: TextIO, lines: Iterable[Text]) -> None:
    """On a terminal lines are broken to its width; elsewhere they stay whole, for whoever searches in them.

    This is the gate of all lines: what a builder of lines forgot to make safe is made so here, at the price of colour.
    """
    printer = console(stream) if stream.isatty() else None
    try:
        for built in lines:
            plain = safe(built.plain)
            line = built if plain == built.plain else Text(plain)
            if printer is None:
                # Rich takes milliseconds for what comes out as it is, and a plan may have a hundred thousand lines.
                stream.write(f"{line.plain}\n")
                continue
            for part in fitted(line, printer):
                printer.print(part)
        stream.flush()
    except BrokenPipeError:
        mute(stream)


def fitted(line: Text, printer: Console) -> Iterator[Text]:
    """A line in parts that fit into a terminal's columns, those after the first set in a little more than it is.

    A word that is wider than the room stays whole, so that an address can be copied: the terminal breaks it.
    """
    indent = len(line.plain) - len(line.plain.lstrip(" "))
    room = printer.width - indent - HANG
    if cell_len(line.plain) <= printer.width or printer.width < NARROWEST:
        yield line
        return
    rest = line[indent:]
    for number, part in enumerate(rest.divide(_breaks(rest.plain, room))):
        part.rstrip()
        yield Text(" " * (indent + (HANG if number else 0))) + part


def _breaks(text: str, room: int) -> Iterator[int]:
    """Where the words begin that do not fit into the room behind those before them; a mark alone makes no line."""
    taken = 0
    for word in re.finditer(r"\S+\s*", text):
        if taken > HANG and taken + cell_len(word[0].rstrip()) > room:
            yield word.start()
            taken = 0
        taken += cell_len(word[0])


class LiveLine:
    """One line on a terminal that is written over while work goes on."""

    def __init__(self, stream: TextIO, width: Callable[[], int]) -> None:
        self._stream = stream
        self._width = width
        self._shown = False
        self._next = 0.0

    def update(self, text: str) -> None:
        """Show a text in place of the last, but not more often than somebody can read."""
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + 0.05
        shown = safe(text)
        cut = set_cell_size(shown, min(cell_len(shown), self._width() - 1))
        self._write(f"\r\x1b[2K{cut}")
        self._shown = True

    def clear(self) -> None:
        """Take the line away."""
        if self._shown:
            self._write("\r\x1b[2K")
            self._shown = False
            self._next = 0.0

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()


def live_line() -> LiveLine | None:
    """A live line where stderr is a terminal that can write over a line, else None."""
    if not sys.stderr.isatty() or os.environ.get("TERM", "dumb") == "dumb":
        return None
    return LiveLine(sys.stderr, lambda: console(sys.stderr).width)
