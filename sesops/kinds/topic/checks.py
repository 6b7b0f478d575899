"""What SNS refuses of a topic, and what would keep SES from publishing to it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from sesops.core.address import Address
from sesops.core.diagnostic import Diagnostic, Severity
from sesops.core.thing import Block, Live, Siblings, Wanted, World
from sesops.core.values import Json, Ref
from sesops.kinds._delivery import FIELD, check_delivery
from sesops.kinds._policies import ELEMENTS, as_sent, is_principal, listed, statements, unknown_elements
from sesops.kinds._shared import check_tags, finding
from sesops.kinds.topic.fields import ENCRYPTION, KEY, POLICY
from sesops.kinds.topic.names import NAME, arn
from sesops.kinds.topic.policies import is_document, lets_publish

LONGEST = 30720
"""Bytes of a policy that SNS takes."""
_SNS_KEY = "alias/aws/sns"
_KEY_ID = re.compile(r"alias/[\w/-]+|(mrk-[0-9a-f]{32})|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_KEY_ARN = re.compile(r"arn:[^:]+:kms:(?P<region>[^:]+):\d{12}:(key|alias)/[\w/-]+")
_SOURCES: Mapping[str, Callable[[tuple[str, ...]], str]] = {
    "event_destination": lambda name: f"configuration-set/{name[0]}",
    "domain": lambda name: f"identity/{name[0]}",
    "email": lambda name: f"identity/{name[0]}",
    "receipt_rule": lambda name: f"receipt-rule-set/{name[0]}:receipt-rule/{name[1]}",
}
"""What SES publishes for, by the kind of what refers to a topic (SES behaviour: prerequisites outside SES)."""
_ACTIONS = "actions"
_LET = "a statement that lets ses.amazonaws.com `sns:Publish`, on condition that `AWS:SourceAccount` is the account"


def check(wanted: Wanted, siblings: Siblings) -> Iterator[Diagnostic]:
    """SNS's rules about a topic, and SES's about its type, its policy and its key."""
    name = wanted.address.last
    if name.endswith(".fifo"):
        message = f"{wanted.address}: SES publishes to no FIFO topic"
        yield Diagnostic("fifo-topic", message, wanted.place, "use a standard topic")
    elif not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", name):
        message = f"{wanted.address}: a topic's name has 1 to 256 letters, digits, `_` and `-`"
        yield Diagnostic("invalid-name", message, wanted.place, "choose another name")
    yield from check_tags(wanted)
    yield from _deliveries(wanted)
    users = tuple(_users(wanted, siblings))
    yield from _key(wanted, siblings, users)
    if is_document(document := wanted.fields.get(POLICY)):
        yield from _document(wanted, document)
        yield from _shut_out(wanted, siblings, users)


def _deliveries(wanted: Wanted) -> Iterator[Diagnostic]:
    http = (wanted.fields.get(FIELD) or {}).get("http") or {}
    yield from check_delivery(wanted, http.get("defaultHealthyRetryPolicy"), http.get("defaultThrottlePolicy"))


def _users(wanted: Wanted, siblings: Siblings) -> Iterator[Address]:
    """What SES publishes to the topic for; where a rule has a role, only that role counts."""
    for kind in _SOURCES:
        for one in siblings.index(kind, _topics).get(wanted.address.last, ()):
            yield one.address


def _topics(one: Wanted) -> set[str]:
    """The topics of the spec that SES itself publishes to for a thing."""
    named = {to.last for path, to in one.refs if to.kind == NAME and path != _ACTIONS}
    return named | {ref.name for ref in _of_actions(one) if isinstance(ref, Ref)}


def _of_actions(one: Wanted) -> Iterator[Json]:
    """The topics of a rule's actions; where an action has a role, only the role's rights count."""
    for action in one.fields.get(_ACTIONS) or ():
        for inner in action.values():
            if isinstance(inner, Mapping) and inner.get("topic") and not inner.get("role"):
                yield inner["topic"]


def _key(wanted: Wanted, siblings: Siblings, users: tuple[Address, ...]) -> Iterator[Diagnostic]:
    key = wanted.fields.get(KEY)
    if not isinstance(key, str):
        return
    found = _KEY_ARN.fullmatch(key)
    if not found and not _KEY_ID.fullmatch(key):
        hint = "write its ARN, its id, or `alias/NAME`"
        yield finding(wanted, KEY, "not-a-key", f"{key!r} is no KMS key", hint)
    elif found and found["region"] != siblings.scope_region:
        message = f"the key is in {found['region']}, and the topic is in {siblings.scope_region}"
        yield finding(wanted, KEY, "wrong-region", message, "name a key of the topic's region")
    elif users and key.endswith(_SNS_KEY):
        yield finding(wanted, KEY, "key-shuts-out-ses", *_own_key(users))


def _own_key(users: tuple[Address, ...]) -> tuple[str, str]:
    message = f"SES publishes to it for {_first(users)}, and may not use the key of AWS's own, {_SNS_KEY}"
    return message, "use a key of your own, whose policy lets ses.amazonaws.com use it"


def _first(users: tuple[Address, ...]) -> str:
    more = f" and {len(users) - 1} more" if len(users) > 1 else ""
    return f"{users[0]}{more}"


def _document(wanted: Wanted, document: Json) -> Iterator[Diagnostic]:
    """What SNS refuses of a document."""
    size = len(as_sent(document).encode())
    if size > LONGEST:
        message = f"its policy has {size} bytes of {LONGEST}"
        # What becomes of its statements is seen once they are fewer: each may have several faults.
        yield finding(wanted, POLICY, "policy-too-large", message, "merge statements")
        return
    found = statements(document)
    if not found:
        hint = "add `Statement`, a list of statements"
        yield finding(wanted, POLICY, "bad-policy", "its policy has no statement", hint)
    sids = [one["Sid"] for one in found if one.get("Sid")]
    for twice in sorted({str(one) for one in sids if sids.count(one) > 1}):
        message = f"two statements of its policy have the id {twice}"
        yield finding(wanted, POLICY, "bad-policy", message, "SNS takes each `Sid` once: rename one")
    for number, one in enumerate(found, 1):
        yield from (
            finding(wanted, POLICY, "bad-policy", f"policy, statement {number}: {message}", hint)
            for message, hint in _faults(one)
        )


def _faults(one: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    for element in unknown_elements(one):
        yield f"{element} is no part of a statement", f"write {ELEMENTS}"
    if one.get("Effect") not in ("Allow", "Deny"):
        yield "Effect is neither Allow nor Deny", "write `Effect: Allow`"
    if not is_principal(one.get("Principal", one.get("NotPrincipal"))):
        yield "no valid Principal", "write `Principal: {Service: ses.amazonaws.com}`"
    actions = listed(one.get("Action", one.get("NotAction")))
    if not actions:
        yield "no Action", "write `Action: sns:Publish`"
    for action in actions:
        if action != "*" and not str(action).lower().startswith("sns:"):
            yield f"{action} is no action of SNS", "write `Action: sns:Publish`"
    if not listed(one.get("Resource", one.get("NotResource"))):
        yield "no Resource", "write `Resource:` with the ARN of the topic"


def _shut_out(wanted: Wanted, siblings: Siblings, users: tuple[Address, ...]) -> Iterator[Diagnostic]:
    """A document that does not let SES publish for what refers to the topic: SES would refuse that, or be silent."""
    document, account = wanted.fields[POLICY], siblings.account
    topic = _own_arn(wanted, document, siblings)
    shut = tuple(one for one in users if not lets_publish(document, topic, account, _source(one, topic, account)))
    if statements(document) and shut:
        message = f"SES publishes to it for {_first(shut)}, and its policy does not let SES do that"
        yield finding(wanted, POLICY, "ses-cannot-publish", message, f"add {_LET}; or write `policy: {{ses: add}}`")


def _own_arn(wanted: Wanted, document: Json, siblings: Siblings) -> str:
    """The topic's ARN; partition, and account where the spec has none, as the document has them."""
    account = re.escape(siblings.account) if siblings.account else "[0-9]{12}"
    own = re.compile(rf"arn:[^:]+:sns:{re.escape(siblings.scope_region)}:{account}:{re.escape(wanted.address.last)}")
    named = (str(each) for one in statements(document) for each in listed(one.get("Resource")))
    like = f"arn:aws:sns:{siblings.scope_region}:{siblings.account or '000000000000'}:{wanted.address.last}"
    return next((each for each in named if own.fullmatch(each)), like)


def _source(user: Address, topic: str, account: str | None) -> str | None:
    """The ARN that SES publishes for, in the partition and region of the topic."""
    if account is None:
        return None
    partition, region = topic.split(":")[1], topic.split(":")[3]
    return f"arn:{partition}:ses:{region}:{account}:{_SOURCES[user.kind](user.name)}"


# Against what is live


def judge(wanted: Wanted, live: Live | None, world: World) -> Iterator[Diagnostic]:
    """A topic that SES is to publish to, and what keeps SES from it as far as the spec leaves it as it is; and a key
    that is new to it, whose policy cannot be seen from here.
    """
    topic = arn(wanted.address, world.scope)
    users = tuple(one for one in world.users(wanted.address) if _is_published(world.wanted(one), topic))
    if not users:
        return
    held = _held(live, POLICY)
    if POLICY not in wanted.fields and held and not lets_publish(held, topic, world.scope.account):
        message = f"SES publishes to it for {_first(users)}, and its policy as it is does not let SES do that"
        hint = "write `policy: {ses: add}`"
        yield finding(wanted, "", "ses-cannot-publish", message, hint, Severity.WARNING)
    key = _held(live, ENCRYPTION)
    if KEY not in wanted.fields and key and key.endswith(_SNS_KEY):
        message, hint = _own_key(users)
        yield finding(wanted, "", "key-shuts-out-ses", message, hint, Severity.WARNING)
    new = wanted.fields.get(KEY)
    if new and new != key and not new.endswith(_SNS_KEY):
        message = f"SES publishes to it for {_first(users)}; whether it may use the key {new} cannot be seen from here"
        hint = "the key's policy has to let ses.amazonaws.com `kms:GenerateDataKey*` and `kms:Decrypt`"
        yield finding(wanted, KEY, "unseen-key", message, hint, Severity.WARNING)


def _is_published(user: Wanted | None, topic: str) -> bool:
    """Whether SES itself publishes to the topic for what refers to it."""
    if user is None or user.address.kind not in _SOURCES:
        return False
    return _ACTIONS not in user.fields or topic in _of_actions(user)


def _held(live: Live | None, facet: str) -> Json:
    """The one attribute of a facet, None where it is not set or not read."""
    block = live.blocks.get(facet) if live is not None else None
    return next(iter(block.raw.values()), None) if isinstance(block, Block) else None
