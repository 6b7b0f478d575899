"""Drift as data, one entry a field."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sesops.core.address import Address
from sesops.core.drift import Entry, Report
from sesops.core.plan_json import FORMAT
from sesops.core.values import Scope


def write(reports: Iterable[Report], version: str) -> dict[str, Any]:
    """{format, tool, targets: [{stack, target, region, account, complete, drift, waived, extra, left_over, unknown}]}.

    In `drift` and `waived`, one entry a field.
    """
    return {"format": FORMAT, "tool": f"sesops {version}", "targets": [_target(one) for one in reports]}


def _target(report: Report) -> dict[str, Any]:
    target = report.target
    scope = target.scope
    return {
        "stack": scope.stack,
        "target": scope.target,
        "region": scope.region,
        "account": scope.account,
        "complete": target.complete,
        "drift": [_entry(one, scope) for one in report.entries],
        "waived": [_entry(one, scope) for one in report.waived],
        "extra": [_text(one, scope) for one in target.extra],
        "left_over": [_text(one, scope) for one in target.left_over] if target.left_over_known else None,
        "unknown": [
            {"address": _text(one.address, scope) if one.address else None, "facet": one.facet, "reason": one.reason}
            for one in target.unknown
        ],
    }


def _entry(entry: Entry, scope: Scope) -> dict[str, Any]:
    told: dict[str, Any] = {"what": entry.what.value, "address": _text(entry.address, scope)}
    if entry.path is not None:
        told |= {"path": entry.path, "live": entry.live, "wanted": entry.wanted}
    if entry.why is not None:
        told["why"] = entry.why
    if entry.waiver is not None:
        one = entry.waiver
        told["waiver"] = {"owner": one.owner, "reason": one.reason, "until": one.until.isoformat()}
    if entry.place:
        told |= {"file": entry.place.file, "line": entry.place.line}
    return told


def _text(address: Address, scope: Scope) -> str:
    return str(Address(address.kind, address.name, scope.target))
