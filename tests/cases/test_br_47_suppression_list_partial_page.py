"""BR-47: only the first page of a listing was read, and what stood behind it looked absent.

The suppression list passes by a page at a time (tests/kinds/test_suppressions.py). The listing of identities, by which
is told what exists, goes through the joining of pages, with pages made small here.
"""

from __future__ import annotations

import pytest
from cases.scene import change_of, make_identity

from sesops.core.values import Call
from sesops.emulator.context import ServiceError
from sesops.kinds.identity import reader

PAGE = 3


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch):
    monkeypatch.setattr(reader, "LIST", Call("sesv2", "ListEmailIdentities", {"PageSize": PAGE}))


def listings(bench):
    return [given for _, name, given in bench.emulator.calls if name == "ListEmailIdentities"]


@pytest.mark.parametrize(("count", "pages"), [(0, 1), (1, 1), (PAGE, 1), (PAGE + 1, 2), (2 * PAGE + 1, 3)])
def test_every_page_is_read(bench, count, pages):
    """None, one, exactly a page, one more: everything that is there is found, whichever page it is on."""
    names = [f"d{number}.example.com" for number in range(count)]
    make_identity(bench, *names)
    planned = bench.plan({"domains": {name: {} for name in (*names, "new.example.com")}})
    assert len(listings(bench)) == pages
    assert [str(one.address) for one in planned.pending] == ["domain/new.example.com"]


def test_an_empty_page_with_a_token_is_not_the_end(bench):
    """Of two pages the first comes back empty: what stands on the second is found all the same."""
    names = [f"d{number}.example.com" for number in range(PAGE + 1)]
    make_identity(bench, *names)

    def blanks(_service, operation, answer):
        if operation == "ListEmailIdentities" and "NextToken" in answer:
            answer["EmailIdentities"] = []

    bench.emulator.decorate = blanks
    planned = bench.plan({"domains": {name: {} for name in names}})
    assert len(planned.adoptions) == 1
    assert len(planned.pending) == PAGE


def test_a_listing_that_breaks_off_is_an_error(bench):
    """Never a shorter list: nothing is known of what would have been on it, even of what was on the first page."""
    names = [f"d{number}.example.com" for number in range(PAGE + 1)]
    make_identity(bench, *names)

    def breaks(_service, operation, answer):
        if operation == "ListEmailIdentities" and "NextToken" not in answer:
            raise ServiceError("InternalFailure", "no", 500)

    bench.emulator.decorate = breaks
    planned = bench.plan({"domains": {name: {} for name in names}})
    assert len(planned.unknown) == len(names)
    assert planned.pending == ()
    bench.emulator.decorate = None
    assert change_of(bench.plan({"domains": {"new.example.com": {}}}), "domain/new.example.com")


def test_a_single_address_is_looked_up(bench):
    """Among others, and without a listing of them."""
    bench.emulator.settings.production_access = True
    sesv2 = bench.client("sesv2")
    for number in (2399, 2400, 2401):
        sesv2.put_suppressed_destination(EmailAddress=f"u{number}@example.com", Reason="BOUNCE")
    begun = len(bench.emulator.calls)
    bench.assert_clean(
        {"suppressions": {"present": {"entries": [{"address": "u2400@example.com", "reason": "BOUNCE"}]}}}
    )
    asked = [name for _, name, _ in bench.emulator.calls[begun:] if "Suppressed" in name]
    assert asked == ["GetSuppressedDestination"]
