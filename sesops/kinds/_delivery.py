"""What SNS takes as a delivery policy, a topic's or a subscription's (SNS Developer Guide: "Creating an HTTP/S delivery
policy"). Delays are in seconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sesops.core.diagnostic import Diagnostic
from sesops.core.thing import Wanted
from sesops.core.values import Json
from sesops.kinds._shared import finding

FIELD = "delivery_policy"
_LONGEST = 3_600
"""Seconds that all attempts together may take, which no request raises."""
_MOST = 100
_SMALLEST: Mapping[str, int] = {
    "minDelayTarget": 1,
    "maxDelayTarget": 1,
    "numRetries": 0,
    "numNoDelayRetries": 0,
    "numMinDelayRetries": 0,
    "numMaxDelayRetries": 0,
}
_LARGEST: Mapping[str, int] = {key: _LONGEST if key.endswith("Target") else _MOST for key in _SMALLEST}
_BACKOFF = ("arithmetic", "exponential", "geometric", "linear")
_HINT = "see SNS's delivery policies"


def check_delivery(wanted: Wanted, retry: Json, throttle: Json) -> Iterator[Diagnostic]:
    """SNS's rules about how deliveries are tried again, and how many there are in a second."""
    if isinstance(retry, Mapping):
        said = {key: value for key, value in retry.items() if value is not None}
        faults = [*_misspelt(said)] or [*_out_of_range(said)] or [*_together(said)]
        yield from (finding(wanted, FIELD, "bad-delivery-policy", message, hint) for message, hint in faults)
    rate = throttle.get("maxReceivesPerSecond") if isinstance(throttle, Mapping) else None
    if rate is not None and not _is_number(rate, 1, None):
        yield finding(wanted, FIELD, "bad-delivery-policy", "maxReceivesPerSecond is a whole number from 1", _HINT)


def _misspelt(said: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    for key in sorted(said.keys() - {*_SMALLEST, "backoffFunction"}):
        yield f"`{key}` is no part of how SNS tries again", f"it has {', '.join(_SMALLEST)}, backoffFunction"


def _out_of_range(said: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    for key in said.keys() & _SMALLEST.keys():
        if not _is_number(said[key], _SMALLEST[key], _LARGEST[key]):
            yield f"{key} is a whole number from {_SMALLEST[key]} to {_LARGEST[key]}", _HINT
    if said.get("backoffFunction", "linear") not in _BACKOFF:
        yield f"backoffFunction is one of {', '.join(_BACKOFF)}", _HINT


def _together(said: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    """Only of what is said: what SNS makes of the rest, such as a maximum below a minimum, is its own affair."""
    least, most, count = (said.get(key) for key in ("minDelayTarget", "maxDelayTarget", "numRetries"))
    if least is None or most is None:
        return
    if least > most:
        yield f"minDelayTarget ({least}) is more than maxDelayTarget ({most})", "raise maxDelayTarget"
        return
    at_once, last = said.get("numNoDelayRetries", 0), said.get("numMaxDelayRetries", 0)
    # Of the attempts between no less than this is known: the function decides where in between they lie.
    seconds = max((count or 0) - at_once - last, 0) * least + last * most
    if seconds > _LONGEST:
        yield f"its attempts take {seconds} seconds at least, and SNS lets them take {_LONGEST}", "try less often"


def _is_number(value: Json, least: int, most: int | None) -> bool:
    return type(value) is int and least <= value and (most is None or value <= most)
