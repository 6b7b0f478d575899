"""What several kinds need: tags, and refusals as `Unread`. A file whose name begins with `_` holds no kind."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping

from sesops.core.address import Address
from sesops.core.diagnostic import Diagnostic, Severity
from sesops.core.kind import Facet, Field, Write
from sesops.core.thing import Siblings, Unread, Wanted
from sesops.core.values import Answer, Call, Json, Program, Refusal, Refused, Scope

TagCalls = Callable[[Address, Scope, Mapping[str, str], tuple[str, ...]], tuple[Call, ...]]
"""(address, scope, tags to set, keys to drop) -> calls; the type of `Kind.tag_calls`."""
Arn = Callable[[Address, Scope], str]


def by_first_name(wanted: Wanted) -> tuple[str]:
    """A key for `Siblings.index`: the first part of the name, which is the thing that this one lies in."""
    return (wanted.address.name[0],)


def finding(
    wanted: Wanted, path: str, code: str, message: str, hint: str, severity: Severity = Severity.ERROR
) -> Diagnostic:
    """A finding about a field of a thing (the empty path: the thing itself), which the sentence begins with."""
    return Diagnostic(code, f"{wanted.address}: {message}", wanted.places.get(path, wanted.place), hint, severity)


def check_name(wanted: Wanted) -> Iterator[Diagnostic]:
    """The rule that SES has for the names of configuration sets and event destinations."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", wanted.address.last):
        message = "a name has 1 to 64 letters, digits, `_` and `-`"
        yield finding(wanted, "", "invalid-name", message, "choose another name")


def check_count(wanted: Wanted, siblings: Siblings, most: int, code: str, hint: str) -> Iterator[Diagnostic]:
    """How many things of a kind a region takes (SES behaviour: limits). Said once, at the first that is too many."""
    all_of_kind = siblings.of(wanted.address.kind)
    if len(all_of_kind) > most and wanted is all_of_kind[most]:
        message = f"there are {len(all_of_kind)} of its kind here; SES takes {most} in a region"
        yield finding(wanted, "", code, message, hint)


def check_tags(wanted: Wanted) -> Iterator[Diagnostic]:
    """The characters that a tag may have; how long and how many they are is in the schema."""
    for path, value in wanted.fields.items():
        key = path.removeprefix("tags.")
        if key == path or not isinstance(value, str | None):
            continue
        wrong = sorted({each for each in f"{key}{value or ''}" if not _may_be_in_a_tag(each)})
        if wrong:
            message = f"a tag has no {' and no '.join(map(repr, wrong))}"
            hint = "write letters, numbers, spaces and _ . : / = + - @"
            yield finding(wanted, path, "invalid-tag", message, hint)


def _may_be_in_a_tag(character: str) -> bool:
    return character in "_.:/=+-@" or unicodedata.category(character)[0] in "LNZ"


_ARN = re.compile(r"arn:[^:]+:(?P<service>[^:]+):[^:]*:[^:]*:(?P<resource>.+)")


def tag_field() -> Field:
    """`tags.*`: one field a tag. The facet's raw block is a plain {key: value}; `null` takes the tag away."""
    return Field("tags.*", facet="tags", reserved=("aws:", "sesops:"))


def tags_facet(calls: TagCalls) -> Facet:
    """The facet "tags": rides on the create; later only the tags that differ are set or dropped.

    No update operation carries tags, and TagResource merges, so extra tags stay (SES behaviour: tags).
    """

    def put(write: Write) -> tuple[Call, ...]:
        wanted = {path.removeprefix("tags."): write.after.get(path) for path in sorted(write.changed)}
        drop = tuple(key for key, value in wanted.items() if value is None)
        return calls(
            write.address,
            write.scope,
            {key: value for key, value in wanted.items() if value is not None},
            drop,
        )

    return Facet("tags", put, in_create=True)


def tag_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """{key: value} -> SES's (and SNS's) list of {Key, Value}, by key."""
    return [{"Key": key, "Value": tags[key]} for key in sorted(tags)]


def tags_in(value: Mapping[str, Json]) -> dict[str, str]:
    """The member `Tags` of an answer (a list of {Key, Value}; absent: none) -> {key: value}. For `Kind.tags_in` too."""
    return {one["Key"]: one["Value"] for one in value.get("Tags") or ()}


def sesv2_tag_calls(arn: Arn) -> TagCalls:
    """`Kind.tag_calls` for what SES v2 tags by ARN."""

    def calls(address: Address, scope: Scope, tags: Mapping[str, str], drop: tuple[str, ...]) -> tuple[Call, ...]:
        made = []
        if tags:
            made.append(Call("sesv2", "TagResource", {"ResourceArn": arn(address, scope), "Tags": tag_list(tags)}))
        if drop:
            made.append(Call("sesv2", "UntagResource", {"ResourceArn": arn(address, scope), "TagKeys": sorted(drop)}))
        return tuple(made)

    return calls


def sesv2_read_tags(arn: Arn) -> Callable[[Address, Scope], Call]:
    """`Kind.read_tags` for what SES v2 tags by ARN; its answer goes through `tags_in`."""
    return lambda address, scope: Call("sesv2", "ListTagsForResource", {"ResourceArn": arn(address, scope)})


def name_in_arn(arn: str, service: str, prefix: str) -> str | None:
    """The name behind `prefix` in an ARN of `service`, in any account and region; None where it is another thing's.

    `name_in_arn("arn:aws:ses:eu-west-1:123456789012:identity/example.com", "ses", "identity/")` is "example.com".
    """
    found = _ARN.fullmatch(arn)
    if found is None or found["service"] != service or not found["resource"].startswith(prefix):
        return None
    return found["resource"][len(prefix) :] or None


_VERB = {
    Refused.DENIED: "denied",
    Refused.UNAVAILABLE: "not offered in this region",
}


def unread(refusal: Refusal, call: Call) -> Unread:
    """A refused read: nothing is known, and nothing may be planned from it.

    The reason reads "GetEmailIdentity denied: AccessDeniedException: User ... is not authorized ...".
    """
    verb = _VERB.get(refusal.why, "failed")
    return Unread(
        f"{call.operation} {verb}: {refusal.code}: {refusal.message}".rstrip(": "),
        unavailable=refusal.why is Refused.UNAVAILABLE,
    )


def names_in(call: Call, names: Callable[[Mapping[str, Json]], Iterable[str]]) -> Program:
    """A program for `Kind.inventory` of one listing: the names in its answer, or `Unread`."""
    answer: Answer
    (answer,) = yield (call,)
    return unread(answer, call) if isinstance(answer, Refusal) else tuple(names(answer.value))


def within(unknown: tuple[str, ...], member: str) -> tuple[str, ...]:
    """Of an answer's unknown members, those in one block, as paths inside it."""
    return tuple(path[len(member) + 1 :] for path in unknown if path.startswith(f"{member}."))
