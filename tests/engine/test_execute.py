"""Making the steps of a plan."""

from graphlib import CycleError

import pytest

from sesops.core.address import Address
from sesops.core.events import Outcome, StepEnded, StepStarted
from sesops.core.plan import State
from sesops.core.thing import Condition
from sesops.core.values import Reply

CLICK = Condition("click.example.com", "click.example.com is not verified", "publish its records")


def test_what_needs_nothing_is_made(run, make, gateway):
    """A step ends as done."""
    report = run(make.step("set/tx"))
    assert (report.count(Outcome.DONE), report.interrupted, gateway.calls) == (1, False, [("Create", "tx")])


def test_no_steps_make_an_empty_report(run):
    """Nothing to do is done."""
    assert run().ended == ()


def test_a_step_waits_for_what_it_needs(run, make, gateway):
    """In the order of needs, whatever the order of the plan."""
    run(make.step("set/tx", needs=["pool/a"]), make.step("pool/a", needs=["pool/b"]), make.step("pool/b"))
    assert gateway.calls == [("Create", "b"), ("Create", "a"), ("Create", "tx")]


def test_a_need_that_the_plan_does_not_have_is_met(run, make):
    """It is there already."""
    assert run(make.step("set/tx", needs=["pool/there"])).count(Outcome.DONE) == 1


def test_a_step_begins_as_soon_as_its_needs_are_done(run, make, gateway):
    """Not level by level: another slow step does not hold it up."""
    slow = gateway.gate("Create", "slow")

    def listener(event):
        if isinstance(event, StepEnded) and event.step.address.last == "second":
            slow.set()

    report = run(
        make.step("pool/slow"),
        make.step("pool/first"),
        make.step("set/second", needs=["pool/first"]),
        listener=listener,
    )
    assert [one.step.address.last for one in report.ended] == ["first", "second", "slow"]


def test_a_failure_stops_what_needs_it_and_nothing_else(run, make, gateway, endings):
    """The rest goes on; what follows from what was skipped is skipped too."""
    gateway.answers["Create", "broken"] = [make.refusal("FAILED", "BadRequestException", "no")]
    report = run(
        make.step("set/broken"),
        make.step("domain/a", "configuration_set", needs=["set/broken"]),
        make.step("domain/b", "tags", needs=[(Address("domain", ("a",)), "configuration_set")]),
        make.step("set/main"),
    )
    assert endings(report) == {
        "set/broken": (Outcome.FAILED, "Create was refused"),
        "domain/a": (Outcome.SKIPPED, "needs create of set/broken, which failed"),
        "domain/b": (Outcome.SKIPPED, "needs configuration_set of domain/a, which was skipped"),
        "set/main": (Outcome.DONE, None),
    }


def test_a_failure_carries_ses_own_answer(run, make, gateway):
    """Code, text and request id are in the report."""
    refusal = make.refusal("DENIED", "AccessDenied", "not authorized")
    gateway.answers["Create", "tx"] = [refusal]
    assert run(make.step("set/tx")).ended[0].refusal == refusal


def test_calls_are_made_in_order_up_to_the_first_refusal(run, make, gateway):
    """The reason names the call that was refused."""
    gateway.answers["PutB", "tx"] = [make.refusal("FAILED")]
    calls = tuple(make.call(operation, "tx") for operation in ("PutA", "PutB", "PutC"))
    report = run(make.step("set/tx", "options", calls=calls))
    assert (gateway.calls, report.ended[0].reason) == ([("PutA", "tx"), ("PutB", "tx")], "PutB was refused")


def test_a_step_is_told_when_it_begins_and_ends(run, make, events):
    """A view shows both."""
    step = make.step("set/tx")
    run(step)
    assert events == [StepStarted(step), StepEnded(step, Outcome.DONE)]


def test_a_condition_is_asked_before_the_step(run, make, gateway):
    """Verified now is what counts, not what the plan saw."""
    run(make.step("set/tx", "tracking", conditions=(CLICK,), state=State.WAITING))
    assert gateway.calls == [("Verified", "click.example.com"), ("Tracking", "tx")]


def test_a_condition_that_is_not_met_waits(run, make, gateway, endings):
    """With what to do about it; what needs it waits as well, and nothing failed."""
    gateway.answers["Verified", "click.example.com"] = [make.refusal("MISSING")]
    step = make.step("set/tx", "tracking", conditions=(CLICK,))
    report = run(step, make.step("set/other", needs=[step.id]))
    assert endings(report) == {
        "set/tx": (Outcome.WAITING, "click.example.com is not verified; publish its records"),
        "set/other": (Outcome.WAITING, "needs tracking of set/tx, which waits"),
    }
    assert [one for one in gateway.calls if one[0] != "Verified"] == []


def test_what_failed_weighs_more_than_what_waits(run, make, gateway, endings):
    """A step that needs both is skipped."""
    gateway.answers["Verified", "click.example.com"] = [make.refusal("MISSING")]
    gateway.answers["Create", "broken"] = [make.refusal("FAILED")]
    waits = make.step("set/tx", "tracking", conditions=(CLICK,))
    report = run(waits, make.step("set/broken"), make.step("set/both", needs=[waits.id, "set/broken"]))
    assert endings(report)["set/both"] == (Outcome.SKIPPED, "needs create of set/broken, which failed")


def test_a_condition_without_a_hint(run, make, gateway):
    """Its text says it all."""
    gateway.answers["Verified", "x"] = [make.refusal("MISSING")]
    report = run(make.step("set/tx", conditions=(Condition("x", "x is not verified"),)))
    assert report.ended[0].reason == "x is not verified"


@pytest.mark.parametrize("verified", [True, False])
def test_an_identity_is_asked_once_for_many_steps(run, make, gateway, verified):
    """At one call a second, a hundred sets that track under one domain must not ask a hundred times."""
    if not verified:
        gateway.answers["Verified", "click.example.com"] = [make.refusal("MISSING")]
    run(*(make.step(f"set/{number}", "tracking", conditions=(CLICK,)) for number in range(10)))
    assert gateway.calls.count(("Verified", "click.example.com")) == 1


def test_a_step_that_waits_for_a_verdict_is_looked_at_again_only_for_that(run, make):
    """With 10,000 sets that track under domains of their own, each answer must not go through all that wait."""
    looked = []

    class Watched(tuple):
        __slots__ = ()

        def __iter__(self):
            looked.append(self)
            return super().__iter__()

    def step(number):
        return make.step(f"set/{number}", "tracking", conditions=Watched([Condition(f"{number}.example", "x")]))

    assert run(*map(step, range(60))).count(Outcome.DONE) == 60
    assert len(looked) <= 60 * 4


def test_a_step_with_two_conditions_waits_for_both(run, make, gateway, endings):
    """One after the other, whichever answer comes first."""
    gateway.answers["Verified", "b"] = [make.refusal("MISSING")]
    gate = gateway.gate("Verified", "a")
    other = make.step("set/other", "tracking", conditions=(Condition("b", "b is not verified"),))

    def listener(event):
        if isinstance(event, StepEnded) and event.step is other:
            gate.set()

    both = make.step("set/both", "tracking", conditions=(Condition("a", "a"), Condition("b", "b is not verified")))
    assert endings(run(both, other, listener=listener))["set/both"] == (Outcome.WAITING, "b is not verified")


def test_a_no_is_asked_again_once_the_identity_was_made(run, make, gateway, endings):
    """A parent that is made in the run may verify it."""
    gateway.answers["Verified", "click.example.com"] = [make.refusal("MISSING"), Reply()]
    domain = make.step("domain/example.com")
    before = make.step("set/before", "tracking", conditions=(CLICK,))
    gate = gateway.gate("Create", "example.com")

    def listener(event):
        if isinstance(event, StepEnded) and event.step is before:
            gate.set()

    report = run(
        before, domain, make.step("set/after", "tracking", conditions=(CLICK,), needs=[domain.id]), listener=listener
    )
    assert endings(report) == {
        "set/before": (Outcome.WAITING, "click.example.com is not verified; publish its records"),
        "domain/example.com": (Outcome.DONE, None),
        "set/after": (Outcome.DONE, None),
    }


def test_a_no_stays_while_other_things_are_made(run, make, gateway):
    """Another thing's creation says nothing about the identity."""
    gateway.answers["Verified", "click.example.com"] = [make.refusal("MISSING")]
    pool = make.step("pool/a", needs=[])
    first = make.step("set/first", "tracking", conditions=(CLICK,))
    run(first, pool, make.step("set/second", "tracking", conditions=(CLICK,), needs=[pool.id]))
    assert gateway.calls.count(("Verified", "click.example.com")) == 1


def test_a_write_that_ses_finds_unverified_waits(run, make, gateway, endings):
    """The next run takes it up; SES's text and our hint say why."""
    gateway.answers["Tracking", "tx"] = [
        make.refusal("UNVERIFIED", "BadRequestException", "Domain <x> is not verified")
    ]
    report = run(make.step("set/tx", "tracking", conditions=(CLICK,)))
    assert endings(report)["set/tx"] == (Outcome.WAITING, "Domain <x> is not verified; publish its records")


def test_held_steps_are_not_made_and_what_needs_them_is_skipped(run, make, gateway, endings):
    """They are the plan's matter and have no ending."""
    report = run(make.step("set/tx", state=State.HELD), make.step("set/b", needs=["set/tx"]))
    assert endings(report) == {"set/b": (Outcome.SKIPPED, "needs create of set/tx, which is held back")}
    assert gateway.calls == []


def test_adoption_comes_last(run, make, gateway):
    """Tags are written when everything else has ended, failed or not."""
    gateway.answers["Create", "tx"] = [make.refusal("FAILED")]
    run(make.step("domain/a", "adopt"), make.step("pool/x"), make.step("set/tx", needs=["pool/x"]))
    assert gateway.calls == [("Create", "x"), ("Create", "tx"), ("Adopt", "a")]


def test_steps_that_need_each_other_are_found_before_the_first_write(run, make, gateway):
    """A cycle is an error in the program."""
    with pytest.raises(CycleError):
        run(make.step("pool/x"), make.step("set/a", needs=["set/b"]), make.step("set/b", needs=["set/a"]))
    assert gateway.calls == []


def test_a_step_that_stands_twice_is_an_error(run, make):
    """Nobody could tell which of them was meant."""
    with pytest.raises(ValueError, match="twice"):
        run(make.step("set/a"), make.step("set/a"))


def test_few_steps_of_one_operation_are_on_their_way(run, make, gateway):
    """The others would only queue for its rate, and an interrupt would wait for all of them."""
    gates = {str(number): gateway.gate("Create", str(number)) for number in range(10)}
    started = []

    def listener(event):
        if isinstance(event, StepStarted):
            started.append(event.step.address.last)
        elif event.step.address.last == "quick":
            assert len(started) == 4
            for gate in gates.values():
                gate.set()

    report = run(*(make.step(f"set/{number}") for number in gates), make.step("set/quick", "tags"), listener=listener)
    assert report.count(Outcome.DONE) == 11


def test_a_step_without_a_forecast_is_made_like_any_other(run, make):
    """Its calls are known only once its program runs."""

    def program():
        yield (make.call("Read", "tx"),)

    assert run(make.step("set/tx", "order", calls=(), program=program)).count(Outcome.DONE) == 1
