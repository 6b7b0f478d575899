"""Reading everything a spec asks about."""

import pytest

from sesops.core.address import Address
from sesops.core.events import CallDone, Refreshed, Refreshing
from sesops.core.kind import Facet, Field, Kind
from sesops.core.live import LiveState
from sesops.core.thing import Block, Live, Reading, Unread, Wanted
from sesops.core.values import Reply
from sesops.engine.refresh import ReaderError, beyond, read_owners, refresh, run_program, wants

TX, NEWS, BULK = Address("set", ("tx",)), Address("set", ("news",)), Address("pool", ("bulk",))


@pytest.fixture
def owners(gateway):
    """What the tag listing shows."""
    found = {}
    gateway.answers["Owners", None] = [Reply(found)]
    return found


@pytest.fixture(autouse=True)
def _always(owners):
    pass


def test_things_are_live_or_surely_absent(gateway, make, scope, events):
    """What SES does not have is None."""
    gateway.answers["GetSet", "news"] = [make.refusal("MISSING")]
    asked = {"set": {("tx",): frozenset(), ("news",): frozenset()}}
    state = refresh(make.registry(), scope, gateway, asked, events.append)
    assert state.things == {TX: Live(TX), NEWS: None}


def test_no_call_for_a_kind_that_nothing_is_asked_of(gateway, make, scope, events):
    """A section that the spec does not have is not read."""
    refresh(make.registry(), scope, gateway, {"set": {}, "pool": {("bulk",): frozenset()}}, events.append)
    assert sorted(gateway.calls) == [("GetPool", "bulk"), ("Owners", None)]


def test_the_same_call_of_two_readers_is_made_once(gateway, make, scope, events):
    """Readers yield what they need; who else needs it is not their business."""

    def read(kind):
        def reader(wanted, _scope):
            yield (make.call("ListAll"),)
            return Reading({Address(kind, name): None for name in wanted})

        return Kind(kind, (f"{kind}s.*",), (), (), reader)

    registry = make.registry(read("set"), read("pool"))
    refresh(registry, scope, gateway, {"set": {("a",): frozenset()}, "pool": {("b",): frozenset()}}, events.append)
    assert gateway.calls.count(("ListAll", None)) == 1


def test_the_first_round_is_told_before_it_is_made(gateway, make, scope):
    """Calls, seconds and operations, known before anything is asked of SES."""
    heard = []

    def listener(event):
        heard.append((event, len(gateway.calls)))

    refresh(make.registry(), scope, gateway, {"set": {("tx",): frozenset(), ("news",): frozenset()}}, listener)
    assert heard[0] == (Refreshing(3, 3.0, (("toy:GetSet", 2), ("toy:Owners", 1))), 0)


def test_each_answer_is_told_with_the_total_so_far(gateway, make, scope, events):
    """Progress counts distinct calls."""
    refresh(make.registry(), scope, gateway, {"set": {("tx",): frozenset()}}, events.append)
    assert [one for one in events if isinstance(one, CallDone)] == [CallDone(1, 2), CallDone(2, 2)]


def test_the_end_is_told_with_what_it_cost(gateway, make, scope, events):
    """Only this refresh's wire calls, and its time."""
    gateway.call(make.call("Earlier"))
    times = iter([10.0, 12.5])
    refresh(make.registry(), scope, gateway, {"set": {("tx",): frozenset()}}, events.append, clock=lambda: next(times))
    assert events[-1] == Refreshed(2, 2.5, (("toy:GetSet", 1), ("toy:Owners", 1)))


def test_owners_are_told_by_address(gateway, make, scope, events, owners):
    """ARNs of other kinds, and things without the tag, are left out."""
    owners |= {
        "arn:set/tx": {"sesops:stack": "acme-mail", "team": "mail"},
        "arn:set/plain": {"team": "mail"},
        "arn:queue/q": {"sesops:stack": "acme-mail"},
    }
    kind = Kind(
        "set",
        ("sets.*",),
        (),
        (),
        make.read_singly("set"),
        from_arn=lambda arn: (arn[8:],) if arn.startswith("arn:set/") else None,
    )
    state = refresh(make.registry(kind), scope, gateway, {}, events.append)
    assert (state.owners, state.owners_known) == ({TX: "acme-mail"}, True)


def test_owners_that_cannot_be_listed_are_unknown(gateway, make, scope, events):
    """Denied is not "nobody's"."""

    def denied(_scope):
        yield (make.call("Owners"),)
        return Unread("GetResources denied")

    state = refresh(make.registry(owners=denied), scope, gateway, {}, events.append)
    assert (state.owners_known, state.owners_reason) == (False, "GetResources denied")


def test_extra_members_of_all_kinds_are_kept(gateway, make, scope, events):
    """A collection's members that nobody asked for."""

    def reader(_wanted, _scope):
        yield ()
        return Reading({TX: None}, (Live(NEWS),))

    registry = make.registry(Kind("set", ("sets.*",), (), (), reader))
    assert refresh(registry, scope, gateway, {"set": {("tx",): frozenset()}}, events.append).extra == (Live(NEWS),)


def test_a_reader_that_leaves_something_out_is_an_error(gateway, make, scope, events):
    """What was not looked at must never read as absent."""

    def reader(_wanted, _scope):
        yield ()
        return Reading({})

    registry = make.registry(Kind("set", ("sets.*",), (), (), reader))
    with pytest.raises(ReaderError, match="set/tx"):
        refresh(registry, scope, gateway, {"set": {("tx",): frozenset()}}, events.append)


def test_an_interrupt_comes_out_as_it_is(gateway, make, scope):
    """Reading changes nothing, so there is nothing to finish."""

    def listener(event):
        if isinstance(event, CallDone):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        refresh(make.registry(), scope, gateway, {"set": {("tx",): frozenset()}}, listener)


def test_wants_are_the_fields_of_each_thing(make):
    """By kind and name."""
    wanted = [Wanted(TX, {"tags.team": "mail", "sending_enabled": True}), Wanted(BULK)]
    assert wants(make.registry(), wanted) == {
        "set": {("tx",): frozenset({"tags.team", "sending_enabled"})},
        "pool": {("bulk",): frozenset()},
    }


def test_what_is_removed_is_asked_whether_it_exists(make):
    """Beside what the spec names, whose fields stay asked for."""
    wanted = [Wanted(TX, {"sending_enabled": True})]
    assert wants(make.registry(), wanted, [NEWS, TX]) == {
        "set": {("tx",): frozenset({"sending_enabled"}), ("news",): frozenset()}
    }


def test_what_something_waits_for_is_asked_after(make):
    """The identity, and the domains above it."""
    kind = Kind("set", ("sets.*",), (), (), make.read_singly("set"), watches=lambda wanted: [wanted.fields["tracking"]])
    asked = wants(make.registry(kind), [Wanted(TX, {"tracking": "click.example.com"})])
    assert asked["domain"] == {("click.example.com",): frozenset(), ("example.com",): frozenset()}


def test_owners_alone(gateway, make, scope):
    """One listing, no reader."""
    assert (read_owners(make.registry(), scope, gateway).things, gateway.calls) == ({}, [("Owners", None)])


def test_one_program_alone(gateway, make):
    """Its result, with a read made afresh."""

    def program():
        (answer,) = yield (make.call("Get", "a"),)
        return answer

    gateway.answers["Get", "a"] = [Reply({"x": 1})]
    assert run_program(gateway, program()) == Reply({"x": 1})


@pytest.mark.parametrize("error", [KeyError("Name"), TypeError("no list"), ValueError("no ARN"), AttributeError("get")])
def test_an_answer_that_a_reader_can_make_nothing_of_is_unknown(gateway, make, scope, events, error):
    """Neither there nor absent, with what it stumbled over; so is whose things are."""

    def odd(*_):
        yield (make.call("Owners"),)
        raise error

    registry = make.registry(Kind("set", ("sets.*",), (), (), odd), owners=odd)
    state = refresh(registry, scope, gateway, {"set": {("tx",): frozenset()}}, events.append)
    assert isinstance(state.things[TX], Unread)
    assert str(error) in state.things[TX].reason
    assert (state.owners_known, state.owners_reason) == (False, state.things[TX].reason)


def test_a_value_that_a_table_can_make_nothing_of_is_unknown(gateway, make, scope, events):
    """Its facet is, with the reason, of what was asked for and of what was not; the others are as they were read."""

    def read(wanted, _scope):
        yield (make.call("GetSet"),)
        blocks = {"odd": Block({"Number": "many"}), "good": Block({"Number": "1"})}
        return Reading(
            {Address("set", name): Live(Address("set", name), blocks) for name in wanted}, (Live(NEWS, blocks),)
        )

    fields = (Field("odd", "odd", "Number", decode=int), Field("good", "good", "Number", decode=int))
    facets = (Facet("odd", lambda _: ()), Facet("good", lambda _: ()))
    registry = make.registry(Kind("set", ("sets.*",), fields, facets, read))
    state = refresh(registry, scope, gateway, {"set": {("tx",): frozenset()}}, events.append)
    for live in (state.things[TX], *state.extra):
        assert "many" in live.blocks["odd"].reason
        assert live.blocks["good"] == Block({"Number": "1"})


def test_what_an_earlier_spec_asks_for_is_read_by_itself(gateway, make, scope, events):
    """How a thing is read may hang on what else is asked for, and this spec's plan must not hang on the other."""

    def read(wanted, _scope):
        yield (make.call("ListAll"),)
        block = {"some": Block({"Asked": sum(map(len, wanted.values()))})}
        return Reading({Address("set", name): Live(Address("set", name), block) for name in wanted})

    registry = make.registry(Kind("set", ("sets.*",), (), (), read))
    own = {"set": {("tx",): frozenset({"a"})}}
    asked = {"set": {("tx",): frozenset({"a", "b"}), ("news",): frozenset()}}
    more = beyond(asked, own)
    assert more == {"set": {("tx",): frozenset({"b"}), ("news",): frozenset()}}
    state = refresh(registry, scope, gateway, own, events.append, before=more)
    assert state.things == refresh(registry, scope, gateway, own, events.append).things
    assert state.whole.things.keys() == {TX, NEWS}
    assert gateway.calls.count(("ListAll", None)) == 2


def test_the_fields_of_both_specs_make_one_thing():
    """Of a thing that could not be read for the earlier one, nothing is known where that is asked."""
    mine, theirs = Live(TX, {"a": Block({"A": 1})}), Live(TX, {"a": Block({"A": 0}), "b": Block({"B": 2})})
    both = LiveState({TX: mine}, before=LiveState({TX: theirs, NEWS: None}, extra=(Live(TX), Live(BULK)))).whole
    assert both.things == {TX: Live(TX, {"a": Block({"A": 1}), "b": Block({"B": 2})}), NEWS: None}
    assert (both.extra, both.before) == ((Live(BULK),), None)
    unread = Unread("it was refused")
    assert LiveState({TX: mine}, before=LiveState({TX: unread})).whole.things == {TX: unread}
    assert LiveState({TX: None}, before=LiveState({TX: theirs})).whole.things == {TX: None}
