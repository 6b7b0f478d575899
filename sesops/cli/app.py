"""The application: commands, and the last resort for what none of them caught."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from sesops import __version__
from sesops.cli import apply, emulator, plan, schema, show, validate
from sesops.cli.exit_codes import ExitCode
from sesops.cli.options import UsageError

app = typer.Typer(
    name="sesops",
    help="Keep Amazon SES as a YAML spec says: validate it, plan the difference, apply the plan.",
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


app.command("validate")(validate.command)
app.command("plan")(plan.command)
app.command("show")(show.command)
app.command("apply")(apply.command)
app.command("schema")(schema.command)
app.add_typer(emulator.app, name="emulator")


def main() -> None:
    """Run the command line and end the process with its exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command line and return its exit code."""
    try:
        code = app(args=arguments, prog_name="sesops", standalone_mode=False)
    except UsageError as error:
        return _say(str(error), ExitCode.USAGE)
    except typer.Abort:
        return _say("aborted: nothing was changed", ExitCode.FAILED)
    except KeyboardInterrupt:
        return _say("interrupted", ExitCode.INTERRUPTED)
    except BrokenPipeError:
        # The reader (a pager, `head`) went away; Python would complain again while it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.DONE
    except _bad_command_line() as error:
        return _say(_explain(error), ExitCode.USAGE)
    return int(code or 0)


def _bad_command_line() -> type[Exception]:
    from typer.exceptions import TyperException

    return TyperException


def _explain(error: Exception) -> str:
    context = getattr(error, "ctx", None)
    text = getattr(error, "format_message", lambda: str(error))()
    where = f"\nTry '{context.command_path} --help' for help." if context is not None else ""
    return f"{text}{where}"


def _say(text: str, code: ExitCode) -> ExitCode:
    # Names in it come from the command line: what a terminal would act on is escaped.
    shown = "".join(one if one.isprintable() or one == "\n" else ascii(one)[1:-1] for one in text)
    sys.stderr.write(f"sesops: {shown}\n")
    return code
