"""Drift as text: a first line for an alert, then what differs, thing by thing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import groupby

from rich.text import Text

from sesops.core.address import Address
from sesops.core.drift import Entry, What, drift
from sesops.core.plan import Plan, TargetPlan
from sesops.view.findings import finding_lines
from sesops.view.style import named, safe, value


def drift_lines(plan: Plan) -> Iterator[Text]:
    """The drift of every target."""
    for number, target in enumerate(plan.targets):
        if number:
            yield Text()
        yield from _target_lines(target)


def _target_lines(target: TargetPlan) -> Iterator[Text]:
    entries = drift(target)
    yield Text(_headline(target, entries), style="bold")
    for finding in target.findings:
        yield from finding_lines(finding, snippet=False)
    for address, of_thing in groupby(entries, key=lambda one: one.address):
        yield from _thing_lines(target, address, list(of_thing))
    for word, addresses, meaning in (
        ("extra", target.extra, "on SES, not in the spec; no drift"),
        ("left over", target.left_over, "with this stack's tag, not in the spec; no drift"),
    ):
        if addresses:
            yield Text(f"  {word}: {', '.join(named(one, target.scope.target) for one in addresses)} ({meaning})")
    if not target.left_over_known:
        yield Text("  left over: unknown, the listing of tags was refused")
    for one in target.unknown:
        where = f"{named(one.address, target.scope.target)} {one.facet or ''}".rstrip() if one.address else "everything"
        yield Text(f"  ? unknown {where}: {safe(one.reason)}", style="bold red")


def _headline(target: TargetPlan, entries: tuple[Entry, ...]) -> str:
    scope = target.scope
    name = f"{scope.target}: " if scope.target else ""
    where = f"{name}{scope.stack} in {scope.region}, account {scope.account}"
    found = Counter({entry.address: entry.what for entry in entries}.values())
    counts = [f"{found[what]} {what.value}" for what in What if found[what]]
    unknown = f", {len(target.unknown)} unknown" if target.unknown else ""
    if counts:
        return safe(f"drift: {', '.join(counts)}{unknown}: {where}")
    if not target.complete:
        return safe(f"drift is not known{unknown}: {where}")
    return safe(f"no drift: {target.compared} thing{'' if target.compared == 1 else 's'} compared: {where}")


def _thing_lines(target: TargetPlan, address: Address, entries: list[Entry]) -> Iterator[Text]:
    place = entries[0].place
    line = Text(f"  {entries[0].what.value} ")
    line.append(named(address, target.scope.target), style="bold")
    if place:
        line.append(safe(f"  ({place.file}:{place.line})"), style="dim")
    yield line
    for entry in entries:
        if entry.path is None:
            continue
        if entry.details:
            yield Text(f"      {safe(entry.path)}")
            for path, live, wanted in entry.details:
                where = f"{safe(path)}: " if path else ""
                yield Text(f"          {where}{_both(live, wanted)}")
        else:
            yield Text(f"      {safe(entry.path)}: {_both(entry.live, entry.wanted)}")


def _both(live: object, wanted: object) -> str:
    told = "SES's default" if wanted is None else value(wanted)
    return f"{'nothing' if live is None else value(live)} on SES, {told} in the spec"
