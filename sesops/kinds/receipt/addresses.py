"""The addresses of what belongs together: a rule set, its rules, and which set is active."""

from __future__ import annotations

from collections.abc import Iterable

from sesops.core.address import Address
from sesops.core.thing import Block, World
from sesops.kinds.receipt.order import Place

ACTIVE = Address("active_receipt_rule_set")


def rule_set(name: str) -> Address:
    return Address("receipt_rule_set", (name,))


def rule(set_name: str, name: str) -> Address:
    return Address("receipt_rule", (set_name, name))


def wanted_rules(world: World, set_name: str) -> tuple[str, ...]:
    """The names of the rules that the spec gives a set, in its order; none where the spec does not list rules.

    A rule that is kept out of this target is in the set's list, but is no wanted thing.
    """
    found = world.wanted(rule_set(set_name))
    names: Iterable[str] = found.fields.get("order") or () if found else ()
    return tuple(name for name in dict.fromkeys(names) if world.wanted(rule(set_name, name)))


def partial_rules(world: World, set_name: str) -> tuple[Place, ...] | None:
    """The rules that the spec has in somebody else's set, in its order; None where the set is not `partial`."""
    found = world.wanted(rule_set(set_name))
    names: Iterable[str] | None = found.fields.get("partial") if found else None
    if names is None:
        return None
    things = ((name, world.wanted(rule(set_name, name))) for name in dict.fromkeys(names))
    return tuple((name, one.fields.get("after")) for name, one in things if one)


def live_rules(world: World, set_name: str) -> tuple[str, ...]:
    """The names of the rules that SES has in a set, in order; none where the set is absent or was not read."""
    live = world.live(rule_set(set_name))
    block = live.blocks.get("order") if live else None
    return tuple(block.raw.get("RuleNames") or ()) if isinstance(block, Block) else ()


def active_set(world: World) -> str | None:
    """The name of the set that is active, as far as it was read."""
    live = world.live(ACTIVE)
    block = live.blocks.get("active") if live else None
    return block.raw.get("Name") if isinstance(block, Block) else None


def foreign_rules(world: World, set_name: str) -> tuple[str, ...]:
    """Rules that are there and not in the spec: somebody else's, or to be deleted in this run."""
    return tuple(name for name in live_rules(world, set_name) if world.wanted(rule(set_name, name)) is None)
