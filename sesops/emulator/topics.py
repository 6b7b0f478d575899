"""SNS's topics where moto's hold less: attributes that it keeps and does not show, and texts that SNS refuses.

API: SetTopicAttributes, GetTopicAttributes, CreateTopic.
"""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from moto.core.utils import camelcase_to_underscores

from sesops.emulator.exchange import HttpAnswer, ServiceError

_LOGGED = ("HTTP", "SQS", "Lambda", "Firehose", "Application")
_ROLES = tuple(f"{name}{end}FeedbackRoleArn" for name in _LOGGED for end in ("Success", "Failure"))
_RATES = tuple(f"{name}SuccessFeedbackSampleRate" for name in _LOGGED)
_SHOWN = ("SignatureVersion", "TracingConfig", "ArchivePolicy", "FifoThroughputScope", "MaximumMessageSize")
_UNSEEN = (*_SHOWN, *_ROLES, *_RATES)
"""What moto keeps and GetTopicAttributes of it does not show."""
_SETTABLE = frozenset(
    {*_UNSEEN, "Policy", "DisplayName", "DeliveryPolicy", "KmsMasterKeyId", "ContentBasedDeduplication"}
)
_FORMS = {
    "DisplayName": r".{0,100}",
    "SignatureVersion": r"[12]",
    "TracingConfig": r"PassThrough|Active",
    **dict.fromkeys(_RATES, r"|100|[1-9]?[0-9]"),
    **dict.fromkeys(_ROLES, r"|arn:[^:]+:iam::\d{12}:role/.+"),
}
_LONGEST_POLICY = 30720


def check(operation: str, body: bytes) -> None:
    """Refuse what SNS refuses of a topic's attributes. ServiceError: InvalidParameter."""
    form = dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
    if operation == "SetTopicAttributes":
        _check(form.get("AttributeName", ""), form.get("AttributeValue", ""))
    elif operation == "CreateTopic":
        for name, text in _of_create(form).items():
            if name != "FifoTopic":
                _check(name, text)


def _of_create(form: Mapping[str, str]) -> dict[str, str]:
    keys = {name.removesuffix(".key"): key for name, key in form.items() if re.fullmatch(r"Attributes\..+\.key", name)}
    return {key: form.get(f"{name}.value", "") for name, key in keys.items()}


def _check(name: str, text: str) -> None:
    if name not in _SETTABLE:
        raise _invalid("AttributeName")
    if not re.fullmatch(_FORMS.get(name, r".*"), text, re.DOTALL):
        raise _invalid(name)
    if name == "Policy":
        if len(text.encode()) > _LONGEST_POLICY or not isinstance(_json(text), dict):
            raise _invalid("Policy Error: null")
    elif name == "DeliveryPolicy" and text and not isinstance(_json(text), dict):
        raise _invalid("DeliveryPolicy: failed to parse JSON")


def _invalid(what: str) -> ServiceError:
    return ServiceError("InvalidParameter", f"Invalid parameter: {what}")


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def unseen(topic: Any) -> dict[str, str]:
    """What a topic of moto's keeps and does not show."""
    held = ((name, vars(topic).get(camelcase_to_underscores(name))) for name in _UNSEEN)
    return {name: str(text) for name, text in held if text}


def completed(answer: HttpAnswer, more: Mapping[str, str]) -> HttpAnswer:
    """An answer of GetTopicAttributes with all that the topic has; SNS shows no delivery policy where none was set."""
    tree = ET.fromstring(answer.body)  # noqa: S314 - moto's own text
    namespace = tree.tag.partition("}")[0] + "}"
    entries = next(tree.iter(f"{namespace}Attributes"))
    for entry in list(entries):
        key, value = entry[0].text, entry[1].text
        if key == "DeliveryPolicy" and not value:
            entries.remove(entry)
    for name, text in more.items():
        entry = ET.SubElement(entries, f"{namespace}entry")
        ET.SubElement(entry, f"{namespace}key").text = name
        ET.SubElement(entry, f"{namespace}value").text = text
    body = ET.tostring(tree, encoding="utf-8", default_namespace=namespace[1:-1])
    headers = {name: value for name, value in answer.headers.items() if name.lower() != "content-length"}
    return HttpAnswer(answer.status, body, headers)
