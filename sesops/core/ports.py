"""What the engine needs of the outside: somebody who makes calls, and somebody who hears of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from sesops.core.events import Event
from sesops.core.values import Answer, Call, Refusal, Secret


class Gateway(Protocol):
    """Makes calls in one account and region. Safe to use from several threads.

    It follows every page of a listing and joins them, unless a call asks for one page; it paces each operation, retries
    throttling and transient errors, and turns refusals into values: it raises only for errors in the program. A
    `Secret` in a call's parameters is opened as the call is made, and is in nothing that comes back.
    """

    def call(self, call: Call) -> Answer:
        """Make one call and return its answer."""

    def seconds(self, calls: tuple[Call, ...]) -> float:
        """How long these take at the documented rates (0 where there is no pacing)."""

    def counts(self) -> tuple[tuple[str, int], ...]:
        """Wire calls made so far, each page counted: ("sesv2:ListEmailIdentities", 3), sorted."""


class Vault(Protocol):
    """Opens secrets; the text is the caller's to keep to itself."""

    def open(self, secret: Secret) -> str | Refusal:
        """What a secret holds, brought to its form, or why it cannot be had. A refusal holds nothing of it."""


Listener = Callable[[Event], None]
"""Hears events; called from several threads, so it must be quick and safe."""
