"""DKIM of identities: keys, tokens, switching, own keys and replicas, in both API generations."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from boto3.session import Session
from botocore.exceptions import ClientError

from sesops.emulator import Emulator

from .answers import refusal

OWN_KEY = {"DomainSigningSelector": "s2026", "DomainSigningPrivateKey": "MIIEpAIBAAKCAQEA"}


def dkim(sesv2: Any, name: str = "example.com") -> dict[str, Any]:
    """DkimAttributes of an identity."""
    attributes: dict[str, Any] = sesv2.get_email_identity(EmailIdentity=name)["DkimAttributes"]
    return attributes


def put_length(sesv2: Any, bits: int) -> Any:
    """Ask for an Easy DKIM key of that length."""
    return sesv2.put_email_identity_dkim_signing_attributes(
        EmailIdentity="example.com",
        SigningAttributesOrigin="AWS_SES",
        SigningAttributes={"NextSigningKeyLength": f"RSA_{bits}_BIT"},
    )


def test_new_domain_has_easy_dkim(emulator: Emulator, sesv2: Any) -> None:
    """2048 bits, on, three tokens of 32 characters a-z and 0-9, and the zone their records point into."""
    sesv2.create_email_identity(EmailIdentity="example.com")
    shown = dkim(sesv2)
    tokens = shown.pop("Tokens")
    assert len(set(tokens)) == 3
    assert all(re.fullmatch("[a-z0-9]{32}", token) for token in tokens)
    assert abs(shown.pop("LastKeyGenerationTimestamp") - emulator.clock.now()) < timedelta(minutes=1)
    assert shown == {
        "SigningEnabled": True,
        "Status": "SUCCESS",
        "SigningHostedZone": "dkim.amazonses.com",
        "SigningAttributesOrigin": "AWS_SES",
        "NextSigningKeyLength": "RSA_2048_BIT",
        "CurrentSigningKeyLength": "RSA_2048_BIT",
    }


def test_zone_of_newer_regions(session: Session) -> None:
    """Some regions have a zone of their own."""
    far = session.client("sesv2", region_name="af-south-1")
    answer = far.create_email_identity(EmailIdentity="example.com")
    assert answer["DkimAttributes"]["SigningHostedZone"] == "dkim.af-south-1.amazonses.com"


def test_tokens_are_the_same_in_every_run(sesv2: Any) -> None:
    """A fresh emulator gives a domain the tokens that it had in another."""
    tokens = sesv2.create_email_identity(EmailIdentity="example.com")["DkimAttributes"]["Tokens"]
    assert tokens[0] == "lfxxxgyryvef5c3pvztckcary7scyjof"


def test_tokens_differ_by_domain_and_region(session: Session, sesv2: Any) -> None:
    """No two domains share a token, nor do two regions."""
    first = sesv2.create_email_identity(EmailIdentity="example.com")["DkimAttributes"]["Tokens"]
    second = sesv2.create_email_identity(EmailIdentity="example.org")["DkimAttributes"]["Tokens"]
    elsewhere = session.client("sesv2", region_name="eu-west-1")
    third = elsewhere.create_email_identity(EmailIdentity="example.com")["DkimAttributes"]["Tokens"]
    assert len({*first, *second, *third}) == 9


def test_a_domain_made_again_has_new_tokens(sesv2: Any) -> None:
    """Deleting a domain loses its keys for good."""
    first = sesv2.create_email_identity(EmailIdentity="example.com")["DkimAttributes"]["Tokens"]
    sesv2.delete_email_identity(EmailIdentity="example.com")
    second = sesv2.create_email_identity(EmailIdentity="example.com")["DkimAttributes"]["Tokens"]
    assert not set(first) & set(second)


def test_key_length_at_create(sesv2: Any) -> None:
    """A create may ask for a length."""
    wish = {"NextSigningKeyLength": "RSA_1024_BIT"}
    sesv2.create_email_identity(EmailIdentity="example.com", DkimSigningAttributes=wish)
    shown = dkim(sesv2)
    assert (shown["NextSigningKeyLength"], shown["CurrentSigningKeyLength"]) == ("RSA_1024_BIT", "RSA_1024_BIT")


def test_another_length_is_a_new_key(emulator: Emulator, sesv2: Any) -> None:
    """New tokens, DKIM pending, the old length in use until they are found; the identity stays verified."""
    sesv2.create_email_identity(
        EmailIdentity="example.com", DkimSigningAttributes={"NextSigningKeyLength": "RSA_1024_BIT"}
    )
    emulator.clock.advance(timedelta(hours=2))
    emulator.settings.verification = timedelta(hours=1)
    before = dkim(sesv2)
    answer = put_length(sesv2, 2048)
    after = dkim(sesv2)
    assert not set(after["Tokens"]) & set(before["Tokens"])
    assert (answer["DkimStatus"], answer["DkimTokens"]) == ("PENDING", after["Tokens"])
    assert answer["SigningHostedZone"] == "dkim.amazonses.com"
    assert (after["Status"], after["CurrentSigningKeyLength"]) == ("PENDING", "RSA_1024_BIT")
    assert after["NextSigningKeyLength"] == "RSA_2048_BIT"
    assert after["LastKeyGenerationTimestamp"] > before["LastKeyGenerationTimestamp"]
    assert sesv2.get_email_identity(EmailIdentity="example.com")["VerificationStatus"] == "SUCCESS"
    emulator.clock.advance(timedelta(hours=1))
    after = dkim(sesv2)
    assert (after["Status"], after["CurrentSigningKeyLength"]) == ("SUCCESS", "RSA_2048_BIT")


def test_length_in_force_is_refused(sesv2: Any) -> None:
    """Asking for the length there is changes nothing and is an error."""
    tokens = sesv2.create_email_identity(EmailIdentity="example.com")["DkimAttributes"]["Tokens"]
    with pytest.raises(ClientError) as error:
        put_length(sesv2, 2048)
    assert refusal(error)[::2] == ("BadRequestException", 400)
    assert dkim(sesv2)["Tokens"] == tokens


def test_length_changes_once_a_day(emulator: Emulator, sesv2: Any) -> None:
    """A second change waits for 24 hours; the first change down to 1024 bits does not count."""
    sesv2.create_email_identity(EmailIdentity="example.com")
    put_length(sesv2, 1024)
    put_length(sesv2, 2048)
    with pytest.raises(ClientError) as error:
        put_length(sesv2, 1024)
    assert refusal(error)[::2] == ("BadRequestException", 400)
    emulator.clock.advance(timedelta(hours=24))
    put_length(sesv2, 1024)
    assert dkim(sesv2)["NextSigningKeyLength"] == "RSA_1024_BIT"


def test_easy_dkim_without_a_wish_changes_nothing(sesv2: Any) -> None:
    """Easy DKIM asked for where it is, without a length, keeps the key."""
    tokens = sesv2.create_email_identity(EmailIdentity="example.com")["DkimAttributes"]["Tokens"]
    answer = sesv2.put_email_identity_dkim_signing_attributes(
        EmailIdentity="example.com", SigningAttributesOrigin="AWS_SES"
    )
    assert (answer["DkimTokens"], dkim(sesv2)["Tokens"]) == (tokens, tokens)


def test_own_key_at_create(sesv2: Any) -> None:
    """The selector takes the place of the tokens; zone, lengths and key time are absent, the key is never shown."""
    sesv2.create_email_identity(EmailIdentity="example.com", DkimSigningAttributes=OWN_KEY)
    assert dkim(sesv2) == {
        "SigningEnabled": True,
        "Status": "SUCCESS",
        "Tokens": ["s2026"],
        "SigningAttributesOrigin": "EXTERNAL",
    }


def test_to_an_own_key_and_back(emulator: Emulator, sesv2: Any) -> None:
    """Each switch is searched anew; going back makes a new Easy DKIM key."""
    emulator.settings.verification = timedelta(hours=1)
    first = sesv2.create_email_identity(EmailIdentity="example.com")["DkimAttributes"]["Tokens"]
    emulator.clock.advance(timedelta(hours=1))
    answer = sesv2.put_email_identity_dkim_signing_attributes(
        EmailIdentity="example.com", SigningAttributesOrigin="EXTERNAL", SigningAttributes=OWN_KEY
    )
    assert (answer["DkimStatus"], answer["DkimTokens"]) == ("PENDING", ["s2026"])
    emulator.clock.advance(timedelta(hours=1))
    assert dkim(sesv2)["Status"] == "SUCCESS"
    put_length(sesv2, 2048)
    shown = dkim(sesv2)
    assert (shown["Status"], shown["SigningAttributesOrigin"]) == ("PENDING", "AWS_SES")
    assert not set(shown["Tokens"]) & set(first)


@pytest.mark.parametrize(
    "attributes",
    [
        {"DomainSigningSelector": "s2026"},
        {"DomainSigningPrivateKey": "MIIE"},
        {**OWN_KEY, "NextSigningKeyLength": "RSA_2048_BIT"},
        {"DomainSigningAttributesOrigin": "AWS_SES"},
        {"DomainSigningAttributesOrigin": "EXTERNAL"},
        {"DomainSigningAttributesOrigin": "AWS_SES_EU_WEST_1", "NextSigningKeyLength": "RSA_2048_BIT"},
    ],
)
def test_create_takes_one_way_of_signing(sesv2: Any, attributes: dict[str, str]) -> None:
    """Half an own key, two ways at once, or an origin that goes without saying: refused, and nothing made."""
    with pytest.raises(ClientError) as error:
        sesv2.create_email_identity(EmailIdentity="example.com", DkimSigningAttributes=attributes)
    assert refusal(error)[::2] == ("BadRequestException", 400)
    assert sesv2.list_email_identities()["EmailIdentities"] == []


def test_address_takes_no_keys(sesv2: Any) -> None:
    """DkimSigningAttributes are for domains."""
    with pytest.raises(ClientError) as error:
        sesv2.create_email_identity(EmailIdentity="a@example.com", DkimSigningAttributes=OWN_KEY)
    assert refusal(error)[::2] == ("BadRequestException", 400)


@pytest.mark.parametrize(
    ("origin", "attributes"),
    [
        ("EXTERNAL", {}),
        ("EXTERNAL", {"NextSigningKeyLength": "RSA_2048_BIT"}),
        ("AWS_SES", OWN_KEY),
        ("AWS_SES", {"DomainSigningAttributesOrigin": "AWS_SES_EU_WEST_1"}),
        ("AWS_SES_EU_WEST_1", {"NextSigningKeyLength": "RSA_2048_BIT"}),
    ],
)
def test_put_takes_what_goes_with_the_origin(sesv2: Any, origin: str, attributes: dict[str, str]) -> None:
    """Members of another way of signing are refused, and the origin is given outside the block."""
    before = sesv2.create_email_identity(EmailIdentity="example.com")["DkimAttributes"]["Tokens"]
    with pytest.raises(ClientError) as error:
        sesv2.put_email_identity_dkim_signing_attributes(
            EmailIdentity="example.com", SigningAttributesOrigin=origin, SigningAttributes=attributes
        )
    assert refusal(error)[::2] == ("BadRequestException", 400)
    assert dkim(sesv2)["Tokens"] == before


def test_put_of_keys_wants_a_domain_that_is_there(sesv2: Any) -> None:
    """An address is a 400, an unknown domain a 404."""
    sesv2.create_email_identity(EmailIdentity="a@example.com")
    with pytest.raises(ClientError) as error:
        sesv2.put_email_identity_dkim_signing_attributes(
            EmailIdentity="a@example.com", SigningAttributesOrigin="AWS_SES"
        )
    assert refusal(error) == ("BadRequestException", "The EmailIdentity value must be a valid domain.", 400)
    with pytest.raises(ClientError) as error:
        sesv2.put_email_identity_dkim_signing_attributes(EmailIdentity="example.com", SigningAttributesOrigin="AWS_SES")
    assert refusal(error) == ("NotFoundException", "Email identity example.com does not exist.", 404)


def test_replica_signs_as_its_primary(session: Session) -> None:
    """Tokens, zone and lengths are those of the same domain in the region named, after it changed them too."""
    primary: Any = session.client("sesv2", region_name="af-south-1")
    replica: Any = session.client("sesv2", region_name="eu-west-1")
    primary.create_email_identity(EmailIdentity="example.com")
    origin = {"DomainSigningAttributesOrigin": "AWS_SES_AF_SOUTH_1"}
    replica.create_email_identity(EmailIdentity="example.com", DkimSigningAttributes=origin)
    assert dkim(replica) == dkim(primary) | {"SigningAttributesOrigin": "AWS_SES_AF_SOUTH_1"}
    put_length(primary, 1024)
    assert dkim(replica)["Tokens"] == dkim(primary)["Tokens"]
    assert replica.get_email_identity(EmailIdentity="example.com")["VerificationStatus"] == "SUCCESS"


def test_put_makes_a_replica(session: Session) -> None:
    """A domain with keys of its own may come to sign with another region's; it signs as that one does from then on."""
    primary, replica = session.client("sesv2"), session.client("sesv2", region_name="eu-west-1")
    for client in (primary, replica):
        client.create_email_identity(EmailIdentity="example.com")
    answer = replica.put_email_identity_dkim_signing_attributes(
        EmailIdentity="example.com", SigningAttributesOrigin="AWS_SES_US_EAST_1"
    )
    assert answer["DkimTokens"] == dkim(primary)["Tokens"] == dkim(replica)["Tokens"]
    assert dkim(replica)["SigningAttributesOrigin"] == "AWS_SES_US_EAST_1"


def make_nothing(_primary: Any) -> None:
    """No primary at all."""


def make_own_key(primary: Any) -> None:
    """A primary with a key of its owner."""
    primary.create_email_identity(EmailIdentity="example.com", DkimSigningAttributes=OWN_KEY)


def make_replica(primary: Any) -> None:
    """A primary that is a replica itself."""
    origin = {"DomainSigningAttributesOrigin": "AWS_SES_US_WEST_2"}
    primary.create_email_identity(EmailIdentity="example.com", DkimSigningAttributes=origin)


@pytest.mark.parametrize(
    ("make", "region", "reason"),
    [
        (make_nothing, "AF_SOUTH_1", "REPLICATION_PRIMARY_NOT_FOUND"),
        (make_own_key, "AF_SOUTH_1", "REPLICATION_PRIMARY_BYO_DKIM_NOT_SUPPORTED"),
        (make_replica, "AF_SOUTH_1", "REPLICATION_REPLICA_AS_PRIMARY_NOT_SUPPORTED"),
        (make_nothing, "EU_WEST_1", "REPLICATION_PRIMARY_INVALID_REGION"),
    ],
)
def test_replica_that_cannot_work_stays_pending(
    emulator: Emulator, session: Session, make: Callable[[Any], None], region: str, reason: str
) -> None:
    """The create succeeds; the reason shows once SES has looked."""
    make(session.client("sesv2", region_name="af-south-1"))
    replica: Any = session.client("sesv2", region_name="eu-west-1")
    origin = {"DomainSigningAttributesOrigin": f"AWS_SES_{region}"}
    replica.create_email_identity(EmailIdentity="example.com", DkimSigningAttributes=origin)
    emulator.clock.advance(timedelta(hours=1))
    read = replica.get_email_identity(EmailIdentity="example.com")
    assert (read["VerificationStatus"], read["DkimAttributes"]["Status"]) == ("PENDING", "PENDING")
    assert read["VerificationInfo"]["ErrorType"] == reason
    assert "Tokens" not in read["DkimAttributes"]


def test_switching_leaves_the_status(ses: Any, sesv2: Any) -> None:
    """On and off, through either door, says nothing about the records; left out in v2 means off."""
    sesv2.create_email_identity(EmailIdentity="example.com")
    sesv2.put_email_identity_dkim_attributes(EmailIdentity="example.com")
    assert (dkim(sesv2)["SigningEnabled"], dkim(sesv2)["Status"]) == (False, "SUCCESS")
    ses.set_identity_dkim_enabled(Identity="example.com", DkimEnabled=True)
    assert dkim(sesv2)["SigningEnabled"]


def test_new_keys_leave_the_switch(sesv2: Any) -> None:
    """A domain whose signing is off stays off under another key."""
    sesv2.create_email_identity(EmailIdentity="example.com")
    sesv2.put_email_identity_dkim_attributes(EmailIdentity="example.com", SigningEnabled=False)
    put_length(sesv2, 1024)
    assert not dkim(sesv2)["SigningEnabled"]


def test_switching_an_unknown_domain(ses: Any, sesv2: Any) -> None:
    """A 400 in both generations."""
    message = "Domain example.com is not verified for DKIM signing."
    with pytest.raises(ClientError) as error:
        sesv2.put_email_identity_dkim_attributes(EmailIdentity="example.com", SigningEnabled=True)
    assert refusal(error) == ("BadRequestException", message, 400)
    with pytest.raises(ClientError) as error:
        ses.set_identity_dkim_enabled(Identity="example.com", DkimEnabled=True)
    assert refusal(error) == ("InvalidParameterValue", message, 400)


def test_address_follows_its_very_domain(ses: Any, sesv2: Any) -> None:
    """An address shows the DKIM of the domain after its at sign, not of one above, and cannot be switched itself."""
    sesv2.create_email_identity(EmailIdentity="example.com")
    sesv2.create_email_identity(EmailIdentity="a@example.com")
    sesv2.create_email_identity(EmailIdentity="a@mail.example.com")
    sesv2.put_email_identity_dkim_attributes(EmailIdentity="a@example.com", SigningEnabled=False)
    assert dkim(sesv2, "a@example.com") == dkim(sesv2) | {"SigningEnabled": True}
    assert dkim(sesv2, "a@mail.example.com")["Status"] == "NOT_STARTED"
    shown = ses.get_identity_dkim_attributes(Identities=["a@example.com"])["DkimAttributes"]["a@example.com"]
    assert shown["DkimTokens"] == dkim(sesv2)["Tokens"]


def test_address_without_a_domain_cannot_sign(sesv2: Any) -> None:
    """Signing of an address needs its domain; switching it off is no error."""
    sesv2.create_email_identity(EmailIdentity="a@example.com")
    sesv2.put_email_identity_dkim_attributes(EmailIdentity="a@example.com", SigningEnabled=False)
    with pytest.raises(ClientError) as error:
        sesv2.put_email_identity_dkim_attributes(EmailIdentity="a@example.com", SigningEnabled=True)
    assert refusal(error) == ("BadRequestException", "Domain example.com is not verified for DKIM signing.", 400)


def test_classic_set_up(ses: Any, sesv2: Any) -> None:
    """VerifyDomainDkim makes the domain if need be and gives the same tokens on each call."""
    tokens = ses.verify_domain_dkim(Domain="example.com")["DkimTokens"]
    assert ses.verify_domain_dkim(Domain="example.com")["DkimTokens"] == tokens == dkim(sesv2)["Tokens"]
    shown = ses.get_identity_dkim_attributes(Identities=["example.com"])["DkimAttributes"]
    assert shown == {
        "example.com": {"DkimEnabled": True, "DkimVerificationStatus": "Success", "DkimTokens": tokens},
    }


def test_classic_set_up_of_a_domain_that_has_keys(ses: Any, sesv2: Any) -> None:
    """VerifyDomainDkim gives the tokens that v2 made."""
    tokens = sesv2.create_email_identity(EmailIdentity="example.com")["DkimAttributes"]["Tokens"]
    assert ses.verify_domain_dkim(Domain="example.com")["DkimTokens"] == tokens


def test_search_of_keys_starts_with_them(emulator: Emulator, ses: Any) -> None:
    """A domain verified long ago still waits for the records of a key made now."""
    emulator.settings.verification = timedelta(hours=1)
    ses.verify_domain_identity(Domain="example.com")
    unset = ses.get_identity_dkim_attributes(Identities=["example.com"])["DkimAttributes"]["example.com"]
    assert unset == {"DkimEnabled": False, "DkimVerificationStatus": "NotStarted"}
    emulator.clock.advance(timedelta(hours=1))
    ses.verify_domain_dkim(Domain="example.com")
    shown = ses.get_identity_dkim_attributes(Identities=["example.com"])["DkimAttributes"]["example.com"]
    assert shown["DkimVerificationStatus"] == "Pending"
    emulator.clock.advance(timedelta(hours=1))
    shown = ses.get_identity_dkim_attributes(Identities=["example.com"])["DkimAttributes"]["example.com"]
    assert shown["DkimVerificationStatus"] == "Success"


def test_easy_dkim_for_a_classic_domain(ses: Any, sesv2: Any) -> None:
    """A domain without DKIM gets it from v2 too, at any length."""
    ses.verify_domain_identity(Domain="example.com")
    put_length(sesv2, 1024)
    shown = dkim(sesv2)
    assert (shown["SigningEnabled"], shown["CurrentSigningKeyLength"], len(shown["Tokens"])) == (
        True,
        "RSA_1024_BIT",
        3,
    )
