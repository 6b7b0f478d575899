"""The kind `receipt_rule_set`: a named set of rules. Its one field is their order, which the spec has as a list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sesops.core.address import Address
from sesops.core.diagnostic import Diagnostic
from sesops.core.kind import Build, Facet, Field, Kind, Need, Write, unsaid
from sesops.core.sentences import MANY, listed
from sesops.core.thing import Live, Wanted, World
from sesops.core.values import Call, Json, Program, Refusal, Scope
from sesops.kinds.receipt import addresses, checks
from sesops.kinds.receipt.order import arranged, describe_moves, moved, places_changed, with_created
from sesops.kinds.receipt.reader import describe, read_rule_sets, rule_names, rule_set_names


def build(value: Json, _build: Build) -> Mapping[str, Json]:
    """A rule set of the spec, its rules with it -> their order; a set without `rules` leaves the order alone.

    Of somebody else's set (`partial`) the order is not ours: there it is only the names of our rules.
    """
    if value.get("partial"):
        return {"partial": [rule["name"] for rule in value.get("rules", ())]}
    return {"order": [rule["name"] for rule in value["rules"]]} if "rules" in value else {}


def judge(wanted: Wanted, live: Live | None, _world: World) -> Iterator[Diagnostic]:
    """Somebody else's set has to be there: it is never made by us."""
    if live is None and "partial" in wanted.fields:
        message = f"rule set {wanted.address.last} is somebody else's (`partial`), and it is not there"
        hint = "correct the name, or ask its owner to make it; without `partial` the set is yours, and is made"
        yield Diagnostic("no-such-rule-set", message, wanted.place, hint)


def create(address: Address, _scope: Scope, _writes: Mapping[str, Write]) -> Call:
    return Call("ses", "CreateReceiptRuleSet", {"RuleSetName": address.last})


def delete(address: Address, _scope: Scope) -> tuple[Call, ...]:
    """The call that deletes a set with its rules (SES behaviour: refused while the set is active)."""
    return (Call("ses", "DeleteReceiptRuleSet", {"RuleSetName": address.last}),)


def merge(live: Json, _wanted: Json, world: World, address: Address) -> Json:
    """(order on SES, order in the spec) -> the order after the moves, new rules included; no move, no change.

    A new set has no order to put right: it is the one in which its rules are made.
    """
    if live is None:
        return None
    names = addresses.wanted_rules(world, address.last)
    before = with_created(live, names)
    return list(arranged(before, names)) if moved(before, names) else live


def moves(write: Write) -> tuple[Call, ...]:
    """The forecast: the calls that put right the order as it was read, once this run's new rules are there."""
    names = addresses.wanted_rules(write.world, write.address.last)
    return _calls(write.address.last, with_created(write.before.get("order") or (), names), names)


def move(write: Write) -> Program:
    """Read the order as it is now (foreign rules come and go, creates may have failed) and put that right."""
    set_name = write.address.last
    (answer,) = yield (describe(set_name),)
    if isinstance(answer, Refusal):
        return answer
    names = addresses.wanted_rules(write.world, set_name)
    calls = _calls(set_name, rule_names(answer.value), names)
    if not calls:
        return None
    answers = yield calls
    return next((one for one in answers if isinstance(one, Refusal)), None)


def either(write: Write) -> Iterator[Call]:
    """One rule is moved, or several: which of the two shows only when the order is read."""
    if "order" in write.changed:
        yield from _calls(write.address.last, ("a", "b"), ("b", "a"))
        yield from _calls(write.address.last, ("a", "b", "c"), ("c", "b", "a"))


def needs(write: Write) -> Iterator[Need]:
    """The order comes after all creates and deletes of rules in the set."""
    set_name = write.address.last
    for name in addresses.wanted_rules(write.world, set_name):
        yield Need(step=(addresses.rule(set_name, name), "create"))
    for name in addresses.foreign_rules(write.world, set_name):
        yield Need(step=(addresses.rule(set_name, name), "delete"))


def delete_stops(live: Live | None, world: World) -> str | None:
    if live is None:
        return None
    name = live.address.last
    count = len(addresses.live_rules(world, name))
    gone = f"rule set {name} is deleted with its {count} rule{'' if count == 1 else 's'}"
    if name == addresses.active_set(world):
        return f"{gone}; it is the active one, which SES deletes only once another set, or none, is active"
    return gone


def _calls(set_name: str, current: Sequence[str], names: Sequence[str]) -> tuple[Call, ...]:
    """None, one SetReceiptRulePosition, or, where several rules move, one ReorderReceiptRuleSet with every name."""
    moving = moved(current, names)
    order = arranged(current, names)
    if not moving:
        return ()
    if len(moving) > 1:
        return (Call("ses", "ReorderReceiptRuleSet", {"RuleSetName": set_name, "RuleNames": list(order)}),)
    [name] = moving
    index = order.index(name)
    after = {"After": order[index - 1]} if index else {}
    return (Call("ses", "SetReceiptRulePosition", {"RuleSetName": set_name, "RuleName": name, **after}),)


def _reordered(before: Json, after: Json, _world: World, address: Address) -> str | None:
    said = describe_moves(before, after)
    return f"mail meets the rules of {address.last} in another order: {listed(said, MANY)}" if said else None


KIND = Kind(
    name="receipt_rule_set",
    paths=("receipt.rule_sets.*",),
    fields=(
        Field(
            "order",
            "order",
            "RuleNames",
            default=[],
            nullable=False,
            # The list of the rules is the order.
            exported=unsaid,
            merge=merge,
            stops=_reordered,
            describe=lambda before, after, _compare: places_changed(before, after),
        ),
        # Nothing of SES: it says whose the set is, and the rules that are ours in it.
        Field("partial", "order", "Partial", nullable=False, merge=lambda live, *_: live, exported=unsaid),
    ),
    facets=(Facet("order", moves, needs=needs, program=move, later=either),),
    read=read_rule_sets,
    inventory=rule_set_names,
    create=create,
    delete=delete,
    build=build,
    check=checks.of_rule_set,
    judge=judge,
    delete_stops=delete_stops,
    account_wide=True,
    is_ours=lambda wanted: "partial" not in wanted.fields,
)
