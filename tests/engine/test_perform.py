"""How one step ends: what is gone, what exists already, and steps with a program of their own."""

import pytest

from sesops.core.events import Outcome
from sesops.core.plan import State
from sesops.engine.perform import GONE, LOST


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
def test_a_thing_that_is_somebody_elses_is_a_failure(run, make, endings):
    """With the sentence why."""
    report = run(make.step("set/tx"), recheck=lambda _: "it carries the tag of stack other")
    assert endings(report)["set/tx"] == (Outcome.FAILED, "it carries the tag of stack other")


@pytest.mark.usefixtures("exists")
def test_a_failure_of_what_it_still_lacks_is_its_failure(run, make, gateway, endings):
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


def test_a_program_may_say_why_it_did_nothing(run, make, endings):
    """A sentence is the reason it was skipped."""
    report = run(programmed(make, "somebody else reordered it", make.call("Read", "tx")))
    assert endings(report)["set/tx"] == (Outcome.SKIPPED, "somebody else reordered it")


def test_a_refusal_that_a_program_returns_is_its_failure(run, make, gateway, endings):
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
