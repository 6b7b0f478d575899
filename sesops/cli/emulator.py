"""`sesops emulator`: a local SES for trying and testing."""

from __future__ import annotations

import dataclasses
import json
import signal
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sesops.cli import emulator_outside, emulator_switches
from sesops.cli.emulator_outside import HOME
from sesops.cli.emulator_switches import (
    IN_MEMORY,
    Deny,
    DropTopics,
    Fail,
    Group,
    GroupState,
    Lose,
    NoFaults,
    Production,
    Propagation,
    ReadLag,
    Region,
    Set,
    StaleReads,
    State,
    Switches,
    Throttle,
    Verification,
    opened,
)
from sesops.cli.exit_codes import ExitCode, Stop, UsageError
from sesops.cli.options import DEFAULT_STATE

if TYPE_CHECKING:
    from sesops.emulator import Emulator

app = typer.Typer(rich_markup_mode=None)
EXAMPLE = "as in sesv2:GetAccount or ses:ListReceiptRuleSets"
PORT = Annotated[int, typer.Option("--port", min=0, max=65535, help="The port; 0 takes a free one.")]


@app.callback(invoke_without_command=True)
def serve(
    context: typer.Context,
    *,
    port: PORT = 4579,
    emulator_file: GroupState = DEFAULT_STATE,
    in_memory: Annotated[bool, typer.Option("--in-memory", help="No state file: all is gone in the end.")] = False,
    verification: Verification = None,
    throttle: Throttle = None,
    read_lag: ReadLag = None,
    stale_reads: StaleReads = None,
    propagation: Propagation = None,
    drop_topics: DropTopics = None,
    production: Production = None,
    other: Set = None,
    deny: Deny = None,
    lose: Lose = None,
    fail: Fail = None,
    no_faults: NoFaults = False,
) -> None:
    """Serve SES (and SNS, S3, STS and more beside it) on this machine until interrupted.

    Without a command it serves; the commands work on the same state, served or not. Switches are kept in the state,
    until they are switched again. A duration is 30s, 15m, 2h or 3d.
    """
    switches = Switches(
        emulator_switches.settings(
            verification=verification,
            throttle=throttle,
            read_lag=read_lag,
            stale_reads=stale_reads,
            propagation=propagation,
            drop_topics=drop_topics,
            production=production,
            other=other,
        ),
        tuple(emulator_switches.faults(deny, lose, fail)),
        no_faults,
    )
    context.obj = Group(IN_MEMORY if in_memory else emulator_file, switches)
    if context.invoked_subcommand is None:
        _serve(context.obj, port)


def _serve(group: Group, port: int) -> None:
    from sesops.cli.caller import embedded
    from sesops.view.style import safe

    # What ends a service ends this as Ctrl-C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with embedded(group.state) as emulator:
        group.switches.apply(emulator)
        try:
            server = emulator.serve(port)
        except OSError as error:
            message = f"port {port} cannot be had: {error.strerror}"
            raise Stop(ExitCode.FAILED, message, "name another with --port; 0 takes a free one") from error
        keys = "AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test"
        where = "in memory" if group.state == IN_MEMORY else safe(f"in {group.state}")
        with server:
            try:
                typer.echo(f"the state is {where}; Ctrl-C ends it", err=True)
                typer.echo(f"SES at {server.url}: export AWS_ENDPOINT_URL={server.url} {keys}")
                server.wait()
            except KeyboardInterrupt:
                typer.echo("stopped", err=True)


@app.command("status", short_help="Show time, settings and faults.")
def status(context: typer.Context, *, emulator_file: State = None) -> None:
    """Show the emulator's time, its settings (durations in seconds) and its faults, as JSON."""
    with opened(context, emulator_file) as emulator:
        shown = {
            "now": emulator.clock.now().isoformat(),
            "settings": emulator.settings.to_json(),
            "faults": [vars(fault) for fault in emulator.faults.all()],
        }
    sys.stdout.write(json.dumps(shown, indent=2) + "\n")


@app.command("advance")
def advance(
    context: typer.Context,
    duration: Annotated[str, typer.Argument(metavar="DURATION", help="30s, 15m, 2h or 3d.")],
    *,
    emulator_file: State = None,
) -> None:
    """Move the emulator's clock on."""
    moved = emulator_switches.duration(duration)
    with opened(context, emulator_file) as emulator:
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
    taken = emulator_switches.duration(duration)
    with opened(context, emulator_file) as emulator:
        emulator.settings = dataclasses.replace(emulator.settings, verification=taken, dns=False)
        typer.echo(f"identities are verified {duration} after they are made")


@app.command("call", short_help="Make one AWS call, as somebody else would.")
def call(
    context: typer.Context,
    operation: Annotated[str, typer.Argument(metavar="SERVICE:OPERATION", help="Such as sesv2:GetAccount.")],
    params: Annotated[str, typer.Argument(metavar="JSON", help="The call's parameters.")] = "{}",
    *,
    region: Region = HOME,
    emulator_file: State = None,
) -> int:
    """Make one AWS call against the emulator, as somebody else would: for a change behind a spec's back."""
    from sesops.core.values import Refusal

    service, _, name = operation.partition(":")
    if not service or not name:
        raise UsageError(f"{operation!r} is not of the form SERVICE:OPERATION", EXAMPLE)
    given = _params(params)
    with opened(context, emulator_file) as emulator:
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
    from sesops.core import json_text

    try:
        given = json_text.loads(text)
    except ValueError as error:
        raise UsageError(f"the parameters are no JSON: {error}") from error
    if not isinstance(given, dict):
        raise UsageError("the parameters are no JSON object", 'as in \'{"EmailIdentity": "example.com"}\'')
    return given


emulator_outside.add_to(app)
