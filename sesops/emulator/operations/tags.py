"""Tags by ARN (v2 only), of whatever a module of this folder says can carry them.

SES behaviour: TagResource merges, UntagResource takes away what is there, neither creates anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sesops.emulator.context import Context, ServiceError
from sesops.emulator.registry import Answer, Params, operation

TAGS_PER_RESOURCE = 50
KEY_LENGTH = 128
VALUE_LENGTH = 256
Key = Callable[[Context, str], str]


@dataclass(frozen=True)
class _Taggable:
    """A type of resource: our table, what SES calls the thing when it is not there, and from ARN to name in the table.

    The table is the type with underscores, so that the store can tell ARNs.
    """

    table: str
    noun: str
    key: Key


_taggable: dict[str, _Taggable] = {}


def taggable(arn_type: str, noun: str, key: Key = lambda _context, name: name) -> None:
    """Let things of this type in ARNs (`dedicated-ip-pool`) carry tags; their documents have a member `tags`."""
    _taggable[arn_type] = _Taggable(arn_type.replace("-", "_"), noun, key)


def checked_tags(tags: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """The tags of a request, or BadRequestException: too many, too long, reserved, or a key twice."""
    kept: dict[str, str] = {}
    for tag in tags:
        key, value = tag["Key"], tag["Value"]
        if not 1 <= len(key) <= KEY_LENGTH or len(value) > VALUE_LENGTH:
            message = f"Tag keys have 1 to {KEY_LENGTH} characters, values at most {VALUE_LENGTH}."
            raise ServiceError("BadRequestException", message)
        if key.lower().startswith("aws:"):
            raise ServiceError("BadRequestException", "Tag keys that start with aws: are reserved.")
        if key in kept:
            raise ServiceError("BadRequestException", f"Duplicate tag key <{key}>.")
        kept[key] = value
    _check_count(kept)
    return kept


def shown_tags(document: Mapping[str, Any]) -> list[dict[str, str]]:
    """The tags of a stored document as SES answers them: a list, empty when there are none."""
    return [{"Key": key, "Value": value} for key, value in document["tags"].items()]


def _check_count(tags: Mapping[str, str]) -> None:
    if len(tags) > TAGS_PER_RESOURCE:
        raise ServiceError("BadRequestException", f"A resource has at most {TAGS_PER_RESOURCE} tags.")


def _resource(context: Context, arn: str) -> tuple[str, str, dict[str, Any]]:
    """Table, name and document of what `arn` names."""
    # Terraform, told not to ask who it is, leaves the account out.
    arn = arn.replace("::", f":{context.account}:", 1)
    match = re.fullmatch(re.escape(context.arn("")) + r"(?P<type>[a-z-]+)/(?P<name>.+)", arn)
    if match is None or match["type"] not in _taggable:
        raise ServiceError("BadRequestException", "Failed to tag resource")
    kind = _taggable[match["type"]]
    name = kind.key(context, match["name"])
    document = context.store.get(kind.table, name)
    if document is None:
        raise ServiceError("NotFoundException", f"No {kind.noun} present with name: {match['name']}", 404)
    return kind.table, name, document


def _check_some(member: str, items: Sequence[Any]) -> None:
    if not items:
        text = f"Value at '{member}' failed to satisfy constraint: Member must have length greater than or equal to 1"
        raise ServiceError("BadRequestException", f"1 validation error detected: {text}")


@operation("sesv2", "TagResource")
def tag_resource(context: Context, params: Params) -> Answer:
    """Add tags, or give those that are there new values."""
    _check_some("tags", params["Tags"])
    new = checked_tags(params["Tags"])
    table, name, document = _resource(context, params["ResourceArn"])
    document["tags"] |= new
    _check_count(document["tags"])
    context.store.put(table, name, document)
    return {}


@operation("sesv2", "UntagResource")
def untag_resource(context: Context, params: Params) -> Answer:
    """Take tags away; a key that is not there is no error."""
    _check_some("tagKeys", params["TagKeys"])
    table, name, document = _resource(context, params["ResourceArn"])
    document["tags"] = {key: value for key, value in document["tags"].items() if key not in params["TagKeys"]}
    context.store.put(table, name, document)
    return {}


@operation("sesv2", "ListTagsForResource")
def list_tags_for_resource(context: Context, params: Params) -> Answer:
    """All tags at once."""
    _, _, document = _resource(context, params["ResourceArn"])
    return {"Tags": shown_tags(document)}
