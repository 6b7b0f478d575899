"""Receipt filters: no update, so one that changes is made again behind a stand-in."""

from __future__ import annotations

import pytest
from support.bench import Bench, described

from sesops.core.address import Address
from sesops.core.plan import Action
from sesops.core.thing import Wanted
from sesops.kinds.receipt.filters import KIND, _swap
from sesops.spec.lint import Siblings


@pytest.fixture
def bench(tmp_path):
    made = Bench(tmp_path)
    yield made
    made.emulator.close()


def spec(cidr="10.10.10.0/24", policy="BLOCK", **more):
    return {"receipt": {"filters": {"lab": {"cidr": cidr, "policy": policy}}}, **more}


def filters(bench):
    listed = bench.client("ses").list_receipt_filters()["Filters"]
    return {one["Name"]: tuple(one["IpFilter"].values()) for one in listed}


def test_a_filter_is_made_and_found_clean(bench):
    """However its block is spelt."""
    bench.apply(spec("10.10.10.7/24"))
    bench.assert_clean(spec())
    assert filters(bench) == {"lab": ("Block", "10.10.10.0/24")}


def test_a_change_makes_it_again_behind_a_stand_in(bench):
    """At no moment is there no filter for the new block."""
    bench.apply(spec())
    begun = len(bench.emulator.calls)
    bench.apply(spec("10.10.0.0/16"))
    bench.assert_clean(spec("10.10.0.0/16"))
    writes = [(one[1], one[2].get("FilterName") or one[2]["Filter"]["Name"]) for one in bench.emulator.calls[begun:]
              if one[1].startswith(("Create", "Delete"))]  # fmt: skip
    assert writes == [
        ("DeleteReceiptFilter", "lab-sesops-swap"),
        ("CreateReceiptFilter", "lab-sesops-swap"),
        ("DeleteReceiptFilter", "lab"),
        ("CreateReceiptFilter", "lab"),
        ("DeleteReceiptFilter", "lab-sesops-swap"),
    ]


def test_it_is_a_replacement_and_is_called_one(bench):
    """Which a new one is not."""
    [made] = bench.plan(spec()).changes
    assert (made.action, made.sentence) == (Action.CREATE, None)
    bench.apply(spec())
    [change] = bench.plan(spec("10.10.0.0/16")).changes
    assert (change.action, [one.facet for one in change.steps]) == (Action.REPLACE, ["replace"])
    assert change.sentence is not None
    assert "a second one stands in meanwhile" in change.sentence


@pytest.mark.parametrize("died_after", [1, 2, 3])
def test_a_run_that_died_in_between_is_finished_by_the_next(bench, died_after):
    """Whatever it left: both, the stand-in alone, or both again."""
    bench.apply(spec())
    ses = bench.client("ses")
    new = {"Policy": "Block", "Cidr": "10.10.0.0/16"}
    steps = [
        lambda: ses.create_receipt_filter(Filter={"Name": "lab-sesops-swap", "IpFilter": new}),
        lambda: ses.delete_receipt_filter(FilterName="lab"),
        lambda: ses.create_receipt_filter(Filter={"Name": "lab", "IpFilter": new}),
    ]
    for step in steps[:died_after]:
        step()
    bench.apply(spec("10.10.0.0/16"))
    bench.assert_clean(spec("10.10.0.0/16"))
    assert filters(bench) == {"lab": ("Block", "10.10.0.0/16")}


def test_one_that_allows_is_not_taken_away_without_leave(bench):
    """It lets in what others refuse; one that blocks may go as it came."""
    bench.apply(spec(policy="ALLOW"))
    planned = bench.plan(spec(policy="BLOCK"))
    assert [one.held for one in planned.changes] == [True], described(planned.changes)
    assert planned.changes[0].sentence == "mail from 10.10.10.0/24 may be refused once filter lab is gone"
    leave = {"allow": [{"address": "receipt_filter/lab", "to": "replace", "until": "2026-12-31"}]}
    bench.apply(spec(policy="BLOCK", **leave))
    bench.assert_clean(spec(policy="BLOCK"))
    assert not any(one.held for one in bench.plan(spec(policy="ALLOW")).changes)


def test_a_filter_is_deleted_by_its_name(bench):
    """And the plan says what that means for mail where it allowed."""
    bench.apply(spec(policy="ALLOW"))
    planned = bench.plan({"topics": {"t": {}}, "remove": ["receipt_filter/lab"]})
    (sentence,) = (one.sentence for one in planned.changes if one.address.kind == "receipt_filter")
    assert "mail from 10.10.10.0/24 may be refused" in sentence


@pytest.mark.parametrize(
    ("name", "cidr", "codes"),
    [
        ("lab", "10.10.10.0/24", []),
        ("lab", "2001:db8::/32", []),
        ("a.b", "10.0.0.1", ["invalid-name"]),
        ("lab", "10.0.0.0/33", ["not-a-block"]),
        ("lab", "fe80::1%eth0", ["not-a-block"]),
        ("lab", "::ffff:10.0.0.1", ["not-a-block"]),
    ],
)
def test_names_and_blocks(name, cidr, codes):
    """What SES would refuse is found offline."""
    wanted = Wanted(Address("receipt_filter", (name,)), {"cidr": cidr, "policy": "BLOCK"})
    assert [one.code for one in KIND.check(wanted, Siblings("eu-west-1", None, [wanted]))] == codes


def test_long_names_have_stand_ins_of_their_own(bench):
    """Names that differ only behind where a stand-in's is cut."""
    names = ["a" * 60 + end for end in ("one", "two")]
    both = {"receipt": {"filters": {name: {"cidr": "10.10.10.0/24", "policy": "BLOCK"} for name in names}}}
    bench.apply(both)
    bench.client("ses").delete_receipt_filter(FilterName=names[1])
    swap = {"Policy": "Block", "Cidr": "10.10.10.0/24"}
    bench.client("ses").create_receipt_filter(Filter={"Name": _swap(names[0]), "IpFilter": swap})
    assert {str(one.address): one.action for one in bench.plan(both).changes} == {
        f"receipt_filter/{names[0]}": Action.UPDATE,
        f"receipt_filter/{names[1]}": Action.CREATE,
    }
