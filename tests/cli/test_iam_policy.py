"""`sesops iam-policy`: the policy on stdout and nothing else, what to know about it on stderr."""

from __future__ import annotations

import json

import pytest
from cli.conftest import GOLDEN, QUICKSTART, SMALL

TWO = """version: 1
stack: two
targets:
  eu: {region: eu-west-1, account: "123456789012"}
  us: {region: us-east-1, account: "ACCOUNT"}
configuration_sets:
  main: {sending_enabled: true}
  only-here: {only: [us]}
"""
ROLES = "".join(
    f"""
      lake-{number}:
        events: [SEND]
        firehose:
          stream_arn: arn:aws:firehose:eu-west-1:123456789012:deliverystream/lake
          role_arn: arn:aws:iam::123456789012:role/a-role-with-a-long-name-for-firehose-{number}"""
    for number in range(10)
)
LONG = """version: 1
stack: long
region: eu-west-1
account: "123456789012"
configuration_sets:
""" + "".join(
    f"""
  s{number}:
    event_destinations:{ROLES.replace("firehose-", f"set-{number}-firehose-")}"""
    for number in range(9)
)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("plan", ("--for", "plan")),
        ("plan-narrow", ("--for", "plan", "--narrow")),
        ("apply", ("--for", "apply")),
        ("apply-with-deletes", ("--for", "apply", "--with-deletes")),
    ],
)
def test_the_policy_of_the_quickstart(shell, golden, name, arguments):
    shell.write(QUICKSTART)
    assert shell.run("iam-policy", *arguments).code == 0
    golden(GOLDEN / f"iam-policy-{name}.txt", shell.snapshot())


def test_to_plan_anything_no_spec_is_needed(shell):
    ended = shell.run("iam-policy", "--for", "plan")
    assert (ended.code, ended.err) == (0, "")
    [statement] = json.loads(ended.out)["Statement"]
    assert statement["Resource"] == "*"
    assert all(one.partition(":")[2].startswith(("Get", "List", "Describe")) for one in statement["Action"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "--for"),
        (("--for", "destroy"), "destroy"),
        (("--for", "apply", "--narrow"), "--narrow is for --for plan"),
        (("--for", "plan", "--with-deletes"), "--with-deletes is for --for apply"),
        (("--for", "plan", "--target", "eu"), "--target is for one spec"),
        (("--for", "plan", "--var", "a=b"), "--var is for one spec"),
        (("--for", "apply", "--target", "eu"), "'eu' is no target of this spec"),
    ],
)
def test_a_bad_command_line(shell, arguments, said):
    shell.write(SMALL)
    ended = shell.run("iam-policy", *arguments)
    assert (ended.code, ended.out) == (64, "")
    assert said in ended.err


def test_a_spec_with_errors_has_no_policy(shell):
    shell.write(SMALL.replace("main", "no name"))
    ended = shell.run("iam-policy", "--for", "apply")
    assert (ended.code, ended.out) == (1, "")
    assert "error[invalid-name]" in ended.err


def test_all_targets_or_those_that_are_named(shell):
    """One policy for the regions of one account."""
    shell.write(TWO.replace("ACCOUNT", "123456789012"))
    both = shell.run("iam-policy", "--for", "apply").out
    assert "arn:aws:ses:us-east-1:123456789012:configuration-set/only-here" in both
    assert '"eu-west-1",\n            "us-east-1"' in both
    one = shell.run("iam-policy", "--for", "apply", "--target", "eu").out
    assert "us-east-1" not in one
    assert "only-here" not in one


def test_two_accounts_have_two_policies(shell):
    shell.write(TWO.replace("ACCOUNT", "210987654321"))
    ended = shell.run("iam-policy", "--for", "apply")
    assert ended.code == 64
    assert "choose with --target: eu, us" in ended.err
    assert "210987654321" in shell.run("iam-policy", "--for", "apply", "--target", "us").out


def test_what_deletes_without_the_right_is_said(shell):
    shell.write(f"{SMALL}remove: [configuration_set/old]\n")
    ended = shell.run("iam-policy", "--for", "apply")
    assert "note[policy-without-deletes]: `remove` in the spec may delete" in ended.err
    assert "ses:DeleteConfigurationSet" not in ended.out
    ended = shell.run("iam-policy", "--for", "apply", "--with-deletes")
    assert "policy-without-deletes" not in ended.err
    assert "configuration-set/old" in ended.out


def test_any_role_is_a_right_that_is_said(shell):
    """Only as long as the spec leaves a rule's actions to SES."""
    rule = "receipt: {rule_sets: {inbound: {rules: [{name: keep, scan_enabled: true%s}]}}}\n"
    shell.write(SMALL + rule % "")
    ended = shell.run("iam-policy", "--for", "apply")
    assert "note[policy-any-role]" in ended.err
    assert ":role/*" in ended.out
    shell.write(SMALL + rule % ", actions: [{s3: {bucket: mail}}]")
    ended = shell.run("iam-policy", "--for", "apply")
    assert "policy-any-role" not in ended.err
    assert ":role/*" not in ended.out


def test_many_names_are_a_pattern_and_that_is_said(shell):
    sets = "".join(f"  name-number-{number}: {{sending_enabled: true}}\n" for number in range(100))
    shell.write(f"version: 1\nstack: many\nregion: eu-west-1\naccount: '123456789012'\nconfiguration_sets:\n{sets}")
    ended = shell.run("iam-policy", "--for", "apply")
    assert "note[policy-widened]" in ended.err
    assert "arn:aws:ses:eu-west-1:123456789012:configuration-set/*" in ended.out
    assert "name-number" not in ended.out


def test_what_cannot_be_widened_is_too_long(shell):
    """The policy is printed all the same: inside a role it may be longer."""
    shell.write(LONG)
    ended = shell.run("iam-policy", "--for", "apply")
    assert ended.code == 0
    assert "warning[policy-too-long]" in ended.err
    assert ended.out.count("a-role-with-a-long-name") == 90


@pytest.mark.parametrize(("times", "inside"), [(1, True), (3, False)])
def test_the_way_out_is_one(shell, times, inside):
    """What is longer than a role's own policies may be does not go into the role, and one target cannot be divided."""
    shell.write(LONG.replace("a-role-with-a-long-name", "a-role-with-a-long-name" * times))
    ended = shell.run("iam-policy", "--for", "apply")
    assert ("put it into the role itself (10,240 characters)" in ended.err) is inside
    assert "spread its statements over several policies" in ended.err
    assert "--target" not in ended.err
