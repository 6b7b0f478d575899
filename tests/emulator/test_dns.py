"""The DNS that SES looks into: filled by hand, and by the zones of the emulator's Route 53."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from boto3.session import Session
from botocore.exceptions import ClientError

from sesops.emulator import Emulator
from sesops.emulator.dns import Wanted, normal

MX = "10 feedback-smtp.us-east-1.amazonses.com"


def looks(emulator: Emulator, *wanted: Wanted) -> list[str | None]:
    """How a search for these records went, one answer a change."""
    with emulator.context("123456789012", "us-east-1") as context:
        return [reason for _, reason in context.dns.looks(wanted)]


# --- by hand ---


def test_record_is_set_replaced_and_taken_away(emulator: Emulator) -> None:
    """A set of values replaces the one before; without values there is none."""
    emulator.dns.set("mail.example.com", "MX", MX, "20 other.example.net")
    assert emulator.dns.records() == {"mail.example.com": {"MX": [MX, "20 other.example.net"]}}
    emulator.dns.set("mail.example.com", "TXT", "v=spf1 -all")
    emulator.dns.set("mail.example.com", "MX", MX)
    assert emulator.dns.records() == {"mail.example.com": {"MX": [MX], "TXT": ["v=spf1 -all"]}}
    emulator.dns.set("mail.example.com", "MX")
    emulator.dns.set("mail.example.com", "TXT")
    assert emulator.dns.records() == {}


def test_names_are_compared_as_dns_does(emulator: Emulator) -> None:
    """No case, and no dot at the end; so with hosts in values, while texts stay as they are."""
    emulator.dns.set("T._DomainKey.Example.COM.", "cname", "T.DKIM.amazonses.com.")
    emulator.dns.set("t._domainkey.example.com", "txt", "P=Abc")
    assert emulator.dns.records() == {"t._domainkey.example.com": {"CNAME": ["t.dkim.amazonses.com"], "TXT": ["P=Abc"]}}


@pytest.mark.parametrize(
    ("kind", "value", "spelled"),
    [
        ("TXT", '"v=DKIM1; " "p=abc"', "v=DKIM1; p=abc"),
        ("TXT", '"a \\"b\\" c"', 'a "b" c'),
        ("TXT", 'p=a"b', 'p=a"b'),
        ("MX", "010  Mail.example.com.", "10 mail.example.com"),
        ("A", "192.0.2.1", "192.0.2.1"),
    ],
)
def test_values_are_spelled_one_way(kind: str, value: str, spelled: str) -> None:
    """The strings of a text are joined, hosts lower-cased."""
    assert normal(kind, value) == spelled


@pytest.mark.parametrize(
    ("record", "message"),
    [
        (("example.com", "SPF", "x"), "'SPF' is no type of DNS records"),
        (("example", "TXT", "x"), "'example' is no name of a host"),
        (("exa mple.com", "TXT", "x"), "is no name of a host"),
        (("example.com", "MX", "mail.example.com"), "is no MX value"),
    ],
)
def test_record_that_is_none(emulator: Emulator, record: tuple[str, ...], message: str) -> None:
    """Refused with what would be one, and nothing is set."""
    with pytest.raises(ValueError, match=message):
        emulator.dns.set(*record)
    assert emulator.dns.records() == {}


def test_records_are_kept_in_the_file(tmp_path: Path) -> None:
    """Every process on it sees them."""
    one, two = Emulator(tmp_path / "state.db"), Emulator(tmp_path / "state.db")
    one.dns.set("example.com", "TXT", "a")
    assert two.dns.records() == {"example.com": {"TXT": ["a"]}}
    one.close()
    two.close()


def test_reasons_are_those_of_verification_info(emulator: Emulator) -> None:
    """The name is not there, has nothing of the type, or another value."""
    wanted = Wanted("mail.example.com", "MX", lambda values: values == [MX])
    for kind, value in (("TXT", "v=spf1 -all"), ("MX", "10 mx.example.net"), ("MX", MX)):
        emulator.dns.set("mail.example.com", kind, value)
        emulator.clock.advance(timedelta(hours=1))
    assert looks(emulator, wanted) == ["HOST_NOT_FOUND", "TYPE_NOT_FOUND", "INVALID_VALUE", None]


def test_all_that_is_wanted_has_to_be_there(emulator: Emulator) -> None:
    """The first that is not gives the reason."""
    wanted = [Wanted(name, "TXT", lambda values: values == ["x"]) for name in ("a.example.com", "b.example.com")]
    for name, value in (("b", "x"), ("a", "y"), ("a", "x")):
        emulator.dns.set(f"{name}.example.com", "TXT", value)
        emulator.clock.advance(timedelta(hours=1))
    assert looks(emulator, *wanted) == ["HOST_NOT_FOUND", "HOST_NOT_FOUND", "INVALID_VALUE", None]


def test_what_a_moved_clock_undoes_has_not_happened(emulator: Emulator) -> None:
    """Back in time a record is set anew: the one of the future never comes."""
    emulator.clock.advance(timedelta(days=1))
    emulator.dns.set("example.com", "TXT", "later")
    emulator.clock.advance(timedelta(days=-1))
    emulator.dns.set("example.com", "TXT", "sooner")
    emulator.clock.advance(timedelta(days=2))
    assert emulator.dns.records() == {"example.com": {"TXT": ["sooner"]}}


# --- Route 53 ---


@pytest.fixture
def route53(session: Session) -> Any:
    """Route 53, which moto plays."""
    return session.client("route53")


@pytest.fixture
def change(route53: Any) -> Callable[..., None]:
    """Change record sets of a zone: (zone, action, name, type, values)."""

    def changed(zone: str, action: str, name: str, kind: str, *values: str) -> None:
        records = {"Name": name, "Type": kind, "TTL": 60, "ResourceRecords": [{"Value": value} for value in values]}
        route53.change_resource_record_sets(
            HostedZoneId=zone, ChangeBatch={"Changes": [{"Action": action, "ResourceRecordSet": records}]}
        )

    return changed


def zone(route53: Any, **options: Any) -> str:
    """A new zone's id."""
    made = route53.create_hosted_zone(Name="example.com", CallerReference=str(options), **options)
    return str(made["HostedZone"]["Id"])


def test_zone_counts_as_dns(emulator: Emulator, route53: Any, change: Any) -> None:
    """Created, changed and deleted, with a dot at the end or without."""
    home = zone(route53)
    change(home, "CREATE", "mail.example.com.", "MX", MX)
    change(home, "CREATE", "example.com", "TXT", '"v=spf1 " "-all"')
    assert emulator.dns.records() == {"example.com": {"TXT": ["v=spf1 -all"]}, "mail.example.com": {"MX": [MX]}}
    change(home, "UPSERT", "mail.example.com", "MX", "20 mx.example.net")
    change(home, "DELETE", "example.com", "TXT", '"v=spf1 " "-all"')
    assert emulator.dns.records() == {"mail.example.com": {"MX": ["20 mx.example.net"]}}


def test_private_zone_is_not_seen(emulator: Emulator, route53: Any, change: Any) -> None:
    """Not from outside its network."""
    private = zone(
        route53, VPC={"VPCRegion": "us-east-1", "VPCId": "vpc-1"}, HostedZoneConfig={"PrivateZone": True, "Comment": ""}
    )
    change(private, "CREATE", "mail.example.com", "MX", MX)
    assert emulator.dns.records() == {}


def test_zone_of_another_account_counts(emulator: Emulator) -> None:
    """DNS is one for all."""
    session = Session("111122223333", "secret", region_name="us-east-1")
    emulator.attach(session)
    other = session.client("route53")
    records = {"Name": "mail.example.com", "Type": "MX", "TTL": 60, "ResourceRecords": [{"Value": MX}]}
    other.change_resource_record_sets(
        HostedZoneId=zone(other), ChangeBatch={"Changes": [{"Action": "CREATE", "ResourceRecordSet": records}]}
    )
    assert emulator.dns.records() == {"mail.example.com": {"MX": [MX]}}


def test_sources_add_up(emulator: Emulator, route53: Any, change: Any) -> None:
    """What was set by hand and what a zone has are of one name; each goes by itself."""
    home = zone(route53)
    change(home, "CREATE", "mail.example.com", "MX", MX)
    emulator.dns.set("mail.example.com", "MX", "20 mx.example.net")
    assert sorted(emulator.dns.records()["mail.example.com"]["MX"]) == [MX, "20 mx.example.net"]
    change(home, "DELETE", "mail.example.com", "MX", MX)
    assert emulator.dns.records()["mail.example.com"]["MX"] == ["20 mx.example.net"]


def test_refused_change_is_none(emulator: Emulator, route53: Any, change: Any) -> None:
    """What Route 53 does not take is not there."""
    home = zone(route53)
    with pytest.raises(ClientError):
        change(home, "DELETE", "mail.example.com", "MX", MX)
    assert emulator.dns.records() == {}


def test_zone_is_followed_by_another_process(tmp_path: Path) -> None:
    """With both open on one file."""
    one, two = Emulator(tmp_path / "state.db"), Emulator(tmp_path / "state.db")
    for emulator in (one, two):
        session = Session("123456789012", "secret", region_name="us-east-1")
        emulator.attach(session)
        client = session.client("route53")
        home = client.list_hosted_zones()["HostedZones"]
        zone_id = home[0]["Id"] if home else zone(client)
        name = f"mail{len(emulator.dns.records())}.example.com"
        records = {"Name": name, "Type": "MX", "TTL": 60, "ResourceRecords": [{"Value": MX}]}
        client.change_resource_record_sets(
            HostedZoneId=zone_id, ChangeBatch={"Changes": [{"Action": "CREATE", "ResourceRecordSet": records}]}
        )
    assert one.dns.records() == two.dns.records() == {f"mail{n}.example.com": {"MX": [MX]} for n in (0, 1)}
    one.close()
    two.close()
