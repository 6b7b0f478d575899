"""SES's rules about event destinations that can be found in the spec alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from sesops.core.diagnostic import Diagnostic, Severity
from sesops.core.kind import Siblings, Wanted
from sesops.core.values import Json
from sesops.kinds.event_destination.fields import DEFAULT_BUS, NAME, NOT_FOR_PINPOINT, TARGETS, targets

DESTINATIONS_PER_SET = 10
DIMENSIONS = 10
FORBIDDEN_HEADERS = frozenset({"received", "to", "from", "dkim-signature", "cc", "message-id", "return-path"})
"""Headers that SES takes no dimension's value from."""
# SES's automatic tags (`ses:configuration-set`) are used as dimension names: hence the colon.
_DIMENSION_NAME = re.compile(r"[A-Za-z0-9_:-]{1,256}")
_DIMENSION_DEFAULT = re.compile(r"[A-Za-z0-9_.@-]{1,256}")


def check(wanted: Wanted, siblings: Siblings) -> Iterator[Diagnostic]:
    """SES's rules about one destination."""
    yield from _name(wanted)
    yield from _count(wanted, siblings)
    yield from _one_target(wanted)
    yield from _events(wanted)
    yield from _dimensions(wanted)
    for arn in ARNS:
        yield from _arn(arn, wanted, siblings)


def _finding(
    wanted: Wanted, path: str, code: str, message: str, hint: str, severity: Severity = Severity.ERROR
) -> Diagnostic:
    return Diagnostic(code, f"{wanted.address}: {message}", wanted.places.get(path, wanted.place), hint, severity)


def _name(wanted: Wanted) -> Iterator[Diagnostic]:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", wanted.address.last):
        message = "a name has 1 to 64 letters, digits, `_` and `-`"
        yield _finding(wanted, "", "invalid-name", message, "choose another name")


def _count(wanted: Wanted, siblings: Siblings) -> Iterator[Diagnostic]:
    of_set = [one.address for one in siblings.of(NAME) if one.address.name[0] == wanted.address.name[0]]
    if wanted.address in of_set[DESTINATIONS_PER_SET:]:
        message = f"the set has {len(of_set)} event destinations; SES takes {DESTINATIONS_PER_SET}"
        yield _finding(wanted, "", "too-many-destinations", message, "put several events into one destination")


def _one_target(wanted: Wanted) -> Iterator[Diagnostic]:
    given = sorted(targets(wanted.fields))
    if len(given) != 1:
        message = f"it needs one target and has {' and '.join(given) or 'none'}"
        hint = f"write one of {', '.join(f'`{one}`' for one in TARGETS)}; another target is another destination"
        yield _finding(wanted, given[1] if given else "", "one-target", message, hint)


def _events(wanted: Wanted) -> Iterator[Diagnostic]:
    events = wanted.fields.get("events") or ()
    twice = sorted({one for one in events if events.count(one) > 1})
    if twice:
        message = f"{', '.join(twice)} stands twice in `events`"
        yield _finding(wanted, "events", "repeated-event", message, "write it once", Severity.WARNING)
    unfit = sorted(NOT_FOR_PINPOINT.intersection(events))
    if unfit and "pinpoint" in targets(wanted.fields):
        message = f"Pinpoint takes no {' and no '.join(unfit)}"
        yield _finding(wanted, "events", "event-not-for-target", message, "take it out, or write `events: all`")


def _dimensions(wanted: Wanted) -> Iterator[Diagnostic]:
    dimensions = wanted.fields.get("cloudwatch") or ()
    if len(dimensions) > DIMENSIONS:
        message = f"it has {len(dimensions)} dimensions; SES takes {DIMENSIONS}"
        yield _finding(wanted, "cloudwatch", "too-many-dimensions", message, "split it into two destinations")
    for one in dimensions:
        name, default = one["dimension"], one["default"]
        if not _DIMENSION_NAME.fullmatch(name):
            message = f"dimension name {name!r} is not 1 to 256 letters, digits, `_`, `-` and `:`"
            yield _finding(wanted, "cloudwatch", "invalid-dimension", message, "choose another name")
        if not _DIMENSION_DEFAULT.fullmatch(default):
            message = f"default value {default!r} of {name} is not 1 to 256 letters, digits, `_`, `-`, `.` and `@`"
            yield _finding(wanted, "cloudwatch", "invalid-dimension", message, "choose another default")
        if one["source"] == "EMAIL_HEADER" and name.lower() in FORBIDDEN_HEADERS:
            message = f"SES takes no value from the header {name}"
            yield _finding(wanted, "cloudwatch", "forbidden-header", message, "take a header of your own, or a tag")


class Arn(NamedTuple):
    """What the ARN in a field has to be. A role lies in no region."""

    path: str
    what: str
    form: re.Pattern[str]
    example: str
    regional: bool = True


def _form(service: str, resource: str) -> re.Pattern[str]:
    return re.compile(rf"arn:aws(?:-[a-z-]+)?:{service}:([a-z0-9-]*):([0-9]{{12}}):{resource}")


ARNS = (
    Arn("sns", "topic", _form("sns", r"[A-Za-z0-9_-]+(?:\.fifo)?"), "arn:aws:sns:REGION:ACCOUNT:NAME"),
    Arn(
        "firehose.stream_arn",
        "Firehose stream",
        _form("firehose", "deliverystream/.+"),
        "arn:aws:firehose:REGION:ACCOUNT:deliverystream/NAME",
    ),
    Arn("firehose.role_arn", "role", _form("iam", "role/.+"), "arn:aws:iam::ACCOUNT:role/NAME", regional=False),
    Arn(
        "eventbridge",
        "event bus",
        _form("events", "event-bus/.+"),
        "arn:aws:events:REGION:ACCOUNT:event-bus/default",
    ),
    Arn(
        "pinpoint",
        "Pinpoint application",
        _form("mobiletargeting", "apps/.+"),
        "arn:aws:mobiletargeting:REGION:ACCOUNT:apps/ID",
    ),
)


def _arn(arn: Arn, wanted: Wanted, siblings: Siblings) -> Iterator[Diagnostic]:
    value = wanted.fields.get(arn.path)
    # A name stands for a thing that the spec declares, or for the default bus.
    if not isinstance(value, str) or value == DEFAULT_BUS or (arn.path == "sns" and not value.startswith("arn:")):
        return
    match = arn.form.fullmatch(value)
    if match is None:
        message = f"{value!r} is no ARN of a {arn.what}"
        yield _finding(wanted, arn.path, "invalid-arn", message, f"write it as `{arn.example}`")
        return
    region, account = match.groups()
    if arn.regional and region != siblings.scope_region:
        message = f"the {arn.what} lies in {region}, and this target is {siblings.scope_region}"
        yield _finding(wanted, arn.path, "other-region", message, f"name a {arn.what} of the target's own region")
    if siblings.account not in (None, account):
        yield from _other_account(arn, wanted, account)
    yield from _special(arn, wanted, value)


def _other_account(arn: Arn, wanted: Wanted, account: str) -> Iterator[Diagnostic]:
    severity = Severity.ERROR if arn.path == "eventbridge" else Severity.WARNING
    hint = f"name a {arn.what} of the target's own account"
    if arn.path == "sns":
        hint = "its policy has to let ses.amazonaws.com do sns:Publish for this account (AWS:SourceAccount)"
    message = f"the {arn.what} is in account {account}, which is not the target's"
    yield _finding(wanted, arn.path, "other-account", message, hint, severity)


def _special(arn: Arn, wanted: Wanted, value: Json) -> Iterator[Diagnostic]:
    if arn.path == "sns" and value.endswith(".fifo"):
        yield _finding(wanted, arn.path, "fifo-topic", "SES publishes to no FIFO topic", "use a standard topic")
    if arn.path == "eventbridge" and not value.endswith(":event-bus/default"):
        message = "SES publishes to the account's default event bus alone"
        yield _finding(wanted, arn.path, "not-default-bus", message, "write `eventbridge: default`, and a rule there")
