"""MAIL FROM, feedback forwarding, topics and headers of identities, in both API generations."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sesops.emulator import Emulator

from .answers import body, refusal

INVALID = "Identity example.com is invalid. Must be a verified email address or domain."


@pytest.fixture
def domain(sesv2: Any) -> str:
    """An identity to set things on."""
    sesv2.create_email_identity(EmailIdentity="example.com")
    return "example.com"


@pytest.fixture
def topic(sns: Any) -> str:
    """A topic of the same account and region."""
    arn: str = sns.create_topic(Name="feedback")["TopicArn"]
    return arn


def mail_from(sesv2: Any, name: str = "example.com") -> dict[str, Any]:
    """MailFromAttributes of an identity."""
    attributes: dict[str, Any] = sesv2.get_email_identity(EmailIdentity=name)["MailFromAttributes"]
    return attributes


def notifications(ses: Any, name: str = "example.com") -> dict[str, Any]:
    """What v1 says of an identity's feedback."""
    answer = ses.get_identity_notification_attributes(Identities=[name])
    attributes: dict[str, Any] = answer["NotificationAttributes"][name]
    return attributes


def classic_mail_from(ses: Any, name: str = "example.com") -> dict[str, Any]:
    """What v1 says of an identity's MAIL FROM."""
    answer = ses.get_identity_mail_from_domain_attributes(Identities=[name])
    attributes: dict[str, Any] = answer["MailFromDomainAttributes"][name]
    return attributes


def test_mail_from_reads_back_in_both_spellings(ses: Any, sesv2: Any, domain: str) -> None:
    """Domain, status and behaviour, in the spelling of either generation."""
    sesv2.put_email_identity_mail_from_attributes(
        EmailIdentity=domain, MailFromDomain="bounce.example.com", BehaviorOnMxFailure="REJECT_MESSAGE"
    )
    assert mail_from(sesv2) == {
        "MailFromDomain": "bounce.example.com",
        "MailFromDomainStatus": "SUCCESS",
        "BehaviorOnMxFailure": "REJECT_MESSAGE",
    }
    assert classic_mail_from(ses) == {
        "MailFromDomain": "bounce.example.com",
        "MailFromDomainStatus": "Success",
        "BehaviorOnMXFailure": "RejectMessage",
    }


def test_mail_from_through_the_classic_door(ses: Any, sesv2: Any, domain: str) -> None:
    """v1 sets what v2 shows; the behaviour left out is the default, whatever it was."""
    ses.set_identity_mail_from_domain(
        Identity=domain, MailFromDomain="bounce.example.com", BehaviorOnMXFailure="RejectMessage"
    )
    assert mail_from(sesv2)["BehaviorOnMxFailure"] == "REJECT_MESSAGE"
    ses.set_identity_mail_from_domain(Identity=domain, MailFromDomain="bounce.example.com")
    assert mail_from(sesv2)["BehaviorOnMxFailure"] == "USE_DEFAULT_VALUE"


@pytest.mark.parametrize("cleared", [{}, {"MailFromDomain": ""}, {"BehaviorOnMxFailure": "REJECT_MESSAGE"}])
def test_mail_from_is_cleared_with_its_behaviour(ses: Any, sesv2: Any, domain: str, cleared: dict[str, str]) -> None:
    """Without a domain both members go; nothing but the default behaviour is shown."""
    sesv2.put_email_identity_mail_from_attributes(
        EmailIdentity=domain, MailFromDomain="bounce.example.com", BehaviorOnMxFailure="REJECT_MESSAGE"
    )
    sesv2.put_email_identity_mail_from_attributes(EmailIdentity=domain, **cleared)
    assert mail_from(sesv2) == {"BehaviorOnMxFailure": "USE_DEFAULT_VALUE"}
    assert classic_mail_from(ses) == {"BehaviorOnMXFailure": "UseDefaultValue"}


def test_mail_from_of_an_unknown_identity(ses: Any, sesv2: Any) -> None:
    """A 400 in both generations."""
    message = "Identity <example.com> does not exist."
    with pytest.raises(ClientError) as error:
        sesv2.put_email_identity_mail_from_attributes(EmailIdentity="example.com", MailFromDomain="b.example.com")
    assert refusal(error) == ("BadRequestException", message, 400)
    with pytest.raises(ClientError) as error:
        ses.set_identity_mail_from_domain(Identity="example.com", MailFromDomain="b.example.com")
    assert refusal(error) == ("InvalidParameterValue", message, 400)


@pytest.mark.parametrize("outside", ["example.com", "bounce.example.org", "bounceexample.com", "bounce.example.com."])
def test_mail_from_is_below_the_domain(sesv2: Any, domain: str, outside: str) -> None:
    """Neither the domain itself nor another one is taken."""
    with pytest.raises(ClientError) as error:
        sesv2.put_email_identity_mail_from_attributes(EmailIdentity=domain, MailFromDomain=outside)
    assert refusal(error)[::2] == ("BadRequestException", 400)
    assert mail_from(sesv2) == {"BehaviorOnMxFailure": "USE_DEFAULT_VALUE"}


def test_mail_from_of_an_address(sesv2: Any, domain: str) -> None:
    """An address has one of its own, below its domain, and does not take its domain's."""
    sesv2.create_email_identity(EmailIdentity="a@example.com")
    sesv2.put_email_identity_mail_from_attributes(EmailIdentity=domain, MailFromDomain="bounce.example.com")
    assert "MailFromDomain" not in mail_from(sesv2, "a@example.com")
    sesv2.put_email_identity_mail_from_attributes(EmailIdentity="a@example.com", MailFromDomain="own.example.com")
    assert mail_from(sesv2, "a@example.com")["MailFromDomain"] == "own.example.com"


def test_mail_from_is_searched_from_its_own_start(emulator: Emulator, sesv2: Any, domain: str) -> None:
    """Pending from the Put on; another behaviour for the same domain starts no new search, another domain does."""
    emulator.settings.verification = timedelta(hours=1)
    emulator.clock.advance(timedelta(hours=1))
    sesv2.put_email_identity_mail_from_attributes(EmailIdentity=domain, MailFromDomain="bounce.example.com")
    assert mail_from(sesv2)["MailFromDomainStatus"] == "PENDING"
    emulator.clock.advance(timedelta(hours=1))
    assert mail_from(sesv2)["MailFromDomainStatus"] == "SUCCESS"
    sesv2.put_email_identity_mail_from_attributes(
        EmailIdentity=domain, MailFromDomain="bounce.example.com", BehaviorOnMxFailure="REJECT_MESSAGE"
    )
    assert mail_from(sesv2)["MailFromDomainStatus"] == "SUCCESS"
    sesv2.put_email_identity_mail_from_attributes(EmailIdentity=domain, MailFromDomain="other.example.com")
    assert mail_from(sesv2)["MailFromDomainStatus"] == "PENDING"


def test_untouched_feedback(ses: Any, domain: str) -> None:
    """Forwarding is on, the header flags are there and off, topics are absent."""
    assert notifications(ses, domain) == {
        "ForwardingEnabled": True,
        "HeadersInBounceNotificationsEnabled": False,
        "HeadersInComplaintNotificationsEnabled": False,
        "HeadersInDeliveryNotificationsEnabled": False,
    }


def test_topics_headers_and_forwarding(ses: Any, sesv2: Any, domain: str, topic: str) -> None:
    """All three set, in the order that SES wants, and shown in both generations as far as they show them."""
    for kind in ("Bounce", "Complaint"):
        ses.set_identity_notification_topic(Identity=domain, NotificationType=kind, SnsTopic=topic)
    ses.set_identity_headers_in_notifications_enabled(Identity=domain, NotificationType="Bounce", Enabled=True)
    ses.set_identity_feedback_forwarding_enabled(Identity=domain, ForwardingEnabled=False)
    assert notifications(ses) == {
        "BounceTopic": topic,
        "ComplaintTopic": topic,
        "ForwardingEnabled": False,
        "HeadersInBounceNotificationsEnabled": True,
        "HeadersInComplaintNotificationsEnabled": False,
        "HeadersInDeliveryNotificationsEnabled": False,
    }
    assert not sesv2.get_email_identity(EmailIdentity=domain)["FeedbackForwardingStatus"]


def test_clearing_a_topic_keeps_the_header_flag(ses: Any, domain: str, topic: str) -> None:
    """Left out, SnsTopic clears the topic of that type and nothing else."""
    for kind in ("Bounce", "Delivery"):
        ses.set_identity_notification_topic(Identity=domain, NotificationType=kind, SnsTopic=topic)
    ses.set_identity_headers_in_notifications_enabled(Identity=domain, NotificationType="Bounce", Enabled=True)
    ses.set_identity_notification_topic(Identity=domain, NotificationType="Bounce")
    shown = notifications(ses)
    assert ("BounceTopic" in shown, shown["DeliveryTopic"]) == (False, topic)
    assert shown["HeadersInBounceNotificationsEnabled"]


def test_identity_by_arn(ses: Any, domain: str, topic: str) -> None:
    """Topics are set and read by ARN too; the answer names the identity as it was asked for."""
    arn = f"arn:aws:ses:us-east-1:123456789012:identity/{domain}"
    ses.set_identity_notification_topic(Identity=arn, NotificationType="Bounce", SnsTopic=topic)
    assert notifications(ses, domain)["BounceTopic"] == topic
    assert notifications(ses, arn)["BounceTopic"] == topic


def test_arn_of_another_region_is_unknown(ses: Any, domain: str, topic: str) -> None:
    """The refusal repeats the ARN."""
    arn = f"arn:aws:ses:eu-west-1:123456789012:identity/{domain}"
    with pytest.raises(ClientError) as error:
        ses.set_identity_notification_topic(Identity=arn, NotificationType="Bounce", SnsTopic=topic)
    message = f"Identity {arn} is invalid. Must be a verified email address or domain."
    assert refusal(error) == ("InvalidParameterValue", message, 400)


@pytest.mark.parametrize(
    "arn",
    [
        "",
        "feedback",
        "arn:aws:sns:us-east-1:123456789012:missing",
        "arn:aws:sns:eu-west-1:123456789012:feedback",
        "arn:aws:sns:us-east-1:123456789012:feedback.fifo",
        "arn:aws:sqs:us-east-1:123456789012:feedback",
    ],
)
def test_topics_that_are_refused(ses: Any, domain: str, topic: str, arn: str) -> None:
    """No ARN, none of a topic that is there, of another region or first-in-first-out; the topic set before stays."""
    ses.set_identity_notification_topic(Identity=domain, NotificationType="Bounce", SnsTopic=topic)
    with pytest.raises(ClientError) as error:
        ses.set_identity_notification_topic(Identity=domain, NotificationType="Bounce", SnsTopic=arn)
    assert refusal(error) == ("InvalidParameterValue", f"SNS topic {arn} is invalid.", 400)
    assert notifications(ses)["BounceTopic"] == topic


def test_topic_that_does_not_let_ses_publish(ses: Any, sns: Any, domain: str) -> None:
    """The policy of the topic is looked at."""
    arn = sns.create_topic(Name="closed")["TopicArn"]
    statement = {"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "sns:Publish"}
    policy = {"Version": "2012-10-17", "Statement": [{**statement, "Resource": arn}]}
    sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=json.dumps(policy))
    with pytest.raises(ClientError) as error:
        ses.set_identity_notification_topic(Identity=domain, NotificationType="Bounce", SnsTopic=arn)
    assert refusal(error)[::2] == ("InvalidParameterValue", 400)


def test_feedback_of_an_unknown_identity(ses: Any, sesv2: Any, topic: str) -> None:
    """A 400 in both generations; the header call has a word of its own."""
    with pytest.raises(ClientError) as error:
        sesv2.put_email_identity_feedback_attributes(EmailIdentity="example.com", EmailForwardingEnabled=True)
    assert refusal(error) == ("BadRequestException", INVALID, 400)
    with pytest.raises(ClientError) as error:
        ses.set_identity_feedback_forwarding_enabled(Identity="example.com", ForwardingEnabled=True)
    assert refusal(error) == ("InvalidParameterValue", INVALID, 400)
    with pytest.raises(ClientError) as error:
        ses.set_identity_notification_topic(Identity="example.com", NotificationType="Bounce", SnsTopic=topic)
    assert refusal(error) == ("InvalidParameterValue", INVALID, 400)
    with pytest.raises(ClientError) as error:
        ses.set_identity_headers_in_notifications_enabled(
            Identity="example.com", NotificationType="Bounce", Enabled=True
        )
    assert refusal(error) == ("InvalidParameterValue", INVALID.replace("Must", "It must"), 400)


def test_forwarding_off_wants_topics_in_v1_only(ses: Any, sesv2: Any, domain: str, topic: str) -> None:
    """v1 refuses to switch forwarding off before bounces and complaints have topics, v2 does not ask."""
    ses.set_identity_notification_topic(Identity=domain, NotificationType="Bounce", SnsTopic=topic)
    with pytest.raises(ClientError) as error:
        ses.set_identity_feedback_forwarding_enabled(Identity=domain, ForwardingEnabled=False)
    assert refusal(error)[::2] == ("InvalidParameterValue", 400)
    sesv2.put_email_identity_feedback_attributes(EmailIdentity=domain, EmailForwardingEnabled=False)
    assert not notifications(ses)["ForwardingEnabled"]


def test_forwarding_left_out_is_off(sesv2: Any, domain: str) -> None:
    """The v2 block is whole: a body without the flag switches forwarding off."""
    sesv2.put_email_identity_feedback_attributes(EmailIdentity=domain)
    assert not sesv2.get_email_identity(EmailIdentity=domain)["FeedbackForwardingStatus"]


def test_headers_want_a_topic(ses: Any, domain: str) -> None:
    """Headers of a type without a topic cannot be switched on; off is no error."""
    ses.set_identity_headers_in_notifications_enabled(Identity=domain, NotificationType="Bounce", Enabled=False)
    with pytest.raises(ClientError) as error:
        ses.set_identity_headers_in_notifications_enabled(Identity=domain, NotificationType="Bounce", Enabled=True)
    assert refusal(error)[::2] == ("InvalidParameterValue", 400)


def test_unknown_notification_type(ses: Any, domain: str) -> None:
    """The enumeration is checked before anything else, with the text of SES's own checks."""
    with pytest.raises(ClientError) as error:
        ses.set_identity_headers_in_notifications_enabled(Identity=domain, NotificationType="Open", Enabled=True)
    assert refusal(error) == (
        "ValidationError",
        "1 validation error detected: Value at 'notificationType' failed to satisfy constraint: Member must satisfy enum value set: [Bounce, Complaint, Delivery]",
        400,
    )


def test_a_domain_made_again_has_nothing_left(ses: Any, sesv2: Any, domain: str, topic: str) -> None:
    """Deleting an identity takes MAIL FROM, topics and flags along."""
    ses.set_identity_notification_topic(Identity=domain, NotificationType="Bounce", SnsTopic=topic)
    sesv2.put_email_identity_mail_from_attributes(EmailIdentity=domain, MailFromDomain="bounce.example.com")
    sesv2.put_email_identity_feedback_attributes(EmailIdentity=domain)
    sesv2.delete_email_identity(EmailIdentity=domain)
    sesv2.create_email_identity(EmailIdentity=domain)
    assert body(mail_from(sesv2)) == {"BehaviorOnMxFailure": "USE_DEFAULT_VALUE"}
    assert ("BounceTopic" in notifications(ses), notifications(ses)["ForwardingEnabled"]) == (False, True)
