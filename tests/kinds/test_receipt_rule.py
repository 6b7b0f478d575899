"""The kind `receipt_rule`: reading, writing, what it waits for and what stops mail."""

from dataclasses import replace

import pytest
from kinds.receipt_support import (
    DENIED,
    MISSING,
    RULE,
    SCOPE,
    TOPIC,
    UNAVAILABLE,
    build,
    checked,
    described,
    drive,
    live_set,
    plan,
    raw_rule,
    rule_address,
    set_address,
    steps,
    verified,
    wanted_set,
    world,
    write,
)

from sesops.core import diff
from sesops.core.fields import decode
from sesops.core.kind import Need
from sesops.core.plan import Action, Impact, State
from sesops.core.thing import Block, Unread, Wanted
from sesops.kinds.receipt.reader import read_rules

BOUNCE = {"bounce": {"sender": "no@example.com", "message": "No", "smtp_reply_code": 550}}
STORE = {"s3": {"bucket": "inbound-mail", "topic": TOPIC}}


def wanted(rule, previous=None):
    """One rule of the set `inbound` as the spec asks for it."""
    return Wanted(rule_address(rule["name"]), build(RULE, rule), previous=previous)


def changes_of(rule, live, *, around=()):
    """The changes that a rule of the spec makes of a live one, by path."""
    one = wanted(rule)
    there = live_set([live])
    judged = world([one, *around], there)
    return {change.path: change for change in diff.of_update(RULE, one, there[one.address], judged).fields}


# Reading


def test_rules_of_one_set_are_read_with_one_call():
    """However many rules are asked for, a set is described once."""
    wants = {("inbound", "a"): frozenset({"enabled"}), ("inbound", "b"): frozenset(), ("other", "a"): frozenset()}
    answers = (described(raw_rule("a"), raw_rule("b")), described())
    calls, _ = drive(read_rules(wants, SCOPE), answers)
    names = [{"RuleSetName": "inbound"}, {"RuleSetName": "other"}]
    assert calls == [[("DescribeReceiptRuleSet", name) for name in names]]


def test_a_rule_that_is_there_is_read_as_ses_gave_it():
    """The block is the whole rule; a rule that is not in the answer is absent."""
    wants = {("inbound", "a"): frozenset(), ("inbound", "gone"): frozenset()}
    raw = raw_rule("a", Recipients=["a@example.com"])
    _, reading = drive(read_rules(wants, SCOPE), (described(raw, raw_rule("foreign")),))
    assert reading.things[rule_address("a")].blocks == {"rule": Block(raw)}
    assert reading.things[rule_address("gone")] is None
    assert set(reading.things) == {rule_address("a"), rule_address("gone")}


def test_no_rule_is_in_a_set_that_is_absent():
    """Where the set does not exist, its rules do not."""
    _, reading = drive(read_rules({("inbound", "a"): frozenset()}, SCOPE), (MISSING,))
    assert reading.things == {rule_address("a"): None}


@pytest.mark.parametrize(
    ("refusal", "expected"),
    [
        (DENIED, Unread("DescribeReceiptRuleSet denied: AccessDenied: not authorized")),
        (
            UNAVAILABLE,
            Unread(
                "DescribeReceiptRuleSet not offered in this region: InvalidAction: Unavailable Operation",
                unavailable=True,
            ),
        ),
    ],
)
def test_rules_of_a_set_that_cannot_be_read_are_unknown(refusal, expected):
    """A denied read, or a region that receives no mail, says nothing about the rules."""
    _, reading = drive(read_rules({("inbound", "a"): frozenset()}, SCOPE), (refusal,))
    assert reading.things == {rule_address("a"): expected}


def test_unknown_members_belong_to_their_rule():
    """A member that botocore does not know holds back the rule that has it, and no other."""
    answer = replace(described(raw_rule("a"), raw_rule("b")), unknown=("Rules.1.Actions.0.NewAction", "Metadata.New"))
    wants = {("inbound", "a"): frozenset(), ("inbound", "b"): frozenset()}
    _, reading = drive(read_rules(wants, SCOPE), (answer,))
    assert reading.things[rule_address("a")].blocks["rule"].unknown == ()
    assert reading.things[rule_address("b")].blocks["rule"].unknown == ("Actions.0.NewAction",)


def test_a_rule_with_a_name_alone_has_sess_defaults():
    """What SES leaves out is what it takes for not said."""
    live = live_set([{"Name": "bare"}])[rule_address("bare")]
    expected = {"recipients": "all", "enabled": False, "scan_enabled": False, "tls_policy": "OPTIONAL", "actions": []}
    assert expected == decode(RULE, live)


# Comparing


def test_what_ses_fills_in_is_no_change():
    """Encoding, invocation type, order of recipients and case of domains are no difference."""
    live = raw_rule(
        "a",
        Recipients=["b@example.com", "Example.com"],
        Actions=[{"SNSAction": {"TopicArn": TOPIC, "Encoding": "UTF-8"}}, {"StopAction": {"Scope": "RuleSet"}}],
    )
    rule = {
        "name": "a",
        "recipients": ["example.com", "b@EXAMPLE.com"],
        "tls_policy": "OPTIONAL",
        "actions": [{"sns": {"topic": TOPIC, "encoding": "UTF-8"}}, {"stop": {}}],
    }
    assert changes_of(rule, live) == {}


def test_the_order_of_actions_matters():
    """The same actions in another order are another value."""
    live = raw_rule("a", Actions=[{"StopAction": {"Scope": "RuleSet"}}, {"S3Action": {"BucketName": "mail"}}])
    rule = {"name": "a", "actions": [{"s3": {"bucket": "mail"}}, {"stop": {}}]}
    assert set(changes_of(rule, live)) == {"actions"}


def test_a_rule_of_which_nothing_is_said_changes_nothing():
    """A name alone adopts the rule as it is."""
    assert changes_of({"name": "a"}, raw_rule("a", Enabled=False, Recipients=["a@example.com"])) == {}


def test_null_takes_actions_and_tls_back():
    """`null` is SES's default: no actions, TLS optional."""
    live = raw_rule("a", TlsPolicy="Require", Actions=[{"StopAction": {"Scope": "RuleSet"}}])
    one = wanted({"name": "a", "tls_policy": None, "actions": None})
    [call] = RULE.facet("rule").put(write(RULE, "rule", one, world([one], live_set([live]))))
    rule = {"Name": "a", "Enabled": True, "ScanEnabled": True}
    assert checked(call) == [("UpdateReceiptRule", {"RuleSetName": "inbound", "Rule": rule})]


# Writing


def test_an_update_writes_the_whole_rule():
    """What the spec does not say, and members that we do not know, are carried along as SES gave them."""
    live = raw_rule("a", Recipients=["A@Example.com"], Enabled=False, Actions=[{"S3Action": {"BucketName": "mail"}}])
    one = wanted({"name": "a", "enabled": True})
    judged = world([one], live_set([live]))
    calls = RULE.facet("rule").put(write(RULE, "rule", one, judged))
    assert checked(*calls) == [("UpdateReceiptRule", {"RuleSetName": "inbound", "Rule": {**live, "Enabled": True}})]


def test_unknown_members_are_written_back():
    """A member of the rule, and of an action that stays, is not lost when the actions change."""
    store = {"S3Action": {"BucketName": "mail", "Compression": "gzip"}}
    live = raw_rule("a", Actions=[store], Retention={"Days": 3})
    one = wanted({"name": "a", "actions": [{"s3": {"bucket": "mail"}}, {"stop": {}}]})
    [call] = RULE.facet("rule").put(write(RULE, "rule", one, world([one], live_set([live]))))
    assert call.params["Rule"] == {**live, "Actions": [store, {"StopAction": {"Scope": "RuleSet"}}]}


def test_a_new_rule_is_made_whole_behind_its_predecessor():
    """Enabled and scanned unless said otherwise, behind the rule that the spec has before it."""
    one = wanted({"name": "b", "recipients": ["x@example.com"], "tls_policy": "REQUIRE", "actions": [STORE]}, "a")
    call = RULE.create(one.address, SCOPE, {"rule": write(RULE, "rule", one, world([one]), previous="a")})
    rule = {
        "Name": "b",
        "Recipients": ["x@example.com"],
        "TlsPolicy": "Require",
        "Actions": [{"S3Action": {"BucketName": "inbound-mail", "TopicArn": TOPIC}}],
        "Enabled": True,
        "ScanEnabled": True,
    }
    assert checked(call) == [("CreateReceiptRule", {"RuleSetName": "inbound", "After": "a", "Rule": rule})]


def test_the_first_rule_is_made_in_front_and_for_everybody():
    """Without a predecessor no `After` is sent; `all` sends no recipients."""
    one = wanted({"name": "a", "recipients": "all", "scan_enabled": False})
    call = RULE.create(one.address, SCOPE, {"rule": write(RULE, "rule", one, world([one]))})
    rule = {"Name": "a", "Enabled": True, "ScanEnabled": False}
    assert checked(call) == [("CreateReceiptRule", {"RuleSetName": "inbound", "Rule": rule})]


def test_a_rule_is_deleted_by_its_name():
    """One call, set and rule named."""
    calls = RULE.delete(rule_address("a"), SCOPE)
    assert checked(*calls) == [("DeleteReceiptRule", {"RuleSetName": "inbound", "RuleName": "a"})]


# Order of steps


def test_new_rules_are_made_in_a_chain():
    """Each create needs the one of its predecessor, and the set."""
    spec = wanted_set([{"name": name, "recipients": "all"} for name in ("a", "b", "c")])
    made = steps(plan(spec, {}))
    assert made["receipt_rule/inbound/a create"].needs == ((set_address(), "create"),)
    for before, name in (("a", "b"), ("b", "c")):
        step = made[f"receipt_rule/inbound/{name} create"]
        assert (rule_address(before), "create") in step.needs
        assert checked(*step.calls)[0][1]["After"] == before


def test_a_new_rule_comes_after_the_deletes_in_its_set():
    """Deletes come before creates, so that a full set has room."""
    spec = wanted_set([{"name": "a"}, {"name": "b", "recipients": "all"}])
    target = plan(spec, live_set(["a", "old"]), remove=[rule_address("old")])
    assert (rule_address("old"), "delete") in steps(target)["receipt_rule/inbound/b create"].needs


def test_recipients_have_to_be_said_for_a_new_rule():
    """Silence would mean everybody, so it is an error, and nothing is made."""
    target = plan(wanted_set([{"name": "a"}]), live_set([]))
    assert [one.code for one in target.findings] == ["required-on-create"]
    assert target.changes == ()


@pytest.mark.parametrize(
    ("identities", "state"), [((), State.WAITING), (("no@example.com",), State.READY), (("example.com",), State.READY)]
)
def test_a_bounce_waits_until_its_sender_is_verified(identities, state):
    """The sender, or its domain, has to be verified before SES takes the rule; the identity is watched for that."""
    spec = wanted_set([{"name": "a", "actions": [BOUNCE]}])
    assert RULE.watches(spec[1]) == ("no@example.com",)
    target = plan(spec, {**live_set(["a"]), **verified(*identities)})
    step = steps(target)["receipt_rule/inbound/a rule"]
    assert step.state is state
    assert [one.identity for one in step.conditions] == ["no@example.com"]


def test_a_live_bounce_that_the_spec_is_silent_about_is_not_waited_for():
    """Its sender was taken when the rule was written; nothing is asked of an identity that nobody names."""
    live = raw_rule("a", Actions=[{"BounceAction": {"Sender": "x@y.io", "Message": "No", "SmtpReplyCode": "550"}}])
    target = plan(wanted_set([{"name": "a", "tls_policy": "OPTIONAL", "scan_enabled": False}]), live_set([live]))
    step = steps(target)["receipt_rule/inbound/a rule"]
    assert (step.state, step.conditions) == (State.READY, ())


def test_a_rule_that_nobody_wants_waits_for_nothing():
    """The needs of a write are those of the spec."""
    one = wanted({"name": "a", "actions": [BOUNCE]})
    written = write(RULE, "rule", one, world([], live_set(["a"])))
    assert list(RULE.facet("rule").needs(written)) == []


def test_a_rule_without_predecessor_needs_nothing_of_its_own():
    """The first rule of a set without foreign rules waits for its set alone."""
    one = wanted({"name": "a", "recipients": "all"})
    assert list(RULE.create_needs(one, world([one], live_set([])))) == []
    assert list(RULE.create_needs(replace(one, previous="z"), world([one]))) == [Need((rule_address("z"), "create"))]


# What stops mail, and what is worth knowing


@pytest.mark.parametrize(
    ("rule", "live", "path", "sentence"),
    [
        ({"enabled": False}, {}, "enabled", "rule a of inbound is skipped while it is disabled"),
        ({"enabled": True}, {"Enabled": False}, "enabled", None),
        (
            {"recipients": ["b@x.io"]},
            {"Recipients": ["a@x.io", "b@x.io"]},
            "recipients",
            "rule a of inbound no longer handles mail for a@x.io",
        ),
        ({"recipients": ["b@x.io"]}, {}, "recipients", "rule a of inbound no longer handles mail for everybody else"),
        ({"recipients": ["a@x.io", "b@x.io"]}, {"Recipients": ["a@x.io"]}, "recipients", None),
        ({"recipients": "all"}, {"Recipients": ["a@x.io"]}, "recipients", None),
        (
            {"tls_policy": "REQUIRE"},
            {},
            "tls_policy",
            "senders without TLS are refused for the recipients of rule a of inbound",
        ),
        ({"tls_policy": "OPTIONAL"}, {"TlsPolicy": "Require"}, "tls_policy", None),
        ({"scan_enabled": False}, {}, "scan_enabled", None),
        ({"actions": [{"stop": {}}]}, {}, "actions", None),
    ],
)
def test_which_changes_of_a_rule_stop_mail(rule, live, path, sentence):
    """Disabled, fewer recipients and TLS required do; nothing else of a rule does."""
    assert changes_of({"name": "a", **rule}, raw_rule("a", **live))[path].stops_mail == sentence


@pytest.mark.parametrize(("named", "audience"), [(["a@x.io", "x.io"], "a@x.io, x.io"), ([], "everybody")])
def test_deleting_a_rule_stops_mail(named, audience):
    """The sentence says whose mail it is."""
    live = live_set([raw_rule("a", Recipients=named)])[rule_address("a")]
    assert RULE.delete_stops(live, world()) == f"rule a of inbound no longer handles mail for {audience}"


def test_deleting_a_rule_that_was_not_read_whole_still_stops_mail():
    """Without its block the sentence names no recipients; without the rule there is nothing to say."""
    live = replace(live_set(["a"])[rule_address("a")], blocks={})
    assert RULE.delete_stops(live, world()) == "rule a of inbound no longer handles mail for its recipients"
    assert RULE.delete_stops(None, world()) is None


def test_a_write_says_what_ses_tests():
    """Whatever of a rule is written, SES tests its targets: those of the spec, or the live ones where it is silent."""
    live = raw_rule("a", Actions=[{"S3Action": {"BucketName": "mail"}}], Enabled=False)
    expected = "SES tests the rule's targets: it writes the test object AMAZON_SES_SETUP_NOTIFICATION to"
    for rule, bucket in (({"enabled": True}, "mail"), ({"actions": [{"s3": {"bucket": "new"}}]}, "new")):
        spec = wanted_set([{"name": "a", **rule}])
        [change] = plan(spec, live_set([live])).changes
        assert (change.impact, change.sentence) == (Impact.NOTICE, f"{expected} {bucket}")


def test_a_rule_that_loses_its_actions_has_nothing_to_test():
    """`null` takes the live actions away; it does not leave them alone."""
    live = raw_rule("a", Actions=[{"S3Action": {"BucketName": "mail"}}])
    [change] = plan(wanted_set([{"name": "a", "actions": None}]), live_set([live])).changes
    assert (change.impact, change.sentence) == (Impact.NONE, None)


def test_a_create_says_what_ses_tests():
    """A new rule with a bucket and a topic leaves a test object and a notification."""
    target = plan(wanted_set([{"name": "a", "recipients": "all", "actions": [STORE]}]), live_set([]))
    [change] = target.changes
    assert (change.action, change.impact, change.account_wide) == (Action.CREATE, Impact.NOTICE, True)
    assert "inbound-mail" in change.sentence
    assert "mail-audit" in change.sentence


def test_a_rule_without_targets_says_nothing():
    """No target, no notice."""
    [change] = plan(wanted_set([{"name": "a", "recipients": "all"}]), live_set([])).changes
    assert (change.impact, change.sentence) == (Impact.NONE, None)
