"""The kind `receipt_rule`: what happens to mail for some recipients.

SES has one block for the whole rule, which UpdateReceiptRule replaces in place (what is left out falls back to its
default) and CreateReceiptRule makes: behind the rule that `After` names, without it in front of all others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from sesops.core.address import Address
from sesops.core.diagnostic import Diagnostic
from sesops.core.kind import Build, Compare, Facet, Field, Kind, Need, Write, always_said, unsaid
from sesops.core.sentences import MANY, listed
from sesops.core.thing import Block, Condition, Live, Wanted, World
from sesops.core.values import Call, Json, Program, Refusal, Scope
from sesops.kinds.receipt import actions, addresses, checks, recipients
from sesops.kinds.receipt.order import Settled, settled
from sesops.kinds.receipt.reader import describe, read_rules, rule_names

_WIRE_TLS = {"REQUIRE": "Require", "OPTIONAL": "Optional"}
_SPEC_TLS = {wire: spec for spec, wire in _WIRE_TLS.items()}


def build(value: Json, build: Build) -> Mapping[str, Json]:
    """A rule of the spec -> its fields; the name is in the address. Recipients that match nothing are reported."""
    said = {one.path: value[one.path] for one in FIELDS if one.path in value}
    if "recipients" in said:
        recipients.report_faults(said["recipients"], build)
        said["recipients"] = recipients.normal(said["recipients"])
    if said.get("actions") is not None:
        said["actions"] = [actions.normal(one) for one in said["actions"]]
    return said


def create(address: Address, _scope: Scope, writes: Mapping[str, Write]) -> Call:
    """The call that makes a rule behind its predecessor in the spec, or where it belongs in somebody else's set."""
    write = writes["rule"]
    is_foreign = addresses.partial_rules(write.world, address.name[0]) is not None
    return _create(write, _ahead(address, write.world) if is_foreign else write.previous)


def create_program(address: Address, _scope: Scope, writes: Mapping[str, Write]) -> Callable[[], Program] | None:
    """Where a rule goes to the end of somebody else's set: that is looked up when it is made, rules come and go."""
    write = writes["rule"]
    ours = dict(addresses.partial_rules(write.world, address.name[0]) or ())
    return (lambda: _append(write)) if address.last in ours and ours[address.last] is None else None


def _append(write: Write) -> Program:
    set_name, _ = write.address.name
    (answer,) = yield (describe(set_name),)
    if isinstance(answer, Refusal):
        return answer
    (answer,) = yield (_create(write, next(reversed(rule_names(answer.value)), None)),)
    return answer if isinstance(answer, Refusal) else None


def _create(write: Write, ahead: str | None) -> Call:
    set_name, _ = write.address.name
    after = {"After": ahead} if ahead else {}
    return Call("ses", "CreateReceiptRule", {"RuleSetName": set_name, **after, "Rule": _rule(write)})


def _ahead(address: Address, world: World) -> str | None:
    """The rule that a new one stands directly behind in somebody else's set."""
    return _settled(world, address.name[0]).ahead.get(address.last)


def _settled(world: World, set_name: str) -> Settled:
    return settled(addresses.live_rules(world, set_name), addresses.partial_rules(world, set_name) or ())


def update(write: Write) -> tuple[Call, ...]:
    """The call that replaces a rule in place."""
    set_name, _ = write.address.name
    return (Call("ses", "UpdateReceiptRule", {"RuleSetName": set_name, "Rule": _rule(write)}),)


def delete(address: Address, _scope: Scope) -> tuple[Call, ...]:
    set_name, name = address.name
    return (Call("ses", "DeleteReceiptRule", {"RuleSetName": set_name, "RuleName": name}),)


def create_needs(wanted: Wanted, world: World) -> Iterator[Need]:
    """A new rule comes behind its predecessor, which has to be there; and after the deletes in its set."""
    set_name, _ = wanted.address.name
    if addresses.partial_rules(world, set_name) is None:
        if wanted.previous:
            yield Need(step=(addresses.rule(set_name, wanted.previous), "create"))
    elif before := _ahead(wanted.address, world):
        yield from _standing_there(addresses.rule(set_name, before))
    for name in addresses.foreign_rules(world, set_name):
        yield Need(step=(addresses.rule(set_name, name), "delete"))


def needs(write: Write) -> Iterator[Need]:
    """The sender of each bounce that the spec asks for has to be verified: SES checks it at every write of the rule."""
    wanted = write.world.wanted(write.address)
    for sender in watches(wanted) if wanted else ():
        text = f"SES takes {sender} as the sender of a bounce once it is verified"
        yield Need(condition=Condition(sender, text, f"verify {sender} or its domain; the next run goes on"))


def watches(wanted: Wanted) -> Iterable[str]:
    return tuple(dict.fromkeys(actions.senders(wanted.fields.get("actions") or ())))


def move(write: Write) -> tuple[Call, ...]:
    """The call that puts a rule of ours in somebody else's set behind the one that it comes behind. A new one is made
    there, and one that stands somewhere behind it stays.
    """
    set_name, name = write.address.name
    after = write.after["after"]
    if write.creating or not isinstance(after, str):
        return ()
    params = {"RuleSetName": set_name, "RuleName": name, "After": after}
    return (Call("ses", "SetReceiptRulePosition", params),)


def move_needs(write: Write) -> Iterator[Need]:
    """What it goes behind has its own place first."""
    after = write.after["after"]
    if isinstance(after, str):
        yield from _standing_there(addresses.rule(write.address.name[0], after))


def _standing_there(rule: Address) -> Iterator[Need]:
    yield Need(step=(rule, "create"))
    yield Need(step=(rule, "place"))


def _place(live: Json, after: Json, world: World, address: Address) -> Json:
    """(the rules that it stands behind, the one to stand behind) -> the former where the latter is among them."""
    set_name, name = address.name
    stays = name not in _settled(world, set_name).moved
    return live if live is not None and after in live and stays else after


def judge(wanted: Wanted, _live: Live | None, world: World) -> Iterator[Diagnostic]:
    """What a rule comes behind has to be there, or be made in this run."""
    set_name, _ = wanted.address.name
    after = wanted.fields.get("after")
    there = addresses.live_rules(world, set_name)
    if after is None or world.live(addresses.rule_set(set_name)) is None:
        return
    if after not in there and world.wanted(addresses.rule(set_name, after)) is None:
        message = f"{wanted.address} comes behind rule {after}, and {set_name} has no such rule"
        hint = f"it has {', '.join(there)}" if there else "it has no rules; without `after` the rule goes to the end"
        yield Diagnostic("no-such-rule", message, wanted.places.get("after", wanted.place), hint)


def delete_stops(live: Live | None, _world: World) -> str | None:
    if live is None:
        return None
    set_name, name = live.address.name
    return f"rule {name} of {set_name} no longer handles mail for {_audience(live)}"


def _audience(live: Live) -> str:
    block = live.blocks.get("rule")
    if not isinstance(block, Block):
        return "its recipients"
    named = recipients.decode(block.raw.get("Recipients") or ())
    return "everybody" if named == recipients.EVERYBODY else ", ".join(named)


def _rule(write: Write) -> dict[str, Any]:
    _, name = write.address.name
    rule = {**write.block, "Name": name}
    live = write.world.live(write.address)
    block = live.blocks.get("rule") if live else None
    if isinstance(block, Block) and "Actions" in rule:
        rule["Actions"] = actions.kept(block.raw.get("Actions") or (), rule["Actions"])
    return rule


def _moved(before: Json, after: Json, _world: World, address: Address) -> str | None:
    return f"mail meets {_named(address)} later: it stands {_standing(before)}, and moves behind {after}"


def _standing(ahead: Json) -> str:
    return f"behind {ahead[-1]}" if ahead else "in front of all others"


def _disabled(before: Json, after: Json, _world: World, address: Address) -> str | None:
    return f"{_named(address)} is skipped while it is disabled" if before and not after else None


def _fewer_recipients(before: Json, after: Json, _world: World, address: Address) -> str | None:
    dropped = recipients.dropped(before, after)
    return f"{_named(address)} no longer handles mail for {listed(dropped, MANY)}" if dropped else None


def _tls_required(before: Json, after: Json, _world: World, address: Address) -> str | None:
    required = after == "REQUIRE" and before != "REQUIRE"
    return f"senders without TLS are refused for the recipients of {_named(address)}" if required else None


def _tested(_before: Json, _after: Json, world: World, address: Address) -> str | None:
    """SES tests all targets of a rule again, whatever of the rule is written."""
    wanted, live = world.wanted(address), world.live(address)
    block = live.blocks.get("rule") if live else None
    if wanted is not None and "actions" in wanted.fields:
        said = wanted.fields["actions"] or ()
    else:
        said = actions.decode_all(block.raw.get("Actions") or ()) if isinstance(block, Block) else ()
    return actions.side_effects(said)


def _named(address: Address) -> str:
    set_name, name = address.name
    return f"rule {name} of {set_name}"


# `enabled` and `scan_enabled` have no way back to "SES's default": that is false, and we make them true, so `strict`
# (which takes what is not said for the default) would undo at the next run what the create did.
FIELDS = (
    Field(
        "recipients",
        "rule",
        "Recipients",
        default=recipients.EVERYBODY,
        nullable=False,
        # That it is for everybody has to be said.
        exported=always_said,
        compare=Compare.SET,
        decode=recipients.decode,
        encode=recipients.encode,
        stops=_fewer_recipients,
        notice=_tested,
    ),
    Field(
        "enabled",
        "rule",
        "Enabled",
        default=False,
        nullable=False,
        created_as=True,
        stops=_disabled,
        notice=_tested,
    ),
    Field("scan_enabled", "rule", "ScanEnabled", default=False, nullable=False, created_as=True, notice=_tested),
    Field(
        "tls_policy",
        "rule",
        "TlsPolicy",
        default="OPTIONAL",
        decode=lambda wire: _SPEC_TLS.get(wire, wire),
        encode=lambda word: _WIRE_TLS[word],
        stops=_tls_required,
        notice=_tested,
    ),
    Field(
        "actions",
        "rule",
        "Actions",
        default=[],
        decode=actions.decode_all,
        encode=actions.encode_all,
        notice=_tested,
    ),
    Field(
        "after",
        "place",
        "Behind",
        nullable=False,
        exported=unsaid,
        merge=_place,
        encode=lambda name: [name],
        stops=_moved,
        describe=lambda before, after, _compare: (("", _standing(before), f"behind {after}"),),
    ),
)


def _carried(scope: Scope) -> Mapping[str, Json]:
    """Actions that the spec leaves alone go back as they were, with the role of any of them."""
    return {"Actions": [{"S3Action": {"IamRoleArn": f"arn:{scope.partition}:iam::{scope.account}:role/*"}}]}


KIND = Kind(
    name="receipt_rule",
    paths=("receipt.rule_sets.*.rules[name]",),
    fields=FIELDS,
    facets=(
        Facet("rule", update, in_create=True, required=True, needs=needs, carried=_carried),
        Facet("place", move, in_create=True, needs=move_needs),
    ),
    read=read_rules,
    create=create,
    create_program=create_program,
    delete=delete,
    build=build,
    check=checks.of_rule,
    judge=judge,
    create_needs=create_needs,
    parents=("receipt_rule_set",),
    delete_stops=delete_stops,
    required_on_create=("recipients",),
    account_wide=True,
    watches=watches,
)
