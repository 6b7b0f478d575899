"""BR-56: one change that failed stopped all others, or what depended on it was fired into the void.

The case wants a switch to stop at the first failure; there is none.
"""

from __future__ import annotations

import pytest
from cases.scene import ended, ending, make_identity, mark, writes

from sesops.core.events import Outcome

SPEC = {
    "domains": {"a.example.com": {"configuration_set": "broken"}, "b.example.com": {"configuration_set": "main"}},
    "configuration_sets": {"broken": {}, "main": {}},
}


@pytest.fixture
def there(bench):
    make_identity(bench, "a.example.com", "b.example.com", stack="acme")
    bench.emulator.faults.fail(
        "sesv2",
        "CreateConfigurationSet",
        "BadRequestException",
        "it is broken",
        times=None,
        match={"ConfigurationSetName": "broken"},
    )
    return bench


def test_the_rest_is_applied_and_what_depends_is_skipped(there):
    report = there.make(there.plan(SPEC))
    assert ended(report, Outcome.FAILED) == ["configuration_set/broken create"]
    skipped = ending(report, "domain/a.example.com configuration_set")
    assert skipped.outcome is Outcome.SKIPPED
    assert skipped.reason == "needs create of configuration_set/broken, which failed"
    assert ended(report, Outcome.DONE) == ["configuration_set/main create", "domain/b.example.com configuration_set"]


def test_what_depends_is_never_sent(there):
    start = mark(there)
    there.make(there.plan(SPEC))
    assert writes(there, since=start).count("PutEmailIdentityConfigurationSetAttributes") == 1


def test_the_report_has_all_of_it(there, sesops):
    """Operation, thing, SES's code, text and request id; the counts at the end; exit 1.

    The place in the spec stands beside the thing in the plan that is shown before.
    """
    applied = sesops("apply", "--yes", spec=SPEC)
    assert applied.code == 1
    assert "failed configuration_set/broken create" in applied.err
    assert "sesv2:CreateConfigurationSet: BadRequestException: it is broken (request " in applied.err
    assert "skipped domain/a.example.com configuration_set: needs create of configuration_set/broken" in applied.err
    assert "Apply: 2 done, 1 failed, 1 skipped." in applied.out
    assert "configuration_set/broken  (sesops.yaml:" in applied.out


def test_there_is_no_switch_to_stop_early(sesops):
    assert sesops("apply", "--fail-fast", spec={}).code == 64


def test_the_next_run_does_only_the_rest(there):
    there.make(there.plan(SPEC))
    there.emulator.faults.clear()
    start = mark(there)
    report = there.apply(SPEC)
    assert ended(report, Outcome.DONE) == ["configuration_set/broken create", "domain/a.example.com configuration_set"]
    assert writes(there, since=start) == ["CreateConfigurationSet", "PutEmailIdentityConfigurationSetAttributes"]
    there.assert_clean(SPEC)
