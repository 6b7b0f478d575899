"""A toy kind with a schema of a test's own, for what no kind of the release needs."""

from __future__ import annotations

from pathlib import Path

from spec.support import PLAIN, TODAY, write

from sesops import spec
from sesops.core.kind import Field, Kind, Registry
from sesops.core.thing import Reading
from sesops.core.values import Json
from sesops.spec.schema import ENVELOPE, read_fragments


def _read(_wants, _scope):
    yield ()
    return Reading({})


def kind(name: str, *paths: str, fields: tuple[str, ...] = (), **more) -> Kind:
    return Kind(name, paths, tuple(Field(one, "all", one) for one in fields), (), _read, **more)


def registry(*kinds: Kind) -> Registry:
    return Registry({one.name: one for one in kinds}, _read, _read, lambda _name: ())


def envelope() -> Json:
    return read_fragments(registry())[ENVELOPE]


def toy(**schema) -> tuple[Registry, dict[str, Json]]:
    """A kind `toy` under `toys.NAME` whose values are of a schema, and the fragments to load with."""
    fragment = {"type": "object", "description": "A toy.", **schema}
    fields = tuple(schema.get("properties", {}))
    return registry(kind("toy", "toys.*", fields=fields)), {ENVELOPE: envelope(), "toy": fragment}


def play(folder: Path, value: str, **schema) -> spec.Spec:
    """Load a spec with one toy, `t`, of a schema."""
    kinds, fragments = toy(**schema)
    write(folder, {"sesops.yaml": f"{PLAIN}toys:\n  t: {value}\n"})
    return spec.load(folder, registry=kinds, fragments=fragments, today=TODAY)
