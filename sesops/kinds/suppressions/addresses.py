"""Addresses on the suppression list, in the one form that SES lists them in."""

from __future__ import annotations

import re

_LOCAL = re.compile("[!-?A-~]{1,64}")
_DOMAIN = re.compile(r"(?=.{1,255}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)+")


def normal(text: str) -> str | None:
    """The form that is compared; None where the text is no address.

    SES behaviour: blanks around it and the case of its domain do not count, the case of its local part does.
    """
    local, at, domain = text.strip().rpartition("@")
    domain = domain.lower()
    if not at or not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain):
        return None
    return f"{local}@{domain}"
