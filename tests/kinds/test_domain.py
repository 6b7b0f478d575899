"""Domains: what comes before what, and what stops mail."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kinds.identity_support import (
    ADDRESS,
    TOPIC,
    codes,
    live,
    order,
    plan,
    siblings,
    wanted,
    world,
)

from sesops.core.address import Address
from sesops.core.plan import Impact, State
from sesops.core.thing import Block, Live, Wanted
from sesops.kinds.identity import DOMAIN

EXTERNAL = {"SigningAttributesOrigin": "EXTERNAL"}
EASY = {"SigningAttributesOrigin": "AWS_SES", "NextSigningKeyLength": "RSA_2048_BIT"}


# Order


def test_forwarding_goes_off_last():
    """Topics, then header flags, then forwarding off: no moment in which feedback goes nowhere."""
    want = wanted(
        feedback_forwarding=False,
        notifications__bounce__topic=TOPIC,
        notifications__bounce__include_original_headers=True,
        notifications__complaint__topic=TOPIC,
    )
    steps = order(plan([want]))
    assert steps[0] == "create"
    assert steps[-1] == "forwarding"
    assert steps.index("bounce_topic") < steps.index("bounce_headers")


def test_forwarding_comes_on_before_topics_go():
    """The reverse: forwarding on and header flags off, then the topics."""
    want = wanted(
        feedback_forwarding=True,
        notifications__bounce__topic=None,
        notifications__bounce__include_original_headers=None,
        notifications__complaint__topic=None,
    )
    there = live(
        forwarding={"FeedbackForwardingStatus": False},
        bounce_topic={"BounceTopic": TOPIC},
        bounce_headers={"HeadersInBounceNotificationsEnabled": True},
        complaint_topic={"ComplaintTopic": TOPIC},
    )
    steps = order(plan([want], [there]))
    assert {"bounce_headers", "forwarding"} == set(steps[:2])
    assert {"bounce_topic", "complaint_topic"} == set(steps[2:])


def test_forwarding_follows_the_default_set():
    """On before a set goes that may hear of bounces, off after the new set is there."""
    there = live(configuration_set={"ConfigurationSetName": "tx"}, forwarding={"FeedbackForwardingStatus": False})
    assert order(plan([wanted(configuration_set=None, feedback_forwarding=True)], [there])) == [
        "forwarding",
        "configuration_set",
    ]
    there = live(configuration_set={}, forwarding={"FeedbackForwardingStatus": True})
    assert order(plan([wanted(configuration_set="tx", feedback_forwarding=False)], [there])) == [
        "configuration_set",
        "forwarding",
    ]


def test_a_new_domain_has_its_default_set_from_the_start():
    """It rides on the create, whatever becomes of forwarding."""
    want = wanted(configuration_set="tx", feedback_forwarding=True, dkim__signing_key_length="RSA_1024_BIT")
    [change] = plan([want]).changes
    assert change.steps[0].calls[0].params["ConfigurationSetName"] == "tx"
    assert change.impact is Impact.NOTICE
    assert change.sentence == "example.com is pending verification until its DKIM records are found in DNS"


def test_a_new_domain_below_a_verified_one_has_nothing_to_wait_for():
    """SES lets the mail of subdomains leave on the word of the domain above."""
    above = Live(Address("domain", ("example.com",)), {}, {"verification": "SUCCESS"})
    [change] = plan([Wanted(Address("domain", ("shop.example.com",)))], [above]).changes
    assert change.sentence is None


def test_topics_that_go_while_forwarding_goes_off_are_no_cycle():
    """Where event destinations take over, topics go first and forwarding last."""
    want = wanted(feedback_forwarding=False, notifications__bounce__topic=None)
    there = live(forwarding={"FeedbackForwardingStatus": True}, bounce_topic={"BounceTopic": TOPIC})
    target = plan([want], [there])
    assert order(target) == ["bounce_topic", "forwarding"]
    assert target.findings == ()


_VALUES = st.fixed_dictionaries(
    {},
    optional={
        "feedback_forwarding": st.sampled_from([None, True, False]),
        "configuration_set": st.sampled_from([None, "news"]),
        **{
            f"notifications.{kind}.{leaf}": values
            for kind in ("bounce", "complaint", "delivery")
            for leaf, values in {
                "topic": st.sampled_from([None, TOPIC]),
                "include_original_headers": st.sampled_from([None, True, False]),
            }.items()
        },
    },
)


@given(_VALUES, st.booleans(), st.sampled_from([{}, {"topic": TOPIC}]), st.booleans())
def test_no_wish_about_notifications_is_a_cycle(values, forwarding, topic, headers):
    """Whatever the spec says (that passes the checks) and SES has, the steps have an order."""
    want = Wanted(ADDRESS, values)
    if "headers-without-topic" in codes(DOMAIN.check(want, siblings())):
        return
    blocks = {
        "forwarding": {"FeedbackForwardingStatus": forwarding},
        "configuration_set": {"ConfigurationSetName": "tx"},
    }
    for kind in ("bounce", "complaint", "delivery"):
        blocks[f"{kind}_topic"] = {f"{kind.capitalize()}Topic": TOPIC} if topic else {}
        blocks[f"{kind}_headers"] = {f"HeadersIn{kind.capitalize()}NotificationsEnabled": headers}
    assert plan([want], [live(**blocks)]).findings == ()


# What stops mail

MAIL_FROM_UP = {
    "MailFromDomain": "bounce.example.com",
    "BehaviorOnMxFailure": "REJECT_MESSAGE",
    "MailFromDomainStatus": "SUCCESS",
}


@pytest.mark.parametrize(
    ("want", "there", "sentence"),
    [
        (
            {"dkim__signing_enabled": False},
            live(dkim_signing={"SigningEnabled": True}),
            "mail from example.com goes out without a DKIM signature",
        ),
        (
            {"dkim__origin": "AWS_SES"},
            live(dkim_key=EXTERNAL),
            "mail from example.com goes out unsigned until the new DKIM records are published",
        ),
        (
            {"dkim__signing_key_length": "RSA_1024_BIT"},
            live(dkim_key=EXTERNAL),
            (
                "example.com signs with a key of origin EXTERNAL; a key length moves it to Easy DKIM, and its mail goes "
                "out unsigned until the new DKIM records are published"
            ),
        ),
    ],
)
def test_what_stops_mail_is_held_back(want, there, sentence):
    """Signing off and another origin are held back until the spec gives leave."""
    target = plan([wanted(**want)], [there])
    [change] = target.changes
    assert Impact.STOPS_MAIL is change.impact
    assert sentence == change.sentence
    assert [step.state for step in change.steps] == [State.HELD]
    leave = plan([wanted(**want)], [there], allow=[ADDRESS])
    assert [step.state for step in leave.changes[0].steps] == [State.READY]


def impact(want, *things):
    changes = plan([want], things).changes
    return changes[0].impact, changes[0].sentence


def test_a_mail_from_changed_under_reject_stops_mail():
    """By the live behaviour, or by that of the spec; a default behaviour in the spec takes it away."""
    new = {"mail_from__domain": "new.example.com"}
    behavior = "mail_from__behavior_on_mx_failure"
    sentence = "mail from example.com is refused until the MX record of new.example.com is found"
    assert (Impact.STOPS_MAIL, sentence) == impact(wanted(**new), live(mail_from=MAIL_FROM_UP))
    assert Impact.STOPS_MAIL is impact(wanted(**new, **{behavior: "REJECT_MESSAGE"}), live(mail_from={}))[0]
    assert Impact.NONE is impact(wanted(**new, **{behavior: None}), live(mail_from=MAIL_FROM_UP))[0]
    assert Impact.NONE is impact(wanted(**new), live(mail_from={}))[0]


def test_mail_from_off_stops_no_mail():
    """SES uses its own domain then."""
    assert Impact.NONE is impact(wanted(mail_from__domain=None), live(mail_from=MAIL_FROM_UP))[0]


def test_reject_before_mail_from_is_up_stops_mail():
    """Once it is up, REJECT_MESSAGE refuses nothing."""
    reject = wanted(mail_from__behavior_on_mx_failure="REJECT_MESSAGE")
    waiting = {"MailFromDomain": "bounce.example.com", "MailFromDomainStatus": "PENDING"}
    assert impact(reject, live(mail_from=waiting)) == (
        Impact.STOPS_MAIL,
        "mail from example.com is refused until its MAIL FROM domain is up",
    )
    assert Impact.NONE is impact(reject, live(mail_from={**waiting, "MailFromDomainStatus": "SUCCESS"}))[0]


def test_on_an_unverified_identity_nothing_stops_mail():
    """There is no mail from it to stop."""
    there = [
        (wanted(dkim__signing_enabled=False), {"dkim_signing": {"SigningEnabled": True}}),
        (wanted(dkim__origin="AWS_SES"), {"dkim_key": EXTERNAL}),
        (wanted(mail_from__behavior_on_mx_failure="REJECT_MESSAGE"), {"mail_from": {}}),
        (
            wanted(mail_from__domain="a.example.com", mail_from__behavior_on_mx_failure="REJECT_MESSAGE"),
            {"mail_from": {}},
        ),
        (wanted(configuration_set="tx"), {"configuration_set": {}}),
    ]
    for want, blocks in there:
        assert Impact.NONE is impact(want, live(verification="PENDING", **blocks))[0]
    key = live(verification="PENDING", dkim_key=EXTERNAL)
    assert Impact.NOTICE is impact(wanted(dkim__signing_key_length="RSA_1024_BIT"), key)[0]


def test_a_verified_parent_counts():
    """Mail from a subdomain leaves under its verified parent."""
    address = Address("domain", ("mail.example.com",))
    thing = live(address, verification="PENDING", dkim_signing={"SigningEnabled": True})
    assert Impact.STOPS_MAIL is impact(wanted(address, dkim__signing_enabled=False), thing, live())[0]


def test_signing_on_stops_no_mail():
    """Nor does staying with one origin."""
    there = live(dkim_signing={"SigningEnabled": False})
    assert Impact.NONE is impact(wanted(dkim__signing_enabled=True), there)[0]
    origin = DOMAIN.field("dkim.origin")
    assert origin.stops("AWS_SES", "AWS_SES", world(live()), ADDRESS) is None


def test_a_new_key_length_is_a_notice():
    """New records to publish, and the identity stays verified."""
    found = impact(wanted(dkim__signing_key_length="RSA_1024_BIT"), live(dkim_key=EASY))
    assert found == (
        Impact.NOTICE,
        "example.com gets new DKIM records to publish; it stays verified and signs with the old key until then",
    )


SET = Address("configuration_set", ("tx",))


@pytest.mark.parametrize(
    ("live_sending", "spec_sending", "stops"),
    [
        (False, None, True),
        (True, None, False),
        (None, False, True),
        (False, True, False),
        (None, None, False),
    ],
)
def test_moving_to_a_set_that_does_not_send_stops_mail(live_sending, spec_sending, stops):
    """By what the spec makes of the set, else by what it is; False where nobody knows."""
    set_there = [Live(SET, {"sending": Block({"SendingEnabled": live_sending})})] if live_sending is not None else []
    set_wanted = [Wanted(SET, {"sending_enabled": spec_sending})] if spec_sending is not None else []
    around = world(live(), *set_there, spec=set_wanted)
    found = DOMAIN.field("configuration_set").stops(None, "tx", around, ADDRESS)
    assert (("mail from example.com is refused: sending is off in configuration set tx") if stops else None) == found


def test_no_set_stops_no_mail():
    """Without a default set mail leaves as the account says."""
    assert DOMAIN.field("configuration_set").stops("tx", None, world(live()), ADDRESS) is None


def test_deleting_a_verified_domain_stops_mail():
    """It says what coming back takes; an unverified one may go."""
    assert (
        DOMAIN.delete_stops(live(), world())
        == "example.com is verified; once deleted, mail from it stops, and to come back it needs new DNS records"
    )
    assert DOMAIN.delete_stops(live(verification="FAILED"), world()) is None
    assert DOMAIN.delete_stops(None, world()) is None


@pytest.mark.parametrize(
    ("conditions", "said"),
    [
        ({"verification": "SUCCESS"}, []),
        ({"verification": "PENDING", "mail_from": "PENDING", "dkim": "PENDING"}, []),
        (
            {"verification": "FAILED", "dkim": "FAILED"},
            ["SES does not find example.com verified; mail from it is refused"],
        ),
        (
            {"verification": "SUCCESS", "dkim": "FAILED"},
            ["SES does not find the DKIM records of example.com; mail from it goes out unsigned"],
        ),
        (
            {"verification": "SUCCESS", "mail_from": "TEMPORARY_FAILURE"},
            ["SES does not find the MX record of b.example.com; mail from example.com is refused"],
        ),
    ],
)
def test_what_ses_gave_up_is_its_doing(conditions, said):
    """What it still looks for is not."""
    fields = {"mail_from.domain": "b.example.com", "mail_from.behavior_on_mx_failure": "REJECT_MESSAGE"}
    found = DOMAIN.by_ses(wanted(), Live(ADDRESS, {}, conditions), fields)
    assert list(found) == [(None, one) for one in said]


def test_without_its_own_mail_from_mail_leaves_with_that_of_ses():
    """Where the spec does not have it rejected."""
    gone = Live(ADDRESS, {}, {"verification": "SUCCESS", "mail_from": "FAILED"})
    [(path, said)] = DOMAIN.by_ses(wanted(), gone, {"mail_from.domain": "b.example.com"})
    assert (path, said.rpartition("; ")[2]) == (None, "mail from example.com goes out with amazonses.com instead")
