"""Sends of both generations: who may, and what becomes of a message."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sesops.emulator import Emulator
from sesops.emulator.operations import sent_messages

from .answers import refusal
from .mail import FROM, SIMPLE, Send, heard, listen, outcomes

pytestmark = pytest.mark.usefixtures("sender")


# --- messages ---


def test_a_message_is_kept(send: Send, sent: Any) -> None:
    """With its parts, and counted against the quota."""
    message_id = send("ann@example.org", EmailTags=[{"Name": "campaign", "Value": "spring"}])
    (message,) = sent()
    assert (message["id"], message["source"], message["subject"]) == (message_id, FROM, "Hello")
    assert message["tags"] == {"campaign": "spring"}
    assert "<p>Hi</p>" in message["raw"]
    assert outcomes(message) == [sent_messages.DELIVERED]


def test_every_send_of_v1(ses: Any, sent: Any) -> None:
    """By parts, whole, by template, to many."""
    to = {"ToAddresses": ["ann@example.org"]}
    body = {"Subject": {"Data": "Hello"}, "Body": {"Text": {"Data": "Hi"}}}
    ses.send_email(Source=FROM, Destination=to, Message=body)
    raw = f"From: {FROM}\r\nTo: ann@example.org\r\nBcc: bob@example.org\r\nSubject: Hello\r\n\r\nHi"
    ses.send_raw_email(RawMessage={"Data": raw.encode()})
    ses.create_template(Template={"TemplateName": "t", "SubjectPart": "Hello {{name}}", "TextPart": "Hi"})
    ses.send_templated_email(Source=FROM, Destination=to, Template="t", TemplateData='{"name": "Ann"}')
    many = ses.send_bulk_templated_email(
        Source=FROM,
        Template="t",
        DefaultTemplateData='{"name": "all"}',
        Destinations=[
            {"Destination": to, "ReplacementTemplateData": '{"name": "Bob"}'},
            {"Destination": {"ToAddresses": ["nobody"]}},
        ],
    )
    assert [one["Status"] for one in many["Status"]] == ["Success", "InvalidParameterValue"]
    assert sorted(one["subject"] for one in sent()) == ["Hello", "Hello", "Hello Ann", "Hello Bob"]
    (whole,) = [one for one in sent() if len(one["recipients"]) == 2]
    assert "bob" not in whole["raw"]


def test_every_send_of_v2(sesv2: Any, send: Send, sent: Any) -> None:
    """By parts, whole, by template, by a template of the moment, to many."""
    raw = f"From: {FROM}\r\nTo: ann@example.org\r\nSubject: Whole\r\n\r\nHi"
    sesv2.send_email(Content={"Raw": {"Data": raw.encode()}})
    sesv2.create_email_template(TemplateName="t", TemplateContent={"Subject": "To {{name}}", "Text": "Hi"})
    send("ann@example.org", Content={"Template": {"TemplateName": "t", "TemplateData": '{"name": "Ann"}'}})
    inline = {"TemplateContent": {"Subject": "Now {{name}}", "Text": "Hi"}, "TemplateData": '{"name": "Ann"}'}
    send("ann@example.org", Content={"Template": inline})
    entries = [
        {
            "Destination": {"ToAddresses": ["bob@example.org"]},
            "ReplacementEmailContent": {"ReplacementTemplate": {"ReplacementTemplateData": '{"name": "Bob"}'}},
        },
        {"Destination": {"ToAddresses": ["nobody"]}},
    ]
    template = {"Template": {"TemplateName": "t", "TemplateData": '{"name": "all"}'}}
    many = sesv2.send_bulk_email(FromEmailAddress=FROM, DefaultContent=template, BulkEmailEntries=entries)
    assert [one["Status"] for one in many["BulkEmailEntryResults"]] == ["SUCCESS", "INVALID_PARAMETER"]
    assert sorted(one["subject"] for one in sent()) == ["Now Ann", "To Ann", "To Bob", "Whole"]


# --- who may ---


def test_a_sender_has_to_be_verified(send: Send) -> None:
    """The text names it and the region."""
    with pytest.raises(ClientError) as error:
        send("ann@example.org", FromEmailAddress="me@example.net")
    text = (
        "Email address is not verified. The following identities failed the check in region US-EAST-1: me@example.net"
    )
    assert refusal(error) == ("MessageRejected", text, 400)


def test_in_the_sandbox_recipients_too(emulator: Emulator, sesv2: Any, send: Send) -> None:
    """Those of the simulator apart."""
    emulator.settings.production_access = False
    with pytest.raises(ClientError) as error:
        send("ann@example.org", "bob@example.com")
    assert refusal(error)[1].endswith(": ann@example.org")
    send("bob@example.com", "success@simulator.amazonses.com")


def test_an_account_that_is_switched_off(ses: Any, send: Send) -> None:
    """Each generation in its own code."""
    ses.update_account_sending_enabled(Enabled=False)
    with pytest.raises(ClientError) as error:
        send("ann@example.org")
    assert refusal(error)[0] == "SendingPausedException"
    to = {"ToAddresses": ["ann@example.org"]}
    with pytest.raises(ClientError) as error:
        ses.send_email(Source=FROM, Destination=to, Message=SIMPLE["Simple"])
    assert refusal(error)[0] == "AccountSendingPausedException"


def test_sets_that_are_missing_or_off(sesv2: Any, send: Send) -> None:
    """The default set of the identity counts where none is named."""
    with pytest.raises(ClientError) as error:
        send("ann@example.org", ConfigurationSetName="none")
    assert refusal(error)[0::2] == ("NotFoundException", 404)
    sesv2.create_configuration_set(ConfigurationSetName="off", SendingOptions={"SendingEnabled": False})
    sesv2.put_email_identity_configuration_set_attributes(EmailIdentity="example.com", ConfigurationSetName="off")
    with pytest.raises(ClientError) as error:
        send("ann@example.org")
    assert refusal(error)[0] == "SendingPausedException"


def test_a_mail_from_domain_that_is_not_up(emulator: Emulator, sesv2: Any, send: Send) -> None:
    """Only where mail is to be rejected without it."""
    emulator.settings.verification = timedelta(hours=1)
    emulator.clock.advance(timedelta(hours=2))
    put = sesv2.put_email_identity_mail_from_attributes
    put(EmailIdentity="example.com", MailFromDomain="b.example.com", BehaviorOnMxFailure="REJECT_MESSAGE")
    with pytest.raises(ClientError) as error:
        send("ann@example.org")
    assert refusal(error)[0] == "MailFromDomainNotVerifiedException"
    emulator.clock.advance(timedelta(hours=2))
    send("ann@example.org")


def test_the_daily_quota(emulator: Emulator, send: Send) -> None:
    """Messages of the last 24 hours count, those to the simulator do not."""
    emulator.settings.production_access = False
    for _ in range(4):
        send(*(f"{number}@example.com" for number in range(50)))
    with pytest.raises(ClientError) as error:
        send("a@example.com")
    assert refusal(error)[:2] == ("LimitExceededException", "Daily message quota exceeded.")
    emulator.clock.advance(timedelta(days=1))
    send("a@example.com")


def test_the_rate_of_sending(emulator: Emulator, send: Send) -> None:
    """Only where throttling was asked for; by the emulator's clock."""
    send("ann@example.org")
    send("ann@example.org")
    emulator.settings.throttle_per_second = 1
    emulator.settings.production_access = False
    emulator.clock.advance(timedelta(seconds=2))
    send("ann@example.com")
    with pytest.raises(ClientError) as error:
        send("ann@example.com")
    assert refusal(error) == ("TooManyRequestsException", "Maximum sending rate exceeded.", 429)
    emulator.clock.advance(timedelta(seconds=2))
    send("ann@example.com")


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        (
            "test",
            "test_invalid_value:123",
            "Invalid tag value <test_invalid_value:123>: only alphanumeric ASCII characters, '_',  '-' , '.', '@' are allowed.",
        ),
        ("", "test", "The tag name must be specified."),
        ("test", "", "The tag value must be specified."),
    ],
)
def test_tags_that_are_refused(ses: Any, name: str, value: str, text: str) -> None:
    """In SES's own words."""
    with pytest.raises(ClientError) as error:
        ses.send_email(
            Source=FROM,
            Destination={"ToAddresses": ["ann@example.org"]},
            Message=SIMPLE["Simple"],
            Tags=[{"Name": name, "Value": value}],
        )
    assert refusal(error) == ("InvalidParameterValue", text, 400)


def test_an_address_without_a_domain(ses: Any) -> None:
    """Refused before anything else of it is looked at."""
    with pytest.raises(ClientError) as error:
        ses.send_email(Source=FROM, Destination={"ToAddresses": ["ann"]}, Message=SIMPLE["Simple"])
    assert refusal(error) == ("InvalidParameterValue", "Missing domain", 400)


# --- what becomes of it ---


def test_the_simulator(sesv2: Any, sns: Any, emulator: Emulator, send: Send, sent: Any) -> None:
    """Each of its addresses has its own ending, labels or not; it counts against no quota."""
    topic = listen(sesv2, sns, "SEND", "DELIVERY", "BOUNCE", "COMPLAINT")
    names = ("success+label", "bounce", "complaint", "suppressionlist", "ooto")
    send(*(f"{name}@simulator.amazonses.com" for name in names), ConfigurationSetName="tx")
    (message,) = sent()
    assert outcomes(message) == ["delivered", "bounced", "complained", "suppressed by SES", "delivered"]
    events = heard(emulator, topic)
    assert [one["eventType"] for one in events] == ["Send", "Delivery", "Delivery", "Complaint", "Bounce", "Bounce"]
    assert [one["bounce"]["bounceSubType"] for one in events[-2:]] == ["General", "Suppressed"]
    assert all(one["mail"]["messageId"] == message["id"] for one in events)
    assert sesv2.get_account()["SendQuota"]["SentLast24Hours"] == 0


def test_the_suppression_list(sesv2: Any, sns: Any, emulator: Emulator, send: Send) -> None:
    """Accepted, not sent, and an event of its own subtype; a set may say otherwise."""
    topic = listen(sesv2, sns, "BOUNCE", "DELIVERY")
    sesv2.put_suppressed_destination(EmailAddress="gone@example.org", Reason="BOUNCE")
    send("gone@example.org", ConfigurationSetName="tx")
    sesv2.put_configuration_set_suppression_options(ConfigurationSetName="tx", SuppressedReasons=[])
    send("gone@example.org", ConfigurationSetName="tx")
    first, second = heard(emulator, topic)
    assert first["bounce"]["bounceSubType"] == "OnAccountSuppressionList"
    assert second["eventType"] == "Delivery"


def test_a_template_without_its_data_is_an_event(sesv2: Any, sns: Any, emulator: Emulator, send: Send) -> None:
    """The send itself succeeds; a template that is not there is refused."""
    topic = listen(sesv2, sns, "RENDERING_FAILURE", "SEND")
    sesv2.create_email_template(TemplateName="t", TemplateContent={"Subject": "{{name}}", "Text": "Hi"})
    template = {"TemplateName": "t", "TemplateData": "{}"}
    send("ann@example.org", ConfigurationSetName="tx", Content={"Template": template})
    (event,) = heard(emulator, topic)
    assert event["eventType"] == "Rendering Failure"
    assert "name" in event["failure"]["errorMessage"]
    with pytest.raises(ClientError) as error:
        send("ann@example.org", Content={"Template": {"TemplateName": "none"}})
    assert refusal(error)[0::2] == ("NotFoundException", 404)


def test_contacts_that_do_not_want_it(sesv2: Any, send: Send, sent: Any) -> None:
    """The list's default counts for whoever has said nothing, and becomes a contact so."""
    topic = {"TopicName": "weekly", "DisplayName": "Weekly", "DefaultSubscriptionStatus": "OPT_IN"}
    sesv2.create_contact_list(ContactListName="readers", Topics=[topic])
    no = [{"TopicName": "weekly", "SubscriptionStatus": "OPT_OUT"}]
    sesv2.create_contact(ContactListName="readers", EmailAddress="no@example.org", TopicPreferences=no)
    options = {"ContactListName": "readers", "TopicName": "weekly"}
    send("no@example.org", "new@example.org", ListManagementOptions=options)
    assert outcomes(sent()[0]) == ["unsubscribed", "delivered"]
    assert len(sesv2.list_contacts(ContactListName="readers")["Contacts"]) == 2


# --- the rest ---


def test_a_verification_message_of_ones_own(emulator: Emulator, ses: Any, sesv2: Any, sent: Any) -> None:
    """The address becomes an identity; not in the sandbox."""
    template = {
        "TemplateName": "t",
        "FromEmailAddress": "ops@example.com",
        "TemplateSubject": "Please confirm",
        "TemplateContent": "<p>Click</p>",
        "SuccessRedirectionURL": "https://example.com/yes",
        "FailureRedirectionURL": "https://example.com/no",
    }
    ses.create_custom_verification_email_template(**template)
    sesv2.send_custom_verification_email(EmailAddress="new@example.org", TemplateName="t")
    assert [one["subject"] for one in sent()] == ["Please confirm"]
    assert sesv2.get_email_identity(EmailIdentity="new@example.org")["IdentityType"] == "EMAIL_ADDRESS"
    emulator.settings.production_access = False
    with pytest.raises(ClientError) as error:
        ses.send_custom_verification_email(EmailAddress="new@example.org", TemplateName="t")
    assert refusal(error)[0] == "ProductionAccessNotGranted"


def test_a_bounce_goes_back_to_the_sender(ses: Any, send: Send, sent: Any) -> None:
    """To whoever sent the message that was received."""
    original = send("ann@example.org")
    ses.send_bounce(
        OriginalMessageId=original,
        BounceSender="mailer-daemon@example.com",
        BouncedRecipientInfoList=[{"Recipient": "ann@example.org", "BounceType": "DoesNotExist"}],
    )
    assert FROM in [one["recipients"][0] for one in sent()]
    with pytest.raises(ClientError) as error:
        ses.send_bounce(OriginalMessageId="x", BounceSender="a@example.net", BouncedRecipientInfoList=[])
    assert refusal(error)[0] == "MessageRejected"


def test_a_tenant_that_is_switched_off(sesv2: Any, send: Send) -> None:
    """Sends in its name are refused, as they are with what it does not have."""
    arn = sesv2.create_tenant(TenantName="shop")["TenantArn"]
    identity = "arn:aws:ses:us-east-1:123456789012:identity/example.com"
    for tenant, expected in (
        ("none", ("NotFoundException", "Tenant none for AwsAccountId 123456789012 not found.", 404)),
        ("shop", ("AccessDeniedException", f"Tenant not associated with resources [{identity}].", 403)),
    ):
        with pytest.raises(ClientError) as error:
            send("ann@example.org", TenantName=tenant)
        assert refusal(error) == expected
    sesv2.create_tenant_resource_association(TenantName="shop", ResourceArn=identity)
    send("ann@example.org", TenantName="shop")
    sesv2.update_reputation_entity_customer_managed_status(
        ReputationEntityType="RESOURCE", ReputationEntityReference=arn, SendingStatus="DISABLED"
    )
    with pytest.raises(ClientError) as error:
        send("ann@example.org", TenantName="shop")
    assert refusal(error)[:2] == ("MessageRejected", f"Sending disabled for <{arn}>.")


def test_a_tenant_with_a_list_of_its_own(sesv2: Any, send: Send, sent: Any) -> None:
    """Where its scope says so, its list counts and the account's does not."""
    suppression = {"SuppressedReasons": ["BOUNCE"], "SuppressionScope": "TENANT"}
    sesv2.create_tenant(TenantName="shop", SuppressionAttributes=suppression)
    identity = "arn:aws:ses:us-east-1:123456789012:identity/example.com"
    sesv2.create_tenant_resource_association(TenantName="shop", ResourceArn=identity)
    sesv2.put_suppressed_destination(EmailAddress="a@example.org", Reason="BOUNCE")
    sesv2.put_suppressed_destination(EmailAddress="b@example.org", Reason="BOUNCE", TenantName="shop")
    send("a@example.org", "b@example.org", TenantName="shop")
    assert outcomes(sent()[0]) == ["delivered", "suppressed by the account"]
