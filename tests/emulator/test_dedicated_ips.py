"""Dedicated addresses: leased by hand, in a pool each, warmed up by time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sesops.emulator import Emulator
from sesops.emulator.context import ServiceError
from sesops.emulator.operations import dedicated_ips

from .answers import refusal
from .conftest import ACCOUNT

IP = "203.0.113.10"


@pytest.fixture(autouse=True)
def _leased(emulator: Emulator) -> None:
    with emulator.context(ACCOUNT, "us-east-1") as context:
        dedicated_ips.lease(context, IP)


def test_a_leased_address_is_in_the_default_pool(sesv2: Any) -> None:
    """Its warm-up begins."""
    assert sesv2.get_dedicated_ip(Ip=IP)["DedicatedIp"] == {
        "Ip": IP,
        "WarmupStatus": "IN_PROGRESS",
        "WarmupPercentage": 0,
        "PoolName": "ses-default-dedicated-pool",
    }


def test_an_address_moves_between_pools(sesv2: Any) -> None:
    """It is in exactly one, and goes back to the default one when its pool is deleted."""
    sesv2.create_dedicated_ip_pool(PoolName="tx")
    sesv2.put_dedicated_ip_in_pool(Ip=IP, DestinationPoolName="tx")
    assert [one["Ip"] for one in sesv2.get_dedicated_ips(PoolName="tx")["DedicatedIps"]] == [IP]
    assert sesv2.get_dedicated_ips(PoolName="ses-default-dedicated-pool")["DedicatedIps"] == []
    sesv2.delete_dedicated_ip_pool(PoolName="tx")
    assert sesv2.get_dedicated_ips()["DedicatedIps"][0]["PoolName"] == "ses-default-dedicated-pool"


def test_whoever_has_an_address_has_the_default_pool(sesv2: Any) -> None:
    """Also without a pool of one's own."""
    assert sesv2.list_dedicated_ip_pools()["DedicatedIpPools"] == ["ses-default-dedicated-pool"]


@pytest.mark.parametrize("ip", [IP, "example.com"])
def test_what_cannot_be_leased(emulator: Emulator, ip: str) -> None:
    """An address that the account has already, and what is none."""
    with pytest.raises(ServiceError), emulator.context(ACCOUNT, "us-east-1") as context:
        dedicated_ips.lease(context, ip)


def test_a_managed_pool_warms_up_by_itself(sesv2: Any) -> None:
    """Its addresses have no percentage, none can be set, and they are given back with the pool."""
    sesv2.create_dedicated_ip_pool(PoolName="tx")
    sesv2.put_dedicated_ip_in_pool(Ip=IP, DestinationPoolName="tx")
    sesv2.put_dedicated_ip_pool_scaling_attributes(PoolName="tx", ScalingMode="MANAGED")
    expected = {"Ip": IP, "WarmupStatus": "NOT_APPLICABLE", "WarmupPercentage": -1, "PoolName": "tx"}
    assert sesv2.get_dedicated_ips()["DedicatedIps"] == [expected]
    with pytest.raises(ClientError) as error:
        sesv2.put_dedicated_ip_warmup_attributes(Ip=IP, WarmupPercentage=50)
    assert refusal(error)[0::2] == ("BadRequestException", 400)
    sesv2.delete_dedicated_ip_pool(PoolName="tx")
    assert sesv2.get_dedicated_ips()["DedicatedIps"] == []


def test_warming_up_takes_forty_five_days(emulator: Emulator, sesv2: Any) -> None:
    """By itself, or as it is set: 100 ends it, 0 begins anew."""
    emulator.clock.advance(timedelta(days=9))
    assert sesv2.get_dedicated_ip(Ip=IP)["DedicatedIp"]["WarmupPercentage"] == 20
    sesv2.put_dedicated_ip_warmup_attributes(Ip=IP, WarmupPercentage=100)
    assert sesv2.get_dedicated_ip(Ip=IP)["DedicatedIp"]["WarmupStatus"] == "DONE"
    sesv2.put_dedicated_ip_warmup_attributes(Ip=IP, WarmupPercentage=0)
    assert sesv2.get_dedicated_ip(Ip=IP)["DedicatedIp"]["WarmupPercentage"] == 0
    emulator.clock.advance(timedelta(days=45))
    assert sesv2.get_dedicated_ip(Ip=IP)["DedicatedIp"]["WarmupStatus"] == "DONE"


@pytest.mark.parametrize("percentage", [33, 50, 99])
def test_a_warm_up_resumes_from_what_is_set(emulator: Emulator, sesv2: Any, percentage: int) -> None:
    """What was set is what is read, and the rest takes the rest of the time."""
    sesv2.put_dedicated_ip_warmup_attributes(Ip=IP, WarmupPercentage=percentage)
    assert sesv2.get_dedicated_ip(Ip=IP)["DedicatedIp"]["WarmupPercentage"] == percentage
    emulator.clock.advance(timedelta(days=45) * (100 - percentage) / 100)
    assert sesv2.get_dedicated_ip(Ip=IP)["DedicatedIp"]["WarmupStatus"] == "DONE"


@pytest.mark.parametrize(
    ("call", "params", "message"),
    [
        ("warmup_attributes", {"WarmupPercentage": 101}, "Warmup Percentage must be between 0 and 100."),
        ("warmup_attributes", {"WarmupPercentage": -1}, "Warmup Percentage must be between 0 and 100."),
        ("in_pool", {"DestinationPoolName": " "}, "Pool name can't be blank."),
    ],
)
def test_what_is_said_of_an_address_is_looked_at_before_it(
    sesv2: Any, call: str, params: dict[str, Any], message: str
) -> None:
    """An unknown address with a wrong value is a bad request, not a 404."""
    with pytest.raises(ClientError) as error:
        getattr(sesv2, f"put_dedicated_ip_{call}")(Ip="192.0.2.1", **params)
    assert refusal(error) == ("BadRequestException", message, 400)


def test_without_automatic_warm_up_an_address_counts_as_warm(emulator: Emulator, sesv2: Any) -> None:
    """Those leased before are left as they are."""
    sesv2.put_account_dedicated_ip_warmup_attributes(AutoWarmupEnabled=False)
    with emulator.context(ACCOUNT, "us-east-1") as context:
        dedicated_ips.lease(context, "203.0.113.11")
    statuses = {one["Ip"]: one["WarmupStatus"] for one in sesv2.get_dedicated_ips()["DedicatedIps"]}
    assert statuses == {IP: "IN_PROGRESS", "203.0.113.11": "DONE"}


@pytest.mark.parametrize(
    ("call", "params", "expected"),
    [
        ("get_dedicated_ip", {"Ip": "192.0.2.1"}, "Could not find dedicated IP <192.0.2.1> under this account."),
        ("get_dedicated_ips", {"PoolName": "none"}, "The requested pool <none> does not exist."),
        (
            "put_dedicated_ip_in_pool",
            {"Ip": IP, "DestinationPoolName": "none"},
            "The requested pool <none> does not exist.",
        ),
    ],
)
def test_what_is_not_there_is_a_404(sesv2: Any, call: str, params: dict[str, str], expected: str) -> None:
    """Addresses and pools."""
    with pytest.raises(ClientError) as error:
        getattr(sesv2, call)(**params)
    assert refusal(error) == ("NotFoundException", expected, 404)


def test_refused_moves(sesv2: Any) -> None:
    """Into a pool of SES's own shared addresses, or one that gets its addresses by itself."""
    sesv2.create_dedicated_ip_pool(PoolName="managed", ScalingMode="MANAGED")
    for pool in ("ses-shared-pool", "managed"):
        with pytest.raises(ClientError) as error:
            sesv2.put_dedicated_ip_in_pool(Ip=IP, DestinationPoolName=pool)
        assert refusal(error)[0::2] == ("BadRequestException", 400)
