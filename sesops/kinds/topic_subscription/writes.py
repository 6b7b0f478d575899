"""The calls that make, change and end a subscription, and what is said while one waits for its confirmation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sesops.core.address import Address
from sesops.core.kind import Facet, Need, Write
from sesops.core.thing import Condition, Live, Wanted, World
from sesops.core.values import Call, Json, Scope
from sesops.kinds.topic_subscription.fields import (
    ATTRIBUTES,
    CONFIRMATION,
    CONFIRMED_BY_HAND,
    KEY,
    MAILBOXES,
    MEMBERS,
    is_pending,
)
from sesops.kinds.topic_subscription.reader import subscription_arn, topic_arn

_RESET: Mapping[str, Mapping[str, str]] = {
    "RawMessageDelivery": {"AttributeValue": "false"},
    "FilterPolicy": {"AttributeValue": "{}"},
    "FilterPolicyScope": {"AttributeValue": "MessageAttributes"},
    # SNS behaviour: no value at all takes it away, and an empty one is refused.
    "RedrivePolicy": {},
    "DeliveryPolicy": {"AttributeValue": ""},
}
"""What sets an attribute back to SNS's default."""
_SCOPE = "filter_policy_scope"


def create(address: Address, scope: Scope, writes: Mapping[str, Write]) -> Call:
    """Subscribe, with all attributes: those of one that waits for its confirmation can be set in no other way."""
    given = writes[ATTRIBUTES].block if ATTRIBUTES in writes else {}
    params: dict[str, Json] = {"TopicArn": topic_arn(address, scope), **writes[KEY].block}
    return Call("sns", "Subscribe", {**params, **({"Attributes": dict(given)} if given else {})})


def put(write: Write) -> tuple[Call, ...]:
    """One call an attribute. A filter on the body is taken only once its scope is set, and so the other way round."""
    arn = subscription_arn(write.world.live(write.address))
    paths = sorted(write.changed, key=lambda path: (path == _SCOPE) is not _filters_body(write))
    calls = []
    for member in (MEMBERS[path] for path in paths):
        value = write.block.get(member)
        given = _RESET[member] if value is None else {"AttributeValue": value}
        params = {"SubscriptionArn": arn, "AttributeName": member, **given}
        calls.append(Call("sns", "SetSubscriptionAttributes", params))
    return tuple(calls)


def _filters_body(write: Write) -> bool:
    return write.after.get(_SCOPE) == "MessageBody"


def delete(live: Live, _scope: Scope) -> tuple[Call, ...]:
    """Unsubscribe, by the ARN as it was read; none where there is no ARN yet."""
    if is_pending(live):
        return ()
    return (Call("sns", "Unsubscribe", {"SubscriptionArn": subscription_arn(live)}),)


def delete_needs(live: Live) -> Iterator[Need]:
    if is_pending(live):
        text = "SNS deletes no subscription that waits for its confirmation"
        hint = "left unconfirmed it goes by itself within three days; once it is confirmed, the next run deletes it"
        yield Need(condition=Condition(None, text, hint))


def create_notice(wanted: Wanted, _world: World) -> str | None:
    """A new subscription of a webhook or a mailbox does nothing at first."""
    protocol = wanted.fields.get("protocol")
    if protocol not in CONFIRMED_BY_HAND:
        return None
    return f"nothing is delivered before it is confirmed: {_what_to_do(str(protocol))}"


def _awaited(write: Write) -> Iterator[Need]:
    wanted = write.world.wanted(write.address)
    protocol = str(wanted.fields.get("protocol")) if wanted else ""
    yield Need(condition=Condition(None, "it waits for its confirmation", _what_to_do(protocol)))


def _what_to_do(protocol: str) -> str:
    if protocol in MAILBOXES:
        return "somebody opens the link in the mail that SNS sends to it, within two days"
    if protocol in CONFIRMED_BY_HAND:
        return "the webhook visits the SubscribeURL in the message that SNS sends to it, within two days"
    return "the endpoint's owner confirms it with the token that SNS sends"


def _nothing(_write: Write) -> tuple[Call, ...]:
    """What no call of ours can change."""
    return ()


FACETS = (
    Facet(KEY, _nothing, in_create=True, required=True),
    Facet(CONFIRMATION, _nothing, needs=_awaited),
    Facet(ATTRIBUTES, put, in_create=True, required=True),
)
