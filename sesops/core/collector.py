"""The collector of cycles, kept away where ten thousand things are made that have none."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_MANY = 500_000
"""Objects of which looking through them takes a tenth of a second."""


@contextmanager
def paused() -> Iterator[None]:
    """Without it: looking through millions of nodes and steps, again and again, takes up to half of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            if gc.get_count()[0] > _MANY and not gc.get_freeze_count():
                # All that was made counts as old now: else the next allocation would look through it as new. Old things
                # are seldom looked through again, so a process that makes small plans on and on does without.
                gc.freeze()
                gc.unfreeze()
            gc.enable()
