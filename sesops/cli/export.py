"""`sesops export`: live SES as a spec. It cannot write to SES."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sesops.cli.exit_codes import ExitCode, Stop, UsageError
from sesops.cli.options import EmulatorFile, EmulatorFlag, Endpoint, MaxRate, Profile, Verbose

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sesops.core.inventory import Inventory
    from sesops.core.kind import Registry
    from sesops.core.ports import Gateway
    from sesops.core.values import Scope
    from sesops.spec.export import Export

SUPPRESSIONS = "suppressions"

Out = Annotated[
    Path | None,
    typer.Option(
        "--out", metavar="FOLDER", help="Write sesops.yaml there, and policies beside it; without, all goes to stdout."
    ),
]
Force = Annotated[bool, typer.Option("--force", help="With --out: write over files that are there.")]
Region = Annotated[
    str | None, typer.Option("--region", metavar="REGION", help="The region; else that of AWS_* or the profile.")
]
Stack = Annotated[
    str | None,
    typer.Option(
        "--stack",
        metavar="NAME",
        help="The stack: all with its tag, or with none. Without, the stack that is there.",
    ),
]
Suppressed = Annotated[
    bool, typer.Option("--suppressions", help="With --out: the suppression list too, as a file. It is personal data.")
]
Ignore = Annotated[
    list[str] | None,
    typer.Option(
        "--ignore", metavar="ADDRESS", help="Leave this out, as in configuration_set/aws-*; may be given again."
    ),
]


def command(
    *,
    out: Out = None,
    force: Force = False,
    stack: Stack = None,
    suppressions: Suppressed = False,
    ignore: Ignore = None,
    region: Region = None,
    emulator: EmulatorFlag = False,
    emulator_file: EmulatorFile = None,
    profile: Profile = None,
    max_rate: MaxRate = None,
    verbose: Verbose = False,
) -> int:
    """Write what is live in a region as a spec: its plan has nothing to change, adoption apart. Only reads.

    What cannot be in it stands in comments, with the reason. Ends with 1 where something could not be read.
    """
    endpoint = Endpoint(emulator, emulator_file, profile, max_rate, verbose)

    from sesops import kinds
    from sesops.cli.folder import Folder
    from sesops.view import console, export_text

    if out is None:
        _insist_on_stdout({"--force": force, "--suppressions": suppressions})
    folder = None if out is None else Folder(out, force=force)
    registry = kinds.discover()
    asked = Asked(stack, _patterns(ignore or (), registry), (SUPPRESSIONS,) if suppressions else ())
    insist_on_form("--stack", "stack", stack, registry)
    scope, made = take(endpoint, _region(endpoint, region, registry), asked, registry, in_files=folder is not None)
    if folder is None:
        console.write(made.text)
    else:
        folder.write(made.files, made.text)
        folder.add_schema(registry)
    console.err(export_text.lines(scope.stack, made.counts, made.gaps, None if out is None else str(out)))
    return ExitCode.FAILED if made.gaps else ExitCode.DONE


@dataclass(frozen=True)
class Asked:
    """The stack (None: the one that is there), what stays out, and the kinds whose long lists are wanted."""

    stack: str | None
    ignore: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()


def take(endpoint: Endpoint, region: str, asked: Asked, registry: Registry, *, in_files: bool) -> tuple[Scope, Export]:
    """What is live in a region as a spec, and where that is; policies `in_files` beside it.

    Raises:
        Stop: nobody knows us there, or nobody answers (1).
        UsageError: the stack is not said, and there are several.

    """
    from sesops.cli import run
    from sesops.spec.export import export

    scope, inventory = _read(endpoint, region, asked, registry)
    return scope, export(registry, scope, inventory, run.today(), ignore=asked.ignore, in_files=in_files)


def _read(endpoint: Endpoint, region: str, asked: Asked, registry: Registry) -> tuple[Scope, Inventory]:
    """All that is live in a region, through something that cannot write.

    Raises:
        Stop: nobody knows us there, or nobody answers (1).
        UsageError: the stack is not said, and there are several.

    """
    from sesops.aws.read_only import ReadOnly
    from sesops.cli import targets
    from sesops.cli.caller import opened, served
    from sesops.core.guard import ignored
    from sesops.core.plan import Leave, Removal
    from sesops.core.values import Scope
    from sesops.engine.inventory import take_inventory

    leave = Leave(ignore=tuple(Removal(one) for one in asked.ignore))
    with (
        targets.watching((None,), verbose=endpoint.verbose) as listeners,
        served(endpoint) as emulator,
        opened(endpoint, emulator, region, None, listeners(None)) as caller,
    ):
        gateway, listener = ReadOnly(caller.gateway), listeners(None)
        scope = _scope(asked.stack, Scope("", region, caller.account, caller.partition), gateway, registry)
        skip = partial(ignored, leave)
        return scope, take_inventory(registry, scope, gateway, listener, skip=skip, lists=asked.lists)


def _insist_on_stdout(flags: Mapping[str, bool]) -> None:
    """See that nothing is asked for that stdout cannot have."""
    for flag, is_given in flags.items():
        if is_given:
            raise UsageError(f"{flag} is for files, and this export goes to stdout", "name a folder with --out")


def insist_on_form(flag: str, key: str, value: str | None, registry: Registry) -> None:
    from sesops.spec.export import unfit

    if value is not None and (form := unfit(key, value, registry)):
        raise UsageError(f"{flag} {value!r} is no {key}", form)


def _patterns(texts: Iterable[str], registry: Registry) -> tuple[str, ...]:
    """Addresses and globs to leave out, in the form that a spec has them in.

    Raises:
        UsageError: one is none.

    """
    from sesops.core.guard import is_glob
    from sesops.spec import parse_address

    found = []
    for text in texts:
        known = ", ".join(sorted(registry.kinds))
        try:
            found.append(text if is_glob(text) else str(parse_address(text, registry)))
        except ValueError as error:
            raise UsageError(f"--ignore: {error}", f"as in configuration_set/aws-*; the kinds are {known}") from error
        if text.partition("/")[0] not in registry.kinds:
            raise UsageError(f"--ignore {text!r} names no kind that there is", f"the kinds are {known}")
    return tuple(dict.fromkeys(found))


def _region(endpoint: Endpoint, asked: str | None, registry: Registry) -> str:
    """The region to read.

    Raises:
        UsageError: there is none, or it is no region.
        Stop: the profile is not there (1).

    """
    from sesops.aws.session import CredentialsError, SessionError, region_of

    try:
        found = region_of(asked, endpoint.profile)
    except CredentialsError as error:
        raise Stop(ExitCode.FAILED, error.message, error.hint) from error
    except SessionError as error:
        raise UsageError(error.message, error.hint) from error
    insist_on_form("--region", "region", found, registry)
    return found


def _scope(stack: str | None, place: Scope, gateway: Gateway, registry: Registry) -> Scope:
    """The place with its stack: the one that is asked for, or that has things there; without any a new one.

    Raises:
        UsageError: several stacks have things there, or nobody says which.

    """
    from sesops.engine.refresh import read_owners

    if stack is not None:
        return replace(place, stack=stack)
    state = read_owners(registry, place, gateway)
    if not state.owners_known:
        raise UsageError(f"which stacks are there cannot be listed: {state.owners_reason}", "choose one with --stack")
    there = sorted(set(state.owners.values()))
    if len(there) > 1:
        hint = f"choose one: --stack {' or --stack '.join(there)}; a new name takes what carries no stack's tag"
        raise UsageError(f"{len(there)} stacks have things in {place.region}", hint)
    return replace(place, stack=there[0] if there else f"ses-{place.region}")
