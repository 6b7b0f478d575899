"""Verification of identities.

A domain is proven by its DKIM records or by the TXT record of the first generation, an address by a click on the link
that it is sent. Of an identity's document this reads `created`; `searched`, when that was begun again; `failed`, when
SES gave it up by hand of the emulator; `clicked`, when the link was; and of its DKIM `owned`, where the domain was
proven before its keys were changed. All are ISO 8601 but the last. See searches.py for what DNS has to do with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sesops.emulator.context import Context
from sesops.emulator.dns import EVER, Look, Wanted
from sesops.emulator.operations import dkim_records
from sesops.emulator.operations.identity_documents import Document, load, save
from sesops.emulator.operations.identity_names import ADDRESS, DOMAIN, canonical, domains_above
from sesops.emulator.operations.replication import replication_error
from sesops.emulator.operations.searches import (
    FAILED,
    NOT_FOUND,
    PENDING,
    SEARCHED,
    SUCCESS,
    TEMPORARY_FAILURE,
    Search,
    follow,
    timed,
)
from sesops.emulator.registry import Answer
from sesops.emulator.store import parse, stamp

__all__ = ["PENDING", "SUCCESS", "ask_again", "click", "give_up", "information", "may_send", "status", "verified"]

LINK_LIVES = timedelta(hours=24)
SEARCHES = ("identity", "dkim", "mail_from")

_LOOK_UP_EVERY = timedelta(minutes=5)


def status(context: Context, document: Mapping[str, Any]) -> str:
    """Whether the identity itself is verified: PENDING, SUCCESS, TEMPORARY_FAILURE or FAILED."""
    return _search(context, document).status


def may_send(status: str) -> bool:
    """Whether mail may be sent by an identity of this status. SES behaviour, unsure: while the failure may pass."""
    return status in (SUCCESS, TEMPORARY_FAILURE)


def verified(context: Context, name: str) -> bool:
    """Whether mail may be sent as `name`: the identity, or a domain above it, is verified."""
    for candidate in (canonical(name), *domains_above(name)):
        document = context.store.get("identity", candidate)
        if document is not None and may_send(status(context, document)):
            return True
    return False


def information(context: Context, document: Mapping[str, Any]) -> Answer:
    """VerificationInfo: when SES looked last and found all last, and why it did not; nothing before the first look.

    SES behaviour: there is nothing to look up for an address.
    """
    if document["type"] != DOMAIN:
        return {}
    state = _search(context, document)
    checked = _last_look_up(context, document, state)
    if checked is None:
        return {}
    if state.status == SUCCESS:
        return {"LastCheckedTimestamp": checked, "LastSuccessTimestamp": checked}
    reason = replication_error(context, document) or state.reason or NOT_FOUND
    success = {} if state.found is None else {"LastSuccessTimestamp": state.found}
    return {"LastCheckedTimestamp": checked, **success, "ErrorType": reason}


def ask_again(context: Context, document: Document) -> None:
    """Begin anew what was given up, and mail the link again to an address that is not verified."""
    state = _search(context, document)
    if state.status == FAILED or (document["type"] == ADDRESS and state.status == PENDING):
        document.pop("failed", None)
        document["searched"] = stamp(context.now)


def click(context: Context, address: str) -> None:
    """Click on the link in the last mail to an address. ValueError: there is none, or it is too old."""
    document = load(context, address)
    if document is None or document["type"] != ADDRESS:
        raise ValueError(f"{address!r} is no address identity in {context.region}, so it was sent no link")
    if status(context, document) == FAILED or context.now >= _asked(document) + LINK_LIVES:
        raise ValueError(f"the link to {address} has expired: it lives for 24 hours")
    document.setdefault("clicked", stamp(context.now))
    save(context, document)


def give_up(context: Context, name: str, of: str) -> None:
    """Let a search of an identity fail. ValueError: there is no such identity or search."""
    if of not in SEARCHES:
        raise ValueError(f"{of!r} is no search; there are {', '.join(SEARCHES)}")
    document = load(context, name)
    if document is None:
        raise ValueError(f"{name!r} is no identity in {context.region}")
    searched = document if of == "identity" else document[of]
    if of != "identity" and "since" not in searched:
        raise ValueError(f"{name} has no {of} that SES would search for")
    searched.pop("clicked", None)
    searched["failed"] = stamp(context.now)
    save(context, document)


def _search(context: Context, document: Mapping[str, Any]) -> Search:
    if replication_error(context, document) is not None:
        return Search(PENDING, _asked(document))
    if "failed" in document:
        return Search(FAILED, parse(document["failed"]), NOT_FOUND)
    if "clicked" in document:
        return Search(SUCCESS, parse(document["clicked"]))
    if not context.settings.dns:
        return timed(context, _asked(document))
    if document["type"] == ADDRESS:
        expires = _asked(document) + LINK_LIVES
        return Search(FAILED, expires) if context.now >= expires else Search(PENDING, _asked(document))
    return _proof(context, document)


def _asked(document: Mapping[str, Any]) -> datetime:
    return parse(document.get("searched", document["created"]))


def _proof(context: Context, document: Mapping[str, Any]) -> Search:
    """The search for a domain's proofs, one of which is enough.

    SES behaviour: while new keys are searched a domain stays as verified as it was with those before.
    """
    dkim = document["dkim"]
    changed = parse(dkim["since"]) if "since" in dkim else None
    begun, owned_until = Search(PENDING, max(_asked(document), changed or _asked(document))), None
    if changed is not None and dkim.get("owned"):
        begun, owned_until = Search(SUCCESS, changed), changed + SEARCHED
    ways = [dkim_records.wanted(context, document), _classic(document)]
    looks = [context.dns.looks(way) for way in ways if way]
    moments = sorted({EVER, owned_until or EVER, *(moment for way in looks for moment, _ in way)})
    return follow(begun, [(moment, _reason(looks, moment, owned_until)) for moment in moments], context.now)


def _classic(document: Mapping[str, Any]) -> list[Wanted]:
    token = document.get("verification_token")
    return [Wanted(f"_amazonses.{document['name']}", "TXT", lambda texts: token in texts)] if token else []


def _reason(looks: list[list[Look]], moment: datetime, owned_until: datetime | None) -> str | None:
    """Why no proof is there at a moment: the first one's reason."""
    reasons = [next(reason for begins, reason in reversed(way) if begins <= moment) for way in looks]
    owned = owned_until is not None and moment < owned_until
    return None if owned or None in reasons else next(iter(reasons), NOT_FOUND)


def _last_look_up(context: Context, document: Mapping[str, Any], state: Search) -> datetime | None:
    """SES looks every five minutes, and at the times when we know that it saw something new."""
    if state.status == FAILED or (state.status == SUCCESS and not context.settings.dns):
        return state.at
    asked = _asked(document)
    times = (context.now - asked) // _LOOK_UP_EVERY
    looked = asked + times * _LOOK_UP_EVERY if times > 0 else None
    return looked if state.status == PENDING else max(looked or state.at, state.at)
