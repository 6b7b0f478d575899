"""Sending-authorization policies: who else may send as an identity.

API: CreateEmailIdentityPolicy, UpdateEmailIdentityPolicy, DeleteEmailIdentityPolicy; read with GetEmailIdentity, which
the identities' own reader often asks for too. SES gives the text back without white space, so documents are compared
as data. A policy carries no tags, and goes with its identity.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase

from sesops.core.address import Address
from sesops.core.diagnostic import Diagnostic, Severity
from sesops.core.kind import Build, Compare, Facet, Field, Kind, Write
from sesops.core.policy import document, in_order
from sesops.core.thing import Block, Live, Reading, Siblings, Unread, Wanted, Wants, World
from sesops.core.values import Call, Json, Program, Refusal, Refused, Scope
from sesops.kinds._policies import ELEMENTS, as_sent, is_principal, listed, statements, unknown_elements
from sesops.kinds._shared import by_first_name, unread
from sesops.kinds.identity.verification import get_identity

DOCUMENT = "document"
LONGEST = 4096
"""Bytes of JSON that SES takes (SES behaviour: policies)."""
MOST = 20
"""Policies that one identity may have."""

_CONDITION_KEYS = frozenset({"ses:recipients", "ses:fromaddress", "ses:fromdisplayname", "ses:feedbackaddress"})
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


def build(value: Json, _build: Build) -> Mapping[str, Json]:
    """The document as it stands in the spec (inline, or the content of a file) -> the one field."""
    return {DOCUMENT: in_order(document(value))}


def read(wants: Wants, _scope: Scope) -> Program:
    """Read the policies of each identity that is named, with all that it has beside them. Returns a `Reading`."""
    calls = {name: get_identity(name) for name in sorted({name[0] for name in wants})}
    answers = yield tuple(calls.values())
    things: dict[Address, Live | Unread | None] = {}
    extra: list[Live] = []
    for (identity, call), answer in zip(calls.items(), answers, strict=True):
        mine = [Address("identity_policy", name) for name in wants if name[0] == identity]
        if isinstance(answer, Refusal):
            things.update(dict.fromkeys(mine, None if answer.why is Refused.MISSING else unread(answer, call)))
            continue
        found = {one.address: one for one in _policies(identity, answer.value)}
        things.update((one, found.pop(one, None)) for one in mine)
        extra.extend(found.values())
    return Reading(things, tuple(extra))


def _policies(identity: str, value: Mapping[str, Json]) -> Iterator[Live]:
    for name, text in sorted((value.get("Policies") or {}).items()):
        yield Live(Address("identity_policy", (identity, name)), {DOCUMENT: Block({"Policy": text})})


def _params(address: Address) -> dict[str, Json]:
    identity, name = address.name
    return {"EmailIdentity": identity, "PolicyName": name}


def create(address: Address, _scope: Scope, writes: Mapping[str, Write]) -> Call:
    return Call("sesv2", "CreateEmailIdentityPolicy", {**_params(address), **writes[DOCUMENT].block})


def _put(write: Write) -> tuple[Call, ...]:
    return (Call("sesv2", "UpdateEmailIdentityPolicy", {**_params(write.address), **write.block}),)


def delete(address: Address, _scope: Scope) -> tuple[Call, ...]:
    return (Call("sesv2", "DeleteEmailIdentityPolicy", _params(address)),)


def delete_stops(live: Live | None, world: World) -> str | None:
    """A policy of a verified identity is deleted. What it says is not weighed: any may be what somebody sends by."""
    if live is None or not world.verified(live.address.name[0]):
        return None
    identity, name = live.address.name
    return f"what policy {name} lets others send as {identity} is refused"


def _notice(before: Json, _after: Json, _world: World, address: Address) -> str | None:
    return f"who may send as {address.name[0]} changes" if before is not None else None


def check(wanted: Wanted, siblings: Siblings) -> Iterator[Diagnostic]:
    """Check a policy's name and document."""
    identity, name = wanted.address.name
    value = wanted.fields.get(DOCUMENT)
    if not _NAME.fullmatch(name):
        yield _error(wanted, "bad-policy-name", f"{name!r} is no policy name", "use 1 to 64 of A-Z a-z 0-9 _ -")
    of_identity = siblings.index("identity_policy", by_first_name)[identity]
    # Said once an identity, at the first that is too many.
    if len(of_identity) > MOST and wanted is of_identity[MOST]:
        message = f"{identity} has {len(of_identity)} policies; SES takes {MOST}"
        yield _error(wanted, "too-many-policies", message, "merge statements into fewer")
    size = len(as_sent(value).encode())
    if size > LONGEST:
        # What becomes of its statements is seen once they are parted: each may have several faults.
        message = f"policy {name} has {size} bytes of {LONGEST}"
        yield _error(wanted, "policy-too-large", message, "split it into several")
        return
    found = statements(value)
    if not found:
        yield _error(wanted, "bad-policy", f"policy {name} has no statement", "add `Statement`, a list of statements")
    for number, statement in enumerate(found, 1):
        yield from _statement(wanted, siblings, number, statement)


def _statement(wanted: Wanted, siblings: Siblings, number: int, statement: Mapping[str, Json]) -> Iterator[Diagnostic]:
    identity, name = wanted.address.name
    where = f"policy {name}, statement {number}"
    for element in unknown_elements(statement):
        yield _error(wanted, "bad-policy", f"{where}: {element} is no part of a statement", f"write {ELEMENTS}")
    if statement.get("Effect") not in ("Allow", "Deny"):
        yield _error(wanted, "bad-policy", f"{where}: Effect is neither Allow nor Deny", "write `Effect: Allow`")
    if not is_principal(statement.get("Principal", statement.get("NotPrincipal"))):
        hint = 'write `Principal: {AWS: "ACCOUNT"}`, an account id in quotes, or the ARN of a user or role'
        yield _error(wanted, "bad-policy", f"{where}: no valid Principal", hint)
    if not listed(statement.get("Action", statement.get("NotAction"))):
        yield _error(wanted, "bad-policy", f"{where}: no Action", "write `Action: ses:SendEmail`")
    for action in listed(statement.get("Action")):
        if not str(action).lower().startswith("ses:"):
            yield _warning(wanted, "policy-action", f"{where}: {action} is no action of SES", "use `ses:SendEmail`")
        elif not _sends(str(action).lower()):
            yield _warning(wanted, "policy-action", f"{where}: {action} does not send", "use `ses:SendEmail`")
    for key in _condition_keys(statement):
        if key.lower().startswith("ses:") and key.lower() not in _CONDITION_KEYS:
            hint = "SES has ses:Recipients, ses:FromAddress, ses:FromDisplayName and ses:FeedbackAddress"
            yield _warning(wanted, "policy-condition", f"{where}: SES has no condition key {key}", hint)
    account = siblings.account or "ACCOUNT"
    any_account = re.escape(siblings.account) if siblings.account else r"\d{12}"
    own = re.compile(rf"arn:[^:]+:ses:{re.escape(siblings.scope_region)}:{any_account}:identity/{re.escape(identity)}")
    resources = listed(statement.get("Resource"))
    if not resources or not all(own.fullmatch(str(one)) for one in resources):
        hint = f"write `Resource: arn:aws:ses:{siblings.scope_region}:{account}:identity/{identity}`"
        yield _warning(wanted, "policy-resource", f"{where}: Resource is not this identity", hint)


def _sends(action: str) -> bool:
    """Whether an action, which may be a pattern, is one of sending; SES has had new ones."""
    return action.startswith("ses:send") or fnmatchcase("ses:sendemail", action)


def _condition_keys(statement: Mapping[str, Json]) -> list[str]:
    conditions = statement.get("Condition")
    found = conditions.values() if isinstance(conditions, Mapping) else ()
    return [key for one in found if isinstance(one, Mapping) for key in one]


def _error(wanted: Wanted, code: str, message: str, hint: str) -> Diagnostic:
    return Diagnostic(code, message, wanted.place, hint)


def _warning(wanted: Wanted, code: str, message: str, hint: str) -> Diagnostic:
    return Diagnostic(code, message, wanted.place, hint, Severity.WARNING)


KIND = Kind(
    name="identity_policy",
    paths=("domains.*.policies.*", "emails.*.policies.*"),
    fields=(
        Field(
            DOCUMENT,
            DOCUMENT,
            "Policy",
            nullable=False,
            compare=Compare.POLICY,
            decode=document,
            encode=as_sent,
            notice=_notice,
        ),
    ),
    facets=(Facet(DOCUMENT, _put, in_create=True, required=True),),
    read=read,
    create=create,
    delete=delete,
    build=build,
    written=lambda nested: nested[DOCUMENT],
    check=check,
    parents=("domain", "email"),
    delete_stops=delete_stops,
)
