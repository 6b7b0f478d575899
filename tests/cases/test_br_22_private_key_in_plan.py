"""BR-22: a private key in the spec ended in the plan that CI posts to pull requests.

Right is a reference in the spec, and nothing but the reference in whatever is said or written. The case wants no SMTP
password printed; right is: but by `sesops smtp` when asked to, which comes later.
"""

from __future__ import annotations

import pytest
from cases.scene import allow, asks_nothing, change_of, changes, codes, mark, writes_with
from support.keys import private_key

VARIABLE = "DKIM_KEY_EXAMPLE_COM"
PUT = "PutEmailIdentityDkimSigningAttributes"


def spec(selector: str, key=None, **more):
    dkim = {"origin": "EXTERNAL", "selector": selector, "private_key": key or {"env": VARIABLE}}
    return {"domains": {"example.com": {"dkim": dkim}}, **more}


def body(pem: str) -> str:
    """The key without the lines around it and without their ends, as it would be known again."""
    return "".join(pem.splitlines()[1:-1])


@pytest.fixture
def signing(bench):
    """A verified domain that signs with the key of s2025."""
    bench.environ[VARIABLE] = private_key()
    bench.apply(spec("s2025"))
    return bench


@pytest.mark.parametrize("command", ["validate", "plan", "apply"])
@pytest.mark.parametrize("form", ["pem", "base64"])
@pytest.mark.parametrize(("key", "code"), [("private_key", "secret-in-spec"), ("privat_key", "unknown-key")])
def test_a_key_in_the_spec_is_an_error_that_does_not_echo_it(sesops, command, form, key, code):
    """Not in the message, and not in the line that is shown under it."""
    pem = private_key(bits=2048)
    value = pem if form == "pem" else body(pem)
    ended = sesops(
        command,
        spec={"domains": {"example.com": {"dkim": {"origin": "EXTERNAL", "selector": "s2026", key: value}}}},
    )
    assert ended.code == 1
    assert code in ended.text
    assert not [at for at in range(0, len(body(pem)) - 16, 16) if body(pem)[at : at + 16] in ended.text]


def test_the_plan_says_the_selector_and_where_the_key_is_found(signing, sesops):
    ended = sesops("plan", spec=spec("s2026"))
    assert "dkim.selector     s2025 -> s2026" in ended.out
    assert f"dkim.private_key  (from env {VARIABLE})" in ended.out


def test_a_new_key_is_a_new_selector_and_the_same_selector_is_no_change(signing):
    """SES never shows the key, so it cannot be compared: an unchanged spec plans empty, whatever the variable holds."""
    assert asks_nothing(signing.plan(spec("s2025")))
    signing.environ[VARIABLE] = private_key(1)
    assert asks_nothing(signing.plan(spec("s2025")))
    document = spec("s2026", **allow("domain/example.com"))
    assert changes(signing.plan(document))[0] == "update domain/example.com dkim.selector: 's2025' -> 's2026'"
    start = mark(signing)
    signing.apply(document)
    [(operation, given)] = writes_with(signing, since=start)
    assert (operation, given["SigningAttributes"]["DomainSigningSelector"]) == (PUT, "s2026")
    signing.assert_clean(spec("s2026"))


def test_another_key_stops_mail_until_its_record_is_there(signing):
    planned = signing.plan(spec("s2026"))
    assert change_of(planned, "domain/example.com").held
    assert "s2026._domainkey.example.com" in change_of(planned, "domain/example.com").sentence


def test_what_is_live_needs_no_key_to_be_clean(signing):
    """So a spec that was made from what is live is one: only what would be written needs a key."""
    document = spec("s2025")
    del document["domains"]["example.com"]["dkim"]["private_key"]
    signing.assert_clean(document)
    document["domains"]["example.com"]["dkim"]["selector"] = "s2026"
    assert codes(signing.plan(document).findings) == ["private-key-missing"]
