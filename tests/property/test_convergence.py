"""Run it again: after an apply nothing is left to do but wait, and after a run that was cut the next one finishes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from property.cut import Cut, CutGateway, KilledError
from property.live import DAY, put
from property.runs import DEPTHS, runs
from property.specs import documents
from property.states import states
from support.bench import described

from sesops.core.plan import State as StepState


def left(plan):
    """What an apply would do now, waiting apart."""
    steps = [step for change in plan.changes for step in change.steps]
    return [(str(step.address), step.facet, step.reason) for step in steps if step.state is not StepState.WAITING]


def assert_finished(lab, document):
    """Nothing is left but to wait; and once time has passed, an apply makes what waited, and then nothing is left."""
    plan = lab.plan(document)
    assert left(plan) == [], described(plan.changes)
    if plan.changes:
        lab.emulator.clock.advance(2 * DAY)
        lab.apply(document)
        assert described(lab.plan(document).changes) == []


@pytest.mark.parametrize("depth", DEPTHS)
def test_after_an_apply_the_plan_is_empty(lab, depth):
    """With leave for all that the spec names; adoption included, waiting apart until it ends."""

    @runs(depth, 30)
    @given(st.data())
    def holds(data):
        state = data.draw(states(owners=("acme",)))
        document = data.draw(documents(state, allowing=True))
        lab.sweep()
        put(state, lab)
        lab.apply(document)
        assert_finished(lab, document)

    holds()


@pytest.mark.parametrize("depth", DEPTHS)
def test_a_run_that_was_cut_is_finished_by_the_next(lab, depth):
    """Whichever write it was cut at, and however: the next apply makes what is left, and the plan after it is empty."""

    @runs(depth, 30)
    @given(st.data())
    def holds(data):
        state = data.draw(states(owners=("acme",)))
        document = data.draw(documents(state, allowing=True))
        lab.sweep()
        put(state, lab)
        plan = lab.plan(document)
        writes = sum(len(step.calls) for change in plan.changes for step in change.steps)
        cut, at = data.draw(st.sampled_from(Cut)), data.draw(st.integers(0, max(writes - 1, 0)))
        whole, lab.gateway = lab.gateway, CutGateway(lab.gateway, cut, at)
        try:
            lab.make(plan)
        except KilledError:
            pass
        finally:
            lab.gateway = whole
        lab.apply(document)
        assert_finished(lab, document)

    holds()
