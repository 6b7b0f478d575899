"""The bench does what the commands do."""

from __future__ import annotations

from pathlib import Path

import yaml
from support.bench import Bench

QUICKSTART = Path(__file__).parents[2] / "examples" / "quickstart" / "sesops.yaml"


def test_the_quickstart_is_applied_and_found_clean(tmp_path):
    """Apply, plan: nothing."""
    bench = Bench(tmp_path)
    document = yaml.safe_load(QUICKSTART.read_text())
    assert bench.apply(document).all_done
    bench.assert_clean(document)
