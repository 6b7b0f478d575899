"""Topics: that they exist, that SES may publish to them, and that nothing else of their policy is touched."""

import json

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kinds.set_support import (
    DENIED,
    MISSING,
    REGISTRY,
    SCOPE,
    checked,
    drive,
    findings,
    live,
    plan,
    schema,
    sent,
    steps,
    want,
    world,
    write,
)

from sesops.core.address import Address
from sesops.core.plan import Impact
from sesops.core.thing import Block, Unread
from sesops.core.values import Reply
from sesops.kinds.topic.policies import SID, with_ses

KIND = REGISTRY.kinds["topic"]
NAME = ("feedback",)
ADDRESS = Address("topic", NAME)
ARN = "arn:aws:sns:eu-west-1:123456789012:feedback"
STATEMENT = {
    "Sid": SID,
    "Effect": "Allow",
    "Principal": {"Service": "ses.amazonaws.com"},
    "Action": "sns:Publish",
    "Resource": ARN,
    "Condition": {"StringEquals": {"AWS:SourceAccount": "123456789012"}},
}
OWNERS = {
    "Sid": "__default_statement_ID",
    "Effect": "Allow",
    "Principal": {"AWS": "*"},
    "Action": ["SNS:GetTopicAttributes", "SNS:Publish"],
    "Resource": ARN,
    "Condition": {"StringEquals": {"AWS:SourceOwner": "123456789012"}},
}
DEFAULT = {"Version": "2008-10-17", "Id": "__default_policy_ID", "Statement": [OWNERS]}
ADD = {"policy": {"ses": "add"}}


def topic(value, name=NAME):
    return want("topic", name, value)


def with_policy(document, **tags):
    blocks = {"policy": {"Policy": json.dumps(document)}} | ({"tags": tags} if tags else {})
    return live("topic", NAME, **blocks)


def attributes(document):
    return Reply({"Attributes": {"TopicArn": ARN, "Policy": json.dumps(document), "SubscriptionsPending": "1"}})


def set_policy(text):
    return ("SetTopicAttributes", {"TopicArn": ARN, "AttributeName": "Policy", "AttributeValue": text})


# Reading


def test_one_call_tells_that_a_topic_is_there_and_who_may_use_it():
    """Other attributes are not ours, so that nobody's change of them is one of ours."""
    calls, reading = drive(KIND.read({NAME: frozenset({"policy"})}, SCOPE), (attributes(DEFAULT),))
    assert calls == [[("GetTopicAttributes", {"TopicArn": ARN})]]
    found = {facet: block.raw for facet, block in reading.things[ADDRESS].blocks.items() if block.raw}
    assert found == {"policy": {"Policy": json.dumps(DEFAULT)}}


def test_tags_are_read_where_a_tag_is_asked():
    """Both calls go side by side; a topic that is not there has no tags either."""
    wants = {NAME: frozenset({"tags.team"}), ("gone",): frozenset({"tags.team"}), ("plain",): frozenset()}
    tags = Reply({"Tags": [{"Key": "team", "Value": "mail"}]})
    calls, reading = drive(KIND.read(wants, SCOPE), (attributes(DEFAULT), MISSING, attributes(DEFAULT), tags, MISSING))
    assert [operation for operation, _ in calls[0]] == ["GetTopicAttributes"] * 3 + ["ListTagsForResource"] * 2
    assert reading.things[ADDRESS].blocks["tags"] == Block({"team": "mail"})
    assert reading.things[Address("topic", ("gone",))] is None
    assert "tags" not in reading.things[Address("topic", ("plain",))].blocks


def test_a_denied_read_is_unknown():
    """Of the topic where its attributes are denied, of the tags where they are."""
    _, reading = drive(KIND.read({NAME: frozenset({"tags.team"})}, SCOPE), (DENIED, DENIED))
    reason = "denied: AccessDeniedException: not authorized"
    assert reading.things == {ADDRESS: Unread(f"GetTopicAttributes {reason}")}
    _, reading = drive(KIND.read({NAME: frozenset({"tags.team"})}, SCOPE), (attributes(DEFAULT), DENIED))
    assert reading.things[ADDRESS].blocks["tags"] == Unread(f"ListTagsForResource {reason}")


def test_a_topic_without_a_policy_has_an_empty_block():
    """An answer without attributes is no error."""
    _, reading = drive(KIND.read({NAME: frozenset()}, SCOPE), (Reply({}),))
    assert reading.things[ADDRESS].blocks["policy"] == Block({})


# The statement


def test_the_statement_is_laid_beside_the_others():
    """Everything else of the policy stays."""
    assert with_ses(DEFAULT, ARN, SCOPE.account) == {**DEFAULT, "Statement": [OWNERS, STATEMENT]}


def test_a_policy_with_one_statement_may_have_it_without_a_list():
    """IAM reads one value as a list of one."""
    alone = {**DEFAULT, "Statement": OWNERS}
    assert with_ses(alone, ARN, SCOPE.account)["Statement"] == [OWNERS, STATEMENT]


@pytest.mark.parametrize("held", [None, ""])
def test_without_a_policy_the_statement_is_all_of_it(held):
    """As of a topic that is still to be made."""
    assert with_ses(held, ARN, SCOPE.account) == {"Version": "2012-10-17", "Statement": [STATEMENT]}


def test_a_statement_of_the_same_meaning_is_enough():
    """Whatever its id, its letter case and its lists."""
    same = {
        "Sid": "somebody-elses",
        "Effect": "Allow",
        "Principal": {"Service": ["ses.amazonaws.com"]},
        "Action": ["SNS:Publish"],
        "Resource": [ARN],
        "Condition": {"stringequals": {"aws:sourceaccount": ["123456789012"]}},
    }
    document = {**DEFAULT, "Statement": [OWNERS, same]}
    assert with_ses(document, ARN, SCOPE.account) == document
    assert sent(plan([topic(ADD)], [with_policy(document)])) == []


@pytest.mark.parametrize(
    "part",
    [
        {"Effect": "Deny"},
        {"Principal": {"Service": "s3.amazonaws.com"}},
        {"Action": "sns:Subscribe"},
        {"Resource": f"{ARN}-2"},
        {"Condition": {"StringEquals": {"AWS:SourceAccount": "111111111111"}}},
    ],
)
def test_a_statement_of_another_meaning_is_not(part):
    """Ours comes beside it."""
    other = {**STATEMENT, "Sid": "other", **part}
    assert with_ses({**DEFAULT, "Statement": [other]}, ARN, SCOPE.account)["Statement"] == [other, STATEMENT]


def test_our_own_statement_is_put_right():
    """SNS takes an id once, so one that was changed by hand is replaced."""
    changed = {**STATEMENT, "Action": "sns:Subscribe"}
    document = {**DEFAULT, "Statement": [changed, OWNERS]}
    assert with_ses(document, ARN, SCOPE.account)["Statement"] == [OWNERS, STATEMENT]


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "Effect": st.sampled_from(["Allow", "Deny"]),
                "Principal": st.sampled_from(["*", {"AWS": "*"}, {"Service": ["ses.amazonaws.com"]}]),
                "Action": st.sampled_from(["sns:Publish", "SNS:PUBLISH", ["sns:Publish", "sns:Subscribe"]]),
                "Resource": st.sampled_from([ARN, [ARN]]),
            },
            optional={
                "Sid": st.sampled_from(["a", "b"]),
                "Condition": st.just({"StringEquals": {"aws:SourceAccount": "123456789012"}}),
            },
        )
    )
)
def test_adding_twice_is_adding_once(statements):
    """Whatever is there stays in its order, and the second time nothing is added."""
    document = {**DEFAULT, "Statement": statements}
    once = with_ses(document, ARN, SCOPE.account)
    assert once["Statement"][: len(statements)] == statements
    assert len(once["Statement"]) <= len(statements) + 1
    assert with_ses(once, ARN, SCOPE.account) == once


# Writing


def test_a_new_topic_lets_ses_publish():
    """Our default, and a step of its own: SNS gives a new topic a policy that is not known before."""
    target = plan([topic({"tags": {"team": "mail"}})])
    (change,) = target.changes
    assert [(one.path, one.ours) for one in change.fields] == [
        ("tags.team", False),
        ("policy", True),
        ("tags.sesops:stack", True),
    ]
    made = steps(target)
    assert checked(*made["topic/feedback create"].calls) == [
        (
            "CreateTopic",
            {
                "Name": "feedback",
                "Tags": [{"Key": "sesops:stack", "Value": "acme-mail"}, {"Key": "team", "Value": "mail"}],
            },
        )
    ]
    assert made["topic/feedback policy"].needs == ((ADDRESS, "create"),)


def test_a_create_without_tags():
    """Where ownership writes none."""
    assert checked(KIND.create(ADDRESS, SCOPE, {})) == [("CreateTopic", {"Name": "feedback"})]


def test_a_topic_that_is_there_keeps_its_policy_unless_the_spec_says_so():
    """Absent is not managed."""
    assert sent(plan([topic({})], [with_policy(DEFAULT)])) == []


def test_the_plan_shows_the_policy_that_would_be_written():
    """The forecast is the merged document, and only the statement is the difference."""
    target = plan([topic(ADD)], [with_policy(DEFAULT)])
    merged = {**DEFAULT, "Statement": [OWNERS, STATEMENT]}
    assert sent(target) == [set_policy(json.dumps(merged))]
    (one,) = target.changes[0].fields
    assert (one.before, one.after) == (DEFAULT, merged)


def policy_write(document=DEFAULT):
    merged = with_ses(document, ARN, SCOPE.account)
    return write("topic", NAME, "policy", {"Policy": json.dumps(document)}, {"policy": merged})


def test_the_policy_is_read_again_before_it_is_written():
    """What somebody added since the plan stays."""
    added = {**STATEMENT, "Sid": "added", "Action": "sns:Subscribe"}
    fresh = {**DEFAULT, "Statement": [OWNERS, added]}
    calls, result = drive(KIND.facet("policy").program(policy_write()), (attributes(fresh),), (Reply(),))
    merged = {**DEFAULT, "Statement": [OWNERS, added, STATEMENT]}
    assert calls == [[("GetTopicAttributes", {"TopicArn": ARN})], [set_policy(json.dumps(merged))]]
    assert result is None


def test_a_policy_that_has_it_by_now_is_not_written():
    """Somebody was faster."""
    fresh = {**DEFAULT, "Statement": [STATEMENT]}
    calls, result = drive(KIND.facet("policy").program(policy_write()), (attributes(fresh),))
    assert (len(calls), result) == (1, None)


def test_each_tag_call_is_made_only_where_it_has_something_to_do():
    """Setting and dropping are two calls."""
    assert [one.operation for one in KIND.tag_calls(ADDRESS, SCOPE, {"a": "b"}, ())] == ["TagResource"]
    assert [one.operation for one in KIND.tag_calls(ADDRESS, SCOPE, {}, ("a",))] == ["UntagResource"]


def test_a_refusal_ends_the_step():
    """Of the read or of the write, it is the result."""
    assert drive(KIND.facet("policy").program(policy_write()), (DENIED,))[1] is DENIED
    assert drive(KIND.facet("policy").program(policy_write()), (Reply({}),), (DENIED,))[1] is DENIED


def test_tags_have_calls_of_their_own():
    """Only those that differ are set or dropped."""
    target = plan([topic({"tags": {"team": "mail", "old": None}})], [with_policy(DEFAULT, old="1", other="2")])
    assert sent(target) == [
        ("TagResource", {"ResourceArn": ARN, "Tags": [{"Key": "team", "Value": "mail"}]}),
        ("UntagResource", {"ResourceArn": ARN, "TagKeys": ["old"]}),
    ]
    assert checked(KIND.read_tags(ADDRESS, SCOPE)) == [("ListTagsForResource", {"ResourceArn": ARN})]


def test_deleting_a_topic_stops_mail():
    """It names what uses the topic, as far as that was read."""
    (change,) = plan([], [with_policy(DEFAULT)], remove=[ADDRESS]).changes
    assert change.impact is Impact.STOPS_MAIL
    assert change.sentence == "notifications and events for topic feedback are lost, and receipt actions with it fail"
    assert checked(*change.steps[0].calls) == [("DeleteTopic", {"TopicArn": ARN})]


@pytest.mark.parametrize(
    ("names", "users"),
    [
        (["a"], "event_destination/tx/a uses it"),
        (["a", "b"], "event_destination/tx/a, event_destination/tx/b use it"),
    ],
)
def test_deleting_a_topic_in_use_says_by_what(names, users):
    """The reviewer sees which destinations go silent."""
    block = {"SnsDestination": {"TopicArn": ARN}}
    things = [live("event_destination", ("tx", name), destination=block) for name in names]
    assert KIND.delete_stops(with_policy(DEFAULT), world(things=things)).endswith(f"; {users}")
    assert KIND.delete_stops(None, world()) is None


# Offline


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("mail-feedback_1", []),
        ("mail.fifo", ["fifo-topic"]),
        ("a b", ["invalid-name"]),
        ("x" * 257, ["invalid-name"]),
        ("", ["invalid-name"]),
    ],
)
def test_names(name, expected):
    """1 to 256 letters, digits, underscores and dashes; and SES publishes to no FIFO topic."""
    assert list(findings("topic", topic({}, (name,)))) == expected


def test_an_arn_names_the_topic_and_not_its_subscriptions():
    """The tag listing gives ARNs of topics; a reference to a topic is its ARN."""
    assert KIND.ref_value(ADDRESS, SCOPE) == KIND.arn(ADDRESS, SCOPE) == ARN
    assert KIND.from_arn(ARN) == NAME
    assert KIND.from_arn(f"{ARN}:0f5d5f0e-0000-0000-0000-000000000000") is None
    assert KIND.from_arn("arn:aws:sqs:eu-west-1:123456789012:feedback") is None


def test_the_schema_holds_its_examples_and_the_kind_takes_them():
    """Every key but the ARN of somebody else's topic is a field of the kind."""
    fragment = schema("topic")
    for example in fragment["examples"]:
        jsonschema.Draft7Validator(fragment).validate(example)
    assert set(topic(fragment["examples"][0]).fields) == {"policy", "tags.team"}
    assert fragment["x-external"] == "arn"
