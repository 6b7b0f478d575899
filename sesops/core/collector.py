"""The collector of cycles, kept away where ten thousand things are made that have none."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused() -> Iterator[None]:
    """Without it: looking through millions of nodes and steps, again and again, takes up to half of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            if not gc.get_freeze_count():
                # All that was made counts as old now: else the next allocation would look through it as new.
                gc.freeze()
                gc.unfreeze()
            gc.enable()
