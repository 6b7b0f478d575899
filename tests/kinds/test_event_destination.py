"""Event destinations: one block, one target, and what is beside them in a set."""

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kinds.set_support import (
    DENIED,
    MISSING,
    REGISTRY,
    SCOPE,
    SESSION,
    Spec,
    checked,
    drive,
    findings,
    live,
    plan,
    reported,
    schema,
    sent,
    steps,
    values,
    want,
    write,
)

from sesops.core import fields
from sesops.core.address import Address
from sesops.core.plan import Action, Impact, State
from sesops.core.thing import Block, Live, Unread
from sesops.core.values import Ref, Reply
from sesops.kinds.event_destination.fields import EVENTS, TARGETS

KIND = REGISTRY.kinds["event_destination"]
NAME = ("tx", "feedback")
ADDRESS = Address("event_destination", NAME)
MODEL = SESSION.get_service_model("sesv2")

TOPIC = "arn:aws:sns:eu-west-1:123456789012:feedback"
STREAM = "arn:aws:firehose:eu-west-1:123456789012:deliverystream/ses"
ROLE = "arn:aws:iam::123456789012:role/ses-firehose"
BUS = "arn:aws:events:eu-west-1:123456789012:event-bus/default"
APP = "arn:aws:mobiletargeting:eu-west-1:123456789012:apps/abc"
DIMENSION = {"dimension": "campaign", "source": "MESSAGE_TAG", "default": "none"}
RAW_DIMENSION = {
    "DimensionName": "campaign",
    "DimensionValueSource": "MESSAGE_TAG",
    "DefaultDimensionValue": "none",
}

TYPES = {
    "sns": ({"sns": TOPIC}, {"SnsDestination": {"TopicArn": TOPIC}}),
    "cloudwatch": (
        {"cloudwatch": [DIMENSION]},
        {"CloudWatchDestination": {"DimensionConfigurations": [RAW_DIMENSION]}},
    ),
    "firehose": (
        {"firehose": {"stream_arn": STREAM, "role_arn": ROLE}},
        {"KinesisFirehoseDestination": {"DeliveryStreamArn": STREAM, "IamRoleArn": ROLE}},
    ),
    "eventbridge": ({"eventbridge": "default"}, {"EventBridgeDestination": {"EventBusArn": BUS}}),
    "pinpoint": ({"pinpoint": APP}, {"PinpointDestination": {"ApplicationArn": APP}}),
}
"""Each type of target, as the spec has it and as SES has it."""

SET = live("configuration_set", ("tx",))


def destination(value, refs=(), name=NAME):
    return want("event_destination", name, {"events": ["BOUNCE"], **value}, refs)


def raw(target, events=("BOUNCE",), **members):
    return {"Enabled": True, "MatchingEventTypes": list(events), **TYPES[target][1], **members}


def held(target, **members):
    return live("event_destination", NAME, destination=raw(target, **members))


def read(names, *answers):
    return drive(KIND.read({name: frozenset({"events"}) for name in names}, SCOPE), answers)


# Reading


def test_one_call_reads_all_destinations_of_a_set():
    """What the spec names and what is beside it come from the same answer."""
    answer = Reply({"EventDestinations": [{"Name": "feedback", **raw("sns")}, {"Name": "other", **raw("pinpoint")}]})
    calls, reading = read([NAME, ("tx", "lake")], answer)
    assert calls == [[("GetConfigurationSetEventDestinations", {"ConfigurationSetName": "tx"})]]
    assert reading.things == {
        ADDRESS: Live(ADDRESS, {"destination": Block(raw("sns"))}),
        Address("event_destination", ("tx", "lake")): None,
    }
    (extra,) = reading.extra
    assert extra.address == Address("event_destination", ("tx", "other"))


def test_sets_are_read_side_by_side_and_fail_each_for_itself():
    """A set that is gone has no destinations; of one that is denied nothing is known."""
    calls, reading = read([("a", "x"), ("b", "x"), ("c", "x")], MISSING, DENIED, Reply({}))
    assert len(calls[0]) == 3
    a, b, c = (reading.things[Address("event_destination", (name, "x"))] for name in "abc")
    assert (a, c) == (None, None)
    assert b == Unread("GetConfigurationSetEventDestinations denied: AccessDeniedException: not authorized")
    assert reading.extra == ()


@pytest.mark.parametrize("target", TYPES)
def test_each_type_is_read_in_the_form_of_the_spec(target):
    """What SES gives and what the spec says are one form, so that they compare equal."""
    value, _ = TYPES[target]
    assert sent(plan([destination(value)], [SET, held(target)])) == []


def test_the_order_of_events_and_dimensions_means_nothing():
    """SES gives them back in an order of its own."""
    other = {"dimension": "tenant", "source": "EMAIL_HEADER", "default": "x"}
    raw_other = {"DimensionName": "tenant", "DimensionValueSource": "EMAIL_HEADER", "DefaultDimensionValue": "x"}
    there = held("cloudwatch", events=["SEND", "BOUNCE"])
    there.blocks["destination"].raw["CloudWatchDestination"] = {"DimensionConfigurations": [raw_other, RAW_DIMENSION]}
    value = {"events": ["BOUNCE", "SEND"], "cloudwatch": [DIMENSION, other]}
    assert sent(plan([destination(value)], [SET, there])) == []
    turned = {"events": ["SEND", "BOUNCE"], "cloudwatch": [other, DIMENSION]}
    assert destination(value) == destination(turned)
    backwards = {**value, "cloudwatch": [dict(reversed(one.items())) for one in value["cloudwatch"]]}
    assert repr(destination(backwards).fields) == repr(destination(value).fields)


def test_a_target_that_we_do_not_know_is_left_alone():
    """botocore knows it, this release does not: it is shown as extra, and where the spec names it nothing is planned."""
    strange = {"Name": "feedback", "Enabled": True, "MatchingEventTypes": ["SEND"], "FutureDestination": {"Arn": "x"}}
    _, reading = read([NAME], Reply({"EventDestinations": [strange]}))
    thing = reading.things[ADDRESS]
    reason = "it publishes to a target that this release does not know (FutureDestination)"
    assert thing.blocks["destination"] == Unread(reason)
    target = plan([destination({"sns": TOPIC})], [SET, thing])
    assert target.changes == ()
    assert [(one.facet, one.reason) for one in target.unknown] == [("destination", reason)]


def test_a_target_that_botocore_does_not_know_is_never_written_over():
    """The answer as botocore gives it has no target at all; the change is held back."""
    strange = {"Name": "feedback", "Enabled": True, "MatchingEventTypes": ["SEND"]}
    answer = Reply({"EventDestinations": [strange]}, ("EventDestinations.0.FutureDestination",))
    _, reading = read([NAME], answer)
    (change,) = plan([destination({"sns": TOPIC})], [SET, reading.things[ADDRESS]]).changes
    assert change.action is Action.UPDATE
    assert change.held
    assert "FutureDestination" in change.steps[0].reason


def test_members_that_botocore_does_not_know_belong_to_their_destination():
    """The second destination's new member holds back the second alone."""
    both = [{"Name": "other", **raw("sns")}, {"Name": "feedback", **raw("sns")}]
    _, reading = read([NAME], Reply({"EventDestinations": both}, ("EventDestinations.1.SnsDestination.New",)))
    assert reading.things[ADDRESS].blocks["destination"].unknown == ("SnsDestination.New",)
    assert reading.extra[0].blocks["destination"].unknown == ()


# Writing


@pytest.mark.parametrize("target", TYPES)
def test_a_new_destination_is_enabled(target):
    """SES's own default is a disabled one; the plan shows ours as ours."""
    value, member = TYPES[target]
    (change,) = plan([destination(value)], [SET]).changes
    (call,) = change.steps[0].calls
    assert checked(call) == [
        (
            "CreateConfigurationSetEventDestination",
            {
                "ConfigurationSetName": "tx",
                "EventDestinationName": "feedback",
                "EventDestination": {"Enabled": True, "MatchingEventTypes": ["BOUNCE"], **member},
            },
        )
    ]
    assert [one.path for one in change.fields if one.ours] == ["enabled"]


def test_a_new_destination_comes_behind_its_set_and_its_topic():
    """The topic has to let SES publish by then."""
    topic = Address("topic", ("feedback",))
    one = destination({"sns": Ref("topic", "feedback")}, (("sns", topic),))
    target = plan([one, want("topic", ("feedback",), {}), want("configuration_set", ("tx",), {})])
    step = steps(target)["event_destination/tx/feedback create"]
    assert set(step.needs) == {(Address("configuration_set", ("tx",)), "create"), (topic, "create"), (topic, "policy")}
    assert step.calls[0].params["EventDestination"]["SnsDestination"] == {"TopicArn": TOPIC}


def test_an_update_sends_the_whole_definition():
    """What is not managed is carried: without `Enabled` SES would switch it off."""
    ((operation, params),) = sent(plan([destination({"events": ["SEND"], "sns": TOPIC})], [SET, held("sns")]))
    assert operation == "UpdateConfigurationSetEventDestination"
    assert params == {
        "ConfigurationSetName": "tx",
        "EventDestinationName": "feedback",
        "EventDestination": raw("sns", ["SEND"]),
    }


def test_the_default_bus_may_be_named_by_its_arn():
    """Both spellings are one, and SES takes the ARN."""
    assert sent(plan([destination({"eventbridge": BUS})], [SET, held("eventbridge")])) == []
    (change,) = plan([destination({"eventbridge": BUS})], [SET]).changes
    assert next(one.after for one in change.fields if one.path == "eventbridge") == "default"
    ((_, params),) = sent(plan([destination({"events": ["SEND"], "eventbridge": BUS})], [SET, held("eventbridge")]))
    assert params["EventDestination"]["EventBridgeDestination"] == {"EventBusArn": BUS}


def test_another_bus_is_shown_as_its_arn():
    """Only the default bus has a short name."""
    other = BUS.replace("default", "other")
    thing = Live(ADDRESS, {"destination": Block({"EventBridgeDestination": {"EventBusArn": other}})})
    assert fields.decode(KIND, thing)["eventbridge"] == other


@given(data=st.data())
def test_an_update_keeps_every_member_that_is_not_managed(data):
    """Whatever the definition holds is sent back with what changes laid over it."""
    definition = data.draw(values(MODEL.shape_for("EventDestinationDefinition")))
    changes = {"enabled": st.booleans(), "events": st.lists(st.sampled_from(EVENTS), min_size=1, unique=True)}
    changed = data.draw(st.fixed_dictionaries({}, optional=changes).filter(bool))
    (call,) = KIND.facet("destination").put(write("event_destination", NAME, "destination", definition, changed))
    checked(call)
    body = call.params["EventDestination"]
    members = {KIND.field(path).member: value for path, value in changed.items()}
    assert body == {**definition, **members}


@pytest.mark.parametrize(("before", "after"), [(a, b) for a in TYPES for b in TYPES if a != b])
def test_another_type_is_a_replacement(before, after):
    """It is deleted and made again with what was not managed, and the gap is named."""
    there = held(before)
    there.blocks["destination"].raw["Enabled"] = False
    (change,) = plan([destination(TYPES[after][0])], [SET, there]).changes
    assert change.action is Action.REPLACE
    assert "events in between are lost" in change.sentence
    assert change.impact is Impact.NOTICE
    (step,) = change.steps
    assert step.state is State.READY
    assert checked(*step.calls) == [
        ("DeleteConfigurationSetEventDestination", {"ConfigurationSetName": "tx", "EventDestinationName": "feedback"}),
        (
            "CreateConfigurationSetEventDestination",
            {
                "ConfigurationSetName": "tx",
                "EventDestinationName": "feedback",
                "EventDestination": {"Enabled": False, "MatchingEventTypes": ["BOUNCE"], **TYPES[after][1]},
            },
        ),
    ]


def test_a_pinpoint_target_without_an_application_is_of_that_type():
    """SES takes one; another type takes its place by a replacement, and an application of its own by an update."""
    bare = {key: value for key, value in raw("pinpoint").items() if key != "PinpointDestination"}
    there = held("pinpoint")
    there.blocks["destination"] = Block({**bare, "PinpointDestination": {}})
    assert [one.action for one in plan([destination({"sns": TOPIC})], [SET, there]).changes] == [Action.REPLACE]
    ((operation, params),) = sent(plan([destination({"pinpoint": APP})], [SET, there]))
    assert operation == "UpdateConfigurationSetEventDestination"
    assert params["EventDestination"]["PinpointDestination"] == {"ApplicationArn": APP}


def test_another_stream_of_the_same_type_is_an_update():
    """Only the type cannot change."""
    value = {"firehose": {"stream_arn": f"{STREAM}-2", "role_arn": ROLE}}
    ((operation, params),) = sent(plan([destination(value)], [SET, held("firehose")]))
    assert operation == "UpdateConfigurationSetEventDestination"
    assert params["EventDestination"]["KinesisFirehoseDestination"] == {
        "DeliveryStreamArn": f"{STREAM}-2",
        "IamRoleArn": ROLE,
    }


def test_deleting_a_destination_stops_no_mail():
    """It is one call, and needs no leave."""
    (change,) = plan([], [SET, held("sns")], remove=[ADDRESS]).changes
    assert change.impact is Impact.NONE
    assert checked(*change.steps[0].calls) == [
        ("DeleteConfigurationSetEventDestination", {"ConfigurationSetName": "tx", "EventDestinationName": "feedback"})
    ]


def test_a_message_goes_to_a_new_topic():
    """SES tries the topic; its subscribers hear of it."""
    (change,) = plan([destination({"sns": TOPIC})], [SET]).changes
    assert change.impact is Impact.NOTICE
    assert change.sentence == "SES publishes a message to the topic to see whether it may; the subscribers get it"


@pytest.mark.parametrize("target", TYPES)
def test_all_is_what_the_target_can_take(target):
    """Pinpoint takes fewer events than the others."""
    events = set(destination({"events": "all", **TYPES[target][0]}).fields["events"])
    lacking = {"DELIVERY_DELAY", "SUBSCRIPTION"} if target == "pinpoint" else set()
    assert events == set(EVENTS) - lacking


# Offline


def codes(value, name=NAME):
    return list(findings("event_destination", destination(value, name=name)))


@pytest.mark.parametrize("target", TYPES)
def test_each_type_is_clean(target):
    """What the schema allows and SES takes has no finding."""
    assert codes(TYPES[target][0]) == []


@pytest.mark.parametrize("name", ["", "a b", "a.b", "x" * 65])
def test_names_that_ses_refuses(name):
    """1 to 64 letters, digits, underscores and dashes."""
    assert codes({"sns": TOPIC}, name=("tx", name)) == ["invalid-name"]


@pytest.mark.parametrize("value", [{}, {"sns": TOPIC, "eventbridge": "default"}])
def test_exactly_one_target(value):
    """None is as wrong as two."""
    assert codes(value) == ["one-target"]


def test_ten_destinations_a_set():
    """One too many is reported once; another set's do not count."""
    ten = [destination({"sns": TOPIC}, name=("tx", f"d{number}")) for number in range(10)]
    other = destination({"sns": TOPIC}, name=("other", "x"))
    more = [destination({"sns": TOPIC}, name=("tx", f"d{number}")) for number in (10, 11)]

    def found(*things):
        return [one.code for thing in things for one in KIND.check(thing, Spec(*things))]

    assert found(other, *ten) == []
    assert found(other, *ten, *more) == ["too-many-destinations"]


def test_events_that_pinpoint_does_not_take():
    """They are named."""
    value = {"events": ["SUBSCRIPTION", "DELIVERY_DELAY", "SEND"], "pinpoint": APP}
    found = findings("event_destination", destination(value))
    assert "no DELIVERY_DELAY and no SUBSCRIPTION" in found["event-not-for-target"][1]


@pytest.mark.parametrize(
    ("dimension", "expected"),
    [
        ({"dimension": "ses:configuration-set"}, []),
        ({"dimension": "bad name"}, [("invalid-dimension", "cloudwatch[1].dimension")]),
        ({"dimension": "x" * 257}, [("invalid-dimension", "cloudwatch[1].dimension")]),
        ({"default": ""}, [("invalid-dimension", "cloudwatch[1].default")]),
        ({"default": "a b"}, [("invalid-dimension", "cloudwatch[1].default")]),
        ({"default": "ops@example.com"}, []),
        ({"dimension": "Message-ID", "source": "EMAIL_HEADER"}, [("forbidden-header", "cloudwatch[1].dimension")]),
        ({"dimension": "Message-ID", "source": "MESSAGE_TAG"}, []),
    ],
)
def test_dimensions(dimension, expected):
    """Names, defaults, and headers that SES takes no value from, each where it is written."""
    value = {"events": ["SEND"], "cloudwatch": [DIMENSION, {**DIMENSION, **dimension}]}
    assert [found[:2] for found in reported("event_destination", NAME, value)] == expected


def test_dimensions_are_a_set():
    """One that stands twice is one, and their order means nothing."""
    other = {**DIMENSION, "dimension": "team"}
    one = want("event_destination", NAME, {"events": ["SEND"], "cloudwatch": [other, DIMENSION, other]})
    assert one.fields["cloudwatch"] == [DIMENSION, other]


def test_ten_dimensions():
    """SES takes no more."""
    dimensions = [{**DIMENSION, "dimension": f"d{number}"} for number in range(11)]
    assert codes({"cloudwatch": dimensions}) == ["too-many-dimensions"]
    assert codes({"cloudwatch": dimensions[:10]}) == []


@pytest.mark.parametrize(
    ("bus", "expected"), [("default", []), (BUS, []), (BUS.replace("default", "other"), ["not-default-bus"])]
)
def test_the_default_bus_alone(bus, expected):
    """SES publishes to no other."""
    assert codes({"eventbridge": bus}) == expected


def test_the_schema_holds_its_examples_and_the_kind_takes_them():
    """Every type has an example, and every key of the schema is a field of the kind."""
    fragment = schema("event_destination")
    paths = set()
    for example in fragment["examples"]:
        jsonschema.Draft7Validator(fragment).validate(example)
        one = want("event_destination", NAME, example)
        paths |= set(one.fields)
        assert list(findings("event_destination", one)) == []
    assert paths == {one.path for one in KIND.fields}


def test_the_schema_lists_what_the_service_has():
    """Event types and targets of the schema, of the kind and of botocore's model are the same."""
    fragment = schema("event_destination")["properties"]
    listed = fragment["events"]["anyOf"][1]["items"]["enum"]
    assert set(listed) == set(EVENTS) == set(MODEL.shape_for("EventType").enum)
    assert set(fragment["cloudwatch"]["items"]["properties"]["source"]["enum"]) == set(
        MODEL.shape_for("DimensionValueSource").enum
    )
    members = set(MODEL.shape_for("EventDestinationDefinition").members)
    assert members == {"Enabled", "MatchingEventTypes", *TARGETS.values()}
    assert set(TARGETS) <= set(fragment)
    assert not any(one.nullable for one in KIND.fields)
