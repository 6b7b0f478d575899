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
        ("top-level", ("allow",)),
        ("section", ("receipt",)),
        ("unknown-in-section", ("receipt.rules",)),
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


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        ("suppressions.absent.listed_before", "suppressions.absent.listed_before"),
        ("suppressions.present", "suppressions.present"),
        ("topic.subscriptions.endpoint", "topics.NAME.subscriptions[].endpoint"),
        ("configuration_set.event_destinations", "configuration_sets.NAME.event_destinations.NAME"),
        ("emails.policies", "emails.NAME.policies.NAME"),
        ("receipt.rule_sets.rules.actions.s3", "receipt.rule_sets.NAME.rules[].actions.s3"),
        ("targets.role_arn", "targets.role_arn"),
        ("allow.until", "allow.until"),
    ],
)
def test_what_stands_in_a_spec_is_found_as_it_is_written_there(asked, path):
    """A thing inside another, a list of the two, a key of the top level."""
    part = explain.explained(REGISTRY, asked)
    assert part.path == path
    assert part.description


def test_a_narrow_terminal_is_filled_and_not_overrun(shell, monkeypatch):
    """As wide as the terminal is, up to a width that reads well."""
    monkeypatch.setenv("COLUMNS", "50")
    shell.write(QUICKSTART)
    shell.run("explain", "domain.mail_from")
    said = [line for line in shell.snapshot().splitlines() if "in a spec" not in line]
    assert 40 < max(map(len, said)) <= 50
