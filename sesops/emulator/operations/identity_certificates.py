"""Certificates that identities sign their mail with (S/MIME; v2, newer clients only).

A document is {identity, from?, arn, at}. Unsure throughout: nobody has recorded these operations; the certificate
itself is of another service and not looked for.
"""

from __future__ import annotations

from typing import Any

from sesops.emulator.context import Context, ServiceError
from sesops.emulator.operations import identity_documents
from sesops.emulator.operations.identity_names import canonical
from sesops.emulator.paging import LARGEST_PAGE, answer_page
from sesops.emulator.registry import Answer, Params, operation
from sesops.emulator.store import stamp

_TABLE = "identity_certificate"
DEFAULT_PAGE = 100


def _name(context: Context, params: Params) -> str:
    """The identity of a request, or the refusal of one that is not there."""
    name: str = params["EmailIdentity"]
    if identity_documents.load(context, name) is None:
        raise ServiceError("NotFoundException", f"Identity {name} does not exist.", 404)
    return canonical(name)


def _of(context: Context, name: str) -> list[tuple[str, dict[str, Any]]]:
    return [(key, one) for key, one in context.store.items(_TABLE) if one["identity"] == name]


@operation("sesv2", "AssociateEmailIdentityCertificate")
def associate_email_identity_certificate(context: Context, params: Params) -> Answer:
    """Let an identity, or one of its addresses, sign with a certificate."""
    name, sender = _name(context, params), params.get("FromAddress", "")
    if context.store.get(_TABLE, f"{name} {sender}") is not None:
        raise ServiceError("AlreadyExistsException", f"Identity {params['EmailIdentity']} has a certificate already.")
    document = {"identity": name, "from": sender, "arn": params["CertificateArn"], "at": stamp(context.now)}
    context.store.put(_TABLE, f"{name} {sender}", document)
    return {}


@operation("sesv2", "DisassociateEmailIdentityCertificate")
def disassociate_email_identity_certificate(context: Context, params: Params) -> Answer:
    """Take the certificate of an identity, or of one of its addresses, away."""
    name, sender = _name(context, params), params.get("FromAddress", "")
    if not context.store.delete(_TABLE, f"{name} {sender}"):
        message = f"Identity {params['EmailIdentity']} has no such certificate."
        raise ServiceError("NotFoundException", message, 404)
    return {}


@operation("sesv2", "ListEmailIdentityCertificates")
def list_email_identity_certificates(context: Context, params: Params) -> Answer:
    """The certificates of an identity."""
    name = _name(context, params)
    shown = [
        {"Status": "ACTIVE", "CertificateArn": one["arn"], **({"FromAddress": one["from"]} if one["from"] else {})}
        for _, one in _of(context, name)
    ]
    return answer_page(context, f"certificates of {name}", shown, params, "Certificates", DEFAULT_PAGE, LARGEST_PAGE)


def drop_all(context: Context, name: str) -> None:
    """Remove the certificates of an identity that is deleted."""
    for key, _ in _of(context, canonical(name)):
        context.store.delete(_TABLE, key)
