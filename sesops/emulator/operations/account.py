"""The account in a region: a sandbox at first. Both API generations.

The value "account" is {sending, reasons, validation?, vdm?, warmup, details?, requested?, decision?, enforcement?,
pricing?, delivery_mode?}: `details` are as PutAccountDetails had them, `requested` is when production access was asked
for (ISO 8601), `decision` what Support said without regard to time, `pricing` is {current, next, chosen}.
The value "sent" is a list of [minute, messages], the oldest first, of the last 24 hours.
"""

from __future__ import annotations

from typing import Any

from sesops.emulator.context import Context, ServiceError
from sesops.emulator.registry import Answer, Params, operation
from sesops.emulator.store import parse, stamp

_KEY = "account"
_FRESH = {"sending": True, "reasons": ["BOUNCE", "COMPLAINT"], "warmup": True}
# What a sandbox may send, and what a first quota in production is like.
_SANDBOX_QUOTA = {"Max24HourSend": 200.0, "MaxSendRate": 1.0}
_QUOTA = {"Max24HourSend": 50000.0, "MaxSendRate": 14.0}
# SES behaviour: VDM's parts are shown only while VDM is on.
_VDM_PARTS = {"DashboardAttributes": "EngagementMetrics", "GuardianAttributes": "OptimizedSharedDelivery"}

Document = dict[str, Any]


def _load(context: Context) -> Document:
    return {**_FRESH, **(context.store.get_value(_KEY) or {})}


def _set(context: Context, **members: Any) -> Answer:
    context.store.set_value(_KEY, {**_load(context), **members})
    return {}


def in_sandbox(context: Context) -> bool:
    """Whether the account may still write to verified addresses only."""
    return not context.settings.production_access and _review(context, _load(context)) != "GRANTED"


def refuse_in_sandbox(context: Context) -> None:
    """Refuse an operation that the sandbox has not. SES behaviour, its text unsure."""
    if in_sandbox(context):
        message = "This operation is not available while the account is in the sandbox; request production access."
        raise ServiceError("BadRequestException", message)


def sending_enabled(context: Context) -> bool:
    """Whether the account may send in this region. SES behaviour: no switch undoes a shutdown by AWS."""
    document = _load(context)
    return bool(document["sending"]) and document.get("enforcement") != "SHUTDOWN"


def suppressed_reasons(context: Context) -> list[str]:
    """For which reasons addresses come onto, and are kept by, the account's suppression list."""
    return list(_load(context)["reasons"])


def quota(context: Context) -> dict[str, float]:
    """The quota, without what was sent of it."""
    return dict(_SANDBOX_QUOTA if in_sandbox(context) else _QUOTA)


def count_sent(context: Context, messages: int) -> None:
    """Note messages as sent now: by the minute, so that a busy day is not a long list."""
    entries, minute = _sent(context), stamp(context.now.replace(second=0, microsecond=0))
    if not entries or entries[-1][0] != minute:
        entries.append([minute, 0])
    entries[-1][1] += messages
    context.store.set_value("sent", entries)


def sent_last_day(context: Context) -> float:
    """How many messages were sent in the last 24 hours."""
    return float(sum(count for _, count in _sent(context)))


def _sent(context: Context) -> list[list[Any]]:
    entries = context.store.get_value("sent") or []
    return [one for one in entries if (context.now - parse(one[0])).days < 1]


def _review(context: Context, document: Document) -> str | None:
    """The state of the request for production access: PENDING, then GRANTED; None where nobody asked.

    What Support has decided goes before what time alone would bring.
    """
    if "decision" in document:
        return str(document["decision"])
    if "requested" not in document:
        return None
    return "GRANTED" if context.now >= parse(document["requested"]) + context.settings.review else "PENDING"


@operation("sesv2", "GetAccount")
def get_account(context: Context, _params: Params) -> Answer:
    """SES behaviour: VdmAttributes and Details are absent until they were first written."""
    document = _load(context)
    suppression = {"SuppressedReasons": document["reasons"]}
    if "validation" in document:
        suppression["ValidationAttributes"] = document["validation"]
    answer: Answer = {
        "DedicatedIpAutoWarmupEnabled": document["warmup"],
        "EnforcementStatus": document.get("enforcement", "HEALTHY"),
        "ProductionAccessEnabled": not in_sandbox(context),
        "SendQuota": get_send_quota(context, {}),
        "SendingEnabled": sending_enabled(context),
        "SuppressionAttributes": suppression,
    }
    if "vdm" in document:
        answer["VdmAttributes"] = document["vdm"]
    if "details" in document:
        review = _review(context, document)
        answer["Details"] = {**document["details"], **({"ReviewDetails": {"Status": review}} if review else {})}
    if "pricing" in document:
        current, following = _plans(context, document["pricing"])
        answer["PricingAttributes"] = {
            "CurrentPlan": current,
            **({"NextPlan": following} if following != current else {}),
        }
    if "delivery_mode" in document:
        answer["DeliveryAttributes"] = {"SharedPoolDeliveryMode": document["delivery_mode"]}
    return answer


@operation("ses", "GetSendQuota")
def get_send_quota(context: Context, _params: Params) -> Answer:
    """The quota alone."""
    return {**quota(context), "SentLast24Hours": sent_last_day(context)}


@operation("ses", "GetAccountSendingEnabled")
def get_account_sending_enabled(context: Context, _params: Params) -> Answer:
    """Whether the account may send in this region."""
    return {"Enabled": sending_enabled(context)}


@operation("ses", "UpdateAccountSendingEnabled")
def update_account_sending_enabled(context: Context, params: Params) -> Answer:
    """Switch sending for the region; off when not said."""
    return _set(context, sending=params.get("Enabled", False))


@operation("sesv2", "PutAccountSendingAttributes")
def put_account_sending_attributes(context: Context, params: Params) -> Answer:
    """Switch sending for the region; off when not said."""
    return _set(context, sending=params.get("SendingEnabled", False))


@operation("sesv2", "PutAccountSuppressionAttributes")
def put_account_suppression_attributes(context: Context, params: Params) -> Answer:
    """Replace the whole block: no reasons, no suppression."""
    document = {key: value for key, value in _load(context).items() if key != "validation"}
    validation = {"validation": params["ValidationAttributes"]} if "ValidationAttributes" in params else {}
    context.store.set_value(_KEY, {**document, "reasons": params.get("SuppressedReasons", []), **validation})
    return {}


@operation("sesv2", "PutAccountVdmAttributes")
def put_account_vdm_attributes(context: Context, params: Params) -> Answer:
    """Replace the whole block. SES behaviour: once written it stays, with DISABLED where nothing is said."""
    new = params["VdmAttributes"]
    kept: Document = {"VdmEnabled": new["VdmEnabled"]}
    if new["VdmEnabled"] == "ENABLED":
        for part, member in _VDM_PARTS.items():
            kept[part] = {member: new.get(part, {}).get(member, "DISABLED")}
    return _set(context, vdm=kept)


@operation("sesv2", "PutAccountDedicatedIpWarmupAttributes")
def put_account_dedicated_ip_warmup_attributes(context: Context, params: Params) -> Answer:
    """Whether addresses leased from now on are warmed up; no, when not said."""
    return _set(context, warmup=params.get("AutoWarmupEnabled", False))


@operation("sesv2", "PutAccountDetails")
def put_account_details(context: Context, params: Params) -> Answer:
    """Describe the account, and ask for production access. SES behaviour: nothing is changed during a review."""
    document = _load(context)
    if _review(context, document) == "PENDING":
        raise ServiceError("ConflictException", "Your account details are under review.", 409)
    details = {key: value for key, value in params.items() if key != "ProductionAccessEnabled"}
    asks = params.get("ProductionAccessEnabled", False) and in_sandbox(context)
    if asks:
        document = {key: value for key, value in document.items() if key != "decision"}
        document["requested"] = stamp(context.now)
    context.store.set_value(_KEY, {**document, "details": details})
    return {}


@operation("sesv2", "PutAccountPricingAttributes")
def put_account_pricing_attributes(context: Context, params: Params) -> Answer:
    """Choose the plan of the next billing cycle. SES behaviour, unsure: the plan one has takes a choice back."""
    pricing = _load(context).get("pricing")
    current = _plans(context, pricing)[0] if pricing else "NONE"
    return _set(context, pricing={"current": current, "next": params["Plan"], "chosen": stamp(context.now)})


def _plans(context: Context, pricing: Document) -> tuple[str, str]:
    """The plans of this billing cycle and of the next one. SES behaviour: a cycle is a month."""
    now, chosen = context.now, parse(pricing["chosen"])
    begun = (now.year, now.month) > (chosen.year, chosen.month)
    return (pricing["next"] if begun else pricing["current"]), pricing["next"]


@operation("sesv2", "PutAccountDeliveryAttributes")
def put_account_delivery_attributes(context: Context, params: Params) -> Answer:
    """From which region's shared addresses mail leaves."""
    return _set(context, delivery_mode=params["SharedPoolDeliveryMode"])


def grant_production(context: Context) -> None:
    """Let the account out of the sandbox, as Support does, asked or not."""
    decide(context, "GRANTED")


def decide(context: Context, status: str) -> None:
    """End the review of the account as Support does: GRANTED; or DENIED or FAILED, after which one may ask again."""
    _set(context, decision=status)


def enforce(context: Context, status: str) -> None:
    """Judge the account's sending as AWS does: HEALTHY, PROBATION, or SHUTDOWN, which ends it."""
    _set(context, enforcement=status)


def auto_warmup(context: Context) -> bool:
    """Whether addresses that are leased now are warmed up."""
    return bool(_load(context)["warmup"])
