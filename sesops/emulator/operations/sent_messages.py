"""The messages that were sent: {id, at, source, recipients, subject, set?, tags, headers, raw, outcomes}.

`outcomes` is, for each recipient, what became of the message there, of `OUTCOMES`; nothing leaves the machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sesops.emulator.context import Context

_TABLE = "message"

DELIVERED = "delivered"
BOUNCED = "bounced"
COMPLAINED = "complained"
SUPPRESSED = "suppressed by the account"
SUPPRESSED_GLOBALLY = "suppressed by SES"
UNSUBSCRIBED = "unsubscribed"
UNRENDERED = "not rendered"

Document = dict[str, Any]


def add(context: Context, document: Document) -> None:
    """Keep a message."""
    context.store.put(_TABLE, document["id"], document)


def find(context: Context, message_id: str) -> Document | None:
    """A message by its id."""
    return context.store.get(_TABLE, message_id)


def messages(context: Context) -> Iterator[Document]:
    """All messages, the oldest first."""
    documents = [document for _, document in context.store.items(_TABLE)]
    return iter(sorted(documents, key=lambda one: (one["at"], one["id"])))
