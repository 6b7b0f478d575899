"""Topics as SNS has them: one call for all attributes, and one for tags where a tag is asked."""

from __future__ import annotations

from sesops.core.address import Address
from sesops.core.plan import STACK_TAG
from sesops.core.thing import Block, Live, Reading, Unread, Wants
from sesops.core.values import Answer, Call, Program, Refusal, Refused, Scope
from sesops.kinds import _ownership
from sesops.kinds._shared import tags_in, unread
from sesops.kinds.topic.fields import MEMBERS
from sesops.kinds.topic.names import NAME, arn, from_arn


def attributes(topic_arn: str) -> Call:
    """The read that gives a topic's attributes, and tells whether there is one."""
    return Call("sns", "GetTopicAttributes", {"TopicArn": topic_arn})


def read_tags(address: Address, scope: Scope) -> Call:
    """The read that gives a topic's tags."""
    return Call("sns", "ListTagsForResource", {"ResourceArn": arn(address, scope)})


def inventory(scope: Scope) -> Program:
    """The names of the topics that carry the stack's tag, as far as the listing shows it: an account has many more that
    are nothing to SES, and those that it publishes to are found by what refers to them.
    """
    (answer,) = yield (_ownership.LISTING,)
    ours = (arn for arn, tags in _ownership.listed_tags(answer).items() if tags[STACK_TAG] == scope.stack)
    return tuple(name[-1] for one in ours if (name := from_arn(one)) is not None)


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
    # An attribute without a text is one that was never set, or taken back.
    blocks: dict[str, Block | Unread] = {
        facet: Block({member: held[member] for member in members if held.get(member)})
        for facet, members in MEMBERS.items()
    }
    if isinstance(tags, Refusal):
        blocks["tags"] = unread(tags, read_tags(address, scope))
    elif tags is not None:
        blocks["tags"] = Block(tags_in(tags.value))
    return Live(address, blocks)
