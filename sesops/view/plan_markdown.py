"""A plan as Markdown for a comment on a pull request: what stops mail, then each change, cut to what a comment holds.

Whatever comes from a spec or from SES stands in fenced blocks, code spans or escaped HTML, where Markdown has no
meaning, no link is made and nobody is mentioned.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sesops.core.plan import Change, Plan, State, TargetPlan
from sesops.core.sentences import MANY, listed
from sesops.view import across
from sesops.view.findings import finding_lines
from sesops.view.plan_text import beside_lines, change_lines
from sesops.view.shown import (
    by_whose,
    common_state,
    leave_lines,
    shown,
    shown_changes,
    stopping,
    totals,
    troubles,
    waiting,
    weight,
)
from sesops.view.style import safe, short

LIMIT = 65_536
"""Characters that a comment on GitHub holds; GitLab's holds more."""
OPEN = 10
"""Up to so many changes are shown unfolded."""
_LINE = 600
"""Characters of a line: a sentence may name a hundred things."""
_PIECE, _CHANGE = 4_000, 16_000
"""Characters of a list that stand or fall together, and of one change, so that none takes the room of all others."""
_PLANS, _CHANGES, _STOPS = "plan{}", "change{}", "change{} that would stop mail"
_LEAVE, _FINDINGS, _HELD = "line{} of leave", "line{} of findings", "line{} about what is held back"
_WAITS, _TABLES, _OTHERS = "line{} about what waits", "table{}", "line{} about other things"
_PARTS = {_PLANS: 1, _STOPS: 3, _CHANGES: 1} | dict.fromkeys((_LEAVE, _FINDINGS, _HELD, _WAITS, _TABLES, _OTHERS), 10)
"""What a plan is made of, `{}` for the s of more than one; and what part of the room it may take, so that no long list
keeps out all that is behind it.
"""
_RESERVE = 400
"""Characters kept for the note on what is missing."""


@dataclass(frozen=True)
class _Block:
    """A piece that is shown whole or not at all: `number` of `what`."""

    text: str
    what: str
    number: int = 1


def markdown(plan: Plan, *, limit: int = LIMIT) -> str:
    """The whole plan, in `limit` characters at most: what matters first, and a count of what had no room."""
    stack = plan.targets[0].scope.stack if plan.targets else ""
    parts = [f"{marker(stack)}\n## sesops plan of {code(stack)}\n"]
    left = limit - len(parts[0]) - _RESERVE
    share = {what: left // part for what, part in _PARTS.items()}
    missing = Counter[str]()
    for block in _blocks(plan):
        size = len(block.text) + 1
        # Behind a change that had no room none is shown by luck.
        if block.what in missing or size > min(left, share[block.what]):
            missing[block.what] += block.number
        else:
            parts.append(block.text)
            left -= size
            share[block.what] -= size
    if missing:
        said = ", ".join(f"{number:,} {what.format('s' if number > 1 else '')}" for what, number in missing.items())
        parts.append(f"**Not shown here, for want of room: {said}.** The saved plan has all of it.\n")
    return "\n".join(parts)


def _blocks(plan: Plan) -> Iterator[_Block]:
    """All pieces, what matters first."""
    for section in (_summary, _leave, _stopping, _trouble, _held, _waiting):
        yield from (one for target in plan.targets for one in section(target))
    yield from _across(plan)
    for section in (_changes, _beside):
        yield from (one for target in plan.targets for one in section(target))


def _across(plan: Plan) -> Iterator[_Block]:
    """The table of what differs between the targets."""
    shown = across.table(plan)
    if shown is None:
        return
    heads, *rest = (tuple(map(_cell, line)) for line in (shown.heads, *shown.lines))
    rows = (heads, ("---",) * len(heads), *rest)
    lines = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    yield _Block(f"#### What differs between the targets\n\n{lines}\n\n{shown.rest}\n", _TABLES)


def _cell(text: str) -> str:
    """A cell of a table: a bar would end even a code span."""
    return code(text.replace("|", "\\|")) if text else " "


def marker(stack: str) -> str:
    """The line by which a pipeline finds its earlier comment, another for each stack.

    It is no comment of HTML's that could end too early.
    """
    name = re.sub(r"[^A-Za-z0-9._-]|-(?=-)", "_", stack)[:64]
    if name != stack:
        name += f"-{hashlib.sha256(stack.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"
    return f"<!-- sesops-plan {name} -->"


def code(text: str) -> str:
    """A code span that holds any text."""
    shown = short(safe(text))
    ticks = "`" * (max((len(run) for run in re.findall("`+", shown)), default=0) + 1)
    pad = " " if shown.startswith("`") or shown.endswith("`") or not shown.strip() else ""
    return f"{ticks}{pad}{shown}{pad}{ticks}"


def fenced(lines: Iterable[str], language: str = "diff") -> str:
    """A fenced block that holds any lines."""
    body = "\n".join(lines)
    ticks = "`" * max(3, max((len(run) for run in re.findall("`+", body)), default=0) + 1)
    return f"{ticks}{language}\n{body}\n{ticks}\n"


def _where(target: TargetPlan) -> str:
    name = f"{code(target.scope.target)}: " if target.scope.target else ""
    return f"{name}{code(target.scope.region)}, account {code(target.scope.account)}"


def _summary(target: TargetPlan) -> Iterator[_Block]:
    since = f"\n\n{code(by_whose(target))}" if target.base else ""
    yield _Block(f"### {_where(target)}\n\n**{totals(target)}**{since}\n", _PLANS)


def _leave(target: TargetPlan) -> Iterator[_Block]:
    yield from _listed(f"Leave that the plan{_of(target)} was given", leave_lines(target), _LEAVE)


def _stopping(target: TargetPlan) -> Iterator[_Block]:
    """What stops mail: made with leave, or held back until there is leave."""
    lines = [f"- {one.action} {short(one.address)} ({word}): {one.stops}" for one, word in stopping(target)]
    yield from _listed(f"Stops mail{_of(target)}", lines, _STOPS, "diff")


def _trouble(target: TargetPlan) -> Iterator[_Block]:
    """Why the plan is not whole or would be refused, and findings."""
    lines = [f"{mark} {said}" for mark, said in troubles(target)]
    lines += [line.plain for one in target.findings for line in finding_lines(one, snippet=False)]
    yield from _listed(f"Findings{_of(target)}", lines, _FINDINGS)


def _held(target: TargetPlan) -> Iterator[_Block]:
    """What is not made, and what would let it through; in a small plan each change says so itself, in sight."""
    changes = shown_changes(target)
    every = (shown(one, target) for one in changes if one.held) if _folded(changes) else ()
    steps = ((one, step) for one in every for step in one.steps if step.state is State.HELD)
    lines = [f"{step.mark} {short(one.address)}: {step.said}" for one, step in steps]
    yield from _listed(f"Held back{_of(target)}", lines, _HELD)


def _waiting(target: TargetPlan) -> Iterator[_Block]:
    """What has to be done, and what waits for it; as above."""
    changes = shown_changes(target)
    every = (shown(one, target) for one in changes if one.waiting) if _folded(changes) else ()
    lines: list[str] = []
    for (reason, hints), some in waiting(every).items():
        lines += (
            f"… {reason}",
            *(f"    {hint}" for hint in hints),
            f"    for {listed((one.address for one in some), MANY)}",
        )
    yield from _listed(f"Waiting{_of(target)}, and what to do", lines, _WAITS)


def _changes(target: TargetPlan) -> Iterator[_Block]:
    """Every change; where they are folded, or may have no room, the weightiest first."""
    every = shown_changes(target)
    folded = _folded(every)
    for number, one in enumerate(sorted(every, key=weight) if folded else every):
        heading = "" if number else f"#### Changes{_of(target)}\n\n"
        yield _Block(heading + _change(one, target, folded=folded), _CHANGES)


def _folded(changes: list[Change]) -> bool:
    return len(changes) > OPEN


def _change(change: Change, target: TargetPlan, *, folded: bool) -> str:
    one = shown(change, target)
    # What is not made has its marks in the lines already.
    prefix = f"{one.mark[0]} " if common_state(change) is State.READY else ""
    lines = [prefix + line.plain.removeprefix("      ") for line in change_lines(change, target)][1:]
    kept = list(fitting(lines, _CHANGE))
    rest = [f"{prefix}… and {len(lines) - len(kept):,} more lines"] if len(kept) < len(lines) else []
    body = f"\n\n{fenced([*kept, *rest])}\n" if lines else ""
    where = f" (<code>{html.escape(short(one.place))}</code>)" if one.place else ""
    stops = " <b>stops mail</b>" if one.stops else ""
    whose = f" <i>{one.whose}</i>" if one.whose else ""
    address = html.escape(short(one.address))
    head = f"<summary>{html.escape(one.mark)} {one.said} <code>{address}</code>{stops}{where}{whose}</summary>"
    return f"<details{'' if folded else ' open'}>{head}{body}</details>\n"


def _beside(target: TargetPlan) -> Iterator[_Block]:
    """What is no change: adopted, extra, left over."""
    lines = [line.plain.strip() for line in beside_lines(target)]
    yield from _listed(f"Other things{_of(target)}", lines, _OTHERS)


def _of(target: TargetPlan) -> str:
    return f" in {code(target.scope.target)}" if target.scope.target else ""


def _listed(heading: str, lines: list[str], what: str, language: str = "text") -> Iterator[_Block]:
    """Lines in fenced blocks of some, so that a long list is cut and not left out."""
    start = 0
    while some := list(fitting(lines[start:], _PIECE)):
        yield _Block(("" if start else f"#### {heading}\n\n") + fenced(some, language), what, len(some))
        start += len(some)


def fitting(lines: Iterable[str], room: int) -> Iterator[str]:
    """The first lines that have room, each cut to what a line holds."""
    for line in lines:
        some = short(line, _LINE)
        room -= len(some) + 1
        if room < 0:
            return
        yield some
