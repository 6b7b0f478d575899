"""The schema for editors: valid draft-07, wide enough for what the tool takes, and up to date where it is checked in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft7Validator
from spec.support import ACCOUNT, PLAIN, TWO, addresses, codes, fields, load, registry, write
from spec.toys import envelope, kind
from spec.toys import registry as of_kinds

from sesops.core.values import Json
from sesops.spec import schema_for_editors
from sesops.spec.schema import ENVELOPE, inlined, read_fragments

CHECKED_IN = Path(__file__).parents[2] / "schemas" / "sesops.schema.json"
HEAD = {"version": 1, "stack": "acme", "region": "eu-west-1"}


@pytest.fixture(scope="module")
def validator() -> Draft7Validator:
    return Draft7Validator(schema_for_editors(registry()))


def accepts(validator, text: str) -> bool:
    document = {**HEAD, **yaml.safe_load(text)}
    return validator.is_valid(document)


def test_it_is_valid_draft_07(validator):
    """What yaml-language-server reads."""
    Draft7Validator.check_schema(validator.schema)
    assert validator.schema["$schema"] == "http://json-schema.org/draft-07/schema#"


def test_it_holds_no_annotation_of_ours(validator):
    """They are nobody else's business."""

    def keys(value: Json):
        if isinstance(value, dict):
            yield from value
            for one in value.values():
                yield from keys(one)
        elif isinstance(value, list):
            for one in value:
                yield from keys(one)

    assert not [one for one in keys(validator.schema) if one.startswith("x-")]


@pytest.mark.parametrize(
    "text",
    [
        "domains: {example.com: null}",
        "domains: {example.com: {only: [eu], dkim: {signing_enabled: '${on}'}}}",
        "domains: {example.com: {mail_from: null, policies: {p: {file: p.json, only: [eu]}}}}",
        "domains: {example.com: {notifications: {bounce: {topic: {external: x}}}}}",
        "configuration_sets: {tx: {delivery: {tls_policy: '${tls}', max_delivery_seconds: '${seconds}'}}}",
        "configuration_sets: {tx: {event_destinations: {f: {events: all, sns: t}}}}",
        "receipt: {only: [eu], active_rule_set: null, rule_sets: {a: {rules: [{name: r, recipients: all}]}}}",
        "defaults: {domain: {tags: {a: b}, policies: {p: {file: p.json}}}, receipt_rule: {enabled: true}}",
        "topics: {a: {arn: 'arn:aws:sns:${region}:${account}:a'}}",
        "domains: {example.com: {dkim: keep, feedback_forwarding: keep, tags: {team: keep}}}",
        "configuration_sets: {tx: {suppressed_reasons: keep, delivery: {tls_policy: keep}}}",
    ],
)
def test_it_takes_what_the_tool_takes(validator, text):
    """Variables for numbers, booleans and enumerations, null where it means something, files, references."""
    assert accepts(validator, text)


@pytest.mark.parametrize(
    "text",
    [
        "domain: {}",
        "domains: {example.com: {strict: 1}}",
        "domains: {example.com: {feedback_forwarding: yes please}}",
        "domains: {example.com: {dkim: null}}",
        "domains: {example.com: {notifications: {bounce: {topic: {arn: x}}}}}",
        "configuration_sets: {tx: {event_destinations: {f: null}}}",
        "receipt: {rule_sets: {a: {rules: [{recipients: all}]}}}",
        "receipt: {only: []}",
        "defaults: {domain: {only: [eu]}}",
        "defaults: {domain: {feedback_forwarding: keep}}",
        "configuration_sets: {tx: {suppressed_reasons: [keep]}}",
        "defaults: {domains: {}}",
        "defaults: {receipt_rule: {name: x}}",
        "defaults: {active_receipt_rule_set: x}",
        "targets: {eu: {region: eu-west-1}}",
    ],
)
def test_it_refuses_what_the_tool_refuses(validator, text):
    """As far as an editor can tell."""
    assert not accepts(validator, text)


def test_every_key_has_a_description(validator):
    """It is what an editor shows."""

    def bare(value: Json, path: str = ""):
        if isinstance(value, dict):
            for key, one in value.get("properties", {}).items() if isinstance(value.get("properties"), dict) else ():
                if "description" not in one and "$ref" not in one and "properties" not in one:
                    yield f"{path}/{key}"
            for key, one in value.items():
                yield from bare(one, f"{path}/{key}")

    assert not list(bare(validator.schema))


def test_every_example_of_a_fragment_is_taken(validator):
    """Examples are shown to people."""
    for name, fragment in read_fragments(registry()).items():
        definition = {**validator.schema, "$ref": f"#/definitions/{name}", "additionalProperties": True}
        if name != "envelope":
            one = Draft7Validator({"$ref": f"#/definitions/{name}", "definitions": validator.schema["definitions"]})
            assert all(one.is_valid(example) for example in fragment["examples"]), definition["$ref"]


def test_what_is_checked_in_is_what_is_composed():
    """`scripts/generate.py` writes it."""
    assert json.loads(CHECKED_IN.read_text(encoding="utf-8")) == schema_for_editors(registry())


def test_a_fragment_may_have_definitions_of_its_own():
    """They are put in place, so that a composed schema has no two of one name."""
    schema = {
        "definitions": {
            "word": {"type": "string", "description": "A word."},
            "words": {"items": {"$ref": "#/definitions/word"}},
        },
        "properties": {
            "a": {"$ref": "#/definitions/words", "description": "Words."},
            "b": [{"$ref": "#/definitions/word"}],
        },
    }
    assert inlined(schema) == {
        "properties": {
            "a": {"items": {"type": "string", "description": "A word."}, "description": "Words."},
            "b": [{"type": "string", "description": "A word."}],
        }
    }
    assert inlined(True) is True


def test_one_of_several_forms_lets_a_variable_stand_for_each():
    """As `oneOf` two of them would take it, and none be right; a choice of keys stays one."""
    forms = {"oneOf": [{"enum": ["a"]}, {"type": "integer"}], "description": "Forms."}
    keys = {
        "type": "object",
        "oneOf": [{"required": ["p"]}, {"required": ["q"]}],
        "if": {"const": 1},
        "then": {"type": "object"},
    }
    fragment = {
        **keys,
        "description": "A toy.",
        "properties": {"p": forms, "q": {"description": "Q."}},
        "allOf": [True],
    }
    schema = schema_for_editors(of_kinds(kind("toy", "toys.*")), {"envelope": envelope(), "toy": fragment})
    one = Draft7Validator({"$ref": "#/definitions/toy", "definitions": schema["definitions"]})
    assert one.is_valid({"p": "${x}"})
    assert one.is_valid({"p": "a"})
    assert not one.is_valid({"p": "b"})
    assert not one.is_valid({"p": "a", "q": 1})


def test_a_section_may_share_its_key_with_a_single_value_of_the_top_level(tmp_path):
    """`account` is an id where it is text, and the settings of an account where it is a map."""
    kinds = of_kinds(kind("limit", "account.limit", fields=("rate",)))
    rate = {"type": "integer", "description": "Messages a second."}
    limit = {"type": "object", "description": "A limit.", "additionalProperties": False, "properties": {"rate": rate}}
    fragments = {ENVELOPE: envelope(), "limit": limit}
    texts = {"id": PLAIN, "settings": f"{TWO}account: {{limit: {{rate: 5}}}}\n"}
    loaded = {
        name: load(write(tmp_path / name, {"sesops.yaml": text}), registry=kinds, fragments=fragments)
        for name, text in texts.items()
    }
    assert [one.diagnostics for one in loaded.values()] == [(), ()]
    assert loaded["id"].target(None).account == ACCOUNT
    assert addresses(loaded["id"]) == []
    assert fields(loaded["settings"], "limit", target="eu") == {"rate": 5}
    validator = Draft7Validator(schema_for_editors(kinds, fragments))
    assert all(validator.is_valid(yaml.safe_load(text)) for text in texts.values())
    assert not validator.is_valid(yaml.safe_load(f"{TWO}account: {{limit: {{rate: x}}}}\n"))
    wrong = load(tmp_path, f"{TWO}account: {{limit: {{rate: x}}, other: 1}}\n", registry=kinds, fragments=fragments)
    assert codes(wrong) == ["wrong-type", "unknown-key"]
