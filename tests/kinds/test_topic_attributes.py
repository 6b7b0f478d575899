"""Topics' attributes: which ride on the create, how each is changed and taken back, and what of them is refused."""

import json

import pytest
from kinds.set_support import REGISTRY, SCOPE, drive, findings, live, plan, sent, steps, want
from support.bench import Bench
from support.bench import steps as names_of_steps

from sesops.core.address import Address
from sesops.core.diagnostic import Severity
from sesops.core.values import Ref, Reply

KIND = REGISTRY.kinds["topic"]
NAME = ("feedback",)
ARN = "arn:aws:sns:eu-west-1:123456789012:feedback"
KEY = "1234abcd-12ab-34cd-56ef-1234567890ab"
KEY_ARN = f"arn:aws:kms:eu-west-1:123456789012:key/{KEY}"
ROLE = "arn:aws:iam::123456789012:role/sns-logs"
RETRIES = {"http": {"defaultHealthyRetryPolicy": {"numRetries": 10, "minDelayTarget": 5, "maxDelayTarget": 60}}}
ALL = {
    "display_name": "Feedback",
    "kms_key": "alias/mail",
    "signature_version": 2,
    "tracing": "ACTIVE",
    "delivery_policy": RETRIES,
    "delivery_logging": {"http": {"success_role": ROLE, "success_sample_rate": 10, "failure_role": ROLE}},
}
HELD = {
    "encryption": {"KmsMasterKeyId": "alias/mail"},
    "settings": {
        "DisplayName": "Feedback",
        "SignatureVersion": "2",
        "TracingConfig": "Active",
        "DeliveryPolicy": json.dumps(RETRIES),
    },
    "delivery_logging": {
        "HTTPSuccessFeedbackRoleArn": ROLE,
        "HTTPSuccessFeedbackSampleRate": "10",
        "HTTPFailureFeedbackRoleArn": ROLE,
    },
}
"""The blocks of a topic with all of that."""
DESTINATION = want(
    "event_destination",
    ("tx", "events"),
    {"events": ["BOUNCE"], "sns": Ref("topic", "feedback")},
    refs=(("sns", Address("topic", NAME)),),
)


def topic(value):
    return want("topic", NAME, value)


def there(**blocks):
    empty = {"policy": {}, "encryption": {}, "settings": {}, "delivery_logging": {}}
    return live("topic", NAME, **{**empty, **blocks})


def set_to(name, text):
    return ("SetTopicAttributes", {"TopicArn": ARN, "AttributeName": name, "AttributeValue": text})


def test_each_attribute_is_read_into_its_block():
    """What has no text was never set; what is not ours is left out."""
    attributes = {**HELD["settings"], **HELD["encryption"], **HELD["delivery_logging"], "Owner": "123456789012"}
    answer = Reply({"Attributes": {**attributes, "SQSFailureFeedbackRoleArn": ""}})
    _, reading = drive(KIND.read({NAME: frozenset(ALL)}, SCOPE), (answer,))
    found = {facet: dict(block.raw) for facet, block in reading.things[Address("topic", NAME)].blocks.items()}
    assert found == {**HELD, "policy": {}}
    assert sent(plan([topic(ALL)], [there(**HELD)])) == []


def test_a_new_topic_is_encrypted_from_the_first_moment():
    """What CreateTopic takes rides on it; the logging of deliveries comes behind."""
    made = steps(plan([topic(ALL)]))
    (create,) = made["topic/feedback create"].calls
    assert create.params["Attributes"] == {**HELD["encryption"], **HELD["settings"]}
    assert [dict(call.params) for call in made["topic/feedback delivery_logging"].calls] == [
        set_to(name, text)[1] for name, text in HELD["delivery_logging"].items()
    ]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"display_name": "Other"}, [set_to("DisplayName", "Other")]),
        ({"kms_key": KEY_ARN}, [set_to("KmsMasterKeyId", KEY_ARN)]),
        ({"signature_version": 1}, [set_to("SignatureVersion", "1")]),
        ({"tracing": "PASS_THROUGH"}, [set_to("TracingConfig", "PassThrough")]),
        (
            {"delivery_logging": {"http": {"success_sample_rate": 0}, "sqs": {"failure_role": ROLE}}},
            [set_to("HTTPSuccessFeedbackSampleRate", "0"), set_to("SQSFailureFeedbackRoleArn", ROLE)],
        ),
    ],
)
def test_what_differs_is_set_one_attribute_a_call(value, expected):
    """SNS has no call for several."""
    assert sent(plan([topic(value)], [there(**HELD)])) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"display_name": None}, [set_to("DisplayName", "")]),
        ({"kms_key": None}, [set_to("KmsMasterKeyId", "")]),
        ({"signature_version": None}, [set_to("SignatureVersion", "1")]),
        ({"tracing": None}, [set_to("TracingConfig", "PassThrough")]),
        ({"delivery_policy": None}, [set_to("DeliveryPolicy", "")]),
        (
            {"delivery_logging": {"http": {"success_role": None, "success_sample_rate": None}}},
            [set_to("HTTPSuccessFeedbackRoleArn", ""), set_to("HTTPSuccessFeedbackSampleRate", "0")],
        ),
    ],
)
def test_null_takes_an_attribute_back(value, expected):
    """SNS's default is set, or no text; where it is so already there is nothing to do."""
    assert sent(plan([topic(value)], [there(**HELD)])) == expected
    assert sent(plan([topic(value)], [there()])) == []


@pytest.mark.parametrize(
    ("held", "wished", "differs"),
    [
        (KEY, KEY_ARN, False),
        (KEY_ARN, KEY, False),
        ("alias/mail", "arn:aws:kms:eu-west-1:123456789012:alias/mail", False),
        (KEY, "arn:aws:kms:eu-west-1:210987654321:key/" + KEY, True),
        ("alias/mail", KEY, True),
    ],
)
def test_a_key_is_the_same_by_its_id_and_its_arn(held, wished, differs):
    """SNS keeps it as it was given."""
    target = plan([topic({"kms_key": wished})], [there(encryption={"KmsMasterKeyId": held})])
    assert bool(sent(target)) is differs


@pytest.mark.parametrize(
    ("more", "differs"),
    [
        ({"numMinDelayRetries": 0, "backoffFunction": "linear"}, False),
        ({"numMinDelayRetries": 1}, True),
        ({"numRetries": 3}, True),
    ],
)
def test_a_delivery_policy_that_sns_filled_up_is_the_same(more, differs):
    """What SNS lays beside it are its defaults."""
    retries = {**RETRIES["http"]["defaultHealthyRetryPolicy"], **more}
    filled = {"http": {"defaultHealthyRetryPolicy": retries, "disableSubscriptionOverrides": False}}
    held = there(settings={"DeliveryPolicy": json.dumps(filled)})
    assert bool(sent(plan([topic({"delivery_policy": RETRIES})], [held]))) is differs


# The key


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (KEY, []),
        (f"mrk-{KEY.replace('-', '')}", []),
        ("alias/mail", []),
        ("alias/aws/sns", []),
        (KEY_ARN, []),
        ("mail", ["not-a-key"]),
        ("arn:aws:sns:eu-west-1:123456789012:key", ["not-a-key"]),
        (KEY_ARN.replace("eu-west-1", "us-east-1"), ["wrong-region"]),
    ],
)
def test_the_forms_of_a_key(key, expected):
    """An id, an alias, or the ARN of either in the topic's region."""
    assert list(findings("topic", topic({"kms_key": key}))) == expected


def test_the_key_of_aws_lets_no_ses_in():
    """An error where SES publishes to the topic; a warning where the spec leaves such a key as it is."""
    found = findings("topic", topic({"kms_key": "alias/aws/sns"}), DESTINATION)
    assert found["key-shuts-out-ses"][0] == "error"
    held = there(encryption={"KmsMasterKeyId": "alias/aws/sns"})
    (one,) = plan([topic({}), DESTINATION], [held]).findings
    assert (one.code, one.severity) == ("key-shuts-out-ses", Severity.WARNING)


def test_a_new_key_that_ses_needs_is_warned_of():
    """Whether its policy lets SES in cannot be seen; once it is the topic's, nothing is said any more."""
    wished = topic({"kms_key": "alias/mail"})
    (one,) = plan([wished, DESTINATION]).findings
    assert (one.code, one.severity) == ("unseen-key", Severity.WARNING)
    assert "kms:GenerateDataKey*" in one.hint
    assert plan([wished, DESTINATION], [there(**HELD)]).findings == ()
    assert plan([wished]).findings == ()


# Against the emulator


def test_attributes_are_set_found_clean_and_taken_back(tmp_path):
    """SNS shows what was set, and a second plan finds nothing to do."""
    bench = Bench(tmp_path)
    full = {"topics": {"feedback": ALL}}
    bench.apply(full)
    bench.assert_clean(full)
    shown = bench.client("sns").get_topic_attributes(TopicArn=ARN)["Attributes"]
    expected = {**HELD["encryption"], **HELD["settings"], **HELD["delivery_logging"]}
    assert {name: shown.get(name) for name in expected} == expected
    none = {"topics": {"feedback": dict.fromkeys(ALL)}}
    bench.apply(none)
    bench.assert_clean(none)
    bench.emulator.close()


def test_what_refers_to_a_topic_waits_for_its_key(tmp_path):
    """SES tries to publish when a destination is made, so the key that lets it is set before."""
    bench = Bench(tmp_path)
    bench.emulator.settings.check_neighbours = "all"
    allowing = {"Effect": "Allow", "Principal": {"Service": "ses.amazonaws.com"}, "Action": "kms:*", "Resource": "*"}
    key = bench.client("kms").create_key(Policy=json.dumps({"Version": "2012-10-17", "Statement": [allowing]}))
    bench.apply({"topics": {"feedback": {"kms_key": "alias/aws/sns"}}})
    destination = {"events": ["BOUNCE"], "sns": "feedback"}
    document = {
        "topics": {"feedback": {"kms_key": key["KeyMetadata"]["Arn"]}},
        "configuration_sets": {"tx": {"event_destinations": {"events": destination}}},
    }
    assert "topic/feedback encryption" in names_of_steps(bench.plan(document))
    bench.apply(document)
    bench.assert_clean(document)
    bench.emulator.close()


@pytest.mark.parametrize(
    ("retries", "said"),
    [
        ({"numRetries": 10, "minDelayTarget": 5, "maxDelayTarget": 60, "backoffFunction": "geometric"}, None),
        ({"numRetries": None}, None),
        ({"numRetries": 100, "minDelayTarget": 36, "maxDelayTarget": 36}, None),
        ({"numRetries": 100, "minDelayTarget": 36, "maxDelayTarget": 37, "numMaxDelayRetries": 1}, "3601 seconds"),
        ({"numRetries": 100, "minDelayTarget": 40, "maxDelayTarget": 40, "numNoDelayRetries": 10}, None),
        ({"numRetires": 5}, "`numRetires` is no part"),
        ({"numRetries": 101}, "numRetries is a whole number from 0 to 100"),
        ({"numRetries": "3"}, "numRetries is a whole number"),
        ({"numRetries": True}, "numRetries is a whole number"),
        ({"minDelayTarget": 0}, "minDelayTarget is a whole number from 1 to 3600"),
        ({"minDelayTarget": 21}, None),
        ({"minDelayTarget": 21, "maxDelayTarget": 20}, "minDelayTarget (21) is more than maxDelayTarget (20)"),
        ({"backoffFunction": "cubic"}, "backoffFunction is one of"),
    ],
)
def test_what_sns_refuses_of_retries_is_found_in_the_spec(retries, said):
    """Bounds of SNS, each value by itself and all together; of what lies between, only what is sure."""
    found = findings("topic", topic({"delivery_policy": {"http": {"defaultHealthyRetryPolicy": retries}}}))
    assert list(found) == (["bad-delivery-policy"] if said else [])
    assert all(said in message for _, message in found.values())
