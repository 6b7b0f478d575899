"""Names of identities: what is one, which domains stand above it, and what SES says of one it does not know.

SES behaviour: domains are compared without regard to case. An address is compared as written, its domain part
included, so `a@example.com` and `a@EXAMPLE.com` are two identities.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sesops.emulator.context import Context, ServiceError
from sesops.emulator.operations.refusals import Door

DOMAIN = "DOMAIN"
ADDRESS = "EMAIL_ADDRESS"

_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_DOMAIN_NAME = re.compile(rf"(?=.{{1,255}}\Z){_LABEL}(?:\.{_LABEL})+")
_LONGEST_ADDRESS = 320
_LOCAL_PART = re.compile(r"[!-?A-~]{1,64}")  # printable ASCII without the at sign


def invalid(door: Door, message: str) -> ServiceError:
    """A value that SES does not take, in the spelling of `door`; HTTP 400 in both."""
    return ServiceError("InvalidParameterValue" if door is Door.V1 else "BadRequestException", message)


def not_verifiable(door: Door, name: str, pronoun: str = "Must") -> ServiceError:
    """What the notification operations answer for an identity that is not there (400 in v2 too, not 404)."""
    return invalid(door, f"Identity {name} is invalid. {pronoun} be a verified email address or domain.")


def is_address(name: str) -> bool:
    """Whether `name` is an address rather than a domain: SES tells them apart by the at sign."""
    return "@" in name


def canonical(name: str) -> str:
    """The name under which an identity is kept."""
    return name if is_address(name) else name.lower()


def domain_of(name: str) -> str:
    """The domain of an address, lower-cased, or the domain itself."""
    return name.rpartition("@")[2].lower()


def domains_above(name: str) -> Iterator[str]:
    """The domain of `name` and each domain above it, nearest first, down to two labels."""
    labels = domain_of(name).split(".")
    for start in range(len(labels) - 1):
        yield ".".join(labels[start:])


def is_below(domain: str, parent: str) -> bool:
    """Whether `domain` is a true subdomain of `parent`."""
    return domain.lower().endswith("." + parent.lower())


def is_domain_name(name: str) -> bool:
    """Whether SES takes `name` for a domain: two labels or more, no trailing dot, ASCII."""
    return _DOMAIN_NAME.fullmatch(name) is not None


def is_email_address(name: str) -> bool:
    """Whether SES takes `name` for an address: 64 characters before the at sign and 320 in all at most."""
    local, _, domain = name.rpartition("@")
    return len(name) <= _LONGEST_ADDRESS and _LOCAL_PART.fullmatch(local) is not None and is_domain_name(domain)


def check_domain(name: str, door: Door) -> str:
    """The canonical form of a domain name, or the refusal of a malformed one."""
    if not is_domain_name(name):
        raise invalid(door, f"Invalid domain name {name}.")
    return canonical(name)


def check_address(name: str, door: Door) -> str:
    """The address as it is, or the refusal of a malformed one."""
    if not is_email_address(name):
        raise invalid(door, f"Invalid email address<{name}>.")
    return name


def check_name(name: str, door: Door) -> str:
    """The canonical form of a domain or an address, or the refusal of a malformed one."""
    return check_address(name, door) if is_address(name) else check_domain(name, door)


def own_resource(context: Context, arn: str) -> str | None:
    """What an ARN of this account and region names, such as `identity/example.com`; None for any other.

    The account may be left empty: so are the ARNs of clients that were told not to ask for the account they are in.
    """
    for account in (context.account, ""):
        prefix = f"arn:{context.partition}:ses:{context.region}:{account}:"
        if arn.startswith(prefix):
            return arn.removeprefix(prefix)
    return None


def name_from_arn(context: Context, value: str) -> str:
    """The canonical name behind a name or an ARN; an ARN of another region or account stays as it is (and unknown)."""
    resource = own_resource(context, value)
    return canonical(value if resource is None else resource.removeprefix("identity/"))
