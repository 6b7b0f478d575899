"""How mail of a domain is signed, as `document["dkim"]`, and the three ways to set it up.

- not set up:  `{}`, or `{signing_enabled}` once it was switched
- Easy DKIM:   `{origin: AWS_SES, signing_enabled, generation, key_length, previous_key_length, key_generated, since}`
- own key:     `{origin: EXTERNAL, signing_enabled, selector, modulus?, since}`; the private key is never given back,
  and nothing of it is kept but the modulus, which the public one has too
- replica:     `{origin: AWS_SES_<REGION>, signing_enabled, since}`, everything else being the primary's

`since` starts the search for the DNS records (searches.py). `generation`, `length_changed` and `downgraded` stay
through all of them; `owned` says that the domain was verified when its keys were changed. Tokens are computed from
account, region, domain and the number of the key (its generation), so two runs of one story see the same records, while
a new key never has the tokens of an old one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sesops.emulator.context import Context
from sesops.emulator.operations import dkim_records, searches, verification
from sesops.emulator.operations.dkim_records import easy_tokens, hosted_zone
from sesops.emulator.operations.identity_documents import Document, load
from sesops.emulator.operations.identity_names import DOMAIN, domain_of, invalid
from sesops.emulator.operations.refusals import Door
from sesops.emulator.operations.replication import is_replica, primary, primary_region, replication_error
from sesops.emulator.operations.searches import FAILED, PENDING
from sesops.emulator.registry import Answer
from sesops.emulator.store import parse, stamp

EASY = "AWS_SES"
EXTERNAL = "EXTERNAL"
NOT_STARTED = "NOT_STARTED"
SHORT_KEY = "RSA_1024_BIT"
DEFAULT_KEY = "RSA_2048_BIT"

_LENGTH_CHANGES_EVERY = timedelta(hours=24)


def start_easy(context: Context, document: Document, length: str = DEFAULT_KEY) -> None:
    """Make a new Easy DKIM key. Its records are searched from now on; until then an Easy key before it signs."""
    before = document["dkim"]
    now = stamp(context.now)
    used = _length_in_use(context, document) if before.get("origin") == EASY else length
    document["dkim"] = _carried(context, document) | {
        "origin": EASY,
        "generation": _last_generation(context, document) + 1,
        "key_length": length,
        "previous_key_length": used,
        "key_generated": now,
        "since": now,
    }


def start_external(context: Context, document: Document, selector: str, private_key: str) -> None:
    """Sign with the owner's key from now on."""
    started = {"origin": EXTERNAL, "selector": selector, "since": stamp(context.now)}
    modulus = dkim_records.modulus(private_key)
    document["dkim"] = _carried(context, document) | started | ({"modulus": modulus} if modulus else {})


def start_replica(context: Context, document: Document, origin: str) -> None:
    """Sign with the keys of the same domain in another region."""
    document["dkim"] = _carried(context, document) | {"origin": origin, "since": stamp(context.now)}


def search_again(context: Context, document: Document) -> None:
    """Search for the records of the same keys anew, if that was given up."""
    if _search(context, document).status == FAILED:
        verification.ask_again(context, document)
        searches.start_again(context, document["dkim"])


def change_length(context: Context, document: Document, length: str) -> None:
    """Replace the Easy DKIM key by one of another length.

    SES behaviour: the length in force is refused, and so is a second change within 24 hours; the first change down to
    1024 bits does not count.
    """
    dkim = document["dkim"]
    if length == dkim["key_length"]:
        raise invalid(Door.V2, f"The signing key length is already {length}.")
    if length == SHORT_KEY and "downgraded" not in dkim:
        dkim["downgraded"] = True
    else:
        changed = dkim.get("length_changed")
        if changed is not None and context.now < parse(changed) + _LENGTH_CHANGES_EVERY:
            raise invalid(Door.V2, "The signing key length can be changed only once within 24 hours.")
        dkim["length_changed"] = stamp(context.now)
    start_easy(context, document, length)


def remember_generation(context: Context, document: Mapping[str, Any]) -> None:
    """Keep the number of the last key of a domain that is being deleted: made again, it has new tokens."""
    if "generation" in document["dkim"]:
        context.store.set_value(_generation_key(document), document["dkim"]["generation"])


def attributes(context: Context, document: Mapping[str, Any]) -> Answer:
    """DkimAttributes as v2 gives them; what does not apply is absent.

    SES behaviour: an address shows what the domain with exactly its domain part has, if that is an identity.
    """
    shown = document if document["type"] == DOMAIN else load(context, domain_of(document["name"]))
    dkim = shown["dkim"] if shown is not None else {}
    if shown is None or "origin" not in dkim:
        return _not_set_up(bool(dkim.get("signing_enabled")))
    return {
        "SigningEnabled": dkim["signing_enabled"],
        "Status": _status(context, shown),
        "SigningAttributesOrigin": dkim["origin"],
        **_key_attributes(context, shown),
    }


def _carried(context: Context, document: Document) -> dict[str, Any]:
    """What a change of the keys leaves as it was; signing is on for whoever sets DKIM up."""
    before = document["dkim"]
    kept = {key: before[key] for key in ("generation", "length_changed", "downgraded") if key in before}
    if load(context, document["name"]) is not None:
        verification.ask_again(context, document)
        if verification.may_send(verification.status(context, document)):
            kept["owned"] = True
    return kept | {"signing_enabled": before["signing_enabled"] if "origin" in before else True}


def _search(context: Context, document: Mapping[str, Any]) -> searches.Search:
    return searches.search(context, document["dkim"], dkim_records.wanted(context, document))


def _status(context: Context, document: Mapping[str, Any]) -> str:
    """Whether the DNS records of the key were found, be signing on or off."""
    if replication_error(context, document) is not None:
        return PENDING
    return _search(context, document).status


def _not_set_up(enabled: bool) -> Answer:
    return {
        "SigningEnabled": enabled,
        "Status": NOT_STARTED,
        "SigningAttributesOrigin": EASY,
        "NextSigningKeyLength": SHORT_KEY,
    }


def _key_attributes(context: Context, document: Mapping[str, Any]) -> Answer:
    dkim = document["dkim"]
    if dkim["origin"] == EXTERNAL:
        return {"Tokens": [dkim["selector"]]}
    if not is_replica(dkim):
        return _easy_attributes(context, context.region, document)
    parent = primary(context, document)
    return {} if parent is None else _easy_attributes(context, primary_region(dkim), parent)


def _easy_attributes(context: Context, region: str, document: Mapping[str, Any]) -> Answer:
    dkim = document["dkim"]
    return {
        "Tokens": easy_tokens(context.account, region, document["name"], dkim["generation"]),
        "SigningHostedZone": hosted_zone(region),
        "NextSigningKeyLength": dkim["key_length"],
        "CurrentSigningKeyLength": _length_in_use(context, document),
        "LastKeyGenerationTimestamp": parse(dkim["key_generated"]),
    }


def _length_in_use(context: Context, document: Mapping[str, Any]) -> str:
    found = _search(context, document).found is not None
    return str(document["dkim"]["key_length" if found else "previous_key_length"])


def _last_generation(context: Context, document: Mapping[str, Any]) -> int:
    if "generation" in document["dkim"]:
        return int(document["dkim"]["generation"])
    return int(context.store.get_value(_generation_key(document)) or 0)


def _generation_key(document: Mapping[str, Any]) -> str:
    return f"dkim_generation/{document['name']}"
