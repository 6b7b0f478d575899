"""`--base REV`: whose each change is, what the change of the spec gives leave for, what it took out, and what it touches."""

from __future__ import annotations

import json
import re

import pytest
from cli.conftest import GOLDEN, Repository

MERGED = """version: 1
stack: small
region: eu-west-1
topics: {feedback: {}}
configuration_sets:
  main: {sending_enabled: true, delivery: {tls_policy: OPTIONAL, max_delivery_seconds: 3600}}
  other: {event_destinations: {old: {events: [BOUNCE], sns: feedback}}}
  quiet: {sending_enabled: true}
"""
BRANCH = MERGED.replace("OPTIONAL", "REQUIRE").replace("  other: {event", "  another: {event")


@pytest.fixture
def repository(empty_repository) -> Repository:
    """The merged spec, committed and applied."""
    empty_repository.commit(MERGED)
    assert empty_repository.run("apply", "mail", "--yes").code == 0
    return empty_repository


def whose(target: dict) -> dict[str, str]:
    return {one["address"]: one["whose"] for one in target["changes"]}


def test_this_change_apart_from_a_click(repository, golden):
    """Nobody is blamed for another's click; what the change asks for is leave; what it took out is left over."""
    repository.sending("quiet", enabled=False)
    repository.sending("main", enabled=False)
    repository.write(BRANCH, "mail/sesops.yaml")
    assert repository.run("plan", "mail", "--base", "HEAD").code == 0
    golden(GOLDEN / "base-plan.txt", repository.shown())
    assert repository.run("plan", "mail").code == 3


def test_markdown_says_whose(repository):
    """On the line of each change, and in the counts."""
    repository.write(BRANCH, "mail/sesops.yaml")
    said = repository.run("plan", "mail", "--base", "HEAD", "--format", "markdown").out
    assert "<i>this change</i>" in said
    assert "asked for by this change itself: delivery.tls_policy of configuration_set/main" in said
    assert re.search(r"Since [0-9a-f]{12}: 3 this change", said)


def test_what_was_held_before_is_not_this_changes_fault(repository):
    """3 without `--base`, where a click stopped mail that only leave can stop again; 0 for a change beside it."""
    repository.by_hand("PutConfigurationSetDeliveryOptions", ConfigurationSetName="main", TlsPolicy="OPTIONAL")
    repository.commit(MERGED.replace("OPTIONAL", "REQUIRE"))
    repository.write(MERGED.replace("OPTIONAL", "REQUIRE") + "  new: {}\n", "mail/sesops.yaml")
    assert repository.run("plan", "mail").code == 3
    ended = repository.run("plan", "mail", "--base", "HEAD", "--out", "plan.json")
    assert ended.code == 0
    assert "1 held back, 1 of them since before" in ended.out
    assert repository.run("apply", "plan.json", "--yes").code == 0


def test_merged_or_moved_by_hand(repository):
    """With the revision that was applied last, what was pending before is told apart."""
    applied = repository.git("rev-parse", "HEAD")
    merged = repository.commit(MERGED.replace("3600", "7200"))
    repository.sending("quiet", enabled=False)
    repository.write(MERGED.replace("3600", "7200") + "  new: {}\n", "mail/sesops.yaml")
    assert whose(repository.plan("--base", merged, "--applied", applied)) == {
        "configuration_set/main": "merged_not_applied",
        "configuration_set/new": "this_change",
        "configuration_set/quiet": "moved_by_hand",
    }


def test_both(repository):
    """The change asks for another value than the one that was pending."""
    repository.by_hand("PutConfigurationSetDeliveryOptions", ConfigurationSetName="main", MaxDeliverySeconds=600)
    repository.write(MERGED.replace("3600", "7200"), "mail/sesops.yaml")
    (change,) = repository.plan("--base", "HEAD")["changes"]
    assert (change["whose"], {one["path"]: one["whose"] for one in change["fields"]}) == (
        "both",
        {"delivery.max_delivery_seconds": "both"},
    )


def test_only_what_the_change_touches(repository):
    """A click elsewhere is not even read; what the touched thing needs is."""
    repository.sending("quiet", enabled=False)
    repository.write(BRANCH, "mail/sesops.yaml")
    target = repository.plan("--base", "HEAD", "--changed")
    assert whose(target) == {
        "configuration_set/another": "this_change",
        "configuration_set/main": "this_change",
        "event_destination/another/old": "this_change",
    }
    assert (target["left_over"], target["refusals"]) == (["configuration_set/other"], [])
    assert "configuration_set/quiet" not in repository.run("plan", "mail", "--base", "HEAD", "--changed").out


def test_a_change_that_touches_nothing(repository):
    """A comment is no change."""
    repository.write(MERGED + "# why\n", "mail/sesops.yaml")
    assert repository.run("plan", "mail", "--base", "HEAD", "--changed", "--detailed-exitcode").code == 0


def test_a_saved_plan_keeps_the_leave(repository):
    """Made on the pull request, applied on merge; the leave of its own diff holds, and no other field's."""
    repository.write(BRANCH, "mail/sesops.yaml")
    assert repository.run("plan", "mail", "--base", "HEAD", "--out", "plan.json").code == 0
    own = json.loads((repository.folder / "plan.json").read_text())["targets"][0]["leave"]["own"]
    assert own == [["configuration_set/main", "delivery.tls_policy"]]
    assert repository.run("apply", "plan.json", "--yes").code == 0
    assert repository.plan("--detailed-exitcode")["changes"] == []


def test_apply_of_a_spec_against_a_base(repository):
    """As `plan`."""
    repository.write(BRANCH, "mail/sesops.yaml")
    assert repository.run("apply", "mail", "--yes").code == 3
    assert repository.run("apply", "mail", "--base", "HEAD", "--yes").code == 0


def test_a_delete_is_this_changes_own(repository):
    """A line of `remove` that stood there before is pending before."""
    without = MERGED.replace("  quiet: {sending_enabled: true}\n", "")
    repository.write(without + "remove: [configuration_set/quiet]\n", "mail/sesops.yaml")
    assert whose(repository.plan("--base", "HEAD")) == {"configuration_set/quiet": "this_change"}
    repository.commit(without + "remove: [configuration_set/quiet]\n")
    assert whose(repository.plan("--base", "HEAD")) == {"configuration_set/quiet": "pending_before"}
    target = repository.plan("--base", "HEAD", "--changed")
    assert target["changes"] == []


def test_a_spec_that_is_new(repository):
    """Where there was none, all is this change's."""
    repository.write("version: 1\nstack: fresh\nregion: eu-west-1\nconfiguration_sets: {x: {}}\n", "fresh/sesops.yaml")
    ended = repository.run("plan", "fresh", "--base", "HEAD")
    assert ended.code == 0
    assert "[this change]" in ended.out


@pytest.mark.parametrize(
    ("name", "arguments"),
    {
        "no-such-revision": ["--base", "nowhere"],
        "an-option-as-revision": ["--base", "--all"],
        "applied-without-base": ["--applied", "HEAD"],
        "changed-without-base": ["--changed"],
    }.items(),
)
def test_what_is_wrong_with_a_revision(repository, golden, name, arguments):
    """A sentence and what to do."""
    repository.run("plan", "mail", *arguments)
    golden(GOLDEN / f"base-{name}.txt", repository.snapshot())


def test_outside_a_repository(shell, golden, monkeypatch):
    """1, and why."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(shell.folder.parent))
    shell.write(MERGED)
    assert shell.run("plan", "--base", "HEAD").code == 1
    assert "not a git repository" in shell.ended[-1][1].err


def test_a_base_with_errors(repository):
    """1: what the change asks for is not known, and nobody is given leave by mistake."""
    repository.commit(MERGED.replace("OPTIONAL", "SOMETIMES"))
    repository.write(MERGED, "mail/sesops.yaml")
    ended = repository.run("plan", "mail", "--base", "HEAD")
    assert ended.code == 1
    assert "the spec has errors at HEAD" in ended.err


def test_neither_the_folder_nor_the_index_is_touched(repository):
    """What is staged stays staged, what is changed stays changed."""
    repository.write(BRANCH, "mail/sesops.yaml")
    repository.git("add", "mail")
    repository.write(BRANCH + "# more\n", "mail/sesops.yaml")
    before = repository.git("status", "--porcelain=v2", "--untracked-files=all")
    assert repository.run("plan", "mail", "--base", "HEAD").code == 0
    assert repository.git("status", "--porcelain=v2", "--untracked-files=all") == before


def test_a_rule_that_was_taken_out_is_left_over(repository):
    """It has no tag, and without the base it is extra: nothing of ours that anybody knows of."""
    text = (
        "version: 1\nstack: rules\nregion: eu-west-1\n"
        "receipt: {rule_sets: {inbound: {rules: [{name: a, recipients: all, actions: [{stop: {}}]}%s]}}}\n"
    )
    repository.commit(text % ", {name: b, recipients: [x@example.com], actions: [{stop: {}}]}")
    assert repository.run("apply", "mail", "--yes").code == 0
    repository.write(text % "", "mail/sesops.yaml")
    target = repository.plan("--base", "HEAD")
    assert (target["left_over"], target["extra"]) == (["receipt_rule/inbound/b"], [])
    target = repository.plan()
    assert (target["left_over"], target["extra"]) == ([], ["receipt_rule/inbound/b"])


STRICT = """version: 1
stack: small
region: eu-west-1
configuration_sets:
  main: {strict: true, event_destinations: {kept: BUS, old: BUS}}
  plain: {event_destinations: {kept: BUS, old: BUS}}
domains: {example.com: {}}
""".replace("BUS", "{events: [SEND], eventbridge: default}")
OLD = ", old: {events: [SEND], eventbridge: default}"


@pytest.fixture
def strict(empty_repository) -> Repository:
    empty_repository.commit(STRICT)
    assert empty_repository.run("apply", "mail", "--yes").code == 0
    return empty_repository


@pytest.mark.parametrize("changed", [(), ("--changed",)])
def test_what_is_taken_out_of_a_strict_thing_goes_by_this_change(strict, changed):
    """Out of another one it is left over; what somebody added by hand is nobody's change."""
    strict.write(STRICT.replace(OLD, ""), "mail/sesops.yaml")
    plan = strict.plan("--base", "HEAD", *changed)
    assert whose(plan) == {"event_destination/main/old": "this_change"}
    assert [one["action"] for one in plan["changes"]] == ["delete"]
    assert plan["left_over"] == ["event_destination/plain/old"]


@pytest.mark.parametrize("changed", [(), ("--changed",)])
def test_a_thing_that_becomes_strict_is_touched(strict, changed):
    """What it has too much goes by this change."""
    strict.commit(STRICT.replace(OLD, ""))
    strict.write(STRICT.replace(OLD, "").replace("plain: {", "plain: {strict: true, "), "mail/sesops.yaml")
    found = whose(strict.plan("--base", "HEAD", *changed))
    assert found["event_destination/plain/old"] == "this_change"
    # Extra in the other one too, and since before.
    assert found.get("event_destination/main/old") == (None if changed else "pending_before")


def test_to_be_strict_is_no_leave_to_stop_mail(strict):
    """No line of the change asks for the field."""
    strict.by_hand("PutEmailIdentityDkimAttributes", EmailIdentity="example.com", SigningEnabled=True)
    attributes = {"DomainSigningSelector": "s1", "DomainSigningPrivateKey": "YWJj"}
    strict.by_hand(
        "PutEmailIdentityDkimSigningAttributes",
        EmailIdentity="example.com",
        SigningAttributesOrigin="EXTERNAL",
        SigningAttributes=attributes,
    )
    strict.write(STRICT.replace("example.com: {}", "example.com: {strict: true}"), "mail/sesops.yaml")
    held = [one for one in strict.plan("--base", "HEAD")["changes"] if one["impact"] == "stops_mail"]
    assert [(one["address"], one["steps"][0]["state"]) for one in held] == [("domain/example.com", "held")]
