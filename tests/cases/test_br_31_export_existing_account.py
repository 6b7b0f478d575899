"""BR-31: an account that is there is taken over by one command, and the first plan has no surprises."""

from __future__ import annotations

import pytest
import yaml
from cases.scene import asks_nothing, make_identity, make_rules, make_set, make_topic, writes


@pytest.fixture
def there(bench):
    """The account of the report."""
    topic = make_topic(bench, "bounces")
    make_set(bench, "main", DeliveryOptions={"TlsPolicy": "REQUIRE"})
    bench.client("sesv2").create_configuration_set_event_destination(
        ConfigurationSetName="main",
        EventDestinationName="feedback",
        EventDestination={"Enabled": True, "MatchingEventTypes": ["BOUNCE"], "SnsDestination": {"TopicArn": topic}},
    )
    make_identity(bench, "example.com")
    bench.client("sesv2").put_email_identity_configuration_set_attributes(
        EmailIdentity="example.com", ConfigurationSetName="main"
    )
    rule = {"Name": "store", "Recipients": ["example.com"], "TlsPolicy": "Optional"}
    make_rules(bench, "inbound", {**rule, "Actions": [{"StopAction": {"Scope": "RuleSet"}}]}, active=True)
    return bench


def test_an_export_validates_and_plans_to_no_changes(there, sesops):
    """Nobody names an identifier; nothing is written on the way; an export of it is the same."""
    before = writes(there)
    exported = sesops("export", "--region", "eu-west-1", "--stack", "acme")
    assert exported.code == 0
    assert sesops("validate", spec=exported.out).code == 0
    assert sesops("plan", "--detailed-exitcode").code == 0
    assert asks_nothing(there.plan(exported.out))
    assert writes(there) == before
    assert sesops("export", "--region", "eu-west-1", "--stack", "acme").out == exported.out
    assert sesops("apply", "--yes").code == 0
    there.assert_clean(exported.out)
    assert sesops("export", "--region", "eu-west-1").out == exported.out


def test_references_are_by_name_and_defaults_left_out(there, sesops):
    """What the report's account is as a spec, but for the policy that somebody gave the topic."""
    exported = yaml.safe_load(sesops("export", "--region", "eu-west-1", "--stack", "acme").out)
    del exported["topics"]["bounces"]["policy"]
    assert exported == {
        "version": 1,
        "stack": "acme",
        "targets": {"eu-west-1": {"region": "eu-west-1", "account": "123456789012"}},
        "account": {"suppressed_reasons": ["BOUNCE", "COMPLAINT"]},
        "topics": {"bounces": {}},
        "configuration_sets": {
            "main": {
                "reputation_metrics_enabled": True,
                "delivery": {"tls_policy": "REQUIRE"},
                "event_destinations": {"feedback": {"events": ["BOUNCE"], "sns": "bounces"}},
            }
        },
        "receipt": {
            "active_rule_set": "inbound",
            "rule_sets": {
                "inbound": {"rules": [{"name": "store", "recipients": ["example.com"], "actions": [{"stop": {}}]}]}
            },
        },
        "domains": {"example.com": {"configuration_set": "main"}},
    }


def test_what_no_spec_has_is_named_and_suppressed_addresses_are_left_out(there, sesops):
    """The first lines say what is not looked at; personal data is written only when it is asked for."""
    there.emulator.suppress("gone@example.org", "eu-west-1")
    exported = sesops("export", "--region", "eu-west-1", "--stack", "acme").out
    assert "# Not in here, because no spec has them: templates, contact lists, tenants" in exported
    assert "gone@" not in exported


def test_a_stack_that_cannot_be_looked_up_has_to_be_said(there, sesops):
    """Or everything that carries a tag would be taken for somebody else's."""
    there.emulator.faults.deny("resourcegroupstaggingapi", "GetResources")
    refused = sesops("export", "--region", "eu-west-1")
    assert (refused.code, refused.out) == (64, "")
    assert "which stacks are there cannot be listed: GetResources denied" in refused.err
    assert sesops("export", "--region", "eu-west-1", "--stack", "acme").code == 0
