"""BR-13: SES keeps adding options to configuration sets; each took other tools months or years."""

from __future__ import annotations

import boto3
import pytest
from cases.scene import allow, changes, codes, make_identity, make_set, mark, writes
from support.bench import REGISTRY

WANTED = {
    "delivery": {"tls_policy": "REQUIRE", "max_delivery_seconds": 1800},
    "tracking": {"custom_redirect_domain": "click.example.com", "https_policy": "REQUIRE"},
    "vdm": {"engagement_metrics": False, "optimized_shared_delivery": True},
}
EVERYTHING = {
    **WANTED,
    "sending_enabled": False,
    "reputation_metrics_enabled": False,
    "suppressed_reasons": ["BOUNCE"],
    "validation_threshold": "HIGH",
    "archive_arn": "arn:aws:ses:eu-west-1:123456789012:mailmanager-archive/a-abcdefghijklmnopqrstuvwx",
}
KNOWN_GAPS = {
    "ReputationOptions.LastFreshStart",  # SES's own, never written
    "SuppressionOptions.SuppressionScope",  # about tenants, which come later
    "DeliveryOptions.SharedPoolDeliveryMode",  # newer than what this release was written against
    "MessageSecurityOptions.SigningScheme.SmimeScheme.SignatureFormat",  # the same
}


@pytest.fixture
def there(bench):
    """A set with the two options that were there from the start, and a verified domain for its links."""
    make_identity(bench, "click.example.com")
    make_set(
        bench,
        "main",
        DeliveryOptions={"TlsPolicy": "REQUIRE"},
        ReputationOptions={"ReputationMetricsEnabled": True},
    )
    return bench


def spec(**fields):
    return {"configuration_sets": {"main": fields}}


def test_only_groups_that_differ_are_written_each_by_its_own_call(there):
    """Three groups, three writes; what the spec does not mention is not written."""
    start = mark(there)
    there.apply(spec(**WANTED))
    assert sorted(writes(there, since=start)) == [
        "PutConfigurationSetDeliveryOptions",
        "PutConfigurationSetTrackingOptions",
        "PutConfigurationSetVdmOptions",
    ]
    there.assert_clean(spec(**WANTED))


def test_one_field_that_differs_is_one_write(there):
    there.apply(spec(**WANTED))
    start = mark(there)
    there.apply(spec(**{**WANTED, "delivery": {**WANTED["delivery"], "max_delivery_seconds": 300}}))
    assert writes(there, since=start) == ["PutConfigurationSetDeliveryOptions"]


def test_a_member_of_the_group_that_the_spec_does_not_own_stays(there):
    """SES replaces the group whole: the live TLS policy goes out again with the time."""
    there.apply(spec(delivery={"max_delivery_seconds": 1800}))
    live = there.client("sesv2").get_configuration_set(ConfigurationSetName="main")["DeliveryOptions"]
    assert live == {"TlsPolicy": "REQUIRE", "MaxDeliverySeconds": 1800}


@pytest.mark.parametrize("group", EVERYTHING)
def test_every_group_is_made_changed_and_found_clean(there, group):
    """On a new set and on the one that is there."""
    fields = {group: EVERYTHING[group]}
    if group == "validation_threshold":
        fields["suppressed_reasons"] = ["BOUNCE"]
    document = {"configuration_sets": {"main": fields, "new": fields}, **allow("configuration_set/main")}
    assert len(changes(there.plan(document))) > 1
    there.apply(document)
    there.assert_clean(document)


@pytest.mark.parametrize(
    ("seconds", "found"), [(299, ["out-of-range"]), (300, []), (50400, []), (50401, ["out-of-range"])]
)
def test_ranges_are_checked_offline(bench, seconds, found):
    findings = bench.findings(spec(delivery={"max_delivery_seconds": seconds}))
    assert codes(findings) == found
    if found:
        assert "300 to 50400" in findings[0].message


def test_every_member_that_the_sdk_writes_is_in_the_table():
    """A newer SDK with a new option makes this fail: it is either added, or written down as a known gap."""
    model = boto3.session.Session("x", "x", region_name="eu-west-1").client("sesv2").meta.service_model
    shape = model.operation_model("CreateConfigurationSet").input_shape
    groups = {name: member for name, member in shape.members.items() if name.endswith("Options")}
    written = {f"{name}.{path}" for name, member in groups.items() for path in leaves(member)}
    members = [one.member for one in REGISTRY.kinds["configuration_set"].fields if one.member]
    missing = {one for one in written - KNOWN_GAPS if not any(f".{member}" in f".{one}" for member in members)}
    assert len(written) > 10
    assert missing == set()


def leaves(shape, prefix=""):
    """The dotted paths of a structure's members that hold no structure themselves."""
    for name, member in shape.members.items():
        if member.type_name == "structure":
            yield from leaves(member, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"
