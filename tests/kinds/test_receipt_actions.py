"""The eight actions and the recipients of a rule, between the spec's form and SES's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kinds.receipt_support import SERVICE, TOPIC

from sesops.kinds.receipt import actions, recipients

FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:parse"
ROLE = "arn:aws:iam::123456789012:role/mail"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/1"
ORGANIZATION = "arn:aws:workmail:eu-west-1:123456789012:organization/m-1"
INSTANCE = "arn:aws:connect:eu-west-1:123456789012:instance/1"

PAIRS = [
    ({"add_header": {"name": "X-A", "value": ""}}, {"AddHeaderAction": {"HeaderName": "X-A", "HeaderValue": ""}}),
    (
        {
            "bounce": {
                "sender": "no@example.com",
                "message": "No",
                "smtp_reply_code": "550",
                "status_code": "5.1.1",
                "topic": TOPIC,
            }
        },
        {
            "BounceAction": {
                "Sender": "no@example.com",
                "Message": "No",
                "SmtpReplyCode": "550",
                "StatusCode": "5.1.1",
                "TopicArn": TOPIC,
            }
        },
    ),
    (
        {"connect": {"instance": INSTANCE, "role": ROLE}},
        {"ConnectAction": {"InstanceARN": INSTANCE, "IAMRoleARN": ROLE}},
    ),
    ({"lambda": {"function": FUNCTION}}, {"LambdaAction": {"FunctionArn": FUNCTION}}),
    (
        {"lambda": {"function": FUNCTION, "invocation": "REQUEST_RESPONSE", "topic": TOPIC}},
        {"LambdaAction": {"FunctionArn": FUNCTION, "InvocationType": "RequestResponse", "TopicArn": TOPIC}},
    ),
    ({"s3": {"bucket": "mail"}}, {"S3Action": {"BucketName": "mail"}}),
    (
        {"s3": {"bucket": "mail", "prefix": "in/", "kms_key": KEY, "role": ROLE, "topic": TOPIC}},
        {
            "S3Action": {
                "BucketName": "mail",
                "ObjectKeyPrefix": "in/",
                "KmsKeyArn": KEY,
                "IamRoleArn": ROLE,
                "TopicArn": TOPIC,
            }
        },
    ),
    ({"sns": {"topic": TOPIC}}, {"SNSAction": {"TopicArn": TOPIC}}),
    ({"sns": {"topic": TOPIC, "encoding": "BASE64"}}, {"SNSAction": {"TopicArn": TOPIC, "Encoding": "Base64"}}),
    ({"stop": {}}, {"StopAction": {"Scope": "RuleSet"}}),
    ({"stop": {"topic": TOPIC}}, {"StopAction": {"Scope": "RuleSet", "TopicArn": TOPIC}}),
    (
        {"workmail": {"organization": ORGANIZATION, "topic": TOPIC}},
        {"WorkmailAction": {"OrganizationArn": ORGANIZATION, "TopicArn": TOPIC}},
    ),
]

TEXT = st.text(min_size=1, max_size=12)


@st.composite
def spec_actions(draw):
    """An action as a spec may write it: every required member, any optional ones, defaults said or not."""
    kind = draw(st.sampled_from(sorted(actions.FORMS)))
    members = {}
    for one in actions.FORMS[kind].members:
        if one.required or draw(st.booleans()):
            members[one.key] = draw(st.sampled_from(sorted(one.values)) if one.values else TEXT)
    return {kind: members}


@pytest.mark.parametrize(("spec", "wire"), PAIRS)
def test_each_action_has_its_form_on_ses(spec, wire):
    """The spec's form is written as SES's, and SES's is read as the spec's."""
    assert (wire, spec) == (actions.encode(spec), actions.decode(wire))


@given(spec_actions())
def test_an_action_written_and_read_back_is_the_same(spec):
    """Whatever a spec writes, what SES gives back compares equal."""
    said = actions.normal(spec)
    assert said == actions.decode(actions.encode(said))


@given(spec_actions())
def test_what_ses_fills_in_is_no_difference(spec):
    """SES may give back the encoding and the invocation type that it was not given."""
    said = actions.normal(spec)
    [(wire, members)] = actions.encode(said).items()
    filled = {"SNSAction": {"Encoding": "UTF-8"}, "LambdaAction": {"InvocationType": "Event"}}.get(wire, {})
    assert said == actions.decode({wire: {**filled, **members}})


@given(spec_actions())
def test_only_what_is_said_is_written(spec):
    """No member is written that the spec does not have, but for the one that SES requires of a stop."""
    said = actions.normal(spec)
    [(wire, members)] = actions.encode(said).items()
    [given_members] = said.values()
    assert len(given_members) + (wire == "StopAction") == len(members)


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"sns": {"topic": TOPIC, "encoding": "UTF-8"}}, {"sns": {"topic": TOPIC}}),
        ({"lambda": {"function": FUNCTION, "invocation": "EVENT"}}, {"lambda": {"function": FUNCTION}}),
        ({"s3": {"bucket": "mail", "prefix": ""}}, {"s3": {"bucket": "mail"}}),
        (
            {"bounce": {"sender": "a@b.c", "message": "No", "smtp_reply_code": 550}},
            {"bounce": {"sender": "a@b.c", "message": "No", "smtp_reply_code": "550"}},
        ),
    ],
)
def test_defaults_and_numbers_are_brought_to_one_form(spec, expected):
    """A default that is said is the same as one that is not; a reply code may be a number."""
    assert expected == actions.normal(spec)


def test_every_member_of_ses_is_in_the_table():
    """The table has each action of the service model with each member, and knows which are required."""
    model = SERVICE.shape_for("ReceiptAction").members
    table = {form.wire: form for form in actions.FORMS.values()}
    assert set(model) == set(table)
    for wire, form in table.items():
        assert set(model[wire].members) == {one.wire for one in form.members} | set(form.fixed)
        assert set(model[wire].required_members) == {one.wire for one in form.members if one.required} | set(form.fixed)
        for one in form.members:
            assert set(model[wire].members[one.wire].enum) == set(one.values.values())


def test_an_action_of_a_new_type_is_shown_as_it_is():
    """A type that we do not know is neither dropped nor taken for one that we do."""
    raw = {"ArchiveAction": {"Archive": "a-1"}}
    assert raw == actions.decode(raw)


def test_an_enumeration_value_that_is_new_is_shown_as_it_is():
    """A value that we do not know stays."""
    raw = {"SNSAction": {"TopicArn": TOPIC, "Encoding": "UTF-16"}}
    assert actions.decode(raw) == {"sns": {"topic": TOPIC, "encoding": "UTF-16"}}


def test_actions_that_stay_are_written_as_ses_gave_them():
    """A member that we do not know stays in an action that the spec leaves as it is, wherever in the list it goes."""
    store = {"S3Action": {"BucketName": "mail", "Compression": "gzip"}}
    written = actions.encode_all([{"stop": {}}, {"s3": {"bucket": "mail"}}])
    assert [{"StopAction": {"Scope": "RuleSet"}}, store] == actions.kept([store], written)


def test_side_effects_name_buckets_and_topics():
    """SES writes a test object to each bucket and publishes to each topic when a rule is written; of several actions
    it is said which, as SES's refusal does not.
    """
    said = [{"s3": {"bucket": "mail", "topic": TOPIC}}, {"sns": {"topic": TOPIC}}, {"ArchiveAction": {}}]
    expected = (
        "SES tests the rule's targets: it writes the test object AMAZON_SES_SETUP_NOTIFICATION to mail (action 1) "
        "and publishes a setup notification to mail-audit (action 1), mail-audit (action 2)"
    )
    assert expected == actions.side_effects(said)
    assert (
        actions.side_effects(said[1:2])
        == "SES tests the rule's targets: it publishes a setup notification to mail-audit"
    )


def test_actions_without_targets_have_no_side_effects():
    """A header and a stop touch nothing outside."""
    assert actions.side_effects([{"add_header": {"name": "X-A", "value": "1"}}, {"stop": {}}]) is None


@pytest.mark.parametrize("named", ["all", ["a@example.com"], ["Ops@example.com", ".example.com", "example.com"]])
def test_recipients_written_and_read_back_are_the_same(named):
    """`all` is no list at all on SES; a list is a list."""
    said = recipients.normal(named)
    assert said == recipients.decode(recipients.encode(said) or ())


def test_recipients_are_compared_without_the_case_of_domains():
    """Domains have neither case nor a trailing dot; the local part of an address keeps its own."""
    assert recipients.normal(["Example.ORG", "Ops@EXAMPLE.com", "example.org."]) == ["Ops@example.com", "example.org"]


@pytest.mark.parametrize(
    ("before", "after", "dropped"),
    [
        (["a@x.io", "b@x.io"], ["b@x.io", "c@x.io"], ("a@x.io",)),
        (["a@x.io"], "all", ()),
        ("all", ["a@x.io"], ("everybody else",)),
        (["a@x.io"], ["a@x.io", "b@x.io"], ()),
        (["a@x.io", "y.io"], ["x.io", "y.io"], ()),
        (["a@b.x.io", "b.x.io", ".b.x.io", "c.b.x.io"], [".x.io"], ()),
        (["a@x.io", "x.io"], [".x.io"], ("a@x.io", "x.io")),
        (["a@b.x.io", ".x.io"], ["x.io"], ("a@b.x.io", ".x.io")),
    ],
)
def test_recipients_that_a_change_drops(before, after, dropped):
    """Fewer recipients are those that were named and that nothing takes any more: a domain takes its addresses, `.domain`
    what lies below. From everybody to a list is fewer too.
    """
    assert dropped == recipients.dropped(before, after)
