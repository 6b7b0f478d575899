"""A gateway behind an IAM policy: what the policy does not allow is refused, as AWS would, and nothing is sent."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from sesops.aws import iam
from sesops.aws.iam import Right
from sesops.core.kind import Registry
from sesops.core.plan import Leave
from sesops.core.ports import Gateway
from sesops.core.thing import Wanted
from sesops.core.values import Answer, Call, Refusal, Refused, Scope
from sesops.engine import rights

Policy = Mapping[str, Any]


def to_plan(registry: Registry, scope: Scope, wanted: Iterable[Wanted], leave: Leave) -> Policy:
    """The policy of `--for plan --narrow`."""
    return _policy(rights.reading(registry, scope, wanted, leave), scope)


def to_read(registry: Registry, scope: Scope) -> Policy:
    """The policy of `--for plan`."""
    return _policy(rights.reading_everything(registry, scope), scope)


def to_apply(registry: Registry, scope: Scope, wanted: Iterable[Wanted], leave: Leave, *, deletes: bool) -> Policy:
    """The policy of `--for apply`, and of `--with-deletes`."""
    asked = registry, scope, tuple(wanted), leave
    calls = [*rights.reading(*asked), *rights.writing(*asked), *(rights.deleting(*asked) if deletes else ())]
    return _policy(calls, scope)


def _policy(calls: Iterable[Call], scope: Scope) -> Policy:
    needed = (right for call in calls for right in iam.rights(call, scope))
    fitting, _ = iam.fitting(needed, [scope.region])
    return iam.document(fitting, [scope.region])


def actions(policy: Policy) -> set[str]:
    return {action for statement in policy["Statement"] for action in statement["Action"]}


def allows(policy: Policy, right: Right, region: str) -> bool:
    """Whether some statement of the policy does; as much of IAM as our policies use."""
    context = {"aws:RequestedRegion": region, "iam:PassedToService": right.passed_to}
    return any(_allows(statement, right, context) for statement in policy["Statement"])


def _allows(statement: Mapping[str, Any], right: Right, context: Mapping[str, str]) -> bool:
    assert set(statement) <= {"Effect", "Action", "Resource", "Condition"}
    assert statement["Effect"] == "Allow"
    resources = [statement["Resource"]] if isinstance(statement["Resource"], str) else statement["Resource"]
    equal = statement.get("Condition", {"StringEquals": {}})["StringEquals"]
    return (
        right.action in statement["Action"]
        and any(fnmatchcase(right.resource, one) for one in resources)
        and all(context[key] in ([held] if isinstance(held, str) else held) for key, held in equal.items())
    )


class Gate:
    """A `Gateway` over another, behind a policy; `used` are the actions that went through, `refused` what did not."""

    def __init__(self, gateway: Gateway, policy: Policy, scope: Scope) -> None:
        self._gateway = gateway
        self._policy = policy
        self._scope = scope
        self._lock = threading.Lock()
        self.used: set[str] = set()
        self.refused: list[Right] = []

    def call(self, call: Call) -> Answer:
        needed = tuple(iam.rights(call, self._scope))
        missing = [one for one in needed if not allows(self._policy, one, self._scope.region)]
        with self._lock:
            self.refused.extend(missing)
            self.used.update(one.action for one in needed if not missing)
        if missing:
            text = f"not authorized to perform: {missing[0].action} on resource: {missing[0].resource}"
            return Refusal(Refused.DENIED, "AccessDeniedException", text)
        return self._gateway.call(call)

    def seconds(self, calls: tuple[Call, ...]) -> float:
        return self._gateway.seconds(calls)

    def counts(self) -> tuple[tuple[str, int], ...]:
        return self._gateway.counts()
