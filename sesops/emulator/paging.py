"""Lists a page at a time."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import Any, TypeVar

from sesops.emulator.context import Context, ServiceError
from sesops.emulator.exchange import Answer, Params

Item = TypeVar("Item")

LARGEST_PAGE = 1000


def page(
    context: Context, listing: str, items: Sequence[Item], token: str | None, size: int, refusal: ServiceError
) -> tuple[list[Item], str | None]:
    """The page of `items` that `token` points to (None: the first), and the token of the next, None on the last page.

    A token is good for the listing, account and region that gave it: any other raises `refusal`. `listing` names the
    things listed ("identities"), not the operation: v1 and v2 take each other's tokens.
    """
    start = 0 if token is None else read_token(context, listing, token)
    if not isinstance(start, int):
        raise refusal
    end = start + size
    following = write_token(context, listing, end) if end < len(items) else None
    return list(items[start:end]), following


def answer_page(
    context: Context, listing: str, items: Sequence[Any], params: Params, member: str, default: int, largest: int
) -> Answer:
    """The answer of a v2 listing: a page of `items` as `member`, and NextToken where there are more.

    SES behaviour: a size out of range is refused.
    """
    size, token = page_size(params, default, largest), params.get("NextToken")
    refusal = ServiceError("BadRequestException", f"invalid nextToken {token}")
    shown, following = page(context, listing, items, token, size, refusal)
    return {member: shown, **({"NextToken": following} if following else {})}


def page_size(params: Params, default: int, largest: int) -> int:
    """The size of page that a v2 listing is asked for, or the refusal of one out of range."""
    size: int = params.get("PageSize", default)
    if not 1 <= size <= largest:
        raise ServiceError("BadRequestException", f"The page size must be between 1 and {largest}")
    return size


def write_token(context: Context, listing: str, place: int | str) -> str:
    """A token for a place in a listing: the number of items before it, or the last name before it."""
    return base64.b64encode(json.dumps([listing, context.account, context.region, place]).encode()).decode()


def read_token(context: Context, listing: str, token: str) -> int | str | None:
    """The place that a token of this listing, account and region stands for; None for any other token."""
    try:
        told = json.loads(base64.b64decode(token, validate=True))
    except ValueError:
        return None
    match told:
        case [str(of), str(account), str(region), int(place) | str(place)] if (of, account, region) == (
            listing,
            context.account,
            context.region,
        ):
            return place
    return None
