"""The account in a region, as it is when nobody has set anything: a sandbox. Both API generations."""

from __future__ import annotations

from sesops.emulator.context import Context
from sesops.emulator.registry import Answer, Params, operation

# A sandbox: 200 messages a day, one a second.
QUOTA = {"Max24HourSend": 200.0, "MaxSendRate": 1.0, "SentLast24Hours": 0.0}


@operation("sesv2", "GetAccount")
def get_account(_context: Context, _params: Params) -> Answer:
    """SES behaviour: VdmAttributes and Details are absent until they were first written."""
    return {
        "DedicatedIpAutoWarmupEnabled": True,
        "EnforcementStatus": "HEALTHY",
        "ProductionAccessEnabled": False,
        "SendQuota": dict(QUOTA),
        "SendingEnabled": True,
        "SuppressionAttributes": {"SuppressedReasons": ["BOUNCE", "COMPLAINT"]},
    }


@operation("ses", "GetSendQuota")
def get_send_quota(_context: Context, _params: Params) -> Answer:
    """The quota alone."""
    return dict(QUOTA)


@operation("ses", "GetAccountSendingEnabled")
def get_account_sending_enabled(_context: Context, _params: Params) -> Answer:
    """Whether the account may send in this region."""
    return {"Enabled": True}
