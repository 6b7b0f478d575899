"""The account: its settings, the sandbox, and the request to leave it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sesops.emulator import Emulator
from sesops.emulator.operations import account

from .answers import body, refusal
from .conftest import ACCOUNT

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
    shown = sesv2.get_account()
    assert shown["ProductionAccessEnabled"] is True
    assert shown["Details"]["ReviewDetails"] == {"Status": "GRANTED"}
    assert shown["SendQuota"]["Max24HourSend"] > 200


@pytest.mark.parametrize("status", ["DENIED", "FAILED"])
def test_what_was_not_granted_may_be_asked_for_again(emulator: Emulator, sesv2: Any, status: str) -> None:
    """Time grants nothing any more; a new request is a new review."""
    sesv2.put_account_details(**DETAILS, ProductionAccessEnabled=True)
    with emulator.context(ACCOUNT, "us-east-1") as context:
        account.decide(context, status)
    emulator.clock.advance(timedelta(days=2))
    assert sesv2.get_account()["ProductionAccessEnabled"] is False
    assert sesv2.get_account()["Details"]["ReviewDetails"] == {"Status": status}
    sesv2.put_account_details(**DETAILS, ProductionAccessEnabled=True)
    assert sesv2.get_account()["Details"]["ReviewDetails"] == {"Status": "PENDING"}


def test_what_support_has_granted_stays(emulator: Emulator, sesv2: Any) -> None:
    """Also where reviews take longer from then on."""
    with emulator.context(ACCOUNT, "us-east-1") as context:
        account.grant_production(context)
    emulator.settings.review = timedelta(days=30)
    assert sesv2.get_account()["ProductionAccessEnabled"] is True


def test_a_shutdown_cannot_be_switched_off(emulator: Emulator, ses: Any, sesv2: Any) -> None:
    """The account sends again when AWS lets it, and as it had chosen before."""
    with emulator.context(ACCOUNT, "us-east-1") as context:
        account.enforce(context, "SHUTDOWN")
    sesv2.put_account_sending_attributes(SendingEnabled=True)
    assert (sesv2.get_account()["EnforcementStatus"], sesv2.get_account()["SendingEnabled"]) == ("SHUTDOWN", False)
    assert ses.get_account_sending_enabled()["Enabled"] is False
    with emulator.context(ACCOUNT, "us-east-1") as context:
        account.enforce(context, "PROBATION")
    assert (sesv2.get_account()["EnforcementStatus"], sesv2.get_account()["SendingEnabled"]) == ("PROBATION", True)


def test_what_was_sent_counts_for_a_day(emulator: Emulator, ses: Any) -> None:
    """However many messages a minute has."""
    for messages in (1, 2):
        with emulator.context(ACCOUNT, "us-east-1") as context:
            account.count_sent(context, messages)
    emulator.clock.advance(timedelta(hours=12))
    with emulator.context(ACCOUNT, "us-east-1") as context:
        account.count_sent(context, 4)
    assert ses.get_send_quota()["SentLast24Hours"] == 7
    emulator.clock.advance(timedelta(hours=12, minutes=1))
    assert ses.get_send_quota()["SentLast24Hours"] == 4


def test_a_busy_minute_is_one_entry(emulator: Emulator) -> None:
    """Else each message of a day would read all those before it."""
    with emulator.context(ACCOUNT, "us-east-1") as context:
        for _ in range(100):
            account.count_sent(context, 1)
        assert len(context.store.get_value("sent")) == 1


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
    shown = sesv2.get_account()
    assert shown["PricingAttributes"] == {"CurrentPlan": "NONE", "NextPlan": "PRO"}
    assert shown["DeliveryAttributes"] == {"SharedPoolDeliveryMode": "REGIONAL"}


def test_a_plan_begins_with_the_next_month(emulator: Emulator, sesv2: Any) -> None:
    """Until then it can be taken back; afterwards nothing is to come, until another is chosen."""
    now = emulator.clock.now()
    emulator.clock.advance(datetime(now.year + 1, 3, 30, tzinfo=UTC) - now)
    sesv2.put_account_pricing_attributes(Plan="ESSENTIALS")
    sesv2.put_account_pricing_attributes(Plan="NONE")
    assert sesv2.get_account()["PricingAttributes"] == {"CurrentPlan": "NONE"}
    sesv2.put_account_pricing_attributes(Plan="PRO")
    emulator.clock.advance(timedelta(days=3))
    assert sesv2.get_account()["PricingAttributes"] == {"CurrentPlan": "PRO"}
    sesv2.put_account_pricing_attributes(Plan="ESSENTIALS")
    assert sesv2.get_account()["PricingAttributes"] == {"CurrentPlan": "PRO", "NextPlan": "ESSENTIALS"}


def test_regions_are_accounts_of_their_own(session: Any, sesv2: Any) -> None:
    """What is set in one is not set in another."""
    sesv2.put_account_dedicated_ip_warmup_attributes(AutoWarmupEnabled=False)
    assert session.client("sesv2", region_name="eu-west-1").get_account()["DedicatedIpAutoWarmupEnabled"] is True
    assert sesv2.get_account()["DedicatedIpAutoWarmupEnabled"] is False
