"""What answers about identities presuppose."""

from __future__ import annotations

from datetime import timedelta

from .records import Record
from .stage import Params, Stage, given

NAME = "example.com"
POLICY_TEXT = '{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":"*","Action":"ses:SendEmail","Resource":"arn:aws:ses:us-east-1:123456789012:identity/{}"}}]}}'


def policy(name: str = "policy-1", identity: str = NAME) -> dict[str, str]:
    """A policy that says no more than it has to."""
    return {"EmailIdentity": identity, "PolicyName": name, "Policy": POLICY_TEXT.format(identity)}


# --- the identity itself ---


@given(
    "ses.DeleteIdentity",
    "ses.DeleteVerifiedEmailAddress",
    "ses.SetIdentityFeedbackForwardingEnabled",
    "ses.SetIdentityMailFromDomain",
    "ses.SetIdentityNotificationTopic",
    "ses.PutIdentityPolicy",
    "sesv2.CreateEmailIdentity/AlreadyExistsException",
    "sesv2.DeleteEmailIdentity",
)
def identity_of_the_request(stage: Stage, record: Record) -> None:
    request = record.request or {}
    stage.identities(next(request[key] for key in ("Identity", "EmailIdentity", "EmailAddress") if key in request))


@given("ses.DeleteIdentity.botocore-1", "ses.DeleteIdentity.botocore-2")
def name_of_no_identity(stage: Stage, record: Record) -> None:
    """Nothing can be there of that name."""


@given("ses.SetIdentityDkimEnabled.botocore-example-1")
def address_with_its_domain(stage: Stage, record: Record) -> None:
    assert record.request is not None
    stage.identities(record.request["Identity"], record.request["Identity"].partition("@")[2])


@given("ses.SetIdentityDkimEnabled.botocore-1")
def domain_with_dkim(stage: Stage, record: Record) -> Params:
    stage.identities(NAME)
    return {"Identity": NAME, "DkimEnabled": True}


@given("ses.SetIdentityHeadersInNotificationsEnabled")
def identity_with_a_topic(stage: Stage, record: Record) -> None:
    assert record.request is not None
    name, topic = record.request["Identity"], f"arn:aws:sns:{stage.region}:123456789012:topic"
    stage.identities(name)
    stage.topics(topic)
    kind = record.request["NotificationType"]
    stage.ses.set_identity_notification_topic(Identity=name, NotificationType=kind, SnsTopic=topic)


@given("ses.VerifyDomainDkim", "ses.VerifyDomainIdentity")
def any_domain(stage: Stage, record: Record) -> Params:
    return record.request or {"Domain": NAME}


@given("ses.ListIdentities")
def identities_as_listed(stage: Stage, record: Record) -> None:
    stage.identities(*record.response["Identities"])


@given("ses.ListVerifiedEmailAddresses")
def addresses_as_listed(stage: Stage, record: Record) -> None:
    stage.identities(*record.response["VerifiedEmailAddresses"], "example.com", verified=True)
    stage.identities("later@example.com")


@given("sesv2.ListEmailIdentities")
def identities_with_their_status(stage: Stage, record: Record) -> None:
    stage.identities(*(one["IdentityName"] for one in record.response["EmailIdentities"]))


@given("sesv2.GetEmailIdentity")
def identity_as_gotten(stage: Stage, record: Record) -> None:
    """With its policies, and looked for in DNS if the answer tells of it."""
    assert record.request is not None
    name = record.request["EmailIdentity"]
    stage.identities(name)
    for policy_name, text in record.response["Policies"].items():
        stage.sesv2.create_email_identity_policy(EmailIdentity=name, PolicyName=policy_name, Policy=text)
    stage.emulator.clock.advance(timedelta(minutes=6))


@given("sesv2.GetEmailIdentity.c7n-3")
def domain_that_was_given_up(stage: Stage, record: Record) -> None:
    stage.ses.verify_domain_identity(Domain=NAME)
    stage.emulator.clock.advance(timedelta(minutes=6))
    stage.emulator.give_up(NAME, stage.region)


# --- classic reads ---


@given("ses.GetIdentityDkimAttributes")
def dkim_as_read(stage: Stage, record: Record) -> None:
    stage.identities(*record.response["DkimAttributes"], verified=True)


@given("ses.GetIdentityVerificationAttributes")
def verification_as_read(stage: Stage, record: Record) -> None:
    for status in ("Success", "Pending"):
        for name, attributes in record.response["VerificationAttributes"].items():
            if attributes["VerificationStatus"] == status and "@" in name:
                stage.ses.verify_email_identity(EmailAddress=name)
            elif attributes["VerificationStatus"] == status:
                stage.ses.verify_domain_identity(Domain=name)
        stage.emulator.clock.advance(timedelta(hours=2) if status == "Success" else timedelta(0))


@given("ses.GetIdentityMailFromDomainAttributes")
def mail_from_as_read(stage: Stage, record: Record) -> None:
    for name, attributes in record.response["MailFromDomainAttributes"].items():
        stage.identities(name)
        if domain := attributes.get("MailFromDomain"):
            stage.ses.set_identity_mail_from_domain(Identity=name, MailFromDomain=domain)
    stage.emulator.clock.advance(timedelta(hours=2))


@given("ses.GetIdentityNotificationAttributes")
def notifications_as_read(stage: Stage, record: Record) -> None:
    for name, attributes in record.response["NotificationAttributes"].items():
        stage.identities(name)
        for kind in ("Bounce", "Complaint", "Delivery"):
            if topic := attributes.get(f"{kind}Topic"):
                stage.topics(topic)
                stage.ses.set_identity_notification_topic(Identity=name, NotificationType=kind, SnsTopic=topic)
        if not attributes["ForwardingEnabled"]:
            stage.ses.set_identity_feedback_forwarding_enabled(Identity=name, ForwardingEnabled=False)


# --- policies ---


@given("ses.GetIdentityPolicies")
def policies_as_read_in_v1(stage: Stage, record: Record) -> None:
    assert record.request is not None
    stage.identities(record.request["Identity"])
    for name, text in record.response["Policies"].items():
        stage.ses.put_identity_policy(Identity=record.request["Identity"], PolicyName=name, Policy=text)


@given("ses.ListIdentityPolicies")
def policies_as_listed(stage: Stage, record: Record) -> None:
    assert record.request is not None
    stage.identities(record.request["Identity"])
    for name in record.response["PolicyNames"]:
        stage.sesv2.create_email_identity_policy(**policy(name, record.request["Identity"]))


@given("ses.DeleteIdentityPolicy")
def policy_of_the_request(stage: Stage, record: Record) -> None:
    assert record.request is not None
    stage.identities(record.request["Identity"])
    stage.sesv2.create_email_identity_policy(**policy(record.request["PolicyName"], record.request["Identity"]))


@given("sesv2.DeleteEmailIdentityPolicy")
def some_policy(stage: Stage, record: Record) -> Params:
    assert record.request is not None
    name = record.request["EmailIdentity"]
    stage.identities(name)
    stage.sesv2.create_email_identity_policy(**policy(identity=name))
    return {"EmailIdentity": name, "PolicyName": "policy-1"}


@given("sesv2.GetEmailIdentityPolicies")
def policies_as_read(stage: Stage, record: Record) -> None:
    assert record.request is not None
    name = record.request["EmailIdentity"]
    stage.identities(name)
    for policy_name, text in record.response["Policies"].items():
        stage.sesv2.create_email_identity_policy(EmailIdentity=name, PolicyName=policy_name, Policy=text)


@given("sesv2.CreateEmailIdentityPolicy.floci-probe-1")
def policy_is_there(stage: Stage, record: Record) -> Params:
    stage.identities(NAME)
    stage.sesv2.create_email_identity_policy(**policy(record.named[0]))
    return policy(record.named[0])


@given("sesv2.CreateEmailIdentityPolicy.floci-probe-2")
def policy_of_no_identity(stage: Stage, record: Record) -> Params:
    return policy(identity=record.named[0])


@given("sesv2.CreateEmailIdentityPolicy.floci-probe-3")
def twenty_policies(stage: Stage, record: Record) -> Params:
    stage.identities(NAME)
    for number in range(20):
        stage.sesv2.create_email_identity_policy(**policy(f"p{number}"))
    return policy("p20")


@given("sesv2.CreateEmailIdentityPolicy.floci-probe-4")
def policy_without_text(stage: Stage, record: Record) -> Params:
    stage.identities(NAME)
    return {"EmailIdentity": NAME, "PolicyName": "policy-1"}


@given("sesv2.CreateEmailIdentityPolicy.floci-probe-5")
def long_name_of_a_policy(stage: Stage, record: Record) -> Params:
    stage.identities(NAME)
    return policy("a" * 65)


@given("sesv2.CreateEmailIdentityPolicy.floci-probe-6")
def bad_name_of_a_policy(stage: Stage, record: Record) -> Params:
    stage.identities(NAME)
    return policy("a.b")


@given("sesv2.UpdateEmailIdentityPolicy/NotFoundException")
def policy_is_not_there(stage: Stage, record: Record) -> Params:
    stage.identities(NAME)
    return policy(record.named[0])


# --- refusals of what is not there ---


@given("ses.SetIdentityDkimEnabled/InvalidParameterValue")
def dkim_of_no_identity(stage: Stage, record: Record) -> Params:
    return {"Identity": NAME, "DkimEnabled": True}


@given("ses.SetIdentityFeedbackForwardingEnabled/InvalidParameterValue")
def forwarding_of_no_identity(stage: Stage, record: Record) -> Params:
    return {"Identity": NAME, "ForwardingEnabled": True}


@given("ses.SetIdentityHeadersInNotificationsEnabled.floci-probe-1")
def headers_of_no_identity(stage: Stage, record: Record) -> Params:
    return {"Identity": NAME, "NotificationType": "Bounce", "Enabled": True}


@given("ses.SetIdentityHeadersInNotificationsEnabled.floci-probe-2")
def headers_of_no_type(stage: Stage, record: Record) -> Params:
    stage.identities(NAME)
    return {"Identity": NAME, "NotificationType": "x", "Enabled": True}


@given("ses.SetIdentityHeadersInNotificationsEnabled.localstack-1")
def trap_of_no_type(stage: Stage, record: Record) -> None:
    assert record.request is not None
    stage.identities(record.request["Identity"])


@given("ses.SetIdentityHeadersInNotificationsEnabled.localstack-2")
def trap_of_no_identity(stage: Stage, record: Record) -> None:
    """There is none."""


@given("ses.SetIdentityMailFromDomain.floci-probe-1")
def mail_from_of_no_identity(stage: Stage, record: Record) -> Params:
    return {"Identity": record.named[0], "MailFromDomain": "mail.example.com"}


@given("ses.SetIdentityMailFromDomain.floci-probe-2")
def no_behavior(stage: Stage, record: Record) -> Params:
    stage.identities(NAME)
    return {"Identity": NAME, "MailFromDomain": "mail.example.com", "BehaviorOnMXFailure": "x"}


@given("ses.SetIdentityNotificationTopic/InvalidParameterValue")
def identity_of_another_region(stage: Stage, record: Record) -> Params:
    """It is there by its name, and its ARN is one of a region that is not ours."""
    arn = record.text.split()[1]
    other = Stage(stage.emulator, "eu-west-1")
    other.identities(arn.partition("identity/")[2], verified=True)
    topic = "arn:aws:sns:eu-west-1:123456789012:topic"
    other.topics(topic)
    stage.ses = other.ses
    return {"Identity": arn, "NotificationType": "Bounce", "SnsTopic": topic}


@given("sesv2.PutEmailIdentityConfigurationSetAttributes/NotFoundException")
def set_for_no_identity(stage: Stage, record: Record) -> None:
    stage.sesv2.create_configuration_set(ConfigurationSetName=(record.request or {})["ConfigurationSetName"])


@given("sesv2.PutEmailIdentityDkimSigningAttributes/BadRequestException")
def signing_of_an_address(stage: Stage, record: Record) -> None:
    stage.identities((record.request or {})["EmailIdentity"])
