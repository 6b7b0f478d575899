"""What a plan is: the same for the same wish, no delete that nobody named, no word that nobody said."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from property.live import put
from property.outcome import goes_with, written
from property.payload import unexplained
from property.reads import Picture, picture
from property.runs import DEPTHS, runs
from property.specs import documents
from property.states import states

from sesops.core.plan import Action, Impact, State

SETS = ("recipients", "events", "cloudwatch", "suppressed_reasons", "remove", "allow")
"""Lists of a spec whose order means nothing."""


@st.composite
def shuffled(draw, value: Any, *, is_set: bool = False) -> Any:
    """The same spec, its keys and its sets in another order."""
    if isinstance(value, dict):
        return {key: draw(shuffled(value[key], is_set=key in SETS)) for key in draw(st.permutations(list(value)))}
    if isinstance(value, list):
        items = [draw(shuffled(one)) for one in value]
        return draw(st.permutations(items)) if is_set else items
    return value


@pytest.mark.parametrize("depth", DEPTHS)
def test_the_order_of_keys_and_sets_does_not_change_the_plan(lab, depth):
    """Byte for byte, places in the files apart."""

    @runs(depth, 25)
    @given(st.data())
    def holds(data):
        state = data.draw(states())
        document = data.draw(documents(state))
        other = data.draw(shuffled(document))
        lab.sweep()
        put(state, lab)
        assert written(lab.plan(document)) == written(lab.plan(other))

    holds()


@pytest.mark.parametrize("depth", DEPTHS)
def test_nothing_is_deleted_that_remove_does_not_name(lab, depth):
    """Or what it lies in is strict, and no mail stops by it. No plan has such a call (a replacement apart), no run makes
    one that was not shown, and all else is still there.
    """

    @runs(depth, 25)
    @given(st.data())
    def holds(data):
        state = data.draw(states())
        document = data.draw(documents(state))
        lab.sweep()
        put(state, lab)
        before = picture(lab)
        plan = lab.plan(document)
        deletes = [
            (change, call)
            for change in plan.changes
            for step in change.steps
            for call in step.calls
            if call.operation.startswith("Delete") and step.state is not State.HELD
        ]
        extra = _extra(document, before)
        named = {*document["remove"], *extra}
        assert [one for one, _ in deletes if one.action is Action.DELETE and str(one.address) not in named] == []
        stopping = {str(one.address) for one, _ in deletes if one.impact is Impact.STOPS_MAIL and one.is_extra}
        assert stopping == set()
        begun = len(lab.emulator.calls)
        lab.make(plan)
        shown = [(call.service, call.operation, dict(call.params)) for _, call in deletes]
        made = [one for one in lab.emulator.calls[begun:] if one[1].startswith("Delete")]
        assert [one for one in made if one not in shown] == []
        gone = before.keys() - picture(lab).keys()
        assert [one for one in gone if not goes_with(one, [*named])] == []

    holds()


def _extra(document: dict[str, Any], before: Picture) -> list[str]:
    """What lies in a strict thing, rules apart: one that goes always stops mail."""
    hosts = {
        **{f"event_destination/{name}": one for name, one in document.get("configuration_sets", {}).items()},
        **{
            f"identity_policy/{name}": one
            for name, one in {**document.get("domains", {}), **document.get("emails", {})}.items()
        },
    }
    return [address for address in before if (host := hosts.get(address.rpartition("/")[0])) and host.get("strict")]


@pytest.mark.parametrize("depth", DEPTHS)
def test_no_write_says_what_nobody_said(lab, depth):
    """Each word of each write stands in the spec, or is live, or is a default of ours, or required by SES."""

    @runs(depth, 25)
    @given(st.data())
    def holds(data):
        state = data.draw(states())
        document = data.draw(documents(state, allowing=True))
        lab.sweep()
        put(state, lab)
        before = picture(lab)
        plan = lab.plan(document)
        begun = len(lab.emulator.calls)
        lab.make(plan)
        assert unexplained(plan, before, lab.writes(begun)) == []

    holds()
