"""Reading domains: in few calls, one form from both APIs, and nothing taken for absent that was not looked at."""

from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kinds.identity_support import (
    ADDRESS,
    ARN,
    DENIED,
    MISSING,
    NAME,
    SCOPE,
    TOPIC,
    UNAVAILABLE,
    drive,
    listing,
    wanted,
    wants,
)

from sesops.core import fields as core_fields
from sesops.core.address import Address
from sesops.core.thing import Block, Live, Unread
from sesops.core.values import Reply
from sesops.kinds._ownership import LISTING
from sesops.kinds.identity import DOMAIN, reader
from sesops.kinds.identity.names import domains_above, identity_addresses
from sesops.kinds.identity.verification import verified

IDENTITY = {
    "IdentityType": "DOMAIN",
    "VerifiedForSendingStatus": True,
    "FeedbackForwardingStatus": False,
    "DkimAttributes": {
        "SigningEnabled": True,
        "Status": "SUCCESS",
        "Tokens": ["a", "b", "c"],
        "SigningHostedZone": "dkim.amazonses.com",
        "SigningAttributesOrigin": "AWS_SES",
        "NextSigningKeyLength": "RSA_2048_BIT",
        "CurrentSigningKeyLength": "RSA_1024_BIT",
    },
    "MailFromAttributes": {
        "MailFromDomain": "bounce.example.com",
        "MailFromDomainStatus": "FAILED",
        "BehaviorOnMxFailure": "REJECT_MESSAGE",
    },
    "ConfigurationSetName": "tx",
    "Policies": {},
    "Tags": [{"Key": "team", "Value": "mail"}],
}
V1_DKIM = {"DkimEnabled": True, "DkimVerificationStatus": "Success", "DkimTokens": ["a", "b", "c"]}
V1_MAIL_FROM = {
    "MailFromDomain": "bounce.example.com",
    "MailFromDomainStatus": "TemporaryFailure",
    "BehaviorOnMXFailure": "RejectMessage",
}
V1_NOTIFICATIONS = {
    "BounceTopic": TOPIC,
    "ComplaintTopic": "",
    "ForwardingEnabled": False,
    "HeadersInBounceNotificationsEnabled": True,
    "HeadersInComplaintNotificationsEnabled": False,
}
EVERYTHING = (
    "dkim.signing_enabled",
    "dkim.signing_key_length",
    "mail_from.domain",
    "notifications.bounce.topic",
    "notifications.bounce.include_original_headers",
    "feedback_forwarding",
    "configuration_set",
    "tags.team",
)


def read(want, *answers):
    """The calls of each round by operation, and the live thing."""
    rounds, reading = drive(DOMAIN.read(want, SCOPE), *answers)
    return [[call.operation for call in calls] for calls in rounds], reading.things[ADDRESS]


def thousand(*paths):
    names = [f"d{number:04}.example.com" for number in range(1000)]
    return names, {(name,): frozenset(paths) for name in names}


def test_existence_takes_the_listing_alone():
    """Nothing but the listing is read for an identity of which no field is asked."""
    rounds, found = read(wants(), (listing(NAME, status="PENDING"),))
    assert rounds == [["ListEmailIdentities"]]
    assert Live(ADDRESS, {}, {"verification": "PENDING"}) == found


@pytest.mark.parametrize(
    ("status", "sends", "verification"),
    [
        ("TEMPORARY_FAILURE", True, "SUCCESS"),
        ("TEMPORARY_FAILURE", False, "TEMPORARY_FAILURE"),
        ("FAILED", False, "FAILED"),
        ("PENDING", True, "PENDING"),
    ],
)
def test_an_identity_whose_records_vanished_is_verified_as_long_as_it_sends(status, sends, verification):
    """What stops its mail still needs leave."""
    entry = {"IdentityName": NAME, "VerificationStatus": status, "SendingEnabled": sends}
    _, found = read(wants(), (Reply({"EmailIdentities": [entry]}),))
    assert found.conditions == {"verification": verification}


def test_an_identity_that_is_not_listed_is_absent():
    """Absent by the listing, and no further call is made."""
    rounds, found = read(wants("mail_from.domain"), (listing("example.net"),))
    assert rounds == [["ListEmailIdentities"]]
    assert found is None


def test_a_refused_listing_leaves_existence_unknown():
    """Denied is unknown; not offered in the region says so."""
    _, found = read(wants("mail_from.domain"), (DENIED,))
    assert Unread("ListEmailIdentities denied: AccessDeniedException: User is not authorized") == found
    _, found = read(wants(), (UNAVAILABLE,))
    assert found.unavailable


def test_domains_are_listed_in_any_case():
    """Domain names have no case."""
    _, found = read(wants(), (listing("Example.COM"),))
    assert found is not None


def test_one_identity_is_read_by_one_call():
    """GetEmailIdentity gives everything but the notifications, which v2 does not have."""
    rounds, found = read(
        wants(*EVERYTHING),
        (listing(NAME), Reply({})),
        (Reply(IDENTITY), Reply({"NotificationAttributes": {NAME: V1_NOTIFICATIONS}})),
    )
    assert rounds == [
        ["ListEmailIdentities", "GetResources"],
        ["GetEmailIdentity", "GetIdentityNotificationAttributes"],
    ]
    assert core_fields.decode(DOMAIN, found) == {
        "dkim.signing_enabled": True,
        "dkim.origin": "AWS_SES",
        "dkim.selector": None,
        "dkim.private_key": None,
        "dkim.signing_key_length": "RSA_2048_BIT",
        "mail_from.domain": "bounce.example.com",
        "mail_from.behavior_on_mx_failure": "REJECT_MESSAGE",
        "notifications.bounce.topic": TOPIC,
        "notifications.bounce.include_original_headers": True,
        "feedback_forwarding": False,
        "configuration_set": "tx",
        "tags.team": "mail",
    }
    assert found.conditions == {"verification": "SUCCESS", "dkim": "SUCCESS", "mail_from": "FAILED"}


def test_what_was_never_set_is_ses_default():
    """An answer without the members, or with an empty configuration set, reads as SES's defaults."""
    _, found = read(
        wants("dkim.signing_enabled", "dkim.origin", "mail_from.domain", "feedback_forwarding", "configuration_set"),
        (listing(NAME),),
        (Reply({"ConfigurationSetName": ""}),),
    )
    assert core_fields.decode(DOMAIN, found) == {
        "dkim.signing_enabled": True,
        "dkim.origin": "AWS_SES",
        "dkim.selector": None,
        "dkim.private_key": None,
        "dkim.signing_key_length": "RSA_2048_BIT",
        "mail_from.domain": None,
        "mail_from.behavior_on_mx_failure": "USE_DEFAULT_VALUE",
        "feedback_forwarding": True,
        "configuration_set": None,
    }


def test_only_what_is_asked_comes_back():
    """Facets that nobody asked for are not given, or a plan would depend on which call was the cheaper."""
    _, found = read(wants("configuration_set"), (listing(NAME),), (Reply(IDENTITY),))
    assert {"configuration_set"} == found.blocks.keys()
    assert found.conditions == {"verification": "SUCCESS"}


def test_a_thousand_domains_take_31_calls():
    """DKIM signing, MAIL FROM and notifications of 1,000 domains: three batches of 100 names each, and the listing.

    With ten pages of the tag listing and one call that asks who we are, this is 42 of the 45 that a plan may make.
    """
    names, want = thousand(
        "dkim.signing_enabled", "mail_from.domain", "notifications.bounce.topic", "feedback_forwarding", "tags.team"
    )
    mapped = {
        "ResourceTagMappingList": [
            {"ResourceARN": ARN.replace(NAME, name), "Tags": [{"Key": "team", "Value": "mail"}]} for name in names
        ]
    }
    chunks = [names[start : start + 100] for start in range(0, 1000, 100)]
    rounds, reading = drive(
        DOMAIN.read(want, SCOPE),
        (listing(*names), Reply(mapped)),
        (
            *(Reply({"DkimAttributes": dict.fromkeys(some, V1_DKIM)}) for some in chunks),
            *(Reply({"MailFromDomainAttributes": dict.fromkeys(some, V1_MAIL_FROM)}) for some in chunks),
            *(Reply({"NotificationAttributes": dict.fromkeys(some, V1_NOTIFICATIONS)}) for some in chunks),
        ),
    )
    assert sum(len(calls) for calls in rounds) - rounds[0].count(LISTING) == 31
    assert ceil(len(names) / LISTING.params["ResourcesPerPage"]) == 10
    assert all(isinstance(block, Block) for thing in reading.things.values() for block in thing.blocks.values())
    assert len(reading.things) == 1000


def test_both_reads_give_the_same_blocks():
    """A v1 batch and GetEmailIdentity bring one form, so that a plan does not depend on which one was read."""
    names = [f"d{number}.example.com" for number in range(4)]
    paths = ("dkim.signing_enabled", "mail_from.domain", "feedback_forwarding")
    mail_from = {**IDENTITY["MailFromAttributes"], "MailFromDomainStatus": "TEMPORARY_FAILURE"}
    _, batched = drive(
        DOMAIN.read({(name,): frozenset(paths) for name in names}, SCOPE),
        (listing(*names),),
        (
            Reply({"DkimAttributes": dict.fromkeys(names, V1_DKIM)}),
            Reply({"MailFromDomainAttributes": dict.fromkeys(names, V1_MAIL_FROM)}),
            Reply({"NotificationAttributes": dict.fromkeys(names, V1_NOTIFICATIONS)}),
        ),
    )
    _, single = drive(
        DOMAIN.read({(names[0],): frozenset(paths)}, SCOPE),
        (listing(*names),),
        (Reply({**IDENTITY, "MailFromAttributes": mail_from}),),
    )
    address = Address("domain", (names[0],))
    assert single.things[address] == batched.things[address]


def test_a_batch_that_leaves_a_name_out_is_unread():
    """A missing entry of an identity that is there is unknown, never empty."""
    _, found = read(wants("notifications.bounce.topic"), (listing(NAME),), (Reply({"NotificationAttributes": {}}),))
    assert Unread(f"GetIdentityNotificationAttributes: SES did not answer for {NAME}") == found.blocks["bounce_topic"]


def test_a_refused_read_leaves_its_facets_unknown():
    """Each facet is unknown by the call that would have given it; existence stays known."""
    _, found = read(wants("notifications.bounce.topic", "configuration_set"), (listing(NAME),), (DENIED, DENIED))
    assert "GetIdentityNotificationAttributes denied" in found.blocks["bounce_topic"].reason
    assert "GetEmailIdentity denied" in found.blocks["configuration_set"].reason


def test_an_identity_that_went_meanwhile_is_absent():
    """Listed, and gone when it is read."""
    _, found = read(wants("configuration_set"), (listing(NAME),), (MISSING,))
    assert found is None


def test_listed_tags_are_not_read_again():
    """The listing of what stacks own has all tags of a thing."""
    owned = Reply({"ResourceTagMappingList": [{"ResourceARN": ARN, "Tags": [{"Key": "team", "Value": "mail"}]}]})
    rounds, found = read(wants("tags.team"), (listing(NAME), owned))
    assert rounds == [["ListEmailIdentities", "GetResources"]]
    assert Block({"team": "mail"}) == found.blocks["tags"]


@pytest.mark.parametrize(
    "owned",
    [
        DENIED,
        Reply({"ResourceTagMappingList": [{"ResourceARN": ARN, "Tags": [{"Key": "sesops:stack", "Value": "x"}]}]}),
    ],
)
def test_tags_that_the_listing_does_not_show_are_read(owned):
    """The listing lags, and may be denied."""
    rounds, found = read(wants("tags.team"), (listing(NAME), owned), (Reply(IDENTITY),))
    assert rounds == [["ListEmailIdentities", "GetResources"], ["GetEmailIdentity"]]
    assert Block({"team": "mail"}) == found.blocks["tags"]


def test_members_that_botocore_does_not_know_stay_with_their_block():
    """Of MAIL FROM by either read, and of the DKIM key: blocks that SES writes whole."""
    reply = Reply(IDENTITY, unknown=("MailFromAttributes.New", "DkimAttributes.Newer", "Other"))
    _, found = read(wants("mail_from.domain", "dkim.origin", "feedback_forwarding"), (listing(NAME),), (reply,))
    assert found.blocks["mail_from"].unknown == ("New",)
    assert found.blocks["dkim_key"].unknown == ("Newer",)
    assert found.blocks["forwarding"].unknown == ()


_FACETS = sorted({one.facet for one in DOMAIN.fields})


@given(st.lists(st.frozensets(st.sampled_from(_FACETS)), max_size=12), st.integers(1, 40))
def test_every_facet_asked_for_is_read_in_few_calls(kinds_of_wish, times):
    """The chosen calls give every facet of every identity, and never cost more than one call an identity."""
    wishes = kinds_of_wish * times
    asked = {f"d{number}.example.com": facets for number, facets in enumerate(wishes)}
    chosen = reader.route(asked)
    given_by = [
        (names, reader.V2_FACETS if batch is None else batch.facets)
        for batch, names in [(None, chosen.single), *chosen.batches]
    ]
    for name, facets in asked.items():
        covered = frozenset().union(*(gives for names, gives in given_by if name in names))
        assert facets <= covered
    assert chosen.cost == len(list(chosen.calls()))
    notified = sum(1 for facets in asked.values() if facets - reader.V2_FACETS)
    assert chosen.cost <= len([one for one in asked.values() if one & reader.V2_FACETS]) + ceil(notified / 100)


def test_an_identity_is_verified_by_itself_or_a_parent():
    """The identity and the domains above it are asked for side by side."""
    rounds, result = drive(
        verified("a@mail.example.com", SCOPE), (MISSING, DENIED, Reply({"VerifiedForSendingStatus": True}))
    )
    assert [call.params["EmailIdentity"] for call in rounds[0]] == [
        "a@mail.example.com",
        "mail.example.com",
        "example.com",
    ]
    assert result is True


def test_without_a_verified_parent_it_is_not_verified():
    """Refusals and unverified identities let nobody send."""
    _, result = drive(verified(NAME, SCOPE), (Reply({"VerifiedForSendingStatus": False}),))
    assert result is False


def test_identity_addresses_are_most_specific_first():
    """The address, its domain, the domains above down to two labels."""
    assert (
        Address("email", ("a@mail.example.com",)),
        Address("domain", ("mail.example.com",)),
        Address("domain", (NAME,)),
    ) == identity_addresses("a@mail.example.com")
    assert identity_addresses(NAME) == (ADDRESS,)
    assert domains_above("a.b.c.d") == ("b.c.d", "c.d")


def test_a_domain_watches_itself():
    """And with it, by the engine, the domains above: a parent that is verified lets its mail leave too."""
    assert DOMAIN.watches(wanted()) == (NAME,)
