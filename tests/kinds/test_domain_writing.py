"""The calls that make, change and delete a domain."""

import pytest
from kinds.identity_support import (
    ADDRESS,
    ARN,
    NAME,
    SCOPE,
    TOPIC,
    checked,
    live,
    plan,
    put,
    wanted,
    write,
)

from sesops.kinds.identity import DOMAIN

EXTERNAL = {"SigningAttributesOrigin": "EXTERNAL"}
EASY = {"SigningAttributesOrigin": "AWS_SES", "NextSigningKeyLength": "RSA_2048_BIT"}


def test_a_create_carries_tags_key_length_and_configuration_set():
    """What CreateEmailIdentity takes rides on it; AWS_SES is no origin that it takes."""
    want = wanted(
        tags__team="mail", dkim__origin="AWS_SES", dkim__signing_key_length="RSA_1024_BIT", configuration_set="tx"
    )
    writes = {facet: write(facet, want) for facet in ("tags", "dkim_key", "configuration_set")}
    assert checked([DOMAIN.create(ADDRESS, SCOPE, writes)]) == [
        (
            "CreateEmailIdentity",
            {
                "EmailIdentity": NAME,
                "Tags": [{"Key": "team", "Value": "mail"}],
                "DkimSigningAttributes": {"NextSigningKeyLength": "RSA_1024_BIT"},
                "ConfigurationSetName": "tx",
            },
        )
    ]


def test_a_bare_create_names_the_domain():
    """Nothing that is not asked for is sent."""
    assert checked([DOMAIN.create(ADDRESS, SCOPE, {})]) == [("CreateEmailIdentity", {"EmailIdentity": NAME})]


def test_a_delete_names_the_domain():
    """Everything of the identity goes with it."""
    assert checked(DOMAIN.delete(ADDRESS, SCOPE)) == [("DeleteEmailIdentity", {"EmailIdentity": NAME})]


def test_signing_is_always_said():
    """An empty body would switch it off."""
    there = live(dkim_signing={"SigningEnabled": False, "Status": "SUCCESS"})
    body = {"EmailIdentity": NAME, "SigningEnabled": True}
    assert [("PutEmailIdentityDkimAttributes", body)] == put("dkim_signing", wanted(dkim__signing_enabled=None), there)
    off = {"EmailIdentity": NAME, "SigningEnabled": False}
    assert [("PutEmailIdentityDkimAttributes", off)] == put("dkim_signing", wanted(dkim__signing_enabled=False))


@pytest.mark.parametrize(
    ("facet", "path"),
    [
        ("dkim_signing", {"dkim__signing_enabled": True}),
        ("forwarding", {"feedback_forwarding": True}),
        ("bounce_headers", {"notifications__bounce__include_original_headers": False}),
        ("mail_from", {"mail_from__behavior_on_mx_failure": "USE_DEFAULT_VALUE"}),
    ],
)
def test_a_new_identity_is_not_told_what_it_has(facet, path):
    """SES's default needs no call on an identity that was just made."""
    assert put(facet, wanted(**path)) == []


def test_a_key_length_that_differs_is_set():
    """With the origin, which the call requires."""
    assert put("dkim_key", wanted(dkim__signing_key_length="RSA_1024_BIT"), live(dkim_key=EASY)) == [
        (
            "PutEmailIdentityDkimSigningAttributes",
            {
                "EmailIdentity": NAME,
                "SigningAttributesOrigin": "AWS_SES",
                "SigningAttributes": {"NextSigningKeyLength": "RSA_1024_BIT"},
            },
        )
    ]


def test_a_null_key_length_is_ses_default():
    """There is no call for a default, so it is named."""
    [(_, params)] = put("dkim_key", wanted(dkim__signing_key_length=None), live(dkim_key=EASY))
    assert params["SigningAttributes"] == {"NextSigningKeyLength": "RSA_2048_BIT"}


def test_an_origin_alone_sends_no_length():
    """Back to Easy DKIM with whatever length SES gives a new key."""
    assert put("dkim_key", wanted(dkim__origin="AWS_SES"), live(dkim_key=EXTERNAL)) == [
        ("PutEmailIdentityDkimSigningAttributes", {"EmailIdentity": NAME, "SigningAttributesOrigin": "AWS_SES"})
    ]


def test_an_origin_takes_its_wanted_length_along():
    """The length of the spec goes with the move, though it is no difference on its own."""
    want = wanted(dkim__origin="AWS_SES", dkim__signing_key_length="RSA_2048_BIT")
    target = plan([want], [live(dkim_key=EXTERNAL)], allow=[ADDRESS])
    [step] = target.changes[0].steps
    assert step.calls[0].params["SigningAttributes"] == {"NextSigningKeyLength": "RSA_2048_BIT"}


def test_the_next_key_length_is_compared():
    """After a change the current length stays for days; the next one is what was asked for."""
    there = live(dkim_key={**EASY, "CurrentSigningKeyLength": "RSA_1024_BIT"})
    assert plan([wanted(dkim__signing_key_length="RSA_2048_BIT")], [there]).changes == ()


def test_mail_from_is_one_put_of_both_members():
    """The member that the spec does not name is sent back as it is; the status is not."""
    there = live(
        mail_from={
            "MailFromDomain": "old.example.com",
            "BehaviorOnMxFailure": "REJECT_MESSAGE",
            "MailFromDomainStatus": "SUCCESS",
        }
    )
    assert put("mail_from", wanted(mail_from__domain="new.example.com"), there) == [
        (
            "PutEmailIdentityMailFromAttributes",
            {"EmailIdentity": NAME, "MailFromDomain": "new.example.com", "BehaviorOnMxFailure": "REJECT_MESSAGE"},
        )
    ]


def test_a_behaviour_that_nobody_speaks_of_is_not_sent():
    """It is SES's default anyway; a `null` over another one is."""
    domain = {"MailFromDomain": "bounce.example.com"}
    [(_, params)] = put("mail_from", wanted(mail_from__domain="bounce.example.com"))
    assert params == {"EmailIdentity": NAME, **domain}
    there = live(mail_from={**domain, "BehaviorOnMxFailure": "REJECT_MESSAGE"})
    [(_, params)] = put("mail_from", wanted(mail_from__behavior_on_mx_failure=None), there)
    assert params == {"EmailIdentity": NAME, **domain, "BehaviorOnMxFailure": "USE_DEFAULT_VALUE"}


def test_mail_from_off_sends_no_member():
    """Without a domain both are off, whatever behaviour is there."""
    there = live(mail_from={"MailFromDomain": "old.example.com", "BehaviorOnMxFailure": "REJECT_MESSAGE"})
    assert put("mail_from", wanted(mail_from__domain=None), there) == [
        ("PutEmailIdentityMailFromAttributes", {"EmailIdentity": NAME})
    ]


def test_a_topic_is_set_and_cleared_by_type():
    """Left out, the topic goes."""
    of_type = {"Identity": NAME, "NotificationType": "Complaint"}
    assert [("SetIdentityNotificationTopic", {**of_type, "SnsTopic": TOPIC})] == put(
        "complaint_topic", wanted(notifications__complaint__topic=TOPIC)
    )
    there = live(complaint_topic={"ComplaintTopic": TOPIC})
    assert [("SetIdentityNotificationTopic", of_type)] == put(
        "complaint_topic", wanted(notifications__complaint__topic=None), there
    )


def test_headers_are_set_by_type():
    """A flag for each type."""
    body = {"Identity": NAME, "NotificationType": "Delivery", "Enabled": True}
    assert [("SetIdentityHeadersInNotificationsEnabled", body)] == put(
        "delivery_headers", wanted(notifications__delivery__include_original_headers=True)
    )


def test_forwarding_is_always_said():
    """A boolean that is left out counts as false."""
    there = live(forwarding={"FeedbackForwardingStatus": False})
    assert put("forwarding", wanted(feedback_forwarding=None), there) == [
        ("PutEmailIdentityFeedbackAttributes", {"EmailIdentity": NAME, "EmailForwardingEnabled": True})
    ]


def test_a_configuration_set_is_set_and_cleared():
    """Left out, the identity has none."""
    there = live(configuration_set={"ConfigurationSetName": "tx"})
    operation = "PutEmailIdentityConfigurationSetAttributes"
    assert [(operation, {"EmailIdentity": NAME, "ConfigurationSetName": "news"})] == put(
        "configuration_set", wanted(configuration_set="news"), there
    )
    assert [(operation, {"EmailIdentity": NAME})] == put("configuration_set", wanted(configuration_set=None), there)


def test_only_tags_that_differ_are_set_and_dropped():
    """Other tags are in neither call."""
    there = live(tags={"team": "old", "gone": "x", "cost.centre": "7"})
    assert put("tags", wanted(tags__team="mail", tags__gone=None), there) == [
        ("TagResource", {"ResourceArn": ARN, "Tags": [{"Key": "team", "Value": "mail"}]}),
        ("UntagResource", {"ResourceArn": ARN, "TagKeys": ["gone"]}),
    ]


def test_tags_are_read_by_arn():
    """Before a tag is written, it is read from SES."""
    assert checked([DOMAIN.read_tags(ADDRESS, SCOPE)]) == [("ListTagsForResource", {"ResourceArn": ARN})]
    assert DOMAIN.from_arn(ARN) == (NAME,)
    assert DOMAIN.from_arn(ARN.replace(NAME, "a@example.com")) is None
