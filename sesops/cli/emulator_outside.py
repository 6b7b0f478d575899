"""Commands of `sesops emulator` for what happens outside SES's API: DNS, clicks, and SES's own doing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from sesops.cli.emulator_switches import Region, State, opened
from sesops.cli.exit_codes import UsageError

HOME = "eu-west-1"
Address = Annotated[str, typer.Argument(metavar="ADDRESS", help="An e-mail address.")]


def dns(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="The name of a host.")] = None,
    kind: Annotated[str | None, typer.Argument(metavar="TYPE", help="CNAME, MX, TXT ...")] = None,
    values: Annotated[list[str] | None, typer.Argument(metavar="VALUE", help="As in a zone file.")] = None,
    *,
    emulator_file: State = None,
) -> None:
    """Show what DNS the emulator's SES sees, or give a name the values of a type; without values, take them away.

    The zones of the emulator's Route 53 count too.
    """
    with opened(context, emulator_file) as emulator, _sense():
        if name is not None and kind is None:
            raise UsageError("the type of the records is missing", f"as in {name} TXT 'v=spf1 ~all'")
        if name is not None and kind is not None:
            emulator.dns.set(name, kind, *(values or ()))
        for host, records in emulator.dns.records().items():
            if name is None or host == name.lower().removesuffix("."):
                for one, texts in sorted(records.items()):
                    for text in texts:
                        typer.echo(f"{host} {one} {text}")


def click(context: typer.Context, address: Address, *, region: Region = HOME, emulator_file: State = None) -> None:
    """Click on the link that SES has sent to an address, within 24 hours: the address is verified."""
    with opened(context, emulator_file) as emulator, _sense():
        emulator.click(address, region)
        typer.echo(f"{address} is verified in {region}")


def give_up(
    context: typer.Context,
    identity: Annotated[str, typer.Argument(metavar="IDENTITY", help="A domain or an address.")],
    *,
    of: Annotated[str, typer.Option("--of", metavar="SEARCH", help="identity, dkim or mail_from.")] = "identity",
    region: Region = HOME,
    emulator_file: State = None,
) -> None:
    """Let SES give up a search for DNS records, as after 72 hours: FAILED until it is asked for again."""
    with opened(context, emulator_file) as emulator, _sense():
        emulator.give_up(identity, region, of=of)
        typer.echo(f"the search for {'the proof' if of == 'identity' else of} of {identity} has failed in {region}")


def lease(
    context: typer.Context,
    ip: Annotated[str, typer.Argument(metavar="IP", help="An IPv4 address.")],
    *,
    region: Region = HOME,
    emulator_file: State = None,
) -> None:
    """Lease a dedicated address to the account, as Support does."""
    with opened(context, emulator_file) as emulator, _sense():
        emulator.lease(ip, region)
        typer.echo(f"{ip} is leased in {region}")


def suppress(
    context: typer.Context,
    address: Address,
    *,
    reason: Annotated[str, typer.Option("--reason", metavar="REASON", help="BOUNCE or COMPLAINT.")] = "BOUNCE",
    region: Region = HOME,
    emulator_file: State = None,
) -> None:
    """Put an address onto the account's suppression list, as SES does by itself."""
    with opened(context, emulator_file) as emulator, _sense():
        emulator.suppress(address, region, reason=reason)
        typer.echo(f"{address} is suppressed in {region}")


def grant_production(context: typer.Context, *, region: Region = HOME, emulator_file: State = None) -> None:
    """Let the account out of the sandbox, as Support does."""
    with opened(context, emulator_file) as emulator, _sense():
        emulator.grant_production(region)
        typer.echo(f"the account is out of the sandbox in {region}")


@contextmanager
def _sense() -> Iterator[None]:
    """What cannot be is a bad command line."""
    try:
        yield
    except ValueError as error:
        raise UsageError(str(error)) from error


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("dns", short_help="Show or fill the DNS that SES sees.")(dns)
    app.command("click", short_help="Click on a verification link.")(click)
    app.command("give-up", short_help="Let a search for DNS records fail.")(give_up)
    app.command("lease", short_help="Lease a dedicated address.")(lease)
    app.command("suppress", short_help="Suppress an address, as SES does.")(suppress)
    app.command("grant-production", short_help="Let the account out of the sandbox.")(grant_production)
