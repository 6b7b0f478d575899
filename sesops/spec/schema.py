"""The schema of a spec, composed from the envelope (the top level) and one fragment a kind.

A fragment describes the value of one thing and nothing around it. The tool validates each thing against its fragment;
editors get one draft-07 document in which the fragments hang at the paths of their kinds.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from sesops.core.kind import Registry
from sesops.core.values import Json
from sesops.spec.defaults import KEEP
from sesops.spec.layout import ONLY, STRICT, Spot, layout

ENVELOPE: Final = "envelope"
Fragments = Mapping[str, Json]
"""By kind, and the top level by `ENVELOPE`."""

_PACKAGE = Path(__file__).resolve().parents[1]
FOLDERS = (_PACKAGE / "schemas", _PACKAGE.parent / "schemas")
"""Where the schemas lie: inside an installed package, beside the package in a checkout."""

_IN_LIST = ("oneOf", "anyOf", "allOf")
_IN_ONE = ("items", "additionalProperties", "contains", "then", "else")
_HOISTED = ("title", "description", "default", "examples")
_VARIABLE: Mapping[str, Json] = {"type": "string", "pattern": r"\$\{"}
_VARIABLE_OR_KEEP: Mapping[str, Json] = {"type": "string", "pattern": rf"\$\{{|^{KEEP}$"}
_KEEP: Mapping[str, Json] = {"const": KEEP, "description": "Takes the default away that stands under `defaults`."}
_ONLY: Mapping[str, Json] = {
    "type": "array",
    "items": {"type": "string"},
    "minItems": 1,
    "description": "The targets that this is for; without it, all of them.",
}
_STRICT: Mapping[str, Json] = {
    "type": "boolean",
    "description": "Whether the spec is all there is of this: keys that are absent are SES's default where they may be "
    "`null`, and what else SES has in it (tags, members) is removed. What stops mail is held back until `remove` or "
    "`allow` names it. It says nothing of the members that are in the spec.",
}
EVERYWHERE: Mapping[str, Mapping[str, Json]] = MappingProxyType({ONLY: _ONLY, STRICT: _STRICT})
"""What any thing with a name takes beside the keys of its kind."""


def read_fragments(registry: Registry) -> dict[str, Json]:
    """Read the envelope and the fragment of every kind, local references put in place.

    Raises:
        FileNotFoundError: a kind has no fragment (an error in the release).

    """
    folder = next(one for one in FOLDERS if (one / f"{ENVELOPE}.schema.json").is_file())
    names = {ENVELOPE: folder, **dict.fromkeys(registry.kinds, folder / "kinds")}
    return {
        name: inlined(json.loads((where / f"{name}.schema.json").read_text(encoding="utf-8")))
        for name, where in names.items()
    }


def inlined(schema: Json) -> Json:
    """A schema with every `$ref` into its own `definitions` replaced by what it points to.

    Raises:
        KeyError: there is no such definition.

    """
    if not isinstance(schema, Mapping):
        return schema
    definitions = schema.get("definitions", {})

    def put_in(value: Json) -> Json:
        if isinstance(value, list):
            return [put_in(one) for one in value]
        if not isinstance(value, Mapping):
            return value
        target = value.get("$ref")
        if isinstance(target, str):
            found = put_in(definitions[target.removeprefix("#/definitions/")])
            return {**found, **{key: one for key, one in value.items() if key != "$ref"}}
        return {key: put_in(one) for key, one in value.items() if key != "definitions"}

    return put_in(schema)


def schema_for_editors(registry: Registry, fragments: Fragments | None = None) -> dict[str, Json]:
    """The whole schema, as yaml-language-server reads it: draft-07, descriptions where they are shown.

    It is wider than what the tool checks in the end, because an editor sees the text before `${…}` is put in.
    """
    fragments = read_fragments(registry) if fragments is None else fragments
    root = layout(registry.kinds)
    composed: dict[str, Json] = _bare(fragments[ENVELOPE])
    for key, spot in root.keys.items():
        section, own = _at(spot, fragments), composed["properties"].get(key)
        both = {"description": (own or {}).get("description", ""), "anyOf": [own, section]}
        composed["properties"][key] = section if own is None else both
    composed["properties"]["defaults"] = {
        "type": "object",
        "description": fragments[ENVELOPE]["properties"]["defaults"]["description"],
        "additionalProperties": False,
        "properties": {
            name: _ref(f"{name}_defaults") for name in sorted(registry.kinds) if _takes_defaults(fragments[name])
        },
    }
    composed["definitions"] = {}
    for spot in root.below():
        if spot.kind is not None:
            composed["definitions"] |= _definitions(spot, fragments)
    composed["definitions"] = dict(sorted(composed["definitions"].items()))
    return composed


def _definitions(spot: Spot, fragments: Fragments) -> Iterator[tuple[str, Json]]:
    """A kind's own definition, and the one of its defaults, of which nothing is required."""
    name = str(spot.kind)
    fragment = {key: one for key, one in fragments[name].items() if key != "$schema"}
    if not _takes_defaults(fragment):
        yield name, _widened(fragment)
        return
    below = {key: _at(one, fragments) for key, one in spot.keys.items()}
    own = fragment.get("properties", {})
    strict = {STRICT: _widened(_STRICT, is_key=True)} if spot.named else {}
    yield name, _widened(fragment, {**below, ONLY: dict(_ONLY), **strict}, over_defaults=True)
    optional = {key: one for key, one in fragment.items() if key not in ("required", "examples", *_IN_LIST)}
    optional["properties"] = {key: one for key, one in own.items() if key != "name"}
    yield f"{name}_defaults", _widened(optional, {**below, **strict})


def _takes_defaults(fragment: Json) -> bool:
    return bool(fragment.get("type") == "object")


def _at(spot: Spot, fragments: Fragments) -> Json:
    """The schema of a place above things: a collection, or a section with fixed keys."""
    if spot.kind is not None:
        return _ref(spot.kind)
    if spot.items is not None:
        kind = str(spot.items.kind)
        return {"type": "array", "description": fragments[kind]["description"], "items": _ref(kind)}
    if spot.star is not None:
        kind = str(spot.star.kind)
        # A name with nothing after it means a thing with nothing said; where something has to be said it is an error.
        nothing = [] if fragments[kind].get("required") else [{"type": "null"}]
        named = {"anyOf": [_ref(kind), *nothing]} if nothing else _ref(kind)
        return {"type": "object", "description": fragments[kind]["description"], "additionalProperties": named}
    below = {key: _at(one, fragments) for key, one in spot.keys.items()}
    return {"type": "object", "additionalProperties": False, "properties": {**below, ONLY: dict(_ONLY)}}


def _bare(value: Json) -> Any:
    """A schema without our annotations. The top level is no place for `${…}`: it says what the variables are."""
    if isinstance(value, list):
        return [_bare(one) for one in value]
    if not isinstance(value, Mapping):
        return value
    return {key: _bare(one) for key, one in value.items() if not key.startswith("x-")}


def _ref(name: str) -> dict[str, Json]:
    return {"$ref": f"#/definitions/{name}"}


def _widened(
    schema: Json, more: Mapping[str, Json] | None = None, *, over_defaults: bool = False, is_key: bool = False
) -> Any:
    """What an editor may see at a place: the value itself, `${…}` for it, and what our annotations add to it.

    `more` are properties that come in as they are. `over_defaults`: defaults may lie under what is in it, `is_key`:
    under itself.
    """
    if not isinstance(schema, Mapping):
        return schema
    own: dict[str, Json] = {}
    for key, one in schema.items():
        if key.startswith("x-"):
            continue
        if key == "properties":
            own[key] = {
                name: _widened(inner, over_defaults=over_defaults, is_key=over_defaults and name != "name")
                for name, inner in one.items()
            }
        elif key == "propertyNames":
            own[key] = _bare(one)
        elif key in _IN_ONE:
            own[key] = _widened(one)
        elif key in _IN_LIST:
            # Each branch takes `${…}`, so that one may fit where exactly one did.
            word = "anyOf" if key == "oneOf" and not _is_choice_of_keys(one) else key
            own[word] = [_widened(inner, is_key=is_key) for inner in one]
        else:
            own[key] = one
    if more:
        own["properties"] = {**own.get("properties", {}), **more}
    also = _alternatives(schema, own, is_key=is_key)
    if not also:
        return own
    hoisted = {key: own.pop(key) for key in _HOISTED if key in own}
    return {**hoisted, "anyOf": [own, *also]}


def _is_choice_of_keys(branches: list[Json]) -> bool:
    return all(set(one) == {"required"} for one in branches)


def _alternatives(schema: Mapping[str, Json], own: Mapping[str, Json], *, is_key: bool) -> list[Json]:
    types = schema.get("type", [])
    types = [types] if isinstance(types, str) else types
    also: list[Json] = []
    if {"boolean", "integer", "number"} & set(types) or {"enum", "const", "pattern"} & schema.keys():
        also.append(dict(_VARIABLE_OR_KEEP if is_key else _VARIABLE))
    elif is_key and {"object", "array"} & set(types):
        also.append(dict(_KEEP))
    if "x-ref" in schema:
        also.append(_only_key("external", "The name of a thing that this spec does not manage."))
    if schema.get("x-file"):
        file = _only_key("file", "A JSON file with the value, beside the file that names it.")
        file["properties"] |= {key: one for key, one in own.get("properties", {}).items() if key in EVERYWHERE}
        also.append(file)
    if "x-null" in schema:
        also.append({"type": "null", "description": f"SES's default: {schema['x-null']}"})
    return also


def _only_key(key: str, description: str) -> dict[str, Json]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [key],
        "properties": {key: {"type": "string", "description": description}},
    }
