"""What the parts of the language mean: the schema's own words, put in order for a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from sesops.core.kind import Field, Kind, Registry
from sesops.core.language import Part
from sesops.core.values import Json
from sesops.spec.findings import MOST_CHOICES
from sesops.spec.schema import ENVELOPE, EVERYWHERE, Fragments, read_fragments


def explained(registry: Registry, asked: str) -> Part:
    """The kind or field that `asked` names: a kind (`configuration_set`), a place in a spec (`configuration_sets`,
    `suppressions.absent`), a key of the top level (`allow`), and behind a dot a field of it
    (`configuration_set.delivery.tls_policy`, `topic.subscriptions.endpoint`).

    Raises:
        LookupError: there is no such thing; its message names the nearest.

    """
    fragments = read_fragments(registry)
    part, rest = _beginning(registry, fragments, asked.strip(".").split("."))
    for key in rest:
        found = next((one for one in part.parts if one.name.rpartition(".")[2] == key), None)
        if found is None:
            names = [one.name.rpartition(".")[2] for one in part.parts]
            raise LookupError(_no_such(f"{part.name} has no {key!r}", key, names))
        part = found
    return part


def kinds(registry: Registry) -> Iterator[tuple[str, str]]:
    """Every kind with the place where it stands in a spec."""
    for name, kind in sorted(registry.kinds.items()):
        yield name, _place(kind.paths[0])


def _beginning(registry: Registry, fragments: Fragments, words: list[str]) -> tuple[Part, list[str]]:
    """What the words begin with, and those that follow. The longest place in a spec that fits is the one meant."""
    places = [(kind, path, _steps(path)) for kind in registry.kinds.values() for path in kind.paths]
    named = registry.kinds.get(words[0])
    spelt = [words, *([*_steps(path), *words[1:]] for path in (named.paths if named else ()))]
    found = [
        (len(steps), -len(asked), kind, path)
        for asked in spelt
        for kind, path, steps in places
        if asked[: len(steps)] == steps
    ]
    if found:
        length, asked_length, kind, path = max(found, key=lambda one: one[:2])
        return _of_kind(kind, path, fragments), words[len(words) - (-asked_length - length) :]
    properties = fragments[ENVELOPE]["properties"]
    if words[0] in properties:
        return _of_top_level(words[0], properties[words[0]]), words[1:]
    for length in range(len(words), 0, -1):
        inside = sorted({steps[length] for _, _, steps in places if steps[:length] == words[:length]})
        section = ".".join(words[:length])
        if inside and length == len(words):
            raise LookupError(f"{section} is a section: say {', '.join(f'{section}.{one}' for one in inside)}")
        if inside:
            raise LookupError(_no_such(f"{section} has no {words[length]!r}", words[length], inside))
    names = [*registry.kinds, *(steps[0] for _, _, steps in places), *properties]
    raise LookupError(_no_such(f"there is no kind {words[0]!r}", words[0], names))


def _steps(path: str) -> list[str]:
    """The keys of a path, without the names between them: `topics.*.subscriptions[name]` -> topics, subscriptions."""
    return [step.removesuffix("[name]").removeprefix("=") for step in path.split(".") if step != "*"]


def _no_such(message: str, word: str, names: list[str]) -> str:
    near = get_close_matches(word, names, 1)
    return f"{message}: did you mean {near[0]!r}?" if near else f"{message}; there are {', '.join(sorted(set(names)))}"


def _of_top_level(name: str, schema: Json) -> Part:
    example = (schema.get("examples") or [None])[0]
    return Part(
        name,
        name,
        form(schema),
        schema["description"],
        default=schema.get("default"),
        parts=tuple(_properties(None, _within(schema), name, name, "")),
        example=None if example is None else {name: example},
    )


def _of_kind(kind: Kind, written_at: str, fragments: Fragments) -> Part:
    fragment = fragments[kind.name]
    path = _place(written_at)
    parts = tuple(_properties(kind, fragment, path, kind.name, ""))
    if written_at.endswith(("*", "[name]")):
        parts += tuple(
            Part(f"{kind.name}.{key}", f"{path}.{key}", form(one), one["description"])
            for key, one in EVERYWHERE.items()
        )
    examples = fragment.get("examples") or [None]
    return Part(
        kind.name, path, form(fragment), fragment["description"], fragment.get("x-null"), parts=parts,
        example=_in_place(path, examples[0]),
    )  # fmt: skip


def _properties(kind: Kind | None, schema: Json, path: str, name: str, below: str) -> Iterator[Part]:
    required = schema.get("required", ())
    branches = [schema, *schema.get("anyOf", ()), *schema.get("oneOf", ())]
    properties = {key: one for branch in branches for key, one in branch.get("properties", {}).items()}
    for key, one in properties.items():
        field_path = f"{below}{key}"
        yield Part(
            f"{name}.{key}",
            f"{path}.{key}",
            form(one),
            one.get("description", ""),
            one.get("x-null"),
            one.get("x-no-null"),
            **_from_table(kind, field_path),
            required=key in required,
            parts=tuple(_properties(kind, _within(one), f"{path}.{key}", f"{name}.{key}", f"{field_path}.")),
            example=(one.get("examples") or [None])[0],
        )


def _within(schema: Json) -> Json:
    """Whose keys are those of a place: of an entry of a list, of what stands under any name, else its own."""
    for each in ("items", "additionalProperties"):
        if isinstance(schema.get(each), Mapping):
            return schema[each]
    return schema


def _from_table(kind: Kind | None, path: str) -> dict[str, Json]:
    """What the kind's table of fields knows of a place; nothing of a place that is a group of fields."""
    field: Field | None = kind.field(path) if kind else None
    if field is None:
        return {}
    created = field.created_as
    return {
        "default": field.default,
        "created_as": created if isinstance(created, str | bool | int | list | dict) else None,
        "stops_mail": field.stops is not None,
    }


def form(schema: Json) -> str:
    """What may stand at a place, in a few words: `REQUIRE or OPTIONAL`, `true or false`, `list of texts`."""
    if "enum" in schema:
        if len(schema["enum"]) > MOST_CHOICES:
            return str(schema["x-form"])
        return " or ".join(map(str, schema["enum"]))
    if "x-ref" in schema:
        return f"{schema['x-ref'].replace('_', ' ')} (its name in the spec, an ARN, or {{external: NAME}})"
    if "x-secret" in schema:
        return "a secret ({env: NAME}, {file: PATH} or {secretsmanager: ARN})"
    for word in ("anyOf", "oneOf"):
        forms = [form(one) for one in schema.get(word, ()) if "required" not in one or "type" in one]
        if forms:
            return ", or ".join(dict.fromkeys(forms))
    kind = schema.get("type")
    if kind == "array":
        return f"a list of: {form(schema.get('items', {}))}"
    words = {"boolean": "true or false", "string": "a text", "integer": "a whole number", "object": "keys"}
    return words.get(str(kind), "a value")


def _place(path: str) -> str:
    """`configuration_sets.*.event_destinations.*` with NAME for stars."""
    return ".".join(
        "NAME" if step == "*" else step.removeprefix("=").replace("[name]", "[]") for step in path.split(".")
    )


def _in_place(path: str, example: Json) -> Json:
    """An example under the keys that lead to it."""
    if example is None:
        return None
    for step in reversed(path.split(".")):
        listed = step.endswith("[]")
        example = {("example" if step == "NAME" else step.removesuffix("[]")): [example] if listed else example}
    return example
