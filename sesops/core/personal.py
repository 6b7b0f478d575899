"""Addresses of people, which no plan, log or error shows in full: those on a suppression list."""

from __future__ import annotations

import re

MASK = "***"
_IN_TEXT = re.compile(r"[^\s<>\"',;:(){}\[\]]+@[^\s<>\"',;:(){}\[\]]+")


def masked(address: str) -> str:
    """An address as a reviewer may see it: `g***@example.com`."""
    local, at, domain = address.rpartition("@")
    return f"{local[:1]}{MASK}@{domain}" if at else MASK


def without_addresses(text: str) -> str:
    """A text with every address in it masked."""
    return _IN_TEXT.sub(lambda found: masked(found[0]), text)
