"""Saved plans: shown again as they were, made as they were shown, refused once they do not hold."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli.conftest import GOLDEN, QUICKSTART, SMALL, Shell

from sesops import kinds
from sesops.cli import plan_file


def edited(shell: Shell, edit, name: str = "plan.json") -> None:
    """Save what somebody made of a plan file."""
    path = shell.folder / name
    document = json.loads(path.read_text(encoding="utf-8"))
    edit(document)
    path.write_text(json.dumps(document), encoding="utf-8")


@pytest.fixture
def planned(shell: Shell) -> Shell:
    """A shell with the small spec and its plan in plan.json."""
    shell.write(SMALL)
    assert shell.run("plan", "--out", "plan.json").code == 0
    return shell


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_show_gives_back_what_plan_printed(shell, form):
    """Letter by letter."""
    shell.write(QUICKSTART)
    printed = shell.run("plan", "--out", "plan.json", "--format", form)
    assert printed.out == shell.run("show", "plan.json", "--format", form).out


def test_show_gives_back_findings_and_what_is_held_back(applied):
    """What a plan is refused, held back or incomplete for is in the file too."""
    shell = applied(SMALL)
    shell.write(SMALL.replace("configuration_sets:", "remove: [configuration_set/gone]\nconfiguration_sets:"))
    printed = shell.run("plan", "--out", "plan.json")
    assert "already-gone" in printed.out
    assert printed.out == shell.run("show", "plan.json").out


def test_the_file_is_what_format_json_prints(planned):
    """So a pipeline may keep either."""
    assert planned.run("plan", "--format", "json").out == (planned.folder / "plan.json").read_text(encoding="utf-8")


def test_a_plan_that_holds_is_made(planned):
    """And nothing is left to do."""
    assert planned.run("apply", "plan.json", "--yes").code == 0
    assert planned.run("plan", "--detailed-exitcode").code == 0


def test_what_somebody_else_made_meanwhile_is_not_written_over(shell):
    """The plan makes a domain; somebody else makes it first, with words of their own."""
    shell.write(
        "version: 1\nstack: small\nregion: eu-west-1\n"
        "domains: {example.com: {mail_from: {domain: bounce.example.com}}}\n"
    )
    assert shell.run("plan", "--out", "plan.json").code == 0
    for operation, params in (
        ("CreateEmailIdentity", {"EmailIdentity": "example.com"}),
        (
            "PutEmailIdentityMailFromAttributes",
            {"EmailIdentity": "example.com", "MailFromDomain": "other.example.com"},
        ),
    ):
        assert shell.run("emulator", "call", f"sesv2:{operation}", json.dumps(params)).code == 0
    assert shell.run("apply", "plan.json", "--yes").code == 4


def test_what_the_file_does_not_hold_is_not_left_over(applied):
    """A plan file has only what it changes; the rest of the spec is no less in the spec for that."""
    shell = applied(SMALL)
    shell.write(SMALL + "topics: {more: {}}\n")
    assert shell.run("plan", "--out", "plan.json").code == 0
    made = shell.run("apply", "plan.json", "--yes")
    assert made.code == 0
    assert "left over" not in made.out + made.err


def test_made_again_there_is_nothing_left_to_do(planned):
    """What is done already is fewer changes, not others."""
    planned.run("apply", "plan.json", "--yes")
    again = planned.run("apply", "plan.json")
    assert again.code == 0
    assert "No changes" in again.out


def test_a_plan_half_made_is_made_to_its_end(planned):
    """Somebody made one of its two things, just as it was planned."""
    planned.run("apply", "--only", "configuration_set/other", "--yes")
    assert planned.run("apply", "plan.json", "--yes").code == 0
    assert planned.run("plan", "--detailed-exitcode").code == 0


def test_a_stale_plan_says_what_is_different_and_changes_nothing(planned, golden):
    """4, before the first write."""
    planned.call(
        "sesv2.create_configuration_set", ConfigurationSetName="main", SendingOptions={"SendingEnabled": False}
    )
    assert planned.run("apply", "plan.json", "--yes").code == 4
    golden(GOLDEN / "apply-stale.txt", planned.snapshot())
    assert planned.call("sesv2.list_configuration_sets")["ConfigurationSets"] == ["main"]


def test_a_spec_that_changed_since_makes_the_plan_stale(planned, golden):
    """4: it lies in the folder we are in, and is not the one that was planned."""
    planned.write(SMALL + "  third: {}\n")
    assert planned.run("apply", "plan.json", "--yes").code == 4
    golden(GOLDEN / "apply-other-spec.txt", planned.snapshot())


def test_a_spec_that_was_broken_since_makes_the_plan_stale(planned):
    """What cannot be read may well be this stack's."""
    planned.write("stack: [")
    assert planned.run("apply", "plan.json", "--yes").code == 4


def test_the_spec_of_another_stack_in_the_folder_does_not_matter(planned):
    """A plan file may be made where another stack is at home."""
    planned.write(SMALL.replace("stack: small", "stack: other"))
    assert planned.run("apply", "plan.json", "--yes").code == 0


def test_a_plan_is_made_where_no_spec_is(planned):
    """The file is all that is needed."""
    (planned.folder / "sesops.yaml").unlink()
    assert planned.run("apply", "plan.json", "--yes").code == 0


def test_a_plan_with_variables_is_made_as_it_was_shown(shell):
    """What they stood for is in the plan."""
    shell.write(SMALL.replace("sending_enabled: true", 'sending_enabled: "${on}"') + "vars: {on: true}\n")
    assert shell.run("plan", "--var", "on=false", "--out", "plan.json").code == 0
    assert shell.run("apply", "plan.json", "--yes").code == 0
    assert shell.call("sesv2.get_configuration_set", ConfigurationSetName="main")["SendingOptions"] == {
        "SendingEnabled": False
    }


def test_a_plan_of_a_part_is_made_as_that_part(shell):
    """`--only` left the rest out, and so does apply; what the part waits for comes from the same spec."""
    shell.write(QUICKSTART)
    assert shell.run("plan", "--only", "event_destination/transactional/feedback", "--out", "plan.json").code == 0
    assert shell.run("apply", "plan.json", "--yes").code == 0
    assert shell.call("sesv2.list_email_identities")["EmailIdentities"] == []
    assert shell.run("plan", "--only", "topic/feedback", "--detailed-exitcode").code == 0


def test_a_part_is_named_as_in_a_spec(shell):
    """A domain in any case and with its dot."""
    shell.write(QUICKSTART)
    assert shell.run("plan", "--only", "domain/EXAMPLE.com.", "--detailed-exitcode").code == 2
    ended = shell.run("plan", "--only", "domain/exa mple")
    assert (ended.code, "is no domain name" in ended.err) == (64, True)


def test_a_change_since_beside_the_part_that_was_planned_is_left_alone(applied):
    """Only what was shown is made."""
    shell = applied(SMALL)
    shell.call("sesv2.put_configuration_set_sending_options", ConfigurationSetName="main", SendingEnabled=False)
    shell.write(SMALL + "  third: {}\n")
    assert shell.run("plan", "--only", "configuration_set/third", "--out", "plan.json").code == 0
    assert shell.run("apply", "plan.json", "--yes").code == 0
    main = shell.call("sesv2.get_configuration_set", ConfigurationSetName="main")
    assert main["SendingOptions"] == {"SendingEnabled": False}


@pytest.mark.parametrize(
    "option",
    [
        ("--only", "configuration_set/main"),
        ("--target", "eu"),
        ("--allow-many", "domain=3"),
        ("--var", "a=b"),
    ],
)
def test_options_of_a_spec_are_refused_with_a_plan(planned, option):
    """A saved plan is made as it was shown."""
    ended = planned.run("apply", "plan.json", "--yes", *option)
    assert (ended.code, ended.out) == (64, "")
    assert option[0] in ended.err


def test_a_plan_is_asked_about_as_a_spec_is(planned):
    """3 where there is nobody to ask, 1 where the answer is no."""
    assert planned.run("apply", "plan.json").code == 3
    planned.typing("no\n")
    assert planned.run("apply", "plan.json").code == 1
    planned.typing("yes\n")
    assert planned.run("apply", "plan.json").code == 0


def test_a_plan_of_another_account_is_refused(planned, golden):
    """3: these credentials are of an account that was not planned for."""
    edited(planned, lambda plan: plan["targets"][0].update(account="999999999999"))
    assert planned.run("apply", "plan.json", "--yes").code == 3
    golden(GOLDEN / "apply-plan-other-account.txt", planned.snapshot())


def test_a_plan_that_was_refused_is_refused_again(planned, golden):
    """3, and why."""
    edited(planned, lambda plan: plan["targets"][0].update(refusals=["15 of 40 things of kind domain would go"]))
    assert planned.run("apply", "plan.json", "--yes").code == 3
    golden(GOLDEN / "apply-plan-refused.txt", planned.snapshot())


def test_an_incomplete_plan_is_not_made(planned):
    """1: what could not be read was not planned."""
    unknown = {"address": "configuration_set/main", "facet": None, "reason": "denied"}
    edited(planned, lambda plan: plan["targets"][0]["unknown"].append(unknown))
    ended = planned.run("apply", "plan.json", "--yes")
    assert ended.code == 1
    assert "incomplete" in ended.err


@pytest.mark.parametrize("times", [0, 2])
def test_a_plan_with_a_target_twice_or_none_is_not_made(planned, times):
    """No plan of ours has that."""
    edited(planned, lambda plan: plan.update(targets=plan["targets"] * times))
    ended = planned.run("apply", "plan.json", "--yes")
    assert ended.code == 1
    assert "a target twice, or none" in ended.err


def extra_call(plan):
    call = {"service": "sesv2", "operation": "DeleteConfigurationSet", "params": {"ConfigurationSetName": "victim"}}
    plan["targets"][0]["changes"][0]["steps"][0]["calls"].append(call)


def test_calls_in_a_file_are_never_made(planned):
    """They are there to be read; what is made is derived."""
    planned.call("sesv2.create_configuration_set", ConfigurationSetName="victim")
    edited(planned, extra_call)
    assert planned.run("apply", "plan.json", "--yes").code == 0
    assert "victim" in planned.call("sesv2.list_configuration_sets")["ConfigurationSets"]


def test_a_thing_that_is_smuggled_into_what_is_wanted_is_not_made(planned):
    """No change of the file shows it."""
    smuggled = {"address": "configuration_set/smuggled", "fields": {}, "refs": [], "previous": None, "place": None}
    edited(planned, lambda plan: plan["targets"][0]["wanted"].append(smuggled))
    planned.run("apply", "plan.json", "--yes")
    assert "smuggled" not in planned.call("sesv2.list_configuration_sets")["ConfigurationSets"]


def test_a_field_that_is_changed_in_what_is_wanted_makes_the_plan_stale(planned):
    """What would be made is not what the file shows."""
    edited(planned, lambda plan: plan["targets"][0]["wanted"][0]["fields"].update(sending_enabled=False))
    assert planned.run("apply", "plan.json", "--yes").code == 4
    assert planned.call("sesv2.list_configuration_sets")["ConfigurationSets"] == []


def _set(path: str, value: object):
    def edit(plan):
        *parents, last = [int(one) if one.isdigit() else one for one in path.split("/")]
        for one in parents:
            plan = plan[one]
        plan[last] = value

    return edit


CRAFTED = {
    "format": _set("format", 2),
    "format-text": _set("format", "1"),
    "targets-a-map": _set("targets", {}),
    "target-a-number": _set("targets/0", 7),
    "stack-a-list": _set("targets/0/stack", []),
    "region-nothing": _set("targets/0/region", None),
    "action-unknown": _set("targets/0/changes/0/action", "explode"),
    "address-unknown-kind": _set("targets/0/changes/0/address", "bomb/x"),
    "address-without-name": _set("targets/0/wanted/0/address", "configuration_set"),
    "fields-a-list": _set("targets/0/wanted/0/fields", []),
    "field-unknown-key": _set("targets/0/changes/0/fields/0/surprise", 1),
    "state-unknown": _set("targets/0/changes/0/steps/0/state", "maybe"),
    "needs-without-facet": _set("targets/0/changes/0/steps/0/needs", ["configuration_set"]),
    "until-no-day": _set("targets/0/leave/allow", [{"address": "topic/a", "to": "stop_mail", "until": "2026-99-99"}]),
    "removal-no-address": _set("targets/0/leave/remove", ["nonsense"]),
    "place-line-zero": _set("targets/0/changes/0/place", {"file": "x", "line": 0, "column": 1}),
    "wanted-unknown-field": _set("targets/0/wanted/0/fields", {"no_such_field": 1}),
    "wanted-wrong-type": _set("targets/0/wanted/0/fields", {"sending_enabled": {"a": [1]}}),
    "wanted-no-list": _set("targets/0/wanted/0/fields", {"suppressed_reasons": 5}),
    "wanted-no-text": _set("targets/0/wanted/0/fields", {"tracking.custom_redirect_domain": 5}),
    "wanted-no-name": _set("targets/0/wanted/0/fields", {"delivery.sending_pool": {"a": 1}}),
    "region-no-region": _set("targets/0/region", "no region!"),
    "region-empty": _set("targets/0/region", ""),
}


@pytest.mark.parametrize("name", CRAFTED)
@pytest.mark.parametrize("command", [("show",), ("apply", "--yes")], ids=["show", "apply"])
def test_a_crafted_plan_ends_in_a_sentence(planned, name, command):
    """Never in a traceback, and apply never writes."""
    edited(planned, CRAFTED[name])
    ended = planned.run(command[0], "plan.json", *command[1:])
    if command[0] == "apply":
        assert ended.code in (1, 4)
        assert ended.err.startswith("sesops: ")
        assert planned.call("sesv2.list_configuration_sets")["ConfigurationSets"] == []


@pytest.mark.parametrize("depth", [60, 400, 900, 100_000])
def test_a_plan_that_is_nested_too_deep_ends_in_a_sentence(planned, depth):
    """However deep."""
    text = (planned.folder / "plan.json").read_text(encoding="utf-8")
    nested = "[" * depth + "]" * depth
    planned.write(text.replace('"before": null', f'"before": {nested}', 1), "plan.json")
    ended = planned.run("show", "plan.json")
    assert ended.code in (0, 1)
    assert planned.run("show", "plan.json", "--format", "json").code in (0, 1)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe{}", b"[]", b'{"format": 1', b'{"format": NaN}', b"null"])
def test_what_is_no_plan_is_no_plan(shell, content):
    """1, whatever it is."""
    (shell.folder / "plan.json").write_bytes(content)
    assert shell.run("show", "plan.json").code == 1


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b'{\n  "format": 1}', True),
        (b'\xef\xbb\xbf{"format":1}', True),
        (b'\t{\r\n"format" : 1', True),
        (b"format: 1\n", False),
        (b"{version: 1}", False),
        (b'{"version": 1, "format": 1}', False),
    ],
)
def test_a_plan_file_is_told_from_a_spec_by_its_beginning(tmp_path: Path, content, expected):
    """However it is spaced; a spec in JSON is none."""
    (tmp_path / "file").write_bytes(content)
    assert plan_file.is_one(tmp_path / "file") is expected


def test_a_plan_with_a_byte_order_mark_is_read(planned):
    """As an editor on Windows may leave it."""
    path = planned.folder / "plan.json"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert plan_file.read(path, kinds.discover()).targets[0].scope.stack == "small"


def test_a_step_that_the_file_does_not_have_is_not_made(planned):
    """Though its field is shown."""
    planned.call(
        "sesv2.create_configuration_set", ConfigurationSetName="main", DeliveryOptions={"TlsPolicy": "REQUIRE"}
    )
    planned.write(SMALL.replace("sending_enabled: true", "delivery: {tls_policy: OPTIONAL}, tags: {a: b}"))
    assert planned.run("plan", "--out", "plan.json").code == 0
    edited(planned, lambda plan: plan["targets"][0]["changes"][1]["steps"].pop())
    ended = planned.run("apply", "plan.json", "--yes")
    assert (ended.code, "the step tags was not in the plan" in ended.err) == (4, True)


@pytest.mark.parametrize("number", ["NaN", "1e999", "-Infinity"])
def test_a_number_that_json_does_not_have_is_in_no_plan(planned, number):
    """It would be written as no JSON again."""
    text = (planned.folder / "plan.json").read_text(encoding="utf-8")
    planned.write(text.replace('"before": null', f'"before": {number}', 1), "plan.json")
    ended = planned.run("show", "plan.json", "--format", "json")
    assert (ended.code, ended.out) == (1, "")


RULES = """version: 1
stack: small
region: eu-west-1
receipt:
  rule_sets:
    inbound:
      partial: {partial}
      rules:
        - {name: a, recipients: [a@example.com], actions: [{stop: {}}]}
"""
TAKES_ALL = "        - {name: c, recipients: all, actions: [{stop: {}}]}\n"


@pytest.mark.parametrize("partial", ["true", "false"])
def test_a_rule_is_made_where_the_plan_has_it(applied, partial):
    """A file that was changed so that a rule which takes all mail comes before the others: 4, and it is not made."""
    shell = applied(RULES.replace("{partial}", "false"))
    place = "name: c, after: a," if partial == "true" else "name: c,"
    shell.write(RULES.replace("{partial}", partial) + TAKES_ALL.replace("name: c,", place))
    assert shell.run("plan", "--out", "plan.json").code == 0
    shell.call("ses.create_receipt_rule", RuleSetName="inbound", After="a", Rule={"Name": "b"})

    def first(document: dict) -> None:
        for wanted in document["targets"][0]["wanted"]:
            wanted["previous"] = None
            wanted["fields"].pop("after", None)

    edited(shell, first)
    ended = shell.run("apply", "plan.json", "--yes")
    assert (ended.code, "the call that makes it is another than the plan has" in ended.err) == (4, True), ended.err


def policy(of: str) -> dict:
    """Who may send as example.com."""
    statement = {"Effect": "Allow", "Principal": {"AWS": of}, "Action": "ses:SendEmail"}
    return {"Version": "2012-10-17", "Statement": [{**statement, "Resource": HERE}]}


HERE = "arn:aws:ses:eu-west-1:123456789012:identity/example.com"
STRANGER = "arn:aws:iam::999999999999:root"


@pytest.mark.parametrize(
    "look",
    [
        {"details": [["Statement[0].Principal.AWS", "a", "b"]]},
        {"details": []},
        {"sensitive": True},
        {"known_after_apply": True},
        {"facet": "elsewhere"},
        {"ours": True},
    ],
    ids=lambda look: next(iter(look)),
)
def test_a_field_that_the_file_shows_otherwise_is_not_made(shell, look):
    """The value is one in what is wanted and in what changes, and what `show` prints of it is another."""
    spec = {"version": 1, "stack": "small", "region": "eu-west-1"}
    domains = {"example.com": {"policies": {"partner": policy("arn:aws:iam::123456789012:root")}}}
    shell.write(json.dumps({**spec, "domains": domains}))
    assert shell.run("apply", "--yes").code == 0
    domains["example.com"]["policies"]["partner"] = policy(STRANGER)
    shell.write(json.dumps({**spec, "domains": domains}))
    assert shell.run("plan", "--out", "plan.json").code == 0
    assert STRANGER in shell.run("show", "plan.json").out

    def lie(document: dict) -> None:
        (change,) = document["targets"][0]["changes"]
        change["fields"][0].update(look)

    edited(shell, lie)
    ended = shell.run("apply", "plan.json", "--yes")
    assert (ended.code, "is not as the plan shows it" in ended.err) == (4, True), ended.err
    made = shell.call("sesv2.get_email_identity_policies", EmailIdentity="example.com")["Policies"]["partner"]
    assert STRANGER not in made


def test_a_plan_takes_the_place_of_none_but_a_plan(planned):
    """A slip of the hand must not cost the spec."""
    ended = planned.run("plan", "--out", "sesops.yaml")
    assert (ended.code, (planned.folder / "sesops.yaml").read_text(encoding="utf-8")) == (64, SMALL)
    assert "is no plan" in ended.err
    assert planned.run("plan", "--out", "-").code == 64
    (planned.folder / "empty").touch(mode=0o600)
    assert planned.run("plan", "--out", "empty").code == 0
    assert planned.run("plan", "--out", "plan.json").code == 0
    assert planned.run("show", "empty").out == planned.run("show", "plan.json").out
    assert (planned.folder / "empty").stat().st_mode & 0o777 == 0o600
    assert [one.name for one in planned.folder.iterdir() if one.name.startswith(".plan")] == []


def test_a_plan_that_is_not_there_is_no_spec_that_is_not(shell):
    """Its name says what was meant."""
    ended = shell.run("apply", "plan.json", "--yes")
    assert (ended.code, ended.err) == (
        1,
        "sesops: plan.json is not there\n  hint: `sesops plan --out FILE` saves a plan\n",
    )


def test_where_all_is_held_back_it_is_said_that_nothing_was_done(applied):
    shell = applied(SMALL)
    shell.write(SMALL.replace("sending_enabled: true", "sending_enabled: false"))
    ended = shell.run("apply", "--yes")
    assert (ended.code, ended.err) == (3, "nothing was changed: all that there is to do is held back\n")
