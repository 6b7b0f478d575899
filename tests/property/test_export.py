"""An export of whatever is live plans clean, adoption apart, and an export of what it made is the same to the byte."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from property import names
from property.live import put
from property.runs import DEPTHS, runs
from property.states import states
from support.bench import described
from support.export import exported

from sesops.core.plan import Action


@pytest.mark.parametrize("depth", DEPTHS)
def test_an_export_plans_clean_and_once_it_is_adopted_is_exported_the_same(lab, depth):
    """No finding, nothing unknown, nothing but tags to write; whatever the state, whoever made it."""

    @runs(depth, 40)
    @given(st.data())
    def holds(data):
        state = data.draw(states())
        lab.sweep()
        put(state, lab)
        export = exported(lab)
        plan = lab.plan(export.text, stack=names.STACK)
        assert (plan.complete, plan.refusals) == (True, ())
        assert {one.action for one in plan.changes} <= {Action.ADOPT}, described(plan.changes)
        assert exported(lab).text == export.text
        lab.make(plan)
        assert exported(lab).text == export.text

    holds()


ODD = [
    *(
        "yes",
        "0x1",
        "0o17",
        "1e3",
        "keep",
        "",
        " ",
        "${name}",
        "$${x}",
        "${aws:username}",
        "\u202etxt",
        "\x7f",
        "\ufeff",
    ),
    *("a: b # c", "- x", '"', "'", "\\n", "x" * 2000, "📧 é"),
]
TEXTS = st.sampled_from(ODD) | st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=40)
"""What SES and SNS take as text: no control characters."""


@st.composite
def hostile(draw) -> dict[str, Any]:
    """Free texts, wherever there are any."""
    return {
        "display": draw(TEXTS)[:100],
        "header": draw(TEXTS),
        "message": draw(TEXTS.filter(bool)),
        "filter": draw(
            st.dictionaries(TEXTS.filter(bool), st.lists(TEXTS, min_size=1, max_size=2), min_size=1, max_size=2)
        ),
        "sid": draw(TEXTS)[:200],
        "users": draw(st.lists(TEXTS, min_size=1, max_size=2, unique=True)),
    }


def put_hostile(lab, texts: dict[str, Any]) -> None:
    sns, ses, sesv2 = lab.client("sns"), lab.client("ses"), lab.client("sesv2")
    attributes = {"Policy": names.topic_policy("events")}
    if texts["display"]:
        attributes["DisplayName"] = texts["display"]
    ours = [{"Key": "sesops:stack", "Value": names.STACK}]
    arn = sns.create_topic(Name="events", Attributes=attributes, Tags=ours)["TopicArn"]
    queue = f"arn:aws:sqs:{names.REGION}:{names.ACCOUNT}:q"
    given = {"FilterPolicy": json.dumps(texts["filter"])}
    lab.client("sqs").create_queue(QueueName="q")
    sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=queue, Attributes=given)
    sesv2.create_email_identity(EmailIdentity="example.com")
    document = names.policy("example.com", "ses:SendEmail", "111122223333", texts["sid"])
    document["Statement"][0]["Condition"] = {"StringLike": {"aws:username": texts["users"]}}
    sesv2.create_email_identity_policy(EmailIdentity="example.com", PolicyName="p", Policy=json.dumps(document))
    actions = [
        {"AddHeaderAction": {"HeaderName": "X-A", "HeaderValue": texts["header"]}},
        {
            "BounceAction": {
                "Message": texts["message"],
                "Sender": "noreply@example.com",
                "SmtpReplyCode": "550",
            }
        },
    ]
    ses.create_receipt_rule_set(RuleSetName="inbound")
    ses.create_receipt_rule(RuleSetName="inbound", Rule={"Name": "a", "Actions": actions})


def held(wanted, address: str) -> dict[str, Any]:
    return next(dict(one.fields) for one in wanted if str(one.address).startswith(address))


@pytest.mark.parametrize("depth", DEPTHS)
def test_texts_come_back_equal_whatever_is_in_them(lab, depth):
    """In the spec's own reader; so its plan is clean, and nothing had to be left out for that."""

    @runs(depth, 25)
    @given(hostile())
    def holds(texts):
        lab.sweep()
        put_hostile(lab, texts)
        export = exported(lab)
        assert "left out" not in export.text
        wanted = lab.target(export.text).wanted
        assert held(wanted, "topic/events").get("display_name", "") == texts["display"]
        assert held(wanted, "subscription/events/")["filter_policy"] == texts["filter"]
        policy = held(wanted, "identity_policy/")["document"]["Statement"][0]
        assert (policy["Sid"], policy["Condition"]) == (texts["sid"], {"StringLike": {"aws:username": texts["users"]}})
        header, bounce = held(wanted, "receipt_rule/")["actions"]
        assert header["add_header"]["value"] == texts["header"]
        assert bounce["bounce"]["message"] == texts["message"]
        assert {one.action for one in lab.plan(export.text).changes} <= {Action.ADOPT}

    holds()
