"""Event destinations of configuration sets, in both API generations."""

from __future__ import annotations

from typing import Any

from sesops.emulator.context import Context
from sesops.emulator.operations import event_destination_forms as forms
from sesops.emulator.operations.configuration_set_document import Document, check_name, load, save
from sesops.emulator.operations.event_destination_checks import check_shape, check_targets
from sesops.emulator.operations.event_destination_forms import Destination
from sesops.emulator.operations.refusals import Door, Refusal
from sesops.emulator.registry import Answer, Params, operation

DESTINATIONS_PER_SET = 10
# Subscribers of the topic receive this: the creation of an SNS destination is a write with a side effect.
VALIDATION_MESSAGE = "Successfully validated SNS topic for Amazon SES event publishing."


def _stored(name: str, definition: Destination) -> Destination:
    """The destination as it is kept. SES behaviour: the order of event types is its own, not the sender's."""
    types = [each for each in forms.EVENT_TYPES if each in definition.get("MatchingEventTypes", [])]
    targets = {member: definition[member] for member in forms.DESTINATION_TYPES if member in definition}
    return {"Name": name, "Enabled": definition.get("Enabled", False), "MatchingEventTypes": types, **targets}


def _position(door: Door, set_name: str, document: Document, name: str) -> int:
    for index, destination in enumerate(document["event_destinations"]):
        if destination["Name"] == name:
            return index
    if door is Door.V1:
        raise Refusal.NO_SUCH_DESTINATION.error(door, f"No EventDestination found for {set_name}")
    message = f"An event destination with name <{name}> does not exist for configuration set <{set_name}>."
    raise Refusal.NO_SUCH_DESTINATION.error(door, message)


def _create(context: Context, door: Door, set_name: str, destination: Destination) -> Answer:
    name = destination["Name"]
    check_name(door, Refusal.INVALID_DESTINATION, "event destination", name)
    check_shape(door, destination)
    document = load(context, door, set_name)
    destinations = document["event_destinations"]
    if any(each["Name"] == name for each in destinations):
        message = f"An event destination with name <{name}> already exists for configuration set <{set_name}>."
        raise Refusal.DESTINATION_EXISTS.error(door, message)
    check_targets(context, door, destination)
    if len(destinations) >= DESTINATIONS_PER_SET:
        raise Refusal.LIMIT_EXCEEDED.error(door, "Too many event destinations")
    destinations.append(destination)
    save(context, set_name, document)
    _announce(context, destination)
    return {}


def _update(context: Context, door: Door, set_name: str, destination: Destination) -> Answer:
    """Replace the whole definition in its place in the list."""
    check_shape(door, destination)
    document = load(context, door, set_name)
    index = _position(door, set_name, document, destination["Name"])
    check_targets(context, door, destination)
    old = document["event_destinations"][index]
    if door is Door.V1:
        destination["MatchingEventTypes"] += forms.unseen_by_v1(old)
    document["event_destinations"][index] = destination
    save(context, set_name, document)
    if destination.get("SnsDestination") != old.get("SnsDestination"):
        _announce(context, destination)
    return {}


def _delete(context: Context, door: Door, set_name: str, name: str) -> Answer:
    document = load(context, door, set_name)
    del document["event_destinations"][_position(door, set_name, document, name)]
    save(context, set_name, document)
    return {}


def _announce(context: Context, destination: Destination) -> None:
    if "SnsDestination" in destination:
        context.neighbours.publish(destination["SnsDestination"]["TopicArn"], VALIDATION_MESSAGE)


def _from_v2(params: Params) -> Destination:
    return _stored(params["EventDestinationName"], params["EventDestination"])


def _from_v1(params: Params) -> Destination:
    """SES behaviour: an event type that is none is refused in words of its own, under a code that is unsure."""
    if not forms.are_types_of_v1(params["EventDestination"]["MatchingEventTypes"]):
        message = "The event destination contains an invalid event type"
        raise Refusal.INVALID_DESTINATION.error(Door.V1, message)
    definition: dict[str, Any] = forms.from_v1(params["EventDestination"])
    return _stored(definition["Name"], definition)


@operation("sesv2", "CreateConfigurationSetEventDestination")
def create_event_destination(context: Context, params: Params) -> Answer:
    """Add a destination to a set; a topic is told that it was validated."""
    return _create(context, Door.V2, params["ConfigurationSetName"], _from_v2(params))


@operation("ses", "CreateConfigurationSetEventDestination")
def create_event_destination_v1(context: Context, params: Params) -> Answer:
    """As in v2, of the three targets that v1 knows."""
    return _create(context, Door.V1, params["ConfigurationSetName"], _from_v1(params))


@operation("sesv2", "UpdateConfigurationSetEventDestination")
def update_event_destination(context: Context, params: Params) -> Answer:
    """Replace a destination, its target included."""
    return _update(context, Door.V2, params["ConfigurationSetName"], _from_v2(params))


@operation("ses", "UpdateConfigurationSetEventDestination")
def update_event_destination_v1(context: Context, params: Params) -> Answer:
    """Replace a destination, but for the event types that v1 has no word for."""
    return _update(context, Door.V1, params["ConfigurationSetName"], _from_v1(params))


@operation("sesv2", "DeleteConfigurationSetEventDestination")
def delete_event_destination(context: Context, params: Params) -> Answer:
    """Remove a destination."""
    return _delete(context, Door.V2, params["ConfigurationSetName"], params["EventDestinationName"])


@operation("ses", "DeleteConfigurationSetEventDestination")
def delete_event_destination_v1(context: Context, params: Params) -> Answer:
    """As in v2: unlike other v1 deletes, that of an absent destination is refused."""
    return _delete(context, Door.V1, params["ConfigurationSetName"], params["EventDestinationName"])


@operation("sesv2", "GetConfigurationSetEventDestinations")
def get_event_destinations(context: Context, params: Params) -> Answer:
    """All destinations of a set in the order of their creation, unpaged."""
    return {"EventDestinations": load(context, Door.V2, params["ConfigurationSetName"])["event_destinations"]}
