"""What SES meets outside SES: whether a target is there and lets SES in, and the traces that SES leaves in it."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from sqlite3 import Connection
from typing import Any, Literal
from urllib.parse import quote, urlencode

from sesops.emulator.exchange import ServiceError
from sesops.emulator.iam_policy import lets_ses
from sesops.emulator.journal import Entry
from sesops.emulator.services import Services
from sesops.emulator.settings import Settings

Refusal = Literal["missing", "denied"] | None
"""Why SES cannot use a target: it is not there, or its policy does not let SES in. None: it can."""

_FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
# The object that SES writes to try a bucket.
_PROBE = "AMAZON_SES_SETUP_NOTIFICATION"
# Keys of AWS's own, whose policies nobody can edit: SES's works for SES, that of SNS lets no other service in.
_SES_KEY, _SNS_KEY = "alias/aws/ses", "alias/aws/sns"


class Neighbours:
    """The targets as one request's account and region sees them, inside its transaction.

    How much is checked is a setting, `check_neighbours`; see there what counts as fine.
    """

    def __init__(
        self, services: Services, connection: Connection, account: str, region: str, partition: str, settings: Settings
    ) -> None:
        self._services = services
        self._connection = connection
        self._account = account
        self._region = region
        self._partition = partition
        self._checks = settings.check_neighbours

    def topic_refusal(self, arn: str) -> Refusal:
        """Whether SES may publish to the topic. SES behaviour: one of another region, or no ARN, is missing."""
        if self._checks == "none":
            return None
        region, account = _place(arn, "sns")
        if region != self._region:
            return "missing"
        with self._moto():
            from moto.sns.models import sns_backends

            topic = _topics(sns_backends, account, region).get(arn)
            if topic is None:
                return self._absent() if account != self._account else "missing"
            allowed = lets_ses(topic.policy, "sns:Publish", arn, self._account)
            key = topic.kms_master_key_id
        return None if allowed and not (key and self._topic_key_refusal(key)) else "denied"

    def bucket_refusal(self, bucket: str, prefix: str = "", role: str | None = None) -> Refusal:
        """Whether SES may write objects that begin with `prefix`. With a `role`, only the role is asked."""
        if self._checks == "none":
            return None
        with self._moto():
            from moto.s3.models import s3_backends

            buckets: dict[str, Any] = {}
            for partitions in s3_backends.values():
                for backend in partitions.values():
                    buckets |= backend.buckets
            found = buckets.get(bucket)
            policy = found.policy.decode() if found is not None and found.policy else None
        if found is None:
            return self._absent()
        if role:
            return "denied" if self.role_refusal(role) else None
        resource = f"arn:{self._partition}:s3:::{bucket}/{prefix}{_PROBE}"
        return None if lets_ses(policy, "s3:PutObject", resource, self._account) else "denied"

    def role_refusal(self, arn: str) -> Refusal:
        """Whether SES may assume the role; what the role may do is not looked at."""
        if self._checks == "none":
            return None
        _, account = _place(arn, "iam")
        with self._moto():
            from moto.iam.models import iam_backends

            roles = iam_backends[account][self._partition].get_roles() if account else []
            trust = next((role.assume_role_policy_document for role in roles if role.arn == arn), None)
        if trust is None:
            return self._absent()
        return None if lets_ses(trust, "sts:AssumeRole", arn, self._account) else "denied"

    def function_refusal(self, arn: str) -> Refusal:
        """Whether SES may invoke the Lambda function (its resource policy)."""
        if self._checks == "none":
            return None
        region, account = _place(arn, "lambda")
        name = arn.split(":")[6] if region else ""
        with self._moto():
            from moto.awslambda.utils import get_backend

            functions = get_backend(account, region).list_functions() if region == self._region else []
            policies = [{"Statement": each.policy.statements} for each in functions if each.function_name == name]
        if not policies:
            return self._absent()
        allowed = any(lets_ses(policy, "lambda:InvokeFunction", arn, self._account) for policy in policies)
        return None if allowed else "denied"

    def firehose_refusal(self, stream_arn: str, role_arn: str) -> Refusal:
        """Whether SES may deliver to the stream: it exists, and the role may be assumed."""
        if self._checks == "none":
            return None
        region, account = _place(stream_arn, "firehose")
        with self._moto():
            from moto.firehose.models import firehose_backends

            regions = firehose_backends[account]
            streams = regions[region].delivery_streams.values() if region in regions else []
            there = any(stream.delivery_stream_arn == stream_arn for stream in streams)
        missing = None if there else self._absent()
        return missing or self.role_refusal(role_arn)

    def key_refusal(self, arn: str) -> Refusal:
        """Whether SES may encrypt with the KMS key (or alias)."""
        if self._checks == "none" or arn.endswith(_SES_KEY):
            return None
        region, account = _place(arn, "kms")
        with self._moto():
            from moto.kms.models import kms_backends

            keys = kms_backends[account][region].keys.values() if region in kms_backends[account] else []
            alias = "alias/" + arn.rpartition(":alias/")[2]
            found = next((key for key in keys if key.arn == arn or alias in key.aliases), None)
            policy, resource = (found.policy, found.arn) if found else (None, arn)
        if found is None:
            return self._absent()
        return None if lets_ses(policy, "kms:GenerateDataKey", resource, self._account) else "denied"

    def publish(self, arn: str, message: str) -> None:
        """Publish to a topic, if it is there."""
        region, account = _place(arn, "sns")
        if region:
            form = {"Action": "Publish", "Version": "2010-03-31", "TopicArn": arn, "Message": message}
            url = f"https://sns.{region}.amazonaws.com/"
            entry = Entry(account, region, "sns", "", "POST", url, _FORM, urlencode(form).encode())
            self._services.answer(self._connection, entry, "Publish")

    def put_record(self, stream_arn: str, text: str) -> None:
        """Put a record into a Firehose stream, if it is there."""
        region, account = _place(stream_arn, "firehose")
        if region:
            record = {"Data": base64.b64encode(text.encode()).decode()}
            body = {"DeliveryStreamName": stream_arn.rpartition("/")[2], "Record": record}
            self._tell("firehose", "Firehose_20150804.PutRecord", body, region, account)

    def put_event(self, bus_arn: str, detail_type: str, detail: str) -> None:
        """Put an event onto an event bus, if it is there."""
        region, account = _place(bus_arn, "events")
        if region:
            entry = {"Source": "aws.ses", "DetailType": detail_type, "Detail": detail, "EventBusName": bus_arn}
            self._tell("events", "AWSEvents.PutEvents", {"Entries": [entry]}, region, account)

    def put_metric(self, namespace: str, name: str, dimensions: Mapping[str, str]) -> None:
        """Count one in a CloudWatch metric."""
        form = {"Action": "PutMetricData", "Version": "2010-08-01", "Namespace": namespace}
        form |= {"MetricData.member.1.MetricName": name, "MetricData.member.1.Value": "1"}
        form["MetricData.member.1.Unit"] = "Count"
        for number, (dimension, value) in enumerate(sorted(dimensions.items()), 1):
            form[f"MetricData.member.1.Dimensions.member.{number}.Name"] = dimension
            form[f"MetricData.member.1.Dimensions.member.{number}.Value"] = value
        url = f"https://monitoring.{self._region}.amazonaws.com/"
        body = urlencode(form).encode()
        self._send(Entry(self._account, self._region, "cloudwatch", "", "POST", url, _FORM, body), "PutMetricData")

    def _tell(self, service: str, target: str, body: Mapping[str, Any], region: str, account: str) -> None:
        url = f"https://{service}.{region}.amazonaws.com/"
        headers = {"content-type": "application/x-amz-json-1.1", "x-amz-target": target}
        entry = Entry(account, region, service, "", "POST", url, headers, json.dumps(body).encode())
        self._send(entry, target.rpartition(".")[2])

    def _send(self, entry: Entry, operation: str) -> None:
        """Hand a request on. A service that moto cannot play here hears nothing, as nobody would listen."""
        with suppress(ServiceError):
            self._services.answer(self._connection, entry, operation)

    def put_object(self, bucket: str, key: str, body: bytes) -> None:
        """Write an object, if the bucket is there."""
        url = f"https://s3.{self._region}.amazonaws.com/{bucket}/{quote(key)}"
        entry = Entry(self._account, self._region, "s3", "", "PUT", url, {}, body)
        self._services.answer(self._connection, entry, "PutObject")

    def get_object(self, bucket: str, key: str) -> bytes | None:
        """What an object holds; None where it is not there, or the bucket's policy does not let SES read it."""
        with self._moto():
            from moto.s3.models import FakeKey, s3_backends

            backends = [backend for partitions in s3_backends.values() for backend in partitions.values()]
            holder = next((backend.buckets[bucket] for backend in backends if bucket in backend.buckets), None)
            found = holder.keys.get(key) if holder is not None else None
            # What was deleted in a bucket with versions leaves a marker.
            content: bytes | None = found.value if isinstance(found, FakeKey) else None
            policy = holder.policy.decode() if holder is not None and holder.policy else None
        resource = f"arn:{self._partition}:s3:::{bucket}/{key}"
        allowed = self._checks == "none" or lets_ses(policy, "s3:GetObject", resource, self._account)
        return content if allowed else None

    def subscriptions(self) -> dict[str, tuple[str, str, str]]:
        """The subscriptions of the account's topics in the region: topic, protocol and endpoint by ARN."""
        with self._services.world(self._connection).turn():
            from moto.sns.models import sns_backends

            regions = sns_backends[self._account]
            held = regions[self._region].subscriptions if self._region in regions else {}
            return {arn: (one.topic_arn, one.protocol, one.endpoint) for arn, one in held.items()}

    def messages(self, arn: str) -> list[str]:
        """What was published to a topic, the oldest first."""
        region, account = _place(arn, "sns")
        with self._moto():
            from moto.sns.models import sns_backends

            topic = _topics(sns_backends, account, region).get(arn)
            return [notification[1] for notification in topic.sent_notifications] if topic else []

    def _topic_key_refusal(self, key: str) -> Refusal:
        if key.endswith(_SNS_KEY):
            return "denied"
        if not key.startswith("arn:"):
            key = f"arn:{self._partition}:kms:{self._region}:{self._account}:{'' if '/' in key else 'key/'}{key}"
        return self.key_refusal(key)

    def _absent(self) -> Refusal:
        """The answer for what nobody ever made, or what cannot be seen from this account."""
        return "missing" if self._checks == "all" else None

    @contextmanager
    def _moto(self) -> Iterator[None]:
        with self._services.world(self._connection).turn():
            yield


def _topics(backends: Any, account: str, region: str) -> dict[str, Any]:
    """The topics of an account and region by ARN; none in a region that moto does not know."""
    topics: dict[str, Any] = backends[account][region].topics if region in backends[account] else {}
    return topics


def _place(arn: str, service: str) -> tuple[str, str]:
    """Region and account in an ARN of `service`; both empty when it is none."""
    fields = arn.split(":")
    if len(fields) < 6 or fields[0] != "arn" or fields[2] != service:
        return "", ""
    return fields[3], fields[4]
