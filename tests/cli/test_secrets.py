"""Secrets from the command line: nothing that any command prints or writes has a word of one, however it ends."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.keys import private_key

HOOK = "https://hooks.example.com/services/T0KEN-aZ9x7Q2w"
STORED = "https://desk.example.com/T0KEN-pL4mK8nJ5b"
KEY = private_key(bits=2048)
OTHER = private_key(1, pkcs1=True)
"""In the form that SES takes, so that it is sent as it stands."""
SPEC = """version: 1
stack: secrets
region: eu-west-1
topics:
  feedback:
    subscriptions:
      - {protocol: https, endpoint: {env: HOOK}}
      - {protocol: https, endpoint: {secretsmanager: "STORED"}}
domains:
  own.example:
    dkim: {origin: EXTERNAL, selector: s2026, private_key: {file: keys/own.pem}}
  other.example:
    dkim: {origin: EXTERNAL, selector: s2026, private_key: {env: OTHER_KEY}}
"""
LONG = 12
"""Characters of a secret, in a row, that nobody says by chance."""


def parts(secret: str) -> Iterator[str]:
    """Pieces of a secret by which it would be known."""
    body = "".join(line for line in secret.splitlines() if not line.startswith("-----"))
    body = body.partition("example.com/")[2] or body
    yield from (body[at : at + LONG] for at in range(0, len(body) - LONG + 1, 3))


PARTS = [part for secret in (HOOK, STORED, KEY, OTHER) for part in parts(secret)]
FORMATS = {
    "plan": ("text", "json", "markdown", "html"),
    "show": ("text", "json", "markdown", "html"),
    "drift": ("text", "json", "junit", "prometheus"),
    "validate": ("text", "json"),
}


@pytest.fixture
def stack(on_aws, emulator):
    """A shell with a spec that finds two endpoints and two keys, each where it says."""
    import boto3

    url = os.environ["AWS_ENDPOINT_URL"]
    stored = boto3.client("secretsmanager", region_name="eu-west-1", endpoint_url=url)
    arn = stored.create_secret(Name="desk", SecretString=STORED)["ARN"]
    on_aws.write(SPEC.replace("STORED", arn))
    on_aws.write(KEY, "keys/own.pem")
    on_aws.monkeypatch.setenv("HOOK", HOOK)
    on_aws.monkeypatch.setenv("OTHER_KEY", OTHER)
    return on_aws


def known(text: str) -> list[str]:
    return [part for part in PARTS if part in text]


def said(shell) -> str:
    return "".join(ended.out + ended.err for _, ended in shell.ended)


def sweep(shell) -> None:
    """Every command that looks, in every form."""
    for command, forms in FORMATS.items():
        for form in forms:
            what = ["plan.json"] if command == "show" else []
            ended = shell.run(command, *what, "--format", form)
            assert ended.code in (0, 1, 2, 3), (command, form, ended.err)
    shell.run("plan", "--verbose")
    shell.run("iam-policy", "--for", "apply")
    assert shell.run("export", "--region", "eu-west-1").code == 0
    assert shell.run("export", "--region", "eu-west-1", "--out", "out", "--force").code == 0


def test_nothing_that_is_printed_or_written_has_a_word_of_a_secret(stack):
    """Before, while and after it is made, where the keys change, and where a secret is gone."""
    assert stack.run("plan", "--out", "plan.json").code == 0
    sweep(stack)
    assert stack.run("apply", "plan.json", "--yes", "--verbose").code == 0
    sweep(stack)
    stack.write(stack.folder.joinpath("sesops.yaml").read_text().replace("s2026", "s2027"))
    stack.run("plan", "--out", "plan.json")
    sweep(stack)
    for name in ("HOOK", "OTHER_KEY"):
        stack.monkeypatch.delenv(name)
    sweep(stack)
    written = "".join(
        path.read_text(encoding="utf-8", errors="replace")
        for path in Path(stack.folder).rglob("*")
        if path.is_file() and path.suffix != ".pem"
    )
    assert known(said(stack)) == known(written) == []
    assert "hooks.example.com" in said(stack)
    assert "(from env OTHER_KEY)" in said(stack)
    assert "(from file keys/own.pem)" in written + said(stack)


@pytest.mark.parametrize("whole", [True, False])
def test_a_refusal_that_repeats_a_secret_is_shown_without_it(stack, emulator, whole):
    """AWS says which value it did not take; at times the beginning of it."""
    body = "".join(OTHER.splitlines()[1:-1])
    value = body if whole else body[26:200]
    text = f"1 validation error detected: Value '{value}' at 'domainSigningPrivateKey' is not good"
    other, hook = {"EmailIdentity": "other.example"}, {"Endpoint": HOOK}
    emulator.faults.fail("sesv2", "CreateEmailIdentity", "BadRequestException", text, 400, None, other)
    emulator.faults.fail("sns", "Subscribe", "InvalidParameter", f"no such endpoint: {HOOK}", 400, None, hook)
    ended = stack.run("apply", "--yes", "--verbose")
    assert ended.code == 1
    assert "validation error detected" in ended.err
    assert "Value '…' at 'domainSigningPrivateKey' is not good" in ended.err
    assert "no such endpoint: …" in ended.err
    assert known(said(stack)) == []


def test_apply_sees_before_its_first_write_that_each_secret_is_there(stack, emulator):
    """What does not hold is said with where it is looked for; nothing is made, and nobody is asked."""
    stack.monkeypatch.setenv("OTHER_KEY", "no key")
    (stack.folder / "keys/own.pem").unlink()
    assert stack.run("plan", "--out", "plan.json").code == 0
    before = len(emulator.calls)
    for arguments in (["apply"], ["apply", "--yes"], ["apply", "plan.json", "--yes"]):
        ended = stack.run(*arguments)
        assert ended.code == 1
        assert "nothing was changed: a secret cannot be opened" in ended.err
        assert "domain/own.example create: file keys/own.pem: it cannot be read: No such file" in ended.err
        assert "domain/other.example create: env OTHER_KEY: it is no private key in PEM" in ended.err
    reads = ("Get", "List", "Describe")
    assert [name for _, name, _ in emulator.calls[before:] if not name.startswith(reads)] == []


def test_an_endpoint_that_cannot_be_opened_is_unknown(stack):
    """Plan and drift say so and end with 1; apply refuses what is incomplete."""
    assert stack.run("apply", "--yes").code == 0
    assert stack.run("drift").code == 0
    stack.monkeypatch.delenv("HOOK")
    for arguments in (["plan"], ["drift"], ["apply", "--yes"]):
        ended = stack.run(*arguments)
        assert ended.code == 1
        assert "? unknown subscription/feedback/https:env-HOOK:" in ended.out
        assert "env HOOK: the environment has no such variable" in ended.out


def test_a_saved_plan_is_stale_where_its_subscription_has_another_secret_by_now(stack):
    """The address that was reviewed would be of another endpoint."""
    assert stack.run("plan", "--out", "plan.json").code == 0
    stack.monkeypatch.setenv("HOOK", "https://hooks.example.com/another")
    ended = stack.run("apply", "plan.json", "--yes")
    assert ended.code == 4
    assert "is known by a secret, and that is another by now" in ended.err


def test_the_policy_of_the_roles_lets_them_read_what_they_need(stack):
    """To plan: the secrets that things are known by; to apply: those that are sent, too."""

    def may(*arguments: str) -> list[str]:
        document = json.loads(stack.run("iam-policy", *arguments).out)
        return [
            resource
            for one in document["Statement"]
            if "secretsmanager:GetSecretValue" in one["Action"]
            for resource in ([one["Resource"]] if isinstance(one["Resource"], str) else one["Resource"])
        ]

    key = "arn:aws:secretsmanager:us-east-1:123456789012:secret:dkim/own"
    spec = stack.folder / "sesops.yaml"
    spec.write_text(spec.read_text().replace("{file: keys/own.pem}", f'{{secretsmanager: "{key}"}}'))
    [desk] = may("--for", "plan", "--narrow")
    assert "secret:desk-" in desk
    assert may("--for", "apply") == sorted([desk, f"{key}-*"])


def test_a_plan_against_a_revision_knows_a_secret_that_did_not_change(repository_with_secrets):
    """Keys are in no revision: the copy of an earlier spec looks for them where they lie now."""
    shell = repository_with_secrets
    target = shell.plan("--base", "HEAD")
    whose = {one["address"]: one["whose"] for one in target["changes"] if one["action"] == "create"}
    assert set(whose.values()) == {"pending_before"}, whose
    target = shell.plan("--base", "HEAD", "--changed")
    assert (target["changes"], target["unknown"]) == ([], [])
    shell.monkeypatch.delenv("HOOK")
    target = shell.plan("--base", "HEAD", "--changed")
    assert (target["changes"], target["unknown"]) == ([], [])


@pytest.fixture
def repository_with_secrets(empty_repository):
    text = SPEC.replace('      - {protocol: https, endpoint: {secretsmanager: "STORED"}}\n', "")
    repository = empty_repository
    repository.commit(text)
    repository.write(KEY, "mail/keys/own.pem")
    repository.monkeypatch.setenv("HOOK", HOOK)
    repository.monkeypatch.setenv("OTHER_KEY", OTHER)
    return repository
