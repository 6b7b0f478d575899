"""A plan as one HTML page that asks nothing of the network: no script, no font, no image but what is drawn in it.

What comes from a spec or from SES reaches the page through `style.safe` and Jinja's autoescape. The policy in its head
lets nothing in but its own style sheet, by digest.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from sesops.core.address import Address
from sesops.core.plan import Plan, State, TargetPlan
from sesops.view import shown
from sesops.view.across import table
from sesops.view.flow import flows
from sesops.view.flow_layout import LETTERS, WIDTH, Drawing, layout
from sesops.view.shown import ShownChange, ShownStep
from sesops.view.style import named, safe, short, word

TEMPLATES = Path(__file__).parent / "templates"
OPEN = 30
"""Up to so many changes are shown unfolded."""
LISTED = 20
"""Items of a list that are shown unfolded."""

LINE, LONG = 600, 2_000
"""Characters of a text in a list, and where the page has it in full: no address of SES's is as long."""


@dataclass(frozen=True)
class _Numbered:
    """A change with the name by which the page links to it."""

    id: str
    kind: str
    shown: ShownChange


@dataclass(frozen=True)
class _Kind:
    """The changes of one kind, with a count of what is done."""

    name: str
    said: str
    changes: list[_Numbered]


@dataclass(frozen=True)
class _Waiting:
    """What has to be done, and what waits for it."""

    said: str
    hints: tuple[str, ...]
    changes: list[_Numbered]


@dataclass(frozen=True)
class _Target:
    """One target's part of the page, each value in words."""

    id: str
    plan: TargetPlan
    changes: list[_Numbered]
    totals: str
    leave: list[str]
    troubles: list[tuple[str, str]]
    drawings: list[Drawing]

    @property
    def stops(self) -> list[tuple[_Numbered, str]]:
        words = [word for _, word in shown.stopping(self.plan)]
        return list(zip((one for one in self.changes if one.shown.stops), words, strict=True))

    @property
    def held(self) -> list[tuple[_Numbered, list[ShownStep]]]:
        steps = [(one, [step for step in one.shown.steps if step.state is State.HELD]) for one in self.changes]
        return [(one, some) for one, some in steps if some]

    @property
    def kinds(self) -> list[_Kind]:
        by_kind: defaultdict[str, list[_Numbered]] = defaultdict(list)
        for one in self.changes:
            by_kind[one.kind].append(one)
        return [_Kind(kind, _counts(some), some) for kind, some in by_kind.items()]

    @property
    def waiting(self) -> list[_Waiting]:
        numbered = {id(one.shown): one for one in self.changes}
        return [
            _Waiting(reason, hints, [numbered[id(one)] for one in some])
            for (reason, hints), some in shown.waiting(one.shown for one in self.changes).items()
        ]

    @property
    def name(self) -> str:
        return safe(self.plan.scope.target or "")

    @property
    def place(self) -> str:
        return safe(f"{self.plan.scope.region}, account {self.plan.scope.account}")

    @property
    def since(self) -> str:
        return shown.by_whose(self.plan)

    @property
    def left_over_why(self) -> str:
        return shown.left_over(self.plan)

    @property
    def adopted(self) -> list[str]:
        return self._names(shown.adopted(self.plan))

    @property
    def left_over(self) -> list[str]:
        return self._names(self.plan.left_over)

    @property
    def extra(self) -> list[str]:
        return self._names(self.plan.extra)

    def _names(self, addresses: Iterable[Address]) -> list[str]:
        return [named(one, self.plan.scope.target) for one in addresses]


def html(plan: Plan) -> str:
    """The whole plan as a page."""
    style = (TEMPLATES / "plan.css").read_text(encoding="utf-8")
    numbers = count(1)
    targets = [_target(one, f"t{number}", numbers) for number, one in enumerate(plan.targets, 1)]
    return _template().render(
        stack=safe(plan.targets[0].scope.stack) if plan.targets else "",
        version=safe(plan.tool_version),
        across=table(plan),
        targets=targets,
        style=Markup(style),  # noqa: S704 - ours, and what the digest is of
        digest=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        unfolded=sum(len(one.changes) for one in targets) <= OPEN,
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "counted": shown.counted,
        "cut": _cut,
        "safe_text": safe,
        "short": short,
        "tone": _tone,
        "word": word,
    }
    environment.globals |= {
        "BY_US": shown.BY_US,
        "LETTERS": LETTERS,
        "LINE": LINE,
        "LISTED": LISTED,
        "LONG": LONG,
        "WIDTH": WIDTH,
    }
    return environment.get_template("plan.html")


def _target(target: TargetPlan, own: str, numbers: Iterator[int]) -> _Target:
    changes = [
        _Numbered(f"c{next(numbers)}", one.address.kind, shown.shown(one, target))
        for one in shown.shown_changes(target)
    ]
    drawings = [layout(one) for one in flows(target)]
    troubles = list(shown.troubles(target))
    return _Target(own, target, changes, shown.totals(target), shown.leave_lines(target), troubles, drawings)


def _counts(changes: Iterable[_Numbered]) -> str:
    words = Counter(f"{one.shown.mark} {one.shown.said}" for one in changes)
    return ", ".join(f"{said}: {number:,}" for said, number in words.items())


def _tone(colour: str) -> str:
    """A colour as the style sheet calls it."""
    return colour.rpartition(" ")[2]


def _cut(text: str, letters: int) -> str:
    """A text in so many letters: its beginning and its end, for many names differ in no more than that."""
    end = letters // 3
    return text if len(text) <= letters else f"{text[: letters - 1 - end]}…{text[-end:]}"
