"""What can be told offline about rule sets and rules, and their schemas."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft7Validator
from kinds.receipt_support import KINDS, RULE, RULE_SET, build, rule_address, set_address, wanted_active, wanted_set

from sesops.core.diagnostic import Location, Severity
from sesops.core.kind import Build
from sesops.core.thing import Wanted
from sesops.kinds.receipt.checks import place_of
from sesops.spec.lint import Siblings

SCHEMAS = Path(__file__).parents[2] / "schemas" / "kinds"
SCHEMA = json.loads((SCHEMAS / "receipt_rule.schema.json").read_text())
STORE = {"s3": {"bucket": "mail"}}


def Spec(things=()):
    """The rest of a spec, as a check sees it."""
    return Siblings("eu-west-1", None, things)


def rule_findings(name="a", **fields):
    rule = {"name": name, **fields}
    return list(RULE.check(Wanted(rule_address(name), build(RULE, rule)), Spec()))


def codes(*actions, **fields):
    return [one.code for one in rule_findings(actions=list(actions), **fields)]


def bounce(**members):
    return {"bounce": {"sender": "no@example.com", "message": "No", "smtp_reply_code": "550", **members}}


def set_findings(rules, *more, name="inbound"):
    spec = [*wanted_set(rules, name), *more]
    return list(RULE_SET.check(spec[0], Spec(spec)))


def test_a_sound_rule_has_no_findings():
    """Every kind of recipient, and actions up to a stop at the end."""
    named = ["ops@example.com", "example.com", ".example.com"]
    header = {"add_header": {"name": "X-Seen-By", "value": "sesops"}}
    assert codes(header, STORE, bounce(status_code="5.1.1"), {"stop": {}}, recipients=named) == []


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("spam rule", "has a character other than"),
        ("späm", "has a character other than"),
        ("a" * 65, "is longer than 64 characters"),
        ("-rule", "does not begin and end with"),
        ("rule.", "does not begin and end with"),
    ],
)
def test_names_that_ses_refuses(name, fault):
    """Characters, length and both ends: the same for rules and sets."""
    [of_rule] = rule_findings(name)
    [of_set] = set_findings([], wanted_active(None), name=name)
    assert fault in of_rule.message
    assert fault in of_set.message
    assert (of_rule.code, of_set.code) == ("invalid-name", "invalid-name")


@pytest.mark.parametrize("name", ["a", "A.b_c-9", "a" * 64])
def test_names_that_ses_takes(name):
    """Letters, digits, `_`, `.` and `-`."""
    assert rule_findings(name) == []


def test_a_set_has_room_for_200_rules():
    """One more is an error."""
    rules = [{"name": f"r{number}"} for number in range(201)]
    assert [one.code for one in set_findings(rules, wanted_active(None))] == ["too-many-rules"]
    assert set_findings(rules[:200], wanted_active(None)) == []


def test_sets_without_a_word_about_the_active_one_are_warned_about():
    """Nothing receives until a set is active; it is said once, at the first set."""
    [finding] = set_findings([])
    assert (finding.code, finding.severity) == ("no-active-rule-set", Severity.WARNING)
    assert "active_rule_set: inbound" in finding.hint
    second = wanted_set([], "second")
    assert list(RULE_SET.check(second[0], Spec([*wanted_set([]), *second]))) == []


@pytest.mark.parametrize(
    ("count", "found"),
    [(100, []), (101, [("many-recipients", "warning")]), (501, [("too-many-recipients", "error")])],
)
def test_how_many_recipients_a_rule_has(count, found):
    """More than 100 may be refused, more than 500 are."""
    named = [f"user{number}@example.com" for number in range(count)]
    assert [(one.code, one.severity.value) for one in rule_findings(recipients=named)] == found


@pytest.mark.parametrize(
    ("recipient", "hint"),
    [
        ("*@example.com", "write `example.com` for a domain"),
        ("*.example.com", "`.example.com` for its subdomains"),
        ("*", "write `recipients: all`"),
        ("all", "write `recipients: all`"),
        ("@example.com", "write an address, a domain"),
        ("ops at example.com", "write an address, a domain"),
        ("localhost", "write an address, a domain"),
        ("bücher.example", "write the domain with `xn--` labels"),
    ],
)
def test_recipients_that_match_nothing(recipient, hint):
    """SES knows addresses, domains and `.domain`, and nothing else; each is found where it is written."""
    found = []
    RULE.build(
        {"recipients": ["example.com", recipient]},
        Build(("inbound", "a"), "eu-west-1", lambda *said: found.append(said)),
    )
    [(path, code, _, said)] = found
    assert (path, code) == ("recipients[1]", "invalid-recipient")
    assert hint in said


def test_all_and_silence_need_no_check():
    """Everybody, or whatever is there."""
    assert rule_findings(recipients="all") == rule_findings() == []


def test_a_rule_has_room_for_ten_actions():
    """One more is an error."""
    assert codes(*[STORE] * 11) == ["too-many-actions"]
    assert codes(*[STORE] * 10) == []


def test_a_stop_has_to_be_last():
    """SES refuses what stands behind it."""
    [finding] = rule_findings(actions=[{"stop": {}}, STORE])
    assert finding.code == "stop-not-last"


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("X Bad", "1", ["invalid-header"]),
        ("X" * 51, "1", ["invalid-header"]),
        ("", "1", ["invalid-header"]),
        ("X-A", "1\n2", ["invalid-header"]),
        ("X-A", "1" * 2049, ["invalid-header"]),
        ("X" * 50, "1" * 2048, []),
        ("X Bad", "1\r", ["invalid-header", "invalid-header"]),
    ],
)
def test_headers_that_ses_refuses(name, value, expected):
    """1 to 50 letters, digits and dashes; at most 2048 characters in one line."""
    assert codes({"add_header": {"name": name, "value": value}}) == expected


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"smtp_reply_code": 250}, ["invalid-reply-code"]),
        ({"smtp_reply_code": "5500"}, ["invalid-reply-code"]),
        ({"smtp_reply_code": 450, "status_code": "4.0.0"}, []),
        ({"smtp_reply_code": 450, "status_code": "5.0.0"}, ["invalid-status-code"]),
        ({"status_code": "5.1"}, ["invalid-status-code"]),
    ],
)
def test_bounces_that_say_no_failure(members, expected):
    """Three digits from 4 or 5; a status code of the same class."""
    assert codes(bounce(**members)) == expected


@pytest.mark.parametrize("bucket", ["arn:aws:s3:::mail", "s3://mail", "mail/spam"])
def test_a_bucket_is_given_by_its_name(bucket):
    """Neither by its ARN nor with a path."""
    [finding] = rule_findings(actions=[{"s3": {"bucket": bucket}}])
    assert finding.code == "invalid-bucket"


def test_a_finding_stands_at_the_nearest_known_place():
    """Where an action's own place is not known, the list's is taken, or the rule's."""
    rule, listed, action = (Location("spec.yaml", line) for line in (1, 2, 3))
    wanted = Wanted(rule_address("a"), places={"": rule, "actions": listed, "actions[1]": action})
    assert place_of(wanted, "actions[1].stop") == action
    assert place_of(wanted, "actions[0].stop") == listed
    assert place_of(wanted, "recipients") == rule
    assert place_of(Wanted(set_address()), "order") is None


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_examples_of_a_schema_fit_it(kind):
    """Each fragment is draft-07 and takes its own examples."""
    schema = json.loads((SCHEMAS / f"{kind.name}.schema.json").read_text())
    Draft7Validator.check_schema(schema)
    assert schema["examples"]
    for example in schema["examples"]:
        Draft7Validator(schema).validate(example)


def test_the_examples_of_a_rule_build_without_findings():
    """What the schema shows is what the kind takes, and every type of action is shown."""
    assert [rule_findings(**example) for example in SCHEMA["examples"]] == [[]] * len(SCHEMA["examples"])
    shown = {kind for example in SCHEMA["examples"] for action in example["actions"] for kind in action}
    assert shown == set(SCHEMA["properties"]["actions"]["items"]["properties"])


@pytest.mark.parametrize(
    "change",
    [
        {"recipients": []},
        {"recipients": "everybody"},
        {"actions": [{}]},
        {"actions": [{"stop": {}, "s3": {"bucket": "mail"}}]},
        {"actions": [{"s3": {"bucket": "mail", "position": 1}}]},
        {"actions": [{"archive": {}}]},
        {"enabled": "yes"},
    ],
)
def test_what_the_schema_refuses(change):
    """No recipients, a word that is not `all`, an action with no or two keys, a position, an unknown action."""
    assert not Draft7Validator(SCHEMA).is_valid({"name": "a", **change})


def test_a_position_is_refused_with_a_hint():
    """The list is the order; the schema says so wherever a position is likely to be written."""
    items = SCHEMA["properties"]["actions"]["items"]
    places = [SCHEMA, items, *items["properties"].values()]
    assert {place["x-hints"]["position"] for place in places} == {"the order of the list is the order; remove it"}
