"""Addresses, findings, flat fields, policies and differences."""

from __future__ import annotations

import json

import pytest
from core.toys import BOX, REGISTRY, SCOPE, box, live, wanted
from hypothesis import example, given
from hypothesis import strategies as st

from sesops.core import address, diagnostic, diff, fields, policy, refs
from sesops.core.address import Address, AddressError
from sesops.core.diagnostic import Diagnostic, Location, Severity
from sesops.core.kind import Compare, name_parts
from sesops.core.live import World
from sesops.core.thing import Block, Unread, is_resolved
from sesops.core.values import Call, Ref

PARTS = {"domain": 1, "email": 1, "identity_policy": 2, "active_receipt_rule_set": 0}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("domain/example.com", Address("domain", ("example.com",))),
        ("eu:domain/example.com", Address("domain", ("example.com",), "eu")),
        ("active_receipt_rule_set", Address("active_receipt_rule_set")),
        ("email/a/b:c@example.com", Address("email", ("a/b:c@example.com",))),
        ("identity_policy/a/b@example.com/partner", Address("identity_policy", ("a/b@example.com", "partner"))),
    ],
)
def test_addresses_are_read_and_written_alike(text, expected):
    """An e-mail address may hold slashes and colons; a colon before the first slash is a target's."""
    assert address.parse(text, PARTS) == expected
    assert str(expected) == text


@pytest.mark.parametrize("text", ["", "nope/x", "domain", "domain/", "identity_policy/x", "active_receipt_rule_set/x"])
def test_what_is_no_address_says_so(text):
    """Unknown kinds, missing and superfluous parts."""
    with pytest.raises(AddressError):
        address.parse(text, PARTS)


def test_findings_are_sorted_by_place_and_placeless_ones_come_last():
    """The same input gives the same output."""
    first, second, last = (
        Diagnostic("b", "", Location("a.yaml", 1)),
        Diagnostic("a", "", Location("a.yaml", 2)),
        Diagnostic("a", "", severity=Severity.WARNING),
    )
    assert diagnostic.in_order([last, second, first]) == (first, second, last)
    assert diagnostic.has_errors([first, last])
    assert not diagnostic.has_errors([last])
    assert str(first.location) == "a.yaml:1:1"


def test_a_null_group_stands_for_each_field_below_it():
    """Stars have no names to stand for."""
    from sesops.core.kind import Field, Kind

    kind = Kind(
        "k",
        ("k.*",),
        (Field("mail.domain", "mail"), Field("mail.mode", "mail"), Field("tags.*", "tags")),
        (),
        read=BOX.read,
    )
    assert fields.flatten(kind, {"mail": None, "tags": {"a.b": "c"}}) == {
        "mail.domain": None,
        "mail.mode": None,
        "tags.a.b": "c",
    }
    with pytest.raises(KeyError):
        fields.flatten(kind, {"other": 1})
    with pytest.raises(KeyError):
        fields.flatten(kind, {"other": None})


def test_fields_come_in_the_order_of_the_table():
    """Whatever the order of the spec; names behind a star by themselves."""
    from sesops.core.kind import Field, Kind

    table = (Field("mail.domain", "mail"), Field("tags.*", "tags"), Field("on", "on"))
    kind = Kind("k", ("k.*",), table, (), read=BOX.read)
    flat = fields.flatten(kind, {"on": True, "tags": {"b": "2", "a": "1"}, "mail": {"domain": "x"}})
    assert list(flat) == ["mail.domain", "tags.a", "tags.b", "on"]


def test_the_keys_of_a_policy_have_one_order():
    """That in which people write them, others behind; lists keep theirs, and what is no document stays."""
    one = {
        "Statement": [{"Resource": "r", "Condition": {"b": 1, "a": 2}, "Effect": "Allow", "Other": 1}, "odd"],
        "Version": "v",
    }
    assert json.dumps(policy.in_order(one), separators=(",", ":")) == (
        '{"Version":"v","Statement":[{"Effect":"Allow","Resource":"r","Condition":{"a":2,"b":1},"Other":1},"odd"]}'
    )
    assert policy.in_order("text") == "text"


def test_decoding_fills_defaults_and_skips_what_was_not_read():
    """An unread facet gives no fields at all."""
    found = live(box("a"), dims=Unread("denied"), tags={"a": "b"})
    decoded = fields.decode(BOX, found)
    assert "size" not in decoded
    assert decoded["on"] is True
    assert decoded["tags.a"] == "b"


def test_a_star_below_a_member_reads_and_writes_in_that_group():
    """Names behind a star may hold dots."""
    from sesops.core.kind import Facet, Field, Kind
    from sesops.core.thing import Live

    kind = Kind("k", ("k.*",), (Field("labels.*", "f", "Meta.Labels"),), (Facet("f", lambda w: ()),), read=BOX.read)
    thing = Live(Address("k", ("x",)), {"f": Block({"Meta": {"Labels": {"a.b": "1"}}})})
    assert fields.decode(kind, thing) == {"labels.a.b": "1"}
    assert fields.read_field(kind.fields[0], Block({}), "labels.z") is None
    assert fields.overlay(kind, "f", {}, {"labels.c.d": "2"}) == {"Meta": {"Labels": {"c.d": "2"}}}
    assert fields.overlay(kind, "f", {}, {"labels.c.d": None}) == {}
    assert fields.overlay(kind, "f", {"Meta": {"Labels": {"a": "1"}, "x": 1}}, {"labels.a": None}) == {"Meta": {"x": 1}}


def test_a_kinds_table_is_asked_by_name():
    """An unknown facet is an error in the table."""
    with pytest.raises(KeyError):
        BOX.facet("nope")
    assert BOX.field("nope") is None
    assert name_parts(REGISTRY.kinds) == {"box": 1, "lid": 2, "dial": 0}


def test_references_are_resolved_however_deep():
    """By the kind's own rule, or by name."""
    one = wanted(box("a"), twin=Ref("box", "b"), rule={"x": [Ref("box", "c")]})
    assert not is_resolved(one.fields)
    found = refs.resolve([one], REGISTRY.kinds, SCOPE)[box("a")]
    assert found.fields == {"twin": "b", "rule": {"x": ["c"]}}
    assert is_resolved(found.fields)
    assert Ref("box", "b").path == "box/b"


def test_the_world_finds_referrers_and_extra_things():
    """What is live and names a thing."""
    from sesops.core.live import LiveState

    user, other = live(box("user"), link={"Twin": "a"}), live(box("other"), "SUCCESS")
    world = World(SCOPE, REGISTRY, LiveState({user.address: user, box("gone"): None}, (other,)), {})
    assert world.referrers(box("a")) == (box("user"),)
    assert world.verified("other")
    assert not world.verified("gone")
    assert world.wanted(box("a")) is None
    assert world.scope is SCOPE


def test_two_calls_are_the_same_whatever_the_order_of_their_parameters():
    """The key is what makes two calls one."""
    assert Call("s", "O", {"a": 1, "b": 2}).key == Call("s", "O", {"b": 2, "a": 1}).key
    assert Call("s", "O", {"a": 1}).key != Call("s", "O", {"a": 2}).key


STATEMENT = {
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
    "Action": ["SES:SendEmail", "ses:SendRawEmail"],
    "Resource": "*",
    "Condition": {"StringEquals": {"AWS:SourceAccount": "1"}, "Bool": {"aws:SecureTransport": True}},
}


@pytest.mark.parametrize(
    "other",
    [
        {**STATEMENT, "Action": ["ses:sendrawemail", "ses:SendEmail", "ses:SendEmail"]},
        {**STATEMENT, "Principal": {"AWS": ["arn:aws:iam::111122223333:root"]}, "Resource": ["*"]},
        {**STATEMENT, "Principal": {"AWS": "111122223333"}},
        {
            **STATEMENT,
            "Condition": {"stringequals": {"aws:sourceaccount": ["1"]}, "Bool": {"aws:SecureTransport": "true"}},
        },
    ],
)
def test_policies_that_grant_the_same_are_the_same(other):
    """Case of actions and condition keys, one value or a list of one, order and repetition."""
    one, two = {"Version": "2012-10-17", "Statement": STATEMENT}, {"Statement": [other], "Version": "2012-10-17"}
    assert diff.same(one, two, Compare.POLICY)


@pytest.mark.parametrize(
    "other",
    [
        {**STATEMENT, "Effect": "Deny"},
        {**STATEMENT, "Principal": {"AWS": "111122223334"}},
        {**STATEMENT, "Action": "ses:*"},
        {**STATEMENT, "Condition": {}},
        "text",
    ],
)
def test_policies_that_differ_differ(other):
    """Nothing is folded that grants something else."""
    assert not diff.same({"Statement": [STATEMENT]}, {"Statement": [other]}, Compare.POLICY)


def test_a_policy_as_text_is_compared_as_a_document():
    """SES gives text; text that is no JSON is only itself."""
    assert policy.document('{"a": 1}') == {"a": 1}
    assert policy.canonical("no json") == "no json"
    assert diff.same('{"Statement": []}', {"Statement": []}, Compare.POLICY)
    assert policy.canonical({"Statement": [{"Condition": "odd"}, {"Condition": {"Bool": "odd"}}]})["Statement"]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (1, True, False),
        ([0], [False], False),
        ({"a": [1]}, {"a": [True]}, False),
        (1, 1.0, True),
        ([2.0], [2], True),
        (None, False, False),
        ("1", 1, False),
        (0.5, 0.5, True),
    ],
)
def test_true_is_no_number_and_a_number_has_one_form(one, other, expected):
    """SNS tells them apart in a filter policy, and Python does not."""
    for compare in (Compare.VALUE, Compare.SET):
        assert diff.same(one, other, compare) is expected


def test_keys_of_a_condition_that_differ_in_case_alone_are_kept_apart():
    """What IAM makes of two of them is not known, so none is dropped."""
    twice = {"StringEquals": {"aws:SourceArn": "x"}, "stringEquals": {"aws:SourceArn": "z"}}
    once = {"stringEquals": {"aws:SourceArn": "z"}}
    both = {"StringEquals": {"aws:SourceArn": "x", "AWS:SourceArn": "z"}}
    for other in (twice, both):
        assert not diff.same(
            {"Statement": [{**STATEMENT, "Condition": other}]},
            {"Statement": [{**STATEMENT, "Condition": once}]},
            Compare.POLICY,
        )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(JSON), st.randoms())
def test_a_set_is_the_same_in_any_order_and_with_repetitions(values, random):
    """Property: shuffled and doubled, a set-like list is the same."""
    shuffled = values + values[:1]
    random.shuffle(shuffled)
    assert diff.same(values, shuffled, Compare.SET)


@example([False, False], [False, 0])
@given(JSON, JSON)
def test_details_are_empty_exactly_where_nested_values_are_equal(one, other):
    """Property: a nested comparison says where values differ, and says nothing about equal ones."""
    found = diff.details([one], [other], Compare.VALUE)
    assert bool(found) is (json.dumps(one, sort_keys=True) != json.dumps(other, sort_keys=True))


def test_details_of_policies_are_of_their_documents():
    """Also where one side is text."""
    assert diff.details('{"Statement": [{"Action": "a"}]}', {"Statement": [{"Action": "b"}]}, Compare.POLICY) == (
        ("Statement[0].Action", "a", "b"),
    )
    assert diff.details(None, {"a": 1}, Compare.VALUE) == ()
    assert diff.details([{"a": {"b": 1}}], [{"a": {}}], Compare.VALUE) == (("[0].a.b", 1, None),)
