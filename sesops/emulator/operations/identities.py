"""Email identities, domains and addresses, as v2 makes, reads, lists and deletes them."""

from __future__ import annotations

from sesops.emulator.context import Context, ServiceError
from sesops.emulator.operations import (
    dkim,
    dkim_keys,
    identity_certificates,
    identity_policies,
    mail_from,
    tenant_associations,
    verification,
)
from sesops.emulator.operations.identity_documents import TABLE, Document, load, new_document, save
from sesops.emulator.operations.identity_names import DOMAIN, canonical, check_name, invalid, is_address
from sesops.emulator.operations.refusals import Door
from sesops.emulator.operations.tags import checked_tags, shown_tags, taggable
from sesops.emulator.registry import Answer, Params, operation

taggable("identity", "EmailIdentity", lambda _context, name: canonical(name))


@operation("sesv2", "CreateEmailIdentity")
def create_email_identity(context: Context, params: Params) -> Answer:
    """Make an identity, all or nothing.

    SES behaviour: looks for the identity, then at the tags, then for the configuration set. The answer says not
    verified and, for a domain, DKIM not started, whatever the next read says; for an address it has no DKIM at all.
    """
    name = check_name(params["EmailIdentity"], Door.V2)
    attributes = params.get("DkimSigningAttributes") or {}
    if attributes and is_address(name):
        raise invalid(Door.V2, "DkimSigningAttributes can be given for a domain only.")
    dkim.check_set_up(attributes)
    if load(context, name) is not None:
        raise ServiceError("AlreadyExistsException", f"Email identity {params['EmailIdentity']} already exist.")
    document = new_document(context, name)
    document["tags"] = checked_tags(params.get("Tags", []))
    if "ConfigurationSetName" in params:
        _check_configuration_set(context, params["ConfigurationSetName"])
        document["configuration_set"] = params["ConfigurationSetName"]
    answer = {"IdentityType": document["type"], "VerifiedForSendingStatus": False}
    if document["type"] == DOMAIN:
        dkim.set_up(context, document, attributes)
        shown = dkim_keys.attributes(context, document)
        answer["DkimAttributes"] = shown | {"Status": dkim_keys.NOT_STARTED}
    save(context, document)
    return answer


@operation("sesv2", "GetEmailIdentity")
def get_email_identity(context: Context, params: Params) -> Answer:
    """All of an identity but its notifications; ConfigurationSetName is absent while there is none."""
    name = params["EmailIdentity"]
    document = _existing(context, name, f"Identity {name} does not exist.")
    status = verification.status(context, document)
    answer = {
        "IdentityType": document["type"],
        "FeedbackForwardingStatus": document["forwarding"],
        "VerifiedForSendingStatus": verification.may_send(status),
        "DkimAttributes": dkim_keys.attributes(context, document),
        "MailFromAttributes": mail_from.attributes(context, document),
        "Policies": identity_policies.policies(context, name),
        "Tags": shown_tags(document),
        "VerificationStatus": status,
        "VerificationInfo": verification.information(context, document),
    }
    if "configuration_set" in document:
        answer["ConfigurationSetName"] = document["configuration_set"]
    return answer


@operation("sesv2", "DeleteEmailIdentity")
def delete_email_identity(context: Context, params: Params) -> Answer:
    """Delete an identity and all that hangs on it. SES behaviour: one that is not there is a 404, unlike in v1."""
    name = params["EmailIdentity"]
    remove(context, Door.V2, _existing(context, name, f"Email identity {name} does not exist."))
    return {}


@operation("sesv2", "PutEmailIdentityConfigurationSetAttributes")
def put_email_identity_configuration_set_attributes(context: Context, params: Params) -> Answer:
    """Set the default configuration set, or clear it when no name is given."""
    name = params["EmailIdentity"]
    document = _existing(context, name, f"Identity <{name}> does not exist.")
    configuration_set = params.get("ConfigurationSetName")
    if configuration_set:
        _check_configuration_set(context, configuration_set)
        document["configuration_set"] = configuration_set
    else:
        document.pop("configuration_set", None)
    save(context, document)
    return {}


def remove(context: Context, door: Door, document: Document) -> None:
    """Delete the identity with its policies; a domain that is made again gets new DKIM tokens."""
    tenant_associations.refuse_while_associated(context, door, f"identity/{document['name']}")
    identity_certificates.refuse_while_there(context, door, document["name"])
    dkim_keys.remember_generation(context, document)
    identity_policies.drop(context, document["name"])
    context.store.delete(TABLE, document["name"])


def _existing(context: Context, name: str, message: str) -> Document:
    document = load(context, name)
    if document is None:
        raise ServiceError("NotFoundException", message, 404)
    return document


def _check_configuration_set(context: Context, name: str) -> None:
    """SES behaviour: an empty name is taken at create, and given back."""
    if name and context.store.get("configuration_set", name) is None:
        raise ServiceError("NotFoundException", f"Configuration set <{name}> does not exist.", 404)
