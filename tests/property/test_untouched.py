"""Say nothing, touch nothing: what no plan shows stays as it was, as every read of both APIs has it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from property.future import futures
from property.live import put
from property.reads import READS, differences, picture
from property.runs import DEPTHS, runs
from property.shown import kept_statements, not_shown
from property.specs import documents, names_only
from property.states import states

from sesops.core.plan import Action
from sesops.emulator.registry import operations


@pytest.mark.parametrize("depth", DEPTHS)
def test_what_was_in_no_change_is_what_it_was(lab, depth):
    """Any state, any spec over part of it, leave or none: a plan changes nothing, an apply only what the plan shows."""

    @runs(depth, 30)
    @given(st.data())
    def holds(data):
        state = data.draw(states())
        document = data.draw(documents(state))
        lab.sweep()
        put(state, lab)
        before = picture(lab)
        plan = lab.plan(document)
        assert plan.complete, (plan.findings, plan.unknown)
        assert picture(lab) == before
        if not plan.refusals:
            lab.make(plan)
        after = picture(lab)
        assert not_shown(plan, before, after) == []
        assert kept_statements(before, after)

    holds()


@pytest.mark.parametrize("depth", DEPTHS)
def test_a_block_with_members_of_a_newer_ses_is_not_written(lab, depth):
    """The installed botocore would drop them: whatever the spec asks, the block stays as it is."""

    @runs(depth, 15)
    @given(st.data())
    def holds(data):
        state = data.draw(states())
        document = data.draw(documents(state, removing=False, allowing=True))
        future = data.draw(futures(state))
        lab.sweep()
        put(state, lab)
        before = picture(lab)
        lab.emulator.decorate = future.decorate
        plan = lab.plan(document)
        assert plan.complete, (plan.findings, plan.unknown)
        if not plan.refusals:
            lab.make(plan)
        lab.emulator.decorate = None
        held, after = future.part(before), future.part(picture(lab))
        assert differences(held, {address: after.get(address, {}) for address in held}) == []

    holds()


@pytest.mark.parametrize("depth", DEPTHS)
def test_a_spec_of_names_only_plans_nothing_but_adoption(lab, depth):
    """`{}` wherever the schema takes it: what is there is adopted, and but for the tag everything stays as it was."""

    @runs(depth, 15)
    @given(st.data())
    def holds(data):
        state = data.draw(states(owners=()))
        document = data.draw(names_only(state))
        lab.sweep()
        put(state, lab)
        before = picture(lab)
        plan = lab.plan(document)
        assert plan.complete, (plan.findings, plan.unknown)
        assert {one.action for one in plan.changes} <= {Action.ADOPT}
        lab.make(plan)
        after = picture(lab)
        assert {leaf[-2:] for _, leaf, _, _ in differences(before, after)} <= {("Tags", "sesops:stack")}
        assert lab.plan(document).changes == ()

    holds()


OTHERS = {
    *("account", "suppression", "import_jobs", "dedicated_ips", "templates", "custom_verification_templates"),
    *("contact_lists", "contacts", "tenants", "tenant_resources", "multi_region_endpoints", "reputation"),
    "identity_certificates",
}
"""Modules of the emulator for things that no spec of this release names."""


def test_the_pictures_are_of_every_read_that_there_is():
    """A read that the emulator learns later is looked at too, or said here to show nothing of a thing."""
    elsewhere = {
        ("resourcegroupstaggingapi", "GetResources"),  # tags again, late
        ("ses", "ListVerifiedEmailAddresses"),  # what the listing of identities says
    }
    reads = {
        one
        for one, function in operations().items()
        if one[1].startswith(("Get", "List", "Describe")) and function.__module__.rpartition(".")[2] not in OTHERS
    }
    assert reads - elsewhere == READS
