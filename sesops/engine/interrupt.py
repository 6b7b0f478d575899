"""Ctrl-C while something is being written: the first asks for an orderly end, the second means it. A pipeline that is
cancelled says SIGTERM instead.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def on_interrupt(first: Callable[[], None]) -> Iterator[None]:
    """Inside, the first SIGINT calls `first` (in a signal handler: it must be reentrant), any later one raises.

    Where somebody handles SIGINT already, or this is not the main thread, nothing is changed.

    Raises:
        KeyboardInterrupt: from wherever the main thread is at the second SIGINT.

    """
    ours = threading.current_thread() is threading.main_thread()
    if not ours or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return

    def handle(_number: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        first()

    signal.signal(signal.SIGINT, handle)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@contextmanager
def terminable() -> Iterator[None]:
    """Inside, SIGTERM is what Ctrl-C is, so that what was begun is ended in order; and SIGHUP, unless it is ignored (as
    by nohup). Not the main thread: no change.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def heard(_number: int, _frame: FrameType | None) -> None:
        # A shell starts what runs in the background deaf to Ctrl-C, and this is more than that.
        if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
            raise KeyboardInterrupt
        signal.raise_signal(signal.SIGINT)

    every = (signal.SIGTERM, *((signal.SIGHUP,) if hasattr(signal, "SIGHUP") else ()))
    before = {one: signal.signal(one, heard) for one in every if signal.getsignal(one) is not signal.SIG_IGN}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
