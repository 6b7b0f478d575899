"""BR-40: only the TLS policy was declared, and a delivery time of 0 went out beside it.

The case says that nothing but declared fields is sent on a create. Right is: our defaults too, on a create alone, and
shown as ours (a new rule is enabled and scanned, a new event destination enabled).
"""

from __future__ import annotations

import pytest
from cases.scene import codes, make_rules, make_set, mark, writes_with
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.bench import REGISTRY

from sesops.core.kind import UNSET

NAMES = {"ConfigurationSetName", "Tags"}
FIELDS = {
    "sending_enabled": ("SendingOptions.SendingEnabled", True),
    "reputation_metrics_enabled": ("ReputationOptions.ReputationMetricsEnabled", False),
    "delivery.tls_policy": ("DeliveryOptions.TlsPolicy", "OPTIONAL"),
    "delivery.max_delivery_seconds": ("DeliveryOptions.MaxDeliverySeconds", 900),
    "delivery.sending_pool": ("DeliveryOptions.SendingPoolName", "ses-shared-pool"),
    "suppressed_reasons": ("SuppressionOptions.SuppressedReasons", ["BOUNCE"]),
    "vdm.engagement_metrics": ("VdmOptions.DashboardOptions.EngagementMetrics", True),
    "vdm.optimized_shared_delivery": ("VdmOptions.GuardianOptions.OptimizedSharedDelivery", False),
}


def receipt(*actions, **more):
    rules = [{"name": "store", "recipients": "all", "actions": list(actions), **more}]
    return {"receipt": {"active_rule_set": None, "rule_sets": {"inbound": {"rules": rules}}}}


def nested(paths):
    """Dotted fields with their values, as a spec has them."""
    document = {}
    for path in paths:
        *groups, last = path.split(".")
        inner = document
        for group in groups:
            inner = inner.setdefault(group, {})
        inner[last] = FIELDS[path][1]
    return document


def as_ses_has_it(paths):
    """The same as the blocks of SES's CreateConfigurationSet."""
    blocks = {}
    for path in paths:
        member, value = FIELDS[path]
        *groups, last = member.split(".")
        inner = blocks
        for group in groups:
            inner = inner.setdefault(group, {})
        inner[last] = value if not path.startswith("vdm.") else ("ENABLED" if value else "DISABLED")
    return blocks


def leaves(value, prefix=""):
    """The dotted paths of everything in a payload that is no map."""
    if not isinstance(value, dict):
        return {prefix.removesuffix(".")}
    return {path for key, one in value.items() for path in leaves(one, f"{prefix}{key}.")}


def test_a_new_set_is_sent_what_is_declared(bench):
    bench.apply({"configuration_sets": {"main": {"delivery": {"tls_policy": "REQUIRE"}}}})
    [(_, given_)] = writes_with(bench)
    assert given_ == {
        "ConfigurationSetName": "main",
        "DeliveryOptions": {"TlsPolicy": "REQUIRE"},
        "Tags": [{"Key": "sesops:stack", "Value": "acme"}],
    }


def test_an_action_is_sent_what_is_declared(bench):
    """No KMS key as an empty text, no prefix, no topic."""
    make_rules(bench, "inbound")
    start = mark(bench)
    bench.apply(receipt({"s3": {"bucket": "inbound-mail-example"}}))
    [(_, given_)] = writes_with(bench, since=start)
    assert given_["Rule"]["Actions"] == [{"S3Action": {"BucketName": "inbound-mail-example"}}]


def test_our_defaults_ride_on_a_create_alone_and_are_shown_as_ours(bench):
    planned = bench.plan(receipt())
    [rule] = [one for one in planned.changes if one.address.kind == "receipt_rule"]
    assert {one.path: one.after for one in rule.fields if one.ours} == {"enabled": True, "scan_enabled": True}
    make_rules(bench, "inbound", {"Name": "store", "Enabled": False, "ScanEnabled": False})
    start = mark(bench)
    bench.apply(receipt({"stop": {}}))
    [(_, given_)] = writes_with(bench, since=start)
    assert (given_["Rule"]["Enabled"], given_["Rule"]["ScanEnabled"]) == (False, False)


def test_there_are_no_other_defaults_of_ours():
    """The whole list, so that a new one is a decision."""
    ours = {
        f"{kind.name}.{one.path}": one.created_as
        for kind in REGISTRY.kinds.values()
        for one in kind.fields
        if one.created_as is not UNSET
    }
    assert ours == {
        "event_destination.enabled": True,
        "receipt_rule.enabled": True,
        "receipt_rule.scan_enabled": True,
        "topic.policy": {"ses": "add"},
    }


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(declared=st.sets(st.sampled_from(sorted(FIELDS)), min_size=1), there=st.sets(st.sampled_from(sorted(FIELDS))))
def test_a_payload_has_nothing_that_is_neither_declared_nor_live(bench, declared, there):
    """Of a new set what the spec says; of one that is there, in the blocks that change, what it has as well."""
    number = mark(bench)
    new, old = f"new-{number}", f"old-{number}"
    make_set(bench, old, **as_ses_has_it(there))
    live = bench.client("sesv2").get_configuration_set(ConfigurationSetName=old)
    pending = bench.plan({"configuration_sets": {old: nested(declared), new: nested(declared)}}).pending
    assert pending
    for call in (call for change in pending for step in change.steps for call in step.calls):
        sent = {one for one in leaves(call.params) if one.split(".")[0] not in NAMES}
        creating = call.operation == "CreateConfigurationSet"
        allowed = {FIELDS[path][0] for path in declared} | (set() if creating else leaves(live))
        # A Put has the members of its block, without the block's name (but for VDM's, which it has).
        known = allowed if creating else allowed | {path.partition(".")[2] for path in allowed}
        assert sent, call
        assert sent <= known, call


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({"configuration_sets": {"main": {"delivery": {"max_delivery_seconds": 0}}}}, "300 to 50400"),
        ({"configuration_sets": {"main": {"delivery": {"max_delivery_seconds": 299}}}}, "300 to 50400"),
        (receipt({"s3": {"bucket": "inbound-mail-example", "kms_key": ""}}), ""),
        (receipt({"s3": {"bucket": "inbound-mail-example", "role": ""}}), ""),
        (receipt({"sns": {"topic": ""}}), ""),
    ],
)
def test_a_value_out_of_range_is_found_offline_with_its_place(bench, document, path):
    [finding] = bench.findings(document)
    assert codes([finding])
    assert path in finding.message
    assert finding.location.text.split(":")[0].strip() in ("max_delivery_seconds", "kms_key", "role", "topic")
