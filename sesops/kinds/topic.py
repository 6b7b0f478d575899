"""SNS topics that carry notifications and events: that they exist, and that SES may publish to them.

API: https://docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html

SNS behaviour that shapes this module: the policy is one document that others write too, so our statement is merged
into what is there, read again at the moment of writing; a new topic comes with a policy that lets its owner use it.
CreateTopic returns the topic where one of that name exists already. Tags have calls of their own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from sesops.core import policy
from sesops.core.address import Address
from sesops.core.diagnostic import Diagnostic
from sesops.core.kind import (
    Block,
    Compare,
    Facet,
    Field,
    Kind,
    Live,
    Reading,
    Siblings,
    Unread,
    Wanted,
    Wants,
    World,
    Write,
)
from sesops.core.values import Answer, Call, Json, Program, Refusal, Refused, Scope
from sesops.kinds._shared import name_in_arn, tag_field, tag_list, tags_facet, tags_in, unread

NAME = "topic"
POLICY = "policy"
SID = "SesopsLetsSesPublish"
"""The id of our statement. SNS takes each id once a policy, so one that stands there is replaced."""


def arn(address: Address, scope: Scope) -> str:
    """`arn:aws:sns:eu-west-1:123456789012:feedback`."""
    return scope.arn("sns", address.last)


def from_arn(text: str) -> tuple[str, ...] | None:
    """The topic's name in its ARN. A subscription's ARN begins like its topic's and goes on behind a colon."""
    name = name_in_arn(text, "sns", "")
    return None if name is None or ":" in name else (name,)


# The policy


def statement(topic_arn: str, account: str) -> dict[str, Any]:
    """What SES needs to publish on behalf of this account, and of no other (SES behaviour: topic policies)."""
    return {
        "Sid": SID,
        "Effect": "Allow",
        "Principal": {"Service": "ses.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": topic_arn,
        "Condition": {"StringEquals": {"AWS:SourceAccount": account}},
    }


def with_ses(held: Json, topic_arn: str, account: str) -> Json:
    """A topic's policy with SES's statement; the policy itself where a statement of that meaning stands in it."""
    document = policy.document(held)
    base = document if isinstance(document, Mapping) else {"Version": "2012-10-17"}
    statements = base.get("Statement", [])
    statements = statements if isinstance(statements, list) else [statements]
    needed = statement(topic_arn, account)
    if any(_meaning(one) == _meaning(needed) for one in statements):
        return document
    others = [one for one in statements if one.get("Sid") != SID]
    return {**base, "Statement": [*others, needed]}


def _meaning(one: Mapping[str, Json]) -> Json:
    """A statement without its id, in the form that two statements share when they grant the same."""
    return policy.canonical({"Statement": {key: value for key, value in one.items() if key != "Sid"}})


def _merge(before: Json, _after: Json, world: World, address: Address) -> Json:
    return with_ses(before, arn(address, world.scope), world.scope.account)


FIELDS = (
    Field(
        POLICY,
        POLICY,
        "Policy",
        nullable=False,
        compare=Compare.POLICY,
        created_as={"ses": "add"},
        decode=policy.document,
        encode=json.dumps,
        merge=_merge,
    ),
    tag_field(),
)


# Reading


def attributes(topic_arn: str) -> Call:
    """The read that gives a topic's policy, and tells whether there is one."""
    return Call("sns", "GetTopicAttributes", {"TopicArn": topic_arn})


def read_tags(address: Address, scope: Scope) -> Call:
    """The read that gives a topic's tags."""
    return Call("sns", "ListTagsForResource", {"ResourceArn": arn(address, scope)})


def read(wants: Wants, scope: Scope) -> Program:
    """Read each topic's attributes, and the tags of those of which a tag is asked."""
    addresses = [Address(NAME, name) for name in sorted(wants)]
    tagged = [one for one in addresses if any(path.startswith("tags.") for path in wants[one.name])]
    calls = tuple(attributes(arn(one, scope)) for one in addresses)
    answers = yield (*calls, *(read_tags(one, scope) for one in tagged))
    tags = dict(zip(tagged, answers[len(calls) :], strict=True))
    return Reading(
        {
            address: _thing(address, scope, answer, tags.get(address))
            for address, answer in zip(addresses, answers, strict=False)
        }
    )


def _thing(address: Address, scope: Scope, answer: Answer, tags: Answer | None) -> Live | Unread | None:
    if isinstance(answer, Refusal):
        return None if answer.why is Refused.MISSING else unread(answer, attributes(arn(address, scope)))
    held = answer.value.get("Attributes") or {}
    blocks: dict[str, Block | Unread] = {
        POLICY: Block({key: value for key, value in held.items() if key == "Policy"}),
    }
    if isinstance(tags, Refusal):
        blocks["tags"] = unread(tags, read_tags(address, scope))
    elif tags is not None:
        blocks["tags"] = Block(tags_in(tags.value))
    return Live(address, blocks)


# Writing


def create(address: Address, _scope: Scope, writes: Mapping[str, Write]) -> Call:
    """CreateTopic. The policy comes after it, merged into the one that SNS gives a new topic."""
    tags = {"Tags": tag_list(writes["tags"].block)} if "tags" in writes else {}
    return Call("sns", "CreateTopic", {"Name": address.last, **tags})


def delete(address: Address, scope: Scope) -> tuple[Call, ...]:
    """DeleteTopic; its subscriptions go with it."""
    return (Call("sns", "DeleteTopic", {"TopicArn": arn(address, scope)}),)


def _set_policy(write: Write, text: str) -> Call:
    return Call(
        "sns",
        "SetTopicAttributes",
        {"TopicArn": arn(write.address, write.scope), "AttributeName": "Policy", "AttributeValue": text},
    )


def _put_policy(write: Write) -> tuple[Call, ...]:
    return (_set_policy(write, write.block["Policy"]),)


def write_policy(write: Write) -> Program:
    """Lay SES's statement into the policy as it is now: of a new topic it was not known, and others write it too."""
    topic_arn = arn(write.address, write.scope)
    (answer,) = yield (attributes(topic_arn),)
    if isinstance(answer, Refusal):
        return answer
    held = policy.document((answer.value.get("Attributes") or {}).get("Policy"))
    merged = with_ses(held, topic_arn, write.scope.account)
    if merged == held:
        return None
    (answer,) = yield (_set_policy(write, json.dumps(merged)),)
    return answer if isinstance(answer, Refusal) else None


def tag_calls(address: Address, scope: Scope, tags: Mapping[str, str], drop: tuple[str, ...]) -> tuple[Call, ...]:
    """TagResource and UntagResource of SNS."""
    resource = {"ResourceArn": arn(address, scope)}
    made = []
    if tags:
        made.append(Call("sns", "TagResource", {**resource, "Tags": tag_list(tags)}))
    if drop:
        made.append(Call("sns", "UntagResource", {**resource, "TagKeys": sorted(drop)}))
    return tuple(made)


FACETS = (
    Facet(POLICY, _put_policy, program=write_policy),
    tags_facet(tag_calls),
)


# Judging


def delete_stops(live: Live | None, world: World) -> str | None:
    """A topic goes, and with it what it carries; a receipt action that cannot publish fails."""
    if live is None:
        return None
    # A topic's own policy names the topic.
    users = ", ".join(str(one) for one in world.referrers(live.address) if one != live.address)
    used = f"; {users} use{'' if ',' in users else 's'} it" if users else ""
    return f"notifications and events for topic {live.address.last} are lost, and receipt actions with it fail{used}"


def check(wanted: Wanted, _siblings: Siblings) -> Iterator[Diagnostic]:
    """SNS's rules about a topic's name, and SES's about its type."""
    name = wanted.address.last
    if name.endswith(".fifo"):
        message = f"{wanted.address}: SES publishes to no FIFO topic"
        yield Diagnostic("fifo-topic", message, wanted.place, "use a standard topic")
    elif not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", name):
        message = f"{wanted.address}: a topic's name has 1 to 256 letters, digits, `_` and `-`"
        yield Diagnostic("invalid-name", message, wanted.place, "choose another name")


KINDS = (
    Kind(
        name=NAME,
        paths=("topics.*",),
        fields=FIELDS,
        facets=FACETS,
        read=read,
        create=create,
        delete=delete,
        check=check,
        arn=arn,
        from_arn=from_arn,
        ref_value=arn,
        tag_calls=tag_calls,
        read_tags=read_tags,
        tags_in=tags_in,
        ready=("create", POLICY),
        delete_stops=delete_stops,
    ),
)
