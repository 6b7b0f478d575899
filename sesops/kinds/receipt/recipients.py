"""The recipients of a receipt rule: a list of addresses and domains, or `all`, which SES has as no list at all."""

from __future__ import annotations

from collections.abc import Sequence

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
    return tuple(one for one in before if one not in after)


def fault(recipient: str) -> str | None:
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
