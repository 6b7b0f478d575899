"""Whole runs, each held by a golden file: its exit code, its stdout, its stderr."""

from __future__ import annotations

import json

import pytest
from cli.conftest import GOLDEN, QUICKSTART, SMALL

TARGETS = """version: 1
stack: small
targets:
  eu: {region: eu-west-1}
  us: {region: us-east-1}
topics: {feedback: {}}
configuration_sets:
  main: {event_destinations: {feedback: {events: [BOUNCE], sns: feedback}}}
"""

HELP = {
    "help": (),
    "help-validate": ("validate",),
    "help-plan": ("plan",),
    "help-show": ("show",),
    "help-apply": ("apply",),
    "help-iam-policy": ("iam-policy",),
    "help-unlock": ("unlock",),
    "help-schema": ("schema",),
    "help-drift": ("drift",),
    "help-explain": ("explain",),
    "help-export": ("export",),
    "help-init": ("init",),
    "help-emulator": ("emulator",),
    "help-emulator-advance": ("emulator", "advance"),
    "help-emulator-verify-after": ("emulator", "verify-after"),
    "help-emulator-call": ("emulator", "call"),
}


@pytest.mark.parametrize("name", HELP)
def test_help(shell, golden, name):
    """Each command says what it does and takes."""
    assert shell.run(*HELP[name], "--help").code == 0
    golden(GOLDEN / f"{name}.txt", shell.snapshot())


COMMAND_LINES = {
    "no-arguments": [],
    "unknown-command": ["valdate"],
    "unknown-option": ["plan", "--detailed"],
    "unknown-format": ["plan", "--format", "xml"],
    "two-specs-for-plan": ["plan", "a", "b"],
    "no-plan-file": ["show"],
    "var-without-equals": ["plan", "--var", "x"],
    "var-without-name": ["plan", "--var", "=x"],
    "allow-many-without-number": ["plan", "--allow-many", "domain"],
    "allow-many-unknown-kind": ["plan", "--allow-many", "domains=3"],
    "max-rate-zero": ["plan", "--max-rate", "0"],
    "only-unknown-kind": ["plan", "--only", "domains/example.com"],
    "only-without-name": ["plan", "--only", "domain"],
    "only-unknown-thing": ["plan", "--only", "domain/exmple.com"],
    "only-unknown-thing-of-a-target": ["plan", "targets.yaml", "--target", "eu", "--only", "eu:configuration_set/man"],
    "only-other-target": ["plan", "--only", "eu:domain/example.com"],
    "target-without-targets": ["plan", "--target", "eu"],
    "remove-without-terminal": ["apply", "--remove", "topic/feedback"],
    "profile-on-the-embedded-ses": ["plan", "--profile", "mail"],
    "init-without-terminal": ["init", "--region", "eu-west-1"],
    "init-export-without-terminal": ["init", "--export"],
    "init-domain-and-export": ["init", "--export", "--domain", "example.com"],
    "init-no-region": ["init", "--region", "Ireland"],
    "init-no-domain": ["init", "--domain", "exa mple"],
    "init-unknown-pipeline": ["init", "--ci", "jenkins"],
    "export-two-words": ["export", "a", "b"],
    "export-force-to-stdout": ["export", "--force"],
    "export-suppressions-to-stdout": ["export", "--suppressions"],
    "export-no-region": ["export"],
    "export-no-such-region": ["export", "--region", "Ireland"],
    "export-stack-with-blank": ["export", "--stack", "our mail", "--region", "eu-west-1"],
    "export-ignore-unknown-kind": ["export", "--ignore", "domains/*", "--region", "eu-west-1"],
    "export-ignore-no-address": ["export", "--ignore", "domain", "--region", "eu-west-1"],
    "export-profile-on-the-embedded-ses": ["export", "--profile", "mail", "--region", "eu-west-1"],
    "emulator-port-too-large": ["emulator", "--port", "70000"],
    "emulator-no-duration": ["emulator", "advance", "3"],
    "emulator-call-no-operation": ["emulator", "call", "GetAccount"],
    "emulator-call-unknown-service": ["emulator", "call", "sesv9:GetAccount"],
    "emulator-call-unknown-operation": ["emulator", "call", "sesv2:GetAcount"],
    "emulator-call-no-json": ["emulator", "call", "sesv2:GetAccount", "{x"],
    "emulator-call-no-object": ["emulator", "call", "sesv2:GetAccount", "[]"],
    "emulator-call-wrong-parameters": ["emulator", "call", "sesv2:GetEmailIdentity", '{"Name": "x"}'],
    "emulator-call-no-region": ["emulator", "call", "sesv2:GetAccount", "--region", "nowhere?"],
}


@pytest.mark.parametrize("name", COMMAND_LINES)
def test_a_bad_command_line(shell, golden, name):
    """It ends with 64, says what is wrong and what would be right, and has no result."""
    shell.write(QUICKSTART)
    shell.write(TARGETS, "targets.yaml")
    ended = shell.run(*COMMAND_LINES[name])
    assert (ended.code, ended.out) == (64, "")
    golden(GOLDEN / "command-lines" / f"{name}.txt", shell.snapshot())


def folder_without_spec(shell):
    shell.write(SMALL)
    (shell.folder / "empty").mkdir()


def not_sqlite(shell):
    shell.write(SMALL)
    (shell.folder / "emulator.db").write_text("something else altogether, and not a database", encoding="utf-8")


def file_as_folder(shell):
    shell.write(SMALL)
    shell.write("", "file")


def plan_file(shell):
    shell.write(SMALL)
    assert shell.run("plan", "--out", "plan.json").code == 0


def plan_cut_off(shell):
    plan_file(shell)
    whole = (shell.folder / "plan.json").read_text(encoding="utf-8")
    shell.write(whole[:200], "plan.json")


def not_utf8(shell):
    (shell.folder / "plan.json").write_bytes(b'{"format": "\xff"}')


def without_credentials(shell):
    shell.write(SMALL)
    shell.monkeypatch.delenv("SESOPS_EMULATOR")


def closed_port(shell):
    without_credentials(shell)
    shell.monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    shell.monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
    shell.monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")


def no_endpoint(shell):
    closed_port(shell)
    shell.monkeypatch.setenv("AWS_ENDPOINT_URL", "nonsense")


def quickstart(shell):
    shell.write(QUICKSTART)


def empty_file(shell):
    shell.write("")


FAILURES = {
    "validate-no-spec": (lambda _: None, ["validate"]),
    "plan-no-spec": (lambda _: None, ["plan"]),
    "apply-no-spec": (lambda _: None, ["apply", "nowhere.yaml"]),
    "show-no-file": (lambda _: None, ["show", "nowhere.json"]),
    "validate-empty-file": (empty_file, ["validate"]),
    "plan-empty-file": (empty_file, ["plan"]),
    "apply-empty-file": (empty_file, ["apply"]),
    "show-empty-file": (empty_file, ["show", "sesops.yaml"]),
    "plan-folder-without-spec": (folder_without_spec, ["plan", "empty"]),
    "show-folder": (folder_without_spec, ["show", "empty"]),
    "show-spec": (quickstart, ["show", "sesops.yaml"]),
    "show-plan-cut-off": (plan_cut_off, ["show", "plan.json"]),
    "apply-plan-cut-off": (plan_cut_off, ["apply", "plan.json", "--yes"]),
    "show-not-utf8": (not_utf8, ["show", "plan.json"]),
    "plan-of-plan-file": (plan_file, ["plan", "plan.json"]),
    "validate-of-plan-file": (plan_file, ["validate", "plan.json"]),
    "plan-out-nowhere": (quickstart, ["plan", "--only", "topic/feedback", "--out", "nowhere/plan.json"]),
    "plan-not-sqlite": (not_sqlite, ["plan"]),
    "emulator-not-sqlite": (not_sqlite, ["emulator"]),
    "plan-state-cannot-be-made": (file_as_folder, ["plan", "--emulator-file", "file/emulator.db"]),
    "plan-state-is-a-folder": (folder_without_spec, ["plan", "--emulator-file", "empty"]),
    "plan-no-credentials": (without_credentials, ["plan"]),
    "plan-unknown-profile": (without_credentials, ["plan", "--profile", "mail"]),
    "plan-closed-port": (closed_port, ["plan"]),
    "plan-endpoint-is-no-url": (no_endpoint, ["plan"]),
    "export-no-credentials": (without_credentials, ["export", "--region", "eu-west-1"]),
    "export-unknown-profile": (without_credentials, ["export", "--profile", "mail"]),
    "export-closed-port": (closed_port, ["export", "--region", "eu-west-1"]),
    "export-over-a-spec": (quickstart, ["export", "--region", "eu-west-1", "--out", "."]),
    "export-into-a-file": (file_as_folder, ["export", "--region", "eu-west-1", "--out", "file"]),
    "export-below-a-file": (file_as_folder, ["export", "--region", "eu-west-1", "--out", "file/mail"]),
    "emulator-call-refused": (
        lambda _: None,
        ["emulator", "call", "sesv2:GetEmailIdentity", '{"EmailIdentity": "x.example"}'],
    ),
}


@pytest.mark.parametrize("name", FAILURES)
def test_a_failure(shell, golden, name):
    """It ends with 1, says what is wrong, and what to do about it."""
    prepare, arguments = FAILURES[name]
    prepare(shell)
    assert shell.run(*arguments).code == 1
    golden(GOLDEN / "failures" / f"{name}.txt", shell.snapshot())


def test_validate(shell, golden):
    """A spec without findings, in one line."""
    shell.write(QUICKSTART)
    shell.run("validate")
    golden(GOLDEN / "validate.txt", shell.snapshot())


def test_validate_as_json(shell, golden):
    """Findings as data."""
    shell.write(SMALL.replace("sending_enabled", "sending_enable"))
    shell.run("validate", "--format", "json")
    golden(GOLDEN / "validate-json.txt", shell.snapshot())


def test_findings_of_a_spec_that_is_planned(shell, golden):
    """They are no result: stderr has them, warnings too."""
    shell.write(SMALL.replace("sending_enabled", "sending_enable"))
    shell.run("plan", "--var", "x=1", "--format", "json")
    golden(GOLDEN / "plan-findings.txt", shell.snapshot())


def test_plan(shell, golden):
    """A first plan."""
    shell.write(QUICKSTART)
    shell.run("plan")
    golden(GOLDEN / "plan.txt", shell.snapshot())


def test_plan_that_says_which_calls_it_makes(shell, golden):
    """`--verbose`, on stderr."""
    shell.write(SMALL)
    shell.run("plan", "--verbose")
    golden(GOLDEN / "plan-verbose.txt", shell.snapshot())


def test_apply(shell, golden):
    """The plan and the report on stdout, what happens meanwhile on stderr."""
    shell.write(QUICKSTART)
    assert shell.run("apply", "--yes").code == 0
    golden(GOLDEN / "apply.txt", shell.snapshot())


def test_plan_of_what_was_applied(applied, golden):
    """Clean, and 0 with `--detailed-exitcode` too."""
    shell = applied(QUICKSTART)
    assert shell.run("plan", "--detailed-exitcode").code == 0
    golden(GOLDEN / "plan-clean.txt", shell.snapshot())


def test_plan_of_what_has_drifted(applied, golden):
    """2 with `--detailed-exitcode`."""
    shell = applied(QUICKSTART)
    params = json.dumps({"ConfigurationSetName": "transactional", "TlsPolicy": "REQUIRE"})
    assert shell.run("emulator", "call", "sesv2:PutConfigurationSetDeliveryOptions", params).code == 0
    assert shell.run("plan", "--detailed-exitcode").code == 2
    golden(GOLDEN / "plan-drift.txt", shell.snapshot())


def test_plan_of_one_thing(shell, golden):
    """What it needs comes along, and that is said on stderr."""
    shell.write(QUICKSTART)
    shell.run("plan", "--only", "event_destination/transactional/metrics")
    golden(GOLDEN / "plan-only.txt", shell.snapshot())


def test_apply_of_one_target(shell, golden):
    """Its name stands before every address, wherever one is said."""
    shell.write(TARGETS)
    assert shell.run("apply", "--target", "eu", "--only", "eu:event_destination/main/feedback", "--yes").code == 0
    golden(GOLDEN / "apply-target.txt", shell.snapshot())


def test_schema(shell):
    """JSON and nothing else."""
    ended = shell.run("schema")
    assert (ended.code, ended.err) == (0, "")
    assert json.loads(ended.out)["$schema"] == "http://json-schema.org/draft-07/schema#"


def test_version(shell):
    """The release, from any folder."""
    assert shell.run("--version").out.startswith("sesops 0.")


def test_choices_of_a_missing_option_are_one_sentence(shell):
    """No line's end of the library that reads the command line is shown as an escape."""
    ended = shell.run("iam-policy")
    assert ended.code == 64
    assert "Missing option '--for'. Choose from: plan, apply" in ended.err


def test_the_emulators_folder_is_not_what_was_meant(shell):
    """What a tool keeps beside a spec is no spec that is misspelt."""
    (shell.folder / ".sesops").mkdir()
    ended = shell.run("validate")
    assert "did you mean" not in ended.out
    assert "name the root file" in ended.out
