"""The eight actions of a receipt rule, between the form of the spec and SES's own.

In both forms an action is a mapping with one key, its type. The spec's form leaves out what SES fills in by itself
(SES behaviour: an SNS action reads back as UTF-8, a Lambda action may read back as Event), so that what was said and
what comes back compare equal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sesops.core.values import Json

Action = Mapping[str, Json]


@dataclass(frozen=True)
class Member:
    """One member of an action. `values` are the spec's words for SES's enumeration, the first one SES's default."""

    key: str
    wire: str
    required: bool = False
    values: Mapping[str, str] = field(default_factory=dict)

    def says_nothing(self, value: Json) -> bool:
        """Whether a value (as the spec has it) is what SES takes where the member is absent."""
        return not self.required and (value in (None, "") or value == next(iter(self.values), None))


@dataclass(frozen=True)
class Form:
    """One type of action. `fixed` are members that SES requires and that leave no choice."""

    wire: str
    members: tuple[Member, ...]
    fixed: Mapping[str, str] = field(default_factory=dict)


_TOPIC = Member("topic", "TopicArn")

FORMS: Mapping[str, Form] = {
    "add_header": Form(
        "AddHeaderAction", (Member("name", "HeaderName", required=True), Member("value", "HeaderValue", required=True))
    ),
    "bounce": Form(
        "BounceAction",
        (
            Member("sender", "Sender", required=True),
            Member("message", "Message", required=True),
            Member("smtp_reply_code", "SmtpReplyCode", required=True),
            Member("status_code", "StatusCode"),
            _TOPIC,
        ),
    ),
    "connect": Form(
        "ConnectAction", (Member("instance", "InstanceARN", required=True), Member("role", "IAMRoleARN", required=True))
    ),
    "lambda": Form(
        "LambdaAction",
        (
            Member("function", "FunctionArn", required=True),
            Member("invocation", "InvocationType", values={"EVENT": "Event", "REQUEST_RESPONSE": "RequestResponse"}),
            _TOPIC,
        ),
    ),
    "s3": Form(
        "S3Action",
        (
            Member("bucket", "BucketName", required=True),
            Member("prefix", "ObjectKeyPrefix"),
            Member("kms_key", "KmsKeyArn"),
            Member("role", "IamRoleArn"),
            _TOPIC,
        ),
    ),
    "sns": Form(
        "SNSAction",
        (
            Member("topic", "TopicArn", required=True),
            Member("encoding", "Encoding", values={"UTF-8": "UTF-8", "BASE64": "Base64"}),
        ),
    ),
    "stop": Form("StopAction", (_TOPIC,), fixed={"Scope": "RuleSet"}),
    "workmail": Form("WorkmailAction", (Member("organization", "OrganizationArn", required=True), _TOPIC)),
}


def normal(action: Action) -> dict[str, Json]:
    """An action as a spec writes it, in the one form that is compared: fill-ins left out, a reply code as text."""
    [(kind, given)] = action.items()
    members = {one.key: given.get(one.key) for one in FORMS[kind].members}
    if kind == "bounce":
        members["smtp_reply_code"] = str(members["smtp_reply_code"])
    return {kind: {one.key: members[one.key] for one in FORMS[kind].members if not one.says_nothing(members[one.key])}}


def decode(action: Action) -> dict[str, Json]:
    """SES's form -> the spec's. A type that we do not know stays as SES gave it: shown, and equal to nothing."""
    found = next(((kind, form) for kind, form in FORMS.items() if form.wire in action), None)
    if found is None or len(action) != 1:
        return dict(action)
    kind, form = found
    held = action[form.wire]
    spelled = {one.key: _word(one, held.get(one.wire)) for one in form.members}
    return {kind: {one.key: spelled[one.key] for one in form.members if not one.says_nothing(spelled[one.key])}}


def encode(action: Action) -> dict[str, Json]:
    """The spec's form -> SES's: only what is said, and what SES requires."""
    [(kind, given)] = action.items()
    form = FORMS[kind]
    said = {one.wire: one.values.get(given[one.key], given[one.key]) for one in form.members if one.key in given}
    return {form.wire: {**form.fixed, **said}}


def decode_all(actions: Sequence[Action]) -> list[dict[str, Json]]:
    return [decode(one) for one in actions]


def encode_all(actions: Sequence[Action]) -> list[dict[str, Json]]:
    return [encode(one) for one in actions]


def kept(live: Sequence[Action], encoded: Sequence[Action]) -> list[Action]:
    """The actions to write, those that stay taken as SES gave them, so that members we do not know are not dropped."""
    return [next((old for old in live if decode(old) == decode(one)), one) for one in encoded]


def senders(actions: Sequence[Action]) -> Iterator[str]:
    """The senders of the bounces among some actions (in the spec's form), each of which has to be verified."""
    return (one["bounce"]["sender"] for one in actions if "bounce" in one)


def side_effects(actions: Sequence[Action]) -> str | None:
    """What SES does outside to test the targets of some actions (in the spec's form) when their rule is written.

    SES behaviour: a test object in each bucket, a setup notification to each topic; consumers have to ignore both.
    """
    members = [
        (f" (action {number})" if len(actions) > 1 else "", one[kind])
        for number, one in enumerate(actions, 1)
        for kind in one
        if kind in FORMS
    ]
    buckets = _listed((one.get("bucket"), where) for where, one in members)
    topics = _listed((one.get("topic"), where) for where, one in members)
    effects = []
    if buckets:
        effects.append(f"writes the test object AMAZON_SES_SETUP_NOTIFICATION to {buckets}")
    if topics:
        effects.append(f"publishes a setup notification to {topics}")
    return f"SES tests the rule's targets: it {' and '.join(effects)}" if effects else None


def _listed(targets: Iterable[tuple[str | None, str]]) -> str:
    """Targets in words with where they stand, each once; of an ARN the last part."""
    return ", ".join(dict.fromkeys(f"{one.rpartition(':')[2]}{where}" for one, where in targets if one))


def _word(member: Member, value: Json) -> Json:
    """The spec's word for an enumerated value; a value that we do not know stays as it is."""
    return next((word for word, wire in member.values.items() if wire == value), value)
