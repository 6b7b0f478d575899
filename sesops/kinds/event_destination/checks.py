"""SES's rules about event destinations that can be found in the spec alone."""

from __future__ import annotations

from collections.abc import Iterator

from sesops.core.diagnostic import Diagnostic
from sesops.core.thing import Siblings, Wanted
from sesops.kinds._shared import by_first_name, check_name, finding
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
    yield from check_name(wanted)
    yield from _count(wanted, siblings)
    yield from _one_target(wanted)
    yield from _events(wanted)
    yield from _dimensions(wanted)
    yield from _bus(wanted, siblings)


def _count(wanted: Wanted, siblings: Siblings) -> Iterator[Diagnostic]:
    of_set = siblings.index(NAME, by_first_name)[wanted.address.name[0]]
    # Said once a set, at the first that is too many.
    if len(of_set) > DESTINATIONS_PER_SET and wanted is of_set[DESTINATIONS_PER_SET]:
        message = f"the set has {len(of_set)} event destinations; SES takes {DESTINATIONS_PER_SET}"
        yield finding(wanted, "", "too-many-destinations", message, "put several events into one destination")


def _one_target(wanted: Wanted) -> Iterator[Diagnostic]:
    given = sorted(targets(wanted.fields))
    if len(given) != 1:
        message = f"it needs one target and has {' and '.join(given) or 'none'}"
        hint = f"write one of {', '.join(f'`{one}`' for one in TARGETS)}; another target is another destination"
        yield finding(wanted, given[1] if given else "", "one-target", message, hint)


def _events(wanted: Wanted) -> Iterator[Diagnostic]:
    unfit = sorted(NOT_FOR_PINPOINT.intersection(wanted.fields.get("events") or ()))
    if unfit and "pinpoint" in targets(wanted.fields):
        message = f"Pinpoint takes no {' and no '.join(unfit)}"
        yield finding(wanted, "events", "event-not-for-target", message, "take it out, or write `events: all`")


def _dimensions(wanted: Wanted) -> Iterator[Diagnostic]:
    dimensions = wanted.fields.get("cloudwatch") or ()
    if len(dimensions) > DIMENSIONS:
        message = f"it has {len(dimensions)} dimensions; SES takes {DIMENSIONS}"
        yield finding(wanted, "cloudwatch", "too-many-dimensions", message, "split it into two destinations")


def _bus(wanted: Wanted, siblings: Siblings) -> Iterator[Diagnostic]:
    bus = wanted.fields.get("eventbridge", DEFAULT_BUS)
    own = f":{siblings.account or ''}"
    if bus != DEFAULT_BUS and not (bus.endswith(f":{BUS_RESOURCE}") and own in bus):
        message = "SES publishes to the account's default event bus alone"
        yield finding(
            wanted, "eventbridge", "not-default-bus", message, "write `eventbridge: default`, and a rule there"
        )
