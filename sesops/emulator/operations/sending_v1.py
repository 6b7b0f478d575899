"""The sends of v1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sesops.emulator.context import Context, ServiceError
from sesops.emulator.operations import (
    custom_verification_sending,
    message_forms,
    sending,
    sent_messages,
    templates,
    verification,
)
from sesops.emulator.operations.message_forms import Parts
from sesops.emulator.operations.refusals import Door
from sesops.emulator.operations.sending import Outgoing, send
from sesops.emulator.operations.template_rendering import RenderingError, parse_data, render
from sesops.emulator.registry import Answer, Params, operation

_STATUSES = {
    "MessageRejected": "MessageRejected",
    "MailFromDomainNotVerifiedException": "MailFromDomainNotVerified",
    "ConfigurationSetDoesNotExist": "ConfigurationSetDoesNotExist",
    "TemplateDoesNotExist": "TemplateDoesNotExist",
    "AccountSendingPausedException": "AccountSendingPaused",
    "ConfigurationSetSendingPausedException": "ConfigurationSetSendingPaused",
    "InvalidParameterValue": "InvalidParameterValue",
    "Throttling": "AccountDailyQuotaExceeded",
}


def _common(params: Params) -> dict[str, Any]:
    tags = [*params.get("Tags", []), *params.get("DefaultTags", [])]
    return {"configuration_set": params.get("ConfigurationSetName"), "tags": _tags(tags)}


def _tags(tags: Sequence[Mapping[str, str]]) -> dict[str, str]:
    return {one["Name"]: one["Value"] for one in tags}


@operation("ses", "SendEmail")
def send_email(context: Context, params: Params) -> Answer:
    """Send a message given by its parts."""
    body = params["Message"]["Body"]
    texts = {part: body[part]["Data"] for part in ("Text", "Html") if part in body}
    parts = Parts(params["Message"]["Subject"]["Data"], texts.get("Text"), texts.get("Html"), {})
    to = message_forms.recipients(params["Destination"])
    message = message_forms.outgoing(params["Source"], to, parts, **_common(params))
    return {"MessageId": send(context, Door.V1, message)}


@operation("ses", "SendRawEmail")
def send_raw_email(context: Context, params: Params) -> Answer:
    """Send a message given whole."""
    whole = message_forms.parsed(params["RawMessage"]["Data"])
    message = message_forms.outgoing_raw(
        whole, params.get("Source"), list(params.get("Destinations", [])), **_common(params)
    )
    return {"MessageId": send(context, Door.V1, message)}


@operation("ses", "SendTemplatedEmail")
def send_templated_email(context: Context, params: Params) -> Answer:
    """Send a template with data."""
    to = message_forms.recipients(params["Destination"])
    message = _of_template(context, params, to, [params["TemplateData"]], _common(params))
    return {"MessageId": send(context, Door.V1, message)}


@operation("ses", "SendBulkTemplatedEmail")
def send_bulk_templated_email(context: Context, params: Params) -> Answer:
    """Send a template to many; one that is refused does not hold up the others."""
    statuses = []
    templates.load(context, Door.V1, params["Template"])
    for one in params["Destinations"]:
        common = _common(params)
        common["tags"] = {**common["tags"], **_tags(one.get("ReplacementTags", []))}
        data = [params.get("DefaultTemplateData") or "{}", one.get("ReplacementTemplateData") or "{}"]
        to = message_forms.recipients(one["Destination"])
        try:
            message = _of_template(context, params, to, data, common)
            statuses.append({"Status": "Success", "MessageId": send(context, Door.V1, message)})
        except ServiceError as error:
            statuses.append({"Status": _STATUSES.get(error.code, "Failed"), "Error": error.message})
    return {"Status": statuses}


@operation("ses", "SendCustomVerificationEmail")
def send_custom_verification_email(context: Context, params: Params) -> Answer:
    """Ask an address to confirm, in words of one's own."""
    return {"MessageId": custom_verification_sending.send(context, Door.V1, params)}


@operation("ses", "SendBounce")
def send_bounce(context: Context, params: Params) -> Answer:
    """Tell the sender of a message that was received that it bounced."""
    sender = params["BounceSender"]
    if not verification.verified(context, sending.bare(sender)):
        raise ServiceError("MessageRejected", f"Email address is not verified: {sender}")
    to = [one["Recipient"] for one in params["BouncedRecipientInfoList"]]
    original = sent_messages.find(context, params["OriginalMessageId"])
    back = original["source"] if original else sender
    parts = Parts("Delivery Status Notification (Failure)", params.get("Explanation", ", ".join(to)), None, {})
    return {"MessageId": send(context, Door.V1, message_forms.outgoing(sender, [back], parts))}


def _of_template(
    context: Context, params: Params, to: list[str], data: Sequence[str], common: Mapping[str, Any]
) -> Outgoing:
    """SES behaviour: a template that is not there is refused, data that it cannot use only makes an event."""
    content = templates.load(context, Door.V1, params["Template"])["content"]
    try:
        # SES behaviour: the data of all counts only for whoever has none of their own.
        own = next((found for text in reversed(data) if (found := parse_data(text))), {})
        rendered = render(content, own)
    except RenderingError as error:
        parts = Parts(params["Template"], "", None, {})
        return message_forms.outgoing(params["Source"], to, parts, **common, rendering_error=str(error))
    parts = Parts(rendered.get("Subject", ""), rendered.get("Text"), rendered.get("Html"), {})
    return message_forms.outgoing(params["Source"], to, parts, **common)
