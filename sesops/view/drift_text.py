"""Drift as text: a first line for an alert, then what differs, thing by thing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from rich.text import Text

from sesops.core.drift import Entry, Report, What
from sesops.core.plan import TargetPlan
from sesops.core.waivers import Waiver
from sesops.view.findings import finding_lines
from sesops.view.shown import names, troubles
from sesops.view.style import named, safe, value


def drift_lines(reports: Sequence[Report]) -> Iterator[Text]:
    """The drift of every target; of several, a line for all of them first."""
    if len(reports) > 1:
        yield Text(_headline(reports), style="bold")
        yield Text()
    for number, report in enumerate(reports):
        if number:
            yield Text()
        yield from _target_lines(report)


def unused_lines(waivers: Iterable[Waiver]) -> Iterator[Text]:
    """Waivers that are about nothing any more."""
    for one in waivers:
        what = f"{one.pattern} {one.field or ''}".rstrip()
        said = f"the waiver for {what} is about no difference: drop it ({one.place})"
        yield Text(safe(said), style="yellow")


def _target_lines(report: Report) -> Iterator[Text]:
    target = report.target
    yield Text(_headline([report]), style="bold")
    for finding in target.findings:
        yield from finding_lines(finding, snippet=False)
    for (_, _), of_thing in groupby(report.entries, key=lambda one: (one.address, one.what.value)):
        yield from _thing_lines(target, list(of_thing))
    for one in report.waived:
        field = f" {safe(one.path)}" if one.path else ""
        yield Text(f"  waived {one.what.value} {named(one.address, target.scope.target)}{field}{_answered(one)}")
    for word, addresses, meaning in (
        ("extra", target.extra, "on SES, not in the spec; no drift"),
        ("left over", target.left_over, "with this stack's tag, not in the spec; no drift"),
    ):
        if addresses:
            yield Text(f"  {word}: {names(addresses, target)} ({meaning})")
    if not target.left_over_known:
        yield Text("  left over: unknown, the tags could not be listed")
    # A safety rule keeps nobody from looking, but where nothing could be looked at it is the reason.
    for mark, said in troubles(target):
        if mark == "?" or not target.compared:
            yield Text(f"  {mark} {said}", style="bold red")


def _headline(reports: Sequence[Report]) -> str:
    """What a person reads in an alert: how much of what kind, and where."""
    things = [dict.fromkeys((one.address, one.what) for one in report.entries) for report in reports]
    found = Counter(what for of_target in things for _, what in of_target)
    counts = [f"{found[what]} {what.value}" for what in What if found[what]]
    unknown = sum(len(one.target.unknown) for one in reports)
    known = all(one.target.complete and (one.target.compared or not one.target.refusals) for one in reports)
    waived = len({(one.target.scope.target, entry.address) for one in reports for entry in one.waived})
    compared = sum(one.target.compared for one in reports)
    more = (f", {unknown} unknown" if unknown else "") + (f", {waived} waived" if waived else "")
    if counts:
        said = f"drift: {', '.join(counts)}{more}"
    elif not known:
        said = f"drift is not known{more}"
    else:
        said = f"no drift: {compared} thing{'' if compared == 1 else 's'} compared{more}"
    return safe(f"{said}: {_where(reports)}")


def _where(reports: Sequence[Report]) -> str:
    scope = reports[0].target.scope
    if len(reports) > 1:
        return f"{scope.stack} in {', '.join(str(one.target.scope.target) for one in reports)}"
    name = f"{scope.target}: " if scope.target else ""
    return f"{name}{scope.stack} in {scope.region}, account {scope.account}"


def _thing_lines(target: TargetPlan, entries: list[Entry]) -> Iterator[Text]:
    first = entries[0]
    line = Text(f"  {first.what.value} ")
    line.append(named(first.address, target.scope.target), style="bold")
    if first.place:
        line.append(safe(f"  ({first.place.file}:{first.place.line})"), style="dim")
    yield line
    for entry in entries:
        yield from _field_lines(entry)
    for why in dict.fromkeys(one.why for one in entries if one.why):
        yield Text(f"      {safe(why)}")


def _field_lines(entry: Entry) -> Iterator[Text]:
    ended = _ended(entry)
    if entry.path is None:
        if ended:
            yield Text(f"      {ended.lstrip(', ')}")
    elif entry.details:
        yield Text(f"      {safe(entry.path)}{ended}")
        for path, live, wanted in entry.details:
            where = f"{safe(path)}: " if path else ""
            yield Text(f"          {where}{both(live, wanted, inside=True)}")
    else:
        yield Text(f"      {safe(entry.path)}: {both(entry.live, entry.wanted)}{ended}")


def _answered(entry: Entry) -> str:
    one = entry.waiver
    return f": {safe(one.reason)} ({safe(one.owner)}, until {one.until})" if one else ""


def _ended(entry: Entry) -> str:
    """That somebody answered for it, until a day that is past."""
    one = entry.waiver
    return f", waiver ended on {one.until} ({safe(one.owner)}: {safe(one.reason)})" if one else ""


def both(live: object, wanted: object, *, inside: bool = False) -> str:
    """The two sides of a difference; a part of a value, `inside` of it, has no default to be absent for."""
    here, told = ("not there", "not there") if inside else ("nothing", "SES's default")
    return f"{here if live is None else value(live)} on SES, {told if wanted is None else value(wanted)} in the spec"
