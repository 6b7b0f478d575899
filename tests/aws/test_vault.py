"""Secrets are opened where the spec says, brought to their form, and are in nothing that comes back."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st
from support.bench import ACCOUNT, Bench
from support.keys import private_key

from sesops.aws.vault import LARGEST, MASK, Vault, without
from sesops.core.values import Call, Refusal, Refused, Reply, Secret

HOOK = "https://hooks.example.com/T0KEN-0123456789"


@pytest.fixture
def bench(tmp_path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.emulator.close()


def nobody(call: Call) -> Refusal:
    raise AssertionError(f"{call.operation} was not to be called")


def opened(text: str, form: str = "text") -> str | Refusal:
    return Vault({"X": text}, nobody).open(Secret("env", "X", form))


def der(text: str) -> bytes:
    """What SES is given for a key."""
    return base64.b64decode(str(opened(text, "private_key")), validate=True)


@pytest.mark.parametrize("text", [HOOK, f"{HOOK}\n", f"  {HOOK}\r\n"])
def test_a_text_is_one_line_without_its_end(text):
    assert opened(text) == HOOK


@pytest.mark.parametrize("bits", [1024, 2048])
def test_a_key_goes_out_as_ses_takes_it(bits):
    """PKCS#1 in base64 on one line, in whatever form it is kept: PEM of either kind, or its base64 alone."""
    pem = private_key(bits=bits)
    key = serialization.load_pem_private_key(pem.encode(), None)
    kept = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    ).decode()
    bare = "\n".join(pem.splitlines()[1:-1])
    assert der(pem) == der(kept) == der(bare) == der(bare.replace("\n", ""))
    assert serialization.load_der_private_key(der(pem), None).private_numbers() == key.private_numbers()
    assert base64.b64encode(der(pem)).decode() == "".join(kept.splitlines()[1:-1])


def _other_kind() -> str:
    return (
        ec.generate_private_key(ec.SECP256R1())
        .private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        .decode()
    )


def _locked() -> str:
    key = serialization.load_pem_private_key(private_key().encode(), None)
    locked = serialization.BestAvailableEncryption(b"password")
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, locked).decode()


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (lambda: "", "no private key in PEM, or is damaged"),
        (lambda: HOOK, "no private key in PEM, or is damaged"),
        (lambda: private_key().replace("A", "", 1), "no private key in PEM, or is damaged"),
        (lambda: private_key()[:-60], "no private key in PEM, or is damaged"),
        (lambda: private_key(bits=3072), "RSA key of 1024 to 2048 bits, and this is one of 3072 bits"),
        (_other_kind, "RSA key of 1024 to 2048 bits, and this is one of another kind"),
        (_locked, "locked with a password"),
    ],
)
def test_what_is_no_key_that_ses_takes_is_said_without_a_word_of_it(made, why):
    text = made()
    found = opened(text, "private_key")
    assert isinstance(found, Refusal)
    assert found.message.startswith("env X: ")
    assert why in found.message
    assert not any(line in found.message for line in text.splitlines())


@pytest.mark.parametrize(("text", "why"), [("", "empty"), (" \n", "empty"), ("a\nb", "more than one line")])
def test_what_is_no_text_is_said(text, why):
    found = opened(text)
    assert isinstance(found, Refusal)
    assert why in found.message


def test_files_are_read_as_they_are_then(tmp_path):
    """Each time anew: what is asked before the first write and what is sent may be hours apart."""
    vault, path = Vault({}, nobody), tmp_path / "hook"
    secret = Secret("file", str(path))
    for content, why in [(b"\xff\xfe\xff", "no UTF-8"), (b"x" * (LARGEST + 1), "longer than 64 KiB")]:
        path.write_bytes(content)
        found = vault.open(secret)
        assert isinstance(found, Refusal)
        assert why in found.message
    path.write_text(HOOK)
    assert vault.open(secret) == HOOK
    path.unlink()
    for missing, why in [(secret, "No such file"), (Secret("file", str(tmp_path)), "no ordinary file")]:
        found = vault.open(missing)
        assert isinstance(found, Refusal)
        assert why in found.message
        assert found.message.startswith(f"file {missing.name}: ")


def test_a_variable_that_is_not_there_is_said():
    found = Vault({}, nobody).open(Secret("env", "X"))
    assert isinstance(found, Refusal)
    assert found.message == "env X: the environment has no such variable"


def test_secrets_manager_is_asked_where_the_secret_lies(bench):
    """In the region of the ARN; what it refuses comes back with its own code."""
    stored = bench.session.client("secretsmanager", region_name="us-east-1")
    arn = stored.create_secret(Name="mail/hook", SecretString=HOOK)["ARN"]
    other = stored.create_secret(Name="mail/bytes", SecretBinary=b"x")["ARN"]
    assert bench.vault.open(Secret("secretsmanager", arn)) == HOOK
    found = bench.vault.open(Secret("secretsmanager", other))
    assert isinstance(found, Refusal)
    assert "bytes, and no text" in found.message
    found = bench.vault.open(Secret("secretsmanager", f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:none"))
    assert isinstance(found, Refusal)
    assert (found.why, found.code) == (Refused.MISSING, "ResourceNotFoundException")


def test_a_call_is_sent_with_the_secret_and_shown_without(bench):
    """Also where SES refuses it and repeats what it was sent."""
    bench.environ["HOOK"] = HOOK
    arn = bench.client("sns").create_topic(Name="feedback")["TopicArn"]
    call = Call("sns", "Subscribe", {"TopicArn": arn, "Protocol": "https", "Endpoint": Secret("env", "HOOK")})
    assert isinstance(bench.gateway.call(call), Reply)
    [there] = bench.client("sns").list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]
    assert there["Endpoint"] == HOOK
    assert "T0KEN" not in f"{call} {call.key}"
    bench.emulator.faults.fail("sns", "Subscribe", "InvalidParameter", f"Invalid parameter: Endpoint: {HOOK}")
    found = bench.gateway.call(call)
    assert isinstance(found, Refusal)
    assert found.message == f"Invalid parameter: Endpoint: {MASK}"


def test_a_call_whose_secret_cannot_be_opened_is_not_sent(bench):
    found = bench.gateway.call(Call("sns", "Subscribe", {"Endpoint": Secret("env", "HOOK")}))
    assert isinstance(found, Refusal)
    assert "HOOK" in found.message
    assert bench.calls() == []


@given(
    st.text("abcXYZ019/+=", min_size=12, max_size=60),
    st.text("abc :'\n", max_size=30),
    st.text("abc :'\n", max_size=30),
    st.data(),
)
def test_no_part_of_a_secret_that_could_be_known_is_left(secret, before, after, data):
    """AWS repeats a value whole, or cuts it short."""
    start = data.draw(st.integers(0, len(secret) - 12))
    end = data.draw(st.integers(start + 12, len(secret)))
    left = without(f"{before}{secret[start:end]}{after}", (secret,))
    assert not any(left[at : at + 12] in secret for at in range(len(left) - 11))


def test_a_text_without_secrets_stays_as_it_is():
    text = "Invalid parameter: Endpoint"
    assert without(text, (HOOK,)) == without(text, ()) == text
