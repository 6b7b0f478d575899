"""What is kept of a reputation entity (an ARN): {status?, policy?, at}; `status` is the customer's."""

from __future__ import annotations

from typing import Any

from sesops.emulator.context import Context

_TABLE = "reputation_entity"


def find(context: Context, arn: str) -> dict[str, Any]:
    """What was said of an entity; empty where nothing was."""
    return context.store.get(_TABLE, arn) or {}


def change(context: Context, arn: str, **members: str) -> None:
    """Say something of an entity."""
    context.store.put(_TABLE, arn, {**find(context, arn), **members})


def aggregate(context: Context, arn: str) -> str:
    """Whether mail of an entity leaves: SES's own status is always ENABLED here."""
    status: str = find(context, arn).get("status", "ENABLED")
    return status


def drop(context: Context, arn: str) -> None:
    """Forget an entity that is gone."""
    context.store.delete(_TABLE, arn)
