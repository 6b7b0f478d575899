"""DKIM of identities: on and off, keys, and the classic reads and set-up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sesops.emulator.context import Context, ServiceError
from sesops.emulator.operations import dkim_keys
from sesops.emulator.operations.identity_documents import Document, known, load, new_document, save
from sesops.emulator.operations.identity_names import (
    check_domain,
    domain_of,
    invalid,
    is_address,
    is_domain_name,
)
from sesops.emulator.operations.refusals import Door
from sesops.emulator.operations.spelling import classic
from sesops.emulator.registry import Answer, Params, operation

_OWN_KEY = ("DomainSigningSelector", "DomainSigningPrivateKey")
_NESTED_ORIGIN = "DomainSigningAttributesOrigin"
_LENGTH = "NextSigningKeyLength"


def set_up(context: Context, document: Document, attributes: Mapping[str, Any]) -> None:
    """Give a new domain the keys that CreateEmailIdentity asks for: Easy DKIM unless told otherwise."""
    origin = attributes.get(_NESTED_ORIGIN)
    if origin is not None:
        dkim_keys.start_replica(context, document, origin)
    elif _OWN_KEY[0] in attributes:
        dkim_keys.start_external(context, document, *(attributes[member] for member in _OWN_KEY))
    else:
        dkim_keys.start_easy(context, document, attributes.get(_LENGTH, dkim_keys.DEFAULT_KEY))


def check_set_up(attributes: Mapping[str, Any]) -> None:
    """Refuse DkimSigningAttributes of CreateEmailIdentity that ask for more than one way of signing, or half of one."""
    origin = attributes.get(_NESTED_ORIGIN)
    if origin in (dkim_keys.EASY, dkim_keys.EXTERNAL):
        raise invalid(Door.V2, f"{_NESTED_ORIGIN} {origin} is not allowed for this operation.")
    if origin is not None:
        _only(attributes, origin, _NESTED_ORIGIN)
    elif any(key in attributes for key in _OWN_KEY):
        _check_own_key(attributes)


@operation("sesv2", "PutEmailIdentityDkimSigningAttributes")
def put_email_identity_dkim_signing_attributes(context: Context, params: Params) -> Answer:
    """Change how a domain is signed. SES behaviour: the identity stays verified, DKIM is searched anew.

    So it is when the search for what is there already was given up.
    """
    name, origin = params["EmailIdentity"], params["SigningAttributesOrigin"]
    attributes = params.get("SigningAttributes") or {}
    if is_address(name) or not is_domain_name(name):
        raise invalid(Door.V2, "The EmailIdentity value must be a valid domain.")
    document = load(context, name)
    if document is None:
        raise ServiceError("NotFoundException", f"Email identity {name} does not exist.", 404)
    if _NESTED_ORIGIN in attributes:
        raise invalid(Door.V2, f"{_NESTED_ORIGIN} is not allowed for this operation, use SigningAttributesOrigin.")
    _change(context, document, origin, attributes)
    save(context, document)
    shown = dkim_keys.attributes(context, document)
    answer = {"DkimStatus": shown["Status"], "DkimTokens": shown.get("Tokens", [])}
    if "SigningHostedZone" in shown:
        answer["SigningHostedZone"] = shown["SigningHostedZone"]
    return answer


@operation("sesv2", "PutEmailIdentityDkimAttributes")
def put_email_identity_dkim_attributes(context: Context, params: Params) -> Answer:
    """Switch signing. SES behaviour: a whole block, so left out means off."""
    _switch(context, params["EmailIdentity"], bool(params.get("SigningEnabled", False)), Door.V2)
    return {}


@operation("ses", "SetIdentityDkimEnabled")
def set_identity_dkim_enabled(context: Context, params: Params) -> Answer:
    """Switch signing."""
    _switch(context, params["Identity"], params["DkimEnabled"], Door.V1)
    return {}


@operation("ses", "VerifyDomainDkim")
def verify_domain_dkim(context: Context, params: Params) -> Answer:
    """The tokens of a domain. SES behaviour: the same on each call; a domain that is not there is made.

    A search that was given up begins anew.
    """
    name = check_domain(params["Domain"], Door.V1)
    document = load(context, name) or new_document(context, name)
    if "origin" not in document["dkim"]:
        dkim_keys.start_easy(context, document)
    else:
        dkim_keys.search_again(context, document)
    save(context, document)
    return {"DkimTokens": dkim_keys.attributes(context, document).get("Tokens", [])}


@operation("ses", "GetIdentityDkimAttributes")
def get_identity_dkim_attributes(context: Context, params: Params) -> Answer:
    """DKIM of up to 100 identities; DkimTokens is absent where there are none."""
    return {"DkimAttributes": {given: _classic(context, document) for given, document in known(context, params)}}


def _classic(context: Context, document: Document) -> Answer:
    shown = dkim_keys.attributes(context, document)
    answer = {
        "DkimEnabled": shown["SigningEnabled"],
        "DkimVerificationStatus": classic(shown["Status"]),
    }
    return answer | ({"DkimTokens": shown["Tokens"]} if "Tokens" in shown else {})


def _change(context: Context, document: Document, origin: str, attributes: Mapping[str, Any]) -> None:
    if origin == dkim_keys.EXTERNAL:
        _check_own_key(attributes)
        dkim_keys.start_external(context, document, *(attributes[member] for member in _OWN_KEY))
    elif origin != dkim_keys.EASY:
        _only(attributes, origin)
        dkim_keys.start_replica(context, document, origin)
    else:
        _only(attributes, origin, _LENGTH)
        _change_easy(context, document, attributes.get(_LENGTH))


def _change_easy(context: Context, document: Document, length: str | None) -> None:
    if document["dkim"].get("origin") != dkim_keys.EASY:
        dkim_keys.start_easy(context, document, length or dkim_keys.DEFAULT_KEY)
    elif length is not None:
        dkim_keys.change_length(context, document, length)
    else:
        dkim_keys.search_again(context, document)


def _switch(context: Context, name: str, enabled: bool, door: Door) -> None:
    """SES behaviour: an unknown domain is a 400 in v2 too, and an address follows its domain whatever is asked."""
    domain = domain_of(name)
    document = load(context, name)
    if is_address(name):
        followed = load(context, domain) is not None
        if not followed and (document is None or enabled):
            raise invalid(door, f"Domain {domain} is not verified for DKIM signing.")
        return
    if document is None:
        raise invalid(door, f"Domain {name} is not verified for DKIM signing.")
    document["dkim"]["signing_enabled"] = enabled
    save(context, document)


def _check_own_key(attributes: Mapping[str, Any]) -> None:
    _only(attributes, dkim_keys.EXTERNAL, *_OWN_KEY)
    for member in _OWN_KEY:
        if member not in attributes:
            raise invalid(Door.V2, f"{member} is required when the signing key is your own.")


def _only(attributes: Mapping[str, Any], origin: str, *allowed: str) -> None:
    for member in attributes:
        if member not in allowed:
            raise invalid(Door.V2, f"{member} is not allowed when the signing attributes origin is {origin}.")
