"""A plan as Markdown for a comment on a pull request: what stops mail, then each change, cut to what a comment holds.

Whatever comes from a spec or from SES stands in fenced blocks, code spans or escaped HTML, where Markdown has no
meaning, no link is made and nobody is mentioned.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sesops.core.plan import Change, Plan, State, TargetPlan
from sesops.view import across
from sesops.view.findings import finding_lines
from sesops.view.plan_text import beside_lines, change_lines
from sesops.view.shown import by_whose, common_state, leave_lines, shown, shown_changes, stopping, totals, troubles
from sesops.view.style import safe, short

LIMIT = 65_536
"""Characters that a comment on GitHub holds; GitLab's holds more."""
OPEN = 10
"""Up to so many changes are shown unfolded."""
_LINES = 50
"""Lines of a list in one block."""
_RESERVE = 400
"""Characters kept for the note on what is missing."""


@dataclass(frozen=True)
class _Block:
    """A piece that is shown whole or not at all: `number` of `what`."""

    text: str
    what: str = "plans"
    number: int = 1


def markdown(plan: Plan, *, limit: int = LIMIT) -> str:
    """The whole plan, in `limit` characters at most: what matters first, and a count of what had no room."""
    stack = plan.targets[0].scope.stack if plan.targets else ""
    parts = [f"{marker(stack)}\n## sesops plan of {code(stack)}\n"]
    left, missing = limit - len(parts[0]) - _RESERVE, Counter[str]()
    for block in _blocks(plan):
        # Behind a change that had no room none is shown by luck.
        if missing[block.what] or len(block.text) + 1 > left:
            missing[block.what] += block.number
        else:
            parts.append(block.text)
            left -= len(block.text) + 1
    if missing:
        said = ", ".join(f"{number} {what}" for what, number in missing.items() if number)
        parts.append(f"**Not shown here, for want of room: {said}.** The saved plan has all of it.\n")
    return "\n".join(parts)


def _blocks(plan: Plan) -> Iterator[_Block]:
    """All pieces, what matters first."""
    for section in (_summary, _leave, _stops, _trouble):
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
    yield _Block(f"#### What differs between the targets\n\n{lines}\n\n{shown.rest}\n", "tables")


def _cell(text: str) -> str:
    """A cell of a table: a bar would end even a code span."""
    return code(text.replace("|", "\\|")) if text else " "


def marker(stack: str) -> str:
    """The line by which a pipeline finds its earlier comment. It is no comment of HTML's that could end too early."""
    return f"<!-- sesops-plan {re.sub(r'[^A-Za-z0-9._]', '_', stack)[:64]} -->"


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
    yield _Block(f"### {_where(target)}\n\n**{totals(target)}**{since}\n")


def _leave(target: TargetPlan) -> Iterator[_Block]:
    lines = [short(one) for one in leave_lines(target)]
    yield from _listed(f"Leave that the plan{_of(target)} was given", lines, "lines of leave")


def _stops(target: TargetPlan) -> Iterator[_Block]:
    """What stops mail: made with leave, or held back until there is leave."""
    lines = [f"- {one.action} {short(one.address)} ({word}): {one.stops}" for one, word in stopping(target)]
    yield from _listed(f"Stops mail{_of(target)}", lines, "changes that stop mail", "diff")


def _trouble(target: TargetPlan) -> Iterator[_Block]:
    """Why the plan is not whole or would be refused, and findings."""
    lines = [f"{mark} {said}" for mark, said in troubles(target)]
    lines += [line.plain for one in target.findings for line in finding_lines(one, snippet=False)]
    yield from _listed(f"Findings{_of(target)}", lines, "lines of findings")


def _changes(target: TargetPlan) -> Iterator[_Block]:
    every = shown_changes(target)
    for number, one in enumerate(every):
        heading = "" if number else f"#### Changes{_of(target)}\n\n"
        yield _Block(heading + _change(one, target, folded=len(every) > OPEN), "changes")


def _change(change: Change, target: TargetPlan, *, folded: bool) -> str:
    one = shown(change, target)
    # What is not made has its marks in the lines already.
    prefix = f"{one.mark[0]} " if common_state(change) is State.READY else ""
    lines = [prefix + line.plain.removeprefix("      ") for line in change_lines(change, target)][1:]
    body = f"\n\n{fenced(lines)}\n" if lines else ""
    where = f" ({html.escape(one.place)})" if one.place else ""
    stops = " <b>stops mail</b>" if one.stops else ""
    whose = f" <i>{one.whose}</i>" if one.whose else ""
    address = html.escape(short(one.address))
    head = f"<summary>{html.escape(one.mark)} {one.said} <code>{address}</code>{stops}{where}{whose}</summary>"
    return f"<details{'' if folded else ' open'}>{head}{body}</details>\n"


def _beside(target: TargetPlan) -> Iterator[_Block]:
    """What is no change: adopted, extra, left over."""
    lines = [line.plain.strip() for line in beside_lines(target)]
    yield from _listed(f"Beside{_of(target)}", lines, "lines about other things")


def _of(target: TargetPlan) -> str:
    return f" in {code(target.scope.target)}" if target.scope.target else ""


def _listed(heading: str, lines: list[str], what: str, language: str = "text") -> Iterator[_Block]:
    """Lines in fenced blocks of some, so that a long list is cut and not left out."""
    for start in range(0, len(lines), _LINES):
        some = lines[start : start + _LINES]
        yield _Block(("" if start else f"#### {heading}\n\n") + fenced(some, language), what, len(some))
