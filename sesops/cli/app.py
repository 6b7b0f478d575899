"""The application: its commands, and what every run does at its end."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from io import TextIOWrapper
from typing import Annotated

import typer
from typer.exceptions import TyperException

from sesops import __version__
from sesops.cli import (
    apply,
    drift,
    emulator,
    explain,
    export,
    iam_policy,
    init,
    plan,
    schema,
    show,
    unexpected,
    unlock,
    validate,
)
from sesops.cli.exit_codes import ExitCode, Stop, UsageError, worst

app = typer.Typer(
    name="sesops",
    no_args_is_help=True,
    add_completion=False,
    # Rich help costs two and a half times the imports of plain help.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _version(*, wanted: bool) -> None:
    if wanted:
        typer.echo(f"sesops {__version__}")
        raise typer.Exit


@app.callback()
def root(
    *,
    version: Annotated[
        bool,
        typer.Option("--version", callback=lambda wanted: _version(wanted=wanted), is_eager=True, help="The version."),
    ] = False,
) -> None:
    """Keep Amazon SES as a YAML spec says: validate it, plan the difference, apply the plan."""


app.command("init", short_help="Write a first spec and its pipeline into this folder.")(init.command)
app.command("validate", short_help="Check specs offline.")(validate.command)
app.command("plan", short_help="Show what would be changed; never writes.")(plan.command)
app.command("show", short_help="Show a saved plan.")(show.command)
app.command("apply", short_help="Show the plan of a spec, ask, and make it; or a saved plan.")(apply.command)
app.command("drift", short_help="Show where live SES is not what the spec says; only reads.")(drift.command)
app.command("export", short_help="Write live SES as a spec; only reads.")(export.command)
app.command("unlock", short_help="Take away the lock of a run that is gone.")(unlock.command)
app.command("iam-policy", short_help="Print the IAM policy that a role needs.")(iam_policy.command)
app.command("schema", short_help="Print the JSON Schema of specs, for editors.")(schema.command)
app.command("explain", short_help="Say what a kind or a field means.")(explain.command)
app.add_typer(emulator.app, name="emulator", short_help="Serve a local SES, move its clock, call it.")


def main() -> None:
    """Run the command line and end the process with its exit code."""
    _prepare_streams()
    code = _written_out(_run_whatever_comes(sys.argv[1:]))
    if code == ExitCode.INTERRUPTED:
        # Threads may wait for answers that nobody wants any more; who interrupted does not.
        os._exit(code)
    sys.exit(code)


def _written_out(code: int) -> int:
    """Write out what was said, so that Python does not fail at it later; on a full disk, a run is not done."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError as error:
            from sesops.view.console import mute

            mute(stream)
            if not isinstance(error, BrokenPipeError):
                code = worst((ExitCode(code), ExitCode.FAILED))
    return code


def run(arguments: list[str]) -> int:
    """Run one command line and return its exit code."""
    try:
        return int(app(args=arguments, prog_name="sesops", standalone_mode=False) or ExitCode.DONE)
    except TyperException as error:
        return _end(_bad_command_line(error))
    except Stop as stop:
        return _end(stop)
    except OSError as error:
        return _end(unexpected.stop(error))


def _run_whatever_comes(arguments: list[str]) -> int:
    """As `run`; an error in the program is said in a sentence, too."""
    try:
        return run(arguments)
    except Exception as error:  # noqa: BLE001 - whoever ran it is told how to report it
        return _end(unexpected.stop(error))


def _bad_command_line(error: TyperException) -> UsageError:
    context = getattr(error, "ctx", None)
    text = str(getattr(error, "format_message", error.__str__)())
    if text.startswith("Usage: "):
        sys.stderr.write(f"{text}\n")
        return UsageError("a command is missing")
    # How the library that checks values begins its sentences; choices are listed a line each.
    sentence = " ".join(text.replace("Value error, ", "").split()).removesuffix(".")
    return UsageError(sentence, f"{context.command_path} --help" if context else None)


def _end(stop: Stop) -> ExitCode:
    """Say why a run ends early."""
    if stop.message:
        # Where even that cannot be said, the code has to do.
        with suppress(OSError):
            unexpected.say(stop)
    return stop.code


def _prepare_streams() -> None:
    """Whatever the streams are, a run must not break because a line cannot be shown on them."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by whoever started us
            setattr(sys, name, open(os.devnull, "r" if name == "stdin" else "w", encoding="utf-8"))  # noqa: SIM115, PTH123
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
