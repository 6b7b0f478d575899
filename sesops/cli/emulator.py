"""`sesops emulator`: a local SES for trying and testing."""

from __future__ import annotations

import json
import re
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sesops.cli.exit_codes import ExitCode, Stop, UsageError
from sesops.cli.options import DEFAULT_STATE

if TYPE_CHECKING:
    from datetime import timedelta

    from sesops.emulator import Emulator

app = typer.Typer(rich_markup_mode=None)
GroupState = Annotated[
    Path,
    typer.Option("--emulator-file", metavar="FILE", envvar="SESOPS_EMULATOR", help="The state file."),
]
State = Annotated[
    Path | None,
    typer.Option("--emulator-file", metavar="FILE", help=f"The state file: SESOPS_EMULATOR or {DEFAULT_STATE}."),
]
EXAMPLE = "as in sesv2:GetAccount or ses:ListReceiptRuleSets"
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


@app.callback(invoke_without_command=True)
def serve(
    context: typer.Context,
    *,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="The port; 0 takes a free one.")] = 4579,
    emulator_file: GroupState = DEFAULT_STATE,
) -> None:
    """Serve SES (and SNS, S3, STS and more beside it) on this machine until interrupted.

    Without a command it serves; the commands work on the same state, served or not.
    """
    if context.invoked_subcommand is not None:
        return
    from sesops.cli.caller import embedded

    with embedded(emulator_file) as emulator:
        try:
            server = emulator.serve(port)
        except OSError as error:
            message = f"port {port} cannot be had: {error.strerror}"
            raise Stop(ExitCode.FAILED, message, "name another with --port; 0 takes a free one") from error
        # What ends a service ends this as Ctrl-C does.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        keys = "AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test"
        with server:
            try:
                typer.echo(f"SES at {server.url}: export AWS_ENDPOINT_URL={server.url} {keys}")
                typer.echo(f"its state is in {emulator_file}; Ctrl-C ends it", err=True)
                server.wait()
            except KeyboardInterrupt:
                typer.echo("stopped", err=True)


@app.command("advance")
def advance(
    context: typer.Context,
    duration: Annotated[str, typer.Argument(metavar="DURATION", help="30s, 15m, 2h or 3d.")],
    *,
    emulator_file: State = None,
) -> None:
    """Move the emulator's clock on."""
    from sesops.cli.caller import embedded

    moved = _duration(duration)
    with embedded(_state_file(context, emulator_file)) as emulator:
        try:
            emulator.clock.advance(moved)
        except OverflowError as error:
            raise UsageError(f"{duration} from now no calendar goes", "move it by less") from error
        typer.echo(f"the emulator's clock is {emulator.clock.now():%Y-%m-%d %H:%M:%S} UTC now")


@app.command("verify-after", short_help="Say how long verification takes.")
def verify_after(
    context: typer.Context,
    duration: Annotated[str, typer.Argument(metavar="DURATION", help="0s (at once), 15m, 2h ...")],
    *,
    emulator_file: State = None,
) -> None:
    """Say how long the verification of an identity takes from its creation; at once by default."""
    from sesops.cli.caller import embedded

    taken = _duration(duration)
    with embedded(_state_file(context, emulator_file)) as emulator:
        emulator.settings.verification = taken
        typer.echo(f"identities are verified {duration} after they are made")


@app.command("call", short_help="Make one AWS call, as somebody else would.")
def call(
    context: typer.Context,
    operation: Annotated[str, typer.Argument(metavar="SERVICE:OPERATION", help="Such as sesv2:GetAccount.")],
    params: Annotated[str, typer.Argument(metavar="JSON", help="The call's parameters.")] = "{}",
    *,
    region: Annotated[str, typer.Option("--region", metavar="REGION", help="The region.")] = "eu-west-1",
    emulator_file: State = None,
) -> int:
    """Make one AWS call against the emulator, as somebody else would: for a change behind a spec's back."""
    from sesops.cli.caller import embedded
    from sesops.core.values import Refusal

    service, _, name = operation.partition(":")
    if not service or not name:
        raise UsageError(f"{operation!r} is not of the form SERVICE:OPERATION", EXAMPLE)
    given = _params(params)
    with embedded(_state_file(context, emulator_file)) as emulator:
        answer = _answer(emulator, region, service, name, given)
    if isinstance(answer, Refusal):
        raise Stop(ExitCode.FAILED, f"{answer.code}: {answer.message}")
    sys.stdout.write(json.dumps(answer.value, indent=2, default=str) + "\n")
    return ExitCode.DONE


def _answer(emulator: Emulator, region: str, service: str, operation: str, params: dict[str, Any]) -> Any:
    """The answer of one call.

    Raises:
        UsageError: there is no such service, operation or region, or the parameters are not the operation's.

    """
    from sesops.aws.checked import CallError, check
    from sesops.aws.gateway import AwsGateway
    from sesops.aws.session import SessionError, open_session
    from sesops.core.values import Call

    call = Call(service, operation, params)
    try:
        session = open_session(region=region, emulator=emulator)
        check(session, call)
    except SessionError as error:
        raise UsageError(error.message) from error
    except CallError as error:
        if error.details:
            raise Stop(ExitCode.USAGE, error.message, details=list(error.details)) from error
        raise UsageError(error.message, error.hint or EXAMPLE) from error
    return AwsGateway(session).call(call)


def _params(text: str) -> dict[str, Any]:
    try:
        given = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"the parameters are no JSON: {error}") from error
    if not isinstance(given, dict):
        raise UsageError("the parameters are no JSON object", 'as in \'{"EmailIdentity": "example.com"}\'')
    return given


def _state_file(context: typer.Context, own: Path | None) -> Path:
    """The file that the command names, else the one that the group has."""
    group = context.parent.params["emulator_file"] if context.parent else DEFAULT_STATE
    return own or Path(group)


def _duration(text: str) -> timedelta:
    from datetime import timedelta

    found = re.fullmatch(r"(\d{1,6})([smhd])", text, re.ASCII)
    if found is None:
        raise UsageError(f"{text!r} is no duration", "write it as 30s, 15m, 2h or 3d")
    return timedelta(**{UNITS[found[2]]: int(found[1])})
