"""A topic's policy as a whole document: written as it stands, and not without SES where SES publishes."""

import json

import pytest
from kinds.set_support import REGISTRY, drive, findings, live, plan, reported, sent, want, world, write
from support.bench import Bench

from sesops.core.address import Address
from sesops.core.diagnostic import Severity
from sesops.core.plan import Impact, State
from sesops.core.thing import Wanted
from sesops.core.values import Ref, Reply
from sesops.kinds.topic.policies import lets_publish
from sesops.spec.lint import Siblings

KIND = REGISTRY.kinds["topic"]
NAME = ("feedback",)
ADDRESS = Address("topic", NAME)
ARN = "arn:aws:sns:eu-west-1:123456789012:feedback"
SET_ARN = "arn:aws:ses:eu-west-1:123456789012:configuration-set/tx"
STATEMENT = {
    "Effect": "Allow",
    "Principal": {"Service": "ses.amazonaws.com"},
    "Action": "sns:Publish",
    "Resource": ARN,
}
OWNER = {"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "sns:Publish", "Resource": ARN}
DEFAULT = {
    "Effect": "Allow",
    "Principal": {"AWS": "*"},
    "Action": ["SNS:GetTopicAttributes", "SNS:Publish"],
    "Resource": ARN,
    "Condition": {"StringEquals": {"AWS:SourceOwner": "123456789012"}},
}
PLAIN_HTTP = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "sns:Publish",
    "Resource": ARN,
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}


def document(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


def on(**condition):
    return {**STATEMENT, "Condition": condition}


def topic(*statements):
    return want("topic", NAME, {"policy": document(*statements)})


def there(*statements):
    return live("topic", NAME, policy={"Policy": json.dumps(document(*statements))}, encryption={})


def using(kind, name, value, path):
    return want(kind, name, value, refs=((path, ADDRESS),))


DESTINATION = using(
    "event_destination", ("tx", "events"), {"events": ["BOUNCE"], "sns": Ref("topic", "feedback")}, "sns"
)
IDENTITY = using(
    "domain",
    ("example.com",),
    {"notifications": {"bounce": {"topic": Ref("topic", "feedback")}}},
    "notifications.bounce.topic",
)


def rule(**more):
    action = {"s3": {"bucket": "mail", "topic": Ref("topic", "feedback"), **more}}
    return using("receipt_rule", ("in", "all"), {"name": "all", "recipients": "all", "actions": [action]}, "actions")


# Writing


def test_the_document_is_written_whole():
    """What stands in the policy beside it goes; its keys are in one order whoever wrote them."""
    target = plan([topic(STATEMENT)], [there(DEFAULT, STATEMENT)])
    text = json.dumps(document(STATEMENT))
    assert sent(target) == [
        ("SetTopicAttributes", {"TopicArn": ARN, "AttributeName": "Policy", "AttributeValue": text})
    ]
    assert target.changes[0].impact is Impact.NONE


def test_a_document_of_the_same_meaning_is_no_change():
    """As identity policies are compared."""
    same = {**STATEMENT, "Action": ["SNS:Publish"], "Principal": {"Service": ["ses.amazonaws.com"]}}
    assert sent(plan([topic(STATEMENT)], [there(same)])) == []


def test_a_document_is_written_without_a_look_at_what_is_there():
    """It is the whole of it; a refusal is the result of the step."""
    wanted = topic(STATEMENT)
    made = write("topic", NAME, "policy", {}, {"policy": document(STATEMENT)}, world([wanted]))
    calls, result = drive(KIND.facet("policy").program(made), (Reply(),))
    assert ([name for ((name, _),) in calls], result) == (["SetTopicAttributes"], None)


def test_a_document_stands_in_a_file(tmp_path):
    """The same form as an identity's policy: the file lies beside the spec."""
    bench = Bench(tmp_path)
    (tmp_path / "feedback.json").write_text(json.dumps(document(STATEMENT)))
    spec = {"topics": {"feedback": {"policy": {"file": "feedback.json"}}}}
    bench.apply(spec)
    bench.assert_clean(spec)
    shown = bench.client("sns").get_topic_attributes(TopicArn=ARN)["Attributes"]
    assert json.loads(shown["Policy"]) == document(STATEMENT)
    bench.emulator.close()


def test_ses_add_stands_alone():
    """Beside a document it would say two things."""
    both = {"policy": {"ses": "add", **document(STATEMENT)}}
    assert [(code, path) for code, path, _ in reported("topic", NAME, both)] == [("conflicting-keys", "policy")]


# What it means


def test_taking_the_statement_away_stops_mail():
    """It is held back until `allow` names the topic."""
    target = plan([topic(OWNER)], [there(STATEMENT)])
    (change,) = target.changes
    assert change.impact is Impact.STOPS_MAIL
    assert change.sentence == "SES may not publish to topic feedback any more: its notifications and events are lost"
    assert [step.state for step in change.steps] == [State.HELD]
    allowed = plan([topic(OWNER)], [there(STATEMENT)], allow=[ADDRESS])
    assert [step.state for step in allowed.changes[0].steps] == [State.READY]


@pytest.mark.parametrize(("before", "after"), [(OWNER, OWNER), (OWNER, STATEMENT), (STATEMENT, DEFAULT)])
def test_where_ses_loses_nothing_nothing_stops(before, after):
    """It could not publish before, or it still can."""
    more = {**PLAIN_HTTP, "Sid": "tls"}
    (change,) = plan([topic(after, more)], [there(before)]).changes
    assert change.impact is Impact.NONE


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([STATEMENT], True),
        ([DEFAULT], True),
        ([OWNER], False),
        ([], False),
        ([{**STATEMENT, "Action": "SNS:*"}], True),
        ([{**STATEMENT, "Action": "sns:Subscribe"}], False),
        ([{**STATEMENT, "Resource": "*"}], True),
        ([{**STATEMENT, "Resource": f"{ARN}-2"}], False),
        ([{**STATEMENT, "Principal": "*"}], True),
        ([on(StringEquals={"aws:SourceAccount": "123456789012"})], True),
        ([on(StringEquals={"aws:SourceAccount": "111111111111"})], False),
        ([on(StringNotEquals={"aws:SourceAccount": "123456789012"})], False),
        ([on(ArnEquals={"AWS:SourceArn": [SET_ARN, "arn:aws:ses:eu-west-1:123456789012:identity/x"]})], True),
        ([on(ArnLike={"AWS:SourceArn": "arn:aws:ses:*:123456789012:configuration-set/*"})], True),
        ([on(StringEquals={"AWS:SourceArn": "arn:aws:ses:*:123456789012:configuration-set/*"})], False),
        ([on(StringLike={"AWS:SourceArn": "arn:aws:ses:eu-west-1:123456789012:identity/*"})], False),
        ([on(StringEquals={"aws:PrincipalOrgID": "o-1"})], True),
        ([STATEMENT, PLAIN_HTTP], True),
        ([STATEMENT, {**STATEMENT, "Effect": "Deny"}], False),
        ([{**STATEMENT, "NotAction": "sns:Subscribe", "Action": None}], True),
        ([{**STATEMENT, "NotPrincipal": {"AWS": "123456789012"}}], True),
    ],
)
def test_whether_ses_may_publish(statements, expected):
    """Who, what, where and on which condition; what cannot be judged here keeps nobody out."""
    assert lets_publish(document(*statements), ARN, "123456789012", SET_ARN) is expected


def test_without_an_account_its_conditions_are_not_judged():
    """As in a spec that names none."""
    foreign = document(on(StringEquals={"aws:SourceAccount": "111111111111"}))
    assert lets_publish(foreign, ARN, None)
    assert not lets_publish(document(OWNER), ARN, None)


@pytest.mark.parametrize("user", [DESTINATION, IDENTITY, rule()], ids=["destination", "identity", "rule"])
def test_a_topic_that_ses_publishes_to_has_to_let_it(user):
    """An error, which names what publishes."""
    (code,) = found = findings("topic", topic(OWNER), user)
    assert (code, found[code][0]) == ("ses-cannot-publish", "error")
    assert str(user.address) in found[code][1]
    assert not findings("topic", topic(STATEMENT), user)


def test_a_condition_that_names_another_source_shuts_out():
    """The configuration set that publishes is not among those that may."""
    other = on(ArnEquals={"AWS:SourceArn": f"{SET_ARN}-2"})
    assert list(findings("topic", topic(other), DESTINATION)) == ["ses-cannot-publish"]
    assert not findings("topic", topic(on(ArnEquals={"AWS:SourceArn": SET_ARN})), DESTINATION)


def test_where_a_role_publishes_the_policy_says_nothing():
    """Only the role's rights count; nor is anything said of a topic that nothing refers to."""
    role = "arn:aws:iam::123456789012:role/mail"
    assert not findings("topic", topic(OWNER), rule(role=role))
    assert not findings("topic", topic(OWNER))


def test_a_policy_that_the_spec_leaves_alone_is_warned_of():
    """What is live keeps SES out of what the spec asks it to do."""
    (one,) = plan([want("topic", NAME, {}), DESTINATION], [there(OWNER)]).findings
    assert (one.code, one.severity, one.hint) == (
        "ses-cannot-publish",
        Severity.WARNING,
        "write `policy: {ses: add}`",
    )
    assert plan([want("topic", NAME, {}), DESTINATION], [there(DEFAULT)]).findings == ()
    assert plan([want("topic", NAME, {}), rule()], [there(OWNER)]).findings != ()
    role = "arn:aws:iam::123456789012:role/mail"
    assert plan([want("topic", NAME, {}), rule(role=role)], [there(OWNER)]).findings == ()


# The document itself


@pytest.mark.parametrize(
    ("statements", "code", "words"),
    [
        ([], "bad-policy", "no statement"),
        ([{**STATEMENT, "Effect": "allow"}], "bad-policy", "Effect"),
        ([{**STATEMENT, "Principal": {"AWS": "me"}}], "bad-policy", "Principal"),
        ([{**STATEMENT, "Action": []}], "bad-policy", "no Action"),
        ([{**STATEMENT, "Action": "ses:SendEmail"}], "bad-policy", "no action of SNS"),
        ([{**STATEMENT, "Resource": []}], "bad-policy", "no Resource"),
        ([{**STATEMENT, "Sid": "a"}, {**OWNER, "Sid": "a"}], "bad-policy", "the id a"),
        ([{**STATEMENT, "Sid": "x" * 31000}], "policy-too-large", "30720"),
        # What else is wrong with it is seen once it is smaller.
        ([{**STATEMENT, "Sid": "x" * 31000}, {}], "policy-too-large", "30720"),
    ],
)
def test_what_sns_refuses_of_a_document(statements, code, words):
    """Found offline, whoever uses the topic."""
    (found,) = findings("topic", topic(*statements)).items()
    assert (found[0], found[1][0]) == (code, "error")
    assert words in found[1][1]


@pytest.mark.parametrize(("name", "region"), [("a(b", "eu-west-1"), ("a\\", "eu-west-1"), ("feedback", "[")])
def test_a_name_is_no_pattern(name, region):
    """One that SNS refuses is found, whatever stands in it."""
    document = {"policy": {"Version": "2012-10-17", "Statement": [STATEMENT]}}
    one = Wanted(Address("topic", (name,)), document)
    user = Wanted(
        Address("event_destination", ("tx", "all")), {"sns": Ref("topic", name)}, refs=(("sns", one.address),)
    )
    found = list(KIND.check(one, Siblings(region, "123456789012", [one, user])))
    assert "ses-cannot-publish" in [each.code for each in found]
