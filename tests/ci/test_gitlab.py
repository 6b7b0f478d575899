"""examples/ci/gitlab: the jobs' own shell, on the embedded SES, with a forge that is a file."""

from __future__ import annotations

from ci.conftest import BRANCH, EVIL, MAIN, Place
from ci.gitlab import Pipeline

MARKER = "<!-- sesops-plan acme-mail -->"
STALE = 4


def merge_request(place: Place, number: int = 1) -> Pipeline:
    """Merge request 7, of branch `change`, which is checked out."""
    place.git("checkout", "--quiet", "--detach", "change")
    base = place.git("merge-base", "main", "change")
    ran = {"id": number, "iid": 7, "project_id": 1, "source": "merge_request_event"}
    place.tell(pipelines=[*place.state["pipelines"], ran])
    return Pipeline(place, {"CI_MERGE_REQUEST_IID": "7", "CI_MERGE_REQUEST_DIFF_BASE_SHA": base}, number)


def push(place: Place, number: int = 9) -> Pipeline:
    """Merge request 7 was merged."""
    before, after = place.git("rev-parse", "main"), place.merge()
    place.git("branch", "--force", "main", after)
    place.tell(
        newest=after, pulls={after: [{"iid": 7, "merge_commit_sha": after, "squash_commit_sha": None, "sha": "0" * 40}]}
    )
    return Pipeline(place, {"CI_COMMIT_SHA": after, "CI_COMMIT_BEFORE_SHA": before}, number)


def test_a_merge_request_has_one_note_and_its_plan_is_made_on_merge(place):
    """The note is updated in place, one of somebody else is left alone; of two plans the last is made."""
    theirs = {"id": 1, "pull": 7, "author": {"username": "somebody"}, "body": f"{MARKER} me too"}
    place.tell(comments=[theirs])
    assert merge_request(place, 1).run("validate") == 0
    first = merge_request(place, 1)
    assert (first.run("plan"), first.roles) == (0, "read")
    assert (place.forge / "token").read_text(encoding="utf-8") == "id-token"
    place.git("checkout", "--quiet", "change")
    place.commit(BRANCH.replace("other: {}", "third: {}"))
    assert merge_request(place, 2).run("plan") == 0
    untouched, ours = place.state["comments"]
    assert untouched == theirs
    assert ours["body"].startswith(MARKER)
    assert "configuration_set/third" in ours["body"]
    assert not place.is_applied()
    merged = push(place)
    assert (merged.run("apply"), merged.roles) == (0, "write")
    assert place.is_applied()
    assert merged.run("approve") == 0
    assert "nothing to approve" in place.said[-1]


def test_a_plan_that_is_stale_waits_for_an_approval(place):
    """Main has another spec than the one that was planned: nothing is made before somebody starts `approve`."""
    assert merge_request(place).run("plan") == 0
    place.git("checkout", "--quiet", "main")
    place.commit(MAIN + "  meanwhile: {}\n")
    merged = push(place)
    assert merged.run("apply") == STALE
    assert not place.is_applied()
    (note,) = place.state["comments"]
    assert "configuration_set/meanwhile" in note["body"]
    assert merged.run("approve", fetched=("again.json",)) == 0
    assert place.is_applied()


def test_without_a_plan_nothing_is_made(place):
    """A merge request that was never planned, or none at all: another plan waits; and none where nothing is left."""
    merged = push(place)
    assert merged.run("apply") == STALE
    place.tell(pulls={})
    assert merged.run("apply") == STALE
    assert not place.is_applied()
    place.by_hand(metrics=False)
    assert merged.run("apply") == 0


def test_a_plan_of_what_nobody_reviewed_is_not_made(place):
    """Whatever the job's artefact says of itself."""
    assert merge_request(place).run("plan") == 0
    place.forged(EVIL)
    assert push(place).run("apply") == STALE
    assert place.names() == ["main", "other"]


def test_a_pipeline_in_a_fork_has_no_plan_for_here(place):
    """Its jobs are not of this project: another plan waits."""
    ran = {"id": 3, "iid": 7, "project_id": 2, "source": "merge_request_event"}
    place.tell(pipelines=[ran])
    merged = push(place)
    assert merged.run("apply") == STALE
    assert not place.is_applied()


def test_what_is_run_again_late_does_not_make_main_as_it_was(place):
    """Main has undone it since: its plan would hold once more."""
    assert merge_request(place).run("plan") == 0
    merged = push(place)
    assert merged.run("apply") == 0
    place.by_hand(metrics=True)
    place.tell(newest="0" * 40)
    for job in ("apply", "approve"):
        (place.folder / "again.json").write_text("{}", encoding="utf-8")
        assert merged.run(job, fetched=("again.json",)) == 1
        assert "has gone on since" in "".join(place.said[-2:])
    assert not place.is_applied()


def test_drift_fails_the_pipeline(place):
    """GitLab tells who owns the schedule."""
    place.git("checkout", "--quiet", "main")
    scheduled = Pipeline(place, {})
    assert (scheduled.run("drift"), scheduled.roles) == (0, "read")
    place.by_hand(metrics=False)
    assert scheduled.run("drift") == 2
