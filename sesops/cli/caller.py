"""Who calls SES, and which: AWS by its conventions, or the embedded one. What is wrong with that ends the run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sesops.cli.exit_codes import ExitCode, Stop, UsageError
from sesops.cli.noting import Noting
from sesops.cli.options import Endpoint

if TYPE_CHECKING:
    from sesops.core.ports import Gateway, Listener, Vault
    from sesops.emulator import Emulator


@dataclass(frozen=True)
class Caller:
    """A way to SES, and who we are there."""

    gateway: Gateway
    account: str
    partition: str
    vault: Vault
    is_embedded: bool = False

    def insist_on(self, account: str, what: str) -> None:
        """See that we are where `what` is for.

        Raises:
            Stop: we are in another account (3).

        """
        if account == self.account:
            return
        if self.is_embedded:
            message = f"{what} is for account {account}, and the embedded SES is account {self.account}"
            hint = f"`sesops emulator` is account {account} to a client with AWS_ACCESS_KEY_ID={account}"
            raise Stop(ExitCode.HELD, message, hint)
        message = f"{what} is for account {account}, and these credentials are of account {self.account}"
        raise Stop(ExitCode.HELD, message, "choose other credentials (--profile, AWS_PROFILE)")


@contextmanager
def opened(
    endpoint: Endpoint, emulator: Emulator | None, region: str, role_arn: str | None, listener: Listener
) -> Iterator[Caller]:
    """A way to a region, in a role where one is given; the embedded SES has no roles.

    Raises:
        Stop: nobody knows us there, or nobody answers (1).

    """
    role = role_arn if emulator is None else None
    with _gateway(endpoint, region, role, emulator, listener) as (gateway, vault):
        yield _caller(gateway, vault, is_embedded=emulator is not None)


@contextmanager
def served(endpoint: Endpoint) -> Iterator[Emulator | None]:
    """The embedded SES where the run is on it, None where calls go to AWS.

    Raises:
        Stop: it is not installed, or its state cannot be used (1).
        UsageError: a profile is named for it.

    """
    if endpoint.state_file is None:
        yield None
        return
    if endpoint.profile is not None:
        raise UsageError(
            f"--profile is for AWS, and this run is on the embedded SES in {endpoint.state_file}",
            "leave out one of the two (SESOPS_EMULATOR names a state file too)",
        )
    with embedded(endpoint.state_file) as emulator:
        yield emulator


@contextmanager
def embedded(state_file: Path) -> Iterator[Emulator]:
    """The embedded SES on a state file, which is made where there is none.

    Raises:
        Stop: it is not installed, or its state cannot be used (1).

    """
    try:
        from sesops.emulator import Emulator
        from sesops.emulator.store import StateError
    except ImportError as error:
        message = f"the embedded SES is not installed ({error.name} is missing)"
        raise Stop(ExitCode.FAILED, message, "pip install 'sesops[emulator]'") from error
    if state_file.is_dir():
        raise Stop(ExitCode.FAILED, f"{state_file} is a folder, not a state file", "name a file with --emulator-file")
    hint = "name another with --emulator-file, or remove it to begin anew"
    try:
        emulator = Emulator(state_file)
        emulator.keeps_calls = False
    except StateError as error:
        raise Stop(ExitCode.FAILED, str(error), hint) from error
    except OSError as error:
        raise Stop(ExitCode.FAILED, f"{state_file} cannot be made: {error.strerror}", hint) from error
    try:
        yield emulator
    except StateError as error:
        raise Stop(ExitCode.FAILED, str(error), hint) from error
    finally:
        emulator.close()


@contextmanager
def _gateway(
    endpoint: Endpoint, region: str, role_arn: str | None, emulator: Emulator | None, listener: Listener
) -> Iterator[tuple[Gateway, Vault]]:
    from sesops.aws.checked import connect
    from sesops.aws.gateway import AwsGateway
    from sesops.aws.session import SessionError, open_session

    try:
        session = open_session(profile=endpoint.profile, region=region, role_arn=role_arn, emulator=emulator)
        gateway = AwsGateway(session, listener=listener, max_rate=endpoint.max_rate)
        # A client is made here, before anything is read: what AWS_* has that makes no sense shows at the first.
        connect(session, "sts")
    except SessionError as error:
        raise Stop(ExitCode.FAILED, error.message, error.hint) from error
    noting = Noting(gateway)
    try:
        yield noting, gateway.vault
    finally:
        # After an interrupt nothing may sleep on between two tries.
        gateway.stop()
        if endpoint.verbose:
            _say_unknown(noting)


def _say_unknown(noting: Noting) -> None:
    from importlib.metadata import version

    from sesops.view import console
    from sesops.view.run_text import unknown_lines

    console.err(unknown_lines(noting.noted(), version("botocore")))


def _caller(gateway: Gateway, vault: Vault, *, is_embedded: bool) -> Caller:
    from sesops.aws.errors import hint_for
    from sesops.aws.session import SessionError, identity
    from sesops.core.values import Refusal

    try:
        who = identity(gateway)
    except SessionError as error:
        raise Stop(ExitCode.FAILED, error.message, error.hint) from error
    if isinstance(who, Refusal):
        url, hint = os.environ.get("AWS_ENDPOINT_URL"), hint_for(who.code, who.message)
        if url and who.code.startswith("EndpointConnection"):
            hint = f"AWS_ENDPOINT_URL is {url}: start what should answer there, or unset it"
        raise Stop(ExitCode.FAILED, f"AWS does not say who we are: {who.code}: {who.message}", hint)
    return Caller(gateway, *who, vault, is_embedded)
