"""Making the steps of a plan."""

import signal
import threading
from graphlib import CycleError

import pytest

from sesops.core.address import Address
from sesops.core.events import Outcome, StepEnded, StepStarted
from sesops.core.kind import Condition
from sesops.core.plan import State
from sesops.core.values import Reply
from sesops.engine.execute import INTERRUPTED, execute
from sesops.engine.perform import GONE, LOST

CLICK = Condition("click.example.com", "click.example.com is not verified", "publish its records")


def never(address):
    raise AssertionError(f"{address} was rechecked")


@pytest.fixture(autouse=True)
def _interruptible():
    """A shell starts what runs in its background with interrupts ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def run(gateway, make, scope, events):
    def run(*steps, recheck=never, listener=None):
        return execute(steps, gateway, make.registry(), scope, listener or events.append, recheck=recheck)

    return run


def endings(report):
    return {str(one.step.address): (one.outcome, one.reason) for one in report.ended}


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


def test_a_failure_stops_what_needs_it_and_nothing_else(run, make, gateway):
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


def test_a_condition_that_is_not_met_waits(run, make, gateway):
    """With what to do about it; what needs it waits as well, and nothing failed."""
    gateway.answers["Verified", "click.example.com"] = [make.refusal("MISSING")]
    step = make.step("set/tx", "tracking", conditions=(CLICK,))
    report = run(step, make.step("set/other", needs=[step.id]))
    assert endings(report) == {
        "set/tx": (Outcome.WAITING, "click.example.com is not verified; publish its records"),
        "set/other": (Outcome.WAITING, "needs tracking of set/tx, which waits"),
    }
    assert [one for one in gateway.calls if one[0] != "Verified"] == []


def test_what_failed_weighs_more_than_what_waits(run, make, gateway):
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


def test_a_no_is_asked_again_once_the_identity_was_made(run, make, gateway):
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


def test_a_write_that_ses_finds_unverified_waits(run, make, gateway):
    """The next run takes it up; SES's text and our hint say why."""
    gateway.answers["Tracking", "tx"] = [
        make.refusal("UNVERIFIED", "BadRequestException", "Domain <x> is not verified")
    ]
    report = run(make.step("set/tx", "tracking", conditions=(CLICK,)))
    assert endings(report)["set/tx"] == (Outcome.WAITING, "Domain <x> is not verified; publish its records")


def test_held_steps_are_not_made_and_what_needs_them_is_skipped(run, make, gateway):
    """They are the plan's matter and have no ending."""
    report = run(make.step("set/tx", state=State.HELD), make.step("set/b", needs=["set/tx"]))
    assert endings(report) == {"set/b": (Outcome.SKIPPED, "needs create of set/tx, which is held back")}
    assert gateway.calls == []


def test_adoption_comes_last(run, make, gateway):
    """Tags are written when everything else has ended, failed or not."""
    gateway.answers["Create", "tx"] = [make.refusal("FAILED")]
    run(make.step("domain/a", "adopt"), make.step("pool/x"), make.step("set/tx", needs=["pool/x"]))
    assert gateway.calls == [("Create", "x"), ("Create", "tx"), ("Adopt", "a")]


@pytest.mark.parametrize("facet", ["delete", "release"])
def test_what_is_gone_already_is_done(run, make, gateway, facet):
    """Absent is the goal."""
    gateway.answers[facet.title(), "tx"] = [make.refusal("MISSING")]
    report = run(make.step("set/tx", facet))
    assert (report.ended[0].outcome, report.ended[0].note) == (Outcome.DONE, GONE)


def test_the_rest_of_a_removal_is_made_where_a_part_is_gone(run, make, gateway):
    """What is left of it has to go all the same."""
    gateway.answers["DeleteA", "tx"] = [make.refusal("MISSING")]
    report = run(make.step("set/tx", "delete", calls=(make.call("DeleteA", "tx"), make.call("DeleteB", "tx"))))
    assert (gateway.calls[-1], report.ended[0].outcome) == (("DeleteB", "tx"), Outcome.DONE)


def test_another_failure_of_a_delete_is_a_failure(run, make, gateway):
    """Only a clear answer that it is gone counts."""
    gateway.answers["Delete", "tx"] = [make.refusal("FAILED", "CannotDelete")]
    assert run(make.step("set/tx", "delete")).count(Outcome.FAILED) == 1


def test_an_update_of_what_is_gone_is_a_failure(run, make, gateway):
    """Somebody deleted it since the plan."""
    gateway.answers["Options", "tx"] = [make.refusal("MISSING")]
    assert run(make.step("set/tx", "options")).count(Outcome.FAILED) == 1


def test_a_replacement_goes_on_where_the_old_one_is_gone(run, make, gateway):
    """Its delete has nothing to do."""
    gateway.answers["Delete", "tx"] = [make.refusal("MISSING")]
    report = run(make.step("set/tx", "replace", calls=(make.call("Delete", "tx"), make.call("Create", "tx"))))
    assert (gateway.calls[-1], report.count(Outcome.DONE)) == (("Create", "tx"), 1)


def test_a_replacement_whose_parent_is_gone_fails(run, make, gateway):
    """The new one could not be made."""
    gateway.answers["Create", "tx"] = [make.refusal("MISSING")]
    report = run(make.step("set/tx", "replace", calls=(make.call("Delete", "tx"), make.call("Create", "tx"))))
    assert report.count(Outcome.FAILED) == 1


@pytest.fixture
def exists(gateway, make):
    gateway.answers["Create", "tx"] = [make.refusal("EXISTS", "AlreadyExistsException")]


@pytest.mark.usefixtures("exists")
def test_a_create_whose_answer_was_lost_is_done(run, make, gateway):
    """What the thing still lacks is made at once, and what needs it is made in the same run."""
    asked = []

    def recheck(address):
        asked.append(str(address))
        return (make.step("set/tx", "tags"),)

    report = run(make.step("set/tx"), make.step("set/b", needs=["set/tx"]), recheck=recheck)
    assert (report.ended[0].outcome, report.ended[0].note, asked) == (Outcome.DONE, LOST, ["set/tx"])
    assert gateway.calls == [("Create", "tx"), ("Tags", "tx"), ("Create", "b")]


@pytest.mark.usefixtures("exists")
def test_steps_with_a_turn_of_their_own_are_not_made_twice(run, make, gateway):
    """They keep their needs and conditions; what is held back or waits is left too."""
    rest = (
        make.step("set/tx", "tracking"),
        make.step("set/tx", "sending", state=State.HELD),
        make.step("set/tx", "pool", state=State.WAITING),
    )
    run(make.step("set/tx"), make.step("set/tx", "tracking", needs=["set/tx"]), recheck=lambda _: rest)
    assert gateway.calls == [("Create", "tx"), ("Tracking", "tx")]


@pytest.mark.usefixtures("exists")
def test_a_thing_that_is_somebody_elses_is_a_failure(run, make):
    """With the sentence why."""
    report = run(make.step("set/tx"), recheck=lambda _: "it carries the tag of stack other")
    assert endings(report)["set/tx"] == (Outcome.FAILED, "it carries the tag of stack other")


@pytest.mark.usefixtures("exists")
def test_a_failure_of_what_it_still_lacks_is_its_failure(run, make, gateway):
    """It is not where the step would have left it."""
    gateway.answers["Tags", "tx"] = [make.refusal("DENIED", "AccessDenied")]
    report = run(make.step("set/tx"), recheck=lambda _: (make.step("set/tx", "tags"),))
    assert endings(report)["set/tx"] == (Outcome.FAILED, "Tags was refused")


def test_an_update_that_meets_exists_is_a_failure(run, make, gateway):
    """Only a create can have been answered before."""
    gateway.answers["Options", "tx"] = [make.refusal("EXISTS")]
    assert run(make.step("set/tx", "options")).count(Outcome.FAILED) == 1


def programmed(make, result, *calls):
    def program():
        answers = yield calls
        return answers[0] if result is Ellipsis else result

    return make.step("set/tx", "order", program=program)


def test_a_steps_own_program_makes_its_calls(run, make, gateway):
    """They rest on a fresh read and replace the forecast."""
    report = run(programmed(make, None, make.call("Read", "tx"), make.call("Reorder", "tx")))
    assert (sorted(gateway.calls), report.count(Outcome.DONE)) == ([("Read", "tx"), ("Reorder", "tx")], 1)


def test_a_program_may_say_why_it_did_nothing(run, make):
    """A sentence is the reason it was skipped."""
    report = run(programmed(make, "somebody else reordered it", make.call("Read", "tx")))
    assert endings(report)["set/tx"] == (Outcome.SKIPPED, "somebody else reordered it")


def test_a_refusal_that_a_program_returns_is_its_failure(run, make, gateway):
    """With the call that it came from."""
    gateway.answers["Read", "tx"] = [make.refusal("DENIED")]
    assert endings(run(programmed(make, ..., make.call("Read", "tx"))))["set/tx"] == (
        Outcome.FAILED,
        "Read was refused",
    )


def test_a_refusal_that_a_program_deals_with_is_no_failure(run, make, gateway):
    """What it returns counts."""
    gateway.answers["Read", "tx"] = [make.refusal("MISSING")]
    assert run(programmed(make, None, make.call("Read", "tx"))).count(Outcome.DONE) == 1


def test_a_refusal_of_a_programs_own_making(run, make):
    """There is no call that it came from."""
    refusal = make.refusal("FAILED", "Changed", "the order changed meanwhile")
    report = run(programmed(make, refusal, make.call("Read", "tx")))
    assert (report.ended[0].reason, report.ended[0].refusal) == ("refused", refusal)


def test_an_error_in_a_program_comes_out(run, make):
    """It is a fault of ours and no ending of a step."""

    def program():
        yield ()
        raise LookupError

    with pytest.raises(LookupError):
        run(make.step("set/tx", program=program))


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


def test_an_interrupt_finishes_what_is_on_its_way(run, make, gateway):
    """Nothing new begins; every step of the plan has an ending."""
    gate = gateway.gate("PutA", "a")

    def listener(event):
        if isinstance(event, StepStarted):
            signal.raise_signal(signal.SIGINT)
            gate.set()

    first = make.step("set/a", "options", calls=(make.call("PutA", "a"), make.call("PutB", "a")))
    report = run(first, make.step("set/b", needs=[first.id]), make.step("set/c", "adopt"), listener=listener)
    assert gateway.calls == [("PutA", "a"), ("PutB", "a")]
    assert report.interrupted
    assert endings(report) == {
        "set/a": (Outcome.DONE, None),
        "set/b": (Outcome.SKIPPED, INTERRUPTED),
        "set/c": (Outcome.SKIPPED, INTERRUPTED),
    }


def test_an_interrupt_while_waiting_is_heard(run, make, gateway):
    """The wait for an answer goes on until the answer is there."""
    gate = gateway.gate("Create", "a")

    def interrupt():
        signal.raise_signal(signal.SIGINT)
        gate.set()

    threading.Timer(0.05, interrupt).start()
    report = run(make.step("set/a"), make.step("set/b", needs=["set/a"]))
    assert (report.interrupted, report.count(Outcome.DONE)) == (True, 1)


def test_the_second_interrupt_means_it(run, make, gateway):
    """It leaves at once, whatever is on its way."""
    gate = gateway.gate("Create", "a")

    def listener(event):
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        run(make.step("set/a"), listener=listener)
    gate.set()


def test_interrupts_are_as_before_afterwards(run, make):
    """The handler is ours for the time of the run."""
    run(make.step("set/a"))
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_somebody_elses_handler_stays(run, make):
    """A program that handles interrupts itself goes on doing so."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:

        def listener(event):
            assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN

        run(make.step("set/a"), listener=listener)
    finally:
        signal.signal(signal.SIGINT, before)


def test_in_another_thread_there_are_no_signals(run, make):
    """Python gives signals to the main thread; elsewhere a run is made as it is."""
    reports = []
    thread = threading.Thread(target=lambda: reports.append(run(make.step("set/a"))))
    thread.start()
    thread.join(10)
    assert reports[0].count(Outcome.DONE) == 1


def test_an_interrupt_does_not_wait_for_a_verdict(run, make, gateway):
    """A step whose condition is being asked for has not begun."""
    gate = gateway.gate("Verified", "click.example.com")
    threading.Timer(0.05, signal.raise_signal, [signal.SIGINT]).start()
    report = run(make.step("set/tx", "tracking", conditions=(CLICK,)))
    gate.set()
    assert endings(report) == {"set/tx": (Outcome.SKIPPED, INTERRUPTED)}
