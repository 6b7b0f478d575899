"""Certificates of identities (S/MIME)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sesops.emulator import Emulator

from .answers import refusal

CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"
DOMAIN, ADDRESS = {"EmailIdentity": "example.com"}, {"EmailIdentity": "ann@example.org"}


@pytest.fixture
def identities(sesv2: Any) -> Any:
    """v2, with a domain and an address."""
    sesv2.create_email_identity(**DOMAIN)
    sesv2.create_email_identity(**ADDRESS)
    return sesv2


def associate(client: Any, sender: str | None = None, **identity: str) -> None:
    of = {"FromAddress": sender} if sender else {}
    client.associate_email_identity_certificate(**identity, **of, CertificateArn=CERTIFICATE)


def listed(client: Any, **identity: str) -> list[str]:
    return [one["FromAddress"] for one in client.list_email_identity_certificates(**identity)["Certificates"]]


def test_certificate_of_an_address(identities: Any) -> None:
    """It is for the address, said or not."""
    associate(identities, **ADDRESS)
    (shown,) = identities.list_email_identity_certificates(**ADDRESS)["Certificates"]
    assert shown == {"FromAddress": "ann@example.org", "Status": "ACTIVE", "CertificateArn": CERTIFICATE}


def test_certificates_of_a_domain(identities: Any) -> None:
    """Each for an address of it or of a domain below it, by address; nobody else's."""
    associate(identities, **ADDRESS)
    for sender in ("Cid@example.com", "ann@example.com", "bob@sub.Example.com"):
        associate(identities, sender, **DOMAIN)
    assert listed(identities, **DOMAIN) == ["ann@example.com", "bob@sub.Example.com", "Cid@example.com"]


def test_listing_pages(identities: Any) -> None:
    """A page at a time; a token is good for its identity."""
    associate(identities, "ann@example.com", **DOMAIN)
    associate(identities, "bob@example.com", **DOMAIN)
    first = identities.list_email_identity_certificates(**DOMAIN, PageSize=1)
    assert [one["FromAddress"] for one in first["Certificates"]] == ["ann@example.com"]
    assert listed(identities, **DOMAIN, NextToken=first["NextToken"]) == ["bob@example.com"]
    with pytest.raises(ClientError) as error:
        listed(identities, **ADDRESS, NextToken=first["NextToken"])
    assert refusal(error) == ("BadRequestException", "Invalid NextToken.", 400)


def test_provisioning_takes_its_time(emulator: Emulator, identities: Any) -> None:
    """As long as other verifications."""
    emulator.settings.verification = timedelta(hours=1)
    associate(identities, **ADDRESS)
    (shown,) = identities.list_email_identity_certificates(**ADDRESS)["Certificates"]
    assert shown["Status"] == "PROVISIONING"
    emulator.clock.advance(timedelta(hours=1))
    (shown,) = identities.list_email_identity_certificates(**ADDRESS)["Certificates"]
    assert shown["Status"] == "ACTIVE"


def test_one_for_a_sender(identities: Any) -> None:
    """Whatever its case; the first spelling is kept."""
    associate(identities, "Ann@example.com", **DOMAIN)
    with pytest.raises(ClientError) as error:
        associate(identities, "ann@EXAMPLE.com", **DOMAIN)
    message = "A certificate is already associated with sender <Ann@example.com> on identity <example.com>."
    assert refusal(error) == ("AlreadyExistsException", message, 400)
    assert listed(identities, **DOMAIN) == ["Ann@example.com"]


def test_taking_it_away(identities: Any) -> None:
    """Twice is no error."""
    associate(identities, "ann@example.com", **DOMAIN)
    for _ in range(2):
        identities.disassociate_email_identity_certificate(**DOMAIN, FromAddress="ANN@example.com")
        assert listed(identities, **DOMAIN) == []


@pytest.mark.parametrize(
    ("identity", "sender", "message"),
    [
        ("example.com", None, "FromAddress is required when EmailIdentity is a domain."),
        ("example.com", "ann", "FromAddress <ann> is not a valid email address."),
        (
            "example.com",
            "ann@notexample.com",
            "FromAddress <ann@notexample.com> does not belong to the domain identity <example.com>.",
        ),
        (
            "ann@example.org",
            "Ann@example.org",
            "FromAddress <Ann@example.org> does not match the email identity <ann@example.org>.",
        ),
        (
            "none.example.com",
            "ann@example.com",
            "FromAddress <ann@example.com> does not belong to the domain identity <none.example.com>.",
        ),
    ],
)
@pytest.mark.parametrize("call", ["associate_email_identity_certificate", "disassociate_email_identity_certificate"])
def test_senders_that_are_refused(identities: Any, call: str, identity: str, sender: str | None, message: str) -> None:
    """None, no address, somebody else's; before the identity is looked for."""
    params = {"EmailIdentity": identity, **({"FromAddress": sender} if sender else {})}
    if call.startswith("associate"):
        params["CertificateArn"] = CERTIFICATE
    with pytest.raises(ClientError) as error:
        getattr(identities, call)(**params)
    assert refusal(error) == ("BadRequestException", message, 400)


@pytest.mark.parametrize(
    ("call", "params"),
    [
        ("associate_email_identity_certificate", {"CertificateArn": CERTIFICATE, "FromAddress": "a@none.example.com"}),
        ("disassociate_email_identity_certificate", {"FromAddress": "a@none.example.com"}),
        ("list_email_identity_certificates", {}),
    ],
)
def test_unknown_identity(sesv2: Any, call: str, params: dict[str, str]) -> None:
    """A 404 each."""
    with pytest.raises(ClientError) as error:
        getattr(sesv2, call)(EmailIdentity="none.example.com", **params)
    assert refusal(error) == ("NotFoundException", "Email identity <none.example.com> does not exist.", 404)


@pytest.mark.parametrize("generation", ["ses", "sesv2"])
def test_an_identity_with_certificates_cannot_be_deleted(ses: Any, sesv2: Any, generation: str) -> None:
    """Until they are taken away."""
    sesv2.create_email_identity(EmailIdentity="ops@example.net")
    sesv2.associate_email_identity_certificate(EmailIdentity="ops@example.net", CertificateArn=CERTIFICATE)
    delete = {
        "ses": lambda: ses.delete_identity(Identity="ops@example.net"),
        "sesv2": lambda: sesv2.delete_email_identity(EmailIdentity="ops@example.net"),
    }[generation]
    with pytest.raises(ClientError) as error:
        delete()
    assert "because it has certificates associated with it" in refusal(error)[1]
    sesv2.disassociate_email_identity_certificate(EmailIdentity="ops@example.net")
    delete()
