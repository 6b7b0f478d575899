"""Sending, for both generations: who may send to whom, what becomes of a message, and who hears of it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import parseaddr

from sesops.emulator.context import Context, ServiceError
from sesops.emulator.operations import (
    account,
    configuration_set_document,
    contacts,
    identity_documents,
    mail_from,
    sending_events,
    sent_messages,
    suppression,
    tenant_associations,
    tenants,
    verification,
)
from sesops.emulator.operations.identity_names import domain_of, domains_above
from sesops.emulator.operations.refusals import Door
from sesops.emulator.operations.sent_messages import Document
from sesops.emulator.store import parse, stamp

RECIPIENTS = 50
_SIMULATOR = "simulator.amazonses.com"
_OUTCOMES = {
    "bounce": sent_messages.BOUNCED,
    "complaint": sent_messages.COMPLAINED,
    "suppressionlist": sent_messages.SUPPRESSED_GLOBALLY,
}
_TAG_NAME = re.compile(r"[A-Za-z0-9_-]+|ses:[A-Za-z0-9_-]+")
_TAG_VALUE = re.compile(r"[A-Za-z0-9_.@-]+")
_LONGEST_TAG = 255
# (v1, v2) codes of refusals that only sending has.
_PAUSED = ("AccountSendingPausedException", "SendingPausedException")
_SET_PAUSED = ("ConfigurationSetSendingPausedException", "SendingPausedException")
_NO_SUCH_SET = ("ConfigurationSetDoesNotExist", "NotFoundException")
_INVALID = ("InvalidParameterValue", "BadRequestException")
_QUOTA = ("Throttling", "LimitExceededException")


@dataclass(frozen=True)
class Outgoing:
    """A message as either generation hands it over. `rendering_error`: why its template made no message of it."""

    source: str
    recipients: Sequence[str]
    subject: str
    raw: str
    headers: Mapping[str, str]
    configuration_set: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    tenant: str | None = None
    contact_list: str | None = None
    topic: str | None = None
    rendering_error: str | None = None
    template: str | None = None


def refuse(door: Door, codes: tuple[str, str], message: str) -> ServiceError:
    """A refusal in the code of the generation that was asked."""
    code = codes[door.value]
    return ServiceError(code, message, 404 if code == "NotFoundException" else 400)


def send(context: Context, door: Door, message: Outgoing) -> str:
    """Take a message, decide what becomes of it, tell whoever asked to hear; its id. ServiceError: it was refused."""
    _check_account(context, door, len(message.recipients))
    _check_tags(door, message.tags)
    _check_addresses(context, door, message)
    set_name = message.configuration_set or _default_set(context, message.source)
    configuration_set = _open_set(context, door, set_name)
    if message.tenant is not None:
        _check_tenant(context, message, set_name)
    document = _document(context, message, set_name)
    document["outcomes"] = {
        recipient: _outcome(context, message, recipient, configuration_set) for recipient in message.recipients
    }
    sent_messages.add(context, document)
    account.count_sent(context, sum(not is_simulator(one) for one in message.recipients))
    sending_events.tell(context, document, configuration_set, identity_of(context, message.source))
    return str(document["id"])


def is_simulator(address: str) -> bool:
    """Whether an address is one of SES's mailbox simulator, which counts for nothing and needs no verification."""
    return domain_of(bare(address)) == _SIMULATOR


def bare(address: str) -> str:
    """`Ann <ann@example.com>` without the name."""
    return parseaddr(address)[1] or address


def identity_of(context: Context, source: str) -> Document | None:
    """The most specific identity that covers a sender, whose settings are the message's."""
    address = bare(source)
    for name in (address, *domains_above(address)):
        document = identity_documents.load(context, name)
        if document is not None:
            return document
    return None


def _check_account(context: Context, door: Door, count: int) -> None:
    if not account.sending_enabled(context):
        raise refuse(door, _PAUSED, "Email sending is disabled for your account.")
    if not 1 <= count <= RECIPIENTS:
        text = f"Recipient count exceeds {RECIPIENTS}." if count else "Missing required header 'To'."
        raise refuse(door, _INVALID, text)
    if account.sent_last_day(context) + count > account.quota(context)["Max24HourSend"]:
        raise refuse(door, _QUOTA, "Daily message quota exceeded.")
    _check_rate(context, door)


def _check_rate(context: Context, door: Door) -> None:
    """SES behaviour: what sends is held to the account's sending rate, by a text of its own. Here where asked to."""
    last = context.store.get_value("last_send")
    pause = 1 / account.quota(context)["MaxSendRate"]
    throttled = context.settings.throttle_per_second is not None
    if throttled and last is not None and (context.now - parse(last)).total_seconds() < pause:
        code, status = (("Throttling", 400), ("TooManyRequestsException", 429))[door.value]
        raise ServiceError(code, "Maximum sending rate exceeded.", status)
    context.store.set_value("last_send", stamp(context.now))


def _check_tags(door: Door, tags: Mapping[str, str]) -> None:
    for name, value in tags.items():
        for what, text, form, others in (
            ("name", name, _TAG_NAME, "'_', and '-'"),
            ("value", value, _TAG_VALUE, "'_',  '-' , '.', '@'"),
        ):
            if not text:
                raise refuse(door, _INVALID, f"The tag {what} must be specified.")
            if not form.fullmatch(text):
                only = f"only alphanumeric ASCII characters, {others} are allowed."
                raise refuse(door, _INVALID, f"Invalid tag {what} <{text}>: {only}")
            if len(text) > _LONGEST_TAG:
                raise refuse(door, _INVALID, f"Tag {what} cannot exceed {_LONGEST_TAG} characters.")


def _check_addresses(context: Context, door: Door, message: Outgoing) -> None:
    """Forms first; then who is not verified: the sender always, in the sandbox the recipients too."""
    for address in (message.source, *message.recipients):
        local, at, domain = bare(address).rpartition("@")
        if not at or not domain:
            raise refuse(door, _INVALID, "Missing domain")
        if not local:
            raise refuse(door, _INVALID, "Missing local name")
    asked = [message.source]
    if account.in_sandbox(context):
        asked += [one for one in message.recipients if not is_simulator(one)]
    failing = [one for one in asked if not verification.verified(context, bare(one))]
    if failing:
        text = "Email address is not verified. The following identities failed the check in region"
        names = ", ".join(dict.fromkeys(failing))
        raise ServiceError("MessageRejected", f"{text} {context.region.upper()}: {names}")
    identity = identity_of(context, message.source)
    shown = mail_from.attributes(context, identity) if identity else {}
    if shown.get("BehaviorOnMxFailure") == "REJECT_MESSAGE" and shown.get("MailFromDomainStatus") != "SUCCESS":
        raise ServiceError(
            "MailFromDomainNotVerifiedException",
            f"The MX record of {shown['MailFromDomain']} could not be found, and mail is to be rejected without it.",
        )


def _default_set(context: Context, source: str) -> str | None:
    identity = identity_of(context, source)
    return (identity.get("configuration_set") or None) if identity else None


def _open_set(context: Context, door: Door, name: str | None) -> Document | None:
    """The configuration set of a message; refused where it is not there or its sending is off."""
    if name is None:
        return None
    document = context.store.get(configuration_set_document.TABLE, name)
    if document is None:
        raise refuse(door, _NO_SUCH_SET, f"Configuration set <{name}> does not exist.")
    if not document["SendingOptions"]["SendingEnabled"]:
        raise refuse(door, _SET_PAUSED, f"Email sending is disabled for configuration set <{name}>.")
    return document


def _check_tenant(context: Context, message: Outgoing, set_name: str | None) -> None:
    """A tenant sends with what is associated with it: identity, set (the identity's default too) and template."""
    tenant = message.tenant or ""
    if not tenants.exists(context, tenant):
        raise ServiceError("NotFoundException", f"Tenant {tenant} for AwsAccountId {context.account} not found.", 404)
    identity = identity_of(context, message.source)
    used = {
        "identity": identity["name"] if identity else bare(message.source),
        "configuration-set": set_name,
        "template": message.template,
    }
    arns = [context.arn(f"{kind}/{name}") for kind, name in used.items() if name is not None]
    owned = {arn for one, arn, _ in tenant_associations.associations(context) if one == tenant}
    if missing := [arn for arn in arns if arn not in owned]:
        text = f"Tenant not associated with resources [{', '.join(missing)}]."
        raise ServiceError("AccessDeniedException", text, 403)
    if tenants.sending_status(context, tenant) == "DISABLED":
        arn = tenants.arn(context, tenants.load(context, tenant))
        raise ServiceError("MessageRejected", f"Sending disabled for <{arn}>.")


def _document(context: Context, message: Outgoing, set_name: str | None) -> Document:
    return {
        "id": f"{uuid.uuid4().hex[:16]}-{uuid.uuid4()}-000000",
        "at": stamp(context.now),
        "source": message.source,
        "recipients": list(message.recipients),
        "subject": message.subject,
        "headers": dict(message.headers),
        "raw": message.raw,
        "tags": dict(message.tags),
        **({"set": set_name} if set_name else {}),
        **({"error": message.rendering_error} if message.rendering_error else {}),
    }


def _outcome(context: Context, message: Outgoing, recipient: str, configuration_set: Document | None) -> str:
    address = bare(recipient)
    if message.rendering_error is not None:
        return sent_messages.UNRENDERED
    if is_simulator(recipient):
        return _OUTCOMES.get(address.partition("@")[0].partition("+")[0], sent_messages.DELIVERED)
    if _is_suppressed(context, message, address, configuration_set):
        return sent_messages.SUPPRESSED
    if message.contact_list is not None and not contacts.subscribed(
        context, message.contact_list, address, message.topic
    ):
        return sent_messages.UNSUBSCRIBED
    return sent_messages.DELIVERED


def _is_suppressed(context: Context, message: Outgoing, address: str, configuration_set: Document | None) -> bool:
    """Whether an address is listed for a reason that counts: by the set's own word, the tenant's, or the account's."""
    tenant = message.tenant or ""
    own = tenants.suppressed_reasons(context, tenant) if tenant else None
    reason = suppression.reason_of(context, address, tenant=tenant if own is not None else "")
    override = (configuration_set or {}).get("SuppressionOptions", {}).get("SuppressedReasons")
    counting: Iterable[str] = next(
        (one for one in (override, own) if one is not None), account.suppressed_reasons(context)
    )
    return reason is not None and reason in counting
