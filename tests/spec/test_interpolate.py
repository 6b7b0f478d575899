"""Variables: where they come from, which wins, what they look like, what stays."""

from __future__ import annotations

import pytest
from spec.support import PLAIN, TWO, addresses, codes, fields, lines, load, valid

NAMED = "topics: {example: {display_name: "


def said(folder, text, head=PLAIN, target=None, **more):
    """What becomes of a text, that of a display name."""
    loaded = load(folder, f"{head}{NAMED}'{text}'}}}}\n", **more)
    assert not loaded.has_errors, lines(loaded.diagnostics)
    return fields(loaded, "topic", "example", target=target)["display_name"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("${name}", "example"),
        ("${region}/${account}", "eu-west-1/123456789012"),
        ("$${region}", "${region}"),
        ("$$${region}", "$${region}"),
        ("$${region} ${region}", "${region} eu-west-1"),
        (
            "${aws:username} ${AWS::Region} ${} ${*} $region ${a-b}",
            "${aws:username} ${AWS::Region} ${} ${*} $region ${a-b}",
        ),
        ("{{region}} ${", "{{region}} ${"),
    ],
)
def test_only_a_word_in_braces_is_a_variable(tmp_path, text, value):
    """Other forms belong to somebody else."""
    assert said(tmp_path, text) == value


def test_later_places_win(tmp_path):
    """Of the spec, of the target, of the environment, of the command line."""
    head = TWO.replace("us-east-1}", "us-east-1, vars: {v: target}}") + "vars: {v: spec}\n"
    assert said(tmp_path, "${v}", head, "eu") == "spec"
    assert said(tmp_path, "${v}", head, "us") == "target"
    environ = {"SESOPS_VAR_v": "environment", "v": "nothing else of the environment"}
    assert said(tmp_path, "${v}", head, "us", environ=environ) == "environment"
    assert said(tmp_path, "${v}", head, "us", environ=environ, variables={"v": "command line"}) == "command line"


def test_the_target_has_a_name(tmp_path):
    """`${target}` and `${region}` are each target's own."""
    assert said(tmp_path, "${target}-${region}", TWO, "us") == "us-us-east-1"


def test_a_variable_that_stands_alone_keeps_its_type(tmp_path):
    """And as a part of a text, the way it is written."""
    head = PLAIN + "vars: {on: true, seconds: 3600, zip: 012}\n"
    loaded = valid(
        tmp_path,
        head + "configuration_sets: {tx: {sending_enabled: '${on}', delivery: {max_delivery_seconds: '${seconds}'}, "
        "tags: {a: 'is ${on}', b: 'x${zip}'}}}\n",
    )
    assert fields(loaded, "configuration_set", "tx") == {
        "sending_enabled": True,
        "delivery.max_delivery_seconds": 3600,
        "tags.a": "is true",
        "tags.b": "x012",
    }


def test_what_comes_from_outside_has_the_type_that_is_asked_for(tmp_path):
    """A number where a number is asked for, the very text where text is."""
    text = PLAIN + "configuration_sets: {tx: {sending_enabled: '${v}', tags: {t: '${w}', u: '${e}'}}}\n"
    loaded = valid(tmp_path, text, variables={"v": "false", "w": "0012", "e": ""})
    assert fields(loaded, "configuration_set", "tx") == {"sending_enabled": False, "tags.t": "0012", "tags.u": ""}
    assert codes(load(tmp_path, text, variables={"v": "no", "w": "1", "e": "1"})) == ["wrong-type"]
    assert said(tmp_path, "${v}", variables={"v": ".inf"}) == ".inf"


def test_a_variable_may_be_made_of_others(tmp_path):
    """Of the built-in ones too; what comes from outside is taken as it is."""
    head = PLAIN + "vars: {a: 'x-${b}', b: '${region}'}\n"
    assert said(tmp_path, "${a}", head) == "x-eu-west-1"
    assert said(tmp_path, "${a}", head, variables={"b": "${region}"}) == "x-${region}"


def test_keys_have_variables_too(tmp_path):
    """Names of things and of tags; two that become one are an error."""
    loaded = valid(tmp_path, PLAIN + "topics: {'mail-${region}': {tags: {'${region}': '${name}'}}}\n")
    assert fields(loaded, "topic", "mail-eu-west-1") == {"tags.eu-west-1": "mail-eu-west-1"}
    loaded = load(tmp_path, PLAIN + "topics: {x: {tags: {'${region}': a, eu-west-1: b}}}\n")
    assert codes(loaded) == ["duplicate-key"]
    loaded = load(tmp_path, PLAIN + "topics: {'${region}': {}, eu-west-1: {}}\n")
    assert codes(loaded) == ["duplicate-name"]


def test_a_name_is_not_known_in_itself(tmp_path):
    """Nor in the variables of the spec."""
    assert codes(load(tmp_path, PLAIN + "topics: {'x-${name}': {}}\n")) == ["variable-without-value"]
    loaded = load(tmp_path, PLAIN + "vars: {v: '${name}'}\ntopics: {x: {tags: {t: '${v}'}}}\n")
    assert codes(loaded) == ["variable-without-value"]


def test_items_of_a_list_have_their_own_names(tmp_path):
    """A rule's name may have variables, and its fields may say its name."""
    loaded = valid(
        tmp_path,
        PLAIN + "receipt: {active_rule_set: a, rule_sets: {a: {rules: [{name: 'r-${region}', recipients: all, "
        "actions: [{add_header: {name: X-Rule, value: '${name}'}}]}]}}}\n",
    )
    assert fields(loaded, "receipt_rule", "a", "r-eu-west-1")["actions"] == [
        {"add_header": {"name": "X-Rule", "value": "r-eu-west-1"}}
    ]


def test_variables_of_one_target_are_not_missed_in_another(tmp_path):
    """What `only` keeps out is not looked at."""
    text = TWO.replace("us-east-1}", "us-east-1, vars: {v: x}}")
    loaded = valid(
        tmp_path,
        text + "topics:\n  '${v}': {only: [us], tags: {t: '${v}'}}\n"
        "receipt: {only: [us], active_rule_set: a, rule_sets: {a: {rules: [{name: '${v}', recipients: all}]}}}\n"
        "remove: ['us:topic/old-${v}']\n",
    )
    assert addresses(loaded, "eu") == []
    assert loaded.target("us").leave.remove[0].pattern == "topic/old-x"


def test_a_variable_of_the_command_line_that_nothing_asks_for_is_a_warning(tmp_path):
    """It is most likely a slip; the environment may hold more than one spec needs."""
    loaded = load(tmp_path, PLAIN, variables={"pool": "x"}, environ={"SESOPS_VAR_other": "x"})
    assert [(one.code, one.severity.value) for one in loaded.diagnostics] == [("unused-variable", "warning")]


def test_what_sesops_sets_itself_cannot_be_set(tmp_path):
    """On the command line; the environment's is left alone."""
    assert codes(load(tmp_path, PLAIN, variables={"region": "eu-west-2"})) == ["reserved-variable"]
    assert said(tmp_path, "${region}", environ={"SESOPS_VAR_region": "eu-west-2"}) == "eu-west-1"


@pytest.mark.parametrize("text", ["${ region}", "${region }", "a${ region }"])
def test_spaces_in_the_braces_are_a_slip(tmp_path, text):
    """It would silently stay as it is."""
    (one,) = load(tmp_path, f"{PLAIN}{NAMED}'{text}'}}}}\n").diagnostics
    assert (one.code, one.hint) == ("unknown-variable", "write `${region}`, or `$${` for a plain `${`")
