"""A team's configuration, restated in AWS's own shapes, written as a spec of this release.

Absent stays absent: nothing is filled in. Enumerations stay in the spelling that the configuration has, v1's included.
What this release has no key for is left out, and said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Json = Any
Shape = Mapping[str, Any]

STACK = "corpus"
KEY_VARIABLE = "DKIM_KEY"

_ACTIONS: dict[str, tuple[str, dict[str, str]]] = {
    "AddHeaderAction": ("add_header", {"HeaderName": "name", "HeaderValue": "value"}),
    "BounceAction": (
        "bounce",
        {
            "Sender": "sender",
            "Message": "message",
            "SmtpReplyCode": "smtp_reply_code",
            "StatusCode": "status_code",
            "TopicArn": "topic",
        },
    ),
    "LambdaAction": (
        "lambda",
        {"FunctionArn": "function", "InvocationType": "invocation", "TopicArn": "topic"},
    ),
    "S3Action": (
        "s3",
        {
            "BucketName": "bucket",
            "ObjectKeyPrefix": "prefix",
            "KmsKeyArn": "kms_key",
            "IamRoleArn": "role",
            "TopicArn": "topic",
        },
    ),
    "SNSAction": ("sns", {"TopicArn": "topic", "Encoding": "encoding"}),
    "StopAction": ("stop", {"TopicArn": "topic"}),
    "WorkmailAction": ("workmail", {"OrganizationArn": "organization", "TopicArn": "topic"}),
}
_SET_OPTIONS = {
    "SendingOptions.SendingEnabled": "sending_enabled",
    "ReputationOptions.ReputationMetricsEnabled": "reputation_metrics_enabled",
    "DeliveryOptions.TlsPolicy": "delivery.tls_policy",
    "DeliveryOptions.SendingPoolName": "delivery.sending_pool",
    "TrackingOptions.CustomRedirectDomain": "tracking.custom_redirect_domain",
    "TrackingOptions.HttpsPolicy": "tracking.https_policy",
    "SuppressionOptions.SuppressedReasons": "suppressed_reasons",
    "VdmOptions.GuardianOptions.OptimizedSharedDelivery": "vdm.optimized_shared_delivery",
}

_ATTRIBUTES: dict[str, tuple[str, type]] = {
    "DisplayName": ("display_name", str),
    "KmsMasterKeyId": ("kms_key", str),
    "SignatureVersion": ("signature_version", int),
}


@dataclass(frozen=True)
class Converted:
    """The spec as a document, and what it lacks of the configuration, each with what will bring it.

    `unsaid` are settings that no spec has a key for because they do nothing on SES.
    """

    document: dict[str, Json]
    left_out: tuple[str, ...] = ()
    unsaid: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        return not self.left_out

    @property
    def is_empty(self) -> bool:
        """Whether nothing of the configuration is of this release."""
        return not set(self.document) - {"version", "stack", "region", "account"}


def convert(config: Shape) -> Converted:
    """Write a configuration as a spec."""
    return _Writer(config).write()


def topic_name(arn: str) -> str:
    return arn.rpartition(":")[2]


class _Writer:
    """One conversion; notes on the way what it leaves out."""

    def __init__(self, config: Shape) -> None:
        self._config = config
        self._desired: Shape = config["desired"]
        self._left_out: dict[str, None] = {}
        self._unsaid: dict[str, None] = {}

    def write(self) -> Converted:
        sections = {
            "topics": {one["name"]: self._topic(one) for one in self._desired["sns_topics"]},
            "domains": self._identities("DOMAIN"),
            "emails": self._identities("EMAIL_ADDRESS"),
            "configuration_sets": {one["name"]: self._set(one) for one in self._desired["configuration_sets"]},
            "receipt": self._receipt(),
            "ip_pools": {one["PoolName"]: self._pool(one) for one in self._desired["ip_pools"]},
            # Where it has settings the key says no id.
            "account": self._account(),
            "suppressions": self._suppressions(),
        }
        document: dict[str, Json] = {
            "version": 1,
            "stack": STACK,
            "region": self._config["region"],
            "account": "123456789012",
        }
        document |= {name: things for name, things in sections.items() if things}
        return Converted(document, tuple(self._left_out), tuple(self._unsaid))

    def _leave_out(self, what: str) -> None:
        self._left_out[what] = None

    # Topics

    def _topic(self, topic: Shape) -> dict[str, Json]:
        attributes = dict(topic.get("attributes") or {})
        policy = attributes.pop("Policy", None)
        value = {ours: read(attributes.pop(name)) for name, (ours, read) in _ATTRIBUTES.items() if name in attributes}
        assert not attributes, attributes
        if policy is not None:
            value["policy"] = policy
        if topic.get("subscriptions"):
            value["subscriptions"] = [_subscription(one) for one in topic["subscriptions"]]
        return value | _tags(topic.get("tags"))

    # Identities

    def _identities(self, kind: str) -> dict[str, Json]:
        return {one["name"]: self._identity(one) for one in self._desired["identities"] if one["type"] == kind}

    def _identity(self, identity: Shape) -> dict[str, Json]:
        value = {
            "dkim": self._dkim(identity),
            "mail_from": _renamed(
                identity.get("mail_from") or {},
                {"MailFromDomain": "domain", "BehaviorOnMxFailure": "behavior_on_mx_failure"},
            ),
            "notifications": {
                kind: _renamed(one, {"topic": "topic", "headers": "include_original_headers"}) | _topic_ref(one)
                for kind, one in (identity.get("notifications") or {}).items()
            },
            "policies": {one["PolicyName"]: one["Policy"] for one in identity.get("policies") or ()},
            **_renamed(
                identity,
                {"feedback_forwarding": "feedback_forwarding", "configuration_set": "configuration_set"},
            ),
            **_tags(identity.get("tags")),
        }
        return {key: one for key, one in value.items() if one not in ({}, None)}

    def _dkim(self, identity: Shape) -> dict[str, Json]:
        dkim = identity.get("dkim") or {}
        attributes = dkim.get("DkimSigningAttributes") or {}
        value = _renamed(dkim, {"SigningEnabled": "signing_enabled"})
        if value and identity["type"] == "EMAIL_ADDRESS":
            self._unsaid["DKIM of an address: SES takes the setting and does nothing"] = None
            return {}
        if "DomainSigningPrivateKey" in attributes:
            # What it holds is no key; where the configuration had one, a spec says where one is found.
            value |= {"origin": "EXTERNAL", "private_key": {"env": KEY_VARIABLE}}
        names = {
            "NextSigningKeyLength": "signing_key_length",
            "DomainSigningSelector": "selector",
            "DomainSigningAttributesOrigin": "origin",
        }
        return value | _renamed(attributes, names)

    # Configuration sets

    def _set(self, shape: Shape) -> dict[str, Json]:
        value: dict[str, Json] = {}
        for member, path in _SET_OPTIONS.items():
            if (found := _lookup(shape, member)) is not None:
                _put(value, path, self._option(path, found))
        destinations = {one["EventDestinationName"]: _destination(one) for one in shape.get("event_destinations") or ()}
        return value | ({"event_destinations": destinations} if destinations else {}) | _tags(shape.get("Tags"))

    def _option(self, path: str, value: Json) -> Json:
        return {"ENABLED": True, "DISABLED": False}[value] if path.startswith("vdm.") else value

    def _pool(self, pool: Shape) -> dict[str, Json]:
        names = {"Ip": "ip", "WarmupPercentage": "warmup_start"}
        ips = [_renamed(one, names) for one in pool.get("dedicated_ips") or ()]
        addresses = {"dedicated_ips": ips} if ips else {}
        return _renamed(pool, {"ScalingMode": "scaling_mode"}) | addresses | _tags(pool.get("Tags"))

    def _account(self) -> dict[str, Json]:
        settings: Shape = self._desired["account"] or {}
        if "Details" in settings:
            self._leave_out("the request for production access")
        vdm = settings.get("VdmAttributes") or {}
        value = {
            **_renamed(
                settings,
                {"SendingEnabled": "sending_enabled", "DedicatedIpAutoWarmupEnabled": "dedicated_ip_auto_warmup"},
            ),
            **_renamed(settings.get("SuppressionAttributes") or {}, {"SuppressedReasons": "suppressed_reasons"}),
        }
        switches = {
            "enabled": vdm.get("VdmEnabled"),
            "engagement_metrics": (vdm.get("DashboardAttributes") or {}).get("EngagementMetrics"),
            "optimized_shared_delivery": (vdm.get("GuardianAttributes") or {}).get("OptimizedSharedDelivery"),
        }
        said = {key: one == "ENABLED" for key, one in switches.items() if one is not None}
        return value | ({"vdm": said} if said else {})

    def _suppressions(self) -> dict[str, Json]:
        names = {"EmailAddress": "address", "Reason": "reason"}
        entries = [_renamed(one, names) for one in self._desired["suppressions"]]
        return {"present": {"entries": entries}} if entries else {}

    # Receipt

    def _receipt(self) -> dict[str, Json]:
        receipt = self._desired["receipt"]
        filters = {
            one["Name"]: {"cidr": one["IpFilter"]["Cidr"], "policy": one["IpFilter"]["Policy"]}
            for one in receipt["filters"]
        }
        rule_sets = {}
        for one in receipt["rule_sets"]:
            shared = {"partial": True} if one.get("shared") else {}
            rule_sets[one["name"]] = shared | {"rules": [_rule(rule) for rule in one["rules"]]}
        active = {"active_rule_set": receipt["active"]} if receipt["active"] else {}
        return active | ({"rule_sets": rule_sets} if rule_sets else {}) | ({"filters": filters} if filters else {})


def _subscription(shape: Shape) -> dict[str, Json]:
    attributes = dict(shape.get("attributes") or {})
    value = {"protocol": shape["protocol"], "endpoint": shape["endpoint"]}
    if "RawMessageDelivery" in attributes:
        value["raw_message_delivery"] = attributes.pop("RawMessageDelivery") == "true"
    if "RedrivePolicy" in attributes:
        value["redrive_policy"] = attributes.pop("RedrivePolicy")
    assert not attributes, attributes
    return value


def _rule(rule: Shape) -> dict[str, Json]:
    value = _renamed(
        rule, {"Name": "name", "Enabled": "enabled", "ScanEnabled": "scan_enabled", "TlsPolicy": "tls_policy"}
    )
    value["recipients"] = rule.get("Recipients") or "all"
    if "Actions" in rule:
        value["actions"] = [_action(one) for one in rule["Actions"]]
    return value


def _action(action: Shape) -> dict[str, Json]:
    [(member, held)] = action.items()
    key, names = _ACTIONS[member]
    unknown = set(held) - set(names) - {"Scope"}
    assert not unknown, unknown
    return {key: _renamed(held, names) | _topic_ref(held, "TopicArn")}


def _destination(shape: Shape) -> dict[str, Json]:
    held = shape["EventDestination"]
    value = _renamed(held, {"Enabled": "enabled", "MatchingEventTypes": "events"})
    if "SnsDestination" in held:
        value["sns"] = topic_name(held["SnsDestination"]["TopicArn"])
    if "EventBridgeDestination" in held:
        value["eventbridge"] = held["EventBridgeDestination"]["EventBusArn"]
    if "KinesisFirehoseDestination" in held:
        names = {"DeliveryStreamArn": "stream_arn", "IamRoleArn": "role_arn"}
        value["firehose"] = _renamed(held["KinesisFirehoseDestination"], names)
    if "CloudWatchDestination" in held:
        names = {"DimensionName": "dimension", "DimensionValueSource": "source", "DefaultDimensionValue": "default"}
        value["cloudwatch"] = [_renamed(one, names) for one in held["CloudWatchDestination"]["DimensionConfigurations"]]
    return value


def _renamed(shape: Shape, names: Mapping[str, str]) -> dict[str, Json]:
    """The named members that are there, under our names."""
    return {ours: shape[member] for member, ours in names.items() if member in shape}


def _topic_ref(shape: Shape, member: str = "topic") -> dict[str, Json]:
    return {"topic": topic_name(shape[member])} if member in shape else {}


def _tags(tags: list[Shape] | None) -> dict[str, Json]:
    return {"tags": {one["Key"]: one["Value"] for one in tags}} if tags else {}


def _lookup(shape: Shape, path: str) -> Json:
    value: Json = shape
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _put(value: dict[str, Json], path: str, found: Json) -> None:
    *parents, last = path.split(".")
    for part in parents:
        value = value.setdefault(part, {})
    value[last] = found
