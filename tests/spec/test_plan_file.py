"""A saved plan is held to its contract before anything of it is read."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from sesops import spec
from sesops.spec.plan_file import PlanSchemaError

# A plan that is too long to be kept whole has a line in place of its middle.
PLANS = [
    path
    for path in sorted((Path(__file__).parents[1] / "golden" / "plans").glob("*.json"))
    if not re.search(r"^\[\d+ lines, \w+\]$", path.read_text(encoding="utf-8"), re.M)
]


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_a_plan_of_ours_keeps_to_it(path):
    """Every plan that is shown as an example."""
    spec.check_plan(json.loads(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ((), [], "the document: [] is not of type 'object'"),
        (("format",), 2, "format: "),
        (("targets",), {}, "targets: {} is not of type 'array'"),
        (("targets", 0, "region"), 5, "targets/0/region: 5 is not of type 'string'"),
    ],
)
def test_what_does_not_is_named(path, value, message):
    """With its place, and the value only as far as a line holds it."""
    data = json.loads(PLANS[0].read_text(encoding="utf-8"))
    if path:
        *way, last = path
        inner = data
        for part in way:
            inner = inner[part]
        inner[last] = value
    with pytest.raises(PlanSchemaError) as caught:
        spec.check_plan(data if path else value)
    assert str(caught.value).startswith(message)
    assert len(str(caught.value)) < 300
