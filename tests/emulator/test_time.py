"""Verification in time: by DNS records and clicks, what fails and what is lost, and how it begins anew."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from boto3.session import Session

from sesops.emulator import Emulator
from sesops.emulator.operations import searches
from sesops.emulator.operations.dkim_records import modulus
from sesops.emulator.operations.searches import Search

REGION = "us-east-1"
MX = "10 feedback-smtp.us-east-1.amazonses.com"
HOUR = timedelta(hours=1)
NOW = datetime(2026, 8, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _by_dns(emulator: Emulator) -> None:
    """DNS decides in all of these tests but those that say otherwise."""
    emulator.settings.dns = True


def read(sesv2: Any, name: str = "example.com") -> dict[str, Any]:
    """GetEmailIdentity."""
    answer: dict[str, Any] = sesv2.get_email_identity(EmailIdentity=name)
    return answer


def statuses(sesv2: Any, name: str = "example.com") -> tuple[str, str]:
    """Of the identity and of its DKIM."""
    answer = read(sesv2, name)
    return answer["VerificationStatus"], answer["DkimAttributes"]["Status"]


def publish(emulator: Emulator, sesv2: Any, *, there: bool = True) -> None:
    """Put the three DKIM records of example.com into DNS, or take them out."""
    attributes = read(sesv2)["DkimAttributes"]
    for token in attributes["Tokens"]:
        values = [f"{token}.{attributes['SigningHostedZone']}"] if there else []
        emulator.dns.set(f"{token}._domainkey.example.com", "CNAME", *values)


# --- the machine ---


@pytest.mark.parametrize(
    ("looks", "expected"),
    [
        ({}, [(0, "PENDING"), (71, "PENDING"), (72, "FAILED"), (999, "FAILED")]),
        ({-5: True}, [(0, "SUCCESS")]),
        ({-5: True, -1: False}, [(0, "PENDING")]),
        ({10: True}, [(9, "PENDING"), (10, "SUCCESS"), (999, "SUCCESS")]),
        ({72: True}, [(71, "PENDING"), (72, "FAILED"), (100, "FAILED")]),
        (
            {10: True, 20: False},
            [(19, "SUCCESS"), (20, "TEMPORARY_FAILURE"), (91, "TEMPORARY_FAILURE"), (92, "FAILED")],
        ),
        ({10: True, 20: False, 90: True}, [(89, "TEMPORARY_FAILURE"), (90, "SUCCESS"), (999, "SUCCESS")]),
        ({10: True, 20: False, 92: True}, [(91, "TEMPORARY_FAILURE"), (92, "FAILED"), (999, "FAILED")]),
        ({10: True, 20: False, 30: True, 40: False}, [(111, "TEMPORARY_FAILURE"), (112, "FAILED")]),
    ],
)
def test_search(looks: dict[int, bool], expected: list[tuple[int, str]]) -> None:
    """What was there from which hour on, to the status at which hour."""
    seen = [
        (NOW - 999 * HOUR, "HOST_NOT_FOUND"),
        *((NOW + at * HOUR, None if found else "X") for at, found in looks.items()),
    ]
    for hours, status in expected:
        assert searches.follow(Search("PENDING", NOW), seen, NOW + hours * HOUR).status == status, hours


# --- domains ---


def test_domain_is_verified_by_its_three_records(emulator: Emulator, sesv2: Any) -> None:
    """Not by two, not by one that points elsewhere."""
    tokens = sesv2.create_email_identity(EmailIdentity="example.com")["DkimAttributes"]["Tokens"]
    names = [f"{token}._domainkey.example.com" for token in tokens]
    for name, token in zip(names[:2], tokens, strict=False):
        emulator.dns.set(name, "CNAME", f"{token}.dkim.amazonses.com")
    assert statuses(sesv2) == ("PENDING", "PENDING")
    emulator.dns.set(names[2], "CNAME", f"{tokens[0]}.dkim.amazonses.com")
    assert statuses(sesv2) == ("PENDING", "PENDING")
    emulator.dns.set(names[2], "CNAME", f"{tokens[2]}.dkim.amazonses.com")
    assert statuses(sesv2) == ("SUCCESS", "SUCCESS")
    assert read(sesv2)["VerifiedForSendingStatus"] is True


def test_domain_is_verified_by_route_53(session: Session, sesv2: Any) -> None:
    """The zones of the emulator are DNS."""
    tokens = sesv2.create_email_identity(EmailIdentity="example.com")["DkimAttributes"]["Tokens"]
    route53 = session.client("route53")
    zone = route53.create_hosted_zone(Name="example.com", CallerReference="1")["HostedZone"]["Id"]
    changes: Any = [
        {
            "Action": "CREATE",
            "ResourceRecordSet": {
                "Name": f"{token}._domainkey.example.com",
                "Type": "CNAME",
                "TTL": 1800,
                "ResourceRecords": [{"Value": f"{token}.dkim.amazonses.com"}],
            },
        }
        for token in tokens
    ]
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})
    assert statuses(sesv2) == ("SUCCESS", "SUCCESS")


def test_domain_that_is_never_found_fails(emulator: Emulator, ses: Any, sesv2: Any) -> None:
    """After 72 hours, in both generations, with its tokens; what comes later is not looked for."""
    sesv2.create_email_identity(EmailIdentity="example.com")
    emulator.clock.advance(71 * HOUR)
    assert statuses(sesv2) == ("PENDING", "PENDING")
    emulator.clock.advance(HOUR)
    publish(emulator, sesv2)
    assert statuses(sesv2) == ("FAILED", "FAILED")
    shown = ses.get_identity_verification_attributes(Identities=["example.com"])["VerificationAttributes"]
    assert shown["example.com"]["VerificationStatus"] == "Failed"
    assert read(sesv2)["VerifiedForSendingStatus"] is False


def test_failed_domain_begins_anew(emulator: Emulator, sesv2: Any) -> None:
    """When its keys are put again, the same ones."""
    tokens = sesv2.create_email_identity(EmailIdentity="example.com")["DkimAttributes"]["Tokens"]
    emulator.clock.advance(72 * HOUR)
    sesv2.put_email_identity_dkim_signing_attributes(EmailIdentity="example.com", SigningAttributesOrigin="AWS_SES")
    assert statuses(sesv2) == ("PENDING", "PENDING")
    publish(emulator, sesv2)
    assert statuses(sesv2) == ("SUCCESS", "SUCCESS")
    assert read(sesv2)["DkimAttributes"]["Tokens"] == tokens


def test_failed_domain_begins_anew_the_classic_way(emulator: Emulator, ses: Any, sesv2: Any) -> None:
    """VerifyDomainDkim gives the same tokens, and searches them again."""
    tokens = ses.verify_domain_dkim(Domain="example.com")["DkimTokens"]
    emulator.clock.advance(72 * HOUR)
    assert statuses(sesv2) == ("FAILED", "FAILED")
    assert ses.verify_domain_dkim(Domain="example.com")["DkimTokens"] == tokens
    assert statuses(sesv2) == ("PENDING", "PENDING")


def test_records_that_vanish(emulator: Emulator, sesv2: Any) -> None:
    """A failure that may pass, with which mail still leaves; after 72 hours one that does not."""
    sesv2.create_email_identity(EmailIdentity="example.com")
    publish(emulator, sesv2)
    emulator.clock.advance(HOUR)
    publish(emulator, sesv2, there=False)
    assert statuses(sesv2) == ("TEMPORARY_FAILURE", "TEMPORARY_FAILURE")
    assert read(sesv2)["VerifiedForSendingStatus"] is True
    emulator.clock.advance(10 * HOUR)
    publish(emulator, sesv2)
    assert statuses(sesv2) == ("SUCCESS", "SUCCESS")
    emulator.clock.advance(HOUR)
    publish(emulator, sesv2, there=False)
    emulator.clock.advance(72 * HOUR)
    assert statuses(sesv2) == ("FAILED", "FAILED")
    assert read(sesv2)["VerifiedForSendingStatus"] is False


def test_records_are_seen_as_late_as_told(emulator: Emulator, sesv2: Any) -> None:
    """`dns_lag`."""
    emulator.settings.dns_lag = HOUR
    sesv2.create_email_identity(EmailIdentity="example.com")
    publish(emulator, sesv2)
    assert statuses(sesv2) == ("PENDING", "PENDING")
    emulator.clock.advance(HOUR)
    assert statuses(sesv2) == ("SUCCESS", "SUCCESS")


def test_classic_proof(emulator: Emulator, ses: Any, sesv2: Any) -> None:
    """The token in a TXT record, beside others' tokens; DKIM is not set up by it."""
    token = ses.verify_domain_identity(Domain="example.com")["VerificationToken"]
    emulator.dns.set("_amazonses.example.com", "TXT", "another account's")
    assert statuses(sesv2) == ("PENDING", "NOT_STARTED")
    emulator.dns.set("_amazonses.example.com", "TXT", "another account's", token)
    assert statuses(sesv2) == ("SUCCESS", "NOT_STARTED")


def test_failed_classic_proof(emulator: Emulator, ses: Any, sesv2: Any) -> None:
    """Asked for again it begins anew, with the same token."""
    token = ses.verify_domain_identity(Domain="example.com")["VerificationToken"]
    emulator.clock.advance(72 * HOUR)
    assert statuses(sesv2) == ("FAILED", "NOT_STARTED")
    assert ses.verify_domain_identity(Domain="example.com")["VerificationToken"] == token
    assert statuses(sesv2) == ("PENDING", "NOT_STARTED")


def test_one_proof_is_enough(emulator: Emulator, ses: Any, sesv2: Any) -> None:
    """The classic token carries a domain whose DKIM is not found."""
    sesv2.create_email_identity(EmailIdentity="example.com")
    token = ses.verify_domain_identity(Domain="example.com")["VerificationToken"]
    emulator.dns.set("_amazonses.example.com", "TXT", token)
    assert statuses(sesv2) == ("SUCCESS", "PENDING")
    emulator.clock.advance(72 * HOUR)
    assert statuses(sesv2) == ("SUCCESS", "FAILED")


def test_new_keys_leave_a_domain_verified(emulator: Emulator, sesv2: Any) -> None:
    """While they are searched, and the old length signs; a domain whose new keys are never found is lost later."""
    sesv2.create_email_identity(EmailIdentity="example.com")
    publish(emulator, sesv2)
    emulator.clock.advance(HOUR)
    sesv2.put_email_identity_dkim_signing_attributes(
        EmailIdentity="example.com",
        SigningAttributesOrigin="AWS_SES",
        SigningAttributes={"NextSigningKeyLength": "RSA_1024_BIT"},
    )
    assert statuses(sesv2) == ("SUCCESS", "PENDING")
    assert read(sesv2)["DkimAttributes"]["CurrentSigningKeyLength"] == "RSA_2048_BIT"
    emulator.clock.advance(72 * HOUR)
    assert statuses(sesv2) == ("TEMPORARY_FAILURE", "FAILED")
    emulator.clock.advance(72 * HOUR)
    assert statuses(sesv2) == ("FAILED", "FAILED")


def test_new_keys_that_are_found(emulator: Emulator, sesv2: Any) -> None:
    """Sign from then on."""
    sesv2.create_email_identity(EmailIdentity="example.com")
    publish(emulator, sesv2)
    emulator.clock.advance(HOUR)
    sesv2.put_email_identity_dkim_signing_attributes(
        EmailIdentity="example.com",
        SigningAttributesOrigin="AWS_SES",
        SigningAttributes={"NextSigningKeyLength": "RSA_1024_BIT"},
    )
    publish(emulator, sesv2)
    assert statuses(sesv2) == ("SUCCESS", "SUCCESS")
    assert read(sesv2)["DkimAttributes"]["CurrentSigningKeyLength"] == "RSA_1024_BIT"
    emulator.clock.advance(100 * HOUR)
    assert statuses(sesv2) == ("SUCCESS", "SUCCESS")


def test_replica_needs_no_records_of_its_own(emulator: Emulator, session: Session, sesv2: Any) -> None:
    """Those of its primary are there."""
    sesv2.create_email_identity(EmailIdentity="example.com")
    publish(emulator, sesv2)
    replica: Any = session.client("sesv2", region_name="eu-west-1")
    origin = {"DomainSigningAttributesOrigin": "AWS_SES_US_EAST_1"}
    replica.create_email_identity(EmailIdentity="example.com", DkimSigningAttributes=origin)
    assert statuses(replica) == ("SUCCESS", "SUCCESS")
    publish(emulator, sesv2, there=False)
    assert statuses(replica) == ("TEMPORARY_FAILURE", "TEMPORARY_FAILURE")


# --- an own key ---


def der(kind: int, content: bytes) -> bytes:
    """An element of DER."""
    size = len(content)
    length = bytes([size]) if size < 0x80 else bytes([0x82, size >> 8, size & 0xFF])
    return bytes([kind]) + length + content


def integer(number: int) -> bytes:
    """A DER INTEGER."""
    return der(2, number.to_bytes(number.bit_length() // 8 + 1))


# Numbers of the right size: nobody calculates with them here.
MODULUS, OTHER = (1 << 2047) + 12345, (1 << 2047) + 54321
PRIVATE = base64.b64encode(
    der(0x30, b"".join(integer(number) for number in (0, MODULUS, 65537, 3, 5, 7, 11, 13, 17)))
).decode()


def public(number: int) -> str:
    """A public key as DKIM publishes it."""
    key = der(0x30, integer(number) + integer(65537))
    algorithm = der(0x30, bytes.fromhex("06092a864886f70d0101010500"))
    return base64.b64encode(der(0x30, algorithm + der(3, b"\0" + key))).decode()


def test_modulus_of_a_key() -> None:
    """What public and private key share; nothing of what is no key."""
    found = modulus(PRIVATE)
    assert found is not None
    assert int.from_bytes(base64.b64decode(found)) == MODULUS
    assert [modulus(text) for text in ("MIIEpAIBAAKCAQEA", "AAAA", "", "not base64", PRIVATE[:40])] == [None] * 5


@pytest.mark.parametrize(
    ("text", "status", "reason"),
    [
        (f"p={public(MODULUS)}", "SUCCESS", None),
        (f"v=DKIM1; k=rsa; p={public(MODULUS)}", "SUCCESS", None),
        (f'"v=DKIM1; k=rsa; p={public(MODULUS)[:200]}" "{public(MODULUS)[200:]}"', "SUCCESS", None),
        (f"p={public(OTHER)}", "PENDING", "INVALID_VALUE"),
        ("v=DKIM1; p=", "PENDING", "INVALID_VALUE"),
        ("p=%%%", "PENDING", "INVALID_VALUE"),
        (None, "PENDING", "HOST_NOT_FOUND"),
    ],
)
def test_own_key(emulator: Emulator, sesv2: Any, text: str | None, status: str, reason: str | None) -> None:
    """Its public half is looked for in a TXT record under the selector."""
    key = {"DomainSigningSelector": "s2026", "DomainSigningPrivateKey": PRIVATE}
    sesv2.create_email_identity(EmailIdentity="example.com", DkimSigningAttributes=key)
    if text is not None:
        emulator.dns.set("s2026._domainkey.example.com", "TXT", text)
    emulator.clock.advance(HOUR)
    assert statuses(sesv2) == (status, status)
    assert read(sesv2)["VerificationInfo"].get("ErrorType") == reason


def test_own_key_that_cannot_be_read(emulator: Emulator, sesv2: Any) -> None:
    """Any public key will do for one that is none."""
    key = {"DomainSigningSelector": "s2026", "DomainSigningPrivateKey": "MIIEpAIBAAKCAQEA"}
    sesv2.create_email_identity(EmailIdentity="example.com", DkimSigningAttributes=key)
    emulator.dns.set("s2026._domainkey.example.com", "TXT", f"p={public(OTHER)}")
    assert statuses(sesv2) == ("SUCCESS", "SUCCESS")


# --- VerificationInfo ---


def test_information_about_a_search(emulator: Emulator, sesv2: Any) -> None:
    """Nothing before the first look, five minutes after the create; then when, and why it found nothing."""
    sesv2.create_email_identity(EmailIdentity="example.com")
    started = emulator.clock.now()
    assert read(sesv2)["VerificationInfo"] == {}
    emulator.clock.advance(timedelta(minutes=13))
    shown = read(sesv2)["VerificationInfo"]
    assert shown.keys() == {"LastCheckedTimestamp", "ErrorType"}
    assert shown["ErrorType"] == "HOST_NOT_FOUND"
    assert timedelta(minutes=9) < shown["LastCheckedTimestamp"] - started < timedelta(minutes=11)


def test_information_about_a_success_and_a_loss(emulator: Emulator, sesv2: Any) -> None:
    """The last success stays; the last look is now, and says why it was none."""
    sesv2.create_email_identity(EmailIdentity="example.com")
    publish(emulator, sesv2)
    emulator.clock.advance(2 * HOUR)
    shown = read(sesv2)["VerificationInfo"]
    assert shown["LastCheckedTimestamp"] == shown["LastSuccessTimestamp"]
    assert emulator.clock.now() - shown["LastCheckedTimestamp"] < timedelta(minutes=6)
    publish(emulator, sesv2, there=False)
    lost = emulator.clock.now()
    emulator.clock.advance(5 * HOUR)
    shown = read(sesv2)["VerificationInfo"]
    assert shown["ErrorType"] == "HOST_NOT_FOUND"
    assert abs(shown["LastSuccessTimestamp"] - lost) < timedelta(minutes=1)
    assert emulator.clock.now() - shown["LastCheckedTimestamp"] < timedelta(minutes=6)


def test_information_about_a_failure(emulator: Emulator, sesv2: Any) -> None:
    """The last look was the one after 72 hours."""
    sesv2.create_email_identity(EmailIdentity="example.com")
    started = emulator.clock.now()
    emulator.clock.advance(200 * HOUR)
    shown = read(sesv2)["VerificationInfo"]
    assert shown["ErrorType"] == "HOST_NOT_FOUND"
    assert abs(shown["LastCheckedTimestamp"] - started - 72 * HOUR) < timedelta(minutes=1)


# --- MAIL FROM ---


def put_mail_from(sesv2: Any) -> None:
    """mail.example.com, for example.com."""
    sesv2.put_email_identity_mail_from_attributes(
        EmailIdentity="example.com", MailFromDomain="mail.example.com", BehaviorOnMxFailure="REJECT_MESSAGE"
    )


def mail_from(sesv2: Any) -> str:
    """The status of MAIL FROM."""
    return str(read(sesv2)["MailFromAttributes"]["MailFromDomainStatus"])


def test_mail_from_wants_its_mx_record(emulator: Emulator, ses: Any, sesv2: Any) -> None:
    """That of its region, of any priority, alone; SPF is not looked at."""
    sesv2.create_email_identity(EmailIdentity="example.com")
    put_mail_from(sesv2)
    for values in ((), ("10 feedback-smtp.eu-west-1.amazonses.com",), (MX, "20 mx.example.net")):
        emulator.dns.set("mail.example.com", "MX", *values)
        assert mail_from(sesv2) == "PENDING"
    emulator.dns.set("mail.example.com", "MX", "5 Feedback-SMTP.us-east-1.amazonses.com.")
    assert mail_from(sesv2) == "SUCCESS"
    shown = ses.get_identity_mail_from_domain_attributes(Identities=["example.com"])["MailFromDomainAttributes"]
    assert shown["example.com"]["MailFromDomainStatus"] == "Success"


def test_mail_from_fails_and_begins_anew(emulator: Emulator, sesv2: Any) -> None:
    """After 72 hours; a put of the same domain starts it again, while it is searched that changes nothing."""
    sesv2.create_email_identity(EmailIdentity="example.com")
    put_mail_from(sesv2)
    emulator.clock.advance(71 * HOUR)
    put_mail_from(sesv2)
    emulator.clock.advance(HOUR)
    assert mail_from(sesv2) == "FAILED"
    emulator.dns.set("mail.example.com", "MX", MX)
    assert mail_from(sesv2) == "FAILED"
    put_mail_from(sesv2)
    assert mail_from(sesv2) == "SUCCESS"


def test_mail_from_that_vanishes(emulator: Emulator, ses: Any, sesv2: Any) -> None:
    """TEMPORARY_FAILURE for 72 hours, then FAILED."""
    sesv2.create_email_identity(EmailIdentity="example.com")
    put_mail_from(sesv2)
    emulator.dns.set("mail.example.com", "MX", MX)
    emulator.clock.advance(HOUR)
    emulator.dns.set("mail.example.com", "MX")
    assert mail_from(sesv2) == "TEMPORARY_FAILURE"
    shown = ses.get_identity_mail_from_domain_attributes(Identities=["example.com"])["MailFromDomainAttributes"]
    assert shown["example.com"]["MailFromDomainStatus"] == "TemporaryFailure"
    emulator.clock.advance(72 * HOUR)
    assert mail_from(sesv2) == "FAILED"


# --- addresses ---


def test_address_is_verified_by_a_click(emulator: Emulator, sesv2: Any) -> None:
    """And not by DNS or by its domain."""
    sesv2.create_email_identity(EmailIdentity="a@example.com")
    assert read(sesv2, "a@example.com")["VerificationStatus"] == "PENDING"
    emulator.clock.advance(23 * HOUR)
    emulator.click("a@example.com", REGION)
    assert read(sesv2, "a@example.com")["VerificationStatus"] == "SUCCESS"
    emulator.clock.advance(999 * HOUR)
    assert read(sesv2, "a@example.com")["VerifiedForSendingStatus"] is True


def test_link_expires(emulator: Emulator, ses: Any, sesv2: Any) -> None:
    """After 24 hours the address has failed, and a click comes too late; v1 sends another."""
    sesv2.create_email_identity(EmailIdentity="a@example.com")
    emulator.clock.advance(24 * HOUR)
    assert read(sesv2, "a@example.com")["VerificationStatus"] == "FAILED"
    with pytest.raises(ValueError, match="has expired: it lives for 24 hours"):
        emulator.click("a@example.com", REGION)
    ses.verify_email_identity(EmailAddress="a@example.com")
    assert read(sesv2, "a@example.com")["VerificationStatus"] == "PENDING"
    emulator.click("a@example.com", REGION)
    assert read(sesv2, "a@example.com")["VerificationStatus"] == "SUCCESS"


def test_mail_sent_again_renews_the_link(emulator: Emulator, ses: Any, sesv2: Any) -> None:
    """The 24 hours are those of the last mail; an address that is verified stays so."""
    ses.verify_email_identity(EmailAddress="a@example.com")
    emulator.clock.advance(20 * HOUR)
    ses.verify_email_identity(EmailAddress="a@example.com")
    emulator.clock.advance(20 * HOUR)
    emulator.click("a@example.com", REGION)
    ses.verify_email_identity(EmailAddress="a@example.com")
    assert read(sesv2, "a@example.com")["VerificationStatus"] == "SUCCESS"
    assert ses.list_verified_email_addresses()["VerifiedEmailAddresses"] == ["a@example.com"]


@pytest.mark.parametrize("name", ["a@example.com", "example.com"])
def test_click_without_a_mail(emulator: Emulator, sesv2: Any, name: str) -> None:
    """An address that is none here, or a domain, was sent none."""
    sesv2.create_email_identity(EmailIdentity="example.com")
    with pytest.raises(ValueError, match="was sent no link"):
        emulator.click(name, REGION)


def test_click_before_a_duration_is_over(emulator: Emulator, sesv2: Any) -> None:
    """Where verification takes a time, a click is sooner."""
    emulator.settings.dns = False
    emulator.settings.verification = HOUR
    sesv2.create_email_identity(EmailIdentity="a@example.com")
    emulator.click("a@example.com", REGION)
    assert read(sesv2, "a@example.com")["VerificationStatus"] == "SUCCESS"


# --- given up by hand ---


@pytest.fixture
def at_once(emulator: Emulator) -> Callable[..., None]:
    """Verification as it is out of the box, and the hand that fails it."""
    emulator.settings.dns = False
    return lambda of: emulator.give_up("example.com", REGION, of=of)


def test_domain_given_up(at_once: Callable[..., None], ses: Any, sesv2: Any) -> None:
    """FAILED in either generation, until the proof is asked for again."""
    sesv2.create_email_identity(EmailIdentity="example.com")
    at_once("identity")
    assert statuses(sesv2) == ("FAILED", "SUCCESS")
    assert read(sesv2)["VerificationInfo"]["ErrorType"] == "HOST_NOT_FOUND"
    ses.verify_domain_identity(Domain="example.com")
    assert statuses(sesv2) == ("SUCCESS", "SUCCESS")


def test_dkim_given_up(at_once: Callable[..., None], sesv2: Any) -> None:
    """The identity stays; keys put again are searched again."""
    sesv2.create_email_identity(EmailIdentity="example.com")
    at_once("dkim")
    assert statuses(sesv2) == ("SUCCESS", "FAILED")
    sesv2.put_email_identity_dkim_signing_attributes(EmailIdentity="example.com", SigningAttributesOrigin="AWS_SES")
    assert statuses(sesv2) == ("SUCCESS", "SUCCESS")


def test_mail_from_given_up(at_once: Callable[..., None], sesv2: Any) -> None:
    """Until it is put again."""
    sesv2.create_email_identity(EmailIdentity="example.com")
    put_mail_from(sesv2)
    at_once("mail_from")
    assert mail_from(sesv2) == "FAILED"
    put_mail_from(sesv2)
    assert mail_from(sesv2) == "SUCCESS"


@pytest.mark.parametrize(
    ("name", "of", "message"),
    [
        ("example.com", "mail_from", "example.com has no mail_from that SES would search for"),
        ("example.com", "spf", "'spf' is no search; there are identity, dkim, mail_from"),
        ("example.org", "identity", "'example.org' is no identity in us-east-1"),
    ],
)
def test_nothing_to_give_up(emulator: Emulator, sesv2: Any, name: str, of: str, message: str) -> None:
    """A sentence that says why."""
    sesv2.create_email_identity(EmailIdentity="example.com")
    with pytest.raises(ValueError, match=message):
        emulator.give_up(name, REGION, of=of)


# --- the clock ---


def test_clock_stays_on_the_calendar(emulator: Emulator) -> None:
    """A move that would leave it is refused, and nothing has moved."""
    before = emulator.clock.now()
    for days in (3_000_000, -3_000_000, 2_700_000):
        with pytest.raises(OverflowError):
            emulator.clock.advance(timedelta(days=days))
    assert emulator.clock.now() - before < HOUR
