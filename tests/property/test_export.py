"""An export of whatever is live plans clean, adoption apart, and an export of what it made is the same to the byte."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from property import names
from property.live import put
from property.runs import DEPTHS, runs
from property.states import states
from support.bench import described
from support.export import exported

from sesops.core.plan import Action


@pytest.mark.parametrize("depth", DEPTHS)
def test_an_export_plans_clean_and_once_it_is_adopted_is_exported_the_same(lab, depth):
    """No finding, nothing unknown, nothing but tags to write; whatever the state, whoever made it."""

    @runs(depth, 40)
    @given(st.data())
    def holds(data):
        state = data.draw(states())
        lab.sweep()
        put(state, lab)
        export = exported(lab)
        plan = lab.plan(export.text, stack=names.STACK)
        assert (plan.complete, plan.refusals) == (True, ())
        assert {one.action for one in plan.changes} <= {Action.ADOPT}, described(plan.changes)
        assert exported(lab).text == export.text
        lab.make(plan)
        assert exported(lab).text == export.text

    holds()
