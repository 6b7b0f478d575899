"""What a plan does in one target and not in another."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from sesops.core.address import Address
from sesops.core.plan import Change, Plan
from sesops.core.values import Scope


@dataclass(frozen=True)
class Row:
    """One thing that several targets may have, and what happens to it in each; None: nothing."""

    address: Address
    changes: tuple[Change | None, ...]
    differing: tuple[str, ...]
    """The fields that not all of the targets change alike; none of them where the actions differ already."""


@dataclass(frozen=True)
class Across:
    """The things that are not changed alike in all targets, and how many are."""

    rows: tuple[Row, ...]
    alike: int


def across(plan: Plan) -> Across:
    """Compare the targets of a plan, each change with its region and account taken away."""
    changes = [{one.address: one for one in target.changes} for target in plan.targets]
    rows, alike = [], 0
    for address in dict.fromkeys(address for of_target in changes for address in of_target):
        row = tuple(of_target.get(address) for of_target in changes)
        said = {_said(one) for one in row}
        fields = [_fields(one, target.scope) for one, target in zip(row, plan.targets, strict=True) if one is not None]
        differing = tuple(_differing(fields)) if len(said) == 1 else ()
        if len(said) > 1 or differing:
            rows.append(Row(address, row, differing))
        else:
            alike += 1
    return Across(tuple(rows), alike)


def _said(change: Change | None) -> tuple[object, ...] | None:
    """What happens, without the values."""
    return (change.action, tuple((step.facet, step.state) for step in change.steps)) if change else None


def _fields(change: Change, scope: Scope) -> dict[str, str]:
    def plain(value: object) -> str:
        text = json.dumps(value, sort_keys=True, default=str)
        return text.replace(scope.region, "${region}").replace(scope.account or "${account}", "${account}")

    return {one.path: plain([one.before, one.after, one.sensitive]) for one in change.fields}


def _differing(fields: list[dict[str, str]]) -> Iterator[str]:
    for path in dict.fromkeys(path for of_target in fields for path in of_target):
        if len({of_target.get(path) for of_target in fields}) > 1:
            yield path
