"""Tags by ARN (v2 only), of whatever a module of this folder says can carry them.

SES behaviour: TagResource merges, UntagResource takes away what is there, neither creates anything.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sesops.emulator.context import Context, ServiceError
from sesops.emulator.registry import Answer, Params, operation

TAGS_PER_RESOURCE = 50
KEY_LENGTH = 128
VALUE_LENGTH = 256
Key = Callable[[Context, str], str]
_ARN = re.compile(
    r"arn:(?P<partition>[a-z-]+):ses:(?P<region>[a-z0-9-]+):(?P<owner>\d*):(?P<type>[a-z-]+)/(?P<name>.+)", re.DOTALL
)
_TOO_MANY = (
    f"Maximum of {TAGS_PER_RESOURCE} user tags are allowed per resource, "
    "consider reducing the number of tags in the request"
)


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
    """The tags of a request, or BadRequestException: too many, too long, reserved, or a key twice.

    SES behaviour: in this order, each rule over all tags before the next one.
    """
    if len(tags) > TAGS_PER_RESOURCE:
        raise _refused(_TOO_MANY)
    if not all(_has_only_characters(tag["Value"]) and _has_only_characters(tag["Key"]) for tag in tags):
        rest = "letters, numbers, spaces, and the following special characters: _ . : / = + - @"
        raise _refused(f"Tags can only contain {rest}")
    if any(tag["Key"].lower().startswith("aws:") for tag in tags):
        raise _refused("Caller is an end user and not allowed to mutate system tags")
    if too_long := [
        f"Value at 'tags.{number}.member.{member.lower()}' failed to satisfy constraint: "
        f"Member must have length less than or equal to {longest}"
        for number, tag in enumerate(tags, 1)
        for member, longest in (("Value", VALUE_LENGTH), ("Key", KEY_LENGTH))
        if len(tag[member]) > longest
    ]:
        counted = f"{len(too_long)} validation error{'s' if len(too_long) > 1 else ''}"
        raise _refused(f"{counted} detected: {'; '.join(too_long)}")
    if any(not tag["Key"] for tag in tags):
        # SES gives no text here; ours says what is wrong.
        raise _refused("A tag key must not be empty.")
    kept = {tag["Key"]: tag["Value"] for tag in tags}
    if len(kept) < len(tags):
        raise _refused("Cannot provide multiple tags with the same key")
    return kept


def _refused(message: str) -> ServiceError:
    return ServiceError("BadRequestException", message)


def _has_only_characters(text: str) -> bool:
    """Whether a key or value is of letters, numbers, spaces of any script, and `_.:/=+-@`."""
    return all(character in "_.:/=+-@" or unicodedata.category(character)[0] in "LNZ" for character in text)


def shown_tags(document: Mapping[str, Any]) -> list[dict[str, str]]:
    """The tags of a stored document as SES answers them: a list, empty when there are none."""
    return [{"Key": key, "Value": value} for key, value in document["tags"].items()]


class _Resource(NamedTuple):
    """What an ARN names: table, name and document, and whether the ARN is of this region."""

    table: str
    name: str
    document: dict[str, Any]
    is_here: bool


def _resource(context: Context, arn: str, deed: str, *, elsewhere: bool = False) -> _Resource:
    """What `arn` names; `deed` is for the refusal of an ARN of nothing that has tags.

    SES behaviour: with another region in the ARN that is not done; `elsewhere`, the thing is looked for in this one.
    """
    match = _ARN.fullmatch(arn)
    # Terraform, told not to ask who it is, leaves the account out.
    if match is None or match["type"] not in _taggable or match["owner"] not in ("", context.account):
        raise _refused(f"Failed to {deed} resource")
    is_here = (match["partition"], match["region"]) == (context.partition, context.region)
    if not is_here and not elsewhere:
        raise _refused(f"Failed to {deed} resource")
    kind = _taggable[match["type"]]
    name = kind.key(context, match["name"])
    document = context.store.get(kind.table, name)
    if document is None:
        raise ServiceError("NotFoundException", f"No {kind.noun} present with name: {match['name']}", 404)
    return _Resource(kind.table, name, document, is_here)


def _check_some(member: str, items: Sequence[Any]) -> None:
    if not items:
        text = f"Value at '{member}' failed to satisfy constraint: Member must have length greater than or equal to 1"
        raise _refused(f"1 validation error detected: {text}")


@operation("sesv2", "TagResource")
def tag_resource(context: Context, params: Params) -> Answer:
    """Add tags, or give those that are there new values."""
    _check_some("tags", params["Tags"])
    new = checked_tags(params["Tags"])
    table, name, document, _ = _resource(context, params["ResourceArn"], "tag")
    document["tags"] |= new
    if len(document["tags"]) > TAGS_PER_RESOURCE:
        raise _refused(f"{_TOO_MANY} or delete existing tags and retry")
    context.store.put(table, name, document)
    return {}


@operation("sesv2", "UntagResource")
def untag_resource(context: Context, params: Params) -> Answer:
    """Take tags away; a key that is not there is no error."""
    _check_some("tagKeys", params["TagKeys"])
    table, name, document, _ = _resource(context, params["ResourceArn"], "untag")
    document["tags"] = {key: value for key, value in document["tags"].items() if key not in params["TagKeys"]}
    context.store.put(table, name, document)
    return {}


@operation("sesv2", "ListTagsForResource")
def list_tags_for_resource(context: Context, params: Params) -> Answer:
    """All tags at once, by key. SES behaviour: under an ARN of another region a thing of this one has none."""
    resource = _resource(context, params["ResourceArn"], "tag", elsewhere=True)
    shown = sorted(shown_tags(resource.document), key=lambda tag: tag["Key"])
    return {"Tags": shown if resource.is_here else []}
