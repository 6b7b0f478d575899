"""Multi-region endpoints, which take their time to come and go."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sesops.emulator import Emulator

from .answers import refusal

DETAILS = {"RoutesDetails": [{"Region": "eu-west-1"}]}
NAME = {"EndpointName": "global"}
ARN = "arn:aws:ses:us-east-1:123456789012:multi-region-endpoint/global"
TAGS = [{"Key": "a", "Value": "b"}]
TAKES = timedelta(minutes=5)


@pytest.fixture
def slow(emulator: Emulator, sesv2: Any) -> Any:
    """v2, where endpoints take five minutes, and one that was just asked for."""
    emulator.settings.endpoint_takes = TAKES
    sesv2.create_multi_region_endpoint(**NAME, Details=DETAILS)
    return sesv2


def test_ready_at_the_next_read(sesv2: Any) -> None:
    """Unless told otherwise; with routes where one is read, and regions where all are listed."""
    made = sesv2.create_multi_region_endpoint(**NAME, Details=DETAILS)
    assert made["Status"] == "CREATING"
    shown = sesv2.get_multi_region_endpoint(**NAME)
    assert (shown["EndpointName"], shown["EndpointId"], shown["Status"]) == ("global", made["EndpointId"], "READY")
    assert shown["Routes"] == [{"Region": "us-east-1"}, {"Region": "eu-west-1"}]
    (listed,) = sesv2.list_multi_region_endpoints()["MultiRegionEndpoints"]
    assert listed["Regions"] == ["us-east-1", "eu-west-1"]
    assert (listed["EndpointId"], listed["Status"]) == (made["EndpointId"], "READY")


def test_gone_at_the_next_read(sesv2: Any) -> None:
    """Unless told otherwise."""
    sesv2.create_multi_region_endpoint(**NAME, Details=DETAILS)
    assert sesv2.delete_multi_region_endpoint(**NAME)["Status"] == "DELETING"
    assert sesv2.list_multi_region_endpoints()["MultiRegionEndpoints"] == []


def test_it_comes_in_time(emulator: Emulator, slow: Any) -> None:
    """CREATING, then READY and updated."""
    before = slow.get_multi_region_endpoint(**NAME)
    assert before["Status"] == "CREATING"
    assert before["LastUpdatedTimestamp"] == before["CreatedTimestamp"]
    emulator.clock.advance(TAKES)
    after = slow.get_multi_region_endpoint(**NAME)
    assert after["Status"] == "READY"
    assert after["LastUpdatedTimestamp"] - after["CreatedTimestamp"] == TAKES


def test_it_goes_in_time(emulator: Emulator, slow: Any) -> None:
    """DELETING, then not there, however often it is asked for; the name is free only then."""
    slow.delete_multi_region_endpoint(**NAME)
    emulator.clock.advance(TAKES / 2)
    assert slow.delete_multi_region_endpoint(**NAME)["Status"] == "DELETING"
    assert slow.get_multi_region_endpoint(**NAME)["Status"] == "DELETING"
    with pytest.raises(ClientError) as error:
        slow.create_multi_region_endpoint(**NAME, Details=DETAILS)
    assert refusal(error)[0::2] == ("AlreadyExistsException", 400)
    emulator.clock.advance(TAKES / 2)
    for call in ("get_multi_region_endpoint", "delete_multi_region_endpoint"):
        with pytest.raises(ClientError) as error:
            getattr(slow, call)(**NAME)
        assert refusal(error)[0::2] == ("NotFoundException", 404)
    slow.create_multi_region_endpoint(**NAME, Details=DETAILS)


def test_tags(sesv2: Any) -> None:
    """Read by the ARN alone; they go with the endpoint."""
    sesv2.create_multi_region_endpoint(**NAME, Details=DETAILS, Tags=TAGS)
    assert sesv2.list_tags_for_resource(ResourceArn=ARN)["Tags"] == TAGS
    sesv2.delete_multi_region_endpoint(**NAME)
    with pytest.raises(ClientError) as error:
        sesv2.tag_resource(ResourceArn=ARN, Tags=TAGS)
    assert refusal(error)[0::2] == ("NotFoundException", 404)


def test_listing_pages(sesv2: Any) -> None:
    """One at a time, by name."""
    for name in ("b", "a"):
        sesv2.create_multi_region_endpoint(EndpointName=name, Details=DETAILS)
    first = sesv2.list_multi_region_endpoints(PageSize=1)
    last = sesv2.list_multi_region_endpoints(PageSize=1, NextToken=first["NextToken"])
    names = [one["EndpointName"] for page in (first, last) for one in page["MultiRegionEndpoints"]]
    assert names == ["a", "b"]
    assert "NextToken" not in last


def test_only_the_primary_region_knows_it(session: Any, sesv2: Any) -> None:
    """The other one neither lists nor finds it."""
    sesv2.create_multi_region_endpoint(**NAME, Details=DETAILS)
    other = session.client("sesv2", region_name="eu-west-1")
    assert other.list_multi_region_endpoints()["MultiRegionEndpoints"] == []
    with pytest.raises(ClientError) as error:
        other.get_multi_region_endpoint(**NAME)
    assert refusal(error)[0] == "NotFoundException"


@pytest.mark.parametrize("regions", [["us-east-1"], ["nowhere"], [], ["eu-west-1", "eu-west-2"]])
def test_one_other_region(sesv2: Any, regions: list[str]) -> None:
    """Not the one we are in, not something else, not none, not two."""
    with pytest.raises(ClientError) as error:
        sesv2.create_multi_region_endpoint(**NAME, Details={"RoutesDetails": [{"Region": one} for one in regions]})
    assert refusal(error)[0::2] == ("BadRequestException", 400)
