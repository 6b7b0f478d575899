"""Subscriptions: known by protocol and endpoint, waiting until they are confirmed, changed an attribute a call."""

import json

import pytest
from kinds.set_support import DENIED, MISSING, REGISTRY, SCOPE, Spec, drive, live, plan, sent, steps, want

from sesops.core.address import Address
from sesops.core.drift import drift
from sesops.core.plan import Impact, State
from sesops.core.thing import Block, Live, Unread, Wanted
from sesops.core.values import Reply

KIND = REGISTRY.kinds["subscription"]
TOPIC = "arn:aws:sns:eu-west-1:123456789012:feedback"
ARN = f"{TOPIC}:0a1b"
HOOK = {"protocol": "https", "endpoint": "https://hooks.example.com/ses?token=secret"}
# sha256 of the endpoint begins so.
NAME = ("feedback", "https:hooks.example.com:aad29e")
ADDRESS = Address("subscription", NAME)
QUEUE = "arn:aws:sqs:eu-west-1:123456789012:feedback"
LOST = {"deadLetterTargetArn": "arn:aws:sqs:eu-west-1:123456789012:lost"}


def hook(**more):
    return want("subscription", NAME, HOOK | more)


def held(arn=ARN, **attributes):
    """The webhook as it is live; with the literal in place of an ARN it waits."""
    return live(
        "subscription",
        NAME,
        key={"Protocol": "https", "Endpoint": HOOK["endpoint"], "SubscriptionArn": arn},
        confirmation={"Confirmed": arn == ARN},
        attributes=attributes,
    )


def listing(*entries):
    return Reply(
        {"Subscriptions": [dict(zip(("Protocol", "Endpoint", "SubscriptionArn"), one, strict=True)) for one in entries]}
    )


def read(*answers, fields=frozenset({"protocol"})):
    calls, reading = drive(KIND.read({NAME: fields}, SCOPE), *answers)
    return calls, reading


# Names


@pytest.mark.parametrize(
    ("protocol", "endpoint", "beginning"),
    [
        ("https", "https://user:pass@Hooks.example.com:8443/T0KEN?k=v", "https:hooks.example.com:"),
        ("HTTPS", "https://hooks.example.com#T0KEN", "https:hooks.example.com:"),
        ("https", "T0KEN", "https:unknown:"),
        ("email", "some.body@example.net", "email:example.net:"),
        ("EMAIL_JSON", "some.body@example.net", "email-json:example.net:"),
        ("sms", "+12065550142", "sms:42:"),
        ("sqs", QUEUE, "sqs:feedback:"),
        ("firehose", "arn:aws:firehose:eu-west-1:123456789012:deliverystream/lake", "firehose:lake:"),
    ],
)
def test_an_address_has_host_and_digest_and_no_more_of_an_endpoint(protocol, endpoint, beginning):
    """No token, no user, no slash; and six digits that tell two of a host apart."""
    name = KIND.named_by.name({"protocol": protocol, "endpoint": endpoint})
    other = KIND.named_by.name({"protocol": protocol, "endpoint": f"{endpoint}2"})
    assert name.startswith(beginning)
    assert len(name) == len(beginning) + 6
    assert name != other


# Reading


def test_a_topic_is_listed_once_and_what_the_spec_does_not_name_is_extra():
    """What went a moment ago is not there; attributes are read only where one is asked for."""
    answer = listing(("https", HOOK["endpoint"], ARN), ("sqs", QUEUE, f"{TOPIC}:2"), ("sms", "+12065550142", "Deleted"))
    calls, reading = read((answer,))
    assert calls == [[("ListSubscriptionsByTopic", {"TopicArn": TOPIC})]]
    assert list(reading.things) == [ADDRESS]
    assert [one.address.last.rpartition(":")[0] for one in reading.extra] == ["sqs:feedback"]


def test_attributes_are_read_by_the_arn():
    """Only those that a spec can say, so that nobody's change of another is one of ours."""
    attributes = {"RawMessageDelivery": "true", "Owner": "123456789012", "PendingConfirmation": "false"}
    calls, reading = read(
        (listing(("https", HOOK["endpoint"], ARN)),),
        (Reply({"Attributes": attributes}),),
        fields=frozenset({"protocol", "raw_message_delivery"}),
    )
    assert calls[1] == [("GetSubscriptionAttributes", {"SubscriptionArn": ARN})]
    assert reading.things[ADDRESS].blocks["attributes"] == Block({"RawMessageDelivery": "true"})


def test_what_waits_has_no_attributes_to_read():
    """SNS has no ARN to ask by."""
    calls, reading = read(
        (listing(("https", HOOK["endpoint"], "PendingConfirmation")),), fields=frozenset({"raw_message_delivery"})
    )
    assert len(calls) == 1
    assert reading.things[ADDRESS].blocks["confirmation"] == Block({"Confirmed": False})


@pytest.mark.parametrize(("answer", "expected"), [(MISSING, None), (listing(), None)], ids=["no topic", "none"])
def test_what_is_not_listed_is_absent(answer, expected):
    """So is everything of a topic that is not there."""
    assert read((answer,))[1].things == {ADDRESS: expected}


@pytest.mark.parametrize(("answer", "kind"), [(MISSING, type(None)), (DENIED, Live)])
def test_attributes_that_cannot_be_read(answer, kind):
    """Gone since the listing, or unknown."""
    _, reading = read(
        (listing(("https", HOOK["endpoint"], ARN)),), (answer,), fields=frozenset({"raw_message_delivery"})
    )
    thing = reading.things[ADDRESS]
    assert isinstance(thing, kind)
    assert thing is None or isinstance(thing.blocks["attributes"], Unread)


# Planning


def test_a_new_one_is_made_in_one_call_and_says_that_it_has_to_be_confirmed():
    """Attributes ride along: before the confirmation there is no other way to set them."""
    target = plan([hook(raw_message_delivery=True, filter_policy={"eventType": ["Bounce"]}, redrive_policy=None)])
    attributes = {"RawMessageDelivery": "true", "FilterPolicy": json.dumps({"eventType": ["Bounce"]})}
    params = {"TopicArn": TOPIC, "Protocol": "https", "Endpoint": HOOK["endpoint"], "Attributes": attributes}
    assert sent(target) == [("Subscribe", params)]
    assert target.changes[0].impact is Impact.NOTICE
    assert "SubscribeURL" in target.changes[0].sentence


def test_one_that_waits_is_shown_as_waiting_and_is_no_drift():
    """What to do stands beside it; its attributes are left for the run after the confirmation."""
    target = plan([hook(raw_message_delivery=True)], [held("PendingConfirmation")])
    [step] = steps(target).values()
    assert (step.facet, step.state, step.calls) == ("confirmation", State.WAITING, ())
    assert [("waits for its confirmation" in one.text, "SubscribeURL" in one.hint) for one in step.conditions] == [
        (True, True)
    ]
    assert drift(target).entries == ()
    assert not target.pending


def test_an_attribute_a_call():
    """Back to its default with the value that SNS takes for it."""
    held_now = held(
        RawMessageDelivery="true",
        FilterPolicy='{"a": ["b"]}',
        RedrivePolicy=json.dumps(LOST),
        DeliveryPolicy='{"a": {"b": 1}}',
    )
    target = plan(
        [hook(raw_message_delivery=False, filter_policy=None, redrive_policy=None, delivery_policy=None)], [held_now]
    )
    given = {
        params["AttributeName"]: params.get("AttributeValue", "left out")
        for operation, params in sent(target)
        if operation == "SetSubscriptionAttributes" and params["SubscriptionArn"] == ARN
    }
    assert given == {
        "RawMessageDelivery": "false",
        "FilterPolicy": "{}",
        "RedrivePolicy": "left out",
        "DeliveryPolicy": "",
    }


@pytest.mark.parametrize(
    ("scope", "first"), [("MessageBody", "FilterPolicyScope"), ("MessageAttributes", "FilterPolicy")]
)
def test_scope_and_filter_in_the_order_that_sns_takes(scope, first):
    """A filter on members of the body is refused while the scope is the attributes."""
    other = {"MessageBody": "MessageAttributes", "MessageAttributes": "MessageBody"}[scope]
    target = plan(
        [hook(filter_policy={"a": ["c"]}, filter_policy_scope=scope)],
        [held(FilterPolicy='{"a": ["b"]}', FilterPolicyScope=other)],
    )
    assert sent(target)[0][1]["AttributeName"] == first


def test_what_sns_fills_in_is_no_difference():
    """Blanks in a delivery policy, and an empty filter for none."""
    wanted = hook(delivery_policy={"healthyRetryPolicy": {"numRetries": 5}}, filter_policy=None)
    text = '{"healthyRetryPolicy": {"numRetries": 5}, "sicklyRetryPolicy": null, "guaranteed": false}'
    assert plan([wanted], [held(DeliveryPolicy=text, FilterPolicy="{}")]).changes == ()


def test_remove_ends_it_by_its_arn():
    """It stops no mail: the topic is there for the others."""
    target = plan([], [held()], remove=[ADDRESS])
    assert sent(target) == [("Unsubscribe", {"SubscriptionArn": ARN})]
    assert not target.changes[0].held


def test_what_waits_cannot_be_removed_yet():
    """SNS has no ARN to end it by."""
    [step] = steps(plan([], [held("PendingConfirmation")], remove=[ADDRESS])).values()
    assert (step.state, step.calls) == (State.WAITING, ())


# What a spec cannot ask for


@pytest.mark.parametrize(
    ("value", "codes"),
    [
        (HOOK, []),
        ({"protocol": "http", "endpoint": "https://a.example"}, ["endpoint-not-for-protocol"]),
        ({"protocol": "https", "endpoint": "https:///path"}, ["endpoint-not-for-protocol"]),
        ({"protocol": "email", "endpoint": "ops"}, ["endpoint-not-for-protocol"]),
        ({"protocol": "sms", "endpoint": "0800 CALL"}, ["endpoint-not-for-protocol"]),
        ({"protocol": "lambda", "endpoint": QUEUE}, ["endpoint-not-for-protocol"]),
        ({"protocol": "sqs", "endpoint": QUEUE.replace("eu-west-1", "us-east-1")}, []),
        ({"protocol": "sqs", "endpoint": f"{QUEUE}.fifo"}, ["fifo-queue"]),
        ({"protocol": "email", "endpoint": "ops@example.net", "raw_message_delivery": True}, ["no-raw-delivery"]),
        ({"protocol": "email", "endpoint": "ops@example.net", "raw_message_delivery": False}, []),
        (
            {"protocol": "firehose", "endpoint": "arn:aws:firehose:eu-west-1:123456789012:deliverystream/s"},
            ["role-missing"],
        ),
        (HOOK | {"subscription_role_arn": "arn:aws:iam::123456789012:role/r"}, ["role-not-taken"]),
        ({"protocol": "sqs", "endpoint": QUEUE, "delivery_policy": {"a": {"b": 1}}}, ["no-delivery-policy"]),
        (HOOK | {"delivery_policy": {"healthyRetryPolicy": {"numRetries": 101}}}, ["bad-delivery-policy"]),
        (HOOK | {"delivery_policy": {"throttlePolicy": {"maxReceivesPerSecond": 0}}}, ["bad-delivery-policy"]),
        (HOOK | {"filter_policy_scope": "MessageBody"}, ["scope-without-filter"]),
        (HOOK | {"redrive_policy": LOST}, []),
        (HOOK | {"redrive_policy": {"deadLetterTargetArn": QUEUE.replace("eu-", "us-")}}, ["bad-redrive-policy"]),
    ],
)
def test_rules(value, codes):
    """Each rule, with a hint, at the field; nothing of an endpoint is repeated."""
    one = want("subscription", ("feedback", "x"), value)
    found = list(KIND.check(one, Spec(one, Wanted(Address("topic", ("feedback",))))))
    assert [each.code for each in found] == codes
    assert all(each.hint and value["endpoint"] not in each.message for each in found)


def test_a_topic_of_somebody_else_has_none():
    """It is referred to by its ARN, and never managed."""
    one = want("subscription", ("audit", "x"), HOOK)
    assert [each.code for each in KIND.check(one, Spec(one))] == ["conflicting-keys"]


@pytest.mark.parametrize("text", ["no JSON", "[" * 1_000, '{"a": NaN}'])
def test_an_attribute_that_is_no_json_is_a_text(text):
    """Somebody else may have set it: it differs from any document, and is put right."""
    [change] = plan([hook(filter_policy={"a": ["b"]})], [held(FilterPolicy=text)]).changes
    assert [(one.path, one.before) for one in change.fields] == [("filter_policy", text)]
