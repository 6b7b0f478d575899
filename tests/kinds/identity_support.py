"""What the tests of the identity kinds share: a driver of programs, worlds and writes in a few words, checked calls."""

from collections.abc import Mapping
from datetime import date
from functools import cache

import botocore.session
from botocore.validate import ParamValidator

from sesops.core import fields, planner
from sesops.core.address import Address
from sesops.core.kind import Registry, Write
from sesops.core.live import LiveState, World
from sesops.core.plan import Allow, Leave, Removal
from sesops.core.thing import Block, Live, Wanted
from sesops.core.values import Refusal, Refused, Reply, Scope, Secret
from sesops.kinds.identity import DOMAIN, EMAIL
from sesops.kinds.identity.names import identity_addresses
from sesops.kinds.identity_policy import KIND as POLICY
from sesops.spec.lint import Siblings

SCOPE = Scope("acme-mail", "eu-west-1", "123456789012")
TODAY = date(2026, 8, 1)
NAME = "example.com"
ADDRESS = Address("domain", (NAME,))
ARN = "arn:aws:ses:eu-west-1:123456789012:identity/example.com"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:feedback"

REGISTRY = Registry({kind.name: kind for kind in (DOMAIN, EMAIL, POLICY)}, None, None, identity_addresses)

MISSING = Refusal(Refused.MISSING, "NotFoundException", "Identity example.com does not exist.")
DENIED = Refusal(Refused.DENIED, "AccessDeniedException", "User is not authorized")
UNAVAILABLE = Refusal(Refused.UNAVAILABLE, "InvalidAction", "Unavailable Operation")


@cache
def model(service):
    return botocore.session.get_session().get_service_model(service)


def checked(calls):
    """The same calls as (operation, parameters), each one that botocore takes."""
    for call in calls:
        shape = model(call.service).operation_model(call.operation).input_shape
        report = ParamValidator().validate(_opened(call.params), shape)
        assert not report.has_errors(), report.generate_report()
    return [(call.operation, dict(call.params)) for call in calls]


def _opened(value):
    """Parameters with a text for each secret."""
    if isinstance(value, Secret):
        return "secret"
    if isinstance(value, Mapping):
        return {key: _opened(one) for key, one in value.items()}
    return [_opened(one) for one in value] if isinstance(value, list | tuple) else value


def drive(program, *answers):
    """Run a program on a list of answers, one tuple a round; returns the calls of each round and the result."""
    rounds = []
    try:
        for answer in (None, *answers):
            rounds += [program.send(answer)]
    except StopIteration as end:
        for calls in rounds:
            checked(calls)
        return rounds, end.value
    raise AssertionError(f"the program asks for more: {rounds[-1]}")


def listing(*names, status="SUCCESS"):
    """The answer of ListEmailIdentities."""
    return Reply({"EmailIdentities": [{"IdentityName": name, "VerificationStatus": status} for name in names]})


def wants(*paths, name=NAME):
    return {(name,): frozenset(paths)}


def wanted(address=ADDRESS, **paths):
    """A thing of the spec; `__` in a keyword is a dot in the path."""
    return Wanted(address, {path.replace("__", "."): value for path, value in paths.items()})


def live(address=ADDRESS, *, verification="SUCCESS", **blocks):
    """A live thing with the raw blocks of some facets, and the conditions that they show."""
    conditions = {"verification": verification}
    if status := blocks.get("mail_from", {}).get("MailFromDomainStatus"):
        conditions["mail_from"] = status
    return Live(address, {facet: Block(raw) for facet, raw in blocks.items()}, conditions)


def world(*things, spec=()):
    """What is live and what is wanted."""
    return World(SCOPE, REGISTRY, LiveState({one.address: one for one in things}), {one.address: one for one in spec})


def write(facet, want, thing=None):
    """What the core hands to a facet that is written: every wanted field of it, laid over the live block."""
    kind = REGISTRY.kinds[want.address.kind]
    around = world(*([thing] if thing else []), spec=[want])
    changed = {path: value for path, value in want.fields.items() if kind.field(path).facet == facet}
    raw = thing.blocks[facet].raw if thing else {}
    before = fields.decode(kind, thing) if thing else {}
    before = {path: value for path, value in before.items() if kind.field(path).facet == facet}
    block = fields.overlay(kind, facet, raw, changed)
    return Write(want.address, SCOPE, block, before, {**before, **changed}, frozenset(changed), thing is None, around)


def put(facet, want, thing=None):
    """The calls of a facet's write."""
    kind = REGISTRY.kinds[want.address.kind]
    return checked(kind.facet(facet).put(write(facet, want, thing)))


def plan(spec, things=(), *, remove=(), allow=()):
    """The plan of one target; what is wanted or removed and not among `things` is absent."""
    there = {one.address: one for one in things}
    named = [one.address for one in spec] + list(remove)
    state = LiveState({**dict.fromkeys(named), **there}, owners=dict.fromkeys(there, SCOPE.stack))
    leave = Leave(
        allow=tuple(Allow(one, "stop_mail", TODAY) for one in allow),
        remove=tuple(Removal(str(one)) for one in remove),
    )
    return planner.plan(REGISTRY, SCOPE, spec, state, leave, TODAY)


def order(target):
    """The facets of a plan's steps, in the order they can run in."""
    return [step.facet for change in target.changes for step in change.steps]


def siblings(*things, account="123456789012"):
    """The rest of a spec, for offline checks."""
    return Siblings("eu-west-1", account, things)


def codes(findings):
    return [one.code for one in findings]
