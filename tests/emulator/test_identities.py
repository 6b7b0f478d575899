"""Identities in both API generations: made, read, listed, deleted, verified as time passes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sesops.emulator import Emulator

from .answers import body, refusal


def names(sesv2: Any, size: int = 1000, **filters: str) -> list[str]:
    """All names that v2 lists, page after page."""
    found: list[str] = []
    asked: dict[str, Any] = {"PageSize": size} | ({"Filter": filters} if filters else {})
    while True:
        answer = sesv2.list_email_identities(**asked)
        found += [item["IdentityName"] for item in answer["EmailIdentities"]]
        if "NextToken" not in answer:
            return found
        asked["NextToken"] = answer["NextToken"]


def test_new_domain_answers_unverified(sesv2: Any) -> None:
    """The create says not verified and DKIM not started, even where the next read finds both done."""
    answer = body(sesv2.create_email_identity(EmailIdentity="example.com"))
    dkim = answer.pop("DkimAttributes")
    assert answer == {"IdentityType": "DOMAIN", "VerifiedForSendingStatus": False}
    assert (dkim["Status"], dkim["SigningEnabled"], len(dkim["Tokens"])) == ("NOT_STARTED", True, 3)
    read = sesv2.get_email_identity(EmailIdentity="example.com")
    assert read["VerifiedForSendingStatus"]
    assert read["DkimAttributes"]["Status"] == "SUCCESS"


def test_untouched_domain(sesv2: Any) -> None:
    """What was never set is absent or the default; MAIL FROM shows its behaviour alone."""
    sesv2.create_email_identity(EmailIdentity="example.com")
    answer = body(sesv2.get_email_identity(EmailIdentity="example.com"))
    del answer["DkimAttributes"], answer["VerificationInfo"]
    assert answer == {
        "IdentityType": "DOMAIN",
        "FeedbackForwardingStatus": True,
        "VerifiedForSendingStatus": True,
        "MailFromAttributes": {"BehaviorOnMxFailure": "USE_DEFAULT_VALUE"},
        "Policies": {},
        "Tags": [],
        "VerificationStatus": "SUCCESS",
    }


def test_new_address(emulator: Emulator, sesv2: Any) -> None:
    """An address is made without DKIM in the answer and shows DKIM not started."""
    emulator.settings.verification = timedelta(hours=1)
    answer = sesv2.create_email_identity(EmailIdentity="ops@example.com")
    assert body(answer) == {"IdentityType": "EMAIL_ADDRESS", "VerifiedForSendingStatus": False}
    assert body(sesv2.get_email_identity(EmailIdentity="ops@example.com")) == {
        "IdentityType": "EMAIL_ADDRESS",
        "FeedbackForwardingStatus": True,
        "VerifiedForSendingStatus": False,
        "DkimAttributes": {
            "SigningEnabled": False,
            "Status": "NOT_STARTED",
            "SigningAttributesOrigin": "AWS_SES",
            "NextSigningKeyLength": "RSA_1024_BIT",
        },
        "MailFromAttributes": {"BehaviorOnMxFailure": "USE_DEFAULT_VALUE"},
        "Policies": {},
        "Tags": [],
        "VerificationStatus": "PENDING",
        "VerificationInfo": {},
    }


def test_created_with_tags_and_configuration_set(sesv2: Any) -> None:
    """Tags and the default set are given at create and read back; an empty tag value stays."""
    sesv2.create_configuration_set(ConfigurationSetName="main")
    tags = [{"Key": "team", "Value": "mail"}, {"Key": "note", "Value": ""}]
    sesv2.create_email_identity(EmailIdentity="example.com", Tags=tags, ConfigurationSetName="main")
    answer = sesv2.get_email_identity(EmailIdentity="example.com")
    assert sorted(answer["Tags"], key=lambda tag: tag["Key"], reverse=True) == tags
    assert answer["ConfigurationSetName"] == "main"


def test_empty_configuration_set_at_create(sesv2: Any) -> None:
    """An empty name is kept and given back, not looked for."""
    sesv2.create_email_identity(EmailIdentity="example.com", ConfigurationSetName="")
    assert sesv2.get_email_identity(EmailIdentity="example.com")["ConfigurationSetName"] == ""


def test_existing_identity_is_refused_first(sesv2: Any) -> None:
    """That the identity exists comes before a configuration set that does not."""
    sesv2.create_email_identity(EmailIdentity="example.com")
    with pytest.raises(ClientError) as error:
        sesv2.create_email_identity(EmailIdentity="example.com", ConfigurationSetName="nowhere")
    assert refusal(error) == ("AlreadyExistsException", "Email identity example.com already exist.", 400)


def test_bad_tags_are_refused_before_the_configuration_set(sesv2: Any) -> None:
    """Tags are looked at before the configuration set is looked for."""
    with pytest.raises(ClientError) as error:
        sesv2.create_email_identity(
            EmailIdentity="example.com", Tags=[{"Key": "aws:x", "Value": "1"}], ConfigurationSetName="nowhere"
        )
    assert refusal(error)[::2] == ("BadRequestException", 400)


def test_missing_configuration_set_creates_nothing(sesv2: Any) -> None:
    """A create is all or nothing."""
    with pytest.raises(ClientError) as error:
        sesv2.create_email_identity(EmailIdentity="example.com", ConfigurationSetName="nowhere")
    assert refusal(error) == ("NotFoundException", "Configuration set <nowhere> does not exist.", 404)
    assert names(sesv2) == []


def test_unknown_identity_is_a_404_of_v2(sesv2: Any) -> None:
    """Get, delete and the default set each have a text of their own."""
    with pytest.raises(ClientError) as error:
        sesv2.get_email_identity(EmailIdentity="example.com")
    assert refusal(error) == ("NotFoundException", "Identity example.com does not exist.", 404)
    with pytest.raises(ClientError) as error:
        sesv2.delete_email_identity(EmailIdentity="example.com")
    assert refusal(error) == ("NotFoundException", "Email identity example.com does not exist.", 404)
    with pytest.raises(ClientError) as error:
        sesv2.put_email_identity_configuration_set_attributes(EmailIdentity="example.com")
    assert refusal(error) == ("NotFoundException", "Identity <example.com> does not exist.", 404)


def test_classic_delete_of_an_unknown_identity(ses: Any) -> None:
    """Deleting what is not there succeeds in v1; what can be no identity is refused."""
    assert body(ses.delete_identity(Identity="example.com")) == {}
    with pytest.raises(ClientError) as error:
        ses.delete_identity(Identity="foobar")
    assert refusal(error) == (
        "InvalidParameterValue",
        "Identity foobar is invalid. Must be a verified email address or domain.",
        400,
    )


def test_deletes_reach_through_both_doors(ses: Any, sesv2: Any) -> None:
    """What one generation made, the other deletes."""
    ses.verify_domain_identity(Domain="one.example.com")
    sesv2.create_email_identity(EmailIdentity="two.example.com")
    ses.verify_email_identity(EmailAddress="a@example.com")
    sesv2.delete_email_identity(EmailIdentity="one.example.com")
    ses.delete_identity(Identity="two.example.com")
    ses.delete_verified_email_address(EmailAddress="a@example.com")
    assert names(sesv2) == []


def test_domains_ignore_case_and_addresses_do_not(sesv2: Any) -> None:
    """A domain is one whatever its case; the domain part of an address counts as written."""
    sesv2.create_email_identity(EmailIdentity="Example.COM")
    assert sesv2.get_email_identity(EmailIdentity="example.com")["IdentityType"] == "DOMAIN"
    sesv2.create_email_identity(EmailIdentity="a@example.com")
    sesv2.create_email_identity(EmailIdentity="a@EXAMPLE.com")
    assert sorted(names(sesv2)) == ["a@EXAMPLE.com", "a@example.com", "example.com"]


@pytest.mark.parametrize(
    "name",
    ["example.com.", "foobar", "a b.example.com", "bücher.example", f"{'a' * 64}.example.com", f"{'a.' * 126}example"],
)
def test_malformed_domains(ses: Any, sesv2: Any, name: str) -> None:
    """Both generations refuse the same names, the trailing dot among them, with a text and codes of their own."""
    with pytest.raises(ClientError) as error:
        ses.verify_domain_identity(Domain=name)
    assert refusal(error) == ("InvalidParameterValue", f"Invalid domain name {name}.", 400)
    with pytest.raises(ClientError) as error:
        sesv2.create_email_identity(EmailIdentity=name)
    assert refusal(error) == ("BadRequestException", f"Invalid domain name {name}.", 400)


@pytest.mark.parametrize("name", ["@example.com", "a@foobar", "ö@example.com", f"{'a' * 65}@example.com", "a@b@c."])
def test_malformed_addresses(ses: Any, name: str) -> None:
    """An address needs a printable ASCII local part of 64 characters at most and a domain."""
    with pytest.raises(ClientError) as error:
        ses.verify_email_identity(EmailAddress=name)
    assert refusal(error) == ("InvalidParameterValue", f"Invalid email address<{name}>.", 400)


def test_classic_domain_has_a_token_and_no_dkim(ses: Any, sesv2: Any) -> None:
    """v1 proves a domain by a text that stays the same; DKIM is another call."""
    token = ses.verify_domain_identity(Domain="example.com")["VerificationToken"]
    assert ses.verify_domain_identity(Domain="example.com")["VerificationToken"] == token
    attributes = ses.get_identity_verification_attributes(Identities=["example.com"])["VerificationAttributes"]
    assert attributes == {"example.com": {"VerificationStatus": "Success", "VerificationToken": token}}
    dkim = sesv2.get_email_identity(EmailIdentity="example.com")["DkimAttributes"]
    assert (dkim["Status"], "Tokens" in dkim) == ("NOT_STARTED", False)


def test_modern_domain_has_no_token(ses: Any, sesv2: Any) -> None:
    """A domain made by v2 is proved by DKIM; the classic text appears once it is asked for."""
    sesv2.create_email_identity(EmailIdentity="example.com")
    attributes = ses.get_identity_verification_attributes(Identities=["example.com"])["VerificationAttributes"]
    assert attributes == {"example.com": {"VerificationStatus": "Success"}}
    ses.verify_domain_identity(Domain="example.com")
    attributes = ses.get_identity_verification_attributes(Identities=["example.com"])["VerificationAttributes"]
    assert "VerificationToken" in attributes["example.com"]


def test_classic_verification_of_an_existing_identity_changes_nothing(ses: Any, sesv2: Any) -> None:
    """Asking to verify what is there keeps its settings."""
    sesv2.create_email_identity(EmailIdentity="a@example.com", Tags=[{"Key": "team", "Value": "mail"}])
    ses.verify_email_identity(EmailAddress="a@example.com")
    assert sesv2.get_email_identity(EmailIdentity="a@example.com")["Tags"] == [{"Key": "team", "Value": "mail"}]


def test_verification_takes_as_long_as_told(emulator: Emulator, ses: Any, sesv2: Any) -> None:
    """Pending until the delay has passed since the create, then verified, with no write between."""
    emulator.settings.verification = timedelta(hours=2)
    sesv2.create_email_identity(EmailIdentity="example.com")
    emulator.clock.advance(timedelta(minutes=90))
    read = sesv2.get_email_identity(EmailIdentity="example.com")
    assert (read["VerificationStatus"], read["VerifiedForSendingStatus"]) == ("PENDING", False)
    assert read["VerificationInfo"]["ErrorType"] == "HOST_NOT_FOUND"
    attributes = ses.get_identity_verification_attributes(Identities=["example.com"])["VerificationAttributes"]
    assert attributes["example.com"]["VerificationStatus"] == "Pending"
    emulator.clock.advance(timedelta(minutes=31))
    read = sesv2.get_email_identity(EmailIdentity="example.com")
    assert (read["VerificationStatus"], read["VerifiedForSendingStatus"]) == ("SUCCESS", True)
    assert "ErrorType" not in read["VerificationInfo"]


@pytest.mark.parametrize("identity", ["click.mail.example.com", "mail.example.com", "Example.com"])
def test_verified_domain_covers_what_is_below(emulator: Emulator, sesv2: Any, identity: str) -> None:
    """Whatever wants a verified domain takes one below a verified domain, once that is verified."""
    emulator.settings.verification = timedelta(hours=1)
    sesv2.create_email_identity(EmailIdentity=identity)
    tracking = {"CustomRedirectDomain": "click.mail.example.com"}
    with pytest.raises(ClientError):
        sesv2.create_configuration_set(ConfigurationSetName="main", TrackingOptions=tracking)
    emulator.clock.advance(timedelta(hours=1))
    sesv2.create_configuration_set(ConfigurationSetName="main", TrackingOptions=tracking)
    assert sesv2.get_configuration_set(ConfigurationSetName="main")["TrackingOptions"] == tracking


@pytest.mark.parametrize("identity", ["ample.com", "a@example.com", "mail.example.com"])
def test_other_identities_cover_nothing(sesv2: Any, identity: str) -> None:
    """A domain is not covered by one below it, by an address in it or by one whose name it merely ends with."""
    sesv2.create_email_identity(EmailIdentity=identity)
    with pytest.raises(ClientError):
        sesv2.create_configuration_set(
            ConfigurationSetName="main", TrackingOptions={"CustomRedirectDomain": "click.example.com"}
        )


def test_nothing_was_looked_up_at_first(emulator: Emulator, sesv2: Any) -> None:
    """VerificationInfo is empty before the first look-up, a few minutes after the create."""
    emulator.settings.verification = timedelta(hours=2)
    sesv2.create_email_identity(EmailIdentity="example.com")
    assert sesv2.get_email_identity(EmailIdentity="example.com")["VerificationInfo"] == {}


def test_list_shows_status(emulator: Emulator, sesv2: Any) -> None:
    """The v2 list carries type, status and whether mail may be sent."""
    emulator.settings.verification = timedelta(hours=2)
    sesv2.create_email_identity(EmailIdentity="example.com")
    item = {"IdentityType": "DOMAIN", "IdentityName": "example.com"}
    answer = body(sesv2.list_email_identities())
    pending = {**item, "SendingEnabled": False, "VerificationStatus": "PENDING"}
    assert answer == {"EmailIdentities": [pending]}
    emulator.clock.advance(timedelta(hours=2))
    verified = {**item, "SendingEnabled": True, "VerificationStatus": "SUCCESS"}
    assert sesv2.list_email_identities()["EmailIdentities"] == [verified]


def test_list_pages(sesv2: Any) -> None:
    """25 a page unless asked; each identity comes once, the last page has no token."""
    expected = [f"d{number:02}.example.com" for number in range(60)]
    for name in expected:
        sesv2.create_email_identity(EmailIdentity=name)
    assert len(sesv2.list_email_identities()["EmailIdentities"]) == 25
    assert sorted(names(sesv2, size=7)) == expected
    assert sorted(names(sesv2, size=60)) == expected


def test_list_order_is_not_stable(sesv2: Any) -> None:
    """Lists of the same identities come in different orders."""
    for number in range(12):
        sesv2.create_email_identity(EmailIdentity=f"d{number}.example.com")
    assert len({tuple(names(sesv2)) for _ in range(10)}) > 1


@pytest.mark.parametrize("size", [0, 1001])
def test_page_size_out_of_range(ses: Any, sesv2: Any, size: int) -> None:
    """Both generations refuse a size that is not 1 to 1000."""
    with pytest.raises(ClientError) as error:
        sesv2.list_email_identities(PageSize=size)
    message = "Value {} for parameter {} is invalid. {} must be between 1 and 1000."
    assert refusal(error) == ("BadRequestException", message.format(size, "PageSize", "PageSize"), 400)
    with pytest.raises(ClientError) as error:
        ses.list_identities(MaxItems=size)
    assert refusal(error) == ("InvalidParameterValue", message.format(size, "MaxItems", "MaxItems"), 400)


def test_tokens_of_nowhere(ses: Any, sesv2: Any) -> None:
    """A token that no list gave is refused and named."""
    with pytest.raises(ClientError) as error:
        sesv2.list_email_identities(NextToken="bogus")
    assert refusal(error) == ("BadRequestException", "Invalid NextToken <bogus>.", 400)
    with pytest.raises(ClientError) as error:
        ses.list_identities(NextToken="bogus")
    assert refusal(error) == ("InvalidParameterValue", "Invalid NextToken <bogus>.", 400)


def test_tokens_pass_between_generations(ses: Any, sesv2: Any) -> None:
    """A list begun in v2 goes on in v1."""
    for number in range(4):
        sesv2.create_email_identity(EmailIdentity=f"d{number}.example.com")
    first = sesv2.list_email_identities(PageSize=2)
    rest = ses.list_identities(NextToken=first["NextToken"])["Identities"]
    seen = [item["IdentityName"] for item in first["EmailIdentities"]] + rest
    assert sorted(seen) == [f"d{number}.example.com" for number in range(4)]


def test_list_filters(sesv2: Any) -> None:
    """Filters by part of the name, type and status all have to be passed."""
    if "Filter" not in sesv2.meta.service_model.operation_model("ListEmailIdentities").input_shape.members:
        pytest.skip("this botocore knows no filters of ListEmailIdentities")
    for name in ("one.example.com", "two.example.com", "one@example.com"):
        sesv2.create_email_identity(EmailIdentity=name)
    assert sorted(names(sesv2, IDENTITY_NAME_CONTAINS="one")) == ["one.example.com", "one@example.com"]
    assert names(sesv2, IDENTITY_NAME_CONTAINS="one", IDENTITY_TYPE="DOMAIN") == ["one.example.com"]
    assert names(sesv2, VERIFICATION_STATUS="PENDING") == []


def test_classic_list(ses: Any, sesv2: Any) -> None:
    """Names alone, all or of one type; verified addresses have an old list of their own."""
    sesv2.create_email_identity(EmailIdentity="example.com")
    ses.verify_email_address(EmailAddress="a@example.com")
    assert sorted(ses.list_identities()["Identities"]) == ["a@example.com", "example.com"]
    assert ses.list_identities(IdentityType="Domain")["Identities"] == ["example.com"]
    assert ses.list_identities(IdentityType="EmailAddress")["Identities"] == ["a@example.com"]
    assert ses.list_verified_email_addresses()["VerifiedEmailAddresses"] == ["a@example.com"]


def test_pending_addresses_are_not_among_the_verified(emulator: Emulator, ses: Any) -> None:
    """ListVerifiedEmailAddresses leaves out what is not verified."""
    emulator.settings.verification = timedelta(hours=1)
    ses.verify_email_identity(EmailAddress="a@example.com")
    assert ses.list_verified_email_addresses()["VerifiedEmailAddresses"] == []


@pytest.mark.parametrize(
    ("call", "member"),
    [
        ("get_identity_verification_attributes", "VerificationAttributes"),
        ("get_identity_dkim_attributes", "DkimAttributes"),
        ("get_identity_mail_from_domain_attributes", "MailFromDomainAttributes"),
        ("get_identity_notification_attributes", "NotificationAttributes"),
    ],
)
def test_classic_batch_reads(ses: Any, sesv2: Any, call: str, member: str) -> None:
    """100 identities at a time; unknown ones are left out, one more than 100 is refused."""
    sesv2.create_email_identity(EmailIdentity="d0.example.com")
    asked = [f"d{number}.example.com" for number in range(100)]
    assert list(getattr(ses, call)(Identities=asked)[member]) == ["d0.example.com"]
    with pytest.raises(ClientError) as error:
        getattr(ses, call)(Identities=[*asked, "example.com"])
    assert refusal(error)[::2] == ("InvalidParameterValue", 400)


def test_default_configuration_set(sesv2: Any) -> None:
    """Set, refused for an unknown one, cleared by leaving the name out."""
    sesv2.create_configuration_set(ConfigurationSetName="main")
    sesv2.create_email_identity(EmailIdentity="example.com")
    sesv2.put_email_identity_configuration_set_attributes(EmailIdentity="example.com", ConfigurationSetName="main")
    assert sesv2.get_email_identity(EmailIdentity="example.com")["ConfigurationSetName"] == "main"
    with pytest.raises(ClientError) as error:
        sesv2.put_email_identity_configuration_set_attributes(EmailIdentity="example.com", ConfigurationSetName="x")
    assert refusal(error) == ("NotFoundException", "Configuration set <x> does not exist.", 404)
    sesv2.put_email_identity_configuration_set_attributes(EmailIdentity="example.com")
    assert "ConfigurationSetName" not in sesv2.get_email_identity(EmailIdentity="example.com")


def test_deleting_a_set_leaves_the_default_dangling(sesv2: Any) -> None:
    """An identity keeps the name of a default set that is gone."""
    sesv2.create_configuration_set(ConfigurationSetName="main")
    sesv2.create_email_identity(EmailIdentity="example.com", ConfigurationSetName="main")
    sesv2.delete_configuration_set(ConfigurationSetName="main")
    assert sesv2.get_email_identity(EmailIdentity="example.com")["ConfigurationSetName"] == "main"
