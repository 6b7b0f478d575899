"""E-mail addresses: what they have of their own beside what they share with domains."""

import pytest
from kinds.identity_support import (
    SCOPE,
    TOPIC,
    checked,
    codes,
    drive,
    listing,
    live,
    order,
    plan,
    put,
    siblings,
    wanted,
    wants,
    write,
)

from sesops.core.address import Address
from sesops.core.plan import Impact
from sesops.core.values import Reply
from sesops.kinds.identity import DOMAIN, EMAIL

NAME = "Ops@example.net"
ADDRESS = Address("email", (NAME,))
ARN = f"arn:aws:ses:eu-west-1:123456789012:identity/{NAME}"


def read(want, *answers):
    rounds, reading = drive(EMAIL.read(want, SCOPE), *answers)
    return [[call.operation for call in calls] for calls in rounds], reading.things[ADDRESS]


def test_an_address_is_read_like_a_domain():
    """By the same listing, and by one call of its own."""
    identity = Reply({"MailFromAttributes": {"MailFromDomain": "bounce.example.net"}, "ConfigurationSetName": "tx"})
    rounds, found = read(
        wants("mail_from.domain", "configuration_set", name=NAME), (listing(NAME, status="PENDING"),), (identity,)
    )
    assert rounds == [["ListEmailIdentities"], ["GetEmailIdentity"]]
    assert found.address == ADDRESS
    assert found.blocks["configuration_set"].raw == {"ConfigurationSetName": "tx"}
    assert found.conditions == {"verification": "PENDING"}


def test_an_address_has_its_case():
    """SES tells addresses apart by the case of every letter."""
    _, found = read(wants(name=NAME), (listing("ops@example.net"),))
    assert found is None


def test_an_address_has_no_dkim_of_its_own():
    """It shows that of its domain."""
    assert not [one for one in EMAIL.fields if one.path.startswith("dkim")]
    assert {one.name for one in DOMAIN.facets} - {one.name for one in EMAIL.facets} == {"dkim_signing", "dkim_key"}


def test_a_create_carries_tags_and_configuration_set():
    """What CreateEmailIdentity takes for an address."""
    want = wanted(ADDRESS, tags__team="mail", configuration_set="tx")
    writes = {facet: write(facet, want) for facet in ("tags", "configuration_set")}
    body = {"EmailIdentity": NAME, "Tags": [{"Key": "team", "Value": "mail"}], "ConfigurationSetName": "tx"}
    assert checked([EMAIL.create(ADDRESS, SCOPE, writes)]) == [("CreateEmailIdentity", body)]


def test_a_new_address_gets_a_mail():
    """A person gets it, so the plan says so; it stops no mail."""
    [change] = plan([wanted(ADDRESS)]).changes
    assert change.impact is Impact.NOTICE
    assert change.sentence == f"a mail asking to confirm goes to {NAME}; its link works for 24 hours"


def test_topics_come_behind_the_create():
    """Nothing of the notifications rides on the create."""
    want = wanted(ADDRESS, notifications__bounce__topic=TOPIC, notifications__bounce__include_original_headers=True)
    assert order(plan([want])) == ["create", "bounce_topic", "bounce_headers"]


def test_the_setters_name_the_address():
    """As it is written."""
    [(_, params)] = put("bounce_topic", wanted(ADDRESS, notifications__bounce__topic=TOPIC))
    assert params["Identity"] == NAME


def test_deleting_a_verified_address_stops_mail():
    """Its owner has to click again; one that never did may go."""
    assert EMAIL.delete_stops(live(ADDRESS), None) == (
        f"{NAME} is verified; once deleted, mail from it stops, and to come back its owner has to confirm it again"
    )
    assert EMAIL.delete_stops(live(ADDRESS, verification="PENDING"), None) is None


def test_an_arn_tells_an_address_from_a_domain():
    """By the `@`."""
    assert EMAIL.from_arn(ARN) == (NAME,)
    assert DOMAIN.from_arn(ARN) is None
    assert EMAIL.from_arn("arn:aws:ses:eu-west-1:123456789012:identity/example.net") is None
    assert EMAIL.from_arn("arn:aws:sns:eu-west-1:123456789012:feedback") is None
    assert EMAIL.arn(ADDRESS, SCOPE) == ARN


def test_an_address_watches_itself():
    """And with it, by the engine, its domains: a verified one lets its addresses send."""
    assert EMAIL.watches(wanted(ADDRESS)) == (NAME,)


@pytest.mark.parametrize("domain", ["example.net", "bounce.example.com"])
def test_mail_from_is_below_the_domain_of_the_address(domain):
    """Of that domain, and not the domain itself."""
    want = wanted(ADDRESS, mail_from__domain=domain)
    assert codes(EMAIL.check(want, siblings(want))) == ["mail-from-not-below"]


def test_a_good_address_has_no_finding():
    """With a MAIL FROM of its own."""
    want = wanted(ADDRESS, mail_from__domain="bounce.example.net")
    assert codes(EMAIL.check(want, siblings(want))) == []
