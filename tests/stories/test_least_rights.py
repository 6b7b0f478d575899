"""The policies of `iam-policy` are enough (every plan and apply of a bench is behind them), and not more than is called."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from examples.test_examples import TARGETS, prepared
from support import gate
from support.actions import assert_known
from support.bench import REGISTRY, Bench

from sesops.aws import iam
from sesops.aws.iam import Right
from sesops.core.plan import Allow, Leave, Removal
from sesops.core.thing import Wanted
from sesops.engine import rights

BATCHED = "one call for 100 identities, where there are enough of them"
DIFFERS = "what SES has is not what the spec says; here it is from the start"
ORDER = "one rule stands elsewhere, or several do"
MAY = {
    "ses:ListTagsForResource": "whose a thing is, where the listing of tags, which lags, would be the reason to refuse",
    "sns:ListTagsForResource": "the same",
    "ses:GetIdentityDkimAttributes": BATCHED,
    "ses:GetIdentityMailFromDomainAttributes": BATCHED,
    "ses:ListSuppressedDestinations": "more addresses than are asked for one by one",
    "ses:DeleteSuppressedDestination": "an address that is to be free is listed",
    "ses:DeleteReceiptFilter": "a filter that differs is made again: SES has no call that changes one",
    "ses:UpdateConfigurationSetEventDestination": DIFFERS,
    "ses:UpdateEmailIdentityPolicy": DIFFERS,
    "ses:UpdateReceiptRule": DIFFERS,
    "ses:PutDedicatedIpPoolScalingAttributes": "a pool is to be managed from now on",
    "ses:ReorderReceiptRuleSet": ORDER,
    "ses:SetReceiptRulePosition": ORDER,
    "sns:UntagResource": "a tag that the spec has as null is there",
}
"""Rights for what a run may call, and when it does."""
OTHER: dict[Any, Any] = {"REQUIRE": "OPTIONAL", "RSA_2048_BIT": "RSA_1024_BIT"}


def otherwise(wanted: Iterable[Wanted]) -> tuple[Wanted, ...]:
    """The same things with other values, as far as there is another."""
    return tuple(replace(one, fields={path: other(value) for path, value in one.fields.items()}) for one in wanted)


def other(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    return OTHER.get(value, value) if isinstance(value, str) else value


def bare(wanted: Iterable[Wanted]) -> tuple[Wanted, ...]:
    """The same things, with no more said of them than it takes to make them."""
    found = []
    for one in wanted:
        kind = REGISTRY.kinds[one.address.kind]
        needed = {facet.name for facet in kind.facets if facet.required} | {"order"}
        kept = {
            path: value
            for path, value in one.fields.items()
            if path in kind.required_on_create or kind.field(path).facet in needed
        }
        found.append(replace(one, fields=kept))
    return tuple(found)


def said(wanted: Iterable[Wanted]) -> tuple[Wanted, ...]:
    """The same things without what a strict one is set back to where somebody set it."""
    return tuple(
        replace(one, strict=False, fields={path: held for path, held in one.fields.items() if held is not None})
        if one.strict
        else one
        for one in wanted
    )


@pytest.mark.parametrize(("stack", "target"), TARGETS)
def test_every_right_is_used_or_explained(tmp_path: Path, stack: str, target: str | None) -> None:
    """Each example made bit by bit, and with other values first, so that it is created and changed."""
    bench, whole, name = prepared(tmp_path, stack, target)
    leave = replace(whole.leave, allow=tuple(Allow(one.address, "stop_mail", bench.today) for one in whole.wanted))
    for wanted in (bare(otherwise(whole.wanted)), otherwise(whole.wanted), whole.wanted):
        bench.make(bench.plan_target(replace(whole, wanted=wanted, leave=leave), name))
    asked = REGISTRY, bench.desk(name).scope, whole.wanted, whole.leave
    policy = gate.to_apply(*asked, deletes=False)
    back = gate.actions(policy) - gate.actions(
        gate.to_apply(*asked[:2], said(whole.wanted), whole.leave, deletes=False)
    )
    assert sorted(gate.actions(policy) - bench.used - MAY.keys() - back) == []
    assert iam.size(policy) <= iam.LIMIT
    assert gate.actions(gate.to_plan(*asked)) < gate.actions(policy)


@pytest.mark.parametrize(("stack", "target"), TARGETS)
def test_every_right_is_one_that_aws_knows(tmp_path: Path, stack: str, target: str | None) -> None:
    """With a resource where AWS's reference has one, and `*` where it has none."""
    bench, whole, name = prepared(tmp_path, stack, target)
    asked = REGISTRY, bench.desk(name).scope, whole.wanted, whole.leave
    calls = [*rights.reading(*asked), *rights.writing(*asked), *rights.deleting(*asked)]
    needed = {right for call in calls for right in iam.rights(call, asked[1])}
    assert len(needed) > 10
    for right in sorted(needed):
        assert_known(right)


def test_deletes_are_a_right_that_is_asked_for(tmp_path: Path) -> None:
    """What `remove` names, and what it may name one day; a filter, which SES can only make again, apart."""
    bench = Bench(tmp_path)
    target = bench.target({"domains": {"example.com": {}}, "configuration_sets": {"main": {}}})
    leave = Leave(remove=(Removal("ip_pool/old"), Removal("domain/*.old.example")))
    asked = REGISTRY, bench.desk().scope, target.wanted, leave
    without = gate.to_apply(*asked, deletes=False)
    deleting = gate.to_apply(*asked, deletes=True)
    assert gate.actions(deleting) - gate.actions(without) == {
        "ses:DeleteEmailIdentity",
        "ses:DeleteConfigurationSet",
        "ses:DeleteDedicatedIpPool",
    }
    held = {
        resource
        for one in deleting["Statement"]
        if "ses:DeleteEmailIdentity" in one["Action"]
        for resource in one["Resource"]
    }
    arn = "arn:aws:ses:eu-west-1:123456789012:identity/"
    assert held == {f"{arn}example.com", f"{arn}*.old.example"}


def test_strict_may_untag_and_with_deletes_take_members_away(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    target = bench.target({"configuration_sets": {"main": {"strict": True}}, "ip_pools": {"tx": {"strict": True}}})
    asked = REGISTRY, bench.desk().scope, target.wanted, target.leave
    policy = gate.to_apply(*asked, deletes=False)
    assert "ses:UntagResource" in gate.actions(policy)
    default = "arn:aws:ses:eu-west-1:123456789012:dedicated-ip-pool/ses-default-dedicated-pool"
    assert gate.allows(policy, Right("ses:PutDedicatedIpInPool", default), bench.region)
    more = gate.actions(gate.to_apply(*asked, deletes=True)) - gate.actions(policy)
    assert "ses:DeleteConfigurationSetEventDestination" in more


def test_what_is_sent_back_as_it_was_needs_its_rights_too(tmp_path: Path) -> None:
    """A pool and a role that only SES knows: the whole block is written when the spec changes one word of it."""
    bench = Bench(tmp_path)
    ses, sesv2 = bench.client("ses"), bench.client("sesv2")
    sesv2.create_configuration_set(
        ConfigurationSetName="main", DeliveryOptions={"TlsPolicy": "OPTIONAL", "SendingPoolName": "ses-shared-pool"}
    )
    action = {"S3Action": {"BucketName": "mail", "IamRoleArn": "arn:aws:iam::123456789012:role/ses-mail"}}
    ses.create_receipt_rule_set(RuleSetName="inbound")
    ses.create_receipt_rule(RuleSetName="inbound", Rule={"Name": "keep", "Actions": [action]})
    rules = {"inbound": {"rules": [{"name": "keep", "scan_enabled": True}]}}
    receipt = {"rule_sets": rules, "active_rule_set": None}
    wish = {"configuration_sets": {"main": {"delivery": {"max_delivery_seconds": 600}}}, "receipt": receipt}
    bench.make(bench.plan(wish))
    held = sesv2.get_configuration_set(ConfigurationSetName="main")["DeliveryOptions"]
    assert (held["MaxDeliverySeconds"], held["SendingPoolName"]) == (600, "ses-shared-pool")
    (rule,) = ses.describe_receipt_rule_set(RuleSetName="inbound")["Rules"]
    assert rule["ScanEnabled"]
    assert rule["Actions"] == [action]


def test_what_could_not_be_made_may_be_deleted(tmp_path: Path) -> None:
    """A set whose threshold needs reasons that only SES has: to make it is an error, and it is there."""
    bench = Bench(tmp_path)
    target = bench.target({"configuration_sets": {"main": {"strict": True, "validation_threshold": "HIGH"}}})
    policy = gate.to_apply(REGISTRY, bench.desk().scope, target.wanted, target.leave, deletes=True)
    assert {"ses:DeleteConfigurationSet", "ses:DeleteConfigurationSetEventDestination"} <= gate.actions(policy)


def test_somebody_elses_rule_set_is_neither_made_nor_deleted(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    rules = [{"name": "ours", "recipients": "all"}]
    target = bench.target({"receipt": {"rule_sets": {"shared": {"partial": True, "rules": rules}}}})
    policy = gate.to_apply(REGISTRY, bench.desk().scope, target.wanted, target.leave, deletes=True)
    assert {one for one in gate.actions(policy) if "RuleSet" in one} == {"ses:DescribeReceiptRuleSet"}


def test_a_spec_of_thousands_fits_into_a_managed_policy(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    domains = {f"d{number}.example.com": {"configuration_set": "main"} for number in range(500)}
    target = bench.target({"domains": domains, "configuration_sets": {"main": {}}})
    policy = gate.to_apply(REGISTRY, bench.desk().scope, target.wanted, target.leave, deletes=True)
    assert iam.size(policy) <= iam.LIMIT
