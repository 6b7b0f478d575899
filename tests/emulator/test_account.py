"""The account: its settings, the sandbox, and the request to leave it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sesops.emulator import Emulator

from .answers import body, refusal

DETAILS = {"MailType": "TRANSACTIONAL", "WebsiteURL": "https://www.example.com/"}


def test_fresh_account(sesv2: Any) -> None:
    """A sandbox that suppresses for both reasons; no VDM and no details before they were first written."""
    assert body(sesv2.get_account()) == {
        "DedicatedIpAutoWarmupEnabled": True,
        "EnforcementStatus": "HEALTHY",
        "ProductionAccessEnabled": False,
        "SendQuota": {"Max24HourSend": 200.0, "MaxSendRate": 1.0, "SentLast24Hours": 0.0},
        "SendingEnabled": True,
        "SuppressionAttributes": {"SuppressedReasons": ["BOUNCE", "COMPLAINT"]},
    }


def test_sending_in_both_generations(ses: Any, sesv2: Any) -> None:
    """One switch; left out it is off."""
    ses.update_account_sending_enabled(Enabled=False)
    assert sesv2.get_account()["SendingEnabled"] is False
    sesv2.put_account_sending_attributes(SendingEnabled=True)
    assert ses.get_account_sending_enabled()["Enabled"] is True
    sesv2.put_account_sending_attributes()
    assert ses.get_account_sending_enabled()["Enabled"] is False


def test_suppression_is_replaced_whole(sesv2: Any) -> None:
    """No reasons clear the list, and the validation goes with a write that does not say it."""
    threshold = {"ConditionThreshold": {"ConditionThresholdEnabled": "DISABLED"}}
    sesv2.put_account_suppression_attributes(SuppressedReasons=["COMPLAINT"], ValidationAttributes=threshold)
    assert sesv2.get_account()["SuppressionAttributes"] == {
        "SuppressedReasons": ["COMPLAINT"],
        "ValidationAttributes": threshold,
    }
    sesv2.put_account_suppression_attributes()
    assert sesv2.get_account()["SuppressionAttributes"] == {"SuppressedReasons": []}


def test_vdm_shows_its_parts_only_while_it_is_on(sesv2: Any) -> None:
    """Parts left out are off; once written the block stays."""
    sesv2.put_account_vdm_attributes(
        VdmAttributes={"VdmEnabled": "ENABLED", "DashboardAttributes": {"EngagementMetrics": "ENABLED"}}
    )
    assert sesv2.get_account()["VdmAttributes"] == {
        "VdmEnabled": "ENABLED",
        "DashboardAttributes": {"EngagementMetrics": "ENABLED"},
        "GuardianAttributes": {"OptimizedSharedDelivery": "DISABLED"},
    }
    sesv2.put_account_vdm_attributes(VdmAttributes={"VdmEnabled": "DISABLED"})
    assert sesv2.get_account()["VdmAttributes"] == {"VdmEnabled": "DISABLED"}


def test_production_access_is_granted_after_a_review(emulator: Emulator, sesv2: Any) -> None:
    """Nothing may be changed during it; afterwards the quota is another."""
    sesv2.put_account_details(**DETAILS, ProductionAccessEnabled=True)
    assert sesv2.get_account()["Details"] == {**DETAILS, "ReviewDetails": {"Status": "PENDING"}}
    with pytest.raises(ClientError) as error:
        sesv2.put_account_details(**DETAILS)
    assert refusal(error)[0::2] == ("ConflictException", 409)
    emulator.clock.advance(timedelta(days=1))
    account = sesv2.get_account()
    assert account["ProductionAccessEnabled"] is True
    assert account["Details"]["ReviewDetails"] == {"Status": "GRANTED"}
    assert account["SendQuota"]["Max24HourSend"] > 200


def test_details_without_the_request_need_no_review(sesv2: Any) -> None:
    """They may be written as often as one likes."""
    for url in ("https://a.example/", "https://b.example/"):
        sesv2.put_account_details(**{**DETAILS, "WebsiteURL": url})
        assert sesv2.get_account()["Details"] == {**DETAILS, "WebsiteURL": url}


def test_an_emulator_may_be_in_production_from_the_start(emulator: Emulator, sesv2: Any) -> None:
    """A setting, for all regions."""
    emulator.settings.production_access = True
    assert sesv2.get_account()["ProductionAccessEnabled"] is True


def test_plan_and_shared_addresses(sesv2: Any) -> None:
    """A plan is that of the next billing cycle."""
    sesv2.put_account_pricing_attributes(Plan="PRO")
    sesv2.put_account_delivery_attributes(SharedPoolDeliveryMode="REGIONAL")
    account = sesv2.get_account()
    assert account["PricingAttributes"] == {"CurrentPlan": "NONE", "NextPlan": "PRO"}
    assert account["DeliveryAttributes"] == {"SharedPoolDeliveryMode": "REGIONAL"}


def test_regions_are_accounts_of_their_own(session: Any, sesv2: Any) -> None:
    """What is set in one is not set in another."""
    sesv2.put_account_dedicated_ip_warmup_attributes(AutoWarmupEnabled=False)
    assert session.client("sesv2", region_name="eu-west-1").get_account()["DedicatedIpAutoWarmupEnabled"] is True
    assert sesv2.get_account()["DedicatedIpAutoWarmupEnabled"] is False
