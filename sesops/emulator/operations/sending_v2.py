"""The sends of v2: one message, many, and verification messages of one's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sesops.emulator.context import Context, ServiceError
from sesops.emulator.operations import custom_verification_sending, message_forms, templates
from sesops.emulator.operations.message_forms import Parts
from sesops.emulator.operations.refusals import Door
from sesops.emulator.operations.sending import Outgoing, send
from sesops.emulator.operations.template_rendering import RenderingError, parse_data, render
from sesops.emulator.registry import Answer, Params, operation

_STATUSES = {
    "MessageRejected": "MESSAGE_REJECTED",
    "MailFromDomainNotVerifiedException": "MAIL_FROM_DOMAIN_NOT_VERIFIED",
    "SendingPausedException": "ACCOUNT_SENDING_PAUSED",
    "LimitExceededException": "ACCOUNT_DAILY_QUOTA_EXCEEDED",
    "BadRequestException": "INVALID_PARAMETER",
}


@operation("sesv2", "SendEmail")
def send_email(context: Context, params: Params) -> Answer:
    """Send a message given by its parts, whole, or as a template with data."""
    content = params["Content"]
    if len(content) != 1:
        raise ServiceError("BadRequestException", "Content must have exactly one of Simple, Raw and Template.")
    common = _common(params)
    recipients = message_forms.recipients(params.get("Destination", {}))
    if "Raw" in content:
        whole = message_forms.parsed(content["Raw"]["Data"])
        message = message_forms.outgoing_raw(whole, params.get("FromEmailAddress"), recipients, **common)
    elif "Simple" in content:
        message = _outgoing(params, recipients, _simple(content["Simple"]), common)
    else:
        message = _of_template(context, params, recipients, content["Template"], "{}", common)
    return {"MessageId": send(context, Door.V2, message)}


@operation("sesv2", "SendBulkEmail")
def send_bulk_email(context: Context, params: Params) -> Answer:
    """Send a template to many; one that is refused does not hold up the others."""
    template = params["DefaultContent"].get("Template", {})
    results = []
    for entry in params["BulkEmailEntries"]:
        own = entry.get("ReplacementEmailContent", {}).get("ReplacementTemplate", {})
        common = _common(params)
        common["tags"] = {**common["tags"], **_tags(entry.get("ReplacementTags", []))}
        recipients = message_forms.recipients(entry["Destination"])
        data = own.get("ReplacementTemplateData", "{}")
        try:
            message = _of_template(context, params, recipients, template, data, common)
            results.append({"Status": "SUCCESS", "MessageId": send(context, Door.V2, message)})
        except ServiceError as error:
            results.append({"Status": _status(error), "Error": error.message})
    return {"BulkEmailEntryResults": results}


@operation("sesv2", "SendCustomVerificationEmail")
def send_custom_verification_email(context: Context, params: Params) -> Answer:
    """Ask an address to confirm, in words of one's own."""
    return {"MessageId": custom_verification_sending.send(context, Door.V2, params)}


def _status(error: ServiceError) -> str:
    if error.code == "NotFoundException":
        return "TEMPLATE_NOT_FOUND" if error.message.startswith("Template") else "CONFIGURATION_SET_NOT_FOUND"
    return _STATUSES.get(error.code, "FAILED")


def _common(params: Params) -> dict[str, Any]:
    """What a message has besides its content."""
    listed = params.get("ListManagementOptions", {})
    return {
        "configuration_set": params.get("ConfigurationSetName"),
        "tags": _tags([*params.get("EmailTags", []), *params.get("DefaultEmailTags", [])]),
        "tenant": params.get("TenantName"),
        "contact_list": listed.get("ContactListName"),
        "topic": listed.get("TopicName"),
    }


def _tags(tags: list[Mapping[str, str]]) -> dict[str, str]:
    return {one["Name"]: one["Value"] for one in tags}


def _outgoing(params: Params, recipients: list[str], parts: Parts, common: Mapping[str, Any]) -> Outgoing:
    if "FromEmailAddress" not in params:
        raise ServiceError("BadRequestException", "FromEmailAddress must be specified.")
    return message_forms.outgoing(params["FromEmailAddress"], recipients, parts, **common)


def _simple(content: Params) -> Parts:
    body = content["Body"]
    headers = {one["Name"]: one["Value"] for one in content.get("Headers", [])}
    texts = {part: body[part]["Data"] for part in ("Text", "Html") if part in body}
    return Parts(content["Subject"]["Data"], texts.get("Text"), texts.get("Html"), headers)


def _of_template(
    context: Context,
    params: Params,
    recipients: list[str],
    template: Params,
    replacement: str,
    common: Mapping[str, Any],
) -> Outgoing:
    """SES behaviour: a template that is not there is refused, data that it cannot use only makes an event."""
    content = template.get("TemplateContent")
    if content is None:
        name = template.get("TemplateName") or template.get("TemplateArn", "").rpartition("template/")[2]
        content = templates.load(context, Door.V2, name)["content"]
        common = {**common, "template": name}
    try:
        # SES behaviour: the data of all counts only for whoever has none of their own.
        data = parse_data(replacement) or parse_data(template.get("TemplateData") or "{}")
        rendered = render(content, data)
    except RenderingError as error:
        parts = Parts(template.get("TemplateName", ""), "", None, {})
        return _outgoing(params, recipients, parts, {**common, "rendering_error": str(error)})
    headers = {one["Name"]: one["Value"] for one in template.get("Headers", [])}
    parts = Parts(rendered.get("Subject", ""), rendered.get("Text"), rendered.get("Html"), headers)
    return _outgoing(params, recipients, parts, common)
