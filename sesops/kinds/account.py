"""The settings that an account has in a region. They always exist: a plan only ever changes them.

API: GetAccount, PutAccountSendingAttributes, PutAccountSuppressionAttributes, PutAccountVdmAttributes,
PutAccountDedicatedIpWarmupAttributes. SES behaviour: each Put replaces its block whole. VDM's block is absent until it
was first written, and shows its parts only while VDM is on. PutAccountDetails is a request to people at AWS, and no
setting.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sesops.core.address import Address
from sesops.core.diagnostic import Diagnostic
from sesops.core.fields import decode
from sesops.core.kind import Compare, Facet, Field, Kind, Write
from sesops.core.thing import Block, Live, Reading, Siblings, Wanted, Wants, World
from sesops.core.values import Call, Json, Program, Refusal, Reply, Scope
from sesops.kinds._shared import unread, within
from sesops.kinds._spelling import decode_threshold, encode_threshold, is_on, switch

NAME = "account"
GET = Call("sesv2", "GetAccount")
ENABLED = "vdm.enabled"
PARTS = ("vdm.engagement_metrics", "vdm.optimized_shared_delivery")
_MEMBERS = {
    "sending": "SendingEnabled",
    "suppression": "SuppressionAttributes",
    "vdm": "VdmAttributes",
    "warmup": "DedicatedIpAutoWarmupEnabled",
}
"""The member of GetAccount that each facet is made of."""


def read(_wants: Wants, _scope: Scope) -> Program:
    """All of it is in one answer."""
    (answer,) = yield (GET,)
    address = Address(NAME)
    if isinstance(answer, Refusal):
        return Reading({address: unread(answer, GET)})
    return Reading({address: Live(address, {facet: _block(answer, facet) for facet in _MEMBERS})})


def _block(answer: Reply, facet: str) -> Block:
    member = _MEMBERS[facet]
    held = answer.value.get(member)
    if isinstance(held, Mapping):
        return Block(held, within(answer.unknown, member))
    return Block({} if held is None else {member: held})


def _sending(write: Write) -> tuple[Call, ...]:
    enabled = write.after["sending_enabled"]
    return (Call("sesv2", "PutAccountSendingAttributes", {"SendingEnabled": enabled is not False}),)


def _warmup(write: Write) -> tuple[Call, ...]:
    enabled = write.after["dedicated_ip_auto_warmup"]
    return (Call("sesv2", "PutAccountDedicatedIpWarmupAttributes", {"AutoWarmupEnabled": enabled is not False}),)


def _sending_stops(before: Json, after: Json, world: World, _address: Address) -> str | None:
    """Sending is switched off."""
    if after is not False or before is False:
        return None
    return f"all mail of the account is refused in {world.scope.region}"


def check(wanted: Wanted, _siblings: Siblings) -> Iterator[Diagnostic]:
    """What is said of VDM's parts counts only while it is on."""
    if wanted.fields.get(ENABLED, True) in (False, None):
        for path in PARTS:
            if wanted.fields.get(path) is not None:
                message = f"{path} means nothing while VDM is off"
                yield Diagnostic("vdm-off", message, wanted.places.get(path, wanted.place), "write `enabled: true`")


def judge(wanted: Wanted, live: Live | None, _world: World) -> Iterator[Diagnostic]:
    """Parts of VDM for an account that has it off, where the spec does not switch it on."""
    said = [path for path in PARTS if path in wanted.fields]
    if live is None or not said or ENABLED in wanted.fields or not isinstance(live.blocks["vdm"], Block):
        return
    if not decode(KIND, live, "vdm")[ENABLED]:
        message = f"VDM is off for the account, and {said[0]} means nothing without it"
        yield Diagnostic("vdm-off", message, wanted.places.get(said[0], wanted.place), "add `enabled: true`")


KIND = Kind(
    name=NAME,
    paths=("account",),
    fields=(
        Field("sending_enabled", "sending", "SendingEnabled", default=True, stops=_sending_stops),
        # Accounts that are older than the setting begin with none: there is no one default to go back to.
        Field("suppressed_reasons", "suppression", "SuppressedReasons", nullable=False, compare=Compare.SET),
        Field(
            "validation_threshold",
            "suppression",
            "ValidationAttributes.ConditionThreshold",
            nullable=False,
            decode=decode_threshold,
            encode=encode_threshold,
        ),
        Field(ENABLED, "vdm", "VdmEnabled", default=False, nullable=False, decode=is_on, encode=switch),
        Field(
            PARTS[0],
            "vdm",
            "DashboardAttributes.EngagementMetrics",
            default=False,
            nullable=False,
            decode=is_on,
            encode=switch,
        ),
        Field(
            PARTS[1],
            "vdm",
            "GuardianAttributes.OptimizedSharedDelivery",
            default=False,
            nullable=False,
            decode=is_on,
            encode=switch,
        ),
        Field("dedicated_ip_auto_warmup", "warmup", "DedicatedIpAutoWarmupEnabled", default=True),
    ),
    facets=(
        Facet("sending", _sending),
        Facet("suppression", lambda write: (Call("sesv2", "PutAccountSuppressionAttributes", dict(write.block)),)),
        Facet("vdm", lambda write: (Call("sesv2", "PutAccountVdmAttributes", {"VdmAttributes": dict(write.block)}),)),
        Facet("warmup", _warmup),
    ),
    read=read,
    check=check,
    judge=judge,
    account_wide=True,
)
