"""What the tests of sets, destinations and topics share: things in a few words, a driver of programs, a checker of calls."""

import json
from datetime import date
from pathlib import Path

import botocore.session
from botocore.validate import ParamValidator
from hypothesis import strategies as st

from sesops.core import fields, planner
from sesops.core.address import Address
from sesops.core.kind import Build, Write
from sesops.core.live import LiveState, World
from sesops.core.plan import Allow, Leave, Removal
from sesops.core.refs import resolve
from sesops.core.thing import Block, Live, Wanted
from sesops.core.values import Refusal, Refused, Reply, Scope
from sesops.kinds import discover
from sesops.spec.lint import Siblings

SCOPE = Scope("acme-mail", "eu-west-1", "123456789012")
TODAY = date(2026, 8, 1)
REGISTRY = discover()
SESSION = botocore.session.get_session()

ARCHIVE = "arn:aws:ses:eu-west-1:123456789012:mailmanager-archive/a-abcdefghijklmnopqrstuvwx"
PLAIN = {
    "ConfigurationSetName": "tx",
    "SendingOptions": {"SendingEnabled": True},
    "ReputationOptions": {"ReputationMetricsEnabled": True},
    "Tags": [],
}
"""What GetConfigurationSet answers for the set `tx` of which nothing was set."""

DENIED = Refusal(Refused.DENIED, "AccessDeniedException", "not authorized")
MISSING = Refusal(Refused.MISSING, "NotFoundException", "it does not exist")


def Spec(*wanted):
    """The target's spec as an offline check sees it."""
    return Siblings(SCOPE.region, SCOPE.account, wanted)


def schema(kind):
    return json.loads((Path(__file__).parents[2] / "schemas" / "kinds" / f"{kind}.schema.json").read_text())


def want(kind, name, value, refs=()):
    """A value of the spec as a wanted thing."""
    table = REGISTRY.kinds[kind]
    nested = table.build(value, Build(name, SCOPE.region, lambda *_: None)) if table.build else value
    return Wanted(Address(kind, name), fields.flatten(table, nested), refs=refs)


def reported(kind, name, value):
    """What the kind reports while it builds a value of the spec: code and place, and the hints."""
    found = []
    build = Build(name, SCOPE.region, lambda path, code, _message, hint: found.append((code, path, hint)))
    REGISTRY.kinds[kind].build(value, build)
    return found


def live(kind, name, **blocks):
    """A live thing, its blocks by facet."""
    address = Address(kind, name)
    return Live(address, {facet: Block(raw) for facet, raw in blocks.items()})


def want_set(value):
    """The set `tx` as the spec asks for it."""
    return want("configuration_set", ("tx",), value)


def read_set(answer, unknown=()):
    """The set `tx` as the reader brings it from one answer of GetConfigurationSet."""
    kind, name = REGISTRY.kinds["configuration_set"], ("tx",)
    _, reading = drive(kind.read({name: frozenset({"sending_enabled"})}, SCOPE), (Reply(answer, unknown),))
    return reading.things[Address("configuration_set", name)]


def identity(name, verification, **blocks):
    """A live domain."""
    return Live(
        Address("domain", (name,)),
        {facet: Block(raw) for facet, raw in blocks.items()},
        {"verification": verification},
    )


def world(wanted=(), things=()):
    state = LiveState({one.address: one for one in things})
    return World(SCOPE, REGISTRY, state, resolve(wanted, REGISTRY.kinds, SCOPE))


def plan(wanted, things=(), *, remove=(), allow=()):
    """The plan of one target; what is wanted or removed and not among the live things is absent. Adoptions are left out."""
    named = [one.address for one in wanted] + list(remove)
    leave = Leave(
        allow=tuple(Allow(one, "stop_mail", TODAY) for one in allow),
        remove=tuple(Removal(str(one)) for one in remove),
    )
    found = dict.fromkeys(named) | {one.address: one for one in things}
    ours = {one.address: SCOPE.stack for one in things if one.address in named}
    return planner.plan(REGISTRY, SCOPE, wanted, LiveState(found, (), ours), leave, TODAY)


def steps(target):
    """Every step of a plan as "kind/name facet" -> step, its calls checked."""
    found = {f"{step.address} {step.facet}": step for change in target.changes for step in change.steps}
    for step in found.values():
        checked(*step.calls)
    return found


def sent(target):
    """Every call of a plan as (operation, parameters)."""
    return [(call.operation, dict(call.params)) for step in steps(target).values() for call in step.calls]


def write(kind, name, facet, raw, changed, around=None):
    """What the core hands to a facet: changed fields laid over the live block (`raw` None: a new thing)."""
    table = REGISTRY.kinds[kind]
    address = Address(kind, name)
    held = Live(address, {facet: Block(raw)}) if raw is not None else None
    before = fields.decode(table, held) if held else {}
    block = fields.overlay(table, facet, raw or {}, changed)
    around = around or world()
    return Write(address, SCOPE, block, before, {**before, **changed}, frozenset(changed), held is None, around)


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
        shape = SESSION.get_service_model(call.service).operation_model(call.operation).input_shape
        report = ParamValidator().validate(call.params, shape)
        assert not report.has_errors(), f"{call.operation}: {report.generate_report()}"
    return [(call.operation, dict(call.params)) for call in calls]


def findings(kind, one, *others):
    """What a kind's offline check finds in one thing beside others, as code -> (severity, message)."""
    found = REGISTRY.kinds[kind].check(one, Spec(*others, one))
    return {each.code: (each.severity.value, each.message) for each in found}


def values(shape):
    """Values of a shape of botocore's model, optional members there or not."""
    if shape.type_name == "structure":
        required = {name: values(member) for name, member in shape.members.items() if name in shape.required_members}
        optional = {
            name: values(member) for name, member in shape.members.items() if name not in shape.required_members
        }
        return st.fixed_dictionaries(required, optional=optional)
    if shape.type_name == "list":
        return st.lists(values(shape.member), max_size=3)
    if shape.type_name == "boolean":
        return st.booleans()
    if shape.type_name in ("integer", "long"):
        return st.integers(shape.metadata.get("min", 0), shape.metadata.get("max", 9999))
    if shape.type_name == "timestamp":
        return st.just("2026-08-01T00:00:00Z")
    return st.sampled_from(shape.enum) if shape.enum else st.from_regex(r"[a-z]{1,8}", fullmatch=True)
