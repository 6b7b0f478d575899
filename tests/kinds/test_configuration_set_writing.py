"""Writing configuration sets: whole on the create call, block by block after it, and what waits for what."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kinds.set_support import (
    ARCHIVE,
    PLAIN,
    REGISTRY,
    SCOPE,
    SESSION,
    checked,
    identity,
    plan,
    sent,
    steps,
    values,
    write,
)
from kinds.set_support import read_set as found
from kinds.set_support import want_set as tx

from sesops.core import fields
from sesops.core.address import Address
from sesops.core.plan import Impact, State
from sesops.core.thing import Block, Live

KIND = REGISTRY.kinds["configuration_set"]
ADDRESS = Address("configuration_set", ("tx",))
MODEL = SESSION.get_service_model("sesv2")


def test_a_new_set_carries_every_block_on_its_create_call():
    """One call makes the whole set, our tag included."""
    value = {
        "sending_enabled": False,
        "reputation_metrics_enabled": True,
        "delivery": {"tls_policy": "REQUIRE", "sending_pool": "ses-shared-pool", "max_delivery_seconds": 3600},
        "tracking": {"custom_redirect_domain": "click.example.com", "https_policy": "REQUIRE"},
        "suppressed_reasons": ["COMPLAINT", "BOUNCE"],
        "validation_threshold": "HIGH",
        "vdm": {"engagement_metrics": True, "optimized_shared_delivery": False},
        "archive_arn": ARCHIVE,
        "tags": {"team": "mail"},
    }
    target = plan([tx(value)], [identity("example.com", "SUCCESS")])
    assert sent(target) == [
        (
            "CreateConfigurationSet",
            {
                "ConfigurationSetName": "tx",
                "SendingOptions": {"SendingEnabled": False},
                "ReputationOptions": {"ReputationMetricsEnabled": True},
                "DeliveryOptions": {
                    "TlsPolicy": "REQUIRE",
                    "SendingPoolName": "ses-shared-pool",
                    "MaxDeliverySeconds": 3600,
                },
                "TrackingOptions": {"CustomRedirectDomain": "click.example.com", "HttpsPolicy": "REQUIRE"},
                "SuppressionOptions": {
                    "SuppressedReasons": ["BOUNCE", "COMPLAINT"],
                    "ValidationOptions": {
                        "ConditionThreshold": {
                            "ConditionThresholdEnabled": "ENABLED",
                            "OverallConfidenceThreshold": {"ConfidenceVerdictThreshold": "HIGH"},
                        }
                    },
                },
                "VdmOptions": {
                    "DashboardOptions": {"EngagementMetrics": "ENABLED"},
                    "GuardianOptions": {"OptimizedSharedDelivery": "DISABLED"},
                },
                "ArchivingOptions": {"ArchiveArn": ARCHIVE},
                "Tags": [{"Key": "sesops:stack", "Value": "acme-mail"}, {"Key": "team", "Value": "mail"}],
            },
        )
    ]
    assert target.changes[0].impact is Impact.NONE


def test_a_new_set_of_which_nothing_is_said_has_no_blocks():
    """Absent is SES's default; an empty sending block would make a set that sends nothing."""
    (_, params), *rest = sent(plan([tx({"delivery": None, "sending_enabled": None})]))
    assert (sorted(params), rest) == (["ConfigurationSetName", "Tags"], [])


def test_each_block_has_its_own_put():
    """Only blocks with a difference are written, each by its own call."""
    value = {
        "reputation_metrics_enabled": False,
        "delivery": {"max_delivery_seconds": 300},
        "vdm": {"engagement_metrics": True},
        "archive_arn": ARCHIVE,
        "suppressed_reasons": [],
        "sending_enabled": True,
        "tags": {"team": "mail", "old": None},
    }
    held = found({**PLAIN, "Tags": [{"Key": "old", "Value": "1"}]})
    assert dict(sent(plan([tx(value)], [held]))) == {
        "PutConfigurationSetReputationOptions": {"ConfigurationSetName": "tx", "ReputationMetricsEnabled": False},
        "PutConfigurationSetDeliveryOptions": {"ConfigurationSetName": "tx", "MaxDeliverySeconds": 300},
        "PutConfigurationSetVdmOptions": {
            "ConfigurationSetName": "tx",
            "VdmOptions": {"DashboardOptions": {"EngagementMetrics": "ENABLED"}},
        },
        "PutConfigurationSetArchivingOptions": {"ConfigurationSetName": "tx", "ArchiveArn": ARCHIVE},
        "PutConfigurationSetSuppressionOptions": {"ConfigurationSetName": "tx", "SuppressedReasons": []},
        "TagResource": {
            "ResourceArn": "arn:aws:ses:eu-west-1:123456789012:configuration-set/tx",
            "Tags": [{"Key": "team", "Value": "mail"}],
        },
        "UntagResource": {
            "ResourceArn": "arn:aws:ses:eu-west-1:123456789012:configuration-set/tx",
            "TagKeys": ["old"],
        },
    }


def test_null_brings_ses_defaults_back():
    """`null` empties a block, and says true where an empty Put would mean false."""
    held = found(
        {
            **PLAIN,
            "SendingOptions": {"SendingEnabled": False},
            "DeliveryOptions": {"TlsPolicy": "REQUIRE", "MaxDeliverySeconds": 300},
            "TrackingOptions": {"CustomRedirectDomain": "click.example.com", "HttpsPolicy": "REQUIRE"},
            "ArchivingOptions": {"ArchiveArn": ARCHIVE},
        }
    )
    value = {"sending_enabled": None, "delivery": None, "tracking": None, "archive_arn": None}
    target = plan([tx(value)], [held])
    assert dict(sent(target)) == {
        "PutConfigurationSetSendingOptions": {"ConfigurationSetName": "tx", "SendingEnabled": True},
        "PutConfigurationSetDeliveryOptions": {"ConfigurationSetName": "tx"},
        "PutConfigurationSetTrackingOptions": {"ConfigurationSetName": "tx"},
        "PutConfigurationSetArchivingOptions": {"ConfigurationSetName": "tx"},
    }
    assert target.changes[0].sentence == "the set's reputation metrics start afresh"


def test_read_only_members_are_not_sent_back():
    """LastFreshStart is SES's own."""
    held = {"ReputationMetricsEnabled": True, "LastFreshStart": "2026-08-01T00:00:00Z"}
    change = write("configuration_set", ("tx",), "reputation", held, {"reputation_metrics_enabled": False})
    (call,) = KIND.facet("reputation").put(change)
    assert call.params == {"ConfigurationSetName": "tx", "ReputationMetricsEnabled": False}


OPTIONS = {
    "delivery": (
        "DeliveryOptions",
        {"delivery.tls_policy": ["REQUIRE", "OPTIONAL"], "delivery.sending_pool": ["p", None]},
    ),
    "tracking": ("TrackingOptions", {"tracking.custom_redirect_domain": ["a.example.com", "b.example.com"]}),
    "suppression": (
        "SuppressionOptions",
        {"suppressed_reasons": [[], ["BOUNCE"]], "validation_threshold": ["DISABLED", "HIGH", "MANAGED"]},
    ),
    "vdm": ("VdmOptions", {"vdm.engagement_metrics": [True, False]}),
}


@pytest.mark.parametrize("facet", OPTIONS)
@given(data=st.data())
def test_a_put_keeps_every_member_that_is_not_managed(facet, data):
    """Whatever SES holds in a block, our schema's members or not, is sent back with what changes laid over it."""
    member, changes = OPTIONS[facet]
    held = data.draw(values(MODEL.shape_for(member)))
    if facet == "suppression":
        held = found({**PLAIN, member: held}).blocks[facet].raw
    changed = data.draw(
        st.fixed_dictionaries({}, optional={path: st.sampled_from(one) for path, one in changes.items()}).filter(bool)
    )
    (call,) = KIND.facet(facet).put(write("configuration_set", ("tx",), facet, held, changed))
    checked(call)
    body = {key: value for key, value in call.params.items() if key != "ConfigurationSetName"}
    body = body["VdmOptions"] if facet == "vdm" else body
    touched = {KIND.field(path).member for path in changed}
    assert without(body, touched) == without(held, touched)
    after = fields.decode(KIND, Live(ADDRESS, {facet: Block(body)}))
    assert {path: after[path] for path in changed} == changed


def without(block, members):
    """A block without some members, and without groups that are empty then."""
    kept = {}
    for key, value in block.items():
        below = {one.removeprefix(f"{key}.") for one in members if one.startswith(f"{key}.")}
        rest = without(value, below) if below else value
        if key not in members and (rest or not below):
            kept[key] = rest
    return kept


def test_a_create_without_tags():
    """Where ownership writes none."""
    assert checked(KIND.create(ADDRESS, SCOPE, {})) == [("CreateConfigurationSet", {"ConfigurationSetName": "tx"})]


# Tracking


def test_tracking_waits_until_its_domain_is_verified():
    """The set is made at once, its tracking is a step of its own that waits."""
    one = tx({"tracking": {"custom_redirect_domain": "click.example.com"}})
    target = plan([one], [identity("example.com", "PENDING")])
    made = steps(target)
    assert made["configuration_set/tx create"].state is State.READY
    assert "TrackingOptions" not in made["configuration_set/tx create"].calls[0].params
    waiting = made["configuration_set/tx tracking"]
    assert waiting.state is State.WAITING
    assert waiting.reason == "links can go through click.example.com only once it, or a domain above it, is verified"
    assert target.findings == ()
    assert list(KIND.watches(one)) == ["click.example.com"]


def test_tracking_under_a_domain_that_nobody_declares_is_a_finding():
    """Nobody would ever verify it."""
    target = plan([tx({"tracking": {"custom_redirect_domain": "click.example.com"}})])
    assert [one.code for one in target.findings] == ["identity-nowhere"]


def test_another_policy_waits_for_the_domain_that_the_spec_names():
    """SES looks at the domain at each Put, also when it is not the domain that changes."""
    held = found({**PLAIN, "TrackingOptions": {"CustomRedirectDomain": "click.example.com"}})
    value = {"tracking": {"custom_redirect_domain": "click.example.com", "https_policy": "REQUIRE"}}
    step = steps(plan([tx(value)], [held, identity("click.example.com", "FAILED")]))["configuration_set/tx tracking"]
    assert step.state is State.WAITING


def test_another_policy_for_a_domain_that_the_spec_leaves_alone_is_sent():
    """Of that domain nothing was read; SES decides."""
    held = found({**PLAIN, "TrackingOptions": {"CustomRedirectDomain": "click.example.com"}})
    target = plan([tx({"tracking": {"https_policy": "REQUIRE"}})], [held])
    assert steps(target)["configuration_set/tx tracking"].state is State.READY
    (call,) = sent(target)
    assert call[1] == {
        "ConfigurationSetName": "tx",
        "CustomRedirectDomain": "click.example.com",
        "HttpsPolicy": "REQUIRE",
    }
    assert list(KIND.watches(tx({}))) == []


def test_the_old_policy_goes_with_the_domain():
    """SES takes no HTTPS policy without a domain."""
    held = found({**PLAIN, "TrackingOptions": {"CustomRedirectDomain": "c.example.com", "HttpsPolicy": "REQUIRE"}})
    target = plan([tx({"tracking": {"custom_redirect_domain": None}})], [held])
    assert sent(target) == [("PutConfigurationSetTrackingOptions", {"ConfigurationSetName": "tx"})]


def test_the_default_policy_needs_no_domain():
    """OPTIONAL is what a set without a domain has: there is nothing to send with its create."""
    ((operation, params),) = sent(plan([tx({"tracking": {"https_policy": "OPTIONAL"}})]))
    assert operation == "CreateConfigurationSet"
    assert "TrackingOptions" not in params


def test_a_policy_alone_does_not_ride_on_the_create():
    """The create call takes no tracking without a domain; the Put lets SES say what it lacks."""
    assert sent(plan([tx({"tracking": {"https_policy": "REQUIRE"}})]))[1] == (
        "PutConfigurationSetTrackingOptions",
        {"ConfigurationSetName": "tx", "HttpsPolicy": "REQUIRE"},
    )


# Suppression


def test_a_threshold_carries_the_list_that_is_there():
    """Both lie in one block, and a Put without the list would suppress nothing."""
    held = found({**PLAIN, "SuppressionOptions": {"SuppressedReasons": ["BOUNCE"], "SuppressionScope": "TENANT"}})
    ((_, params),) = sent(plan([tx({"validation_threshold": "DISABLED"})], [held]))
    assert params == {
        "ConfigurationSetName": "tx",
        "SuppressedReasons": ["BOUNCE"],
        "SuppressionScope": "TENANT",
        "ValidationOptions": {"ConditionThreshold": {"ConditionThresholdEnabled": "DISABLED"}},
    }


@pytest.mark.parametrize("things", [[], [found(PLAIN)]], ids=["new", "inheriting"])
def test_a_threshold_is_never_sent_without_a_list(things):
    """A set that follows the account would stop suppressing for good: a finding of the plan, which apply refuses."""
    planned = plan([tx({"validation_threshold": "HIGH"})], things)
    assert [one.code for one in planned.findings] == ["threshold-without-reasons"]
    assert "would end all suppression" in planned.findings[0].message
    assert not planned.complete


def test_no_list_and_an_empty_list_differ():
    """Absent follows the account, `[]` suppresses nothing; the order of the list means nothing."""
    assert sent(plan([tx({"suppressed_reasons": []})], [found(PLAIN)]))
    both = found({**PLAIN, "SuppressionOptions": {"SuppressedReasons": ["COMPLAINT", "BOUNCE"]}})
    assert sent(plan([tx({"suppressed_reasons": ["BOUNCE", "COMPLAINT"]})], [both])) == []


def test_members_that_the_table_does_not_name_survive_a_write():
    """Options that a spec cannot say (yet) stay in a block that is put whole; a block without a field is not touched."""
    unnamed = {"SigningScheme": {"SmimeScheme": {"SignatureFormat": "DETACHED"}}}
    held = found(
        {
            **PLAIN,
            "DeliveryOptions": {"TlsPolicy": "REQUIRE", "SharedPoolDeliveryMode": "REGIONAL"},
            "SuppressionOptions": {"SuppressedReasons": ["BOUNCE"], "SuppressionScope": "TENANT"},
            "MessageSecurityOptions": unnamed,
        }
    )
    assert dict(sent(plan([tx({"delivery": None, "suppressed_reasons": []})], [held]))) == {
        "PutConfigurationSetDeliveryOptions": {"ConfigurationSetName": "tx", "SharedPoolDeliveryMode": "REGIONAL"},
        "PutConfigurationSetSuppressionOptions": {
            "ConfigurationSetName": "tx",
            "SuppressedReasons": [],
            "SuppressionScope": "TENANT",
        },
    }
