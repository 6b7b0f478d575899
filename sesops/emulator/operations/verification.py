"""Verification as a function of time: nothing is written when an identity becomes verified.

SES looks DNS records (or the click on a link) up on its own schedule. Here the look-up succeeds once
`settings.verification` has passed since the search was started, and is pending until then. Each search has
a start of its own: the identity (`created`), its DKIM keys and its MAIL FROM domain (`since`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sesops.emulator.context import Context
from sesops.emulator.operations.identity_names import DOMAIN, canonical, domains_above
from sesops.emulator.operations.replication import replication_error
from sesops.emulator.registry import Answer
from sesops.emulator.store import parse

PENDING = "PENDING"
SUCCESS = "SUCCESS"

_LOOK_UP_EVERY = timedelta(minutes=5)


def search(context: Context, since: str) -> str:
    """The state, PENDING or SUCCESS, of a search for DNS records that was started at `since` (ISO 8601)."""
    return SUCCESS if context.now >= _found_at(context, since) else PENDING


def status(context: Context, document: Mapping[str, Any]) -> str:
    """Whether the identity itself is verified: PENDING or SUCCESS."""
    if replication_error(context, document) is not None:
        return PENDING
    return search(context, document["created"])


def verified(context: Context, name: str) -> bool:
    """Whether mail may be sent as `name`: the identity, or a domain above it, is verified."""
    for candidate in (canonical(name), *domains_above(name)):
        document = context.store.get("identity", candidate)
        if document is not None and status(context, document) == SUCCESS:
            return True
    return False


def information(context: Context, document: Mapping[str, Any]) -> Answer:
    """VerificationInfo: the time of the last look-up and, while pending, its reason; nothing before the first.

    SES behaviour: there is nothing to look up for an address.
    """
    if document["type"] != DOMAIN:
        return {}
    if status(context, document) == SUCCESS:
        found = _found_at(context, document["created"])
        return {"LastCheckedTimestamp": found, "LastSuccessTimestamp": found}
    checked = _last_look_up(context, document)
    if checked is None:
        return {}
    reason = replication_error(context, document) or "HOST_NOT_FOUND"
    return {"LastCheckedTimestamp": checked, "ErrorType": reason}


def _found_at(context: Context, since: str) -> datetime:
    return parse(since) + context.settings.verification


def _last_look_up(context: Context, document: Mapping[str, Any]) -> datetime | None:
    created = parse(document["created"])
    times = (context.now - created) // _LOOK_UP_EVERY
    return created + times * _LOOK_UP_EVERY if times else None
