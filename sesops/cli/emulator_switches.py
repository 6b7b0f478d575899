"""The switches of the embedded SES: options of `sesops emulator`, and what they change in its state."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sesops.cli.exit_codes import UsageError
from sesops.cli.options import DEFAULT_STATE

if TYPE_CHECKING:
    from sesops.emulator import Emulator

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
IN_MEMORY = Path(":memory:")
"""SQLite's name for a database that is no file."""
_FAULT = re.compile(r"([\w*?-]+):([\w*?]+)(?:=(\w+))?(?:,(\d{1,6}|always))?", re.ASCII)

GroupState = Annotated[
    Path,
    typer.Option("--emulator-file", metavar="FILE", envvar="SESOPS_EMULATOR", help="The state file."),
]
State = Annotated[
    Path | None,
    typer.Option("--emulator-file", metavar="FILE", help=f"The state file: SESOPS_EMULATOR or {DEFAULT_STATE}."),
]
Region = Annotated[str, typer.Option("--region", metavar="REGION", help="The region.")]

Verification = Annotated[
    str | None,
    typer.Option(
        "--verification",
        metavar="HOW",
        help="How identities, DKIM and MAIL FROM are verified: at-once (as long as nothing else is said), after a "
        "duration such as 2h, or by dns: its records, and a click for an address.",
    ),
]
Throttle = Annotated[
    float | None,
    typer.Option(
        "--throttle", metavar="RATE", min=0, help="Calls of one operation a second; SES takes 1. 0: any number."
    ),
]
ReadLag = Annotated[
    str | None,
    typer.Option("--read-lag", metavar="DURATION", help="For how long reads show what was there before a write."),
]
StaleReads = Annotated[
    int | None,
    typer.Option("--stale-reads", metavar="N", min=0, help="How many reads after a write show what was before it."),
]
Propagation = Annotated[
    str | None,
    typer.Option(
        "--propagation", metavar="DURATION", help="How late SES sees changes of buckets, functions, roles and topics."
    ),
]
DropTopics = Annotated[
    bool | None,
    typer.Option(
        "--drop-topics/--keep-topics", help="Whether SES drops a topic of bounces or complaints as soon as it is gone."
    ),
]
Production = Annotated[
    bool | None, typer.Option("--production/--sandbox", help="Whether accounts are out of the sandbox.")
]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=JSON", help="Any other setting that status shows, durations in seconds."),
]
Deny = Annotated[
    list[str] | None,
    typer.Option("--deny", metavar="SERVICE:OPERATION", help="Deny it, as IAM does. Names may hold * and ?."),
]
Lose = Annotated[
    list[str] | None,
    typer.Option(
        "--lose", metavar="SERVICE:OPERATION[,N]", help="Do it, and lose the answer: once, N times, or always."
    ),
]
Fail = Annotated[
    list[str] | None,
    typer.Option(
        "--fail",
        metavar="SERVICE:OPERATION=CODE[,N]",
        help="Answer with that error instead, such as InternalFailure: once, N times, or always.",
    ),
]
NoFaults = Annotated[
    bool, typer.Option("--no-faults", help="Forget what was denied, lost and failed, before what is given here.")
]


@dataclass(frozen=True)
class Fault:
    """A method of `Faults` with its arguments."""

    method: str
    arguments: dict[str, Any]


@dataclass(frozen=True)
class Switches:
    """What a command line changes in the state before anything else is done."""

    settings: dict[str, Any] = field(default_factory=dict)
    """By name, as `Settings.from_json` takes them."""
    faults: tuple[Fault, ...] = ()
    no_faults: bool = False

    def apply(self, emulator: Emulator) -> None:
        """Make the changes.

        Raises:
            UsageError: there is no such setting or operation.

        """
        from sesops.emulator.settings import Settings

        try:
            if self.settings:
                emulator.settings = Settings.from_json(emulator.settings.to_json() | self.settings)
            if self.no_faults:
                emulator.faults.clear()
            for fault in self.faults:
                getattr(emulator.faults, fault.method)(**fault.arguments)
        except ValueError as error:
            raise UsageError(str(error)) from error


def settings(
    *,
    verification: str | None,
    throttle: float | None,
    read_lag: str | None,
    stale_reads: int | None,
    propagation: str | None,
    drop_topics: bool | None,
    production: bool | None,
    other: list[str] | None,
) -> dict[str, Any]:
    """The settings that options ask for; what is None stays.

    Raises:
        UsageError: one is no duration, or no JSON.

    """
    asked = {
        "read_lag": None if read_lag is None else duration(read_lag).total_seconds(),
        "stale_reads": stale_reads,
        "propagation": None if propagation is None else duration(propagation).total_seconds(),
        "drop_topics": drop_topics,
        "production_access": production,
    }
    found: dict[str, Any] = {name: value for name, value in asked.items() if value is not None}
    if throttle is not None:
        found["throttle_per_second"] = throttle or None
    return dict(map(_setting, other or ())) | found | ({} if verification is None else _verification(verification))


def faults(deny: list[str] | None, lose: list[str] | None, fail: list[str] | None) -> Iterator[Fault]:
    """The faults that options ask for.

    Raises:
        UsageError: one is not of its form.

    """
    for text in deny or ():
        service, operation, _, _ = _fault("--deny", text, code=False, times=False)
        yield Fault("deny", {"service": service, "operation": operation})
    for text in lose or ():
        service, operation, _, times = _fault("--lose", text, code=False)
        yield Fault("lose_answer", {"service": service, "operation": operation, "times": times})
    for text in fail or ():
        service, operation, code, times = _fault("--fail", text, code=True)
        yield Fault("fail", {"service": service, "operation": operation, "code": code, "times": times})


def duration(text: str) -> timedelta:
    """`30s`, `15m`, `2h` or `3d`.

    Raises:
        UsageError: it is none of them.

    """
    found = re.fullmatch(r"(\d{1,6})([smhd])", text, re.ASCII)
    if found is None:
        raise UsageError(f"{text!r} is no duration", "write it as 30s, 15m, 2h or 3d")
    return timedelta(**{UNITS[found[2]]: int(found[1])})


@contextmanager
def opened(context: typer.Context, own: Path | None) -> Iterator[Emulator]:
    """The emulator of a command, on the file that it names or else its group, with the group's switches made."""
    from sesops.cli.caller import embedded

    state = own or context.obj.state
    if state == IN_MEMORY:
        raise UsageError("a command needs a state file", "leave out --in-memory")
    with embedded(state) as emulator:
        context.obj.switches.apply(emulator)
        yield emulator


@dataclass(frozen=True)
class Group:
    """What `sesops emulator` was given before its command."""

    state: Path
    switches: Switches


def _verification(text: str) -> dict[str, Any]:
    if text == "dns":
        return {"dns": True}
    takes = timedelta(0) if text == "at-once" else _takes(text)
    return {"dns": False, "verification": takes.total_seconds()}


def _setting(text: str) -> tuple[str, Any]:
    from sesops.core import json_text

    name, equals, value = text.partition("=")
    try:
        return name, json_text.loads(value if equals else "")
    except ValueError as error:
        raise UsageError(f"--set {text!r} is not of the form NAME=JSON", "as in --set tag_lag=60") from error


def _takes(text: str) -> timedelta:
    try:
        return duration(text)
    except UsageError as error:
        raise UsageError(f"--verification is at-once, dns or a duration, not {text!r}", error.hint) from error


def _fault(option: str, text: str, *, code: bool, times: bool = True) -> Sequence[Any]:
    """Service, operation, code, and how often (None: always)."""
    found = _FAULT.fullmatch(text)
    if found is None or (found[3] is not None) != code or (found[4] is not None and not times) or found[4] == "0":
        form = "SERVICE:OPERATION" + ("=CODE" if code else "") + ("[,N]" if times else "")
        example = "sesv2:GetAccount" + ("=InternalFailure" if code else "") + (",3" if times else "")
        raise UsageError(f"{option} {text!r} is not of the form {form}", f"as in {option} {example}")
    often = None if found[4] == "always" else int(found[4] or 1)
    return found[1], found[2], found[3], often
