"""Configuration sets in both API generations: what is there, what is absent, and who refuses what."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import botocore.session
import pytest
from botocore.exceptions import ClientError

from sesops.emulator import Emulator

from .answers import body, refusal

_MODEL = botocore.session.get_session().get_service_model("sesv2")
CREATE = _MODEL.operation_model("CreateConfigurationSet").input_shape
LIST = _MODEL.operation_model("ListConfigurationSets").input_shape
ALL_GROUPS = ["eventDestinations", "trackingOptions", "deliveryOptions", "reputationOptions"]


def test_untouched_set_of_v2(sesv2: Any) -> None:
    """Three members are always there, all other blocks are absent; v2 turns reputation metrics on."""
    sesv2.create_configuration_set(ConfigurationSetName="one")
    assert body(sesv2.get_configuration_set(ConfigurationSetName="one")) == {
        "ConfigurationSetName": "one",
        "ReputationOptions": {"ReputationMetricsEnabled": True},
        "SendingOptions": {"SendingEnabled": True},
        "Tags": [],
    }


def test_untouched_set_of_v1(ses: Any, sesv2: Any) -> None:
    """The same store seen from v1, which leaves reputation metrics off and shows no delivery options yet."""
    ses.create_configuration_set(ConfigurationSet={"Name": "one"})
    answer = ses.describe_configuration_set(ConfigurationSetName="one", ConfigurationSetAttributeNames=ALL_GROUPS)
    assert body(answer) == {
        "ConfigurationSet": {"Name": "one"},
        "ReputationOptions": {"SendingEnabled": True, "ReputationMetricsEnabled": False},
    }
    answer = sesv2.get_configuration_set(ConfigurationSetName="one")
    assert answer["ReputationOptions"] == {"ReputationMetricsEnabled": False}


def test_everything_given_at_create_reads_back(sesv2: Any) -> None:
    """One call sets all blocks and tags; nothing else is filled in."""
    sesv2.create_email_identity(EmailIdentity="example.com")
    sesv2.create_dedicated_ip_pool(PoolName="fast")
    archive = "arn:aws:ses:us-east-1:123456789012:mailmanager-archive/a-" + "b" * 24
    blocks = {
        "DeliveryOptions": {"TlsPolicy": "REQUIRE", "SendingPoolName": "fast", "MaxDeliverySeconds": 300},
        "TrackingOptions": {"CustomRedirectDomain": "click.example.com"},
        "ReputationOptions": {"ReputationMetricsEnabled": False},
        "SendingOptions": {"SendingEnabled": False},
        "SuppressionOptions": {"SuppressedReasons": ["BOUNCE"]},
        "VdmOptions": {"DashboardOptions": {"EngagementMetrics": "ENABLED"}},
        "ArchivingOptions": {"ArchiveArn": archive},
        "Tags": [{"Key": "owner", "Value": "mail"}, {"Key": "empty", "Value": ""}],
    }
    sesv2.create_configuration_set(ConfigurationSetName="one", **blocks)
    answer = body(sesv2.get_configuration_set(ConfigurationSetName="one"))
    assert answer == {"ConfigurationSetName": "one", **blocks}


@pytest.mark.skipif("MessageSecurityOptions" not in CREATE.members, reason="the installed botocore lacks the block")
def test_block_of_newer_clients_reads_back(sesv2: Any) -> None:
    """A block that only newer botocore knows is kept as it came."""
    options = {"SigningScheme": {"SmimeScheme": {"SignatureFormat": "DETACHED"}}}
    sesv2.create_configuration_set(ConfigurationSetName="one", MessageSecurityOptions=options)
    assert sesv2.get_configuration_set(ConfigurationSetName="one")["MessageSecurityOptions"] == options


def test_create_that_fails_stores_nothing(sesv2: Any) -> None:
    """A refused block refuses the whole set."""
    with pytest.raises(ClientError):
        sesv2.create_configuration_set(ConfigurationSetName="one", DeliveryOptions={"SendingPoolName": "none"})
    assert sesv2.list_configuration_sets()["ConfigurationSets"] == []


def test_sending_block_without_its_flag_means_off(sesv2: Any) -> None:
    """A boolean left out of a block counts as false, at create as well."""
    sesv2.create_configuration_set(ConfigurationSetName="one", SendingOptions={})
    assert sesv2.get_configuration_set(ConfigurationSetName="one")["SendingOptions"] == {"SendingEnabled": False}


def test_suppression_without_reasons_at_create_is_a_server_fault(sesv2: Any) -> None:
    """SES answers this mistake with 500."""
    with pytest.raises(ClientError) as error:
        sesv2.create_configuration_set(ConfigurationSetName="one", SuppressionOptions={})
    assert refusal(error)[0::2] == ("InternalFailure", 500)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "a b",
            "Invalid configuration set name <a b>: only alphanumeric ASCII characters, '_', and '-' are allowed.",
        ),
        ("a" * 65, "Configuration set name cannot exceed 64 characters."),
    ],
)
def test_bad_names(ses: Any, sesv2: Any, name: str, message: str) -> None:
    """The same text under the code of each generation."""
    with pytest.raises(ClientError) as error:
        sesv2.create_configuration_set(ConfigurationSetName=name)
    assert refusal(error) == ("BadRequestException", message, 400)
    with pytest.raises(ClientError) as error:
        ses.create_configuration_set(ConfigurationSet={"Name": name})
    assert refusal(error) == ("InvalidConfigurationSet", message, 400)


def test_name_is_taken_in_both_generations(ses: Any, sesv2: Any) -> None:
    """v1 shows the name in angle brackets; both are 400."""
    sesv2.create_configuration_set(ConfigurationSetName="one")
    with pytest.raises(ClientError) as error:
        sesv2.create_configuration_set(ConfigurationSetName="one")
    assert refusal(error) == ("AlreadyExistsException", "Configuration set one already exists.", 400)
    with pytest.raises(ClientError) as error:
        ses.create_configuration_set(ConfigurationSet={"Name": "one"})
    assert refusal(error) == ("ConfigurationSetAlreadyExists", "Configuration set <one> already exists.", 400)


V2_CALLS_ON_A_SET: dict[str, dict[str, Any]] = {
    "get_configuration_set": {},
    "delete_configuration_set": {},
    "get_configuration_set_event_destinations": {},
    "put_configuration_set_delivery_options": {},
    "put_configuration_set_tracking_options": {},
    "put_configuration_set_reputation_options": {},
    "put_configuration_set_sending_options": {},
    "put_configuration_set_suppression_options": {},
    "put_configuration_set_vdm_options": {},
    "put_configuration_set_archiving_options": {},
    "delete_configuration_set_event_destination": {"EventDestinationName": "x"},
}
V1_CALLS_ON_A_SET: dict[str, dict[str, Any]] = {
    "describe_configuration_set": {},
    "delete_configuration_set": {},
    "put_configuration_set_delivery_options": {},
    "update_configuration_set_reputation_metrics_enabled": {"Enabled": True},
    "update_configuration_set_sending_enabled": {"Enabled": True},
    "delete_configuration_set_tracking_options": {},
    "delete_configuration_set_event_destination": {"EventDestinationName": "x"},
}


@pytest.mark.parametrize("call", V2_CALLS_ON_A_SET)
def test_unknown_set_in_v2(sesv2: Any, call: str) -> None:
    """404 wherever a set is named, deletes included."""
    with pytest.raises(ClientError) as error:
        getattr(sesv2, call)(ConfigurationSetName="ghost", **V2_CALLS_ON_A_SET[call])
    assert refusal(error) == ("NotFoundException", "Configuration set <ghost> does not exist.", 404)


@pytest.mark.parametrize("call", V1_CALLS_ON_A_SET)
def test_unknown_set_in_v1(ses: Any, call: str) -> None:
    """The same text, the short code, and 400 as all of v1."""
    with pytest.raises(ClientError) as error:
        getattr(ses, call)(ConfigurationSetName="ghost", **V1_CALLS_ON_A_SET[call])
    assert refusal(error) == ("ConfigurationSetDoesNotExist", "Configuration set <ghost> does not exist.", 400)


@pytest.mark.parametrize("generation", ["ses", "sesv2"])
def test_delete(generation: str, request: pytest.FixtureRequest, sesv2: Any) -> None:
    """Either generation removes the set, with its event destinations: a new set of that name has none."""
    bus = "arn:aws:events:us-east-1:123456789012:event-bus/default"
    sesv2.create_configuration_set(ConfigurationSetName="one")
    sesv2.create_configuration_set_event_destination(
        ConfigurationSetName="one",
        EventDestinationName="bus",
        EventDestination={"MatchingEventTypes": ["SEND"], "EventBridgeDestination": {"EventBusArn": bus}},
    )
    request.getfixturevalue(generation).delete_configuration_set(ConfigurationSetName="one")
    assert sesv2.list_configuration_sets()["ConfigurationSets"] == []
    sesv2.create_configuration_set(ConfigurationSetName="one")
    answer = sesv2.get_configuration_set_event_destinations(ConfigurationSetName="one")
    assert answer["EventDestinations"] == []


def test_describe_gives_only_the_groups_asked_for(ses: Any, sesv2: Any) -> None:
    """Without attribute names, v1 tells no more than the name."""
    sesv2.create_configuration_set(ConfigurationSetName="one", DeliveryOptions={"TlsPolicy": "REQUIRE"})
    answer = body(ses.describe_configuration_set(ConfigurationSetName="one"))
    assert answer == {"ConfigurationSet": {"Name": "one"}}
    answer = ses.describe_configuration_set(
        ConfigurationSetName="one", ConfigurationSetAttributeNames=["deliveryOptions"]
    )
    assert body(answer) == {"ConfigurationSet": {"Name": "one"}, "DeliveryOptions": {"TlsPolicy": "Require"}}


def test_pages_of_v2(sesv2: Any) -> None:
    """Fifty names a page when no size is given, in order of name, and no token on the last page."""
    for number in range(51):
        sesv2.create_configuration_set(ConfigurationSetName=f"set-{number:02}")
    first = sesv2.list_configuration_sets()
    second = sesv2.list_configuration_sets(NextToken=first["NextToken"])
    assert first["ConfigurationSets"] == [f"set-{number:02}" for number in range(50)]
    assert body(second) == {"ConfigurationSets": ["set-50"]}


def test_pages_of_v1(ses: Any) -> None:
    """v1 lists structures, and serves its own size where v2 would refuse the one asked for."""
    for number in range(51):
        ses.create_configuration_set(ConfigurationSet={"Name": f"set-{number:02}"})
    assert len(ses.list_configuration_sets(MaxItems=2000)["ConfigurationSets"]) == 50
    pages = ses.get_paginator("list_configuration_sets").paginate(PaginationConfig={"PageSize": 20})
    assert [len(page["ConfigurationSets"]) for page in pages] == [20, 20, 11]
    assert ses.list_configuration_sets(MaxItems=1)["ConfigurationSets"] == [{"Name": "set-00"}]


def test_page_size_out_of_range_is_refused_by_v2(sesv2: Any) -> None:
    """The text names the bounds."""
    with pytest.raises(ClientError) as error:
        sesv2.list_configuration_sets(PageSize=1001)
    assert refusal(error) == ("BadRequestException", "The page size must be between 1 and 1000", 400)


def test_token_of_no_listing(ses: Any, sesv2: Any) -> None:
    """A token that SES did not give out is refused in the way of each generation."""
    with pytest.raises(ClientError) as error:
        sesv2.list_configuration_sets(NextToken="bogus")
    assert refusal(error) == ("BadRequestException", "invalid nextToken bogus", 400)
    with pytest.raises(ClientError) as error:
        ses.list_configuration_sets(NextToken="bogus")
    assert refusal(error)[0::2] == ("InvalidParameterValue", 400)


@pytest.mark.skipif("Filter" not in LIST.members, reason="the installed botocore lacks the filter")
def test_listing_filtered_by_name(sesv2: Any) -> None:
    """Newer clients can ask for the names that contain a text."""
    for name in ("news", "old-news", "bills"):
        sesv2.create_configuration_set(ConfigurationSetName=name)
    answer = sesv2.list_configuration_sets(Filter={"CONFIGURATION_SET_NAME_CONTAINS": "news"})
    assert answer["ConfigurationSets"] == ["news", "old-news"]


def test_fresh_start_follows_a_pause(emulator: Emulator, ses: Any, sesv2: Any) -> None:
    """To resume sending resets the metrics: both generations then tell since when."""
    sesv2.create_configuration_set(ConfigurationSetName="one", SendingOptions={"SendingEnabled": False})
    emulator.clock.advance(timedelta(days=1))
    ses.update_configuration_set_sending_enabled(ConfigurationSetName="one", Enabled=True)
    seen = sesv2.get_configuration_set(ConfigurationSetName="one")["ReputationOptions"]["LastFreshStart"]
    assert abs(seen - emulator.clock.now()) < timedelta(minutes=1)
    answer = ses.describe_configuration_set(
        ConfigurationSetName="one", ConfigurationSetAttributeNames=["reputationOptions"]
    )
    assert abs(answer["ReputationOptions"]["LastFreshStart"] - seen) < timedelta(seconds=1)
