"""Checks of a request against botocore's service model: those that botocore leaves to the service.

SES behaviour: JSON types first (SerializationException, with the parser's own texts), then all constraints of the model
together in one refusal: ValidationError in v1, BadRequestException in v2, the same text in both.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from typing import Any

from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape

from sesops.emulator.exchange import ServiceError

_JSON_NUMBERS = ("integer", "long", "float", "double")
# A null for one of these is refused, for they have no "unset" in SES's own types; other nulls count as absent.
_PRIMITIVES = ("boolean", *_JSON_NUMBERS)
_ENUM = "Member must satisfy enum value set"
# SES behaviour: these enumerations are held to by the operation itself, in words of its own.
_LEFT_TO_OPERATIONS = {
    ("CreateConfigurationSetEventDestination", "eventDestination.matchingEventTypes"),
    ("UpdateConfigurationSetEventDestination", "eventDestination.matchingEventTypes"),
    ("CreateDedicatedIpPool", "scalingMode"),
    ("PutConfigurationSetSuppressionOptions", "suppressedReasons"),
}


def typed_json(shape: Shape, value: Any) -> Any:
    """`value` with the JSON types that `shape` asks for; members that are null or that the model lacks are left out.

    A string where a boolean is asked for counts as true, as SES takes it. Other types are a SerializationException.
    """
    match shape:
        case StructureShape():
            if not isinstance(value, dict):
                raise _serialization("Expected null")
            return {name: typed_json(member, value[name]) for name, member in _sent(shape, value)}
        case ListShape():
            if not isinstance(value, list):
                raise _serialization("Expected list or null")
            return [typed_json(shape.member, each) for each in value]
        case MapShape():
            if not isinstance(value, dict):
                raise _serialization("Expected map or null")
            return {key: typed_json(shape.value, each) for key, each in value.items()}
    match shape.type_name:
        case "boolean":
            if not isinstance(value, bool | str):
                raise _conversion(value, "Boolean")
            return bool(value) or isinstance(value, str)
        case "timestamp":
            if isinstance(value, bool) or not isinstance(value, int | float | str):
                raise _conversion(value, "Timestamp")
        case number if number in _JSON_NUMBERS:
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise _conversion(value, number.capitalize())
        case "blob":
            _check_base64(value)
        case _ if not isinstance(value, str):
            raise _conversion(value, "String")
    return value


def _sent(shape: StructureShape, value: Mapping[str, Any]) -> Iterator[tuple[str, Shape]]:
    for name, member in shape.members.items():
        key = member.serialization.get("name", name)
        if key in value and (value[key] is not None or member.type_name in _PRIMITIVES):
            yield key, member


def _check_base64(value: Any) -> None:
    if not isinstance(value, str):
        raise _conversion(value, "Blob")
    try:
        base64.b64decode(value, validate=True)
    except binascii.Error as error:
        raise _serialization("Unable to decode a blob") from error


def _serialization(message: str) -> ServiceError:
    return ServiceError("SerializationException", message)


def _conversion(value: Any, wanted: str) -> ServiceError:
    names = {bool: f"{str(value).upper()}_VALUE", int: "NUMBER_VALUE", float: "NUMBER_VALUE", str: "STRING_VALUE"}
    names |= {list: "START_OF_LIST", dict: "START_OF_STRUCTURE", type(None): "NULL_VALUE"}
    return _serialization(f"{names[type(value)]} can not be converted to a {wanted}")


def check(operation: OperationModel, params: Mapping[str, Any]) -> None:
    """Hold parsed params against the operation's input shape; ServiceError with all that is wrong."""
    if operation.input_shape is None:
        return
    failures = [
        (path, text)
        for path, text in _failures(operation.input_shape, params, "")
        if _ENUM not in text or (operation.name, path) not in _LEFT_TO_OPERATIONS
    ]
    if failures:
        count = len(failures)
        texts = "; ".join(f"Value at '{path}' failed to satisfy constraint: {text}" for path, text in failures)
        service = operation.service_model.service_name
        code = {"ses": "ValidationError", "sesv2": "BadRequestException"}.get(service, "InvalidParameterException")
        raise ServiceError(code, f"{count} validation error{'s' if count > 1 else ''} detected: {texts}")


def _failures(shape: Shape, value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Path and text of each constraint of `shape` that `value` breaks."""
    yield from ((path, text) for text in _broken(shape, value))
    match shape:
        case StructureShape():
            yield from _member_failures(shape, value, path)
        case ListShape():
            for number, each in enumerate(value, 1):
                if isinstance(shape.member, StructureShape | ListShape):
                    yield from _failures(shape.member, each, f"{path}.{number}.member")
                else:
                    texts = ", ".join(_broken(shape.member, each))
                    if texts:
                        yield path, f"Member must satisfy constraint: [{texts}]"
        case MapShape():
            for key, each in value.items():
                yield from _failures(shape.value, each, f"{path}.{key}.member")


def _member_failures(shape: StructureShape, value: Mapping[str, Any], path: str) -> Iterator[tuple[str, str]]:
    for name, member in shape.members.items():
        # The service's own names begin in lower case, however many capitals follow: sNSAction.
        inner = (f"{path}." if path else "") + name[0].lower() + name[1:]
        if name in value:
            yield from _failures(member, value[name], inner)
        elif name in shape.required_members:
            yield inner, "Member must not be null"


def _broken(shape: Shape, value: Any) -> Iterator[str]:
    limits = shape.metadata
    if limits.get("enum") and value not in limits["enum"]:
        # SES lists the values by alphabet, but for its switches.
        names = sorted(limits["enum"], key=lambda name: (name != "ENABLED", name))
        yield f"{_ENUM}: [{', '.join(names)}]"
    if "pattern" in limits and not re.fullmatch(limits["pattern"], value):
        yield f"Member must satisfy regular expression pattern: {limits['pattern']}"
    counted = shape.type_name in {"string", "list", "map", "blob"}
    size, kind = (len(value), "length") if counted else (value, "value")
    if "max" in limits and size > limits["max"]:
        yield f"Member must have {kind} less than or equal to {limits['max']}"
    if "min" in limits and size < limits["min"]:
        yield f"Member must have {kind} greater than or equal to {limits['min']}"
