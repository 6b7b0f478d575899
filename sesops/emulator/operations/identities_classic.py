"""Email identities as v1 starts, reads and deletes them."""

from __future__ import annotations

import base64
import hashlib

from sesops.emulator.context import Context
from sesops.emulator.operations import verification
from sesops.emulator.operations.identities import remove
from sesops.emulator.operations.identity_documents import TABLE, Document, known, load, new_document, save
from sesops.emulator.operations.identity_names import (
    ADDRESS,
    check_address,
    check_domain,
    is_domain_name,
    is_email_address,
    not_verifiable,
)
from sesops.emulator.operations.refusals import Door
from sesops.emulator.operations.spelling import classic
from sesops.emulator.registry import Answer, Params, operation


@operation("ses", "VerifyDomainIdentity")
def verify_domain_identity(context: Context, params: Params) -> Answer:
    """The text that a TXT record proves a domain with.

    SES behaviour: the same text on each call; a domain that is not there is made, without DKIM.
    """
    name = check_domain(params["Domain"], Door.V1)
    document = load(context, name)
    if document is None:
        document = new_document(context, name)
    else:
        verification.ask_again(context, document)
    document["verification_token"] = _token(context, name)
    save(context, document)
    return {"VerificationToken": document["verification_token"]}


@operation("ses", "VerifyEmailIdentity")
def verify_email_identity(context: Context, params: Params) -> Answer:
    """Make an address, or send its verification mail again."""
    _start_address(context, params["EmailAddress"])
    return {}


@operation("ses", "VerifyEmailAddress")
def verify_email_address(context: Context, params: Params) -> Answer:
    """The deprecated name of VerifyEmailIdentity."""
    _start_address(context, params["EmailAddress"])
    return {}


@operation("ses", "DeleteIdentity")
def delete_identity(context: Context, params: Params) -> Answer:
    """Delete an identity. SES behaviour: one that is not there is no error, what could never be one is."""
    name = params["Identity"]
    if not is_domain_name(name) and not is_email_address(name):
        raise not_verifiable(Door.V1, name)
    _remove(context, name)
    return {}


@operation("ses", "DeleteVerifiedEmailAddress")
def delete_verified_email_address(context: Context, params: Params) -> Answer:
    """The deprecated way to delete an address."""
    _remove(context, check_address(params["EmailAddress"], Door.V1))
    return {}


@operation("ses", "ListVerifiedEmailAddresses")
def list_verified_email_addresses(context: Context, _params: Params) -> Answer:
    """The deprecated list: addresses only, and those only that are verified."""
    verified = [
        name
        for name, document in context.store.items(TABLE)
        if document["type"] == ADDRESS and verification.status(context, document) == verification.SUCCESS
    ]
    return {"VerifiedEmailAddresses": verified}


@operation("ses", "GetIdentityVerificationAttributes")
def get_identity_verification_attributes(context: Context, params: Params) -> Answer:
    """Verification of up to 100 identities; the token is there for a domain that was started the classic way."""
    answers = {given: _attributes(context, document) for given, document in known(context, params)}
    return {"VerificationAttributes": answers}


def _attributes(context: Context, document: Document) -> Answer:
    answer = {"VerificationStatus": classic(verification.status(context, document))}
    if "verification_token" in document:
        answer["VerificationToken"] = document["verification_token"]
    return answer


def _start_address(context: Context, name: str) -> None:
    address = check_address(name, Door.V1)
    document = load(context, address)
    if document is None:
        document = new_document(context, address)
    else:
        verification.ask_again(context, document)
    save(context, document)


def _remove(context: Context, name: str) -> None:
    document = load(context, name)
    if document is not None:
        remove(context, Door.V1, document)


def _token(context: Context, domain: str) -> str:
    seed = f"{context.account}/{context.region}/{domain}"
    return base64.b64encode(hashlib.sha256(seed.encode()).digest()).decode()
