"""Ten times the things cost ten times the work: counted in calls of functions, which no machine's load changes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from support.bench import Bench

from sesops import spec
from sesops.core import planner
from sesops.core.live import LiveState
from sesops.core.plan import Leave
from sesops.engine.inventory import take_inventory
from sesops.kinds import discover
from sesops.spec.export import export

REGISTRY = discover()
SMALL, LARGE = 60, 600
ALLOWED = 1.1
"""What sorting and the like may cost beyond the ten times."""


def document(count: int) -> dict[str, Any]:
    """Domains with most of what a domain has, a policy each, and destinations and rules in the same number."""
    names = [f"d{number}.example.com" for number in range(count)]
    return {
        "topics": {"feedback": {}},
        "domains": {
            name: {
                "mail_from": {"domain": f"bounce.{name}"},
                "notifications": {"bounce": {"topic": "feedback"}, "complaint": {"topic": "feedback"}},
                "configuration_set": f"set-{number}",
                "tags": {"team": "mail"},
                "policies": {"partner": policy(name)},
            }
            for number, name in enumerate(names)
        },
        "configuration_sets": {
            f"set-{number}": {"event_destinations": {"feedback": {"events": ["BOUNCE"], "sns": "feedback"}}}
            for number in range(count)
        },
        "receipt": {
            "rule_sets": {
                "inbound": {"rules": [{"name": f"r{n}", "recipients": [one]} for n, one in enumerate(names)][:200]}
            }
        },
    }


def policy(name: str) -> dict[str, Any]:
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": "111122223333"},
        "Action": "ses:SendEmail",
        "Resource": f"arn:aws:ses:eu-west-1:123456789012:identity/{name}",
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def calls_of(work: Callable[[], Any]) -> tuple[int, Any]:
    """How many Python functions were called, and the result."""
    count = 0

    def counting(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal count
        count += event == "call"

    before = sys.getprofile()
    sys.setprofile(counting)
    try:
        result = work()
    finally:
        sys.setprofile(before)
    return count, result


def costs(bench: Bench, count: int) -> dict[str, int]:
    """Function calls of validating, and of planning on an account that has nothing."""
    path = bench.load(document(count)).root
    validate, loaded = calls_of(lambda: spec.load(path, registry=REGISTRY))
    assert not loaded.has_errors, loaded.diagnostics[0]
    wanted = loaded.targets[0].wanted
    scope, nothing = bench.desk().scope, LiveState(dict.fromkeys(one.address for one in wanted))
    plan, planned = calls_of(lambda: planner.plan(REGISTRY, scope, wanted, nothing, Leave(), bench.today))
    assert len(planned.changes) == len(wanted)
    return {"validate": validate, "plan": plan}


def test_the_work_grows_with_the_spec(tmp_path):
    """And not faster."""
    bench = Bench(tmp_path)
    small, large = costs(bench, SMALL), costs(bench, LARGE)
    assert {step: large[step] <= small[step] * LARGE / SMALL * ALLOWED for step in small} == {
        "validate": True,
        "plan": True,
    }, (small, large)


def export_costs(bench: Bench, count: int) -> int:
    """Function calls of writing as many things as a spec; the reading hangs on SES."""
    bench.apply(document(count))
    desk = bench.desk()
    found = take_inventory(desk.registry, desk.scope, desk.gateway, desk.listener)
    cost, made = calls_of(lambda: export(desk.registry, desk.scope, found, desk.today, in_files=True))
    assert made.counts["identity_policy"] == len(made.files) == count
    return cost


def test_the_work_of_an_export_grows_with_what_there_is(tmp_path):
    """And not faster."""
    small, large = (export_costs(Bench(tmp_path), count) for count in (12, 60))
    assert large <= small * 5 * ALLOWED, (small, large)
