"""DKIM replicas: a domain that signs with the keys of the same domain in another region.

SES behaviour: asking for a replica of something that cannot be replicated is no error of the call. The replica stays
pending, and VerificationInfo says why.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sesops.emulator.context import Context

_PREFIX = "AWS_SES_"


def is_replica(dkim: Mapping[str, Any]) -> bool:
    """Whether this DKIM set-up takes its keys from another region."""
    return str(dkim.get("origin", "")).startswith(_PREFIX)


def primary_region(dkim: Mapping[str, Any]) -> str:
    """The region that `AWS_SES_EU_WEST_1` and its like name."""
    return str(dkim["origin"]).removeprefix(_PREFIX).replace("_", "-").lower()


def primary(context: Context, document: Mapping[str, Any]) -> dict[str, Any] | None:
    """The identity whose keys the replica `document` signs with, if there is one that can be replicated."""
    return None if replication_error(context, document) else _lookup(context, document)


def replication_error(context: Context, document: Mapping[str, Any]) -> str | None:
    """Why the replica `document` cannot work (a value of VerificationInfo.ErrorType); None for all that can."""
    dkim = document["dkim"]
    if not is_replica(dkim):
        return None
    if primary_region(dkim) == context.region:
        return "REPLICATION_PRIMARY_INVALID_REGION"
    parent = _lookup(context, document)
    if parent is None or "origin" not in parent["dkim"]:
        return "REPLICATION_PRIMARY_NOT_FOUND"
    if parent["dkim"]["origin"] == "EXTERNAL":
        return "REPLICATION_PRIMARY_BYO_DKIM_NOT_SUPPORTED"
    if is_replica(parent["dkim"]):
        return "REPLICATION_REPLICA_AS_PRIMARY_NOT_SUPPORTED"
    return None


def _lookup(context: Context, document: Mapping[str, Any]) -> dict[str, Any] | None:
    return context.store.in_region(primary_region(document["dkim"])).get("identity", document["name"])
