"""Who calls AWS, and where: profile, region, role, endpoint. What is wrong with it is a typed error."""

from __future__ import annotations

import difflib
import ipaddress
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

import boto3
import botocore.session
from botocore import exceptions as boto_errors
from botocore.config import Config
from botocore.credentials import CredentialProvider, RefreshableCredentials

from sesops import __version__
from sesops.aws import errors
from sesops.aws.iam import CALLER
from sesops.aws.parsing import Parsers
from sesops.core.ports import Gateway
from sesops.core.values import Refusal, Refused

_CONNECT_SECONDS = 10
_READ_SECONDS = 60
_CONNECTIONS = 32
"""A client's connections: as many as the engine has threads."""
_ARN_PARTS = 6
_UNTOUCHED = {
    "profile": (None, None, None, None),
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
}
"""botocore's settings for who calls, without the environment and the shared files."""

CREDENTIAL_ERRORS = (
    boto_errors.NoCredentialsError,
    boto_errors.PartialCredentialsError,
    boto_errors.CredentialRetrievalError,
    boto_errors.RefreshWithMFAUnsupportedError,
    boto_errors.SSOError,
    boto_errors.TokenRetrievalError,
    boto_errors.NoAuthTokenError,
    boto_errors.InvalidConfigError,
    boto_errors.MetadataRetrievalError,
)
"""What botocore raises where it cannot sign a call."""


class SessionError(Exception):
    """AWS cannot be called as asked. `hint` says what to do, without a full stop."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class CredentialsError(SessionError):
    """AWS does not know, or cannot be told, who calls."""


class InProcess(Protocol):
    """An SES inside this process, which answers in place of the network."""

    def attach(self, session: boto3.session.Session) -> None:
        """Answer the calls of every client that the session makes from now on."""


@dataclass(frozen=True)
class Session:
    """An open door to one account and region. `in_process`: the calls leave this process for nowhere."""

    boto: boto3.session.Session
    region: str
    endpoint_url: str | None = None
    in_process: bool = False

    def client(self, service: str, region: str | None = None) -> Any:
        """Make a client (slow, and not from two threads at once). Retries are the gateway's, so botocore makes none."""
        # The stubs have one overload a service; a service known only at run time has none.
        make: Callable[..., Any] = self.boto.client
        return make(
            service,
            region_name=region or self.region,
            endpoint_url=self.endpoint_url,
            config=Config(
                retries={"total_max_attempts": 1, "mode": "standard"},
                connect_timeout=_CONNECT_SECONDS,
                read_timeout=_READ_SECONDS,
                max_pool_connections=_CONNECTIONS,
                user_agent_extra=f"sesops/{__version__}",
            ),
        )

    def local(self, client: Any) -> bool:
        """Whether a client talks to a program on this machine, whose pace is its own."""
        return self.in_process or _is_loopback(client.meta.endpoint_url)


def open_session(
    *,
    profile: str | None = None,
    region: str | None = None,
    role_arn: str | None = None,
    endpoint_url: str | None = None,
    emulator: InProcess | None = None,
    account: str | None = None,
) -> Session:
    """Open a session by the AWS conventions (`AWS_*`, the shared files), in a role where one is given.

    With an `emulator` there is nobody to convince: credentials, profile and role stay untouched, and `account` is
    the account that it plays.

    Raises:
        SessionError: there is no region.
        CredentialsError: no credentials, an unknown profile, an expired login, a role that cannot be assumed.

    """
    if emulator is not None:
        place = _region(region, None)
        source = botocore.session.Session(session_vars=_UNTOUCHED)
        source.set_credentials(account or "emulator", "emulator")
        boto = _boto(source, place)
        emulator.attach(boto)
        return Session(boto, place, in_process=True)
    with _typed(profile):
        source = botocore.session.Session(profile=profile)
        place = _region(region, source.get_config_variable("region"))
        session = _session(source, place, endpoint_url)
        credentials = session.boto.get_credentials()
        if credentials is None:
            raise boto_errors.NoCredentialsError
        # A login that has run out shows only when its keys are asked for.
        credentials.get_frozen_credentials()
        return _in_role(session, profile, role_arn) if role_arn else session


def partition_of(region: str) -> str:
    """The partition that a region lies in, as ARNs have it; of a region that botocore does not know, AWS's first."""
    try:
        return str(botocore.session.Session().get_partition_for_region(region))
    except boto_errors.UnknownRegionError:
        return "aws"


def region_of(asked: str | None, profile: str | None) -> str:
    """The region that is asked for, else the one that the AWS conventions have.

    Raises:
        SessionError: there is none.
        CredentialsError: an unknown profile.

    """
    if asked:
        return asked
    with _typed(profile):
        return _region(None, botocore.session.Session(profile=profile).get_config_variable("region"))


def identity(gateway: Gateway) -> tuple[str, str] | Refusal:
    """Ask AWS who we are: account and partition, or why it does not answer.

    Raises:
        CredentialsError: AWS does not know the caller.

    """
    answer = gateway.call(CALLER)
    if not isinstance(answer, Refusal):
        account, arn = answer.value.get("Account"), str(answer.value.get("Arn")).split(":")
        if not account or arn[0] != "arn" or len(arn) < _ARN_PARTS:
            return Refusal(Refused.FAILED, "UnreadableAnswer", "there is no account in it, or no ARN of a caller")
        return account, arn[1]
    if errors.concerns_credentials(answer):
        raise CredentialsError(f"{answer.code}: {answer.message}", errors.hint_for(answer.code, answer.message) or "")
    return answer


def _session(source: botocore.session.Session, region: str, endpoint_url: str | None) -> Session:
    return Session(_boto(source, region), region, endpoint_url)


def _boto(source: botocore.session.Session, region: str) -> boto3.session.Session:
    source.register_component("response_parser_factory", Parsers())
    return boto3.session.Session(botocore_session=source, region_name=region)


def _region(asked: str | None, configured: str | None) -> str:
    """AWS_REGION is what every other SDK reads; boto3 alone reads only AWS_DEFAULT_REGION."""
    region = asked or os.environ.get("AWS_REGION") or configured
    if not region:
        raise SessionError("no AWS region is given", "give --region, or set AWS_REGION or the profile's region")
    return region


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@contextmanager
def _typed(profile: str | None) -> Iterator[None]:
    """Turn what botocore raises about credentials into an error with a hint."""
    try:
        yield
    except boto_errors.ProfileNotFound as error:
        raise CredentialsError(str(error), _profile_hint(profile or os.environ.get("AWS_PROFILE", ""))) from error
    except boto_errors.NoCredentialsError as error:
        raise CredentialsError(
            "no AWS credentials were found", "set AWS_PROFILE or AWS_ACCESS_KEY_ID, or try it without AWS: --emulator"
        ) from error
    except (boto_errors.SSOError, boto_errors.TokenRetrievalError) as error:
        login = f"aws sso login --profile {profile}" if profile else "aws sso login"
        raise CredentialsError(str(error), f"log in again: {login}") from error
    except (*CREDENTIAL_ERRORS, boto_errors.ConfigParseError) as error:
        raise CredentialsError(str(error), "check ~/.aws/config and ~/.aws/credentials") from error


def _profile_hint(name: str) -> str:
    profiles = botocore.session.Session().available_profiles
    near = difflib.get_close_matches(name, profiles, n=1)
    if near:
        return f"did you mean {near[0]}?"
    return f"there is {', '.join(sorted(profiles))}" if profiles else "~/.aws/config has no profiles"


class _Held(CredentialProvider):
    """Puts credentials that we hold in front of everything else that botocore would look at."""

    METHOD = "sesops"

    def __init__(self, credentials: RefreshableCredentials) -> None:
        super().__init__()
        self._credentials = credentials

    def load(self) -> RefreshableCredentials:
        return self._credentials


def _in_role(source: Session, profile: str | None, role_arn: str) -> Session:
    """The same place in another role. The role is assumed now, so that a mistake shows before anything else, and again
    whenever it is about to run out: a long run takes longer than its hour.
    """
    sts = source.client("sts")

    def assume() -> dict[str, str]:
        answer = sts.assume_role(RoleArn=role_arn, RoleSessionName="sesops")["Credentials"]
        return {
            "access_key": answer["AccessKeyId"],
            "secret_key": answer["SecretAccessKey"],
            "token": answer["SessionToken"],
            "expiry_time": answer["Expiration"].isoformat(),
        }

    try:
        metadata = assume()
    except boto_errors.ClientError as error:
        if _is_already(sts, role_arn):
            return source
        refusal = errors.judge(error).refusal
        hint = errors.hint_for(refusal.code, refusal.message)
        if not errors.concerns_credentials(refusal):
            hint = "the role's trust policy has to let the caller do sts:AssumeRole, and the caller's own policy too"
        text = f"{role_arn} cannot be assumed: {refusal.code}: {refusal.message}"
        raise CredentialsError(text, hint or "check the credentials in use") from error
    except (boto_errors.HTTPClientError, boto_errors.ConnectionError) as error:
        raise SessionError(f"{role_arn} cannot be assumed: {error}", "check the network and the region") from error
    held = RefreshableCredentials.create_from_metadata(metadata, refresh_using=assume, method="sts-assume-role")
    inner = botocore.session.Session(profile=profile)
    inner.get_component("credential_provider").providers.insert(0, _Held(held))
    return _session(inner, source.region, source.endpoint_url)


def _is_already(sts: Any, role_arn: str) -> bool:
    """Whether the caller is in that role: a pipeline often assumes it first, and a role may not assume itself."""
    try:
        caller = sts.get_caller_identity()["Arn"]
    except boto_errors.ClientError:
        return False
    account, name = role_arn.split(":")[4], role_arn.rpartition("/")[2]
    return f":{account}:assumed-role/{name}/" in caller
