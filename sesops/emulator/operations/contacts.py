"""The contacts of a contact list (v2 only)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sesops.emulator.context import Context, ServiceError
from sesops.emulator.operations import contact_lists, contact_store
from sesops.emulator.operations.identity_names import is_email_address
from sesops.emulator.paging import LARGEST_PAGE, page_size, read_token, write_token
from sesops.emulator.registry import Answer, Params, operation
from sesops.emulator.store import parse, stamp

OPT_IN = "OPT_IN"
OPT_OUT = "OPT_OUT"
Document = contact_store.Document


def import_contact(context: Context, contact_list: str, row: Mapping[str, Any], action: str) -> bool:
    """Take a record of an import job; False where it is no contact of this list.

    SES behaviour: `emailAddress`, `unsubscribeAll`, `attributesData`, and `topicPreferences.TOPIC` for each topic.
    """
    address = (row.get("emailAddress") or "").strip()
    if not is_email_address(address):
        return False
    if action == "DELETE":
        contact_store.drop(context, contact_list, address)
        return True
    topics = _topic_names(context, contact_list)
    told = row.get("topicPreferences") or {}
    wanted = {one["topicName"]: one["subscriptionStatus"] for one in told} if isinstance(told, list) else dict(told)
    wanted |= {key.partition(".")[2]: value for key, value in row.items() if key.startswith("topicPreferences.")}
    preferences = {topic: status for topic, status in wanted.items() if status}
    if not preferences.keys() <= set(topics) or not set(preferences.values()) <= {OPT_IN, OPT_OUT}:
        return False
    now = stamp(context.now)
    before = contact_store.find(context, contact_list, address) or {"created": now}
    document = {
        "created": before["created"],
        "updated": now,
        "preferences": preferences,
        "unsubscribed": str(row.get("unsubscribeAll", "")).lower() == "true",
    }
    if row.get("attributesData"):
        document["attributes"] = row["attributesData"]
    contact_store.save(context, contact_list, address, document)
    return True


def subscribed(context: Context, contact_list: str, address: str, topic: str | None) -> bool:
    """Whether a message to the list (or one of its topics) may go to an address; one that is no contact becomes one."""
    contact_lists.load(context, contact_list)
    document = contact_store.find(context, contact_list, address)
    if document is None:
        now = stamp(context.now)
        document = {"created": now, "updated": now, "preferences": {}, "unsubscribed": False}
        contact_store.save(context, contact_list, address, document)
    if document["unsubscribed"]:
        return False
    if topic is None:
        return True
    defaults = _defaults(context, contact_list)
    return bool(document["preferences"].get(topic, defaults.get(topic, OPT_IN)) == OPT_IN)


def _topic_names(context: Context, contact_list: str) -> list[str]:
    return [one["TopicName"] for one in contact_lists.load(context, contact_list)["Topics"]]


def _defaults(context: Context, contact_list: str) -> dict[str, str]:
    topics = contact_lists.load(context, contact_list)["Topics"]
    return {one["TopicName"]: one["DefaultSubscriptionStatus"] for one in topics}


def _check_address(address: str) -> None:
    if not address.strip():
        raise ServiceError("BadRequestException", "EmailAddress can't be blank.")
    if not is_email_address(address):
        raise ServiceError("BadRequestException", f"EmailAddress <{address}> is invalid")


def _preferences(context: Context, params: Params) -> dict[str, str]:
    """The preferences of a request by topic, or the refusal of topics that the list does not have."""
    known = _topic_names(context, params["ContactListName"])
    preferences = {one["TopicName"]: one["SubscriptionStatus"] for one in params.get("TopicPreferences", [])}
    for topic in preferences:
        if topic not in known:
            message = f"List: {params['ContactListName']} doesn't contain Topic: {topic}"
            raise ServiceError("BadRequestException", message)
    return preferences


def _load(context: Context, params: Params) -> Document:
    _check_address(params["EmailAddress"])
    contact_lists.load(context, params["ContactListName"])
    document = contact_store.find(context, params["ContactListName"], params["EmailAddress"])
    if document is None:
        raise ServiceError("NotFoundException", f"{params['EmailAddress']} doesn't exist in List.", 404)
    return document


def _save(context: Context, params: Params, created: str, preferences: Mapping[str, str]) -> Answer:
    document = {
        "created": created,
        "updated": stamp(context.now),
        "preferences": preferences,
        "unsubscribed": params.get("UnsubscribeAll", False),
    }
    if "AttributesData" in params:
        document["attributes"] = params["AttributesData"]
    contact_store.save(context, params["ContactListName"], params["EmailAddress"], document)
    return {}


@operation("sesv2", "CreateContact")
def create_contact(context: Context, params: Params) -> Answer:
    """Add a contact."""
    _check_address(params["EmailAddress"])
    preferences = _preferences(context, params)
    if contact_store.find(context, params["ContactListName"], params["EmailAddress"]) is not None:
        raise ServiceError("AlreadyExistsException", f"{params['EmailAddress']} already exists in List.")
    return _save(context, params, stamp(context.now), preferences)


@operation("sesv2", "UpdateContact")
def update_contact(context: Context, params: Params) -> Answer:
    """Replace a contact's preferences and attributes; what is left out is gone.

    SES behaviour, unsure: that topics left out are gone too is what the API says of itself; one observer saw them stay.
    """
    _check_address(params["EmailAddress"])
    preferences = _preferences(context, params)
    return _save(context, params, _load(context, params)["created"], preferences)


@operation("sesv2", "DeleteContact")
def delete_contact(context: Context, params: Params) -> Answer:
    """Remove a contact."""
    _load(context, params)
    contact_store.drop(context, params["ContactListName"], params["EmailAddress"])
    return {}


def _shown(document: Document, defaults: Mapping[str, str]) -> dict[str, Any]:
    return {
        "TopicPreferences": _listed(document["preferences"]),
        "TopicDefaultPreferences": _listed(
            {topic: status for topic, status in defaults.items() if topic not in document["preferences"]}
        ),
        "UnsubscribeAll": document["unsubscribed"],
        "LastUpdatedTimestamp": parse(document["updated"]),
    }


def _listed(preferences: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"TopicName": topic, "SubscriptionStatus": status} for topic, status in preferences.items()]


@operation("sesv2", "GetContact")
def get_contact(context: Context, params: Params) -> Answer:
    """One contact, with what the list says where it has no preference."""
    document = _load(context, params)
    attributes = {"AttributesData": document["attributes"]} if "attributes" in document else {}
    return {
        "ContactListName": params["ContactListName"],
        "EmailAddress": params["EmailAddress"],
        **_shown(document, _defaults(context, params["ContactListName"])),
        **attributes,
        "CreatedTimestamp": parse(document["created"]),
    }


@operation("sesv2", "ListContacts")
def list_contacts(context: Context, params: Params) -> Answer:
    """The contacts that the filter lets through. SES behaviour: pages are cut first, so one may be empty."""
    name, wanted = params["ContactListName"], params.get("Filter", {})
    defaults, token = _defaults(context, name), params.get("NextToken")
    size = page_size(params, LARGEST_PAGE, LARGEST_PAGE)
    start = read_token(context, f"contacts {name}", token) if token else ""
    if not isinstance(start, str):
        raise ServiceError("BadRequestException", f"Invalid NextToken {token}.")
    entries = contact_store.after(context, name, start, size + 1)
    shown = [
        {"EmailAddress": address, **_shown(document, defaults)}
        for address, document in entries[:size]
        if _passes(document, defaults, wanted)
    ]
    following = write_token(context, f"contacts {name}", entries[size - 1][0]) if len(entries) > size else None
    return {"Contacts": shown, **({"NextToken": following} if following else {})}


def _passes(document: Document, defaults: Mapping[str, str], wanted: Mapping[str, Any]) -> bool:
    """Whether a contact has the status asked for: on a topic where one is named, else on the list as a whole.

    SES behaviour, unsure: who has left the list is OPT_OUT on each of its topics.
    """
    status, topic = wanted.get("FilteredStatus"), wanted.get("TopicFilter", {}).get("TopicName")
    if status is None:
        return True
    if document["unsubscribed"] or topic is None:
        return bool(status == (OPT_OUT if document["unsubscribed"] else OPT_IN))
    by_default = wanted["TopicFilter"].get("UseDefaultIfPreferenceUnavailable", False)
    return bool(document["preferences"].get(topic, defaults.get(topic) if by_default else None) == status)
