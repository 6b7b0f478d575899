"""BR-26: what exists once in an account is a setting, not a resource: changed by a spec that says it, and left by others."""

from __future__ import annotations

import yaml
from cases.scene import asks_nothing
from support.bench import HEAD

from sesops.core.plan import Action

SPEC = {
    "account": {
        "suppressed_reasons": ["COMPLAINT"],
        "vdm": {"enabled": True, "engagement_metrics": True},
    }
}


def test_a_plan_only_ever_updates(bench):
    """Never makes or deletes, and says that others may set it too."""
    (change,) = bench.plan(SPEC).changes
    assert change.action is Action.UPDATE
    assert change.account_wide
    told = {one.path: (one.before, one.after) for one in change.fields}
    assert told["suppressed_reasons"] == (["BOUNCE", "COMPLAINT"], ["COMPLAINT"])


def test_a_key_that_is_taken_out_is_no_longer_managed(bench):
    """And changes nothing live."""
    bench.apply(SPEC)
    assert asks_nothing(bench.plan({"account": {"vdm": {"enabled": True}}}))
    assert asks_nothing(bench.plan({"configuration_sets": {}}))


def test_lists_are_compared_without_their_order(bench):
    bench.apply({"account": {"suppressed_reasons": ["COMPLAINT", "BOUNCE"]}})
    assert asks_nothing(bench.plan({"account": {"suppressed_reasons": ["BOUNCE", "COMPLAINT"]}}))


def test_two_specs_that_set_the_same_are_an_error_of_validate(bench, sesops):
    """With both places; one that leaves it alone, or is for another region, is none."""
    specs = {
        "one": {**HEAD, **SPEC},
        "two": {**HEAD, "stack": "two", "account": {"suppressed_reasons": ["BOUNCE"]}},
        "silent": {**HEAD, "stack": "silent", "configuration_sets": {"tx": {}}},
        "far": {**HEAD, "stack": "far", "region": "us-east-1", **SPEC},
    }
    for name, document in specs.items():
        (bench.folder / f"{name}.yaml").write_text(yaml.safe_dump(document), encoding="utf-8")
    said = sesops("validate", "one.yaml", "two.yaml")
    assert said.code == 1
    assert "error[set-twice]: account is set by one.yaml and by two.yaml, both for eu-west-1" in said.out
    assert "--> two.yaml:1:1" in said.out
    assert "see one.yaml:1:1" in said.out
    assert sesops("validate", "one.yaml", "silent.yaml", "far.yaml").code == 0
