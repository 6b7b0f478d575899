"""Dedicated IP pools, which configuration sets send through."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sesops.emulator import Emulator

from .answers import refusal


@pytest.mark.parametrize(("params", "mode"), [({}, "STANDARD"), ({"ScalingMode": "MANAGED"}, "MANAGED")])
def test_create_and_read(sesv2: Any, params: dict[str, str], mode: str) -> None:
    """STANDARD when no mode was said."""
    sesv2.create_dedicated_ip_pool(PoolName="fast", **params)
    pool = sesv2.get_dedicated_ip_pool(PoolName="fast")["DedicatedIpPool"]
    assert pool == {"PoolName": "fast", "ScalingMode": mode}


def test_listing_is_by_age_and_holds_the_default_pool(emulator: Emulator, sesv2: Any) -> None:
    """A name that a read of the listed pools then stumbles over."""
    assert sesv2.list_dedicated_ip_pools()["DedicatedIpPools"] == []
    for name in ("z", "a"):
        sesv2.create_dedicated_ip_pool(PoolName=name)
        emulator.clock.advance(timedelta(minutes=1))
    assert sesv2.list_dedicated_ip_pools()["DedicatedIpPools"] == ["ses-default-dedicated-pool", "z", "a"]
    with pytest.raises(ClientError) as error:
        sesv2.get_dedicated_ip_pool(PoolName="ses-default-dedicated-pool")
    message = "Pool name describes either a shared or default dedicated ip pool"
    assert refusal(error) == ("BadRequestException", message, 400)


def test_listing_in_pages(sesv2: Any) -> None:
    """The token of a page leads to the next."""
    sesv2.create_dedicated_ip_pool(PoolName="fast")
    first = sesv2.list_dedicated_ip_pools(PageSize=1)
    second = sesv2.list_dedicated_ip_pools(PageSize=1, NextToken=first["NextToken"])
    assert first["DedicatedIpPools"] + second["DedicatedIpPools"] == ["ses-default-dedicated-pool", "fast"]
    assert "NextToken" not in second


def test_page_size_out_of_range(sesv2: Any) -> None:
    """The text names the bounds."""
    with pytest.raises(ClientError) as error:
        sesv2.list_dedicated_ip_pools(PageSize=0)
    assert refusal(error) == ("BadRequestException", "The page size must be between 1 and 1000", 400)


def test_quota(sesv2: Any) -> None:
    """Fifty pools in a region."""
    for number in range(50):
        sesv2.create_dedicated_ip_pool(PoolName=f"pool-{number}")
    with pytest.raises(ClientError) as error:
        sesv2.create_dedicated_ip_pool(PoolName="pool-50")
    assert refusal(error)[0::2] == ("LimitExceededException", 400)


def test_name_is_taken(sesv2: Any) -> None:
    """Across both modes."""
    sesv2.create_dedicated_ip_pool(PoolName="fast")
    with pytest.raises(ClientError) as error:
        sesv2.create_dedicated_ip_pool(PoolName="fast", ScalingMode="MANAGED")
    assert refusal(error) == ("AlreadyExistsException", "The pool <fast> already exists.", 400)


@pytest.mark.parametrize("call", ["get_dedicated_ip_pool", "delete_dedicated_ip_pool"])
def test_unknown_pool(sesv2: Any, call: str) -> None:
    """404, deletes included."""
    with pytest.raises(ClientError) as error:
        getattr(sesv2, call)(PoolName="ghost")
    assert refusal(error) == ("NotFoundException", "The requested pool <ghost> does not exist.", 404)


def test_mode_changes_one_way(sesv2: Any) -> None:
    """A managed pool stays managed."""
    sesv2.create_dedicated_ip_pool(PoolName="fast")
    sesv2.put_dedicated_ip_pool_scaling_attributes(PoolName="fast", ScalingMode="MANAGED")
    assert sesv2.get_dedicated_ip_pool(PoolName="fast")["DedicatedIpPool"]["ScalingMode"] == "MANAGED"
    with pytest.raises(ClientError) as error:
        sesv2.put_dedicated_ip_pool_scaling_attributes(PoolName="fast", ScalingMode="STANDARD")
    assert refusal(error) == ("BadRequestException", "The ScalingMode parameter is invalid.", 400)


def test_mode_outside_the_enumeration(sesv2: Any) -> None:
    """Refused in words of its own, and no pool is made."""
    with pytest.raises(ClientError) as error:
        sesv2.create_dedicated_ip_pool(PoolName="fast", ScalingMode="BOTH")
    assert refusal(error) == ("BadRequestException", "The ScalingMode parameter is invalid.", 400)
    assert sesv2.list_dedicated_ip_pools()["DedicatedIpPools"] == []


def test_deleted_pool_is_gone(sesv2: Any) -> None:
    """A set that sends through it keeps its name, and no set can name it anew."""
    sesv2.create_dedicated_ip_pool(PoolName="fast")
    sesv2.create_configuration_set(ConfigurationSetName="one", DeliveryOptions={"SendingPoolName": "fast"})
    sesv2.delete_dedicated_ip_pool(PoolName="fast")
    assert sesv2.get_configuration_set(ConfigurationSetName="one")["DeliveryOptions"]["SendingPoolName"] == "fast"
    with pytest.raises(ClientError) as error:
        sesv2.put_configuration_set_delivery_options(ConfigurationSetName="one", SendingPoolName="fast")
    assert refusal(error) == ("BadRequestException", "SendingPool <fast> doesn't exist", 400)
