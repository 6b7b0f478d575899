"""BR-08: people learn of console edits from exit codes.

There is no quiet mode: stdout has the result and nothing else. A plan that is held back ends with 3, which the case
does not know; its own example (TLS made a must) is one, so leave is given here.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from cases.scene import allow, make_set

from sesops.cli.exit_codes import ExitCode

SPEC = {
    "configuration_sets": {"main": {"delivery": {"tls_policy": "REQUIRE"}}},
    **allow("configuration_set/main"),
}
README = Path(__file__).parents[2] / "README.md"


@pytest.fixture
def edited(bench):
    """A set in which somebody made TLS optional."""
    make_set(bench, "main", DeliveryOptions={"TlsPolicy": "OPTIONAL"})
    return bench


def test_a_plan_with_changes_ends_with_0_unless_asked(edited, sesops):
    """A pipeline may use the plan as a check; only the switch makes changes pending a code of their own."""
    assert sesops("plan", spec=SPEC).code == 0
    assert sesops("plan", "--detailed-exitcode").code == 2


def test_drift_ends_with_2_and_none_with_0(edited, sesops):
    """Without a switch, and whether or not putting it right would stop mail."""
    without_leave = {"configuration_sets": SPEC["configuration_sets"]}
    assert sesops("drift", spec=without_leave).code == 2
    edited.apply(SPEC)
    assert sesops("drift", spec=SPEC).code == 0


def test_a_plan_without_changes_ends_with_0_either_way(edited, sesops):
    edited.apply(SPEC)
    assert sesops("plan", spec=SPEC).code == 0
    assert sesops("plan", "--detailed-exitcode").code == 0


@pytest.mark.parametrize(
    ("code", "status"),
    [("AccessDeniedException", 403), ("TooManyRequestsException", 429), ("InternalFailure", 500)],
)
def test_a_read_that_fails_ends_with_1_whatever_differs(edited, sesops, monkeypatch, code, status):
    """Denied, throttled for good or broken: never "no changes", and never "changes"."""
    monkeypatch.setattr("sesops.aws.pacing.Bucket.reserve", lambda *_: 0.0)
    edited.emulator.faults.fail("sesv2", "GetConfigurationSet", code, "no", status, times=None)
    planned = sesops("plan", "--detailed-exitcode", spec=SPEC)
    assert planned.code == 1
    assert code in planned.out
    assert "No changes" not in planned.out


def test_changes_are_on_stdout_and_the_rest_on_stderr(edited, sesops):
    """Of a plan that reports its reading too, stdout is the plan alone."""
    planned = sesops("plan", "--verbose", spec=SPEC)
    assert "configuration_set/main" in planned.out
    assert "reading SES" not in planned.out
    assert "reading SES" in planned.err
    assert "configuration_set/main" not in planned.err


def test_validate_checks_without_credentials_and_without_a_call(bench, sesops, monkeypatch):
    """The syntax check that nobody should have to use `plan` for."""
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    assert sesops("validate", spec=SPEC).code == 0
    assert sesops("validate", spec={"configuration_set": {}}).code == 1
    assert bench.emulator.calls == []


def test_the_codes_are_documented():
    """The table in the README has every code of this release; 5 belongs to commands that come later."""
    documented = {int(code) for code in re.findall(r"^\| (\d+) \|", README.read_text(encoding="utf-8"), re.MULTILINE)}
    assert documented == {int(one) for one in ExitCode} - {ExitCode.WAITING}
