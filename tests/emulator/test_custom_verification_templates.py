"""Templates of verification messages, in both generations."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from .answers import body, refusal

TEMPLATE = {
    "TemplateName": "t",
    "FromEmailAddress": "ops@example.com",
    "TemplateSubject": "Please confirm",
    "TemplateContent": "<p>Click</p>",
    "SuccessRedirectionURL": "https://example.com/yes",
    "FailureRedirectionURL": "https://example.com/no",
}


@pytest.fixture(autouse=True)
def _sender(sesv2: Any) -> None:
    sesv2.create_email_identity(EmailIdentity="example.com")


def test_one_store_two_generations(ses: Any, sesv2: Any) -> None:
    """v1 changes what it says, v2 replaces; tags stay; the listing has no content."""
    sesv2.create_custom_verification_email_template(**TEMPLATE, Tags=[{"Key": "a", "Value": "b"}])
    ses.update_custom_verification_email_template(TemplateName="t", TemplateSubject="Confirm")
    changed = {**TEMPLATE, "TemplateSubject": "Confirm"}
    assert body(ses.get_custom_verification_email_template(TemplateName="t")) == changed
    assert body(sesv2.get_custom_verification_email_template(TemplateName="t")) == {
        **changed,
        "Tags": [{"Key": "a", "Value": "b"}],
    }
    listed = {key: value for key, value in changed.items() if key != "TemplateContent"}
    assert ses.list_custom_verification_email_templates()["CustomVerificationEmailTemplates"] == [listed]
    assert sesv2.list_custom_verification_email_templates()["CustomVerificationEmailTemplates"] == [listed]
    sesv2.update_custom_verification_email_template(**TEMPLATE)
    assert body(ses.get_custom_verification_email_template(TemplateName="t")) == TEMPLATE
    ses.delete_custom_verification_email_template(TemplateName="t")
    ses.delete_custom_verification_email_template(TemplateName="t")
    with pytest.raises(ClientError) as error:
        sesv2.delete_custom_verification_email_template(TemplateName="t")
    assert refusal(error)[0::2] == ("NotFoundException", 404)


@pytest.mark.parametrize(
    ("generation", "params", "expected"),
    [
        (
            "ses",
            {"FromEmailAddress": "user@example.net"},
            ("FromEmailAddressNotVerified", "The from email address <user@example.net> is not verified", 400),
        ),
        (
            "sesv2",
            {"FromEmailAddress": "user@example.net"},
            ("NotFoundException", "The from email address <user@example.net> is not verified", 404),
        ),
        (
            "ses",
            {},
            (
                "CustomVerificationEmailTemplateAlreadyExists",
                "Custom verification email template <t> already exists",
                400,
            ),
        ),
        ("sesv2", {}, ("AlreadyExistsException", "Custom verification email template <t> already exists", 400)),
    ],
)
def test_refused(ses: Any, sesv2: Any, generation: str, params: dict[str, str], expected: tuple[Any, ...]) -> None:
    """A sender that is not verified, and a name that is taken."""
    sesv2.create_custom_verification_email_template(**TEMPLATE)
    name = {"TemplateName": "u"} if params else {}
    with pytest.raises(ClientError) as error:
        {"ses": ses, "sesv2": sesv2}[generation].create_custom_verification_email_template(
            **{**TEMPLATE, **params, **name}
        )
    assert refusal(error) == expected


def test_pages(ses: Any, sesv2: Any) -> None:
    """Fifty at most a page, and fifty-one are never there."""
    for number in range(50):
        ses.create_custom_verification_email_template(**{**TEMPLATE, "TemplateName": f"t{number}"})
    first = sesv2.list_custom_verification_email_templates(PageSize=30)
    second = ses.list_custom_verification_email_templates(NextToken=first["NextToken"])
    assert len(second["CustomVerificationEmailTemplates"]) == 20
    with pytest.raises(ClientError) as error:
        ses.create_custom_verification_email_template(**{**TEMPLATE, "TemplateName": "more"})
    assert refusal(error)[0] == "LimitExceeded"
    with pytest.raises(ClientError) as error:
        sesv2.list_custom_verification_email_templates(PageSize=51)
    assert refusal(error)[0] == "BadRequestException"
