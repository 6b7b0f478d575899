"""Option blocks of configuration sets: whole-block Puts of v2, and v1 writes that lose nothing."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from .answers import refusal

SET = {"ConfigurationSetName": "one"}


@pytest.fixture(autouse=True)
def one_set(sesv2: Any) -> None:
    """A set, a verified domain and a pool to point at."""
    sesv2.create_configuration_set(**SET)
    sesv2.create_email_identity(EmailIdentity="example.com")
    sesv2.create_dedicated_ip_pool(PoolName="fast")


def test_put_replaces_the_whole_delivery_block(sesv2: Any) -> None:
    """A Put with the TLS policy alone drops pool and deadline."""
    sesv2.put_configuration_set_delivery_options(**SET, SendingPoolName="fast", MaxDeliverySeconds=600)
    sesv2.put_configuration_set_delivery_options(**SET, TlsPolicy="REQUIRE")
    assert sesv2.get_configuration_set(**SET)["DeliveryOptions"] == {"TlsPolicy": "REQUIRE"}


def test_default_tls_policy_is_shown_beside_a_pool(sesv2: Any) -> None:
    """A block set without a TLS policy reads back with OPTIONAL."""
    sesv2.put_configuration_set_delivery_options(**SET, SendingPoolName="fast")
    shown = sesv2.get_configuration_set(**SET)["DeliveryOptions"]
    assert shown == {"TlsPolicy": "OPTIONAL", "SendingPoolName": "fast"}


@pytest.mark.parametrize("pool", ["ses-shared-pool", "ses-default-dedicated-pool"])
def test_pools_of_ses_itself_are_taken(sesv2: Any, pool: str) -> None:
    """The two special pools need not be created, and the name reads back."""
    sesv2.put_configuration_set_delivery_options(**SET, SendingPoolName=pool)
    assert sesv2.get_configuration_set(**SET)["DeliveryOptions"]["SendingPoolName"] == pool


@pytest.mark.parametrize(
    ("pool", "message"), [("none", "SendingPool <none> doesn't exist"), (" ", "sendingPoolName can't be blank.")]
)
def test_pools_that_are_refused(sesv2: Any, pool: str, message: str) -> None:
    """A pool must exist and its name must not be blank."""
    with pytest.raises(ClientError) as error:
        sesv2.put_configuration_set_delivery_options(**SET, SendingPoolName=pool)
    assert refusal(error) == ("BadRequestException", message, 400)


def test_tls_policy_outside_the_enumeration(ses: Any, sesv2: Any) -> None:
    """Each generation refuses in its own code, before anything else."""
    with pytest.raises(ClientError) as error:
        sesv2.put_configuration_set_delivery_options(**SET, TlsPolicy="Require")
    assert refusal(error)[0::2] == ("BadRequestException", 400)
    assert "'tlsPolicy' failed to satisfy constraint" in refusal(error)[1]
    with pytest.raises(ClientError) as error:
        ses.put_configuration_set_delivery_options(**SET, DeliveryOptions={"TlsPolicy": "REQUIRE"})
    assert refusal(error)[0::2] == ("ValidationError", 400)


@pytest.mark.parametrize("seconds", [299, 50401])
def test_delivery_deadline_out_of_range(sesv2: Any, seconds: int) -> None:
    """Five minutes to fourteen hours."""
    with pytest.raises(ClientError) as error:
        sesv2.put_configuration_set_delivery_options(**SET, MaxDeliverySeconds=seconds)
    assert refusal(error)[0::2] == ("BadRequestException", 400)


def test_v1_delivery_write_keeps_what_v1_cannot_see(ses: Any, sesv2: Any) -> None:
    """Pool and deadline outlive a TLS policy written, and then cleared, through v1."""
    sesv2.put_configuration_set_delivery_options(**SET, SendingPoolName="fast", MaxDeliverySeconds=600)
    ses.put_configuration_set_delivery_options(**SET, DeliveryOptions={"TlsPolicy": "Require"})
    kept = {"SendingPoolName": "fast", "MaxDeliverySeconds": 600}
    assert sesv2.get_configuration_set(**SET)["DeliveryOptions"] == {"TlsPolicy": "REQUIRE", **kept}
    ses.put_configuration_set_delivery_options(**SET)
    assert sesv2.get_configuration_set(**SET)["DeliveryOptions"] == {"TlsPolicy": "OPTIONAL", **kept}


def test_v1_delivery_options_are_absent_again_once_cleared(ses: Any) -> None:
    """v1 shows the group only while something is set in it."""
    ses.put_configuration_set_delivery_options(**SET, DeliveryOptions={"TlsPolicy": "Optional"})
    asked = {**SET, "ConfigurationSetAttributeNames": ["deliveryOptions"]}
    assert ses.describe_configuration_set(**asked)["DeliveryOptions"] == {"TlsPolicy": "Optional"}
    ses.put_configuration_set_delivery_options(**SET)
    assert "DeliveryOptions" not in ses.describe_configuration_set(**asked)


def test_tracking_under_a_verified_domain(ses: Any, sesv2: Any) -> None:
    """A subdomain will do; the HTTPS policy is not filled in; v1 sees the domain."""
    sesv2.put_configuration_set_tracking_options(**SET, CustomRedirectDomain="click.example.com")
    options = {"CustomRedirectDomain": "click.example.com"}
    assert sesv2.get_configuration_set(**SET)["TrackingOptions"] == options
    answer = ses.describe_configuration_set(**SET, ConfigurationSetAttributeNames=["trackingOptions"])
    assert answer["TrackingOptions"] == options


def test_empty_tracking_put_clears_the_block(sesv2: Any) -> None:
    """Nothing in the body means no tracking domain."""
    sesv2.put_configuration_set_tracking_options(**SET, CustomRedirectDomain="click.example.com")
    sesv2.put_configuration_set_tracking_options(**SET)
    assert "TrackingOptions" not in sesv2.get_configuration_set(**SET)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"HttpsPolicy": "REQUIRE"}, "CustomRedirectDomain must be specified."),
        ({"CustomRedirectDomain": "x.invalid"}, "Domain <x.invalid> is not verified under this account."),
    ],
)
def test_tracking_that_is_refused(sesv2: Any, options: dict[str, str], message: str) -> None:
    """A policy needs a domain, and the domain a verified identity."""
    with pytest.raises(ClientError) as error:
        sesv2.put_configuration_set_tracking_options(**SET, **options)
    assert refusal(error) == ("BadRequestException", message, 400)


def test_v1_tracking_life(ses: Any, sesv2: Any) -> None:
    """Create once, update without losing the HTTPS policy of v2, delete once."""
    ses.create_configuration_set_tracking_options(**SET, TrackingOptions={"CustomRedirectDomain": "a.example.com"})
    with pytest.raises(ClientError) as error:
        ses.create_configuration_set_tracking_options(**SET, TrackingOptions={"CustomRedirectDomain": "b.example.com"})
    assert refusal(error)[0::2] == ("TrackingOptionsAlreadyExistsException", 400)
    sesv2.put_configuration_set_tracking_options(**SET, CustomRedirectDomain="a.example.com", HttpsPolicy="REQUIRE")
    ses.update_configuration_set_tracking_options(**SET, TrackingOptions={"CustomRedirectDomain": "b.example.com"})
    shown = sesv2.get_configuration_set(**SET)["TrackingOptions"]
    assert shown == {"CustomRedirectDomain": "b.example.com", "HttpsPolicy": "REQUIRE"}
    ses.delete_configuration_set_tracking_options(**SET)
    assert "TrackingOptions" not in sesv2.get_configuration_set(**SET)
    with pytest.raises(ClientError) as error:
        ses.delete_configuration_set_tracking_options(**SET)
    assert refusal(error)[0::2] == ("TrackingOptionsDoesNotExistException", 400)


def test_v1_update_of_tracking_that_is_not_there(ses: Any) -> None:
    """Update does not create."""
    with pytest.raises(ClientError) as error:
        ses.update_configuration_set_tracking_options(**SET, TrackingOptions={"CustomRedirectDomain": "a.example.com"})
    assert refusal(error)[0::2] == ("TrackingOptionsDoesNotExistException", 400)


def test_v1_looks_at_the_tracking_domain_before_the_set(ses: Any) -> None:
    """With both wrong, the domain is what v1 complains of."""
    with pytest.raises(ClientError) as error:
        ses.create_configuration_set_tracking_options(
            ConfigurationSetName="ghost", TrackingOptions={"CustomRedirectDomain": "x.invalid"}
        )
    message = "Domain <x.invalid> is not verified under this account."
    assert refusal(error) == ("InvalidTrackingOptions", message, 400)


def test_empty_v1_tracking_domain(ses: Any) -> None:
    """An empty domain counts as none."""
    with pytest.raises(ClientError) as error:
        ses.create_configuration_set_tracking_options(**SET, TrackingOptions={"CustomRedirectDomain": ""})
    message = "At least one field of TrackingOptions must contain a value."
    assert refusal(error) == ("InvalidTrackingOptions", message, 400)


def test_empty_puts_of_booleans_mean_off(sesv2: Any) -> None:
    """Reputation metrics and sending are off when a Put does not say them."""
    sesv2.put_configuration_set_reputation_options(**SET)
    sesv2.put_configuration_set_sending_options(**SET)
    answer = sesv2.get_configuration_set(**SET)
    assert answer["ReputationOptions"] == {"ReputationMetricsEnabled": False}
    assert answer["SendingOptions"] == {"SendingEnabled": False}


def test_v1_switches(ses: Any, sesv2: Any) -> None:
    """The two v1 switches are seen in v2."""
    ses.update_configuration_set_reputation_metrics_enabled(**SET, Enabled=False)
    ses.update_configuration_set_sending_enabled(**SET, Enabled=False)
    answer = sesv2.get_configuration_set(**SET)
    assert answer["ReputationOptions"] == {"ReputationMetricsEnabled": False}
    assert answer["SendingOptions"] == {"SendingEnabled": False}


def test_suppression_has_three_values(sesv2: Any) -> None:
    """Absent is the account's rule, a list is an override, and an empty override stays."""
    assert "SuppressionOptions" not in sesv2.get_configuration_set(**SET)
    sesv2.put_configuration_set_suppression_options(**SET, SuppressedReasons=["COMPLAINT"])
    shown = sesv2.get_configuration_set(**SET)["SuppressionOptions"]
    assert shown == {"SuppressedReasons": ["COMPLAINT"]}
    sesv2.put_configuration_set_suppression_options(**SET)
    assert sesv2.get_configuration_set(**SET)["SuppressionOptions"] == {"SuppressedReasons": []}


def test_disabled_validation_keeps_its_threshold(sesv2: Any) -> None:
    """SES goes on answering the old threshold after the validation was switched off."""
    verdict = {"ConfidenceVerdictThreshold": "HIGH"}
    on = {"ConditionThresholdEnabled": "ENABLED", "OverallConfidenceThreshold": verdict}
    off = {"ConditionThresholdEnabled": "DISABLED"}
    for threshold in (on, off):
        sesv2.put_configuration_set_suppression_options(
            **SET, SuppressedReasons=[], ValidationOptions={"ConditionThreshold": threshold}
        )
    shown = sesv2.get_configuration_set(**SET)["SuppressionOptions"]["ValidationOptions"]
    assert shown == {"ConditionThreshold": {**off, "OverallConfidenceThreshold": verdict}}


def test_reason_outside_the_enumeration(sesv2: Any) -> None:
    """Refused in words of the put's own, and the account's rule goes on."""
    with pytest.raises(ClientError) as error:
        sesv2.put_configuration_set_suppression_options(**SET, SuppressedReasons=["FOO"])
    message = "Reason FOO is invalid, must be one of [BOUNCE, COMPLAINT]."
    assert refusal(error) == ("BadRequestException", message, 400)
    assert "SuppressionOptions" not in sesv2.get_configuration_set(**SET)


def test_vdm_options_are_replaced_and_cleared(sesv2: Any) -> None:
    """The one wrapped body behaves as the others do."""
    guardian = {"GuardianOptions": {"OptimizedSharedDelivery": "ENABLED"}}
    dashboard = {"DashboardOptions": {"EngagementMetrics": "DISABLED"}}
    sesv2.put_configuration_set_vdm_options(**SET, VdmOptions=guardian)
    sesv2.put_configuration_set_vdm_options(**SET, VdmOptions=dashboard)
    assert sesv2.get_configuration_set(**SET)["VdmOptions"] == dashboard
    sesv2.put_configuration_set_vdm_options(**SET)
    assert "VdmOptions" not in sesv2.get_configuration_set(**SET)


def test_archiving_options_are_set_and_cleared(sesv2: Any) -> None:
    """An empty body ends archiving."""
    archive = "arn:aws:ses:us-east-1:123456789012:mailmanager-archive/a-" + "b" * 24
    sesv2.put_configuration_set_archiving_options(**SET, ArchiveArn=archive)
    assert sesv2.get_configuration_set(**SET)["ArchivingOptions"] == {"ArchiveArn": archive}
    sesv2.put_configuration_set_archiving_options(**SET)
    assert "ArchivingOptions" not in sesv2.get_configuration_set(**SET)


def test_malformed_archive_is_refused(sesv2: Any) -> None:
    """The pattern of the model holds."""
    with pytest.raises(ClientError) as error:
        sesv2.put_configuration_set_archiving_options(**SET, ArchiveArn="arn:aws:s3:::not-an-archive")
    assert refusal(error)[0::2] == ("BadRequestException", 400)
