"""The two streams: stdout for the result, stderr for everything else. Colour only where a person looks."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import TextIO

from rich.console import Console
from rich.live import Live
from rich.text import Text


def console(stream: TextIO) -> Console:
    """A console that neither wraps nor interprets what it is given; without colour under NO_COLOR or off a terminal."""
    plain = bool(os.environ.get("NO_COLOR")) or not stream.isatty()
    return Console(
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
    stream = console(sys.stdout)
    for line in lines:
        stream.print(line)


def err(lines: Iterable[Text]) -> None:
    """Print what is not the result: findings, progress, logs."""
    stream = console(sys.stderr)
    for line in lines:
        stream.print(line)


def write(text: str) -> None:
    """Write a document to stdout as it is."""
    sys.stdout.write(text)


class LiveLine:
    """One line on stderr that is written over while work goes on."""

    def __init__(self) -> None:
        self._live = Live(console=console(sys.stderr), transient=True, auto_refresh=False)
        self._shown = False

    def update(self, text: str) -> None:
        if not self._shown:
            self._live.start()
            self._shown = True
        self._live.update(Text(text, style="dim"), refresh=True)

    def clear(self) -> None:
        if self._shown:
            self._live.stop()
            self._shown = False


def live_line() -> LiveLine | None:
    """A live line where stderr is a terminal, else None."""
    return LiveLine() if sys.stderr.isatty() else None
