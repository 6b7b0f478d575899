"""Certificates that identities sign their mail with (S/MIME; v2, newer clients only).

A document is {identity, from, arn, at}, under IDENTITY SENDER-IN-LOWER-CASE. The certificate itself is of another
service and not looked for, as SES does not when it is associated; so none fails here, and its expiry is not known.
"""

from __future__ import annotations

from typing import Any

from sesops.emulator.context import Context, ServiceError
from sesops.emulator.operations import identity_documents
from sesops.emulator.operations.constrained_paging import checked_size, sized_page
from sesops.emulator.operations.identity_names import canonical, domain_of, is_address, is_below, is_email_address
from sesops.emulator.operations.refusals import Door
from sesops.emulator.paging import LARGEST_PAGE
from sesops.emulator.registry import Answer, Params, operation
from sesops.emulator.store import parse, stamp

_TABLE = "identity_certificate"
PAGE = 100


def _sender(params: Params) -> str:
    """Whom the certificate is for: the address itself, or an address of the domain.

    SES behaviour: this is refused before the identity is looked for.
    """
    identity, sender = params["EmailIdentity"], params.get("FromAddress")
    if sender is None:
        if not is_address(identity):
            raise ServiceError("BadRequestException", "FromAddress is required when EmailIdentity is a domain.")
        return str(identity)
    if not is_email_address(sender):
        raise ServiceError("BadRequestException", f"FromAddress <{sender}> is not a valid email address.")
    if is_address(identity):
        if sender != identity:
            # SES behaviour, unsure: the text.
            message = f"FromAddress <{sender}> does not match the email identity <{identity}>."
            raise ServiceError("BadRequestException", message)
    elif domain_of(sender) != canonical(identity) and not is_below(domain_of(sender), identity):
        message = f"FromAddress <{sender}> does not belong to the domain identity <{identity}>."
        raise ServiceError("BadRequestException", message)
    return str(sender)


def _name(context: Context, params: Params) -> str:
    """The identity of a request, or the refusal of one that is not there."""
    name: str = params["EmailIdentity"]
    if identity_documents.load(context, name) is None:
        raise ServiceError("NotFoundException", f"Email identity <{name}> does not exist.", 404)
    return canonical(name)


def _key(name: str, sender: str) -> str:
    """SES behaviour: the same sender in other letters is the same."""
    return f"{name} {sender.lower()}"


def _of(context: Context, name: str) -> list[tuple[str, dict[str, Any]]]:
    return [(key, one) for key, one in context.store.items(_TABLE) if one["identity"] == name]


@operation("sesv2", "AssociateEmailIdentityCertificate")
def associate_email_identity_certificate(context: Context, params: Params) -> Answer:
    """Let an address sign with a certificate; it can have one."""
    sender, name = _sender(params), _name(context, params)
    there = context.store.get(_TABLE, _key(name, sender))
    if there is not None:
        who = f"sender <{there['from']}> on identity <{params['EmailIdentity']}>"
        raise ServiceError("AlreadyExistsException", f"A certificate is already associated with {who}.")
    document = {"identity": name, "from": sender, "arn": params["CertificateArn"], "at": stamp(context.now)}
    context.store.put(_TABLE, _key(name, sender), document)
    return {}


@operation("sesv2", "DisassociateEmailIdentityCertificate")
def disassociate_email_identity_certificate(context: Context, params: Params) -> Answer:
    """Take the certificate of an address away. SES behaviour: one that it does not have is no error."""
    sender, name = _sender(params), _name(context, params)
    context.store.delete(_TABLE, _key(name, sender))
    return {}


@operation("sesv2", "ListEmailIdentityCertificates")
def list_email_identity_certificates(context: Context, params: Params) -> Answer:
    """The certificates of an identity, by sender."""
    size = checked_size(params, PAGE, LARGEST_PAGE)
    name = _name(context, params)
    shown = [
        {"FromAddress": one["from"], "Status": _status(context, one), "CertificateArn": one["arn"]}
        for _, one in _of(context, name)
    ]
    listing = f"certificates of {name}"
    return sized_page(context, listing, shown, params, "Certificates", size, "Invalid NextToken.")


def _status(context: Context, document: dict[str, Any]) -> str:
    """SES behaviour, unsure: how long it takes. Here as long as any other verification."""
    ready = parse(document["at"]) + context.settings.verification
    return "ACTIVE" if context.now >= ready else "PROVISIONING"


def refuse_while_there(context: Context, door: Door, name: str) -> None:
    """Refuse to delete an identity that has certificates."""
    if _of(context, canonical(name)):
        code = "InvalidParameterValue" if door is Door.V1 else "BadRequestException"
        rest = "because it has certificates associated with it. Disassociate all certificates and try again."
        raise ServiceError(code, f"Cannot delete {context.arn(f'identity/{name}')} {rest}")
