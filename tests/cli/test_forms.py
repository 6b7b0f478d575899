"""Formats on the command line: what goes to stdout, and what to the files that a job names."""

from __future__ import annotations

import json

from cli.conftest import SMALL

WRONG = SMALL.replace("stack: small", "stack: 5")


def test_a_plan_for_github(shell):
    """Annotations on stdout, the Markdown added to the summary, outputs to theirs; paths as in the repository."""
    shell.write(SMALL, "ses/sesops.yaml")
    for name in ("SUMMARY", "OUTPUT"):
        (shell.folder / name).write_text("before\n")
    shell.monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(shell.folder / "SUMMARY"))
    shell.monkeypatch.setenv("GITHUB_OUTPUT", str(shell.folder / "OUTPUT"))
    shell.monkeypatch.setenv("GITHUB_WORKSPACE", str(shell.folder))
    shell.monkeypatch.chdir(shell.folder / "ses")
    ended = shell.run("plan", "--format", "github", "--detailed-exitcode", "--out", "plan.json")
    assert ended.code == 2
    lines = ended.out.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("::notice file=ses/sesops.yaml,line=5,col=3,title=+ create configuration_set/main::")
    assert (shell.folder / "SUMMARY").read_text().startswith("before\n\n\n<!-- sesops-plan small -->\n## sesops plan")
    outputs = (shell.folder / "OUTPUT").read_text()
    assert outputs.startswith("before\n\nexit-code=2\ncomplete=true\nchanges=2\n")
    shell.run("show", "plan.json", "--format", "github")
    assert "exit-code=0\n" in (shell.folder / "OUTPUT").read_text().removeprefix(outputs)


def test_what_stands_in_the_files_already_is_left_whole(shell):
    """Without an end of line too; and together a summary is no larger than GitHub takes."""
    shell.write(SMALL)
    for name, text in (("SUMMARY", "x" * 1_048_000), ("OUTPUT", "mine=1")):
        (shell.folder / name).write_text(text)
        shell.monkeypatch.setenv(
            f"GITHUB_STEP_{name}" if name == "SUMMARY" else f"GITHUB_{name}", str(shell.folder / name)
        )
    shell.run("plan", "--format", "github")
    assert (shell.folder / "OUTPUT").read_text().splitlines()[:3] == ["mine=1", "exit-code=0", "complete=true"]
    summary = (shell.folder / "SUMMARY").read_text()
    assert "x\n\n<!-- sesops-plan small -->" in summary
    assert "**Not shown here, for want of room: 1 plan" in summary
    assert len(summary) < 2**20


def test_without_a_job_there_are_only_annotations(shell):
    """Nothing is written anywhere."""
    shell.write(SMALL)
    shell.monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    shell.monkeypatch.delenv("GITHUB_OUTPUT", raising=False)
    assert shell.run("plan", "--format", "github").out.startswith("::notice file=sesops.yaml,")
    assert sorted(one.name for one in shell.folder.iterdir() if one.name != "home") == ["emulator.db", "sesops.yaml"]


def test_a_summary_that_cannot_be_written_is_a_failure(shell):
    shell.write(SMALL)
    shell.monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(shell.folder / "no" / "such"))
    ended = shell.run("plan", "--format", "github")
    assert ended.code == 1
    assert "no/such: No such file or directory" in ended.err


def test_a_plan_as_a_page(shell):
    shell.write(SMALL)
    ended = shell.run("plan", "--format", "html")
    assert ended.out.startswith('<!doctype html>\n<html lang="en">')
    assert ended.out.endswith("</html>\n")


def test_findings_for_code_hosts(shell):
    """As annotations, as SARIF and for GitLab; the exit code is that of the findings."""
    shell.write(WRONG, "ses/sesops.yaml")
    shell.monkeypatch.setenv("CI_PROJECT_DIR", str(shell.folder))
    shell.monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(shell.folder / "SUMMARY"))
    shell.monkeypatch.chdir(shell.folder / "ses")
    sarif, gitlab, github = (shell.run("validate", "--format", one) for one in ("sarif", "gitlab", "github"))
    assert (sarif.code, gitlab.code, github.code) == (1, 1, 1)
    place = json.loads(sarif.out)["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "ses/sesops.yaml"}, "region": {"startLine": 2, "startColumn": 8}}
    assert json.loads(gitlab.out)[0]["location"] == {"path": "ses/sesops.yaml", "lines": {"begin": 2}}
    assert github.out.startswith("::error file=ses/sesops.yaml,line=2,col=8,title=wrong-type::")
    assert "sesops.yaml: 1 error, 0 warnings" in (shell.folder / "SUMMARY").read_text()


def test_nothing_found_is_an_empty_report(shell):
    shell.write(SMALL)
    assert json.loads(shell.run("validate", "--format", "gitlab").out) == []
    assert json.loads(shell.run("validate", "--format", "sarif").out)["runs"][0]["results"] == []
    assert shell.run("validate", "--format", "github").out == ""
