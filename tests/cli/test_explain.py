"""What the language means, from the schema's own words."""

from __future__ import annotations

import pytest
from cli.conftest import GOLDEN, QUICKSTART

from sesops import kinds
from sesops.spec import explain

REGISTRY = kinds.discover()


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("kinds", ()),
        ("kind", ("event_destination",)),
        ("field", ("configuration_sets.delivery.tls_policy",)),
        ("unknown-kind", ("domans",)),
        ("unknown-field", ("domain.mail_fro",)),
    ],
)
def test_explained(shell, golden, name, asked):
    """By the kind's name or its place in a spec; what is mistyped has a near name."""
    shell.write(QUICKSTART)
    shell.run("explain", *asked)
    golden(GOLDEN / f"explain-{name}.txt", shell.snapshot())


def parts(part):
    yield part
    for one in part.parts:
        yield from parts(one)


@pytest.mark.parametrize("kind", sorted(REGISTRY.kinds))
def test_every_field_is_explained_and_found_under_its_own_name(kind):
    """Each has a description; what the explanation calls it can be asked for."""
    for part in parts(explain.explained(REGISTRY, kind)):
        assert part.description, part.name
        assert explain.explained(REGISTRY, part.name).path == part.path
