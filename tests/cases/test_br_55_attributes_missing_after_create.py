"""BR-55: just after a registration SES's batch reads leave the identity out. That is neither a crash nor an empty state.

What the case wants besides, reading again after writing until the answer agrees, is the next plan's work here: apply
does not read back, and a plan that meets a missing entry says "unknown" and is run again.
"""

from __future__ import annotations

import pytest
from cases.scene import asks_nothing, changes, make_identity, make_topic, topic_arn, writes

SPEC = {"domains": {"example.com": {"notifications": {"bounce": {"topic": topic_arn("bounces")}}}}}
BATCHES = {
    "GetIdentityNotificationAttributes": SPEC,
    "GetIdentityDkimAttributes": {
        "domains": {name: {"dkim": {"signing_enabled": True}} for name in ("example.com", "b.example", "c.example")}
    },
    "GetIdentityMailFromDomainAttributes": {
        "domains": {name: {"mail_from": None} for name in ("example.com", "b.example", "c.example")}
    },
}


def lags(bench, read="GetIdentityNotificationAttributes"):
    """SES's batch answers leave the identity out."""

    def drops(_service, operation, answer):
        if operation == read:
            for parent in answer.iter():
                for entry in [one for one in parent if one.tag.endswith("entry")]:
                    if "example.com" in [one.text for one in entry]:
                        parent.remove(entry)

    bench.emulator.decorate = drops


def test_a_new_identity_has_nothing_set_and_gets_what_is_planned(bench):
    """However long the read lags: there is one create, and the topic is written."""
    make_topic(bench, "bounces")
    lags(bench)
    before = len(writes(bench))
    bench.apply(SPEC)
    assert writes(bench)[before:] == ["CreateEmailIdentity", "SetIdentityNotificationTopic"]
    bench.emulator.decorate = None
    bench.assert_clean(SPEC)


@pytest.mark.parametrize("read", BATCHES)
def test_a_missing_entry_of_one_that_should_exist_is_unknown(bench, sesops, read):
    """Not empty: nothing is planned for it, exit 1. Once SES answers, the same spec is clean."""
    make_topic(bench, "bounces")
    document = BATCHES[read]
    bench.apply(document)
    lags(bench, read)
    planned = bench.plan(document)
    assert [str(one.address) for one in planned.unknown] == ["domain/example.com"]
    assert read in planned.unknown[0].reason
    assert changes(planned) == []
    assert sesops("plan", spec=document).code == 1
    bench.emulator.decorate = None
    assert asks_nothing(bench.plan(document))


def test_existence_never_comes_from_a_batch(bench):
    """An identity that the batch leaves out is not made a second time."""
    make_identity(bench, "example.com")
    make_topic(bench, "bounces")
    lags(bench)
    assert bench.plan(SPEC).pending == ()
