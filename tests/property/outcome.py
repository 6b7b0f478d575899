"""What is said of plans and runs by more than one property."""

from __future__ import annotations

from typing import Any

from property.live import DAY
from support.bench import described

from sesops.core import plan_json
from sesops.core.plan import Plan, State, TargetPlan
from sesops.view import machine


def left(plan: TargetPlan) -> list[tuple[str, str, str | None]]:
    """What an apply would do now, waiting apart."""
    steps = [step for change in plan.changes for step in change.steps]
    return [(str(step.address), step.facet, step.reason) for step in steps if step.state is not State.WAITING]


def assert_finished(lab, document: dict[str, Any]) -> None:
    """Nothing is left but to wait; and once time has passed, an apply makes what waited, and then nothing is left."""
    plan = lab.plan(document)
    assert left(plan) == [], described(plan.changes)
    if plan.changes:
        lab.emulator.clock.advance(2 * DAY)
        lab.apply(document)
        assert described(lab.plan(document).changes) == []


def written(plan: TargetPlan) -> str:
    """The plan as JSON, without the places in the spec that it names and the digest of the spec's files."""
    return machine.dumps(_placeless(plan_json.write(Plan((plan,), "0"))))


def _placeless(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _placeless(one) for key, one in value.items() if key not in ("place", "related", "digest")}
    return [_placeless(one) for one in value] if isinstance(value, list | tuple) else value


def goes_with(address: str, removed: list[str]) -> bool:
    """Whether a thing is removed, or lies in one that is."""
    _, *name = address.split("/")
    above = (
        {f"{kind}/{name[0]}" for kind in ("domain", "email", "configuration_set", "receipt_rule_set")} if name else {}
    )
    return address in removed or (len(name) > 1 and not above.isdisjoint(removed))
