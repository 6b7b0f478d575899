"""Values as YAML, as every reader takes them: what is written comes back equal, whatever it holds."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from view.readers import JOB

from sesops.spec.compose import compose
from sesops.spec.export.text import plain as escaped
from sesops.spec.findings import Findings
from sesops.spec.interpolate import Variables
from sesops.spec.nodes import Scalar, Source, plain
from sesops.spec.yaml_text import dumped
from sesops.view import console

ODD = (
    *(
        "yes",
        "No",
        "on",
        "null",
        "~",
        "",
        " ",
        "true",
        "0x1",
        "0o17",
        "017",
        "1e3",
        "1.0",
        ".inf",
        "12:30",
        "2026-12-31",
    ),
    *(
        "<<",
        "=",
        "*",
        "&a",
        "!b",
        "- x",
        "? y",
        "a: b",
        "a #b",
        "%",
        "@",
        "`",
        "|",
        ">",
        "{",
        "}",
        "[",
        "]",
        ",",
        "'",
        '"',
    ),
    *(
        "${name}",
        "$${name}",
        "$$${name}",
        "${ name }",
        "${aws:username}",
        "$",
        "$$",
        "${",
        "$${",
        "{}",
        "keep",
        "---",
        "...",
    ),
    *(
        "\0",
        "\x1b[2J",
        "\x7f",
        "\x85",
        "\u2028",
        "\u202e",
        "\ufeff",
        "\U0001f4e7",
        "é",
        "a\nb",
        "a\r\nb",
        "\n",
        "\t",
        " a ",
        "a  b",
    ),
    *("x" * 10_000, "x " * 5_000, "é" * 200, "${name}" * 100, "\\", "\\n", '\\"'),
)
TEXTS = st.sampled_from(ODD) | st.text() | st.text("${}nam e:#'\"\\\n", max_size=20)
SCALARS = TEXTS | st.none() | st.booleans() | st.integers(-(10**20), 10**20)
KEYS = TEXTS.filter(lambda text: text not in ("", "<<"))
"""A key of nothing, or one that once meant a merge, is refused."""
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


def read_back(text):
    """A text as a spec's own reader takes it, variables put in."""
    findings = Findings()
    root = compose(Source("spec", Path("spec"), text), findings)
    value = Variables({"name": Scalar("WRONG", "WRONG", root.at)}, {}, {}, {}).node(root, None, findings)
    assert [one.message for one in findings.all] == []
    return plain(value)


@given(VALUES)
@example(list(ODD))
@example({key: key for key in ODD if key not in ("", "<<")})
def test_a_spec_reads_what_was_written(value):
    """Through `${…}` too, once it is escaped."""
    assert read_back(dumped(escaped({"value": value}))) == {"value": value}


@given(VALUES)
@example(list(ODD))
def test_so_does_a_reader_of_the_older_yaml(value):
    """Which takes `yes` for a boolean and 12:30 for a number."""
    assert yaml.safe_load(dumped({"value": value})) == {"value": value}


@pytest.mark.parametrize("text", ["\u202etxt.exe", "\0", "\x1b[2J", "a\u2028b", "\ufeff"])
def test_what_cannot_be_seen_is_written_as_what_it_is(text):
    """So that a reviewer sees it, and no terminal obeys it."""
    shown = dumped({"value": f"é{text}"})
    assert shown.isascii()
    assert shown.removesuffix("\n").isprintable()


@pytest.mark.parametrize("text", ["##[set-output name=x]y", "a ###[x]", "::add-mask::x", f"{'a ' * 90}::error::x"])
def test_what_a_job_would_obey_is_printed_as_text_and_comes_back(text, capsys):
    """Its escape is one of YAML's."""
    console.write(dumped({text: [text]}))
    printed = capsys.readouterr().out
    assert not JOB.search(printed)
    assert yaml.safe_load(printed) == {text: [text]}


def test_what_can_be_seen_is_written_as_it_is():
    """Without quotes where none are needed."""
    assert dumped({"name": "Zoë 📧"}) == "name: Zoë 📧\n"
    assert dumped({"a": ["x", "1"], "b": {}, "c": {"d": {"e": True}}}) == 'a: [x, "1"]\nb: {}\nc:\n  d: {e: true}\n'
