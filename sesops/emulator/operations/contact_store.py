"""Contacts as they are kept: {created, updated, preferences, unsubscribed, attributes?}, a table for each list.

`preferences` are OPT_IN or OPT_OUT by topic.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import Any

from sesops.emulator.context import Context

Document = dict[str, Any]


def _table(contact_list: str) -> str:
    return f"contact/{contact_list}"


def find(context: Context, contact_list: str, address: str) -> Document | None:
    """A contact, if it is there."""
    return context.store.get(_table(contact_list), address)


def save(context: Context, contact_list: str, address: str, document: Document) -> None:
    """Keep a contact."""
    context.store.put(_table(contact_list), address, document)


def drop(context: Context, contact_list: str, address: str) -> bool:
    """Remove a contact; whether it was there."""
    return context.store.delete(_table(contact_list), address)


def contacts(context: Context, contact_list: str) -> Iterator[tuple[str, Document]]:
    """Addresses and contacts of a list, by address."""
    return context.store.items(_table(contact_list))


def after(context: Context, contact_list: str, address: str, limit: int) -> list[tuple[str, Document]]:
    """At most `limit` addresses and contacts of a list that sort behind an address."""
    return context.store.after(_table(contact_list), address, limit)


def keep_topics(context: Context, contact_list: str, topics: Container[str]) -> None:
    """Drop the preferences for topics that the list has no longer."""
    for address, document in list(contacts(context, contact_list)):
        kept = {topic: status for topic, status in document["preferences"].items() if topic in topics}
        if kept != document["preferences"]:
            save(context, contact_list, address, {**document, "preferences": kept})


def drop_all(context: Context, contact_list: str) -> None:
    """Remove every contact of a list."""
    for address, _ in list(contacts(context, contact_list)):
        drop(context, contact_list, address)
