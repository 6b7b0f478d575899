"""Hostile input: whatever comes in, a command ends with a code of the table, in a sentence that a terminal can show."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fuzz.harnesses import HARNESSES
from fuzz.room import Room, opened
from hypothesis import given
from property.runs import DEPTHS, runs


@pytest.fixture(scope="module")
def room() -> Iterator[Room]:
    with opened() as made:
        yield made


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("name", HARNESSES)
def test_whatever_comes_in(room, name, depth):
    """See `fuzz.room` for what holds."""
    harness = HARNESSES[name]

    @runs(depth, harness.quick)
    @given(harness.drawn)
    def holds(drawn):
        harness.check(room, drawn)

    holds()
