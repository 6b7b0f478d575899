"""Pools: read one by one, grown from standard to managed by a call, and back only by being made again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from support.bench import Bench, steps

from sesops.core.address import Address
from sesops.core.diagnostic import Severity
from sesops.core.plan import Action, Impact
from sesops.core.thing import Block, Live, Unread, Wanted
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


def test_a_pool_that_is_named_otherwise_can_be_kept(bench):
    """Which names SES takes is not documented: what is there shows that it took one."""
    bench.client("sesv2").create_dedicated_ip_pool(PoolName="Tx.Pool", ScalingMode="STANDARD")
    spec = {"ip_pools": {"Tx.Pool": {}}}
    assert [(one.code, one.severity) for one in bench.findings(spec)] == [("invalid-name", Severity.WARNING)]
    bench.apply(spec)
    assert bench.plan(spec).changes == ()


# Addresses

TEN, ELEVEN = "203.0.113.10", "203.0.113.11"


@pytest.fixture
def leased(bench):
    for ip in (TEN, ELEVEN):
        bench.emulator.lease(ip, bench.region)
    return bench


def pool_of(bench):
    return {one["Ip"]: one["PoolName"] for one in bench.client("sesv2").get_dedicated_ips()["DedicatedIps"]}


def pools(**named):
    return {"ip_pools": {name: {"dedicated_ips": ips} for name, ips in named.items()}}


def codes(findings):
    return [one.code for one in findings]


def test_addresses_come_into_a_new_pool(leased):
    """All of them are read with one call, whatever the number of pools."""
    spec = pools(tx=[TEN], bulk=[ELEVEN])
    leased.apply(spec)
    assert pool_of(leased) == {TEN: "tx", ELEVEN: "bulk"}
    leased.emulator.calls.clear()
    leased.assert_clean(spec)
    assert [one for _, one, _ in leased.calls()].count("GetDedicatedIps") == 1


def test_a_warm_up_is_set_once_before_the_address_comes_in(leased):
    """It goes on by itself, which is no difference."""
    spec = pools(tx=[{"ip": TEN, "warmup_start": 30}])
    leased.apply(spec)
    writes = [operation for _, operation, _ in leased.calls(writes_only=True)]
    assert writes == ["CreateDedicatedIpPool", "PutDedicatedIpWarmupAttributes", "PutDedicatedIpInPool"]
    assert leased.client("sesv2").get_dedicated_ip(Ip=TEN)["DedicatedIp"]["WarmupPercentage"] == 30
    leased.emulator.clock.advance(timedelta(days=9))
    leased.assert_clean(spec)


def test_other_addresses_are_shown_and_kept(leased):
    """In one line, and no change."""
    leased.apply(pools(tx=[TEN, ELEVEN]))
    planned = leased.assert_clean(pools(tx=[TEN]))
    [note] = planned.findings
    assert (note.code, note.severity) == ("extra-addresses", Severity.NOTE)
    assert note.message == (
        "ip_pool/tx has 203.0.113.11 too, which the spec does not name here: kept, unless another pool takes it"
    )


def test_a_move_out_of_another_pool_says_so(leased):
    """The default pool is nobody's loss."""
    leased.apply(pools(tx=[TEN, ELEVEN]))
    spec = pools(tx=[ELEVEN], bulk=[TEN])
    [change] = leased.plan(spec).changes
    assert change.sentence == "203.0.113.10 leaves pool tx, which keeps 1"
    leased.apply(spec)
    assert pool_of(leased) == {TEN: "bulk", ELEVEN: "tx"}


def test_a_pool_loses_its_last_address_with_leave_alone(leased):
    """To a new pool or to one that is there; what else is asked of the new one is made."""
    leased.apply(pools(tx=[TEN]))
    spec = pools(bulk=[TEN])
    [change] = leased.plan(spec).changes
    assert (change.action, change.impact) == (Action.CREATE, Impact.STOPS_MAIL)
    assert change.sentence == "mail that is to leave from pool tx has no address to leave from"
    leased.make(leased.plan(spec))
    assert pool_of(leased) == {TEN: "tx", ELEVEN: "ses-default-dedicated-pool"}
    [change] = leased.plan(spec).changes
    assert (change.action, change.held) == (Action.UPDATE, True)
    leased.apply({**spec, "allow": [{"address": "ip_pool/bulk", "to": "stop_mail", "until": "2026-12-31"}]})
    assert pool_of(leased)[TEN] == "bulk"


def test_what_leaves_by_several_ways_counts_together(leased):
    """Each of the pools that take from it says so."""
    leased.apply(pools(tx=[TEN, ELEVEN]))
    planned = leased.plan(pools(a=[TEN], b=[ELEVEN], tx=[]))
    assert {str(one.address): one.impact for one in planned.changes} == dict.fromkeys(
        ("ip_pool/a", "ip_pool/b"), Impact.STOPS_MAIL
    )


def test_another_stacks_pool_keeps_what_it_has(leased):
    """Also an address that is not its last."""
    leased.apply(pools(tx=[TEN, ELEVEN]), stack="other")
    planned = leased.plan(pools(bulk=[TEN]))
    [reason] = [step.reason for change in planned.changes for step in change.steps if step.facet == "addresses"]
    assert reason == "ip_pool/tx changes with it, and it carries the tag of stack 'other'"
    leased.make(planned)
    assert pool_of(leased)[TEN] == "tx"


def test_without_the_listing_of_tags_the_owner_of_the_other_pool_is_asked(leased):
    """And where it does not say, nothing is planned for the pool that would take from it."""
    leased.apply(pools(tx=[TEN, ELEVEN]), stack="other")
    leased.emulator.faults.deny("resourcegroupstaggingapi", "GetResources")
    [reason] = [one.reason for change in leased.plan(pools(bulk=[TEN])).changes for one in change.steps if one.reason]
    assert reason == "ip_pool/tx changes with it, and it carries the tag of stack 'other'"
    leased.emulator.faults.deny("sesv2", "ListTagsForResource")
    planned = leased.plan(pools(bulk=[TEN]))
    assert planned.changes == ()
    assert {str(one.address) for one in planned.unknown} == {"ip_pool/bulk"}


def test_an_address_that_is_not_leased_is_a_finding(leased):
    """For a pool that is there, and for one that is to be made, which is not made then."""
    leased.apply(pools(tx=[TEN]))
    planned = leased.plan(pools(tx=[TEN, "192.0.2.1"], bulk=[{"ip": "192.0.2.2", "warmup_start": 1}]))
    assert codes(planned.findings) == ["address-not-leased"] * 2
    assert [one.location.line for one in planned.findings] == [8, 11]
    assert [str(one.address) for one in planned.changes] == ["ip_pool/tx"]
    assert not planned.complete


def test_a_managed_pool_takes_no_address(leased):
    """Told offline where the spec says so, else by the plan."""
    spec = {"ip_pools": {"tx": {"scaling_mode": "MANAGED", "dedicated_ips": [TEN]}}}
    assert codes(leased.findings(spec)) == ["managed-pool-with-addresses"]
    leased.apply({"ip_pools": {"tx": {"scaling_mode": "MANAGED"}}})
    assert codes(leased.plan(pools(tx=[TEN])).findings) == ["managed-pool-with-addresses"]


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        (pools(tx=[TEN], bulk=[{"ip": TEN, "warmup_start": 0}]), ["address-in-two-pools"]),
        (pools(tx=[TEN, TEN]), ["duplicate-address"]),
        (pools(tx=["203.0.113.256"]), ["invalid-address"]),
        (pools(tx=["example.com"]), ["wrong-form"]),
        (pools(tx=[{"ip": TEN, "warmup_start": 101}]), ["out-of-range"]),
    ],
)
def test_what_is_wrong_with_addresses_offline(bench, spec, expected):
    """Each in one pool, once."""
    assert codes(bench.findings(spec)) == expected


def test_a_listing_that_is_denied_leaves_the_pool_known():
    """Only its addresses are not."""
    program = KIND.read({("tx",): frozenset({"dedicated_ips"})}, SCOPE)
    assert next(program)[0].operation == "GetDedicatedIps"
    denied = Refusal(Refused.DENIED, "AccessDeniedException", "no")
    pool = Reply({"DedicatedIpPool": {"PoolName": "tx", "ScalingMode": "STANDARD"}})
    with pytest.raises(StopIteration) as end:
        program.send((denied, pool, Reply({"Tags": []})))
    blocks = end.value.value.things[TX].blocks
    assert isinstance(blocks["addresses"], Unread)
    assert isinstance(blocks["scaling"], Block)
