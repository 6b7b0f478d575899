"""Writes of a configuration set's option blocks: the Puts of v2, and what v1 can say of the same blocks.

SES behaviour: a Put of v2 replaces its whole block. A v1 write changes what v1 can spell and leaves the rest of the
block (pool, delivery deadline, HTTPS policy) as it was.
"""

from __future__ import annotations

from collections.abc import Callable

from sesops.emulator.context import Context, ServiceError
from sesops.emulator.operations import suppression
from sesops.emulator.operations.configuration_set_document import (
    Block,
    Document,
    check_redirect_domain,
    load,
    replace_block,
    save,
    set_archiving,
    set_delivery,
    set_reputation,
    set_sending,
    set_suppression,
    set_tracking,
    set_vdm,
)
from sesops.emulator.operations.refusals import Door, Refusal
from sesops.emulator.registry import Answer, Params, operation


def _put(context: Context, name: str, setter: Callable[[Context, Document, Block], None], block: Block) -> Answer:
    document = load(context, Door.V2, name)
    setter(context, document, block)
    save(context, name, document)
    return {}


def _body(params: Params) -> Block:
    """All members but the name: in most Puts the request itself is the block."""
    return {member: value for member, value in params.items() if member != "ConfigurationSetName"}


@operation("sesv2", "PutConfigurationSetDeliveryOptions")
def put_delivery_options(context: Context, params: Params) -> Answer:
    """Replace TLS policy, pool and deadline together."""
    return _put(context, params["ConfigurationSetName"], set_delivery, _body(params))


@operation("sesv2", "PutConfigurationSetTrackingOptions")
def put_tracking_options(context: Context, params: Params) -> Answer:
    """Replace redirect domain and HTTPS policy together; neither: no tracking domain any more."""
    return _put(context, params["ConfigurationSetName"], set_tracking, _body(params))


@operation("sesv2", "PutConfigurationSetReputationOptions")
def put_reputation_options(context: Context, params: Params) -> Answer:
    """Switch reputation metrics; off when not said."""
    return _put(context, params["ConfigurationSetName"], set_reputation, _body(params))


@operation("sesv2", "PutConfigurationSetSendingOptions")
def put_sending_options(context: Context, params: Params) -> Answer:
    """Switch sending; off when not said."""
    return _put(context, params["ConfigurationSetName"], set_sending, _body(params))


@operation("sesv2", "PutConfigurationSetSuppressionOptions")
def put_suppression_options(context: Context, params: Params) -> Answer:
    """Override the account's suppression; no call takes the override back.

    SES behaviour: a reason that is none is refused in other words than those of the create.
    """
    for reason in params.get("SuppressedReasons", []):
        if reason not in suppression.REASONS:
            message = f"Reason {reason} is invalid, must be one of [{', '.join(suppression.REASONS)}]."
            raise ServiceError("BadRequestException", message)
    return _put(context, params["ConfigurationSetName"], set_suppression, _body(params))


@operation("sesv2", "PutConfigurationSetVdmOptions")
def put_vdm_options(context: Context, params: Params) -> Answer:
    """Replace the VDM block, the only one that comes wrapped."""
    return _put(context, params["ConfigurationSetName"], set_vdm, params.get("VdmOptions", {}))


@operation("sesv2", "PutConfigurationSetArchivingOptions")
def put_archiving_options(context: Context, params: Params) -> Answer:
    """Name the archive; none: no archiving any more."""
    return _put(context, params["ConfigurationSetName"], set_archiving, _body(params))


@operation("ses", "PutConfigurationSetDeliveryOptions")
def put_delivery_options_v1(context: Context, params: Params) -> Answer:
    """Change or clear the TLS policy; pool and deadline stay."""
    name = params["ConfigurationSetName"]
    document = load(context, Door.V1, name)
    unseen = {k: v for k, v in document.get("DeliveryOptions", {}).items() if k != "TlsPolicy"}
    policy = params.get("DeliveryOptions", {}).get("TlsPolicy")
    spelt = {"TlsPolicy": policy.upper()} if policy else {}
    replace_block(document, "DeliveryOptions", {**unseen, **spelt})
    save(context, name, document)
    return {}


@operation("ses", "UpdateConfigurationSetReputationMetricsEnabled")
def update_reputation_metrics_v1(context: Context, params: Params) -> Answer:
    """Switch reputation metrics."""
    document = load(context, Door.V1, params["ConfigurationSetName"])
    set_reputation(context, document, {"ReputationMetricsEnabled": params["Enabled"]})
    save(context, params["ConfigurationSetName"], document)
    return {}


@operation("ses", "UpdateConfigurationSetSendingEnabled")
def update_sending_v1(context: Context, params: Params) -> Answer:
    """Switch sending."""
    document = load(context, Door.V1, params["ConfigurationSetName"])
    set_sending(context, document, {"SendingEnabled": params["Enabled"]})
    save(context, params["ConfigurationSetName"], document)
    return {}


@operation("ses", "CreateConfigurationSetTrackingOptions")
def create_tracking_options_v1(context: Context, params: Params) -> Answer:
    """Name a tracking domain where there is none yet."""
    domain = _redirect_domain_v1(context, params)
    document = load(context, Door.V1, params["ConfigurationSetName"])
    if "TrackingOptions" in document:
        message = f"Tracking options already exist for configuration set <{params['ConfigurationSetName']}>."
        raise ServiceError("TrackingOptionsAlreadyExistsException", message)
    document["TrackingOptions"] = {"CustomRedirectDomain": domain}
    save(context, params["ConfigurationSetName"], document)
    return {}


@operation("ses", "UpdateConfigurationSetTrackingOptions")
def update_tracking_options_v1(context: Context, params: Params) -> Answer:
    """Name another tracking domain; the HTTPS policy stays."""
    domain = _redirect_domain_v1(context, params)
    document = _load_tracked_v1(context, params)
    document["TrackingOptions"]["CustomRedirectDomain"] = domain
    save(context, params["ConfigurationSetName"], document)
    return {}


@operation("ses", "DeleteConfigurationSetTrackingOptions")
def delete_tracking_options_v1(context: Context, params: Params) -> Answer:
    """Remove the tracking domain, and with it the HTTPS policy, which cannot be without."""
    document = _load_tracked_v1(context, params)
    del document["TrackingOptions"]
    save(context, params["ConfigurationSetName"], document)
    return {}


def _redirect_domain_v1(context: Context, params: Params) -> str:
    """The domain asked for. SES behaviour: v1 looks at it before it looks for the set."""
    domain: str | None = params["TrackingOptions"].get("CustomRedirectDomain")
    if not domain:
        message = "At least one field of TrackingOptions must contain a value."
        raise Refusal.INVALID_TRACKING.error(Door.V1, message)
    check_redirect_domain(context, Door.V1, domain)
    return domain


def _load_tracked_v1(context: Context, params: Params) -> Document:
    document = load(context, Door.V1, params["ConfigurationSetName"])
    if "TrackingOptions" not in document:
        message = f"Tracking options do not exist for configuration set <{params['ConfigurationSetName']}>."
        raise ServiceError("TrackingOptionsDoesNotExistException", message)
    return document
