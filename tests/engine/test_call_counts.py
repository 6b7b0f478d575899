"""How many calls a plan costs: what batch reads can answer is not asked one by one."""

from __future__ import annotations

import pytest
from support.bench import REGISTRY, Bench

from sesops.aws.session import identity
from sesops.core.events import Refreshed
from sesops.core.plan import Action
from sesops.view.run_text import Watcher

DOMAINS = [f"d{number:04}.example.com" for number in range(1000)]
TOPIC = {"topic": "feedback"}
SPEC = {
    "topics": {"feedback": {}},
    "domains": {
        name: {
            "dkim": {"signing_enabled": True},
            "mail_from": {"domain": f"bounce.{name}"},
            "notifications": {"bounce": TOPIC, "complaint": TOPIC},
            "feedback_forwarding": False,
        }
        for name in DOMAINS
    },
}


def identities(bench, *, tagged):
    """A thousand domains and the topic, as somebody made them, with our tag or without."""
    client = bench.client("sesv2")
    tags = [{"Key": "sesops:stack", "Value": "acme"}] if tagged else []
    for name in DOMAINS:
        client.create_email_identity(EmailIdentity=name, Tags=tags)
    bench.client("sns").create_topic(Name="feedback", Tags=tags)


@pytest.mark.parametrize("tagged", [True, False])
def test_a_thousand_domains_cost_at_most_45_calls(tmp_path, tagged):
    """Who we are, the listing, the batch reads, ownership: every page counted, and said by --verbose."""
    bench = Bench(tmp_path)
    identities(bench, tagged=tagged)
    bench.emulator.calls.clear()
    assert identity(bench.gateway) == ("123456789012", "aws")
    planned = bench.plan(SPEC)
    counts = dict(bench.gateway.counts())
    assert sum(counts.values()) <= 45, counts
    assert len(bench.emulator.calls) == sum(counts.values())
    assert counts["ses:GetIdentityNotificationAttributes"] == 10
    adopted = [change for change in planned.changes if change.action is Action.ADOPT]
    assert len(adopted) == (0 if tagged else len(DOMAINS) + 1)
    assert len([change for change in planned.changes if change.action is Action.UPDATE]) == len(DOMAINS)

    said = []
    watch = Watcher(lambda line: said.append(line.plain), None, lambda code, message: None, verbose=True)
    watch(next(one for one in reversed(bench.events) if isinstance(one, Refreshed)))
    assert said[0].startswith(f"read SES with {sum(counts.values()) - 1} calls")


def test_a_kind_that_the_spec_does_not_name_is_not_read(tmp_path):
    """Without a receipt section no receipt call is made, and so for every kind."""
    bench = Bench(tmp_path)
    bench.plan({"topics": {"feedback": {}}})
    assert {operation for _, operation, _ in bench.emulator.calls} == {
        "GetTopicAttributes",
        "GetResources",
    }
    assert len(REGISTRY.kinds) > 5


def test_for_globs_the_tags_are_listed_once_more_and_no_oftener(tmp_path):
    """Before the rest, for what is to be read hangs on what they take."""
    bench = Bench(tmp_path)
    bench.apply({"topics": {"feedback": {}, "old-1": {}}})
    bench.emulator.calls.clear()
    planned = bench.plan(
        {"topics": {"feedback": {}}, "remove": ["topic/old-*"], "release": ["configuration_set/old-*"]}
    )
    assert [str(one.address) for one in planned.changes] == ["topic/old-1"]
    assert [operation for _, operation, _ in bench.emulator.calls].count("GetResources") == 2
