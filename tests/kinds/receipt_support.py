"""What the tests of the receipt kinds share: specs and live states in a few words, a driver of programs, a checker of calls."""

from datetime import date

import botocore.session
from botocore.validate import ParamValidator

from sesops.core import fields, planner
from sesops.core.address import Address
from sesops.core.kind import Build, Registry, Write
from sesops.core.live import LiveState, World
from sesops.core.plan import Allow, Leave, Removal
from sesops.core.refs import resolve
from sesops.core.thing import Block, Live, Wanted
from sesops.core.values import Refusal, Refused, Reply, Scope
from sesops.kinds.identity.names import identity_addresses
from sesops.kinds.receipt import KINDS

SCOPE = Scope("acme-mail", "eu-west-1", "123456789012")
TODAY = date(2026, 8, 1)
TOPIC = "arn:aws:sns:eu-west-1:123456789012:mail-audit"

RULE_SET, RULE, ACTIVE, *_ = KINDS
REGISTRY = Registry({kind.name: kind for kind in KINDS}, None, None, identity_addresses)
SERVICE = botocore.session.get_session().get_service_model("ses")

MISSING = Refusal(Refused.MISSING, "RuleSetDoesNotExist", "Rule set does not exist: inbound")
DENIED = Refusal(Refused.DENIED, "AccessDenied", "not authorized")
UNAVAILABLE = Refusal(Refused.UNAVAILABLE, "InvalidAction", "Unavailable Operation")


def set_address(name="inbound"):
    return Address("receipt_rule_set", (name,))


def rule_address(name, set_name="inbound"):
    return Address("receipt_rule", (set_name, name))


def active_address():
    return Address("active_receipt_rule_set")


def build(kind, value, name=()):
    """A value of the spec as flat fields."""
    made = kind.build(value, Build(name, SCOPE.region, lambda *_: None))
    return fields.flatten(kind, made)


def wanted_set(rules, name="inbound"):
    """A rule set and its rules as the spec asks for them; `rules` are values of the spec."""
    whole = Wanted(set_address(name), build(RULE_SET, {"rules": rules}))
    previous = [None, *(rule["name"] for rule in rules)]
    each = [
        Wanted(rule_address(rule["name"], name), build(RULE, rule), previous=before)
        for before, rule in zip(previous, rules, strict=False)
    ]
    return [whole, *each]


def wanted_active(name):
    address = set_address(name) if name else None
    return Wanted(active_address(), {"name": name}, refs=(("name", address),) if address else ())


def raw_rule(name, **members):
    """A rule as SES answers it: defaults filled in, recipients left out where there are none."""
    return {"Name": name, "Enabled": True, "TlsPolicy": "Optional", "Actions": [], "ScanEnabled": True, **members}


def live_set(rules, name="inbound"):
    """Address -> live thing, for a set and its rules (names, or rules as SES answers them)."""
    raw = [raw_rule(rule) if isinstance(rule, str) else rule for rule in rules]
    things = {set_address(name): Live(set_address(name), {"order": Block({"RuleNames": [one["Name"] for one in raw]})})}
    for one in raw:
        address = rule_address(one["Name"], name)
        things[address] = Live(address, {"rule": Block(one)})
    return things


def live_active(name):
    return {active_address(): Live(active_address(), {"active": Block({"Name": name} if name else {})})}


def verified(*identities):
    """Live identities that are verified."""
    found = [identity_addresses(one)[0] for one in identities]
    return {one: Live(one, conditions={"verification": "SUCCESS"}) for one in found}


def world(wanted=(), live=None):
    return World(SCOPE, REGISTRY, LiveState(live or {}), resolve(wanted, REGISTRY.kinds, SCOPE))


def plan(wanted, live, *, remove=(), allow=()):
    """The plan of one target; what is wanted or removed and not in `live` is absent."""
    named = [one.address for one in wanted] + list(remove)
    leave = Leave(
        allow=tuple(Allow(one, "stop_mail", TODAY) for one in allow),
        remove=tuple(Removal(str(one)) for one in remove),
    )
    things = dict.fromkeys(named) | {one: thing for one, thing in live.items() if one in named}
    extra = tuple(thing for address, thing in live.items() if address not in things)
    return planner.plan(REGISTRY, SCOPE, wanted, LiveState(things, extra), leave, TODAY)


def write(kind, facet, wanted, around, *, previous=None):
    """What the core hands to a facet that is written: the changed fields laid over the live block."""
    live = around.live(wanted.address)
    before = fields.decode(kind, live) if live else {}
    changed = {path: value for path, value in wanted.fields.items() if before.get(path) != value}
    if live is None:
        changed |= {one.path: True for one in kind.fields if one.created_as is True and one.path not in wanted.fields}
    raw = live.blocks[facet].raw if live else {}
    block = fields.overlay(kind, facet, raw, changed)
    return Write(
        wanted.address, SCOPE, block, before, {**before, **changed}, frozenset(changed), live is None, around, previous
    )


def drive(program, *answers):
    """Run a program on a list of answers, one tuple a round; returns the calls of each round and the result."""
    rounds = []
    try:
        for answer in (None, *answers):
            rounds += [program.send(answer)]
    except StopIteration as end:
        return [checked(*calls) for calls in rounds], end.value
    raise AssertionError(f"the program asks for more: {rounds[-1]}")


def checked(*calls):
    """The same calls as (operation, parameters), each one that botocore takes."""
    for call in calls:
        assert call.service == "ses"
        shape = SERVICE.operation_model(call.operation).input_shape
        report = ParamValidator().validate(call.params, shape)
        assert not report.has_errors(), report.generate_report()
    return [(call.operation, dict(call.params)) for call in calls]


def steps(target):
    """Every step of a plan as "kind/name facet" -> step."""
    return {f"{step.address} {step.facet}": step for change in target.changes for step in change.steps}


def described(*rules):
    return Reply({"Metadata": {"Name": "inbound"}, "Rules": list(rules)})
