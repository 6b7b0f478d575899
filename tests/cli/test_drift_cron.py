"""Drift for a cron job: against a revision, by SES itself, waived until a day, as JUnit and as metrics."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree as ET

import pytest
from cli.conftest import GOLDEN, Repository, Shell
from prometheus_client.parser import text_string_to_metric_families

SPEC = """version: 1
stack: small
region: eu-west-1
topics: {feedback: {}}
domains:
  example.com:
    notifications: {bounce: {topic: feedback}, complaint: {topic: feedback}}
    feedback_forwarding: false
configuration_sets:
  main: {sending_enabled: true, delivery: {tls_policy: REQUIRE}}
  other: {}
"""
WAIVED = """waivers:
  - {address: configuration_set/main, field: delivery.*, owner: mail-team, reason: a partner, until: 2999-12-31}
"""


@pytest.fixture
def moved(applied) -> Shell:
    """A field of a set moved, and another set gone."""
    shell = applied(SPEC)
    call(shell, "PutConfigurationSetDeliveryOptions", ConfigurationSetName="main", TlsPolicy="OPTIONAL")
    call(shell, "DeleteConfigurationSet", ConfigurationSetName="other")
    return shell


def call(shell: Shell, operation: str, **params: object) -> None:
    assert shell.run("emulator", "call", f"sesv2:{operation}", json.dumps(params)).code == 0


def drifted(shell: Shell, *arguments: str) -> list[tuple[str, str, str | None]]:
    (target,) = json.loads(shell.run("drift", "--format", "json", *arguments).out)["targets"]
    return [(one["what"], one["address"], one.get("path")) for one in target["drift"]]


def test_by_ses(applied, golden):
    """A topic that SES took away, forwarding that it turned on, with why; a click is somebody else's."""
    shell = applied(SPEC)
    for kind in ("Bounce", "Complaint"):
        shell.call("ses.set_identity_feedback_forwarding_enabled", Identity="example.com", ForwardingEnabled=True)
        shell.call("ses.set_identity_notification_topic", Identity="example.com", NotificationType=kind)
    shell.call("sesv2.put_configuration_set_sending_options", ConfigurationSetName="main", SendingEnabled=False)
    assert shell.run("drift").code == 2
    golden(GOLDEN / "drift-by-ses.txt", shell.snapshot())
    entries = json.loads(shell.run("drift", "--format", "json").out)["targets"][0]["drift"]
    assert {one["address"]: "why" in one for one in entries} == {
        "configuration_set/main": False,
        "domain/example.com": True,
    }


def test_quiet_says_nothing_where_there_is_nothing_to_say(applied):
    """A job of cron mails whatever is printed."""
    shell = applied(SPEC)
    ended = shell.run("drift", "--quiet")
    assert (ended.code, ended.out, ended.err) == (0, "", "")
    assert json.loads(shell.run("drift", "--quiet", "--format", "json").out)["targets"]
    shell.call("sesv2.put_configuration_set_sending_options", ConfigurationSetName="main", SendingEnabled=False)
    ended = shell.run("drift", "--quiet")
    assert (ended.code, ended.out == shell.run("drift").out) == (2, True)


FEEDBACK = "arn:aws:sns:eu-west-1:123456789012:feedback"


def topic_for(shell: Shell, service: str) -> None:
    """Somebody else's topic, that one service may publish to."""
    shell.call("sns.create_topic", Name="feedback")
    statement = {"Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}, "Action": "sns:Publish"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [{**statement, "Resource": FEEDBACK}]})
    shell.call("sns.set_topic_attributes", TopicArn=FEEDBACK, AttributeName="Policy", AttributeValue=policy)


def taken_away(shell: Shell) -> None:
    """What SES does once it cannot publish."""
    for kind in ("Bounce", "Complaint"):
        shell.call("ses.set_identity_feedback_forwarding_enabled", Identity="example.com", ForwardingEnabled=True)
        shell.call("ses.set_identity_notification_topic", Identity="example.com", NotificationType=kind)


def test_a_topic_is_put_back_once_it_exists_and_lets_ses_publish(shell):
    """Until then it waits, and is drift by SES all the same: SES would take it away again."""
    shell.write(SPEC.replace("feedback: {}", f"feedback: {{arn: '{FEEDBACK}'}}"))
    topic_for(shell, "ses")
    assert shell.run("apply", "--yes").code == 0
    shell.call("sns.delete_topic", TopicArn=FEEDBACK)
    taken_away(shell)
    for said in ("does not exist", "does not let SES publish"):
        ended = shell.run("apply", "--yes")
        assert (ended.code, f"the topic {FEEDBACK} {said}" in ended.out) == (0, True), ended.out + ended.err
        assert shell.run("plan", "--detailed-exitcode").code == 0
        ended = shell.run("drift")
        assert ended.code == 2
        assert "drift: 1 by SES" in ended.out
        topic_for(shell, "events")
    topic_for(shell, "ses")
    assert shell.run("apply", "--yes").code == 0
    assert shell.run("drift").code == 0


def test_a_topic_of_the_spec_is_made_and_put_back_in_one_run(applied):
    """What the same plan makes, or lets SES publish, is not waited for."""
    shell = applied(SPEC)
    shell.call("sns.delete_topic", TopicArn=FEEDBACK)
    taken_away(shell)
    assert shell.run("apply", "--yes").code == 0
    assert shell.run("drift").code == 0


def test_only_is_about_what_it_names(emulator, on_aws):
    """What SES did elsewhere is left out, and JUnit has no test of what was not asked for."""
    on_aws.write(SPEC)
    assert on_aws.run("apply", "--yes").code == 0
    emulator.give_up("example.com", "eu-west-1")
    ended = on_aws.run("drift", "--only", "configuration_set/main", "--format", "junit")
    assert ended.code == 0
    assert [one.get("name") for one in ET.fromstring(ended.out).iter("testcase")] == ["configuration_set/main"]
    assert "no drift: 1 thing compared" in on_aws.run("drift", "--only", "configuration_set/main").out
    assert on_aws.run("drift", "--only", "domain/example.com").code == 2


def test_a_verification_that_is_lost(emulator, on_aws):
    """Nothing of the spec differs, and mail is refused all the same."""
    on_aws.write(SPEC)
    assert on_aws.run("apply", "--yes").code == 0
    emulator.give_up("example.com", "eu-west-1")
    ended = on_aws.run("drift")
    assert ended.code == 2
    assert "by SES domain/example.com" in ended.out
    assert "mail from it is refused" in ended.out


def test_waived(moved, golden):
    """Said, and not counted."""
    moved.write(WAIVED, "waivers.yaml")
    assert moved.run("drift", "--waivers", "waivers.yaml").code == 2
    golden(GOLDEN / "drift-waived.txt", moved.snapshot())
    whole = WAIVED + "  - {address: 'configuration_set/o*', owner: web, reason: moves, until: 2999-12-31}\n"
    moved.write(whole, "waivers.yaml")
    assert moved.run("drift", "--waivers", "waivers.yaml").code == 0


def test_a_waiver_that_ended_counts_again(moved):
    """And who answered for it is said."""
    moved.write(WAIVED.replace("2999", "2024"), "waivers.yaml")
    ended = moved.run("drift", "--waivers", "waivers.yaml")
    assert ended.code == 2
    assert "waiver ended on 2024-12-31 (mail-team: a partner)" in ended.out
    assert ("changed", "configuration_set/main", "delivery.tls_policy") in drifted(moved, "--waivers", "waivers.yaml")


def test_a_waiver_of_a_field_does_not_cover_a_thing_that_is_gone(moved):
    """Only one of the thing does."""
    moved.write(WAIVED.replace("main", "other"), "waivers.yaml")
    ended = moved.run("drift", "--waivers", "waivers.yaml")
    assert ("is about no difference" in ended.err, ended.code) == (True, 2)


@pytest.mark.parametrize(
    ("name", "text"),
    {
        "empty": "",
        "no-owner": "waivers: [{address: configuration_set/main, reason: x, until: 2999-12-31}]\n",
        "unknown-key": WAIVED.replace("field", "fields"),
        "unknown-kind": WAIVED.replace("configuration_set/main", "configuration_sets/main"),
        "no-day": WAIVED.replace("2999-12-31", "2999-02-31"),
        "a-target": WAIVED.replace("configuration_set/main", "eu:configuration_set/main"),
    }.items(),
)
def test_wrong_waivers(applied, golden, name, text):
    """1, with the place: a waiver that says nothing must not hide anything."""
    shell = applied(SPEC)
    shell.write(text, "waivers.yaml")
    assert shell.run("drift", "--waivers", "waivers.yaml").code == 1
    golden(GOLDEN / f"waivers-{name}.txt", shell.snapshot())


def test_no_such_file(applied):
    shell = applied(SPEC)
    shell.write(WAIVED, "waivers.yaml")
    ended = shell.run("drift", "--waivers", "waiver.yaml")
    assert ended.code == 1
    assert "there is no file waiver.yaml" in ended.err
    assert "hint: did you mean waivers.yaml?" in ended.err


def test_junit(moved, golden):
    """A test a thing; what is waived is skipped."""
    moved.write(WAIVED, "waivers.yaml")
    ended = moved.run("drift", "--format", "junit", "--waivers", "waivers.yaml")
    golden(GOLDEN / "drift.junit.txt", moved.snapshot())
    suite = ET.fromstring(ended.out)[0]
    assert {key: suite.get(key) for key in ("tests", "failures", "errors", "skipped")} == {
        "tests": "4",
        "failures": "1",
        "errors": "0",
        "skipped": "1",
    }


def test_prometheus(moved):
    """What a collector reads."""
    ended = moved.run("drift", "--format", "prometheus")
    samples = {
        (one.name, one.labels.get("what")): one.value
        for family in text_string_to_metric_families(ended.out)
        for one in family.samples
    }
    assert samples["sesops_drift_things", "changed"] == 1
    assert samples["sesops_drift_things", "gone"] == 1
    assert samples["sesops_drift_things", "by_ses"] == 0
    assert samples["sesops_drift_complete", None] == 1
    assert samples["sesops_drift_compared", None] == 4
    assert samples["sesops_drift_checked_timestamp_seconds", None] > 1_700_000_000
    assert re.search(r'stack="small",target="",region="eu-west-1",account="123456789012"', ended.out)


def test_against_a_revision(empty_repository: Repository):
    """What is merged and not applied is no drift from what was applied; places are those of the repository."""
    repository = empty_repository
    repository.commit(SPEC)
    assert repository.run("apply", "mail", "--yes").code == 0
    repository.git("tag", "applied")
    repository.commit(SPEC.replace("tls_policy: REQUIRE", "tls_policy: OPTIONAL"))
    assert repository.run("drift", "mail").code == 2
    assert repository.run("drift", "mail", "--rev", "applied").code == 0
    repository.sending("main", enabled=False)
    ended = repository.run("drift", "mail", "--rev", "applied")
    assert ended.code == 2
    assert "(mail/sesops.yaml:10)" in ended.out
    assert repository.run("drift", str(repository.folder / "mail"), "--rev", "applied").code == 2
    assert repository.run("drift", "mail", "--rev", "nowhere").code == 1


@pytest.mark.parametrize("is_absolute", [False, True])
def test_a_secret_lies_where_it_lies_now(empty_repository, is_absolute):
    """No revision has it; the spec of one is read from a copy that is gone before the secret is opened."""
    repository: Repository = empty_repository
    repository.write("https://hooks.example.com/x?token=abc\n", "mail/hook.txt")
    subscription = "{protocol: https, endpoint: {file: hook.txt}}"
    topics = f"topics: {{feedback: {{subscriptions: [{subscription}]}}}}\n"
    first = repository.commit(f"version: 1\nstack: small\nregion: eu-west-1\n{topics}")
    repository.git("rm", "--cached", "--quiet", "mail/hook.txt")
    repository.git("commit", "--message", "no secret here")
    assert repository.run("apply", "mail", "--yes").code == 0
    path = str(repository.folder / "mail") if is_absolute else "mail"
    assert repository.run("drift", path, "--rev", first).code == 0
