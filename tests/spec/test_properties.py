"""Whatever somebody writes: never an exception, always the same result, whatever the order of keys."""

from __future__ import annotations

import json
import string

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from spec.support import PLAIN, TWO, load

from sesops.spec.files import Files, read_all
from sesops.spec.findings import Findings

WORDS = [
    "example.com",
    "a",
    "tx",
    "all",
    "BOUNCE",
    "yes",
    "null",
    "~",
    "",
    "${region}",
    "${x}",
    "$${x}",
    "file",
    "external",
]
KEYS = [
    *WORDS, "version", "stack", "region", "account", "targets", "include", "vars", "defaults", "remove", "release", "allow",
    "only", "name", "topics", "domains", "emails", "configuration_sets", "event_destinations", "policies", "receipt",
    "rule_sets", "rules", "active_rule_set", "actions", "recipients", "tags", "arn", "events", "sns", "mail_from", "domain",
    "email", "topic", "address", "to", "until", "delivery", "sending_pool", "notifications", "bounce", "dkim", "s3", "lambda",
]  # fmt: skip
ARNS = ["arn:aws:sns:eu-west-1:123456789012:x", "arn:aws:sns:us-east-1:1:x.fifo", "arn:::::"]
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.sampled_from(WORDS + ARNS), st.text(max_size=8)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=5), inner, max_size=5)
    ),
    max_leaves=30,
)
SECTIONS = st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=6)


@st.composite
def yaml_like(draw):
    """Text that looks like YAML to someone who is not wearing glasses."""
    piece = st.sampled_from([*KEYS, ": ", ":\n  ", "- ", "\n", "  ", "\t", "{", "}", "[", "]", ", ", "&a ", "*a", "*b", "|\n",
                             "'", '"', "# ", "---\n", "...\n", "!!int ", "!x ", "<<", "? ", "%", "@", "\u2028", "é", "0x1", "1e999"])  # fmt: skip
    return "".join(draw(st.lists(piece, max_size=40)))


def results(loaded):
    """What a plan is made from, without places and order."""
    return [
        (
            target.name,
            sorted((str(one.address), json.dumps(dict(one.fields), default=str, sort_keys=True), sorted(map(str, one.refs)))
                   for one in target.wanted),
            sorted((str(one.address), one.arn) for one in target.externals),
            sorted(target.sections),
        )
        for target in loaded.targets
    ]  # fmt: skip


@given(content=st.binary(max_size=200))
def test_random_bytes_never_raise(tmp_path_factory, content):
    """They are a finding, or by chance a spec with many."""
    assert load(tmp_path_factory.mktemp("spec"), content).has_errors


@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_random_text_never_raises(tmp_path_factory, text):
    """Whatever letters there are."""
    assert load(tmp_path_factory.mktemp("spec"), text).has_errors


@settings(max_examples=150)
@given(text=yaml_like(), head=st.sampled_from(["", PLAIN, TWO]))
def test_yaml_in_pieces_never_raises(tmp_path_factory, text, head):
    """Broken in the ways that YAML breaks; every finding has a place that is there, and a code of its form."""
    loaded = load(tmp_path_factory.mktemp("spec"), head + text)
    for one in loaded.diagnostics:
        assert one.location.line >= 1
        assert one.location.column >= 1
        assert set(one.code) <= {*string.ascii_lowercase, *string.digits, "-"}
        assert one.message


@settings(max_examples=150)
@given(sections=SECTIONS, head=st.sampled_from([PLAIN, TWO]))
def test_random_values_never_raise(tmp_path_factory, sections, head):
    """Well-formed YAML with anything anywhere."""
    sections = {
        key: one for key, one in sections.items() if key not in ("version", "stack", "region", "account", "targets")
    }
    text = head + "".join(f"{json.dumps(key)}: {json.dumps(one)}\n" for key, one in sections.items())
    load(tmp_path_factory.mktemp("spec"), text, variables={"x": "y"})


@settings(max_examples=60)
@given(sections=SECTIONS)
def test_random_values_below_a_section_never_raise(tmp_path_factory, sections):
    """The same, one level down, where things stand."""
    text = "".join(
        f"{key}: {json.dumps({'a': sections, 'b': [sections]})}\n" for key in ("domains", "topics", "receipt")
    )
    load(tmp_path_factory.mktemp("spec"), PLAIN + text)


NAMES = st.sampled_from(["a", "b", "c"])
DOMAINS = st.fixed_dictionaries(
    {},
    optional={
        "feedback_forwarding": st.booleans() | st.none(),
        "tags": st.dictionaries(NAMES, st.sampled_from(["x", "${name}", "${region}"]), max_size=3),
        "notifications": st.dictionaries(
            st.sampled_from(["bounce", "complaint"]), st.fixed_dictionaries({"topic": NAMES}), max_size=2
        ),
        "mail_from": st.none() | st.just({"domain": "bounce.${name}"}),
    },
)
SPECS = st.fixed_dictionaries(
    {"topics": st.just({"a": {}, "b": {"tags": {"x": "y"}}, "c": {"arn": "arn:aws:sns:eu-west-1:123456789012:c"}})},
    optional={
        "domains": st.dictionaries(NAMES.map(lambda name: f"{name}.example"), DOMAINS, min_size=1, max_size=3),
        "defaults": st.fixed_dictionaries({}, optional={"domain": DOMAINS}),
        "configuration_sets": st.dictionaries(NAMES, st.just({"sending_enabled": False}), max_size=3),
        "vars": st.just({"v": "w"}),
    },
)


def shuffled(value, random):
    """The same value with the keys of every map in another order."""
    if isinstance(value, dict):
        keys = list(value)
        random.shuffle(keys)
        return {key: shuffled(value[key], random) for key in keys}
    return [shuffled(one, random) for one in value] if isinstance(value, list) else value


@given(sections=SPECS, random=st.randoms(use_true_random=False))
def test_the_order_of_keys_never_changes_the_result(tmp_path_factory, sections, random):
    """The same things, fields, references and findings."""
    one, other = (
        load(
            tmp_path_factory.mktemp("spec"),
            PLAIN + "".join(f"{key}: {json.dumps(value)}\n" for key, value in each.items()),
        )
        for each in (sections, shuffled(sections, random))
    )
    assert results(one) == results(other)
    assert sorted((found.code, found.message) for found in one.diagnostics) == sorted(
        (found.code, found.message) for found in other.diagnostics
    )


@given(sections=SPECS, random=st.randoms(use_true_random=False))
def test_a_spec_in_several_files_is_the_same_spec(tmp_path_factory, sections, random):
    """Sections and things may stand in whichever file."""
    whole, parts = tmp_path_factory.mktemp("whole"), tmp_path_factory.mktemp("parts")
    files = {"sesops.yaml": {}, "a.yaml": {}, "b.yaml": {}}
    for key, value in sections.items():
        if key in ("domains", "topics"):
            for name, one in value.items():
                files[random.choice(list(files))].setdefault(key, {})[name] = one
        else:
            files[random.choice(list(files))][key] = value
    for name, part in files.items():
        head = PLAIN + "include: [a.yaml, b.yaml]\n" if name == "sesops.yaml" else "{}\n" if not part else ""
        (parts / name).write_text(head + "".join(f"{key}: {json.dumps(value)}\n" for key, value in part.items()))
    text = PLAIN + "".join(f"{key}: {json.dumps(value)}\n" for key, value in sections.items())
    assert results(load(whole, text)) == results(load(parts))


@given(text=yaml_like())
def test_reading_is_done_in_one_place(tmp_path_factory, text):
    """Reading the same files twice finds the same."""
    folder = tmp_path_factory.mktemp("spec")
    (folder / "sesops.yaml").write_text(text, encoding="utf-8")
    first, second = Findings(), Findings()
    read_all(Files(folder), first)
    read_all(Files(folder), second)
    assert first.all == second.all


@given(
    sections=SPECS,
    style=st.fixed_dictionaries(
        {
            "default_flow_style": st.sampled_from([True, False, None]),
            "default_style": st.sampled_from([None, "'"]),
            "indent": st.integers(2, 6),
            "width": st.sampled_from([20, 1000]),
        }
    ),
)
def test_a_spec_is_the_same_however_it_is_laid_out(tmp_path_factory, sections, style):
    """What a program writes again (in blocks, in braces, in quotes, in short lines) asks for the same."""
    text = PLAIN + "".join(f"{key}: {json.dumps(value)}\n" for key, value in sections.items())
    again = yaml.dump(yaml.safe_load(text), sort_keys=False, **style)
    one, other = (load(tmp_path_factory.mktemp("spec"), each) for each in (text, again))
    assert results(one) == results(other)
    assert [(found.code, found.message) for found in one.diagnostics] == [
        (found.code, found.message) for found in other.diagnostics
    ]
