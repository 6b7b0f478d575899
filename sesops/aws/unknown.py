"""Members of an answer that the installed botocore does not know.

botocore drops what its service model does not name, so a block read and written back whole would lose it. The raw
body is therefore walked once more along the model's output shape. An unknown member is named by its dotted path, the
number of an item in a list and the key of an entry in a map being parts of it: `Rules.0.Actions.1.NewAction`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, Protocol
from xml.etree import ElementTree as ET

from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape


class UnreadableBodyError(Exception):
    """The body of a successful answer is not what its protocol sends (a proxy's page, a cut answer)."""


def unknown_members(body: bytes, model: OperationModel) -> tuple[str, ...]:
    """Find what the answer has and its model has not; nothing for protocols that botocore alone can read.

    Raises:
        UnreadableBodyError: the body is not what the protocol sends. botocore takes some such bodies for an empty
            answer, which would read as "nothing is there", and stumbles over others.

    """
    shape = model.output_shape
    if not isinstance(shape, StructureShape) or not shape.members:
        return ()
    protocol = model.service_model.resolved_protocol
    if protocol in ("rest-json", "json"):
        return tuple(_walk(_json_object(body), shape, "", _Json))
    if protocol == "query":
        return tuple(_walk(_xml_result(body, shape), shape, "", _Xml))
    return ()


class _Form(Protocol):
    """How a structure, a list and a map look in one wire format. What is null is not there."""

    @staticmethod
    def members(value: Any) -> Iterable[tuple[str, Any]]: ...

    @staticmethod
    def items(value: Any) -> Iterable[Any]: ...

    @staticmethod
    def entries(value: Any) -> Iterable[tuple[str, Any]]: ...


def _walk(value: Any, shape: Shape, path: str, form: type[_Form]) -> Iterator[str]:
    if isinstance(shape, StructureShape):
        known = _wire_names(shape)
        for name, inner in form.members(value):
            if name not in known:
                yield path + name
            elif _is_nested(known[name]):
                yield from _walk(inner, known[name], f"{path}{name}.", form)
    elif isinstance(shape, ListShape):
        if _is_nested(shape.member):
            for index, inner in enumerate(form.items(value)):
                yield from _walk(inner, shape.member, f"{path}{index}.", form)
    elif isinstance(shape, MapShape) and _is_nested(shape.value):
        for key, inner in form.entries(value):
            yield from _walk(inner, shape.value, f"{path}{key}.", form)


@cache
def _wire_names(shape: StructureShape) -> Mapping[str, Shape]:
    """Give a structure's members by their names on the wire; kept, because a listing asks a thousand times."""
    return {str(member.serialization.get("name", name)): member for name, member in shape.members.items()}


def _is_nested(shape: Shape) -> bool:
    return isinstance(shape, StructureShape | ListShape | MapShape)


class _Json:
    """`__type` is JSON's own mark, not a member."""

    @staticmethod
    def members(value: Any) -> Iterable[tuple[str, Any]]:
        return ((name, inner) for name, inner in _Json.entries(value) if name != "__type")

    @staticmethod
    def items(value: Any) -> Iterable[Any]:
        return value if isinstance(value, list) else ()

    @staticmethod
    def entries(value: Any) -> Iterable[tuple[str, Any]]:
        return [(key, inner) for key, inner in value.items() if inner is not None] if isinstance(value, dict) else ()


def _json_object(body: bytes) -> Mapping[str, Any]:
    try:
        value = json.loads(body)
    except ValueError as error:
        raise UnreadableBodyError(f"the answer is not JSON: {body[:80]!r}") from error
    if not isinstance(value, dict):
        raise UnreadableBodyError(f"the answer is no JSON object: {body[:80]!r}")
    return value


class _Xml:
    """Every child of a list is an item; a map's children hold a `key` and a `value`."""

    @staticmethod
    def members(value: ET.Element) -> Iterable[tuple[str, ET.Element]]:
        return ((_tag(child), child) for child in value)

    @staticmethod
    def items(value: ET.Element) -> Iterable[ET.Element]:
        return value

    @staticmethod
    def entries(value: ET.Element) -> Iterable[tuple[str, ET.Element]]:
        for entry in value:
            parts = dict(_Xml.members(entry))
            if "value" in parts:
                yield parts["key"].text or "", parts["value"]


def _xml_result(body: bytes, shape: StructureShape) -> ET.Element:
    try:
        root = ET.fromstring(body)  # noqa: S314  (botocore's own parser reads the same bytes)
    except ET.ParseError as error:
        raise UnreadableBodyError(f"the answer is not XML: {body[:80]!r}") from error
    wrapper = shape.serialization.get("resultWrapper")
    for child in root:
        if _tag(child) == wrapper:
            return child
    raise UnreadableBodyError(f"the answer has no {wrapper}: {body[:80]!r}")


def _tag(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]
