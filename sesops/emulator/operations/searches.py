"""SES's searches for DNS records, as a function of time: nothing is written when one ends.

A search is a mapping with `since`, when it was started, and `failed`, when it was given up by hand (both ISO 8601).

SES behaviour: a search that finds nothing within 72 hours has FAILED for good, until somebody starts it again. SES
looks on after a success; what is gone is a TEMPORARY_FAILURE, and if it stays away for 72 hours a FAILED.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sesops.emulator.context import Context
from sesops.emulator.dns import Look, Wanted
from sesops.emulator.store import parse, stamp

PENDING = "PENDING"
SUCCESS = "SUCCESS"
TEMPORARY_FAILURE = "TEMPORARY_FAILURE"
FAILED = "FAILED"
NOT_FOUND = "HOST_NOT_FOUND"

SEARCHED = timedelta(hours=72)


@dataclass(frozen=True)
class Search:
    """How a search stands."""

    status: str
    at: datetime
    """Since when it stands so."""
    reason: str | None = None
    """Why the last look found nothing: an ErrorType of VerificationInfo."""
    found: datetime | None = None
    """When the records were there last."""


def search(context: Context, started: Mapping[str, Any], wanted: Sequence[Wanted]) -> Search:
    """The search for all of `wanted`, none of which is no success either."""
    since = parse(started["since"])
    if "failed" in started:
        return Search(FAILED, parse(started["failed"]), NOT_FOUND)
    if not context.settings.dns:
        return timed(context, since)
    if not wanted:
        return Search(PENDING, since, NOT_FOUND)
    return follow(Search(PENDING, since), context.dns.looks(wanted), context.now)


def timed(context: Context, since: datetime) -> Search:
    """A search that succeeds after the time that the settings say, whatever there is."""
    found = since + context.settings.verification
    return Search(SUCCESS, found, None, found) if context.now >= found else Search(PENDING, since, NOT_FOUND)


def follow(begun: Search, looks: Sequence[Look], now: datetime) -> Search:
    """What has become of a search that stood as `begun`, by what there was to see at which time until now."""
    state = begun
    ends = [moment for moment, _ in looks[1:]]
    for (begins, reason), until in zip(looks, [*ends, now], strict=True):
        if max(begins, begun.at) <= now and until >= begun.at:
            state = _over(state, max(begins, begun.at), min(until, now), reason)
    return state


def _over(state: Search, begins: datetime, until: datetime, reason: str | None) -> Search:
    """The state at `until`, when there was the same to see all the time since `begins`."""
    if state.status == FAILED:
        return state
    if reason is None:
        return Search(SUCCESS, state.at if state.status == SUCCESS else begins, None, until)
    if state.status == SUCCESS:
        state = Search(TEMPORARY_FAILURE, begins, reason, state.found or begins)
    if until >= state.at + SEARCHED:
        return Search(FAILED, state.at + SEARCHED, reason, state.found)
    return dataclasses.replace(state, reason=reason)


def start_again(context: Context, started: dict[str, Any]) -> None:
    """Search anew from now on."""
    started.pop("failed", None)
    started["since"] = stamp(context.now)
