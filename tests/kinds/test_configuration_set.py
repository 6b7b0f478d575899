"""Configuration sets: what is read, what is written, what waits, and what stops mail."""

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
    checked,
    drive,
    findings,
    identity,
    live,
    plan,
    schema,
    sent,
    steps,
    values,
    want,
    world,
    write,
)

from sesops.core import fields
from sesops.core.address import Address
from sesops.core.kind import Block, Compare, Live, Unread
from sesops.core.plan import Impact, State
from sesops.core.values import Reply

KIND = REGISTRY.kinds["configuration_set"]
ADDRESS = Address("configuration_set", ("tx",))
ARCHIVE = "arn:aws:ses:eu-west-1:123456789012:mailmanager-archive/a-abcdefghijklmnopqrstuvwx"
MODEL = SESSION.get_service_model("sesv2")
PLAIN = {
    "ConfigurationSetName": "tx",
    "SendingOptions": {"SendingEnabled": True},
    "ReputationOptions": {"ReputationMetricsEnabled": True},
    "Tags": [],
}


def tx(value, refs=()):
    return want("configuration_set", ("tx",), value, refs)


def read(wants, *answers):
    calls, reading = drive(KIND.read({(name,): frozenset(paths) for name, paths in wants.items()}, SCOPE), answers)
    return calls, reading


def found(answer, unknown=()):
    """The set as the reader brings it from one answer of GetConfigurationSet."""
    _, reading = read({"tx": ["sending_enabled"]}, Reply(answer, unknown))
    return reading.things[ADDRESS]


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


# Writing


def test_a_new_set_carries_every_block_on_its_create_call():
    """One call makes the whole set, our tag included."""
    value = {
        "sending_enabled": False,
        "reputation_metrics_enabled": True,
        "delivery": {"tls_policy": "REQUIRE", "sending_pool": "ses-shared-pool", "max_delivery_seconds": 3600},
        "tracking": {"custom_redirect_domain": "click.example.com", "https_policy": "REQUIRE"},
        "suppressed_reasons": ["COMPLAINT", "BOUNCE"],
        "validation_threshold": "HIGH",
        "vdm": {"engagement_metrics": True, "optimized_shared_delivery": False},
        "archive_arn": ARCHIVE,
        "tags": {"team": "mail"},
    }
    target = plan([tx(value)], [identity("example.com", "SUCCESS")])
    assert sent(target) == [
        (
            "CreateConfigurationSet",
            {
                "ConfigurationSetName": "tx",
                "SendingOptions": {"SendingEnabled": False},
                "ReputationOptions": {"ReputationMetricsEnabled": True},
                "DeliveryOptions": {
                    "TlsPolicy": "REQUIRE",
                    "SendingPoolName": "ses-shared-pool",
                    "MaxDeliverySeconds": 3600,
                },
                "TrackingOptions": {"CustomRedirectDomain": "click.example.com", "HttpsPolicy": "REQUIRE"},
                "SuppressionOptions": {
                    "SuppressedReasons": ["BOUNCE", "COMPLAINT"],
                    "ValidationOptions": {
                        "ConditionThreshold": {
                            "ConditionThresholdEnabled": "ENABLED",
                            "OverallConfidenceThreshold": {"ConfidenceVerdictThreshold": "HIGH"},
                        }
                    },
                },
                "VdmOptions": {
                    "DashboardOptions": {"EngagementMetrics": "ENABLED"},
                    "GuardianOptions": {"OptimizedSharedDelivery": "DISABLED"},
                },
                "ArchivingOptions": {"ArchiveArn": ARCHIVE},
                "Tags": [{"Key": "sesops:stack", "Value": "acme-mail"}, {"Key": "team", "Value": "mail"}],
            },
        )
    ]
    assert target.changes[0].impact is Impact.NONE


def test_a_new_set_of_which_nothing_is_said_has_no_blocks():
    """Absent is SES's default; an empty sending block would make a set that sends nothing."""
    (_, params), *rest = sent(plan([tx({"delivery": None, "sending_enabled": None})]))
    assert (sorted(params), rest) == (["ConfigurationSetName", "Tags"], [])


def test_each_block_has_its_own_put():
    """Only blocks with a difference are written, each by its own call."""
    value = {
        "reputation_metrics_enabled": False,
        "delivery": {"max_delivery_seconds": 300},
        "vdm": {"engagement_metrics": True},
        "archive_arn": ARCHIVE,
        "suppressed_reasons": [],
        "sending_enabled": True,
        "tags": {"team": "mail", "old": None},
    }
    held = found({**PLAIN, "Tags": [{"Key": "old", "Value": "1"}]})
    assert dict(sent(plan([tx(value)], [held]))) == {
        "PutConfigurationSetReputationOptions": {"ConfigurationSetName": "tx", "ReputationMetricsEnabled": False},
        "PutConfigurationSetDeliveryOptions": {"ConfigurationSetName": "tx", "MaxDeliverySeconds": 300},
        "PutConfigurationSetVdmOptions": {
            "ConfigurationSetName": "tx",
            "VdmOptions": {"DashboardOptions": {"EngagementMetrics": "ENABLED"}},
        },
        "PutConfigurationSetArchivingOptions": {"ConfigurationSetName": "tx", "ArchiveArn": ARCHIVE},
        "PutConfigurationSetSuppressionOptions": {"ConfigurationSetName": "tx", "SuppressedReasons": []},
        "TagResource": {
            "ResourceArn": "arn:aws:ses:eu-west-1:123456789012:configuration-set/tx",
            "Tags": [{"Key": "team", "Value": "mail"}],
        },
        "UntagResource": {
            "ResourceArn": "arn:aws:ses:eu-west-1:123456789012:configuration-set/tx",
            "TagKeys": ["old"],
        },
    }


def test_null_brings_ses_defaults_back():
    """`null` empties a block, and says true where an empty Put would mean false."""
    held = found(
        {
            **PLAIN,
            "SendingOptions": {"SendingEnabled": False},
            "DeliveryOptions": {"TlsPolicy": "REQUIRE", "MaxDeliverySeconds": 300},
            "TrackingOptions": {"CustomRedirectDomain": "click.example.com", "HttpsPolicy": "REQUIRE"},
            "ArchivingOptions": {"ArchiveArn": ARCHIVE},
        }
    )
    value = {"sending_enabled": None, "delivery": None, "tracking": None, "archive_arn": None}
    target = plan([tx(value)], [held])
    assert dict(sent(target)) == {
        "PutConfigurationSetSendingOptions": {"ConfigurationSetName": "tx", "SendingEnabled": True},
        "PutConfigurationSetDeliveryOptions": {"ConfigurationSetName": "tx"},
        "PutConfigurationSetTrackingOptions": {"ConfigurationSetName": "tx"},
        "PutConfigurationSetArchivingOptions": {"ConfigurationSetName": "tx"},
    }
    assert target.changes[0].sentence == "the set's reputation metrics start afresh"


def test_read_only_members_are_not_sent_back():
    """LastFreshStart is SES's own."""
    held = {"ReputationMetricsEnabled": True, "LastFreshStart": "2026-08-01T00:00:00Z"}
    change = write("configuration_set", ("tx",), "reputation", held, {"reputation_metrics_enabled": False})
    (call,) = KIND.facet("reputation").put(change)
    assert call.params == {"ConfigurationSetName": "tx", "ReputationMetricsEnabled": False}


OPTIONS = {
    "delivery": (
        "DeliveryOptions",
        {"delivery.tls_policy": ["REQUIRE", "OPTIONAL"], "delivery.sending_pool": ["p", None]},
    ),
    "tracking": ("TrackingOptions", {"tracking.custom_redirect_domain": ["a.example.com", "b.example.com"]}),
    "suppression": (
        "SuppressionOptions",
        {"suppressed_reasons": [[], ["BOUNCE"]], "validation_threshold": ["DISABLED", "HIGH", "MANAGED"]},
    ),
    "vdm": ("VdmOptions", {"vdm.engagement_metrics": [True, False]}),
}


@pytest.mark.parametrize("facet", OPTIONS)
@given(data=st.data())
def test_a_put_keeps_every_member_that_is_not_managed(facet, data):
    """Whatever SES holds in a block, our schema's members or not, is sent back with what changes laid over it."""
    member, changes = OPTIONS[facet]
    held = data.draw(values(MODEL.shape_for(member)))
    if facet == "suppression":
        held = found({**PLAIN, member: held}).blocks[facet].raw
    changed = data.draw(
        st.fixed_dictionaries({}, optional={path: st.sampled_from(one) for path, one in changes.items()}).filter(bool)
    )
    (call,) = KIND.facet(facet).put(write("configuration_set", ("tx",), facet, held, changed))
    checked(call)
    body = {key: value for key, value in call.params.items() if key != "ConfigurationSetName"}
    body = body["VdmOptions"] if facet == "vdm" else body
    touched = {KIND.field(path).member for path in changed}
    assert without(body, touched) == without(held, touched)
    after = fields.decode(KIND, Live(ADDRESS, {facet: Block(body)}))
    assert {path: after[path] for path in changed} == changed


def without(block, members):
    """A block without some members, and without groups that are empty then."""
    kept = {}
    for key, value in block.items():
        below = {one.removeprefix(f"{key}.") for one in members if one.startswith(f"{key}.")}
        rest = without(value, below) if below else value
        if key not in members and (rest or not below):
            kept[key] = rest
    return kept


# Tracking


def test_tracking_waits_until_its_domain_is_verified():
    """The set is made at once, its tracking is a step of its own that waits."""
    one = tx({"tracking": {"custom_redirect_domain": "click.example.com"}})
    target = plan([one], [identity("example.com", "PENDING")])
    made = steps(target)
    assert made["configuration_set/tx create"].state is State.READY
    assert "TrackingOptions" not in made["configuration_set/tx create"].calls[0].params
    waiting = made["configuration_set/tx tracking"]
    assert waiting.state is State.WAITING
    assert waiting.reason == "links can go through click.example.com only once it, or a domain above it, is verified"
    assert target.findings == ()
    assert list(KIND.watches(one)) == ["click.example.com"]


def test_tracking_under_a_domain_that_nobody_declares_is_a_finding():
    """Nobody would ever verify it."""
    target = plan([tx({"tracking": {"custom_redirect_domain": "click.example.com"}})])
    assert [one.code for one in target.findings] == ["identity-nowhere"]


def test_another_policy_waits_for_the_domain_that_the_spec_names():
    """SES looks at the domain at each Put, also when it is not the domain that changes."""
    held = found({**PLAIN, "TrackingOptions": {"CustomRedirectDomain": "click.example.com"}})
    value = {"tracking": {"custom_redirect_domain": "click.example.com", "https_policy": "REQUIRE"}}
    step = steps(plan([tx(value)], [held, identity("click.example.com", "FAILED")]))["configuration_set/tx tracking"]
    assert step.state is State.WAITING


def test_another_policy_for_a_domain_that_the_spec_leaves_alone_is_sent():
    """Of that domain nothing was read; SES decides."""
    held = found({**PLAIN, "TrackingOptions": {"CustomRedirectDomain": "click.example.com"}})
    target = plan([tx({"tracking": {"https_policy": "REQUIRE"}})], [held])
    assert steps(target)["configuration_set/tx tracking"].state is State.READY
    (call,) = sent(target)
    assert call[1] == {
        "ConfigurationSetName": "tx",
        "CustomRedirectDomain": "click.example.com",
        "HttpsPolicy": "REQUIRE",
    }
    assert list(KIND.watches(tx({}))) == []


def test_the_old_policy_goes_with_the_domain():
    """SES takes no HTTPS policy without a domain."""
    held = found({**PLAIN, "TrackingOptions": {"CustomRedirectDomain": "c.example.com", "HttpsPolicy": "REQUIRE"}})
    target = plan([tx({"tracking": {"custom_redirect_domain": None}})], [held])
    assert sent(target) == [("PutConfigurationSetTrackingOptions", {"ConfigurationSetName": "tx"})]


def test_the_default_policy_needs_no_domain():
    """OPTIONAL is what a set without a domain has: there is nothing to send with its create."""
    ((operation, params),) = sent(plan([tx({"tracking": {"https_policy": "OPTIONAL"}})]))
    assert operation == "CreateConfigurationSet"
    assert "TrackingOptions" not in params


def test_a_policy_alone_does_not_ride_on_the_create():
    """The create call takes no tracking without a domain; the Put lets SES say what it lacks."""
    assert sent(plan([tx({"tracking": {"https_policy": "REQUIRE"}})]))[1] == (
        "PutConfigurationSetTrackingOptions",
        {"ConfigurationSetName": "tx", "HttpsPolicy": "REQUIRE"},
    )


# Suppression


def test_a_threshold_carries_the_list_that_is_there():
    """Both lie in one block, and a Put without the list would suppress nothing."""
    held = found({**PLAIN, "SuppressionOptions": {"SuppressedReasons": ["BOUNCE"], "SuppressionScope": "TENANT"}})
    ((_, params),) = sent(plan([tx({"validation_threshold": "DISABLED"})], [held]))
    assert params == {
        "ConfigurationSetName": "tx",
        "SuppressedReasons": ["BOUNCE"],
        "SuppressionScope": "TENANT",
        "ValidationOptions": {"ConditionThreshold": {"ConditionThresholdEnabled": "DISABLED"}},
    }


@pytest.mark.parametrize("things", [[], [found(PLAIN)]], ids=["new", "inheriting"])
def test_a_threshold_is_never_sent_without_a_list(things):
    """A set that follows the account would stop suppressing for good: the step fails without a call."""
    step = steps(plan([tx({"validation_threshold": "HIGH"})], things))["configuration_set/tx suppression"]
    calls, result = drive(step.program())
    assert calls == []
    assert "would end all suppression for the set" in result.message


@pytest.mark.parametrize("answer", [Reply(), DENIED])
def test_the_block_is_sent_where_it_has_a_list(answer):
    """The program is the one Put, and returns SES's refusal."""
    change = write("configuration_set", ("tx",), "suppression", {}, {"suppressed_reasons": []})
    calls, result = drive(KIND.facet("suppression").program(change), (answer,))
    assert calls == [
        [("PutConfigurationSetSuppressionOptions", {"ConfigurationSetName": "tx", "SuppressedReasons": []})]
    ]
    assert result is (answer if answer is DENIED else None)


def test_no_list_and_an_empty_list_differ():
    """Absent follows the account, `[]` suppresses nothing; the order of the list means nothing."""
    assert sent(plan([tx({"suppressed_reasons": []})], [found(PLAIN)]))
    both = found({**PLAIN, "SuppressionOptions": {"SuppressedReasons": ["COMPLAINT", "BOUNCE"]}})
    assert sent(plan([tx({"suppressed_reasons": ["BOUNCE", "COMPLAINT"]})], [both])) == []


# What stops mail


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
    assert change.sentence == "mail that names configuration set tx is refused once it is gone"
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


@pytest.mark.parametrize(
    ("arn", "codes"),
    [(ARCHIVE, []), (None, []), ("arn:aws:ses:eu-west-1:123456789012:configuration-set/tx", ["wrong-arn"])],
)
def test_the_archive_is_one_of_mail_manager(arn, codes):
    """SES has ARNs of many things."""
    assert list(findings("configuration_set", tx({"archive_arn": arn}))) == codes


def test_a_create_without_tags():
    """Where ownership writes none."""
    assert checked(KIND.create(ADDRESS, SCOPE, {})) == [("CreateConfigurationSet", {"ConfigurationSetName": "tx"})]


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
