"""The recipients of a receipt rule: a list of addresses and domains, or `all`, which SES has as no list at all."""

from __future__ import annotations

from collections.abc import Sequence

from sesops.core.kind import Build
from sesops.core.values import Json

EVERYBODY = "all"

Recipients = Json
"""`"all"`, or a list of addresses (`ops@example.com`), domains (`example.com`) and subdomains (`.example.com`)."""


def normal(recipients: Recipients) -> Recipients:
    """The one form that is compared: sorted, domains in lower case and without a trailing dot.

    The local part of an address stays as written.
    """
    if recipients == EVERYBODY:
        return EVERYBODY
    return sorted({_normal(one) for one in recipients})


def decode(recipients: Sequence[str]) -> Recipients:
    """SES's list -> the spec's form. SES behaviour: a rule without recipients matches everybody."""
    return normal(recipients) if recipients else EVERYBODY


def encode(recipients: Recipients) -> Json:
    """The spec's form -> SES's list; None leaves the member out."""
    return None if recipients == EVERYBODY else list(recipients)


def dropped(before: Recipients, after: Recipients) -> tuple[str, ...]:
    """The recipients that a change takes away, in words where they cannot be listed."""
    if after == EVERYBODY:
        return ()
    if before == EVERYBODY:
        return ("everybody else",)
    return tuple(one for one in before if not _covering(one) & set(after))


def _covering(recipient: str) -> frozenset[str]:
    """What takes the mail for a recipient: itself, its domain, and `.domain` of each domain above that."""
    local, _, domain = recipient.rpartition("@")
    labels = domain.removeprefix(".").split(".")
    above = {f".{'.'.join(labels[start:])}" for start in range(1, len(labels))}
    return frozenset({recipient, *above, *([domain] if local else ())})


def report_faults(recipients: Recipients, build: Build) -> None:
    """Report what SES can match with no recipient, each where it is written."""
    for index, one in enumerate(recipients if isinstance(recipients, list) else ()):
        if hint := _fault(one):
            message = f"{one!r} is no recipient that SES can match"
            build.report(f"recipients[{index}]", "invalid-recipient", message, hint)


def _fault(recipient: str) -> str | None:
    """What is wrong with one recipient, as a hint; None where nothing is."""
    local, at, domain = recipient.rpartition("@")
    if recipient in (EVERYBODY, "*"):
        return "write `recipients: all`, without a list"
    if "*" in domain or local == "*":
        name = domain.removeprefix("*").removeprefix(".")
        return f"SES knows no wildcards: write `{name}` for a domain, `.{name}` for its subdomains"
    if not recipient.isascii():
        return "write the domain with `xn--` labels"
    if any(letter.isspace() for letter in recipient) or (at and not local) or "." not in domain.strip("."):
        return "write an address, a domain, or `.domain` for its subdomains"
    return None


def _normal(recipient: str) -> str:
    local, at, domain = recipient.rpartition("@")
    return f"{local}{at}{domain.lower().removesuffix('.')}"
