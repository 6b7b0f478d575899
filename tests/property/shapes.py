"""Values drawn along botocore's shapes: whatever the model of an operation says that SES may give or take."""

from __future__ import annotations

import functools
from collections.abc import Collection, Mapping

import botocore.session
from botocore.model import Shape
from hypothesis import strategies as st

Known = Mapping[str, st.SearchStrategy]
"""By the name of a member: what its text means, where the model says no more than "string"."""

WORDS = st.from_regex(r"[a-cx-z][a-cx-z0-9.-]{0,7}", fullmatch=True)
"""Text that stands for itself; never a number in any dialect of YAML."""


@functools.cache
def service(name: str):
    return botocore.session.get_session().get_service_model(name)


def output(name: str, operation: str, *path: str) -> Shape:
    """The shape of an answer, or of what lies in it: lists and maps on the way are stepped into."""
    shape = service(name).operation_model(operation).output_shape
    for part in path:
        shape = shape.members[part]
        while shape.type_name in ("list", "map"):
            shape = shape.member if shape.type_name == "list" else shape.value
    return shape


def values(shape: Shape, known: Known, without: Collection[str] = ()) -> st.SearchStrategy:
    """Everything that a shape allows. Members in `known` are drawn from there, those in `without` are left out."""
    match shape.type_name:
        case "structure":
            return _structures(shape, known, without)
        case "list":
            return st.lists(values(shape.member, known, without), max_size=3, unique_by=repr)
        case "string" if shape.enum:
            return st.sampled_from(shape.enum)
        case "string" if "pattern" in shape.metadata:
            return st.from_regex(shape.metadata["pattern"], fullmatch=True)
        case "string":
            return WORDS
        case "boolean":
            return st.booleans()
        case "integer" | "long":
            limits = shape.metadata
            return st.integers(limits.get("min", 0), limits.get("max", 2**31))
    raise LookupError(f"no values for the {shape.type_name} {shape.name}")


def _structures(shape: Shape, known: Known, without: Collection[str]) -> st.SearchStrategy:
    members = {
        name: known[name] if name in known else values(one, known, without)
        for name, one in shape.members.items()
        if name not in without
    }
    if getattr(shape, "is_tagged_union", False):
        return st.one_of([st.fixed_dictionaries({name: one}) for name, one in members.items()])
    required = {name: one for name, one in members.items() if name in shape.required_members}
    optional = {name: one for name, one in members.items() if name not in required}
    return st.fixed_dictionaries(required, optional=optional)
