"""The kind `active_receipt_rule_set`: the one rule set of the region that receives, or none. It always exists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sesops.core.address import Address
from sesops.core.diagnostic import Diagnostic, Severity
from sesops.core.kind import Build, Facet, Field, Kind, Need, Write, unsaid
from sesops.core.thing import Live, Wanted, World
from sesops.core.values import Call, Json, Ref
from sesops.kinds.receipt import addresses, checks
from sesops.kinds.receipt.reader import read_active


def build(value: Json, _build: Build) -> Mapping[str, Json]:
    """The name of the set, or None for none; with `unless_active` it is for where none is active."""
    if not isinstance(value, Mapping):
        return {"name": value}
    return {"name": value["name"], **({"unless_active": True} if value.get("unless_active") else {})}


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


def asks(wanted: Wanted) -> Iterator[tuple[Address, str]]:
    """Whether the set is there: another team's is not made by us. (A field is what is asked for; this one brings no
    rules with it.)
    """
    name = wanted.fields.get("name")
    if name is not None:
        yield addresses.rule_set(name.name if isinstance(name, Ref) else name), "partial"


def judge(wanted: Wanted, live: Live | None, world: World) -> Iterator[Diagnostic]:
    """That another set is active, where that is as good; that somebody else's set is not there."""
    active, name = addresses.active_set(world), wanted.fields.get("name")
    if name and world.wanted(addresses.rule_set(name)) is None and world.absent(addresses.rule_set(name)):
        text = f"rule set {name} is somebody else's (`external`), and it is not there"
        hint = "correct the name, or ask its owner to make it"
        yield Diagnostic("no-such-rule-set", text, wanted.places.get("name", wanted.place), hint)
    if live is not None and "unless_active" in wanted.fields and active not in (None, name):
        text = f"rule set {active} is active and stays so; {name} is for where none is (`unless_active`)"
        place = wanted.places.get("unless_active", wanted.place)
        yield Diagnostic("other-set-active", text, place, severity=Severity.NOTE)


def _chosen(live: Json, after: Json, world: World, address: Address) -> Json:
    """(the active set, the one in the spec) -> the one to be active."""
    wanted = world.wanted(address)
    stays = live is not None and wanted is not None and "unless_active" in wanted.fields
    return live if stays else after


def _switched(before: Json, after: Json, _world: World, _address: Address) -> str | None:
    if before is None:
        return None
    if after is None:
        return f"no rule set receives any more ({before} did): all incoming mail is refused"
    return f"{after} receives instead of {before}: mail that only the rules of {before} match is refused"


KIND = Kind(
    name="active_receipt_rule_set",
    paths=("receipt.active_rule_set",),
    fields=(
        Field("name", "active", "Name", ref="receipt_rule_set", merge=_chosen, stops=_switched),
        # Nothing of SES: it says how the name is meant.
        Field("unless_active", "active", "UnlessActive", nullable=False, merge=lambda live, *_: live, exported=unsaid),
    ),
    facets=(Facet("active", activate, needs=needs),),
    read=read_active,
    build=build,
    written=lambda nested: nested.get("name"),
    check=checks.of_active,
    judge=judge,
    account_wide=True,
    asks=asks,
)
