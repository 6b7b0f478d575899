"""BR-14: an identity made through v1 is asked for what only v2 has. Elsewhere that deleted a production sender."""

from __future__ import annotations

import pytest
from cases.scene import change_of, changes, ended, make_set, make_topic, mark, topic_arn, writes
from support.bench import REGISTRY

from sesops.core.events import Outcome
from sesops.core.plan import Impact

SPEC = {
    "domains": {"example.com": {"configuration_set": "main", "tags": {"owner": "mail"}}},
    "configuration_sets": {"main": {}},
}


@pytest.fixture
def old(bench):
    """A verified domain made through v1, with DKIM, a topic and a policy."""
    make_topic(bench, "bounces")
    make_set(bench, "main")
    ses = bench.client("ses")
    ses.verify_domain_identity(Domain="example.com")
    ses.verify_domain_dkim(Domain="example.com")
    ses.set_identity_notification_topic(
        Identity="example.com", NotificationType="Bounce", SnsTopic=topic_arn("bounces")
    )
    ses.put_identity_policy(
        Identity="example.com",
        PolicyName="partner",
        Policy='{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"210987654321"},'
        '"Action":"ses:SendEmail","Resource":"arn:aws:ses:eu-west-1:123456789012:identity/example.com"}]}',
    )
    return bench


def live(bench):
    identity = bench.client("sesv2").get_email_identity(EmailIdentity="example.com")
    topics = bench.client("ses").get_identity_notification_attributes(Identities=["example.com"])
    kept = {key: identity[key] for key in ("DkimAttributes", "Policies", "VerifiedForSendingStatus")}
    return {**kept, "notifications": topics["NotificationAttributes"]}


def test_it_is_updated_in_place(old):
    """Configuration set and tags, and nothing else; tokens, topics and policies are the same before and after."""
    before, start = live(old), mark(old)
    assert before["DkimAttributes"]["Tokens"]
    assert changes(old.plan(SPEC)) == [
        "update domain/example.com configuration_set: None -> 'main'",
        "update domain/example.com tags.owner: None -> 'mail'",
    ]
    old.apply(SPEC)
    assert writes(old, since=start) == ["PutEmailIdentityConfigurationSetAttributes"]
    assert live(old) == before
    old.assert_clean(SPEC)


@pytest.mark.parametrize("kind", ["domain", "email"])
def test_an_identity_has_no_replacement(kind):
    """There is nothing in the kind that could ask for a delete and a create."""
    assert REGISTRY.kinds[kind].replace_when is None


def test_one_that_comes_back_while_it_is_made_is_read_and_taken_on(old):
    """Planned as new, SES says that it exists: it is read again, and what it lacks is written."""
    old.client("sesv2").delete_email_identity(EmailIdentity="example.com")
    planned = old.plan(SPEC)
    assert change_of(planned, "domain/example.com").action.value == "create"
    old.client("ses").verify_domain_identity(Domain="example.com")
    report = old.make(planned)
    assert "domain/example.com create" in ended(report, Outcome.DONE)
    assert report.count(Outcome.FAILED) == 0
    old.assert_clean(SPEC)


def test_new_tokens_are_said_to_need_new_dns(old):
    """Another key length keeps the domain verified, and the reviewer reads what has to be published."""
    wanted = {"domains": {"example.com": {"dkim": {"signing_key_length": "RSA_1024_BIT"}}}}
    change = change_of(old.plan(wanted), "domain/example.com")
    assert change.impact is Impact.NOTICE
    assert "new DKIM records to publish" in change.sentence


def test_leaving_ones_own_key_is_said_to_stop_mail(old):
    """Mail is unsigned until DNS follows: it needs leave."""
    old.client("sesv2").put_email_identity_dkim_signing_attributes(
        EmailIdentity="example.com",
        SigningAttributesOrigin="EXTERNAL",
        SigningAttributes={"DomainSigningSelector": "own", "DomainSigningPrivateKey": "a" * 64},
    )
    change = change_of(old.plan({"domains": {"example.com": {"dkim": {"origin": "AWS_SES"}}}}), "domain/example.com")
    assert change.impact is Impact.STOPS_MAIL
    assert "unsigned until the new DKIM records are published" in change.sentence
    assert change.held
