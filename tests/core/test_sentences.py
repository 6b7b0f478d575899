"""Words that sentences share."""

from __future__ import annotations

from sesops.core.sentences import FEW, listed


def test_the_first_few_are_named_and_the_rest_counted():
    assert listed([]) == ""
    assert listed(range(FEW)) == "0, 1, 2, 3, 4"
    assert listed(range(2_000), 2) == "0, 1 and 1,998 more"
