"""BR-61: an IP filter cannot be changed, so it is made again; mail must not slip through meanwhile."""

from __future__ import annotations

from sesops.core.events import Outcome

OLD = {"Policy": "Block", "Cidr": "192.0.2.0/25"}
SPEC = {
    "receipt": {
        "filters": {
            "bad-net": {"policy": "Block", "cidr": "192.0.2.0/24"},
            "partner": {"policy": "ALLOW", "cidr": "198.51.100.7"},
        }
    }
}


def filters(bench):
    listed = bench.client("ses").list_receipt_filters()["Filters"]
    return {one["Name"]: one["IpFilter"]["Cidr"] for one in listed}


def full(bench):
    """A hundred filters, the one of the case among them."""
    ses = bench.client("ses")
    ses.create_receipt_filter(Filter={"Name": "bad-net", "IpFilter": OLD})
    for number in range(99):
        block = {"Policy": "Block", "Cidr": f"10.0.{number}.0/24"}
        ses.create_receipt_filter(Filter={"Name": f"f-{number}", "IpFilter": block})


def test_the_gap_is_closed_by_a_second_filter(bench):
    """The plan says so; afterwards none is left of it, and an address is the block of it alone."""
    bench.client("ses").create_receipt_filter(Filter={"Name": "bad-net", "IpFilter": OLD})
    planned = bench.plan(SPEC)
    (change,) = (one for one in planned.changes if one.address.last == "bad-net")
    assert "a second one stands in meanwhile" in change.sentence
    bench.apply(SPEC)
    bench.assert_clean(SPEC)
    assert filters(bench) == {"bad-net": "192.0.2.0/24", "partner": "198.51.100.7/32"}


def test_without_room_for_a_second_one_it_is_made_all_the_same(bench):
    full(bench)
    spec = {"receipt": {"filters": {"bad-net": SPEC["receipt"]["filters"]["bad-net"]}}}
    bench.apply(spec)
    bench.assert_clean(spec)
    assert filters(bench)["bad-net"] == "192.0.2.0/24"
    assert len(filters(bench)) == 100


def test_one_that_cannot_be_made_again_is_put_back(bench):
    """The run fails, and what was there is there."""
    full(bench)
    spec = {"receipt": {"filters": {"bad-net": SPEC["receipt"]["filters"]["bad-net"]}}}
    match = {"Filter": {"Name": "bad-net", "IpFilter": {"Cidr": "192.0.2.0/24"}}}
    bench.emulator.faults.fail("ses", "CreateReceiptFilter", "InvalidParameterValue", "no", times=None, match=match)
    report = bench.make(bench.plan(spec))
    assert [one.outcome for one in report.ended] == [Outcome.FAILED]
    assert filters(bench)["bad-net"] == "192.0.2.0/25"
