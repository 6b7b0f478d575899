"""The calls that make and change an event destination."""

from __future__ import annotations

from collections.abc import Mapping

from sesops.core.address import Address
from sesops.core.kind import Facet, Write
from sesops.core.values import Call, Json, Scope
from sesops.kinds.event_destination.fields import DEFAULT_BUS, FACET, TARGETS, default_bus, targets


def definition(write: Write) -> dict[str, Json]:
    """The whole definition as it is sent: one target, the bus by its ARN.

    When the type changes, the block still holds the old target, laid under the new one.
    """
    given = targets({path: write.after.get(path) for path in write.changed})
    dropped = {member for target, member in TARGETS.items() if given and target not in given}
    block = {key: value for key, value in write.block.items() if key not in dropped}
    bus = block.get("EventBridgeDestination")
    if bus is not None and bus.get("EventBusArn") == DEFAULT_BUS:
        block["EventBridgeDestination"] = {**bus, "EventBusArn": default_bus(write.scope)}
    return block


def _call(operation: str, address: Address, **params: Json) -> Call:
    set_name, name = address.name
    return Call("sesv2", operation, {"ConfigurationSetName": set_name, "EventDestinationName": name, **params})


def _put(write: Write) -> tuple[Call, ...]:
    return (_call("UpdateConfigurationSetEventDestination", write.address, EventDestination=definition(write)),)


def create(address: Address, _scope: Scope, writes: Mapping[str, Write]) -> Call:
    """CreateConfigurationSetEventDestination with the whole definition."""
    return _call("CreateConfigurationSetEventDestination", address, EventDestination=definition(writes[FACET]))


def delete(address: Address, _scope: Scope) -> tuple[Call, ...]:
    """DeleteConfigurationSetEventDestination."""
    return (_call("DeleteConfigurationSetEventDestination", address),)


FACETS = (Facet(FACET, _put, in_create=True, required=True),)
