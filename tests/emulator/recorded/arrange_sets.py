"""What answers about configuration sets, event destinations and pools presuppose."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from .records import Record
from .stage import Params, Raw, Stage, given

SET = {"ConfigurationSetName": "set-1"}
BUS = "arn:aws:events:us-east-1:123456789012:event-bus/default"
TO_BUS = {"MatchingEventTypes": ["SEND"], "EventBridgeDestination": {"EventBusArn": BUS}}


def v1_topic(arn: str, *types: str, name: str = "one") -> dict[str, Any]:
    """An event destination as v1 spells it."""
    return {"Name": name, "Enabled": True, "MatchingEventTypes": list(types), "SNSDestination": {"TopicARN": arn}}


@given("ses.CreateConfigurationSet/ConfigurationSetAlreadyExists")
def set_is_there_in_v1(stage: Stage, record: Record) -> Params:
    request = {"ConfigurationSet": {"Name": record.named[0]}}
    stage.ses.create_configuration_set(**request)
    return request


@given(
    "ses.DeleteConfigurationSetEventDestination/EventDestinationDoesNotExist",
    "ses.UpdateConfigurationSetReputationMetricsEnabled",
    "ses.UpdateConfigurationSetSendingEnabled",
    "ses.PutConfigurationSetDeliveryOptions",
    "ses.CreateConfigurationSetEventDestination.localstack-1",
    "sesv2.PutConfigurationSetSuppressionOptions/BadRequestException",
)
def set_of_the_request(stage: Stage, record: Record) -> None:
    assert record.request is not None
    stage.ses.create_configuration_set(ConfigurationSet={"Name": record.request["ConfigurationSetName"]})


@given("ses.PutConfigurationSetDeliveryOptions/ValidationError")
def no_policy_of_tls_in_v1(stage: Stage, record: Record) -> Params:
    stage.sesv2.create_configuration_set(**SET)
    return {**SET, "DeliveryOptions": {"TlsPolicy": "x"}}


@given("ses.CreateConfigurationSetTrackingOptions.floci-probe-1")
def tracking_before_the_set(stage: Stage, record: Record) -> Params:
    return {**SET, "TrackingOptions": {"CustomRedirectDomain": record.named[0]}}


@given("ses.CreateConfigurationSetTrackingOptions.floci-probe-2")
def tracking_of_nothing(stage: Stage, record: Record) -> Params:
    return {**SET, "TrackingOptions": {"CustomRedirectDomain": ""}}


@given("ses.CreateConfigurationSetTrackingOptions.floci-probe-3")
def no_tracking_in_v1(stage: Stage, record: Record) -> Params:
    return SET


@given("ses.CreateConfigurationSetEventDestination.cfn-roadmap-issue-1")
def types_as_v2_spells_them(stage: Stage, record: Record) -> Params:
    stage.sesv2.create_configuration_set(**SET)
    topic = f"arn:aws:sns:{stage.region}:123456789012:topic"
    stage.topics(topic)
    return {**SET, "EventDestination": v1_topic(topic, "SEND")}


@given("ses.DescribeConfigurationSet")
def set_as_described(stage: Stage, record: Record) -> None:
    answer = record.response
    name = {"ConfigurationSetName": answer["ConfigurationSet"]["Name"]}
    stage.ses.create_configuration_set(ConfigurationSet=answer["ConfigurationSet"])
    if "DeliveryOptions" in answer:
        stage.ses.put_configuration_set_delivery_options(**name, DeliveryOptions=answer["DeliveryOptions"])
        stage.ses.update_configuration_set_reputation_metrics_enabled(**name, Enabled=True)
    for destination in answer.get("EventDestinations", []):
        stage.topics(destination["SNSDestination"]["TopicARN"])
        stage.ses.create_configuration_set_event_destination(**name, EventDestination=destination)


@given("sesv2.GetConfigurationSet")
def set_as_gotten(stage: Stage, record: Record) -> None:
    stage.sesv2.create_configuration_set(**record.response)


@given("sesv2.ListConfigurationSets")
def sets_as_listed(stage: Stage, record: Record) -> None:
    for name in reversed(record.response["ConfigurationSets"]):
        stage.sesv2.create_configuration_set(ConfigurationSetName=name)


@given("sesv2.CreateConfigurationSet/SerializationException")
def types_that_boto3_would_not_send(stage: Stage, record: Record) -> Raw:
    return Raw(dict(record.request or {}), "/v2/email/configuration-sets")


# --- options ---


@given("sesv2.PutConfigurationSetDeliveryOptions.floci-probe-1")
def no_policy_of_tls(stage: Stage, record: Record) -> Params:
    stage.sesv2.create_configuration_set(**SET)
    return {**SET, "TlsPolicy": "x"}


@given("sesv2.PutConfigurationSetDeliveryOptions.floci-probe-2")
def no_name_of_a_pool(stage: Stage, record: Record) -> Params:
    stage.sesv2.create_configuration_set(**SET)
    return {**SET, "SendingPoolName": ""}


@given("sesv2.PutConfigurationSetDeliveryOptions.floci-probe-3")
def pool_that_is_not_there(stage: Stage, record: Record) -> Params:
    stage.sesv2.create_configuration_set(**SET)
    return {**SET, "SendingPoolName": record.named[0]}


@given("sesv2.PutConfigurationSetDeliveryOptions.floci-probe-4")
def delivery_of_too_long(stage: Stage, record: Record) -> Params:
    stage.sesv2.create_configuration_set(**SET)
    return {**SET, "MaxDeliverySeconds": 50401}


@given("sesv2.PutConfigurationSetTrackingOptions.floci-probe-1")
def policy_without_domain(stage: Stage, record: Record) -> Params:
    stage.sesv2.create_configuration_set(**SET)
    return {**SET, "HttpsPolicy": "REQUIRE"}


@given("sesv2.PutConfigurationSetTrackingOptions.floci-probe-2")
def domain_that_is_not_verified(stage: Stage, record: Record) -> Params:
    stage.sesv2.create_configuration_set(**SET)
    return {**SET, "CustomRedirectDomain": record.named[0]}


@given("sesv2.PutConfigurationSetTrackingOptions.floci-probe-3")
def no_policy_of_https(stage: Stage, record: Record) -> Params:
    stage.sesv2.create_configuration_set(**SET)
    stage.identities("click.example.com", verified=True)
    return {**SET, "CustomRedirectDomain": "click.example.com", "HttpsPolicy": "x"}


@given("sesv2.PutConfigurationSetVdmOptions/BadRequestException")
def no_switch_of_vdm(stage: Stage, record: Record) -> Params:
    stage.sesv2.create_configuration_set(**SET)
    return {**SET, "VdmOptions": {"DashboardOptions": {"EngagementMetrics": "x"}}}


# --- event destinations ---


def destination(stage: Stage, name: str = "dest-1", **changes: Any) -> Params:
    """A request for a set that is there; `changes` to the definition, None takes a member out."""
    stage.sesv2.create_configuration_set(**SET)
    definition = {key: value for key, value in {**TO_BUS, **changes}.items() if value is not None}
    return {**SET, "EventDestinationName": name, "EventDestination": definition}


@given("sesv2.CreateConfigurationSetEventDestination.floci-probe-1")
def no_event_types(stage: Stage, record: Record) -> Params:
    return destination(stage, MatchingEventTypes=[])


@given("sesv2.CreateConfigurationSetEventDestination.floci-probe-2")
def no_target(stage: Stage, record: Record) -> Params:
    return destination(stage, EventBridgeDestination=None)


@given("sesv2.CreateConfigurationSetEventDestination.floci-probe-3")
def two_targets(stage: Stage, record: Record) -> Params:
    return destination(stage, SnsDestination={"TopicArn": "arn:aws:sns:us-east-1:123456789012:topic"})


@given("sesv2.CreateConfigurationSetEventDestination.floci-probe-4")
def bad_name_of_a_destination(stage: Stage, record: Record) -> Params:
    return destination(stage, record.named[0])


@given("sesv2.CreateConfigurationSetEventDestination.floci-probe-5")
def long_name_of_a_destination(stage: Stage, record: Record) -> Params:
    return destination(stage, "a" * 65)


@given("sesv2.CreateConfigurationSetEventDestination.floci-probe-6")
def no_dimensions(stage: Stage, record: Record) -> Params:
    cloudwatch = {"DimensionConfigurations": list[Any]()}
    return destination(stage, EventBridgeDestination=None, CloudWatchDestination=cloudwatch)


@given("sesv2.CreateConfigurationSetEventDestination/AlreadyExistsException")
def destination_is_there(stage: Stage, record: Record) -> Params:
    request = destination(stage, record.named[0])
    stage.sesv2.create_configuration_set_event_destination(**request)
    return request


@given("sesv2.CreateConfigurationSetEventDestination.treehoose-issue-1")
def topic_that_lets_nobody_in(stage: Stage, record: Record) -> Params:
    stage.denied_topic(record.named[0])
    return destination(stage, EventBridgeDestination=None, SnsDestination={"TopicArn": record.named[0]})


@given("sesv2.UpdateConfigurationSetEventDestination/NotFoundException")
def destination_is_not_there(stage: Stage, record: Record) -> Params:
    return destination(stage, record.named[0])


# --- pools ---


@given("sesv2.CreateDedicatedIpPool.floci-probe-1")
def no_mode_of_a_pool(stage: Stage, record: Record) -> Params:
    return {"PoolName": "pool-1", "ScalingMode": "x"}


@given("sesv2.CreateDedicatedIpPool/AlreadyExistsException")
def pool_is_there(stage: Stage, record: Record) -> None:
    stage.sesv2.create_dedicated_ip_pool(**record.request)


@given("sesv2.GetDedicatedIpPool")
def pool_as_gotten(stage: Stage, record: Record) -> None:
    stage.sesv2.create_dedicated_ip_pool(**record.response["DedicatedIpPool"])


@given("sesv2.ListDedicatedIpPools")
def pools_as_listed(stage: Stage, record: Record) -> None:
    for name in record.response["DedicatedIpPools"]:
        if not name.startswith("ses-"):
            stage.sesv2.create_dedicated_ip_pool(PoolName=name)
            stage.emulator.clock.advance(timedelta(minutes=1))
