"""The first run on an account that others have filled: what is theirs is counted and not read, adoption can be broken off
and taken up again, and the brake has no part in it.
"""

from __future__ import annotations

import signal

import pytest
from support.bench import Bench

from sesops.core.events import Outcome, StepEnded
from sesops.core.plan import Action

MINE = {"configuration_sets": {"main": {}}, "domains": {"d00000.example.com": {"configuration_set": "main"}}}


@pytest.fixture(
    params=[
        pytest.param(600, id="600"),
        # Making ten thousand of them takes a minute.
        pytest.param(10_000, id="10000", marks=pytest.mark.long),
    ]
)
def crowded(request, tmp_path):
    """A bench with an account full of identities without a tag, and a spec that names them all."""
    bench = Bench(tmp_path)
    client = bench.client("sesv2")
    names = [f"d{number:05}.example.com" for number in range(request.param)]
    for name in names:
        client.create_email_identity(EmailIdentity=name)
    yield bench, {"domains": {name: {"dkim": {"signing_enabled": True}} for name in names}}
    bench.emulator.close()


def test_what_others_made_is_not_read(crowded):
    """A spec of two things costs what it costs on an empty account, and the pages of the listings."""
    bench, whole = crowded
    bench.emulator.calls.clear()
    planned = bench.plan(MINE)
    reads = [one for one in bench.emulator.calls if "d0" in str(one)]
    number = len(whole["domains"])
    assert planned.complete
    assert len(bench.emulator.calls) <= 20 + number // 100, bench.emulator.calls[-5:]
    assert all("d00001" not in str(one) for one in reads)


def test_adoption_is_counted_and_can_be_broken_off(crowded):
    """A line with a count, no pending change, no brake; broken off by Ctrl-C it is taken up where it stopped."""
    bench, whole = crowded
    number = len(whole["domains"])
    planned = bench.plan(whole)
    assert (planned.refusals, planned.pending) == ((), ())
    assert {one.action for one in planned.changes} == {Action.ADOPT}
    assert len(planned.adoptions) == number

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    ended = 0

    def break_off(event):
        nonlocal ended
        if isinstance(event, StepEnded) and event.outcome is Outcome.DONE:
            ended += 1
            if ended == number // 3:
                signal.raise_signal(signal.SIGINT)

    class Breaking(list):
        """Hears the events and breaks off in the middle."""

        append = staticmethod(break_off)

    bench.events = Breaking()
    try:
        report = bench.make(planned)
    finally:
        bench.events = []
        signal.signal(signal.SIGINT, before)
    assert report.interrupted
    left = bench.plan(whole)
    assert 0 < len(left.adoptions) < number
    assert bench.apply(whole).count(Outcome.DONE) == len(left.adoptions)
    bench.assert_clean(whole)
