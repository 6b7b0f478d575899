"""Text to nodes: places of keys and values, aliases within a budget, keys as they are written."""

from __future__ import annotations

from pathlib import Path

import pytest

from sesops.spec.compose import compose
from sesops.spec.findings import Findings
from sesops.spec.nodes import Places, Source, masked, places, plain


def composed(text):
    findings = Findings()
    return compose(Source("a.yaml", Path("a.yaml"), text), findings), findings


def only_code(text):
    _, findings = composed(text)
    (one,) = findings.all
    return one.code


def test_keys_are_the_text_as_it_is_written():
    """JSON has no other keys: `1`, `true` and `~` are names like any other."""
    node, findings = composed("1: a\ntrue: b\n~: c\n0x10: d\n")
    assert plain(node) == {"1": "a", "true": "b", "~": "c", "0x10": "d"}
    assert not findings.all


def test_every_key_and_item_has_its_place():
    """Lines and columns count from 1; an item's place is its own beginning."""
    node, _ = composed("a:\n  b.c: [x, {d: 1}]\n")
    where = {path: (at.location.line, at.location.column) for path, at in places(node)}
    assert where == {"a": (1, 1), "a.b.c": (2, 3), "a.b.c[0]": (2, 9), "a.b.c[1]": (2, 12), "a.b.c[1].d": (2, 13)}


def test_places_are_a_mapping_of_locations():
    """What asks for a place gets a location, and a missing path is missing."""
    node, _ = composed("a: 1\n")
    found = Places(dict(places(node)))
    assert (len(found), list(found), found["a"].line, found.get("b")) == (1, ["a"], 1, None)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_editors_end_them(end):
    """The place and the line shown do not depend on the platform that wrote the file."""
    _, findings = composed(f"a: 1{end}b: [1}}{end}")
    (one,) = findings.all
    assert (one.location.line, one.location.text) == (2, "b: [1}")


def test_unusual_line_breaks_do_not_move_places():
    """YAML's parser counts U+2028 as a line break; editors do not."""
    _, findings = composed("a: 'x\u2028y'\nb: 1\nb: 2\n")
    (one,) = findings.all
    assert (one.code, one.location.line, one.location.column) == ("duplicate-key", 3, 1)


def test_an_alias_stands_for_the_value_of_its_anchor():
    """Maps, lists, single values and keys may be aliased; the place is that of the anchor."""
    node, findings = composed("a: &a {x: 1}\nb: *a\nc: &c k\n*c : [*c]\n")
    assert plain(node) == {"a": {"x": 1}, "b": {"x": 1}, "c": "k", "k": ["k"]}
    assert not findings.all


def test_a_block_that_ten_thousand_things_share_is_no_bomb():
    """The budget grows with what is written."""
    block = ", ".join(f"k{index}: {index}" for index in range(40))
    node, findings = composed(
        f"base: &base {{{block}}}\nthings:\n" + "".join(f"  t{n}: *base\n" for n in range(10_000))
    )
    assert not findings.all
    assert len(plain(node)["things"]) == 10_000


def test_aliases_cannot_nest_deeper_than_text_can():
    """A chain of aliases would otherwise build a value of any depth."""
    assert only_code("a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 100))) == "too-deep"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: [1, 2\n", "yaml-syntax"),
        ("a: {b: 1]\n", "yaml-syntax"),
        ("a: b: c\n", "yaml-syntax"),
        ("a: @x\n", "yaml-syntax"),
        ('a: "\\q"\n', "yaml-syntax"),
        ("%FOO\n---\na: 1\n", "yaml-syntax"),
        ("a:\n  - b\n c: d\n", "yaml-syntax"),
        ("a: !x {b: 1}\n", "yaml-scalar"),
        ("a: !!set [b]\n", "yaml-scalar"),
        ("a: \ufeff\n", "unprintable-character"),
        ("- a\n", "not-a-map"),
        ("a\n", "not-a-map"),
        ("~\n", "not-a-map"),
        ("---\n", "empty-file"),
        ("--- {}\n--- {}\n", "several-documents"),
        ("a: {\t[\n", "yaml-syntax"),
        ("a: b\n\t\tc: d\n", "yaml-tab"),
    ],
)
def test_what_cannot_be_read_is_one_finding(text, code):
    """Not an exception, and not a cascade."""
    assert only_code(text) == code


def test_tags_of_maps_and_lists_are_fine():
    """`!!map` and `!!seq` say what is there anyway."""
    node, findings = composed("a: !!map {b: !!seq [1]}\n")
    assert plain(node) == {"a": {"b": [1]}}
    assert not findings.all


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("private_key: MIIEvQ", "private_key: …"),
        ('"api-token": "abc"', '"api-token": …'),
        ("endpoint: https://user:pass@example.com/x", "endpoint: https://…@example.com/x"),
        ("key: -----BEGIN RSA PRIVATE KEY-----", "key: …"),
        ("bucket: inbound-mail", "bucket: inbound-mail"),
        ("text: a\x1b[31m", "text: a�[31m"),
    ],
)
def test_lines_are_shown_without_secrets(text, shown):
    """Keys, passwords and tokens are masked by their key or their look; nothing moves the cursor."""
    assert masked(text) == shown
