"""No finding shows an address of a suppression list, whatever is wrong, in its sentence, its hint or the line it shows."""

from __future__ import annotations

import textwrap

import pytest
from spec.support import PLAIN, load

from sesops.spec.personal import ranges
from sesops.view.findings import finding_lines

WHO = "gone.person"
ADDRESS = f"{WHO}@example.com"


def shown(spec):
    return "\n".join(line.plain for one in spec.diagnostics for line in finding_lines(one))


@pytest.mark.parametrize(
    ("section", "code"),
    [
        ("present: {entries: ADDRESS}", "wrong-type"),
        ("present: [ADDRESS]", "wrong-type"),
        ("present: {entries: [{address: ADDRESS, reason: SPAM}]}", "unknown-value"),
        ("present: {entries: [{address: [ADDRESS]}]}", "wrong-type"),
        ("present: {entries: [{ADDRESS: BOUNCE}]}", "unknown-key"),
        ("present: {entries: [{address: other@example.com, ADDRESS: 1, ADDRESS: 2}]}", "duplicate-key"),
        ("present: {ADDRESS: {}}", "unknown-key"),
        ("ADDRESS: {}", "unknown-key"),
        ("present: {entries: ['${nobody} ADDRESS']}", "unknown-variable"),
        ("present: {entries: [{address: ADDRESS, reason: }]}", "empty-value"),
        ("absent: {listed_before: ADDRESS}", "wrong-form"),
        ("present: {files: [ADDRESS]}", "missing-file"),
        ("present:\n  entries:\n  - ADDRESS\n  - [ADDRESS", "yaml-syntax"),
        ("present:\n  entries:\n  - &who ADDRESS\n  - *ADDRESS", "yaml-syntax"),
        ("present:\n  entries:\n  - !who ADDRESS", "yaml-scalar"),
        ("present: {entries: [\nADDRESS,\n{address: [ADDRESS]}]}", "wrong-type"),
    ],
)
def test_it_is_masked_whatever_is_wrong(tmp_path, section, code):
    text = textwrap.indent(section.replace("ADDRESS", ADDRESS), "  ")
    spec = load(tmp_path, f"{PLAIN}suppressions:\n{text}\n")
    assert code in [one.code for one in spec.diagnostics], shown(spec)
    assert WHO not in shown(spec)


def test_in_json_and_in_an_included_file(tmp_path):
    (tmp_path / "more.yaml").write_text(
        f'{{"emails": {{}}, "suppressions": {{"present": {{"entries": "{ADDRESS}"}}}}}}'
    )
    spec = load(tmp_path, f"{PLAIN}include: [more.yaml]\n")
    assert [one.code for one in spec.diagnostics] == ["wrong-type"]
    assert WHO not in shown(spec)
    assert "g***@example.com" in shown(spec)


def test_what_is_no_suppression_is_shown_as_it_is(tmp_path):
    """The name of an identity is no secret, before such a section and behind it."""
    email = f"emails:\n  {ADDRESS}: {{dkim: 1}}\n"
    section = "suppressions:\n  present: {entries: []}\n"
    for text in (email + section, section + email):
        assert ADDRESS in shown(load(tmp_path, PLAIN + text))


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("a: 1\nsuppressions:\n  x\n\n# y\nb: 1\n", [[2, 3, 4, 5]]),
        ("suppressions:\n- x\n- y\nb: 1", [[1, 2, 3]]),
        ("a:\n  suppressions:\n    x\n  b: 1", [[2, 3]]),
        ("suppressions: {\nx\n}\nb: 1", [[1, 2, 3]]),
        ('{"a": 1, "suppressions": {\n"x"}, "b": 1\n}', [[1, 2, 3]]),
        ("suppressions:\n  x\nb: 1\nsuppressions:\n  y", [[1, 2], [4, 5]]),
        ("# of suppressions: none\na: 1", []),
        ("a: suppressions\nb: no suppressions: here", []),
    ],
)
def test_the_lines_of_a_section(text, numbers):
    assert [list(one) for one in ranges(text.splitlines())] == numbers
