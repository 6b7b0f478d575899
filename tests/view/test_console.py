"""What is printed fits a terminal, and what a reader copies out of it stays whole."""

from __future__ import annotations

import io

import pytest
from rich.console import Console
from rich.text import Text

from sesops.view.console import LiveLine, err, fitted, out, write

ADDRESS = "event_destination/transactional/feedback-of-every-bounce"


def parts(text, width):
    return [part.plain for part in fitted(Text(text), Console(file=io.StringIO(), width=width))]


def test_a_line_that_fits_is_left_alone():
    """Its blanks too."""
    assert parts("    a    b", 40) == ["    a    b"]


def test_what_does_not_fit_is_set_in():
    """Four columns behind the line's own beginning."""
    assert parts("  " + "word " * 9 + "end", 40) == ["  " + "word " * 6 + "word", "      word word end"]


def test_a_mark_stays_with_what_it_marks():
    """However wide that is."""
    assert parts(f"      … {ADDRESS} more", 50) == [f"      … {ADDRESS}", "          more"]


@pytest.mark.parametrize("width", [40, 50])
def test_an_address_is_never_broken(width):
    """Wider than the room, it is left to the terminal, so that it can be copied."""
    lines = parts(f"  + create {ADDRESS}  (sesops.yaml:12)", width)
    assert ADDRESS in [line.strip() for line in lines]


def test_what_nobody_made_safe_is_shown_as_escapes(capsys):
    """Whatever a line is built of: no control sequence, mark of direction or break leaves us raw."""
    out([Text("a\x1b[31m\n\u202eb\ud800", style="bold")])
    err([Text("\x85")])
    said = capsys.readouterr()
    assert said.out == "a\\x1b[31m\\n\\u202eb\\ud800\n"
    assert said.err == "\\x85\n"


def test_nothing_is_a_command_to_a_job(capsys):
    """A runner reads both streams: `::NAME` that begins a line, and `##[` wherever it stands."""
    out([Text("  ::add-mask::e"), Text("a ##[set-output name=x]y"), Text("## a"), Text("::1/128"), Text("a ::b::")])
    err([Text("::error file=x::y")])
    write("a\n\t::set-env name=x::y\n##[add-matcher]x")
    said = capsys.readouterr()
    shown = ["  \\x3a:add-mask::e", "a \\x23#[set-output name=x]y", "## a", "::1/128", "a ::b::"]
    assert said.out.splitlines() == [*shown, "a", "\\t::set-env name=x::y", "\\x23#[add-matcher]x"]
    assert said.err == "\\x3a:error file=x::y\n"


def test_the_live_line_shows_escapes_too():
    """A name of SES's may be in it."""
    stream = io.StringIO()
    LiveLine(stream, lambda: 80).update("a\x1b[2Jb")
    assert stream.getvalue() == "\r\x1b[2Ka\\x1b[2Jb"
