"""What a run does when its streams fail it, somebody breaks it off, or SES says more than botocore knows."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace

import botocore
import pytest
from cli.conftest import SMALL

from sesops.cli import app

FULL = "/dev/full"


def command(folder, arguments, **streams):
    """`sesops ARGUMENTS` in a process of its own, whose end is Python's too."""
    environ = {"PATH": os.environ["PATH"], "HOME": str(folder), "SESOPS_EMULATOR": str(folder / "emulator.db")}
    line = [sys.executable, "-c", "from sesops.cli.app import main; main()", *arguments]
    return subprocess.run(line, cwd=folder, env=environ, stdin=subprocess.DEVNULL, check=False, **streams)


@pytest.mark.skipif(not os.path.exists(FULL), reason="only some systems have a device that is always full")  # noqa: PTH110
@pytest.mark.parametrize("arguments", [["plan", "--detailed-exitcode"], ["schema"], ["--version"]])
def test_a_result_that_cannot_be_written_is_a_failure(shell, arguments):
    """The disk is full: 1, said once, and nothing of Python's own."""
    shell.write(SMALL)
    with open(FULL, "w") as full:  # noqa: PTH123
        ended = command(shell.folder, arguments, stdout=full, stderr=subprocess.PIPE)
    assert (ended.returncode, ended.stderr) == (1, b"sesops: No space left on device\n")


def test_nobody_who_reads_the_result_changes_nothing(shell):
    """A reader that went away early (`head`): the code is the run's own, and nothing is said."""
    shell.write(SMALL)
    reading, writing = os.pipe()
    os.close(reading)
    ended = command(shell.folder, ["plan", "--detailed-exitcode"], stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)
    assert (ended.returncode, ended.stderr) == (2, b"")


def interrupted(*_, **__):
    raise KeyboardInterrupt


def test_who_breaks_off_before_the_first_write_hears_that_nothing_was_changed(shell):
    """While SES is read: of a spec and of a saved plan."""
    shell.write(SMALL)
    assert shell.run("plan", "--out", "plan.json").code == 0
    shell.monkeypatch.setattr("sesops.engine.planning.plan_target", interrupted)
    for arguments in (("apply", "--yes"), ("apply", "plan.json", "--yes")):
        ended = shell.run(*arguments)
        assert (ended.code, ended.out, ended.err) == (130, "", "sesops: interrupted: nothing was changed\n")


def test_who_breaks_off_at_the_question_hears_that_nothing_was_changed(shell):
    """Ctrl-C is a no."""
    shell.write(SMALL)
    shell.typing("")
    shell.monkeypatch.setattr(sys.stdin, "readline", interrupted)
    ended = shell.run("apply")
    assert ended.code == 130
    assert ended.err.endswith("sesops: interrupted: nothing was changed\n")


def test_who_breaks_off_among_the_writes_does_not_hear_that(shell):
    """What was in flight may have been made."""
    shell.write(SMALL)
    shell.monkeypatch.setattr("sesops.engine.execute.execute", interrupted)
    ended = shell.run("apply", "--yes")
    assert ended.code == 130
    assert "nothing was changed" not in ended.err
    assert "may have been made" in ended.err


@pytest.fixture
def knows_more(emulator, monkeypatch):
    """SES gives every configuration set a delivery option that botocore has never heard of."""
    handle = emulator.handle

    def more(request):
        answer = handle(request)
        if request.method == "GET" and "/configuration-sets/" in request.path and answer.status == 200:
            body = json.loads(answer.body)
            body.setdefault("DeliveryOptions", {})["Urgency"] = "HIGH"
            answer = replace(answer, body=json.dumps(body).encode())
        return answer

    monkeypatch.setattr(emulator, "handle", more)


@pytest.mark.usefixtures("knows_more")
def test_what_botocore_does_not_know_is_said_under_verbose(on_aws):
    """With the version that is installed, and only where it was asked for."""
    on_aws.write(SMALL)
    assert on_aws.run("apply", "--yes").code == 0
    assert "botocore" not in on_aws.run("plan").err
    said = on_aws.run("plan", "--verbose").err
    assert f"botocore {botocore.__version__} does not know everything that SES answered:\n" in said
    assert "  sesv2:GetConfigurationSet: DeliveryOptions.Urgency\n" in said


def test_a_path_cannot_begin_a_line_of_its_own(shell):
    """A carriage return in it is shown, not dropped, so that what stands behind it is still part of the path."""
    ended = shell.run("validate", "\r@@INJECTED")
    assert ended.code == 1
    assert not any(one.startswith("@@") for one in ended.out.splitlines())
    assert "\\r@@INJECTED: 1 error" in ended.out


def test_an_error_of_our_own_is_said_in_a_sentence(shell):
    """With its place and how to report it; the traceback is for who asks for it."""
    shell.write(SMALL)
    shell.monkeypatch.setattr("sesops.engine.planning.refresh", lambda *_, **__: {}["odd"])
    shell.monkeypatch.setattr(sys, "argv", ["sesops", "plan"])
    said = []
    for debug in ("", "1"):
        shell.monkeypatch.setenv("SESOPS_DEBUG", debug)
        with pytest.raises(SystemExit) as ended:
            app.main()
        assert ended.value.code == 1
        said.append(shell.capsys.readouterr())
    assert [one.out for one in said] == ["", ""]
    assert said[0].err.startswith(
        "error[internal-error]: an error in sesops itself: KeyError: 'odd' (at sesops/engine/"
    )
    assert "hint: report it" in said[0].err
    assert "Traceback" not in said[0].err
    assert said[1].err.startswith("Traceback (most recent call last):")
    assert said[1].err.endswith(said[0].err)
