"""A plan against an earlier spec: whose each change is, and that no mail stops without leave of `allow` or of the diff."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from property.live import State as Live
from property.live import put
from property.outcome import goes_with, written
from property.runs import DEPTHS, runs
from property.specs import documents
from property.states import states
from support.bench import ACCOUNT, REGION, described

from sesops.core.address import Address
from sesops.core.plan import Action, Change, Impact, State, TargetPlan, Whose
from sesops.core.values import Scope
from sesops.core.whose import Earlier, History
from sesops.engine import history

Document = dict[str, Any]
_NOWHERE = Scope("acme", REGION, ACCOUNT, "aws")


@st.composite
def pairs(draw, state: Live) -> tuple[Document, Document]:
    """A spec, and what a change makes of it: another over the same state, or some of its leaves are as in another."""
    base, other = draw(documents(state)), draw(documents(state, allowing=False))
    return base, draw(st.just(other) | _edited(base, other))


@st.composite
def _edited(draw, base: Any, other: Any) -> Any:
    """One value, in some places where both have something and differ as the other; lines of leave as they were."""
    if isinstance(base, dict) and isinstance(other, dict):
        kept = {"allow": base["allow"], "remove": base["remove"]} if "allow" in base else {}
        both = {key: draw(_edited(base[key], other[key])) for key in base if key in other and key not in kept}
        return {**base, **both, **kept}
    return draw(st.sampled_from((base, other)))


def planned(lab, base: Document, head: Document, *, changed: bool = False) -> TargetPlan:
    """As `plan --base` does it."""
    then, now = lab.target(base), lab.target(head)
    earlier = Earlier("base", then.wanted, then.leave, "acme")
    return history.plan_target(lab.desk(), now.wanted, now.leave, History(earlier, changed=changed))


def drawn(lab, data) -> tuple[Document, Document]:
    """A live state that is put, and a pair of specs without errors over it."""
    state = data.draw(states())
    base, head = data.draw(pairs(state))
    assume(not lab.load(head).has_errors)
    lab.sweep()
    put(state, lab)
    return base, head


@pytest.mark.parametrize("depth", DEPTHS)
def test_every_change_has_a_label_and_is_the_one_without_a_base(lab, depth):
    """Labels and leave apart, the earlier spec changes nothing of a plan."""

    @runs(depth, 25)
    @given(st.data())
    def holds(data):
        base, head = drawn(lab, data)
        plan = planned(lab, base, head)
        assert [str(one.address) for one in plan.changes if one.whose is None] == []
        assert [one.path for change in plan.changes for one in change.fields if one.whose is None] == []
        assert [_bare(one) for one in plan.changes] == [_bare(one) for one in lab.plan(head).changes]

    holds()


def _bare(change: Change) -> Any:
    """A change without whose it is and without what leave makes of its steps."""
    steps = tuple(replace(one, state=State.READY, reason=None, asked=lambda: None) for one in change.steps)
    fields = tuple(replace(one, whose=None) for one in change.fields)
    target = TargetPlan(_NOWHERE, changes=(replace(change, whose=None, fields=fields, steps=steps),))
    return written(target)


@pytest.mark.parametrize("depth", DEPTHS)
def test_what_was_asked_for_already_is_no_change_of_the_spec(lab, depth):
    """Against itself, a spec asks for nothing and gives no leave; --changed has nothing to do."""

    @runs(depth, 25)
    @given(st.data())
    def holds(data):
        state = data.draw(states())
        document = data.draw(documents(state))
        lab.sweep()
        put(state, lab)
        plan = planned(lab, document, document)
        assert [str(one.address) for one in plan.changes if one.whose is not Whose.BEFORE] == []
        assert plan.leave.own == frozenset()
        assert written(replace(plan, base=None, changes=())) == written(replace(lab.plan(document), changes=()))
        assert planned(lab, document, document, changed=True).changes == ()

    holds()


@pytest.mark.parametrize("depth", DEPTHS)
def test_no_mail_stops_without_leave_of_a_line_or_of_the_diff(lab, depth):
    """What is written of a thing exactly as before is asked for by nobody; neither is what `strict` implies."""

    @runs(depth, 40)
    @given(st.data())
    def holds(data):
        base, head = drawn(lab, data)
        plan = planned(lab, base, head)
        allowed = {(one["address"], one["to"]) for one in head["allow"]}
        for change in plan.changes:
            if change.impact is not Impact.STOPS_MAIL or not _is_stopping(change):
                continue
            if change.action is Action.DELETE:
                assert str(change.address) in head["remove"]
            elif (str(change.address), "replace" if change.action is Action.REPLACE else "stop_mail") not in allowed:
                before, now = (_said(one, change.address) for one in (base, head))
                assert before != now, described([change])

    holds()


@pytest.mark.parametrize("depth", DEPTHS)
def test_changed_leaves_out_nothing_that_is_this_changes(lab, depth):
    """And shows nothing that the whole plan does not have, or does with what the thing lies in."""

    @runs(depth, 25)
    @given(st.data())
    def holds(data):
        base, head = drawn(lab, data)
        whole = {str(one.address): one for one in planned(lab, base, head).changes if one.action is not Action.ADOPT}
        some = {str(one.address) for one in planned(lab, base, head, changed=True).changes}
        assert {name for name, one in whole.items() if one.whose is not None and one.whose.is_this} <= some
        adopted = {str(one.address) for one in planned(lab, base, head).adoptions}
        deleted = [name for name, one in whole.items() if one.action is Action.DELETE]
        assert [one for one in some - whole.keys() - adopted if not goes_with(one, deleted)] == []

    holds()


def _is_stopping(change: Change) -> bool:
    """Whether the part of it that stops mail would be made."""
    facets = {one.facet for one in change.fields if one.stops_mail}
    whole = change.action in (Action.DELETE, Action.REPLACE)
    return any(one.state is State.READY and (whole or one.facet in facets) for one in change.steps)


_SECTIONS = {"domain": "domains", "email": "emails", "configuration_set": "configuration_sets", "topic": "topics"}


_ABSENT = "nothing is said of it"


def _said(document: Document, address: Address) -> Any:
    """What a spec says of a thing, `strict` apart; of what lies in another, what it says of that."""
    receipt = document.get("receipt", {})
    if address.kind == "active_receipt_rule_set":
        return receipt.get("active_rule_set", _ABSENT)
    if address.kind.startswith("receipt_"):
        found = receipt.get("rule_sets", {}).get(address.name[0], _ABSENT)
    else:
        section = {"event_destination": "configuration_sets"}.get(address.kind, _SECTIONS.get(address.kind))
        if section is None:
            return [document.get(one, {}).get(address.name[0], _ABSENT) for one in ("domains", "emails")]
        found = document.get(section, {}).get(address.name[0], _ABSENT)
    return {key: value for key, value in found.items() if key != "strict"} if isinstance(found, dict) else found
