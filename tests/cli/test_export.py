"""`sesops export`: to stdout, into a folder, of nothing, and what it refuses."""

from __future__ import annotations

import json
from dataclasses import replace

from cli.conftest import GOLDEN, QUICKSTART, SMALL

from sesops.aws.gateway import AwsGateway

HERE = ("--region", "eu-west-1")
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": "210987654321"},
            "Action": "ses:SendEmail",
            "Resource": "arn:aws:ses:eu-west-1:123456789012:identity/example.com",
        }
    ],
}


def test_an_account_goes_to_stdout(applied, golden):
    """The spec and nothing else; what there is of it on stderr."""
    shell = applied(QUICKSTART)
    assert shell.run("export", *HERE).code == 0
    golden(GOLDEN / "export.txt", shell.snapshot())


def test_the_region_is_that_of_the_environment(applied):
    """As with other tools: the variable that every SDK reads first, then boto3's own."""
    shell = applied(SMALL)
    shell.monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    assert "configuration_sets:" not in shell.run("export").out
    shell.monkeypatch.setenv("AWS_REGION", "eu-west-1")
    assert "configuration_sets:" in shell.run("export").out


def test_an_empty_account(shell, golden):
    """A spec still: its account has settings."""
    assert shell.run("export", *HERE).code == 0
    golden(GOLDEN / "export-empty.txt", shell.snapshot())


def test_a_folder_gets_policies_as_files_and_the_schema_that_its_first_line_names(applied):
    """And plans clean."""
    shell = applied(QUICKSTART)
    shell.call(
        "sesv2.create_email_identity_policy",
        EmailIdentity="example.com",
        PolicyName="partner",
        Policy=json.dumps(POLICY),
    )
    ended = shell.run("export", *HERE, "--out", "mail/eu")
    assert (ended.code, ended.out) == (0, "")
    folder = shell.folder / "mail" / "eu"
    files = sorted(one.relative_to(folder).as_posix() for one in folder.rglob("*") if one.is_file())
    assert files == ["policies/example.com/partner.json", "sesops.schema.json", "sesops.yaml"]
    assert json.loads((folder / files[0]).read_text(encoding="utf-8")) == POLICY
    assert (folder / files[2]).read_text(encoding="utf-8").startswith(f"# yaml-language-server: $schema={files[1]}\n")
    assert shell.run("plan", "mail/eu", "--detailed-exitcode").code == 0


def test_files_that_are_there_are_written_over_only_when_that_is_said(applied):
    """Also those beside the root file; nothing is written before all of them are looked at."""
    shell = applied(QUICKSTART)
    shell.call(
        "sesv2.create_email_identity_policy",
        EmailIdentity="example.com",
        PolicyName="partner",
        Policy=json.dumps(POLICY),
    )
    own = shell.write("{}", "out/policies/example.com/partner.json")
    schema = shell.write("{}", "out/sesops.schema.json")
    refused = shell.run("export", *HERE, "--out", "out")
    assert refused.code == 1
    assert "partner.json is there" in refused.err
    assert not (shell.folder / "out" / "sesops.yaml").exists()
    assert shell.run("export", *HERE, "--out", "out", "--force").code == 0
    assert json.loads(own.read_text(encoding="utf-8")) == POLICY
    assert schema.read_text(encoding="utf-8") == "{}"


def test_suppressions_are_written_only_when_asked_for(applied):
    """They are personal data: into a file of their own, and never to stdout."""
    shell = applied(QUICKSTART)
    shell.run("emulator", "suppress", "gone@example.org")
    shell.run("emulator", "suppress", "odd,one@example.org", "--reason", "COMPLAINT")
    assert "gone@" not in shell.run("export", *HERE).out
    assert shell.run("export", *HERE, "--out", "out", "--suppressions").code == 0
    listed = (shell.folder / "out" / "suppressions" / "present.csv").read_text(encoding="utf-8")
    assert listed == '"odd,one@example.org",COMPLAINT\ngone@example.org,BOUNCE\n'
    spec = (shell.folder / "out" / "sesops.yaml").read_text(encoding="utf-8")
    assert "suppressions:\n  present:\n    files: [suppressions/present.csv]\n" in spec
    assert shell.run("plan", "out", "--detailed-exitcode").code == 0


def test_the_stack_is_the_one_that_is_there(applied, golden):
    """With two there is a choice, and a stack gets what is its own or nobody's."""
    shell = applied(SMALL)
    assert "\nstack: small\n" in shell.run("export", *HERE).out
    shell.call(
        "sesv2.create_configuration_set",
        ConfigurationSetName="theirs",
        Tags=[{"Key": "sesops:stack", "Value": "other"}],
    )
    shell.call("sesv2.create_configuration_set", ConfigurationSetName="nobodys")
    assert shell.run("export", *HERE).code == 64
    golden(GOLDEN / "export-two-stacks.txt", shell.snapshot())
    ours = shell.run("export", *HERE, "--stack", "small").out
    assert "\n  nobodys: {reputation_metrics_enabled: true}\n" in ours
    assert "\n  theirs" not in ours
    assert "# left out: configuration_set/theirs: stack other has it\n" in ours


def test_what_is_ignored_is_read_by_nobody_and_stays_so(applied):
    """The patterns stand in the spec, so that a plan says nothing of it either."""
    shell = applied(SMALL)
    ended = shell.run("export", *HERE, "--ignore", "configuration_set/o*", "--verbose")
    assert "\nignore: [configuration_set/o*]\n" in ended.out
    assert "\n  main: {reputation_metrics_enabled: true}\n" in ended.out
    assert "  other" not in ended.out
    assert "1 sesv2:GetConfigurationSet\n" in ended.err


def test_what_ses_says_in_a_form_that_nothing_has_is_left_out(applied):
    """With the reason, and so it is by what plans: nothing is known of it, and all else is as it was."""
    shell = applied("version: 1\nstack: small\nregion: eu-west-1\ntopics: {a: {signature_version: 2}}\n")
    call = AwsGateway.call

    def odd(gateway, asked):
        answer = call(gateway, asked)
        if asked.operation != "GetTopicAttributes":
            return answer
        return replace(answer, value={"Attributes": {**answer.value["Attributes"], "SignatureVersion": "two"}})

    shell.monkeypatch.setattr(AwsGateway, "call", odd)
    exported = shell.run("export", *HERE)
    assert exported.code == 1
    assert "SES's answer is not what it always is" in exported.out.replace("\n#  ", "")
    assert "\n  a:" in exported.out
    for command in ("plan", "drift"):
        ended = shell.run(command)
        assert ended.code == 1
        assert "topic/a" in ended.out
        assert "two" in ended.out
