"""Values are brought to their one form before they are validated."""

from __future__ import annotations

import pytest
from spec.support import PLAIN, codes, fields, load, valid, write
from spec.toys import envelope, kind, play, registry, toy

from sesops import spec

SET = PLAIN + "configuration_sets:\n  tx: "


def value(folder, text, **schema):
    """The property `p` of a toy, as its field."""
    loaded = play(folder, f"{{p: {text}}}", properties={"p": schema})
    assert not loaded.has_errors, loaded.diagnostics
    (one,) = loaded.target(None).wanted
    return one.fields["p"]


@pytest.mark.parametrize("text", ["REQUIRE", "Require", "require", "rEqUiRe"])
def test_an_enumeration_is_read_in_any_case(tmp_path, text):
    """v1 says `Require`, v2 `REQUIRE`."""
    loaded = valid(tmp_path, f"{SET}{{delivery: {{tls_policy: {text}}}}}\n")
    assert fields(loaded, "configuration_set", "tx") == {"delivery.tls_policy": "REQUIRE"}


def test_br_34_event_type_spelling(tmp_path):
    """v1's camel case and v2's upper case are one; what is the same then is dropped with a warning."""
    text = "{event_destinations: {all: {eventbridge: default, events: [send, renderingFailure, RENDERING_FAILURE, deliveryDelay]}}}"
    loaded = load(tmp_path, f"{SET}{text}\n")
    assert codes(loaded) == ["duplicate-item"]
    assert not loaded.has_errors
    assert fields(loaded, "event_destination", "tx", "all")["events"] == ["SEND", "RENDERING_FAILURE", "DELIVERY_DELAY"]


def test_a_whole_number_may_be_written_as_a_float(tmp_path):
    """`3600.0` and `3.6e3` are 3600 to JSON, and SES wants an integer."""
    found = value(tmp_path, "3.6e3", type="integer")
    assert (found, type(found)) == (3600, int)
    assert type(value(tmp_path, "3.0", type="number")) is float


def test_lists_that_are_no_enumeration_keep_what_stands_twice(tmp_path):
    """Only values that cannot mean two things are dropped."""
    assert value(tmp_path, "[a, a]", type="array", items={"type": "string"}) == ["a", "a"]


def test_a_domain_is_brought_to_its_one_form(tmp_path):
    """In values as in names."""
    loaded = valid(tmp_path, PLAIN + "domains: {example.com: {mail_from: {domain: Bounce.Example.COM.}}}\n")
    assert fields(loaded, "domain", "example.com") == {"mail_from.domain": "bounce.example.com"}


def test_what_is_no_domain_stays_and_is_found(tmp_path):
    """With the place of the value."""
    loaded = load(tmp_path, PLAIN + "domains: {example.com: {mail_from: {domain: '*.example.com'}}}\n")
    assert codes(loaded) == ["not-a-domain"]


def test_recipients_have_their_domains_in_one_form(tmp_path):
    """The local part stays as written."""
    loaded = valid(
        tmp_path,
        PLAIN + "receipt: {active_rule_set: a, rule_sets: {a: {rules: "
        "[{name: r, recipients: [Ops@Example.com., .Example.com]}]}}}\n",
    )
    assert fields(loaded, "receipt_rule", "a", "r")["recipients"] == [".example.com", "Ops@example.com"]


def test_null_on_a_group_is_null_for_each_of_it(tmp_path):
    """`mail_from: null` is no domain and the default behaviour."""
    loaded = valid(tmp_path, PLAIN + "domains: {example.com: {mail_from: null, tags: {team: null}}}\n")
    assert fields(loaded, "domain", "example.com") == {
        "mail_from.domain": None,
        "mail_from.behavior_on_mx_failure": None,
        "tags.team": None,
    }


def test_null_of_a_setting_is_its_default(tmp_path):
    """No rule set active, which the schema of the whole value allows."""
    loaded = valid(tmp_path, PLAIN + "receipt: {active_rule_set: null}\n")
    assert fields(loaded, "active_receipt_rule_set") == {"name": None}


def test_null_in_free_data_is_data(tmp_path):
    """A filter policy may hold a null; only fields have SES's defaults."""
    assert value(tmp_path, "{a: [null, 1]}", type="object") == {"a": [None, 1]}


def test_null_may_be_a_type(tmp_path):
    """In one of several forms too."""
    assert value(tmp_path, "null", type=["string", "null"]) is None
    assert value(tmp_path, "null", anyOf=[{"type": "string"}, {"type": "object", "x-null": "none"}]) is None


def test_the_form_that_a_value_looks_like_is_chosen(tmp_path):
    """Enumerations are read in a list that is one of several forms, and keys in a map that is."""
    forms = [
        {"type": "object", "properties": {"a": {"enum": ["ONE"]}}},
        {"type": "object", "properties": {"b": {"enum": ["TWO"]}, "c": {}}},
        {"type": "array", "items": {"enum": ["THREE"]}},
    ]
    assert value(tmp_path, "{b: two}", anyOf=forms) == {"b": "TWO"}
    assert value(tmp_path, "[three]", anyOf=forms) == ["THREE"]
    assert value(tmp_path, "[x]", anyOf=[{"enum": ["ONE"]}, {"anyOf": [{"type": "array"}, {"type": "null"}]}]) == ["x"]


def test_what_all_of_says_is_known_too(tmp_path):
    """Annotations and properties of `allOf` are the value's own; a schema that is only `true` says nothing."""
    schema = {"allOf": [{"properties": {"a": {"enum": ["ONE"]}}}, True], "properties": {"b": {"type": "string"}}}
    assert value(tmp_path, "{a: one, b: two}", **schema) == {"a": "ONE", "b": "two"}


def test_a_schema_with_an_unknown_service_is_an_error_of_the_release(tmp_path):
    """It would judge nothing."""
    with pytest.raises(ValueError, match="x-arn 'sss'"):
        value(tmp_path, "x", type="string", **{"x-arn": "sss"})


def test_a_region_may_be_exempt(tmp_path):
    """A schema can say that SES takes an ARN from anywhere."""
    text = "arn:aws:kms:us-east-1:123456789012:key/0"
    assert value(tmp_path, text, type="string", **{"x-arn": "kms", "x-regional": False}) == text


def test_what_a_build_finds_has_the_place_of_the_field(tmp_path):
    """A kind reports by path; an unknown path is the thing's own place."""

    def build(value, build):
        build.report("p", "odd", f"{build.name} in {build.region}", None)
        build.report("q", "odder", "more", "hint")
        return value

    kinds = registry(kind("toy", "toys.*", fields=("p",), build=build))
    fragments = {"envelope": envelope(), "toy": {"type": "object", "description": "A toy."}}
    write(tmp_path, {"sesops.yaml": PLAIN + "toys:\n  t:\n    p: 1\n"})
    loaded = spec.load(tmp_path, registry=kinds, fragments=fragments)
    found = [(one.code, one.message, one.location.line) for one in loaded.diagnostics]
    assert found == [("odder", "more", 6), ("odd", "('t',) in eu-west-1", 7)]
    assert loaded.target(None).wanted == ()


def test_two_kinds_at_one_place_are_an_error_of_the_release(tmp_path):
    """Nothing could tell them apart."""
    kinds = registry(kind("a", "toys.*"), kind("b", "toys.*"))
    with pytest.raises(ValueError, match="a and b both stand"):
        spec.load(write(tmp_path, {"sesops.yaml": PLAIN}), registry=kinds, fragments=toy()[1])
