"""Names of domains and e-mail addresses in the one form that SES keeps them in.

SES compares domains without case, but an address letter by letter, its domain too; internationalised names have to be
given as A-labels, and a trailing dot is refused (SES behaviour: names of identities).
"""

from __future__ import annotations

import re
from typing import Final

_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_LONGEST_DOMAIN: Final = 255
_LONGEST_ADDRESS: Final = 320
_LOCAL = re.compile("[!-?A-~]+")
"""What SES takes before the `@`: printable ASCII, and no second `@`."""
_LONGEST_LOCAL: Final = 64
_DEVIATING = frozenset("ßς\u200c\u200d")
"""Letters that the two standards for internationalised names write as different A-labels."""


class NameFault(ValueError):  # noqa: N818  (a fault of a name, reported as a finding)
    """A text that is no name; `hint` says what to write instead."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


def normal_domain(text: str) -> str:
    """The name in lower case, without a trailing dot, as A-labels.

    Raises:
        NameFault: the text is no domain name.

    """
    name = a_labels(text.removesuffix(".")).lower()
    if name.startswith("*"):
        raise NameFault(f"{text!r} is a wildcard", "name the domain itself: SES lets its subdomains send with it")
    if "@" in name:
        raise NameFault(f"{text!r} is an e-mail address, no domain", "an address belongs under `emails`")
    if "://" in name or "/" in name:
        raise NameFault(f"{text!r} is an address of the web, no domain", "write the host name alone")
    if len(name) > _LONGEST_DOMAIN:
        raise NameFault(f"{text!r} is longer than {_LONGEST_DOMAIN} characters")
    labels = name.split(".")
    if len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels):
        raise NameFault(f"{text!r} is no domain name", "letters, digits, `-` and `_` between dots, as in example.com")
    return name


def normal_address(text: str) -> str:
    """An e-mail address: as it is written, but a domain in other letters as A-labels.

    Raises:
        NameFault: the text is no address that SES takes.

    """
    local, at, domain = text.rpartition("@")
    if not local.isascii():
        raise NameFault(f"{text!r} has letters before the `@` that SES does not take", "only ASCII stands there")
    if not at or not _LOCAL.fullmatch(local):
        raise NameFault(f"{text!r} is no e-mail address", "write it as name@example.com")
    if len(local) > _LONGEST_LOCAL or len(text) > _LONGEST_ADDRESS:
        raise NameFault(f"{text!r} is longer than SES takes", f"at most {_LONGEST_LOCAL} characters before the `@`")
    if domain.endswith("."):
        raise NameFault(f"{text!r} ends in a dot, which SES refuses", "remove the dot")
    normal_domain(domain)
    return f"{local}@{a_labels(domain)}"


def a_labels(domain: str) -> str:
    """The name with every label in other letters as its A-label (`xn--…`); ASCII labels stay as they are.

    Raises:
        NameFault: there is no A-label, or the standards disagree on it.

    """
    if domain.isascii():
        return domain
    if strange := sorted(_DEVIATING.intersection(domain)):
        letter = f"U+{ord(strange[0]):04X}"
        raise NameFault(f"standards disagree on {letter} in {domain!r}", "write the name with `xn--` labels")
    return ".".join(label if label.isascii() else _a_label(label, domain) for label in re.split("[.。．｡]", domain))  # noqa: RUF001  (the dots that IDNA knows)


def _a_label(label: str, domain: str) -> str:
    try:
        return label.encode("idna").decode()
    except UnicodeError:
        raise NameFault(f"{domain!r} is no domain name", "write the name with `xn--` labels") from None


def normal_recipient(text: str) -> str:
    """A recipient of a receipt rule: an address, a domain, or `.domain` for what lies below it, with the domain in its
    one form. What is none of these stays, to be found by the rule's own checks.
    """
    local, at, domain = text.rpartition("@")
    dot = "." if domain.startswith(".") and not at else ""
    try:
        return f"{local}{at}{dot}{normal_domain(domain.removeprefix(dot))}"
    except NameFault:
        return text
