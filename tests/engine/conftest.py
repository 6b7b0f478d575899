"""A gateway that answers from a script and can hold answers back, and a registry of toy kinds."""

import threading
from collections import defaultdict

import pytest

from sesops.core.address import Address
from sesops.core.kind import Kind, Registry
from sesops.core.plan import Step
from sesops.core.thing import Live, Reading
from sesops.core.values import Call, Refusal, Refused, Reply, Scope
from sesops.engine.execute import execute


class FakeGateway:
    """Answers by operation and name: `answers["Create", "tx"] = [...]`; what has no script is answered with `{}`.

    A call whose (operation, name) is in `gates` waits until its gate is opened.
    """

    def __init__(self):
        self.answers = {}
        self.gates = {}
        self.calls = []
        self.flying = 0
        self.most = 0
        self._lock = threading.Lock()

    def gate(self, operation, name):
        return self.gates.setdefault((operation, name), threading.Event())

    def call(self, call):
        key = (call.operation, call.params.get("Name"))
        with self._lock:
            self.calls.append(key)
            self.flying += 1
            self.most = max(self.most, self.flying)
        try:
            if key in self.gates:
                assert self.gates[key].wait(10), f"{key} was never let go"
            return self._answer(key)
        finally:
            with self._lock:
                self.flying -= 1

    def _answer(self, key):
        with self._lock:
            script = self.answers.get(key, [Reply()])
            answer = script.pop(0) if len(script) > 1 else script[0]
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def seconds(self, calls):
        return float(len(calls))

    def counts(self):
        counts = defaultdict(int)
        for operation, _ in self.calls:
            counts[f"toy:{operation}"] += 1
        return tuple(sorted(counts.items()))


def make_call(operation, name=None):
    return Call("toy", operation, {"Name": name})


def make_address(text):
    kind, *name = text.split("/")
    return Address(kind, tuple(name))


def make_step(text, facet="create", **options):
    """A step of one call, named as the thing: `step("set/tx", needs=["pool/a"])`."""
    address = make_address(text)
    needs = tuple((make_address(one), "create") if isinstance(one, str) else one for one in options.pop("needs", ()))
    options.setdefault("calls", (make_call(facet.title(), address.last),))
    return Step(address, facet, needs=needs, **options)


def make_refusal(why, code="Code", message="message"):
    return Refusal(getattr(Refused, why), code, message, "request-1")


def read_singly(kind):
    """A reader that gets every thing by itself; MISSING is absent."""

    def read(wants, _scope):
        names = sorted(wants)
        answers = yield tuple(make_call(f"Get{kind.title()}", name[-1]) for name in names)
        return Reading(
            {
                Address(kind, name): None if isinstance(answer, Refusal) else Live(Address(kind, name))
                for name, answer in zip(names, answers, strict=True)
            }
        )

    return read


def ask_verified(identity, _scope):
    (answer,) = yield (make_call("Verified", identity),)
    return not isinstance(answer, Refusal)


def list_owners(_scope):
    (answer,) = yield (make_call("Owners"),)
    return answer.value


def make_registry(*kinds, **programs):
    made = {one.name: one for one in kinds}
    for name in ("set", "pool"):
        made.setdefault(name, Kind(name, (f"{name}s.*",), (), (), read_singly(name)))
    programs.setdefault("owners", list_owners)
    return Registry(
        made,
        verified=ask_verified,
        identity_addresses=lambda name: (Address("domain", (name,)), Address("domain", (name.partition(".")[2],))),
        **programs,
    )


class Tools:
    """What tests build things with."""

    call = staticmethod(make_call)
    address = staticmethod(make_address)
    step = staticmethod(make_step)
    refusal = staticmethod(make_refusal)
    registry = staticmethod(make_registry)
    read_singly = staticmethod(read_singly)


@pytest.fixture
def make():
    return Tools


@pytest.fixture
def gateway():
    return FakeGateway()


@pytest.fixture
def scope():
    return Scope("acme-mail", "eu-west-1", "123456789012")


@pytest.fixture
def events():
    return []


def never(address):
    raise AssertionError(f"{address} was rechecked")


@pytest.fixture
def run(gateway, make, scope, events):
    """Execute steps on the fake gateway."""

    def run(*steps, recheck=never, listener=None):
        return execute(steps, gateway, make.registry(), scope, listener or events.append, recheck=recheck)

    return run


@pytest.fixture
def endings():
    """Tell how each thing's last step ended, and why."""
    return lambda report: {str(one.step.address): (one.outcome, one.reason) for one in report.ended}
