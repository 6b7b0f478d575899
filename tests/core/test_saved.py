"""A plan written and read again is the same plan; a saved one holds only for what it showed."""

from __future__ import annotations

import contextlib
import copy
import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from core.toys import REGISTRY, box, everything, live, plan, state, wanted
from hypothesis import given
from hypothesis import strategies as st

from sesops.core import plan_json, stale
from sesops.core.plan import Action, FieldChange, Leave, Plan, Removal, TargetPlan
from sesops.core.values import Scope, Secret
from sesops.kinds import discover

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas/plan.schema.json").read_text())


def as_plan(*targets):
    return Plan(tuple(targets), "1.2.3")


def test_a_plan_is_written_to_its_schema_and_read_again_as_it_was():
    """Everything that a saved plan needs survives; programs and line texts do not."""
    target = everything()
    document = plan_json.write(as_plan(target))
    jsonschema.Draft7Validator(SCHEMA).validate(document)
    again = plan_json.read(json.loads(json.dumps(document)), REGISTRY.kinds)
    assert plan_json.write(again) == document
    assert again.tool_version == "1.2.3"
    assert stale.differences(again.targets[0], target) == ()


def test_the_same_plan_is_written_to_the_same_bytes():
    """No time of day, no order of chance."""
    assert json.dumps(plan_json.write(as_plan(everything()))) == json.dumps(plan_json.write(as_plan(everything())))


def test_a_target_stands_before_each_address():
    """With targets an address always says in which."""
    target = everything()
    document = plan_json.write(as_plan(replace(target, scope=replace(target.scope, target="eu"))))
    assert all(one["address"].startswith("eu:") for one in document["targets"][0]["changes"])
    jsonschema.Draft7Validator(SCHEMA).validate(document)
    assert plan_json.read(document, REGISTRY.kinds).targets[0].changes[0].address.target is None


def test_a_sensitive_value_is_not_written():
    """Neither before nor after."""
    target = everything()
    secret = FieldChange("key", "old-secret", "new-secret", sensitive=True)
    change = replace(target.changes[0], fields=(secret,))
    text = json.dumps(plan_json.write(as_plan(replace(target, changes=(change,)))))
    assert "secret" not in text


@pytest.mark.parametrize("reference", [{"vault": "X"}, {"env": "X", "file": "Y"}, {}])
def test_what_is_no_reference_to_a_secret_makes_no_plan(reference):
    """Somebody has changed the file: what would be read is nothing that a spec can name."""
    document = plan_json.write(Plan((TargetPlan(Scope("acme", "eu-west-1", "123456789012")),)))
    fields = {"dkim.origin": "EXTERNAL", "dkim.selector": "s", "dkim.private_key": {"env": "KEY"}}
    one = {"address": "domain/example.com", "fields": fields, "refs": [], "previous": None, "place": None}
    document["targets"][0]["wanted"] = [{**one, "strict": False}]
    [read] = plan_json.read(document, discover().kinds).targets
    assert read.wanted[0].fields["dkim.private_key"] == Secret("env", "KEY", "private_key")
    fields["dkim.private_key"] = reference
    with pytest.raises(plan_json.PlanFormatError):
        plan_json.read(document, discover().kinds)


@pytest.mark.parametrize(
    "data", [None, [], {}, {"format": 99}, {"format": 1}, {"format": 1, "tool": "x", "targets": [{}]}]
)
def test_what_is_no_plan_says_so(data):
    """Any document that is not ours, or not whole."""
    with pytest.raises(plan_json.PlanFormatError):
        plan_json.read(data, REGISTRY.kinds)


DOCUMENT = plan_json.write(as_plan(everything()))


def _paths(value, path=()):
    yield path
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield from _paths(value[key], (*path, key))


@given(st.sampled_from([one for one in _paths(DOCUMENT) if one]), st.sampled_from([None, 7, "x", [], {}, True]))
def test_a_crafted_file_is_read_or_refused_but_never_raises_otherwise(path, junk):
    """Property: any one value replaced by junk."""
    data = copy.deepcopy(DOCUMENT)
    inner = data
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = junk
    with contextlib.suppress(plan_json.PlanFormatError):
        plan_json.read(data, REGISTRY.kinds)


def saved_and(found):
    """The plan of one spec on a first state, and on another."""
    asked = [wanted(box("a"), size=2, on=False)]
    before = state(live(box("a"), power={"On": True}), owners={box("a"): "acme"})
    return plan(asked, before), plan(asked, found)


def test_less_than_was_shown_is_not_stale():
    """Somebody did part of it, be it what stops mail, or all of it."""
    for found in (
        state(live(box("a"), power={"On": False}), owners={box("a"): "acme"}),
        state(live(box("a"), dims={"Size": 2}, power={"On": True}), owners={box("a"): "acme"}),
        state(live(box("a"), dims={"Size": 2}, power={"On": False}), owners={box("a"): "acme"}),
    ):
        assert stale.differences(*saved_and(found)) == ()


@pytest.mark.parametrize(
    ("blocks", "said"),
    [
        ({"dims": {"Size": 9}, "power": {"On": True}}, "size is 9 -> 2 now, the plan has 1 -> 2"),
        ({"dims": {"New": 1}, "power": {"On": True}}, "something that the plan rested on"),
        ({"dims": {"Paint": {"Colours": ["red"]}}, "power": {"On": True}}, "something that the plan rested on"),
    ],
)
def test_another_before_is_stale(blocks, said):
    """A value that moved, or a member of the block to be written."""
    (difference,) = stale.differences(*saved_and(state(live(box("a"), **blocks), owners={box("a"): "acme"})))
    assert said in difference


def test_what_ses_moves_by_itself_makes_nothing_stale():
    """Timestamps and the order of sets."""
    asked = [wanted(box("a"), size=2)]
    one = state(live(box("a"), dims={"Stamp": 1, "Paint": {"Colours": ["a", "b"]}}), owners={box("a"): "acme"})
    other = state(live(box("a"), dims={"Stamp": 2, "Paint": {"Colours": ["b", "a"]}}), owners={box("a"): "acme"})
    assert stale.differences(plan(asked, one), plan(asked, other)) == ()


def test_a_change_more_is_stale_and_an_adoption_more_is_left_out():
    """Adoption never makes a plan stale."""
    asked = [wanted(box("a")), wanted(box("b"), size=2)]
    first = plan(asked, state(live(box("a")), live(box("b")), owners={box("a"): "acme", box("b"): "acme"}))
    second = plan(asked, state(live(box("a")), live(box("b")), owners={box("b"): "acme"}))
    assert stale.differences(first, second) == ()
    assert [one.action for one in stale.within(first, second).changes] == [Action.UPDATE]
    gone = plan(asked, state(live(box("b")), absent=[box("a")], owners={box("b"): "acme"}))
    assert stale.differences(first, gone) == ("box/a: create was not in the plan",)


def test_what_is_left_of_a_create_is_not_stale():
    """A run that died in the middle is picked up by the same plan; an update to something else is not."""
    asked = [wanted(box("a"), size=2, rule={"Statement": []})]
    first = plan(asked, state(absent=[box("a")]))
    half = plan(asked, state(live(box("a"), dims={"Size": 2}), owners={box("a"): "acme"}))
    assert stale.differences(first, half) == ()
    other = plan([wanted(box("a"), size=3)], state(live(box("a")), owners={box("a"): "acme"}))
    assert stale.differences(first, other) == ("box/a: update was not in the plan",)


def test_what_somebody_else_made_meanwhile_is_no_rest_of_a_create():
    """A value of theirs is not written over, though the thing is what the plan was to make."""
    asked = [wanted(box("a"), twin="b"), wanted(box("b"))]
    first = plan(asked, state(absent=[box("a"), box("b")]))
    assert [step.facet for step in first.changes[0].steps] == ["create", "link"]
    tagged = {box("a"): "acme", box("b"): "acme"}
    ours = plan(asked, state(live(box("a")), live(box("b")), owners=tagged))
    assert stale.differences(first, ours) == ()
    theirs = plan(asked, state(live(box("a"), link={"Twin": "c"}), live(box("b")), owners=tagged))
    assert stale.differences(first, theirs) == ("box/a: update was not in the plan",)


def test_a_field_more_or_another_impact_is_stale():
    """What stops mail now and did not when it was shown."""
    first, second = saved_and(state(live(box("a"), power={"On": True}), owners={box("a"): "acme"}))
    change = first.changes[0]
    fewer = replace(first, changes=(replace(change, fields=change.fields[:1]),))
    assert stale.differences(fewer, second)[0].endswith("was not in the plan")
    milder = replace(first, changes=(replace(change, impact=type(change.impact).NONE),))
    assert "its impact on mail is stops_mail now" in stale.differences(milder, second)[0]


def test_what_was_held_back_and_no_longer_is_is_stale():
    """It was shown as what would not be made; here another stack's tag held it, which is gone since."""
    asked = [wanted(box("a"), size=2)]
    held = plan(asked, state(live(box("a")), owners={box("a"): "other"}))
    freed = plan(asked, state(live(box("a")), owners={box("a"): "acme"}))
    assert stale.differences(held, freed) == (
        "box/a: dims was held back when the plan was made, and would be made now",
    )
    assert stale.differences(freed, held) == ()


def stopping(found, leave=None):
    """A plan that deletes what is verified, and changes two blocks of another thing."""
    asked = [wanted(box("a"), size=2, on=False, mode="OLD")]
    return plan(asked, found, leave or Leave(remove=(Removal("box/old"),)))


def test_what_is_left_of_a_change_is_still_held_to_what_it_rested_on():
    """One block is done; a foreign member of the other, still to be written, has changed."""
    owners = {box("a"): "acme"}
    first = stopping(state(live(box("a"), power={"On": True}), live(box("old")), owners=owners))
    done = live(box("a"), power={"On": True}, mode={"Mode": "OLD"})
    moved = live(box("a"), power={"On": True}, mode={"Mode": "OLD"}, dims={"New": 1})
    assert stale.differences(first, stopping(state(done, live(box("old")), owners=owners))) == ()
    assert stale.differences(first, stopping(state(moved, live(box("old")), owners=owners))) == (
        "box/a: something that the plan rested on has changed on SES",
    )


def test_a_delete_rests_on_what_it_means_for_mail_and_not_on_how_much_was_read():
    """A reader may give blocks or not, as is cheaper; who refers to the thing is what was judged."""
    owners = {box("a"): "acme"}
    bare, full = live(box("old"), "SUCCESS"), live(box("old"), "SUCCESS", dims={"Size": 4})
    user = live(box("user"), link={"Twin": "old"})
    first = stopping(state(live(box("a")), replace(bare, blocks={}), owners=owners))
    assert stale.differences(first, stopping(state(live(box("a")), full, owners=owners))) == ()
    assert stale.differences(first, stopping(state(live(box("a")), full, user, owners=owners))) == (
        "box/old: something that the plan rested on has changed on SES",
    )


def test_another_tag_makes_no_change_of_tags_stale():
    """Tags are not written whole; ours may have come by adoption since."""
    asked = [wanted(box("a"), tags__team="x")]
    first = plan(asked, state(live(box("a")), owners={box("a"): "acme"}))
    tagged = state(live(box("a"), tags={"sesops:stack": "acme"}), owners={box("a"): "acme"})
    assert stale.differences(first, plan(asked, tagged)) == ()
    other = state(live(box("a"), tags={"team": "y"}), owners={box("a"): "acme"})
    assert stale.differences(first, plan(asked, other)) != ()


def test_a_crafted_fingerprint_is_stale():
    """Whatever stands in it."""
    first, second = saved_and(state(live(box("a"), power={"On": True}), owners={box("a"): "acme"}))
    for text in ("", ":", "x", "dims:0 : :"):
        crafted = replace(first, changes=(replace(first.changes[0], fingerprint=text),))
        assert stale.differences(crafted, second) != ()
