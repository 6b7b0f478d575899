"""SES's rules about domains that can be found in the spec alone."""

import pytest
from kinds.identity_support import (
    TOPIC,
    codes,
    siblings,
    wanted,
)

from sesops.core.address import Address
from sesops.core.thing import Wanted
from sesops.core.values import Ref
from sesops.kinds.identity import DOMAIN

SET = Address("configuration_set", ("tx",))


def check(want, *things, account="123456789012"):
    return list(DOMAIN.check(want, siblings(want, *things, account=account)))


@pytest.mark.parametrize("domain", ["example.com", "bounce.example.org", "notexample.com"])
def test_mail_from_is_a_subdomain(domain):
    """Of the identity, and not the identity itself."""
    [finding] = check(wanted(mail_from__domain=domain))
    assert finding.code == "mail-from-not-below"
    assert finding.hint == "write a subdomain, such as `bounce.example.com`"


def test_a_good_domain_has_no_finding():
    """A spec as it should be."""
    want = wanted(mail_from__domain="Bounce.Example.com", mail_from__behavior_on_mx_failure="REJECT_MESSAGE")
    assert check(want) == []


@pytest.mark.parametrize("values", [{}, {"mail_from__domain": None}])
def test_reject_needs_a_domain(values):
    """REJECT_MESSAGE without a MAIL FROM domain means nothing to SES."""
    want = wanted(mail_from__behavior_on_mx_failure="REJECT_MESSAGE", **values)
    assert codes(check(want)) == ["reject-without-mail-from"]


@pytest.mark.parametrize("recipient", ["bounce.example.com", "a@Bounce.example.com", ".example.com"])
def test_a_mail_from_domain_that_receives_is_a_warning(recipient):
    """Its one MX record cannot serve both."""
    rule = Wanted(Address("receipt_rule", ("inbound", "one")), {"recipients": [recipient]})
    assert codes(check(wanted(mail_from__domain="bounce.example.com"), rule)) == ["mail-from-receives"]


@pytest.mark.parametrize("recipients", [["example.com", ".bounce.example.com"], "all", None])
def test_other_recipients_are_no_warning(recipients):
    """Neither the domain above nor those below, nor a rule for everybody."""
    rule = Wanted(Address("receipt_rule", ("inbound", "one")), {"recipients": recipients})
    assert check(wanted(mail_from__domain="bounce.example.com"), rule) == []


def test_a_mail_from_domain_that_sends_is_a_warning():
    """SES wants it used for nothing else."""
    other = wanted(Address("domain", ("bounce.example.com",)))
    assert codes(check(wanted(mail_from__domain="bounce.example.com"), other)) == ["mail-from-sends"]


def test_headers_need_a_topic():
    """A flag for notifications that the spec switches off."""
    want = wanted(notifications__bounce__topic=None, notifications__bounce__include_original_headers=True)
    assert codes(check(want)) == ["headers-without-topic"]


def destination(events, **values):
    return Wanted(Address("event_destination", ("tx", "feedback")), {"events": events, **values})


@pytest.mark.parametrize(
    ("values", "things", "found"),
    [
        ({}, [], ["feedback-goes-nowhere"]),
        ({"notifications__bounce__topic": TOPIC, "notifications__complaint__topic": TOPIC}, [], []),
        ({"notifications__bounce__topic": TOPIC}, [], ["feedback-goes-nowhere"]),
        ({"configuration_set": Ref("configuration_set", "tx")}, [destination(["BOUNCE", "COMPLAINT"])], []),
        ({"configuration_set": "tx"}, [destination("all")], []),
        ({"configuration_set": "tx"}, [destination(["BOUNCE"])], ["feedback-goes-nowhere"]),
        ({"configuration_set": "tx"}, [destination("all", enabled=False)], ["feedback-goes-nowhere"]),
        ({"configuration_set": "tx", "notifications__complaint__topic": TOPIC}, [destination(["BOUNCE"])], []),
        ({"configuration_set": "elsewhere"}, [], []),
    ],
)
def test_forwarding_off_needs_somebody_who_hears(values, things, found):
    """A topic, or an event destination of the default set, for bounces and for complaints; a set of somebody else may."""
    want = wanted(feedback_forwarding=False, **values)
    assert found == codes(check(want, Wanted(SET), *things))
