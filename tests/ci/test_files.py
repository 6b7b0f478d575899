"""examples/ci: each file is what it says it is, to the checkers of its kind; what is pinned, and what the files agree on."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from ci import actions, gitlab

from sesops import __version__
from sesops.cli import app

ROOT = Path(__file__).parents[2]
CI = ROOT / "examples" / "ci"
BIN = Path(sys.executable).parent
WORKFLOWS = sorted(actions.WORKFLOWS.iterdir())
TEXTS = {path: path.read_text(encoding="utf-8") for path in sorted(CI.rglob("*")) if path.is_file()}


def check(*command: str | Path, text: str | None = None) -> None:
    done = subprocess.run([str(one) for one in command], input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{shlex.join(map(str, command))}\n{done.stdout}{done.stderr}"


def steps() -> Iterator[tuple[str, dict]]:
    for path in WORKFLOWS:
        for name, job in actions.load(path.stem)["jobs"].items():
            yield from ((f"{path.stem} {name}", step) for step in job["steps"])


def test_workflows_are_what_github_takes():
    """By the schema of workflows."""
    check(BIN / "check-jsonschema", "--builtin-schema", "vendor.github-workflows", *WORKFLOWS)


def test_workflows_are_safe():
    """To zizmor: pinned actions, least permissions, no credentials left behind, nothing of an event in a script."""
    check(BIN / "zizmor", "--offline", "--no-progress", *WORKFLOWS)


def test_the_pipeline_is_what_gitlab_takes():
    """By the schema of .gitlab-ci.yml."""
    transform = ("--data-transform", "gitlab-ci")
    check(BIN / "check-jsonschema", "--builtin-schema", "vendor.gitlab-ci", *transform, gitlab.FILE)


def test_shell_is_sound():
    """To shellcheck, every script of a step and of a job."""
    scripts = {f"{name}: {step['name']}": step["run"] for name, step in steps() if "run" in step}
    assert not [name for name, script in scripts.items() if "${{" in script]
    for name, job in gitlab.load().items():
        if isinstance(job, dict) and "script" in job:
            whole = gitlab.job(name)
            scripts[name] = "\n".join([*whole["before_script"], *whole["script"]])
            scripts[f"{name} after"] = "\n".join(whole["after_script"])
    # What the runner sets, and what one script leaves to the next.
    head = "export IID method code GITHUB_OUTPUT GITHUB_STEP_SUMMARY\n"
    for name, script in scripts.items():
        check(BIN / "shellcheck", "--shell=bash", "--exclude=SC2154", "-", text=f"# {name}\n{head}{script}")


def test_the_image_is_sound():
    """To hadolint; it runs as nobody, from a base that is known by its digest."""
    path = CI / "Dockerfile"
    check(BIN / "hadolint", "--no-color", path)
    lines = TEXTS[path].splitlines()
    assert all(re.search(r"@sha256:[0-9a-f]{64}( AS \w+)?$", line) for line in lines if line.startswith("FROM"))
    assert [line for line in lines if line.startswith("USER")] == ["USER 65532:65532"]


def test_the_cron_job_only_reads_and_may_do_nothing():
    """No root, no privileges, no file system to write, no second run beside it; its command is one of ours."""
    account, cron = yaml.safe_load_all(TEXTS[CI / "kubernetes" / "drift.yaml"])
    job = cron["spec"]["jobTemplate"]["spec"]
    pod = job["template"]["spec"]
    assert (cron["apiVersion"], cron["kind"], job["backoffLimit"]) == ("batch/v1", "CronJob", 0)
    assert (cron["spec"]["concurrencyPolicy"], pod["restartPolicy"]) == ("Forbid", "Never")
    assert pod["serviceAccountName"] == account["metadata"]["name"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert f"USER {pod['securityContext']['runAsUser']}:" in TEXTS[CI / "Dockerfile"]
    volumes = {one["name"] for one in pod["volumes"]}
    for container in (*pod["initContainers"], *pod["containers"]):
        granted = container["securityContext"]
        assert (granted["allowPrivilegeEscalation"], granted["readOnlyRootFilesystem"]) == (False, True)
        assert granted["capabilities"] == {"drop": ["ALL"]}
        assert {one["name"] for one in container["volumeMounts"]} <= volumes
    assert pod["containers"][0]["command"] == ["sesops", "drift", "/spec"]


def test_every_file_names_this_version():
    """So that what is copied from here runs what it was tested with."""
    named = [
        found
        for text in TEXTS.values()
        for found in re.findall(r"SESOPS_VERSION(?:=|: \")(\d[\w.]*)|mail/sesops:(\S+)", text)
    ]
    assert {version for pair in named for version in pair if version} == {__version__}


def test_roles_trust_the_environments_and_branches_that_ask_for_them():
    """Only a job in a protected environment may be the role that writes; a pull request may be the one that reads."""

    def subjects(name: str) -> set[str]:
        (statement,) = json.loads(TEXTS[CI / "aws" / name])["Statement"]
        tests = [test for tests in statement["Condition"].values() for test in tests.items()]
        assert dict(tests)[next(key for key, _ in tests if key.endswith(":aud"))] == "sts.amazonaws.com"
        (found,) = (value for key, value in tests if key.endswith(":sub"))
        return set(found) if isinstance(found, list) else {found}

    reads, writes = set(), set()
    for path in WORKFLOWS:
        event = {"sesops-plan": "pull_request", "sesops-drift": "ref:refs/heads/main"}.get(path.stem)
        for job in actions.load(path.stem)["jobs"].values():
            roles = [
                step["with"]["role-to-assume"] for step in job["steps"] if "role-to-assume" in step.get("with", {})
            ]
            where = f"environment:{job['environment']}" if "environment" in job else event
            reads |= {f"repo:{actions.REPOSITORY}:{where}" for role in roles if "READ" in role}
            writes |= {f"repo:{actions.REPOSITORY}:{where}" for role in roles if "WRITE" in role}
    assert (subjects("github-read.json"), subjects("github-write.json")) == (reads, writes)
    assert subjects("gitlab-write.json") == {"project_path:mail/ses:ref_type:branch:ref:main"}


def test_both_workflows_comment_alike():
    """What one of them learns about comments, the other needs too."""
    scripts = [step["run"] for _, step in steps() if step.get("name") == "Show it on the pull request"]
    assert len(scripts) == 2
    assert len(set(scripts)) == 1


def test_leave_stands_in_one_owned_file(tmp_path, capsys):
    """As long as its lists stand there, empty or not, one that stands elsewhere is an error."""
    (tmp_path / "leave.yaml").write_text(TEXTS[CI / "leave.yaml"], encoding="utf-8")
    root = "version: 1\nstack: acme-mail\nregion: eu-west-1\ninclude: [leave.yaml, domains/]\n"
    (tmp_path / "sesops.yaml").write_text(root, encoding="utf-8")
    elsewhere = tmp_path / "domains" / "example.com.yaml"
    elsewhere.parent.mkdir()
    elsewhere.write_text("domains: {example.com: {}}\n", encoding="utf-8")
    assert app.run(["validate", str(tmp_path)]) == 0
    owners = TEXTS[CI / "github" / ".github" / "CODEOWNERS"]
    for key, line in {
        "remove": "remove: [domain/example.org]",
        "release": "release: [domain/example.org]",
        "allow": "allow: [{address: domain/example.com, to: stop_mail, until: 2999-01-01}]",
    }.items():
        elsewhere.write_text(f"domains: {{example.com: {{}}}}\n{line}\n", encoding="utf-8")
        capsys.readouterr()
        assert app.run(["validate", str(tmp_path)]) == 1
        assert "leave.yaml" in capsys.readouterr().out
        assert f"`{key}`" in owners


def test_the_hook_runs_validate(monkeypatch, tmp_path):
    """pre-commit installs this repository as a Python package, and runs a command that it has."""
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert (hook["language"], hook["pass_filenames"]) == ("python", False)
    monkeypatch.chdir(ROOT / "examples" / "quickstart")
    program, *arguments = shlex.split(hook["entry"])
    assert (program, app.run(arguments)) == ("sesops", 0)
    assert re.search(hook["files"], "domains/example.com.yaml")


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_actions_are_known_by_commit_and_say_their_version(path):
    """A tag can be moved; the comment is what a bot that updates them reads."""
    uses = re.findall(r"uses: (.*)", TEXTS[path])
    assert uses
    assert [one for one in uses if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", one)] == []
