"""What could grow without bound does not: a finding, and the rest is read."""

from __future__ import annotations

import gc
from pathlib import Path

from spec.support import PLAIN, codes, fields, load, valid

from sesops.spec.findings import Findings, Nearest, quotable
from sesops.spec.nodes import Place, Source

TAG = "domains: {example.com: {tags: {t: '${v0}'}}}\n"


def chain(length: int, form: str) -> str:
    """Variables each made of the next."""
    made = "".join(f"  v{number}: '{form.format(f'${{v{number + 1}}}')}'\n" for number in range(length))
    return f"{PLAIN}vars:\n{made}  v{length}: x\n{TAG}"


def test_variables_may_be_made_of_each_other_as_deep_as_maps_may_lie(tmp_path):
    """A long chain is a finding, not the end of the stack."""
    assert fields(valid(tmp_path, chain(63, "{0}")), "domain", "example.com") == {"tags.t": "x"}
    assert codes(load(tmp_path, chain(5000, "{0}"))) == ["too-deep"]


def test_variables_that_double_do_not_fill_the_memory(tmp_path):
    """Sixty lines would make a text of 2 to the 60 letters."""
    assert codes(load(tmp_path, chain(60, "{0}{0}"))) == ["too-long"]


def test_a_text_with_many_variables_is_bounded_as_it_is_made(tmp_path, monkeypatch):
    """Also one that is long itself: no more is joined than there may be."""
    values = {"v": "x" * 8000}
    loaded = load(tmp_path, PLAIN + "topics: {a: {tags: {t: '" + "${v}" * 30_000 + "'}}}\n", variables=values)
    assert codes(loaded) == ["too-long"]
    assert "with its variables" in loaded.diagnostics[0].message


def test_a_long_text_without_variables_stays(tmp_path):
    """Only what variables make of it is bounded here."""
    loaded = load(tmp_path, PLAIN + "topics: {a: {tags: {t: '" + "x" * 200_000 + "$${y}'}}}\n")
    assert codes(loaded) == ["too-long"]
    assert "at most 256 characters" in loaded.diagnostics[0].message


def test_near_names_are_not_looked_for_without_end():
    """Ten thousand things may each refer to one of ten thousand names that are not there."""
    near, known = Nearest(), [f"feedback-{number}" for number in range(30_000)]
    assert near("feedbakc", ["feedback"], "topic") == "feedback"
    found = [near(f"feedbakc-{number}", known, "topic") for number in range(5)]
    assert found[0] is not None
    assert found[-1] is None
    assert near("feedbakc", ["feedback"], "topic") == "feedback"


def test_a_line_is_made_fit_to_be_shown_once():
    """A whole spec may stand in one line, and have a finding at every word."""
    source = Source("x", Path("x"), "a: 1\nb: 2")
    assert Place(source, 5).location.text is Place(source, 8).location.text


def test_what_a_finding_quotes_is_short_and_no_secret():
    """Whoever wrote the sentence."""
    found = Findings()
    found.error("x", f"`{'ab-' * 400}` and `https://me:pass@example.com/`", hint=f"write {'Ab9/' * 40}")
    (one,) = found.all
    assert one.message == f"`{('ab-' * 400)[:99]}… and `https://…@example.com/`"
    assert one.hint == "write …"
    assert quotable("all is well") == "all is well"


def test_the_collector_of_cycles_works_again_after_a_spec_is_read(tmp_path):
    """And stays off where it was."""
    assert gc.isenabled()
    load(tmp_path, PLAIN)
    assert gc.isenabled()
    gc.disable()
    try:
        load(tmp_path, PLAIN)
        assert not gc.isenabled()
    finally:
        gc.enable()
