"""The suppression list: entries, listings, tenants, the sandbox."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sesops.emulator import Emulator
from sesops.emulator.operations import suppression

from .answers import refusal
from .conftest import ACCOUNT


@pytest.fixture(autouse=True)
def _production(emulator: Emulator) -> None:
    emulator.settings.production_access = True


def listed(sesv2: Any, **params: Any) -> list[str]:
    """The addresses that a listing gives, all pages."""
    found: list[str] = []
    token: dict[str, str] = {}
    for _ in range(100):
        answer = sesv2.list_suppressed_destinations(**params, **token)
        found += [one["EmailAddress"] for one in answer["SuppressedDestinationSummaries"]]
        if "NextToken" not in answer:
            return found
        token = {"NextToken": answer["NextToken"]}
    raise AssertionError("the listing does not end")


def test_an_entry_is_made_changed_and_removed(emulator: Emulator, sesv2: Any) -> None:
    """A second Put gives another reason and time."""
    sesv2.put_suppressed_destination(EmailAddress="a@example.com", Reason="BOUNCE")
    first = sesv2.get_suppressed_destination(EmailAddress="a@example.com")["SuppressedDestination"]
    emulator.clock.advance(timedelta(hours=1))
    sesv2.put_suppressed_destination(EmailAddress="a@example.com", Reason="COMPLAINT")
    second = sesv2.get_suppressed_destination(EmailAddress="a@example.com")["SuppressedDestination"]
    assert (first["Reason"], second["Reason"]) == ("BOUNCE", "COMPLAINT")
    assert second["LastUpdateTime"] - first["LastUpdateTime"] >= timedelta(hours=1)
    sesv2.delete_suppressed_destination(EmailAddress="a@example.com")
    assert listed(sesv2) == []


@pytest.mark.parametrize("call", ["get_suppressed_destination", "delete_suppressed_destination"])
def test_what_is_not_listed_is_a_404(sesv2: Any, call: str) -> None:
    """The delete is not idempotent. The text has the address as it would be listed, and says whose list it is."""
    sesv2.create_tenant(TenantName="shop")
    for tenant, whose in (({}, "your"), ({"TenantName": "shop"}, "your tenant")):
        with pytest.raises(ClientError) as error:
            getattr(sesv2, call)(EmailAddress="User@EXAMPLE.com", **tenant)
        message = f"Email address User@example.com does not exist on {whose} suppression list."
        assert refusal(error) == ("NotFoundException", message, 404)


def test_the_domain_is_lower_cased_and_the_local_part_kept(sesv2: Any) -> None:
    """Two spellings of a local part are two entries."""
    for address in (" Foo@EXAMPLE.com ", "foo@example.com"):
        sesv2.put_suppressed_destination(EmailAddress=address, Reason="BOUNCE")
    assert listed(sesv2) == ["Foo@example.com", "foo@example.com"]


def test_listing_by_reason_and_time(emulator: Emulator, sesv2: Any) -> None:
    """Filters narrow it, pages cut it; a token of something else, or of other reasons, is refused in its own code."""
    start = emulator.clock.now()
    for number in range(4):
        reason = "BOUNCE" if number % 2 else "COMPLAINT"
        sesv2.put_suppressed_destination(EmailAddress=f"{number}@example.com", Reason=reason)
        emulator.clock.advance(timedelta(days=1))
    assert listed(sesv2, Reasons=["BOUNCE"]) == ["1@example.com", "3@example.com"]
    assert listed(sesv2, StartDate=start + timedelta(hours=12), EndDate=start + timedelta(days=2, hours=12)) == [
        "1@example.com",
        "2@example.com",
    ]
    assert listed(sesv2, PageSize=1) == [f"{number}@example.com" for number in range(4)]
    token = sesv2.list_suppressed_destinations(PageSize=1, Reasons=["BOUNCE"])["NextToken"]
    for params in ({"NextToken": "bogus"}, {"NextToken": token}, {"NextToken": token, "Reasons": ["COMPLAINT"]}):
        with pytest.raises(ClientError) as error:
            sesv2.list_suppressed_destinations(**params)
        assert refusal(error)[0::2] == ("InvalidNextTokenException", 400)


def test_the_last_page_has_no_token(sesv2: Any) -> None:
    """Also where it is full."""
    for name in "ab":
        sesv2.put_suppressed_destination(EmailAddress=f"{name}@example.com", Reason="BOUNCE")
    assert "NextToken" not in sesv2.list_suppressed_destinations(PageSize=2)


def test_what_ses_adds_names_its_message(emulator: Emulator, sesv2: Any) -> None:
    """Entries of one's own have no such attributes."""
    with emulator.context(ACCOUNT, "us-east-1") as context:
        suppression.add(context, "a@example.com", "BOUNCE", message="m-1")
    entry = sesv2.get_suppressed_destination(EmailAddress="a@example.com")["SuppressedDestination"]
    assert entry["Attributes"]["MessageId"] == "m-1"


def test_a_tenant_has_a_list_of_its_own(sesv2: Any) -> None:
    """An unknown tenant is a 404."""
    sesv2.create_tenant(TenantName="shop")
    sesv2.put_suppressed_destination(EmailAddress="a@example.com", Reason="BOUNCE", TenantName="shop")
    assert (listed(sesv2), listed(sesv2, TenantName="shop")) == ([], ["a@example.com"])
    with pytest.raises(ClientError) as error:
        sesv2.list_suppressed_destinations(TenantName="none")
    assert refusal(error)[0::2] == ("NotFoundException", 404)


def test_the_sandbox_takes_no_entries(emulator: Emulator, sesv2: Any) -> None:
    """Reading and freeing stay possible."""
    emulator.settings.production_access = False
    with pytest.raises(ClientError) as error:
        sesv2.put_suppressed_destination(EmailAddress="a@example.com", Reason="BOUNCE")
    assert refusal(error)[0::2] == ("BadRequestException", 400)
    assert listed(sesv2) == []
