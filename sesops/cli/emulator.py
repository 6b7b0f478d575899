"""`sesops emulator`: a local SES for trying and testing."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sesops.cli.options import UsageError, Verbose

if TYPE_CHECKING:
    from datetime import timedelta

    from sesops.emulator import Emulator

app = typer.Typer(
    help="A local SES for trying and testing: serve it, move its clock, call it as somebody else would.",
    rich_markup_mode=None,
    no_args_is_help=False,
)
State = Annotated[
    Path,
    typer.Option("--emulator-file", metavar="FILE", envvar="SESOPS_EMULATOR", help="The state file."),
]
DEFAULT_STATE = Path(".sesops/emulator.db")
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


@app.callback(invoke_without_command=True)
def serve(
    context: typer.Context,
    *,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="The port; 0 takes a free one.")] = 4579,
    emulator_file: State = DEFAULT_STATE,
    verbose: Verbose = False,
) -> None:
    """Serve SES (and SNS, S3, STS and more beside it) on this machine until interrupted."""
    if context.invoked_subcommand is not None:
        return
    opened = _open(emulator_file)
    try:
        handle = opened.serve(port)
    except OSError as error:
        raise UsageError(f"port {port} cannot be had: {error.strerror}") from error
    typer.echo(
        f"SES at {handle.url}: export AWS_ENDPOINT_URL={handle.url} AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test"
    )
    if verbose:
        typer.echo(f"state in {emulator_file}", err=True)
    try:
        handle.wait()
    except KeyboardInterrupt:
        typer.echo("stopped", err=True)
    finally:
        handle.stop()
        opened.close()


@app.command("advance")
def advance(
    duration: Annotated[str, typer.Argument(metavar="DURATION", help="30s, 15m, 2h or 3d.")],
    *,
    emulator_file: State = DEFAULT_STATE,
) -> None:
    """Move the emulator's clock on."""
    opened = _open(emulator_file)
    try:
        opened.clock.advance(_duration(duration))
        typer.echo(f"the emulator's clock is {opened.clock.now():%Y-%m-%d %H:%M:%S} UTC now")
    finally:
        opened.close()


@app.command("verify-after")
def verify_after(
    duration: Annotated[str, typer.Argument(metavar="DURATION", help="0s (at once), 15m, 2h ...")],
    *,
    emulator_file: State = DEFAULT_STATE,
) -> None:
    """Say how long the verification of an identity takes from its creation; at once by default."""
    opened = _open(emulator_file)
    try:
        opened.settings.verification = _duration(duration)
        typer.echo(f"identities are verified {duration} after they are made")
    finally:
        opened.close()


@app.command("call")
def call(
    operation: Annotated[str, typer.Argument(metavar="SERVICE:OPERATION", help="Such as sesv2:GetAccount.")],
    params: Annotated[str, typer.Argument(metavar="JSON", help="The call's parameters.")] = "{}",
    *,
    region: Annotated[str, typer.Option("--region", metavar="REGION", help="The region.")] = "eu-west-1",
    emulator_file: State = DEFAULT_STATE,
) -> int:
    """Make one AWS call against the emulator, as somebody else would: for a change behind a spec's back."""
    from sesops.aws.gateway import AwsGateway
    from sesops.aws.session import open_session
    from sesops.core.values import Call, Refusal

    service, colon, name = operation.partition(":")
    if not colon or not name:
        raise UsageError(f"{operation!r} is not of the form SERVICE:OPERATION")
    try:
        given = json.loads(params)
    except ValueError as error:
        raise UsageError(f"the parameters are no JSON: {error}") from error
    opened = _open(emulator_file)
    try:
        session = open_session(profile=None, region=region, role_arn=None, emulator=opened)
        answer = AwsGateway(session, listener=lambda _: None).call(Call(service, name, given))
    finally:
        opened.close()
    if isinstance(answer, Refusal):
        typer.echo(f"{answer.code}: {answer.message}", err=True)
        return 1
    sys.stdout.write(json.dumps(answer.value, indent=2, default=str) + "\n")
    return 0


def _open(state_file: Path) -> Emulator:
    from sesops.cli import run

    with run.reporting():
        return run.open_emulator(state_file)


def _duration(text: str) -> timedelta:
    from datetime import timedelta

    found = re.fullmatch(r"(\d{1,6})([smhd])", text)
    if found is None:
        raise UsageError(f"{text!r} is no duration: 30s, 15m, 2h or 3d")
    return timedelta(**{UNITS[found[2]]: int(found[1])})
