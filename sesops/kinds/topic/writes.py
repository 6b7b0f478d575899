"""The calls that make and change topics. SNS sets one attribute a call; those that a create takes ride on it."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sesops.core import policy
from sesops.core.address import Address
from sesops.core.kind import Facet, Write
from sesops.core.values import Call, Json, Program, Refusal, Scope
from sesops.kinds._shared import tag_list, tags_facet
from sesops.kinds.topic.fields import ENCRYPTION, FIELDS, LOGGING, POLICY, SETTINGS
from sesops.kinds.topic.names import arn
from sesops.kinds.topic.policies import ADD, is_document, with_ses
from sesops.kinds.topic.reader import attributes


def create(address: Address, _scope: Scope, writes: Mapping[str, Write]) -> Call:
    """CreateTopic, encrypted from the first moment. The policy comes after it: SNS gives a new topic one of its own."""
    attributes = {
        member: text
        for facet in (ENCRYPTION, SETTINGS)
        if facet in writes
        for member, text in writes[facet].block.items()
    }
    tags = {"Tags": tag_list(writes["tags"].block)} if "tags" in writes else {}
    return Call(
        "sns", "CreateTopic", {"Name": address.last, **({"Attributes": attributes} if attributes else {}), **tags}
    )


def delete(address: Address, scope: Scope) -> tuple[Call, ...]:
    """DeleteTopic; its subscriptions go with it."""
    return (Call("sns", "DeleteTopic", {"TopicArn": arn(address, scope)}),)


def _set(write: Write, name: str, text: Json) -> Call:
    attribute = {"AttributeName": name, "AttributeValue": text}
    return Call("sns", "SetTopicAttributes", {"TopicArn": arn(write.address, write.scope), **attribute})


def _put(write: Write) -> tuple[Call, ...]:
    """One call for each attribute that differs. None takes one back: its default is set, or an empty text."""
    made = []
    for one in FIELDS:
        if one.path in write.changed:
            default = "" if one.default is None else one.encode(one.default) if one.encode else one.default
            made.append(_set(write, one.member, write.block.get(one.member, default)))
    return tuple(made)


def _put_policy(write: Write) -> tuple[Call, ...]:
    return (_set(write, "Policy", write.block["Policy"]),)


def write_policy(write: Write) -> Program:
    """Write the spec's document; or lay SES's statement into the policy as it is now: of a new topic it was not known,
    and others write it too.
    """
    wanted = write.world.wanted(write.address)
    if wanted is not None and is_document(wanted.fields.get(POLICY, ADD)):
        (answer,) = yield _put_policy(write)
        return answer if isinstance(answer, Refusal) else None
    topic_arn = arn(write.address, write.scope)
    (answer,) = yield (attributes(topic_arn),)
    if isinstance(answer, Refusal):
        return answer
    held = policy.document((answer.value.get("Attributes") or {}).get("Policy"))
    merged = with_ses(held, topic_arn, write.scope.account)
    if merged == held:
        return None
    (answer,) = yield (_set(write, "Policy", json.dumps(merged)),)
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
    Facet(ENCRYPTION, _put, in_create=True),
    Facet(SETTINGS, _put, in_create=True),
    Facet(LOGGING, _put),
    Facet(POLICY, _put_policy, program=write_policy),
    tags_facet(tag_calls),
)
