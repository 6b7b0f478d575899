"""Configuration sets: what is read, what stops mail, and what is found offline."""

import jsonschema
import pytest
from kinds.set_support import (
    DENIED,
    MISSING,
    PLAIN,
    REGISTRY,
    SCOPE,
    SESSION,
    checked,
    drive,
    findings,
    identity,
    live,
    plan,
    schema,
    want,
    world,
)
from kinds.set_support import read_set as found
from kinds.set_support import want_set as tx

from sesops.core import fields
from sesops.core.address import Address
from sesops.core.kind import Compare
from sesops.core.plan import Impact
from sesops.core.thing import Live, Unread, Wanted
from sesops.core.values import Reply

KIND = REGISTRY.kinds["configuration_set"]
ADDRESS = Address("configuration_set", ("tx",))
MODEL = SESSION.get_service_model("sesv2")


def read(wants, *answers):
    calls, reading = drive(KIND.read({(name,): frozenset(paths) for name, paths in wants.items()}, SCOPE), answers)
    return calls, reading


# Reading


def test_a_set_of_which_fields_are_asked_is_read_by_name():
    """One call a set, and every facet comes from it, with defaults filled in."""
    calls, reading = read({"tx": ["sending_enabled"]}, Reply(PLAIN))
    assert calls == [[("GetConfigurationSet", {"ConfigurationSetName": "tx"})]]
    assert fields.decode(KIND, reading.things[ADDRESS]) == {
        "sending_enabled": True,
        "reputation_metrics_enabled": True,
        "delivery.tls_policy": "OPTIONAL",
        "delivery.sending_pool": None,
        "delivery.max_delivery_seconds": None,
        "tracking.custom_redirect_domain": None,
        "tracking.https_policy": "OPTIONAL",
        "suppressed_reasons": None,
        "validation_threshold": None,
        "vdm.engagement_metrics": None,
        "vdm.optimized_shared_delivery": None,
        "archive_arn": None,
    }


def test_existence_of_many_sets_is_one_listing():
    """Sets of which no field is asked cost one call together."""
    calls, reading = read({"a": [], "b": [], "c": []}, Reply({"ConfigurationSets": ["a", "c", "other"]}))
    assert calls == [[("ListConfigurationSets", {"PageSize": 1000})]]
    a, b, c = (reading.things[Address("configuration_set", (name,))] for name in "abc")
    assert a == Live(Address("configuration_set", ("a",)))
    assert b is None
    assert c is not None


def test_existence_of_one_set_is_one_read():
    """For one name the listing of thousands would be a detour."""
    calls, reading = read({"tx": []}, MISSING)
    assert calls == [[("GetConfigurationSet", {"ConfigurationSetName": "tx"})]]
    assert reading.things == {ADDRESS: None}


def test_reads_and_the_listing_go_side_by_side():
    """What has fields is read by name in the same round as the listing."""
    calls, reading = read({"tx": ["vdm.engagement_metrics"], "a": [], "b": []}, Reply(PLAIN), DENIED)
    assert [operation for operation, _ in calls[0]] == ["GetConfigurationSet", "ListConfigurationSets"]
    assert isinstance(reading.things[ADDRESS], Live)
    reason = "ListConfigurationSets denied: AccessDeniedException: not authorized"
    assert reading.things[Address("configuration_set", ("a",))] == Unread(reason)


def test_a_denied_read_is_unknown_and_not_absent():
    """Nothing may be planned from a denial."""
    _, reading = read({"tx": ["sending_enabled"]}, DENIED)
    assert reading.things == {ADDRESS: Unread("GetConfigurationSet denied: AccessDeniedException: not authorized")}


def test_an_override_without_a_list_suppresses_nothing():
    """A block that is there is an override, whether SES shows the empty list or leaves it out."""
    without = found({**PLAIN, "SuppressionOptions": {}})
    empty = found({**PLAIN, "SuppressionOptions": {"SuppressedReasons": []}})
    assert fields.decode(KIND, without)["suppressed_reasons"] == []
    assert without == empty


@pytest.mark.parametrize(
    ("held", "value"),
    [
        ({"ConditionThresholdEnabled": "DISABLED"}, "DISABLED"),
        (
            {
                "ConditionThresholdEnabled": "DISABLED",
                "OverallConfidenceThreshold": {"ConfidenceVerdictThreshold": "HIGH"},
            },
            "DISABLED",
        ),
        (
            {
                "ConditionThresholdEnabled": "ENABLED",
                "OverallConfidenceThreshold": {"ConfidenceVerdictThreshold": "HIGH"},
            },
            "HIGH",
        ),
        ({"ConditionThresholdEnabled": "ENABLED"}, "ENABLED"),
    ],
)
def test_a_threshold_left_over_while_disabled_is_ignored(held, value):
    """SES goes on showing the threshold that was in force before validation was switched off."""
    options = {"SuppressedReasons": ["BOUNCE"], "ValidationOptions": {"ConditionThreshold": held}}
    assert fields.decode(KIND, found({**PLAIN, "SuppressionOptions": options}))["validation_threshold"] == value


def test_members_unknown_to_botocore_belong_to_their_block():
    """A block with one is held back; the others are not."""
    thing = found(PLAIN, ("DeliveryOptions.Lane", "NewOptions"))
    assert thing.blocks["delivery"].unknown == ("Lane",)
    assert thing.blocks["tracking"].unknown == ()


# What stops mail


def test_of_many_identities_the_first_are_named():
    """A sentence is to be read, and a hundred domains may have one set."""
    many = [identity(f"d{n:03}.com", "SUCCESS", configuration_set={"ConfigurationSetName": "tx"}) for n in range(100)]
    (change,) = plan([tx({"sending_enabled": False})], [found(PLAIN), *many]).changes
    assert change.sentence is not None
    assert change.sentence.endswith(", d018.com, d019.com and 80 more")


def test_those_that_move_away_are_not_named():
    """An identity that the same plan gives another set is not refused by the end of its old one."""
    tied = identity("example.com", "SUCCESS", configuration_set={"ConfigurationSetName": "tx"})
    moved = Wanted(tied.address, {"configuration_set": "news"})
    sets = [found(PLAIN), live("configuration_set", ("news",))]
    for asked, named in (([], True), ([moved], False)):
        planned = plan(asked, [*sets, tied], remove=[ADDRESS])
        (sentence,) = [one.sentence for one in planned.changes if one.address == ADDRESS]
        assert ("example.com" in sentence) is named


def test_sending_off_stops_mail():
    """It names the identities whose default the set is, and is held back without leave."""
    one = tx({"sending_enabled": False})
    default = identity("example.com", "SUCCESS", configuration_set={"ConfigurationSetName": "tx"})
    (change,) = plan([one], [found(PLAIN), default]).changes
    assert change.impact is Impact.STOPS_MAIL
    assert change.sentence == "mail that uses configuration set tx is refused, and all mail from example.com"
    assert change.held
    assert not plan([one], [found(PLAIN)], allow=[ADDRESS]).changes[0].held


def test_tls_made_a_must_stops_mail():
    """Receivers without TLS get nothing any more; the way back stops nothing."""
    one = tx({"delivery": {"tls_policy": "REQUIRE"}})
    (change,) = plan([one], [found(PLAIN)]).changes
    assert change.sentence == "mail that uses configuration set tx no longer reaches servers without TLS"
    required = found({**PLAIN, "DeliveryOptions": {"TlsPolicy": "REQUIRE"}})
    (back,) = plan([tx({"delivery": {"tls_policy": None}})], [required]).changes
    assert back.impact is Impact.NONE


def test_what_is_so_already_stops_nothing():
    """The judgements look at the change, not at the value."""
    judge = {path: KIND.field(path).stops for path in ("sending_enabled", "delivery.tls_policy")}
    assert judge["sending_enabled"](False, False, world(), ADDRESS) is None
    assert judge["delivery.tls_policy"]("REQUIRE", "REQUIRE", world(), ADDRESS) is None
    assert KIND.delete_stops(None, world()) is None


def test_deleting_a_set_stops_mail():
    """It is one call; the destinations go with the set."""
    (change,) = plan([], [live("configuration_set", ("tx",))], remove=[ADDRESS]).changes
    assert change.sentence == "mail that uses configuration set tx, by name or by default, is refused once it is gone"
    assert [(call.operation, call.params) for call in change.steps[0].calls] == [
        ("DeleteConfigurationSet", {"ConfigurationSetName": "tx"})
    ]


# Offline


@pytest.mark.parametrize("name", ["", "a b", "a.b", "x" * 65, "tÿ"])
def test_names_that_ses_refuses(name):
    """1 to 64 letters, digits, underscores and dashes."""
    assert list(findings("configuration_set", want("configuration_set", (name,), {}))) == ["invalid-name"]


def test_names_that_differ_in_case_alone():
    """The second of the two is reported."""
    first, second = want("configuration_set", ("tx",), {}), want("configuration_set", ("Tx",), {})
    assert findings("configuration_set", first) == {}
    assert list(findings("configuration_set", second, first)) == ["names-alike"]


@pytest.mark.parametrize(
    ("tracking", "severity"),
    [
        ({"https_policy": "REQUIRE"}, "warning"),
        ({"https_policy": "REQUIRE", "custom_redirect_domain": None}, "error"),
        ({"https_policy": "OPTIONAL"}, None),
        ({"https_policy": "REQUIRE", "custom_redirect_domain": "c.example.com"}, None),
    ],
)
def test_a_policy_needs_a_domain(tracking, severity):
    """An error where the spec takes the domain away, a warning where the set may have one that the spec leaves alone."""
    found = findings("configuration_set", tx({"tracking": tracking}))
    assert found.get("https-policy-without-domain", (None,))[0] == severity


def test_a_threshold_wants_the_list_beside_it():
    """A warning: the set may have a list that the spec leaves alone."""
    found = findings("configuration_set", tx({"validation_threshold": "HIGH"}))
    assert found["threshold-without-reasons"][0] == "warning"
    assert findings("configuration_set", tx({"validation_threshold": "HIGH", "suppressed_reasons": []})) == {}


def test_an_arn_names_the_set_and_not_its_destinations():
    """The tag listing gives ARNs of everything that SES tags."""
    arn = KIND.arn(ADDRESS, SCOPE)
    assert arn == "arn:aws:ses:eu-west-1:123456789012:configuration-set/tx"
    assert KIND.from_arn(arn) == ("tx",)
    assert KIND.from_arn(f"{arn}:event-destination/feedback") is None
    assert KIND.from_arn("arn:aws:ses:eu-west-1:123456789012:identity/example.com") is None


def test_tags_are_read_from_ses_itself():
    """Before a tag is a reason to refuse, it is asked of the set."""
    call = KIND.read_tags(ADDRESS, SCOPE)
    assert checked(call) == [("ListTagsForResource", {"ResourceArn": KIND.arn(ADDRESS, SCOPE)})]
    assert KIND.tags_in({"Tags": [{"Key": "a", "Value": "b"}]}) == {"a": "b"}


def test_the_schema_holds_its_examples_and_the_kind_takes_them():
    """Every key of the schema is a field of the kind."""
    fragment = schema("configuration_set")
    bare = {**fragment["examples"][1], "delivery": {}}
    for example in (fragment["examples"][0], bare):
        jsonschema.Draft7Validator(fragment).validate(example)
        assert tx(example).fields or example == {}
    assert set(tx(fragment["examples"][0]).fields) == {one.path for one in KIND.fields if one.path != "tags.*"} | {
        "tags.team"
    }


def test_null_is_allowed_where_the_table_has_a_way_back():
    """The schema's `x-null` and the table's `nullable` say the same."""

    def leaves(properties, prefix=""):
        for key, one in properties.items():
            if "properties" in one:
                yield from leaves(one["properties"], f"{prefix}{key}.")
            elif key != "tags":
                yield f"{prefix}{key}", one

    for path, one in leaves(schema("configuration_set")["properties"]):
        assert ("x-null" in one) is KIND.field(path).nullable, path
        assert ("x-no-null" in one) is not KIND.field(path).nullable, path
    assert KIND.field("suppressed_reasons").compare is Compare.SET


def test_every_options_block_of_the_service_is_known():
    """An options block that botocore has and we do not shows here, as a gap that is known."""
    members = set(MODEL.shape_for("GetConfigurationSetResponse").members)
    from sesops.kinds.configuration_set.fields import OPTIONS

    assert members - {one.member for one in OPTIONS.values()} <= {
        "ConfigurationSetName",
        "Tags",
        "MessageSecurityOptions",
    }
