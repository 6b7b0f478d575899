"""An export of what is live on a bench, as `sesops export` makes it."""

from __future__ import annotations

from typing import Any

from support import gate
from support.bench import Bench

from sesops.engine.inventory import take_inventory
from sesops.spec.export import Export, export


def exported(bench: Bench, *, stack: str = "acme", lists: tuple[str, ...] = (), **wish: Any) -> Export:
    """Read everything, with no more rights than `sesops iam-policy --for plan` gives, and write it as a spec."""
    desk = bench.desk(stack)
    with bench.behind(gate.to_read(desk.registry, desk.scope), desk) as gated:
        inventory = take_inventory(desk.registry, desk.scope, gated.gateway, desk.listener, lists=lists)
    return export(desk.registry, desk.scope, inventory, desk.today, **wish)
