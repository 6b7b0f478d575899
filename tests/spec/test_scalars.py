"""Scalars are read as YAML 1.2's core schema says, which is what editors do."""

from __future__ import annotations

import pytest

from sesops.spec.nodes import EMPTY
from sesops.spec.scalars import ScalarError, resolve

CORE = "tag:yaml.org,2002:"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("12", 12),
        ("-7", -7),
        ("0o17", 15),
        ("0x1F", 31),
        ("0777", 777),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("1.", 1.0),
        ("", EMPTY),
    ],
)
def test_what_the_core_schema_knows_has_a_type(text, value):
    """Booleans, null, decimal, octal and hexadecimal numbers, floats, and nothing at all."""
    assert value == resolve(text)
    assert type(value) is type(resolve(text))


@pytest.mark.parametrize(
    "text", ["yes", "No", "on", "12:30", "2026-12-31", "1_000", "0b1", "+", "-", ".", "tRue", "<<"]
)
def test_what_only_yaml_1_1_knew_is_text(text):
    """No `yes`, sexagesimal, date, binary or underscore."""
    assert text == resolve(text)


def test_quoted_text_is_text():
    """Quotes take a value's type away."""
    assert resolve("true", is_plain=False) == "true"


@pytest.mark.parametrize("text", [".inf", "-.INF", ".nan", "1e999", "9" * 301])
def test_a_number_that_json_cannot_hold_is_refused(text):
    """Infinity, no number, and numbers too large for anything."""
    with pytest.raises(ScalarError):
        resolve(text)


def test_a_whole_number_that_no_float_holds_is_refused():
    with pytest.raises(ScalarError):
        resolve("0x" + "F" * 298, "tag:yaml.org,2002:float")


def test_tags_of_the_core_schema_are_obeyed():
    """`!!str 12` is text, `!!float 12` a float; `!` is text."""
    assert resolve("12", f"{CORE}str") == "12"
    assert resolve("12", "!") == "12"
    assert resolve("12", f"{CORE}float") == 12.0
    assert resolve("12", f"{CORE}int") == 12
    assert resolve("true", f"{CORE}bool") is True
    assert resolve("", f"{CORE}null") is None


@pytest.mark.parametrize(("text", "tag"), [("x", f"{CORE}int"), ("true", f"{CORE}int"), ("x", "!Ref"), ("x", "!!py")])
def test_a_tag_that_does_not_fit_or_is_unknown_is_refused(text, tag):
    """The text has to be of the tag's type, and the tag one that means something."""
    with pytest.raises(ScalarError):
        resolve(text, tag)
