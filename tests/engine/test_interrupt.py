"""Ctrl-C while steps are made."""

import signal
import threading

import pytest

from sesops.core.events import Outcome, StepStarted
from sesops.core.thing import Condition
from sesops.engine.execute import INTERRUPTED

CLICK = Condition("click.example.com", "click.example.com is not verified", "publish its records")


def press():
    """Interrupt the main thread wherever it is, as a terminal does."""
    signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)


@pytest.fixture(autouse=True)
def _interruptible():
    """A shell starts what runs in its background with interrupts ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_an_interrupt_finishes_what_is_on_its_way(run, make, gateway, endings):
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
        press()
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


def test_an_interrupt_does_not_wait_for_a_verdict(run, make, gateway, endings):
    """A step whose condition is being asked for has not begun."""
    gate = gateway.gate("Verified", "click.example.com")
    threading.Timer(0.05, press).start()
    report = run(make.step("set/tx", "tracking", conditions=(CLICK,)))
    gate.set()
    assert endings(report) == {"set/tx": (Outcome.SKIPPED, INTERRUPTED)}
