"""Lists a page at a time."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import TypeVar

from sesops.emulator.context import Context, ServiceError

Item = TypeVar("Item")


def page(
    context: Context, listing: str, items: Sequence[Item], token: str | None, size: int, refusal: ServiceError
) -> tuple[list[Item], str | None]:
    """The page of `items` that `token` points to (None: the first), and the token of the next, None on the last page.

    A token is good for the listing, account and region that gave it: any other raises `refusal`. `listing` names the
    things listed ("identities"), not the operation: v1 and v2 take each other's tokens.
    """
    start = 0 if token is None else _read(context, listing, token)
    if start is None:
        raise refusal
    end = start + size
    following = _write(context, listing, end) if end < len(items) else None
    return list(items[start:end]), following


def _write(context: Context, listing: str, start: int) -> str:
    place = [listing, context.account, context.region, start]
    return base64.b64encode(json.dumps(place).encode()).decode()


def _read(context: Context, listing: str, token: str) -> int | None:
    try:
        place = json.loads(base64.b64decode(token, validate=True))
    except ValueError:
        return None
    match place:
        case [str(of), str(account), str(region), int(start)] if (of, account, region) == (
            listing,
            context.account,
            context.region,
        ):
            return start
    return None
