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
            {"SuccessRedirectionURL": "example.com/yes"},
            ("InvalidParameterValue", "The success redirection URL is invalid", 400),
        ),
        (
            "sesv2",
            {"FailureRedirectionURL": "ftp://example.com"},
            ("BadRequestException", "The failure redirection URL is invalid", 400),
        ),
        (
            "ses",
            {"TemplateContent": "a" * (10 * 1024 * 1024 + 1)},
            ("CustomVerificationEmailInvalidContent", "The template content is larger than 10 MB.", 400),
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
    """A sender that is not verified, links that are none, too much content, and a name that is taken."""
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


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("FromEmailAddress", "user@example.net"),
        ("SuccessRedirectionURL", "https://"),
        ("FailureRedirectionURL", "http://[half"),
    ],
)
def test_a_change_is_checked_as_a_new_one_is(ses: Any, member: str, value: str) -> None:
    """What v1 says is; the rest stays as it was."""
    ses.create_custom_verification_email_template(**TEMPLATE)
    with pytest.raises(ClientError):
        ses.update_custom_verification_email_template(TemplateName="t", **{member: value})
    assert body(ses.get_custom_verification_email_template(TemplateName="t")) == TEMPLATE


@pytest.mark.parametrize(
    ("call", "params"), [("get", {"TemplateName": "t"}), ("update", TEMPLATE), ("delete", {"TemplateName": "t"})]
)
def test_what_is_not_there(sesv2: Any, call: str, params: dict[str, str]) -> None:
    """404 in v2 for each."""
    with pytest.raises(ClientError) as error:
        getattr(sesv2, f"{call}_custom_verification_email_template")(**params)
    assert refusal(error) == ("NotFoundException", "Custom verification email template <t> does not exist", 404)
