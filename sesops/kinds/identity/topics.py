"""The topics that SES takes away once it cannot publish to them: each is put back only where it exists and lets SES
publish, or SES would take it away again (facts, section 1.4).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sesops.core.address import Address
from sesops.core.fields import lookup
from sesops.core.kind import UNSET, Need, Write
from sesops.core.thing import Block, Condition, Live, Wanted
from sesops.core.values import Answer, Json, Ref, Refusal, Refused, Scope
from sesops.kinds.identity.fields import NOTIFICATIONS, topic_facet
from sesops.kinds.topic import names, policies
from sesops.kinds.topic.fields import POLICY

_ASKED = "notifications.at."
OPEN, SHUT, MISSING, UNKNOWN = "open", "shut", "missing", "unknown"
"""What a topic is to SES."""


def asks(wanted: Wanted) -> Iterator[tuple[Address, str]]:
    """How an identity asks for its topics, among its fields: by the kind of notification, and the name or the ARN."""
    for kind in NOTIFICATIONS:
        topic = wanted.fields.get(f"notifications.{kind}.topic")
        if topic is not None:
            yield wanted.address, f"{_ASKED}{kind}.{topic.name if isinstance(topic, Ref) else topic}"


def is_asked(path: str) -> bool:
    """Whether a path asks for a topic, and is no field."""
    return path.startswith(_ASKED)


def arns(paths: Iterable[str], scope: Scope, live: Live | None = None) -> Iterator[str]:
    """The ARNs of the topics that are asked for; with what is live, of those that are not set."""
    for path in filter(is_asked, sorted(paths)):
        kind, _, topic = path.removeprefix(_ASKED).partition(".")
        if live is None or not _is_set(live, kind):
            yield topic if topic.startswith("arn:") else names.arn(Address(names.NAME, (topic,)), scope)


def _is_set(live: Live, kind: str) -> bool:
    block = live.blocks.get(topic_facet(kind))
    return not isinstance(block, Block) or lookup(block.raw, f"{kind.capitalize()}Topic") not in (UNSET, None, "")


def key(topic: str) -> str:
    """Under which the state of a topic is found in a reading."""
    return f"topic {topic}"


def state(answer: Answer, topic: str, scope: Scope) -> str:
    """What SNS says of a topic, in a word. One that we may not look at is no reason to wait."""
    if isinstance(answer, Refusal):
        return MISSING if answer.why is Refused.MISSING else UNKNOWN
    held: Json = (answer.value.get("Attributes") or {}).get("Policy")
    if not held:
        return UNKNOWN
    return OPEN if policies.lets_publish(held, topic, scope.account) else SHUT


def awaits(write: Write, topic: str) -> Iterator[Need]:
    """What a topic lacks to be set, unless the same plan makes it or writes its policy."""
    address = Address(names.NAME, names.from_arn(topic) or ("",))
    wanted = write.world.wanted(address) if names.arn(address, write.scope) == topic else None
    found = write.world.outside(key(topic))
    if found == MISSING and wanted is None:
        hint = "make it, with a policy that lets ses.amazonaws.com `sns:Publish`; the run after that sets it"
        yield Need(condition=Condition(None, f"the topic {topic} does not exist", hint))
    if found == SHUT and (wanted is None or POLICY not in wanted.fields):
        hint = "let ses.amazonaws.com `sns:Publish` in its policy; the run after that sets it"
        yield Need(condition=Condition(None, f"the topic {topic} does not let SES publish", hint))
