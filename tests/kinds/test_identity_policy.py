"""Sending policies: reading with their identity, whole documents, and what deleting one means for mail."""

import json

import pytest
from kinds.identity_support import (
    ARN,
    DENIED,
    MISSING,
    NAME,
    SCOPE,
    UNAVAILABLE,
    checked,
    codes,
    drive,
    live,
    order,
    plan,
    put,
    siblings,
    wanted,
    world,
    write,
)

from sesops.core.address import Address
from sesops.core.kind import Build
from sesops.core.plan import Impact, State
from sesops.core.thing import Block, Live, Unread, Wanted
from sesops.core.values import Reply
from sesops.kinds.identity_policy import KIND

ADDRESS = Address("identity_policy", (NAME, "partner"))
STATEMENT = {
    "Effect": "Allow",
    "Principal": {"AWS": "111122223333"},
    "Action": ["ses:SendEmail"],
    "Resource": ARN,
}
DOCUMENT = {"Version": "2012-10-17", "Statement": [STATEMENT]}
TEXT = json.dumps(DOCUMENT, separators=(",", ":"))


def policy(document, name="partner", address=ADDRESS):
    return Live(Address(address.kind, (NAME, name)), {"document": Block({"Policy": document})})


def want(document=None, address=ADDRESS):
    return Wanted(address, {"document": document or DOCUMENT})


def wants(*names):
    return {(NAME, name): frozenset({"document"}) for name in names}


# Reading


def test_policies_are_read_with_their_identity():
    """One GetEmailIdentity for all policies of an identity; those the spec does not name are extra."""
    rounds, reading = drive(
        KIND.read(wants("partner", "none"), SCOPE), (Reply({"Policies": {"partner": TEXT, "b": "{}"}}),)
    )
    assert [[(call.operation, call.params) for call in calls] for calls in rounds] == [
        [("GetEmailIdentity", {"EmailIdentity": NAME})]
    ]
    assert reading.things == {ADDRESS: policy(TEXT), Address("identity_policy", (NAME, "none")): None}
    assert reading.extra == (policy("{}", "b"),)


def test_each_identity_is_asked_once():
    """In the order of their names."""
    rounds, reading = drive(
        KIND.read({("b.org", "x"): frozenset(), ("a.org", "y"): frozenset()}, SCOPE),
        (Reply({}), Reply({"Policies": {"x": TEXT}})),
    )
    assert [call.params["EmailIdentity"] for call in rounds[0]] == ["a.org", "b.org"]
    assert [address.name for address, thing in reading.things.items() if thing] == [("b.org", "x")]


def test_without_the_identity_there_is_no_policy():
    """Surely absent."""
    _, reading = drive(KIND.read(wants("partner"), SCOPE), (MISSING,))
    assert reading.things == {ADDRESS: None}


@pytest.mark.parametrize("refusal", [DENIED, UNAVAILABLE])
def test_a_refused_read_is_unknown(refusal):
    """Neither there nor absent."""
    _, reading = drive(KIND.read(wants("partner"), SCOPE), (refusal,))
    assert isinstance(reading.things[ADDRESS], Unread)
    assert reading.things[ADDRESS].unavailable is (refusal is UNAVAILABLE)


# Writing


def test_a_policy_is_created_whole():
    """Without white space, as SES keeps it."""
    call = KIND.create(ADDRESS, SCOPE, {"document": write("document", want())})
    body = {"EmailIdentity": NAME, "PolicyName": "partner", "Policy": TEXT}
    assert checked([call]) == [("CreateEmailIdentityPolicy", body)]


def test_a_policy_is_replaced_whole():
    """The text in place of the one that is there."""
    body = {"EmailIdentity": NAME, "PolicyName": "partner", "Policy": TEXT}
    assert put("document", want(), policy("{}")) == [("UpdateEmailIdentityPolicy", body)]


def test_a_policy_is_deleted_by_name():
    """Of its identity."""
    body = {"EmailIdentity": NAME, "PolicyName": "partner"}
    assert checked(KIND.delete(ADDRESS, SCOPE)) == [("DeleteEmailIdentityPolicy", body)]


@pytest.mark.parametrize("value", [DOCUMENT, TEXT])
def test_the_document_may_stand_in_a_file(value):
    """Data, or the text of a file."""
    assert KIND.build(value, Build(ADDRESS.name, "eu-west-1", None)) == {"document": DOCUMENT}


def test_a_document_that_means_the_same_is_no_change():
    """One value is a list of one, and the order of keys and statements means nothing."""
    same = {"Statement": {**STATEMENT, "Action": "ses:SendEmail"}, "Version": "2012-10-17"}
    assert plan([want()], [live(), policy(json.dumps(same))]).changes == ()


def test_a_changed_document_is_a_notice():
    """Others may lose or gain the right to send; that is no stop by itself."""
    [change] = plan([want()], [live(), policy("{}")]).changes
    assert change.impact is Impact.NOTICE
    assert change.sentence == f"who may send as {NAME} changes"


def test_a_policy_comes_behind_its_identity():
    """The identity of the same plan is made first."""
    target = plan([want(), wanted()])
    [step] = next(change for change in target.changes if change.address == ADDRESS).steps
    assert target.changes[1].impact is Impact.NONE
    assert step.needs == ((Address("domain", (NAME,)), "create"),)
    assert order(target) == ["create", "create"]


# What stops mail


@pytest.mark.parametrize("text", [TEXT, json.dumps({"Statement": {**STATEMENT, "Effect": "Deny"}}), "no JSON"])
def test_deleting_a_sending_policy_stops_mail(text):
    """Whatever is in it, as long as its identity is verified."""
    sentence = f"what policy partner lets others send as {NAME} is refused"
    assert KIND.delete_stops(policy(text), world(live())) == sentence
    assert KIND.delete_stops(policy(text), world(live(verification="PENDING"))) is None
    assert KIND.delete_stops(None, world(live())) is None


def test_a_named_delete_is_made():
    """The exact address in `remove` is the leave."""
    target = plan([wanted()], [live(), policy(TEXT)], remove=[ADDRESS])
    [change] = target.changes
    assert change.impact is Impact.STOPS_MAIL
    assert [step.state for step in change.steps] == [State.READY]


# Offline rules


def check(document, *things, name="partner", account="123456789012"):
    one = want(document, Address("identity_policy", (NAME, name)))
    return list(KIND.check(one, siblings(one, *things, account=account)))


def test_a_good_policy_has_no_finding():
    """A spec as it should be, with and without lists, users, services and roles."""
    for principal in ("*", {"AWS": "*"}, {"Service": "ses.amazonaws.com"}, {"AWS": ["arn:aws:iam::111122223333:root"]}):
        assert check({"Statement": {**STATEMENT, "Principal": principal}}) == []
    refusing = {key: value for key, value in STATEMENT.items() if key != "Principal"}
    assert check({"Statement": [{**refusing, "Effect": "Deny", "NotPrincipal": {"AWS": "111122223333"}}]}) == []


@pytest.mark.parametrize("name", ["a" * 65, "partner.one", "pärtner", "a b"])
def test_a_bad_name_is_an_error(name):
    """One to 64 letters, digits, underscores and hyphens."""
    assert codes(check(DOCUMENT, name=name)) == ["bad-policy-name"]


def test_a_policy_has_4096_bytes():
    """As it is sent, without white space."""
    room = 4096 - len(TEXT) - len(',"Id":""')
    assert check({**DOCUMENT, "Id": "x" * room}) == []
    assert codes(check({**DOCUMENT, "Id": "x" * (room + 1)})) == ["policy-too-large"]


def test_a_policy_that_is_too_large_has_that_finding_alone():
    """Its statements are looked at once they are parted: a file that is no policy may have a million."""
    assert codes(check({"Statement": [{}] * 2_000})) == ["policy-too-large"]


def test_an_identity_has_twenty_policies():
    """One too many is refused, which is said once; another identity's do not count."""
    others = [want(address=Address("identity_policy", (NAME, f"p{number}"))) for number in range(20)]
    elsewhere = [want(address=Address("identity_policy", ("example.net", f"p{number}"))) for number in range(20)]
    assert check(DOCUMENT, *others, *elsewhere) == []
    more = [want(), want(address=Address("identity_policy", (NAME, "another")))]
    around = siblings(*others, *more)
    assert [codes(KIND.check(one, around)) for one in more] == [["too-many-policies"], []]


@pytest.mark.parametrize("document", [{"Statement": []}, {"Version": "2012-10-17"}, "no JSON", {"Statement": ["x"]}])
def test_a_policy_has_a_statement(document):
    """One at least."""
    assert codes(check(document)) == ["bad-policy"]


@pytest.mark.parametrize("action", [None, []])
def test_a_statement_has_an_action(action):
    """What is allowed, or all but what is named."""
    statement = {key: value for key, value in STATEMENT.items() if key != "Action"}
    [finding] = check({"Statement": [{**statement, **({"Action": action} if action is not None else {})}]})
    assert finding.message == "policy partner, statement 1: no Action"
    assert check({"Statement": [{**statement, "NotAction": "ses:SendRawEmail"}]}) == []


@pytest.mark.parametrize(
    "principal",
    [
        None,
        "111122223333",
        {},
        {"AWS": []},
        {"aws": "111122223333"},
        {"AWS": "1111"},
        {"AWS": "user/a"},
        {"AWS": 111122223333},
    ],
)
def test_a_statement_has_a_valid_principal(principal):
    """An account, a user, a role, a service, or everybody."""
    [finding] = check({"Statement": [{**STATEMENT, "Principal": principal}]})
    assert finding.message == "policy partner, statement 1: no valid Principal"


def test_an_effect_is_allow_or_deny():
    """As IAM spells them."""
    assert codes(check({"Statement": [{**STATEMENT, "Effect": "allow"}]})) == ["bad-policy"]


def test_another_services_action_is_a_warning():
    """Only SES asks this policy."""
    assert codes(check({"Statement": [{**STATEMENT, "Action": ["ses:*", "sns:Publish"]}]})) == ["policy-action"]


@pytest.mark.parametrize("resource", [None, "*", ARN.replace("eu-", "us-"), [ARN, f"{ARN}.org"]])
def test_another_resource_is_a_warning(resource):
    """The policy is about this identity, here."""
    found = check({"Statement": [{**STATEMENT, "Resource": resource}]})
    assert codes(found) == ["policy-resource"]
    assert found[0].hint == f"write `Resource: {ARN}`"


def test_without_an_account_any_may_be_meant():
    """Region and identity are known all the same."""
    assert check({"Statement": [{**STATEMENT, "Resource": ARN}]}, account=None) == []
    (found,) = check({"Statement": [{**STATEMENT, "Resource": "*"}]}, account=None)
    assert found.code == "policy-resource"
    assert ":ACCOUNT:identity/" in found.hint
