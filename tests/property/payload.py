"""Where each word of a write comes from: the spec, the live thing, our own defaults, or what SES cannot do without."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from botocore.model import Shape
from property.reads import Leaf, Picture
from property.shapes import service
from property.shown import where

from sesops.core.plan import TargetPlan

Call = tuple[str, str, dict[str, Any]]
"""Service, operation and params, as the emulator understood them."""
Said = tuple[str, Leaf, Any]
"""What a write says: the thing's address, the place in a picture where that would show, and the value."""

_SET, _IDENTITY = "GetConfigurationSet", "GetEmailIdentity"
_DKIM, _RULE = f"{_IDENTITY}.DkimAttributes", "DescribeReceiptRuleSet"
_DESTINATION = "GetConfigurationSetEventDestinations"
_BLOCKS = ("Tracking", "Delivery", "Reputation", "Sending", "Suppression", "Archiving")

# operation: the thing's address (from the params), and where each member of the params shows; "" is all the rest.
_WRITES: dict[str, tuple[str, dict[str, str]]] = {
    "CreateConfigurationSet": ("configuration_set/{ConfigurationSetName}", {"": _SET}),
    **{
        f"PutConfigurationSet{one}Options": ("configuration_set/{ConfigurationSetName}", {"": f"{_SET}.{one}Options"})
        for one in _BLOCKS
    },
    "PutConfigurationSetVdmOptions": ("configuration_set/{ConfigurationSetName}", {"": _SET}),
    **{
        f"{one}ConfigurationSetEventDestination": (
            "event_destination/{ConfigurationSetName}/{EventDestinationName}",
            {"EventDestination": _DESTINATION},
        )
        for one in ("Create", "Update")
    },
    "CreateEmailIdentity": ("identity/{EmailIdentity}", {"DkimSigningAttributes": _DKIM, "": _IDENTITY}),
    "PutEmailIdentityDkimAttributes": ("identity/{EmailIdentity}", {"": _DKIM}),
    "PutEmailIdentityDkimSigningAttributes": ("identity/{EmailIdentity}", {"SigningAttributes": _DKIM, "": _DKIM}),
    "PutEmailIdentityMailFromAttributes": ("identity/{EmailIdentity}", {"": f"{_IDENTITY}.MailFromAttributes"}),
    "PutEmailIdentityFeedbackAttributes": (
        "identity/{EmailIdentity}",
        {"EmailForwardingEnabled": f"{_IDENTITY}.FeedbackForwardingStatus"},
    ),
    "PutEmailIdentityConfigurationSetAttributes": ("identity/{EmailIdentity}", {"": _IDENTITY}),
    "SetIdentityNotificationTopic": (
        "identity/{Identity}",
        {"SnsTopic": "NotificationAttributes.{NotificationType}Topic"},
    ),
    "SetIdentityHeadersInNotificationsEnabled": (
        "identity/{Identity}",
        {"Enabled": "NotificationAttributes.HeadersIn{NotificationType}NotificationsEnabled"},
    ),
    **{
        f"{one}EmailIdentityPolicy": ("identity_policy/{EmailIdentity}/{PolicyName}", {"Policy": _IDENTITY})
        for one in ("Create", "Update")
    },
    **{
        f"{one}ReceiptRule": ("receipt_rule/{RuleSetName}/{Rule[Name]}", {"Rule": _RULE})
        for one in ("Create", "Update")
    },
    "ReorderReceiptRuleSet": ("receipt_rule_set/{RuleSetName}", {"RuleNames": "order"}),
    "SetActiveReceiptRuleSet": ("active_receipt_rule_set", {"RuleSetName": "DescribeActiveReceiptRuleSet"}),
    "CreateTopic": ("topic/{Name}", {"Tags": "ListTagsForResource.Tags", "Attributes": "GetTopicAttributes"}),
    "SetTopicAttributes": ("topic/{TopicArn}", {"AttributeValue": "GetTopicAttributes.{AttributeName}"}),
    "TagResource": ("tags/{ResourceArn}", {"Tags": "ListTagsForResource.Tags"}),
    # These say nothing but names, and where a rule goes.
    "CreateReceiptRuleSet": ("", {}),
    "SetReceiptRulePosition": ("", {}),
    "UntagResource": ("", {}),
}
_BESIDE = {"NotificationType", "AttributeName", "After", "TagKeys", "RuleSetName", "RuleName", "ResourceArn"}
"""Members of params that say which thing is meant, or where it goes."""
_OURS = (
    ("event_destination", (_DESTINATION, "Enabled"), True),
    ("receipt_rule", (_RULE, "Enabled"), True),
    ("receipt_rule", (_RULE, "ScanEnabled"), True),
)
"""Our defaults at creation; the tag, a topic's policy and the order of rules are ours to write at any time."""

_ACTIONS = {
    "add_header": ("AddHeaderAction", {"name": "HeaderName", "value": "HeaderValue"}),
    "bounce": (
        "BounceAction",
        {
            "sender": "Sender",
            "message": "Message",
            "smtp_reply_code": "SmtpReplyCode",
            "status_code": "StatusCode",
            "topic": "TopicArn",
        },
    ),
    "connect": ("ConnectAction", {"instance": "InstanceARN", "role": "IAMRoleARN"}),
    "lambda": ("LambdaAction", {"function": "FunctionArn", "invocation": "InvocationType", "topic": "TopicArn"}),
    "s3": (
        "S3Action",
        {
            "bucket": "BucketName",
            "prefix": "ObjectKeyPrefix",
            "kms_key": "KmsKeyArn",
            "role": "IamRoleArn",
            "topic": "TopicArn",
        },
    ),
    "sns": ("SNSAction", {"topic": "TopicArn", "encoding": "Encoding"}),
    "stop": ("StopAction", {"topic": "TopicArn", "": "Scope"}),
    "workmail": ("WorkmailAction", {"organization": "OrganizationArn", "topic": "TopicArn"}),
}


def unexplained(plan: TargetPlan, before: Picture, calls: list[Call]) -> list[Said]:
    """What these writes say that is neither in the spec, nor live, nor a default of ours, nor required by SES."""
    wanted = {str(one.address): one.fields for one in plan.wanted}
    said = [one for call in calls for one, is_required in _said(call) if not is_required]
    return [one for one in said if not _is_explained(*one, wanted.get(one[0], {}), before.get(one[0], {}))]


def not_shown(shown: list[Call], before: Picture, calls: list[Call]) -> list[Any]:
    """What these writes do that the shown ones do not, and that is not so already.

    A word may come in another call than was shown: a create carries what need not wait any more.
    """
    words = {json.dumps(one, sort_keys=True) for call in shown for one in _words(call)}
    told = [one for call in calls for one in _words(call) if json.dumps(one, sort_keys=True) not in words]
    return [one for one in told if len(one) != _WORD or before.get(one[0], {}).get(one[1]) != one[2]]


_WORD = 3


def _words(call: Call) -> Iterator[tuple[Any, ...]]:
    """What a call says, word by word; and the call itself where it makes, moves or deletes a thing."""
    name, operation, params = call
    if operation in _WRITES:
        for (address, leaf, value), _ in _said(call):
            # Our statement is laid into the policy that is there at that moment, and a key into the call as it is made.
            later = leaf == ("GetTopicAttributes", "Policy") or leaf[-1] == "DomainSigningPrivateKey"
            yield address, leaf, None if later else value
    if operation.startswith("Create"):
        yield operation, address_of(call)
    elif operation not in _WRITES or not _WRITES[operation][1]:
        yield name, operation, params, "whole"


def _said(call: Call) -> Iterator[tuple[Said, bool]]:
    """What a write says, and whether the model requires it of whoever writes the group around it."""
    name, operation, params = call
    if operation.startswith("Delete"):
        return
    pattern, places = _WRITES[operation]
    address = address_of(call)
    shape = service(name).operation_model(operation).input_shape
    for member, value in params.items():
        if f"{{{member}}}" in pattern or (member in _BESIDE and member not in places):
            continue
        place = places[member] if member in places else f"{places['']}.{member}"
        leaf = tuple(place.format_map(params).split("."))
        parts = _parts(shape.members[member], value, leaf, required=member in shape.required_members)
        yield from (((address, path, one), must) for path, one, must in parts)


def address_of(call: Call) -> str:
    """The address of the thing that a write (no delete) is about, as a picture has it."""
    _, operation, params = call
    return _address(_WRITES[operation][0].format_map(params))


def _parts(shape: Shape, value: Any, path: Leaf, *, required: bool) -> Iterator[tuple[Leaf, Any, bool]]:
    """A value's leaves, each with whether the model requires it of whoever writes the group around it."""
    if path[-1] == "Tags":
        yield from (((*path, one["Key"]), one["Value"], False) for one in value)
    elif path == ("GetTopicAttributes",):
        yield from (((*path, name), text, False) for name, text in value.items())
    elif isinstance(value, Mapping) and shape.type_name == "structure":
        for key, one in value.items():
            if key != "Name":
                yield from _parts(shape.members[key], one, (*path, key), required=key in shape.required_members)
    else:
        yield path, value, required


def _address(text: str) -> str:
    kind, _, name = text.partition("/")
    if kind == "identity":
        return f"email/{name}" if "@" in name else f"domain/{name}"
    if kind == "topic":
        return f"topic/{name.rpartition(':')[2]}"
    if kind == "tags":
        resource = name.rpartition(":")[2]
        what, _, own = resource.partition("/")
        if not own:
            return f"topic/{what}"
        return _address(f"identity/{own}") if what == "identity" else f"{what.replace('-', '_')}/{own}"
    return text


def _is_explained(address: str, leaf: Leaf, value: Any, wanted: Mapping[str, Any], live: Mapping[Leaf, Any]) -> bool:
    kind = address.partition("/")[0]
    if leaf in live and live[leaf] == value:
        return True
    if (kind, leaf, value) in _OURS and not live:
        return True
    if leaf[-2:] == ("Tags", "sesops:stack") or leaf in (("GetTopicAttributes", "Policy"), ("order",)):
        return True
    said = [path for path in wanted if any(leaf[: len(one)] == one for one in where(kind, path))]
    if leaf == (_RULE, "Actions") and said:
        return _are_declared(value, wanted["actions"] or [], live.get(leaf, []))
    if kind == "identity_policy" and said:
        return bool(json.loads(value) == wanted["document"])
    return bool(said)


def _are_declared(sent: list[Any], wanted: list[Any], live: list[Any]) -> bool:
    """Whether each action has the members that the spec gives it, or is one that SES has."""
    return len(sent) == len(wanted) and all(
        one in live or _is_declared(one, each) for one, each in zip(sent, wanted, strict=True)
    )


def _is_declared(sent: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    [(kind, given)] = wanted.items()
    wire, members = _ACTIONS[kind]
    known = {members[key] for key in given} | ({members[""]} if "" in members else set())
    return list(sent) == [wire] and sent[wire].keys() <= known
