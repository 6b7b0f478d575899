"""BR-32: a call that can never work in the sandbox is found out when it fails.

The case has the plan fail; right is that it waits (exit 0, shown). The request to leave the sandbox is no part of this
release.
"""

from __future__ import annotations

from cases.scene import asks_nothing

DOCUMENT = {"suppressions": {"present": {"entries": ["bounce@example.org"]}}}


def test_it_is_shown_as_waiting_and_not_tried(bench, sesops):
    """Exit 0 from `plan`, `apply` and `drift`: nothing is pending, nothing failed, and nothing drifted."""
    planned = sesops("plan", "--detailed-exitcode", spec=DOCUMENT)
    assert planned.code == 0
    assert "SES does not do this for an account that is in its sandbox in eu-west-1" in planned.out
    assert "ask for production access" in planned.out
    assert [sesops("apply", "--yes").code, sesops("drift").code] == [0, 0]
    assert "PutSuppressedDestination" not in [name for _, name, _ in bench.calls(writes_only=True)]


def test_once_it_is_granted_the_next_run_makes_it(bench):
    bench.apply(DOCUMENT)
    bench.emulator.grant_production(bench.region)
    bench.apply(DOCUMENT)
    assert asks_nothing(bench.plan(DOCUMENT))
    client = bench.client("sesv2")
    found = client.get_suppressed_destination(EmailAddress="bounce@example.org")["SuppressedDestination"]
    assert found["Reason"] == "BOUNCE"


def test_everything_else_of_a_plan_is_made(bench):
    """What waits holds nothing up that does not need it."""
    bench.apply({**DOCUMENT, "configuration_sets": {"tx": {}}})
    assert bench.client("sesv2").get_configuration_set(ConfigurationSetName="tx")
