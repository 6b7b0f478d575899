"""The DNS records of DKIM: their names, and what SES wants to see under them."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from sesops.emulator.context import Context
from sesops.emulator.dns import Wanted
from sesops.emulator.operations.replication import is_replica, primary, primary_region

# SES behaviour: in all other regions the records point into dkim.amazonses.com.
_REGIONS_WITH_OWN_ZONE = frozenset(
    {
        "af-south-1",
        "ap-northeast-3",
        "ap-south-2",
        "ap-southeast-3",
        "ap-southeast-5",
        "ca-west-1",
        "eu-central-2",
        "eu-south-1",
        "il-central-1",
        "me-central-1",
        "us-gov-east-1",
    }
)
_PUBLIC_KEY = re.compile(r"(?:^|;)\s*p\s*=([A-Za-z0-9+/=\s]+)")
_INTEGER, _SEQUENCE = 0x02, 0x30


def hosted_zone(region: str) -> str:
    """The DNS zone that Easy DKIM records of a region point into."""
    return f"dkim.{region}.amazonses.com" if region in _REGIONS_WITH_OWN_ZONE else "dkim.amazonses.com"


def easy_tokens(account: str, region: str, domain: str, generation: int) -> list[str]:
    """The three tokens, 32 characters of a-z and 0-9 each, of the key with that number."""
    seeds = (f"{account}/{region}/{domain}/{generation}/{number}" for number in range(3))
    digests = (hashlib.sha256(seed.encode()).digest() for seed in seeds)
    return [base64.b32encode(digest).decode().lower()[:32] for digest in digests]


def wanted(context: Context, document: Mapping[str, Any]) -> list[Wanted]:
    """The records of the keys that a domain is to sign with; none where DKIM is not set up.

    SES behaviour: a replica's are those of its primary, so there is nothing new to publish.
    """
    dkim, name = document["dkim"], document["name"]
    if "origin" not in dkim:
        return []
    if is_replica(dkim):
        parent = primary(context, document)
        return [] if parent is None else _easy(context, primary_region(dkim), parent)
    if "selector" in dkim:
        modulus = dkim.get("modulus")
        return [Wanted(f"{dkim['selector']}._domainkey.{name}", "TXT", lambda texts: _holds(texts, modulus))]
    return _easy(context, context.region, document)


def _easy(context: Context, region: str, document: Mapping[str, Any]) -> list[Wanted]:
    zone, name = hosted_zone(region), document["name"]
    tokens = easy_tokens(context.account, region, name, document["dkim"]["generation"])
    return [Wanted(f"{token}._domainkey.{name}", "CNAME", _is_one(f"{token}.{zone}")) for token in tokens]


def _is_one(target: str) -> Any:
    return lambda values: target in values


def modulus(private_key: str) -> str | None:
    """What a public key has in common with this private one (PKCS#1 in base64), in base64; None where it is no key."""
    try:
        _, key = _element(base64.b64decode(private_key, validate=True), _SEQUENCE)
        rest, _version = _element(key, _INTEGER)
        _, number = _element(rest, _INTEGER)
    except (binascii.Error, ValueError, IndexError):
        return None
    return base64.b64encode(number).decode()


def _element(encoded: bytes, kind: int) -> tuple[bytes, bytes]:
    """What follows the first element of DER text, and what is in it. ValueError, IndexError: it is of no such kind."""
    length, start = encoded[1], 2
    if length > 0x80:
        start = 2 + length - 0x80
        length = int.from_bytes(encoded[2:start])
    if encoded[0] != kind or len(encoded) < start + length:
        raise ValueError("no such element")
    return encoded[start + length :], encoded[start : start + length]


def _holds(texts: Sequence[str], modulus: str | None) -> bool:
    """Whether one of the texts has the public key; any, where the private one was none that could be read."""
    for text in texts:
        found = _PUBLIC_KEY.search(text)
        if found is None or not found[1].strip():
            continue
        try:
            key = base64.b64decode("".join(found[1].split()), validate=True)
        except binascii.Error:
            continue
        if modulus is None or base64.b64decode(modulus) in key:
            return True
    return False
