"""The actions of a receipt rule: what SES checks when they are written, and the traces that its test leaves.

SES behaviour: every target is tried at write time, each refusal with a code and text of its own; the bucket gets a
setup object and each topic a setup notification.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from sesops.emulator.context import Context, ServiceError
from sesops.emulator.operations import verification
from sesops.emulator.operations.receipt import invalid

Action = dict[str, dict[str, Any]]

# Consumers are to ignore the object and the notifications by this id.
SETUP_ID = "AMAZON_SES_SETUP_NOTIFICATION"
SETUP_TEXT = "Amazon SES wrote this to test that it can deliver to the target of a receipt rule. Please ignore it.\n"

HEADER_NAME = re.compile(r"[A-Za-z0-9-]{1,50}")
HEADER_VALUE = re.compile(r"[^\r\n]{0,2048}")
FUNCTION_ARN = re.compile(r"arn:[\w-]+:lambda:(?P<region>[\w-]+):\d{12}:function:[\w-]+(:[\w$-]+)?")
TOPIC_ARN = re.compile(r"arn:[\w-]+:sns:(?P<region>[\w-]+):\d{12}:[\w-]{1,256}")
ORGANIZATION_ARN = re.compile(r"arn:[\w-]+:workmail:[\w-]+:\d{12}:organization/m-[a-z0-9]+")


def stored_action(action: Mapping[str, Any]) -> Action:
    """The action as it is kept. SES behaviour: an SNS action reads back the encoding that it was not given."""
    stored = {kind: dict(members) for kind, members in action.items()}
    if "SNSAction" in stored:
        stored["SNSAction"].setdefault("Encoding", "UTF-8")
    return stored


def check_actions(actions: Sequence[Action]) -> None:
    """What can be told from the actions alone."""
    for index, action in enumerate(actions):
        if len(action) != 1:
            raise invalid("Exactly one action type must be specified for each ReceiptAction")
        [(kind, members)] = action.items()
        _check_members(kind, members)
        if kind == "StopAction" and index < len(actions) - 1:
            raise invalid("Stop action, if any, must be placed at the end of the actions list")


def _check_members(kind: str, members: Mapping[str, Any]) -> None:
    match kind:
        case "S3Action" if not members["BucketName"]:
            raise invalid("Bucket name must not be empty")
        case "LambdaAction" if not members["FunctionArn"]:
            raise invalid("Lambda function ARN must not be empty")
        case "WorkmailAction" if not ORGANIZATION_ARN.fullmatch(members["OrganizationArn"]):
            raise invalid(f"Invalid WorkMail organization: {members['OrganizationArn']}")
        case "AddHeaderAction" if not HEADER_NAME.fullmatch(members["HeaderName"]):
            raise invalid(f"Invalid header name: {members['HeaderName']}")
        case "AddHeaderAction" if not HEADER_VALUE.fullmatch(members["HeaderValue"]):
            raise invalid(f"Invalid header value: {members['HeaderValue']}")


def check_targets(context: Context, actions: Sequence[Action]) -> None:
    """That SES can reach what the actions name: bucket, key, function, topics, and a sender that may send."""
    for action in actions:
        [(kind, members)] = action.items()
        if kind == "S3Action":
            _check_bucket(context, members)
        if kind == "LambdaAction":
            _check_function(context, members["FunctionArn"])
        if kind == "BounceAction" and not verification.verified(context, members["Sender"]):
            raise invalid(f"Identity is not verified: {members['Sender']}")
        if "TopicArn" in members:
            _check_topic(context, members["TopicArn"], members.get("IamRoleArn"))


def _check_bucket(context: Context, members: Mapping[str, Any]) -> None:
    bucket, role, key = members["BucketName"], members.get("IamRoleArn"), members.get("KmsKeyArn")
    refusal = context.neighbours.bucket_refusal(bucket, members.get("ObjectKeyPrefix", ""), role)
    if refusal == "missing":
        raise ServiceError("InvalidS3Configuration", f"No such bucket: {bucket}")
    if refusal and role:
        raise invalid("Could not assume the provided IAM Role")
    if refusal or (key and not role and context.neighbours.key_refusal(key)):
        raise ServiceError("InvalidS3Configuration", f"Could not write to bucket: {bucket}")


def _check_function(context: Context, function: str) -> None:
    arn = FUNCTION_ARN.fullmatch(function)
    if arn is None or arn["region"] != context.region:
        raise ServiceError("InvalidLambdaFunction", f"Invalid Lambda function: {function}")
    if context.neighbours.function_refusal(function):
        raise ServiceError("InvalidLambdaFunction", f"Could not invoke Lambda function: {function}")


def _check_topic(context: Context, topic: str, role: str | None) -> None:
    arn = TOPIC_ARN.fullmatch(topic)
    if arn is None or arn["region"] != context.region:
        raise ServiceError("InvalidSnsTopic", f"Invalid SNS topic: {topic}")
    refusal = context.neighbours.topic_refusal(topic)
    # Where a role is given, it counts for the topic too, and the topic's own policy does not.
    if refusal == "missing" or (refusal and not role):
        raise ServiceError("InvalidSnsTopic", f"Could not publish to SNS topic: {topic}")


def set_up(context: Context, actions: Sequence[Action]) -> None:
    """Leave the traces of SES's test: an object in each bucket, a notification in each topic."""
    for action in actions:
        [(kind, members)] = action.items()
        if kind == "S3Action":
            key = members.get("ObjectKeyPrefix", "") + SETUP_ID
            context.neighbours.put_object(members["BucketName"], key, SETUP_TEXT.encode())
        if "TopicArn" in members:
            notice = {"notificationType": "Received", "mail": {"messageId": SETUP_ID}, "content": SETUP_TEXT}
            context.neighbours.publish(members["TopicArn"], json.dumps(notice))
