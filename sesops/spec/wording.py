"""What jsonschema finds, in words: what was expected, what was found, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from sesops.core.values import Json
from sesops.spec.defaults import KEEP
from sesops.spec.findings import MOST_CHOICES, did_you_mean, listed, nearest
from sesops.spec.nodes import masked

Failure: TypeAlias = Any
"""jsonschema's ValidationError, whose members its types take for possibly unset."""

_LONGEST_SHOWN = 60
_TYPES = {
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "string": "text",
    "array": "a list",
    "object": "a map",
    "null": "null",
}
NO_DEFAULT = f"`{KEEP}` takes a default away, and there is none for this; remove the key"
FORMS_OF_REFERENCE = "write a name, an ARN, or {external: NAME}"
_YES = {
    **dict.fromkeys(("yes", "on", "y", "enabled", "1"), "true"),
    **dict.fromkeys(("no", "off", "n", "disabled", "0"), "false"),
}
"""What people, and AWS itself, write for true and false."""
_OF_THE_WHOLE = frozenset({"required", "minProperties", "dependencies", "not"})
"""What cannot be said of a part of a thing."""


@dataclass(frozen=True)
class Fault:
    """One finding about a value. `path` leads to it from the thing, `key` is the key in it that is meant, if any.

    `missing` are the keys of which one is missing, `meant` is the known key that an unknown one most likely stands for,
    `is_empty` says that a map or list has too few.
    """

    code: str
    message: str
    path: tuple[str | int, ...]
    hint: str | None = None
    key: str | None = None
    is_secret: bool = False
    missing: tuple[str, ...] = ()
    meant: str | None = None
    is_empty: bool = False


def faults(errors: Iterable[Failure], also_keys: Iterable[str] = (), *, is_partial: bool = False) -> list[Fault]:
    """Put errors into words, one for each thing that is wrong.

    `also_keys` are keys of the thing itself that its schema does not name. `is_partial`: what is validated is a part of
    a thing, from which keys may be missing.
    """
    keys = tuple(also_keys)
    found = [one for error in errors if not (is_partial and _is_of_the_whole(error)) for one in _faults(error, keys)]
    of_wrong_type = {one.path for one in found if one.code == "wrong-type"}
    with_unknown_keys = {one.path for one in found if one.code == "unknown-key"}
    meant = {(one.path, one.meant) for one in found if one.meant}

    def follows(one: Fault) -> bool:
        """Whether it is there only because of another one: mend that, and it is gone."""
        if one.key is None and one.code != "wrong-type" and one.path in of_wrong_type:
            return True
        if one.code == "too-long" and one.path in with_unknown_keys:
            return True
        return any((one.path, key) in meant for key in one.missing)

    return [one for one in found if not follows(one)]


def _is_of_the_whole(error: Failure) -> bool:
    """Whether an error may be gone once the rest of the thing is there; a list is never laid over another."""
    if any(isinstance(part, int) for part in error.absolute_path):
        return False
    if error.validator in ("oneOf", "anyOf"):
        return all(set(one) == {"required"} for one in error.validator_value)
    return error.validator in _OF_THE_WHOLE


def shown(value: Json) -> str:
    """A value as a finding shows it: short, and nothing that looks like a secret."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"the number {value}"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    if isinstance(value, Mapping):
        return "a map" if value else "an empty map"
    text = masked(str(value))
    return f'the text "{text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"}"'


def _faults(error: Failure, also_keys: tuple[str, ...]) -> Iterator[Fault]:
    path = tuple(error.absolute_path)
    schema: Mapping[str, Any] = error.schema if isinstance(error.schema, Mapping) else {}
    is_secret = bool(schema.get("x-hidden"))
    if "propertyNames" in error.absolute_schema_path:
        yield Fault(
            "bad-key", f"the key `{error.instance}` is not allowed here", path, _form_of(schema), str(error.instance)
        )
    elif error.validator == "additionalProperties":
        known = (*schema.get("properties", ()), *_external(error), *(also_keys if not path else ()))
        for key in [one for one in error.instance if one not in schema.get("properties", ())]:
            hint = schema.get("x-hints", {}).get(key)
            meant = None if hint else nearest(key, known)
            message = f"the key `{key}` is not known here"
            yield Fault("unknown-key", message, path, hint or did_you_mean(key, known), key, meant=meant)
    elif error.validator == "required":
        missing = next(one for one in error.validator_value if repr(one) in error.message)
        hint = _add(schema.get("properties", {}).get(missing, {}))
        yield Fault("missing-key", f"`{missing}` is missing", path, hint, missing=(missing,))
    elif error.validator in ("oneOf", "anyOf"):
        yield from _alternatives(error, also_keys)
    else:
        explain = _EXPLAIN.get(str(error.validator), _other)
        code, message, hint = explain(error, "what may be a secret" if is_secret else shown(error.instance), schema)
        yield Fault(
            code, message, path, hint, is_secret=is_secret, is_empty=error.validator in ("minProperties", "minItems")
        )


def _external(error: Failure) -> tuple[str, ...]:
    """The key for somebody else's thing, where a reference could stand instead of the map."""
    around = error.parent.schema if error.parent is not None else {}
    others = around.get("anyOf", ()) if isinstance(around, Mapping) else ()
    return ("external",) if any("x-ref" in one for one in others) else ()


def _add(schema: Mapping[str, Any]) -> str | None:
    """What a key that is missing is for: the first sentence of its description."""
    what, _, _ = str(schema.get("description", "")).removesuffix(".").partition(". ")
    if not what:
        return None
    return f"add it: {what if what[1:2].isupper() else what[:1].lower() + what[1:]}"


Explained = tuple[str, str, str | None]


def _type(error: Failure, found: str, schema: Mapping[str, Any]) -> Explained:
    types = [error.validator_value] if isinstance(error.validator_value, str) else list(error.validator_value)
    hint = FORMS_OF_REFERENCE if "x-ref" in schema else _type_hint(types, error.instance, schema.get("properties", ()))
    hint = hint or schema.get("x-form")
    return "wrong-type", f"expected {_expected(types)}, found {found}", hint


def _expected(types: Iterable[str]) -> str:
    return " or ".join(dict.fromkeys(_TYPES[one] for one in types))


def _type_hint(types: list[str], value: Json, keys: Iterable[str] = ()) -> str | None:
    if isinstance(value, str):
        if value == KEEP:
            return NO_DEFAULT
        if "boolean" in types and value.casefold() in _YES:
            return f"write `{_YES[value.casefold()]}`: `{value}` is text"
        if "boolean" in types and value in ("true", "false"):
            return "remove the quotes"
        if {"integer", "number"} & set(types) and value.strip("-").replace(".", "", 1).isdigit():
            return "remove the quotes"
    elif "boolean" in types and not isinstance(value, bool) and str(value) in _YES:
        return f"write `{_YES[str(value)]}`"
    elif isinstance(value, bool | int | float) and "string" in types:
        return "put it in quotes if it is meant as text"
    if "array" in types and not isinstance(value, list):
        is_fit = isinstance(value, str) and len(value) <= _LONGEST_SHOWN and masked(value) == value
        return f"write it as a list: [{value if is_fit else 'a, b'}]"
    if "object" in types and keys:
        return f"write a map of {listed(keys)}"
    if "object" in types:
        return "write it as a map: {key: value}"
    if isinstance(value, list | Mapping):
        return "write a single value"
    return None


def _choice(error: Failure, found: str, schema: Mapping[str, Any]) -> Explained:
    choices = [error.validator_value] if error.validator == "const" else list(error.validator_value)
    words = [one if isinstance(one, str) else shown(one).removeprefix("the number ") for one in choices]
    near = nearest(error.instance, words) if isinstance(error.instance, str) else None
    hint = f"did you mean `{near}`?" if near else NO_DEFAULT if error.instance == KEEP else schema.get("x-form")
    expected = listed(words, "or") if len(words) <= MOST_CHOICES else _form_of(schema)
    return "unknown-value", f"expected {expected}, found {found}", hint


def _pattern(error: Failure, found: str, schema: Mapping[str, Any]) -> Explained:
    # What is left of variables by now stands where none are put in.
    is_literal = isinstance(error.instance, str) and "${" in error.instance
    hint = "no variables are put in here; write it out" if is_literal else _form_of(schema)
    return "wrong-form", f"{found} is not allowed here", hint


def _form_of(schema: Mapping[str, Any]) -> str | None:
    """What a text has to look like, in words where the schema has some."""
    if "x-form" in schema:
        return str(schema["x-form"])
    if "pattern" in schema:
        return f"it has to match {schema['pattern']}"
    limits = [
        f"{word} {schema[key]}" for word, key in (("at least", "minLength"), ("at most", "maxLength")) if key in schema
    ]
    return f"{' and '.join(limits)} characters" if limits else None


def _bounds(error: Failure, found: str, schema: Mapping[str, Any]) -> Explained:
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    high = schema.get("maximum", schema.get("exclusiveMaximum"))
    wanted = (
        f"{low} to {high}"
        if low is not None and high is not None
        else (f"at least {low}" if high is None else f"at most {high}")
    )
    return "out-of-range", f"expected {wanted}, found {found}", None


def _length(error: Failure, found: str, schema: Mapping[str, Any]) -> Explained:
    number = error.validator_value
    which = str(error.validator)
    what = {"L": "characters", "I": "entries", "P": "keys"}[which[3]]
    if which.startswith("min"):
        bare = {"L": "an empty text", "I": "an empty list", "P": "an empty map"}[which[3]]
        message = (
            f"{bare} means nothing here"
            if number == 1
            else f"expected at least {number} {what}, found {len(error.instance)}"
        )
        return "too-short", message, schema.get("x-form") or did_you_mean("", schema.get("properties", ()))
    unit = what if number != 1 else {"L": "character", "I": "entry", "P": "key"}[which[3]]
    hint = "keep one, or write each as an entry of its own" if which == "maxProperties" and number == 1 else None
    return "too-long", f"expected at most {number} {unit}, found {len(error.instance)}", hint


def _unique(error: Failure, _found: str, _schema: Mapping[str, Any]) -> Explained:
    twice = next((one for index, one in enumerate(error.instance) if one in error.instance[:index]), None)
    return "duplicate-item", f"{shown(twice)} stands in this list twice", "remove one"


def _dependencies(error: Failure, _found: str, _schema: Mapping[str, Any]) -> Explained:
    for key, needed in error.validator_value.items():
        missing = [one for one in needed if one not in error.instance] if isinstance(needed, list) else []
        if key in error.instance and missing:
            return "missing-key", f"`{key}` needs {listed(missing)} beside it", None
    return _other(error, _found, _schema)


def _not(error: Failure, _found: str, _schema: Mapping[str, Any]) -> Explained:
    keys = error.validator_value.get("required") if isinstance(error.validator_value, Mapping) else None
    if keys and len(keys) > 1:
        return "conflicting-keys", f"{listed(keys)} exclude each other", "remove all but one"
    if keys:
        return "conflicting-keys", f"{listed(keys)} cannot stand here", "remove it"
    return _other(error, _found, _schema)


def _other(_error: Failure, found: str, schema: Mapping[str, Any]) -> Explained:
    return "wrong-value", f"{found} is not allowed here", _form_of(schema)


_EXPLAIN: Mapping[str, Callable[[Failure, str, Mapping[str, Any]], Explained]] = {
    "type": _type,
    "enum": _choice,
    "const": _choice,
    "pattern": _pattern,
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), _bounds),
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"), _length),
    "uniqueItems": _unique,
    "dependencies": _dependencies,
    "not": _not,
}


def _alternatives(error: Failure, also_keys: tuple[str, ...]) -> Iterator[Fault]:
    """None of several forms fits, or more than one: say what the forms are, or what is wrong with the likely one."""
    path = tuple(error.absolute_path)
    branches: list[Mapping[str, Any]] = [one for one in error.validator_value if isinstance(one, Mapping)]
    if branches and all(set(one) == {"required"} for one in branches) and isinstance(error.instance, Mapping):
        yield _choice_of_keys(error, branches)
        return
    by_branch: dict[int, list[Failure]] = {}
    for inner in error.context or ():
        by_branch.setdefault(int(inner.schema_path[0]), []).append(inner)
    if not by_branch:
        yield Fault("wrong-value", f"{shown(error.instance)} fits more than one form", path)
        return
    likely = [inner for inner in by_branch.values() if not any(_is_about_the_whole(one) for one in inner)]
    if likely:
        for inner in min(likely, key=len):
            yield from _faults(inner, also_keys)
        return
    types = [one for branch in branches for one in _types_of(branch)]
    choices = [one for branch in branches for one in _choices_of(branch)]
    wanted = [*([_expected(types)] if types else ()), *([listed(choices, "or")] if choices else ())]
    message = f"expected {' or '.join(wanted)}, found {shown(error.instance)}"
    near = nearest(error.instance, choices) if isinstance(error.instance, str) else None
    hint = f"did you mean `{near}`?" if near else _type_hint(types, error.instance)
    yield Fault("wrong-type" if types else "unknown-value", message, path, hint)


def _is_about_the_whole(error: Failure) -> bool:
    """Whether an alternative is out of question: another type is meant, or another text."""
    return error.validator in ("type", "const", "enum") and not error.relative_path


def _types_of(branch: Mapping[str, Any]) -> list[str]:
    types = branch.get("type", [])
    types = [types] if isinstance(types, str) else list(types)
    return [] if _choices_of(branch) else types


def _choices_of(branch: Mapping[str, Any]) -> list[str]:
    found = [*branch.get("enum", ()), *([branch["const"]] if "const" in branch else ())]
    return [one for one in found if isinstance(one, str)]


def _choice_of_keys(error: Failure, branches: list[Mapping[str, Any]]) -> Fault:
    keys = [one for branch in branches for one in branch["required"]]
    there = [one for one in keys if one in error.instance]
    path = tuple(error.absolute_path)
    if not there:
        return Fault("missing-key", f"one of {listed(keys, 'or')} is missing", path, "add one", missing=tuple(keys))
    return Fault("conflicting-keys", f"{listed(there)} exclude each other", path, "remove all but one", there[-1])
