"""JSON for programs: nothing but JSON, ASCII only, so that no control sequence in a name reaches a terminal."""

from __future__ import annotations

import json
from collections.abc import Iterable

from sesops.core import drift_json, plan_json
from sesops.core.diagnostic import Diagnostic
from sesops.core.drift import Report
from sesops.core.plan import Plan
from sesops.core.values import Json


def dumps(data: Json) -> str:
    """One document, indented, with a line end."""
    # A job's log would read `##[` as the beginning of a command; outside of texts JSON has no such thing.
    return json.dumps(data, indent=2, ensure_ascii=True).replace("##", "#\\u0023") + "\n"


def plan(one: Plan) -> str:
    return dumps(plan_json.write(one))


def drift(reports: Iterable[Report], version: str) -> str:
    return dumps(drift_json.write(reports, version))


def findings(found: Iterable[Diagnostic]) -> str:
    return dumps({"format": plan_json.FORMAT, "findings": [plan_json.finding(one) for one in found]})
