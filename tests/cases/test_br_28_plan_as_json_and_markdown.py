"""BR-28: automation wants the plan as data, and reviewers want one comment that is updated.

The case says `old`, `new`, `risk` and `ensure: absent`; right are `before`, `after`, `impact` and `remove:`.
"""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from cases.scene import allow, make_identity, make_set
from support.bench import ACCOUNT

SPEC = {
    "configuration_sets": {"main": {"delivery": {"tls_policy": "REQUIRE"}}},
    "remove": ["domain/old.example.com"],
    **allow("configuration_set/main"),
}
CONTRACT = Path(__file__).parents[2] / "schemas" / "plan.schema.json"


@pytest.fixture
def there(bench):
    make_set(bench, "main", DeliveryOptions={"TlsPolicy": "OPTIONAL"})
    make_identity(bench, "old.example.com")
    return bench


def test_stdout_is_the_document_and_nothing_else(there, sesops):
    """It keeps to its published contract, and says where it holds."""
    planned = sesops("plan", "--format", "json", spec=SPEC)
    document = json.loads(planned.out)
    jsonschema.validate(document, json.loads(CONTRACT.read_text()))
    assert document["format"] == 1
    [target] = document["targets"]
    assert (target["account"], target["region"], target["stack"]) == (ACCOUNT, "eu-west-1", "acme")


def test_an_own_rule_finds_what_it_needs(there, sesops):
    """Counts by action; of each change the address, action, fields before and after, and what it means for mail."""
    [target] = json.loads(sesops("plan", "--format", "json", spec=SPEC).out)["targets"]
    assert (target["summary"]["update"], target["summary"]["delete"], target["summary"]["create"]) == (1, 1, 0)
    changes = {(one["address"], one["action"]): one for one in target["changes"] if one["action"] != "adopt"}
    assert set(changes) == {("configuration_set/main", "update"), ("domain/old.example.com", "delete")}
    update = changes["configuration_set/main", "update"]
    [field] = update["fields"]
    assert (field["path"], field["before"], field["after"]) == ("delivery.tls_policy", "OPTIONAL", "REQUIRE")
    assert update["impact"] == "stops_mail"
    assert changes["domain/old.example.com", "delete"]["impact"] == "stops_mail"


def test_the_same_input_gives_the_same_bytes(there, sesops):
    """So that a comment that has not changed is not posted again; the order of keys in the spec is no difference."""
    first = sesops("plan", "--format", "json", spec=SPEC).out
    assert sesops("plan", "--format", "json").out == first
    turned = json.loads(sesops("plan", "--format", "json", spec=dict(reversed(SPEC.items()))).out)
    # Of a spec that is written otherwise, only its digest and its line numbers may be others.
    assert without_places(turned) == without_places(json.loads(first))


def without_places(value):
    if isinstance(value, dict):
        return {key: without_places(one) for key, one in value.items() if key not in ("place", "digest")}
    return [without_places(one) for one in value] if isinstance(value, list) else value


def test_the_comment_has_a_marker_and_what_stops_mail_on_top(there, sesops):
    """The marker is the first line; deletes and what stops mail stand before the folded changes; the same bytes again."""
    text = sesops("plan", "--format", "markdown", spec=SPEC).out
    assert text.startswith("<!-- sesops-plan acme -->\n")
    top, _, rest = text.partition("#### Changes")
    assert "1 to delete" in top
    assert "- delete domain/old.example.com (with leave)" in top
    assert "<details" not in top
    assert rest.count("<details") == 2
    assert sesops("plan", "--format", "markdown").out == text


def test_a_name_that_is_markdown_is_shown_as_it_is(sesops):
    """In a fence, where it is text."""
    document = {"topics": {"feedback": {"display_name": "[click](https://evil.example) @all"}}}
    text = sesops("plan", "--format", "markdown", spec=document).out
    inside = text.split("```")[1::2]
    assert any("[click](https://evil.example)" in one for one in inside)
    assert not any("evil" in one for one in text.split("```")[::2])
