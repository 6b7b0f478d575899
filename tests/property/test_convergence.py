"""Run it again: after an apply nothing is left to do but wait, and after a run that was cut the next one finishes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from property.cut import cuts, make_cut
from property.live import put
from property.outcome import assert_finished
from property.runs import DEPTHS, runs
from property.specs import documents
from property.states import states


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
        make_cut(lab, plan, *data.draw(cuts(plan)))
        lab.apply(document)
        assert_finished(lab, document)

    holds()
