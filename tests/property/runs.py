"""How many examples a property gets: the same few in every run, or, under `-m long`, many that differ each time.

Only the long runs shrink what they find: a state is large, and that takes minutes.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, settings

DEPTHS = (1, pytest.param(10, marks=pytest.mark.long))


def runs(depth: int, examples: int) -> settings:
    """`examples` at depth 1; the settings are said here in full, whatever profile is loaded."""
    return settings(
        max_examples=depth * examples,
        derandomize=depth == 1,
        database=None,
        deadline=None,
        phases=(Phase.generate,) if depth == 1 else (Phase.generate, Phase.shrink),
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    )
