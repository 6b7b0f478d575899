"""A saved plan: it holds as long as what it rests on is so, and what it makes is what it showed, or less."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from property import payload
from property.cut import cuts, make_cut
from property.edits import edits
from property.live import put
from property.outcome import assert_finished, written
from property.reads import picture
from property.runs import DEPTHS, runs
from property.shown import kept_statements, not_shown
from property.specs import documents
from property.states import states
from support.bench import REGISTRY

from sesops.cli.run import whole
from sesops.core import plan_json, planner, stale
from sesops.core.plan import Action, Change, Impact, TargetPlan
from sesops.engine import planning
from sesops.engine.perform import LOST
from sesops.spec import check_plan
from sesops.view import machine


def saved(plan: TargetPlan) -> TargetPlan:
    """A plan as `plan --out` writes it and `apply FILE` reads it."""
    data = json.loads(machine.plan(whole([plan], REGISTRY)))
    check_plan(data)
    return plan_json.read(data, REGISTRY.kinds).targets[0]


def derived(lab, plan: TargetPlan) -> tuple[tuple[str, ...], TargetPlan]:
    """What `apply FILE` derives from live SES: why the plan is stale, and what it would make."""
    fresh = planning.plan_target(lab.desk(), plan.wanted, plan.leave)
    fresh, _ = planner.only(fresh, (change.address for change in plan.changes))
    return stale.differences(plan, fresh), stale.within(plan, fresh)


def changes(plan: TargetPlan) -> str:
    return written(replace(TargetPlan(plan.scope), changes=plan.changes))


@pytest.mark.parametrize("depth", DEPTHS)
def test_a_saved_plan_is_not_stale_where_nothing_happened(lab, depth):
    """Written, read, and derived again: the same changes, step by step and call by call."""

    @runs(depth, 25)
    @given(st.data())
    def holds(data):
        state = data.draw(states())
        document = data.draw(documents(state))
        lab.sweep()
        put(state, lab)
        plan = lab.plan(document)
        read = saved(plan)
        assert changes(read) == changes(plan)
        why, fresh = derived(lab, read)
        assert why == ()
        assert changes(fresh) == changes(plan)

    holds()


@pytest.mark.parametrize("depth", DEPTHS)
def test_after_a_foreign_edit_a_saved_plan_is_stale_or_does_what_it_showed(lab, depth):
    """Somebody writes to things that the plan touches: either nothing is made, or nothing that was not shown."""

    @runs(depth, 40)
    @given(st.data())
    def holds(data):
        state = data.draw(states())
        document = data.draw(documents(state))
        lab.sweep()
        put(state, lab)
        plan = lab.plan(document)
        assume(plan.changes)
        touched = data.draw(st.lists(st.sampled_from(plan.changes), min_size=1, max_size=3))
        for change in touched:
            data.draw(edits(state, change)).make(lab)
        why, fresh = derived(lab, saved(plan))
        if why or not fresh.complete:
            return
        before, begun = picture(lab), len(lab.emulator.calls)
        # What somebody else has made meanwhile is taken to where the shown create would have left it.
        taken = {str(one.step.address) for one in lab.make(fresh).ended if one.note == LOST}
        shown = [call for change in plan.changes for step in change.steps for call in step.calls]
        said = payload.not_shown(
            [(one.service, one.operation, dict(one.params)) for one in shown], before, lab.writes(begun)
        )
        assert [one for one in said if one[0] not in taken] == []
        after = picture(lab)
        assert not_shown(plan, before, after) == []
        assert kept_statements(before, after)

    holds()


@pytest.mark.parametrize("depth", DEPTHS)
def test_a_saved_plan_that_was_cut_still_holds(lab, depth):
    """What is left of it is fewer of what it showed: it is not stale, and made again it finishes.

    Of some things the rest is not what was shown: of a topic without its policy (ours is laid into the one that SNS
    gave it), of a destination that was deleted to be replaced (it is made from the spec alone), of an order from which
    rules are gone, and of what stops mail, where the run itself has changed who refers to it. Those are stale, and
    nothing is made.
    """

    @runs(depth, 25)
    @given(st.data())
    def holds(data):
        state = data.draw(states(owners=("acme",)))
        document = data.draw(documents(state, allowing=True))
        lab.sweep()
        put(state, lab)
        plan = lab.plan(document)
        make_cut(lab, plan, *data.draw(cuts(plan)))
        why, fresh = derived(lab, saved(plan))
        other = {str(one.address) for one in plan.changes if _leaves_another_rest(one)}
        assert [one for one in why if one.partition(": ")[0] not in other] == []
        if not why:
            lab.make(fresh)
            assert_finished(lab, document)

    holds()


def _leaves_another_rest(change: Change) -> bool:
    if change.address.kind == "topic":
        return change.action is Action.CREATE
    moved = any(one.path == "order" for one in change.fields)
    return moved or change.action is Action.REPLACE or change.impact is Impact.STOPS_MAIL
