"""What every kind in the folder has to keep: its table, its schema and its calls agree. New kinds are walked unasked."""

import json
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from kinds.identity_support import DENIED, SCOPE, TODAY, UNAVAILABLE, checked

from sesops.core import planner
from sesops.core.address import Address
from sesops.core.fields import decode, flatten, overlay
from sesops.core.kind import UNSET, Build, Write
from sesops.core.live import LiveState, World
from sesops.core.plan import Leave
from sesops.core.thing import Block, Live, Unread, Wanted
from sesops.core.values import Secret, plain
from sesops.engine.refresh import readable
from sesops.kinds import by_name, discover
from sesops.kinds.identity import DOMAIN
from sesops.spec.export.said import nested, say

REGISTRY = discover()
ROOT = Path(__file__).parents[2]
EVERY_KIND = pytest.mark.parametrize("kind", [pytest.param(kind, id=name) for name, kind in REGISTRY.kinds.items()])
TAGGED = pytest.mark.parametrize(
    "kind", [pytest.param(kind, id=name) for name, kind in REGISTRY.kinds.items() if kind.arn is not None]
)


def schema_of(kind):
    return json.loads((ROOT / "schemas" / "kinds" / f"{kind.name}.schema.json").read_text())


def managed_examples(kind):
    """The examples that are fields of a thing of ours, not a mention of somebody else's."""
    schema = schema_of(kind)
    external = schema.get("x-external")
    return [one for one in schema["examples"] if not (isinstance(one, dict) and external in one)]


def nodes(schema):
    """Every part of a schema that describes a value, by its path of keys."""
    found = [("", schema)]
    for path, node in found:
        inner = dict(node.get("properties", {}))
        if isinstance(node.get("additionalProperties"), dict):
            inner["*"] = node["additionalProperties"]
        found.extend((f"{path}.{key}".lstrip("."), one) for key, one in inner.items())
        items = node.get("items")
        found.extend([(f"{path}[]", items)] if isinstance(items, dict) else [])
    return found


def leaves(kind):
    """The schema's nodes that stand for a field: as deep as the kind's table goes."""
    schema = schema_of(kind)
    outside = {schema.get("x-external"), "name" if kind.paths[0].endswith("[name]") else None}
    found = {}
    for path, node in nodes(schema)[1:]:
        above = any(path.startswith((f"{one}.", f"{one}[")) for one in found)
        group = "properties" in node or isinstance(node.get("additionalProperties"), dict)
        if path not in outside and not above and (not group or kind.field(path)):
            found[path] = node
    return found


def nullable(node):
    """A schema in which `null` is a value wherever it says what null does, as the tool reads it."""
    if isinstance(node, list):
        return [nullable(one) for one in node]
    if not isinstance(node, dict):
        return node
    inner = {key: nullable(one) for key, one in node.items()}
    return {"anyOf": [{"type": "null"}, inner]} if "x-null" in node else inner


def listed_children(kind):
    """Examples of the kinds that stand in a list of this one: the order of a list of names is the parent's to build."""
    for child in REGISTRY.kinds.values():
        above, _, key = child.paths[0].removesuffix("[name]").rpartition(".")
        if child.paths[0].endswith("[name]") and above in kind.paths and child.named_by is None:
            yield key, managed_examples(child)[:1]


def fields_of(kind, example):
    """A value of the spec as flat fields."""
    children = dict(listed_children(kind))
    value = {**children, **example} if children else example
    built = kind.build(value, Build(address(kind).name, SCOPE.region, lambda *_: None)) if kind.build else value
    return {path: meant(kind.field(path), value) for path, value in flatten(kind, built).items()}


def meant(field, value):
    """A value as it comes out of a spec: what refers to a secret is that reference."""
    if field.sealed_as is None or not isinstance(value, dict):
        return value
    [(source, name)] = value.items()
    return Secret(source, name, field.sealed_as)


def address(kind):
    first = "ops@example.com" if kind.name == "email" else "example.com"
    return Address(kind.name, (first, "one", "two")[: kind.parts])


def around(kind, values, live=None):
    spec = {address(kind): Wanted(address(kind), values)}
    return World(SCOPE, REGISTRY, LiveState({live.address: live} if live else {}), spec)


def write(kind, facet, changed, world, live=None):
    """What the core hands to a facet that is written."""
    one = address(kind)
    held = live.blocks.get(facet) if live else None
    before = (
        {path: value for path, value in decode(kind, live).items() if kind.field(path).facet == facet} if live else {}
    )
    merged = {}
    for path, value in changed.items():
        merge = kind.field(path).merge
        merged[path] = merge(before.get(path), value, world, one) if merge else value
    block = overlay(kind, facet, held.raw if held else {}, merged)
    return Write(one, SCOPE, block, before, {**before, **merged}, frozenset(merged), live is None, world)


def by_facet(kind, values):
    """Changed fields, by the facet they lie in."""
    found = {}
    for path, value in values.items():
        found.setdefault(kind.field(path).facet, {})[path] = value
    return found


def created(kind, values):
    """The fields of a new thing: the spec's, and our defaults."""
    ours = {one.path: one.created_as for one in kind.fields if one.created_as is not UNSET}
    given_by_spec = {path: value for path, value in values.items() if value is not None}
    return {**ours, **given_by_spec}


def live_with(kind, values):
    """A verified thing whose blocks hold these fields; what a merge leaves to be made later is there by now."""
    blocks = {one.name: {} for one in kind.facets}
    for name, fields in by_facet(kind, values).items():
        made = write(kind, name, fields, around(kind, values))
        blocks[name] = overlay(
            kind, name, made.block, {path: fields[path] for path in fields if made.after[path] is None}
        )
    return Live(address(kind), {name: Block(raw) for name, raw in blocks.items()}, {"verification": "SUCCESS"})


def answered(program, answer):
    """Run a program to its end, every call getting the same answer; returns the calls and the result."""
    calls = []
    try:
        asked = program.send(None)
        while True:
            calls.extend(asked)
            asked = program.send((answer,) * len(asked))
    except StopIteration as end:
        return calls, end.value


# The table


@EVERY_KIND
def test_every_field_lies_in_a_facet(kind):
    """A field names a facet that there is, and no facet is without a field."""
    assert {one.facet for one in kind.fields} == {one.name for one in kind.facets}


@EVERY_KIND
def test_names_stand_once(kind):
    """Two fields of one path, or two facets of one name, would hide each other."""
    assert len({one.path for one in kind.fields}) == len(kind.fields)
    assert len({one.name for one in kind.facets}) == len(kind.facets)
    assert {path.count("*") + path.count("[name]") + path.count("=") for path in kind.paths} == {kind.parts}


@EVERY_KIND
def test_a_kind_that_carries_tags_can_do_all_with_them(kind):
    """An ARN, and back; calls that set, drop and read tags; the field and the facet."""
    parts = {
        "arn": kind.arn,
        "from_arn": kind.from_arn,
        "tag_calls": kind.tag_calls,
        "read_tags": kind.read_tags,
        "tags_in": kind.tags_in,
        "field": kind.field("tags.team"),
    }
    assert len({one is None for one in parts.values()}) == 1, parts


@TAGGED
def test_an_arn_leads_back_to_its_thing(kind):
    """And to no thing of another kind."""
    one = address(kind)
    named = {other.name: other.from_arn(kind.arn(one, SCOPE)) for other in REGISTRY.kinds.values() if other.from_arn}
    assert {name: parts for name, parts in named.items() if parts} == {kind.name: one.name}


@EVERY_KIND
def test_parents_are_kinds(kind):
    """What a thing may lie in has a name of one part less."""
    assert all(REGISTRY.kinds[parent].parts == kind.parts - 1 for parent in kind.parents)


@EVERY_KIND
def test_a_kind_has_a_test_file(kind):
    """Of its own name."""
    assert (Path(__file__).parent / f"test_{kind.name}.py").is_file()


def test_two_kinds_of_one_name_are_refused():
    """One would hide the other."""
    with pytest.raises(ValueError, match="two kinds are named domain"):
        by_name([DOMAIN, DOMAIN])


# The schema


@EVERY_KIND
def test_the_schema_is_valid(kind):
    """Draft-07, which editors read."""
    schema = schema_of(kind)
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    Draft7Validator.check_schema(schema)


@EVERY_KIND
def test_everything_is_described(kind):
    """Each property says what it means."""
    assert [path for path, node in nodes(schema_of(kind)) if not node.get("description") and "[]" not in path] == []


@EVERY_KIND
def test_unknown_keys_are_refused(kind):
    """A map takes the keys that are described, or names of the user's choice."""
    maps = [(path, node) for path, node in nodes(schema_of(kind)) if node.get("type") == "object"]
    assert [path for path, node in maps if "additionalProperties" not in node] == []


@EVERY_KIND
def test_examples_are_valid(kind):
    """By the schema as the tool reads it, `null` where it says what null does."""
    validator = Draft7Validator(nullable(schema_of(kind)))
    for example in managed_examples(kind):
        assert [error.message for error in validator.iter_errors(example)] == []


@EVERY_KIND
def test_schema_and_table_have_the_same_fields(kind):
    """Both ways. Where a kind builds its fields from another form, its examples reach each field, and no other."""
    reached = {
        one.path for example in managed_examples(kind) for path in fields_of(kind, example) if (one := kind.field(path))
    }
    table = {one.path for one in kind.fields}
    if kind.build is None:
        assert leaves(kind).keys() == table
    assert leaves(kind).keys() & table | reached == table


@EVERY_KIND
def test_schema_and_table_agree_about_each_field(kind):
    """Whether `null` is allowed, and what the field refers to."""
    for path, node in leaves(kind).items():
        one = kind.field(path)
        if one is not None:
            assert ("x-null" in node, node.get("x-ref")) == (one.nullable, one.ref), path
            forms = [each.get("x-secret") for each in (node, *node.get("anyOf", ())) if "x-secret" in each]
            assert forms == ([one.sealed_as] if one.sealed_as else []), path


# The calls


@EVERY_KIND
def test_creates_and_deletes_are_calls_that_sdk_takes(kind):
    """Each example as a new thing: the create with all that rides on it, the rest behind it, and the delete."""
    for example in managed_examples(kind):
        values = fields_of(kind, example)
        world = around(kind, values)
        writes = {name: write(kind, name, one, world) for name, one in by_facet(kind, created(kind, values)).items()}
        if kind.create is not None:
            riding = {name: one for name, one in writes.items() if kind.facet(name).in_create}
            checked([kind.create(address(kind), SCOPE, riding)])
        for name, one in writes.items():
            checked(kind.facet(name).put(one))
    if kind.delete is not None:
        checked(kind.delete(address(kind), SCOPE))


@EVERY_KIND
@given(data=st.data())
def test_updates_are_calls_that_the_sdk_takes(kind, data):
    """Any part of an example, some of it back to SES's default, written over another example."""
    examples = [fields_of(kind, one) for one in managed_examples(kind)]
    held = created(kind, data.draw(st.sampled_from(examples), label="held"))
    wished = data.draw(st.sampled_from(examples), label="wished")
    part = data.draw(st.sets(st.sampled_from(sorted(wished))) if wished else st.just(set()), label="part")
    gone = {path for path in part if kind.field(path).nullable and data.draw(st.booleans(), label=path)}
    values = {path: None if path in gone else wished[path] for path in sorted(part)}
    live = live_with(kind, held)
    before = decode(kind, live)
    assume(not (kind.replace_when and kind.replace_when(before, {**before, **values})))
    world = around(kind, values, live)
    for name, one in by_facet(kind, values).items():
        made = write(kind, name, one, world, live)
        checked(kind.facet(name).put(made))
        needs = kind.facet(name).needs
        assert all(need.step or need.condition for need in (needs(made) if needs else ()))


@EVERY_KIND
def test_what_is_as_the_spec_says_is_no_change(kind):
    """A thing with the blocks that an example is written as, compared with that example."""
    for example in managed_examples(kind):
        values = fields_of(kind, example)
        live = live_with(kind, created(kind, values))
        wanted = Wanted(address(kind), values)
        state = LiveState({address(kind): live}, owners={address(kind): SCOPE.stack})
        assert planner.plan(REGISTRY, SCOPE, [wanted], state, Leave(), TODAY).changes == ()


@TAGGED
def test_tag_calls_are_calls_that_the_sdk_takes(kind):
    """Set, drop, both, and the read before them."""
    one = address(kind)
    assert len(checked(kind.tag_calls(one, SCOPE, {"team": "mail"}, ("old",)))) == 2
    assert len(checked(kind.tag_calls(one, SCOPE, {}, ("old",)))) == 1
    checked([kind.read_tags(one, SCOPE)])
    assert kind.tags_in({"Tags": [{"Key": "team", "Value": "mail"}]}) == {"team": "mail"}


# The reader


@EVERY_KIND
@pytest.mark.parametrize("refusal", [DENIED, UNAVAILABLE], ids=["denied", "unavailable"])
def test_what_may_not_be_read_is_unknown(kind, refusal):
    """Never absent, never empty: the thing, or every facet that was asked for."""
    name = address(kind).name
    paths = frozenset(one.path.replace("*", "team") for one in kind.fields)
    calls, reading = answered(kind.read({name: paths}, SCOPE), refusal)
    checked(calls)
    thing = reading.things[address(kind)]
    found = [thing] if isinstance(thing, Unread) else list(thing.blocks.values())
    assert found
    assert all(isinstance(one, Unread) and one.reason for one in found)
    assert all(one.unavailable is (refusal is UNAVAILABLE) for one in found)


@EVERY_KIND
def test_what_there_is_of_it_can_be_found(kind):
    """For an export: by a listing, in what it lies in, because there is always one, or as a list of its own."""
    assert kind.inventory or kind.parents or kind.listed or not kind.parts


@EVERY_KIND
@pytest.mark.parametrize(
    "odd", [0, 1.5, float("inf"), True, "", "x", "{", "9" * 5_000, [], {}, [1], [[]], [{}], {"a": 1}]
)
def test_what_the_table_can_make_nothing_of_is_unknown(kind, odd):
    """Whatever SES says in place of any one member, all the others can be looked at."""
    raw = {}
    for one in kind.fields:
        raw.setdefault(one.facet, {})
        if not one.path.endswith("*"):
            *groups, last = one.member.split(".")
            inner = raw[one.facet]
            for group in groups:
                inner = inner.setdefault(group, {})
            inner[last] = odd
    live = readable(kind, Live(address(kind), {facet: Block(block) for facet, block in raw.items()}))
    decode(kind, live)
    assert all(one.reason for one in live.blocks.values() if isinstance(one, Unread))


@EVERY_KIND
def test_an_export_says_what_is_live(kind):
    """What is written for a live thing is read as its fields again."""
    for example in managed_examples(kind):
        if kind.listed or (kind.named_by and any(isinstance(example[key], dict) for key in kind.named_by.keys)):
            # A list of its own, and what is known by a secret, is live in another form than a spec has it in.
            continue
        values = {path: value for path, value in fields_of(kind, example).items() if value is not None}
        said = say(kind, live_with(kind, values), SCOPE).fields
        written = nested(kind, said)
        # Secrets stand in it as a spec refers to them.
        read = fields_of(kind, plain(kind.written(written) if kind.written else written))
        assert plain({path: read[path] for path in said}) == plain(said)
