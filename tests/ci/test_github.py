"""examples/ci/github: the workflows' own shell, on the embedded SES, with a forge that is a file."""

from __future__ import annotations

import pytest
from ci.actions import REPOSITORY, Actions
from ci.conftest import BRANCH, EVIL, MAIN, Place

MARKER = "<!-- sesops-plan acme-mail -->"


def pull_request(place: Place, number: int = 1, *, repository: str = REPOSITORY) -> Actions:
    """Pull request 7, of branch `change`; its merge is checked out."""
    head = place.git("rev-parse", "change")
    pull = {"number": 7, "head": {"sha": head, "repo": {"full_name": repository}}}
    return Actions(
        place, {"sha": place.merge(), "head": head, "repository": REPOSITORY, "event": {"pull_request": pull}}, number
    )


def push(place: Place, number: int = 9, *, squashed: bool = False) -> Actions:
    """Pull request 7 was merged."""
    head, before = place.git("rev-parse", "change"), place.git("rev-parse", "main")
    after = place.merge()
    if squashed:
        place.git("reset", "--quiet", "--soft", before)
        after = place.commit((place.folder / "sesops.yaml").read_text(encoding="utf-8"))
    place.git("branch", "--force", "main", after)
    place.tell(newest=after, pulls={after: [{"number": 7, "merge_commit_sha": after, "head": {"sha": head}}]})
    return Actions(place, {"sha": after, "head": after, "repository": REPOSITORY, "event": {"before": before}}, number)


def planned(place: Place) -> None:
    """Pull request 7 was planned."""
    assert not pull_request(place).job("sesops-plan", "plan").failed


def test_a_pull_request_has_one_comment_and_a_plan(place):
    """The comment is updated in place; one of somebody else that begins alike is left alone."""
    theirs = {"id": 1, "pull": 7, "user": {"login": "somebody"}, "body": f"{MARKER} me too"}
    place.tell(comments=[theirs])
    first = pull_request(place, 1)
    ran = first.job("sesops-plan", "plan")
    assert (ran.failed, ran.role) == (False, "SES_READ_ROLE")
    place.tell(comments=[*place.state["comments"], {**theirs, "id": 2}])
    place.git("checkout", "--quiet", "change")
    place.commit(BRANCH.replace("other: {}", "third: {}"))
    second = pull_request(place, 2)
    assert not second.job("sesops-plan", "plan").failed
    untouched, ours, last = place.state["comments"]
    assert (untouched, last) == (theirs, {**theirs, "id": 2})
    assert ours["body"].startswith(MARKER)
    assert "configuration_set/third" in ours["body"]
    assert [one["name"] for one in place.state["artefacts"]] == [
        f"sesops-plan-{one.github['head']}" for one in (first, second)
    ]
    assert not place.is_applied()


def test_the_plan_is_of_this_change_alone(place):
    """Main went on since the event was made: what it merged meanwhile is none of this change's doing."""
    pull_request(place)
    place.git("checkout", "--quiet", "main")
    place.commit(MAIN + "  meanwhile: {}\n")
    assert not pull_request(place).job("sesops-plan", "plan").failed
    (comment,) = place.state["comments"]
    assert "1 this change, 1 pending before" in comment["body"]


def test_what_is_held_back_fails_the_check_and_is_shown(place):
    """A merge would not make it: the reviewer sees why."""
    place.git("checkout", "--quiet", "change")
    place.commit(BRANCH.replace("  other: {}\n", "") + "remove: [configuration_set/*]\n")
    assert pull_request(place).job("sesops-plan", "plan").failed
    (comment,) = place.state["comments"]
    assert "held back" in comment["body"]
    assert "::error file=sesops.yaml,line=" in "".join(place.said)
    assert "held back" in (place.forge / "summary.md").read_text(encoding="utf-8")


def test_a_spec_with_errors_is_not_planned(place):
    """The check fails, and nothing is kept or shown that could be taken for a plan of it."""
    place.git("checkout", "--quiet", "change")
    place.commit(BRANCH + "typo: {}\n")
    actions = pull_request(place)
    assert actions.job("sesops-plan", "validate").failed
    assert actions.job("sesops-plan", "plan").failed
    assert (place.state["comments"], place.state["artefacts"]) == ([], [])


def test_a_fork_is_validated_and_no_more(place):
    """It is given no role."""
    actions = pull_request(place, repository="somebody/ses")
    validated = actions.job("sesops-plan", "validate")
    assert (validated.failed, validated.role) == (False, None)
    assert actions.job("sesops-plan", "plan").skipped


def test_a_merge_makes_the_plan_that_was_reviewed(place):
    """Nobody is asked again; squashed or not, it is the spec that was planned."""
    planned(place)
    actions = push(place, squashed=True)
    ran = actions.job("sesops-apply", "apply")
    assert (ran.failed, ran.role, ran.outputs) == (False, "SES_WRITE_ROLE", {"waits": ""})
    assert place.is_applied()
    assert "Plan again" not in ran.steps
    assert actions.job("sesops-apply", "approved").skipped


def test_a_plan_that_is_stale_waits_for_an_approval(place):
    """Main has another spec than the one that was planned: nothing is made before the new plan is approved."""
    planned(place)
    place.git("checkout", "--quiet", "main")
    place.commit(MAIN + "  meanwhile: {}\n")
    actions = push(place)
    ran = actions.job("sesops-apply", "apply")
    assert (ran.failed, ran.outputs) == (False, {"waits": "true"})
    assert not place.is_applied()
    (comment,) = place.state["comments"]
    assert "configuration_set/meanwhile" in comment["body"]
    approved = actions.job("sesops-apply", "approved")
    assert (approved.skipped, approved.failed, approved.role) == (False, False, "SES_WRITE_ROLE")
    assert place.is_applied()


def test_no_plan_but_the_reviewed_one_is_taken(place):
    """An artefact of the right name proves nothing: a fork's run can leave one, and so can another branch's."""
    planned(place)
    (made,) = place.state["artefacts"]
    run = made["workflow_run"]
    forged = [{**run, "head_repository_id": 2}, {**run, "head_sha": "0" * 40}]
    place.tell(artefacts=[{**made, "workflow_run": one} for one in forged])
    ran = push(place).job("sesops-apply", "apply")
    assert (ran.failed, ran.outputs) == (False, {"waits": "true"})
    assert not place.is_applied()


def test_a_plan_of_what_nobody_reviewed_is_not_made(place):
    """A run at that very commit may still have been another's: of a pull request to a branch with workflows of its own.
    Its artefact brings a spec along, too.
    """
    planned(place)
    place.forged(EVIL)
    (made,) = place.state["artefacts"]
    (place.forge / "artefacts" / str(made["id"]) / "sesops.yaml").write_text(EVIL, encoding="utf-8")
    ran = push(place).job("sesops-apply", "apply")
    assert (ran.failed, ran.outputs) == (False, {"waits": "true"})
    assert place.names() == ["main", "other"]
    (comment,) = place.state["comments"]
    assert "evil" not in comment["body"]


@pytest.mark.parametrize("job", ["apply", "approved"])
def test_what_is_run_again_late_does_not_make_main_as_it_was(place, job):
    """Main has undone it since: its plan would hold once more."""
    planned(place)
    if job == "approved":
        place.tell(artefacts=[])
    actions = push(place)
    ran = actions.job("sesops-apply", "apply")
    assert (ran.failed, place.is_applied()) == (False, job == "apply")
    place.by_hand(metrics=True)
    place.tell(newest="0" * 40)
    assert actions.job("sesops-apply", job).failed
    assert "has gone on since" in place.said[-1]
    assert not place.is_applied()


def test_of_two_pull_requests_that_a_merge_closed_one_is_taken(place):
    """The second brought nothing that the first did not have."""
    planned(place)
    actions = push(place)
    (after, (first,)) = next(iter(place.state["pulls"].items()))
    place.tell(pulls={after: [first, {**first, "number": 8, "head": {"sha": "0" * 40}}]})
    ran = actions.job("sesops-apply", "apply")
    assert (ran.failed, ran.outputs, place.is_applied()) == (False, {"waits": ""}, True)


def test_leave_of_the_change_itself_is_made_on_merge(place):
    """The plan has it by its base, and so has the merge."""
    place.git("checkout", "--quiet", "change")
    place.commit(MAIN.replace("sending_enabled: true", "sending_enabled: false"))
    planned(place)
    ran = push(place).job("sesops-apply", "apply")
    assert (ran.failed, ran.outputs) == (False, {"waits": ""})
    assert place.call("get_configuration_set", ConfigurationSetName="main")["SendingOptions"] == {
        "SendingEnabled": False
    }


def test_nothing_waits_where_nothing_is_left(place):
    """Somebody made the change by hand, and the plan is gone."""
    place.by_hand(metrics=False)
    actions = push(place)
    ran = actions.job("sesops-apply", "apply")
    assert (ran.failed, ran.outputs) == (False, {"waits": ""})
    assert actions.job("sesops-apply", "approved").skipped


def test_an_artefact_that_was_changed_is_not_made(place):
    """Its digest is another."""
    planned(place)
    (made,) = place.state["artefacts"]
    with (place.forge / "artefacts" / str(made["id"]) / "plan.json").open("a", encoding="utf-8") as file:
        file.write("\n")
    assert push(place).job("sesops-apply", "apply").failed
    assert not place.is_applied()


def test_drift_is_one_issue(place):
    """Opened, kept up to date, and closed when there is none."""
    place.git("checkout", "--quiet", "main")

    def look() -> list[dict]:
        actions = Actions(place, {"sha": place.git("rev-parse", "HEAD"), "repository": REPOSITORY})
        ran = actions.job("sesops-drift", "drift")
        assert (ran.failed, ran.role) == (False, "SES_READ_ROLE")
        return place.state["issues"]

    assert look() == []
    place.by_hand(metrics=False)
    (issue,) = look()
    assert "drift: 1 changed" in issue["body"]
    place.call("delete_configuration_set", ConfigurationSetName="other")
    (issue,) = look()
    assert ("drift: 1 changed, 1 gone" in issue["body"], issue["state"]) == (True, "open")
    place.by_hand(metrics=True)
    place.call("create_configuration_set", ConfigurationSetName="other")
    (issue,) = look()
    assert issue["state"] == "closed"


def test_drift_that_is_not_known_is_no_issue(place):
    """The workflow fails, and the issue stays as it is."""
    place.git("checkout", "--quiet", "main")
    place.environment["SESOPS_EMULATOR"] = str(place.folder)
    ran = Actions(place, {"sha": "0" * 40, "repository": REPOSITORY}).job("sesops-drift", "drift")
    assert ran.failed
    assert place.state["issues"] == []
