"""Things of a spec: in its order, with defaults under them, kept to some targets, named once."""

from __future__ import annotations

from itertools import permutations

import pytest
from spec.support import PLAIN, TWO, addresses, codes, fields, load, valid, write

from sesops.core.address import Address

RULES = "receipt: {active_rule_set: a, rule_sets: {a: {rules: [%s]}}}\n"


def previous(loaded, target=None):
    """The rule before each rule."""
    return {
        one.address.last: one.previous for one in loaded.target(target).wanted if one.address.kind == "receipt_rule"
    }


def test_things_come_in_the_order_of_the_spec(tmp_path):
    """A thing before what lies in it; sections as they are written."""
    text = PLAIN + (
        "topics: {b: {}, a: {}}\n"
        "configuration_sets: {tx: {event_destinations: {x: {events: all, sns: b}}}}\n"
        "domains: {example.com: {}}\n"
    )
    expected = ["topic/b", "topic/a", "configuration_set/tx", "event_destination/tx/x", "domain/example.com"]
    assert addresses(valid(tmp_path, text)) == expected


def test_a_name_with_nothing_after_it_is_a_thing(tmp_path):
    """Nothing is said about it, and it is there."""
    loaded = valid(tmp_path, PLAIN + "domains:\n  example.com:\n  example.org: {}\n")
    assert addresses(loaded) == ["domain/example.com", "domain/example.org"]


def test_every_field_and_the_thing_itself_have_a_place(tmp_path):
    """The thing under the empty path, lists by index."""
    loaded = valid(
        tmp_path,
        PLAIN + "domains:\n  example.com:\n    tags:\n      team: mail\n"
        "receipt:\n  active_rule_set: a\n  rule_sets:\n    a:\n      rules:\n        - name: r\n          recipients: all\n"
        "          actions:\n            - s3:\n                bucket: mail\n",
    )
    domain, _, _, rule = loaded.target(None).wanted
    assert {path: at.line for path, at in domain.places.items()} == {"": 6, "tags": 7, "tags.team": 8}
    assert rule.places["actions[0].s3.bucket"].line == 18
    assert rule.place.line == 14


def test_sections_that_stand_in_the_spec_are_named(tmp_path):
    """So that no receipt call is made without a receipt section; those kept out are not there."""
    text = TWO + "topics: {a: {only: [us]}}\nreceipt: {only: [us], active_rule_set: null}\nemails: {}\n"
    loaded = valid(tmp_path, text)
    assert list(loaded.target("eu").sections) == ["topics", "emails"]
    assert list(loaded.target("us").sections) == ["topics", "receipt", "emails"]
    assert loaded.target("us").sections["receipt"].line == 7


def test_defaults_are_laid_under_key_by_key(tmp_path):
    """Lists and single values of the thing win whole, `null` too."""
    loaded = valid(
        tmp_path,
        PLAIN + "defaults:\n  configuration_set: {tags: {a: '1', b: '1', n: '${name}'}, suppressed_reasons: [BOUNCE], "
        "delivery: {tls_policy: REQUIRE}}\n"
        "configuration_sets:\n  plain:\n  own: {tags: {b: '2'}, suppressed_reasons: [], delivery: {tls_policy: null}}\n",
    )
    assert fields(loaded, "configuration_set", "plain") == {
        "tags.a": "1",
        "tags.b": "1",
        "tags.n": "plain",
        "suppressed_reasons": ["BOUNCE"],
        "delivery.tls_policy": "REQUIRE",
    }
    assert fields(loaded, "configuration_set", "own") == {
        "tags.a": "1",
        "tags.b": "2",
        "tags.n": "own",
        "suppressed_reasons": [],
        "delivery.tls_policy": None,
    }


def test_defaults_may_bring_what_lies_in_a_thing(tmp_path):
    """One bundle for many: an event destination for every set, with defaults of its own."""
    loaded = valid(
        tmp_path,
        PLAIN + "topics: {t: {}}\ndefaults:\n  configuration_set: {event_destinations: {f: {sns: t}}}\n"
        "  event_destination: {events: all}\nconfiguration_sets:\n  a:\n  b: {event_destinations: {f: {enabled: false}}}\n",
    )
    assert "event_destination/a/f" in addresses(loaded)
    assert fields(loaded, "event_destination", "b", "f")["enabled"] is False
    assert len(fields(loaded, "event_destination", "b", "f")["events"]) == 10


def test_a_fault_in_defaults_is_found_once(tmp_path):
    """However many things it lies under, and where it lies under none."""
    head = PLAIN + "defaults: {domain: {feedback_forwarding: 5}}\n"
    assert codes(load(tmp_path, head + "domains: {a.example: {}, b.example: {}}\n")) == ["wrong-type"]
    assert codes(load(tmp_path, head)) == ["wrong-type"]


def test_what_defaults_leave_open_is_not_missing(tmp_path):
    """They are a part of a thing."""
    valid(tmp_path, PLAIN + "defaults: {event_destination: {enabled: true}, receipt_rule: {enabled: true}}\n")


def test_only_keeps_a_thing_and_what_lies_in_it_out(tmp_path):
    """In the targets that it does not name."""
    loaded = valid(
        tmp_path,
        TWO + "configuration_sets:\n  tx: {only: [eu], event_destinations: {f: {events: all, eventbridge: default}}}\n"
        "  ty: {event_destinations: {f: {only: [us], events: all, eventbridge: default}}}\n",
    )
    eu, us = addresses(loaded, "eu"), addresses(loaded, "us")
    assert eu == ["configuration_set/tx", "event_destination/tx/f", "configuration_set/ty"]
    assert us == ["configuration_set/ty", "event_destination/ty/f"]


def test_a_file_may_be_kept_to_a_target(tmp_path):
    """`only` stands beside `file`."""
    statement = (
        '{"Effect": "Allow", "Principal": "*", "Action": "ses:SendEmail", '
        '"Resource": "arn:aws:ses:eu-west-1:123456789012:identity/example.com"}'
    )
    write(tmp_path, {"p.json": f'{{"Statement": [{statement}]}}'})
    loaded = load(tmp_path, TWO + "domains: {example.com: {policies: {p: {file: p.json, only: [eu]}}}}\n")
    assert not loaded.has_errors
    assert "identity_policy/example.com/p" in addresses(loaded, "eu")
    assert "identity_policy/example.com/p" not in addresses(loaded, "us")


def test_rules_know_the_rule_before_them(tmp_path):
    """The list's order is the order; a rule that is kept out is nobody's predecessor."""
    rules = RULES % "{name: a, recipients: all}, {name: b, recipients: all, only: [us]}, {name: c, recipients: all}"
    loaded = valid(tmp_path, TWO + rules)
    assert previous(loaded, "eu") == {"a": None, "c": "a"}
    assert previous(loaded, "us") == {"a": None, "b": "a", "c": "b"}
    assert fields(loaded, "receipt_rule_set", "a", target="eu") == {"order": ["a", "c"]}


def test_a_rule_set_without_rules_has_no_order(tmp_path):
    """Absent is not managed; an empty list is an order."""
    loaded = valid(tmp_path, PLAIN + "receipt: {active_rule_set: a, rule_sets: {a: {}, b: {rules: []}}}\n")
    assert fields(loaded, "receipt_rule_set", "a") == {}
    assert fields(loaded, "receipt_rule_set", "b") == {"order": []}


def test_a_thing_with_an_error_is_still_there(tmp_path):
    """What refers to it, and what lies in it, has nothing to do with the error."""
    loaded = load(
        tmp_path,
        PLAIN + "topics: {t: {tags: 5}}\nconfiguration_sets: {tx: {sending_enabled: 5, event_destinations: "
        "{f: {events: all, sns: t}}}}\nreceipt: {active_rule_set: a, rule_sets: {a: {x: 1}}}\n",
    )
    assert codes(loaded) == ["wrong-type", "wrong-type", "unknown-key"]
    assert addresses(loaded) == ["event_destination/tx/f", "active_receipt_rule_set"]


def test_the_order_of_keys_changes_nothing(tmp_path):
    """Of sections and of things: the same things with the same fields."""
    sections = [
        "topics: {a: {}, b: {}}\n",
        "domains: {example.com: {notifications: {bounce: {topic: a}, complaint: {topic: b}}}}\n",
        "defaults: {topic: {tags: {x: y}}}\n",
    ]
    found = [
        {
            one.address: (one.fields, sorted(one.refs))
            for one in valid(tmp_path, PLAIN + "".join(order)).target(None).wanted
        }
        for order in permutations(sections)
    ]
    assert all(one == found[0] for one in found)


def test_the_same_two_names_in_two_sections_are_two_things(tmp_path):
    """A policy is its identity's."""
    loaded = load(tmp_path, PLAIN + "configuration_sets: {a: {}}\ntopics: {a: {}}\n")
    assert {one.address for one in loaded.target(None).wanted} == {
        Address("configuration_set", ("a",)),
        Address("topic", ("a",)),
    }


def test_a_target_that_is_not_there_is_a_key_error(tmp_path):
    """The caller asked for a name that it did not take from the spec."""
    loaded = valid(tmp_path, PLAIN)
    assert loaded.target(None).has_errors is False
    with pytest.raises(KeyError, match="eu"):
        loaded.target("eu")


def test_findings_of_a_target_include_those_of_the_whole_spec(tmp_path):
    """So that one target's run shows all that concerns it, and nothing of another's."""
    loaded = load(tmp_path, TWO + "vars: {name: x}\ntopics: {a: {only: [eu], tags: 5}}\n")
    assert [one.code for one in loaded.target("eu").diagnostics] == ["reserved-variable", "wrong-type"]
    assert [one.code for one in loaded.target("us").diagnostics] == ["reserved-variable"]
    assert [one.message.rpartition(" (")[2] for one in loaded.diagnostics][-1] == "in target eu)"


def test_what_is_wrong_with_one_target_hides_nothing_else(tmp_path):
    """Its name is known to `only` and to addresses; the other targets are read."""
    text = (
        TWO.replace("us-east-1", "nowhere")
        + "topics: {a: {only: [us]}, b: {tags: 5}}\nremove: [us:topic/x, eu:topic/a]\n"
    )
    assert codes(load(tmp_path, text)) == ["wrong-form", "wrong-type"]


def test_a_collection_with_nothing_after_it_is_one_finding(tmp_path):
    """In a thing as above things."""
    assert codes(load(tmp_path, PLAIN + "domains: {example.com: {policies: }}\n")) == ["empty-value"]


def test_a_name_with_a_variable_without_a_value_is_one_finding(tmp_path):
    """What refers to a thing may mean that one: nothing is said to be missing."""
    text = PLAIN + "topics: {'${x}-a': {tags: {t: 5}}}\ndomains: {example.com: {notifications: {bounce: {topic: a}}}}\n"
    assert codes(load(tmp_path, text)) == ["unknown-variable"]
    text = text.replace("topics: {'${x}-a': {tags: {t: 5}}}\n", "receipt: {active_rule_set: '${x}'}\n")
    assert codes(load(tmp_path, text)) == ["unknown-variable", "unknown-reference"]
