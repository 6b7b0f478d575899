"""Drift as metrics, for the textfile collector of Prometheus's node exporter (text format 0.0.4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from sesops.core.drift import Report, What

_WHATS = {What.CHANGED: "changed", What.GONE: "gone", What.BY_SES: "by_ses", What.EXTRA: "extra"}
_METRICS = {
    "sesops_drift_things": "Things that are not as the spec says.",
    "sesops_drift_waived": "Differences that somebody answers for.",
    "sesops_drift_waivers_ended": "Differences that somebody answered for, until a day that is past.",
    "sesops_drift_extra": "Members, on SES, of things of the spec, that the spec does not name.",
    "sesops_drift_left_over": "Things with the stack's tag that the spec does not name.",
    "sesops_drift_unknown": "Things that could not be read.",
    "sesops_drift_compared": "Things of the spec that were compared.",
    "sesops_drift_complete": "1 where everything could be read.",
    "sesops_drift_checked_timestamp_seconds": "When it was looked, in seconds since 1970.",
}


def prometheus(reports: Sequence[Report], now: float) -> str:
    """Every metric with its help; the labels say the stack, the target, the region and the account."""
    samples = [sample for report in reports for sample in _samples(report, now)]
    lines = []
    for name, meaning in _METRICS.items():
        lines += [f"# HELP {name} {meaning}", f"# TYPE {name} gauge"]
        lines += [f"{name}{{{labels}}} {value}" for metric, labels, value in samples if metric == name]
    return "\n".join(lines) + "\n"


def _samples(report: Report, now: float) -> Iterator[tuple[str, str, str]]:
    target, scope = report.target, report.target.scope
    where = {"stack": scope.stack, "target": scope.target or "", "region": scope.region, "account": scope.account}
    found = Counter(dict.fromkeys((one.address, one.what) for one in report.entries).keys())
    things = Counter(what for _, what in found)
    for what, word in _WHATS.items():
        yield "sesops_drift_things", _labels({**where, "what": word}), str(things[what])
    is_known = target.complete and (bool(target.compared) or not target.refusals)
    values: dict[str, float | None] = {
        "waived": len(report.waived),
        "waivers_ended": sum(one.waiver is not None for one in report.entries),
        "extra": len(target.extra),
        "left_over": len(target.left_over) if target.left_over_known else None,
        "unknown": len(target.unknown),
        "compared": target.compared,
        "complete": int(is_known),
        "checked_timestamp_seconds": now,
    }
    for name, value in values.items():
        if value is not None:
            yield f"sesops_drift_{name}", _labels(where), str(value)


def _labels(values: dict[str, str]) -> str:
    return ",".join(f'{name}="{_escaped(value)}"' for name, value in values.items())


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
