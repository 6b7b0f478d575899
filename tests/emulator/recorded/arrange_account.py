"""What answers about the account, suppression, tags, templates and mail presuppose; and refusals of any operation."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from .records import Record
from .stage import Params, Stage, given

ANN, BEN = "ann@example.com", "ben@example.com"
TEMPLATE = {"TemplateName": "t-1", "SubjectPart": "s", "TextPart": "t"}


def mail(**members: Any) -> dict[str, Any]:
    """A request of v1 to send."""
    message = {"Subject": {"Data": "Hello"}, "Body": {"Text": {"Data": "Hello."}}}
    return {"Source": ANN, "Destination": {"ToAddresses": [BEN]}, "Message": message, **members}


def send(stage: Stage, count: int) -> None:
    """Mail that counts: to people, not to the simulator."""
    stage.identities(ANN, BEN, verified=True)
    for _ in range(count):
        stage.ses.send_email(**mail())


# --- account ---


@given("ses.GetSendQuota")
def mail_of_the_day(stage: Stage, record: Record) -> None:
    send(stage, int(record.response["SentLast24Hours"]))


@given("sesv2.GetAccount")
def fresh_account(stage: Stage, record: Record) -> None:
    """Nothing was ever set."""


@given("sesv2.GetAccount.va-notification-api-1")
def account_in_production(stage: Stage, record: Record) -> None:
    stage.sesv2.put_account_details(UseCaseDescription="Mail.", **record.response["Details"])
    stage.emulator.grant_production(stage.region)
    send(stage, int(record.response["SendQuota"]["SentLast24Hours"]))


# --- suppression ---


@given("sesv2.ListSuppressedDestinations")
def suppressed_as_listed(stage: Stage, record: Record) -> None:
    for one in record.response["SuppressedDestinationSummaries"]:
        stage.emulator.suppress(one["EmailAddress"], stage.region, reason=one["Reason"])
        stage.emulator.clock.advance(timedelta(minutes=1))


# --- tags ---


def arn(stage: Stage, resource: str) -> str:
    return f"arn:aws:ses:{stage.region}:123456789012:{resource}"


@given("sesv2.ListTagsForResource.floci-probe-1")
def tags_of_no_set(stage: Stage, record: Record) -> Params:
    return {"ResourceArn": arn(stage, f"configuration-set/{record.named[0]}")}


@given("sesv2.ListTagsForResource.floci-probe-2")
def tags_of_no_identity(stage: Stage, record: Record) -> Params:
    return {"ResourceArn": arn(stage, f"identity/{record.named[0]}")}


@given("sesv2.ListTagsForResource.floci-probe-3")
def tags_of_no_template(stage: Stage, record: Record) -> Params:
    return {"ResourceArn": arn(stage, f"template/{record.named[0]}")}


@given("sesv2.TagResource.floci-probe-1")
def tags_of_another_region(stage: Stage, record: Record) -> Params:
    elsewhere = Stage(stage.emulator, "eu-west-1")
    elsewhere.identities("example.com")
    return {"ResourceArn": arn(elsewhere, "identity/example.com"), "Tags": [{"Key": "a", "Value": "b"}]}


@given("sesv2.TagResource.floci-probe-2")
def no_tags(stage: Stage, record: Record) -> Params:
    stage.identities("example.com")
    return {"ResourceArn": arn(stage, "identity/example.com"), "Tags": []}


@given("sesv2.UntagResource/BadRequestException")
def no_tag_keys(stage: Stage, record: Record) -> Params:
    stage.identities("example.com")
    return {"ResourceArn": arn(stage, "identity/example.com"), "TagKeys": []}


# --- templates and lists ---


@given("ses.ListTemplates")
def templates_as_listed(stage: Stage, record: Record) -> None:
    for one in record.response["TemplatesMetadata"]:
        stage.ses.create_template(Template={**TEMPLATE, "TemplateName": one["Name"]})


@given("ses.CreateTemplate/Throttling")
def second_call_in_a_second(stage: Stage, record: Record) -> Params:
    # Slow machines take their time between the calls, but not hours.
    stage.emulator.settings.throttle_per_second = 0.0001
    stage.ses.create_template(Template=TEMPLATE)
    return {"Template": {**TEMPLATE, "TemplateName": "t-2"}}


def custom_template(name: str = "t-1", sender: str = ANN) -> dict[str, str]:
    """A request for a custom verification template."""
    return {
        "TemplateName": name,
        "FromEmailAddress": sender,
        "TemplateSubject": "s",
        "TemplateContent": "<p>c</p>",
        "SuccessRedirectionURL": "https://example.com/yes",
        "FailureRedirectionURL": "https://example.com/no",
    }


@given("ses.CreateCustomVerificationEmailTemplate/CustomVerificationEmailTemplateAlreadyExists")
def custom_template_is_there(stage: Stage, record: Record) -> Params:
    stage.identities(ANN, verified=True)
    stage.ses.create_custom_verification_email_template(**custom_template(record.named[0]))
    return custom_template(record.named[0])


@given(
    "ses.CreateCustomVerificationEmailTemplate/FromEmailAddressNotVerified",
    "sesv2.CreateCustomVerificationEmailTemplate/NotFoundException",
)
def sender_is_not_verified(stage: Stage, record: Record) -> Params:
    return custom_template(sender=record.named[0])


@given("ses.GetCustomVerificationEmailTemplate/CustomVerificationEmailTemplateDoesNotExist")
def custom_template_is_not_there(stage: Stage, record: Record) -> Params:
    return {"TemplateName": record.named[0]}


@given("sesv2.CreateContactList/BadRequestException")
def contact_list_is_there(stage: Stage, record: Record) -> Params:
    stage.sesv2.create_contact_list(ContactListName="list-1")
    return {"ContactListName": "list-1"}


@given("sesv2.GetContactList/NotFoundException")
def contact_list_is_not_there(stage: Stage, record: Record) -> Params:
    return {"ContactListName": record.named[0].removesuffix(" doesn't exist.")}


# --- mail ---


@given("ses.SendEmail.brave-issue-1")
def address_without_domain(stage: Stage, record: Record) -> Params:
    stage.identities(ANN, verified=True)
    return mail(Destination={"ToAddresses": ["ben"]})


@given("ses.SendEmail/InvalidParameterValue")
def mail_with_tags(stage: Stage, record: Record) -> Params:
    stage.identities(ANN, BEN, verified=True)
    return mail(**(record.request or {}))


@given("ses.SendEmail.devguide-issue-1")
def second_mail_in_a_second(stage: Stage, record: Record) -> Params:
    send(stage, 1)
    stage.emulator.settings.throttle_per_second = 1
    return mail()


# --- without the right ---


@given("ses.VerifyEmailIdentity/AccessDenied", "sesv2.ListSuppressedDestinations/AccessDeniedException")
def denied(stage: Stage, record: Record) -> Params:
    stage.emulator.faults.deny(record.service, record.operation)
    return {"EmailAddress": ANN} if record.service == "ses" else {}
