"""Verification messages of one's own. SES behaviour: an address becomes an identity by it; not in the sandbox."""

from __future__ import annotations

from sesops.emulator.context import Context
from sesops.emulator.operations import account, custom_verification_templates, message_forms, sending
from sesops.emulator.operations.identity_documents import load, new_document, save
from sesops.emulator.operations.identity_names import check_address
from sesops.emulator.operations.message_forms import Parts
from sesops.emulator.operations.refusals import Door
from sesops.emulator.registry import Params

_NOT_GRANTED = ("ProductionAccessNotGranted", "BadRequestException")


def send(context: Context, door: Door, params: Params) -> str:
    """Send it; its id."""
    if account.in_sandbox(context):
        raise sending.refuse(door, _NOT_GRANTED, "The account has no production access.")
    template = custom_verification_templates.load(context, door, params["TemplateName"])
    address = check_address(params["EmailAddress"], door)
    if load(context, address) is None:
        save(context, new_document(context, address))
    parts = Parts(template["TemplateSubject"], None, template["TemplateContent"], {})
    message = message_forms.outgoing(
        template["FromEmailAddress"], [address], parts, configuration_set=params.get("ConfigurationSetName")
    )
    return sending.send(context, door, message)
