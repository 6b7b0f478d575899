"""UpdateConfigurationSet (v2, newer clients only): the blocks that have no Put of their own, so far how messages are
signed.

SES behaviour: unlike the Puts it is a partial update. A block that is not there stays as it was.
"""

from __future__ import annotations

from sesops.emulator.context import Context, ServiceError
from sesops.emulator.operations.configuration_set_document import load, save, set_message_security
from sesops.emulator.operations.refusals import Door
from sesops.emulator.registry import Answer, Params, operation


@operation("sesv2", "UpdateConfigurationSet")
def update_configuration_set(context: Context, params: Params) -> Answer:
    """Replace the blocks that are given."""
    name = params["ConfigurationSetName"]
    document = load(context, Door.V2, name)
    block = params.get("MessageSecurityOptions")
    if block is not None:
        scheme = block.get("SigningScheme")
        if scheme is not None and len(scheme) != 1:
            # SES behaviour, unsure: the text. That it is one scheme is what the model says.
            raise ServiceError("BadRequestException", "SigningScheme must have exactly one member.")
        set_message_security(context, document, block)
        save(context, name, document)
    return {}
