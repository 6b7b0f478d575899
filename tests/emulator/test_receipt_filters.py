"""Receipt IP filters: made, listed, deleted; there is no update."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from .answers import refusal


def create(ses: Any, name: str = "lab", cidr: str = "10.0.0.0/8", policy: str = "Block") -> None:
    ses.create_receipt_filter(Filter={"Name": name, "IpFilter": {"Policy": policy, "Cidr": cidr}})


@pytest.mark.parametrize("cidr", ["10.0.0.1", "1.2.3.4/24", "2001:db8::/32", "::1"])
def test_addresses_and_blocks(ses: Any, cidr: str) -> None:
    """What is taken reads back as it was written."""
    create(ses, cidr=cidr)
    expected = {"Name": "lab", "IpFilter": {"Policy": "Block", "Cidr": cidr}}
    assert ses.list_receipt_filters()["Filters"] == [expected]


@pytest.mark.parametrize(
    "cidr", ["", "10.0.0", "10.0.0.0/33", "10.0.0.0/255.0.0.0", "[::1]", "fe80::1%eth0", "::ffff:10.0.0.1"]
)
def test_what_is_no_block(ses: Any, cidr: str) -> None:
    """Brackets, zones, masks, and IPv4 written as IPv6 are refused."""
    with pytest.raises(ClientError) as error:
        create(ses, cidr=cidr)
    assert refusal(error) == ("InvalidParameterValue", f"Invalid CIDR block: {cidr}", 400)


@pytest.mark.parametrize("name", ["a.b", "-a", "a_", "a" * 65])
def test_bad_names(ses: Any, name: str) -> None:
    """As a rule's, without the full stop."""
    with pytest.raises(ClientError) as error:
        create(ses, name=name)
    assert refusal(error) == ("InvalidParameterValue", f"Not a valid filterName: {name}", 400)


def test_name_is_taken(ses: Any) -> None:
    """The old filter stays as it was."""
    create(ses)
    with pytest.raises(ClientError) as error:
        create(ses, policy="Allow")
    assert refusal(error)[0::2] == ("AlreadyExists", 400)
    assert ses.list_receipt_filters()["Filters"][0]["IpFilter"]["Policy"] == "Block"


def test_quota(ses: Any) -> None:
    """A hundred filters in a region."""
    for number in range(100):
        create(ses, name=f"filter-{number}")
    with pytest.raises(ClientError) as error:
        create(ses)
    assert refusal(error) == ("LimitExceeded", "Too many filters", 400)


def test_delete_twice(ses: Any) -> None:
    """A filter that is gone is gone."""
    create(ses)
    ses.delete_receipt_filter(FilterName="lab")
    ses.delete_receipt_filter(FilterName="lab")
    assert ses.list_receipt_filters()["Filters"] == []
