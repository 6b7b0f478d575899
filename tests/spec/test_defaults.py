"""`keep` takes a default away; what defaults say is judged where they stand."""

from __future__ import annotations

import pytest
from spec.support import PLAIN, TWO, addresses, codes, fields, load, valid

DEFAULTS = (
    "defaults:\n"
    "  configuration_set:\n"
    "    sending_enabled: true\n"
    "    delivery: {tls_policy: REQUIRE, max_delivery_seconds: 3600}\n"
    "    suppressed_reasons: [BOUNCE]\n"
    "    tags: {team: mail}\n"
    "    event_destinations: {bus: {events: all, eventbridge: default}}\n"
)


def test_keep_takes_a_default_away(tmp_path):
    """A single value, one in a group, a whole group, a list, a thing that lies in it: not managed, as if unsaid."""
    loaded = valid(
        tmp_path,
        PLAIN + DEFAULTS + "configuration_sets:\n"
        "  all: {}\n"
        "  one: {sending_enabled: keep, delivery: {tls_policy: keep}, suppressed_reasons: keep, tags: keep,\n"
        "        event_destinations: keep}\n"
        "  two: {delivery: keep, event_destinations: {bus: keep}}\n",
    )
    assert fields(loaded, "configuration_set", "one") == {"delivery.max_delivery_seconds": 3600}
    assert "delivery.tls_policy" in fields(loaded, "configuration_set", "all")
    assert not [path for path in fields(loaded, "configuration_set", "two") if path.startswith("delivery.")]
    assert [one for one in addresses(loaded) if one.startswith("event_")] == ["event_destination/all/bus"]


def test_keep_is_a_word_like_any_other_where_no_default_is(tmp_path):
    """In a text; elsewhere it is no value."""
    loaded = valid(tmp_path, PLAIN + "topics: {keep: {tags: {team: keep}}}\n")
    assert fields(loaded, "topic", "keep") == {"tags.team": "keep"}
    assert codes(load(tmp_path, PLAIN + "domains: {example.com: {dkim: keep}}\n")) == ["wrong-type"]


@pytest.mark.parametrize(
    ("default", "code"),
    [
        ("domain: {feedback_forwarding: perhaps}", "wrong-type"),
        ("domain: {feedback: true}", "unknown-key"),
        ("domain: {only: [eu]}", "unknown-key"),
        ("receipt_rule: {name: x}", "unknown-key"),
        ("domain: []", "wrong-type"),
        ("event_destination: {events: everything}", "wrong-type"),
        ("event_destination: {cloudwatch: [{dimension: d, source: MESSAGE_TAG}]}", "missing-key"),
        ("configuration_set: {event_destinations: {bus: {event: all}}}", "unknown-key"),
        ("receipt_rule_set: {rules: [{name: r, recipient: all}]}", "unknown-key"),
        ("domain: {policies: {partner: 5}}", "wrong-type"),
        ("domains: {}", "unknown-kind"),
    ],
)
def test_a_default_is_judged_without_a_thing_that_it_lies_under(tmp_path, default, code):
    """At its own place."""
    (one,) = load(tmp_path, f"{PLAIN}defaults: {{{default}}}\n").diagnostics
    assert (one.code, one.location.line) == (code, 5)


@pytest.mark.parametrize(
    "default",
    [
        "event_destination: {enabled: true}",
        "event_destination: {firehose: {role_arn: 'arn:aws:iam::123456789012:role/x'}}",
        "identity_policy: {Version: '2012-10-17'}",
        "configuration_set: {event_destinations: {bus: {enabled: false}}}",
        "domain: {mail_from: {domain: 'bounce.${name}'}, configuration_set: 'set-${name}'}",
        "email: {mail_from: {domain: '${name}'}}",
        "domain: {mail_from: null}",
    ],
)
def test_a_default_need_not_be_whole(tmp_path, default):
    """What is required may come with the thing, and its name is not known here."""
    valid(tmp_path, f"{PLAIN}defaults: {{{default}}}\n")


def test_no_default_lies_under_what_is_somebody_elses(tmp_path):
    """It has an ARN and nothing else."""
    loaded = valid(
        tmp_path,
        PLAIN + "defaults: {topic: {policy: {ses: add}, tags: {team: mail}}}\n"
        'topics: {ours: {}, theirs: {arn: "arn:aws:sns:eu-west-1:123456789012:audit"}}\n',
    )
    assert addresses(loaded) == ["topic/ours"]
    assert fields(loaded, "topic", "ours") == {"policy": {"ses": "add"}, "tags.team": "mail"}
    assert [one.address.last for one in loaded.target(None).externals] == ["theirs"]


def test_what_defaults_alone_say_is_used_in_no_region(tmp_path):
    """One MAIL FROM domain in two regions is an error where a thing has it."""
    head = TWO + "defaults: {domain: {mail_from: {domain: bounce.example.com}}}\n"
    assert valid(tmp_path, head)
    assert valid(tmp_path, head + "domains: {example.com: {only: [eu]}}\n")
    assert codes(load(tmp_path, head + "domains: {example.com: {}}\n")) == ["one-region"]
