"""What JSON Schema finds is said in words: what was expected, what was found, what to do."""

from __future__ import annotations

import pytest
from spec.support import codes
from spec.toys import play


def said(folder, value, **schema):
    """Code, message and hint of the one finding about a property `p` of a schema."""
    (one,) = play(folder, f"{{p: {value}}}", properties={"p": schema}).diagnostics
    return one.code, one.message, one.hint


CASES = [
    ('"true"', {"type": "boolean"}, "wrong-type", 'expected true or false, found the text "true"', "remove the quotes"),
    ("Off", {"type": "boolean"}, "wrong-type", 'expected true or false, found the text "Off"', "write `false`: `Off` is text"),
    ("maybe", {"type": "boolean"}, "wrong-type", 'expected true or false, found the text "maybe"', None),
    ('"-1.5"', {"type": "number"}, "wrong-type", 'expected a number, found the text "-1.5"', "remove the quotes"),
    ("[]", {"type": "integer"}, "wrong-type", "expected a whole number, found an empty list", "write a single value"),
    ("{}", {"type": ["string", "array"]}, "wrong-type", "expected text or a list, found an empty map", "write it as a list: [a, b]"),
    ("true", {"type": "string"}, "wrong-type", "expected text, found true", "put it in quotes if it is meant as text"),
    ("[1]", {"const": 2}, "unknown-value", "expected `2`, found a list", None),
    ("x", {"type": "string", "pattern": "^[0-9]$"}, "wrong-form", 'the text "x" is not allowed here', "it has to match ^[0-9]$"),
    ("x", {"pattern": "^[0-9]$", "x-form": "a digit"}, "wrong-form", 'the text "x" is not allowed here', "a digit"),
    ("3", {"maximum": 2}, "out-of-range", "expected at most 2, found the number 3", None),
    ("1", {"exclusiveMinimum": 1}, "out-of-range", "expected at least 1, found the number 1", None),
    ("9", {"minimum": 1, "maximum": 2}, "out-of-range", "expected 1 to 2, found the number 9", None),
    ('""', {"minLength": 1}, "too-short", "an empty text means nothing here", None),
    ("a", {"minLength": 2}, "too-short", "expected at least 2 characters, found 1", None),
    ("[]", {"minItems": 1}, "too-short", "an empty list means nothing here", None),
    ("{}", {"minProperties": 1}, "too-short", "an empty map means nothing here", None),
    ("abc", {"maxLength": 2}, "too-long", "expected at most 2 characters, found 3", None),
    ("[1, 2]", {"maxItems": 1}, "too-long", "expected at most 1 entry, found 2", None),
    ("{a: 1, b: 2}", {"maxProperties": 1}, "too-long", "expected at most 1 key, found 2", "keep one, or write each as an entry of its own"),
    ("[a, a]", {"uniqueItems": True}, "duplicate-item", 'the text "a" stands in this list twice', "remove one"),
    ("{a: 1}", {"dependencies": {"a": ["b", "c"]}}, "missing-key", "`a` needs `b` and `c` beside it", None),
    ("1.5", {"multipleOf": 1}, "wrong-value", "the number 1.5 is not allowed here", None),
    ("{a: 1}", {"dependencies": {"a": False}}, "wrong-value", "a map is not allowed here", None),
    ("{a: 1, b: 2}", {"not": {"required": ["a", "b"]}}, "conflicting-keys", "`a` and `b` exclude each other", "remove all but one"),
    ("{a: 1}", {"not": {"required": ["a"]}}, "conflicting-keys", "`a` cannot stand here", "remove it"),
    ("x", {"not": {"type": "string"}}, "wrong-value", 'the text "x" is not allowed here', None),
    ("{a: 1}", {"additionalProperties": False, "x-hints": {"a": "write b"}}, "unknown-key", "the key `a` is not known here", "write b"),
    ("{ab: 1}", {"propertyNames": {"maxLength": 1}}, "bad-key", "the key `ab` is not allowed here", "at most 1 characters"),
    ("{}", {"oneOf": [{"required": ["a"]}, {"required": ["b"]}]}, "missing-key", "one of `a` or `b` is missing", "add one"),
    ("{a: 1, b: 1}", {"oneOf": [{"required": ["a"]}, {"required": ["b"]}]}, "conflicting-keys", "`a` and `b` exclude each other", "remove all but one"),
    ("1", {"oneOf": [{"type": "integer"}, {"type": "number"}]}, "wrong-value", "the number 1 fits more than one form", None),
    ("1", {"anyOf": [{"type": "string"}, {"type": "array"}]}, "wrong-type", "expected text or a list, found the number 1", "put it in quotes if it is meant as text"),
    ("al", {"anyOf": [{"const": "all"}, {"type": "array"}]}, "wrong-type", 'expected a list or `all`, found the text "al"', "did you mean `all`?"),
    ("al", {"anyOf": [{"const": "all"}, {"enum": ["none"]}]}, "unknown-value", 'expected `all` or `none`, found the text "al"', "did you mean `all`?"),
    ("[1]", {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}, "wrong-type", "expected text, found the number 1", "put it in quotes if it is meant as text"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "schema", "code", "message", "hint"), CASES)
def test_a_fault_is_said_in_words(tmp_path, value, schema, code, message, hint):
    """One sentence, and a hint where there is a next action."""
    assert said(tmp_path, value, **schema) == (code, message, hint)


def test_a_secret_is_never_shown(tmp_path):
    """Neither in the sentence nor in the line."""
    (one,) = play(
        tmp_path, "{p: hunter2}", properties={"p": {"type": "string", "minLength": 20, "x-hidden": True}}
    ).diagnostics
    assert "hunter2" not in f"{one.message} {one.hint} {one.location.text}"
    assert one.location.text == "  t: {p: …"
    (one,) = play(tmp_path, "{p: hunter2}", properties={"p": {"enum": ["a"], "x-hidden": True}}).diagnostics
    assert one.message == "expected `a`, found what may be a secret"
    for value in ("hunter2", "[hunter2]", "17", "'${x}'"):
        (one,) = play(tmp_path, f"{{p: {value}}}", properties={"p": {"type": "object", "x-secret": "text"}}).diagnostics
        assert one.code in ("secret-in-spec", "unknown-variable")
        assert "hunter2" not in f"{one.message} {one.hint} {one.location.text}"


def test_a_long_text_is_shown_in_part(tmp_path):
    """A finding is a line."""
    assert len(said(tmp_path, "x" * 500, type="boolean")[1]) < 120


def test_every_unknown_key_is_a_finding_of_its_own(tmp_path):
    """At its own place."""
    found = play(tmp_path, "{a: 1, b: 2}", additionalProperties=False).diagnostics
    assert [(one.code, one.location.column) for one in found] == [("unknown-key", 7), ("unknown-key", 13)]


def test_what_is_missing_is_reported_where_it_is_missing(tmp_path):
    """The key of the map that lacks it."""
    schema = {"type": "object", "required": ["a", "b"]}
    found = play(tmp_path, "{p: {a: 1}}", properties={"p": schema}).diagnostics
    assert [(one.message, one.location.column) for one in found] == [("`b` is missing", 7)]


def test_what_is_wrong_already_is_not_missing_too(tmp_path):
    """A required key with nothing after it is there."""
    schema = {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}}
    found = play(tmp_path, "{p: {a: }, q: {a: null}}", properties={"p": schema, "q": schema}).diagnostics
    assert [one.code for one in found] == ["empty-value", "null-not-allowed"]


def test_items_of_lists_have_places(tmp_path):
    """A fault deep in a list is reported at the value."""
    schema = {"type": "array", "items": {"type": "object", "properties": {"a": {"type": "integer"}}}}
    (one,) = play(tmp_path, "{p: [{a: 1}, {a: x}]}", properties={"p": schema}).diagnostics
    assert one.location.column == 23


def test_what_follows_from_another_fault_is_not_said(tmp_path):
    """A key that is missing because it is misspelt, a type that makes every other rule moot, a key too many."""
    required = {"required": ["bucket"], "additionalProperties": False, "properties": {"bucket": {"type": "string"}}}
    assert codes(play(tmp_path, "{bukcet: x}", **required)) == ["unknown-key"]
    assert codes(play(tmp_path, "{other: x}", **required)) == ["missing-key", "unknown-key"]
    assert codes(play(tmp_path, "{p: 5}", properties={"p": {"type": "string", "enum": ["a"]}})) == ["wrong-type"]
    one = {"maxProperties": 1, "additionalProperties": False, "properties": {"a": {}}}
    assert codes(play(tmp_path, "{a: 1, b: 2}", **one)) == ["unknown-key"]


def test_a_place_that_has_a_finding_gets_no_second_one(tmp_path):
    """An empty text is no ARN, and too short as well."""
    arn = {"properties": {"p": {"type": "string", "x-arn": "iam", "minLength": 1}}}
    assert codes(play(tmp_path, "{p: ''}", **arn)) == ["not-an-arn"]


def test_what_is_missing_in_an_entry_behind_one_that_is_nothing(tmp_path):
    """Its number is another one then."""
    items = {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}}
    loaded = play(tmp_path, "{p: [null, {}]}", properties={"p": {"type": "array", "items": items}})
    assert codes(loaded) == ["null-not-allowed", "missing-key"]


def test_forms_may_have_forms(tmp_path):
    """The one that was meant is found however deep it lies."""
    inner = {"anyOf": [{"type": "integer"}, {"type": "array", "items": {"type": "string", "x-domain": True}}]}
    loaded = play(tmp_path, "{p: [Example.COM]}", properties={"p": {"anyOf": [inner, {"type": "boolean"}]}})
    assert loaded.target(None).wanted[0].fields == {"p": ["example.com"]}


def test_a_hint_shows_no_secret_and_nothing_long(tmp_path):
    """A single value where a list is asked for is shown as one, if it may be shown."""
    a_list = {"properties": {"p": {"type": "array"}}}
    hints = [
        play(tmp_path, f"{{p: {text}}}", **a_list).diagnostics[0].hint
        for text in ("BOUNCE", "https://me:pass@example.com", "x" * 61)
    ]
    assert hints == ["write it as a list: [BOUNCE]", *["write it as a list: [a, b]"] * 2]
