"""`sesops init`: from flags, from answers, of what is live; what it refuses, and what it never touches."""

from __future__ import annotations

import tomllib

import pytest
from cli.conftest import GOLDEN, QUICKSTART, ROOT

from sesops.cli import pipelines
from sesops.cli.pipelines import Ci

FLAGS = ("init", "--stack", "acme-mail", "--region", "eu-west-1", "--ci")
NEW = (*FLAGS, "none", "--domain", "example.com")


def written(shell) -> list[str]:
    """The files of the folder, but for the embedded SES's."""
    paths = (one.relative_to(shell.folder).as_posix() for one in shell.folder.rglob("*") if one.is_file())
    return sorted(one for one in paths if not one.startswith("emulator.db"))


def test_a_first_spec_from_flags(shell, golden):
    """Valid, with nothing to warn of; made, and then clean."""
    assert shell.run(*FLAGS, "github", "--domain", "Example.com").code == 0
    told = shell.snapshot()
    golden(GOLDEN / "init.txt", f"{told}--- sesops.yaml\n{(shell.folder / 'sesops.yaml').read_text(encoding='utf-8')}")
    validated = shell.run("validate")
    assert (validated.code, validated.out, validated.err) == (0, "sesops.yaml: valid\n", "")
    assert shell.run("plan", "--detailed-exitcode").code == 2
    assert shell.run("apply", "--yes").code == 0
    assert shell.run("plan", "--detailed-exitcode").code == 0


def test_a_pipeline_beside_a_spec_that_is_there(shell):
    """Nothing else is written, and no other spec asked for; what is there stays."""
    shell.write(QUICKSTART)
    ended = shell.run("init", "--ci", "gitlab")
    assert (ended.code, written(shell)) == (0, [".gitignore", ".gitlab-ci.yml", "Dockerfile", "sesops.yaml"])
    assert (shell.folder / "sesops.yaml").read_text(encoding="utf-8") == QUICKSTART
    assert shell.run("init", "--ci", "gitlab").code == 1
    refused = shell.run(*NEW)
    assert (refused.code, "`sesops init --ci NAME` alone" in refused.err) == (1, True)


def test_answers_at_a_terminal(shell, golden):
    """Five questions; what cannot be is asked again, nothing typed is what stands in brackets."""
    shell.monkeypatch.setenv("AWS_REGION", "eu-central-1")
    shell.typing("our mail\nacme-mail\nIreland\n\nmaybe\n\nexa mple\nexample.com\njenkins\ngitlab\n")
    assert shell.run("init").code == 0
    golden(GOLDEN / "init-answers.txt", shell.snapshot().replace(shell.folder.name, "NAME-OF-FOLDER"))
    assert written(shell) == [".gitignore", ".gitlab-ci.yml", "Dockerfile", "sesops.schema.json", "sesops.yaml"]
    assert "region: eu-central-1\n" in (shell.folder / "sesops.yaml").read_text(encoding="utf-8")


def test_only_what_no_flag_says_is_asked(shell):
    """One question is left."""
    shell.typing("example.com\n")
    ended = shell.run(*FLAGS, "none", "--no-export")
    assert ended.code == 0
    assert ended.err.startswith("Domain to begin with: ")
    assert ended.err.count(": ") == 2  # it, and the hint


@pytest.mark.parametrize("typed", ["", "acme-mail\n"])
def test_no_answer_is_none(shell, typed):
    """Whoever closes the terminal gets nothing."""
    shell.typing(typed)
    ended = shell.run("init")
    assert (ended.code, written(shell)) == (1, [])
    assert "nothing was written" in ended.err


def test_what_is_live(applied):
    """Its plan is clean: what SES has is all that it says."""
    shell = applied(QUICKSTART)
    (shell.folder / "sesops.yaml").unlink()
    assert shell.run(*FLAGS, "github", "--export").code == 0
    assert "\ndomains:\n" in (shell.folder / "sesops.yaml").read_text(encoding="utf-8")
    assert shell.run("plan", "--detailed-exitcode").code == 0


@pytest.mark.parametrize("ci", [one for one in Ci if one is not Ci.NONE])
def test_a_pipeline_is_the_one_of_the_examples(shell, ci):
    """Byte for byte, in a checkout and, by what the wheel is made of, in a wheel."""
    assert shell.run(*FLAGS, ci, "--domain", "example.com").code == 0
    examples = ROOT / "examples" / "ci"
    for path, name in pipelines.FILES[ci].items():
        assert (shell.folder / path).read_bytes() == (examples / name).read_bytes()
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    assert build["targets"]["wheel"]["force-include"]["examples/ci"] == "sesops/pipelines"


def test_every_workflow_of_the_examples_is_written():
    """One that is new there is for those who begin here, too."""
    there = (ROOT / "examples/ci/github/.github/workflows").iterdir()
    assert {one.name for one in there} == {path.rpartition("/")[2] for path in pipelines.FILES[Ci.GITHUB]}


@pytest.mark.parametrize("name", ["sesops.yaml", ".github/workflows/sesops-apply.yml"])
def test_a_file_that_is_there_stays(shell, name):
    """It is named, and nothing else is written either."""
    shell.write("mine", name)
    ended = shell.run(*FLAGS, "github", "--domain", "example.com")
    assert (ended.code, ended.out, written(shell)) == (1, "", [name])
    assert f"{name} is there" in ended.err
    assert (shell.folder / name).read_text(encoding="utf-8") == "mine"
    assert shell.run(*FLAGS, "github", "--domain", "example.com", "--force").code == 0
    assert (shell.folder / name).read_text(encoding="utf-8") != "mine"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"*.log", b"*.log\n.sesops/\n"),
        (b"/.sesops\n", b"/.sesops\n"),
        (b"", b".sesops/\n"),
        (b"caf\xe9\r\n", b"caf\xe9\r\n.sesops/\n"),
    ],
)
def test_the_state_of_the_embedded_ses_is_ignored(shell, before, after):
    """A line is added where there is none, and what is there stays, byte for byte."""
    (shell.folder / ".gitignore").write_bytes(before)
    assert shell.run(*NEW).code == 0
    assert (shell.folder / ".gitignore").read_bytes() == after


@pytest.mark.parametrize("hostile", ["folder", "link"])
def test_a_gitignore_that_cannot_be_written_is_said(shell, hostile):
    """The spec is there all the same."""
    path = shell.folder / ".gitignore"
    path.mkdir() if hostile == "folder" else path.symlink_to(shell.folder / "no" / "where")
    ended = shell.run(*NEW)
    assert (ended.code, "sesops.yaml" in ended.out) == (0, True)
    assert "add the line .sesops/ to .gitignore yourself" in ended.err


@pytest.mark.parametrize("name", ["sesops.yaml", ".github/workflows/sesops-plan.yml"])
def test_nothing_is_written_through_a_link_that_leads_nowhere(shell, tmp_path_factory, name):
    """Where it leads to, nobody looks for it."""
    outside = tmp_path_factory.mktemp("outside") / "file"
    link = shell.folder / name
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(outside)
    ended = shell.run(*FLAGS, "github", "--domain", "example.com")
    assert (ended.code, f"{name} is there" in ended.err, outside.exists()) == (1, True, False)


def test_a_pipeline_belongs_to_the_top_of_a_repository(shell):
    """Nobody would look for it elsewhere; the spec alone may lie anywhere."""
    (shell.folder / ".git").mkdir()
    inner = shell.folder / "mail"
    inner.mkdir()
    shell.monkeypatch.chdir(inner)
    ended = shell.run(*FLAGS, "github", "--domain", "example.com")
    assert (ended.code, list(inner.iterdir())) == (1, [])
    assert f"the top of the repository, and that is {shell.folder}" in ended.err
    assert shell.run(*NEW).code == 0
