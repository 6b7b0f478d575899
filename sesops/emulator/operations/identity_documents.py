"""The stored form of an identity, which both generations of the API show.

`{name, type, created, verification_token?, dkim, mail_from, notifications, headers, forwarding, configuration_set?,
tags}`: `type` is DOMAIN or EMAIL_ADDRESS, `created` ISO 8601, `dkim` and `mail_from` are empty until set up
(dkim_keys.py, mail_from.py), `notifications` holds the topic ARN and `headers` the flag of a type (Bounce, Complaint,
Delivery), `verification_token` is there once the classic TXT proof was asked for. Policies have a table of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sesops.emulator.context import Context
from sesops.emulator.operations.identity_names import ADDRESS, DOMAIN, canonical, invalid, is_address
from sesops.emulator.operations.refusals import Door
from sesops.emulator.registry import Params
from sesops.emulator.store import stamp

TABLE = "identity"
BATCH_LIMIT = 100

Document = dict[str, Any]


def load(context: Context, name: str) -> Document | None:
    """The identity of that name, if there is one."""
    return context.store.get(TABLE, canonical(name))


def save(context: Context, document: Document) -> None:
    """Keep `document` as the identity whose name it bears."""
    context.store.put(TABLE, document["name"], document)


def new_document(context: Context, name: str) -> Document:
    """An identity as SES makes it: nothing set, feedback forwarded by e-mail, verification just begun."""
    return {
        "name": canonical(name),
        "type": ADDRESS if is_address(name) else DOMAIN,
        "created": stamp(context.now),
        "dkim": {},
        "mail_from": {},
        "notifications": {},
        "headers": {},
        "forwarding": True,
        "tags": {},
    }


def known(
    context: Context, params: Params, resolve: Callable[[str], str] = canonical
) -> Iterator[tuple[str, Document]]:
    """Those of `params["Identities"]` that exist, each with the text it was asked for by.

    SES behaviour: a classic batch read leaves unknown identities out, and takes 100 at most.
    """
    asked = params["Identities"]
    if len(asked) > BATCH_LIMIT:
        raise invalid(Door.V1, f"Too many identities: {len(asked)}. The maximum is {BATCH_LIMIT}.")
    for given in dict.fromkeys(asked):
        document = load(context, resolve(given))
        if document is not None:
            yield given, document
