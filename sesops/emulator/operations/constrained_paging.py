"""Pages of the newer listings (tenants and later), which refuse sizes and tokens in the words of a model's constraints.

SES behaviour: size and an empty token are refused before anything is looked up, another listing's token after that.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sesops.emulator.context import Context, ServiceError
from sesops.emulator.paging import page
from sesops.emulator.registry import Answer, Params


def checked_size(params: Params, default: int, largest: int) -> int:
    """The size of page asked for, or BadRequestException: it is out of range, or the token is empty."""
    size: int = params.get("PageSize", default)
    if size < 1:
        raise _failure("pageSize", size, "Member must have value greater than or equal to 1")
    if size > largest:
        raise _failure("pageSize", size, f"Member must have value less than or equal to {largest}")
    if params.get("NextToken") == "":
        raise _failure("nextToken", "", "Member must have length greater than or equal to 1")
    return size


def _failure(member: str, value: object, constraint: str) -> ServiceError:
    text = f"Value '{value}' at '{member}' failed to satisfy constraint: {constraint}"
    return ServiceError("BadRequestException", f"1 validation error detected: {text}")


def sized_page(
    context: Context,
    listing: str,
    items: Sequence[Any],
    params: Params,
    member: str,
    size: int,
    refusal: str = "Invalid Next Token",
) -> Answer:
    """A page of `items` as `member`, and NextToken where there are more; `refusal` is what a wrong token is told."""
    error = ServiceError("BadRequestException", refusal)
    shown, following = page(context, listing, items, params.get("NextToken"), size, error)
    return {member: shown, **({"NextToken": following} if following else {})}
