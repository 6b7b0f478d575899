"""SES's rules about event destinations that can be found in the spec alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sesops.core.diagnostic import Diagnostic
from sesops.core.kind import Siblings, Wanted
from sesops.kinds._shared import by_first_name
from sesops.kinds.event_destination.fields import (
    BUS_RESOURCE,
    DEFAULT_BUS,
    NAME,
    NOT_FOR_PINPOINT,
    TARGETS,
    targets,
)

DESTINATIONS_PER_SET = 10
DIMENSIONS = 10


def check(wanted: Wanted, siblings: Siblings) -> Iterator[Diagnostic]:
    """SES's rules about one destination."""
    yield from _name(wanted)
    yield from _count(wanted, siblings)
    yield from _one_target(wanted)
    yield from _events(wanted)
    yield from _dimensions(wanted)
    yield from _bus(wanted)


def _finding(wanted: Wanted, path: str, code: str, message: str, hint: str) -> Diagnostic:
    return Diagnostic(code, f"{wanted.address}: {message}", wanted.places.get(path, wanted.place), hint)


def _name(wanted: Wanted) -> Iterator[Diagnostic]:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", wanted.address.last):
        message = "a name has 1 to 64 letters, digits, `_` and `-`"
        yield _finding(wanted, "", "invalid-name", message, "choose another name")


def _count(wanted: Wanted, siblings: Siblings) -> Iterator[Diagnostic]:
    of_set = siblings.index(NAME, by_first_name)[wanted.address.name[0]]
    # Said once a set, at the first that is too many.
    if len(of_set) > DESTINATIONS_PER_SET and wanted is of_set[DESTINATIONS_PER_SET]:
        message = f"the set has {len(of_set)} event destinations; SES takes {DESTINATIONS_PER_SET}"
        yield _finding(wanted, "", "too-many-destinations", message, "put several events into one destination")


def _one_target(wanted: Wanted) -> Iterator[Diagnostic]:
    given = sorted(targets(wanted.fields))
    if len(given) != 1:
        message = f"it needs one target and has {' and '.join(given) or 'none'}"
        hint = f"write one of {', '.join(f'`{one}`' for one in TARGETS)}; another target is another destination"
        yield _finding(wanted, given[1] if given else "", "one-target", message, hint)


def _events(wanted: Wanted) -> Iterator[Diagnostic]:
    unfit = sorted(NOT_FOR_PINPOINT.intersection(wanted.fields.get("events") or ()))
    if unfit and "pinpoint" in targets(wanted.fields):
        message = f"Pinpoint takes no {' and no '.join(unfit)}"
        yield _finding(wanted, "events", "event-not-for-target", message, "take it out, or write `events: all`")


def _dimensions(wanted: Wanted) -> Iterator[Diagnostic]:
    dimensions = wanted.fields.get("cloudwatch") or ()
    if len(dimensions) > DIMENSIONS:
        message = f"it has {len(dimensions)} dimensions; SES takes {DIMENSIONS}"
        yield _finding(wanted, "cloudwatch", "too-many-dimensions", message, "split it into two destinations")


def _bus(wanted: Wanted) -> Iterator[Diagnostic]:
    bus = wanted.fields.get("eventbridge", DEFAULT_BUS)
    if bus != DEFAULT_BUS and not bus.endswith(f":{BUS_RESOURCE}"):
        message = "SES publishes to the account's default event bus alone"
        yield _finding(
            wanted, "eventbridge", "not-default-bus", message, "write `eventbridge: default`, and a rule there"
        )
