"""For a job on GitHub: annotations as workflow commands, outputs for later steps, and a summary in Markdown.

Of whatever comes from a spec or from SES no line begins a command, and no output ends before its end.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from sesops.core.diagnostic import Diagnostic, Location, Severity
from sesops.core.plan import Change, Impact, Plan, TargetPlan
from sesops.core.plan_json import summary
from sesops.view import shown
from sesops.view.findings import count_line, finding_lines
from sesops.view.plan_markdown import fenced, fitting
from sesops.view.style import safe, short

MOST = 10
"""Annotations that GitHub shows of a step."""
SUMMARY = 2**20
"""Bytes of a step's summary; of a larger one GitHub shows nothing."""
MESSAGE = 4_000
"""Characters of an annotation's message."""
LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
_HEADING = 2_000
"""Characters kept for the rest of the summary."""
_RANKS = ("error", "warning", "notice")


@dataclass(frozen=True)
class Annotation:
    """What stands beside a line of a file: `message` may have several lines."""

    level: str
    title: str
    message: str
    place: Location | None = None


def commands(annotations: Iterable[Annotation], within: Callable[[str], str] = str) -> str:
    """The worst annotations as workflow commands, a line each; `within` gives a file's path in the repository."""
    worst = sorted(annotations, key=lambda one: _RANKS.index(one.level))[:MOST]
    return "".join(f"{_command(one, within)}\n" for one in worst)


def _command(one: Annotation, within: Callable[[str], str]) -> str:
    properties = {"title": short(one.title)}
    if one.place:
        line, column = str(one.place.line), str(one.place.column)
        properties = {"file": safe(within(one.place.file)), "line": line, "col": column, **properties}
    said = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{one.level} {said}::{_data(short(one.message, MESSAGE))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def of_plan(plan: Plan) -> list[Annotation]:
    """What a plan has to say; of one level in the order of its weight."""
    refusals = [
        Annotation("error", f"{mark} {said.partition(':')[0]}", said)
        for target in plan.targets
        for mark, said in shown.troubles(target)
    ]
    findings = (one for target in plan.targets for one in target.findings)
    changes = [(one, target) for target in plan.targets for one in shown.shown_changes(target)]
    changes.sort(key=lambda one: shown.weight(one[0]))
    return [*refusals, *of_findings(findings), *(_of_change(*one) for one in changes)]


def of_findings(found: Iterable[Diagnostic]) -> list[Annotation]:
    """Findings, each at its place."""
    return [
        Annotation(
            LEVELS[one.severity],
            one.code,
            "\n".join(safe(part) for part in (one.message, one.hint and f"hint: {one.hint}") if part),
            one.location,
        )
        for one in found
    ]


def _of_change(change: Change, target: TargetPlan) -> Annotation:
    one = shown.shown(change, target)
    said = [
        *([f"stops mail: {one.stops}"] if one.stops else []),
        *(line for field in one.fields for line in _of_field(field)),
        *one.notes,
        *(line for step in one.steps for line in (f"{step.mark} {step.said}", *step.hints)),
    ]
    title = f"{one.mark} {one.said} {one.address}"
    return Annotation(_level(change), title, "\n".join(said) or title, change.place)


def _of_field(field: shown.ShownField) -> Iterator[str]:
    yield f"{short(field.path)}  {field.values}".rstrip()
    yield from (f"    {one}" for one in field.inside)


def _level(change: Change) -> str:
    """What ends the run with 3 is an error; what stops mail, or was held back before, asks to be looked at."""
    if change.held and not change.held_before:
        return "error"
    return "warning" if change.held or change.impact is Impact.STOPS_MAIL else "notice"


def room(taken: int = 0) -> int:
    """Characters that a summary has room for behind what it holds already: each may be four bytes."""
    return max(0, SUMMARY - taken) // 4


def outputs(plan: Plan, code: int) -> str:
    """The outputs of a step: counts over all targets, what `plan` ends with, and its last line."""
    counts = Counter[str]()
    for target in plan.targets:
        counts.update({name: number for name, number in summary(target).items() if number is not None})
    said = {
        "exit-code": str(code),
        "complete": "true" if all(one.complete for one in plan.targets) else "false",
        "changes": str(sum(len(one.pending) for one in plan.targets)),
        **{name.replace("_", "-"): str(number) for name, number in counts.items()},
        "totals": "\n".join(_totals(one) for one in plan.targets),
    }
    return "".join(_output(name, value) for name, value in said.items())


def _totals(target: TargetPlan) -> str:
    name = f"{safe(target.scope.target)}: " if target.scope.target else ""
    return f"{name}{shown.totals(target)}"


def _output(name: str, value: str) -> str:
    """One output; one of several lines stands between lines that are not in it, for they hold its digest."""
    if "\n" not in value:
        return f"{name}={value}\n"
    end = f"end-{hashlib.sha256(value.encode('utf-8', 'surrogatepass')).hexdigest()}"
    return f"{name}<<{end}\n{value}\n{end}\n"


def findings_summary(found: tuple[Diagnostic, ...], name: str, limit: int) -> str:
    """What `validate` found, for the summary of a job, in about `limit` characters."""
    lines = [line.plain for one in found for line in finding_lines(one)]
    verdict = f"{count_line(found)}" if found else "valid"
    kept = list(fitting(lines, limit - _HEADING))
    rest = f"\n{len(lines) - len(kept)} more lines have no room here.\n" if len(kept) < len(lines) else ""
    body = f"\n{fenced(kept, 'text')}" if kept else ""
    return f"## sesops validate\n\n{fenced([f'{short(safe(name))}: {verdict}'], 'text')}{body}{rest}"
