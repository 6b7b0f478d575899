"""The contact list (v2 only; there is at most one). A document is {created, updated, Topics, Description?, tags}."""

from __future__ import annotations

import re
from typing import Any

from sesops.emulator.context import Context, ServiceError
from sesops.emulator.operations import contact_store
from sesops.emulator.operations.tags import checked_tags, shown_tags, taggable
from sesops.emulator.paging import LARGEST_PAGE, answer_page
from sesops.emulator.registry import Answer, Params, operation
from sesops.emulator.store import parse, stamp

TABLE = "contact_list"
TOPICS = 20
LONGEST_DISPLAY_NAME = 128
LONGEST_DESCRIPTION = 500
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
DEFAULT_PAGE = 100

Document = dict[str, Any]

taggable("contact-list", "ContactList")


def find(context: Context, name: str) -> Document | None:
    """The list of that name, if there is one."""
    return context.store.get(TABLE, name)


def load(context: Context, name: str) -> Document:
    """The list of that name, or the refusal of one that is not there or whose name no list can have."""
    _check_name("ContactListName", name)
    document = find(context, name)
    if document is None:
        raise ServiceError("NotFoundException", f"List with name: {name} doesn't exist.", 404)
    return document


def _refused(message: str) -> ServiceError:
    return ServiceError("BadRequestException", message)


def _check_name(member: str, name: str) -> None:
    if not name.strip():
        raise _refused(f"{member} can't be blank.")
    if not _NAME.fullmatch(name):
        characters = "Only alphanumeric characters, underscores(_) and hyphens(-) are allowed."
        raise _refused(f"{member} can contain up to 64 characters. {characters}")


def _content(params: Params) -> dict[str, Any]:
    """Topics and description, or the refusal of what SES does not take."""
    topics = params.get("Topics", [])
    if len(topics) > TOPICS:
        raise _refused(f"Maximum of <{TOPICS}> topics allowed per ContactList")
    seen = set()
    for topic in topics:
        _check_name("TopicName", topic["TopicName"])
        if len(topic["DisplayName"]) > LONGEST_DISPLAY_NAME:
            raise _refused(f"Topic DisplayName can contain up to <{LONGEST_DISPLAY_NAME}> characters.")
        if topic["TopicName"] in seen:
            raise _refused("Duplicate topic names are not allowed within a List.")
        seen.add(topic["TopicName"])
    if len(params.get("Description", "")) > LONGEST_DESCRIPTION:
        raise _refused(f"List description can contain up to {LONGEST_DESCRIPTION} characters.")
    return {"Topics": topics, **({"Description": params["Description"]} if "Description" in params else {})}


@operation("sesv2", "CreateContactList")
def create_contact_list(context: Context, params: Params) -> Answer:
    """Make the list. SES behaviour: a second one is refused for the number, also one of the same name."""
    _check_name("ContactListName", params["ContactListName"])
    content, tags = _content(params), checked_tags(params.get("Tags", []))
    if context.store.names(TABLE):
        raise _refused("A maximum of 1 Lists allowed per account.")
    now = stamp(context.now)
    context.store.put(TABLE, params["ContactListName"], {"created": now, "updated": now, **content, "tags": tags})
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
    _check_name("ContactListName", name)
    content, document = _content(params), load(context, name)
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
