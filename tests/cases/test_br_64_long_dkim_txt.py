"""BR-64: the TXT record of a key of 2048 bits is longer than one of DNS's texts, and was cut or split wrongly.

The record comes with the DNS output, which works the public key out of the private one. What holds today: a selector that
is no label of DNS is an error of validate, and a key that is damaged, or of another kind or length, is found before the
first write (a spec is validated where no key is at hand).
"""

from __future__ import annotations

import pytest
from cases.scene import codes, mark, writes
from support.keys import private_key

VARIABLE = "DKIM_KEY_EXAMPLE_COM"


def spec(selector="s2026"):
    dkim = {"origin": "EXTERNAL", "selector": selector, "private_key": {"env": VARIABLE}}
    return {"domains": {"example.com": {"dkim": dkim}}}


@pytest.mark.parametrize("selector", ["s_2026", "s.2026", "-s", "s-", "s" * 64, ""])
def test_a_selector_that_is_no_label_is_an_error(bench, selector):
    assert codes(bench.findings(spec(selector))) == ["wrong-form"]


@pytest.mark.parametrize("bits", [1024, 2048])
def test_a_key_of_the_lengths_that_ses_takes_is_sent_whole(bench, bits):
    """On one line, whatever lines the file had."""
    bench.environ[VARIABLE] = private_key(bits=bits)
    bench.apply(spec())
    [given] = [params for _, name, params in bench.calls() if name == "CreateEmailIdentity"]
    sent = given["DkimSigningAttributes"]["DomainSigningPrivateKey"]
    assert len(sent) * 6 > bits * 4
    assert not set(sent) & set(" \n-")
    bench.assert_clean(spec())


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        (lambda pem: pem.replace("\n", "\n\n-----", 1), "is damaged"),
        (lambda pem: pem[: len(pem) // 2], "is damaged"),
        (lambda _: private_key(bits=4096), "this is one of 4096 bits"),
    ],
)
def test_a_key_that_ses_would_not_take_is_found_before_the_first_write(sesops, bench, monkeypatch, damage, why):
    monkeypatch.setenv(VARIABLE, damage(private_key(bits=2048)))
    start = mark(bench)
    ended = sesops("apply", "--yes", spec=spec())
    assert ended.code == 1
    assert f"domain/example.com create: env {VARIABLE}: " in ended.err
    assert why in ended.err
    assert writes(bench, since=start) == []
