"""The bench does what the commands do."""

from __future__ import annotations

from pathlib import Path

import yaml
from support.bench import Bench, described

QUICKSTART = Path(__file__).parents[2] / "examples" / "quickstart" / "sesops.yaml"


def test_the_quickstart_is_applied_and_found_clean(tmp_path):
    """Apply, plan: nothing."""
    bench = Bench(tmp_path)
    text = QUICKSTART.read_text()
    stack = yaml.safe_load(text)["stack"]
    bench.apply(text, stack=stack)
    assert described(bench.plan(text, stack=stack).changes) == []
