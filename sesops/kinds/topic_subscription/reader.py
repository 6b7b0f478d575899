"""Reading subscriptions: one listing a topic, and the attributes of those of which the spec says some."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sesops.core.address import Address
from sesops.core.thing import Block, Live, Reading, Unread, Wants
from sesops.core.values import Answer, Call, Json, Program, Refusal, Refused, Scope
from sesops.kinds._shared import unread
from sesops.kinds.topic_subscription.fields import ATTRIBUTES, CONFIRMATION, KEY, MEMBERS, NAME, is_pending, last

PENDING = "PendingConfirmation"
"""What the listing has in place of an ARN before the confirmation."""
_DELETED = "Deleted"
"""And for a while after the end."""

Things = dict[Address, Live | Unread | None]


def topic_arn(address: Address, scope: Scope) -> str:
    return scope.arn("sns", address.name[0])


def subscription_arn(live: Live | None) -> str:
    """The ARN, by which alone SNS knows a subscription; the literal where there is none."""
    block = live.blocks.get(KEY) if live else None
    return str(block.raw.get("SubscriptionArn", PENDING)) if isinstance(block, Block) else PENDING


def read(wants: Wants, scope: Scope) -> Program:
    """Read the topics of all wanted subscriptions. What a topic has besides them is extra."""
    topics = sorted({name[0] for name in wants})
    calls = [
        Call("sns", "ListSubscriptionsByTopic", {"TopicArn": topic_arn(Address(NAME, (one,)), scope)}) for one in topics
    ]
    answers = yield tuple(calls)
    things: Things = {}
    extra: list[Live] = []
    for topic, call, answer in zip(topics, calls, answers, strict=True):
        found = {one.address: one for one in _listed(topic, answer)}
        missing = unread(answer, call) if isinstance(answer, Refusal) and answer.why is not Refused.MISSING else None
        named = [Address(NAME, name) for name in sorted(wants) if name[0] == topic]
        things.update({one: found.pop(one, missing) for one in named})
        extra.extend(found[one] for one in sorted(found))
    things.update((yield from _with_attributes(things, wants)))
    return Reading(things, tuple(extra))


def _listed(topic: str, answer: Answer) -> Iterator[Live]:
    """The subscriptions of a listing, those that are confirmed last: an endpoint may wait and be confirmed at once."""
    held = [] if isinstance(answer, Refusal) else answer.value.get("Subscriptions") or ()
    there = [one for one in held if one["SubscriptionArn"] != _DELETED]
    for one in sorted(there, key=lambda one: str(one["SubscriptionArn"]) != PENDING):
        name = last({"protocol": one["Protocol"], "endpoint": one["Endpoint"]})
        confirmed = one["SubscriptionArn"] != PENDING
        key = {member: one[member] for member in ("Protocol", "Endpoint", "SubscriptionArn")}
        blocks = {KEY: Block(key), CONFIRMATION: Block({"Confirmed": confirmed})}
        yield Live(Address(NAME, (topic, name)), blocks)


def later(wants: Wants, _scope: Scope) -> Iterator[Call]:
    """The attributes of those of which any are asked."""
    if any(asked.intersection(MEMBERS) for asked in wants.values()):
        yield _attributes(None)


def _attributes(live: Live | None) -> Call:
    return Call("sns", "GetSubscriptionAttributes", {"SubscriptionArn": subscription_arn(live)})


def _with_attributes(things: Things, wants: Wants) -> Program:
    """The things of which attributes are asked, with them. SNS gives none of what is not confirmed."""
    asked = [
        one for address, one in things.items() if isinstance(one, Live) and wants[address.name].intersection(MEMBERS)
    ]
    calls = {one.address: _attributes(one) for one in asked if not is_pending(one)}
    answers = dict(zip(calls, (yield tuple(calls.values())), strict=True)) if calls else {}
    found: Things = {}
    for one in asked:
        answer = answers.get(one.address)
        if isinstance(answer, Refusal):
            # It went since it was listed, or nothing is known of its attributes.
            block: Block | Unread = unread(answer, calls[one.address])
            gone = answer.why is Refused.MISSING
        else:
            block, gone = _block(answer.value.get("Attributes") or {} if answer else {}), False
        found[one.address] = None if gone else Live(one.address, {**one.blocks, ATTRIBUTES: block})
    return found


def _block(attributes: Mapping[str, Json]) -> Block:
    return Block({member: attributes[member] for member in MEMBERS.values() if member in attributes})
