"""What of an export is not seen on any SES: names that it should not have, and what nobody can leave out."""

from __future__ import annotations

from datetime import date

import pytest
import yaml

from sesops.core.address import Address
from sesops.core.inventory import Inventory
from sesops.core.live import LiveState
from sesops.core.thing import Live
from sesops.core.values import Scope
from sesops.kinds import discover
from sesops.spec.export import check, export
from sesops.spec.export.said import Document
from sesops.spec.export.text import Files

REGISTRY = discover()
SCOPE = Scope("acme", "eu-west-1", "123456789012")


def names(*paths):
    files = Files()
    return [files.document(("domains", *path), Document()) for path in paths]


def test_a_policy_lies_under_the_name_of_what_it_is_of():
    """The section and the key above all policies say nothing."""
    assert names(("example.com", "policies", "partner")) == ["policies/example.com/partner.json"]


def test_names_that_some_machine_takes_for_one_are_told_apart():
    """By a number; the same export gives the same names."""
    assert names(("a", "p"), ("A", "P"), ("a", "P")) == [
        "policies/a/p.json",
        "policies/A/P-2.json",
        "policies/a/P-3.json",
    ]


def test_a_name_leads_out_of_no_folder_and_is_not_too_long():
    """Whatever SES lets an identity be called."""
    assert names(("..", "p"), ("a/../b@example.com", "p")) == [
        "policies/_/p.json",
        "policies/a_.._b@example.com/p.json",
    ]
    [long] = names(("x" * 300, "p"))
    assert max(map(len, long.split("/"))) == 100


def exported(*addresses):
    things = {one: Live(one) for one in addresses}
    return export(REGISTRY, SCOPE, Inventory(LiveState(things)), date(2026, 3, 1)).text


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("ops@exämple.com", "a spec would take its name for ops@xn--exmple-cua.com"),
        ("öps@example.com", "'öps@example.com' has letters before the `@` that SES does not take"),
    ],
)
def test_a_name_that_a_spec_reads_as_another_is_left_out(name, reason):
    """Or a plan would make the other one."""
    text = exported(Address("email", (name,)), Address("email", ("ops@example.com",)))
    assert f"# left out: email/{name}: {reason}\n" in text
    assert yaml.safe_load(text)["emails"] == {"ops@example.com": {}}


def test_what_cannot_be_left_out_is_said_in_the_head(monkeypatch):
    """A finding that is of no thing: the export ends all the same."""
    found = [check.Fault(None, "", "something is odd")]
    monkeypatch.setattr(check.Check, "faults", lambda *_: found)
    assert "# Not clean: something is odd\nversion: 1\n" in exported(Address("email", ("ops@example.com",)))
