"""Programs side by side: their calls in threads, themselves in ours."""

import threading

import pytest

from sesops.core.values import Reply
from sesops.engine.driver import LANE, Driver


def asking(*rounds):
    """A program that asks for some calls after another and returns all the answers."""
    heard = []
    for calls in rounds:
        heard += yield calls
    return heard


def results(driver):
    found = {}
    while driver.running:
        key, value = driver.wait()
        found[key] = value
    return found


def test_answers_come_in_the_order_of_the_calls(gateway, make):
    """Whichever call is answered first."""
    gateway.answers = {("Get", "a"): [Reply({"x": 1})], ("Get", "b"): [Reply({"x": 2})]}
    with Driver(gateway) as driver:
        driver.add("one", asking((make.call("Get", "a"), make.call("Get", "b"))))
        assert results(driver) == {"one": [Reply({"x": 1}), Reply({"x": 2})]}


def test_a_program_without_calls_ends(gateway):
    """It may know the result from the start."""
    with Driver(gateway) as driver:
        driver.add("one", asking())
        assert results(driver) == {"one": []}


def test_an_empty_round_goes_on(gateway, make):
    """A program may find that it needs nothing this time."""
    with Driver(gateway) as driver:
        driver.add("one", asking((), (make.call("Get", "a"),), ()))
        assert results(driver) == {"one": [Reply()]}


def test_a_shared_call_is_made_once(gateway, make):
    """By programs that ask at once, twice in one round, and later again."""
    with Driver(gateway, share=True) as driver:
        driver.add("one", asking((make.call("List"), make.call("List")), (make.call("List"),)))
        driver.add("two", asking((make.call("List"),)))
        assert results(driver) == {"one": [Reply()] * 3, "two": [Reply()]}
    assert gateway.calls == [("List", None)]


def test_a_call_that_is_not_shared_is_made_again(gateway, make):
    """After a write the same read has another answer."""
    with Driver(gateway) as driver:
        driver.add("one", asking((make.call("List"),), (make.call("List"),)))
        results(driver)
    assert len(gateway.calls) == 2


def test_a_program_goes_on_while_another_waits(gateway, make):
    """Nobody waits for the end of a round that is not his."""
    gate = gateway.gate("Slow", "a")
    with Driver(gateway) as driver:
        driver.add("slow", asking((make.call("Slow", "a"),)))
        driver.add("quick", asking((make.call("Get", "a"),), (make.call("Get", "b"),)))
        assert driver.wait()[0] == "quick"
        gate.set()
        assert driver.wait()[0] == "slow"


def test_few_calls_of_one_operation_are_in_flight(gateway, make):
    """A slow operation leaves threads for the others."""
    gates = [gateway.gate("Slow", str(number)) for number in range(20)]
    with Driver(gateway) as driver:
        driver.add("slow", asking(tuple(make.call("Slow", str(number)) for number in range(20))))
        driver.add("quick", asking((make.call("Get", "a"),)))
        assert driver.wait()[0] == "quick"
        assert len(gateway.calls) == LANE + 1
        for gate in gates:
            gate.set()
        results(driver)
    assert gateway.most == LANE + 1


def test_nothing_is_called_before_somebody_waits(gateway, make):
    """So the first round is known before it is made."""
    with Driver(gateway, share=True) as driver:
        driver.add("one", asking((make.call("List"), make.call("Get", "a"))))
        driver.add("two", asking((make.call("List"),)))
        assert driver.queued == (make.call("List"), make.call("Get", "a"))
        assert gateway.calls == []


def test_a_poke_ends_a_wait(gateway, make):
    """From another thread (or a signal handler)."""
    gate = gateway.gate("Slow", "a")
    with Driver(gateway) as driver:
        driver.add("slow", asking((make.call("Slow", "a"),)))
        threading.Timer(0.01, driver.poke).start()
        assert driver.wait() is None
        gate.set()
        assert driver.wait()[0] == "slow"


def test_an_error_of_the_gateway_comes_out(gateway, make):
    """It is an error in the program, no answer."""
    gateway.answers["Get", "a"] = [ZeroDivisionError()]
    with Driver(gateway) as driver:
        driver.add("one", asking((make.call("Get", "a"),)))
        with pytest.raises(ZeroDivisionError):
            driver.wait()


def test_an_error_of_a_program_comes_out(gateway, make):
    """A reader that stumbles is not taken for one that found nothing."""

    def stumbling():
        yield (make.call("Get", "a"),)
        raise LookupError

    with Driver(gateway) as driver:
        driver.add("one", stumbling())
        with pytest.raises(LookupError):
            driver.wait()


def test_what_is_left_begins_nothing_more(gateway, make):
    """Leaving drops the calls that no thread has begun."""
    gates = [gateway.gate("Slow", str(number)) for number in range(LANE)]
    with Driver(gateway) as driver:
        driver.add("slow", asking(tuple(make.call("Slow", str(number)) for number in range(20))))
        driver.add("quick", asking((make.call("Get", "a"),)))
        driver.wait()
    for gate in gates:
        gate.set()
    assert len(gateway.calls) == LANE + 1
