"""`apply PLANFILE --spec SPEC`: whoever made the file, no more is made than the spec asks for and gives leave for."""

from __future__ import annotations

import json

import pytest
from cli.conftest import SMALL, Repository, Shell
from cli.test_base import MERGED
from cli.test_saved import edited

HEAD = "version: 1\nstack: small\nregion: eu-west-1\n"
EVIL = SMALL.replace("sending_enabled: true", "sending_enabled: false") + "  evil: {}\n"
REQUIRED = MERGED.replace("OPTIONAL", "REQUIRE")
AGAIN = ("apply", "plan.json", "--yes", "--spec")


@pytest.fixture
def planned(shell: Shell) -> Shell:
    """A shell with the small spec in a folder of its own, and its plan in plan.json."""
    shell.write(SMALL, "mail/sesops.yaml")
    assert shell.run("plan", "mail", "--out", "plan.json").code == 0
    return shell


def steps(shell: Shell) -> list[dict]:
    plan = json.loads((shell.folder / "plan.json").read_text(encoding="utf-8"))
    return [step for target in plan["targets"] for change in target["changes"] for step in change["steps"]]


def digest(shell: Shell) -> str:
    return json.loads((shell.folder / "plan.json").read_text(encoding="utf-8"))["targets"][0]["digest"]


def test_a_plan_of_the_spec_is_made(planned):
    """Wherever that lies, and again with nothing left to do."""
    assert planned.run(*AGAIN, "mail").code == 0
    assert planned.run("plan", "mail", "--detailed-exitcode").code == 0
    again = planned.run(*AGAIN, "mail/sesops.yaml")
    assert (again.code, "No changes" in again.out) == (0, True)


@pytest.mark.parametrize("stack", ["small", "other"])
def test_a_plan_of_another_spec_is_not_made(planned, stack):
    """One that is whole in itself, and says that it is of this spec or of another stack."""
    reviewed = digest(planned)
    planned.write(EVIL.replace("stack: small", f"stack: {stack}"), "evil/sesops.yaml")
    assert planned.run("plan", "evil", "--out", "plan.json").code == 0
    edited(planned, lambda plan: plan["targets"][0].update(digest=reviewed))
    ended = planned.run(*AGAIN, "mail")
    assert (ended.code, planned.call("sesv2.list_configuration_sets")["ConfigurationSets"]) == (4, []), ended.err
    # By itself it holds: it is what it shows.
    assert planned.run("apply", "plan.json", "--yes").code == 0


@pytest.mark.parametrize(
    "other",
    [{"region": "us-east-1"}, {"role_arn": "arn:aws:iam::123456789012:role/other"}, {"digest": "0"}, {"target": "eu"}],
    ids=lambda other: next(iter(other)),
)
def test_a_plan_for_elsewhere_is_not_made(planned, other):
    edited(planned, lambda plan: plan["targets"][0].update(other))
    ended = planned.run(*AGAIN, "mail")
    assert (ended.code, "is no plan of mail/sesops.yaml as it is now" in ended.err) == (4, True), ended.err


def test_a_spec_with_errors_is_none_to_hold_to(planned):
    planned.write(SMALL + "typo: {}\n", "mail/sesops.yaml")
    assert planned.run(*AGAIN, "mail").code == 1


def test_leave_that_the_file_alone_has_is_none(applied):
    """It deletes, and the spec does not name what: gone from the spec is no leave."""
    shell = applied(SMALL)
    less = SMALL.replace("  other: {}\n", "")
    assert less != SMALL
    shell.write(less)
    reviewed_of = shell.run("plan", "--out", "plan.json")
    assert reviewed_of.code == 0
    reviewed = digest(shell)
    shell.write(less + "remove: [configuration_set/other]\n", "evil/sesops.yaml")
    assert shell.run("plan", "evil", "--out", "plan.json").code == 0
    edited(shell, lambda plan: plan["targets"][0].update(digest=reviewed))
    shell.run(*AGAIN, ".")
    assert "other" in shell.call("sesv2.list_configuration_sets")["ConfigurationSets"]


def test_the_diff_of_a_change_is_leave_by_its_base(empty_repository: Repository):
    """Worked out again: what the file says of it is not enough."""
    repository = empty_repository
    repository.commit(MERGED)
    assert repository.run("apply", "mail", "--yes").code == 0
    repository.commit(REQUIRED)
    assert repository.run("plan", "mail", "--base", "HEAD^", "--out", "plan.json").code == 0
    ended = repository.run(*AGAIN, "mail")
    assert (ended.code, "hint: give --base " in ended.err) == (64, True), ended.err
    assert repository.run(*AGAIN, "mail", "--base", "HEAD").code == 3
    assert repository.run("plan", "mail").code == 3
    assert repository.run(*AGAIN, "mail", "--base", "HEAD^").code == 0
    assert repository.run("plan", "mail", "--detailed-exitcode").code == 0


@pytest.mark.parametrize("held_to", [(), ("--spec", "mail", "--base", "HEAD^")])
def test_what_only_the_base_names_is_nothing_that_a_plan_rests_on(empty_repository: Repository, held_to):
    """A set goes together with the words of a domain that named it: the file is made by what is asked for now."""
    repository = empty_repository
    repository.commit(
        f"{HEAD}configuration_sets: {{news: {{}}}}\ndomains: {{example.com: {{configuration_set: news}}}}\n"
    )
    assert repository.run("apply", "mail", "--yes").code == 0
    repository.commit(f"{HEAD}domains: {{example.com: {{}}}}\nremove: [configuration_set/news]\n")
    assert repository.run("plan", "mail", "--base", "HEAD^", "--out", "plan.json").code == 0
    ended = repository.run("apply", "plan.json", "--yes", *held_to)
    assert ended.code == 0, ended.err
    assert repository.call("sesv2.list_configuration_sets")["ConfigurationSets"] == []


def test_the_order_of_steps_hangs_on_nothing_of_the_base(empty_repository):
    """Which is read by itself: a set is made active behind the deletes in it, whatever was asked of it before."""
    repository = empty_repository
    rule = "{name: old, recipients: all, actions: [{stop: {}}]}"
    repository.commit(f"{HEAD}receipt: {{rule_sets: {{inbound: {{rules: [{rule}]}}}}}}\n")
    assert repository.run("apply", "mail", "--yes").code == 0
    receipt = "receipt: {rule_sets: {inbound: {}}, active_rule_set: inbound}"
    repository.commit(f"{HEAD}{receipt}\nremove: [receipt_rule/inbound/old]\n")
    made = repository.run("plan", "mail", "--base", "HEAD^", "--out", "plan.json")
    assert made.code == 0, made.err
    needs = {one["facet"]: one["needs"] for one in steps(repository)}
    assert needs["active"] == ["receipt_rule/inbound/old#delete"]
    assert repository.run("apply", "plan.json", "--yes", "--spec", "mail").code == 0


def test_variables_are_given_again(shell):
    """A spec is not what it was made of without them."""
    shell.write(SMALL.replace("sending_enabled: true", 'sending_enabled: "${on}"') + "vars: {on: true}\n")
    assert shell.run("plan", "--var", "on=false", "--out", "plan.json").code == 0
    assert shell.run(*AGAIN, ".").code == 4
    assert shell.run(*AGAIN, ".", "--var", "on=false").code == 0


def test_what_is_known_by_a_secret_is_found_again(shell, monkeypatch):
    """By the name that the secret makes; with another one, the plan is stale."""
    monkeypatch.setenv("HOOK", "https://hooks.example.com/one")
    hook = "{protocol: https, endpoint: {env: HOOK}}"
    shell.write(f"{SMALL}topics:\n  feedback:\n    subscriptions:\n      - {hook}\n")
    assert shell.run("plan", "--out", "plan.json").code == 0
    monkeypatch.setenv("HOOK", "https://hooks.example.com/two")
    assert shell.run(*AGAIN, ".").code == 4
    monkeypatch.setenv("HOOK", "https://hooks.example.com/one")
    assert shell.run(*AGAIN, ".").code == 0


def test_a_list_is_that_of_the_spec(shell):
    """Which may lie anywhere; another list by then is another plan."""
    spec = f"{SMALL}suppressions: {{present: {{entries: [gone@example.com]}}}}\n"
    shell.write(spec, "mail/sesops.yaml")
    assert shell.run("plan", "mail", "--out", "plan.json").code == 0
    shell.write(spec.replace("gone@", "other@"), "mail/sesops.yaml")
    assert shell.run(*AGAIN, "mail").code == 4
    shell.write(spec, "mail/sesops.yaml")
    assert shell.run(*AGAIN, "mail").code == 0
    assert shell.run("plan", "mail", "--detailed-exitcode").code == 0


def test_every_target_is_held_to_its_own(shell):
    two = SMALL.replace("region: eu-west-1", "targets: {eu: {region: eu-west-1}, us: {region: us-east-1}}")
    shell.write(two)
    assert shell.run("plan", "--out", "plan.json").code == 0

    def swapped(document: dict) -> None:
        one, other = document["targets"]
        one["region"], other["region"] = other["region"], one["region"]

    edited(shell, swapped)
    assert shell.run(*AGAIN, ".").code == 4
    edited(shell, swapped)
    assert shell.run(*AGAIN, ".").code == 0


def test_a_spec_goes_with_a_plan_alone(planned):
    ended = planned.run("apply", "mail", "--yes", "--spec", "mail")
    assert (ended.code, "goes with a saved plan" in ended.err) == (64, True)
    assert planned.run(*AGAIN, "mail", "--only", "configuration_set/main").code == 64
