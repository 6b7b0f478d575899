"""Several targets in one run: read side by side, one plan, made one after the other, and none hides another."""

from __future__ import annotations

import importlib
import json
import re

import pytest
from cli.conftest import GOLDEN, Shell

from sesops.cli.exit_codes import ExitCode
from sesops.core.values import Scope

EU_AND_US = """version: 1
stack: small
targets:
  eu: {region: eu-west-1, vars: {seconds: 3600}}
  us: {region: us-east-1, vars: {seconds: 7200}}
topics: {feedback: {}}
configuration_sets:
  main:
    delivery: {max_delivery_seconds: "${seconds}"}
    event_destinations: {feedback: {events: [BOUNCE], sns: feedback}}
  local: {only: [us]}
"""
ELSEWHERE = EU_AND_US.replace("region: us-east-1", 'region: us-east-1, account: "999999999999"')
"""The account of `us` is not the one we are in."""


@pytest.fixture
def two(shell) -> Shell:
    shell.write(EU_AND_US)
    return shell


def made(shell: Shell, region: str) -> list[str]:
    ended = shell.run("emulator", "call", "sesv2:ListConfigurationSets", "--region", region)
    return json.loads(ended.out)["ConfigurationSets"]


def test_plan_apply_and_plan_again(two, golden):
    """One plan with a table of what differs, one question, a report a target, and quiet afterwards."""
    assert two.run("plan").code == 0
    golden(GOLDEN / "targets-plan.txt", two.snapshot())
    two.typing("y\n")
    ended = two.run("apply")
    assert ended.code == 0
    assert "eu-west-1, account 123456789012 and us-east-1, account 123456789012?" in ended.err
    assert "Apply eu: " in ended.out
    assert "Apply us: " in ended.out
    assert (made(two, "eu-west-1"), made(two, "us-east-1")) == (["main"], ["local", "main"])
    assert two.run("plan", "--detailed-exitcode").code == 0
    golden(GOLDEN / "targets-clean.txt", two.snapshot())


def test_one_of_two(two):
    """`--target` narrows what is done."""
    assert two.run("apply", "--target", "us", "--yes").code == 0
    assert (made(two, "eu-west-1"), made(two, "us-east-1")) == ([], ["local", "main"])


def test_only_takes_the_targets_it_names(two):
    """A target that `--only` names nothing of is not even read."""
    ended = two.run("plan", "--only", "us:configuration_set/main", "--format", "json")
    assert [one["target"] for one in json.loads(ended.out)["targets"]] == ["us"]


def test_an_address_without_its_target(two, golden):
    """64, with the choices."""
    assert two.run("plan", "--only", "configuration_set/main").code == 64
    golden(GOLDEN / "targets-only-without-target.txt", two.snapshot())
    assert two.run("plan", "--only", "configuration_set/main", "--target", "eu").code == 0


def test_one_failure_does_not_hide_the_others(shell, golden):
    """The plan of the other target is whole; apply makes none of the two."""
    shell.write(ELSEWHERE)
    assert shell.run("plan").code == 3
    golden(GOLDEN / "targets-one-elsewhere.txt", shell.snapshot())
    ended = shell.run("apply", "--yes")
    assert (ended.code, made(shell, "eu-west-1")) == (3, [])
    assert "nothing was changed" in ended.err
    assert shell.run("drift").code == 3


def test_what_fails_alike_is_said_once(on_aws, golden):
    """No credentials: a sentence, and no plan of two failures."""
    on_aws.write(EU_AND_US)
    assert on_aws.run("plan").code == 1
    golden(GOLDEN / "targets-no-credentials.txt", on_aws.snapshot())


def test_saved(two):
    """One file has the plans of both; both are made."""
    assert two.run("plan", "--out", "plan.json").code == 0
    assert two.run("apply", "plan.json", "--yes").code == 0
    assert (made(two, "eu-west-1"), made(two, "us-east-1")) == (["main"], ["local", "main"])
    assert two.run("plan", "--detailed-exitcode").code == 0


def test_if_one_is_stale_none_is_made(two, golden):
    """4, with the difference and the target it is in."""
    assert two.run("plan", "--out", "plan.json").code == 0
    params = json.dumps({"ConfigurationSetName": "main", "SendingOptions": {"SendingEnabled": False}})
    assert two.run("emulator", "call", "sesv2:CreateConfigurationSet", params, "--region", "us-east-1").code == 0
    assert two.run("apply", "plan.json", "--yes").code == 4
    golden(GOLDEN / "targets-stale.txt", two.snapshot())
    assert made(two, "eu-west-1") == []


def test_if_all_are_stale_each_says_why(two):
    """What goes wrong in one hides nothing of the other."""
    assert two.run("plan", "--out", "plan.json").code == 0
    for region in ("eu-west-1", "us-east-1"):
        params = json.dumps({"ConfigurationSetName": "main", "SendingOptions": {"SendingEnabled": False}})
        assert two.run("emulator", "call", "sesv2:CreateConfigurationSet", params, "--region", region).code == 0
    ended = two.run("apply", "plan.json", "--yes")
    assert ended.code == 4
    assert "eu: configuration_set/main" in ended.err
    assert "us: configuration_set/main" in ended.err


def test_an_interrupt_names_what_was_not_begun(two, monkeypatch):
    """130, and a line for each target that is still as it was."""
    monkeypatch.setattr("sesops.cli.make._made", lambda *_: ExitCode.INTERRUPTED)
    ended = two.run("apply", "--yes")
    assert (ended.code, made(two, "us-east-1")) == (130, [])
    assert ended.out.endswith("Apply us: not begun.\n")


def test_drift_of_one(two):
    """2, and the other target's line says that it has none."""
    assert two.run("apply", "--yes").code == 0
    params = json.dumps({"ConfigurationSetName": "main", "SendingEnabled": False})
    assert two.run("emulator", "call", "sesv2:PutConfigurationSetSendingOptions", params).code == 0
    assert two.run("drift").code == 0
    params = json.dumps({"ConfigurationSetName": "local"})
    assert two.run("emulator", "call", "sesv2:DeleteConfigurationSet", params, "--region", "us-east-1").code == 0
    ended = two.run("drift")
    assert ended.code == 2
    assert "no drift: 3 things compared: eu: small" in ended.out
    assert "gone us:configuration_set/local" in ended.out


def test_markdown_has_the_table(two):
    """A column a target, a row for what differs."""
    ended = two.run("plan", "--format", "markdown")
    assert "|   | `eu` | `us` |" in ended.out
    assert "| `configuration_set/local` | `nothing` | `+ create` |" in ended.out
    assert "| `configuration_set/main` | `+ create (delivery.max_delivery_seconds 3600)` |" in ended.out


def test_the_table_says_from_where_each_goes(two):
    """Where all go to the same, that is what differs."""
    text = EU_AND_US.replace('"${seconds}"', "300")
    two.write(EU_AND_US)
    assert two.run("apply", "--yes").code == 0
    two.write(text)
    said = two.run("plan").out
    assert "~ update (delivery.max_delivery_seconds 3600 -> 300)" in said
    assert "~ update (delivery.max_delivery_seconds 7200 -> 300)" in said


def failing_in_us(name, monkeypatch, error=None):
    """Let a function of the engine fail in us-east-1, in a way that nobody foresaw."""
    module, _, function = name.rpartition(".")
    whole = getattr(importlib.import_module(module), function)

    def odd(*arguments, **options):
        if any(isinstance(one, Scope) and one.region == "us-east-1" for one in arguments):
            raise error or RuntimeError("odd \x1b[31m answer")
        return whole(*arguments, **options)

    monkeypatch.setattr(name, odd)


def test_an_error_of_our_own_in_one_target_hides_no_other(two, monkeypatch, golden):
    """The other's plan is whole, and the error is a finding with how to report it; apply makes none of the two."""
    failing_in_us("sesops.engine.planning.refresh", monkeypatch)
    assert two.run("plan").code == 1
    shown = re.sub(r"at sesops/[a-z_/]+\.py:\d+", "at FILE", two.snapshot())
    golden(GOLDEN / "targets-internal-error.txt", shown)
    (_, us) = json.loads(two.run("plan", "--format", "json").out)["targets"]
    assert [one["code"] for one in us["findings"]] == ["internal-error"]
    for form in ("text", "json", "junit", "prometheus"):
        assert two.run("drift", "--format", form).code == 1
    ended = two.run("apply", "--yes")
    assert (ended.code, made(two, "eu-west-1")) == (1, [])


def test_an_error_of_our_own_while_one_target_is_made_lets_the_next_be_made(two, monkeypatch):
    """Its own end is 1."""
    two.write(EU_AND_US.replace("  eu: ", "  zz: ").replace("  us: ", "  eu: ").replace("[us]", "[eu]"))
    failing_in_us("sesops.engine.execute.execute", monkeypatch)
    ended = two.run("apply", "--yes")
    assert ended.code == 1
    assert "error[internal-error]: an error in sesops itself: RuntimeError: odd \\x1b[31m answer" in ended.err
    assert (made(two, "eu-west-1"), made(two, "us-east-1")) == (["main"], [])


def test_what_the_machine_refuses_in_one_target_is_no_error_of_ours(two, monkeypatch):
    """It is said as everywhere, and the other target's plan is whole."""
    failing_in_us("sesops.engine.planning.refresh", monkeypatch, OSError(28, "No space left on device", "/tmp/x"))
    ended = two.run("plan")
    assert ended.code == 1
    assert "unknown everything: /tmp/x: No space left on device" in ended.out
    assert "create configuration_set/main" in ended.out.replace("eu:", "")
    assert "internal-error" not in ended.out
