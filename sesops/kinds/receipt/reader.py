"""The reader of rule sets, their rules and the active set: one describe a set, shared by sets and rules."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping

from sesops.core.address import Address
from sesops.core.thing import Block, Live, Reading, Unread, Wants
from sesops.core.values import Answer, Call, Json, Program, Refusal, Refused, Reply, Scope
from sesops.kinds._shared import names_in, unread, within
from sesops.kinds.receipt import addresses

DESCRIBE_ACTIVE = Call("ses", "DescribeActiveReceiptRuleSet")


def describe(set_name: str) -> Call:
    """The call that gives a set with all its rules in order (SES behaviour: never paged)."""
    return Call("ses", "DescribeReceiptRuleSet", {"RuleSetName": set_name})


def rule_names(answer: Mapping[str, Json]) -> list[str]:
    """The names of the rules in the answer of a describe, in SES's order."""
    return [rule["Name"] for rule in answer.get("Rules") or ()]


def rule_set_names(_scope: Scope) -> Program:
    """The names of all rule sets."""
    sets = Call("ses", "ListReceiptRuleSets")
    return names_in(sets, lambda value: (one["Name"] for one in value.get("RuleSets") or ()))


def read_rule_sets(wants: Wants, _scope: Scope) -> Program:
    """Read rule sets. Where the order is asked for the spec lists the rules, so all that are there go into `extra`."""
    described = yield from _described(name for (name,) in wants)
    things: dict[Address, Live | Unread | None] = {}
    extra: list[Live] = []
    for (name,), asked in wants.items():
        address, answer = addresses.rule_set(name), described[name]
        if isinstance(answer, Refusal):
            things[address] = _missing(answer, describe(name))
            continue
        things[address] = Live(address, {"order": Block({"RuleNames": rule_names(answer.value)})})
        if "order" in asked:
            extra.extend(_rules(name, answer).values())
    return Reading(things, tuple(extra))


def read_rules(wants: Wants, _scope: Scope) -> Program:
    """Read rules, each set once; all of a set where they are asked for."""
    described = yield from _described(name[0] for name in wants)
    things: dict[Address, Live | Unread | None] = {}
    extra: list[Live] = []
    for set_name, answer in described.items():
        found = {} if isinstance(answer, Refusal) else _rules(set_name, answer)
        gone = _missing(answer, describe(set_name)) if isinstance(answer, Refusal) else None
        for name in (one for one in wants if one[0] == set_name):
            address = Address("receipt_rule", name)
            things[address] = found.get(address, gone)
            if address in found and "after" in wants[name]:
                ahead = [one.last for one in list(found)[: list(found).index(address)]]
                things[address] = Live(address, {**found[address].blocks, "place": Block({"Behind": ahead})})
        if (set_name,) in wants:
            extra.extend(one for address, one in found.items() if address not in things)
    return Reading(things, tuple(extra))


def read_active(_wants: Wants, _scope: Scope) -> Program:
    """Read which set is active. SES behaviour: an empty answer, and no error, where none is."""
    (answer,) = yield (DESCRIBE_ACTIVE,)
    if isinstance(answer, Refusal):
        return Reading({addresses.ACTIVE: unread(answer, DESCRIBE_ACTIVE)})
    name = (answer.value.get("Metadata") or {}).get("Name")
    block = Block({"Name": name} if name else {})
    return Reading({addresses.ACTIVE: Live(addresses.ACTIVE, {"active": block})})


def _described(names: Iterable[str]) -> Generator[tuple[Call, ...], tuple[Answer, ...], dict[str, Answer]]:
    """Describe each set once, all of them side by side."""
    distinct = sorted(set(names))
    answers = yield tuple(describe(name) for name in distinct)
    return dict(zip(distinct, answers, strict=True))


def _missing(refusal: Refusal, call: Call) -> Unread | None:
    """None where the set does not exist (nor does any rule of it), else why nothing is known."""
    return None if refusal.why is Refused.MISSING else unread(refusal, call)


def _rules(set_name: str, answer: Reply) -> dict[Address, Live]:
    """Every rule of a described set, each block as SES gave it."""
    found = {}
    for index, rule in enumerate(answer.value.get("Rules") or ()):
        address = addresses.rule(set_name, rule["Name"])
        found[address] = Live(address, {"rule": Block(rule, within(answer.unknown, f"Rules.{index}"))})
    return found
