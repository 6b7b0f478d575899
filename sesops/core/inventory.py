"""All that is live in one place, as far as it may be read: what an export is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sesops.core.address import Address
from sesops.core.live import LiveState
from sesops.core.plan import STACK_TAG
from sesops.core.thing import Block, Live, Unread


@dataclass(frozen=True)
class Inventory:
    """`state` has every thing that was found, and what they refer to. `unlisted`: of which kind, or of which kind in
    which thing, nobody knows what there is. `lists` are the lines of what is too long for a spec.
    """

    state: LiveState
    unlisted: Mapping[tuple[str, Address | None], Unread] = field(default_factory=dict)
    lists: Mapping[Address, tuple[str, ...]] = field(default_factory=dict)


def owner(live: Live) -> str | None:
    """Whose a thing is by the tag that was read with it; None without one."""
    tags = live.blocks.get("tags")
    return tags.raw.get(STACK_TAG) if isinstance(tags, Block) else None
