"""The kind `active_receipt_rule_set`: the one rule set of the region that receives, or none. It always exists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sesops.core.address import Address
from sesops.core.kind import Build, Facet, Field, Kind, Need, World, Write
from sesops.core.values import Call, Json
from sesops.kinds.receipt import addresses, checks
from sesops.kinds.receipt.reader import read_active


def build(value: Json, _build: Build) -> Mapping[str, Json]:
    """The name of the set, or None for none."""
    return {"name": value}


def activate(write: Write) -> tuple[Call, ...]:
    """The call that switches. SES behaviour: without a name no set is active; an empty name is refused."""
    name = write.after["name"]
    return (Call("ses", "SetActiveReceiptRuleSet", {"RuleSetName": name} if name else {}),)


def needs(write: Write) -> Iterator[Need]:
    """Activation comes last: mail meets a set only once its rules are as the spec has them."""
    name = write.after["name"]
    if name is None:
        return
    yield Need(step=(addresses.rule_set(name), "create"))
    yield Need(step=(addresses.rule_set(name), "order"))
    for rule in addresses.wanted_rules(write.world, name):
        yield Need(step=(addresses.rule(name, rule), "create"))
        yield Need(step=(addresses.rule(name, rule), "rule"))
    for rule in addresses.foreign_rules(write.world, name):
        yield Need(step=(addresses.rule(name, rule), "delete"))


def _switched(before: Json, after: Json, _world: World, _address: Address) -> str | None:
    if before is None:
        return None
    if after is None:
        return f"no rule set receives any more ({before} did): all incoming mail is refused"
    return f"{after} receives instead of {before}: mail that only the rules of {before} match is refused"


KIND = Kind(
    name="active_receipt_rule_set",
    paths=("receipt.active_rule_set",),
    fields=(Field("name", "active", "Name", ref="receipt_rule_set", stops=_switched),),
    facets=(Facet("active", activate, needs=needs),),
    read=read_active,
    build=build,
    check=checks.of_active,
    account_wide=True,
)
