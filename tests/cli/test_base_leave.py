"""`--base REV`: what is no diff of the spec gives no leave and is nobody's change: a file that was moved, generated, or
looked at from a hook; and who is not to blame for what is held back.
"""

from __future__ import annotations

import pytest
from cli.conftest import Repository
from cli.test_base import MERGED, whose

REQUIRED = MERGED.replace("OPTIONAL", "REQUIRE")
"""What was merged and never applied: mail would stop by it."""


@pytest.fixture
def repository(empty_repository) -> Repository:
    """What was applied, and a commit on top that was not."""
    empty_repository.commit(MERGED)
    assert empty_repository.run("apply", "mail", "--yes").code == 0
    empty_repository.commit(REQUIRED)
    return empty_repository


def assert_nobodys(repository: Repository, spec: str) -> None:
    ended = repository.run("plan", spec, "--base", "HEAD")
    assert ended.code == 0, ended.err
    assert "1 held back, 1 of them since before" in ended.out
    assert "asked for by this change itself" not in ended.out
    assert "[this change]" not in ended.out


@pytest.mark.parametrize(("old", "new"), [("mail", "post"), ("mail/sesops.yaml", "mail/other.yaml")])
def test_a_spec_that_was_moved_asks_for_nothing_new(repository, old, new):
    """Its folder, or its name."""
    repository.git("mv", old, new)
    assert_nobodys(repository, new)


def test_a_target_that_came_from_another_file(repository):
    """One root file takes up what another had; the place says what is the same target."""
    repository.write("version: 1\nstack: small\ntargets: {us: {region: us-east-1}}\n", "all/sesops.yaml")
    repository.git("add", "all")
    repository.git("commit", "--message", "another root")
    repository.git("rm", "--quiet", "-r", "mail")
    both = "targets: {us: {region: us-east-1}, eu: {region: eu-west-1}}"
    repository.write(REQUIRED.replace("region: eu-west-1", both), "all/sesops.yaml")
    ended = repository.run("plan", "all", "--base", "HEAD", "--target", "eu")
    assert ended.code == 0
    assert "asked for by this change itself" not in ended.out


def test_another_stacks_file_is_not_what_it_was(repository):
    """A new spec is new, whatever else lies in the repository."""
    repository.write(REQUIRED.replace("stack: small", "stack: large"), "large/sesops.yaml")
    ended = repository.run("plan", "large", "--base", "HEAD")
    assert "pending before" not in ended.out


@pytest.mark.parametrize("ignored", ["mail/", "mail/made/"])
def test_what_git_ignores_has_no_revision(repository, ignored):
    """A generated file is in no commit, so everything in it would pass for new."""
    repository.write("configuration_sets: {kept: {}}\n", "mail/made/kept.yaml")
    repository.write("version: 1\nstack: small\nregion: eu-west-1\ninclude: [made/]\n", "mail/sesops.yaml")
    repository.git("add", "mail")
    if ignored == "mail/":
        repository.git("rm", "--quiet", "--cached", "-r", "mail")
    repository.write(f"{ignored}\n", ".gitignore")
    repository.git("add", ".gitignore")
    repository.git("commit", "--message", "generated from now on")
    made = "configuration_sets: {main: {delivery: {tls_policy: REQUIRE}}}\n"
    repository.write(made, "mail/made/more.yaml")
    ended = repository.run("plan", "mail", "--base", "HEAD")
    assert ended.code == 1
    assert "git ignores" in ended.err
    assert "what it asked for at HEAD is not known" in ended.err


def test_from_a_hook(repository):
    """Git tells a hook of its repository by variables that hold for the folder that the hook runs in."""
    repository.monkeypatch.setenv("GIT_DIR", str(repository.folder / ".git"))
    repository.monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
    assert_nobodys(repository, "mail")


def test_no_hook_runs(repository):
    """Git has one for each index that is written."""
    hook = repository.write("#!/bin/sh\ntouch ran\n", ".git/hooks/post-index-change")
    hook.chmod(0o755)
    assert_nobodys(repository, "mail")
    assert not (repository.folder / "ran").exists()


def test_a_target_that_may_have_been_either(repository):
    """Two accounts in one region, and now a target that does not say which: 1, for the leave would be a guess."""
    accounts = '{a: {region: eu-west-1, account: "111111111111"}, b: {region: eu-west-1, account: "222222222222"}}'
    repository.commit(REQUIRED.replace("region: eu-west-1", f"targets: {accounts}"))
    repository.write(REQUIRED, "mail/sesops.yaml")
    ended = repository.run("plan", "mail", "--base", "HEAD")
    assert ended.code == 1
    assert "a and b were both in eu-west-1; which of them" in ended.err


def test_a_part_that_was_held_before_is_not_this_changes_fault(repository):
    """A thing that this change touches elsewhere: 0, for a plan and for what is made of it."""
    more = REQUIRED.replace("main: {sending", "main: {reputation_metrics_enabled: true, sending")
    repository.write(more, "mail/sesops.yaml")
    ended = repository.run("plan", "mail", "--base", "HEAD", "--out", "plan.json")
    assert ended.code == 0
    assert "1 held back, 1 of them since before" in ended.out
    assert repository.run("apply", "plan.json", "--yes").code == 0
    assert repository.run("plan", "mail").code == 3


def test_only_shows_the_leave_of_what_it_takes(repository):
    """What is not made needs none."""
    repository.commit(MERGED)
    repository.write(REQUIRED, "mail/sesops.yaml")
    assert "asked for by this change itself" in repository.run("plan", "mail", "--base", "HEAD").out
    ended = repository.run("plan", "mail", "--base", "HEAD", "--only", "configuration_set/quiet")
    assert "asked for by this change itself" not in ended.out


UNTIL = "allow: [{address: configuration_set/main, to: stop_mail, until: 2099-01-01}]\n"


def test_changed_shows_what_a_new_line_of_allow_lets_through(repository):
    """It has waited for that, and would be made on merge."""
    repository.write(REQUIRED + UNTIL, "mail/sesops.yaml")
    assert whose(repository.plan("--base", "HEAD", "--changed")) == {"configuration_set/main": "pending_before"}
    repository.commit(REQUIRED + UNTIL)
    assert repository.plan("--base", "HEAD", "--changed")["changes"] == []


def test_changed_with_another_stack_touches_everything(repository):
    """Each thing is another's then."""
    repository.write(REQUIRED.replace("stack: small", "stack: large"), "mail/sesops.yaml")
    whole, changed = repository.plan("--base", "HEAD"), repository.plan("--base", "HEAD", "--changed")
    assert changed["summary"]["held_back"] == whole["summary"]["held_back"] > 0


@pytest.mark.parametrize("changed", [(), ("--changed",)])
def test_what_a_glob_takes_anew_is_this_changes(repository, changed):
    """The line stood there before; that the thing is out of the spec is new."""
    glob = MERGED + 'domains: {x.example.com: {}}\nremove: ["domain/x.*"]\n'
    repository.commit(glob)
    assert repository.run("apply", "mail", "--yes").code == 0
    repository.write(glob.replace("x.example.com: {}", ""), "mail/sesops.yaml")
    target = repository.plan("--base", "HEAD", *changed)
    assert whose(target) == {"domain/x.example.com": "this_change"}
    assert target["left_over"] == []


def test_changed_knows_the_lines_that_stood_there_before(repository):
    """What they name is neither left over nor another spec's."""
    down = "version: 1\nstack: small\nregion: eu-west-1\nconfiguration_sets: {%s}\nremove:\n" + "".join(
        f"  - {one}\n"
        for one in (
            "configuration_set/main",
            "configuration_set/other",
            "configuration_set/quiet",
            "topic/feedback",
        )
    )
    repository.commit(down % "")
    repository.write(down % "new: {}", "mail/sesops.yaml")
    target = repository.plan("--base", "HEAD", "--changed")
    assert (target["refusals"], target["left_over"]) == ([], [])
    assert whose(target) == {"configuration_set/new": "this_change"}


def test_changed_and_only_of_what_is_not_touched(repository):
    """The spec has it, and there is nothing to do."""
    repository.write(REQUIRED + "  new: {}\n", "mail/sesops.yaml")
    ended = repository.run("plan", "mail", "--base", "HEAD", "--changed", "--only", "configuration_set/main")
    assert (ended.code, "No changes" in ended.out) == (0, True)
