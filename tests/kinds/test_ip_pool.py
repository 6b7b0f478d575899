"""Pools: read one by one, grown from standard to managed by a call, and back only by being made again."""

from __future__ import annotations

import pytest
from support.bench import Bench, steps

from sesops.core.address import Address
from sesops.core.kind import Block, Live, Wanted
from sesops.core.values import Refusal, Refused, Reply, Scope
from sesops.kinds.ip_pool import KIND
from sesops.spec.lint import Siblings

SCOPE = Scope("acme", "eu-west-1", "123456789012")
TX = Address("ip_pool", ("tx",))


@pytest.fixture
def bench(tmp_path):
    made = Bench(tmp_path)
    yield made
    made.emulator.close()


def test_a_pool_is_read_by_its_name_with_its_tags():
    """A clear NotFound is absence."""
    program = KIND.read({("tx",): frozenset({"scaling_mode"}), ("gone",): frozenset()}, SCOPE)
    calls = next(program)
    assert [(one.operation, *one.params.values()) for one in calls] == [
        ("GetDedicatedIpPool", "gone"),
        ("GetDedicatedIpPool", "tx"),
        ("ListTagsForResource", "arn:aws:ses:eu-west-1:123456789012:dedicated-ip-pool/tx"),
    ]
    answers = (
        Refusal(Refused.MISSING, "NotFoundException", ""),
        Reply({"DedicatedIpPool": {"PoolName": "tx", "ScalingMode": "MANAGED"}}),
        Reply({"Tags": [{"Key": "team", "Value": "mail"}]}),
    )
    with pytest.raises(StopIteration) as end:
        program.send(answers)
    assert end.value.value.things == {
        TX: Live(TX, {"scaling": Block({"ScalingMode": "MANAGED"}), "tags": Block({"team": "mail"})}),
        Address("ip_pool", ("gone",)): None,
    }


def test_a_pool_is_made_changed_and_found_clean(bench):
    """A set that sends through it comes after it."""
    spec = {
        "ip_pools": {"tx": {"tags": {"team": "mail"}}},
        "configuration_sets": {"main": {"delivery": {"sending_pool": "tx"}}},
    }
    bench.apply(spec)
    bench.assert_clean(spec)
    spec["ip_pools"]["tx"] = {"scaling_mode": "MANAGED", "tags": {"team": "post"}}
    assert steps(bench.plan(spec)) == ["ip_pool/tx scaling", "ip_pool/tx tags"]
    bench.apply(spec)
    bench.assert_clean(spec)


def test_a_managed_pool_becomes_a_standard_one_by_being_made_again(bench):
    """Which needs leave, and leaves a gap that is named; null means standard too."""
    bench.apply({"ip_pools": {"tx": {"scaling_mode": "MANAGED"}}})
    wish = {"ip_pools": {"tx": {"scaling_mode": None}}}
    (change,) = bench.plan(wish).changes
    assert (change.action.value, change.held) == ("replace", True)
    leave = {"allow": [{"address": "ip_pool/tx", "to": "replace", "until": "2026-12-31"}]}
    bench.apply({**wish, **leave})
    bench.assert_clean({**wish, **leave})


def test_a_pool_that_is_used_is_not_made_again(bench):
    """A finding with the way out, whatever leave there is."""
    sets = {"configuration_sets": {"main": {"delivery": {"sending_pool": "tx"}}}}
    bench.apply({**sets, "ip_pools": {"tx": {"scaling_mode": "MANAGED"}}})
    planned = bench.plan({**sets, "ip_pools": {"tx": {"scaling_mode": "STANDARD"}}})
    assert [one.code for one in planned.findings] == ["pool-in-use"]
    assert not planned.complete


def test_deleting_a_pool_says_who_sends_through_it(bench):
    """It needs its exact address in `remove`."""
    sets = {"configuration_sets": {"main": {"delivery": {"sending_pool": "tx"}}}}
    bench.apply({**sets, "ip_pools": {"tx": {}}})
    planned = bench.plan({"configuration_sets": {"main": {}}, "remove": ["ip_pool/tx"]})
    (change,) = planned.changes
    assert "configuration_set/main sends through it" in change.sentence


@pytest.mark.parametrize(
    ("name", "codes"),
    [("ses-shared-pool", ["pool-of-ses"]), ("Tx Pool", ["invalid-name"]), ("tx", [])],
)
def test_names(name, codes):
    """SES's own pools are not to be managed."""
    wanted = Wanted(Address("ip_pool", (name,)))
    assert [one.code for one in KIND.check(wanted, Siblings("eu-west-1", None, [wanted]))] == codes
