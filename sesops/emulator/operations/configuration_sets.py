"""Configuration sets: create, read, list and delete, in both API generations."""

from __future__ import annotations

from sesops.emulator.context import Context, ServiceError
from sesops.emulator.operations import event_destination_forms as forms
from sesops.emulator.operations import tenant_associations
from sesops.emulator.operations.configuration_set_document import SETTERS, TABLE, Document, check_name, load, save
from sesops.emulator.operations.refusals import Door, Refusal
from sesops.emulator.operations.tags import checked_tags, shown_tags, taggable
from sesops.emulator.paging import LARGEST_PAGE, answer_page, page
from sesops.emulator.registry import Answer, Params, operation
from sesops.emulator.store import parse, stamp

SETS_PER_REGION = 10_000
DEFAULT_PAGE = 50


def _new(context: Context, door: Door, name: str) -> Document:
    """An untouched set. SES behaviour: reputation metrics are on in a set made through v2, off through v1."""
    check_name(door, Refusal.INVALID_SET, "configuration set", name)
    names = context.store.names(TABLE)
    if name in names:
        shown = f"<{name}>" if door is Door.V1 else name
        raise Refusal.SET_EXISTS.error(door, f"Configuration set {shown} already exists.")
    if len(names) >= SETS_PER_REGION:
        raise Refusal.LIMIT_EXCEEDED.error(door, "Too many configuration sets")
    return {
        "created": stamp(context.now),
        "ReputationOptions": {"ReputationMetricsEnabled": door is Door.V2},
        "SendingOptions": {"SendingEnabled": True},
        "event_destinations": [],
        "tags": {},
    }


taggable("configuration-set", "ConfigurationSet")


@operation("sesv2", "CreateConfigurationSet")
def create_configuration_set(context: Context, params: Params) -> Answer:
    """Make a set with all its blocks, or nothing of it."""
    name = params["ConfigurationSetName"]
    document = _new(context, Door.V2, name)
    document["tags"] = checked_tags(params.get("Tags", []))
    suppression = params.get("SuppressionOptions")
    if suppression is not None and "SuppressedReasons" not in suppression:
        # SES behaviour: this one mistake is answered as a fault of the server.
        raise ServiceError("InternalFailure", "", 500)
    for member, set_block in SETTERS.items():
        if member in params:
            set_block(context, document, params[member])
    save(context, name, document)
    return {}


@operation("ses", "CreateConfigurationSet")
def create_configuration_set_v1(context: Context, params: Params) -> Answer:
    """Make a set of its name alone: v1 sets options by calls of their own."""
    name = params["ConfigurationSet"]["Name"]
    save(context, name, _new(context, Door.V1, name))
    return {}


@operation("sesv2", "GetConfigurationSet")
def get_configuration_set(context: Context, params: Params) -> Answer:
    """The set without its event destinations.

    SES behaviour: reputation, sending and tags are always there, other blocks once they were set. Unsure: published
    answers show a TLS policy where nobody may have set one; Terraform's provider, whose plans are clean on SES, would
    see a change in it, so a set that nobody gave delivery options shows none.
    """
    name = params["ConfigurationSetName"]
    document = load(context, Door.V2, name)
    blocks = {member: document[member] for member in SETTERS if member in document}
    if "DeliveryOptions" in blocks:
        blocks["DeliveryOptions"] = {"TlsPolicy": "OPTIONAL", **blocks["DeliveryOptions"]}
    blocks["ReputationOptions"] = _reputation(document)
    return {"ConfigurationSetName": name, **blocks, "Tags": shown_tags(document)}


def _reputation(document: Document) -> Answer:
    """ReputationOptions as both generations answer them, with a timestamp where a fresh start took place."""
    options = dict(document["ReputationOptions"])
    if "LastFreshStart" in options:
        options["LastFreshStart"] = parse(options["LastFreshStart"])
    return options


@operation("ses", "DescribeConfigurationSet")
def describe_configuration_set(context: Context, params: Params) -> Answer:
    """The set's name, and of its groups those that were asked for and hold something that v1 can spell."""
    name = params["ConfigurationSetName"]
    document = load(context, Door.V1, name)
    groups = {
        "eventDestinations": ("EventDestinations", [forms.to_v1(each) for each in document["event_destinations"]]),
        "trackingOptions": ("TrackingOptions", _tracking_v1(document)),
        "deliveryOptions": ("DeliveryOptions", _delivery_v1(document)),
        "reputationOptions": ("ReputationOptions", {**_reputation(document), **document["SendingOptions"]}),
    }
    asked = [groups[group] for group in params.get("ConfigurationSetAttributeNames", [])]
    return {"ConfigurationSet": {"Name": name}, **{member: value for member, value in asked if value}}


def _tracking_v1(document: Document) -> Answer:
    options = document.get("TrackingOptions", {})
    return {member: value for member, value in options.items() if member == "CustomRedirectDomain"}


def _delivery_v1(document: Document) -> Answer:
    if "DeliveryOptions" not in document:
        return {}
    return {"TlsPolicy": document["DeliveryOptions"].get("TlsPolicy", "OPTIONAL").capitalize()}


@operation("sesv2", "DeleteConfigurationSet")
def delete_configuration_set(context: Context, params: Params) -> Answer:
    """Remove the set with its event destinations; identities that have it as their default keep its name."""
    return _delete(context, Door.V2, params["ConfigurationSetName"])


@operation("ses", "DeleteConfigurationSet")
def delete_configuration_set_v1(context: Context, params: Params) -> Answer:
    """As in v2: unlike other v1 deletes, that of an absent set is refused."""
    return _delete(context, Door.V1, params["ConfigurationSetName"])


def _delete(context: Context, door: Door, name: str) -> Answer:
    load(context, door, name)
    tenant_associations.refuse_while_associated(context, door, f"configuration-set/{name}")
    context.store.delete(TABLE, name)
    return {}


@operation("sesv2", "ListConfigurationSets")
def list_configuration_sets(context: Context, params: Params) -> Answer:
    """Names in their order, a page at a time. Newer clients can ask for those that contain a text."""
    text = params.get("Filter", {}).get("CONFIGURATION_SET_NAME_CONTAINS", "")
    names = [name for name in context.store.names(TABLE) if text in name]
    return answer_page(context, "configuration sets", names, params, "ConfigurationSets", DEFAULT_PAGE, LARGEST_PAGE)


@operation("ses", "ListConfigurationSets")
def list_configuration_sets_v1(context: Context, params: Params) -> Answer:
    """As in v2, but a size out of range is not refused: the default is served."""
    size = params.get("MaxItems", DEFAULT_PAGE)
    if not 1 <= size <= LARGEST_PAGE:
        size = DEFAULT_PAGE
    refusal = ServiceError("InvalidParameterValue", "")
    names = context.store.names(TABLE)
    shown, following = page(context, "configuration sets", names, params.get("NextToken"), size, refusal)
    answer: Answer = {"ConfigurationSets": [{"Name": name} for name in shown]}
    return {**answer, **({"NextToken": following} if following else {})}
