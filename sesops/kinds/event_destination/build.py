"""From what a spec writes about an event destination to its fields, and what SES refuses in single dimensions."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

from sesops.core.kind import Build
from sesops.core.values import Json
from sesops.kinds.event_destination.fields import DIMENSION, EVENTS, NOT_FOR_PINPOINT

FORBIDDEN_HEADERS = frozenset({"received", "to", "from", "dkim-signature", "cc", "message-id", "return-path"})
"""Headers that SES takes no dimension's value from."""
# SES's automatic tags (`ses:configuration-set`) are used as dimension names: hence the colon.
_DIMENSION_NAME = re.compile(r"[A-Za-z0-9_:-]{1,256}")
_DIMENSION_DEFAULT = re.compile(r"[A-Za-z0-9_.@-]{1,256}")


def build(value: Json, build: Build) -> Mapping[str, Json]:
    """`all` becomes the events that the target can take. Sets are sorted: the plan does not hang on their order."""
    events = value["events"]
    if events == "all":
        events = [one for one in EVENTS if "pinpoint" not in value or one not in NOT_FOR_PINPOINT]
    built = {**value, "events": sorted(events, key=EVENTS.index)}
    if "cloudwatch" in value:
        _report_faults(value["cloudwatch"], build)
        dimensions = [{ours: one[ours] for ours, _ in DIMENSION} for one in value["cloudwatch"]]
        distinct = {json.dumps(one): one for one in dimensions}
        built["cloudwatch"] = [distinct[text] for text in sorted(distinct)]
    return built


def _report_faults(dimensions: Sequence[Mapping[str, str]], build: Build) -> None:
    """Report what SES takes in no dimension, each where it is written."""
    for index, one in enumerate(dimensions):
        at, name, default = f"cloudwatch[{index}]", one["dimension"], one["default"]
        if not _DIMENSION_NAME.fullmatch(name):
            message = f"dimension name {name!r} is not 1 to 256 letters, digits, `_`, `-` and `:`"
            build.report(f"{at}.dimension", "invalid-dimension", message, "choose another name")
        if not _DIMENSION_DEFAULT.fullmatch(default):
            message = f"default value {default!r} of {name} is not 1 to 256 letters, digits, `_`, `-`, `.` and `@`"
            build.report(f"{at}.default", "invalid-dimension", message, "choose another default")
        if one["source"] == "EMAIL_HEADER" and name.lower() in FORBIDDEN_HEADERS:
            message = f"SES takes no value from the header {name}"
            build.report(f"{at}.dimension", "forbidden-header", message, "take a header of your own, or a tag")
