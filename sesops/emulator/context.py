"""What an operation is given, and how it says no."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from sesops.emulator.dns import View
from sesops.emulator.exchange import ServiceError
from sesops.emulator.settings import Settings
from sesops.emulator.store import Store

if TYPE_CHECKING:
    from sesops.emulator.neighbours import Neighbours

__all__ = ["Context", "ServiceError"]


@dataclass(frozen=True)
class Context:
    """One request's account, region and time, and the state it may read and write."""

    account: str
    region: str
    partition: str
    now: datetime
    """Time by the emulator's clock, UTC aware."""
    store: Store
    """Bound to account and region, inside the request's transaction."""
    neighbours: Neighbours
    settings: Settings
    dns: View = field(default_factory=View)
    """The DNS that SES looks into."""

    def arn(self, resource: str) -> str:
        """The ARN of an SES resource, such as `identity/example.com`."""
        return f"arn:{self.partition}:ses:{self.region}:{self.account}:{resource}"
