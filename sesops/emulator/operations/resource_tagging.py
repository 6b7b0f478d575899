"""The listing of tagged resources (resourcegroupstaggingapi): SES's and SNS topics, as the account knows them.

SES behaviour: only what carries a tag is listed, and changes show late.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sesops.emulator.context import Context, ServiceError
from sesops.emulator.paging import page
from sesops.emulator.registry import Answer, Params, operation

PAGE = 100


@operation("resourcegroupstaggingapi", "GetResources")
def get_resources(context: Context, params: Params) -> Answer:
    """ARNs with their tags, those that all filters let through."""
    tagged = context.store.tagged(context.now - context.settings.tag_lag)
    wanted = params.get("ResourceARNList", [])
    mappings = [
        {"ResourceARN": arn, "Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}
        for arn, tags in tagged.items()
        if _is_of_type(arn, params.get("ResourceTypeFilters", []))
        and _has_tags(tags, params.get("TagFilters", []))
        and (not wanted or arn in wanted)
    ]
    # The first page is asked for with no token or an empty one, and the last one says so with an empty one.
    refusal = ServiceError("PaginationTokenExpiredException", "The specified pagination token is not valid here.")
    size = min(params.get("ResourcesPerPage", PAGE), PAGE)
    shown, token = page(context, "tagged", mappings, params.get("PaginationToken") or None, size, refusal)
    return {"PaginationToken": token or "", "ResourceTagMappingList": shown}


def _is_of_type(arn: str, filters: Sequence[str]) -> bool:
    """Whether a filter names the service of `arn`, or service and resource type: "ses", "ses:identity"."""
    service, resource = arn.split(":")[2], arn.split(":")[5]
    kind = "topic" if service == "sns" else resource.partition("/")[0]
    return not filters or service in filters or f"{service}:{kind}" in filters


def _has_tags(tags: Mapping[str, str], filters: Sequence[Mapping[str, Any]]) -> bool:
    """Whether `tags` has every key of the filters, with one of the values where a filter names values."""
    return all(
        each["Key"] in tags and (not each.get("Values") or tags[each["Key"]] in each["Values"]) for each in filters
    )
