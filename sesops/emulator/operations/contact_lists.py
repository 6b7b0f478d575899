"""The contact list (v2 only; there is at most one). A document is {created, updated, Topics, Description?, tags}."""

from __future__ import annotations

from typing import Any

from sesops.emulator.context import Context, ServiceError
from sesops.emulator.operations import contact_store
from sesops.emulator.operations.tags import checked_tags, shown_tags, taggable
from sesops.emulator.paging import LARGEST_PAGE, answer_page
from sesops.emulator.registry import Answer, Params, operation
from sesops.emulator.store import parse, stamp

TABLE = "contact_list"
TOPICS = 20
DEFAULT_PAGE = 100

Document = dict[str, Any]

taggable("contact-list", "ContactList")


def find(context: Context, name: str) -> Document | None:
    """The list of that name, if there is one."""
    return context.store.get(TABLE, name)


def load(context: Context, name: str) -> Document:
    """The list of that name, or the refusal of one that is not there."""
    document = find(context, name)
    if document is None:
        raise ServiceError("NotFoundException", f"List with name: {name} doesn't exist.", 404)
    return document


def _content(params: Params) -> dict[str, Any]:
    topics = params.get("Topics", [])
    names = [one["TopicName"] for one in topics]
    if len(names) > TOPICS:
        raise ServiceError("BadRequestException", f"A maximum of {TOPICS} topics is allowed per list.")
    if len(set(names)) < len(names):
        raise ServiceError("BadRequestException", "Topic names must be unique within a list.")
    return {"Topics": topics, **({"Description": params["Description"]} if "Description" in params else {})}


@operation("sesv2", "CreateContactList")
def create_contact_list(context: Context, params: Params) -> Answer:
    """Make the list. SES behaviour: a second one is refused before anything else is looked at."""
    if context.store.names(TABLE):
        raise ServiceError("BadRequestException", "A maximum of 1 Lists allowed per account.")
    now = stamp(context.now)
    document = {"created": now, "updated": now, **_content(params), "tags": checked_tags(params.get("Tags", []))}
    context.store.put(TABLE, params["ContactListName"], document)
    return {}


@operation("sesv2", "GetContactList")
def get_contact_list(context: Context, params: Params) -> Answer:
    """The list without its contacts."""
    document = load(context, params["ContactListName"])
    return {
        "ContactListName": params["ContactListName"],
        **{member: document[member] for member in ("Topics", "Description") if member in document},
        "CreatedTimestamp": parse(document["created"]),
        "LastUpdatedTimestamp": parse(document["updated"]),
        "Tags": shown_tags(document),
    }


@operation("sesv2", "ListContactLists")
def list_contact_lists(context: Context, params: Params) -> Answer:
    """The one list."""
    lists = [
        {"ContactListName": name, "LastUpdatedTimestamp": parse(document["updated"])}
        for name, document in context.store.items(TABLE)
    ]
    return answer_page(context, "contact lists", lists, params, "ContactLists", DEFAULT_PAGE, LARGEST_PAGE)


@operation("sesv2", "UpdateContactList")
def update_contact_list(context: Context, params: Params) -> Answer:
    """Replace description and topics; the preferences of a topic that is left out go with it."""
    name = params["ContactListName"]
    document, content = load(context, name), _content(params)
    kept = {key: document[key] for key in ("created", "tags")}
    context.store.put(TABLE, name, {**kept, "updated": stamp(context.now), **content})
    contact_store.keep_topics(context, name, {one["TopicName"] for one in content["Topics"]})
    return {}


@operation("sesv2", "DeleteContactList")
def delete_contact_list(context: Context, params: Params) -> Answer:
    """Remove the list and its contacts."""
    load(context, params["ContactListName"])
    contact_store.drop_all(context, params["ContactListName"])
    context.store.delete(TABLE, params["ContactListName"])
    return {}
