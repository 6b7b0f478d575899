"""What is off until it is switched on: reads that lag, late permissions, lost topics, faults, and SES's own doing."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from boto3.session import Session
from botocore.exceptions import ClientError, ConnectionClosedError

from sesops.emulator import Emulator
from sesops.emulator.faults import Fault

from .answers import refusal

REGION = "us-east-1"
SET = {"ConfigurationSetName": "a"}
SECONDS = timedelta(seconds=30)


# --- reads that lag ---


def sets(sesv2: Any) -> list[str]:
    """Names of configuration sets."""
    listed: list[str] = sesv2.list_configuration_sets()["ConfigurationSets"]
    return listed


def test_reads_show_writes_later(emulator: Emulator, ses: Any, sesv2: Any) -> None:
    """By the emulator's clock, in every read of either generation: create, change and delete."""
    emulator.settings.read_lag = SECONDS
    sesv2.create_configuration_set(**SET)
    assert (sets(sesv2), ses.list_configuration_sets()["ConfigurationSets"]) == ([], [])
    with pytest.raises(ClientError) as error:
        sesv2.get_configuration_set(**SET)
    assert refusal(error)[0] == "NotFoundException"
    emulator.clock.advance(SECONDS)
    assert sets(sesv2) == ["a"]
    sesv2.put_configuration_set_sending_options(**SET, SendingEnabled=False)
    assert sesv2.get_configuration_set(**SET)["SendingOptions"]["SendingEnabled"] is True
    emulator.clock.advance(SECONDS)
    assert sesv2.get_configuration_set(**SET)["SendingOptions"]["SendingEnabled"] is False
    sesv2.delete_configuration_set(**SET)
    assert sets(sesv2) == ["a"]
    emulator.clock.advance(SECONDS)
    assert sets(sesv2) == []


def test_reads_show_the_state_of_then(emulator: Emulator, sesv2: Any) -> None:
    """Of several writes each is seen in its turn."""
    sesv2.create_configuration_set(**SET)
    emulator.settings.read_lag = SECONDS
    for policy in ("REQUIRE", "OPTIONAL", "REQUIRE"):
        sesv2.put_configuration_set_delivery_options(**SET, TlsPolicy=policy)
        emulator.clock.advance(SECONDS / 3)
    seen = []
    for _ in range(3):
        seen.append(sesv2.get_configuration_set(**SET)["DeliveryOptions"]["TlsPolicy"])
        emulator.clock.advance(SECONDS / 3)
    assert seen == ["REQUIRE", "OPTIONAL", "REQUIRE"]


def test_writes_see_what_is_there(emulator: Emulator, sesv2: Any) -> None:
    """A set that no read shows is there for a second create, and for what hangs on it."""
    emulator.settings.read_lag = SECONDS
    sesv2.create_configuration_set(**SET)
    with pytest.raises(ClientError) as error:
        sesv2.create_configuration_set(**SET)
    assert refusal(error)[0] == "AlreadyExistsException"
    sesv2.create_email_identity(EmailIdentity="example.com", ConfigurationSetName="a")


def test_next_reads_are_stale(emulator: Emulator, sesv2: Any) -> None:
    """As many as told, refused ones too; what was written later stays away longer."""
    emulator.settings.stale_reads = 2
    sesv2.create_configuration_set(**SET)
    with pytest.raises(ClientError):
        sesv2.get_configuration_set(**SET)
    sesv2.create_configuration_set(ConfigurationSetName="b")
    assert [sets(sesv2) for _ in range(3)] == [[], ["a"], ["a", "b"]]


def test_values_of_the_account_lag_too(emulator: Emulator, ses: Any, sesv2: Any) -> None:
    """And the active rule set."""
    emulator.settings.stale_reads = 1
    sesv2.put_account_sending_attributes(SendingEnabled=False)
    assert [sesv2.get_account()["SendingEnabled"] for _ in range(2)] == [True, False]
    ses.create_receipt_rule_set(RuleSetName="r")
    ses.set_active_receipt_rule_set(RuleSetName="r")
    assert ["Metadata" in ses.describe_active_receipt_rule_set() for _ in range(2)] == [False, True]


def test_suppression_list_lags_too(emulator: Emulator, sesv2: Any) -> None:
    """It is read a page at a time."""
    emulator.suppress("a@example.com", REGION)
    emulator.settings.stale_reads = 1
    emulator.suppress("b@example.com", REGION)
    listed = [sesv2.list_suppressed_destinations()["SuppressedDestinationSummaries"] for _ in range(2)]
    assert [[one["EmailAddress"] for one in each] for each in listed] == [
        ["a@example.com"],
        ["a@example.com", "b@example.com"],
    ]


def test_other_regions_do_not_lag(emulator: Emulator, session: Session, sesv2: Any) -> None:
    """A write is late where it was made, and nowhere counted else."""
    emulator.settings.stale_reads = 1
    sesv2.create_configuration_set(**SET)
    elsewhere: Any = session.client("sesv2", region_name="eu-west-1")
    assert sets(elsewhere) == []
    assert [sets(sesv2), sets(sesv2)] == [[], ["a"]]


def test_lag_is_of_the_file(tmp_path: Path) -> None:
    """A write of one process is late to another."""
    one, two = Emulator(tmp_path / "state.db"), Emulator(tmp_path / "state.db")
    clients = []
    for emulator in (one, two):
        session = Session("123456789012", "secret", region_name=REGION)
        emulator.attach(session)
        clients.append(session.client("sesv2"))
    one.settings.stale_reads = 1
    clients[0].create_configuration_set(**SET)
    assert [sets(clients[1]), sets(clients[0])] == [[], ["a"]]
    one.close()
    two.close()


# --- what stands beside SES ---


POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "ses.amazonaws.com"},
            "Action": "s3:PutObject",
            "Resource": "arn:aws:s3:::inbound/*",
        }
    ],
}


def rule(name: str) -> dict[str, Any]:
    """CreateReceiptRule with an S3 action."""
    return {"RuleSetName": "r", "Rule": {"Name": name, "Actions": [{"S3Action": {"BucketName": "inbound"}}]}}


def test_permissions_arrive_late(emulator: Emulator, ses: Any, s3: Any) -> None:
    """A bucket that was made, and then its policy, each as late as told."""
    emulator.settings.check_neighbours = "all"
    emulator.settings.propagation = SECONDS
    ses.create_receipt_rule_set(RuleSetName="r")
    s3.create_bucket(Bucket="inbound")
    with pytest.raises(ClientError, match="No such bucket"):
        ses.create_receipt_rule(**rule("a"))
    emulator.clock.advance(SECONDS)
    s3.put_bucket_policy(Bucket="inbound", Policy=json.dumps(POLICY))
    with pytest.raises(ClientError, match="Could not write to bucket"):
        ses.create_receipt_rule(**rule("a"))
    emulator.clock.advance(SECONDS)
    ses.create_receipt_rule(**rule("a"))


def test_what_is_taken_away_lasts_longer(emulator: Emulator, ses: Any, s3: Any) -> None:
    """A policy that is gone still counts for a while."""
    s3.create_bucket(Bucket="inbound")
    s3.put_bucket_policy(Bucket="inbound", Policy=json.dumps(POLICY))
    ses.create_receipt_rule_set(RuleSetName="r")
    emulator.clock.advance(SECONDS)
    emulator.settings.propagation = SECONDS
    s3.delete_bucket_policy(Bucket="inbound")
    ses.create_receipt_rule(**rule("a"))
    emulator.clock.advance(SECONDS)
    with pytest.raises(ClientError, match="Could not write to bucket"):
        ses.create_receipt_rule(**rule("b"))


def test_clients_of_the_neighbours_wait_for_nothing(emulator: Emulator, s3: Any, sns: Any) -> None:
    """Only SES sees late; what it publishes arrives."""
    emulator.settings.propagation = SECONDS
    s3.create_bucket(Bucket="inbound")
    assert len(s3.list_buckets()["Buckets"]) == 1
    arn = sns.create_topic(Name="t")["TopicArn"]
    sns.publish(TopicArn=arn, Message="hello")
    assert emulator.messages(arn) == ["hello"]


def test_late_world_follows_a_clock_moved_back(emulator: Emulator, ses: Any, s3: Any) -> None:
    """What was seen already is not, in a time before it."""
    emulator.settings.check_neighbours = "all"
    emulator.settings.propagation = SECONDS
    s3.create_bucket(Bucket="inbound")
    s3.put_bucket_policy(Bucket="inbound", Policy=json.dumps(POLICY))
    ses.create_receipt_rule_set(RuleSetName="r")
    emulator.clock.advance(SECONDS)
    ses.create_receipt_rule(**rule("a"))
    emulator.clock.advance(-SECONDS)
    with pytest.raises(ClientError, match="No such bucket"):
        ses.create_receipt_rule(**rule("b"))


# --- topics that are lost ---


@pytest.fixture
def topic(ses: Any, sesv2: Any, sns: Any) -> str:
    """A topic for all of an identity's feedback, which is not forwarded."""
    arn = str(sns.create_topic(Name="feedback")["TopicArn"])
    sesv2.create_email_identity(EmailIdentity="example.com")
    for kind in ("Bounce", "Complaint", "Delivery"):
        ses.set_identity_notification_topic(Identity="example.com", NotificationType=kind, SnsTopic=arn)
    ses.set_identity_feedback_forwarding_enabled(Identity="example.com", ForwardingEnabled=False)
    return arn


def notifications(ses: Any) -> dict[str, Any]:
    """Topics and forwarding of the identity."""
    shown = ses.get_identity_notification_attributes(Identities=["example.com"])["NotificationAttributes"]
    return {key: value for key, value in shown["example.com"].items() if not key.startswith("Headers")}


def test_lost_topic_is_dropped(emulator: Emulator, ses: Any, sns: Any, topic: str) -> None:
    """From bounces and complaints, which are forwarded again; deliveries keep theirs."""
    emulator.settings.drop_topics = True
    sns.delete_topic(TopicArn=topic)
    assert notifications(ses) == {"DeliveryTopic": topic, "ForwardingEnabled": True}


def test_topic_that_shuts_ses_out_is_dropped(emulator: Emulator, ses: Any, sns: Any, topic: str) -> None:
    """A new policy may do so."""
    emulator.settings.drop_topics = True
    policy = {"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "SNS:Publish", "Resource": topic}]}
    sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=json.dumps(policy))
    assert notifications(ses) == {"DeliveryTopic": topic, "ForwardingEnabled": True}


def test_other_topics_stay(emulator: Emulator, ses: Any, sns: Any, topic: str) -> None:
    """A topic that nobody uses is nobody's loss."""
    emulator.settings.drop_topics = True
    sns.delete_topic(TopicArn=sns.create_topic(Name="other")["TopicArn"])
    assert notifications(ses)["BounceTopic"] == topic
    assert notifications(ses)["ForwardingEnabled"] is False


def test_lost_topic_stays_by_default(ses: Any, sns: Any, topic: str) -> None:
    """Until SES has something to publish."""
    sns.delete_topic(TopicArn=topic)
    assert notifications(ses)["BounceTopic"] == topic


# --- faults ---


def test_faults_are_of_the_file(tmp_path: Path) -> None:
    """One process has them made, another meets them, and what was counted there is counted here."""
    one, two = Emulator(tmp_path / "state.db"), Emulator(tmp_path / "state.db")
    session = Session("123456789012", "secret", region_name=REGION)
    two.attach(session)
    client = session.client("sesv2")
    one.faults.fail("sesv2", "GetAccount", "BadRequestException", "no", times=2)
    one.faults.deny("sesv2", "ListContactLists")
    with pytest.raises(ClientError, match="no"):
        client.get_account()
    assert [fault.times for fault in one.faults.all()] == [1, None]
    with pytest.raises(ClientError):
        client.get_account()
    client.get_account()
    with pytest.raises(ClientError):
        client.list_contact_lists()
    one.faults.clear()
    client.list_contact_lists()
    one.close()
    two.close()


@pytest.mark.parametrize(
    ("service", "code", "status"),
    [
        ("sesv2", "ConcurrentModificationException", 500),
        ("sesv2", "InternalServiceErrorException", 500),
        ("sesv2", "TooManyRequestsException", 429),
        ("sesv2", "NotFoundException", 404),
        ("sesv2", "ConflictException", 409),
        ("sesv2", "BadRequestException", 400),
        ("sesv2", "NoSuchException", 400),
        ("ses", "InternalFailure", 500),
        ("ses", "ServiceUnavailable", 503),
        ("ses", "Throttling", 400),
        ("ses", "RuleSetDoesNotExist", 400),
    ],
)
def test_status_of_a_code(emulator: Emulator, request: Any, service: str, code: str, status: int) -> None:
    """Where none is said: what SES answers it with."""
    operation = "get_account" if service == "sesv2" else "get_send_quota"
    emulator.faults.fail(service, "*", code)
    with pytest.raises(ClientError) as error:
        getattr(request.getfixturevalue(service), operation)()
    assert refusal(error) == (code, f"{code}, as asked for", status)


def test_fault_of_the_server_is_the_receivers(emulator: Emulator, ses: Any) -> None:
    """As v1 puts it."""
    emulator.faults.fail("ses", "GetSendQuota", "InternalFailure")
    with pytest.raises(ClientError) as error:
        ses.get_send_quota()
    assert error.value.response["Error"]["Type"] == "Receiver"


def test_denied_and_lost_for_matching_params_only(emulator: Emulator, sesv2: Any) -> None:
    """One thing may be out of reach, or unlucky."""
    emulator.faults.deny("sesv2", "GetConfigurationSet", match=SET)
    emulator.faults.lose_answer("CreateConfigurationSet", match={"ConfigurationSetName": "b"})
    sesv2.create_configuration_set(**SET)
    with pytest.raises(ConnectionClosedError):
        sesv2.create_configuration_set(ConfigurationSetName="b")
    with pytest.raises(ClientError) as error:
        sesv2.get_configuration_set(**SET)
    assert refusal(error)[0] == "AccessDeniedException"
    sesv2.get_configuration_set(ConfigurationSetName="b")


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ({"service": "sesv2", "operation": "GetAcount", "code": "X"}, "sesv2 has no operation 'GetAcount'"),
        ({"service": "sesv2", "operation": "GetAccount", "code": "X", "times": 0}, "happens once or more, not 0 times"),
    ],
)
def test_fault_that_could_not_happen(emulator: Emulator, fault: dict[str, Any], message: str) -> None:
    """Refused, and not there."""
    with pytest.raises(ValueError, match=message):
        emulator.faults.fail(**fault)
    assert emulator.faults.all() == []


def test_fault_for_good_is_kept_once(emulator: Emulator) -> None:
    """However often it was asked for: a server may be started with it again and again."""
    for _ in range(2):
        emulator.faults.lose_answer("GetAccount", times=None)
        emulator.faults.lose_answer("GetAccount")
    assert [fault.times for fault in emulator.faults.all()] == [None, 1, 1]
    assert emulator.faults.all()[0] == Fault("*", "GetAccount", None, None)


def test_sends_are_not_throttled_as_the_rest(emulator: Emulator, ses: Any) -> None:
    """They have a rate of their own."""
    emulator.settings.throttle_per_second = 0.001
    codes = []
    for _ in range(2):
        with pytest.raises(ClientError) as error:
            ses.send_raw_email(RawMessage={"Data": b"From: a@example.com\nTo: b@example.com\n\nhello"})
        codes.append(refusal(error)[0])
    assert codes == ["MessageRejected"] * 2


# --- what no API does ---


def test_dedicated_address_is_leased(emulator: Emulator, sesv2: Any) -> None:
    """In one region of one account, once."""
    emulator.lease("192.0.2.1", REGION)
    assert [one["Ip"] for one in sesv2.get_dedicated_ips()["DedicatedIps"]] == ["192.0.2.1"]
    with pytest.raises(ValueError, match=r"192\.0\.2\.1"):
        emulator.lease("192.0.2.1", REGION)
    emulator.lease("192.0.2.1", "eu-west-1")


def test_production_access_is_granted(emulator: Emulator, session: Session, sesv2: Any) -> None:
    """In one region."""
    emulator.grant_production(REGION)
    elsewhere = session.client("sesv2", region_name="eu-west-1")
    assert [client.get_account()["ProductionAccessEnabled"] for client in (sesv2, elsewhere)] == [True, False]


def test_ses_suppresses_an_address(emulator: Emulator, sesv2: Any) -> None:
    """With the ids of the message that bounced."""
    emulator.suppress("A@Example.com", REGION, reason="COMPLAINT")
    shown = sesv2.get_suppressed_destination(EmailAddress="A@example.com")["SuppressedDestination"]
    assert shown["Reason"] == "COMPLAINT"
    assert shown["Attributes"].keys() == {"MessageId", "FeedbackId"}


@pytest.mark.parametrize(
    ("doing", "message"),
    [
        (lambda emulator: emulator.suppress("nobody", REGION), "'nobody' is no e-mail address"),
        (lambda emulator: emulator.suppress("a@example.com", REGION, reason="SPITE"), "'SPITE' is no reason"),
        (lambda emulator: emulator.grant_production("nowhere"), "'nowhere' is no region"),
        (lambda emulator: emulator.grant_production(REGION, "me"), "'me' is no account"),
        (lambda emulator: emulator.messages("feedback"), "'feedback' is no ARN of a topic"),
    ],
)
def test_what_cannot_be(emulator: Emulator, doing: Any, message: str) -> None:
    """A sentence that says why."""
    with pytest.raises(ValueError, match=message):
        doing(emulator)
