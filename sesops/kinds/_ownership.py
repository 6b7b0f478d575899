"""Whose a thing is: one paged listing of everything that carries a stack's tag.

The listing lags behind SES by a little, so it finds things; before a tag is a reason to refuse, it is read from SES.
"""

from __future__ import annotations

from collections.abc import Mapping

from sesops.core.plan import STACK_TAG
from sesops.core.values import Answer, Call, Json, Program, Refusal, Scope
from sesops.kinds._shared import tags_in, unread

LISTING = Call(
    "resourcegroupstaggingapi",
    "GetResources",
    {
        "TagFilters": [{"Key": STACK_TAG}],
        "ResourceTypeFilters": ["ses", "sns:topic"],
        "ResourcesPerPage": 100,
    },
)
"""Every stack's things in the account and region. A reader that yields the same call costs nothing more."""


def tags_by_arn(value: Mapping[str, Json]) -> dict[str, dict[str, str]]:
    """The listing's answer -> {ARN: all tags of it}."""
    return {one["ResourceARN"]: tags_in(one) for one in value.get("ResourceTagMappingList") or ()}


def listed_tags(answer: Answer) -> dict[str, dict[str, str]]:
    """The same for a reader that can do without: nothing where the listing was refused."""
    return {} if isinstance(answer, Refusal) else tags_by_arn(answer.value)


def stack_tags(_scope: Scope) -> Program:
    """List what carries a `sesops:stack` tag, whatever its value. Returns {ARN: {key: value}}, or `Unread`."""
    (answer,) = yield (LISTING,)
    return unread(answer, LISTING) if isinstance(answer, Refusal) else tags_by_arn(answer.value)
