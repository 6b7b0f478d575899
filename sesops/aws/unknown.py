"""Members of an answer that the installed botocore does not know, and answers that are not what they should be.

botocore drops what its service model does not name, so a block read and written back whole would lose it. The raw
body is therefore walked once more along the model's output shape. An unknown member is named by its dotted path, the
number of an item in a list and the key of an entry in a map being parts of it: `Rules.0.Actions.1.NewAction`.

On the way each value has to be of its type: botocore stumbles over some that are not, and hands others on as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, Protocol
from xml.etree import ElementTree as ET

from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape

from sesops.core import json_text


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
        return tuple(_walk(_json_value(body), shape, "", _Json))
    if protocol == "query":
        return tuple(_walk(_xml_result(body, shape), shape, "", _Xml))
    return ()


class _Form(Protocol):
    """How values look in one wire format. What is null is not there."""

    @staticmethod
    def members(value: Any, path: str) -> Iterable[tuple[str, Any]]: ...

    @staticmethod
    def items(value: Any, path: str) -> Iterable[Any]: ...

    @staticmethod
    def entries(value: Any, path: str) -> Iterable[tuple[str, Any]]: ...

    @staticmethod
    def check(value: Any, shape: Shape, path: str) -> None: ...


def _walk(value: Any, shape: Shape, path: str, form: type[_Form]) -> Iterator[str]:
    """The unknown members in a structure, list or map."""
    if isinstance(shape, StructureShape):
        known = _wire_names(shape)
        for name, inner in form.members(value, path):
            if name not in known:
                yield path + name
            else:
                yield from _below(inner, known[name], path + name, form)
    elif isinstance(shape, ListShape):
        for index, inner in enumerate(form.items(value, path)):
            yield from _below(inner, shape.member, f"{path}{index}", form)
    elif isinstance(shape, MapShape):
        for key, inner in form.entries(value, path):
            yield from _below(inner, shape.value, path + key, form)


def _below(value: Any, shape: Shape, path: str, form: type[_Form]) -> Iterable[str]:
    if isinstance(shape, StructureShape | ListShape | MapShape):
        return _walk(value, shape, f"{path}.", form)
    form.check(value, shape, path)
    return ()


def _misfit(path: str, what: str) -> UnreadableBodyError:
    return UnreadableBodyError(f"{path.removesuffix('.') or 'the answer'} is {what}")


@cache
def _wire_names(shape: StructureShape) -> Mapping[str, Shape]:
    """Give a structure's members by their names on the wire; kept, because a listing asks a thousand times."""
    return {str(member.serialization.get("name", name)): member for name, member in shape.members.items()}


_JSON_TYPES: Mapping[str, frozenset[type]] = {
    "string": frozenset({str}),
    "boolean": frozenset({bool}),
    "integer": frozenset({int}),
    "long": frozenset({int}),
    "float": frozenset({int, float}),
    "double": frozenset({int, float}),
    "timestamp": frozenset({int, float, str}),
}


class _Json:
    """`__type` is JSON's own mark, not a member."""

    @staticmethod
    def members(value: Any, path: str) -> Iterable[tuple[str, Any]]:
        entries = _Json.entries(value, path)
        return ((name, one) for name, one in entries if name != "__type" and one is not None)

    @staticmethod
    def items(value: Any, path: str) -> Iterable[Any]:
        if not isinstance(value, list):
            raise _misfit(path, "no list")
        return value

    @staticmethod
    def entries(value: Any, path: str) -> Iterable[tuple[str, Any]]:
        if not isinstance(value, dict):
            raise _misfit(path, "no object")
        return value.items()

    @staticmethod
    def check(value: Any, shape: Shape, path: str) -> None:
        if type(value) not in _JSON_TYPES.get(shape.type_name, (type(value),)):
            raise _misfit(path, f"no {shape.type_name}")


def _json_value(body: bytes) -> Any:
    try:
        return json_text.loads(body)
    except ValueError as error:
        raise UnreadableBodyError(f"the answer is not JSON: {body[:80]!r}") from error


class _Xml:
    """Every child of a list is an item; a map's children hold a `key` and a `value`. Any value is text."""

    @staticmethod
    def members(value: ET.Element, path: str) -> Iterable[tuple[str, ET.Element]]:
        found = {_tag(child): child for child in value}
        if len(found) < len(value):
            raise _misfit(path, "a structure that has a member twice")
        return found.items()

    @staticmethod
    def items(value: ET.Element, path: str) -> Iterable[ET.Element]:  # noqa: ARG004 - no element can be no list
        return value

    @staticmethod
    def entries(value: ET.Element, path: str) -> Iterable[tuple[str, ET.Element]]:
        for entry in value:
            parts = dict(_Xml.members(entry, path))
            if not {"key", "value"} <= parts.keys():
                raise _misfit(path, "a map with an entry that has no `key` or no `value`")
            yield parts["key"].text or "", parts["value"]

    @staticmethod
    def check(value: ET.Element, shape: Shape, path: str) -> None:
        if len(value):
            raise _misfit(path, f"no {shape.type_name}")


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
