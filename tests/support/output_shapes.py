"""Whether an answer of the emulator is one that the model of its operation allows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

LEFT_OUT = {
    "MailFromAttributes": {"MailFromDomain", "MailFromDomainStatus"},
    "IdentityMailFromDomainAttributes": {"MailFromDomain", "MailFromDomainStatus"},
    "IdentityNotificationAttributes": {"BounceTopic", "ComplaintTopic", "DeliveryTopic"},
}
"""Members, by shape, that the model requires and real SES leaves out, as its recorded answers show."""
_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "long": (int,),
    "float": (int, float),
    "double": (int, float),
    "timestamp": (datetime,),
    "blob": (bytes, str),
}


def misfits(shape: Shape | None, value: Any, path: str = "") -> Iterator[str]:
    """What in `value` the shape does not allow: types, members that it lacks, required ones that are missing, values
    out of an enumeration.
    """
    match shape:
        case None:
            if value:
                yield f"{path}: {value!r} where nothing is answered"
        case StructureShape():
            if not isinstance(value, dict):
                yield f"{path}: {value!r} is no structure"
                return
            yield from (f"{path}.{name}: unknown" for name in value.keys() - shape.members.keys())
            missing = set(shape.required_members) - value.keys() - LEFT_OUT.get(shape.name, set())
            yield from (f"{path}.{name}: missing" for name in missing)
            for name in value.keys() & shape.members.keys():
                yield from misfits(shape.members[name], value[name], f"{path}.{name}")
        case ListShape():
            if not isinstance(value, list | tuple):
                yield f"{path}: {value!r} is no list"
                return
            for number, one in enumerate(value):
                yield from misfits(shape.member, one, f"{path}[{number}]")
        case MapShape():
            if not isinstance(value, dict):
                yield f"{path}: {value!r} is no map"
                return
            for key, one in value.items():
                yield from misfits(shape.key, key, f"{path}[{key}]")
                yield from misfits(shape.value, one, f"{path}[{key}]")
        case _:
            allowed = _TYPES[shape.type_name]
            if not isinstance(value, allowed) or (isinstance(value, bool) and bool not in allowed):
                yield f"{path}: {value!r} is no {shape.type_name}"
            elif isinstance(value, datetime) and value.tzinfo is None:
                yield f"{path}: {value!r} has no time zone"
            elif shape.metadata.get("enum") and value not in shape.metadata["enum"]:
                yield f"{path}: {value!r} is not one of {shape.metadata['enum']}"
