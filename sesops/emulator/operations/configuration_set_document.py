"""The stored document of a configuration set, and the rules of its option blocks.

A document is {created, ReputationOptions, SendingOptions, event_destinations, tags} and, once they were set,
DeliveryOptions, TrackingOptions, SuppressionOptions, VdmOptions, ArchivingOptions: both API generations read and
write it, and it is spelt as v2 spells it.

SES behaviour: a write replaces its whole block, a boolean left out counts as false, and a block that is emptied is
gone, with one exception: an empty SuppressionOptions stays, for it says "suppress nothing", while an absent one says
"as the account does".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from sesops.emulator.context import Context
from sesops.emulator.operations import ip_pools, verification
from sesops.emulator.operations.refusals import Door, Refusal
from sesops.emulator.store import stamp

TABLE = "configuration_set"

_NAME = re.compile(r"[A-Za-z0-9_-]+")
_LONGEST_NAME = 64

Document = dict[str, Any]
Block = Mapping[str, Any]


def load(context: Context, door: Door, name: str) -> Document:
    """The document of the set `name`, or the refusal of an unknown set."""
    document = context.store.get(TABLE, name)
    if document is None:
        raise Refusal.NO_SUCH_SET.error(door, f"Configuration set <{name}> does not exist.")
    return document


def save(context: Context, name: str, document: Document) -> None:
    """Store the document of the set `name`."""
    context.store.put(TABLE, name, document)


def check_name(door: Door, refusal: Refusal, thing: str, name: str) -> None:
    """Refuse what cannot be the name of a "configuration set" or an "event destination"."""
    if not _NAME.fullmatch(name):
        message = f"Invalid {thing} name <{name}>: only alphanumeric ASCII characters, '_', and '-' are allowed."
        raise refusal.error(door, message)
    if len(name) > _LONGEST_NAME:
        raise refusal.error(door, f"{thing.capitalize()} name cannot exceed {_LONGEST_NAME} characters.")


def replace_block(document: Document, member: str, block: Block) -> None:
    """Put `block` in the place of the old one; an empty block is an unset one."""
    if block:
        document[member] = dict(block)
    else:
        document.pop(member, None)


def set_delivery(context: Context, document: Document, block: Block) -> None:
    """DeliveryOptions: the pool named must exist."""
    pool = block.get("SendingPoolName")
    if pool is not None:
        if not pool.strip():
            raise Refusal.INVALID_SET.error(Door.V2, "sendingPoolName can't be blank.")
        if not ip_pools.exists(context, pool):
            raise Refusal.INVALID_SET.error(Door.V2, f"SendingPool <{pool}> doesn't exist")
    replace_block(document, "DeliveryOptions", block)


def check_redirect_domain(context: Context, door: Door, domain: str) -> None:
    """Links are rewritten only to a domain that is, or lies under, a verified identity."""
    if not verification.verified(context, domain):
        raise Refusal.INVALID_TRACKING.error(door, f"Domain <{domain}> is not verified under this account.")


def set_tracking(context: Context, document: Document, block: Block) -> None:
    """TrackingOptions: no HTTPS policy without a domain of one's own."""
    if block:
        domain = block.get("CustomRedirectDomain")
        if not domain:
            raise Refusal.INVALID_TRACKING.error(Door.V2, "CustomRedirectDomain must be specified.")
        check_redirect_domain(context, Door.V2, domain)
    replace_block(document, "TrackingOptions", block)


def set_reputation(_context: Context, document: Document, block: Block) -> None:
    """ReputationOptions: LastFreshStart is SES's own, no write of a client touches it."""
    document["ReputationOptions"]["ReputationMetricsEnabled"] = bool(block.get("ReputationMetricsEnabled", False))


def set_sending(context: Context, document: Document, block: Block) -> None:
    """SendingOptions: to resume sending starts the reputation metrics afresh."""
    enabled = bool(block.get("SendingEnabled", False))
    if enabled and not document["SendingOptions"]["SendingEnabled"]:
        document["ReputationOptions"]["LastFreshStart"] = stamp(context.now)
    document["SendingOptions"] = {"SendingEnabled": enabled}


def set_suppression(_context: Context, document: Document, block: Block) -> None:
    """SuppressionOptions: no reasons means an empty override; a threshold outlives its being switched off."""
    new = {"SuppressedReasons": [], **block}
    threshold = new.get("ValidationOptions", {}).get("ConditionThreshold", {})
    if threshold.get("ConditionThresholdEnabled") == "DISABLED":
        old = document.get("SuppressionOptions", {}).get("ValidationOptions", {}).get("ConditionThreshold", {})
        kept = {k: v for k, v in old.items() if k == "OverallConfidenceThreshold"}
        new["ValidationOptions"] = {"ConditionThreshold": {**kept, **threshold}}
    document["SuppressionOptions"] = new


def set_vdm(_context: Context, document: Document, block: Block) -> None:
    """VdmOptions: taken whether or not the account uses VDM."""
    replace_block(document, "VdmOptions", block)


def set_archiving(_context: Context, document: Document, block: Block) -> None:
    """ArchivingOptions: the archive is of another service and not looked for."""
    replace_block(document, "ArchivingOptions", block)


def set_message_security(_context: Context, document: Document, block: Block) -> None:
    """MessageSecurityOptions: of newer clients, taken as they come."""
    replace_block(document, "MessageSecurityOptions", block)


SETTERS: Mapping[str, Callable[[Context, Document, Block], None]] = {
    "DeliveryOptions": set_delivery,
    "TrackingOptions": set_tracking,
    "ReputationOptions": set_reputation,
    "SendingOptions": set_sending,
    "SuppressionOptions": set_suppression,
    "VdmOptions": set_vdm,
    "ArchivingOptions": set_archiving,
    "MessageSecurityOptions": set_message_security,
}
